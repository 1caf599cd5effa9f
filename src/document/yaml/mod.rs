//! Text to tree: the only place that knows the YAML library.
//!
//! `raw` reads with the library, `convert` makes our tree of it and checks what YAML lets pass, `trap` and `comment`
//! know two mistakes by their look, and `fault` and `brackets` say in our words what the library could not read.

mod brackets;
mod comment;
mod convert;
mod fault;
mod raw;
mod trap;

use super::tree::Node;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Span};

pub(super) use raw::on_deep_stack;

/// Reads the text of a source. `None` if there is no tree at all; with errors among the diagnostics the tree has gaps.
pub(super) fn parse(source: SourceId, text: &str) -> (Option<Node>, Diagnostics) {
    on_deep_stack(|| parse_here(source, text)).unwrap_or_else(|| {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(fault::gave_up(Span::new(source, 0, 0)));
        (None, diagnostics)
    })
}

/// [`parse`] for a caller that is [`on_deep_stack`] already.
pub(super) fn parse_here(source: SourceId, text: &str) -> (Option<Node>, Diagnostics) {
    let mut diagnostics = Diagnostics::default();
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        diagnostics.push(
            Diagnostic::error("E0103", Span::new(source, 0, 0), "the file is empty")
                .help("a scenario begins with `demarche: 1` and a `title:`"),
        );
        return (None, diagnostics);
    }
    let node = match raw::read(text) {
        Ok(root) => convert::convert(text, source, root, &mut diagnostics),
        Err(error) => {
            diagnostics.push(fault::explain(&error, text, source));
            None
        }
    };
    (node, diagnostics)
}

#[cfg(test)]
mod tests;
