//! The days on which periodic rules tick.

use crate::language::value::{Day, Duration};

/// The ticks of a period: `from + k * every` for k = 1, 2, ..., each computed from the anchor, up to the last day.
pub(crate) fn ticks((from, to): (Day, Day), every: Duration) -> Vec<Day> {
    if every.is_zero() || every.is_negative() {
        return Vec::new();
    }
    (1i32..)
        .map_while(|k| every.times(k).map(|span| from + span))
        .take_while(|day| *day <= to && *day != Day::NEVER)
        .collect()
}
