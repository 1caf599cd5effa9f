//! The forward pass: states wait in the bucket of their next date, equal states are one.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::layers::{Layers, simple};
use super::layout::{Kept, Layout};
use super::live::Liveness;
use super::pack::Packed;
use super::sum::Sum;
use crate::engine::{Fault, NoTrace, Offer, Pending, Settler, Step, Way, World};
use crate::ids::Table;
use crate::language::value::Day;
use crate::model::{OutcomeId, WordId};
use crate::program::{ChanceId, Formula, Keep, MonitorId, OutcomeValue, Program, Settlement};

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
}

/// Why there is no exact answer.
#[derive(Clone, Debug)]
pub(crate) enum ExactFault {
    /// The limits were passed: the date reached, and how many states had been looked at.
    TooManyStates(Day, usize),
    /// A run would fail.
    Run(Fault),
}

impl From<Fault> for ExactFault {
    fn from(fault: Fault) -> Self {
        ExactFault::Run(fault)
    }
}

type Bucket = IndexMap<Packed, f64, FxBuildHasher>;

struct Pass<'p> {
    program: &'p Program,
    layout: Layout,
    live: Liveness,
    /// Closed states by their next date. In the order of coming, so that sums do not depend on a hash.
    buckets: BTreeMap<Day, Bucket>,
    waiting: usize,
    flows: Flows,
    spare: Vec<World>,
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
        },
        live: Liveness::default(),
        program,
        layout,
        buckets: BTreeMap::new(),
        waiting: 0,
        spare: Vec::new(),
    };
    let mut scratch = World::new(program)?;
    let mut layers = Layers::default();
    let date = program.period.0;
    scratch.open(program, date);
    pass.advance(&mut scratch, &mut layers, 1.0)?;
    pass.finish(&mut scratch, &mut layers, date, limits)?;
    while let Some((date, bucket)) = pass.buckets.pop_first() {
        pass.waiting -= bucket.len();
        for (packed, mass) in bucket {
            pass.layout.unpack(program, &packed, date, &mut scratch)?;
            scratch.open(program, date);
            pass.advance(&mut scratch, &mut layers, mass)?;
            pass.within(date, limits)?;
        }
        pass.finish(&mut scratch, &mut layers, date, limits)?;
    }
    Ok(pass.flows)
}

