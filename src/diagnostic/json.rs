//! Messages for programs.

use serde_json::{Value, json};

use super::{Diagnostic, Diagnostics, Label, Severity, Sources, Span};

/// How much of the text at fault is given, in characters.
const EXCERPT: usize = 200;

impl Diagnostics {
    /// The messages in the order of their places, each once, as a list of objects with
    /// `code severity message file line column end_line end_column text label labels help fix`.
    /// Lines and columns count from 1, columns in characters, ends one past the last; all are `null` for a message
    /// without a place. `text` is the text at fault, cut after 200 characters.
    pub fn to_json(&self, sources: &Sources) -> Value {
        self.sorted()
            .into_iter()
            .map(|diagnostic| one(diagnostic, sources))
            .collect()
    }
}

fn one(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut object = json!({
        "code": diagnostic.code.0,
        "severity": match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        "message": diagnostic.message,
    });
    let place = match &diagnostic.primary {
        Some(label) => place(label.span, sources),
        None => json!({
            "file": null, "line": null, "column": null, "end_line": null, "end_column": null, "text": null,
        }),
    };
    extend(&mut object, place);
    extend(
        &mut object,
        json!({
            "label": diagnostic.primary.as_ref().map(|label| label.text.as_str()).unwrap_or_default(),
            "labels": diagnostic.secondary.iter().map(|label| self::label(label, sources)).collect::<Value>(),
            "help": diagnostic.help,
            "fix": diagnostic.fix.as_ref().map(|fix| {
                let mut object = place_of(fix.span, sources);
                extend(&mut object, json!({ "replacement": fix.replacement }));
                object
            }),
        }),
    );
    object
}

fn label(label: &Label, sources: &Sources) -> Value {
    let mut object = place(label.span, sources);
    extend(&mut object, json!({ "label": label.text }));
    object
}

fn place(span: Span, sources: &Sources) -> Value {
    let mut object = place_of(span, sources);
    let text = sources.slice(span);
    let excerpt = match text.char_indices().nth(EXCERPT) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    };
    extend(&mut object, json!({ "text": excerpt }));
    object
}

fn place_of(span: Span, sources: &Sources) -> Value {
    let (line, column) = sources.line_column(span);
    let (end_line, end_column) = sources.line_column(Span {
        start: span.end,
        ..span
    });
    json!({
        "file": sources.get(span.source).map(|source| source.name.as_str()),
        "line": line, "column": column, "end_line": end_line, "end_column": end_column,
    })
}

fn extend(object: &mut Value, more: Value) {
    if let (Value::Object(object), Value::Object(more)) = (object, more) {
        object.extend(more);
    }
}
