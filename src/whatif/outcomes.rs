//! `outcomes`: the law of every declared outcome of one scenario.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;

use super::claims::{Asked, Expected, Tallies, Tally};
use super::estimate::Estimate;
use super::exact::{ExactFault, FEWEST_COINS, Flows, Limits, exact};
use super::sample::{Sample, sample};
use crate::engine::{RunError, Seed, Trace};
use crate::ids::Table;
use crate::language::value::{Day, Fixed};
use crate::model::{OutcomeId, Type};
use crate::program::{Compiled, Formula, OutcomeValue, Program, QuestionId};

/// Which method is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Wanted {
    /// Exact within the budget, else sampled.
    #[default]
    Either,
    /// Sampled.
    Sampled,
}

/// How much work the answer may cost.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// Which method.
    pub wanted: Wanted,
    /// Most that is kept in mind at one time, in units of about thirty-two bytes.
    pub states: usize,
    /// Most states worked out in all, some microseconds each, eight of those that are worked out together in a table
    /// counting as one; and as many branches within days that are followed one by one.
    pub expansions: usize,
    /// Most steps from one state to the next, over all days; some ten million a second.
    pub steps: usize,
    /// How many runs are sampled where the states cannot be counted out.
    pub runs: u64,
    /// The seed of the sample.
    pub seed: Seed,
}

impl Default for Budget {
    fn default() -> Self {
        Budget {
            wanted: Wanted::Either,
            states: 20_000_000,
            expansions: 500_000,
            steps: 400_000_000,
            runs: 100_000,
            seed: Seed(1),
        }
    }
}

/// How the figures were found.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Method {
    /// Every branch was followed, equal states as one.
    Exact {
        /// States looked at.
        states: usize,
        /// How far the probabilities of all ends are from one: rounding.
        lost: f64,
    },
    /// Runs were drawn.
    Sampled {
        /// How many.
        runs: u64,
        /// Under which seed.
        seed: u64,
        /// Why not exactly.
        because: String,
    },
}

/// The law of one outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "law", rename_all = "snake_case")]
pub enum Law {
    /// A statement: how likely it is.
    Truth {
        /// Its probability.
        p: Estimate,
    },
    /// A number.
    Number {
        /// Its mean.
        mean: Estimate,
        /// Its values, ascending, with their probabilities; empty where only the mean is told.
        values: Vec<(Fixed, Estimate)>,
    },
    /// A date.
    Date {
        /// How likely it never comes.
        never: Estimate,
        /// The days by which it has come with probability 1/10, 1/4, 1/2, 3/4 and 9/10; none for never.
        quantiles: Vec<(f64, Option<Day>)>,
        /// The days on which it comes, ascending, with their probabilities or shares; too many to be written out.
        #[serde(skip)]
        days: Vec<(Day, f64)>,
    },
}

/// One outcome with its law.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeLaw {
    /// Its id.
    pub id: String,
    /// Its words.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// Its law.
    #[serde(flatten)]
    pub law: Law,
}

/// The laws of all outcomes of a scenario, choices settled by `fix:` or their defaults.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Outcomes {
    /// The scenario's title.
    pub title: String,
    /// How they were found.
    #[serde(flatten)]
    pub how: Method,
    /// The outcomes, in the author's order.
    pub outcomes: Vec<OutcomeLaw>,
    /// For each position: its id, whose it is, and how likely it is met at the end.
    pub positions: Vec<(String, String, Estimate)>,
    /// What was asked beside them, in the order of asking.
    pub asked: Vec<Asked>,
    /// What the scenario expects of probabilities, in the author's order.
    pub expectations: Vec<Expected>,
}

/// Shares at which the law of a date is told.
const SHARES: [f64; 5] = [0.1, 0.25, 0.5, 0.75, 0.9];

