//! Every figure under every strategy: its least and its greatest value, and who brings it there.

use serde::Serialize;

use super::strategies::{Field, OpenChoice, Strategy};
use crate::diagnostic::Label;
use crate::engine::{Fault, RunError, Trace};
use crate::program::{Claimed, Compiled};
use crate::whatif::claims::{Expected, Judgement};
use crate::whatif::estimate::Estimate;
use crate::whatif::outcomes::{Budget, Method, Outcomes, Wanted};
use crate::whatif::sweep::{Figure, Sort};

/// The outcomes of a scenario, under defaults and over what its actors may choose.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OverChoices {
    /// What is told where choices fall by default.
    #[serde(flatten)]
    pub told: Told,
    /// From where to where the figures can lie.
    pub over_choices: Ranges,
}

/// What is told where choices fall by default.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Told {
    /// The laws of outcomes.
    Defaults(Outcomes),
    /// Nothing: some choice has neither `default:` nor `fix:`.
    Open {
        /// The scenario's title.
        title: String,
        /// Which choices nobody settles.
        open: Vec<String>,
        /// What the scenario expects of probabilities, whoever chooses what: it holds where it does under every strategy.
        expectations: Vec<Expected>,
    },
}

/// From where to where figures can lie.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "ranges", rename_all = "snake_case")]
pub enum Ranges {
    /// Nothing was asked for.
    NotAsked,
    /// There is nothing to choose.
    NoChoice,
    /// Over all strategies.
    Over(Choices),
    /// Each strategy would take as long as the defaults did, which was long, and nobody insisted.
    Costly {
        /// The choices.
        choices: Vec<OpenChoice>,
        /// How many strategies there are.
        strategies: u64,
    },
    /// There are too many strategies to look at.
    TooMany {
        /// The choices.
        choices: Vec<OpenChoice>,
        /// How many strategies there are.
        strategies: u64,
        /// How many would have been looked at.
        most: u64,
    },
}

/// All figures over all static strategies.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Choices {
    /// The choices.
    pub choices: Vec<OpenChoice>,
    /// The strategies. The first lets fall by default whatever has one.
    pub strategies: Vec<Strategy>,
    /// Under how many of them the figures are exact; the others are sampled, all with the same draws.
    pub exact: usize,
    /// For each outcome that is a statement, a number or a date, in the author's order.
    pub outcomes: Vec<OutcomeRange>,
    /// For each position, in the order of [`Outcomes::positions`].
    pub positions: Vec<OutcomeRange>,
    /// For each probability that was asked for, in the order of asking.
    pub asked: Vec<OutcomeRange>,
}

/// From where to where one figure can lie. Each end stands alone: the two need not be reached by one strategy together.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeRange {
    /// The outcome or position, or the question as asked.
    pub id: String,
    /// The outcome's words.
    pub says: Option<String>,
    /// What the figure is: a probability, a mean, or how likely a date comes.
    pub sort: Sort,
    /// The least figure.
    pub least: Extreme,
    /// The greatest.
    pub greatest: Extreme,
}

/// One end of a range.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Extreme {
    /// The figure; sampled, the extreme of several samples, which flatters it a little.
    #[serde(flatten)]
    pub figure: Estimate,
    /// The strategy that reaches it, by its place in [`Choices::strategies`]; the first of several.
    pub strategy: usize,
}

impl OutcomeRange {
    /// Whether no choice changes the figure.
    pub fn is_one_value(&self) -> bool {
        self.least.figure == self.greatest.figure
    }

    fn new(id: &str, sort: Sort, figures: impl Iterator<Item = Option<Estimate>>) -> Option<Self> {
        let mut ends: Option<(Extreme, Extreme)> = None;
        for (strategy, figure) in figures.enumerate() {
            let end = Extreme {
                figure: figure?,
                strategy,
            };
            // Sums of other branches round otherwise.
            let beyond = |one: Extreme, other: Extreme| {
                crate::whatif::estimate::difference(one.figure.value, other.figure.value) > 0.0
            };
            ends = Some(match ends {
                None => (end, end),
                Some((least, greatest)) => (
                    if beyond(least, end) { end } else { least },
                    if beyond(end, greatest) { end } else { greatest },
                ),
            });
        }
        let (least, greatest) = ends?;
        Some(OutcomeRange {
            id: id.to_owned(),
            says: None,
            sort,
            least,
            greatest,
        })
    }
}

/// What to do about too many strategies where their number can be chosen.
pub(crate) const MORE: &str = "or look at more of them (`--strategies N`)";

