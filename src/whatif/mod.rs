//! How likely (DESIGN 9, 10): the distribution of every declared outcome, exactly where the states can be counted out,
//! by keyed sampling where they cannot; the answer always says which, and why. And what it hinges on: the same under
//! other settings.

mod estimate;
mod exact;
mod outcomes;
mod sample;
mod sensitivity;
pub(crate) mod settings;
mod sweep;

pub use estimate::Estimate;
pub use outcomes::{Budget, Law, Method, OutcomeLaw, Outcomes, Wanted};
pub use sensitivity::{
    Against, Bar, BreakEven, BreakEvenLine, Crossing, Effort, How, Index, Indices, Input, Question, Subject,
    Tornado, Watch,
};
pub use settings::{Range, Scale, Setting, Shape, WhatIfError};
pub use sweep::{Axis, Design, Figure, PreparedSweep, Row, Sort, Sweep, SweepHeader, Values};
