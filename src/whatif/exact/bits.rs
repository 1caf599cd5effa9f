//! Sets of small numbers, one bit each.

use smallvec::{SmallVec, smallvec};

/// A set of numbers. Most are small, and many are made.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Bits(SmallVec<[u64; 2]>);

impl Bits {
    /// An empty set with room for numbers below `count`.
    pub fn new(count: usize) -> Self {
        Bits(smallvec![0; count.div_ceil(64)])
    }

    /// Whether the set has the number.
    #[inline]
    pub fn has(&self, number: usize) -> bool {
        self.0
            .get(number >> 6)
            .is_some_and(|word| word >> (number & 63) & 1 == 1)
    }

    /// Adds a number; true if it was not there.
    #[inline]
    pub fn add(&mut self, number: usize) -> bool {
        match self.0.get_mut(number >> 6) {
            Some(word) => {
                let before = *word;
                *word |= 1 << (number & 63);
                before != *word
            }
            None => false,
        }
    }

    /// Whether the set is empty.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }
}
