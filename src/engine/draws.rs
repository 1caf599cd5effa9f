//! Draws keyed by what they decide (DESIGN 9).
//!
//! The variate of a branch is the SipHash-1-3 of the settlement, its occurrence and the branch's name under the key
//! (seed, run). Nothing else enters: a further rule, actor or variant leaves every other draw as it was.

use std::hash::Hasher as _;

use siphasher::sip::SipHasher13;
use smallvec::SmallVec;

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
        let mut possible = branches.iter().enumerate().filter(|(_, (_, p))| *p > 0.0);
        let (first, second) = (possible.next(), possible.next());
        if second.is_none() {
            return first.map(|(index, _)| index);
        }
        let drawn = branches.iter().enumerate().filter_map(|(index, (place, p))| {
            let key = settlement.branch_keys.get(*place).copied().unwrap_or_default();
            (*p > 0.0).then(|| (index, self.uniform(settlement.key, occurrence, key), *p))
        });
        let drawn: SmallVec<[(usize, f64, f64); 3]> = drawn.collect();
        if let Some(index) = surely_least(&drawn) {
            return Some(index);
        }
        let mut best: Option<(f64, usize)> = None;
        for (index, uniform, p) in drawn {
            let score = -libm::log(uniform) / p;
            if best.is_none_or(|(least, _)| score < least) {
                best = Some((score, index));
            }
        }
        best.map(|(_, index)| index)
    }
}

/// Which of several (index, uniform variate, probability) has the least `-ln(u) / p`, where that can be told without a logarithm, which
/// takes as long as all the rest of a draw.
///
/// With `x = (1 - u) / (1 + u)`, `-ln(u) = 2 (x + x³/3 + x⁵/5 + ...)`: three terms are less, and the rest is at most a
/// geometric series. The margin is a thousand times what rounding can do, so that the answer is the logarithm's.
fn surely_least(drawn: &[(usize, f64, f64)]) -> Option<usize> {
    const MARGIN: f64 = 1e-12;
    let bounds = |(_, u, p): &(usize, f64, f64)| {
        let x = (1.0 - u) / (1.0 + u);
        let y = x * x;
        let low = 2.0 * x * (1.0 + y * (1.0 / 3.0 + y * 0.2));
        let high = low + 2.0 * x * y * y * y / (7.0 * (1.0 - y));
        (low * (1.0 - MARGIN) / p, high * (1.0 + MARGIN) / p)
    };
    let all: SmallVec<[(f64, f64); 3]> = drawn.iter().map(bounds).collect();
    let mut least: Option<(f64, usize)> = None;
    for (place, (_, high)) in all.iter().enumerate() {
        if least.is_none_or(|(other, _)| *high < other) {
            least = Some((*high, place));
        }
    }
    let (high, winner) = least?;
    let sure = all
        .iter()
        .enumerate()
        .all(|(place, (low, _))| place == winner || *low > high);
    sure.then(|| drawn.get(winner).map(|(index, ..)| *index))
        .flatten()
}

#[cfg(test)]
mod tests {
    use super::surely_least;

    #[test]
    fn what_is_told_without_a_logarithm_is_what_the_logarithm_tells() {
        let draws = super::Draws::new(super::Seed(1), super::RunNumber(2));
        let (mut sure, mut all) = (0, 0);
        for round in 0..200_000_u32 {
            let u = |place| draws.uniform(7, round, place);
            let p = [0.5, 0.001, 0.97][round as usize % 3] * draws.uniform(8, round, 0);
            let drawn = [(0, u(0), p), (1, u(1), 1.0 - p)];
            all += 1;
            let Some(index) = surely_least(&drawn) else {
                continue;
            };
            sure += 1;
            let score = |(_, u, p): (usize, f64, f64)| -libm::log(u) / p;
            assert_eq!(index == 0, score(drawn[0]) < score(drawn[1]), "{drawn:?}");
        }
        assert!(sure * 100 > all * 95, "only {sure} of {all}");
    }

    #[test]
    fn what_is_too_close_is_left_to_the_logarithm() {
        assert_eq!(surely_least(&[(0, 0.25, 0.5), (1, 0.25, 0.5)]), None);
        assert_eq!(surely_least(&[(0, 0.5, 0.5), (1, 0.25, 1.0)]), None);
        assert_eq!(surely_least(&[]), None);
    }
}
