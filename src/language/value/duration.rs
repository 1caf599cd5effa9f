//! Lengths of time, in two families that do not mix: days and months.

use std::cmp::Ordering;
use std::fmt;

use serde::{Serialize, Serializer};

use super::Fixed;

/// A length of time. Days (and weeks) and months (and years) are two families: a month has no fixed number of
/// days, so the families are neither added nor compared. `Never` is longer than all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Duration {
    /// A number of days; a week is seven.
    Days(i32),
    /// A number of months; a year is twelve.
    Months(i32),
    /// Longer than all others; written `never`.
    Never,
}

/// The words in which an author counts time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TimeUnit {
    /// `day`, `days`
    Day,
    /// `week`, `weeks`
    Week,
    /// `month`, `months`
    Month,
    /// `year`, `years`
    Year,
}

impl TimeUnit {
    /// The unit of a word, singular or plural.
    pub fn of_word(word: &str) -> Option<TimeUnit> {
        Some(match word {
            "day" | "days" => TimeUnit::Day,
            "week" | "weeks" => TimeUnit::Week,
            "month" | "months" => TimeUnit::Month,
            "year" | "years" => TimeUnit::Year,
            _ => return None,
        })
    }

    /// The singular word.
    pub fn word(self) -> &'static str {
        match self {
            TimeUnit::Day => "day",
            TimeUnit::Week => "week",
            TimeUnit::Month => "month",
            TimeUnit::Year => "year",
        }
    }

    /// That many of this unit; `None` if it is out of range.
    pub fn times(self, count: i32) -> Option<Duration> {
        match self {
            TimeUnit::Day => Some(Duration::Days(count)),
            TimeUnit::Week => count.checked_mul(7).map(Duration::Days),
            TimeUnit::Month => Some(Duration::Months(count)),
            TimeUnit::Year => count.checked_mul(12).map(Duration::Months),
        }
    }
}

impl Duration {
    /// The order of two durations; `None` if one counts days and the other months.
    pub fn compare(self, other: Duration) -> Option<Ordering> {
        use Duration::{Days, Months, Never};
        match (self, other) {
            (Days(a), Days(b)) | (Months(a), Months(b)) => Some(a.cmp(&b)),
            (Never, Never) => Some(Ordering::Equal),
            (Never, _) => Some(Ordering::Greater),
            (_, Never) => Some(Ordering::Less),
            (Days(_), Months(_)) | (Months(_), Days(_)) => None,
        }
    }

    /// The sum; never absorbs; `None` across the families or out of range.
    pub fn checked_add(self, other: Duration) -> Option<Duration> {
        use Duration::{Days, Months, Never};
        match (self, other) {
            (Days(a), Days(b)) => a.checked_add(b).map(Days),
            (Months(a), Months(b)) => a.checked_add(b).map(Months),
            (Never, _) | (_, Never) => Some(Never),
            (Days(_), Months(_)) | (Months(_), Days(_)) => None,
        }
    }

    /// The difference, which may be negative; `None` across the families, out of range, or if `other` is never.
    pub fn checked_sub(self, other: Duration) -> Option<Duration> {
        use Duration::{Days, Months, Never};
        match (self, other) {
            (Days(a), Days(b)) => a.checked_sub(b).map(Days),
            (Months(a), Months(b)) => a.checked_sub(b).map(Months),
            (Never, Days(_) | Months(_)) => Some(Never),
            (_, Never) | (Days(_), Months(_)) | (Months(_), Days(_)) => None,
        }
    }

    /// This duration `count` times: the k-th tick of `every:` is `from + every.times(k)`, from the anchor, so
    /// that a clamped month end is not carried on. `None` if it is out of range.
    pub fn times(self, count: i32) -> Option<Duration> {
        match self {
            Duration::Days(days) => days.checked_mul(count).map(Duration::Days),
            Duration::Months(months) => months.checked_mul(count).map(Duration::Months),
            Duration::Never => (count > 0).then_some(Duration::Never),
        }
    }

