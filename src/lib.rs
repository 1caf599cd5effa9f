//! Demarche: model a negotiation, work out its consequences with reasons, and ask what if.
//!
//! A scenario is written in YAML. [`Scenario::open`] reads it, [`Scenario::compile`] resolves and types it and grounds
//! it into a flat program, and the [`Compiled`] that results can be asked what exists ([`Model::entity`],
//! [`Model::members`]), how it hangs together ([`Model::graph`], [`Model::neighbours`]), and run.

pub mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod engine;
pub mod explain;
mod ids;
pub mod language;
pub mod model;
pub mod program;
pub mod report;
mod scenario;
#[cfg(feature = "testing")]
pub mod testing;
pub mod whatif;

pub use document::LoadError;
pub use engine::{Run, RunError, RunNumber, Seed};
pub use explain::{ExplainError, Why};
pub use ids::{Id, Table};
pub use model::Model;
pub use program::Compiled;
pub use scenario::{CompileError, Scenario};
