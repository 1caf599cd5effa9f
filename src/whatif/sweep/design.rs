//! The points of a design.
//!
//! The Latin hypercube is ours, a sort of keyed variates: the crates that have one bring matrix libraries with them.
//! The Sobol sequence is `sobol_burley`'s.

use super::{Axis, Design, uniform};
use crate::diagnostic::Diagnostic;
use crate::engine::Seed;
use crate::whatif::settings::{Setting, WhatIfError, refuse, share};

/// Most points of a design.
pub(super) const MOST: usize = 1_000_000;
/// Most points and dimensions of a Sobol sequence in `sobol_burley`.
pub(crate) const MOST_SOBOL: (usize, usize) = (65_536, 256);

/// The points, by their places in each axis.
#[derive(Clone, Debug)]
pub(super) enum Points {
    /// The values of each axis.
    Grid(Vec<Vec<String>>),
    /// For each axis, the place of each point in (0, 1).
    Hypercube(Vec<Vec<f64>>),
    /// The seed.
    Sobol(Seed),
}

impl Points {
    /// Lays a design over axes; also how many points there are.
    pub fn new(design: Design, axes: &[Axis], seed: Seed) -> Result<(Points, usize), WhatIfError> {
        let refused = |message: String, help: &str| {
            let sources = crate::diagnostic::Sources::default();
            Err(refuse(
                &sources,
                Diagnostic::placeless("E1203", message).help(help),
            ))
        };
        if axes.is_empty() {
            return refused(
                String::from("there is nothing to sweep over"),
                "name it: `--over attack_hazard`",
            );
        }
        let (points, most) = match design {
            Design::Grid => {
                let levels: Vec<Vec<String>> = axes.iter().map(Axis::levels).collect();
                let points = levels
                    .iter()
                    .try_fold(1_usize, |product, levels| product.checked_mul(levels.len()));
                let points = points.unwrap_or(usize::MAX);
                if points > MOST {
                    return refused(
                        format!("the grid has more than {MOST} points"),
                        "take fewer steps, or `--design lhs --points N`",
                    );
                }
                return Ok((Points::Grid(levels), points));
            }
            Design::LatinHypercube { points } => (points, MOST),
            Design::Sobol { points } => (points, MOST_SOBOL.0),
        };
        if points == 0 {
            return refused(
                String::from("a design of 0 points has nothing to run"),
                "1 or more",
            );
        }
        if points > most {
            return refused(
                format!("{points} points are more than the {most} this design can have"),
                "take fewer",
            );
        }
        match design {
            Design::Sobol { .. } if axes.len() > MOST_SOBOL.1 => {
                let most = MOST_SOBOL.1;
                refused(
                    format!("a Sobol sequence has at most {most} dimensions here"),
                    "use `--design lhs`",
                )
            }
            Design::Sobol { .. } => Ok((Points::Sobol(seed), points)),
            _ => Ok((
                Points::Hypercube((0..axes.len()).map(|axis| strips(seed, axis, points)).collect()),
                points,
            )),
        }
    }

    /// The settings of a point.
    pub fn settings(&self, axes: &[Axis], point: usize) -> Vec<Setting> {
        let mut values: Vec<String> = match self {
            Points::Grid(levels) => {
                // The last axis is the fastest.
                let mut rest = point;
                let mut values: Vec<String> = levels
                    .iter()
                    .rev()
                    .map(|levels| {
                        let place = rest % levels.len().max(1);
                        rest /= levels.len().max(1);
                        levels.get(place).cloned().unwrap_or_default()
                    })
                    .collect();
                values.reverse();
                values
            }
            Points::Hypercube(places) => axes
                .iter()
                .zip(places)
                .map(|(axis, places)| axis.quantile(places.get(point).copied().unwrap_or(0.5)))
                .collect(),
            Points::Sobol(seed) => axes
                .iter()
                .enumerate()
                .map(|(dimension, axis)| axis.quantile(sobol(*seed, point, dimension)))
                .collect(),
        };
        axes.iter()
            .zip(values.drain(..))
            .map(|(axis, value)| Setting::new(&axis.target, value))
            .collect()
    }
}

/// One place in each of `points` strips of (0, 1), in the order of keyed variates.
fn strips(seed: Seed, axis: usize, points: usize) -> Vec<f64> {
    let stream = axis as u64;
    let mut order: Vec<(f64, usize)> = (0..points)
        .map(|at| (uniform(seed, stream, at as u64, 0), at))
        .collect();
    order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
    let place = |(point, (_, strip)): (usize, (f64, usize))| {
        (share(strip, 1) + uniform(seed, stream, point as u64, 1)) / share(points, 1)
    };
    order.into_iter().enumerate().map(place).collect()
}

/// The coordinate of a point of the Sobol sequence under a seed, in the middle of its cell, so that it is neither 0
/// nor 1.
pub(crate) fn sobol(seed: Seed, point: usize, dimension: usize) -> f64 {
    #[allow(
        clippy::cast_possible_truncation,
        reason = "designs have at most 65,536 points and 256 dimensions"
    )]
    let (point, dimension) = (point as u32, dimension as u32);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "the sequence has seeds of 32 bits; both halves enter"
    )]
    let seed = (seed.0 ^ (seed.0 >> 32)) as u32;
    f64::from(sobol_burley::sample(point, dimension, seed)) + 1.0 / 16_777_216.0
}

#[cfg(test)]
mod tests {
    use super::{sobol, strips};
    use crate::engine::Seed;

    #[test]
    fn a_hypercube_has_one_point_in_each_strip() {
        let (one, other) = (strips(Seed(1), 0, 100), strips(Seed(1), 1, 100));
        for places in [&one, &other] {
            let mut sorted = places.clone();
            sorted.sort_by(f64::total_cmp);
            for (strip, place) in sorted.iter().enumerate() {
                assert!(
                    (0.0..1.0).contains(&(place * 100.0 - strip as f64)),
                    "{strip}: {place}"
                );
            }
        }
        assert_ne!(one, other);
        assert_ne!(one, strips(Seed(2), 0, 100));
    }

    #[test]
    fn a_power_of_two_of_a_sobol_sequence_has_one_point_in_each_cell() {
        for seed in [0, 1, u64::MAX] {
            let mut cells: Vec<(u8, u8)> = (0..64)
                .map(|point| {
                    let place = |dimension| (sobol(Seed(seed), point, dimension) * 8.0) as u8;
                    (place(0), place(1))
                })
                .collect();
            cells.sort_unstable();
            cells.dedup();
            assert_eq!(cells.len(), 64, "seed {seed}");
        }
    }
}