impl Compiled {
    /// The law of every declared outcome.
    ///
    /// # Errors
    ///
    /// A run of the scenario fails: a contradiction of rules, a probability outside [0, 1], a choice that nobody
    /// settles. Any such run stops the whole computation.
    pub fn outcomes(&self, budget: &Budget) -> Result<Outcomes, RunError> {
        if let Some(choice) = crate::engine::undecided(self.program()).first() {
            let fault = crate::engine::Fault::Undecided { choice: *choice };
            return Err(crate::engine::run_error(self, &fault, &Trace::default()));
        }
        let because = match budget.wanted {
            Wanted::Sampled => String::from("a sample was asked for"),
            Wanted::Either => {
                let (program, questions) = asking(self.program());
                match exact(
                    &program,
                    Limits {
                        states: budget.states,
                        expansions: budget.expansions,
                        steps: budget.steps,
                        coins: FEWEST_COINS,
                        // A quarter of what may be kept, four masses counted as one.
                        tables: budget.states,
                    },
                ) {
                    Ok(flows) => return Ok(self.told_by_flows(&flows, &questions)),
                    Err(ExactFault::TooManyStates(day, looked_at)) => {
                        format!(
                            "the states could not be counted out: {looked_at} were worked out up to {day}"
                        )
                    }
                    Err(ExactFault::Run(day, fault)) => {
                        return Err(crate::engine::run_error_on(self, &fault, day, &Trace::default()));
                    }
                }
            }
        };
        let sample = sample(self, budget.seed, budget.runs)?;
        Ok(self.told_by_sample(&sample, budget, because))
    }

    fn laws(
        &self,
        how: Method,
        laws: impl Iterator<Item = Law>,
        positions: impl Iterator<Item = Estimate>,
        tallies: &Tallies,
    ) -> Outcomes {
        let (asked, expectations) = self.judge(tallies);
        let outcome = |(outcome, law): (&crate::model::Outcome, Law)| OutcomeLaw {
            id: outcome.name.clone(),
            says: outcome.says.clone(),
            unit: outcome.unit.clone(),
            law,
        };
        let position = |(position, p): (&crate::model::Position, Estimate)| {
            (
                self.entity_id(position.entity).to_owned(),
                self.describe(position.of).to_owned(),
                p,
            )
        };
        Outcomes {
            title: self.title().to_owned(),
            how,
            outcomes: self.outcome_table().values().zip(laws).map(outcome).collect(),
            positions: self
                .model()
                .positions()
                .iter()
                .zip(positions)
                .map(position)
                .collect(),
            asked,
            expectations,
        }
    }

    fn told_by_flows(&self, flows: &Flows, questions: &Table<QuestionId, AsOutcomes>) -> Outcomes {
        let program = self.program();
        let laws = program.outcomes.iter().map(|(id, formula)| {
            let ends = &flows.outcomes[id];
            match (self.outcome_table()[id].is.ty, formula) {
                (Type::Boolean, _) => Law::Truth {
                    p: Estimate::exact(truth(|value| Some(ends.get(&value)?.value()))),
                },
                (Type::Date, Formula::Monitor(monitor)) => {
                    let days = flows.firsts[*monitor]
                        .iter()
                        .map(|(day, sum)| (*day, sum.value()));
                    date(days.collect(), &Estimate::exact)
                }
                (Type::Date, _) => {
                    let days = ends.iter().filter_map(|(value, sum)| match value {
                        OutcomeValue::Date(day) if day != &Day::NEVER => Some((*day, sum.value())),
                        _ => None,
                    });
                    date(days.collect(), &Estimate::exact)
                }
                (_, Formula::Monitor(monitor)) => Law::Number {
                    mean: Estimate::exact(flows.means[*monitor].value()),
                    values: Vec::new(),
                },
                _ => {
                    let numbers: Vec<(Fixed, f64)> = ends
                        .iter()
                        .filter_map(|(value, sum)| match value {
                            OutcomeValue::Number(number) => Some((*number, sum.value())),
                            _ => None,
                        })
                        .collect();
                    let mean = numbers
                        .iter()
                        .fold(0.0, |total, (number, p)| total + number.to_f64() * p);
                    Law::Number {
                        mean: Estimate::exact(mean),
                        values: numbers
                            .into_iter()
                            .map(|(number, p)| (number, Estimate::exact(p)))
                            .collect(),
                    }
                }
            }
        });
        let mass = |id: OutcomeId| {
            let ends = flows.outcomes.find(id);
            truth(|value| Some(ends?.get(&value)?.value()))
        };
        let tallies = Tallies {
            all: questions
                .values()
                .map(|question| Tally {
                    joint: mass(question.joint),
                    given: question.given.map_or(1.0, mass),
                })
                .collect(),
            runs: None,
        };
        let how = Method::Exact {
            states: flows.steps,
            lost: flows.mass.value() - 1.0,
        };
        self.laws(
            how,
            laws,
            flows.positions.iter().map(|(met, missed)| {
                Estimate::exact(part(
                    met.map(|mass| mass.value()),
                    missed.map(|mass| mass.value()),
                ))
            }),
            &tallies,
        )
    }

