//! The counterfactual: this very run, the same draws, a changed world.

use serde::Serialize;

use crate::engine::{Run, RunNumber, Seed};
use crate::explain::{Depth, Why};
use crate::language::value::Day;
use crate::program::{Compiled, OutcomeValue};

use super::alternative::{Alternative, positions, shared};
use super::common::common;
use super::edits::{Edit, edits};
use super::error::CompareError;
use super::milestones::{Days, Fate, Milestone, days, differing, first_watched, spoken};
use super::parting::{Parting, parting};
use super::signs::{Signs, Sort};
use super::watched::watched;

/// How far the reasons go: enough to see the difference; `why` tells the rest.
const NEAR: Depth = Depth { proof: 2, missing: 2 };

/// How many reasons are told.
const TOLD: usize = 2;

/// One run in two worlds.
///
/// With chances of three branches or more, which branch the other world takes is relative to the convention by which
/// draws are made (the least `-ln(u) / p`); no convention is free of that.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Counterfactual {
    /// The seed.
    pub seed: u64,
    /// The number of the run.
    pub run: u64,
    /// Id and title of the base.
    pub base: (String, String),
    /// Id and title of the variant.
    pub variant: (String, String),
    /// What is written otherwise.
    pub edits: Vec<Edit>,
    /// The first day on which the runs part, and with what; none if they never do.
    pub parting: Option<Parting>,
    /// What differs, in the order of the days on which it shows first.
    pub course: Vec<Course>,
    /// The outcomes of both.
    pub outcomes: Vec<BothEnds>,
    /// For each actor with positions in both, by name: how many are met in the base, in the variant, and of how many
    /// there.
    pub positions: Vec<(String, usize, usize, usize)>,
    /// Why what the changed outcomes look at happened in one world, and why not in the other.
    pub reasons: Vec<Explained>,
}

/// Something that takes another course.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Course {
    /// The first day that is not the same.
    pub day: Day,
    /// What, in words.
    pub what: String,
    /// What becomes of it.
    pub fate: Fate,
    /// On which days in the base.
    pub base: Vec<Day>,
    /// On which days in the variant.
    pub variant: Vec<Day>,
}

/// One outcome in both worlds, as reports print it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BothEnds {
    /// Its id.
    pub id: String,
    /// Its words.
    pub says: Option<String>,
    /// In the base.
    pub base: String,
    /// In the variant.
    pub variant: String,
    /// Whether they differ.
    pub changed: bool,
}

/// Why something happened in one world and not in the other.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// What, as scenarios spell it.
    pub what: String,
    /// Whether it happened in the base.
    pub in_base: bool,
    /// Why it happened in the world in which it did.
    pub why: Why,
    /// Why not in the other.
    pub why_not: Why,
}

impl Compiled {
    /// One run of this scenario, and the same run of another: same seed, same number, same draws.
    ///
    /// # Errors
    ///
    /// They share no outcome, or the run fails in one of them.
    pub fn counterfactual(
        &self,
        other: &Compiled,
        seed: Seed,
        run: RunNumber,
    ) -> Result<Counterfactual, CompareError> {
        Alternative::new("base", self).counterfactual(Alternative::new("variant", other), seed, run)
    }
}

