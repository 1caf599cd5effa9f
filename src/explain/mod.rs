//! Why, and why not (DESIGN 11): the proof of a fact, or the first premise that is missing.
//!
//! [`Run::why`](crate::Run::why) and [`Run::why_not`](crate::Run::why_not) take a condition or an event in the language of
//! scenarios and answer with a tree: each statement, since when, by which rule, and the premises that the rule read on
//! its own snapshot, down to what the author wrote and what was drawn.
//!
//! - `query`: what is asked for, and [`ExplainError`]
//! - `state`, `norms`: every state the run went through, from its trace; the lives of its norms
//! - `terms`: the slow, clear evaluator of conditions on such a state
//! - `words`, `reasons`: conditions in words, rules and sources as reasons
//! - `prover`, `conditions`, `causes`, `draws`, `duties`, `amounts`: the proofs of facts, conditions, events, draws, norms,
//!   numbers
//! - `height`, `grounds`: which of several derivations is told, and which of several conditions, so that nothing is its own reason
//! - `opened`: the rules behind facts that no event can change, ground when they are asked for
//! - `missing`, `nearest`, `excluded`: what was missing
//! - `why`, `why_not`: the two questions
//! - `tree`, `print`: the answer, and how it reads

mod amounts;
mod causes;
mod conditions;
mod draws;
mod duties;
mod error;
mod excluded;
mod grounds;
mod height;
mod missing;
mod nearest;
mod norms;
mod opened;
mod print;
mod prover;
mod query;
mod reasons;
mod state;
mod terms;
mod tree;
mod void;
mod why;
mod why_not;
mod words;

pub use error::ExplainError;
pub use tree::{Because, BecauseKind, Question, Reason, Verdict, Why};
pub use why::Depth;

#[cfg(test)]
mod tests;
