//! Preparing a sweep and working out its rows.

use std::ops::ControlFlow;

use rayon::prelude::*;
use serde::Serialize;

use super::design::Points;
use super::{Design, PreparedSweep, Sort, Sweep, SweepHeader, hash};
use crate::Scenario;
use crate::diagnostic::{Diagnostic, suggest};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::OutcomeId;
use crate::program::Compiled;
use crate::whatif::settings::{Setting, WhatIfError, refuse};
use crate::whatif::{Budget, Estimate, Law, Method, OutcomeLaw, Outcomes, Wanted};

/// One point of a sweep with what comes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// Its number, from 0.
    pub point: usize,
    /// The settings, in the order of the axes.
    pub settings: Vec<Setting>,
    /// Whether the figures are exact; else they are sampled.
    pub exact: bool,
    /// The outcomes that are told.
    pub figures: Vec<Figure>,
}

/// What a row tells of an outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Figure {
    /// The outcome's id.
    pub id: String,
    /// What is told.
    pub sort: Sort,
    /// Its probability, its mean, or for a date the probability that it comes.
    pub value: Estimate,
    /// For a date, the day by which it has come with probability one half; none for never.
    pub median: Option<Day>,
}

impl Figure {
    /// What is told of a law.
    pub(crate) fn of(outcome: &OutcomeLaw) -> Figure {
        let (sort, value, median) = match &outcome.law {
            Law::Truth { p } => (Sort::Truth, *p, None),
            Law::Number { mean, .. } => (Sort::Number, *mean, None),
            Law::Date { never, quantiles, .. } => {
                let comes = Estimate {
                    value: 1.0 - never.value,
                    interval: never.interval.map(|(low, high)| (1.0 - high, 1.0 - low)),
                };
                let median = quantiles.iter().find(|(share, _)| *share == 0.5);
                (Sort::Date, comes, median.and_then(|(_, day)| *day))
            }
        };
        Figure {
            id: outcome.id.clone(),
            sort,
            value,
            median,
        }
    }
}

impl Scenario {
    /// Checks a sweep before anything runs, and settles its method at the first point: where that is sampled because
    /// its states could not be counted out, all points are.
    ///
    /// ```
    /// use std::ops::ControlFlow;
    /// use demarche::whatif::{Axis, Budget, Design, Sweep};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// # let text = "
    /// # demarche: 1
    /// # title: A coin
    /// # period: { from: 2024-01-01, to: 2024-12-31 }
    /// # facts: { heads: {} }
    /// # events: { toss: { is: physical } }
    /// # timeline: { toss: { on: 2024-01-01, happen: toss } }
    /// # assumptions: { bias: { value: 0.5, range: [0.25, 0.75] } }
    /// # rules:
    /// #   it_falls:
    /// #     on: toss
    /// #     then:
    /// #       - chance: side
    /// #         branches: { up: { p: bias, then: [{ start: heads }] }, down: { p: rest } }
    /// # outcomes: { won: { is: at_end(heads) } }
    /// # ";
    /// let scenario = demarche::Scenario::from_text("coin.yaml", text)?;
    /// let plan = Sweep {
    ///     axes: vec![Axis::parse("bias:3")?],
    ///     design: Design::Grid,
    ///     outcomes: Vec::new(),
    /// };
    /// let mut won = Vec::new();
    /// scenario.sweep(&plan, &Budget::default())?.rows(0, &mut |row| {
    ///     won.extend(row.figures.iter().map(|figure| figure.value.value));
    ///     ControlFlow::Continue(())
    /// })?;
    /// assert_eq!(won, [0.25, 0.5, 0.75]);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Something to move that is not there, an empty range, a design of no points, a value that does not fit, a
    /// scenario that cannot be compiled; or the first point's run fails.
    pub fn sweep(&self, sweep: &Sweep, budget: &Budget) -> Result<PreparedSweep<'_>, WhatIfError> {
        let document = self.document();
        let axes = sweep
            .axes
            .iter()
            .map(|axis| axis.resolved(document))
            .collect::<Result<Vec<_>, _>>()?;
        let (points, count) = Points::new(sweep.design, &axes, budget.seed)?;
        let compiled = self.compile()?;
        let told = told(&compiled, &sweep.outcomes)?;
        // Each value alone, so that messages blame one.
        for setting in axes.iter().flat_map(|axis| axis.samples()) {
            self.with_settings(std::slice::from_ref(&setting))?
                .compile()
                .map_err(|error| WhatIfError::compile(std::slice::from_ref(&setting), error))?;
        }
        let settings = points.settings(&axes, 0);
        let first = outcomes(self, &settings, budget)?;
        let (wanted, method) = match &first.how {
            Method::Exact { .. } => (
                budget.wanted,
                format!(
                    "exact; points with too many states sampled, {} runs each",
                    budget.runs
                ),
            ),
            Method::Sampled { because, .. } => (
                Wanted::Sampled,
                format!(
                    "sampled, {} runs each, with 95 % intervals, because {because}",
                    budget.runs
                ),
            ),
        };
        let design = match sweep.design {
            Design::Grid => format!("grid of {count} points"),
            Design::LatinHypercube { points } => format!("Latin hypercube of {points} points"),
            Design::Sobol { points } => format!("Owen-scrambled Sobol sequence of {points} points"),
        };
        let grid = sweep.design == Design::Grid;
        let header = SweepHeader {
            demarche: env!("CARGO_PKG_VERSION"),
            title: compiled.title().to_owned(),
            document: hash::content(document),
            over: axes.iter().map(|axis| axis.words(grid)).collect(),
            design,
            points: count,
            seed: budget.seed.0,
            method,
            outcomes: figures(&first, &told)
                .map(|figure| (figure.id, figure.sort))
                .collect(),
        };
        Ok(PreparedSweep {
            scenario: self,
            axes,
            points,
            budget: Budget { wanted, ..*budget },
            told,
            header,
            first,
        })
    }
}

