//! The days on which periodic rules tick.

use std::collections::BTreeMap;

use smallvec::SmallVec;

use super::parts::{Calendar, TickGroup};
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

pub(crate) fn calendar(period: (Day, Day), groups: Vec<TickGroup>) -> Calendar {
    let mut days: BTreeMap<Day, SmallVec<[u16; 2]>> = BTreeMap::new();
    for (index, group) in groups.iter().enumerate() {
        if group.instances.is_empty() {
            continue;
        }
        for day in ticks(period, group.every) {
            days.entry(day)
                .or_default()
                .push(u16::try_from(index).unwrap_or(u16::MAX));
        }
    }
    Calendar {
        groups,
        days: days.into_iter().collect(),
    }
}
