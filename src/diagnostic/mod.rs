//! Sources, spans and messages: what every floor above uses to speak to the author.

mod explanation;
mod json;
mod message;
mod render;
mod source;
mod suggest;

pub use explanation::Explanation;
pub use message::{Code, Diagnostic, Diagnostics, Fix, Label, Severity};
pub use render::Options;
pub use source::{Source, SourceId, Sources, Span};
pub use suggest::suggest;

#[cfg(test)]
mod tests;
