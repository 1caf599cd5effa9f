//! What becomes of what the outcomes look at: the first of it that differs between two runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::engine::{Run, What};
use crate::language::value::Day;
use crate::program::{AtomId, GroundEventId};

use super::common::{Key, Keys, key};
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
    /// The first time that is not on the same day, it is on a later day.
    Later,
    /// The first time that is not on the same day, it is on an earlier day.
    Earlier,
    /// The days of the base are the same, and there are more.
    MoreOften,
    /// The days of the base are the same at first, and then there are no more.
    LessOften,
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
    let fate = match (here, there) {
        (Some(here), Some(there)) if there.0 < here.0 => Fate::Earlier,
        (Some(_), Some(_)) => Fate::Later,
        (Some(_), None) if variant.is_empty() => Fate::Never,
        (Some(_), None) => Fate::LessOften,
        _ if base.is_empty() => Fate::New,
        _ => Fate::MoreOften,
    };
    Some(Milestone {
        matter,
        fate,
        day: at.0,
        at: at.1,
    })
}

/// The first milestone among those that the changed outcomes look at, by its place. Of a fact, the event that made it
/// start or end is told, where that differs too.
pub(super) fn first_watched(
    all: &[Milestone],
    watched: &BTreeSet<Key>,
    base: (&Run<'_>, &Keys),
    variant: (&Run<'_>, &Keys),
) -> Option<usize> {
    let place = all
        .iter()
        .position(|milestone| watched.contains(&milestone.matter.key))?;
    let milestone = all.get(place)?;
    let (run, keys) = if milestone.at.1 { base } else { variant };
    let trigger = trigger(run, milestone).map(|event| key(&keys.events, event));
    let event = trigger.and_then(|trigger| {
        all.iter()
            .position(|other| other.matter.key == trigger && other.day == milestone.day)
    });
    Some(event.unwrap_or(place))
}

/// The event on which the rule fired that started or ended a fact.
fn trigger(run: &Run<'_>, milestone: &Milestone) -> Option<GroundEventId> {
    let entries = &run.trace.entries;
    let by = match &entries.get(milestone.at.0)?.what {
        What::Started { by, .. } | What::Ended { by, .. } => by,
        _ => return None,
    };
    let before = entries.iter().take(milestone.at.0).rev();
    let mut today = before.take_while(|entry| entry.day == milestone.day);
    today.find_map(|entry| match &entry.what {
        What::Fired { instance, trigger } if by.contains(instance) => *trigger,
        _ => None,
    })
}

/// A milestone in words.
pub(super) struct Spoken {
    /// What it is about.
    pub words: String,
    /// As scenarios spell it, where it is an event.
    pub spelled: Option<String>,
    /// The name of the event or fact, without arguments.
    pub name: String,
}

/// A milestone in words.
pub(super) fn spoken(milestone: &Milestone, base: &Run<'_>, variant: &Run<'_>) -> Spoken {
    let (entry, in_base) = milestone.at;
    let compiled = if in_base { base.compiled } else { variant.compiled };
    let run = if in_base { base } else { variant };
    let fact = |atom: AtomId| {
        let name = &compiled.facts()[compiled.program().atoms[atom].fact.fact].name;
        (words::fact(compiled, atom), name.clone())
    };
    let (words, name, spelled) = match run.trace.entries.get(entry).map(|entry| &entry.what) {
        Some(What::Happened { event, .. }) => {
            let name = &compiled.events()[compiled.program().events[*event].key.event].name;
            let spelled = words::event_spelled(compiled, *event);
            (words::event(compiled, *event), name.clone(), Some(spelled))
        }
        Some(What::Started { atom, .. }) => {
            let (words, name) = fact(*atom);
            (words, name, None)
        }
        Some(What::Ended { atom, .. }) => {
            let (words, name) = fact(*atom);
            (format!("an end of: {words}"), format!("end {name}"), None)
        }
        _ => (String::new(), String::new(), None),
    };
    Spoken { words, spelled, name }
}

/// What differs before a milestone, the nearest last: events that are missing, new or shifted on the way to it.
pub(super) fn on_the_way(all: &[Milestone], place: usize, parted: Option<Day>) -> Vec<&Milestone> {
    let before = all.iter().take(place);
    let since = before.filter(|other| parted.is_none_or(|parted| other.day > parted));
    since
        .filter(|other| other.matter.sort == Sort::Happened)
        .collect()
}