/// How many strategies are looked at where nobody says.
const USUAL: u64 = 16;

/// Whether figures took long to tell. Counted, not timed, so that it is the same on every machine.
fn costly(told: &Outcomes) -> bool {
    match told.how {
        Method::Exact { states, .. } => states > 2_000_000,
        Method::Sampled { .. } => false,
    }
}

impl Compiled {
    /// The law of every outcome under defaults, and beside it the range of each figure over the static strategies of
    /// those who choose: for each choice with its arguments one option, taken whenever it is open (else the default, or
    /// the first open option). At most `most` strategies are looked at; with `Some(0)`, no range is told; with `None`,
    /// sixteen are looked at if the defaults were quickly told.
    ///
    /// A choice with neither `default:` nor `fix:` leaves nothing to tell but the ranges.
    ///
    /// # Errors
    ///
    /// As [`outcomes`](Self::outcomes), under any strategy; also, where a choice has neither default nor fix: a
    /// probability is asked for under a condition, or there are more strategies than `most`.
    pub fn outcomes_over_choices(&self, budget: &Budget, most: Option<u64>) -> Result<OverChoices, RunError> {
        let insisted = most.is_some();
        let most = most.unwrap_or(USUAL);
        let undecided = crate::engine::undecided(self.program());
        let field = Field::of(self);
        let first = match undecided.first() {
            None => Some(self.outcomes(budget)?),
            // Nobody asked for anything else.
            Some(choice) if most == 0 => {
                let fault = Fault::Undecided { choice: *choice };
                return Err(crate::engine::run_error(self, &fault, &Trace::default()));
            }
            Some(choice) => {
                let fault = Fault::Undecided { choice: *choice };
                self.refuse_conditions(&crate::engine::run_error(self, &fault, &Trace::default()))?;
                None
            }
        };
        let strategies = field.count();
        let too_many = strategies > most;
        let ranges = match &first {
            Some(_) if most == 0 => Ranges::NotAsked,
            Some(_) if field.is_empty() => Ranges::NoChoice,
            Some(_) if too_many => Ranges::TooMany {
                choices: field.choices(),
                strategies,
                most,
            },
            Some(first) if !insisted && costly(first) => Ranges::Costly {
                choices: field.choices(),
                strategies,
            },
            None if too_many => return Err(self.too_many(&field, strategies, most)),
            _ => {
                let (choices, expectations) = field.ranges(first.as_ref(), budget)?;
                if first.is_none() {
                    let open = choices.choices.iter().filter(|choice| !choice.has_default);
                    return Ok(OverChoices {
                        told: Told::Open {
                            title: self.title().to_owned(),
                            open: open.map(|choice| choice.name.clone()).collect(),
                            expectations,
                        },
                        over_choices: Ranges::Over(choices),
                    });
                }
                Ranges::Over(choices)
            }
        };
        let Some(first) = first else {
            return Err(self.too_many(&field, strategies, most));
        };
        Ok(OverChoices {
            told: Told::Defaults(first),
            over_choices: ranges,
        })
    }

    /// `given` has no meaning while a choice is open.
    fn refuse_conditions(&self, undecided: &RunError) -> Result<(), RunError> {
        let (model, program) = (self.model(), self.program());
        let asked = model.asked.iter().zip(&program.asked);
        let claims = asked.chain(model.expectations.iter().zip(&program.claims));
        for (claim, claimed) in claims {
            let mut questions = Vec::new();
            if let Some(claimed) = claimed {
                Claimed::questions(claimed, &mut questions);
            }
            let conditional = |id: &_| {
                program
                    .questions
                    .find(*id)
                    .is_some_and(|asked| asked.given.is_some())
            };
            if questions.iter().any(conditional) {
                let label = |text: &str, span| Label {
                    span,
                    text: text.to_owned(),
                };
                let choice = undecided
                    .places
                    .first()
                    .map(|place| label("the choice is made here", place.span));
                return Err(RunError {
                    message: String::from(
                        "a probability is asked for under a condition while a choice is open",
                    ),
                    code: "E1401",
                    day: undecided.day,
                    help: std::iter::once(String::from(
                        "what an observation says depends on how the choice falls",
                    ))
                    .chain(undecided.help.iter().cloned())
                    .collect(),
                    path: Box::default(),
                    places: std::iter::once(label("under a condition", claim.span))
                        .chain(choice)
                        .collect(),
                    sources: undecided.sources.clone(),
                });
            }
        }
        Ok(())
    }

