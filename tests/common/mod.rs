//! Short scenarios, and what their runs tell.
//!
//! A scenario is written as an overlay on the [`STAGE`], so that it says only what matters. A [`Told`] run answers in
//! lines such as `2024-01-02 visit(north)`, so that a test states days and names and nothing else.

#![allow(dead_code, reason = "each test file uses a part")]
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fmt::Write as _;
use std::sync::Arc;

use demarche::engine::{Decided, Entry, RunNumber, Seed, What};
use demarche::program::{Compiled, GroundArgs, GroundEventId, GroundValue, InstanceId, OutcomeValue, spell};
use demarche::{RunError, Scenario};

/// A leap year, three actors, and a few facts and events without meaning of their own.
pub const STAGE: &str = "
demarche: 1
title: A stage
period: { from: 2024-01-01, to: 2024-12-31 }
actors: { north: {}, south: {}, east: {} }
facts:
  lit: {}
  warm: {}
  seen: { args: { who: actor } }
  tied: { args: { one: actor, other: actor }, symmetric: true }
measures:
  heat: { from: 0, to: 10 }
events:
  knock: { is: physical }
  ring: { is: physical }
  call: { is: physical }
  pay: { args: { who: actor }, is: physical }
  visit: { args: { who: actor, whom: { type: actor, default: east } }, is: physical }
";

