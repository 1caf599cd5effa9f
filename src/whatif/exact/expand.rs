//! The forward pass: states wait in the bucket of their next date, equal states are one.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::layout::{Kept, Layout};
use super::live::Liveness;
use super::pack::Packed;
use super::sum::Sum;
use crate::engine::{Fault, NoTrace, Offer, Pending, Settler, Step, Way, World};
use crate::ids::Table;
use crate::language::value::Day;
use crate::model::{OutcomeId, WordId};
use crate::program::{Formula, Keep, MonitorId, OutcomeValue, Program, Settlement};

/// How much the pass may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most states kept at one time.
    pub states: usize,
    /// Most states expanded in all.
    pub expansions: usize,
}

/// What the pass found.
#[derive(Clone, Debug)]
pub(crate) struct Flows {
    /// For each outcome told from last states: its values with their masses.
    pub outcomes: Table<OutcomeId, BTreeMap<OutcomeValue, Sum>>,
    /// For each monitor kept along the way: the mass that first met it, by day.
    pub firsts: Table<MonitorId, BTreeMap<Day, Sum>>,
    /// For each monitor kept along the way: its mean.
    pub means: Table<MonitorId, Sum>,
    /// For each position: the mass in which it is met at the end.
    pub positions: Vec<Sum>,
    /// The mass of all last states; one but for rounding.
    pub mass: Sum,
    /// How many states were expanded.
    pub expanded: usize,
    /// The most states that waited at one time.
    pub widest: usize,
}

/// Why there is no exact answer.
#[derive(Clone, Debug)]
pub(crate) enum ExactFault {
    /// The limits were passed: the date reached, and the states that waited.
    TooManyStates(Day, usize),
    /// A run would fail.
    Run(Fault),
}

impl From<Fault> for ExactFault {
    fn from(fault: Fault) -> Self {
        ExactFault::Run(fault)
    }
}

type Bucket = FxHashMap<Packed, f64>;

struct Pass<'p> {
    program: &'p Program,
    layout: Layout,
    buckets: BTreeMap<Day, Bucket>,
    waiting: usize,
    flows: Flows,
    spare: Vec<World>,
    live: Liveness,
}

/// Leaves open choices open: they are an error here.
struct NoChoice;

impl Settler for NoChoice {
    fn chance(&mut self, _: &Settlement, _: u32, _: &[(usize, f64)]) -> Option<usize> {
        None
    }

    fn choice(&mut self, _: &Settlement, _: u32, _: &[WordId]) -> Option<usize> {
        None
    }
}

/// The exact distribution of all outcomes under the defaults of choices.
pub(crate) fn exact(program: &Program, limits: Limits) -> Result<Flows, ExactFault> {
    let layout = Layout::new(program);
    let mut pass = Pass {
        flows: Flows {
            outcomes: program.outcomes.ids().map(|_| BTreeMap::new()).collect(),
            firsts: program.monitors.ids().map(|_| BTreeMap::new()).collect(),
            means: program.monitors.ids().map(|_| Sum::default()).collect(),
            positions: vec![Sum::default(); program.positions.len()],
            mass: Sum::default(),
            expanded: 0,
            widest: 1,
        },
        program,
        live: Liveness::new(program, &layout),
        layout,
        buckets: BTreeMap::new(),
        waiting: 0,
        spare: Vec::new(),
    };
    let first = World::new(program)?;
    let mut scratch = first.clone();
    pass.day(first, program.period.0, 1.0)?;
    while let Some((date, bucket)) = pass.buckets.pop_first() {
        pass.waiting -= bucket.len();
        // In the order of the words, so that sums do not depend on a hash.
        let mut states: Vec<(Packed, f64)> = bucket.into_iter().collect();
        states.sort_unstable_by(|a, b| a.0.cmp(&b.0));
        for (packed, mass) in states {
            pass.layout.unpack(program, &packed, date, &mut scratch)?;
            scratch = pass.day(scratch, date, mass)?;
            pass.flows.expanded += 1;
            if pass.waiting > limits.states || pass.flows.expanded > limits.expansions {
                return Err(ExactFault::TooManyStates(date, pass.waiting));
            }
        }
    }
    Ok(pass.flows)
}

