//! What is wrong inside `{ }` and `[ ]`.

use super::super::brackets::{Open, open_at};
use super::super::trap;
use super::place::{Place, leading};
use crate::diagnostic::Diagnostic;
use crate::document::fields::is_id;

/// Something went wrong inside `{ }` or `[ ]`.
pub(super) fn flow(place: Place<'_>) -> Diagnostic {
    let open = open_at(place.text, place.at);
    let Some(inner) = open.last() else {
        return place.unknown();
    };
    if let Some(torn) = open.iter().find_map(|open| torn_call(*open, place)) {
        return torn;
    }
    let never_closed = open_at(place.text, place.text.len())
        .iter()
        .any(|last| last.at == inner.at);
    if never_closed {
        return unclosed(*inner, place);
    }
    let before = place.before().trim_end();
    if place.rest().starts_with(',') && before.ends_with([',', '[', '{']) {
        return place
            .error("E0107", "there is nothing before this comma")
            .help("remove the comma");
    }
    if place.rest().starts_with(':') {
        let start = place.line_start();
        let line = place.text.get(start..place.at).unwrap_or("");
        if start > inner.at && !line.contains([',', '{', '[', ':']) {
            let key = place.span(start + leading(line), place.at);
            return Diagnostic::error("E0107", key, "a `,` is missing before this key")
                .also(place.span(inner.at, inner.at + 1), "opened here")
                .help("inside `{ }` a comma stands at the end of each line but the last");
        }
        let said = place
            .error("E0108", "a second `: ` in one value")
            .help("inside `{ }` and `[ ]` a value that holds `: ` needs quotes");
        let word = before.rsplit(' ').next().unwrap_or("");
        return match is_id(word) {
            true => said.help(format!("or is a comma missing before `{word}`?")),
            false => said,
        };
    }
    let closing = if inner.bracket == '{' { '}' } else { ']' };
    place
        .error("E0107", format!("a `,` or `{closing}` is missing before this"))
        .also(place.span(inner.at, inner.at + 1), "opened here")
        .help("a value that holds brackets, commas or quotes needs quotes itself")
}

/// A call that began in this bracket's collection and whose comma stands before the error.
fn torn_call(open: Open, place: Place<'_>) -> Option<Diagnostic> {
    let from = open.at + 1;
    let inside = place.text.get(from..place.at)?;
    let mut depth = 0;
    let mut start = 0;
    let mut call = None;
    for (at, c) in inside.char_indices() {
        match c {
            '(' => {
                depth += 1;
                call = call.or(Some((start, None)));
            }
            ')' => {
                depth -= 1;
                if depth == 0 {
                    call = None;
                }
            }
            ',' if depth > 0 => call = call.map(|(start, comma)| (start, comma.or(Some(at)))),
            ',' | '{' | '[' | '\n' if depth <= 0 => start = at + 1,
            ':' if depth <= 0 && inside.get(at + 1..).is_some_and(|rest| rest.starts_with(' ')) => {
                start = at + 1
            }
            _ => {}
        }
    }
    let (start, comma) = call?;
    let comma = comma?;
    let begin = from + start + leading(inside.get(start..)?);
    let end = close_of(place.text, begin)?;
    Some(trap::trapped(
        place.text,
        place.span(begin, from + comma),
        place.span(begin, end),
    ))
}

/// One past the parenthesis that closes the first one after `begin`, on the same line.
fn close_of(text: &str, begin: usize) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.get(begin..)?.char_indices() {
        match c {
            '\n' => return None,
            '(' => depth += 1,
            ')' if depth == 1 => return Some(begin + at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

pub(super) fn unclosed(open: Open, place: Place<'_>) -> Diagnostic {
    let said = Diagnostic::error(
        "E0107",
        place.span(open.at, open.at + 1),
        format!("this `{}` is not closed", open.bracket),
    )
    .label("opened here");
    let closing = if open.bracket == '{' { '}' } else { ']' };
    let said = match place.line_rest() {
        "" => said,
        rest => said.also(
            place.span(place.at, place.at + rest.chars().next().map_or(0, char::len_utf8)),
            "this cannot stand inside it",
        ),
    };
    said.help(format!("write `{closing}` where it ends"))
}
