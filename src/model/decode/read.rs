//! Small readers that every decoder uses. Each reports what it does not find.

use crate::diagnostic::{Diagnostics, Sources, Span};
use crate::document::{self, Entry, Fields, Map, Node, Scalar, ScalarKind, Value, check_id, wrong_kind};
use crate::language::parse_id;

/// The text of a scalar.
pub(crate) fn text(node: &Node, key: &str, out: &mut Diagnostics) -> Option<String> {
    let text = node.as_text().map(str::to_owned);
    if text.is_none() {
        out.push(wrong_kind(node, &format!("`{key}`"), "a text"));
    }
    text
}

/// `true` or `false`.
pub(crate) fn boolean(node: &Node, key: &str, out: &mut Diagnostics) -> Option<bool> {
    document::boolean(node, &format!("`{key}`"), out)
}

/// A mapping.
pub(crate) fn map<'t>(node: &'t Node, what: &str, out: &mut Diagnostics) -> Option<&'t Map> {
    let map = node.as_map();
    if map.is_none() {
        out.push(wrong_kind(node, what, "a map"));
    }
    map
}

/// The keys of an element, if it is a map.
pub(crate) fn fields<'t, 'd>(
    entry: &'t Entry,
    what: String,
    out: &'d mut Diagnostics,
) -> Option<Fields<'t, 'd>> {
    map(&entry.node, &what, out)?;
    Some(Fields::new(&entry.node, what, out).at(entry.key))
}

/// The entries of an optional section in alphabetical order of their keys: the order of writing must not matter.
pub(crate) fn section<'t>(root: &'t Map, name: &str, out: &mut Diagnostics) -> Vec<(&'t str, &'t Entry)> {
    let mut entries = section_as_written(root, name, out);
    entries.sort_by_key(|(key, _)| *key);
    entries
}

/// The entries of an optional section in the order of writing, for what people read in that order.
pub(crate) fn section_as_written<'t>(
    root: &'t Map,
    name: &str,
    out: &mut Diagnostics,
) -> Vec<(&'t str, &'t Entry)> {
    let Some(node) = root.get(name) else {
        return Vec::new();
    };
    match map(node, &format!("`{name}`"), out) {
        Some(map) => map
            .entries
            .iter()
            .map(|(key, entry)| (key.as_str(), entry))
            .collect(),
        None => Vec::new(),
    }
}

/// One node or a list of them.
pub(crate) fn one_or_many(node: &Node) -> &[Node] {
    match &node.value {
        Value::List(list) => list,
        _ => std::slice::from_ref(node),
    }
}

/// A key as a node of its own, to be read as an expression.
pub(crate) fn key_node(key: &str, span: Span) -> Node {
    Node {
        span,
        value: Value::Scalar(Scalar {
            text: key.to_owned(),
            plain: true,
            kind: ScalarKind::Text,
        }),
    }
}

/// Whether a node says nothing: `{}`.
pub(crate) fn is_empty(node: &Node) -> bool {
    node.as_map().is_some_and(|map| map.entries.is_empty())
}

/// Whether `name` is an id: `snake_case` and no word of the language. Reports it if not.
pub(crate) fn id(name: &str, span: Span, what: &str, out: &mut Diagnostics) -> bool {
    if !check_id(name, span, what, out) {
        return false;
    }
    // A key is all name, so no source is needed to find a word in it.
    match parse_id(&Sources::default(), name, span) {
        Ok(_) => true,
        Err(error) => {
            out.push(*error);
            false
        }
    }
}
