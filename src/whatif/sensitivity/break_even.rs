//! Break-even: where an outcome crosses a threshold, or two variants change places, as one assumption moves.

use rayon::prelude::*;
use serde::Serialize;

use super::inputs::{Asked, asked};
use super::worlds::{How, Stop, Subject, Worlds};
use super::{Input, Question};
use crate::Scenario;
use crate::diagnostic::{Diagnostic, Sources};
use crate::whatif::estimate::difference;
use crate::whatif::settings::{Range, Setting, WhatIfError, refuse};
use crate::whatif::sweep::{Sort, find_outcome};
use crate::whatif::watch::{Tick, Watch};
use crate::whatif::{Budget, Estimate};

/// At how many places each range is looked at.
const PLACES: usize = 9;
/// How finely a crossing of sampled figures is looked for, as a share of the range.
const SAMPLED: f64 = 1.0 / 1024.0;

/// What the outcome is measured against.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakEvenAgainst {
    /// A figure.
    Threshold(f64),
    /// The same outcome in a variant of the scenario.
    Variant(String),
}

/// Where an outcome turns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakEven {
    /// What is looked at.
    #[serde(flatten)]
    pub subject: Subject,
    /// Against what.
    pub against: BreakEvenAgainst,
    /// How.
    #[serde(flatten)]
    pub how: How,
    /// The outcome as the scenario stands, less the threshold or the variant's.
    pub margin: Estimate,
    /// The assumptions: those first whose crossing is nearest to their value, as a share of the range; those without
    /// one by name.
    pub lines: Vec<BreakEvenLine>,
    /// Assumptions that nothing reads that can happen.
    pub unread: Vec<String>,
}

/// One assumption.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BreakEvenLine {
    /// What moves.
    pub input: Input,
    /// Where the margin changes its sign, from low to high; those that were found between nine places.
    pub crossings: Vec<Crossing>,
    /// The least margin at those places.
    pub least: Estimate,
    /// The greatest.
    pub greatest: Estimate,
    /// Sampled, without a crossing, but somewhere the interval of the margin holds 0: it may cross unseen.
    pub in_doubt: bool,
}

/// One crossing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Crossing {
    /// The value at which the margin is 0, by interpolation; on a scale of steps the first value beyond.
    pub at: String,
    /// The last value looked at below the crossing.
    pub lower: String,
    /// The first beyond it.
    pub upper: String,
    /// Whether the margin rises there.
    pub rises: bool,
    /// If sampled: between these values the 95 % interval of the margin holds 0.
    pub interval: Option<(String, String)>,
}

/// The margin at a place.
#[derive(Clone, Debug)]
struct Place {
    at: f64,
    value: String,
    margin: Estimate,
}

impl Place {
    /// Whether it is told from 0 by the sample; of exact figures always.
    fn is_sure(&self) -> bool {
        self.margin
            .interval
            .is_none_or(|(low, high)| low > 0.0 || high < 0.0)
    }
}

