//! States by the number of settlements on the way to them, nearest first (Dijkstra over closed days).

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;
use serde::Serialize;

use super::drive::{answer, go_on};
use super::pack::{Layout, Packed};
use crate::engine::{Decided, Fault, NoTrace, Run, RunError, RunNumber, Seed, Trace, Tracer, World};
use crate::language::value::Day;
use crate::program::{Compiled, OutcomeValue, Program};

/// How far a search came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "extent", content = "settlements", rename_all = "snake_case")]
pub enum Extent {
    /// Every reachable state was looked at.
    Complete,
    /// The budget ended; every story with fewer settlements of chance and choice than this was followed.
    Fewer(u32),
}

/// What was found among the states that a scenario can reach.
#[derive(Clone, Debug)]
pub struct Reachable<'m> {
    /// How many states were looked at; a state is what the close of a day leaves.
    pub states: usize,
    /// Whether these are all.
    pub extent: Extent,
    /// The broken invariants, each with a shortest story.
    pub broken: Vec<Witness<'m>>,
}

/// A shortest story that breaks an invariant.
#[derive(Clone, Debug)]
pub struct Witness<'m> {
    /// The place of the invariant in the model's list.
    pub invariant: usize,
    /// The day at whose close it does not hold.
    pub day: Day,
    /// How many chances and choices that could have fallen otherwise were settled on the way.
    pub settlements: u32,
    /// The story up to that day.
    pub run: Run<'m>,
}

/// Looks at what a search meets.
pub(crate) trait Observer: Tracer {
    /// A day closed in a state that was not seen before.
    fn closed(&mut self, program: &Program, world: &World);
}

impl Observer for NoTrace {
    fn closed(&mut self, _: &Program, _: &World) {}
}

impl Compiled {
    /// Looks for broken invariants in all states that the scenario can reach: every branch of a chance that has a
    /// probability, every open option of a choice, whatever its default; `fix:` is kept. Gives up after so many states and says so.
    ///
    /// # Errors
    ///
    /// A contradiction of rules or the like, in any of the states; the error has the path of its day.
    pub fn reachable(&self, states: usize) -> Result<Reachable<'_>, RunError> {
        self.reachable_observed(states, &mut NoTrace)
    }

    pub(crate) fn reachable_observed(
        &self,
        states: usize,
        observer: &mut impl Observer,
    ) -> Result<Reachable<'_>, RunError> {
        let mut program = self.program().clone();
        for choice in program.choices.values_mut() {
            choice.default = None;
        }
        let first = World::new(&program)
            .map_err(|fault| crate::engine::run_error(self, &fault, &Trace::default()))?;
        let fail = |days: &Days, fault: Fault| {
            // Lived again, so that the message has its path.
            let (world, trace, _) = replay(&program, &first, days);
            crate::engine::run_error_on(self, &fault, world.day(), &trace)
        };
        let mut search = Search::new(&program, &first, states);
        let (looked, extent) = search.go(observer).map_err(|found| fail(&found.0, found.1))?;
        let mut broken = Vec::new();
        for (invariant, state) in std::mem::take(&mut search.broken) {
            let days = search.way(Some(state));
            let (world, trace, ended) = replay(&program, &first, &days);
            if let Err(fault) = ended {
                return Err(fail(&days, fault));
            }
            broken.push(Witness {
                invariant,
                day: world.day(),
                settlements: search.cost(Some(state)),
                run: Run {
                    compiled: self,
                    seed: Seed(0),
                    number: RunNumber(0),
                    decided: decided(&program, &world),
                    trace,
                },
            });
        }
        broken.sort_by_key(|witness| witness.invariant);
        Ok(Reachable {
            states: looked,
            extent,
            broken,
        })
    }
}

/// What a story came to that may end before the period does.
fn decided(program: &Program, world: &World) -> Decided {
    let formulas = program.outcomes.values();
    Decided {
        outcomes: formulas.map(|formula| world.outcome(program, formula)).collect(),
        positions: program.positions.iter().map(|node| world.holds(*node)).collect(),
        expectations: vec![None; program.expectations.len()],
        broken: world.monitors.broken.clone(),
    }
}

/// The answers that were given on each day from the first, one after the other.
type Days = Vec<Box<[u32]>>;

/// Lives these days again; the last of them up to the fault, if it has one.
fn replay(program: &Program, first: &World, days: &Days) -> (World, Trace, Result<(), Fault>) {
    let mut trace = Trace::default();
    let mut world = first.clone();
    for answers in days {
        let Some(day) = world.next_day(program) else { break };
        world.open(program, day);
        if let Err(fault) = live(program, &mut world, answers, &mut trace) {
            return (world, trace, Err(fault));
        }
    }
    (world, trace, Ok(()))
}

/// Lives an open day to its close.
fn live(program: &Program, world: &mut World, answers: &[u32], trace: &mut Trace) -> Result<(), Fault> {
    let mut answers = answers.iter();
    let mut settling = false;
    while let Some(open) = go_on(world, program, settling, trace)? {
        let given = answers.next().copied().unwrap_or(0);
        answer(world, program, &open, given as usize, trace)?;
        settling = true;
    }
    Ok(())
}

/// How a state was reached.
struct Found {
    /// Settlements on the way.
    cost: u32,
    /// The state before it; none for those in which the first day closes.
    from: Option<usize>,
    /// The answers given on its day.
    answers: Box<[u32]>,
    done: bool,
}

