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
        self.of(settlement, occurrence).uniform(branch)
    }

    /// The draws of a settlement at one occurrence.
    #[inline]
    fn of(&self, settlement: u64, occurrence: u32) -> Variates {
        let mut keyed = self.keyed;
        keyed.write(&settlement.to_le_bytes());
        keyed.write(&u64::from(occurrence).to_le_bytes());
        Variates { keyed }
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
        let keyed = branches.iter().map(|(place, p)| {
            let key = settlement.branch_keys.get(*place).copied().unwrap_or_default();
            (key, *p)
        });
        self.least(settlement.key, occurrence, keyed)
    }

    /// The same for the hash that keys a settlement, and for each of its branches the hash that keys it and its
    /// probability.
    #[inline]
    pub(super) fn least(
        &self,
        settlement: u64,
        occurrence: u32,
        branches: impl Iterator<Item = (u64, f64)>,
    ) -> Option<usize> {
        let variates = self.of(settlement, occurrence);
        let mut best: Option<Drawn> = None;
        for (index, (key, p)) in branches.enumerate() {
            if p <= 0.0 {
                continue;
            }
            let uniform = variates.uniform(key);
            let drawn = Drawn { index, uniform, p };
            if best.is_none_or(|best| drawn.is_less_than(best)) {
                best = Some(drawn);
            }
        }
        best.map(|best| best.index)
    }
}

/// The variates of one settlement at one occurrence.
#[derive(Clone, Copy, Debug)]
struct Variates {
    keyed: SipHasher13,
}

impl Variates {
    #[inline]
    fn uniform(self, branch: u64) -> f64 {
        let mut hasher = self.keyed;
        hasher.write(&branch.to_le_bytes());
        let bits = hasher.finish() >> 11;
        // 53 bits and a half: never 0, never 1.
        #[allow(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let whole = bits as f64;
        (whole + 0.5) / 9_007_199_254_740_992.0
    }
}

/// The variate of a branch, and its probability.
#[derive(Clone, Copy, Debug)]
struct Drawn {
    index: usize,
    uniform: f64,
    p: f64,
}

impl Drawn {
    /// Whether `-ln(u) / p` is less than another's.
    ///
    /// A logarithm takes as long as all the rest of a draw. Mostly its bounds tell, `1 - u <= -ln(u) <= (1 - u) / u`, then a
    /// rough one; only where that leaves a doubt are the true ones compared.
    #[inline]
    fn is_less_than(self, other: Drawn) -> bool {
        let left = (1.0 - self.uniform) * other.p;
        let right = (1.0 - other.uniform) * self.p;
        if left < right * self.uniform * SURELY {
            return true;
        }
        if right < left * other.uniform * SURELY {
            return false;
        }
        let left = rough_log2(self.uniform) * other.p;
        let right = rough_log2(other.uniform) * self.p;
        if (left - right).abs() > ROUGHLY * (self.p + other.p) {
            // Logarithms of numbers below one: the greater, the nearer to zero.
            return left > right;
        }
        -libm::log(self.uniform) / self.p < -libm::log(other.uniform) / other.p
    }
}

/// Less than one by more than all roundings.
const SURELY: f64 = 1.0 - 1e-12;

/// More than [`rough_log2`] can be wrong, with all its roundings and those of what is made of it.
const ROUGHLY: f64 = 1e-4;

/// The logarithm to base two of a normal number above zero, off by less than 2e-5: its exponent, and a polynomial of
/// degree five through the Chebyshev nodes between one and two. Sums and products alone, so that it is the same on every
/// machine.
#[inline]
fn rough_log2(number: f64) -> f64 {
    let bits = number.to_bits();
    let exponent = i32::try_from(bits >> 52).unwrap_or(0) - 1023;
    let t = f64::from_bits(bits & ((1 << 52) - 1) | 1023 << 52) - 1.0;
    let high = 0.409_470_298_697_957_65 + t * (-0.187_488_604_589_738_62 + t * 0.043_004_957_791_890_9);
    let low = 1.441_492_411_761_553_7 + t * (-0.706_486_449_133_808_3 + t * high);
    f64::from(exponent) + (1.651_467_088_335_155_6e-5 + t * low)
}

#[cfg(test)]
mod tests {
    use super::{Drawn, ROUGHLY, rough_log2};

    #[test]
    fn a_rough_logarithm_is_off_by_less_than_it_says() {
        let draws = super::Draws::new(super::Seed(1), super::RunNumber(2));
        let mut numbers: Vec<f64> = (0..200_000).map(|round| draws.uniform(7, round, 0)).collect();
        numbers.extend((0..20_000).map(|step| 0.5 + f64::from(step) / 40_000.0));
        numbers.extend([0.5 / 9_007_199_254_740_992.0, 1.0 - 1e-16, 0.25, 0.5]);
        for number in numbers {
            let off = (rough_log2(number) - number.log2()).abs();
            assert!(off < 0.2 * ROUGHLY, "{number}: {off}");
        }
    }

    #[test]
    fn what_is_told_by_a_rough_logarithm_is_what_the_true_one_tells() {
        let draws = super::Draws::new(super::Seed(1), super::RunNumber(2));
        for round in 0..200_000_u32 {
            let u = |place| draws.uniform(7, round, place);
            let p = [0.5, 0.001, 0.97][round as usize % 3] * draws.uniform(8, round, 0);
            let drawn = |index, uniform, p| Drawn { index, uniform, p };
            let (a, b) = (drawn(0, u(0), p), drawn(1, u(1), 1.0 - p));
            let score = |drawn: Drawn| -libm::log(drawn.uniform) / drawn.p;
            assert_eq!(a.is_less_than(b), score(a) < score(b), "{a:?} {b:?}");
            let close = drawn(2, f64::from_bits(a.uniform.to_bits() - 1), p);
            assert_eq!(a.is_less_than(close), score(a) < score(close), "{a:?} {close:?}");
        }
    }
}
