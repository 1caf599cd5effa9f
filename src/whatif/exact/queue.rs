//! Who waits: nodes of a day that have mass, and states between days.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::fields::FieldId;
use super::frame::LabelId;
use super::graph::{NodeId, Order};
use super::states::CoreId;
use super::tails::{KindsId, TailId};
use super::vectors::{VectorId, merge};
use crate::ids::Id as _;
use crate::language::value::Day;

/// A share of what flows within a day: what the day leaves alone, what comes soon, and masses over what comes later.
pub(super) type Share = (LabelId, TailId, VectorId);

/// The nodes of a day that have mass, in the order in which they are worked through.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// What the day begins with.
    entries: Vec<((Share, NodeId), f64)>,
    /// By node: its mass. Kept from day to day, so that its memory is.
    masses: Vec<f64>,
    /// By rank, descending: the nodes that wait.
    waves: Vec<(Order, Vec<NodeId>)>,
    /// The place among them that was looked up last.
    last: usize,
    /// The nodes of the present rank from the last on.
    current: Vec<NodeId>,
    spare: Vec<Vec<NodeId>>,
}

impl Queue {
    /// Lets mass come to a node at which the day begins.
    pub fn enter(&mut self, share: Share, node: NodeId, mass: f64) {
        self.entries.push(((share, node), mass));
    }

    /// All nodes at which the day begins, by share.
    pub fn entries(&mut self) -> Vec<((Share, NodeId), f64)> {
        let mut entries = std::mem::take(&mut self.entries);
        merge(&mut entries);
        entries
    }

    /// Gives memory back.
    pub fn give_back(&mut self, mut entries: Vec<((Share, NodeId), f64)>) {
        entries.clear();
        self.entries = entries;
    }

    /// Lets mass come to a node.
    #[inline]
    pub fn add(&mut self, node: NodeId, mass: f64, order: impl FnOnce() -> Order) {
        if self.masses.len() <= node.index() {
            self.masses.resize(node.index() + 1, 0.0);
        }
        let Some(sum) = self.masses.get_mut(node.index()) else {
            return;
        };
        let new = *sum == 0.0;
        *sum += mass;
        if new {
            self.wait(node, order());
        }
    }

    fn wait(&mut self, node: NodeId, order: Order) {
        // What a node leads to is mostly of one rank.
        if let Some((known, nodes)) = self.waves.get_mut(self.last)
            && *known == order
        {
            nodes.push(node);
            return;
        }
        let place = self.waves.binary_search_by(|(other, _)| order.cmp(other));
        let place = place.unwrap_or_else(|place| {
            let nodes = self.spare.pop().unwrap_or_default();
            self.waves.insert(place, (order, nodes));
            place
        });
        self.last = place;
        if let Some((_, nodes)) = self.waves.get_mut(place) {
            nodes.push(node);
        }
    }

    /// The next node and its mass.
    #[inline]
    pub fn next(&mut self) -> Option<(NodeId, f64)> {
        while self.current.is_empty() {
            let (_, mut nodes) = self.waves.pop()?;
            nodes.reverse();
            self.spare.push(std::mem::replace(&mut self.current, nodes));
        }
        let node = self.current.pop()?;
        let mass = self.masses.get_mut(node.index()).map_or(0.0, std::mem::take);
        Some((node, mass))
    }
}

/// What waits with a state for one day: what comes soon, and masses over what comes later, by their kinds.
#[derive(Clone, Copy, Debug)]
struct Part {
    soon: TailId,
    later: KindsId,
    vector: VectorId,
    factor: f64,
    /// The part of the same state that came before, by its place plus one.
    before: u32,
}

/// The states that wait for one day.
#[derive(Debug, Default)]
pub(super) struct Bucket {
    /// By state: the last part that came, by its place plus one.
    heads: Vec<u32>,
    /// States in the order of their coming.
    cores: Vec<CoreId>,
    parts: Vec<Part>,
    /// Fields, each with its masses.
    pub fields: Vec<(FieldId, Vec<f64>)>,
}

impl Bucket {
    /// How much waits, four masses of a field counted as one.
    pub fn len(&self) -> usize {
        let masses = self.fields.iter().map(|(_, masses)| masses.len().div_ceil(4));
        self.parts.len() + masses.sum::<usize>()
    }

