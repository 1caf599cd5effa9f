//! The forward pass: masses of states flow from day to day along the graph.

use std::ops::Range;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::bits::Bits;
use super::calendar::Calendar;
use super::flows::{ExactFault, Flows, Limits};
use super::frame::{Frames, LabelId};
use super::graph::{ClosedId, Expanded, Graph, NodeId, Opening};
use super::layout::{Kept, Layout};
use super::mask::{Mask, Masks};
use super::pack::Packed;
use super::queue::{Agenda, Bucket, Queue, Share};
use super::tails::{DeltaId, DueId, KindsId, TailId, Tails};
use super::vectors::{VectorId, Vectors};
use super::walk::{Close, Group, Kernel, Kernels, Known, Walks};
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
}

/// What becomes of a state in which a day closed: the state that waits, and what falls away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Closing {
    mask: u32,
    /// The number of the set of groups of periodic rules that can act.
    active: usize,
    /// Whether the days of a condition are counted that holds.
    held: bool,
    /// Whether the mask may leave out duties.
    duties: bool,
    /// Whether it leaves out something that comes soon, something that comes later.
    soon: bool,
    later: bool,
}

/// What is read besides the state in which a day closed: what it left alone, the kinds of what comes soon and later, and
/// how much of the script is past.
type ClosingKey = (LabelId, KindsId, KindsId, u32);

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
    /// What a closed state is without what no longer matters, given what comes and how much of the script is past.
    masked: FxHashMap<(WholeId, KindsId, KindsId, u32), (CoreId, Closing)>,
    closings: FxHashMap<(ClosedId, ClosingKey), (CoreId, Closing)>,
    /// By state in which a day closed: what was last asked of it.
    recent: Vec<Option<(ClosingKey, (CoreId, Closing))>>,
    /// Sets of groups of periodic rules that can act, each with its next tick and the day for which that was looked up.
    active: IndexMap<u64, (Day, Option<Day>), FxBuildHasher>,
    /// The node at which a day opens with a state, by what is due, which groups tick and which era it is.
    opened: FxHashMap<(CoreId, DueId, u64, u32), (NodeId, LabelId)>,
    walks: Walks,
    kernels: Kernels,
    queue: Queue,
    agenda: Agenda,
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
        masked: FxHashMap::default(),
        closings: FxHashMap::default(),
        recent: Vec::new(),
        opened: FxHashMap::default(),
        walks: Walks::default(),
        kernels: Kernels::default(),
        active: IndexMap::default(),
        queue: Queue::default(),
        agenda: Agenda::default(),
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
            .begin(&self.masks, &mut self.tails, era)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let none = self.tails.empty();
        let share = (
            self.frames.everything(),
            none,
            self.vectors.one(&self.tails, none),
        );
        self.flow(expansion, share, 1.0, date)?;
        self.through(share, date)?;
        self.within_day(date)?;
        let mut swept = 0;
        while let Some((date, mut bucket, home)) = self.agenda.pop_first() {
            self.open(date, &mut bucket)?;
            self.agenda.give_back(bucket, home);
            if self.vectors.kept() > 2 * swept + 1_000_000 {
                self.sweep();
                swept = self.vectors.kept();
            }
        }
        self.finish()
    }

    /// Works through one day.
    fn open(&mut self, date: Day, bucket: &mut Bucket) -> Result<(), ExactFault> {
        self.tails.on(date);
        self.vectors.clear_day();
        let era = self.calendar.era(date);
        let (ticks, scripts) = (self.calendar.ticks(date), self.calendar.scripts(date));
        let mut parts = Vec::new();
        self.waiting -= bucket.len();
        bucket.sort();
        for place in 0.. {
            let Some(core) = bucket.core(place) else { break };
            self.within_limits(date)?;
            bucket.of(core, &mut parts);
            let mut rest = parts.as_slice();
            while let Some(((soon, later, _), _)) = rest.first() {
                let count = rest.partition_point(|((a, b, _), _)| (a, b) <= (soon, later));
                let (place, others) = rest.split_at(count);
                rest = others;
                let (vector, factor) = self.vectors.sum(&self.tails, place);
                let (due_soon, soon) = self.tails.split(*soon);
                let parts = self.vectors.split(&mut self.tails, vector, date);
                for place in 0..parts.len() {
                    let Some((due_later, vector)) = self.vectors.due_part(&parts, place) else {
                        continue;
                    };
                    let due = self.tails.both(due_soon, due_later);
                    let share = (soon, vector, factor);
                    self.go_through((core, due), share, (ticks, era, scripts), date)?;
                }
            }
        }
        self.within_day(date)
    }

    /// Leads a state into its day: through all of it, if it is a small one.
    fn go_through(
        &mut self,
        (core, due): (CoreId, DueId),
        (soon, vector, factor): (TailId, VectorId, f64),
        (ticks, era, scripts): (u64, u32, u32),
        date: Day,
    ) -> Result<(), ExactFault> {
        let active = self.about.get(core.index()).map_or(0, |about| about.active);
        let ticks = active & ticks;
        let kinds = (self.tails.kinds(soon), self.vectors.kinds(vector));
        let key = (due, ticks, era, kinds.0, kinds.1, scripts);
        let known = match self.kernels.find(core, &key) {
            Some(known) => known,
            None => {
                let (node, label) = self.enter(core, due, ticks, era, date);
                let kernel = self.kernel((node, label), (soon, vector), (date, scripts))?;
                let known = kernel.map_or(Known::Large(node, label), |kernel| self.kernels.add(kernel));
                self.kernels.put(core, key, known);
                known
            }
        };
        match known {
            Known::Small(place) => self.run(place, (soon, vector, factor), (date, scripts)),
            Known::Large(node, label) => {
                self.queue.enter((label, soon, vector), node, factor);
                Ok(())
            }
        }
    }

    /// Works a day out for a state, if it is a small one.
    fn kernel(
        &mut self,
        (node, label): (NodeId, LabelId),
        (soon, vector): (TailId, VectorId),
        (date, scripts): (Day, u32),
    ) -> Result<Option<Kernel>, ExactFault> {
        let before = self.graph.len();
        let walk = self
            .walks
            .find(node, &mut self.graph, &self.masks, &mut self.tails, date)
            .map_err(|fault| ExactFault::Run(date, fault))?
            .cloned();
        self.flows.expanded += self.graph.len() - before;
        let Some(walk) = walk else { return Ok(None) };
        let mut groups: Vec<(Group, Vec<Close>)> = Vec::new();
        for (deltas, closed, p) in walk.closes {
            let (soon, later) = self.after(soon, vector, deltas);
            let kinds = (self.tails.kinds(soon), self.vectors.kinds(later));
            let (core, closing) = self.closing((closed, label), kinds, (date, scripts))?;
            let same = groups
                .iter_mut()
                .find(|(group, _)| group.deltas == deltas && group.closing == closing);
            let close = (closed, core, p);
            match same {
                Some((_, closes)) => closes.push(close),
                None => {
                    let group = Group {
                        deltas,
                        kinds,
                        closing,
                        closes: 0,
                    };
                    groups.push((group, vec![close]));
                }
            }
        }
        let start = self.kernels.groups.len();
        for (group, closes) in groups {
            let place = self.kernels.closes.len();
            self.kernels.groups.push(Group {
                closes: place,
                ..group
            });
            self.kernels.closes.extend(closes);
        }
        Ok(Some(Kernel {
            label,
            seen: (!walk.seen.is_empty()).then(|| Box::new(walk.seen)),
            groups: start..self.kernels.groups.len(),
        }))
    }

    /// What comes soon and later after a day that adds something.
    fn after(&mut self, soon: TailId, vector: VectorId, deltas: (DeltaId, DeltaId)) -> (TailId, VectorId) {
        let (program, tails) = (self.program, &mut self.tails);
        let soon = tails.apply(program, soon, deltas.0);
        (soon, self.vectors.apply(program, tails, vector, deltas.1))
    }

    /// Lets mass run through a small day.
    fn run(
        &mut self,
        place: u32,
        (soon, vector, factor): (TailId, VectorId, f64),
        (date, scripts): (Day, u32),
    ) -> Result<(), ExactFault> {
        let Some(kernel) = self.kernels.get(place) else {
            return Ok(());
        };
        let (label, groups) = (kernel.label, kernel.groups.clone());
        if let Some(seen) = &kernel.seen {
            let mass = factor * self.vectors.total(vector);
            self.flows.see(seen, mass, date);
        }
        for place in groups {
            let Some(group) = self.kernels.groups.get(place) else {
                continue;
            };
            let (deltas, kinds, closing) = (group.deltas, group.kinds, group.closing);
            let closes = self.kernels.closes(place);
            let (soon, later) = self.after(soon, vector, deltas);
            let now = (self.tails.kinds(soon), self.vectors.kinds(later));
            if now == kinds {
                self.close(closing, closes, (soon, later), factor, date);
                continue;
            }
            for place in closes {
                if let Some((closed, _, p)) = self.kernels.closes.get(place).copied() {
                    let (core, closing) = self.closing((closed, label), now, (date, scripts))?;
                    self.close_one((core, closing), (soon, later), factor * p, date);
                }
            }
        }
        Ok(())
    }

    /// The node at which a day opens with a state, and the label of what the day leaves alone. `ticks` holds only groups
    /// that can act.
    fn enter(&mut self, core: CoreId, due: DueId, ticks: u64, era: u32, date: Day) -> (NodeId, LabelId) {
        let (Some(about), Some((packed, _))) =
            (self.about.get(core.index()), self.cores.get_index(core.index()))
        else {
            return (NodeId::from_index(0), self.frames.everything());
        };
        let key = (core, due, ticks, era);
        if let Some(known) = self.opened.get(&key) {
            return *known;
        }
        let nothing = Mask::default();
        // What a rule reads that is not left out must be there, even if it cannot fire.
        let quiet = self.masks.quiet(about.mask);
        let mask = self.masks.get(quiet).unwrap_or(&nothing);
        let (program, layout) = (self.program, self.layout);
        let frame = self.frames.find(
            program,
            layout,
            (due, &self.tails),
            ticks,
            (quiet, mask),
            (era, date),
        );
        let (inside, label) = self.frames.split(layout, packed, frame);
        let opening = Opening {
            inside,
            due,
            ticks,
            mask: quiet,
            era,
        };
        let node = self.graph.open(opening, &self.tails);
        self.opened.insert(key, (node, label));
        (node, label)
    }

    /// Works through the states of one day.
    fn within_day(&mut self, date: Day) -> Result<(), ExactFault> {
        let entries = self.queue.entries();
        for same in entries.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
            for ((_, node), mass) in same {
                self.queue.add(*node, *mass, || self.graph.order(*node));
            }
            if let Some(((share, _), _)) = same.first() {
                self.through(*share, date)?;
            }
        }
        self.queue.give_back(entries);
        Ok(())
    }

    /// Lets the mass of one share run through the day.
    fn through(&mut self, share: Share, date: Day) -> Result<(), ExactFault> {
        while let Some((node, mass)) = self.queue.next() {
            let before = self.graph.len();
            let expanded = self
                .graph
                .expand(node, &self.masks, &mut self.tails, date)
                .map_err(|fault| ExactFault::Run(date, fault))?;
            self.flows.expanded += self.graph.len() - before;
            self.flow(expanded, share, mass, date)?;
            self.within_limits(date)?;
        }
        Ok(())
    }

    fn within_limits(&self, date: Day) -> Result<(), ExactFault> {
        let limits = self.limits;
        // In units of about thirty-two bytes.
        let kept = self.waiting + 16 * self.tails.len() + self.vectors.kept();
        let passed = kept > limits.states
            || self.flows.expanded > limits.expansions
            || self.flows.steps + self.vectors.moved > limits.steps;
        if passed {
            return Err(ExactFault::TooManyStates(date, self.flows.expanded));
        }
        Ok(())
    }

    fn flow(&mut self, what: Expanded, share: Share, mass: f64, date: Day) -> Result<(), ExactFault> {
        let (label, tail, vector) = share;
        if let Some(seen) = self.graph.seen(what) {
            self.flows.see(seen, mass * self.vectors.total(vector), date);
        }
        for (target, p) in self.graph.on(what) {
            self.queue.add(*target, mass * p, || self.graph.order(*target));
        }
        let count = self.graph.closes(what).len();
        if count == 0 {
            return Ok(());
        }
        let scripts = self.calendar.scripts(date);
        // Closes that add the same stand together.
        let mut last = None;
        let (mut soon, mut later) = (tail, vector);
        for place in 0..count {
            let Some((closed, deltas, p)) = self.graph.closes(what).get(place).copied() else {
                break;
            };
            if last != Some(deltas) {
                last = Some(deltas);
                (soon, later) = self.after(tail, vector, deltas);
            }
            let kinds = (self.tails.kinds(soon), self.vectors.kinds(later));
            let closing = self.closing((closed, label), kinds, (date, scripts))?;
            self.close_one(closing, (soon, later), mass * p, date);
        }
        Ok(())
    }

    /// What becomes of a state in which a day closed, with these kinds of things to come.
    fn closing(
        &mut self,
        (closed, label): (ClosedId, LabelId),
        (soon, later): (KindsId, KindsId),
        (date, scripts): (Day, u32),
    ) -> Result<(CoreId, Closing), ExactFault> {
        let rest = (label, soon, later, scripts);
        if let Some(Some((recent, known))) = self.recent.get(closed.index())
            && *recent == rest
        {
            return Ok(*known);
        }
        let closing = match self.closings.get(&(closed, rest)) {
            Some(known) => *known,
            None => {
                let whole = self.join(closed, label, date)?;
                let closing = self.mask(whole, soon, later, scripts);
                self.closings.insert((closed, rest), closing);
                closing
            }
        };
        if self.recent.len() <= closed.index() {
            self.recent.resize(closed.index() + 1, None);
        }
        if let Some(recent) = self.recent.get_mut(closed.index()) {
            *recent = Some((rest, closing));
        }
        Ok(closing)
    }

    /// A day closes in one way.
    fn close_one(
        &mut self,
        (core, closing): (CoreId, Closing),
        tails: (TailId, VectorId),
        factor: f64,
        date: Day,
    ) {
        let place = self.kernels.closes.len();
        self.kernels.closes.push((ClosedId::from_index(0), core, 1.0));
        self.close(closing, place..place + 1, tails, factor, date);
        self.kernels.closes.truncate(place);
    }

    /// A day closes in ways that are alike: the states wait for their next one.
    fn close(
        &mut self,
        closing: Closing,
        closes: Range<usize>,
        (mut tail, mut vector): (TailId, VectorId),
        factor: f64,
        date: Day,
    ) {
        self.flows.steps += closes.len();
        if let Some(what) = self.masks.get(closing.mask) {
            if closing.soon || closing.duties && self.tails.has_deadlines(tail) {
                tail = self.tails.prune(tail, closing.mask, &what.events, &what.duties);
            }
            if closing.later || closing.duties && self.vectors.has_deadlines(vector) {
                let tails = &mut self.tails;
                vector = self
                    .vectors
                    .prune(tails, vector, closing.mask, &what.events, &what.duties);
            }
        }
        let waits = (tail, self.vectors.kinds(vector));
        let next = match (self.tails.first(tail), self.next(closing.active, date)) {
            (Some(a), Some(b)) => a.min(b),
            (a, b) => a.or(b).unwrap_or(Day::NEVER),
        };
        let parts = self.vectors.by_day(&self.tails, vector, next);
        for part in 0..parts.len() {
            let Some((next, part)) = self.vectors.dated_part(&parts, part) else {
                continue;
            };
            let closes = self.kernels.closes.get(closes.clone()).unwrap_or_default();
            if closing.held {
                // Until the next day of the run nothing changes.
                let until = if next == Day::NEVER {
                    self.program.period.1.days_since(date).map(|days| days + 1)
                } else {
                    next.days_since(date)
                };
                let mass = factor * self.vectors.total(part) * f64::from(until.unwrap_or(0));
                for (_, core, p) in closes {
                    for id in self.about.get(core.index()).iter().flat_map(|about| &about.held) {
                        self.flows.means[*id].add(mass * p);
                    }
                }
            }
            if next == Day::NEVER {
                let mass = factor * self.vectors.total(part);
                for (_, core, p) in closes {
                    *self.ends.entry(*core).or_insert(0.0) += mass * p;
                }
            } else if let Some(bucket) = self.agenda.on(next) {
                for (_, core, p) in closes {
                    bucket.add(*core, waits, part, factor * p);
                }
                self.waiting += closes.len();
            }
        }
    }

    /// The next tick of a set of groups.
    fn next(&mut self, active: usize, date: Day) -> Option<Day> {
        let (groups, next) = self.active.get_index_mut(active)?;
        if next.0 != date {
            *next = (date, self.calendar.next(*groups, date));
        }
        next.1
    }

    /// The whole state in which a day closed.
    fn join(&mut self, closed: ClosedId, label: LabelId, date: Day) -> Result<WholeId, ExactFault> {
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
        Ok(WholeId::from_index(place))
    }

    /// The closed state without what no longer matters, and the mask that says so.
    fn mask(&mut self, whole: WholeId, soon: KindsId, later: KindsId, scripts: u32) -> (CoreId, Closing) {
        let key = (whole, soon, later, scripts);
        if let Some(found) = self.masked.get(&key) {
            return *found;
        }
        let (Some(packed), Some(about)) = (
            self.wholes.get_index(whole.index()),
            self.known.get(whole.index()),
        ) else {
            let none = Closing {
                mask: 0,
                active: 0,
                held: false,
                duties: false,
                soon: false,
                later: false,
            };
            return (CoreId::from_index(0), none);
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
            });
        }
        let active = self.about.get(place).map_or(0, |core| {
            self.active.insert_full(core.active, (Day::NEVER, None)).0
        });
        let closing = Closing {
            mask,
            active,
            held: !about.held.is_empty(),
            duties: mask != 0 && !what.duties.is_empty(),
            soon: self.tails.loses(soon, &what.events),
            later: self.tails.loses(later, &what.events),
        };
        let found = (CoreId::from_index(place), closing);
        self.masked.insert(key, found);
        found
    }

    /// Forgets masses that nothing waits with.
    fn sweep(&mut self) {
        let mut used = Bits::new(self.vectors.len());
        for vector in self.agenda.vectors() {
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