    fn told_by_sample(&self, sample: &Sample, budget: &Budget, because: String) -> Outcomes {
        let runs = sample.runs;
        let laws = self.outcome_table().iter().map(|(id, outcome)| {
            let counts = &sample.outcomes[id];
            match outcome.is.ty {
                Type::Boolean => {
                    let hits = counts.get(&OutcomeValue::Truth(true)).copied().unwrap_or(0);
                    Law::Truth {
                        p: Estimate::share(hits, runs),
                    }
                }
                Type::Date => {
                    let mut days = BTreeMap::new();
                    for (value, count) in counts {
                        if let OutcomeValue::Date(day) = value
                            && *day != Day::NEVER
                        {
                            days.insert(
                                *day,
                                super::estimate::to_f64(*count) / super::estimate::to_f64(runs),
                            );
                        }
                    }
                    let never = counts.get(&OutcomeValue::Date(Day::NEVER)).copied().unwrap_or(0);
                    date(days, &|_| Estimate::share(never, runs))
                }
                _ => {
                    let numbers = counts.iter().filter_map(|(value, count)| match value {
                        OutcomeValue::Number(number) => Some((*number, *count)),
                        _ => None,
                    });
                    let (mut sum, mut squares) = (0.0, 0.0);
                    let mut values = Vec::new();
                    for (number, count) in numbers {
                        let times = super::estimate::to_f64(count);
                        sum += number.to_f64() * times;
                        squares += number.to_f64() * number.to_f64() * times;
                        values.push((number, Estimate::share(count, runs)));
                    }
                    Law::Number {
                        mean: Estimate::mean(sum, squares, runs),
                        values,
                    }
                }
            }
        });
        let how = Method::Sampled {
            runs,
            seed: budget.seed.0,
            because,
        };
        self.laws(
            how,
            laws,
            sample.positions.iter().map(|hits| Estimate::share(*hits, runs)),
            &Tallies {
                all: sample.questions.clone(),
                runs: Some(runs),
            },
        )
    }
}

/// Which outcomes of a program stand for the statements of a question.
struct AsOutcomes {
    joint: OutcomeId,
    given: Option<OutcomeId>,
}

/// The program with the statements of its questions as further outcomes: the exact method tells all of them in one
/// pass. A scenario that asks nothing keeps its program as it is.
fn asking(program: &Program) -> (Cow<'_, Program>, Table<QuestionId, AsOutcomes>) {
    let mut program = Cow::Borrowed(program);
    if program.questions.is_empty() {
        return (program, Table::default());
    }
    let questions = program.questions.clone();
    let outcomes = &mut program.to_mut().outcomes;
    let places = questions.values().map(|question| AsOutcomes {
        joint: outcomes.push(question.joint.clone()),
        given: question.given.clone().map(|given| outcomes.push(given)),
    });
    let places = places.collect();
    (program, places)
}

/// The mass of the ends at which a statement is true.
fn truth(of: impl Fn(OutcomeValue) -> Option<f64>) -> f64 {
    part(of(OutcomeValue::Truth(true)), of(OutcomeValue::Truth(false)))
}

/// The mass of the ends that are so, beside those that are not. What has no other end is certain, whatever rounding left of
/// its mass; and where there are both, it is neither certain nor impossible.
fn part(so: Option<f64>, not_so: Option<f64>) -> f64 {
    match (so, not_so) {
        (_, None) => 1.0,
        (None, _) => 0.0,
        (Some(mass), _) => mass.clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0),
    }
}

/// The law of a date from the masses of its days.
fn date(days: BTreeMap<Day, f64>, never: &dyn Fn(f64) -> Estimate) -> Law {
    let comes = days.values().fold(0.0, |total, p| total + p);
    let quantile = |share: f64| {
        let mut sum = 0.0;
        days.iter()
            .find(|(_, p)| {
                sum += **p;
                // A share that is reached but for rounding is reached.
                sum >= share - 1e-12
            })
            .map(|(day, _)| *day)
    };
    Law::Date {
        never: never((1.0 - comes).max(0.0)),
        quantiles: SHARES.iter().map(|share| (*share, quantile(*share))).collect(),
        days: days.into_iter().collect(),
    }
}
