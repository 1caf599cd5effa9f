//! Sensitivity: which assumptions an outcome hinges on, where it would turn, and how much of its spread each explains.
//!
//! All three readings move assumptions through their ranges and look at one outcome: its probability, its mean, or for
//! a date the probability that it comes. They are exact where the states can be counted out at every point, else
//! sampled at every point with the same draws, so that an assumption that cannot matter changes nothing at all.

mod bootstrap;
mod break_even;
mod indices;
mod inputs;
mod tornado;
mod worlds;

use serde::Serialize;

use super::sweep::Axis;

pub use break_even::{BreakEven, BreakEvenAgainst, BreakEvenLine, Crossing};
pub use indices::{Effort, Index, Indices};
pub use inputs::Input;
pub use tornado::{Bar, Tornado};
pub use worlds::{How, Subject};

/// Of which outcome, and to which assumptions.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// The id of the outcome.
    pub outcome: String,
    /// What moves, each through a range; every assumption that declares one if there are none.
    pub over: Vec<Axis>,
}

impl Question {
    /// Of one outcome, to every assumption that declares a range.
    pub fn about(outcome: impl Into<String>) -> Self {
        Question {
            outcome: outcome.into(),
            over: Vec::new(),
        }
    }
}
