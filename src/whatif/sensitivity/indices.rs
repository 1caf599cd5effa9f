//! Sobol indices: which share of an outcome's variance each assumption explains, alone and with the others.
//!
//! First order by the estimator of Saltelli, Annoni, Azzini, Campolongo, Ratto and Tarantola (2010), total by that of
//! Jansen (1999), over an Owen-scrambled Sobol sequence in twice as many dimensions as there are assumptions.

use rayon::prelude::*;
use serde::Serialize;

use super::inputs::{Asked, asked};
use super::worlds::{Answer, How, Stop, Subject, Worlds, noise};
use super::{Input, Question, bootstrap};
use crate::Scenario;
use crate::engine::Seed;
use crate::whatif::estimate::difference;
use crate::whatif::settings::{Setting, WhatIfError, refuse, share};
use crate::whatif::sweep::{MOST_SOBOL, Sort, sobol, uniform};
use crate::whatif::watch::{Tick, Watch};
use crate::whatif::{Budget, Estimate, Wanted};

/// Nominal speed: states looked at in a second of one core.
const STATES: f64 = 1_000_000.0;
/// Nominal speed: runs in a second of one core.
const RUNS: f64 = 20_000.0;
/// Fewest rows that are worth while, and most that are taken unasked.
const ROWS: (usize, usize) = (64, 4_096);

/// How much work indices may cost. The clock is not read: the same question has the same answer on every machine.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Effort {
    /// So many nominal seconds, in each of which one core looks at a million states or draws 20,000 runs. Exact if 64
    /// rows can be had so, else sampled; as many rows as fit, a power of two between 64 and 4,096.
    Time(f64),
    /// So many rows of the design, each with as many worlds as there are assumptions and two.
    Rows(usize),
}

/// The indices of all assumptions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Indices {
    /// What is looked at.
    #[serde(flatten)]
    pub subject: Subject,
    /// How.
    #[serde(flatten)]
    pub how: How,
    /// Rows of the design.
    pub rows: usize,
    /// Worlds worked out.
    pub worlds: usize,
    /// The mean of the outcome over all ranges.
    pub mean: f64,
    /// Its variance; 0 if it does not vary.
    pub variance: f64,
    /// Which share of the variance can at most be noise of the samples; none if exact, or for the mean of a number.
    pub noise: Option<f64>,
    /// The assumptions by their total index; equal ones by name.
    pub indices: Vec<Index>,
    /// Assumptions that nothing reads that can happen: their indices are 0.
    pub unread: Vec<String>,
}

/// One assumption.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Index {
    /// What moves.
    pub input: Input,
    /// Which share of the variance would be gone if it were known, with a 95 % interval of the bootstrap; an estimate
    /// of a small index may lie below 0. Exactly 0 if it cannot matter.
    pub first: Estimate,
    /// Which share would be left if all others were known.
    pub total: Estimate,
}

/// The outcome over the design.
struct Table {
    /// In the worlds of the two designs.
    a: Vec<f64>,
    b: Vec<f64>,
    /// For each assumption, in the worlds of the first with its value from the second.
    mixed: Vec<Vec<f64>>,
    worlds: usize,
}

