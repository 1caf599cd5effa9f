//! What is wrong with a line: its indentation, its colon, how its value begins.

use super::super::brackets::open_at;
use super::place::{Place, leading};
use crate::diagnostic::Diagnostic;
use crate::document::fields::is_id;

pub(super) fn tab(place: Place<'_>) -> Diagnostic {
    // The library tells where the value before began; the tab stands on this line or a later one.
    let mut from = place.line_start();
    for line in place.text.get(from..).unwrap_or("").split_inclusive('\n') {
        let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line.get(..indent).and_then(|blank| blank.find('\t')) {
            let span = place.span(from + tab, from + indent);
            return Diagnostic::error("E0105", span, "a tab in the indentation")
                .label("YAML allows only spaces here")
                .help("use two spaces for each level")
                .fix(span, "  ".repeat(indent - tab));
        }
        from += line.len();
    }
    place
        .error("E0105", "a tab where only spaces are allowed")
        .help("use spaces")
}

pub(super) fn unexpected(character: char, place: Place<'_>) -> Diagnostic {
    if character.is_control() {
        let code = u32::from(character);
        return place
            .error(
                "E0102",
                format!("an invisible control character (U+{code:04X}) stands here"),
            )
            .help("delete it, or write it as an escape in double quotes");
    }
    let value = place.line_rest();
    let said = place
        .error("E0108", format!("a value cannot begin with `{character}`"))
        .help("write the whole value in quotes");
    quoted(said, value, place)
}

/// The keys behind which a condition stands.
const CONDITIONS: [&str; 7] = ["if", "when", "while", "unless", "met_when", "met_if", "requires"];

/// A second `: ` on one line, or a deeper line below a key that has its value already.
pub(super) fn second_colon(place: Place<'_>) -> Diagnostic {
    let start = place.line_start();
    let line = place.text.get(start..place.at).unwrap_or("");
    if line
        .get(..leading(line))
        .is_some_and(|blank| blank.contains('\t'))
    {
        return tab(place);
    }
    if let Some(colon) = line.find(": ") {
        let value_start = start + colon + 2;
        let value_start = value_start + leading(place.text.get(value_start..).unwrap_or(""));
        let value = place.moved(value_start).line_rest();
        let said = Diagnostic::error(
            "E0108",
            place.span(place.at, place.at + 1),
            "a second `: ` in one line",
        )
        .label("a value that holds a colon and a blank needs quotes")
        .help("write the whole value in quotes, or put the inner key on a line of its own");
        let key = line.get(..colon).unwrap_or("").trim_start_matches([' ', '-']);
        if CONDITIONS.contains(&key) {
            return Diagnostic::error(
                "E0108",
                place.span(place.at, place.at + 1),
                "a `: ` inside a condition",
            )
            .help("a condition compares with `==`; where a colon is meant, write the whole value in quotes")
            .fix(place.span(place.at, place.at + 1), " ==");
        }
        return quoted(said, value, place.moved(value_start));
    }
    if let Some(odd) = odd_blank(place) {
        return odd;
    }
    let above = place.text.get(..start).unwrap_or("").trim_end();
    let above_start = above.rfind('\n').map_or(0, |at| at + 1);
    let above_line = place.text.get(above_start..above.len()).unwrap_or("");
    let above_span = place.span(above_start + leading(above_line), above.len());
    let said = Diagnostic::error(
        "E0109",
        place.span(start + leading(line), place.at),
        "this key does not fit below the line before it",
    );
    if above_line.contains(": ") && leading(above_line) < leading(line) {
        return said
            .also(above_span, "this key has its value already")
            .help("indent the line like the one before if both belong to the same element");
    }
    said.also(above_span, "this line has no colon")
        .help("write `key: value`, or `key:` with its content below")
}

/// A blank in the indentation of this line or the one before that looks like a space and is none.
fn odd_blank(place: Place<'_>) -> Option<Diagnostic> {
    let above = place.text.get(..place.line_start()).unwrap_or("").trim_end();
    let mut from = above.rfind('\n').map_or(0, |at| at + 1);
    for line in place.text.get(from..)?.split_inclusive('\n') {
        if from > place.at {
            return None;
        }
        let indent = line.len() - line.trim_start().len();
        let blanks = line.get(..indent)?.trim_end_matches(['\n', '\r']);
        let odd = |c: char| c.is_whitespace() && !c.is_ascii();
        if let Some(at) = blanks.find(odd) {
            let run = blanks.get(at..)?.len();
            let code = blanks.get(at..)?.chars().next().map_or(0, u32::from);
            let count = blanks.get(at..)?.chars().count();
            return Some(
                Diagnostic::error(
                    "E0105",
                    place.span(from + at, from + at + run),
                    format!("a blank in the indentation that is no space (U+{code:04X})"),
                )
                .label("YAML allows only spaces here")
                .help("it often comes along with text copied from a web page or a word processor")
                .fix(place.span(from + at, from + at + run), " ".repeat(count)),
            );
        }
        from += line.len();
    }
    None
}

pub(super) fn no_colon(place: Place<'_>) -> Diagnostic {
    if let Some(odd) = odd_blank(place) {
        return odd;
    }
    let line = place.line_rest();
    let said = Diagnostic::error(
        "E0104",
        place.span(place.at, place.at + line.len()),
        "this line has no colon",
    );
    for sign in ["//", "--", ";", "/*"] {
        if line.starts_with(sign) {
            return said
                .help("a comment begins with `#`")
                .fix(place.span(place.at, place.at + sign.len()), "#");
        }
    }
    if let Some((key, value)) = line.split_once('=')
        && is_id(key.trim())
        && !value.trim().is_empty()
        && !value.starts_with('=')
    {
        let gap = place.span(
            place.at + key.trim_end().len(),
            place.at + line.len() - value.trim_start().len(),
        );
        return said
            .help("between a key and its value stands a colon")
            .fix(gap, ": ");
    }
    said.help("write `key: value`, `key:` with its content below, or `- item` in a list")
}

pub(super) fn indentation(place: Place<'_>) -> Diagnostic {
    if let Some(odd) = odd_blank(place) {
        return odd;
    }
    let line = place.line_rest();
    Diagnostic::error(
        "E0109",
        place.span(place.at, place.at + line.len()),
        "this line is indented like none of those above",
    )
    .help("elements of one map or list begin in the same column; do not mix `- items` and `keys:`")
}

/// Offers to put `value`, which begins at `place`, in quotes.
fn quoted(diagnostic: Diagnostic, value: &str, place: Place<'_>) -> Diagnostic {
    if value.is_empty() || value.contains(['"', '\\']) || !open_at(place.text, place.at).is_empty() {
        return diagnostic;
    }
    diagnostic.fix(
        place.span(place.at, place.at + value.len()),
        format!("\"{value}\""),
    )
}
