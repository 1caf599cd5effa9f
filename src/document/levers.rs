//! Levers: overlays that someone could bring about, alone or together.

use super::fields::wrong_kind;
use super::load::HEADING;
use super::tree::{Entry, Map, Node, Scalar, ScalarKind, Value};
use super::{Document, LoadError};
use crate::diagnostic::{Diagnostic, Span};

/// The keys of a lever that are no part of its overlay.
const OWN: [&str; 2] = ["by", "cost"];

/// Where two levers set one thing to different values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clash {
    /// The keys that lead there, joined by dots.
    pub path: String,
    /// Where the one says so, and where the other.
    pub places: [Span; 2],
}

impl Document {
    /// The document with one of its levers pulled. `by:` and `cost:` of the lever are no part of the overlay.
    pub fn lever(&self, id: &str) -> Result<Document, LoadError> {
        self.with(&self.overlay(id)?)
    }

    /// The document with several of its levers pulled. Their overlays are laid over it in the order of their names, and
    /// since none may clash with another, any order gives the same. What a lever says about itself (`expect:`, `note:`)
    /// is about it alone and left out.
    pub fn levers(&self, ids: &[&str]) -> Result<Document, LoadError> {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.dedup();
        if let [id] = ids.as_slice() {
            return self.lever(id);
        }
        for (place, one) in ids.iter().enumerate() {
            for other in ids.iter().skip(place + 1) {
                if let Some(clash) = self.clash(one, other)? {
                    return Err(self.refuse(clash.diagnostic(one, other)));
                }
            }
        }
        let mut titles: Vec<String> = Vec::new();
        let mut pulled = self.clone();
        for id in ids {
            let mut overlay = self.overlay(id)?;
            let span = overlay.span;
            if let Value::Map(map) = &mut overlay.value {
                let title = map.get("title").and_then(Node::as_text);
                titles.push(title.map_or_else(|| id.replace('_', " "), str::to_owned));
                map.entries.retain(|key, _| !HEADING.contains(&key.as_str()));
                map.entries
                    .insert("title".to_owned(), text(titles.join("; "), span));
            }
            pulled = pulled.with(&overlay)?;
        }
        Ok(pulled)
    }

    /// Where two levers set one thing to different values; none if they can be pulled together.
    pub fn clash(&self, one: &str, other: &str) -> Result<Option<Clash>, LoadError> {
        let (one, other) = (self.overlay(one)?, self.overlay(other)?);
        let (Some(one), Some(other)) = (one.as_map(), other.as_map()) else {
            return Ok(None);
        };
        Ok(clash(one, other, ""))
    }

    /// A variant, which keeps the levers of this document unless it declares its own.
    pub fn variant_with_levers(&self, id: &str) -> Result<Document, LoadError> {
        let mut variant = self.variant(id)?;
        if let (None, Some(entry)) = (variant.heading.get("levers"), self.heading.entries.get("levers")) {
            variant.heading.entries.insert("levers".to_owned(), entry.clone());
        }
        Ok(variant)
    }

    /// Whether this document and another say the same, whatever they are called.
    pub fn says_the_same(&self, other: &Document) -> bool {
        alike(&self.root, &other.root)
    }

    fn overlay(&self, id: &str) -> Result<Node, LoadError> {
        let mut overlay = self.named("levers", "lever", id)?.clone();
        match &mut overlay.value {
            Value::Map(map) => map.entries.retain(|key, _| !OWN.contains(&key.as_str())),
            _ => return Err(self.refuse(wrong_kind(&overlay, &format!("the lever `{id}`"), "a map"))),
        }
        Ok(overlay)
    }
}

impl Clash {
    fn diagnostic(&self, one: &str, other: &str) -> Diagnostic {
        let [first, second] = self.places;
        let message = format!(
            "the levers `{one}` and `{other}` set `{}` to different values",
            self.path
        );
        Diagnostic::error("E0208", first, message)
            .also(second, "the other sets it here")
            .help("pull one of them")
    }
}

fn text(text: String, span: Span) -> Entry {
    let scalar = Scalar {
        text,
        plain: false,
        kind: ScalarKind::Text,
    };
    Entry {
        key: span,
        node: Node {
            span,
            value: Value::Scalar(scalar),
        },
    }
}

/// The first path at which two overlays disagree. Sections that are about an overlay itself are left out at the top,
/// where `path` is empty; so is `uses:`, which only ever adds.
fn clash(one: &Map, other: &Map, path: &str) -> Option<Clash> {
    let top = path.is_empty();
    one.entries
        .iter()
        .filter(|(key, _)| !(top && (HEADING.contains(&key.as_str()) || key.as_str() == "uses")))
        .find_map(|(key, mine)| {
            let theirs = other.entries.get(key)?;
            let path = if top { key.clone() } else { format!("{path}.{key}") };
            match (mine.node.as_map(), theirs.node.as_map()) {
                (Some(mine), Some(theirs)) => clash(mine, theirs, &path),
                _ if alike(&mine.node, &theirs.node) => None,
                _ => Some(Clash {
                    path,
                    places: [mine.key, theirs.key],
                }),
            }
        })
}

/// Whether two nodes mean the same: numbers by their value, a list of names and a map of bare members as the one set
/// that both are.
fn alike(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::Null, Value::Null) => true,
        (Value::Scalar(one), Value::Scalar(other)) => one == other || same_number(one, other),
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| alike(one, other))
        }
        (Value::Map(one), Value::Map(other)) => {
            one.entries.len() == other.entries.len()
                && one
                    .entries
                    .iter()
                    .all(|(key, entry)| other.get(key).is_some_and(|node| alike(&entry.node, node)))
        }
        (Value::List(list), Value::Map(map)) | (Value::Map(map), Value::List(list)) => {
            list.len() == map.entries.len()
                && list
                    .iter()
                    .all(|item| item.as_text().is_some_and(|name| bare(map, name)))
        }
        _ => false,
    }
}

fn bare(map: &Map, name: &str) -> bool {
    map.get(name)
        .and_then(Node::as_map)
        .is_some_and(|inner| inner.entries.is_empty())
}

fn same_number(one: &Scalar, other: &Scalar) -> bool {
    let of = |scalar: &Scalar| match scalar.kind {
        ScalarKind::Number => scalar.text.parse::<f64>().ok(),
        _ => None,
    };
    of(one).is_some_and(|number| of(other) == Some(number))
}
