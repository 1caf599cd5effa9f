//! Demarche: model a negotiation, work out its consequences with reasons, and ask what if.

pub mod diagnostic;
pub mod document;
pub mod language;
pub mod engine;
mod ids;
pub mod model;
pub mod program;
