//! The forward pass: masses of states flow from day to day along the graph.

use std::collections::{BTreeMap, VecDeque};

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::bits::Bits;
use super::calendar::Calendar;
use super::flows::{ExactFault, Flows, Limits};
use super::frame::{Frames, LabelId};
use super::graph::{ClosedId, Expansion, Graph, NodeId, Target};
use super::layout::{Kept, Layout};
use super::mask::{Mask, Masks};
use super::pack::Packed;
use super::tails::{DeltaId, KindsId, TailId, Tails};
use super::vectors::{VectorId, Vectors, merge};
use crate::engine::{Fault, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{Formula, Keep, MonitorId, Program};

crate::ids::ids! {
    /// A state between days, with its mask.
    CoreId;
    /// A state in which a day closed.
    WholeId;
}

/// What is known of a state in which a day closed.
#[derive(Clone, Debug)]
struct Whole {
    /// Guards of periodic rules that hold, by their place in the layout.
    ticking: Bits,
    /// Conditions that hold and whose days are counted.
    held: SmallVec<[MonitorId; 2]>,
}

/// What is known of a state between days.
#[derive(Clone, Debug)]
struct Core {
    /// Groups of periodic rules that can act.
    active: u64,
    held: SmallVec<[MonitorId; 2]>,
    mask: u32,
    /// The next tick of those groups, and the day for which it was looked up.
    next: (Day, Option<Day>),
}

/// What waits together: a state, what comes soon, and what kinds of things come later.
type Place = (CoreId, TailId, KindsId);

/// A share of what flows within a day: what the day leaves alone, what comes soon, and masses over what comes later.
type Share = (LabelId, TailId, VectorId);

type Bucket = IndexMap<Place, Vec<(VectorId, f64)>, FxBuildHasher>;

struct Pass<'p> {
    program: &'p Program,
    layout: &'p Layout,
    limits: Limits,
    calendar: Calendar,
    graph: Graph<'p>,
    tails: Tails,
    vectors: Vectors,
    frames: Frames,
    masks: Masks,
    /// Between days: all states with their masks.
    cores: IndexSet<(Packed, u32), FxBuildHasher>,
    about: Vec<Core>,
    /// At the close of a day: all states.
    wholes: IndexSet<Packed, FxBuildHasher>,
    known: Vec<Whole>,
    joined: FxHashMap<(ClosedId, LabelId), WholeId>,
    /// What a closed state is without what no longer matters, given what comes and how much of the script is past.
    masked: FxHashMap<(WholeId, KindsId, KindsId, u32), (CoreId, u32)>,
    buckets: BTreeMap<Day, Bucket>,
    ends: IndexMap<CoreId, f64, FxBuildHasher>,
    waiting: usize,
    world: World,
    flows: Flows,
}

/// The exact distribution of all outcomes under the defaults of choices.
pub(crate) fn exact(program: &Program, limits: Limits) -> Result<Flows, ExactFault> {
    let layout = Layout::new(program);
    let first = program.period.0;
    let at = |fault| ExactFault::Run(first, fault);
    let masks = Masks::new(program, &layout);
    let mut pass = Pass {
        calendar: Calendar::of(program, &layout),
        graph: Graph::new(program, &layout).map_err(at)?,
        tails: Tails::new(program),
        vectors: Vectors::default(),
        frames: Frames::new(program, &layout, masks.risky()),
        masks,
        cores: IndexSet::default(),
        about: Vec::new(),
        wholes: IndexSet::default(),
        known: Vec::new(),
        joined: FxHashMap::default(),
        masked: FxHashMap::default(),
        buckets: BTreeMap::new(),
        ends: IndexMap::default(),
        waiting: 0,
        world: World::new(program).map_err(at)?,
        flows: Flows::new(program),
        program,
        layout: &layout,
        limits,
    };
    pass.go()?;
    Ok(pass.flows)
}

