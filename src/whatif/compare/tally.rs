//! Differences of one outcome, counted run by run.

use serde::Serialize;

use crate::language::value::Day;
use crate::program::OutcomeValue;
use crate::whatif::{Estimate, Sort};

/// How one outcome differs between two worlds over the same runs: always the variant less the base.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(tag = "sort", rename_all = "snake_case")]
pub enum Shift {
    /// Of a statement.
    Truth {
        /// The difference of its probabilities. The interval is that of Agresti and Min (2005) for matched pairs.
        difference: Estimate,
        /// Runs in which it is true only in the variant.
        gained: u64,
        /// Runs in which it is true only in the base.
        lost: u64,
    },
    /// Of a number.
    Number {
        /// The difference of its means, with the interval of the paired differences.
        difference: Estimate,
        /// Runs in which it is greater in the variant.
        more: u64,
        /// Runs in which it is less in the variant.
        less: u64,
    },
    /// Of a date.
    Date {
        /// The difference of the probabilities that it comes at all.
        comes: Estimate,
        /// How many days later it comes, on average over the runs in which it comes in both; none if there are none.
        days: Option<Estimate>,
        /// Runs in which it comes only in the variant.
        gained: u64,
        /// Runs in which it comes only in the base.
        lost: u64,
        /// Runs in which it comes earlier in the variant.
        earlier: u64,
        /// Runs in which it comes later in the variant.
        later: u64,
    },
}

impl Shift {
    /// The difference of probabilities or means; of a date, that of the probabilities that it comes.
    pub fn difference(&self) -> Estimate {
        match self {
            Shift::Truth { difference, .. } | Shift::Number { difference, .. } => *difference,
            Shift::Date { comes, .. } => *comes,
        }
    }
}

/// What was counted of one outcome. Sums of whole numbers, so that their order does not matter.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Runs in which the values differ.
    pub changed: u64,
    /// True, or coming at all, only in the variant; or greater there.
    up: u64,
    /// The contrary.
    down: u64,
    earlier: u64,
    later: u64,
    /// Dates that come in both.
    both: u64,
    /// Sum and sum of squares of the differences: millionths of numbers, days of dates.
    sum: i128,
    squares: f64,
}

impl Tally {
    /// Counts one run: its value in the base and in the variant.
    pub fn count(&mut self, base: Option<OutcomeValue>, variant: Option<OutcomeValue>) -> bool {
        let changed = base != variant;
        self.changed += u64::from(changed);
        match (base, variant) {
            (Some(OutcomeValue::Truth(a)), Some(OutcomeValue::Truth(b))) => {
                self.up += u64::from(b && !a);
                self.down += u64::from(a && !b);
            }
            (Some(OutcomeValue::Number(a)), Some(OutcomeValue::Number(b))) => {
                self.up += u64::from(b > a);
                self.down += u64::from(b < a);
                self.add(i128::from(b.micros()) - i128::from(a.micros()));
            }
            (Some(OutcomeValue::Date(a)), Some(OutcomeValue::Date(b))) => match (a, b) {
                (Day::NEVER, Day::NEVER) => {}
                (Day::NEVER, _) => self.up += 1,
                (_, Day::NEVER) => self.down += 1,
                (a, b) => {
                    self.both += 1;
                    self.later += u64::from(b > a);
                    self.earlier += u64::from(b < a);
                    self.add(i128::from(b.since_epoch()) - i128::from(a.since_epoch()));
                }
            },
            _ => {}
        }
        changed
    }

    #[allow(
        clippy::cast_precision_loss,
        reason = "a square need not be exact in its last bits"
    )]
    fn add(&mut self, difference: i128) {
        self.sum += difference;
        self.squares += difference as f64 * difference as f64;
    }

    /// Adds what another task counted.
    pub fn join(&mut self, other: &Tally) {
        self.changed += other.changed;
        self.up += other.up;
        self.down += other.down;
        self.earlier += other.earlier;
        self.later += other.later;
        self.both += other.both;
        self.sum += other.sum;
        self.squares += other.squares;
    }

    /// What it comes to over all runs.
    #[allow(
        clippy::cast_precision_loss,
        reason = "a mean need not be exact in its last bits"
    )]
    pub fn shift(&self, sort: Sort, runs: u64) -> Shift {
        match sort {
            Sort::Truth => Shift::Truth {
                difference: Estimate::matched(self.up, self.down, runs),
                gained: self.up,
                lost: self.down,
            },
            Sort::Number => Shift::Number {
                difference: Estimate::mean(self.sum as f64 / 1e6, self.squares / 1e12, runs),
                more: self.up,
                less: self.down,
            },
            Sort::Date => Shift::Date {
                comes: Estimate::matched(self.up, self.down, runs),
                days: (self.both > 0).then(|| Estimate::mean(self.sum as f64, self.squares, self.both)),
                gained: self.up,
                lost: self.down,
                earlier: self.earlier,
                later: self.later,
            },
        }
    }
}