impl Scenario {
    /// The values of assumptions, each alone, at which an outcome crosses a threshold or two variants change places.
    ///
    /// Each range is looked at in nine places, and every change of sign between two of them is narrowed down by
    /// bisection: a margin that crosses and comes back between two places is not seen.
    ///
    /// # Errors
    ///
    /// The question is wrong (nothing was run): a threshold of a probability outside [0, 1], an unknown variant; or a
    /// run of the scenario fails.
    pub fn break_even(
        &self,
        question: &Question,
        against: &BreakEvenAgainst,
        budget: &Budget,
        watch: Watch<'_>,
    ) -> Result<BreakEven, WhatIfError> {
        let Asked {
            subject,
            read,
            unread,
        } = asked(self, question)?;
        check(&subject, against)?;
        let other = match against {
            BreakEvenAgainst::Threshold(_) => None,
            BreakEvenAgainst::Variant(id) => Some(self.variant(id)?),
        };
        if let Some(other) = &other {
            find_outcome(&other.compile()?, &question.outcome)?;
        }
        let tick = Tick::new(watch);
        let worlds = Worlds {
            scenario: self,
            outcome: &question.outcome,
            budget,
            sampled: false,
            keep: other.is_some(),
            tick: &tick,
        };
        let ((margin, mut lines), how) = worlds.work(|worlds| {
            let margin = |settings: &[Setting]| -> Result<Estimate, Stop> {
                let answer = worlds.answer(settings)?;
                Ok(match (against, &other) {
                    (BreakEvenAgainst::Threshold(threshold), _) => answer.less_than(*threshold),
                    (_, Some(other)) => answer.less(
                        &Worlds {
                            scenario: other,
                            ..worlds
                        }
                        .answer(settings)?,
                    ),
                    (_, None) => answer.estimate,
                })
            };
            let base = margin(&[])?;
            tick.expect(read.len() * PLACES * if other.is_some() { 2 } else { 1 });
            let line = |input: &Input| line(input, worlds.sampled, &margin);
            let lines: Vec<Result<BreakEvenLine, Stop>> = read.par_iter().map(line).collect();
            Ok((base, lines.into_iter().collect::<Result<Vec<_>, _>>()?))
        })?;
        lines.sort_by(|a, b| {
            let in_doubt = b.in_doubt.cmp(&a.in_doubt);
            let nearer = nearest(a).total_cmp(&nearest(b)).then(in_doubt);
            nearer.then_with(|| a.input.target.cmp(&b.input.target))
        });
        Ok(BreakEven {
            subject,
            against: against.clone(),
            how,
            margin,
            lines,
            unread,
        })
    }
}

/// How far the nearest crossing is from the declared value, as a share of the range; infinite if there is none.
fn nearest(line: &BreakEvenLine) -> f64 {
    let (low, high) = line.input.range.ends();
    let value = line.input.value.as_deref().and_then(Range::position);
    let from = value.unwrap_or(0.5 * (low + high));
    let away = |crossing: &Crossing| {
        Range::position(&crossing.at).map_or(f64::INFINITY, |at| (at - from).abs() / (high - low))
    };
    line.crossings.iter().map(away).fold(f64::INFINITY, f64::min)
}

fn check(subject: &Subject, against: &BreakEvenAgainst) -> Result<(), WhatIfError> {
    let BreakEvenAgainst::Threshold(threshold) = against else {
        return Ok(());
    };
    let fits = match subject.sort {
        Sort::Number => threshold.is_finite(),
        Sort::Truth | Sort::Date => (0.0..=1.0).contains(threshold),
    };
    if fits {
        return Ok(());
    }
    let message = format!("{threshold} is no threshold for `{}`", subject.outcome);
    let help = match subject.sort {
        Sort::Number => "give a number",
        Sort::Truth => "it is a statement, and a probability lies between 0 and 1",
        Sort::Date => "it is a date, and the probability that it comes lies between 0 and 1",
    };
    let error = Diagnostic::placeless("E1205", message).help(help);
    Err(refuse(&Sources::default(), error))
}

type Margin<'m> = dyn Fn(&[Setting]) -> Result<Estimate, Stop> + Sync + 'm;

/// Looks along one range.
struct Look<'m> {
    input: &'m Input,
    margin: &'m Margin<'m>,
    /// How near two places may come.
    finest: f64,
}

