//! A whole run as lines of text in the names of the scenario, so that two runs can be compared whatever their programs
//! call things inside.

use demarche::engine::{Cause, What};
use demarche::model::EntityId;
use demarche::program::{GroundArgs, GroundEventId, GroundValue, InstanceId, spell};
use demarche::{Compiled, Run};

/// How much a line tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// Everything.
    Full,
    /// What happened, changed and was settled on which day; not which rules did it, nor in which wave.
    Facts,
}

/// All that a run did, and what it came to.
pub fn lines(run: &Run<'_>, detail: Detail) -> Vec<String> {
    let say = Say {
        compiled: run.compiled,
    };
    let mut lines: Vec<String> = Vec::new();
    for entry in &run.trace.entries {
        let line = match detail {
            Detail::Full => Some(format!(
                "{} wave {}: {}",
                entry.day,
                entry.wave,
                say.full(&entry.what)
            )),
            Detail::Facts => say.fact(&entry.what).map(|fact| format!("{}: {fact}", entry.day)),
        };
        lines.extend(line);
    }
    let names = run.compiled.outcome_table().values().map(|outcome| &outcome.name);
    let mut outcomes: Vec<String> = names
        .zip(&run.decided.outcomes)
        .map(|(name, value)| format!("{name} = {value:?}"))
        .collect();
    let names = run.compiled.invariants().iter().map(|claim| &claim.name);
    outcomes.extend(
        names
            .zip(&run.decided.broken)
            .map(|(name, day)| format!("{name} broken {day:?}")),
    );
    let names = run.compiled.expectations().iter().map(|claim| &claim.name);
    outcomes.extend(
        names
            .zip(&run.decided.expectations)
            .map(|(name, truth)| format!("{name} is {truth:?}")),
    );
    // The author's order is for display, so it is no part of the result.
    outcomes.sort();
    lines.extend(outcomes);
    lines
}

/// Things by their names.
pub struct Say<'c> {
    /// What is spoken of.
    pub compiled: &'c Compiled,
}

impl Say<'_> {
    /// What happened, with reasons.
    fn full(&self, what: &What) -> String {
        match what {
            What::Happened { event, causes } => {
                format!("{} because {}", self.event(*event), self.causes(causes))
            }
            What::Void { event, causes } => {
                format!("void {} because {}", self.event(*event), self.causes(causes))
            }
            What::Fired { instance, trigger } => {
                format!(
                    "fired {} by {:?}",
                    self.instance(*instance),
                    trigger.map(|event| self.event(event))
                )
            }
            What::Settled { way, source, .. } => {
                format!("{} {way:?} for {}", self.short(what), self.instance(*source))
            }
            What::Started { by, .. } | What::Ended { by, .. } | What::Measured { by, .. } => {
                let by: Vec<String> = by.iter().map(|instance| self.instance(*instance)).collect();
                format!("{} by {}", self.short(what), by.join(" and "))
            }
            What::Scheduled { by, .. } => format!("{} by {}", self.short(what), self.instance(*by)),
            _ => self.short(what),
        }
    }

    /// What happened, without reasons; nothing for what a rule merely did.
    fn fact(&self, what: &What) -> Option<String> {
        match what {
            What::Fired { .. } | What::Scheduled { .. } => None,
            _ => Some(self.short(what)),
        }
    }

    fn short(&self, what: &What) -> String {
        let (model, program) = (self.compiled.model(), self.compiled.program());
        match what {
            What::Happened { event, .. } => self.event(*event),
            What::Void { event, .. } => format!("void {}", self.event(*event)),
            What::Withheld { event } => format!("withheld {}", self.event(*event)),
            What::Fired { instance, .. } => format!("fired {}", self.instance(*instance)),
            What::Scheduled { event, due, .. } => format!("{} on {due}", self.event(*event)),
            What::Settled {
                settlement,
                word,
                occurrence,
                p,
                ..
            } => {
                let settlement = &program.settlements[*settlement];
                let name = &model.branchings()[settlement.branching].name;
                let p = p.map(f64::to_bits);
                format!(
                    "{} #{occurrence}: {} {p:?}",
                    self.spell(name, &settlement.args),
                    GroundValue::Word(*word).spell(model)
                )
            }
            What::NothingOpen { choice } => {
                let settlement = &program.settlements[program.choices[*choice].settlement];
                let name = &model.branchings()[settlement.branching].name;
                format!("nothing open for {}", self.spell(name, &settlement.args))
            }
            What::Started { atom, .. } | What::Ended { atom, .. } => {
                let fact = &program.atoms[*atom].fact;
                let verb = if matches!(what, What::Started { .. }) {
                    "start"
                } else {
                    "end"
                };
                format!(
                    "{verb} {}",
                    self.spell(&model.facts()[fact.fact].name, &fact.args)
                )
            }
            What::Measured { slot, from, to, .. } => {
                let measure = &program.slots[*slot].measure;
                format!(
                    "{} {from} -> {to}",
                    self.spell(&model.measures()[measure.measure].name, &measure.args)
                )
            }
            What::Arose {
                norm,
                template,
                deadline,
            } => {
                let template = &program.templates[*template];
                let rule = &model.rules()[program.instances[template.source].rule].name;
                let under = template.under.map(|id| self.entity(id));
                format!(
                    "norm {} of {} under {under:?} until {deadline}, {rule}/{}",
                    norm.0,
                    self.entity(template.of),
                    template.ordinal
                )
            }
            What::Fulfilled { norm, by } => {
                format!("norm {} fulfilled {:?}", norm.0, by.map(|id| self.event(id)))
            }
            What::Released { norm } => format!("norm {} released", norm.0),
            What::Breached { norm, by } => {
                format!("norm {} breached {:?}", norm.0, by.map(|id| self.event(id)))
            }
        }
    }

    fn causes(&self, causes: &[Cause]) -> String {
        let each = causes.iter().map(|cause| match cause {
            Cause::Timeline(place) => self.compiled.timeline()[*place].name.clone(),
            Cause::Rule(instance) => self.instance(*instance),
            Cause::Agenda => "the agenda".to_owned(),
            Cause::Breach(norm) => format!("norm {}", norm.0),
        });
        each.collect::<Vec<_>>().join(" and ")
    }

    /// A rule with its binding.
    pub fn instance(&self, id: InstanceId) -> String {
        let instance = &self.compiled.program().instances[id];
        let binding: Vec<&str> = instance
            .binding
            .iter()
            .map(|entity| self.entity(*entity))
            .collect();
        format!(
            "{}({})",
            self.compiled.rules()[instance.rule].name,
            binding.join(", ")
        )
    }

    fn entity(&self, id: EntityId) -> &str {
        &self.compiled.entities()[id].id
    }

    fn event(&self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        self.spell(&self.compiled.events()[key.event].name, &key.args)
    }

    fn spell(&self, name: &str, args: &GroundArgs) -> String {
        spell(self.compiled, name, args)
    }
}