    fn too_many(&self, field: &Field, strategies: u64, most: u64) -> RunError {
        let open: Vec<String> = field
            .choices()
            .iter()
            .filter(|choice| !choice.has_default)
            .map(|choice| format!("`{}`", choice.name))
            .collect();
        RunError {
            message: format!("there are {strategies} strategies, and at most {most} are looked at"),
            code: "E1402",
            day: self.program().period.0,
            help: vec![
                format!(
                    "nobody settles {}: give a `default:` or a `fix:`",
                    open.join(", ")
                ),
                String::from(MORE),
            ],
            path: Box::default(),
            places: Box::default(),
            sources: Box::new(self.model().sources.clone()),
        }
    }
}

impl Field<'_> {
    /// The figures under all strategies, and what then can be said of what is expected.
    fn ranges(
        &self,
        first: Option<&Outcomes>,
        budget: &Budget,
    ) -> Result<(Choices, Vec<Expected>), RunError> {
        let mut worlds: Vec<Outcomes> = Vec::new();
        let mut budget = *budget;
        for number in 0..self.count() {
            let outcomes = match first {
                Some(first) if number == 0 => first.clone(),
                _ => self
                    .world(number)
                    .outcomes(&budget)
                    .map_err(|error| under(error, &self.strategy(number)))?,
            };
            // What could not be counted out once will hardly be so the next time.
            if number == 0 && matches!(outcomes.how, Method::Sampled { .. }) {
                budget.wanted = Wanted::Sampled;
            }
            worlds.push(outcomes);
        }
        let exact = worlds
            .iter()
            .filter(|outcomes| matches!(outcomes.how, Method::Exact { .. }))
            .count();
        let Some(model) = worlds.first() else {
            return Ok((self.nothing(), Vec::new()));
        };
        let outcomes = model.outcomes.iter().enumerate().filter_map(|(place, outcome)| {
            let figures = worlds
                .iter()
                .map(|world| Some(Figure::of(world.outcomes.get(place)?).value));
            let range = OutcomeRange::new(&outcome.id, Figure::of(outcome).sort, figures)?;
            Some(OutcomeRange {
                says: outcome.says.clone(),
                ..range
            })
        });
        let positions = model
            .positions
            .iter()
            .enumerate()
            .filter_map(|(place, (id, ..))| {
                let figures = worlds.iter().map(|world| Some(world.positions.get(place)?.2));
                OutcomeRange::new(id, Sort::Truth, figures)
            });
        let asked = model.asked.iter().enumerate().filter_map(|(place, asked)| {
            let figures = worlds.iter().map(|world| world.asked.get(place)?.answer.p);
            OutcomeRange::new(&asked.text, Sort::Truth, figures)
        });
        let choices = Choices {
            choices: self.choices(),
            strategies: (0..self.count()).map(|number| self.strategy(number)).collect(),
            exact,
            outcomes: outcomes.collect(),
            positions: positions.collect(),
            asked: asked.collect(),
        };
        let expectations = model.expectations.iter().enumerate().map(|(place, expected)| {
            let verdicts = worlds
                .iter()
                .filter_map(|world| Some(world.expectations.get(place)?.verdict));
            Expected {
                figures: Vec::new(),
                verdict: worst(verdicts),
                ..expected.clone()
            }
        });
        Ok((choices, expectations.collect()))
    }

    fn nothing(&self) -> Choices {
        Choices {
            choices: self.choices(),
            strategies: Vec::new(),
            exact: 0,
            outcomes: Vec::new(),
            positions: Vec::new(),
            asked: Vec::new(),
        }
    }
}

/// Says under which strategy a run fails.
fn under(mut error: RunError, strategy: &Strategy) -> RunError {
    let takes: Vec<String> = strategy
        .takes
        .iter()
        .map(|(choice, option)| format!("`{choice}: {option}`"))
        .collect();
    if !takes.is_empty() {
        error
            .help
            .push(format!("this is so where choices fall as {}", takes.join(", ")));
    }
    error
}

/// What holds under every strategy holds; what fails under one fails.
fn worst(verdicts: impl Iterator<Item = Judgement>) -> Judgement {
    let verdicts: Vec<Judgement> = verdicts.collect();
    [Judgement::Fails, Judgement::CannotTell, Judgement::NeverHappens]
        .into_iter()
        .find(|verdict| verdicts.contains(verdict))
        .unwrap_or(Judgement::Holds)
}
