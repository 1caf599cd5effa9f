//! What a test has seen of the rules: which fired, and which conditions were never true or never false.

use serde::Serialize;

use super::reachable::Observer;
use crate::engine::{Draws, Fault, RunError, RunNumber, Seed, Step, Tracer, What, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::Body;
use crate::program::{Compiled, Program};

/// Most runs that are watched day by day.
const RUNS: u64 = 1_000;

/// What was seen of a rule, over all its bindings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleCoverage {
    /// Its name.
    pub rule: String,
    /// Where it is written.
    pub file: String,
    /// The line.
    pub line: usize,
    /// Whether it stands in the vocabulary.
    pub vocabulary: bool,
    /// Whether the scenario has anything that it is about.
    pub bound: bool,
    /// Whether it fired; of one that derives, whether its conditions held at the close of a day.
    pub fired: bool,
    /// Whether it has conditions that could be false.
    pub guarded: bool,
    /// Whether its `if:` was true at the close of a day, or when it fired.
    pub ever_true: bool,
    /// Whether its `if:` was false at the close of a day.
    pub ever_false: bool,
}

/// What is seen, by instance.
pub(crate) struct Cover {
    fired: Vec<bool>,
    ever_true: Vec<bool>,
    ever_false: Vec<bool>,
}

impl Cover {
    pub fn new(program: &Program) -> Cover {
        let none = vec![false; program.instances.len()];
        Cover {
            fired: none.clone(),
            ever_true: none.clone(),
            ever_false: none,
        }
    }

    /// Watches keyed runs, at most a thousand.
    pub fn runs(&mut self, compiled: &Compiled, seed: Seed, runs: u64) -> Result<(), RunError> {
        for number in (0..runs.min(RUNS)).map(RunNumber) {
            if self
                .run(compiled.program(), &mut Draws::new(seed, number))
                .is_err()
            {
                // Once more with its trace, so that the message has its path.
                compiled.run_number(seed, number)?;
            }
        }
        Ok(())
    }

    fn run(&mut self, program: &Program, draws: &mut Draws) -> Result<(), Fault> {
        let mut world = World::new(program)?;
        while let Some(day) = world.next_day(program) {
            world.open(program, day);
            while world.step(program, self)? == Step::Settle {
                world.settle(program, draws, self)?;
                world.commit(program, self)?;
            }
            self.closed(program, &world);
        }
        Ok(())
    }

    /// What was seen of each rule, in the model's order.
    pub fn rules(&self, compiled: &Compiled) -> Vec<RuleCoverage> {
        let (model, program) = (compiled.model(), compiled.program());
        let mut rules: Vec<RuleCoverage> = Vec::new();
        for rule in model.rules().values() {
            let source = model.sources().get(rule.about.span.source);
            let file = source.map_or_else(String::new, |source| source.name.clone());
            rules.push(RuleCoverage {
                rule: rule.name.clone(),
                vocabulary: file.starts_with("vocabulary/"),
                file,
                line: model.sources().line_column(rule.about.span).0,
                bound: false,
                fired: false,
                guarded: !rule.conditions.is_empty() && matches!(rule.body, Body::Then(_)),
                ever_true: false,
                ever_false: false,
            });
        }
        for (id, instance) in program.instances.iter() {
            let Some(rule) = rules.get_mut(instance.rule.index()) else {
                continue;
            };
            let seen = |list: &[bool]| list.get(id.index()).copied().unwrap_or(false);
            let fired = match instance.block {
                Some(_) => seen(&self.fired),
                None => seen(&self.ever_true),
            };
            rule.bound = true;
            rule.fired |= fired;
            rule.ever_true |= seen(&self.ever_true) || fired;
            rule.ever_false |= seen(&self.ever_false);
        }
        if let Some(closed) = &program.closed {
            // What no event can change was so at every close.
            for (rule, tally) in rules.iter_mut().zip(closed.tallies(model)) {
                rule.bound |= tally.instances > 0;
                rule.fired |= tally.holding > 0;
                rule.ever_true |= tally.holding > 0;
                rule.ever_false |= tally.holding < tally.instances;
            }
        }
        rules
    }
}

impl Tracer for Cover {
    fn record(&mut self, _: Day, _: u32, what: impl FnOnce() -> What) {
        if let What::Fired { instance, .. } = what()
            && let Some(fired) = self.fired.get_mut(instance.index())
        {
            *fired = true;
        }
    }
}

impl Observer for Cover {
    fn closed(&mut self, program: &Program, world: &World) {
        let seen = self.ever_true.iter_mut().zip(&mut self.ever_false);
        for ((ever_true, ever_false), instance) in seen.zip(program.instances.values()) {
            if world.holds(instance.guard) {
                *ever_true = true;
            } else {
                *ever_false = true;
            }
        }
    }
}
