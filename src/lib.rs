//! Demarche: model a negotiation, work out its consequences with reasons, and ask what if.
//!
//! A scenario is written in YAML. [`Scenario::open`] reads it, [`Scenario::compile`] resolves and types it and grounds
//! it into a flat program, and the [`Compiled`] that results can be asked what exists ([`Model::entity`],
//! [`Model::members`]), how it hangs together ([`Model::graph`], [`Model::neighbours`]), and run.

pub mod diagnostic;
pub mod document;
pub mod engine;
mod ids;
pub mod language;
pub mod model;
pub mod program;
mod scenario;
pub mod whatif;

pub use document::LoadError;
pub use engine::{Run, RunError, RunNumber, Seed};
pub use ids::{Id, Table};
pub use model::Model;
pub use program::Compiled;
pub use scenario::{CompileError, Scenario};
