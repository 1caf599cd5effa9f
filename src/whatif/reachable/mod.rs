//! Can it ever? Every state that a scenario can reach, whatever is drawn and whatever is chosen, looked at day by day
//! (DESIGN 2). A broken invariant is shown by the shortest story that breaks it: fewest settlements of chance and choice,
//! then earliest date.
//!
//! - `drive`: an open day, from one open question to the next
//! - `pack`: a closed day in a few words, so that equal states are one
//! - `search`: states by the number of settlements on the way to them
//!
//! This shares the engine with everything else and nothing with the exact pass over probabilities, which drops what no
//! outcome can depend on; here the states are those of the engine.

mod drive;
mod pack;
mod search;

pub(crate) use search::Observer;
pub use search::{Extent, Reachable, Witness};
