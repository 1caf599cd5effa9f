//! Mistakes in the variants and levers of a scenario, found before anybody asks for one of them.
//!
//! Each is laid over the scenario and compiled as it would be when it is asked for; what is wrong then and was not wrong
//! before is its own. To compile a scenario takes as long as all the rest of a check, and most overlays only give other
//! values to what is there. Those that do not touch the same thing are laid over it together: where all of them are right
//! they are right together, and only where something is wrong each is compiled alone, to tell whose it is.
//!
//! A variant in a file of its own is checked where that file is; here it is only looked whether there is one.

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Span};
use crate::document::{Document, Entry, LoadError, Map, Node, Value};
use crate::program::Compiled;
use crate::scenario::Scenario;

/// The sections in which another value makes nothing known or unknown.
const VALUES: [&str; 4] = ["assumptions", "fix", "start", "timeline"];

/// What an overlay says about itself.
const HEADING: [&str; 6] = ["title", "question", "about", "note", "by", "cost"];

/// A variant or a lever.
struct Overlay<'d> {
    section: &'static str,
    id: &'d str,
    entry: &'d Entry,
}

impl Overlay<'_> {
    fn name(&self) -> String {
        format!("the {} `{}`", self.section.trim_end_matches('s'), self.id)
    }

    fn holds(&self, place: Span) -> bool {
        let whole = self.entry.key.to(self.entry.node.span);
        place.source == whole.source && (whole.start..=whole.end).contains(&place.start)
    }
}

