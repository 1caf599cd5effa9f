//! The paired sample: the same seed and run numbers in two worlds (common random numbers).
//!
//! Draws are keyed by what they decide (DESIGN 9), so run `n` of the variant is run `n` of the base but for what the
//! change causes, and the difference of the two is far better known than the figures it is made of.

use std::ops::Range;

use rayon::prelude::*;
use serde::Serialize;

use crate::engine::{Draws, NoTrace, RunNumber, Runner, Seed, World};
use crate::model::OutcomeId;
use crate::program::{Compiled, OutcomeValue};
use crate::whatif::estimate::to_f64;
use crate::whatif::{Estimate, Sort};

use super::alternative::{Alternative, positions, shared};
use super::error::CompareError;
use super::tally::{Shift, Tally};

/// Runs that one task takes. Fixed, so that the split does not depend on the machine.
const CHUNK: u64 = 250;

/// How many of the changed runs are remembered by their numbers.
pub(super) const REMEMBERED: usize = 1_000;

/// One scenario against another over the same runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairedSample {
    /// How many runs.
    pub runs: u64,
    /// Under which seed.
    pub seed: u64,
    /// How many of them end with another value of any outcome.
    pub changed: u64,
    /// The numbers of the first of those, at most a thousand. Left out where the sample is written down: each reason has
    /// a number to replay.
    #[serde(skip_serializing)]
    pub first_changed: Vec<u64>,
    /// The outcomes that both have, in the order of the base.
    pub outcomes: Vec<PairedOutcome>,
    /// The actors that have positions in both.
    pub positions: Vec<PairedPositions>,
}

/// One outcome over paired runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairedOutcome {
    /// Its id.
    pub id: String,
    /// Runs in which its value differs.
    pub changed: u64,
    /// How.
    #[serde(flatten)]
    pub shift: Shift,
}

/// The positions of one actor over paired runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairedPositions {
    /// The actor's id.
    pub actor: String,
    /// How many more of its positions are met at the end, on average. A count, never a weighted sum.
    pub difference: Estimate,
    /// Runs in which it meets more of them in the variant.
    pub more: u64,
    /// Runs in which it meets fewer.
    pub fewer: u64,
}

impl PairedSample {
    /// One outcome by its id.
    pub fn outcome(&self, id: &str) -> Option<&PairedOutcome> {
        self.outcomes.iter().find(|outcome| outcome.id == id)
    }

    /// The difference of the probabilities or means of an outcome, the variant less the base.
    pub fn difference(&self, id: &str) -> Option<Estimate> {
        self.outcome(id).map(|outcome| outcome.shift.difference())
    }
}

impl Compiled {
    /// Runs this scenario and another with the same seed and run numbers, and counts what differs.
    ///
    /// # Errors
    ///
    /// They share no outcome, no run is asked for, or a run fails in one of them: the first that does.
    pub fn paired(&self, other: &Compiled, seed: Seed, runs: u64) -> Result<PairedSample, CompareError> {
        let base = Alternative::new("base", self);
        let samples = pairs(base, &[Alternative::new("variant", other)], seed, runs, &|_| {})?;
        samples.into_iter().next().ok_or(CompareError::Alone)
    }
}

/// One variant as it is held against the base.
struct Pair<'c> {
    variant: Alternative<'c>,
    outcomes: Vec<(OutcomeId, OutcomeId)>,
    actors: Vec<Actor>,
}

/// An actor with positions in both: its id, and the places of its positions here and there.
type Actor = (String, Vec<usize>, Vec<usize>);

impl<'c> Pair<'c> {
    fn new(base: Alternative<'c>, variant: Alternative<'c>) -> Result<Self, CompareError> {
        let outcomes = shared(base.compiled, variant.compiled);
        if outcomes.is_empty() {
            return Err(base.nothing_in_common(variant));
        }
        let theirs = positions(variant.compiled);
        let actors = positions(base.compiled)
            .into_iter()
            .filter_map(|(actor, here)| {
                let id = base.compiled.entity_id(actor);
                let (_, there) = theirs
                    .iter()
                    .find(|(other, _)| variant.compiled.entity_id(*other) == id)?;
                Some((id.to_owned(), here, there.clone()))
            })
            .collect();
        Ok(Pair {
            variant,
            outcomes,
            actors,
        })
    }
}

/// What was counted of one pair.
#[derive(Clone, Default)]
struct Count {
    changed: u64,
    first: Vec<u64>,
    outcomes: Vec<Tally>,
    met: Vec<Met>,
}

/// How the number of an actor's met positions changes: summed, squared, and how often up and down.
type Met = (i64, u64, u64, u64);

/// What a run of the base ended with.
struct End {
    outcomes: Vec<Option<OutcomeValue>>,
    met: Vec<bool>,
}

