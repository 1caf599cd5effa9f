//! A text to be parsed and the place it was taken from: how a byte of the text becomes a [`Span`].

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::document::tree::{Node, Scalar, Value};

/// The outcome of parsing one text: at most one error.
pub type Parsed<T> = Result<T, Box<Diagnostic>>;

/// A text under the lexer.
///
/// If the source says the same as the text, byte for byte but for blanks (a plain scalar; a quoted one without
/// escapes), the source itself is lexed and every token knows its exact place. Else (block scalars, escapes,
/// aliases) the resolved text is lexed, and every token has the place of the whole scalar.
#[derive(Clone, Copy, Debug)]
pub(super) struct Excerpt<'a> {
    text: &'a str,
    whole: Span,
    /// Where `text` begins in the source, if places inside it are known.
    base: Option<usize>,
}

impl<'a> Excerpt<'a> {
    /// The text of a scalar or key that the source holds at `span`.
    pub(super) fn new(sources: &'a Sources, text: &'a str, span: Span) -> Self {
        let raw = sources.slice(span);
        let start = span.start as usize;
        if same_but_blanks(raw, text) {
            return Excerpt {
                text: raw,
                whole: span,
                base: Some(start),
            };
        }
        let inside = ['"', '\'']
            .iter()
            .find_map(|&quote| raw.strip_prefix(quote)?.strip_suffix(quote));
        match inside {
            Some(inside) if inside == text => Excerpt {
                text: inside,
                whole: span,
                base: Some(start + 1),
            },
            _ => Excerpt {
                text,
                whole: span,
                base: None,
            },
        }
    }

    /// The scalar of a node; an error that says `wanted` for any other node.
    pub(super) fn of_node(sources: &'a Sources, node: &'a Node, wanted: &str) -> Parsed<Self> {
        let (found, help) = match &node.value {
            Value::Scalar(scalar) => return Ok(Self::of_scalar(sources, scalar, node.span)),
            Value::Null => (
                "`null`",
                "`null` removes an element in an overlay and stands nowhere else",
            ),
            Value::List(_) => ("a list", "one value stands here, without `[ ]` and without `- `"),
            Value::Map(_) => (
                "a mapping",
                "a text that holds `: ` or begins with `{` must be quoted",
            ),
        };
        let error = Diagnostic::error("E0316", node.span, format!("expected {wanted}, found {found}"));
        Err(Box::new(error.help(help)))
    }

    fn of_scalar(sources: &'a Sources, scalar: &'a Scalar, span: Span) -> Self {
        Self::new(sources, &scalar.text, span)
    }

    pub(super) fn text(&self) -> &'a str {
        self.text
    }

    /// Whether places inside the text are known.
    pub(super) fn is_exact(&self) -> bool {
        self.base.is_some()
    }

    /// What follows a byte.
    pub(super) fn rest(&self, at: usize) -> &'a str {
        self.text.get(at..).unwrap_or("")
    }

    pub(super) fn slice(&self, range: Range<usize>) -> &'a str {
        self.text.get(range).unwrap_or("")
    }

    /// The place of a range of the text.
    pub(super) fn span(&self, range: Range<usize>) -> Span {
        match self.base {
            Some(base) => Span::new(self.whole.source, base + range.start, base + range.end),
            None => self.whole,
        }
    }

    /// An error at a range of the text; where only the whole scalar has a place, the label quotes the range.
    pub(super) fn error(
        &self,
        code: &'static str,
        range: Range<usize>,
        message: impl Into<String>,
    ) -> Diagnostic {
        let error = Diagnostic::error(code, self.span(range.clone()), message);
        if self.base.is_some() {
            return error;
        }
        let near: String = self.rest(range.start).chars().take(24).collect();
        match near.trim() {
            "" => error.label("at the end of this text"),
            near => error.label(format!("in this text, at `{near}`")),
        }
    }

    /// The remedy "write this instead of that range": a patch where the place is known, else in words.
    pub(super) fn mend(&self, error: Diagnostic, range: Range<usize>, replacement: &str) -> Box<Diagnostic> {
        Box::new(match self.base {
            Some(_) => error.fix(self.span(range), replacement),
            None => error.help(format!("write `{replacement}`")),
        })
    }
}

/// Whether two texts are equal if each run of blanks counts as one.
fn same_but_blanks(raw: &str, text: &str) -> bool {
    raw == text || raw.split_whitespace().eq(text.split_whitespace()) && raw.trim() == raw
}