struct Search<'p> {
    program: &'p Program,
    first: &'p World,
    layout: Layout,
    /// Most states that are kept.
    most: usize,
    /// How many closes of days were met, equal ones counted again.
    met: usize,
    states: IndexSet<Packed, FxBuildHasher>,
    found: Vec<Found>,
    open: BinaryHeap<Reverse<(u32, Day, usize)>>,
    /// Invariants found broken, with the state.
    broken: Vec<(usize, usize)>,
    spare: Vec<World>,
}

/// How many closes of days are met at most, for each state that may be kept.
const MET_PER_STATE: usize = 20;

/// A fault with the way to it.
type Failed = Box<(Days, Fault)>;

impl<'p> Search<'p> {
    fn new(program: &'p Program, first: &'p World, most: usize) -> Self {
        Search {
            program,
            first,
            layout: Layout::of(program),
            most,
            met: 0,
            states: IndexSet::default(),
            found: Vec::new(),
            open: BinaryHeap::new(),
            broken: Vec::new(),
            spare: Vec::new(),
        }
    }

    fn cost(&self, state: Option<usize>) -> u32 {
        state
            .and_then(|state| self.found.get(state))
            .map_or(0, |found| found.cost)
    }

    /// The answers of each day on the way to a state.
    fn way(&self, state: Option<usize>) -> Days {
        let mut days = Days::new();
        let mut at = state.and_then(|state| self.found.get(state));
        while let Some(found) = at {
            days.push(found.answers.clone());
            at = found.from.and_then(|from| self.found.get(from));
        }
        days.reverse();
        days
    }

    /// Looks at states until there are no more, or no invariant is left to break, or the budget ends.
    fn go(&mut self, observer: &mut impl Observer) -> Result<(usize, Extent), Failed> {
        let mut looked = 0;
        let mut world = self.first.clone();
        let mut extent = match self.day(&mut world, None, observer)? {
            true => Extent::Complete,
            false => Extent::Fewer(0),
        };
        while let Some(Reverse((cost, _, state))) = self.open.pop() {
            match self.found.get_mut(state) {
                Some(found) if !found.done => found.done = true,
                _ => continue,
            }
            let Some(packed) = self.states.get_index(state) else {
                continue;
            };
            let unpacked = self.layout.unpack(self.program, packed, &mut world);
            unpacked.map_err(|fault| Box::new((self.way(Some(state)), fault)))?;
            looked += 1;
            observer.closed(self.program, &world);
            let ends = world.next_day(self.program).is_none();
            self.look(&world, state, ends);
            // Once the budget has ended, what was met is still looked at.
            if !ends && extent == Extent::Complete && !self.day(&mut world, Some(state), observer)? {
                extent = Extent::Fewer(cost);
            }
        }
        Ok((looked, extent))
    }

    /// Which invariants a state breaks that were whole so far.
    fn look(&mut self, world: &World, state: usize, ends: bool) {
        let program = self.program;
        let all = program.invariants.iter().zip(&program.histories);
        for (invariant, (node, history)) in all.enumerate() {
            let fails = match history {
                Some(formula) => ends && world.outcome(program, formula) != Some(OutcomeValue::Truth(true)),
                None => !world.holds(*node),
            };
            if fails && self.broken.iter().all(|(known, _)| *known != invariant) {
                self.broken.push((invariant, state));
            }
        }
    }

    /// Lives the next day of a state in every way. False if the budget ended.
    fn day(
        &mut self,
        world: &mut World,
        from: Option<usize>,
        observer: &mut impl Observer,
    ) -> Result<bool, Failed> {
        let program = self.program;
        let Some(day) = world.next_day(program) else {
            return Ok(true);
        };
        world.open(program, day);
        let cost = self.cost(from);
        let mut opened = self.spare.pop().unwrap_or_else(|| self.first.clone());
        opened.assign(world);
        let mut branches: Vec<(World, Vec<u32>)> = vec![(opened, Vec::new())];
        while let Some((mut world, answers)) = branches.pop() {
            let failed = |search: &Self, answers: &[u32], fault: Fault| {
                let mut days = search.way(from);
                days.push(answers.into());
                Box::new((days, fault))
            };
            // A branch other than the first waits for what comes after its last answer.
            let going = go_on(&mut world, program, !answers.is_empty(), observer);
            let open = going.map_err(|fault| failed(self, &answers, fault))?;
            match open {
                None => {
                    let settled = u32::try_from(answers.len()).unwrap_or(u32::MAX);
                    self.close(&world, from, cost.saturating_add(settled), answers);
                    if self.states.len() > self.most || self.met > self.most.saturating_mul(MET_PER_STATE) {
                        return Ok(false);
                    }
                }
                Some(open) => {
                    for given in open.answers().into_iter().rev() {
                        let mut branch = self.spare.pop().unwrap_or_else(|| self.first.clone());
                        branch.assign(&world);
                        let mut answers = answers.clone();
                        answers.push(u32::try_from(given).unwrap_or(u32::MAX));
                        answer(&mut branch, program, &open, given, observer)
                            .map_err(|fault| failed(self, &answers, fault))?;
                        branches.push((branch, answers));
                    }
                }
            }
            self.spare.push(world);
        }
        Ok(true)
    }

    fn close(&mut self, world: &World, from: Option<usize>, cost: u32, answers: Vec<u32>) {
        self.met += 1;
        let (state, new) = self.states.insert_full(self.layout.pack(world));
        let found = Found {
            cost,
            from,
            answers: answers.into_boxed_slice(),
            done: false,
        };
        match self.found.get_mut(state) {
            Some(known) if !new && known.cost <= cost => return,
            Some(known) => *known = found,
            None => self.found.push(found),
        }
        self.open.push(Reverse((cost, world.day(), state)));
    }
}