impl Look<'_> {
    fn place(&self, value: String) -> Result<Place, Stop> {
        let margin = (self.margin)(&[self.input.at(value.clone())])?;
        Ok(Place {
            at: Range::position(&value).unwrap_or(0.0),
            value,
            margin,
        })
    }

    /// The place half-way between two, if there is one.
    fn between(&self, one: &Place, other: &Place) -> Result<Option<Place>, Stop> {
        if (other.at - one.at).abs() <= self.finest {
            return Ok(None);
        }
        let value = self.input.range.write(0.5 * (one.at + other.at));
        let at = Range::position(&value).unwrap_or(one.at);
        let inside = at > one.at.min(other.at) && at < one.at.max(other.at);
        if inside {
            self.place(value).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Narrows two places down to neighbours of which only the second is beyond.
    fn narrow(
        &self,
        mut before: Place,
        mut beyond: Place,
        is_beyond: &dyn Fn(&Place) -> bool,
    ) -> Result<(Place, Place), Stop> {
        while let Some(middle) = self.between(&before, &beyond)? {
            if is_beyond(&middle) {
                beyond = middle;
            } else {
                before = middle;
            }
        }
        Ok((before, beyond))
    }
}

fn line(input: &Input, sampled: bool, margin: &Margin<'_>) -> Result<BreakEvenLine, Stop> {
    let (low, high) = input.range.ends();
    let look = Look {
        input,
        margin,
        finest: if sampled { (high - low) * SAMPLED } else { 0.0 },
    };
    let values = input.range.levels(PLACES);
    let places: Vec<Place> = values
        .into_par_iter()
        .map(|value| look.place(value))
        .collect::<Vec<_>>()
        .into_iter()
        .collect::<Result<_, _>>()?;
    let by_margin = |a: &&Place, b: &&Place| a.margin.value.total_cmp(&b.margin.value);
    let nothing = Estimate::exact(0.0);
    let mut line = BreakEvenLine {
        input: input.clone(),
        crossings: Vec::new(),
        least: places
            .iter()
            .min_by(by_margin)
            .map_or(nothing, |place| place.margin),
        greatest: places
            .iter()
            .max_by(by_margin)
            .map_or(nothing, |place| place.margin),
        in_doubt: false,
    };
    if difference(line.greatest.value, line.least.value) == 0.0 {
        line.least = line.greatest;
    }
    // A margin of 0 belongs to neither side; the crossing is where the other side is reached.
    let sides: Vec<usize> = (0..places.len())
        .filter(|place| places.get(*place).is_some_and(|place| place.margin.value != 0.0))
        .collect();
    for pair in sides.windows(2) {
        let [one, other] = *pair else { continue };
        let (Some(from), Some(to)) = (places.get(one), places.get(other)) else {
            continue;
        };
        let rises = to.margin.value > 0.0;
        if (from.margin.value > 0.0) == rises {
            continue;
        }
        let beyond = |place: &Place| {
            if rises {
                place.margin.value >= 0.0
            } else {
                place.margin.value <= 0.0
            }
        };
        let (before, after) = look.narrow(from.clone(), to.clone(), &beyond)?;
        let interval = match sampled {
            false => None,
            true => Some((
                edge(
                    &look,
                    &before,
                    places.iter().take(one + 1).rev(),
                    &input.range.low,
                )?,
                edge(&look, &after, places.iter().skip(other), &input.range.high)?,
            )),
        };
        line.crossings
            .push(crossing(input, &before, &after, rises, interval));
    }
    line.in_doubt = line.crossings.is_empty() && places.iter().any(|place| !place.is_sure());
    Ok(line)
}

fn crossing(
    input: &Input,
    before: &Place,
    after: &Place,
    rises: bool,
    interval: Option<(String, String)>,
) -> Crossing {
    let at = if input.range.scale.is_continuous() {
        let part = before.margin.value / (before.margin.value - after.margin.value);
        input.range.write(before.at + part * (after.at - before.at))
    } else {
        after.value.clone()
    };
    Crossing {
        at,
        lower: before.value.clone(),
        upper: after.value.clone(),
        rises,
        interval,
    }
}

/// Going away from a crossing, the first value at which the sample tells the margin from 0; the end of the range if
/// there is none.
fn edge<'p>(
    look: &Look<'_>,
    from: &Place,
    outward: impl Iterator<Item = &'p Place>,
    end: &str,
) -> Result<String, Stop> {
    if from.is_sure() {
        return Ok(from.value.clone());
    }
    let mut unsure = from.clone();
    for place in outward {
        if place.is_sure() {
            let (_, sure) = look.narrow(unsure, place.clone(), &Place::is_sure)?;
            return Ok(sure.value);
        }
        unsure = place.clone();
    }
    Ok(end.to_owned())
}
