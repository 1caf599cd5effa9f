//! How likely (DESIGN 10): the distribution of every declared outcome, exactly where the states can be counted out,
//! by keyed sampling where they cannot; the answer always says which, and why.

mod ask;
mod claims;
mod estimate;
mod exact;
mod outcomes;
mod sample;
pub(crate) mod search;

pub use claims::{Answer, Asked, Expected, Judgement};
pub use estimate::Estimate;
pub use outcomes::{Budget, Law, Method, OutcomeLaw, Outcomes, Wanted};
pub use search::{Clashing, Found, LeverLine, Progress, Pulled, Reach, Search, SearchError, Unfit, Verdict};
