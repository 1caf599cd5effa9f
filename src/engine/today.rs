//! What a day holds until it closes.

use super::settle::{Pending, SettledToday};
use super::trace::Cause;
use crate::ids::Id as _;
use crate::language::value::Duration;
use crate::program::{GroundEventId, InstanceId, NodeId};

/// An event put on the agenda: which, in how long, and the condition under which it does not happen after all.
pub(crate) type Arranged = (GroundEventId, Duration, Option<NodeId>);

/// What is forgotten when a day closes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Today {
    /// Events that happened, in the order of waves.
    pub happened: Vec<GroundEventId>,
    /// How many of them happened before the present wave.
    pub wave_from: usize,
    /// Instances that fired.
    pub fired: Vec<InstanceId>,
    pub fired_bits: Vec<u64>,
    /// `when:` instances that fired, in order.
    pub risen: Vec<InstanceId>,
    /// Events put on the agenda today, with the time until they are due and their `unless:`.
    pub arranged: Vec<Arranged>,
    /// Counters that advanced.
    pub counted: Vec<crate::program::CounterId>,
    pub settled: Vec<SettledToday>,
    /// How often effects were committed: what is settled between two commits is settled on one snapshot.
    pub commits: u32,
    /// Events for the next wave.
    pub next: Vec<(GroundEventId, Cause)>,
    pub pending: Vec<Pending>,
}

impl Today {
    /// Copies another day into this one, reusing its memory.
    pub fn assign(&mut self, other: &Today) {
        let Today {
            happened,
            wave_from,
            fired,
            fired_bits,
            risen,
            arranged,
            counted,
            settled,
            commits,
            next,
            pending,
        } = other;
        self.happened.clone_from(happened);
        self.wave_from = *wave_from;
        self.fired.clone_from(fired);
        self.fired_bits.clone_from(fired_bits);
        self.risen.clone_from(risen);
        self.arranged.clone_from(arranged);
        self.counted.clone_from(counted);
        self.settled.clone_from(settled);
        self.commits = *commits;
        self.next.clone_from(next);
        self.pending.clone_from(pending);
    }

    /// Marks an instance as fired; false if it had fired already.
    pub fn fire(&mut self, instance: InstanceId) -> bool {
        let (word, mask) = (instance.index() >> 6, 1u64 << (instance.index() & 63));
        let Some(bits) = self.fired_bits.get_mut(word) else {
            return false;
        };
        if *bits & mask != 0 {
            return false;
        }
        *bits |= mask;
        self.fired.push(instance);
        true
    }

    pub(crate) fn clear(&mut self) {
        self.happened.clear();
        self.wave_from = 0;
        for instance in self.fired.drain(..) {
            if let Some(bits) = self.fired_bits.get_mut(instance.index() >> 6) {
                *bits = 0;
            }
        }
        self.risen.clear();
        self.arranged.clear();
        self.counted.clear();
        self.settled.clear();
        self.commits = 0;
        self.next.clear();
        self.pending.clear();
    }
}
