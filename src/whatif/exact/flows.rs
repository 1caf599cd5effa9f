//! What the forward pass gives, and what it may use.

use std::collections::BTreeMap;

use super::graph::Seen;
use super::sum::Sum;
use crate::engine::Fault;
use crate::ids::Table;
use crate::language::value::Day;
use crate::model::OutcomeId;
use crate::program::{MonitorId, OutcomeValue, Program};

/// How much the pass may use.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Most that is kept at one time, in units of about thirty-two bytes.
    pub states: usize,
    /// Most states worked out in all, and most branches within days that are followed one by one.
    pub expansions: usize,
    /// Most steps from state to state.
    pub steps: usize,
    /// At least so many coins are tossed together before states are kept as a field.
    pub coins: usize,
    /// Most masses of fields to which one day of a field may lead; it goes on state by state where there would be more.
    pub tables: usize,
}

/// From how many coins on it is worth while to keep states as a field. A matter of speed alone.
pub(crate) const FEWEST_COINS: usize = 6;

/// What the pass found.
#[derive(Clone, Debug)]
pub(crate) struct Flows {
    /// For each outcome told from last states: its values with their masses.
    pub outcomes: Table<OutcomeId, BTreeMap<OutcomeValue, Sum>>,
    /// For each monitor kept along the way: the mass that first met it, by day, ascending.
    pub firsts: Table<MonitorId, Vec<(Day, Sum)>>,
    /// For each monitor kept along the way: its mean.
    pub means: Table<MonitorId, Sum>,
    /// For each position: the mass in which it is met at the end, and that in which it is not.
    pub positions: Vec<(Option<Sum>, Option<Sum>)>,
    /// The mass of all last states; one but for rounding.
    pub mass: Sum,
    /// How many states were worked out.
    pub expanded: usize,
    /// How many states had mass, over all days.
    pub steps: usize,
    /// How many days were worked out for whole fields of states.
    pub fields: usize,
}

impl Flows {
    /// Nothing yet.
    pub fn new(program: &Program) -> Self {
        Flows {
            outcomes: program.outcomes.ids().map(|_| BTreeMap::new()).collect(),
            firsts: program.monitors.ids().map(|_| Vec::new()).collect(),
            means: program.monitors.ids().map(|_| Sum::default()).collect(),
            positions: vec![(None, None); program.positions.len()],
            mass: Sum::default(),
            expanded: 0,
            steps: 0,
            fields: 0,
        }
    }

    /// Accounts for what monitors kept along the way have seen on a day.
    pub(super) fn see(&mut self, seen: &Seen, mass: f64, date: Day) {
        for (id, share) in &seen.firsts {
            let days = &mut self.firsts[*id];
            match days.last_mut() {
                Some((last, sum)) if *last == date => sum.add(mass * share),
                _ => {
                    let mut sum = Sum::default();
                    sum.add(mass * share);
                    days.push((date, sum));
                }
            }
        }
        for (id, mean) in &seen.counts {
            self.means[*id].add(mass * mean);
        }
    }
}

/// Why a day was not worked out to its end.
#[derive(Clone, Debug)]
pub(super) enum Halt {
    /// A run would fail.
    Run(Fault),
    /// It branches more often than the limits allow; so often had days branched.
    TooManyBranches(usize),
}

impl From<Fault> for Halt {
    fn from(fault: Fault) -> Self {
        Halt::Run(fault)
    }
}

impl Halt {
    /// With the date, and how many states had been worked out.
    pub fn on(self, date: Day, expanded: usize) -> ExactFault {
        match self {
            Halt::Run(fault) => ExactFault::Run(date, fault),
            Halt::TooManyBranches(branches) => ExactFault::TooManyStates(date, expanded + branches),
        }
    }
}

/// Why there is no exact answer.
#[derive(Clone, Debug)]
pub(crate) enum ExactFault {
    /// The limits were passed: the date reached, and how many states had been worked out.
    TooManyStates(Day, usize),
    /// A run would fail, on that day.
    Run(Day, Fault),
}
