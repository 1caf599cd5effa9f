//! One outcome run by run: its figure, and how far it is from the same outcome in another world over the same draws.

use rayon::prelude::*;

use super::estimate::Estimate;
use super::sweep::Sort;
use crate::engine::{Draws, NoTrace, RunError, RunNumber, Runner, Seed};
use crate::language::value::Day;
use crate::model::{OutcomeId, Type};
use crate::program::{Compiled, OutcomeValue};

/// Runs that one task takes. Fixed, so that the split does not depend on the machine.
const CHUNK: u64 = 1_000;

impl Sort {
    /// What is told of an outcome of this type.
    pub(super) fn of(ty: Type) -> Self {
        match ty {
            Type::Boolean => Sort::Truth,
            Type::Date => Sort::Date,
            _ => Sort::Number,
        }
    }
}

/// What one outcome comes to in each run of a sample: numbers as they are, truths as 1 and 0, dates by whether they come.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    sort: Sort,
    values: Vec<f64>,
}

impl Drawn {
    /// Runs the scenario and keeps what one outcome comes to.
    pub fn new(compiled: &Compiled, outcome: OutcomeId, seed: Seed, runs: u64) -> Result<Self, RunError> {
        let chunks: Vec<Result<Vec<f64>, RunNumber>> = (0..runs.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let from = chunk * CHUNK;
                values(compiled, outcome, seed, from..(from + CHUNK).min(runs))
            })
            .collect();
        let mut values = Vec::with_capacity(usize::try_from(runs).unwrap_or(0));
        for chunk in chunks {
            match chunk {
                Ok(chunk) => values.extend(chunk),
                // Once more with its trace, so that the message has its path.
                Err(number) => {
                    compiled.run_number(seed, number)?;
                }
            }
        }
        Ok(Drawn {
            sort: Sort::of(compiled.outcome_table()[outcome].is.ty),
            values,
        })
    }

    /// Its probability or its mean; of a date, the probability that it comes.
    pub fn figure(&self) -> Estimate {
        let runs = self.values.len() as u64;
        match self.sort {
            Sort::Truth | Sort::Date => {
                Estimate::share(count(self.values.iter(), |value| **value > 0.0), runs)
            }
            Sort::Number => mean(self.values.iter().copied(), runs),
        }
    }

    /// This less another over the same draws.
    pub fn less(&self, other: &Drawn) -> Estimate {
        let runs = self.values.len() as u64;
        let pairs = self.values.iter().zip(&other.values);
        match self.sort {
            Sort::Truth | Sort::Date => {
                let gained = count(pairs.clone(), |(mine, theirs)| mine > theirs);
                let lost = count(pairs, |(mine, theirs)| mine < theirs);
                Estimate::matched(gained, lost, runs)
            }
            Sort::Number => mean(pairs.map(|(mine, theirs)| mine - theirs), runs),
        }
    }
}

fn count<T>(values: impl Iterator<Item = T>, counts: impl Fn(&T) -> bool) -> u64 {
    values.filter(counts).count() as u64
}

fn mean(values: impl Iterator<Item = f64>, runs: u64) -> Estimate {
    let (sum, squares) = values.fold((0.0, 0.0), |(sum, squares), value| {
        (sum + value, squares + value * value)
    });
    Estimate::mean(sum, squares, runs)
}

fn values(
    compiled: &Compiled,
    outcome: OutcomeId,
    seed: Seed,
    numbers: std::ops::Range<u64>,
) -> Result<Vec<f64>, RunNumber> {
    let first = RunNumber(numbers.start);
    let mut runner = Runner::new(compiled.program()).map_err(|_| first)?;
    numbers
        .map(RunNumber)
        .map(|number| {
            runner
                .go(&mut Draws::new(seed, number), &mut NoTrace)
                .map_err(|_| number)?;
            Ok(match runner.outcome(outcome) {
                Some(OutcomeValue::Truth(truth)) => f64::from(u8::from(truth)),
                Some(OutcomeValue::Number(number)) => number.to_f64(),
                Some(OutcomeValue::Date(day)) => f64::from(u8::from(day != Day::NEVER)),
                None => 0.0,
            })
        })
        .collect()
}
