//! Sources, spans and messages: what every floor above uses to speak to the author.

mod message;
mod source;

pub use message::{Code, Diagnostic, Diagnostics, Fix, Label, Severity};
pub use source::{Source, SourceId, Sources, Span};
