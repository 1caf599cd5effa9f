//! A range of values with a distribution in it.

use serde::Serialize;

use super::{Scale, Shape};

/// Decimals of a number within a range of ordinary width: those that measures have.
const DECIMALS: usize = 6;

/// Values between two ends.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Range {
    /// The low end, as written.
    pub low: String,
    /// The high end, as written.
    pub high: String,
    /// What lies between them.
    pub scale: Scale,
    /// How likely each is.
    pub shape: Shape,
    /// The ends and the declared value, as positions.
    #[serde(skip)]
    ends: (f64, f64),
    #[serde(skip)]
    mode: f64,
}

impl Range {
    /// The range between two written values; `value` is where its shape has its mode. None if they do not lie on one
    /// scale, or the ends are equal or in the wrong order.
    pub fn new(low: &str, high: &str, value: Option<&str>, shape: Shape) -> Option<Range> {
        let mut all = vec![Scale::read(low)?, Scale::read(high)?];
        let value = match value {
            Some(value) => {
                let read = Scale::read(value)?;
                all.push(read);
                Some(read.1)
            }
            None => None,
        };
        let scale = Scale::common(&all)?;
        let ends = (all.first()?.1, all.get(1)?.1);
        (ends.0 < ends.1).then(|| Range {
            low: low.trim().to_owned(),
            high: high.trim().to_owned(),
            scale,
            shape,
            ends,
            mode: value.map_or(0.5, |value| {
                ((value - ends.0) / (ends.1 - ends.0)).clamp(0.0, 1.0)
            }),
        })
    }

    /// How many decimals its numbers have: six, more where it is narrower than a hundredth.
    fn decimals(&self) -> usize {
        let narrower = libm::log10(0.01 / (self.ends.1 - self.ends.0));
        let more = (1..10)
            .take_while(|more| f64::from(*more) < narrower + 1.0 - 1e-9)
            .count();
        DECIMALS + more
    }

    /// The value at a position between the ends.
    pub(crate) fn write(&self, at: f64) -> String {
        if at <= self.ends.0 {
            self.low.clone()
        } else if at >= self.ends.1 {
            self.high.clone()
        } else {
            self.scale.write(at, self.decimals())
        }
    }

    /// The position of a value on the range's scale.
    pub(crate) fn position(text: &str) -> Option<f64> {
        Scale::read(text).map(|(_, at)| at)
    }

    /// The ends as positions.
    pub(crate) fn ends(&self) -> (f64, f64) {
        self.ends
    }

    /// The value below which a share `u` of the distribution lies. On a scale of steps each step of a uniform
    /// distribution is equally likely, the ends too.
    pub fn quantile(&self, u: f64) -> String {
        let (low, high) = self.ends;
        if self.scale == Scale::Truth {
            return self.scale.write(if u < 0.5 { 0.0 } else { 1.0 }, 0);
        }
        if !self.scale.is_continuous() && self.shape == Shape::Uniform {
            return self.write((low + (u * (high - low + 1.0)).floor()).min(high));
        }
        self.write(low + self.shape.quantile(self.mode, u) * (high - low))
    }

    /// `count` values at equal distances from end to end, each once; the middle if it is one.
    pub fn levels(&self, count: usize) -> Vec<String> {
        let (low, high) = self.ends;
        let mut levels: Vec<String> = (0..count)
            .map(|level| match count {
                1 => self.write(0.5 * (low + high)),
                _ => self.write(low + share(level, count - 1) * (high - low)),
            })
            .collect();
        levels.dedup();
        levels
    }
}

#[allow(clippy::cast_precision_loss, reason = "designs stay far below 2^53 points")]
pub(crate) fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole as f64
}

#[cfg(test)]
mod tests {
    use super::{Range, Scale, Shape};

    fn range(low: &str, high: &str) -> Range {
        Range::new(low, high, None, Shape::Uniform).unwrap()
    }

    #[test]
    fn whole_numbers_stay_whole_unless_they_are_probabilities() {
        assert_eq!(range("5", "10").scale, Scale::Whole);
        assert_eq!(range("0", "1").scale, Scale::Number);
        assert_eq!(range("5.0", "10").scale, Scale::Number);
        assert_eq!(range("3", "6").levels(4), ["3", "4", "5", "6"]);
        assert_eq!(range("3", "5").levels(9), ["3", "4", "5"]);
    }

    #[test]
    fn each_step_is_equally_likely() {
        let range = range("1", "4");
        let drawn: Vec<String> = (0..8)
            .map(|i| range.quantile((f64::from(i) + 0.5) / 8.0))
            .collect();
        assert_eq!(drawn, ["1", "1", "2", "2", "3", "3", "4", "4"]);
    }

    #[test]
    fn durations_and_dates_move_in_steps_of_their_family() {
        assert_eq!(
            range("5 years", "30 years").levels(3),
            ["5 years", "210 months", "30 years"]
        );
        assert_eq!(range("3 days", "2 weeks").levels(2), ["3 days", "2 weeks"]);
        assert_eq!(
            range("2024-01-01", "2024-01-03").levels(3),
            ["2024-01-01", "2024-01-02", "2024-01-03"]
        );
        assert!(Range::new("30 days", "2 months", None, Shape::Uniform).is_none());
        assert!(Range::new("0.2", "0.1", None, Shape::Uniform).is_none());
    }

    #[test]
    fn a_narrow_range_has_more_decimals() {
        assert_eq!(range("0.002", "0.004").levels(3)[1], "0.003");
        assert_eq!(range("0.00001", "0.00002").quantile(0.123_456), "0.000011235");
    }
}