impl Alternative<'_> {
    /// As [`Compiled::counterfactual`], under names of one's own.
    ///
    /// # Errors
    ///
    /// As [`Compiled::counterfactual`].
    pub fn counterfactual(
        self,
        variant: Alternative<'_>,
        seed: Seed,
        number: RunNumber,
    ) -> Result<Counterfactual, CompareError> {
        let both = shared(self.compiled, variant.compiled);
        if both.is_empty() {
            return Err(self.nothing_in_common(variant));
        }
        self.is_decided()?;
        variant.is_decided()?;
        let run = |side: &Self| side.compiled.run_number(seed, number);
        let base = run(&self).map_err(|error| self.failed(error))?;
        let other = variant
            .compiled
            .run_number(seed, number)
            .map_err(|error| variant.failed(error))?;
        let keys = common(self.compiled, variant.compiled);
        let (here, there) = (Signs::of(&base, &keys.0), Signs::of(&other, &keys.1));
        let (mine, theirs) = (days(&here), days(&there));
        let all = differing(&mine, &theirs);
        let table = self.compiled.outcome_table();
        let mut outcomes = Vec::new();
        let mut causes: Vec<Milestone> = Vec::new();
        let looks = (
            watched(self.compiled, &keys.0, both.iter().map(|(id, _)| *id)),
            watched(variant.compiled, &keys.1, both.iter().map(|(_, id)| *id)),
        );
        for (((a, b), mut looked_at), more) in both.iter().zip(looks.0).zip(looks.1) {
            let outcome = &table[*a];
            let value = |run: &Run<'_>, at: usize| run.decided.outcomes.get(at).copied().flatten();
            let before = value(&base, crate::ids::Id::index(*a));
            let after = value(&other, crate::ids::Id::index(*b));
            if before != after {
                looked_at.extend(more);
                let first = first_watched(&all, &looked_at, (&base, &keys.0), (&other, &keys.1));
                causes.extend(first.and_then(|place| all.get(place)));
            }
            outcomes.push(BothEnds {
                id: outcome.name.clone(),
                says: outcome.says.clone(),
                base: shown(before, outcome.unit.as_deref()),
                variant: shown(after, outcome.unit.as_deref()),
                changed: before != after,
            });
        }
        causes.sort_by_key(|cause| (cause.day, cause.matter));
        causes.dedup();
        let reasons = causes
            .iter()
            .filter_map(|cause| explained(cause, &base, &other))
            .take(TOLD)
            .collect();
        Ok(Counterfactual {
            seed: seed.0,
            run: number.0,
            base: (self.id.to_owned(), self.compiled.title().to_owned()),
            variant: (variant.id.to_owned(), variant.compiled.title().to_owned()),
            edits: edits(self.compiled, variant.compiled),
            parting: parting((&base, &here), (&other, &there)),
            course: course(&all, (&base, &mine), (&other, &theirs)),
            outcomes,
            positions: met(&base, &other),
            reasons,
        })
    }
}

/// What takes another course: events; and facts, where no event of that day tells of it.
fn course(all: &[Milestone], base: (&Run<'_>, &Days), variant: (&Run<'_>, &Days)) -> Vec<Course> {
    let event = |day: Day| {
        all.iter()
            .any(|other| other.day == day && other.matter.sort == Sort::Happened)
    };
    let on = |days: &Days, milestone: &Milestone| {
        let found = days.get(&milestone.matter).into_iter().flatten();
        found.map(|(day, _)| *day).collect::<Vec<Day>>()
    };
    all.iter()
        .filter(|milestone| milestone.matter.sort == Sort::Happened || !event(milestone.day))
        .map(|milestone| Course {
            day: milestone.day,
            what: spoken(milestone, base.0, variant.0).words,
            fate: milestone.fate,
            base: on(base.1, milestone),
            variant: on(variant.1, milestone),
        })
        .collect()
}

fn explained(cause: &Milestone, base: &Run<'_>, variant: &Run<'_>) -> Option<Explained> {
    let in_base = match cause.fate {
        Fate::Never | Fate::LessOften => true,
        Fate::New | Fate::MoreOften => false,
        Fate::Later | Fate::Earlier => cause.at.1,
    };
    let on = cause.day.to_string();
    let what = spoken(cause, base, variant).spelled?;
    let (with, without) = if in_base { (base, variant) } else { (variant, base) };
    // What cannot even be named in the other world needs no reason there.
    let why = with.why_within(&what, Some(&on), NEAR).ok()?;
    let why_not = without.why_not_within(&what, Some(&on), NEAR).ok()?;
    Some(Explained {
        what,
        in_base,
        why,
        why_not,
    })
}

fn met(base: &Run<'_>, variant: &Run<'_>) -> Vec<(String, usize, usize, usize)> {
    let count = |run: &Run<'_>, places: &[usize]| {
        let met = places
            .iter()
            .filter(|place| run.decided.positions.get(**place) == Some(&true));
        met.count()
    };
    let theirs = positions(variant.compiled);
    positions(base.compiled)
        .into_iter()
        .filter_map(|(actor, here)| {
            let id = base.compiled.entity_id(actor);
            let (_, there) = theirs
                .iter()
                .find(|(other, _)| variant.compiled.entity_id(*other) == id)?;
            let name = base.compiled.describe(actor).to_owned();
            Some((name, count(base, &here), count(variant, there), there.len()))
        })
        .collect()
}

/// A value as reports print it.
fn shown(value: Option<OutcomeValue>, unit: Option<&str>) -> String {
    let text = match value {
        Some(OutcomeValue::Truth(true)) => String::from("yes"),
        Some(OutcomeValue::Truth(false)) => String::from("no"),
        Some(OutcomeValue::Number(number)) => number.to_string(),
        Some(OutcomeValue::Date(Day::NEVER)) => String::from("never"),
        Some(OutcomeValue::Date(day)) => day.to_string(),
        None => String::from("cannot be computed"),
    };
    match unit {
        Some(unit) => format!("{text} {unit}"),
        None => text,
    }
}
