//! Rates: `unit: per year`, and `rate over duration`.

use std::fmt;

use serde::{Serialize, Serializer};

use super::{Duration, TimeUnit};

/// The time to which a rate refers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RateUnit(pub TimeUnit);

impl RateUnit {
    /// Reads `per day`, `per week`, `per month` or `per year`.
    pub fn parse(text: &str) -> Option<RateUnit> {
        let word = text.strip_prefix("per ")?.trim_start();
        TimeUnit::of_word(word)
            .filter(|unit| unit.word() == word)
            .map(RateUnit)
    }

    /// The time of one unit.
    pub fn duration(self) -> Duration {
        match self.0 {
            TimeUnit::Day => Duration::Days(1),
            TimeUnit::Week => Duration::Days(7),
            TimeUnit::Month => Duration::Months(1),
            TimeUnit::Year => Duration::Months(12),
        }
    }

    /// How often the unit goes into a duration. Exact within a family of durations; between them a day counts
    /// as 1/365.25 year.
    pub fn ratio(self, duration: Duration) -> f64 {
        match (duration, self.duration()) {
            (Duration::Days(a), Duration::Days(b)) | (Duration::Months(a), Duration::Months(b)) => {
                f64::from(a) / f64::from(b)
            }
            (duration, unit) => duration.years() / unit.years(),
        }
    }
}

/// The chance that something with the chance `rate` per `unit` happens within `duration`: 1 - (1 - rate)^ratio.
///
/// Constant hazard. `rate` is a probability; outside 0 to 1 the result is no probability either (perhaps not a
/// number), and whoever draws it reports that. `pow` is `libm`'s, so that the digits are the same everywhere.
pub fn chance_over(rate: f64, unit: RateUnit, duration: Duration) -> f64 {
    let ratio = unit.ratio(duration);
    // 1 - (1 - h) is not h in the last digit; and nothing happens in no time, even at a rate of one.
    if ratio == 1.0 {
        rate
    } else if ratio == 0.0 || rate == 0.0 {
        0.0
    } else {
        1.0 - libm::pow(1.0 - rate, ratio)
    }
}

/// `per year`
impl fmt::Display for RateUnit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "per {}", self.0.word())
    }
}

impl Serialize for RateUnit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const YEAR: RateUnit = RateUnit(TimeUnit::Year);
    const WEEK: RateUnit = RateUnit(TimeUnit::Week);

    #[test]
    fn over_its_own_unit_a_rate_is_itself() {
        for h in [0.0, 0.06, 0.1, 0.3, 1.0] {
            assert_eq!(chance_over(h, YEAR, Duration::Months(12)), h);
            assert_eq!(chance_over(h, WEEK, Duration::Days(7)), h);
        }
    }

    #[test]
    fn a_year_of_months_multiplies_up_to_the_year() {
        let month = chance_over(0.06, YEAR, Duration::Months(1));
        assert!((month - (1.0 - 0.94f64.powf(1.0 / 12.0))).abs() < 1e-15);
        assert!((1.0 - (1.0 - month).powi(12) - 0.06).abs() < 1e-14);
        assert!((chance_over(0.5, YEAR, Duration::Months(36)) - 0.875).abs() < 1e-15);
    }

    #[test]
    fn days_are_parts_of_a_year_of_365_and_a_quarter() {
        assert_eq!(YEAR.ratio(Duration::Days(1461)), 4.0);
        assert_eq!(RateUnit(TimeUnit::Day).ratio(Duration::Months(12)), 365.25);
        assert_eq!(chance_over(0.2, RateUnit(TimeUnit::Month), Duration::Never), 1.0);
        assert_eq!(chance_over(0.0, YEAR, Duration::Never), 0.0);
        assert_eq!(chance_over(1.0, YEAR, Duration::Days(0)), 0.0);
    }

    #[test]
    fn a_unit_is_read_as_it_prints() {
        for text in ["per day", "per week", "per month", "per year"] {
            assert_eq!(RateUnit::parse(text).unwrap().to_string(), text);
        }
        for text in ["per years", "year", "per", "per century", "PER year"] {
            assert_eq!(RateUnit::parse(text), None, "{text}");
        }
    }
}
