//! Keyed sampling: runs 0, 1, 2, ... under one seed, on all cores, the same counts for any number of threads.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::claims::Tally;
use crate::engine::{Draws, NoTrace, RunError, RunNumber, Runner, Seed};
use crate::ids::Table;
use crate::model::OutcomeId;
use crate::program::{Compiled, OutcomeValue, Question, QuestionId};

/// Runs that one task takes. Fixed, so that the split does not depend on the machine.
const CHUNK: u64 = 1_000;

/// How many runs are counted before their counts are put together: a multiple of the above.
const BATCH: u64 = 1_000 * CHUNK;

/// What a sample counted.
#[derive(Clone, Debug)]
pub(crate) struct Sample {
    /// How many runs.
    pub runs: u64,
    /// For each outcome: how often each value.
    pub outcomes: Table<OutcomeId, BTreeMap<OutcomeValue, u64>>,
    /// For each position: how often it is met at the end.
    pub positions: Vec<u64>,
    /// For each question: how often its statements are true.
    pub questions: Table<QuestionId, Tally>,
}

impl Sample {
    fn new(compiled: &Compiled) -> Self {
        Sample {
            runs: 0,
            outcomes: compiled
                .program()
                .outcomes
                .ids()
                .map(|_| BTreeMap::new())
                .collect(),
            positions: vec![0; compiled.program().positions.len()],
            questions: compiled
                .program()
                .questions
                .ids()
                .map(|_| Tally::default())
                .collect(),
        }
    }

    fn add(mut self, other: Sample) -> Self {
        self.runs += other.runs;
        for (mine, theirs) in self.outcomes.values_mut().zip(other.outcomes.values()) {
            for (value, count) in theirs {
                *mine.entry(*value).or_insert(0) += count;
            }
        }
        for (mine, theirs) in self.positions.iter_mut().zip(other.positions) {
            *mine += theirs;
        }
        for (mine, theirs) in self.questions.values_mut().zip(other.questions.values()) {
            mine.add(*theirs);
        }
        self
    }
}

/// Counts the outcomes of `runs` runs. An error is that of the first failing run, whatever thread met it.
pub(crate) fn sample(compiled: &Compiled, seed: Seed, runs: u64) -> Result<Sample, RunError> {
    let mut total = Sample::new(compiled);
    let mut begun = 0;
    while begun < runs {
        let end = runs.min(begun.saturating_add(BATCH));
        let chunks: Vec<u64> = (begun / CHUNK..end.div_ceil(CHUNK)).collect();
        let counted: Vec<Result<Sample, RunNumber>> = chunks
            .into_par_iter()
            .map(|chunk| {
                let from = chunk * CHUNK;
                count(compiled, seed, from..(from + CHUNK).min(end))
            })
            .collect();
        for part in counted {
            match part {
                Ok(part) => total = total.add(part),
                // Once more with its trace, so that the message has its path.
                Err(number) => {
                    compiled.run_number(seed, number)?;
                }
            }
        }
        begun = end;
    }
    Ok(total)
}

fn count(compiled: &Compiled, seed: Seed, numbers: std::ops::Range<u64>) -> Result<Sample, RunNumber> {
    let first = RunNumber(numbers.start);
    let mut runner = Runner::new(compiled.program()).map_err(|_| first)?;
    let mut sample = Sample::new(compiled);
    for number in numbers.map(RunNumber) {
        let world = runner
            .go(&mut Draws::new(seed, number), &mut NoTrace)
            .map_err(|_| number)?;
        for (id, formula) in compiled.program().outcomes.iter() {
            if let Some(value) = world.outcome(compiled.program(), formula) {
                *sample.outcomes[id].entry(value).or_insert(0) += 1;
            }
        }
        for (hits, node) in sample.positions.iter_mut().zip(&compiled.program().positions) {
            *hits += u64::from(world.holds(*node));
        }
        for (tally, question) in sample
            .questions
            .values_mut()
            .zip(compiled.program().questions.values())
        {
            let is_true = |formula| Question::is_true(world.outcome(compiled.program(), formula));
            let given = question.given.as_ref().is_none_or(is_true);
            tally.count(given && is_true(&question.joint), given);
        }
        sample.runs += 1;
    }
    Ok(sample)
}
