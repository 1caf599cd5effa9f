//! Changed runs, grouped by reason.
//!
//! Each changed run is replayed in both worlds. It has two reasons: with what the two runs part, and what becomes first of
//! what the changed outcomes look at ("no longer: the treaty enters into force"). Runs with the same second are one
//! group, which says with what its runs part.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;
use serde::Serialize;

use crate::engine::{RunNumber, Seed};
use crate::ids::Id as _;
use crate::language::value::Day;

use super::alternative::{Alternative, shared};
use super::common::{Key, Keys, common};
use super::error::CompareError;
use super::milestones::{Fate, days, differing, first_watched, spoken};
use super::parting::parting;
use super::signs::Signs;
use super::watched::watched;

/// Why runs changed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Reasons {
    /// How many changed runs were replayed in both worlds: the first ones.
    pub replayed: u64,
    /// The first day on which any of them parts, the day by which half of them have, and the last.
    pub days: Option<(Day, Day, Day)>,
    /// With what they part, the most frequent first.
    pub partings: Vec<PartingGroup>,
    /// What becomes of what the outcomes look at, the most frequent first.
    pub groups: Vec<Group>,
}

/// Runs that part with the same happening.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PartingGroup {
    /// Of the replayed runs.
    pub runs: u64,
    /// With what.
    pub text: String,
    /// The number of the first such run.
    pub run: u64,
    /// The day on which that run parts.
    pub day: Day,
}

/// Runs that change for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Of the replayed runs.
    pub runs: u64,
    /// What becomes of it; none if what differs cannot be seen in single happenings.
    pub fate: Option<Fate>,
    /// Of what, in words.
    pub what: String,
    /// The number of the first such run, to replay.
    pub run: u64,
    /// The day on which it shows in that run.
    pub day: Day,
    /// With what these runs part, the most frequent first, with how many of them.
    pub partings: Vec<(u64, String)>,
}

impl Group {
    /// In one line: "no longer: the treaty enters into force".
    pub fn text(&self) -> String {
        match self.fate {
            Some(fate) => format!("{}: {}", fate.words(), self.what),
            None => self.what.clone(),
        }
    }
}

/// What one changed run is told to be.
struct Told {
    run: u64,
    parts: Option<(Day, String)>,
    fate: Option<Fate>,
    what: String,
    day: Day,
}

/// Two worlds ready to be held side by side.
struct Sides<'c> {
    base: Alternative<'c>,
    variant: Alternative<'c>,
    keys: (Keys, Keys),
    /// For each shared outcome: its places in both worlds, what it looks at, how it is called.
    outcomes: Vec<(usize, usize, BTreeSet<Key>, String)>,
}

impl<'c> Sides<'c> {
    fn new(base: Alternative<'c>, variant: Alternative<'c>) -> Self {
        let keys = common(base.compiled, variant.compiled);
        let both = shared(base.compiled, variant.compiled);
        let here = watched(base.compiled, &keys.0, both.iter().map(|(id, _)| *id));
        let there = watched(variant.compiled, &keys.1, both.iter().map(|(_, id)| *id));
        let outcomes = both
            .iter()
            .zip(here.into_iter().zip(there))
            .map(|((a, b), (mut mine, theirs))| {
                mine.extend(theirs);
                let outcome = &base.compiled.outcome_table()[*a];
                let called = outcome.says.clone().unwrap_or_else(|| outcome.name.clone());
                (a.index(), b.index(), mine, called)
            })
            .collect();
        Sides {
            base,
            variant,
            keys,
            outcomes,
        }
    }

    fn told(&self, seed: Seed, number: u64) -> Result<Told, CompareError> {
        let run = |side: Alternative<'c>| {
            side.compiled
                .run_number(seed, RunNumber(number))
                .map_err(|error| side.failed(error))
        };
        let (base, variant) = (run(self.base)?, run(self.variant)?);
        let (here, there) = (Signs::of(&base, &self.keys.0), Signs::of(&variant, &self.keys.1));
        let parted = parting((&base, &here), (&variant, &there));
        let changed = |(a, b, ..): &&(usize, usize, BTreeSet<Key>, String)| {
            base.decided.outcomes.get(*a) != variant.decided.outcomes.get(*b)
        };
        let mut looked_at = BTreeSet::new();
        for (.., keys, _) in self.outcomes.iter().filter(changed) {
            looked_at.extend(keys.iter().copied());
        }
        let all = differing(&days(&here), &days(&there));
        let (fate, what, day) = match first_watched(&all, &looked_at) {
            Some(first) => (Some(first.fate), spoken(first, &base, &variant).0, first.day),
            None => {
                let called = self
                    .outcomes
                    .iter()
                    .find(changed)
                    .map(|(.., called)| called.clone());
                let end = self.base.compiled.period().1;
                (None, called.unwrap_or_default(), end)
            }
        };
        Ok(Told {
            run: number,
            parts: parted.map(|parting| (parting.day, parting.text())),
            fate,
            what,
            day,
        })
    }
}

/// Replays changed runs and groups them.
pub(super) fn reasons(
    base: Alternative<'_>,
    variant: Alternative<'_>,
    seed: Seed,
    changed: &[u64],
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Reasons, CompareError> {
    if changed.is_empty() {
        return Ok(Reasons::default());
    }
    let sides = Sides::new(base, variant);
    let told: Vec<Result<Told, CompareError>> = changed
        .par_iter()
        .map(|number| {
            let told = sides.told(seed, *number);
            tick(2);
            told
        })
        .collect();
    let told: Vec<Told> = told.into_iter().collect::<Result<_, _>>()?;
    Ok(grouped(&told))
}

fn grouped(told: &[Told]) -> Reasons {
    let mut partings: BTreeMap<&str, PartingGroup> = BTreeMap::new();
    let mut groups: BTreeMap<(Option<Fate>, &str), (Group, BTreeMap<&str, u64>)> = BTreeMap::new();
    let mut parted: Vec<Day> = Vec::new();
    for one in told {
        if let Some((day, text)) = &one.parts {
            parted.push(*day);
            let group = partings.entry(text).or_insert_with(|| PartingGroup {
                runs: 0,
                text: text.clone(),
                run: one.run,
                day: *day,
            });
            group.runs += 1;
        }
        let (group, with) = groups.entry((one.fate, &one.what)).or_insert_with(|| {
            let group = Group {
                runs: 0,
                fate: one.fate,
                what: one.what.clone(),
                run: one.run,
                day: one.day,
                partings: Vec::new(),
            };
            (group, BTreeMap::new())
        });
        group.runs += 1;
        if let Some((_, text)) = &one.parts {
            *with.entry(text).or_insert(0) += 1;
        }
    }
    parted.sort_unstable();
    let days = match (parted.first(), parted.get(parted.len() / 2), parted.last()) {
        (Some(first), Some(middle), Some(last)) => Some((*first, *middle, *last)),
        _ => None,
    };
    let mut partings: Vec<PartingGroup> = partings.into_values().collect();
    partings.sort_by_key(|group| std::cmp::Reverse(group.runs));
    let mut groups: Vec<Group> = groups
        .into_values()
        .map(|(mut group, with)| {
            group.partings = with
                .into_iter()
                .map(|(text, runs)| (runs, text.to_owned()))
                .collect();
            group.partings.sort_by_key(|(runs, _)| std::cmp::Reverse(*runs));
            group
        })
        .collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.runs));
    Reasons {
        replayed: u64::try_from(told.len()).unwrap_or(u64::MAX),
        days,
        partings,
        groups,
    }
}
