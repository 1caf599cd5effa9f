//! Comments that swallowed a part of what the author meant to say.

use super::trap::excess;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};

/// Words and signs after which an expression must go on.
const UNFINISHED: [&str; 24] = [
    "and", "or", "not", "in", "if", "then", "else", "where", "satisfy", "give", "over", "given", "+", "*",
    "/", "=", "==", "!=", "<", "<=", ">", ">=", ",", "(",
];

/// A warning if the ` #` behind the plain text at `span` cut it short.
pub(super) fn swallowed(text: &str, span: Span) -> Diagnostics {
    let mut found = Diagnostics::default();
    let rest = text.get(span.end as usize..).unwrap_or("");
    let Some(comment) = comment_of(rest) else {
        return found;
    };
    let value = text.get(span.start as usize..span.end as usize).unwrap_or("");
    let open = excess(value) > 0;
    let last = value.rsplit([' ', '\n']).next().unwrap_or("");
    let cut = open || UNFINISHED.contains(&last) || value.ends_with(['(', ',']);
    let numbered = comment.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
    if !cut && !numbered {
        return found;
    }
    let gap = rest.len() - rest.trim_start_matches([' ', '\t']).len();
    let start = span.end as usize + gap;
    let lost = Span::new(span.source, start, start + comment.len());
    let message = format!("everything after ` #` is a comment, and `{value}` looks cut short by it");
    let mut warning = Diagnostic::warning("W0101", lost, message)
        .label("this is not part of the value")
        .also(
            span,
            if open {
                "a parenthesis is still open here"
            } else {
                "the value ends here"
            },
        )
        .help("if the `#` belongs to the value, write the whole value in quotes");
    if !value.contains(['"', '\n', '\\']) && !comment.contains(['"', '\\']) {
        let whole = span.to(lost);
        let line = text.get(whole.start as usize..whole.end as usize).unwrap_or("");
        warning = warning.fix(whole, format!("\"{line}\""));
    }
    found.push(warning);
    found
}

/// Adds to the error about an empty value that a comment stands where the value should.
pub(super) fn mention(diagnostic: Diagnostic, rest: &str) -> Diagnostic {
    match comment_of(rest) {
        Some(_) => diagnostic
            .help("what follows ` #` on this line is a comment; a value with `#` in it needs quotes"),
        None => diagnostic,
    }
}

/// The comment right behind a value, up to the end of its line.
fn comment_of(rest: &str) -> Option<&str> {
    let trimmed = rest.trim_start_matches([' ', '\t']);
    if trimmed.len() == rest.len() || !trimmed.starts_with('#') {
        return None;
    }
    trimmed.lines().next().map(str::trim_end)
}
