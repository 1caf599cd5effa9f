//! What the language promises, as claims.

mod messages;
mod printing;
mod reading;
mod texts;

use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::document::tree::{Node, Scalar, ScalarKind, Value};

use super::ast::Expr;

/// A plain scalar that is a whole source.
fn plain(text: &str) -> (Sources, Node) {
    scalar(text, text)
}

/// A scalar with its source text and what YAML makes of it.
fn scalar(raw: &str, text: &str) -> (Sources, Node) {
    let mut sources = Sources::default();
    let id = sources.add("test.yaml", raw);
    let value = Value::Scalar(Scalar {
        text: text.to_owned(),
        plain: raw == text,
        kind: ScalarKind::Text,
    });
    (
        sources,
        Node {
            span: whole(id, raw),
            value,
        },
    )
}

fn whole(id: SourceId, raw: &str) -> Span {
    Span::new(id, 0, raw.len())
}

fn read(text: &str) -> Expr {
    let (sources, node) = plain(text);
    super::parse_expression(&sources, &node).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

fn fault(text: &str) -> (Sources, Diagnostic) {
    let (sources, node) = plain(text);
    let error = super::parse_expression(&sources, &node).expect_err(text);
    (sources, *error)
}

/// A message in one line: code, words, the text at its place, the text after its fix or its last help.
fn told(text: &str) -> String {
    let (sources, error) = fault(text);
    tell(&sources, &error)
}

fn tell(sources: &Sources, error: &Diagnostic) -> String {
    let place = sources.slice(error.primary.as_ref().unwrap().span);
    let remedy = match (&error.fix, error.help.last()) {
        (Some(fix), _) => {
            let text = &sources.get(fix.span.source).unwrap().text;
            let (start, end) = (fix.span.start as usize, fix.span.end as usize);
            format!("{}{}{}", &text[..start], fix.replacement, &text[end..])
        }
        (None, Some(help)) => help.clone(),
        (None, None) => String::new(),
    };
    format!("{} {} | {place} | {remedy}", error.code.0, error.message)
}
