//! The comma trap: in `{ }` and `[ ]` a comma ends a value, also in the middle of `attack(a, b)`.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};

/// Finds calls that commas tore apart. `cells` are the plain values of one collection in order (keys and values
/// of a map alternate; a place of length zero is nothing or something else). Returns the torn ranges of cells.
pub(super) fn find(text: &str, cells: &[Span], diagnostics: &mut Diagnostics) -> Vec<Range<usize>> {
    let mut torn = Vec::new();
    let mut open: Option<(usize, Span, i32)> = None;
    for (index, cell) in cells.iter().enumerate() {
        let excess = excess(slice(text, *cell));
        let (start, first, depth) = open.take().unwrap_or((index, *cell, 0));
        let depth = depth + excess;
        if depth > 0 {
            open = Some((start, first, depth));
        } else if start < index {
            diagnostics.push(trapped(text, first, first.to(*cell)));
            torn.push(start..index + 1);
        }
    }
    if let Some((start, first, _)) = open {
        diagnostics.push(unclosed(text, first));
        torn.push(start..cells.len());
    }
    torn
}

/// What word processors make of quotes.
const CURLY: [char; 8] = [
    '\u{2018}', '\u{2019}', '\u{201a}', '\u{201c}', '\u{201d}', '\u{201e}', '\u{ab}', '\u{bb}',
];

/// The message for the call at `whole` that arrived as the piece at `first`.
pub(super) fn trapped(text: &str, first: Span, whole: Span) -> Diagnostic {
    let call = slice(text, whole);
    let piece = slice(text, first);
    let message = format!("a comma tore `{call}` apart: the value arrived as `{piece}`");
    let said =
        Diagnostic::error("E0110", whole, message).label("inside `{ }` and `[ ]` a comma ends a value");
    let straight = call.trim_matches(CURLY);
    if straight != call && !straight.contains(['"', '\n']) {
        return said
            .help("typographic quotes are letters like others here; YAML knows only `\"` and `'`")
            .fix(whole, format!("\"{straight}\""));
    }
    if call.contains(['"', '\n']) {
        return said
            .help("write it in block style, on a line of its own and without `{ }` or `[ ]` around it");
    }
    said.help(format!(
        "write it in quotes, `\"{call}\"`, or in block style, on a line of its own without `{{ }}`"
    ))
    .fix(whole, format!("\"{call}\""))
}

fn unclosed(text: &str, cell: Span) -> Diagnostic {
    Diagnostic::error(
        "E0111",
        cell,
        format!("a parenthesis in `{}` is not closed", slice(text, cell)),
    )
    .label("`(` without its `)`")
    .help("close it; if the text shall stay as it is, write it in quotes")
}

fn slice(text: &str, span: Span) -> &str {
    text.get(span.start as usize..span.end as usize).unwrap_or("")
}

/// How many more parentheses open than close.
pub(super) fn excess(text: &str) -> i32 {
    text.bytes().fold(0, |depth, byte| match byte {
        b'(' => depth + 1,
        b')' => depth - 1,
        _ => depth,
    })
}
