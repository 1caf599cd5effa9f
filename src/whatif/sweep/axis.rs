//! One thing that a sweep moves, and through which values.

use serde::Serialize;

use super::design::MOST;
use crate::diagnostic::{Diagnostic, suggest};
use crate::document::Document;
use crate::whatif::settings::{
    Declared, Range, Setting, Shape, Target, WhatIfError, find_declared, refuse, split_values,
};

/// Steps of a range in a grid where nobody says how many.
const STEPS: usize = 5;

/// What moves.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Axis {
    /// As in a [`Setting`].
    pub target: String,
    /// Through which values.
    pub values: Values,
}

/// The values of an axis.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Values {
    /// Those listed. Designs that draw take each with equal probability.
    Listed(Vec<String>),
    /// A range, in so many equal steps if they are given, else five in a grid and its whole distribution in a design
    /// that draws.
    Range {
        /// The range.
        range: Range,
        /// How many values, the ends among them.
        steps: Option<usize>,
    },
    /// The range that the assumption declares.
    Declared {
        /// How many values, the ends among them.
        steps: Option<usize>,
    },
}

impl Axis {
    /// Reads `NAME`, `NAME:STEPS`, `NAME=LOW..HIGH`, `NAME=LOW..HIGH:STEPS` or `NAME=VALUE,VALUE,...`.
    ///
    /// # Errors
    ///
    /// The ends of a range are equal, in the wrong order or not of one sort. Whether the name stands for anything is
    /// said when the sweep is prepared.
    pub fn parse(text: &str) -> Result<Axis, WhatIfError> {
        let (target, values) = match text.split_once('=') {
            Some((target, values)) => (target, values.trim()),
            None => {
                let (target, steps) = steps(text);
                return Ok(Axis {
                    target: target.trim().to_owned(),
                    values: Values::Declared { steps },
                });
            }
        };
        let values = match values.split_once("..") {
            Some((low, rest)) => {
                let (high, steps) = steps(rest);
                Values::Range {
                    range: Range::new(low, high, None, Shape::Uniform)
                        .ok_or_else(|| no_range(target, low, high))?,
                    steps,
                }
            }
            None => Values::Listed(split_values(values)),
        };
        Ok(Axis {
            target: target.trim().to_owned(),
            values,
        })
    }

    /// The axis with its declared range, if that is what it moves through, and checked against a document.
    pub(crate) fn resolved(&self, document: &Document) -> Result<Axis, WhatIfError> {
        let target = Target::find(document, &self.target)?;
        let refused = |error| Err(refuse(document.sources(), error));
        let values = match (&self.values, &target) {
            (Values::Declared { steps }, Target::Assumption(key)) => match find_declared(document, key) {
                Some(Declared {
                    range: Some(range), ..
                }) => Values::Range { range, steps: *steps },
                Some(declared) => {
                    let message = format!(
                        "the assumption `{key}` is {} and has no range to move in",
                        declared.value
                    );
                    let error = Diagnostic::error("E1202", declared.span, message);
                    return refused(error.help(format!(
                        "give one: `{key}=LOW..HIGH`, or list values: `{key}=A,B`"
                    )));
                }
                None => {
                    return refused(Diagnostic::placeless(
                        "E1201",
                        format!("there is no assumption `{key}`"),
                    ));
                }
            },
            (Values::Declared { .. }, Target::Path(_)) => {
                let message = format!("`{}` is no assumption and declares no range", self.target);
                let help = format!(
                    "say through which values it moves: `{}=A,B,C` or `LOW..HIGH`",
                    self.target
                );
                return refused(Diagnostic::placeless("E1202", message).help(help));
            }
            (values, _) => values.clone(),
        };
        let axis = Axis {
            target: self.target.clone(),
            values,
        };
        match &axis.values {
            Values::Listed(values) => {
                if values.iter().any(String::is_empty) {
                    let message = format!("a value of `{}` is empty", axis.target);
                    return refused(
                        Diagnostic::placeless("E1203", message).help("a comma stands between two values"),
                    );
                }
                let mut seen = std::collections::BTreeSet::new();
                if let Some(twice) = values.iter().find(|value| !seen.insert(value.as_str())) {
                    let message = format!("`{twice}` stands twice among the values of `{}`", axis.target);
                    return refused(Diagnostic::placeless("E1203", message).help("list each value once"));
                }
            }
            Values::Range { steps: Some(0), .. } => {
                let message = format!("a range of `{}` in 0 steps has no values", axis.target);
                return refused(Diagnostic::placeless("E1203", message).help("1 or more; 5 is usual"));
            }
            Values::Range {
                steps: Some(steps), ..
            } if *steps > MOST => {
                let message = format!(
                    "a range of `{}` in {steps} steps has more than {MOST} values",
                    axis.target
                );
                return refused(Diagnostic::placeless("E1203", message).help("take fewer steps; 5 is usual"));
            }
            Values::Range { .. } | Values::Declared { .. } => {}
        }
        Ok(axis)
    }

