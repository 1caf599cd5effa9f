//! What the YAML library could not read, in our words and with the place where the author has to look.

use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::granit_parser::ErrorKind;
use serde_saphyr::localizer::ExternalMessageSource;
use serde_saphyr::{Error, Location};

use super::brackets::{Open, open_at};
use super::raw::{byte_of, limits};
use super::trap;
use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::document::fields::is_id;

/// The one message about an error of the library.
pub(super) fn explain(error: &Error, text: &str, source: SourceId) -> Diagnostic {
    let at = |location: &Location| Place {
        text,
        source,
        at: byte_of(text, *location),
    };
    match error {
        Error::WithSnippet { error, .. } | Error::AliasError { error, .. } => explain(error, text, source),
        Error::ExternalMessage {
            source: inner,
            location,
            ..
        } => match inner.as_ref() {
            ExternalMessageSource::Parser(error) => syntax(error.kind(), at(location)),
            _ => at(location).unknown(),
        },
        Error::UnsupportedTag { tag, location } => negation(tag, at(location)),
        Error::MultipleDocuments { location, .. } => several(at(location)),
        Error::UnknownAnchor { location } => at(location)
            .error("E0118", "this `*alias` refers to nothing")
            .help(
                "a `*name` repeats what `&name` marks further up; a text that begins with `*` needs quotes",
            ),
        Error::RecursiveReferencesRequireWeakTypes { location } => {
            at(location).error("E0118", "this `*alias` contains itself")
        }
        Error::AliasReplayCounterOverflow { location }
        | Error::AliasReplayLimitExceeded { location, .. }
        | Error::AliasExpansionLimitExceeded { location, .. }
        | Error::AliasReplayStackDepthExceeded { location, .. } => at(location)
            .error("E0119", "the `*aliases` of this file stand for too much text")
            .help(format!(
                "together they may stand for {} values; write some of them out",
                limits::REPLAYED
            )),
        Error::Budget { breach, location } => too_much(breach, at(location)),
        other => match other.location() {
            Some(location) => at(&location).unknown(),
            None => Place { text, source, at: 0 }.unknown(),
        },
    }
}

/// The message about a text on which the library broke down.
pub(super) fn gave_up(start: Span) -> Diagnostic {
    Diagnostic::error(
        "E0104",
        start,
        "this text could not be read as YAML, and the reader cannot say why",
    )
    .help("this is a fault of the reader: please report it with the file")
}

/// A place in a text that could not be read.
#[derive(Clone, Copy)]
struct Place<'t> {
    text: &'t str,
    source: SourceId,
    at: usize,
}

impl<'t> Place<'t> {
    fn error(self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        let end = self
            .rest()
            .chars()
            .next()
            .filter(|c| *c != '\n')
            .map_or(0, char::len_utf8);
        Diagnostic::error(code, self.span(self.at, self.at + end), message)
    }

    fn unknown(self) -> Diagnostic {
        self.error("E0104", "this is not valid YAML from here on")
            .help("look at the indentation, the colons and the quotes of this line and the one before")
    }

    fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    fn before(self) -> &'t str {
        self.text.get(..self.at).unwrap_or("")
    }

    fn rest(self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn line_start(self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    fn is_first_of_its_line(self) -> bool {
        self.text
            .get(self.line_start()..self.at)
            .is_some_and(|before| before.trim().is_empty())
    }

    /// The rest of the line, without its comment and trailing blanks.
    fn line_rest(self) -> &'t str {
        let line = self.rest().lines().next().unwrap_or("");
        line.find(" #")
            .and_then(|at| line.get(..at))
            .unwrap_or(line)
            .trim_end()
    }

    fn moved(self, at: usize) -> Self {
        Place { at, ..self }
    }
}

fn syntax(kind: &ErrorKind, place: Place<'_>) -> Diagnostic {
    use ErrorKind as K;
    if let Some(said) = long_key(place) {
        return said;
    }
    match kind {
        K::TabNotAllowed | K::TabInBlockIndentation | K::TabInIndentation | K::TabAtBlockScalarStart => tab(place),
        K::UnclosedQuotedScalar => place
            .error("E0106", "this quote is never closed")
            .label("opened here")
            .help("close it with the same sign; an apostrophe inside `'...'` is written twice"),
        K::InvalidTrailingSingleQuotedScalar | K::InvalidTrailingDoubleQuotedScalar => place
            .error("E0106", "a quoted text ends before this, and nothing may follow it")
            .help("inside `\"...\"` write a quote as `\\\"`, inside `'...'` as `''`; or put the quotes around the whole value"),
        K::UnknownQuotedScalarEscape => place
            .error("E0106", "in double quotes `\\` begins an escape, and this one does not exist")
            .help("write `\\\\` for a backslash, or use single quotes"),
        K::RecursionLimitExceeded => too_deep(place),
        K::UnexpectedCharacter { character } => unexpected(*character, place),
        K::CommentInterceptedScalar => place
            .error("E0120", "a comment stands in the middle of a value of several lines")
            .label("the value ended before this")
            .help("put the comment on a line of its own above the key; a `#` that belongs to the value needs quotes"),
        K::MisplacedFlowCollectionEnd => place
            .error("E0107", "this bracket closes nothing")
            .help("remove it, or put the value in quotes if it is text"),
        K::MismatchedFlowCollectionEnd { open, close } => {
            place.error("E0107", format!("`{open}` is closed by `{close}`")).label("opened here")
        }
        K::UnclosedFlowCollection { .. } => match open_at(place.text, place.text.len()).last() {
            Some(open) => unclosed(*open, place.moved(place.text.len())),
            None => place.error("E0107", "this bracket is never closed"),
        },
        K::UnexpectedEofFlowSequence
        | K::UnexpectedEofFlowMapping
        | K::UnexpectedEofImplicitFlowMapping
        | K::ExpectedFlowMappingSeparator
        | K::ExpectedFlowSequenceSeparator
        | K::BlockEntryInFlowCollection
        | K::InvalidFlowScalarIndent => flow(place),
        K::SimpleKeyExpected | K::InvalidSimpleKey => match open_at(place.text, place.at).is_empty() {
            true => no_colon(place),
            false => flow(place),
        },
        K::ExpectedBlockMappingKey | K::ExpectedBlockSequenceEntry | K::InvalidIndentation => indentation(place),
        K::BlockSequenceEntryNotAllowed => place
            .error("E0109", "a list does not begin on the line of its key")
            .help("put each `- ` on a line of its own below the key, or write `[a, b]`"),
        K::ExpectedDocumentStart => match place.is_first_of_its_line() {
            true => indentation(place),
            false => place.unknown(),
        },
        K::BomInsideDocument => place
            .error("E0102", "an invisible byte-order mark stands inside the text")
            .help("delete it; it often comes from joining two files"),
        K::InvalidBlockScalarHeader | K::ZeroBlockScalarIndent | K::InvalidBlockScalarIndent => place
            .error("E0104", "after `|` or `>` the text begins on the next line")
            .help("indent that text deeper than its key; a value that begins with `|` or `>` needs quotes"),
        other => by_look(other, place),
    }
}