impl Pass<'_> {
    fn within(&mut self, date: Day, limits: Limits) -> Result<(), ExactFault> {
        self.flows.expanded += 1;
        if self.waiting > limits.states || self.flows.expanded > limits.expansions {
            return Err(ExactFault::TooManyStates(date, self.flows.expanded));
        }
        Ok(())
    }

    /// Runs the worlds of a day that wait between settlements to its close.
    fn finish(
        &mut self,
        scratch: &mut World,
        layers: &mut Layers,
        date: Day,
        limits: Limits,
    ) -> Result<(), ExactFault> {
        while let Some(states) = layers.next() {
            for (mid, mass) in states {
                self.layout.unpack_mid(self.program, &mid, date, scratch)?;
                self.advance(scratch, layers, mass)?;
                self.within(date, limits)?;
            }
        }
        Ok(())
    }

    /// Runs an open day up to its close, or up to chances that the layers settle.
    fn advance(&mut self, world: &mut World, layers: &mut Layers, mass: f64) -> Result<(), ExactFault> {
        loop {
            match world.step(self.program, &mut NoTrace)? {
                Step::Closed => {
                    self.close(world, mass);
                    return Ok(());
                }
                Step::Settle => {
                    if self.enter(world, layers, mass)? || self.settle(world, layers, mass)? {
                        return Ok(());
                    }
                    world.commit(self.program, &mut NoTrace)?;
                }
            }
        }
    }

    /// Hands a world over to the layers, if all that is pending is simple.
    fn enter(&mut self, world: &mut World, layers: &mut Layers, mass: f64) -> Result<bool, ExactFault> {
        let Some(chances) = world.pending_chances() else {
            return Ok(false);
        };
        let mut offers = Vec::with_capacity(chances.len());
        for chance in chances {
            let offer = world.offer(self.program, chance)?;
            if offer.settled.is_some() {
                return Ok(false);
            }
            offers.push((chance, offer));
        }
        let Some(draws) = simple(self.program, &self.layout, world, &offers) else {
            return Ok(false);
        };
        world.clear_pending();
        world.commit(self.program, &mut NoTrace)?;
        self.flush(world, mass);
        layers.enter(
            world.wave(),
            self.layout.pack_mid(self.program, world),
            draws,
            mass,
        );
        Ok(true)
    }

    /// Settles what is pending one by one. True if the world was forked, and all its branches were seen to.
    fn settle(&mut self, world: &mut World, layers: &mut Layers, mass: f64) -> Result<bool, ExactFault> {
        while let Some(next) = world.next_pending() {
            match next {
                Pending::Choice(choice) => {
                    world.settle_choice(self.program, choice, &mut NoChoice, &mut NoTrace)?;
                }
                Pending::Chance(chance) => {
                    let offer = world.offer(self.program, chance)?;
                    if let Some(taken) = offer.settled {
                        world.take(self.program, chance, &offer, taken, &mut NoTrace)?;
                        continue;
                    }
                    self.fork(world, layers, mass, chance, &offer)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn fork(
        &mut self,
        world: &mut World,
        layers: &mut Layers,
        mass: f64,
        chance: ChanceId,
        offer: &Offer,
    ) -> Result<(), ExactFault> {
        // What was watched so far in the day is accounted for here, once.
        self.flush(world, mass);
        for (index, (_, p)) in offer.branches.iter().enumerate() {
            if *p <= 0.0 {
                continue;
            }
            let mut branch = self.spare.pop().unwrap_or_else(|| world.clone());
            branch.assign(world);
            branch.take(self.program, chance, offer, (index, Way::Drawn), &mut NoTrace)?;
            let mass = mass * p;
            if !self.settle(&mut branch, layers, mass)? {
                branch.commit(self.program, &mut NoTrace)?;
                self.advance(&mut branch, layers, mass)?;
            }
            self.spare.push(branch);
        }
        Ok(())
    }

    /// Accounts for what monitors kept along the way have seen today, and lets them forget it.
    fn flush(&mut self, world: &mut World, mass: f64) {
        for (id, kept) in self.layout.monitors.iter() {
            let mut memory = world.memory(id);
            match kept {
                Kept::Flow if memory.first == world.day() => {
                    self.flows.firsts[id].entry(world.day()).or_default().add(mass);
                    memory.first = Day::FIRST;
                    world.put_memory(id, memory);
                }
                Kept::Mean if memory.count != 0 && self.program.monitors[id].keep == Keep::Times => {
                    #[allow(clippy::cast_precision_loss, reason = "a day has few events")]
                    let count = memory.count as f64;
                    self.flows.means[id].add(mass * count);
                    memory.count = 0;
                    world.put_memory(id, memory);
                }
                _ => {}
            }
        }
    }

    fn close(&mut self, world: &mut World, mass: f64) {
        let program = self.program;
        self.flush(world, mass);
        let next = world.next_day(program);
        for (id, kept) in self.layout.monitors.iter() {
            let monitor = &program.monitors[id];
            let held = monitor.keep == Keep::Held && monitor.node.is_some_and(|node| world.holds(node));
            if *kept == Kept::Mean && held {
                // Until the next day of the run nothing changes.
                let until = next.and_then(|next| next.days_since(world.day()));
                let last = program.period.1.days_since(world.day()).map(|days| days + 1);
                self.flows.means[id].add(mass * f64::from(until.or(last).unwrap_or(0)));
            }
        }
        match next {
            Some(date) => {
                let mask = self.live.mask(program, &self.layout, world);
                let packed = self.layout.pack(world, mask);
                let bucket = self.buckets.entry(date).or_default();
                let before = bucket.len();
                *bucket.entry(packed).or_insert(0.0) += mass;
                self.waiting += bucket.len() - before;
            }
            None => self.end(world, mass),
        }
    }

    fn end(&mut self, world: &World, mass: f64) {
        self.flows.mass.add(mass);
        for (id, formula) in self.program.outcomes.iter() {
            let along = matches!(formula, Formula::Monitor(monitor)
                if matches!(self.layout.monitors[*monitor], Kept::Flow | Kept::Mean));
            if let (false, Some(value)) = (along, world.outcome(self.program, formula)) {
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
