//! What can be said of a scenario without running it: what it can never do, what it never uses, and what waits for
//! what. Reads the model and the program and runs nothing.
//!
//! - `authored`: what the author wrote, and where
//! - `reach`: what can be at some time, order and counts of draws left aside
//! - `terms`: every expression of a scenario, and what facts and measures it reads
//! - `unused`, `rules`, `thresholds`, `duties`, `contradictions`, `positions`, `script`: one sort of doubt each
//! - `overlays`: the scenario's own variants and levers, each compiled
//! - [`gates`]: what must come first, who can stand in the way, and what waits for each other for ever
//!
//! Warnings are about what the uppermost file says, not about the vocabulary or the file it builds on: a law that a
//! scenario does not need is no mistake of its author.

mod authored;
pub(crate) mod codes;
mod contradictions;
mod duties;
pub mod gates;
mod interval;
mod overlays;
mod positions;
mod reach;
mod rules;
mod script;
mod terms;
mod thresholds;
mod unused;

use crate::diagnostic::Diagnostics;
use crate::program::Compiled;

use authored::Authored;
use reach::Reach;

impl Compiled {
    /// Everything that is wrong or doubtful in a scenario that compiles: the warnings of compiling it, and what shows
    /// only when the whole is looked at. Draws, dates and numbers that are assumptions are left aside, so that what is
    /// said holds for every value they could have.
    pub fn check(&self) -> Diagnostics {
        let mut out = self.model().warnings().clone();
        let authored = Authored::of(self.model());
        let reach = Reach::of(self.program());
        errors(self, &authored, &mut out);
        thresholds::warn(self, &authored, &mut out);
        let waiting = gates::warn(self, &authored, &mut out);
        unused::check(self, &authored, &mut out);
        rules::check(self, &authored, &reach, &waiting, &mut out);
        duties::check(self, &authored, &mut out);
        contradictions::check(self, &authored, &reach, &mut out);
        positions::check(self, &authored, &reach, &mut out);
        script::check(self, &authored, &reach, &mut out);
        out
    }

    /// What no run of the scenario could mend; found when it is compiled.
    pub(crate) fn errors(&self) -> Diagnostics {
        let mut out = Diagnostics::default();
        errors(self, &Authored::of(self.model()), &mut out);
        out
    }
}

fn errors(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) {
    thresholds::errors(compiled, authored, out);
}
