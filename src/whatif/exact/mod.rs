//! The exact distribution of every outcome, by forward dynamic programming over states (DESIGN 10).
//!
//! A state is what a closed day leaves (facts, measures, norms, what monitors have seen), packed into words, and what
//! comes due later (the tail). One day's work on a state, from its opening over the settlement of each chance to the
//! states in which it closes, does not depend on the tail nor, on most days, on the date: it is worked out once and kept
//! as a [`graph`]; masses then flow along it from day to day ([`pass`]). What no outcome can depend on any more
//! is dropped when a day closes ([`mask`]).

mod bits;
mod bounds;
mod calendar;
mod classes;
mod closure;
mod coming;
mod conditions;
mod day;
mod effects;
mod expand;
mod fields;
mod flows;
mod follow;
mod found;
mod frame;
mod graph;
mod hazards;
mod layout;
mod mask;
mod matter;
mod mid;
mod pack;
mod pass;
mod plan;
mod queue;
mod reach;
mod readers;
mod states;
mod sum;
mod supports;
mod tails;
mod vectors;
mod walk;

#[cfg(test)]
mod tests;

pub(crate) use flows::{ExactFault, FEWEST_COINS, Flows, Limits};
pub(crate) use pass::exact;
