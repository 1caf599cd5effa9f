//! What becomes of what the outcomes look at: the first of it that differs between two runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::{Run, What};
use crate::language::value::Day;

use super::common::Key;
use super::signs::{Matter, Signs, Sort};
use super::words;

/// What becomes of something in the variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Fate {
    /// It happens in the base and not in the variant.
    Never,
    /// It happens in the variant and not in the base.
    New,
    /// It happens in both, first on a later day.
    Later,
    /// It happens in both, first on an earlier day.
    Earlier,
    /// It begins alike and happens more often.
    MoreOften,
    /// It begins alike and happens less often.
    LessOften,
    /// As often, but not all of it on the same days.
    OtherDays,
}

impl Fate {
    /// In words that stand before what happens: "no longer", "later".
    pub fn words(self) -> &'static str {
        match self {
            Fate::Never => "no longer",
            Fate::New => "new",
            Fate::Later => "later",
            Fate::Earlier => "earlier",
            Fate::MoreOften => "more often",
            Fate::LessOften => "less often",
            Fate::OtherDays => "on other days",
        }
    }
}

/// Something that differs between two runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Milestone {
    pub matter: Matter,
    pub fate: Fate,
    /// The first day on which it happens in one of the runs and not in the other.
    pub day: Day,
    /// Where it stands in the trace of the run that has it first: its entry, and whether that is the base.
    pub at: (usize, bool),
}

/// On which days each thing happens, with the place of each in the trace.
pub(super) type Days = BTreeMap<Matter, Vec<(Day, usize)>>;

/// The days of all events, and of the facts that start and end.
pub(super) fn days(signs: &Signs) -> Days {
    let mut days = Days::new();
    for sign in &signs.all {
        if matches!(sign.what.sort, Sort::Happened | Sort::Started | Sort::Ended) {
            days.entry(sign.what).or_default().push((sign.day, sign.entry));
        }
    }
    days
}

/// Everything that differs, in the order of days; of one day, events first, then as the traces have it.
pub(super) fn differing(base: &Days, variant: &Days) -> Vec<Milestone> {
    let none = Vec::new();
    let matters: BTreeSet<&Matter> = base.keys().chain(variant.keys()).collect();
    let mut all: Vec<Milestone> = matters
        .into_iter()
        .filter_map(|matter| {
            let here = base.get(matter).unwrap_or(&none);
            let there = variant.get(matter).unwrap_or(&none);
            milestone(*matter, here, there)
        })
        .collect();
    all.sort_by_key(|milestone| (milestone.day, milestone.matter.sort, milestone.at));
    all
}

fn milestone(matter: Matter, base: &[(Day, usize)], variant: &[(Day, usize)]) -> Option<Milestone> {
    let same = base.iter().zip(variant).take_while(|(a, b)| a.0 == b.0).count();
    let (here, there) = (base.get(same), variant.get(same));
    let at = match (here, there) {
        (None, None) => return None,
        (Some(here), Some(there)) if there.0 < here.0 => (there.0, (there.1, false)),
        (Some(here), _) => (here.0, (here.1, true)),
        (None, Some(there)) => (there.0, (there.1, false)),
    };
    let fate = match (base.first(), variant.first()) {
        (Some(_), None) => Fate::Never,
        (None, Some(_)) => Fate::New,
        (Some(a), Some(b)) if b.0 > a.0 => Fate::Later,
        (Some(a), Some(b)) if b.0 < a.0 => Fate::Earlier,
        _ if variant.len() > base.len() => Fate::MoreOften,
        _ if variant.len() < base.len() => Fate::LessOften,
        _ => Fate::OtherDays,
    };
    Some(Milestone {
        matter,
        fate,
        day: at.0,
        at: at.1,
    })
}

/// The first milestone among those that the changed outcomes look at.
pub(super) fn first_watched<'m>(all: &'m [Milestone], watched: &BTreeSet<Key>) -> Option<&'m Milestone> {
    all.iter()
        .find(|milestone| watched.contains(&milestone.matter.key))
}

/// What a milestone is about, in words, and as scenarios spell it where that is an event.
pub(super) fn spoken(milestone: &Milestone, base: &Run<'_>, variant: &Run<'_>) -> (String, Option<String>) {
    let (entry, in_base) = milestone.at;
    let run = if in_base { base } else { variant };
    match run.trace.entries.get(entry).map(|entry| &entry.what) {
        Some(What::Happened { event, .. }) => (
            words::event(run.compiled, *event),
            Some(words::event_spelled(run.compiled, *event)),
        ),
        Some(What::Started { atom, .. }) => (words::fact(run.compiled, *atom), None),
        Some(What::Ended { atom, .. }) => (format!("the end of: {}", words::fact(run.compiled, *atom)), None),
        _ => (String::new(), None),
    }
}
