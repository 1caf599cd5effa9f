//! Which days are alike.

use std::collections::BTreeSet;

use super::layout::{Kept, Layout};
use crate::language::value::Day;
use crate::model::When;
use crate::program::{Counter, GroundDeadline, GroundFix, Keep, MonitorId, Program};

/// Which days differ from others.
pub(super) struct Calendar {
    /// Days that the scenario names.
    named: BTreeSet<Day>,
    /// Whether every day differs, because the state remembers dates.
    all: bool,
    /// Fixed last days of duties.
    due: Vec<Day>,
    scripted: Vec<Day>,
    /// The ticks of each group.
    groups: Vec<Vec<Day>>,
    /// Groups whose ticks count although no guard holds.
    pub counting: u64,
}

impl Calendar {
    pub fn of(program: &Program, layout: &Layout) -> Self {
        let scripted: Vec<Day> = program.timeline.iter().map(|(day, ..)| *day).collect();
        let mut named: BTreeSet<Day> = scripted.iter().copied().collect();
        named.insert(program.period.0);
        for settlement in program.settlements.values() {
            let GroundFix::At(times, _) = &settlement.fix else {
                continue;
            };
            for (when, _) in times {
                match (when, &settlement.counter) {
                    (When::On(day), _) => {
                        named.insert(*day);
                    }
                    (When::Occurrence(ordinal), Counter::Calendar(days)) => {
                        let place = ordinal.checked_sub(1).map(|place| place as usize);
                        named.extend(place.and_then(|place| days.get(place)));
                    }
                    (When::Occurrence(_), Counter::Stored(_)) => {}
                }
            }
        }
        let mut due: Vec<Day> = program
            .templates
            .values()
            .filter_map(|template| match template.deadline {
                GroundDeadline::Due(day) => Some(day),
                _ => None,
            })
            .collect();
        due.sort_unstable();
        due.dedup();
        named.extend(&due);
        let remembers = |(id, kept): (MonitorId, &Kept)| {
            *kept == Kept::Words && matches!(program.monitors[id].keep, Keep::First | Keep::Held)
        };
        let groups = &program.tick_groups;
        Calendar {
            // More groups than bits: then which of them tick does not tell the days apart.
            all: groups.len() > 64 || layout.monitors.iter().any(remembers),
            counting: groups
                .iter()
                .enumerate()
                .filter(|(_, group)| group.counts)
                .fold(0, |bits, (place, _)| bits | Self::bit(place)),
            groups: groups.iter().map(|group| group.days.clone()).collect(),
            named,
            due,
            scripted,
        }
    }

    pub fn bit(group: usize) -> u64 {
        1 << group.min(63)
    }

    /// Days of one era are alike.
    pub fn era(&self, day: Day) -> u32 {
        if self.all || self.named.contains(&day) {
            // Days before the first of time do not occur.
            return day.since_epoch().cast_unsigned() | 1 << 31;
        }
        u32::try_from(self.due.partition_point(|due| *due < day)).unwrap_or(0)
    }

    pub fn scripts(&self, day: Day) -> u32 {
        u32::try_from(self.scripted.partition_point(|scripted| *scripted <= day)).unwrap_or(0)
    }

    /// The groups that tick on a day.
    pub fn ticks(&self, day: Day) -> u64 {
        self.groups
            .iter()
            .enumerate()
            .filter(|(_, days)| days.binary_search(&day).is_ok())
            .fold(0, |bits, (place, _)| bits | Self::bit(place))
    }

    /// The first day after `day` on which one of these groups ticks or the script has something.
    pub fn next(&self, groups: u64, day: Day) -> Option<Day> {
        let scripted = self
            .scripted
            .get(self.scripted.partition_point(|scripted| *scripted <= day))
            .copied();
        let ticks = self
            .groups
            .iter()
            .enumerate()
            .filter(|(place, _)| groups & Self::bit(*place) != 0)
            .filter_map(|(_, days)| days.get(days.partition_point(|tick| *tick <= day)).copied());
        ticks.chain(scripted).min()
    }
}
