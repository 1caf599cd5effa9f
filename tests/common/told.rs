//! An engine's run in the words of the reference interpreter, so that the two can be laid side by side.

#![allow(dead_code, reason = "each test file uses a part")]

use std::collections::BTreeMap;

use demarche::Compiled;
use demarche::engine::{Fault as EngineFault, NormSerial, Trace, What};
use demarche::language::value::Day;
use demarche::program::{GroundEventId, GroundValue, InstanceId, SettlementId, spell};
use demarche::testing::reference::{Fault, Line};

/// All that was traced, line by line.
pub fn lines(compiled: &Compiled, trace: &Trace) -> Vec<Line> {
    let say = Say { compiled };
    let mut norms: BTreeMap<NormSerial, String> = BTreeMap::new();
    let mut lines = Vec::new();
    for entry in &trace.entries {
        let mut p = None;
        let by = |event: &Option<GroundEventId>| {
            event.map_or_else(String::new, |event| format!(" by {}", say.event(event)))
        };
        let text = match &entry.what {
            What::Happened { event, .. } => say.event(*event),
            What::Void { event, .. } => format!("void {}", say.event(*event)),
            What::Withheld { event } => format!("withheld {}", say.event(*event)),
            What::Fired { instance, .. } => format!("fired {}", say.instance(*instance)),
            What::Scheduled { event, due, .. } => format!("{} on {due}", say.event(*event)),
            What::Settled {
                settlement,
                word,
                occurrence,
                p: share,
                ..
            } => {
                p = *share;
                format!(
                    "{} #{occurrence}: {}",
                    say.settlement(*settlement),
                    GroundValue::Word(*word).spell(compiled)
                )
            }
            What::NothingOpen { choice } => {
                format!(
                    "nothing open for {}",
                    say.settlement(compiled.program().choices[*choice].settlement)
                )
            }
            What::Started { atom, .. } | What::Ended { atom, .. } => {
                let fact = &compiled.program().atoms[*atom].fact;
                let verb = if matches!(entry.what, What::Started { .. }) {
                    "start"
                } else {
                    "end"
                };
                format!(
                    "{verb} {}",
                    spell(compiled, &compiled.facts()[fact.fact].name, &fact.args)
                )
            }
            What::Measured { slot, from, to, .. } => {
                let measure = &compiled.program().slots[*slot].measure;
                let name = spell(
                    compiled,
                    &compiled.measures()[measure.measure].name,
                    &measure.args,
                );
                format!("{name} {} -> {}", from.micros(), to.micros())
            }
            What::Arose {
                norm,
                template,
                deadline,
            } => {
                let template = &compiled.program().templates[*template];
                let name = format!(
                    "norm {}/{} of {}",
                    say.instance(template.source),
                    template.ordinal,
                    entry.day
                );
                norms.insert(*norm, name.clone());
                format!("{name} arose until {deadline}")
            }
            What::Fulfilled { norm, by: event } => format!("{} fulfilled{}", norms[norm], by(event)),
            What::Released { norm } => format!("{} released", norms[norm]),
            What::Breached { norm, by: event } => format!("{} breached{}", norms[norm], by(event)),
        };
        lines.push(Line {
            day: entry.day,
            wave: entry.wave,
            text,
            p,
        });
    }
    lines
}

/// How each chance fell on each day.
pub fn draws(compiled: &Compiled, trace: &Trace) -> BTreeMap<(Day, String), String> {
    let say = Say { compiled };
    let settled = trace.entries.iter().filter_map(|entry| match &entry.what {
        What::Settled { settlement, word, .. } => Some((
            (entry.day, say.settlement(*settlement)),
            GroundValue::Word(*word).spell(compiled),
        )),
        _ => None,
    });
    settled.collect()
}

/// The fault that the reference would name.
pub fn fault(fault: &EngineFault) -> Fault {
    match fault {
        EngineFault::StartAndEnd { .. } => Fault::StartAndEnd,
        EngineFault::Measure { .. } => Fault::Measure,
        EngineFault::Loop { .. } => Fault::Loop,
        EngineFault::Probability { .. } => Fault::Probability,
        EngineFault::Disagreement { .. } => Fault::Disagreement,
        EngineFault::Closed { .. } => Fault::Closed,
        EngineFault::Undecided { .. } => Fault::Undecided,
        EngineFault::Condition { .. } | EngineFault::Amount { .. } => Fault::Number,
        EngineFault::TooLong { .. } => unreachable!("what is generated lasts eighteen months"),
    }
}

struct Say<'c> {
    compiled: &'c Compiled,
}

impl Say<'_> {
    fn event(&self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        spell(self.compiled, &self.compiled.events()[key.event].name, &key.args)
    }

    fn settlement(&self, id: SettlementId) -> String {
        let settlement = &self.compiled.program().settlements[id];
        spell(
            self.compiled,
            &self.compiled.branchings()[settlement.branching].name,
            &settlement.args,
        )
    }

    fn instance(&self, id: InstanceId) -> String {
        let instance = &self.compiled.program().instances[id];
        let binding = instance
            .binding
            .iter()
            .map(|entity| self.compiled.entities()[*entity].id.as_str());
        let binding: Vec<&str> = binding.collect();
        format!(
            "{}({})",
            self.compiled.rules()[instance.rule].name,
            binding.join(", ")
        )
    }
}
