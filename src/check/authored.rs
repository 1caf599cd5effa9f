//! What the author wrote, and where: not what the vocabulary brings, and not what a file further down says.

use std::collections::HashSet;

use crate::diagnostic::Span;
use crate::document::{Document, Map, Node, Value};
use crate::model::{AttributeId, EntityId, Model};

/// Texts for people; what stands in them is no use of a name.
const PROSE: [&str; 12] = [
    "about", "note", "name", "says", "why", "title", "question", "source", "status", "unit", "codes", "uses",
];

/// The written side of a model.
pub(super) struct Authored<'m> {
    model: &'m Model,
    document: Option<&'m Document>,
}

impl<'m> Authored<'m> {
    pub fn of(model: &'m Model) -> Self {
        Authored {
            model,
            document: model.document.as_deref(),
        }
    }

    /// Whether a place stands in the uppermost text.
    pub fn own(&self, place: Span) -> bool {
        self.document.is_none_or(|document| document.is_uppermost(place))
    }

    /// Whether a place stands in any file of the author's: not in the vocabulary.
    pub fn anywhere(&self, place: Span) -> bool {
        self.model.sources.get(place.source).is_some_and(|source| {
            !source.name.starts_with("vocabulary/")
                && (!source.name.starts_with('<') || source.name == "<rust>")
        })
    }

    /// What is written for an attribute of an entity; none where its default stands in.
    pub fn attribute(&self, entity: EntityId, attribute: AttributeId) -> Option<&'m Node> {
        let name = self.model.attributes.find(attribute)?;
        self.entity(entity)?.get(name)
    }

    /// The map in which an entity is written, found by the place of its key.
    fn entity(&self, entity: EntityId) -> Option<&'m Map> {
        let entity = self.model.entities.find(entity)?;
        let root = self.document?.root().as_map()?;
        let (outer, inner) = match entity.id.split_once('.') {
            Some((outer, inner)) => (outer, Some(inner)),
            None => (entity.id.as_str(), None),
        };
        let mut sections = root.entries.values().filter_map(|entry| entry.node.as_map());
        sections.find_map(|section| {
            let entry = section.entries.get(outer)?;
            let map = entry.node.as_map()?;
            match inner {
                None => (entry.key == entity.about.span).then_some(map),
                Some(inner) => nested(map, inner, entity.about.span),
            }
        })
    }

    /// All names in what is written, prose left out, as far as `keep` says so of top-level sections.
    pub fn words(&self) -> HashSet<&'m str> {
        let mut words = HashSet::new();
        let Some(document) = self.document else {
            return words;
        };
        if let Some(root) = document.root().as_map() {
            for (section, entry) in &root.entries {
                match section.as_str() {
                    // Its keys declare, the rest uses.
                    "assumptions" | "facts" | "measures" => {
                        let entries = entry
                            .node
                            .as_map()
                            .into_iter()
                            .flat_map(|map| map.entries.values());
                        entries.for_each(|entry| collect(&entry.node, &mut words));
                    }
                    "sources" => {}
                    _ => collect(&entry.node, &mut words),
                }
            }
        }
        collect_map(document.heading(), &mut words);
        words
    }

    /// Whether a variant or lever speaks of a name: then it is there for that.
    pub fn in_overlays(&self, name: &str) -> bool {
        let Some(document) = self.document else {
            return false;
        };
        let mut words = HashSet::new();
        for section in ["variants", "levers", "expect"] {
            if let Some(node) = document.heading().get(section) {
                collect(node, &mut words);
            }
        }
        words.contains(name)
    }
}

fn nested<'n>(map: &'n Map, id: &str, key: Span) -> Option<&'n Map> {
    let (here, further) = match id.split_once('.') {
        Some((here, further)) => (here, Some(further)),
        None => (id, None),
    };
    let mut sections = map.entries.values().filter_map(|entry| entry.node.as_map());
    sections.find_map(|section| {
        let entry = section.entries.get(here)?;
        let map = entry.node.as_map()?;
        match further {
            None => (entry.key == key).then_some(map),
            Some(further) => nested(map, further, key),
        }
    })
}

fn collect<'n>(node: &'n Node, words: &mut HashSet<&'n str>) {
    match &node.value {
        Value::Null => {}
        Value::Scalar(scalar) => names(&scalar.text, words),
        Value::List(items) => items.iter().for_each(|item| collect(item, words)),
        Value::Map(map) => collect_map(map, words),
    }
}

fn collect_map<'n>(map: &'n Map, words: &mut HashSet<&'n str>) {
    for (key, entry) in &map.entries {
        names(key, words);
        if !PROSE.contains(&key.as_str()) || entry.node.as_map().is_some() {
            collect(&entry.node, words);
        }
    }
}

fn names<'n>(text: &'n str, words: &mut HashSet<&'n str>) {
    words.extend(
        text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .filter(|word| word.starts_with(|c: char| c.is_ascii_lowercase())),
    );
}
