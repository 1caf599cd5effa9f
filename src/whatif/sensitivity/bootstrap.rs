//! The bootstrap (Efron 1979), with keyed draws: how far a figure would be off in another design of the same size.

use rayon::prelude::*;

use crate::engine::Seed;
use crate::whatif::settings::share;
use crate::whatif::sweep::uniform;

/// How often a design is drawn anew.
const TIMES: u64 = 1_000;
/// Tells these draws from those of designs.
const STREAM: u64 = u64::MAX;

/// For each figure the 2.5 % and 97.5 % quantiles of what `figures` makes of rows drawn with replacement.
pub(super) fn intervals(
    seed: Seed,
    rows: usize,
    count: usize,
    figures: &(dyn Fn(&[usize]) -> Vec<f64> + Sync),
) -> Vec<(f64, f64)> {
    let again = |time: u64| {
        let drawn: Vec<usize> = (0..rows)
            .map(|row| place(uniform(seed, STREAM, row as u64, time), rows))
            .collect();
        figures(&drawn)
    };
    let all: Vec<Vec<f64>> = (0..TIMES).into_par_iter().map(again).collect();
    (0..count)
        .map(|figure| {
            let mut values: Vec<f64> = all
                .iter()
                .filter_map(|figures| figures.get(figure).copied())
                .collect();
            values.sort_by(f64::total_cmp);
            let quantile = |part: f64| values.get(place(part, values.len())).copied().unwrap_or(0.0);
            (quantile(0.025), quantile(0.975))
        })
        .collect()
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a small count, never negative"
)]
fn place(part: f64, count: usize) -> usize {
    ((part * share(count, 1)) as usize).min(count.saturating_sub(1))
}
