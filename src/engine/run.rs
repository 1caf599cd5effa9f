//! One run from the first day to the last.

use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::OutcomeId;
use crate::program::{ChoiceId, GroundFix, OutcomeValue, Program};

use super::draws::{Draws, RunNumber, Seed};
use super::fault::Fault;
use super::settle::Settler;
use super::trace::{Trace, Tracer};
use super::world::{Step, World};

/// Runs one program again and again, reusing its memory.
#[derive(Clone, Debug)]
pub struct Runner<'p> {
    program: &'p Program,
    before: World,
    world: World,
}

/// What one run came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// The outcomes, in the model's order.
    pub outcomes: Vec<Option<OutcomeValue>>,
    /// For each position of the model, whether it is met at the end.
    pub positions: Vec<bool>,
    /// For each expectation of the model, whether it holds; none where one run cannot tell.
    pub expectations: Vec<Option<bool>>,
    /// For each invariant of the model, the first day at whose close it did not hold.
    pub broken: Vec<Option<Day>>,
}

/// One traced run.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// Its seed.
    pub seed: Seed,
    /// Its number.
    pub number: RunNumber,
    /// What happened.
    pub trace: Trace,
    /// What it came to.
    pub decided: Decided,
}

impl<'p> Runner<'p> {
    /// Prepares runs of a program.
    pub fn new(program: &'p Program) -> Result<Self, Fault> {
        let before = World::new(program)?;
        Ok(Runner { program, world: before.clone(), before })
    }

    /// Choices that nothing in the scenario settles: neither a default nor a `fix:` for every time.
    pub fn undecided(&self) -> Vec<ChoiceId> {
        let program = self.program;
        program
            .choices
            .iter()
            .filter(|(_, choice)| {
                let fixed = !matches!(
                    program.settlements[choice.settlement].fix,
                    GroundFix::Open | GroundFix::At(..)
                );
                choice.default.is_none() && !fixed
            })
            .map(|(id, _)| id)
            .collect()
    }

    /// Runs to the end of the period. The world stays as the run left it until the next run.
    pub fn go(&mut self, settler: &mut impl Settler, tracer: &mut impl Tracer) -> Result<&World, Fault> {
        self.world.assign(&self.before);
        let program = self.program;
        while let Some(day) = self.world.next_day(program) {
            self.world.open(program, day);
            while self.world.step(program, tracer)? == Step::Settle {
                self.world.settle(program, settler, tracer)?;
                self.world.commit(program, tracer)?;
            }
        }
        Ok(&self.world)
    }

    /// The world as the last run left it, even one that failed.
    pub fn world(&self) -> &World {
        &self.world
    }

    /// What the last run came to.
    pub fn decided(&self) -> Decided {
        let program = self.program;
        let monitors = &self.world.monitors;
        let of = |formula| monitors.evaluate(program, formula);
        Decided {
            outcomes: program.outcomes.values().map(of).collect(),
            positions: program.positions.iter().map(|node| self.world.holds(*node)).collect(),
            expectations: program
                .expectations
                .iter()
                .map(|formula| Some(of(formula.as_ref()?) == Some(OutcomeValue::Truth(true))))
                .collect(),
            broken: monitors.broken.clone(),
        }
    }

    /// The value of one outcome in the last run.
    pub fn outcome(&self, id: OutcomeId) -> Option<OutcomeValue> {
        debug_assert!(id.index() < self.program.outcomes.len());
        self.world.monitors.evaluate(self.program, self.program.outcomes.get(id)?)
    }

    /// One traced run with keyed draws. An error comes with the trace up to it.
    pub fn traced(&mut self, seed: Seed, number: RunNumber) -> Result<Run, (Fault, Trace)> {
        let mut trace = Trace::default();
        match self.go(&mut Draws::new(seed, number), &mut trace) {
            Ok(_) => Ok(Run { seed, number, trace, decided: self.decided() }),
            Err(fault) => Err((fault, trace)),
        }
    }
}
