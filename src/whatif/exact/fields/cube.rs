//! States that differ in some facts alone, kept as the corners of a cube: one mass for each way in which these facts may
//! stand. What a coin does to all of them is one pass over the masses, without a state being looked at.

use std::rc::Rc;

use smallvec::{SmallVec, smallvec};

use crate::whatif::exact::pack::Packed;

/// The facts in which the corners differ, by their places in the layout, ascending. Corner number `c` has the facts whose
/// bits `c` has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Free {
    places: Vec<u32>,
}

impl Free {
    pub fn new(mut places: Vec<u32>) -> Self {
        places.sort_unstable();
        places.dedup();
        Free { places }
    }

    /// The places of the facts in the layout.
    pub fn places(&self) -> &[u32] {
        &self.places
    }

    /// How many corners there are.
    pub fn corners(&self) -> usize {
        1 << self.places.len()
    }

    /// The bit of a corner's number that stands for a fact.
    pub fn bit(&self, place: u32) -> Option<u32> {
        let at = self.places.binary_search(&place).ok()?;
        u32::try_from(at).ok()
    }

    /// The facts as a set of bits of a packed state.
    pub fn words(&self, count: usize) -> SmallVec<[u64; 2]> {
        let mut words: SmallVec<[u64; 2]> = smallvec![0; count];
        for place in &self.places {
            if let Some(word) = words.get_mut(*place as usize >> 6) {
                *word |= 1 << (place & 63);
            }
        }
        words
    }

    /// Which corner a state is.
    pub fn corner(&self, packed: &Packed) -> u32 {
        let facts = self.places.iter().enumerate();
        facts.fold(0, |corner, (bit, place)| {
            corner | u32::from(packed.has_fact(*place as usize)) << bit
        })
    }

    /// The state at a corner, given what they have in common.
    pub fn at(&self, rest: &Packed, corner: u32) -> Packed {
        let mut packed = rest.clone();
        for (bit, place) in self.places.iter().enumerate() {
            if let Some(word) = packed.0.get_mut(*place as usize >> 6) {
                let mask = 1u64 << (place & 63);
                *word = if corner >> bit & 1 == 1 {
                    *word | mask
                } else {
                    *word & !mask
                };
            }
        }
        packed
    }
}

/// As how many states that are worked out so many corners count: they take less memory, and far less time.
pub(super) fn worth(corners: usize) -> usize {
    corners / 8
}

/// A set of corners, one bit each.
pub(crate) type Corners = Rc<[u64]>;

/// Whether a set has a corner.
#[inline]
pub(super) fn has(corners: &[u64], corner: usize) -> bool {
    corners
        .get(corner >> 6)
        .is_some_and(|word| word >> (corner & 63) & 1 == 1)
}

/// One way in which a coin may fall: its probability, and the facts that end and begin.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Side {
    pub p: f64,
    pub keeps: u32,
    pub sets: u32,
}

impl Side {
    /// Where it leads from a corner.
    #[inline]
    pub fn from(self, corner: usize) -> usize {
        corner & self.keeps as usize | self.sets as usize
    }
}

/// A chance that comes up at some corners and moves their masses to others.
#[derive(Clone, Debug)]
pub(crate) struct Coin {
    /// The corners at which it comes up.
    pub at: Corners,
    pub sides: Vec<Side>,
}

impl Coin {
    /// Lets the coin fall at every corner; `spare` gives its memory.
    pub fn fall(&self, masses: &mut Vec<f64>, spare: &mut Vec<f64>) {
        spare.clear();
        spare.resize(masses.len(), 0.0);
        for (chunk, (from, at)) in masses.chunks(64).zip(self.at.iter()).enumerate() {
            for (lane, mass) in from.iter().enumerate() {
                if *mass == 0.0 {
                    continue;
                }
                let corner = chunk << 6 | lane;
                if at >> lane & 1 == 0 {
                    give(spare, corner, *mass);
                    continue;
                }
                for side in &self.sides {
                    give(spare, side.from(corner), part(*mass, side.p));
                }
            }
        }
        std::mem::swap(masses, spare);
    }
}

/// The share of a mass. One that is too small for a number is the smallest there is: what can happen never comes to nothing.
#[inline]
pub(super) fn part(mass: f64, p: f64) -> f64 {
    (mass * p).max(f64::from_bits(1))
}

/// Adds to the mass of a corner.
#[inline]
pub(super) fn give(masses: &mut [f64], corner: usize, mass: f64) {
    if let Some(sum) = masses.get_mut(corner) {
        *sum += mass;
    }
}

/// The corners that have mass.
pub(super) fn occurring(masses: &[f64]) -> impl Iterator<Item = (usize, f64)> + Clone + '_ {
    masses
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, mass)| *mass != 0.0)
}

/// A corner's number in the width in which corners are kept.
pub(super) fn corner_number(corner: usize) -> u32 {
    // There are no more than two to the twentieth.
    u32::try_from(corner).unwrap_or(u32::MAX)
}
