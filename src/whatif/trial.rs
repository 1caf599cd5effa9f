//! A scenario put to the test: what it expects, over all runs, and its invariants, in all states it can reach.

use rayon::prelude::*;

use super::choices::{MORE, Told};
use super::claims::{Answer, Expected, Judgement};
use super::coverage::{Cover, RuleCoverage};
use super::estimate::Estimate;
use super::outcomes::{Budget, Method};
use super::reachable::{Extent, Reachable};
use crate::engine::{Draws, Entry, NoTrace, RunError, RunNumber, Runner, Way, What, undecided};
use crate::language::value::Day;
use crate::program::Compiled;

/// Under how many strategies at most expectations are looked at where a choice is left open.
const STRATEGIES: u64 = 256;

/// How much a test may cost.
#[derive(Clone, Copy, Debug)]
pub struct TrialBudget {
    /// For expectations; its runs and seed also for invariants where the states are too many.
    pub outcomes: Budget,
    /// Most states in which invariants are looked at, some hundred bytes each.
    pub states: usize,
    /// Whether to watch which rules fire.
    pub coverage: bool,
}

impl Default for TrialBudget {
    fn default() -> Self {
        TrialBudget {
            outcomes: Budget {
                states: 200_000,
                expansions: 50_000,
                steps: 20_000_000,
                runs: 10_000,
                ..Budget::default()
            },
            states: 50_000,
            coverage: false,
        }
    }
}

/// What a test of one scenario came to.
#[derive(Clone, Debug)]
pub struct Trial<'m> {
    /// What the scenario expects, in the author's order.
    pub expectations: Vec<Tried>,
    /// How the figures were found; none if nothing is expected, or the scenario has but one run.
    pub how: Option<Method>,
    /// Its invariants; none if it has none.
    pub invariants: Option<Invariants<'m>>,
    /// What was seen of its rules, if that was asked for.
    pub coverage: Vec<RuleCoverage>,
}

/// A line of `expect:`.
#[derive(Clone, Debug)]
pub struct Tried {
    /// With its figures. What each run can tell is asked of all runs: how likely it is. Where a choice has neither default nor
    /// `fix:` there are no figures, and it holds where it does under every strategy.
    pub expected: Expected,
    /// Whether each run can tell, so that it must hold in all.
    pub each_run: bool,
    /// If so and it fails: the first run under the seed in which it does, if one was found.
    pub fails_in: Option<RunNumber>,
}

/// The invariants of a scenario.
#[derive(Clone, Debug)]
pub struct Invariants<'m> {
    /// What was found among the states.
    pub reachable: Reachable<'m>,
    /// What was found in runs, where not all states were looked at.
    pub sampled: Option<SampledRuns>,
}

/// Runs in which invariants were looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampledRuns {
    /// How many; none if a choice has neither default nor `fix:`, so that nothing can be drawn.
    pub runs: u64,
    /// For each invariant that is broken in one of them: its place in the model's list, the first such run, and the day.
    pub broken: Vec<(usize, RunNumber, Day)>,
}

impl Trial<'_> {
    /// Whether nothing failed.
    pub fn passed(&self) -> bool {
        let fails = |tried: &Tried| tried.expected.verdict == Judgement::Fails;
        !self.expectations.iter().any(fails) && self.invariants.as_ref().is_none_or(Invariants::hold)
    }
}

impl Invariants<'_> {
    /// Whether none was seen broken.
    pub fn hold(&self) -> bool {
        self.reachable.broken.is_empty() && self.sampled.as_ref().is_none_or(|runs| runs.broken.is_empty())
    }
}

