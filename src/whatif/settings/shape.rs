//! The distribution of a value within its range, by its quantile function, so that designs that spread points evenly
//! over (0, 1) can be carried over.
//!
//! The functions of `libm` give the same digits on every machine; those of the ready-made crates (`statrs`,
//! `special`) are built on the platform's logarithm.

use serde::Serialize;

/// How likely the values of a range are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// All alike.
    #[default]
    Uniform,
    /// Rising in a straight line from the low end to the declared value, and falling to the high end.
    Triangular,
    /// The beta distribution of PERT (Malcolm, Roseboom, Clark and Fazar 1959): its mode is the declared value, which
    /// has four times the weight of either end in its mean.
    Beta,
    /// The normal distribution about the declared value whose central 95 % would be as wide as the range, cut off at
    /// the range's ends.
    Normal,
}

impl Shape {
    /// The shape of that name in scenarios.
    pub fn named(name: &str) -> Option<Shape> {
        Some(match name {
            "uniform" => Shape::Uniform,
            "triangular" => Shape::Triangular,
            "beta" => Shape::Beta,
            "normal" => Shape::Normal,
            _ => return None,
        })
    }

    /// Its name in scenarios.
    pub fn name(self) -> &'static str {
        match self {
            Shape::Uniform => "uniform",
            Shape::Triangular => "triangular",
            Shape::Beta => "beta",
            Shape::Normal => "normal",
        }
    }

    /// The value below which a share `u` lies, with the range as (0, 1) and the declared value at `mode` in it.
    pub(crate) fn quantile(self, mode: f64, u: f64) -> f64 {
        match self {
            Shape::Uniform => u,
            Shape::Triangular if u < mode => (u * mode).sqrt(),
            Shape::Triangular => 1.0 - ((1.0 - u) * (1.0 - mode)).sqrt(),
            Shape::Beta => invert(|x| beta(1.0 + 4.0 * mode, 5.0 - 4.0 * mode, x), u),
            Shape::Normal => {
                let deviation = 1.0 / (2.0 * 1.959_963_984_540_054);
                let below = |x: f64| 0.5 * libm::erfc((mode - x) / (deviation * std::f64::consts::SQRT_2));
                let (low, high) = (below(0.0), below(1.0));
                invert(|x| (below(x) - low) / (high - low), u)
            }
        }
    }
}

/// Where a rising function on (0, 1) reaches `u`, by bisection.
fn invert(below: impl Fn(f64) -> f64, u: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..52 {
        let middle = 0.5 * (low + high);
        if below(middle) < u {
            low = middle;
        } else {
            high = middle;
        }
    }
    0.5 * (low + high)
}

/// The regularised incomplete beta function, by its continued fraction (DLMF 8.17.22) in the form of Lentz.
fn beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - beta(b, a, 1.0 - x);
    }
    let scale = libm::lgamma(a + b) - libm::lgamma(a) - libm::lgamma(b);
    let front = libm::exp(scale + a * libm::log(x) + b * libm::log(1.0 - x)) / a;
    let (mut c, mut d) = (1.0, 1.0 / (1.0 - (a + b) * x / (a + 1.0)));
    let mut sum = d;
    for step in 1..200 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / (1.0 + even * d);
        c = 1.0 + even / c;
        sum *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / (1.0 + odd * d);
        c = 1.0 + odd / c;
        sum *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    front * sum
}

#[cfg(test)]
mod tests {
    use super::{Shape, beta};

    const ALL: [Shape; 4] = [Shape::Uniform, Shape::Triangular, Shape::Beta, Shape::Normal];

    #[test]
    fn quantiles_rise_from_end_to_end() {
        for shape in ALL {
            for mode in [0.0, 0.2, 0.5, 1.0] {
                let all: Vec<f64> = (0..=100)
                    .map(|u| shape.quantile(mode, f64::from(u) / 100.0))
                    .collect();
                assert!(all.windows(2).all(|pair| pair[0] <= pair[1]), "{shape:?} {mode}");
                assert!(
                    all[0] < 1e-3 && all[100] > 1.0 - 1e-3,
                    "{shape:?} {mode}: {all:?}"
                );
            }
            assert!((shape.quantile(0.5, 0.5) - 0.5).abs() < 1e-9, "{shape:?}");
        }
    }

    #[test]
    fn the_incomplete_beta_function_is_that_of_the_binomial_distribution() {
        // I_p(a, n - a + 1) = P(Bin(n, p) >= a).
        let (n, p) = (9_i32, 0.3_f64);
        for a in 1..=n {
            let choose = |k: i32| (1..=k).fold(1.0, |c, i| c * f64::from(n - k + i) / f64::from(i));
            let tail: f64 = (a..=n)
                .map(|k| choose(k) * p.powi(k) * (1.0 - p).powi(n - k))
                .sum();
            assert!(
                (beta(f64::from(a), f64::from(n - a + 1), p) - tail).abs() < 1e-12,
                "{a}"
            );
        }
    }

    #[test]
    fn pert_has_the_mean_that_its_authors_gave_it() {
        let mode = 0.2;
        let points = 20_000;
        let sum: f64 = (0..points)
            .map(|i| Shape::Beta.quantile(mode, (f64::from(i) + 0.5) / f64::from(points)))
            .sum();
        assert!((sum / f64::from(points) - (0.0 + 4.0 * mode + 1.0) / 6.0).abs() < 1e-5);
    }
}
