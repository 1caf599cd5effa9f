//! Who waits: nodes of a day that have mass, and states between days.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use super::frame::LabelId;
use super::graph::NodeId;
use super::pass::CoreId;
use super::tails::{KindsId, TailId};
use super::vectors::{VectorId, merge};
use crate::ids::Id as _;
use crate::language::value::Day;

/// A share of what flows within a day: what the day leaves alone, what comes soon, and masses over what comes later.
pub(super) type Share = (LabelId, TailId, VectorId);

/// Shares with their factors.
pub(super) type Shares = Vec<(Share, f64)>;

/// The nodes of a day that have mass, in the order in which they are worked through.
#[derive(Debug, Default)]
pub(super) struct Queue {
    /// By node: what has come to it. Kept from day to day, so that its memory is.
    inbox: Vec<Shares>,
    waves: BTreeMap<(u32, usize), Vec<NodeId>>,
    current: std::vec::IntoIter<NodeId>,
}

impl Queue {
    /// Lets mass come to a node: shares, each with its factor times `p`.
    pub fn add(&mut self, order: (u32, usize), node: NodeId, shares: &[(Share, f64)], p: f64) {
        if self.inbox.len() <= node.index() {
            self.inbox.resize_with(node.index() + 1, Shares::new);
        }
        let Some(inbox) = self.inbox.get_mut(node.index()) else {
            return;
        };
        if inbox.is_empty() {
            self.waves.entry(order).or_default().push(node);
        }
        inbox.extend(shares.iter().map(|(share, factor)| (*share, factor * p)));
    }

    /// The next node and what has come to it, each share once.
    pub fn next(&mut self) -> Option<(NodeId, Shares)> {
        let node = match self.current.next() {
            Some(node) => node,
            None => {
                self.current = self.waves.pop_first()?.1.into_iter();
                self.current.next()?
            }
        };
        let mut shares = self.inbox.get_mut(node.index()).map(std::mem::take)?;
        merge(&mut shares);
        Some((node, shares))
    }

    /// Gives the memory of shares back.
    pub fn done(&mut self, node: NodeId, mut shares: Shares) {
        shares.clear();
        if let Some(inbox) = self.inbox.get_mut(node.index())
            && inbox.is_empty()
        {
            *inbox = shares;
        }
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
}

impl Bucket {
    /// How many parts wait.
    pub fn len(&self) -> usize {
        self.parts.len()
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
        // In the order of their coming, so that equal ones are summed in that order.
        into.reverse();
        merge(into);
    }
}

/// The days for which states wait.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    /// In order, with the place of each day's bucket.
    days: BTreeMap<Day, usize>,
    buckets: Vec<Bucket>,
    free: Vec<usize>,
    /// The day last looked up.
    recent: Option<(Day, usize)>,
}

/// The place of a bucket that was taken out.
#[derive(Debug)]
pub(super) struct Home(usize);

impl Agenda {
    /// Those who wait for a day.
    pub fn on(&mut self, day: Day) -> Option<&mut Bucket> {
        if let Some((recent, place)) = self.recent
            && recent == day
        {
            return self.buckets.get_mut(place);
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
        self.recent = Some((day, place));
        self.buckets.get_mut(place)
    }

    /// The first day for which any wait, and those.
    pub fn pop_first(&mut self) -> Option<(Day, Bucket, Home)> {
        let (day, place) = self.days.pop_first()?;
        self.recent = None;
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
