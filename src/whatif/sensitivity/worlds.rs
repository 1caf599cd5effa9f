//! One outcome under any settings, by one method for all of them.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Sources};
use crate::whatif::drawn::Drawn;
use crate::whatif::estimate::{difference, to_f64};
use crate::whatif::settings::{Setting, WhatIfError, refuse};
use crate::whatif::sweep::{Figure, Sort, find_outcome};
use crate::whatif::watch::Tick;
use crate::whatif::{Budget, Estimate, Method, Wanted};
use crate::{CompileError, Scenario};

/// How the figures were found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum How {
    /// Every branch was followed at every point.
    Exact,
    /// Runs were drawn, at every point with the same draws.
    Sampled {
        /// How many at each point.
        runs: u64,
        /// Under which seed.
        seed: u64,
        /// Why not exactly.
        because: String,
    },
}

/// The outcome that is looked at.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Subject {
    /// The title of the scenario.
    pub title: String,
    /// The id of the outcome.
    pub outcome: String,
    /// Its words.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// What is told of it: for a date, the probability that it comes.
    pub sort: Sort,
}

/// The outcome in one world.
#[derive(Clone, Debug)]
pub(super) struct Answer {
    /// Its figure.
    pub estimate: Estimate,
    /// What each run came to, if they were sampled.
    runs: Option<Drawn>,
}

impl Answer {
    /// This figure less another, run by run if they were sampled.
    pub fn less(&self, other: &Answer) -> Estimate {
        match (&self.runs, &other.runs) {
            (Some(mine), Some(theirs)) => mine.less(theirs),
            _ => Estimate::exact(difference(self.estimate.value, other.estimate.value)),
        }
    }

    /// This figure less a number.
    pub fn less_than(&self, threshold: f64) -> Estimate {
        let Some((low, high)) = self.estimate.interval else {
            return Estimate::exact(difference(self.estimate.value, threshold));
        };
        Estimate {
            value: self.estimate.value - threshold,
            interval: Some((low - threshold, high - threshold)),
        }
    }
}

/// Why a world could not be worked out.
#[derive(Debug)]
pub(super) enum Stop {
    /// Its states could not be counted out: this is why.
    Uncountable(String),
    /// It is wrong.
    Error(WhatIfError),
}

impl Stop {
    /// As an error; samples are never uncountable.
    fn into_error(self) -> WhatIfError {
        match self {
            Stop::Error(error) => error,
            Stop::Uncountable(because) => {
                refuse(&Sources::default(), Diagnostic::placeless("E1203", because))
            }
        }
    }
}

impl From<WhatIfError> for Stop {
    fn from(error: WhatIfError) -> Self {
        Stop::Error(error)
    }
}

impl From<CompileError> for Stop {
    fn from(error: CompileError) -> Self {
        Stop::Error(error.into())
    }
}

/// All worlds of a scenario.
#[derive(Clone, Copy)]
pub(super) struct Worlds<'s> {
    pub scenario: &'s Scenario,
    pub outcome: &'s str,
    pub budget: &'s Budget,
    /// Whether runs are drawn.
    pub sampled: bool,
    /// Whether what each run came to is kept, for differences.
    pub keep: bool,
    pub tick: &'s Tick<'s>,
}

impl<'s> Worlds<'s> {
    /// Works with exact figures, and from the beginning with sampled ones if those of any world cannot be had.
    pub fn work<T>(self, work: impl Fn(Worlds<'s>) -> Result<T, Stop>) -> Result<(T, How), WhatIfError> {
        let mut why = String::from("a sample was asked for");
        if self.budget.wanted == Wanted::Either {
            match work(Worlds {
                sampled: false,
                ..self
            }) {
                Ok(done) => return Ok((done, How::Exact)),
                Err(Stop::Error(error)) => return Err(error),
                Err(Stop::Uncountable(because)) => why = because,
            }
        }
        let how = How::Sampled {
            runs: self.budget.runs,
            seed: self.budget.seed.0,
            because: why.clone(),
        };
        match work(Worlds {
            sampled: true,
            ..self
        }) {
            Ok(done) => Ok((done, how)),
            Err(stop) => Err(stop.into_error()),
        }
    }

    /// The outcome under settings.
    pub fn answer(&self, settings: &[Setting]) -> Result<Answer, Stop> {
        let compiled = self
            .scenario
            .with_settings(settings)?
            .compile()
            .map_err(|error| WhatIfError::compile(settings, error))?;
        let id = find_outcome(&compiled, self.outcome)?;
        let failed = |error| Stop::Error(WhatIfError::run(settings, error));
        let answer = if self.sampled {
            let runs = Drawn::new(&compiled, id, self.budget.seed, self.budget.runs).map_err(failed)?;
            Answer {
                estimate: runs.figure(),
                runs: self.keep.then_some(runs),
            }
        } else {
            // The fallback is of no use here, and one run costs nothing.
            let budget = Budget {
                runs: 1,
                wanted: Wanted::Either,
                ..*self.budget
            };
            let outcomes = compiled.outcomes(&budget).map_err(failed)?;
            if let Method::Sampled { because, .. } = outcomes.how {
                return Err(Stop::Uncountable(because));
            }
            let found = outcomes
                .outcomes
                .iter()
                .find(|outcome| outcome.id == self.outcome);
            Answer {
                estimate: found.map_or(Estimate::exact(0.0), |outcome| Figure::of(outcome).value),
                runs: None,
            }
        };
        self.tick.one();
        Ok(answer)
    }
}

/// The share of the variance of figures that sampling noise can be at most, given each figure and its runs.
pub(super) fn noise(figures: impl Iterator<Item = f64>, variance: f64, runs: u64) -> f64 {
    let (mut sum, mut count) = (0.0, 0.0);
    for p in figures {
        sum += p * (1.0 - p) / to_f64(runs);
        count += 1.0;
    }
    if variance > 0.0 && count > 0.0 {
        sum / count / variance
    } else {
        0.0
    }
}
