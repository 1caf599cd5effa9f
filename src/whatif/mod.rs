//! How likely (DESIGN 9, 10): the distribution of every declared outcome, exactly where the states can be counted out,
//! by keyed sampling where they cannot; the answer always says which, and why. And what it hinges on: the same under
//! other settings.

mod ask;
pub(crate) mod choices;
mod claims;
pub(crate) mod compare;
mod coverage;
mod drawn;
mod estimate;
mod exact;
mod outcomes;
mod reachable;
mod sample;
pub(crate) mod search;
mod sensitivity;
pub(crate) mod settings;
mod sweep;
mod trial;
mod watch;

pub use choices::{Choices, Extreme, OpenChoice, OutcomeRange, OverChoices, Ranges, Strategy, Told};
pub use claims::{Answer, Asked, Expected, Judgement};
pub use compare::{
    Against, Alternative, BothEnds, CompareError, Comparison, Counterfactual, Course, Difference, Edit,
    EditKind, Explained, Fate, Group, MetPositions, OutcomeRow, PairedOutcome, PairedPositions, PairedSample,
    Parting, PartingGroup, PositionRow, Progress, Reasons, ScenarioColumn, Shift, compare,
};
pub use coverage::RuleCoverage;
pub use estimate::Estimate;
pub use outcomes::{Budget, Law, Method, OutcomeLaw, Outcomes, Wanted};
pub use reachable::{Extent, Reachable, Witness};
pub use search::{Clashing, Found, LeverLine, Pulled, Reach, Search, SearchError, Unfit, Verdict};
pub use sensitivity::{
    Bar, BreakEven, BreakEvenAgainst, BreakEvenLine, Crossing, Effort, How, Index, Indices, Input, Question,
    Subject, Tornado,
};
pub use settings::{Range, Scale, Setting, Shape, WhatIfError};
pub use sweep::{Axis, Design, Figure, PreparedSweep, Row, Sort, Sweep, SweepHeader, Values};
pub use trial::{Invariants, SampledRuns, Trial, TrialBudget, Tried};
pub use watch::Watch;