impl PreparedSweep<'_> {
    /// Works out the rows from number `from` on, as many at a time as there are threads, and hands them over in the
    /// order of their numbers until `each` breaks off. The rows do not depend on the number of threads.
    ///
    /// # Errors
    ///
    /// At some point the scenario cannot be compiled or a run of it fails; the rows before it have been handed over.
    pub fn rows(&self, from: usize, each: &mut dyn FnMut(Row) -> ControlFlow<()>) -> Result<(), WhatIfError> {
        let batch = rayon::current_num_threads().max(1);
        let mut next = from;
        while next < self.points() {
            let end = (next + batch).min(self.points());
            let rows: Vec<Result<Row, WhatIfError>> =
                (next..end).into_par_iter().map(|point| self.row(point)).collect();
            for row in rows {
                if each(row?).is_break() {
                    return Ok(());
                }
            }
            next = end;
        }
        Ok(())
    }

    /// One row.
    ///
    /// # Errors
    ///
    /// As [`rows`](Self::rows).
    pub fn row(&self, point: usize) -> Result<Row, WhatIfError> {
        let settings = self.settings(point);
        let found;
        let outcomes = if point == 0 {
            &self.first
        } else {
            found = outcomes(self.scenario, &settings, &self.budget)?;
            &found
        };
        Ok(Row {
            point,
            settings,
            exact: matches!(outcomes.how, Method::Exact { .. }),
            figures: figures(outcomes, &self.told).collect(),
        })
    }
}

/// The places of the outcomes asked for.
fn told(compiled: &Compiled, ids: &[String]) -> Result<Vec<usize>, WhatIfError> {
    let place = |id: &String| find_outcome(compiled, id).map(|outcome| outcome.index());
    match ids {
        [] if compiled.outcome_table().is_empty() => Err(refuse(
            compiled.model().sources(),
            Diagnostic::placeless("E1204", "this scenario declares no outcomes")
                .help("declare one: `outcomes: { peace: { is: \"never(attack(_, _))\" } }`"),
        )),
        [] => Ok((0..compiled.outcome_table().len()).collect()),
        ids => ids.iter().map(place).collect(),
    }
}

/// An outcome by its id.
pub(crate) fn find_outcome(compiled: &Compiled, id: &str) -> Result<OutcomeId, WhatIfError> {
    let table = compiled.outcome_table();
    if let Some((found, _)) = table.iter().find(|(_, outcome)| outcome.name == id) {
        return Ok(found);
    }
    let error = Diagnostic::placeless("E1204", format!("there is no outcome `{id}`"));
    let known = || table.values().map(|outcome| outcome.name.as_str());
    let error = match suggest(id, known()) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error,
    };
    let all: Vec<String> = known().map(|id| format!("`{id}`")).collect();
    let error = match all.is_empty() {
        true => error.help("the scenario declares none under `outcomes:`"),
        false => error.help(format!("there are {}", all.join(", "))),
    };
    Err(refuse(compiled.model().sources(), error))
}

fn figures(outcomes: &Outcomes, told: &[usize]) -> impl Iterator<Item = Figure> {
    told.iter()
        .filter_map(|place| outcomes.outcomes.get(*place))
        .map(Figure::of)
}

fn outcomes(scenario: &Scenario, settings: &[Setting], budget: &Budget) -> Result<Outcomes, WhatIfError> {
    scenario
        .with_settings(settings)?
        .compile()
        .map_err(|error| WhatIfError::compile(settings, error))?
        .outcomes(budget)
        .map_err(|error| WhatIfError::run(settings, error))
}
