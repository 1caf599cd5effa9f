//! The truths of a network at one moment.

use super::NodeId;
use crate::ids::Id as _;

/// The state of a network: which nodes hold now, and which must be looked at again.
#[derive(Clone, Debug)]
pub struct Truths {
    pub(super) holds: Vec<u64>,
    pub(super) dirty: Vec<u64>,
    /// Least word of `dirty` that may be set.
    pub(super) low: usize,
}

#[inline]
fn bit(words: &[u64], index: usize) -> bool {
    words
        .get(index >> 6)
        .is_some_and(|word| word >> (index & 63) & 1 == 1)
}

impl Truths {
    /// Copies other truths of the same network into these, reusing their memory.
    pub(crate) fn assign(&mut self, other: &Truths) {
        let Truths { holds, dirty, low } = other;
        self.holds.clone_from(holds);
        self.dirty.clone_from(dirty);
        self.low = *low;
    }

    /// The truth of a node as of the last [`Network::settle`](super::Network::settle).
    #[inline]
    pub fn holds(&self, node: NodeId) -> bool {
        bit(&self.holds, node.index())
    }

    #[inline]
    pub(super) fn write(&mut self, node: NodeId, truth: bool) {
        if let Some(word) = self.holds.get_mut(node.index() >> 6) {
            let mask = 1u64 << (node.index() & 63);
            *word = if truth { *word | mask } else { *word & !mask };
        }
    }

    #[inline]
    pub(super) fn mark(&mut self, rank: u32) {
        let index = rank as usize >> 6;
        if let Some(word) = self.dirty.get_mut(index) {
            *word |= 1u64 << (rank & 63);
            self.low = self.low.min(index);
        }
    }
}
