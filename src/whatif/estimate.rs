//! Figures with their bands.

use serde::Serialize;

/// 97.5 % point of the standard normal distribution: a band of 95 %.
pub(crate) const Z: f64 = 1.959_963_984_540_054;

/// Differences of exact figures up to here are rounding, relative to the figures or to 1.
const ROUNDING: f64 = 1e-12;

/// A figure: exact, or with a 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// Where the true figure lies with 95 % confidence; none if the figure is exact.
    pub interval: Option<(f64, f64)>,
}

impl Estimate {
    /// An exact figure.
    pub fn exact(value: f64) -> Self {
        Estimate {
            value,
            interval: None,
        }
    }

    /// A share of runs, with the interval of Wilson (1927), which stays within [0, 1] and is sound near its ends.
    pub fn share(hits: u64, runs: u64) -> Self {
        let (hits, runs) = (to_f64(hits), to_f64(runs));
        if runs == 0.0 {
            return Estimate {
                value: f64::NAN,
                interval: Some((0.0, 1.0)),
            };
        }
        let share = hits / runs;
        let spread = Z * Z / runs;
        let middle = (share + spread / 2.0) / (1.0 + spread);
        let half = (Z / (1.0 + spread)) * (share * (1.0 - share) / runs + spread / (4.0 * runs)).sqrt();
        Estimate {
            value: share,
            interval: Some((
                (middle - half).clamp(0.0, share),
                (middle + half).clamp(share, 1.0),
            )),
        }
    }

    /// The mean of a sample, with the interval of the normal distribution.
    pub fn mean(sum: f64, squares: f64, runs: u64) -> Self {
        let runs = to_f64(runs);
        let mean = sum / runs;
        let variance = ((squares - sum * mean) / (runs - 1.0)).max(0.0);
        let half = Z * (variance / runs).sqrt();
        Estimate {
            value: mean,
            interval: Some((mean - half, mean + half)),
        }
    }

    /// The difference of two shares over the same runs: `gained` of them count only in the one, `lost` only in the other. With the interval of Agresti and Min (2005), which adds one half to
    /// each of the four cells, so that it is sound where few runs or none changed.
    pub fn matched(gained: u64, lost: u64, runs: u64) -> Self {
        let (up, down, runs) = (to_f64(gained), to_f64(lost), to_f64(runs));
        let all = runs + 2.0;
        let middle = (up - down) / all;
        let half = Z * ((up + down + 1.0 - (up - down) * (up - down) / all).max(0.0)).sqrt() / all;
        let value = (up - down) / runs;
        Estimate {
            value,
            interval: Some((
                (middle - half).max(-1.0).min(value),
                (middle + half).min(1.0).max(value),
            )),
        }
    }
}

/// The difference of two exact figures, without what is rounding.
pub(crate) fn difference(one: f64, other: f64) -> f64 {
    let difference = one - other;
    let scale = one.abs().max(other.abs()).max(1.0);
    if difference.abs() <= ROUNDING * scale {
        0.0
    } else {
        difference
    }
}

#[allow(clippy::cast_precision_loss, reason = "counts of runs stay far below 2^53")]
pub(crate) fn to_f64(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::Estimate;

    #[test]
    fn wilsons_interval_stays_within_zero_and_one_and_covers_the_share() {
        for (hits, runs) in [(0, 10), (10, 10), (1, 3), (50, 100), (1, 100_000)] {
            let estimate = Estimate::share(hits, runs);
            let (low, high) = estimate.interval.unwrap();
            assert!(0.0 <= low && low <= estimate.value && estimate.value <= high && high <= 1.0);
        }
        // Brown, Cai and DasGupta (2001): 0 of 10 gives an upper end of 0.2775.
        let (_, high) = Estimate::share(0, 10).interval.unwrap();
        assert!((high - 0.2775).abs() < 1e-4);
    }
}