impl Compiled {
    /// Tests the scenario against its own `expect:` and `invariants:`.
    ///
    /// # Errors
    ///
    /// A run of the scenario fails, or a state it can reach is a contradiction.
    pub fn trial(&self, budget: &TrialBudget) -> Result<Trial<'_>, RunError> {
        let mut cover = Cover::new(self.program());
        let settled = undecided(self.program()).is_empty();
        let invariants = match self.invariants().is_empty() {
            true => None,
            false => Some(self.tried_invariants(budget, settled, &mut cover)?),
        };
        let (expectations, how) = match settled {
            true => self.tried_expectations(&budget.outcomes)?,
            false => self.tried_whoever_chooses(&budget.outcomes)?,
        };
        if expectations.is_empty() && invariants.is_none() && settled {
            // Nothing is claimed; at least it runs.
            self.run(budget.outcomes.seed)?;
        }
        if budget.coverage && settled {
            cover.runs(self, budget.outcomes.seed, budget.outcomes.runs)?;
        }
        let coverage = match budget.coverage {
            true => cover.rules(self),
            false => Vec::new(),
        };
        Ok(Trial {
            expectations,
            how,
            invariants,
            coverage,
        })
    }

    fn tried_invariants(
        &self,
        budget: &TrialBudget,
        settled: bool,
        cover: &mut Cover,
    ) -> Result<Invariants<'_>, RunError> {
        let reachable = match budget.coverage {
            true => self.reachable_observed(budget.states, cover)?,
            false => self.reachable(budget.states)?,
        };
        let sampled = match reachable.extent {
            Extent::Complete => None,
            Extent::Fewer(_) => {
                let runs = if settled { budget.outcomes.runs } else { 0 };
                let mut broken = self.broken_in_runs(&budget.outcomes, runs)?;
                let known = |invariant: usize| reachable.broken.iter().any(|w| w.invariant == invariant);
                broken.retain(|(invariant, ..)| !known(*invariant));
                Some(SampledRuns { runs, broken })
            }
        };
        Ok(Invariants { reachable, sampled })
    }

    /// For each invariant that is broken in a run, the first such run and the day.
    fn broken_in_runs(&self, budget: &Budget, runs: u64) -> Result<Vec<(usize, RunNumber, Day)>, RunError> {
        const CHUNK: u64 = 500;
        let chunk = |chunk: u64| -> Result<Vec<Option<(RunNumber, Day)>>, RunNumber> {
            let numbers = chunk * CHUNK..((chunk + 1) * CHUNK).min(runs);
            let mut found = vec![None; self.invariants().len()];
            let mut runner = Runner::new(self.program()).map_err(|_| RunNumber(numbers.start))?;
            for number in numbers.map(RunNumber) {
                runner
                    .go(&mut Draws::new(budget.seed, number), &mut NoTrace)
                    .map_err(|_| number)?;
                for (found, broken) in found.iter_mut().zip(runner.decided().broken) {
                    *found = found.or(broken.map(|day| (number, day)));
                }
            }
            Ok(found)
        };
        let chunks: Vec<_> = (0..runs.div_ceil(CHUNK)).into_par_iter().map(chunk).collect();
        let mut first = vec![None; self.invariants().len()];
        for found in chunks {
            match found {
                Ok(found) => {
                    for (first, found) in first.iter_mut().zip(found) {
                        *first = first.or(found);
                    }
                }
                // Once more with its trace, so that the message has its path.
                Err(number) => {
                    self.run_number(budget.seed, number)?;
                }
            }
        }
        let broken = first.into_iter().enumerate();
        Ok(broken
            .filter_map(|(place, found)| found.map(|(number, day)| (place, number, day)))
            .collect())
    }

    /// The expectations of a scenario that has but one run, told by that run; none if chance has a part in it, or probabilities
    /// are asked for.
    fn tried_in_one_run(&self, budget: &Budget) -> Result<Option<Vec<Tried>>, RunError> {
        if self.expectations().iter().any(|claim| claim.probabilistic) {
            return Ok(None);
        }
        let run = self.run(budget.seed)?;
        let drawn = |entry: &Entry| matches!(entry.what, What::Settled { way: Way::Drawn, .. });
        if run.trace.entries.iter().any(drawn) {
            return Ok(None);
        }
        let claims = self.expectations().iter().zip(&run.decided.expectations);
        let tried = claims.map(|(claim, holds)| {
            let holds = *holds == Some(true);
            Tried {
                expected: Expected {
                    id: claim.name.clone(),
                    text: claim.text.clone(),
                    why: claim.why.clone(),
                    figures: vec![Answer {
                        p: Some(Estimate::exact(if holds { 1.0 } else { 0.0 })),
                        given: None,
                    }],
                    verdict: if holds { Judgement::Holds } else { Judgement::Fails },
                },
                each_run: true,
                fails_in: (!holds).then_some(run.number),
            }
        });
        Ok(Some(tried.collect()))
    }

    /// The expectations of a scenario in which a choice has neither default nor `fix:`: what holds under every strategy of
    /// those who choose.
    fn tried_whoever_chooses(&self, budget: &Budget) -> Result<(Vec<Tried>, Option<Method>), RunError> {
        if self.expectations().is_empty() {
            return Ok((Vec::new(), None));
        }
        let over = self
            .expecting()
            .outcomes_over_choices(budget, Some(STRATEGIES))
            .map_err(|mut error| {
                // A test looks at as many as it does; whoever asks for outcomes can say how many.
                for help in &mut error.help {
                    if help.as_str() == MORE {
                        *help = String::from(
                            "or see what `demarche outcomes --strategies N` tells of what is expected",
                        );
                    }
                }
                error
            })?;
        let expectations = match over.told {
            Told::Open { expectations, .. } => expectations,
            Told::Defaults(outcomes) => outcomes.expectations,
        };
        let claims = self.expectations().iter().zip(expectations);
        let tried = claims.map(|(claim, expected)| Tried {
            expected,
            each_run: !claim.probabilistic,
            fails_in: None,
        });
        Ok((tried.collect(), None))
    }

    fn tried_expectations(&self, budget: &Budget) -> Result<(Vec<Tried>, Option<Method>), RunError> {
        if self.expectations().is_empty() {
            return Ok((Vec::new(), None));
        }
        if let Some(tried) = self.tried_in_one_run(budget)? {
            return Ok((tried, None));
        }
        let outcomes = self.expecting().outcomes(budget)?;
        let claims = self.expectations().iter().enumerate();
        let mut tried = Vec::new();
        for ((place, claim), expected) in claims.zip(outcomes.expectations) {
            let each_run = !claim.probabilistic;
            let fails_in = match each_run && expected.verdict == Judgement::Fails {
                true => self
                    .first_run_where(budget.seed, budget.runs, |decided| {
                        decided.expectations.get(place) == Some(&Some(false))
                    })?
                    .map(|run| run.number),
                false => None,
            };
            tried.push(Tried {
                expected,
                each_run,
                fails_in,
            });
        }
        Ok((tried, Some(outcomes.how)))
    }
}
