//! Draws keyed by what they decide (DESIGN 9).
//!
//! The variate of a branch is the SipHash-1-3 of the settlement, its occurrence and the branch's name under the key
//! (seed, run). Nothing else enters: a further rule, actor or variant leaves every other draw as it was.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;

use crate::program::Settlement;

/// The seed of a family of runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

/// The number of a run under its seed, from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RunNumber(pub u64);

/// The draws of one run.
#[derive(Clone, Copy, Debug)]
pub struct Draws {
    keyed: SipHasher13,
}

impl Draws {
    /// The draws of run `run` under `seed`.
    pub fn new(seed: Seed, run: RunNumber) -> Self {
        Draws {
            keyed: SipHasher13::new_with_keys(seed.0, run.0),
        }
    }

    /// The uniform variate of one branch, strictly between 0 and 1.
    pub fn uniform(&self, settlement: u64, occurrence: u32, branch: u64) -> f64 {
        let mut hasher = self.keyed;
        let mut bytes = [0u8; 24];
        let parts = [settlement, u64::from(occurrence), branch];
        for (place, part) in bytes.chunks_exact_mut(8).zip(parts) {
            place.copy_from_slice(&part.to_le_bytes());
        }
        hasher.write(&bytes);
        let bits = hasher.finish() >> 11;
        // 53 bits and a half: never 0, never 1.
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let whole = bits as f64;
        (whole + 0.5) / 9_007_199_254_740_992.0
    }

    /// The branch that happens: the least `-ln(u) / p`, so that the order of branches does not matter and, with two
    /// branches, raising one's probability can only move runs towards it. `None` if no branch has a probability
    /// above zero.
    pub fn branch(
        &self,
        settlement: &Settlement,
        occurrence: u32,
        branches: &[(usize, f64)],
    ) -> Option<usize> {
        let mut best: Option<(f64, usize)> = None;
        let possible = branches.iter().filter(|(_, p)| *p > 0.0).count();
        for (index, (place, p)) in branches.iter().enumerate() {
            if *p <= 0.0 {
                continue;
            }
            if possible == 1 {
                return Some(index);
            }
            let key = settlement.branch_keys.get(*place).copied().unwrap_or_default();
            let score = -libm::log(self.uniform(settlement.key, occurrence, key)) / p;
            if best.is_none_or(|(least, _)| score < least) {
                best = Some((score, index));
            }
        }
        best.map(|(_, index)| index)
    }
}
