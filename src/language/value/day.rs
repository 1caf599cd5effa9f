//! Calendar days.

use std::fmt;
use std::ops::Add;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::Duration;

/// A day of the Gregorian calendar, from 0001-01-01 to 9999-12-31, or [`Day::NEVER`].
///
/// Held as days since 1970-01-01, so that comparing days and adding a number of days is integer arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(i32);

/// Why a text is not a date.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// Not `YYYY-MM-DD`.
    #[error("`{0}` is not written as `YYYY-MM-DD`")]
    Shape(String),
    /// The year 0, which the calendar does not have.
    #[error("there is no year 0")]
    Year,
    /// A month outside 1 to 12.
    #[error("there is no month {0}")]
    Month(u8),
    /// A day that its month does not have.
    #[error("{month} {year} has no day {day}")]
    DayOfMonth {
        /// The year as written.
        year: i16,
        /// The month's name.
        month: &'static str,
        /// The day as written.
        day: u8,
    },
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Day {
    /// Later than all other days; written `never`.
    pub const NEVER: Day = Day(i32::MAX);
    /// 0001-01-01, the first day.
    pub const FIRST: Day = Day(-719_162);
    /// 9999-12-31, the last day that is not [`Day::NEVER`].
    pub const LAST: Day = Day(2_932_896);

    /// The day of that year, month (from 1) and day (from 1); `None` if the calendar has no such day.
    pub fn new(year: i16, month: u8, day: u8) -> Option<Day> {
        let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok()?;
        let days = Date::constant(1970, 1, 1).until(date).ok()?.get_days();
        Some(Day(days)).filter(|&d| Self::FIRST <= d)
    }

    /// The day that many days after 1970-01-01; `None` outside the calendar.
    pub fn from_epoch(days: i32) -> Option<Day> {
        Some(Day(days)).filter(|d| (Self::FIRST..=Self::LAST).contains(d))
    }

    /// Days since 1970-01-01; `i32::MAX` for [`Day::NEVER`].
    pub fn since_epoch(self) -> i32 {
        self.0
    }

    /// The number of the month (from 1) with that English name, or with its first three letters.
    pub(crate) fn month_of(name: &str) -> Option<i16> {
        let name = name.to_lowercase();
        let at = MONTHS
            .iter()
            .position(|month| name.len() >= 3 && month.to_lowercase().starts_with(&name))?;
        i16::try_from(at + 1).ok()
    }

    /// Reads strictly `YYYY-MM-DD`, and says why if it cannot.
    pub fn parse(text: &str) -> Result<Day, DayError> {
        let shape = || DayError::Shape(text.to_owned());
        let mut parts = text.split('-');
        let mut part = |width: usize| {
            let digits = parts
                .next()
                .filter(|p| p.len() == width && p.bytes().all(|b| b.is_ascii_digit()));
            digits.and_then(|p| p.parse::<u16>().ok()).ok_or_else(shape)
        };
        let (year, month, day) = (part(4)?, part(2)?, part(2)?);
        if parts.next().is_some() {
            return Err(shape());
        }
        // Four digits and two digits always fit.
        let (year, month, day) = (year as i16, month as u8, day as u8);
        if year == 0 {
            return Err(DayError::Year);
        }
        let Some(name) = usize::from(month).checked_sub(1).and_then(|at| MONTHS.get(at)) else {
            return Err(DayError::Month(month));
        };
        Day::new(year, month, day).ok_or(DayError::DayOfMonth {
            year,
            month: name,
            day,
        })
    }

    /// The year; 9999 for [`Day::NEVER`].
    pub fn year(self) -> i16 {
        self.civil().year()
    }

    /// The month, from 1; 12 for [`Day::NEVER`].
    pub fn month(self) -> u8 {
        self.civil().month().unsigned_abs()
    }

    /// The day of the month, from 1; 31 for [`Day::NEVER`].
    pub fn day(self) -> u8 {
        self.civil().day().unsigned_abs()
    }

    /// How many days later this is than `earlier` (negative if it is earlier); `None` if either is never.
    pub fn days_since(self, earlier: Day) -> Option<i32> {
        (self != Self::NEVER && earlier != Self::NEVER).then(|| self.0 - earlier.0)
    }

    fn civil(self) -> Date {
        let span = jiff::Span::new().try_days(self.0.min(Self::LAST.0));
        span.ok()
            .and_then(|span| Date::constant(1970, 1, 1).checked_add(span).ok())
            .unwrap_or(Date::MAX)
    }
}

