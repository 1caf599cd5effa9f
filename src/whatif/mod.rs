//! How likely (DESIGN 10): the distribution of every declared outcome, exactly where the states can be counted out,
//! by keyed sampling where they cannot; the answer always says which, and why.

pub(crate) mod compare;
mod estimate;
mod exact;
mod outcomes;
mod sample;

pub use compare::{
    Against, Alternative, BothEnds, CompareError, Comparison, Counterfactual, Course, Difference, Edit,
    EditKind, Explained, Fate, Group, MetPositions, OutcomeRow, PairedOutcome, PairedPositions, PairedSample,
    Parting, PartingGroup, PositionRow, Progress, Reasons, ScenarioColumn, Shift, compare,
};
pub use estimate::Estimate;
pub use outcomes::{Budget, Law, Method, OutcomeLaw, Outcomes, Wanted};
