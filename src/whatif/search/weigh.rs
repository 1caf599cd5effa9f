//! How likely the outcome is with a set of levers pulled.

use super::error::SearchError;
use super::question::Question;
use super::{Clashing, Found, Pulled, Reach, Search, Unfit};
use crate::diagnostic::Severity;
use crate::engine::RunError;
use crate::model::OutcomeId;
use crate::program::Compiled;
use crate::scenario::CompileError;
use crate::whatif::drawn::Drawn;
use crate::whatif::estimate::{Estimate, difference};
use crate::whatif::outcomes::{Budget, Law, Method, Wanted};

/// The measure of all sets: the figure without any lever, and how it was found.
pub(super) struct Scale<'b> {
    budget: &'b Budget,
    reach: Reach,
    how: Method,
    none: Weight,
    begun: Pulled,
    question: Heading,
}

struct Heading {
    title: String,
    outcome: OutcomeId,
    truth: bool,
    says: Option<String>,
    unit: Option<String>,
    levers: Vec<super::LeverLine>,
    clashes: Vec<Clashing>,
}

/// A figure as it was found.
enum Weight {
    Exact(f64),
    /// What it comes to in each run.
    Runs(Drawn),
}

impl<'b> Scale<'b> {
    /// Weighs the scenario as it is. If that must be sampled, so are all sets, over the same draws.
    pub fn new(question: &Question<'_>, reach: Reach, budget: &'b Budget) -> Result<Self, SearchError> {
        let compiled = &question.compiled;
        let fail = |error| SearchError::run(Vec::new(), error);
        let (none, how) = weight(compiled, question.outcome, budget).map_err(fail)?;
        let figure = none.figure();
        let outcome = &compiled.outcome_table()[question.outcome];
        let clash = |([one, other], clash): &([usize; 2], crate::document::Clash)| {
            let name = |place: &usize| question.names(&[*place]).pop().unwrap_or_default();
            Clashing {
                levers: [name(one), name(other)],
                path: clash.path.clone(),
            }
        };
        Ok(Scale {
            budget,
            reach,
            how,
            begun: Pulled {
                levers: Vec::new(),
                cost: question.cost(&[]),
                figure,
                change: Estimate::exact(0.0),
                verdict: reach.verdict(&figure),
            },
            none,
            question: Heading {
                title: compiled.title().to_owned(),
                outcome: question.outcome,
                truth: question.truth,
                says: outcome.says.clone(),
                unit: outcome.unit.clone(),
                levers: question.levers.clone(),
                clashes: question.clashes.iter().map(clash).collect(),
            },
        })
    }

    /// A search of which only the figure without any lever is known.
    pub fn begin(&self, search: &Search) -> Found {
        let heading = &self.question;
        Found {
            title: heading.title.clone(),
            outcome: search.outcome.clone(),
            says: heading.says.clone(),
            unit: heading.unit.clone(),
            probability: heading.truth,
            reach: search.reach,
            size: search.size,
            how: self.how.clone(),
            sampled: 0,
            levers: heading.levers.clone(),
            none: self.begun.clone(),
            sets: Vec::new(),
            cheapest: None,
            undecided: Vec::new(),
            nearest: None,
            clashes: heading.clashes.clone(),
            unfit: Vec::new(),
            weighed: 0,
            larger: 0,
            too_dear: 0,
        }
    }

    /// Weighs a set; one that makes no scenario is returned as such.
    pub fn weigh(
        &self,
        question: &Question<'_>,
        set: &[usize],
    ) -> Result<Result<Pulled, Unfit>, SearchError> {
        let levers = question.names(set);
        let ids: Vec<&str> = levers.iter().map(String::as_str).collect();
        let compiled = question
            .scenario
            .levers(&ids)
            .map_err(CompileError::from)
            .and_then(|scenario| scenario.compile());
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                let first = error
                    .diagnostics
                    .iter()
                    .find(|diagnostic| diagnostic.severity == Severity::Error);
                let message = first.map_or_else(String::new, |first| first.message.clone());
                return Ok(Err(Unfit { levers, message }));
            }
        };
        // The outcome is the same one, but another program may number it otherwise.
        let name = &question.compiled.outcome_table()[self.question.outcome].name;
        let outcome = (compiled.outcome_table().iter()).find(|(_, outcome)| outcome.name == *name);
        let Some((outcome, _)) = outcome else {
            let message = format!("no outcome `{name}` is left");
            return Ok(Err(Unfit { levers, message }));
        };
        let budget = match self.none {
            Weight::Exact(_) => *self.budget,
            Weight::Runs(_) => Budget {
                wanted: Wanted::Sampled,
                ..*self.budget
            },
        };
        let (weight, _) =
            weight(&compiled, outcome, &budget).map_err(|error| SearchError::run(levers.clone(), error))?;
        let figure = weight.figure();
        Ok(Ok(Pulled {
            cost: question.cost(set),
            change: self.change(&weight),
            verdict: self.reach.verdict(&figure),
            levers,
            figure,
        }))
    }

    /// How far a figure is from that without any lever.
    fn change(&self, weight: &Weight) -> Estimate {
        match (weight, &self.none) {
            (Weight::Exact(with), Weight::Exact(without)) => Estimate::exact(difference(*with, *without)),
            (Weight::Runs(with), Weight::Runs(without)) => with.less(without),
            _ => {
                let (with, without) = (weight.figure(), self.begun.figure);
                let (low, high) = with.interval.unwrap_or((with.value, with.value));
                Estimate {
                    value: with.value - without.value,
                    interval: Some((low - without.value, high - without.value)),
                }
            }
        }
    }
}

impl Weight {
    fn figure(&self) -> Estimate {
        match self {
            Weight::Exact(value) => Estimate::exact(*value),
            Weight::Runs(runs) => runs.figure(),
        }
    }
}

/// The figure of one outcome: exact within the budget, else its value in each run.
fn weight(compiled: &Compiled, outcome: OutcomeId, budget: &Budget) -> Result<(Weight, Method), RunError> {
    // Without runs this is the exact method or nothing; a choice that nobody settles is found here too.
    let attempt = compiled.outcomes(&Budget { runs: 0, ..*budget })?;
    let because = match attempt.how {
        Method::Sampled { because, .. } => because,
        exact @ Method::Exact { .. } => {
            let name = &compiled.outcome_table()[outcome].name;
            let law = attempt.outcomes.iter().find(|law| law.id == *name);
            let value = match law.map(|law| &law.law) {
                Some(Law::Truth { p }) => p.value,
                Some(Law::Number { mean, .. }) => mean.value,
                _ => f64::NAN,
            };
            return Ok((Weight::Exact(value), exact));
        }
    };
    let runs = Drawn::new(compiled, outcome, budget.seed, budget.runs)?;
    let how = Method::Sampled {
        runs: budget.runs,
        seed: budget.seed.0,
        because,
    };
    Ok((Weight::Runs(runs), how))
}