/// Holds each variant against the base over the same runs; `tick` is told of runs done, counted over all worlds.
pub(super) fn pairs(
    base: Alternative<'_>,
    variants: &[Alternative<'_>],
    seed: Seed,
    runs: u64,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Vec<PairedSample>, CompareError> {
    if runs == 0 {
        return Err(CompareError::NoRuns);
    }
    base.is_decided()?;
    let mut all = Vec::new();
    for variant in variants {
        all.push(Pair::new(base, *variant)?);
        variant.is_decided()?;
    }
    let chunks: Vec<u64> = (0..runs.div_ceil(CHUNK)).collect();
    let counted: Vec<Result<Vec<Count>, (Alternative<'_>, RunNumber)>> = chunks
        .into_par_iter()
        .map(|chunk| {
            let from = chunk * CHUNK;
            count(base, &all, seed, from..(from + CHUNK).min(runs), tick)
        })
        .collect();
    let mut totals = vec![Count::default(); all.len()];
    for part in counted {
        match part {
            Ok(part) => totals
                .iter_mut()
                .zip(&part)
                .for_each(|(total, part)| total.join(part)),
            // Once more with its trace, so that the message has its path.
            Err((side, number)) => {
                side.compiled
                    .run_number(seed, number)
                    .map_err(|error| side.failed(error))?;
            }
        }
    }
    let told = all
        .iter()
        .zip(&totals)
        .map(|(pair, count)| pair.told(base, count, seed, runs));
    Ok(told.collect())
}

fn count<'c>(
    base: Alternative<'c>,
    pairs: &[Pair<'c>],
    seed: Seed,
    numbers: Range<u64>,
    tick: &(dyn Fn(u64) + Sync),
) -> Result<Vec<Count>, (Alternative<'c>, RunNumber)> {
    let mut ends = Vec::new();
    each(base, seed, numbers.clone(), |_, world| {
        let program = base.compiled.program();
        ends.push(End {
            outcomes: program
                .outcomes
                .values()
                .map(|formula| world.outcome(program, formula))
                .collect(),
            met: program.positions.iter().map(|node| world.holds(*node)).collect(),
        });
    })?;
    let done = numbers.end - numbers.start;
    tick(done);
    let mut counts = Vec::new();
    for pair in pairs {
        let mut count = Count {
            outcomes: vec![Tally::default(); pair.outcomes.len()],
            met: vec![(0, 0, 0, 0); pair.actors.len()],
            ..Count::default()
        };
        let mut ends = ends.iter();
        each(pair.variant, seed, numbers.clone(), |number, world| {
            if let Some(end) = ends.next() {
                count.run(pair, number, end, world);
            }
        })?;
        tick(done);
        counts.push(count);
    }
    Ok(counts)
}

/// Runs one world and shows each end.
fn each<'c>(
    side: Alternative<'c>,
    seed: Seed,
    numbers: Range<u64>,
    mut visit: impl FnMut(u64, &World),
) -> Result<(), (Alternative<'c>, RunNumber)> {
    let first = RunNumber(numbers.start);
    let mut runner = Runner::new(side.compiled.program()).map_err(|_| (side, first))?;
    for number in numbers.map(RunNumber) {
        let world = runner
            .go(&mut Draws::new(seed, number), &mut NoTrace)
            .map_err(|_| (side, number))?;
        visit(number.0, world);
    }
    Ok(())
}

impl Count {
    fn run(&mut self, pair: &Pair<'_>, number: u64, base: &End, world: &World) {
        let program = pair.variant.compiled.program();
        let mut changed = false;
        for (tally, (here, there)) in self.outcomes.iter_mut().zip(&pair.outcomes) {
            let before = base.outcomes.get(crate::ids::Id::index(*here)).copied().flatten();
            let after = program
                .outcomes
                .find(*there)
                .and_then(|formula| world.outcome(program, formula));
            changed |= tally.count(before, after);
        }
        if changed {
            self.changed += 1;
            if self.first.len() < REMEMBERED {
                self.first.push(number);
            }
        }
        for ((sum, squares, more, fewer), (_, here, there)) in self.met.iter_mut().zip(&pair.actors) {
            let before = here
                .iter()
                .filter(|place| base.met.get(**place) == Some(&true))
                .count();
            let met = |place: &&usize| {
                program
                    .positions
                    .get(**place)
                    .is_some_and(|node| world.holds(*node))
            };
            let after = there.iter().filter(met).count();
            let by = i64::try_from(after).unwrap_or(0) - i64::try_from(before).unwrap_or(0);
            *sum += by;
            *squares += by.unsigned_abs().pow(2);
            *more += u64::from(by > 0);
            *fewer += u64::from(by < 0);
        }
    }

    fn join(&mut self, other: &Count) {
        self.changed += other.changed;
        let room = REMEMBERED.saturating_sub(self.first.len());
        self.first.extend(other.first.iter().take(room));
        self.outcomes.resize(other.outcomes.len(), Tally::default());
        self.met.resize(other.met.len(), (0, 0, 0, 0));
        for (mine, theirs) in self.outcomes.iter_mut().zip(&other.outcomes) {
            mine.join(theirs);
        }
        for (mine, theirs) in self.met.iter_mut().zip(&other.met) {
            mine.0 += theirs.0;
            mine.1 += theirs.1;
            mine.2 += theirs.2;
            mine.3 += theirs.3;
        }
    }
}

impl Pair<'_> {
    fn told(&self, base: Alternative<'_>, count: &Count, seed: Seed, runs: u64) -> PairedSample {
        let table = base.compiled.outcome_table();
        let outcome = |((id, _), tally): (&(OutcomeId, OutcomeId), &Tally)| {
            let outcome = &table[*id];
            let sort = Sort::of(outcome.is.ty);
            PairedOutcome {
                id: outcome.name.clone(),
                changed: tally.changed,
                shift: tally.shift(sort, runs),
            }
        };
        #[allow(clippy::cast_precision_loss, reason = "positions are few")]
        let actor = |((id, ..), (sum, squares, more, fewer)): (&Actor, &Met)| PairedPositions {
            actor: id.clone(),
            difference: Estimate::mean(*sum as f64, to_f64(*squares), runs),
            more: *more,
            fewer: *fewer,
        };
        PairedSample {
            runs,
            seed: seed.0,
            changed: count.changed,
            first_changed: count.first.clone(),
            outcomes: self.outcomes.iter().zip(&count.outcomes).map(outcome).collect(),
            positions: self.actors.iter().zip(&count.met).map(actor).collect(),
        }
    }
}