/// The stage with what the test adds to it.
pub fn scenario(text: &str) -> Scenario {
    let stage = Scenario::from_text("stage.yaml", STAGE).unwrap_or_else(|error| panic!("{error}"));
    stage
        .with("test.yaml", text)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// A scenario of its own, without the stage.
pub fn alone(text: &str) -> Scenario {
    Scenario::from_text("test.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

/// The stage with what the test adds to it, compiled.
pub fn compiled(text: &str) -> Arc<Compiled> {
    compile(&scenario(text))
}

/// Compiles; what is wrong is printed.
pub fn compile(scenario: &Scenario) -> Arc<Compiled> {
    Arc::new(scenario.compile().unwrap_or_else(|error| panic!("{error}")))
}

/// Run 0 under seed 1, told.
pub fn story(text: &str) -> Told {
    told(&compiled(text), 0)
}

/// One run under seed 1, told.
pub fn told(compiled: &Arc<Compiled>, number: u64) -> Told {
    let run = compiled
        .run_number(Seed(1), RunNumber(number))
        .unwrap_or_else(|error| panic!("{error}"));
    Told {
        compiled: Arc::clone(compiled),
        entries: run.trace.entries,
        decided: run.decided,
    }
}

/// The fault that stops run 0 under seed 1.
pub fn fault(text: &str) -> RunError {
    match compiled(text).run(Seed(1)) {
        Ok(_) => panic!("the run came to its end"),
        Err(error) => error,
    }
}

/// Why a scenario does not compile, in words.
pub fn refusal(text: &str) -> String {
    match scenario(text).compile() {
        Ok(_) => panic!("the scenario compiles"),
        Err(error) => error.to_string(),
    }
}

/// A run as lines of text.
pub struct Told {
    compiled: Arc<Compiled>,
    entries: Vec<Entry>,
    decided: Decided,
}

impl Told {
    /// `2024-01-02 knock(north)`: all events that happened.
    pub fn events(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Happened { event, .. } => Some(self.event(*event)),
            _ => None,
        })
    }

    /// `2024-01-02 wave 1: knock(north)`: all events with their waves.
    pub fn waves(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Happened { event, .. } => Some(format!("wave {}: {}", entry.wave, self.event(*event))),
            _ => None,
        })
    }

    /// `2024-01-02 sign(pact)`: acts that were void.
    pub fn void(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Void { event, .. } => Some(self.event(*event)),
            _ => None,
        })
    }

    /// `2024-01-02 knock(north)`: events whose `unless:` held.
    pub fn withheld(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Withheld { event } => Some(self.event(*event)),
            _ => None,
        })
    }

    /// `2024-01-02 start lit(north)`, `2024-01-03 end lit(north)`: changes of facts.
    pub fn facts(&self) -> Vec<String> {
        let atom = |id| {
            let fact = &self.compiled.program().atoms[id].fact;
            self.spell(&self.compiled.facts()[fact.fact].name, &fact.args)
        };
        self.lines(|entry| match &entry.what {
            What::Started { atom: id, .. } => Some(format!("start {}", atom(*id))),
            What::Ended { atom: id, .. } => Some(format!("end {}", atom(*id))),
            _ => None,
        })
    }

    /// `2024-01-02 heat: 0 -> 0.5`: changes of measures.
    pub fn measures(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Measured { slot, from, to, .. } => {
                let measure = &self.compiled.program().slots[*slot].measure;
                let name = self.spell(&self.compiled.measures()[measure.measure].name, &measure.args);
                Some(format!("{name}: {from} -> {to}"))
            }
            _ => None,
        })
    }

    /// `2024-01-02 answer(a = north)`: rules that fired.
    pub fn fired(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Fired { instance, .. } => Some(self.rule(*instance)),
            _ => None,
        })
    }

    /// `2024-01-02 vote(north) #1 = yes`: chances and choices, with which time it was.
    pub fn settled(&self) -> Vec<String> {
        self.lines(|entry| match &entry.what {
            What::Settled {
                settlement,
                word,
                occurrence,
                ..
            } => {
                let ground = &self.compiled.program().settlements[*settlement];
                let name = self.spell(&self.compiled.branchings()[ground.branching].name, &ground.args);
                Some(format!(
                    "{name} #{occurrence} = {}",
                    GroundValue::Word(*word).spell(self.compiled.model())
                ))
            }
            What::NothingOpen { choice } => {
                let ground =
                    &self.compiled.program().settlements[self.compiled.program().choices[*choice].settlement];
                let name = self.spell(&self.compiled.branchings()[ground.branching].name, &ground.args);
                Some(format!("{name}: nothing open"))
            }
            _ => None,
        })
    }

    /// The probability of each branch that happened, in the order of settlement.
    pub fn probabilities(&self) -> Vec<f64> {
        self.entries
            .iter()
            .filter_map(|entry| match entry.what {
                What::Settled { p, .. } => p,
                _ => None,
            })
            .collect()
    }

    /// One line for each norm, in the order of arising: `north: 2024-01-02 active until 2024-02-01, 2024-01-09
    /// fulfilled by pay(north)`.
    pub fn norms(&self) -> Vec<String> {
        let mut histories: Vec<String> = Vec::new();
        for entry in &self.entries {
            let by = |event: &Option<_>| {
                event.map_or_else(String::new, |event| format!(" by {}", self.event(event)))
            };
            let (norm, step) = match &entry.what {
                What::Arose {
                    norm,
                    template,
                    deadline,
                } => {
                    let of = self.compiled.program().templates[*template].of;
                    histories.push(format!(
                        "{}: {} active until {deadline}",
                        self.compiled.entities()[of].id,
                        entry.day
                    ));
                    assert_eq!(
                        norm.0 as usize + 1,
                        histories.len(),
                        "norms are numbered in the order of arising"
                    );
                    continue;
                }
                What::Fulfilled { norm, by: event } => (norm, format!("fulfilled{}", by(event))),
                What::Released { norm } => (norm, String::from("released")),
                What::Breached { norm, by: event } => (norm, format!("breached{}", by(event))),
                _ => continue,
            };
            let history = &mut histories[norm.0 as usize];
            write!(history, ", {} {step}", entry.day).expect("a string takes all");
        }
        histories
    }

    /// How many causes each event had on the first day it happened under this name.
    pub fn causes(&self, name: &str) -> usize {
        let found = self.entries.iter().find_map(|entry| match &entry.what {
            What::Happened { event, causes } if self.event(*event) == name => Some(causes.len()),
            _ => None,
        });
        found.unwrap_or_else(|| panic!("`{name}` did not happen"))
    }

    /// The value of an outcome as text: `true`, `12.5`, `2024-01-02`, `never`.
    pub fn outcome(&self, name: &str) -> String {
        let place = self
            .compiled
            .outcome_table()
            .values()
            .position(|outcome| outcome.name == name);
        let place = place.unwrap_or_else(|| panic!("no outcome `{name}`"));
        match self.decided.outcomes[place] {
            None => String::from("none"),
            Some(OutcomeValue::Truth(truth)) => truth.to_string(),
            Some(OutcomeValue::Number(number)) => number.to_string(),
            Some(OutcomeValue::Date(day)) => day.to_string(),
        }
    }

    /// What the run came to.
    pub fn decided(&self) -> &Decided {
        &self.decided
    }

    fn lines(&self, tell: impl Fn(&Entry) -> Option<String>) -> Vec<String> {
        self.entries
            .iter()
            .filter_map(|entry| Some(format!("{} {}", entry.day, tell(entry)?)))
            .collect()
    }

    fn event(&self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        self.spell(&self.compiled.events()[key.event].name, &key.args)
    }

    fn rule(&self, id: InstanceId) -> String {
        let instance = &self.compiled.program().instances[id];
        let rule = &self.compiled.rules()[instance.rule];
        let bound: Vec<_> = (rule.variables.values().zip(&instance.binding))
            .map(|(variable, entity)| format!("{} = {}", variable.name, self.compiled.entities()[*entity].id))
            .collect();
        if bound.is_empty() {
            rule.name.clone()
        } else {
            format!("{}({})", rule.name, bound.join(", "))
        }
    }

    fn spell(&self, name: &str, args: &GroundArgs) -> String {
        spell(self.compiled.model(), name, args)
    }
}