impl Scenario {
    /// First-order and total Sobol indices of assumptions, independent of each other and distributed as their ranges
    /// and shapes say.
    ///
    /// # Errors
    ///
    /// The question is wrong (nothing was run), or a run of the scenario fails somewhere in the ranges.
    pub fn sobol_indices(
        &self,
        question: &Question,
        effort: Effort,
        budget: &Budget,
        watch: Watch<'_>,
    ) -> Result<Indices, WhatIfError> {
        check(effort)?;
        let Asked {
            subject,
            read,
            unread,
        } = asked(self, question)?;
        let tick = Tick::new(watch);
        let each = read.len() + 2;
        let limited = limits(effort, budget, each);
        let worlds = Worlds {
            scenario: self,
            outcome: &question.outcome,
            budget: &limited,
            sampled: false,
            keep: false,
            tick: &tick,
        };
        let ((table, rows), how) = worlds.work(|worlds| {
            let rows = match (effort, worlds.sampled) {
                (Effort::Rows(rows), _) => rows,
                (Effort::Time(seconds), true) => fitting(seconds * RUNS, limited.runs, each),
                (Effort::Time(seconds), false) => fitting(seconds * STATES, states(&worlds)?, each),
            };
            tick.expect(rows * each);
            Ok((table(&worlds, &read, rows)?, rows))
        })?;
        let all: Vec<usize> = (0..rows).collect();
        let (mean, variance) = table.moments(&all);
        let figures = table.figures(&all);
        let intervals = bootstrap::intervals(budget.seed, rows, 2 * read.len(), &|rows: &[usize]| {
            table.figures(rows)
        });
        let mut pairs = figures.chunks_exact(2).zip(intervals.chunks_exact(2));
        let mut indices: Vec<Index> = Vec::new();
        for input in read {
            let Some(([first, total], [around_first, around_total])) = pairs.next() else {
                break;
            };
            let estimate = |value: f64, (low, high): (f64, f64)| Estimate {
                value,
                interval: Some((low.min(value), high.max(value))),
            };
            indices.push(Index {
                input,
                first: estimate(*first, *around_first),
                total: estimate(*total, *around_total),
            });
        }
        indices.sort_by(|a, b| {
            let by_total = b.total.value.total_cmp(&a.total.value);
            by_total.then_with(|| a.input.target.cmp(&b.input.target))
        });
        let noise = match (&how, subject.sort) {
            (How::Sampled { runs, .. }, Sort::Truth | Sort::Date) => {
                Some(noise(table.a.iter().chain(&table.b).copied(), variance, *runs).min(1.0))
            }
            _ => None,
        };
        Ok(Indices {
            subject,
            how,
            rows,
            worlds: table.worlds,
            mean,
            variance,
            noise,
            indices,
            unread,
        })
    }
}

fn check(effort: Effort) -> Result<(), WhatIfError> {
    let message = match effort {
        Effort::Rows(0) => String::from("a design of 0 points has nothing to run"),
        Effort::Rows(1) => String::from("one point has no variance"),
        Effort::Rows(rows) if rows > MOST_SOBOL.0 => {
            format!(
                "{rows} points are more than the {} this design can have",
                MOST_SOBOL.0
            )
        }
        Effort::Time(seconds) if !seconds.is_finite() || seconds <= 0.0 => {
            String::from("no work can be done in no time")
        }
        _ => return Ok(()),
    };
    let sources = crate::diagnostic::Sources::default();
    let error = crate::diagnostic::Diagnostic::placeless("E1203", message);
    Err(refuse(
        &sources,
        error.help("a power of two is best: 64 points or more, or 60 seconds"),
    ))
}

/// The budget of each world, so that the fewest rows fit the time.
fn limits(effort: Effort, budget: &Budget, each: usize) -> Budget {
    let Effort::Time(seconds) = effort else {
        return *budget;
    };
    let most = floor(seconds * STATES / share(ROWS.0 * each, 1));
    Budget {
        expansions: budget.expansions.min(most.max(1)),
        ..*budget
    }
}

/// States looked at in the world as it is.
fn states(worlds: &Worlds<'_>) -> Result<u64, Stop> {
    let compiled = worlds.scenario.compile()?;
    let budget = Budget {
        runs: 1,
        wanted: Wanted::Either,
        ..*worlds.budget
    };
    let outcomes = compiled
        .outcomes(&budget)
        .map_err(|error| WhatIfError::run(&[], error))?;
    match outcomes.how {
        crate::whatif::Method::Exact { states, .. } => Ok(states as u64),
        crate::whatif::Method::Sampled { because, .. } => Err(Stop::Uncountable(because)),
    }
}

/// The greatest power of two of rows for which there is work enough.
fn fitting(work: f64, cost: u64, each: usize) -> usize {
    let rows = floor(work / (crate::whatif::estimate::to_f64(cost.max(1)) * share(each, 1)));
    let mut fitting = ROWS.0;
    while fitting * 2 <= rows.min(ROWS.1) {
        fitting *= 2;
    }
    fitting
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a conversion with `as` saturates, which is meant"
)]
fn floor(number: f64) -> usize {
    number as usize
}

