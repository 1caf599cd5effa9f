//! One run told as a story: what happened, on which day, and why.
//!
//! - `parts`: what a story consists of
//! - `tell`, `placing`, `reasons`: from the trace to happenings, each effect behind what brought it about
//! - `fold`: joins what repeats
//! - `norms`, `ends`: the lives of duties, and what the run came to
//! - `show`, `line`: how it reads

mod ends;
mod fold;
mod line;
mod norms;
mod parts;
mod placing;
mod reasons;
mod show;
mod tell;

use crate::engine::Run;

pub use parts::{
    ActorPositions, Change, ClaimLine, Happening, HappeningKind, Idle, Lack, NormFate, NormLife, OutcomeLine,
    PositionLine, Reason, Story, Tally, UnusedFix, Verdict,
};

impl Story {
    /// Tells a run.
    pub fn of(run: &Run<'_>) -> Story {
        let told = tell::tell(run);
        let mut story = ends::story(run);
        story.settled = told.tally;
        story.happenings = fold::fold(told.happenings);
        story.idle = told.idle;
        story.norms = norms::lives(run);
        story
    }

    /// Whether nothing that the scenario claims failed in this run.
    pub fn as_expected(&self) -> bool {
        self.expectations
            .iter()
            .chain(&self.invariants)
            .all(|claim| claim.verdict != Verdict::Fails)
    }
}