impl Pass<'_> {
    /// Runs one day of a state in all its branches; gives the world back as scratch.
    fn day(&mut self, mut world: World, date: Day, mass: f64) -> Result<World, ExactFault> {
        world.open(self.program, date);
        self.advance(&mut world, mass)?;
        Ok(world)
    }

    fn advance(&mut self, world: &mut World, mass: f64) -> Result<(), ExactFault> {
        loop {
            match world.step(self.program, &mut NoTrace)? {
                Step::Closed => {
                    self.close(world, mass);
                    return Ok(());
                }
                Step::Settle => {
                    if self.settle(world, mass)? {
                        return Ok(());
                    }
                    world.commit(self.program, &mut NoTrace)?;
                }
            }
        }
    }

    /// Settles what is pending. True if the world was forked, and all its branches were seen to their end.
    fn settle(&mut self, world: &mut World, mass: f64) -> Result<bool, ExactFault> {
        while let Some(next) = world.next_pending() {
            match next {
                Pending::Choice(choice) => {
                    world.settle_choice(self.program, choice, &mut NoChoice, &mut NoTrace)?
                }
                Pending::Chance(chance) => {
                    let offer = world.offer(self.program, chance)?;
                    if let Some(taken) = offer.settled {
                        world.take(self.program, chance, &offer, taken, &mut NoTrace)?;
                        continue;
                    }
                    self.fork(world, mass, chance, &offer)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn fork(
        &mut self,
        world: &mut World,
        mass: f64,
        chance: crate::program::ChanceId,
        offer: &Offer,
    ) -> Result<(), ExactFault> {
        for (index, (_, p)) in offer.branches.iter().enumerate() {
            if *p <= 0.0 {
                continue;
            }
            let mut branch = self.spare.pop().unwrap_or_else(|| world.clone());
            branch.assign(world);
            branch.take(self.program, chance, offer, (index, Way::Drawn), &mut NoTrace)?;
            let mass = mass * p;
            if !self.settle(&mut branch, mass)? {
                branch.commit(self.program, &mut NoTrace)?;
                self.advance(&mut branch, mass)?;
            }
            self.spare.push(branch);
        }
        Ok(())
    }

    fn close(&mut self, world: &World, mass: f64) {
        let program = self.program;
        let next = world.next_day(program);
        for (id, kept) in self.layout.monitors.iter() {
            let memory = world.memory(id);
            match kept {
                Kept::Flow if memory.first == world.day() => {
                    self.flows.firsts[id].entry(world.day()).or_default().add(mass);
                }
                Kept::Mean => {
                    let monitor = &program.monitors[id];
                    let amount = match (monitor.keep, monitor.node) {
                        (Keep::Held, Some(node)) if world.holds(node) => {
                            let until = next.and_then(|next| next.days_since(world.day()));
                            let last = program.period.1.days_since(world.day()).map(|days| days + 1);
                            f64::from(until.or(last).unwrap_or(0))
                        }
                        (Keep::Held, _) => 0.0,
                        #[allow(clippy::cast_precision_loss, reason = "a day has few events")]
                        _ => memory.count as f64,
                    };
                    if amount != 0.0 {
                        self.flows.means[id].add(mass * amount);
                    }
                }
                _ => {}
            }
        }
        match next {
            Some(date) => {
                let sticky = self.live.sticky.clone();
                let mask = self.live.mask(program, &self.layout, world);
                let packed = self.layout.pack(world, mask, &sticky);
                let bucket = self.buckets.entry(date).or_default();
                let before = bucket.len();
                *bucket.entry(packed).or_insert(0.0) += mass;
                self.waiting += bucket.len() - before;
                self.flows.widest = self.flows.widest.max(self.waiting);
            }
            None => self.end(world, mass),
        }
    }

    fn end(&mut self, world: &World, mass: f64) {
        self.flows.mass.add(mass);
        for (id, formula) in self.program.outcomes.iter() {
            let along = matches!(formula, Formula::Monitor(monitor)
                if matches!(self.layout.monitors[*monitor], Kept::Flow | Kept::Mean));
            if !along && let Some(value) = world.outcome(self.program, formula) {
                self.flows.outcomes[id].entry(value).or_default().add(mass);
            }
        }
        for (sum, node) in self.flows.positions.iter_mut().zip(&self.program.positions) {
            if world.holds(*node) {
                sum.add(mass);
            }
        }
    }
}
