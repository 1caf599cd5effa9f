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
use crate::whatif::estimate::to_f64;

use super::alternative::{Alternative, shared};
use super::common::{Key, Keys, common};
use super::error::CompareError;
use super::milestones::{Fate, Milestone, days, differing, first_watched, on_the_way, spoken};
use super::parting::{Parting, parting};
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
    /// For a chance of two branches that falls otherwise: how probable the branch that the variant takes is in the base
    /// and in the variant, on average over these runs.
    pub p: Option<(f64, f64)>,
}

/// Runs that change for the same reason.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// Of the replayed runs.
    pub runs: u64,
    /// What becomes of it; none if what differs cannot be seen in single happenings.
    pub fate: Option<Fate>,
    /// Of what, in words: of several things of one name, the most frequent.
    pub what: String,
    /// Whether there are others of that name, in the same runs or in others of the group.
    pub others: bool,
    /// The number of the first such run, to replay.
    pub run: u64,
    /// The day on which it shows in that run.
    pub day: Day,
    /// What differs before it in nine of ten of these runs: what becomes of it, and what it is; the nearest last.
    pub on_the_way: Vec<(Fate, String)>,
    /// With what these runs part, the most frequent first, with how many of them.
    pub partings: Vec<(u64, String)>,
}

impl Group {
    /// In one line: "no longer: the treaty enters into force".
    pub fn text(&self) -> String {
        let others = if self.others {
            ", or others of the kind"
        } else {
            ""
        };
        match self.fate {
            Some(fate) => format!("{}: {}{others}", fate.words(), self.what),
            None => format!("otherwise: {}", self.what),
        }
    }
}

/// What one changed run is told to be.
struct Told {
    run: u64,
    parting: Option<Parting>,
    fate: Option<Fate>,
    /// The name of the event or fact, by which runs are grouped.
    name: String,
    what: String,
    others: bool,
    day: Day,
    on_the_way: Vec<(Fate, String)>,
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
        let first = first_watched(&all, &looked_at, (&base, &self.keys.0), (&variant, &self.keys.1));
        let Some((place, milestone)) = first.and_then(|place| Some((place, all.get(place)?))) else {
            // What only a condition on numbers or norms tells does not show in single happenings.
            let called = self
                .outcomes
                .iter()
                .find(changed)
                .map(|(.., called)| called.clone());
            let called = called.unwrap_or_default();
            return Ok(Told {
                run: number,
                day: parted.as_ref().map_or(Day::NEVER, |parting| parting.day),
                parting: parted,
                fate: None,
                name: called.clone(),
                what: called,
                others: false,
                on_the_way: Vec::new(),
            });
        };
        let said = spoken(milestone, &base, &variant);
        let alike = |other: &&Milestone| {
            (other.day, other.fate) == (milestone.day, milestone.fate)
                && other.matter != milestone.matter
                && spoken(other, &base, &variant).name == said.name
        };
        let since = parted.as_ref().map(|parting| parting.day);
        Ok(Told {
            run: number,
            fate: Some(milestone.fate),
            others: all.iter().any(|other| alike(&other)),
            day: milestone.day,
            on_the_way: on_the_way(&all, place, since)
                .into_iter()
                .map(|other| (other.fate, spoken(other, &base, &variant).words))
                .collect(),
            name: said.name,
            what: said.words,
            parting: parted,
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
    let mut partings: BTreeMap<String, Vec<&Told>> = BTreeMap::new();
    let mut groups: BTreeMap<(Option<Fate>, &str), Vec<&Told>> = BTreeMap::new();
    let mut parted: Vec<Day> = Vec::new();
    for one in told {
        if let Some(parting) = &one.parting {
            parted.push(parting.day);
            partings.entry(parting.text()).or_default().push(one);
        }
        groups.entry((one.fate, &one.name)).or_default().push(one);
    }
    parted.sort_unstable();
    let days = match (parted.first(), parted.get(parted.len() / 2), parted.last()) {
        (Some(first), Some(middle), Some(last)) => Some((*first, *middle, *last)),
        _ => None,
    };
    let mut partings: Vec<PartingGroup> = partings
        .into_iter()
        .filter_map(|(text, runs)| parting_group(text, &runs))
        .collect();
    partings.sort_by_key(|group| std::cmp::Reverse(group.runs));
    let mut groups: Vec<Group> = groups.into_values().filter_map(|runs| group(&runs)).collect();
    groups.sort_by_key(|group| std::cmp::Reverse(group.runs));
    Reasons {
        replayed: count(told.len()),
        days,
        partings,
        groups,
    }
}

fn count(runs: usize) -> u64 {
    u64::try_from(runs).unwrap_or(u64::MAX)
}

fn parting_group(text: String, runs: &[&Told]) -> Option<PartingGroup> {
    let first = runs.first()?;
    let all: Option<Vec<(f64, f64)>> = runs.iter().map(|one| one.parting.as_ref()?.p).collect();
    let number = to_f64(count(runs.len()));
    Some(PartingGroup {
        runs: count(runs.len()),
        text,
        run: first.run,
        day: first.parting.as_ref()?.day,
        p: all.map(|all| {
            let sum = all.iter().fold((0.0, 0.0), |sum, p| (sum.0 + p.0, sum.1 + p.1));
            (sum.0 / number, sum.1 / number)
        }),
    })
}

fn group(runs: &[&Told]) -> Option<Group> {
    let first = runs.first()?;
    let whats = frequent(runs.iter().map(|one| one.what.as_str()));
    let with = frequent(
        runs.iter()
            .filter_map(|one| one.parting.as_ref().map(Parting::text)),
    );
    // In the order of the first run that has most of them.
    let mut way: Vec<(Fate, String)> = Vec::new();
    for step in runs.iter().flat_map(|one| &one.on_the_way) {
        if !way.contains(step) {
            let having = runs.iter().filter(|one| one.on_the_way.contains(step)).count();
            if having * 10 >= runs.len() * 9 {
                way.push(step.clone());
            }
        }
    }
    let what = whats
        .first()
        .map_or_else(String::new, |(_, what)| (*what).to_owned());
    let example = runs.iter().find(|one| one.what == what).unwrap_or(first);
    Some(Group {
        runs: count(runs.len()),
        fate: first.fate,
        others: whats.len() > 1 || runs.iter().filter(|one| one.others).count() * 2 > runs.len(),
        what,
        run: example.run,
        day: example.day,
        on_the_way: way,
        partings: with,
    })
}

/// How often each comes, the most frequent first.
fn frequent<T: Ord>(all: impl Iterator<Item = T>) -> Vec<(u64, T)> {
    let mut counts: BTreeMap<T, u64> = BTreeMap::new();
    for one in all {
        *counts.entry(one).or_insert(0) += 1;
    }
    let mut counts: Vec<(u64, T)> = counts.into_iter().map(|(one, runs)| (runs, one)).collect();
    counts.sort_by_key(|(runs, _)| std::cmp::Reverse(*runs));
    counts
}