/// A later day. Adding months to the 31st clamps to the end of a shorter month; never absorbs, and what lies
/// past 9999 is [`Day::NEVER`]. (A negative duration stops at [`Day::FIRST`].)
impl Add<Duration> for Day {
    type Output = Day;

    fn add(self, duration: Duration) -> Day {
        if self == Self::NEVER {
            return self;
        }
        let days = match duration {
            Duration::Never => return Self::NEVER,
            Duration::Days(days) => self.0.checked_add(days),
            Duration::Months(months) => jiff::Span::new()
                .try_months(months)
                .ok()
                .and_then(|span| self.civil().checked_add(span).ok())
                .and_then(|date| Date::constant(1970, 1, 1).until(date).ok())
                .map(|span| span.get_days()),
        };
        match days.map(Day) {
            Some(day) if day <= Self::LAST => day.max(Self::FIRST),
            None if duration.is_negative() => Self::FIRST,
            _ => Self::NEVER,
        }
    }
}

/// `2022-03-29`, or `never`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::NEVER {
            return f.write_str("never");
        }
        let date = self.civil();
        write!(f, "{:04}-{:02}-{:02}", date.year(), date.month(), date.day())
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn the_bounds_are_the_calendar_s() {
        assert_eq!(Day::FIRST, Day::new(1, 1, 1).unwrap());
        assert_eq!(Day::LAST, Day::new(9999, 12, 31).unwrap());
        assert_eq!(day("1970-01-01").since_epoch(), 0);
        assert_eq!(Day::from_epoch(i32::MAX), None);
        assert!(Day::LAST < Day::NEVER);
    }

    #[test]
    fn a_date_that_does_not_exist_says_why() {
        let why = |text| Day::parse(text).unwrap_err().to_string();
        assert_eq!(why("2022-13-01"), "there is no month 13");
        assert_eq!(why("2022-02-30"), "February 2022 has no day 30");
        assert_eq!(why("2022-04-00"), "April 2022 has no day 0");
        assert_eq!(why("0000-01-01"), "there is no year 0");
        for shape in [
            "2022-3-29",
            "22-03-29",
            "2022-03-29-01",
            "2022-03",
            "+022-03-29",
            "",
        ] {
            assert!(matches!(Day::parse(shape), Err(DayError::Shape(_))), "{shape}");
        }
    }

    #[test]
    fn a_date_prints_as_it_is_read() {
        for text in [
            "0001-01-01",
            "1648-10-24",
            "2022-03-29",
            "2024-02-29",
            "9999-12-31",
        ] {
            assert_eq!(day(text).to_string(), text);
        }
        let d = day("2022-03-29");
        assert_eq!((d.year(), d.month(), d.day()), (2022, 3, 29));
    }

    #[test]
    fn months_clamp_to_the_end_of_the_month() {
        assert_eq!(day("2022-01-31") + Duration::Months(1), day("2022-02-28"));
        assert_eq!(day("2024-02-29") + Duration::Months(12), day("2025-02-28"));
        assert_eq!(day("2022-03-31") + Duration::Months(-1), day("2022-02-28"));
        assert_eq!(day("2022-12-30") + Duration::Days(3), day("2023-01-02"));
    }

    #[test]
    fn never_absorbs_and_time_ends_in_9999() {
        assert_eq!(Day::NEVER + Duration::Days(-5), Day::NEVER);
        assert_eq!(day("2022-01-01") + Duration::Never, Day::NEVER);
        assert_eq!(Day::LAST + Duration::Days(1), Day::NEVER);
        assert_eq!(Day::LAST + Duration::Months(1), Day::NEVER);
        assert_eq!(Day::LAST + Duration::Months(i32::MAX), Day::NEVER);
        assert_eq!(day("2022-01-01") + Duration::Days(i32::MAX), Day::NEVER);
        assert_eq!(day("2022-01-01") + Duration::Days(i32::MIN), Day::FIRST);
        assert_eq!(day("0001-02-01") + Duration::Months(-100), Day::FIRST);
        assert_eq!(day("2022-01-01") + Duration::Months(i32::MIN), Day::FIRST);
        assert_eq!(Day::NEVER.days_since(Day::FIRST), None);
    }
}
