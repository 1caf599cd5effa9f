//! What every element may carry: `name about note source status codes`.

use super::read;
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Fields, Map, Node};
use crate::model::{Annotations, Citation, Model, Status};

/// The keys, not yet read.
#[derive(Clone, Copy)]
pub(crate) struct Common<'t> {
    name: Option<&'t Node>,
    about: Option<&'t Node>,
    note: Option<&'t Node>,
    source: Option<&'t Node>,
    status: Option<&'t Node>,
    codes: Option<&'t Node>,
}

impl<'t> Common<'t> {
    /// The keys that [`Common::take`] asks for.
    pub const KEYS: &'static [&'static str] = &["name", "about", "note", "source", "status", "codes"];

    /// Takes the common keys out of an element.
    pub fn take(fields: &mut Fields<'t, '_>) -> Self {
        Common {
            name: fields.opt("name"),
            about: fields.opt("about"),
            note: fields.opt("note"),
            source: fields.opt("source"),
            status: fields.opt("status"),
            codes: fields.opt("codes"),
        }
    }

    /// The common keys of an element whose other keys are not fixed.
    pub fn of(map: &'t Map) -> Self {
        Common {
            name: map.get("name"),
            about: map.get("about"),
            note: map.get("note"),
            source: map.get("source"),
            status: map.get("status"),
            codes: map.get("codes"),
        }
    }

    /// Reads them. `span` is the key of the element; sources must have been decoded.
    pub fn read(self, model: &Model, span: Span, out: &mut Diagnostics) -> Annotations {
        let mut text = |node: Option<&Node>, key: &str| node.and_then(|node| read::text(node, key, out));
        let name = text(self.name, "name");
        let about = text(self.about, "about");
        let note = text(self.note, "note");
        let citations: Vec<Citation> = self
            .source
            .into_iter()
            .flat_map(read::one_or_many)
            .filter_map(|node| citation(node, model, out))
            .collect();
        let unsourced = if self.source.is_some() {
            Status::Fact
        } else {
            Status::Assumption
        };
        let status = self
            .status
            .and_then(|node| status(node, out))
            .unwrap_or(unsourced);
        let codes = self.codes.map(|node| codes(node, out)).unwrap_or_default();
        Annotations {
            name,
            about,
            note,
            citations,
            status,
            codes,
            span,
        }
    }
}

/// Annotations of an element that carries none.
pub(crate) fn none(span: Span) -> Annotations {
    Annotations {
        name: None,
        about: None,
        note: None,
        citations: Vec::new(),
        status: Status::Assumption,
        codes: Vec::new(),
        span,
    }
}

/// `article P7`: a source, then a place in it.
fn citation(node: &Node, model: &Model, out: &mut Diagnostics) -> Option<Citation> {
    let written = read::text(node, "source", out)?;
    let (source, locator) = written
        .trim()
        .split_once(char::is_whitespace)
        .unwrap_or((written.trim(), ""));
    if !model.bibliography.contains_key(source) {
        if model.broken.contains(source) {
            return None;
        }
        let mut diagnostic = Diagnostic::error("E0416", node.span, format!("no source `{source}`"));
        diagnostic = match suggest(source, model.bibliography.keys().map(String::as_str)) {
            Some(other) => diagnostic.help(format!("did you mean `{other}`?")),
            None => diagnostic.help(format!("declare it: `sources: {{ {source}: {{ title: ... }} }}`")),
        };
        out.push(diagnostic);
        return None;
    }
    Some(Citation {
        source: source.to_owned(),
        locator: locator.trim().to_owned(),
    })
}

fn status(node: &Node, out: &mut Diagnostics) -> Option<Status> {
    let word = read::text(node, "status", out)?;
    let status = match word.as_str() {
        "fact" => Status::Fact,
        "claim" => Status::Claim,
        "inference" => Status::Inference,
        "norm" => Status::Norm,
        "assumption" => Status::Assumption,
        other => {
            let message = format!("`{other}` is no status");
            let all = "a status is one of `fact`, `claim`, `inference`, `norm`, `assumption`";
            out.push(Diagnostic::error("E0417", node.span, message).help(all));
            return None;
        }
    };
    Some(status)
}

/// `codes: { ATOP: 3100 }`
fn codes(node: &Node, out: &mut Diagnostics) -> Vec<(String, String)> {
    let Some(map) = read::map(node, "`codes`", out) else {
        return Vec::new();
    };
    let entries = map.entries.iter();
    entries
        .filter_map(|(key, entry)| Some((key.clone(), read::text(&entry.node, key, out)?)))
        .collect()
}
