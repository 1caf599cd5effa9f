//! What the author wrote under `assumptions:`, read from the document, so that `5` and `5.0` are told apart.

use super::{Range, Shape};
use crate::diagnostic::Span;
use crate::document::{Document, Map, Node};

/// A declared assumption.
#[derive(Clone, Debug)]
pub(crate) struct Declared {
    /// As it is written: `consent(usa)`.
    pub key: String,
    /// Where.
    pub span: Span,
    /// Its value, as written.
    pub value: String,
    /// Its range; none if it has none, or one without width.
    pub range: Option<Range>,
}

impl Declared {
    fn read(key: &str, span: Span, map: &Map) -> Option<Declared> {
        let text = |key| map.get(key).and_then(Node::as_text);
        let value = text("value")?;
        let shape = text("shape").and_then(Shape::named).unwrap_or_default();
        let range = match map.get("range").and_then(Node::as_list) {
            Some([low, high]) => Range::new(low.as_text()?, high.as_text()?, Some(value), shape),
            _ => None,
        };
        Some(Declared {
            key: key.to_owned(),
            span,
            value: value.to_owned(),
            range,
        })
    }

    /// Whether this entry is what `wanted` stands for where nothing more special is written.
    fn covers(&self, wanted: &str) -> bool {
        let parts = |text: &str| -> (String, Vec<String>) {
            match text.split_once('(') {
                Some((name, args)) => (
                    name.to_owned(),
                    args.trim_end_matches(')')
                        .split(", ")
                        .map(str::to_owned)
                        .collect(),
                ),
                None => (text.to_owned(), Vec::new()),
            }
        };
        let ((name, args), (wanted, of)) = (parts(&self.key), parts(wanted));
        name == wanted
            && args.len() == of.len()
            && args.iter().zip(&of).all(|(arg, of)| arg == "_" || arg == of)
    }

    fn blanks(&self) -> usize {
        let args = self.key.split_once('(').map_or("", |(_, args)| args);
        args.trim_end_matches(')')
            .split(", ")
            .filter(|arg| *arg == "_")
            .count()
    }
}

/// All assumptions of a document, in the order of their names.
pub(crate) fn declared(document: &Document) -> Vec<Declared> {
    let section = document.root().as_map().and_then(|root| root.get("assumptions"));
    let mut all: Vec<Declared> = section
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|map| &map.entries)
        .filter_map(|(key, entry)| Declared::read(key, entry.key, entry.node.as_map()?))
        .collect();
    all.sort_by(|a, b| a.key.cmp(&b.key));
    all
}

/// The assumption that is written so, or else the most special one that covers it.
pub(crate) fn find(document: &Document, key: &str) -> Option<Declared> {
    let all = declared(document);
    if let Some(found) = all.iter().find(|declared| declared.key == key) {
        return Some(found.clone());
    }
    let covering = all.into_iter().filter(|declared| declared.covers(key));
    covering.min_by_key(Declared::blanks)
}
