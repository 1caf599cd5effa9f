//! `compare`: two scenarios or more, draw for draw.
//!
//! - `alternative`, `error`: what is compared, and what is refused before anything is run
//! - `pairs`, `tally`: the same runs in both worlds, counted
//! - `common`, `signs`: two traces in one numbering
//! - `parting`: the first day on which two runs part, and with what
//! - `watched`, `milestones`, `groups`: what becomes of what the outcomes look at; changed runs by reason
//! - `edits`: what is written otherwise
//! - `table`: the comparison itself
//! - `counterfactual`: one run in both worlds
//! - `words`: happenings in the words of `says:`

mod alternative;
pub(crate) mod codes;
mod common;
mod counterfactual;
mod edits;
mod error;
mod groups;
mod milestones;
mod pairs;
mod parting;
mod signs;
mod table;
mod tally;
mod watched;
mod words;

pub use alternative::Alternative;
pub use counterfactual::{BothEnds, Counterfactual, Course, Explained};
pub use edits::{Edit, EditKind};
pub use error::CompareError;
pub use groups::{Group, PartingGroup, Reasons};
pub use milestones::Fate;
pub use pairs::{PairedOutcome, PairedPositions, PairedSample};
pub use parting::Parting;
pub use table::{
    Against, Comparison, Difference, MetPositions, OutcomeRow, PositionRow, Progress, ScenarioColumn, compare,
};
pub use tally::Shift;