/// The place of a row in a dimension; the keyed draws take over where the sequence has no more dimensions.
fn place(seed: Seed, row: usize, dimension: usize, dimensions: usize) -> f64 {
    if dimensions <= MOST_SOBOL.1 {
        sobol(seed, row, dimension)
    } else {
        uniform(seed, dimension as u64, row as u64, 2)
    }
}

fn table(worlds: &Worlds<'_>, inputs: &[Input], rows: usize) -> Result<Table, Stop> {
    let (seed, count) = (worlds.budget.seed, inputs.len());
    let design = |row: usize, from: usize| -> Vec<Setting> {
        let value = |(place_of, input): (usize, &Input)| {
            input.at(input.range.quantile(place(seed, row, from + place_of, 2 * count)))
        };
        inputs.iter().enumerate().map(value).collect()
    };
    let row = |row: usize| -> Result<(Vec<f64>, usize), Stop> {
        let (a, b) = (design(row, 0), design(row, count));
        let figure = |answer: Answer| answer.estimate.value;
        let first = figure(worlds.answer(&a)?);
        let mut figures = vec![first, figure(worlds.answer(&b)?)];
        let mut found = 2;
        for (place, other) in b.iter().enumerate() {
            let mut mixed = a.clone();
            if let Some(setting) = mixed.get_mut(place) {
                setting.clone_from(other);
            }
            if mixed == a {
                figures.push(first);
                continue;
            }
            let value = figure(worlds.answer(&mixed)?);
            // What is rounding of exact figures shall not look like an influence.
            figures.push(first + difference(value, first));
            found += 1;
        }
        Ok((figures, found))
    };
    let all: Vec<Result<(Vec<f64>, usize), Stop>> = (0..rows).into_par_iter().map(row).collect();
    let mut table = Table {
        a: Vec::new(),
        b: Vec::new(),
        mixed: vec![Vec::new(); count],
        worlds: 0,
    };
    for row in all {
        let (figures, found) = row?;
        let mut figures = figures.into_iter();
        table.a.extend(figures.next());
        table.b.extend(figures.next());
        for (column, figure) in table.mixed.iter_mut().zip(figures) {
            column.push(figure);
        }
        table.worlds += found;
    }
    Ok(table)
}

impl Table {
    fn pick<'t>(column: &'t [f64], rows: &'t [usize]) -> impl Iterator<Item = f64> + 't {
        rows.iter().filter_map(|row| column.get(*row).copied())
    }

    /// Mean and variance over both designs.
    fn moments(&self, rows: &[usize]) -> (f64, f64) {
        let both = || Self::pick(&self.a, rows).chain(Self::pick(&self.b, rows));
        let count = share(2 * rows.len().max(1), 1);
        let mean = both().sum::<f64>() / count;
        let variance = both().map(|value| (value - mean) * (value - mean)).sum::<f64>() / count;
        let scale = mean.abs().max(1.0) * 1e-12;
        (mean, if variance <= scale * scale { 0.0 } else { variance })
    }

    /// First-order and total index of each assumption in turn.
    fn figures(&self, rows: &[usize]) -> Vec<f64> {
        let (mean, variance) = self.moments(rows);
        let count = share(rows.len().max(1), 1);
        let mut figures = Vec::with_capacity(2 * self.mixed.len());
        for mixed in &self.mixed {
            let (mut first, mut total) = (0.0, 0.0);
            let columns = Self::pick(&self.a, rows).zip(Self::pick(&self.b, rows));
            for ((a, b), mixed) in columns.zip(Self::pick(mixed, rows)) {
                first += (b - mean) * (mixed - a);
                total += (a - mixed) * (a - mixed);
            }
            let of = |sum: f64| {
                if variance > 0.0 {
                    sum / count / variance
                } else {
                    0.0
                }
            };
            figures.extend([of(first), of(total / 2.0)]);
        }
        figures
    }
}