    /// The product with a number, if it is a whole number of days or months: half of `1 year` is `6 months`,
    /// half of `1 month` is `None`. Never times a positive number is never, else `None`.
    pub fn scale(self, factor: Fixed) -> Option<Duration> {
        let whole = |count: i32| {
            let micros = i128::from(count) * i128::from(factor.micros());
            let unit = i128::from(Fixed::ONE.micros());
            (micros % unit == 0)
                .then(|| i32::try_from(micros / unit).ok())
                .flatten()
        };
        match self {
            Duration::Days(days) => whole(days).map(Duration::Days),
            Duration::Months(months) => whole(months).map(Duration::Months),
            Duration::Never => (factor > Fixed::ZERO).then_some(Duration::Never),
        }
    }

    /// In years: months by 12, days by 365.25; infinite for never.
    pub fn years(self) -> f64 {
        match self {
            Duration::Days(days) => f64::from(days) / 365.25,
            Duration::Months(months) => f64::from(months) / 12.0,
            Duration::Never => f64::INFINITY,
        }
    }

    /// Whether it is shorter than nothing.
    pub fn is_negative(self) -> bool {
        matches!(self, Duration::Days(n) | Duration::Months(n) if n < 0)
    }

    /// Whether it is no time at all.
    pub fn is_zero(self) -> bool {
        matches!(self, Duration::Days(0) | Duration::Months(0))
    }
}

/// `30 days`, `6 months`, `15 years` (whole years of months), `never`.
impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match *self {
            Duration::Days(days) => (days, TimeUnit::Day),
            Duration::Months(months) if months != 0 && months % 12 == 0 => (months / 12, TimeUnit::Year),
            Duration::Months(months) => (months, TimeUnit::Month),
            Duration::Never => return f.write_str("never"),
        };
        write!(
            f,
            "{count} {}{}",
            unit.word(),
            if count.abs() == 1 { "" } else { "s" }
        )
    }
}

impl Serialize for Duration {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::Duration::{Days, Months, Never};
    use super::*;

    #[test]
    fn days_and_months_neither_mix_nor_compare() {
        assert_eq!(Days(30).compare(Months(1)), None);
        assert_eq!(Days(30).checked_add(Months(1)), None);
        assert_eq!(Months(1).checked_sub(Days(30)), None);
        assert_eq!(Days(30).compare(Days(31)), Some(Ordering::Less));
        assert_eq!(Months(12).checked_add(Months(6)), Some(Months(18)));
    }

    #[test]
    fn never_is_longer_than_both_families() {
        assert_eq!(Never.compare(Days(i32::MAX)), Some(Ordering::Greater));
        assert_eq!(Months(1).compare(Never), Some(Ordering::Less));
        assert_eq!(Never.compare(Never), Some(Ordering::Equal));
        assert_eq!(Days(1).checked_add(Never), Some(Never));
        assert_eq!(Days(1).checked_sub(Never), None);
    }

    #[test]
    fn a_duration_scales_only_to_whole_days_or_months() {
        let half = Fixed::from_micros(500_000);
        assert_eq!(Months(12).scale(half), Some(Months(6)));
        assert_eq!(Months(1).scale(half), None);
        assert_eq!(Days(i32::MAX).scale(Fixed::from_micros(2_000_000)), None);
        assert_eq!(Never.scale(half), Some(Never));
        assert_eq!(Never.scale(Fixed::ZERO), None);
        assert_eq!(Months(1).times(13), Some(Months(13)));
    }

    #[test]
    fn a_duration_prints_in_its_largest_exact_unit() {
        let shown = [
            Months(180),
            Months(6),
            Months(12),
            Months(18),
            Months(0),
            Days(30),
            Days(14),
            Days(1),
            Never,
        ];
        let texts: Vec<_> = shown.iter().map(ToString::to_string).collect();
        let wanted = [
            "15 years",
            "6 months",
            "1 year",
            "18 months",
            "0 months",
            "30 days",
            "14 days",
            "1 day",
            "never",
        ];
        assert_eq!(texts, wanted);
    }

    #[test]
    fn years_count_365_and_a_quarter_days() {
        assert_eq!(Months(6).years(), 0.5);
        assert_eq!(Days(1461).years(), 4.0);
        assert_eq!(Never.years(), f64::INFINITY);
    }
}
