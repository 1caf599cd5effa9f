//! What can be moved between two ends: numbers, durations of either family, dates, truths.

use serde::Serialize;

use crate::language::value::{Day, Duration, Number, TimeUnit};

/// On which scale a value lies. Its position there is a double: the number itself, days, months, days since 1970, or
/// 0 for false and 1 for true.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// Numbers and rates.
    Number,
    /// Whole numbers.
    Whole,
    /// Durations that count days or weeks: whole days.
    Days,
    /// Durations that count months or years: whole months.
    Months,
    /// Dates.
    Date,
    /// `false` and `true`.
    Truth,
}

impl Scale {
    /// Scale and position of a written value; none for what lies on no scale. A number with a point is no whole
    /// number, even `1.0`.
    pub fn read(text: &str) -> Option<(Scale, f64)> {
        let text = text.trim();
        match text {
            "true" => return Some((Scale::Truth, 1.0)),
            "false" => return Some((Scale::Truth, 0.0)),
            _ => {}
        }
        if let Ok(number) = Number::parse(text) {
            let scale = if text.contains('.') {
                Scale::Number
            } else {
                Scale::Whole
            };
            return Some((scale, number.float()));
        }
        if let Ok(day) = Day::parse(text) {
            return Some((Scale::Date, f64::from(day.since_epoch())));
        }
        let (count, unit) = text.split_once(char::is_whitespace)?;
        match TimeUnit::of_word(unit.trim())?.times(count.parse().ok()?)? {
            Duration::Days(days) => Some((Scale::Days, f64::from(days))),
            Duration::Months(months) => Some((Scale::Months, f64::from(months))),
            Duration::Never => None,
        }
    }

    /// The scale on which two ends and what lies between them are meant: whole numbers only if all are written so
    /// and reach beyond 0 and 1, for between those there are probabilities. None if they do not go together.
    pub fn common(values: &[(Scale, f64)]) -> Option<Scale> {
        let numeric = |scale: &Scale| matches!(scale, Scale::Number | Scale::Whole);
        let (first, _) = values.first()?;
        if values.iter().all(|(scale, _)| numeric(scale)) {
            let whole = values.iter().all(|(scale, _)| *scale == Scale::Whole)
                && values.iter().any(|(_, at)| !(0.0..=1.0).contains(at));
            return Some(if whole { Scale::Whole } else { Scale::Number });
        }
        values.iter().all(|(scale, _)| scale == first).then_some(*first)
    }

    /// What its values are, in words.
    pub fn words(self) -> &'static str {
        match self {
            Scale::Number | Scale::Whole => "a number",
            Scale::Days => "a duration in days",
            Scale::Months => "a duration in months",
            Scale::Date => "a date",
            Scale::Truth => "a truth value",
        }
    }

    /// Whether there are values between any two others.
    pub fn is_continuous(self) -> bool {
        self == Scale::Number
    }

    /// The value at a position, as a scenario writes it. Numbers have at most `decimals` decimals; on the other
    /// scales it is the nearest value.
    pub fn write(self, at: f64, decimals: usize) -> String {
        match self {
            Scale::Number => {
                let text = format!("{at:.decimals$}");
                let text = match text.contains('.') {
                    true => text.trim_end_matches('0').trim_end_matches('.'),
                    false => &text,
                };
                let text = if text == "-0" { "0" } else { text };
                text.to_owned()
            }
            Scale::Whole => format!("{}", whole(at)),
            Scale::Days => Duration::Days(whole(at)).to_string(),
            Scale::Months => Duration::Months(whole(at)).to_string(),
            Scale::Date => Day::from_epoch(whole(at)).unwrap_or(Day::NEVER).to_string(),
            Scale::Truth => String::from(if at < 0.5 { "false" } else { "true" }),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    reason = "a conversion with `as` saturates, and the ends of ranges are checked"
)]
fn whole(at: f64) -> i32 {
    at.round() as i32
}