impl Pass<'_> {
    fn go(&mut self) -> Result<(), ExactFault> {
        let date = self.program.period.0;
        let era = self.calendar.era(date);
        let expansion = self
            .graph
            .begin(&mut self.tails, era)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let none = self.tails.empty();
        let share = (
            self.frames.everything(),
            none,
            self.vectors.one(&self.tails, none),
        );
        let mut queue = Queue::default();
        self.flow(&expansion, &[(share, 1.0)], &mut queue, date)?;
        self.within_day(queue, date)?;
        let mut days = 0;
        while let Some((date, bucket)) = self.buckets.pop_first() {
            self.open(date, bucket)?;
            days += 1;
            if days % 16 == 0 {
                self.sweep();
            }
        }
        self.finish()
    }

    /// Works through one day.
    fn open(&mut self, date: Day, bucket: Bucket) -> Result<(), ExactFault> {
        self.tails.on(date);
        self.vectors.clear_day();
        let era = self.calendar.era(date);
        let ticks = self.calendar.ticks(date);
        let mut queue = Queue::default();
        let nothing = Mask::default();
        for ((core, soon, _), mut parts) in bucket {
            self.waiting -= parts.len();
            let (vector, factor) = self.vectors.sum(&self.tails, &mut parts);
            let (Some(about), Some((packed, _))) =
                (self.about.get(core.index()), self.cores.get_index(core.index()))
            else {
                continue;
            };
            let (mask_id, ticks) = (about.mask, about.active & ticks);
            let mask = self.masks.get(mask_id).unwrap_or(&nothing);
            let (due_soon, soon) = self.tails.split(soon);
            for (due_later, vector) in self.vectors.split(&mut self.tails, vector, date) {
                let due = self.tails.both(due_soon, due_later);
                let frame = self.frames.find(
                    self.program,
                    self.layout,
                    (due, &self.tails),
                    ticks,
                    (mask_id, mask),
                    (era, date),
                );
                let (inside, label) = self.frames.split(self.layout, packed, frame);
                let node = self.graph.open(inside, (due, &self.tails), ticks, mask_id, era);
                let order = self.graph.order(node);
                queue.add(order, node, &[((label, soon, vector), factor)], 1.0);
            }
        }
        self.within_day(queue, date)
    }

    /// Works through the states of one day.
    fn within_day(&mut self, mut queue: Queue, date: Day) -> Result<(), ExactFault> {
        while let Some((node, mut shares)) = queue.next() {
            merge(&mut shares);
            let before = self.graph.len();
            let expansion = self
                .graph
                .take(node, &self.masks, &mut self.tails, date)
                .map_err(|fault| ExactFault::Run(date, fault))?;
            self.flows.expanded += self.graph.len() - before;
            self.flow(&expansion, &shares, &mut queue, date)?;
            self.graph.give_back(node, expansion);
            let limits = self.limits;
            if self.waiting > limits.states
                || self.flows.expanded > limits.expansions
                || self.flows.steps + self.vectors.moved > limits.steps
            {
                return Err(ExactFault::TooManyStates(date, self.flows.expanded));
            }
        }
        Ok(())
    }

    fn flow(
        &mut self,
        expansion: &Expansion,
        shares: &[(Share, f64)],
        queue: &mut Queue,
        date: Day,
    ) -> Result<(), ExactFault> {
        if !expansion.firsts.is_empty() || !expansion.counts.is_empty() {
            let mass = |((_, _, vector), factor): &(Share, f64)| factor * self.vectors.total(*vector);
            let total = shares.iter().fold(0.0, |sum, share| sum + mass(share));
            for (id, share) in &expansion.firsts {
                self.flows.firsts[*id].entry(date).or_default().add(total * share);
            }
            for (id, mean) in &expansion.counts {
                self.flows.means[*id].add(total * mean);
            }
        }
        for (target, p) in &expansion.edges {
            match target {
                Target::Node(node) => queue.add(self.graph.order(*node), *node, shares, *p),
                Target::Closed(closed, soon, later) => {
                    for ((label, tail, vector), factor) in shares {
                        let share = (*label, *tail, *vector);
                        self.close(*closed, (*soon, *later), share, factor * p, date)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// A day closes: the state waits for its next one.
    fn close(
        &mut self,
        closed: ClosedId,
        (soon, later): (DeltaId, DeltaId),
        (label, tail, vector): Share,
        factor: f64,
        date: Day,
    ) -> Result<(), ExactFault> {
        self.flows.steps += 1;
        let program = self.program;
        let whole = self.join(closed, label, date)?;
        let tail = self.tails.apply(program, tail, soon);
        let vector = self.vectors.apply(program, &mut self.tails, vector, later);
        let (core, mask) = self.mask(whole, self.tails.kinds(tail), self.vectors.kinds(vector), date);
        let (tail, vector) = match self.masks.get(mask) {
            Some(what) if mask != 0 => (
                self.tails.prune(tail, mask, &what.events, &what.duties),
                self.vectors
                    .prune(&mut self.tails, vector, mask, &what.events, &what.duties),
            ),
            _ => (tail, vector),
        };
        let kinds = self.vectors.kinds(vector);
        let Some(about) = self.about.get_mut(core.index()) else {
            return Ok(());
        };
        if about.next.0 != date {
            about.next = (date, self.calendar.next(about.active, date));
        }
        let next = match (self.tails.first(tail), about.next.1) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b).unwrap_or(Day::NEVER),
        };
        for (next, part) in self.vectors.by_day(&self.tails, vector, next) {
            if !about.held.is_empty() {
                // Until the next day of the run nothing changes.
                let until = if next == Day::NEVER {
                    program.period.1.days_since(date).map(|days| days + 1)
                } else {
                    next.days_since(date)
                };
                let mass = factor * self.vectors.total(part);
                for id in &about.held {
                    self.flows.means[*id].add(mass * f64::from(until.unwrap_or(0)));
                }
            }
            if next == Day::NEVER {
                *self.ends.entry(core).or_insert(0.0) += factor * self.vectors.total(part);
            } else {
                let bucket = self.buckets.entry(next).or_default();
                bucket
                    .entry((core, tail, kinds))
                    .or_default()
                    .push((part, factor));
                self.waiting += 1;
            }
        }
        Ok(())
    }

    /// The whole state in which a day closed.
    fn join(&mut self, closed: ClosedId, label: LabelId, date: Day) -> Result<WholeId, ExactFault> {
        if let Some(known) = self.joined.get(&(closed, label)) {
            return Ok(*known);
        }
        let Some(inside) = self.graph.closed(closed) else {
            return Ok(WholeId::from_index(0));
        };
        let packed = self.frames.join(self.layout, inside, label);
        let (place, new) = self.wholes.insert_full(packed);
        if new && let Some(packed) = self.wholes.get_index(place) {
            let (program, layout, world) = (self.program, self.layout, &mut self.world);
            layout
                .unpack(program, packed, &[], date, world)
                .map_err(|fault| ExactFault::Run(date, fault))?;
            let mut ticking = Bits::new(layout.ticking.len());
            for (place, (_, _, guard)) in layout.ticking.iter().enumerate() {
                if world.holds(*guard) {
                    ticking.add(place);
                }
            }
            let held = layout.monitors.iter().filter(|(id, kept)| {
                let monitor = &program.monitors[*id];
                **kept == Kept::Mean
                    && monitor.keep == Keep::Held
                    && monitor.node.is_some_and(|node| world.holds(node))
            });
            self.known.push(Whole {
                ticking,
                held: held.map(|(id, _)| id).collect(),
            });
        }
        let whole = WholeId::from_index(place);
        self.joined.insert((closed, label), whole);
        Ok(whole)
    }

    /// The closed state without what no longer matters, and the mask that says so.
    fn mask(&mut self, whole: WholeId, soon: KindsId, later: KindsId, date: Day) -> (CoreId, u32) {
        let scripts = self.calendar.scripts(date);
        let key = (whole, soon, later, scripts);
        if let Some(found) = self.masked.get(&key) {
            return *found;
        }
        let (Some(packed), Some(about)) = (
            self.wholes.get_index(whole.index()),
            self.known.get(whole.index()),
        ) else {
            return (CoreId::from_index(0), 0);
        };
        let coming = self.tails.list(soon).iter().chain(self.tails.list(later));
        let coming = self.tails.shown(coming.copied());
        let mask = self
            .masks
            .find(self.program, self.layout, packed, &coming, scripts);
        let nothing = Mask::default();
        let what = self.masks.get(mask).unwrap_or(&nothing);
        let (place, new) = self.cores.insert_full((self.layout.masked(packed, what), mask));
        if new {
            let mut active = self.calendar.counting;
            for (place, (group, instance, _)) in self.layout.ticking.iter().enumerate() {
                if about.ticking.has(place) && !what.muted.has(instance.index()) {
                    active |= Calendar::bit(*group);
                }
            }
            self.about.push(Core {
                active,
                held: about.held.clone(),
                mask,
                next: (Day::NEVER, None),
            });
        }
        let found = (CoreId::from_index(place), mask);
        self.masked.insert(key, found);
        found
    }

    /// Forgets masses that nothing waits with.
    fn sweep(&mut self) {
        let mut used = Bits::new(self.vectors.len());
        for (vector, _) in self.buckets.values().flat_map(IndexMap::values).flatten() {
            used.add(vector.index());
        }
        self.vectors.keep(&used);
    }

    /// What the last states say.
    fn finish(&mut self) -> Result<(), ExactFault> {
        let program = self.program;
        let last = program.period.1;
        let fault = |fault: Fault| ExactFault::Run(last, fault);
        for (core, mass) in std::mem::take(&mut self.ends) {
            let Some((packed, _)) = self.cores.get_index(core.index()) else {
                continue;
            };
            let world = &mut self.world;
            self.layout
                .unpack(program, packed, &[], last, world)
                .map_err(fault)?;
            self.flows.mass.add(mass);
            for (id, formula) in program.outcomes.iter() {
                let along = matches!(formula, Formula::Monitor(monitor)
                    if matches!(self.layout.monitors[*monitor], Kept::Flow | Kept::Mean));
                if let (false, Some(value)) = (along, world.outcome(program, formula)) {
                    self.flows.outcomes[id].entry(value).or_default().add(mass);
                }
            }
            for ((met, missed), node) in self.flows.positions.iter_mut().zip(&program.positions) {
                if world.holds(*node) {
                    met.add(mass);
                } else {
                    missed.get_or_insert_default().add(mass);
                }
            }
        }
        Ok(())
    }
}

/// The nodes of a day that have mass, in the order in which they are worked through.
#[derive(Default)]
struct Queue {
    waves: BTreeMap<(u32, usize), IndexMap<NodeId, Vec<(Share, f64)>, FxBuildHasher>>,
    current: VecDeque<(NodeId, Vec<(Share, f64)>)>,
}

impl Queue {
    fn add(&mut self, order: (u32, usize), node: NodeId, shares: &[(Share, f64)], p: f64) {
        let all = self.waves.entry(order).or_default().entry(node).or_default();
        all.extend(shares.iter().map(|(share, factor)| (*share, factor * p)));
    }

    fn next(&mut self) -> Option<(NodeId, Vec<(Share, f64)>)> {
        if self.current.is_empty() {
            let (_, wave) = self.waves.pop_first()?;
            self.current.extend(wave);
        }
        self.current.pop_front()
    }
}
