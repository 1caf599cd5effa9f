//! What the YAML library could not read, in our words and with the place where the author has to look.

mod flow;
mod lines;
mod place;

use serde_saphyr::budget::BudgetBreach;
use serde_saphyr::granit_parser::ErrorKind;
use serde_saphyr::localizer::ExternalMessageSource;
use serde_saphyr::{Error, Location};

use super::brackets::open_at;
use super::raw::{byte_of, limits};
use crate::diagnostic::{Diagnostic, SourceId, Span};
use flow::{flow, unclosed};
use lines::{indentation, no_colon, second_colon, tab, unexpected};
use place::Place;

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
    if tag.starts_with("!!") {
        let span = place.span(found, found + tag.len());
        return Diagnostic::error("E0114", span, format!("the tag `{tag}` is not understood here"))
            .label("a word that starts with `!` is a YAML tag")
            .help("leave the tag out");
    }
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