/// How many characters a key may have; the standard says so.
const LONGEST_KEY: usize = 1024;

/// The library stops looking for the colon of a key after so many characters, and then says anything.
fn long_key(place: Place<'_>) -> Option<Diagnostic> {
    let start = place.line_start();
    let line = place.text.get(start..)?.lines().next()?;
    let key = line.trim_start();
    let (key, indent) = (key.split(':').next()?, line.len() - key.len());
    let end = key.char_indices().nth(40).map_or(key.len(), |(at, _)| at);
    (key.len() < line.trim().len() && key.chars().nth(LONGEST_KEY).is_some()).then(|| {
        let span = place.span(start + indent, start + indent + end);
        let message = format!("this key is longer than the {LONGEST_KEY} characters that YAML allows");
        Diagnostic::error("E0119", span, message)
            .label("it begins here")
            .help("give it a short id; what people shall read stands under `name:`")
    })
}

/// The kinds whose names say little: the text around tells more.
fn by_look(kind: &ErrorKind, place: Place<'_>) -> Diagnostic {
    let message = kind.to_string();
    if message.contains("a tab") {
        return tab(place);
    }
    if !open_at(place.text, place.at).is_empty() {
        return flow(place);
    }
    if message.contains("tag") {
        return negation("!", place);
    }
    if message.contains("mapping values") || place.rest().starts_with(':') {
        return second_colon(place);
    }
    place.unknown()
}

fn tab(place: Place<'_>) -> Diagnostic {
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

fn unexpected(character: char, place: Place<'_>) -> Diagnostic {
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
fn second_colon(place: Place<'_>) -> Diagnostic {
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

fn no_colon(place: Place<'_>) -> Diagnostic {
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

fn indentation(place: Place<'_>) -> Diagnostic {
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

/// Something went wrong inside `{ }` or `[ ]`.
fn flow(place: Place<'_>) -> Diagnostic {
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

fn unclosed(open: Open, place: Place<'_>) -> Diagnostic {
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

/// `if: !neutral(x)`: YAML takes the word for a tag and the value for nothing.
fn negation(tag: &str, place: Place<'_>) -> Diagnostic {
    let line = place.line_start();
    let before = place.text.get(line..place.at).unwrap_or("");
    let found = match before.rfind(tag) {
        Some(at) => line + at,
        None if place.rest().starts_with('!') => place.at,
        None => {
            return place
                .error("E0114", "YAML takes a word that begins with `!` for a tag")
                .help("write `not` for no; a text that begins with `!` needs quotes");
        }
    };
    let word = tag.trim_start_matches('!');
    let said = Diagnostic::error(
        "E0114",
        place.span(found, found + tag.len()),
        "`!` does not mean not: YAML takes the word for a tag",
    )
    .help(format!("write `not {word}`"));
    said.fix(place.span(found, found + 1), "not ")
}

fn several(place: Place<'_>) -> Diagnostic {
    let before = place.before();
    let marker = before
        .rfind("\n---")
        .or_else(|| before.rfind("\n..."))
        .map_or(place.at, |at| at + 1);
    Diagnostic::error(
        "E0117",
        place.span(marker, (marker + 3).min(place.text.len())),
        "a second document begins in this file",
    )
    .help("one file holds one scenario: remove the line `---`, or move what follows to a file of its own")
}

fn too_deep(place: Place<'_>) -> Diagnostic {
    place
        .error(
            "E0119",
            format!(
                "brackets and indentation nest more than {} deep here",
                limits::DEPTH
            ),
        )
        .help("a scenario needs about ten levels; is a bracket never closed?")
}

fn too_much(breach: &BudgetBreach, place: Place<'_>) -> Diagnostic {
    match breach {
        BudgetBreach::Depth { .. } => too_deep(place),
        BudgetBreach::Aliases { .. } | BudgetBreach::AliasAnchorRatio { .. } => place
            .error(
                "E0119",
                format!(
                    "the file uses more `*aliases` than the {} allowed",
                    limits::ALIASES
                ),
            )
            .help("write some of them out"),
        BudgetBreach::Documents { .. } => several(place),
        _ => place
            .error(
                "E0119",
                format!("the file holds more than the {} values allowed", limits::NODES),
            )
            .help("split it: a scenario can build on another by `from:`"),
    }
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

fn leading(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