    /// The values in a grid, or in any design where they are listed or counted; none for a whole range.
    pub(crate) fn listed(&self) -> Option<Vec<String>> {
        match &self.values {
            Values::Listed(values) => Some(values.clone()),
            Values::Range {
                range,
                steps: Some(steps),
            } => Some(range.levels(*steps)),
            Values::Range { .. } | Values::Declared { .. } => None,
        }
    }

    /// The values in a grid.
    pub(crate) fn levels(&self) -> Vec<String> {
        match (&self.values, self.listed()) {
            (_, Some(listed)) => listed,
            (Values::Range { range, .. }, None) => range.levels(STEPS),
            _ => Vec::new(),
        }
    }

    /// The value at a share of the axis's distribution.
    pub(crate) fn quantile(&self, u: f64) -> String {
        match (&self.values, self.listed()) {
            (_, Some(listed)) => {
                let at = u * crate::whatif::settings::share(listed.len(), 1);
                listed
                    .get(floor(at))
                    .or(listed.last())
                    .cloned()
                    .unwrap_or_default()
            }
            (Values::Range { range, .. }, None) => range.quantile(u),
            _ => String::new(),
        }
    }

    /// The values whose fitting into the scenario is checked before anything runs.
    pub(crate) fn samples(&self) -> Vec<Setting> {
        let values = match &self.values {
            Values::Range { range, .. } => vec![range.low.clone(), range.high.clone()],
            _ => self.levels(),
        };
        values
            .into_iter()
            .map(|value| Setting::new(&self.target, value))
            .collect()
    }

    /// In words, for headers.
    pub(crate) fn words(&self, grid: bool) -> String {
        match &self.values {
            Values::Listed(values) => format!("{} = {}", self.target, values.join(", ")),
            Values::Range { range, .. } => {
                let how = match self.listed() {
                    Some(levels) => format!("{} steps", levels.len()),
                    None if grid => format!("{} steps", self.levels().len()),
                    None => range.shape.name().to_owned(),
                };
                format!("{} = {} .. {}, {how}", self.target, range.low, range.high)
            }
            Values::Declared { .. } => self.target.clone(),
        }
    }
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a share of a short list, never negative"
)]
fn floor(at: f64) -> usize {
    at as usize
}

/// A trailing `:7`.
fn steps(text: &str) -> (&str, Option<usize>) {
    match text.rsplit_once(':') {
        Some((before, steps)) if !steps.contains(')') => match steps.trim().parse() {
            Ok(steps) => (before, Some(steps)),
            Err(_) => (text, None),
        },
        _ => (text, None),
    }
}

fn no_range(target: &str, low: &str, high: &str) -> WhatIfError {
    let (low, high) = (low.trim(), high.trim());
    let error = Diagnostic::placeless(
        "E1202",
        format!("`{low}..{high}` is no range for `{}`", target.trim()),
    );
    let positions = (Range::position(low), Range::position(high));
    let error = match positions {
        (Some(a), Some(b)) if a == b => error.help("its ends are equal: it is empty"),
        (Some(a), Some(b)) if a > b && Range::new(high, low, None, Shape::Uniform).is_some() => {
            error.help(format!("the low end comes first: `{high}..{low}`"))
        }
        (Some(_), Some(_)) => {
            error.help("both ends must be of one sort: numbers, days or weeks, months or years, dates")
        }
        _ => error
            .help("a range goes over numbers, durations, dates or truths: `0.1..0.4`, `5 years..30 years`"),
    };
    let known = ["day", "days", "week", "weeks", "month", "months", "year", "years"];
    let near = [low, high].into_iter().find_map(|end| {
        let word = end.split_whitespace().nth(1)?;
        suggest(word, known)
    });
    let error = match near {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    };
    refuse(&crate::diagnostic::Sources::default(), error)
}
