//! One run from the first day to the last.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::OutcomeId;
use crate::program::{ChoiceId, Compiled, GroundFix, InstanceId, OutcomeValue, Program};

use super::draws::{Draws, RunNumber, Seed};
use super::fault::{Fault, RunError};
use super::idle::Idle;
use super::settle::Settler;
use super::trace::{NoTrace, Trace, Tracer};
use super::world::{Step, World};

/// How much one run may look at, summed over its days: norms that are open, and events on the agenda, which take far less.
/// Twenty thousand duties that stay open for forty years of days are allowed, which takes a second.
const MOST_WORK: u64 = 300_000_000;

/// Runs one program again and again, reusing its memory.
#[derive(Clone, Debug)]
pub struct Runner<'p> {
    program: &'p Program,
    before: World,
    world: World,
    idle: Idle,
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
    /// For each invariant of the model, the first day at whose close it did not hold; the last day of the period for
    /// one that speaks of the whole run.
    pub broken: Vec<Option<Day>>,
}

/// One traced run of a compiled scenario.
#[derive(Clone, Debug)]
pub struct Run<'m> {
    /// What was run.
    pub compiled: &'m Compiled,
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
        Ok(Runner {
            program,
            world: before.clone(),
            before,
            idle: Idle::new(program),
        })
    }

    /// Runs to the end of the period. The world stays as the run left it until the next run.
    pub fn go(&mut self, settler: &mut impl Settler, tracer: &mut impl Tracer) -> Result<&World, Fault> {
        self.world.assign(&self.before);
        let program = self.program;
        let mut work = 0;
        while let Some(day) = self.world.next_day(program) {
            self.world.open(program, day);
            while self.world.step(program, tracer)? == Step::Settle {
                self.world.settle(program, settler, tracer)?;
                self.world.commit(program, tracer)?;
            }
            if tracer.full() {
                return Err(Fault::TooLong {
                    source: None,
                    open: None,
                });
            }
            work += self.world.weight();
            if work > MOST_WORK {
                return Err(self.too_much_open());
            }
            if let (false, Some(draws)) = (tracer.listens(), settler.keyed()) {
                self.idle.pass(&mut self.world, program, draws)?;
            }
        }
        Ok(&self.world)
    }

    #[cold]
    fn too_much_open(&self) -> Fault {
        let mut counts: BTreeMap<InstanceId, usize> = BTreeMap::new();
        for norm in &self.world.norms {
            *counts
                .entry(self.program.templates[norm.template].source)
                .or_default() += 1;
        }
        let (norms, events) = self.world.open_ends();
        let most = counts
            .into_iter()
            .max_by_key(|(source, count)| (*count, Reverse(*source)));
        let most = most.filter(|(_, count)| *count * 2 > norms + events);
        Fault::TooLong {
            source: most.map(|(source, _)| source),
            open: Some(norms + events),
        }
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
        let histories = monitors.broken.iter().zip(&program.histories);
        let broken = histories.map(|(broken, history)| {
            let fails =
                |formula| (of(formula) != Some(OutcomeValue::Truth(true))).then_some(program.period.1);
            broken.or_else(|| history.as_ref().and_then(fails))
        });
        let broken = broken.collect();
        Decided {
            outcomes: program.outcomes.values().map(of).collect(),
            positions: program
                .positions
                .iter()
                .map(|node| self.world.holds(*node))
                .collect(),
            expectations: program
                .expectations
                .iter()
                .map(|formula| Some(of(formula.as_ref()?) == Some(OutcomeValue::Truth(true))))
                .collect(),
            broken,
        }
    }

    /// The value of one outcome in the last run.
    pub fn outcome(&self, id: OutcomeId) -> Option<OutcomeValue> {
        debug_assert!(id.index() < self.program.outcomes.len());
        self.world
            .monitors
            .evaluate(self.program, self.program.outcomes.find(id)?)
    }
}

/// Choices that nothing in the scenario settles: neither a default nor a `fix:` for every time.
pub(crate) fn undecided(program: &Program) -> Vec<ChoiceId> {
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

impl Compiled {
    /// One run with keyed draws, traced: run number 0 under `seed`.
    pub fn run(&self, seed: Seed) -> Result<Run<'_>, RunError> {
        self.run_number(seed, RunNumber(0))
    }

    /// The run of that number under `seed`, traced.
    pub fn run_number(&self, seed: Seed, number: RunNumber) -> Result<Run<'_>, RunError> {
        let mut trace = Trace::default();
        let first = self.program().period.0;
        let fail = |fault: &Fault, day, trace: &Trace| super::complain::run_error_on(self, fault, day, trace);
        let mut runner = Runner::new(self.program()).map_err(|fault| fail(&fault, first, &trace))?;
        if let Err(fault) = runner.go(&mut Draws::new(seed, number), &mut trace) {
            return Err(fail(&fault, runner.world.day, &trace));
        }
        Ok(Run {
            compiled: self,
            seed,
            number,
            decided: runner.decided(),
            trace,
        })
    }

    /// Whether a state condition, given as an outcome-like formula, holds in a run: runs numbers 0, 1, ... until one
    /// ends with `wanted` true, at most `limit` of them. The runs before it are not traced.
    pub fn first_run_where(
        &self,
        seed: Seed,
        limit: u64,
        mut wanted: impl FnMut(&Decided) -> bool,
    ) -> Result<Option<Run<'_>>, RunError> {
        let silent = |fault: Fault| super::complain::run_error(self, &fault, &Trace::default());
        let mut runner = Runner::new(self.program()).map_err(silent)?;
        for number in (0..limit).map(RunNumber) {
            // A run that fails is run again with its trace, so that the message has its path.
            if runner.go(&mut Draws::new(seed, number), &mut NoTrace).is_err() || wanted(&runner.decided()) {
                return self.run_number(seed, number).map(Some);
            }
        }
        Ok(None)
    }
}