    /// Lets a part wait with a state.
    pub fn add(&mut self, core: CoreId, (soon, later): (TailId, KindsId), vector: VectorId, factor: f64) {
        if self.heads.len() <= core.index() {
            self.heads.resize(core.index() + 1, 0);
        }
        let Some(head) = self.heads.get_mut(core.index()) else {
            return;
        };
        if *head == 0 {
            self.cores.push(core);
        }
        self.parts.push(Part {
            soon,
            later,
            vector,
            factor,
            before: *head,
        });
        // More parts than that would not fit into memory.
        *head = u32::try_from(self.parts.len()).unwrap_or(0);
    }

    /// The vectors that wait.
    fn vectors(&self) -> impl Iterator<Item = VectorId> + '_ {
        self.parts.iter().map(|part| part.vector)
    }

    /// Lets the states ascend: what is known of neighbours lies side by side.
    pub fn sort(&mut self) {
        self.cores.sort_unstable();
    }

    /// A state that waits, by its place.
    pub fn core(&self, place: usize) -> Option<CoreId> {
        self.cores.get(place).copied()
    }

    /// Forgets everything, but keeps the memory.
    fn clear(&mut self) {
        for core in self.cores.drain(..) {
            if let Some(head) = self.heads.get_mut(core.index()) {
                *head = 0;
            }
        }
        self.parts.clear();
        self.fields.clear();
    }

    /// Everything that waits with a state, grouped by what comes soon and the kinds of what comes later.
    pub fn of(&self, core: CoreId, into: &mut Vec<((TailId, KindsId, VectorId), f64)>) {
        into.clear();
        let mut head = self.heads.get(core.index()).copied().unwrap_or(0);
        while let Some(part) = (head as usize)
            .checked_sub(1)
            .and_then(|place| self.parts.get(place))
        {
            into.push(((part.soon, part.later, part.vector), part.factor));
            head = part.before;
        }
        if into.len() > 1 {
            // In the order of their coming, so that equal ones are summed in that order.
            into.reverse();
            merge(into);
        }
    }
}

/// The days for which states wait.
#[derive(Debug)]
pub(super) struct Agenda {
    /// In order, with the place of each day's bucket.
    days: BTreeMap<Day, usize>,
    buckets: Vec<Bucket>,
    free: Vec<usize>,
    /// The days last looked up, each at the place its number gives.
    recent: [Option<(Day, usize)>; RECENT],
}

/// How many days are remembered. A matter of speed alone.
const RECENT: usize = 64;

/// The place of a bucket that was taken out.
#[derive(Debug)]
pub(super) struct Home(usize);

impl Default for Agenda {
    fn default() -> Self {
        Agenda {
            days: BTreeMap::new(),
            buckets: Vec::new(),
            free: Vec::new(),
            recent: [None; RECENT],
        }
    }
}

impl Agenda {
    /// Those who wait for a day.
    pub fn on(&mut self, day: Day) -> Option<&mut Bucket> {
        let slot = day.since_epoch().cast_unsigned() as usize % RECENT;
        if let Some(Some((recent, place))) = self.recent.get(slot)
            && *recent == day
        {
            return self.buckets.get_mut(*place);
        }
        let place = match self.days.entry(day) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                // One that is done with has its memory.
                let place = self.free.pop().unwrap_or(self.buckets.len());
                if place == self.buckets.len() {
                    self.buckets.push(Bucket::default());
                }
                *new.insert(place)
            }
        };
        if let Some(recent) = self.recent.get_mut(slot) {
            *recent = Some((day, place));
        }
        self.buckets.get_mut(place)
    }

    /// The first day for which any wait, and those.
    pub fn pop_first(&mut self) -> Option<(Day, Bucket, Home)> {
        let (day, place) = self.days.pop_first()?;
        self.recent = [None; RECENT];
        Some((day, std::mem::take(self.buckets.get_mut(place)?), Home(place)))
    }

    /// Gives back a bucket that is done with, for its memory.
    pub fn give_back(&mut self, mut bucket: Bucket, home: Home) {
        bucket.clear();
        if let Some(place) = self.buckets.get_mut(home.0) {
            *place = bucket;
            self.free.push(home.0);
        }
    }

    /// The vectors that wait.
    pub fn vectors(&self) -> impl Iterator<Item = VectorId> + '_ {
        let buckets = self.days.values().filter_map(|place| self.buckets.get(*place));
        buckets.flat_map(Bucket::vectors)
    }
}
