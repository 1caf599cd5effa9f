//! A whole day from its opening to its closes, for states from which it can close in few ways.
//!
//! Most days of most states do little. For them the way through the graph is gone once, and remembered together with
//! the states that wait afterwards: what happens on such a day then costs a lookup. Where a day can close in many ways, states
//! are led through the graph together, so that those that meet are worked out once.

use std::collections::BTreeMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::flows::Halt;
use super::frame::LabelId;
use super::graph::{Closed, ClosedId, Graph, NodeId, Order, Seen, join};
use super::mask::Masks;
use super::states::{Closing, CoreId};
use super::tails::{DeltaId, DueId, KindsId, Tails};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::MonitorId;

/// In how many ways a day may close to count as small. A matter of speed alone.
const FEW: usize = 64;

/// All that follows from an opened day.
#[derive(Clone, Debug, Default)]
pub(super) struct Walk {
    /// What monitors see.
    pub seen: Seen,
    /// How it closes, with what that adds to what comes soon and later, and probabilities. Those that add the same stand
    /// together.
    pub closes: Vec<Closed>,
}

/// The small days met so far, by the node at which they open.
#[derive(Debug, Default)]
pub(super) struct Walks {
    known: FxHashMap<NodeId, Option<Walk>>,
}

impl Walks {
    /// All that follows from a node, if the day is a small one.
    pub fn find(
        &mut self,
        node: NodeId,
        graph: &mut Graph<'_>,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Option<&Walk>, Halt> {
        let walk = match self.known.entry(node) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Self::go(node, graph, masks, tails, date)?),
        };
        Ok(walk.as_ref())
    }

    fn go(
        node: NodeId,
        graph: &mut Graph<'_>,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Option<Walk>, Halt> {
        let mut walk = Walk::default();
        let mut open: BTreeMap<(Order, NodeId), f64> = BTreeMap::new();
        open.insert((graph.order(node), node), 1.0);
        while let Some(((_, node), mass)) = open.pop_first() {
            // Draws that may fall in so many ways hardly ever lead to so few.
            if graph.ways(node) > FEW {
                return Ok(None);
            }
            let what = graph.expand(node, masks, tails, date)?;
            if let Some(seen) = graph.seen(what) {
                let times = |(id, share): &(MonitorId, f64)| (*id, share * mass);
                walk.seen.firsts.extend(seen.firsts.iter().map(times));
                walk.seen.counts.extend(seen.counts.iter().map(times));
            }
            for (next, p) in graph.on(what) {
                *open.entry((graph.order(*next), *next)).or_insert(0.0) += mass * p;
            }
            let closes = graph.closes(what).iter();
            walk.closes
                .extend(closes.map(|(closed, deltas, p)| (*closed, *deltas, mass * p)));
            if walk.closes.len() + open.len() > FEW {
                return Ok(None);
            }
        }
        join(&mut walk.closes);
        Ok(Some(walk))
    }
}

/// Closes that add the same to what comes and after which the same falls away and the same ticks.
#[derive(Clone, Debug)]
pub(super) struct Group {
    pub deltas: (DeltaId, DeltaId),
    /// The kinds of what comes soon and later then. Near the end of the period they may be others: then this does not
    /// apply.
    pub kinds: (KindsId, KindsId),
    /// What becomes of the states, but for which they are.
    pub closing: Closing,
    /// Which they are, from here up to the next group's.
    pub closes: usize,
}

/// A small day of a state: everything about it but dates.
#[derive(Clone, Debug)]
pub(super) struct Kernel {
    pub label: LabelId,
    /// What monitors kept along the way see.
    pub seen: Option<Box<Seen>>,
    pub groups: Range<usize>,
}

/// What is read of a state when a day opens, but for dates: what is due, which groups tick, which era it is, the kinds
/// of what comes soon and later, and how much of the script is past.
pub(super) type SmallKey = (DueId, u64, u32, KindsId, KindsId, u32);

/// What is known of a day of a state.
#[derive(Clone, Copy, Debug)]
pub(super) enum Known {
    /// It is a small one: the place of its kernel.
    Small(u32),
    /// It is led through the graph from this node on; the day leaves alone what the label says.
    Large(NodeId, LabelId),
}

/// The kernels met so far.
#[derive(Debug, Default)]
pub(super) struct Kernels {
    /// By state: its days.
    known: Vec<SmallVec<[(SmallKey, Known); 1]>>,
    kernels: Vec<Kernel>,
    pub groups: Vec<Group>,
    pub closes: Vec<Close>,
}

/// A way in which a day closes, the state that waits then, and the probability.
pub(super) type Close = (ClosedId, CoreId, f64);

impl Kernels {
    /// A day of a state, if it was met before.
    pub fn find(&self, core: CoreId, key: &SmallKey) -> Option<Known> {
        let days = self.known.get(core.index())?;
        days.iter()
            .find(|(other, _)| other == key)
            .map(|(_, known)| *known)
    }

    /// A kernel by its place.
    pub fn get(&self, place: u32) -> Option<&Kernel> {
        self.kernels.get(place as usize)
    }

    /// Takes in a kernel.
    pub fn add(&mut self, kernel: Kernel) -> Known {
        self.kernels.push(kernel);
        Known::Small(u32::try_from(self.kernels.len() - 1).unwrap_or(u32::MAX))
    }

    /// Remembers a day of a state.
    pub fn put(&mut self, core: CoreId, key: SmallKey, day: Known) {
        if self.known.len() <= core.index() {
            self.known.resize_with(core.index() + 1, SmallVec::new);
        }
        if let Some(known) = self.known.get_mut(core.index()) {
            known.push((key, day));
        }
    }

    /// The closes of a group.
    pub fn closes(&self, group: usize) -> Range<usize> {
        let start = self.groups.get(group).map_or(0, |group| group.closes);
        let end = self
            .groups
            .get(group + 1)
            .map_or(self.closes.len(), |next| next.closes);
        start..end
    }
}
