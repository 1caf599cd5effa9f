//! The first day on which two runs part, and with what.
//!
//! Both traces are walked side by side, wave by wave. In the first wave that is not the same, the first difference is
//! told: an event that happens in one world only, else a chance or choice that falls otherwise, else a norm or a fact.
//! A chance that falls otherwise is told with both branches.

use serde::Serialize;

use crate::engine::{Run, Way, What};
use crate::language::value::Day;

use super::signs::{Sign, Signs, Sort};
use super::words;

/// Where two runs part.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parting {
    /// The first day that is not the same.
    pub day: Day,
    /// What happened on it in the base alone, in words; none if something is only added.
    pub base: Option<String>,
    /// What happened on it in the variant alone; none if something is only missing.
    pub variant: Option<String>,
    /// For a chance of two branches that was drawn in both and fell otherwise: how probable the branch that the variant
    /// took was in the base, and in the variant.
    pub p: Option<(f64, f64)>,
}

impl Parting {
    /// The reason in one line: "only in the variant: ...", "..., instead of: ...".
    pub fn text(&self) -> String {
        match (&self.base, &self.variant) {
            (Some(base), Some(variant)) => format!("{variant}, instead of: {base}"),
            (Some(base), None) => format!("only in the base: {base}"),
            (None, Some(variant)) => format!("only in the variant: {variant}"),
            (None, None) => String::new(),
        }
    }
}

/// The signs of one wave from `at`, sorted.
fn wave(signs: &[Sign], at: usize) -> &[Sign] {
    let rest = signs.get(at..).unwrap_or_default();
    let first = rest.first().map(|sign| (sign.day, sign.wave));
    let len = rest
        .iter()
        .take_while(|sign| Some((sign.day, sign.wave)) == first)
        .count();
    rest.get(..len).unwrap_or_default()
}

/// Those of `mine` that `others` has not.
fn alone<'s>(mine: &'s [Sign], others: &[Sign]) -> Vec<&'s Sign> {
    mine.iter()
        .filter(|sign| !others.iter().any(|other| other.what == sign.what))
        .collect()
}

/// Where two runs part; none if the same things happen on the same days.
pub(super) fn parting(base: (&Run<'_>, &Signs), variant: (&Run<'_>, &Signs)) -> Option<Parting> {
    let (mut i, mut j) = (0, 0);
    loop {
        let (mut here, mut there) = (wave(&base.1.all, i), wave(&variant.1.all, j));
        let when = |signs: &[Sign]| signs.first().map(|sign| (sign.day, sign.wave));
        match (when(here), when(there)) {
            (None, None) => return None,
            // A wave that only one world has stands alone.
            (Some(a), Some(b)) if a < b => there = &[],
            (Some(a), Some(b)) if b < a => here = &[],
            _ => {}
        }
        let (mine, theirs) = (alone(here, there), alone(there, here));
        if !mine.is_empty() || !theirs.is_empty() {
            return Some(told(base, variant, &mine, &theirs));
        }
        (i, j) = (i + here.len(), j + there.len());
    }
}

fn told(base: (&Run<'_>, &Signs), variant: (&Run<'_>, &Signs), mine: &[&Sign], theirs: &[&Sign]) -> Parting {
    let order = |sign: &&Sign| (sign.what.sort, sign.entry);
    let first = |signs: &[&Sign]| signs.iter().copied().min_by_key(order).copied();
    let (mut a, mut b) = (first(mine), first(theirs));
    match (a, b) {
        // Of one chance both branches; of one act that it took effect here and was void there.
        (Some(one), Some(other)) if one.what.sort == Sort::Settled || other.what.sort == Sort::Settled => {
            let pair =
                |one: &Sign, other: &Sign| (one.what.sort, one.what.key) == (other.what.sort, other.what.key);
            if one.what.sort <= other.what.sort {
                b = theirs.iter().copied().find(|other| pair(&one, other)).copied();
            } else {
                a = mine.iter().copied().find(|one| pair(&other, one)).copied();
            }
        }
        (Some(one), Some(other)) if one.what.key != other.what.key => {
            if one.what.sort <= other.what.sort {
                b = None;
            } else {
                a = None;
            }
        }
        _ => {}
    }
    let p = both_drawn(base.0, entry(base.0, a), entry(variant.0, b));
    let say = |side: (&Run<'_>, &Signs), sign: Sign| {
        let entry = side.0.trace.entries.get(sign.entry)?;
        Some(match &entry.what {
            // That it was drawn goes without saying where both were.
            What::Settled {
                settlement,
                word,
                source,
                ..
            } if p.is_some() => words::fell(side.0.compiled, *settlement, *source, *word),
            _ => words::entry(side.0.compiled, entry, &side.1.norms),
        })
    };
    let day = a.or(b).map_or(Day::NEVER, |sign| sign.day);
    Parting {
        day,
        base: a.and_then(|sign| say(base, sign)),
        variant: b.and_then(|sign| say(variant, sign)),
        p,
    }
}

fn entry<'r>(run: &'r Run<'_>, sign: Option<Sign>) -> Option<&'r What> {
    Some(&run.trace.entries.get(sign?.entry)?.what)
}

/// How probable the variant's branch was in both worlds, if the chance was drawn in both and has two branches.
fn both_drawn(base: &Run<'_>, here: Option<&What>, there: Option<&What>) -> Option<(f64, f64)> {
    let (
        What::Settled {
            settlement,
            source,
            way: Way::Drawn,
            p: Some(before),
            ..
        },
        What::Settled {
            way: Way::Drawn,
            p: Some(after),
            ..
        },
    ) = (here?, there?)
    else {
        return None;
    };
    let chance = base
        .compiled
        .program()
        .chances
        .values()
        .find(|chance| chance.settlement == *settlement && chance.source == *source)?;
    (chance.branches.len() == 2).then_some((1.0 - before, *after))
}