impl Compiled {
    /// What is wrong with the scenario's own variants and levers, each message with the name of the one it is about.
    pub fn check_overlays(&self) -> Diagnostics {
        let mut out = Diagnostics::default();
        let Some(document) = &self.model().document else {
            return out;
        };
        let mut alone: Vec<Overlay<'_>> = Vec::new();
        let mut groups: Vec<(Map, Vec<Overlay<'_>>)> = Vec::new();
        for overlay in overlays(document) {
            if let Some(file) = elsewhere(overlay.entry) {
                out.extend(document.missing_file(file));
            } else if let Some(map) = self.values_only(document, overlay.entry) {
                let fits = groups.iter_mut().find(|(all, _)| !clash(all, &map));
                match fits {
                    Some((all, members)) => {
                        join(all, &map);
                        members.push(overlay);
                    }
                    None => groups.push((map, vec![overlay])),
                }
            } else {
                alone.push(overlay);
            }
        }
        for (all, members) in groups {
            let span = document.root().span;
            let value = Value::Map(all);
            let said = compile(document.with(&Node { span, value }));
            match said.has_errors() {
                true => alone.extend(members),
                false => members
                    .iter()
                    .for_each(|overlay| self.tell(overlay, &said, &mut out)),
            }
        }
        for overlay in alone {
            let said = compile(match overlay.section {
                "variants" => document.variant(overlay.id),
                _ => document.lever(overlay.id),
            });
            self.tell(&overlay, &said, &mut out);
        }
        out
    }

    /// Adds what is new. A mistake outside of the overlay is told with the place of the overlay that leads to it.
    fn tell(&self, overlay: &Overlay<'_>, said: &Diagnostics, out: &mut Diagnostics) {
        let name = overlay.name();
        let before = self.model().warnings();
        for diagnostic in said.iter() {
            let place = diagnostic.primary.as_ref().map(|label| label.span);
            let here = place.is_some_and(|place| overlay.holds(place));
            let doubt = diagnostic.severity == Severity::Warning;
            if (doubt && !here) || before.iter().any(|known| known == diagnostic) {
                continue;
            }
            let mut told = diagnostic.clone();
            told.message = format!("in {name}: {}", told.message);
            let shown = told.secondary.iter().any(|label| overlay.holds(label.span));
            out.push(match place {
                None => at(told, overlay.entry.key),
                Some(_) if here || shown => told,
                Some(_) => told.also(overlay.entry.key, format!("in {name}")),
            });
        }
    }

    /// The overlay without its heading, if it gives other values to what is there and does nothing else: nothing comes, goes
    /// or becomes of another kind, so that it can neither break nor mend another one.
    fn values_only(&self, document: &Document, entry: &Entry) -> Option<Map> {
        let mut map = entry.node.as_map()?.clone();
        map.entries.retain(|key, _| !HEADING.contains(&key.as_str()));
        let root = document.root().as_map()?;
        let kinds = || self.model().kinds().values();
        for (key, entry) in &map.entries {
            let entities = key == "entities" || kinds().any(|kind| kind.section.as_deref() == Some(key));
            let there = match key.as_str() {
                "expect" => continue,
                _ if entities || VALUES.contains(&key.as_str()) => root.get(key).and_then(Node::as_map)?,
                _ => return None,
            };
            let inner = entry.node.as_map()?;
            let free = key == "fix" || key == "start";
            if !inner
                .entries
                .iter()
                .all(|(id, element)| match there.get(id).and_then(Node::as_map) {
                    Some(there) => values_within(there, &element.node),
                    None => free && !has_null(&element.node),
                })
            {
                return None;
            }
        }
        Some(map)
    }
}

/// Whether an element is given other values, and nothing in it comes or goes.
fn values_within(there: &Map, node: &Node) -> bool {
    let Value::Map(map) = &node.value else {
        return false;
    };
    map.entries
        .iter()
        .all(|(key, entry)| match (&entry.node.value, there.get(key)) {
            _ if key == "kind" => false,
            (Value::Null, _) => false,
            (Value::Scalar(_) | Value::List(_), before) => {
                before.is_none_or(|before| before.as_map().is_none())
            }
            (Value::Map(_), Some(before)) => before
                .as_map()
                .is_some_and(|before| values_within(before, &entry.node)),
            (Value::Map(_), None) => false,
        })
}

fn has_null(node: &Node) -> bool {
    match &node.value {
        Value::Null => true,
        Value::Map(map) => map.entries.values().any(|entry| has_null(&entry.node)),
        Value::List(list) => list.iter().any(has_null),
        Value::Scalar(_) => false,
    }
}

/// Whether two overlays say something about one thing.
fn clash(one: &Map, other: &Map) -> bool {
    other.entries.iter().any(
        |(key, entry)| match (one.get(key).map(|node| &node.value), &entry.node.value) {
            (None, _) => false,
            (Some(Value::Map(one)), Value::Map(other)) => clash(one, other),
            _ => true,
        },
    )
}

/// Two overlays that do not clash, as one.
fn join(all: &mut Map, more: &Map) {
    for (key, entry) in &more.entries {
        match (
            all.entries.get_mut(key).map(|entry| &mut entry.node.value),
            &entry.node.value,
        ) {
            (Some(Value::Map(all)), Value::Map(more)) => join(all, more),
            _ => {
                all.entries.insert(key.clone(), entry.clone());
            }
        }
    }
}

fn at(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    diagnostic.primary = Diagnostic::error("E0001", span, "").primary;
    diagnostic
}

/// The variants, then the levers, in the order of writing.
fn overlays(document: &Document) -> impl Iterator<Item = Overlay<'_>> {
    ["variants", "levers"].into_iter().flat_map(move |section| {
        let map: Option<&IndexMap<String, Entry>> = document
            .heading()
            .get(section)
            .and_then(Node::as_map)
            .map(|map| &map.entries);
        let entries = map.into_iter().flatten();
        entries.map(move |(id, entry)| Overlay { section, id, entry })
    })
}

/// The file in which a variant is written, if it is.
fn elsewhere(entry: &Entry) -> Option<&Node> {
    let map = entry.node.as_map()?;
    map.get("file").filter(|_| map.entries.len() == 1)
}

/// What is wrong and doubtful with a document.
fn compile(document: Result<Document, LoadError>) -> Diagnostics {
    match document {
        Err(error) => error.diagnostics,
        Ok(document) => match Scenario::from(document).compile() {
            Err(error) => error.diagnostics,
            Ok(compiled) => compiled.model().warnings().clone(),
        },
    }
}
