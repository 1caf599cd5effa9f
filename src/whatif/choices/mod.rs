//! What actors may choose: from where to where each figure can lie, beside its value under defaults (DESIGN 9, 10).
//!
//! A *strategy* here is static: for each choice with its arguments that no `fix:` settles for good it names one option, which
//! is taken whenever it is open; where it is closed the choice falls by its default, or without one to its first
//! open option in the order of writing. Falling by default is a strategy too. Rules of thumb that look at what has
//! happened are in it only as far as defaults are. All strategies are looked at, one world each, so each end of
//! a range is the figure of a strategy that can be named and replayed; better rules of thumb may reach beyond it.

pub(crate) mod codes;
mod ranges;
mod strategies;

pub(crate) use ranges::MORE;
pub use ranges::{Choices, Extreme, OutcomeRange, OverChoices, Ranges, Told};
pub use strategies::{OpenChoice, Strategy};
