//! `search`: what would it take? The smallest sets of changes that bring an outcome over a threshold.
//!
//! `question` checks what is asked before any run, `sets` counts out the sets of levers, `levels` takes them one size
//! after the other, `weigh` finds how likely the outcome is under one of them, `found` is the answer. Nothing is
//! assumed about how levers work together: every set up to the size asked for is looked at, except those that hold a
//! smaller set which suffices.

pub(crate) mod codes;
mod error;
mod found;
mod levels;
mod question;
mod sets;
mod weigh;

pub use error::SearchError;
pub use found::{Clashing, Found, Pulled, Reach, Search, Unfit, Verdict};
pub use question::LeverLine;

use super::outcomes::Budget;
use super::watch::{Tick, Watch};
use crate::Scenario;
use question::Question;
use weigh::Scale;

impl Scenario {
    /// All minimal sets of this scenario's levers that bring an outcome over a threshold: sets that reach it while no
    /// part of them does. Exact where the states can be counted out; else sampled, every set over the same draws.
    ///
    /// # Errors
    ///
    /// Before any run: the outcome is unknown or a date, the threshold cannot be reached by any probability, there is no
    /// lever to pull, a lever changes nothing or changes the outcome itself, a lever alone makes no scenario. Later: a
    /// run fails.
    pub fn search(&self, search: &Search, budget: &Budget) -> Result<Found, SearchError> {
        self.search_watched(search, budget, &|_, _| {})
    }

    /// As [`search`](Self::search), telling how far it is. How many sets there are of a size is known when those of the sizes below it are weighed.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    pub fn search_watched(
        &self,
        search: &Search,
        budget: &Budget,
        watch: Watch<'_>,
    ) -> Result<Found, SearchError> {
        let question = Question::ask(self, search)?;
        let scale = Scale::new(&question, search.reach, budget)?;
        let mut found = scale.begin(search);
        let tick = Tick::new(watch);
        if !search.reach.met(found.none.figure.value) {
            for size in 1..=search.size.min(question.levers.len()) {
                found.level(&question, &scale, size, &tick)?;
            }
        }
        found.conclude();
        Ok(found)
    }
}
