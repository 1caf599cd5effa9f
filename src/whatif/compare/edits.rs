//! What is written otherwise in one scenario than in another, told with the author's ids.
//!
//! The merged trees are compared, so that it does not matter in which file something stands. Texts for people (titles,
//! notes, sources, words) are left out: no run depends on them.

use serde::Serialize;

use crate::diagnostic::Sources;
use crate::document::{Map, Node, Value};
use crate::model::Model;
use crate::program::Compiled;

/// Keys that say something to people and nothing to a run.
const TEXTS: [&str; 10] = [
    "about", "note", "why", "source", "status", "codes", "says", "name", "title", "range",
];

/// How long a value may be before it is cut, in characters.
const LONGEST: usize = 72;

/// What became of something that is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EditKind {
    /// Only the variant has it.
    Added,
    /// Only the base has it.
    Removed,
    /// Both have it, with other content.
    Changed,
}

/// One thing that is written otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The section: `assumptions`, `rules`, `agreements`.
    pub section: String,
    /// What, by its ids: `losses_so_far`, `treaty.guarantee by`.
    pub id: String,
    /// What became of it.
    pub kind: EditKind,
    /// What the base has, on one line; for a set, the members that go.
    pub from: Option<String>,
    /// What the variant has; for a set, the members that come.
    pub to: Option<String>,
    /// All of it in words: "assumption losses_so_far: 0.2 -> 0.3".
    pub text: String,
}

/// What differs, in the order of the base's sections.
pub(super) fn edits(base: &Compiled, variant: &Compiled) -> Vec<Edit> {
    let documents = (base.model().document.as_ref(), variant.model().document.as_ref());
    let (Some(here), Some(there)) = documents else {
        return Vec::new();
    };
    let (Some(a), Some(b)) = (here.root().as_map(), there.root().as_map()) else {
        return Vec::new();
    };
    let mut diff = Diff {
        models: (base.model(), variant.model()),
        sources: (here.sources(), there.sources()),
        uses: (used(a), used(b)),
        found: Vec::new(),
    };
    for section in union(a, b) {
        if section != "sources" {
            diff.section(section, a.get(section), b.get(section));
        }
    }
    diff.found
}

/// The keys of both, those of the first in front.
fn union<'m>(a: &'m Map, b: &'m Map) -> Vec<&'m str> {
    let more = b.entries.keys().filter(|key| !a.entries.contains_key(*key));
    a.entries.keys().chain(more).map(String::as_str).collect()
}

fn used(root: &Map) -> Vec<String> {
    let list = root.get("uses").and_then(Node::as_list).unwrap_or_default();
    list.iter().filter_map(Node::as_text).map(str::to_owned).collect()
}

struct Diff<'m> {
    models: (&'m Model, &'m Model),
    sources: (&'m Sources, &'m Sources),
    /// The behaviour that each uses.
    uses: (Vec<String>, Vec<String>),
    found: Vec<Edit>,
}

impl Diff<'_> {
    fn section(&mut self, section: &str, a: Option<&Node>, b: Option<&Node>) {
        let empty = Map::default();
        let maps = (
            a.map_or(Some(&empty), Node::as_map),
            b.map_or(Some(&empty), Node::as_map),
        );
        let (Some(here), Some(there)) = maps else {
            self.value(section, String::new(), a, b);
            return;
        };
        for id in union(here, there) {
            let (one, other) = (here.get(id), there.get(id));
            // What a behaviour brings along is told by `uses`.
            if one.is_some() != other.is_some() && self.of_behaviour(one, other) {
                continue;
            }
            match section {
                "assumptions" => self.value(section, id.to_owned(), one.map(amount), other.map(amount)),
                _ => self.element(section, id, one, other),
            }
        }
    }

    /// Whether an element that only one side has is there because only that side uses its behaviour.
    fn of_behaviour(&self, one: Option<&Node>, other: Option<&Node>) -> bool {
        let taken = |sources: &Sources, node: &Node, uses: &[String]| {
            sources
                .get(node.span.source)
                .and_then(|source| source.name.strip_prefix("vocabulary/behaviour/"))
                .and_then(|file| file.strip_suffix(".yaml"))
                .is_some_and(|name| !uses.iter().any(|used| used == name))
        };
        one.is_some_and(|node| taken(self.sources.0, node, &self.uses.1))
            || other.is_some_and(|node| taken(self.sources.1, node, &self.uses.0))
    }

    /// An element by its id: added or removed as a whole, or compared key by key.
    fn element(&mut self, section: &str, id: &str, a: Option<&Node>, b: Option<&Node>) {
        let (Some(one), Some(other)) = (a, b) else {
            self.value(section, id.to_owned(), a, b);
            return;
        };
        let (Some(here), Some(there)) = (one.as_map(), other.as_map()) else {
            self.value(section, id.to_owned(), a, b);
            return;
        };
        for key in union(here, there) {
            if TEXTS.contains(&key) {
                continue;
            }
            let (one, other) = (here.get(key), there.get(key));
            if self.nests(key) {
                let empty = Map::default();
                let maps = (
                    one.map_or(Some(&empty), Node::as_map),
                    other.map_or(Some(&empty), Node::as_map),
                );
                if let (Some(inner), Some(outer)) = maps {
                    for nested in union(inner, outer) {
                        self.element(
                            section,
                            &format!("{id}.{nested}"),
                            inner.get(nested),
                            outer.get(nested),
                        );
                    }
                    continue;
                }
            }
            self.attribute(section, id, key, one, other);
        }
    }

    /// Whether entities stand under a key inside others.
    fn nests(&self, key: &str) -> bool {
        self.models
            .0
            .kinds
            .values()
            .any(|kind| kind.nested.as_deref() == Some(key))
    }

    /// One key of an element. An attribute that is not written has its default.
    fn attribute(&mut self, section: &str, id: &str, key: &str, a: Option<&Node>, b: Option<&Node>) {
        let default = |model: &Model| {
            let value = model.value(model.entity(id)?, key)?;
            Some(model.value_text(value))
        };
        let path = format!("{id} {key}");
        match (a, b) {
            (Some(_), None) | (None, Some(_)) => {
                let from = a.map(inline).or_else(|| default(self.models.0));
                let to = b.map(inline).or_else(|| default(self.models.1));
                if from != to {
                    let kind = match (&from, &to) {
                        (Some(_), Some(_)) => EditKind::Changed,
                        (None, _) => EditKind::Added,
                        _ => EditKind::Removed,
                    };
                    self.push(section, path, kind, from, to);
                }
            }
            _ => self.value(section, path, a, b),
        }
    }

    /// Something that is compared as it is written.
    fn value(&mut self, section: &str, id: String, a: Option<&Node>, b: Option<&Node>) {
        let kind = match (a, b) {
            (None, None) => return,
            (Some(_), None) => EditKind::Removed,
            (None, Some(_)) => EditKind::Added,
            (Some(one), Some(other)) if one.same(other) => return,
            (Some(_), Some(_)) => EditKind::Changed,
        };
        if let (Some(one), Some(other)) = (a, b) {
            if let (Some(before), Some(after)) = (names(one), names(other)) {
                self.set(section, id, &before, &after);
                return;
            }
            if let (Some(here), Some(there)) = (one.as_map(), other.as_map()) {
                for key in union(here, there).into_iter().filter(|key| !TEXTS.contains(key)) {
                    self.value(section, format!("{id} {key}"), here.get(key), there.get(key));
                }
                return;
            }
        }
        let whole = |node: Option<&Node>| node.map(|node| Self::whole(section, node));
        self.push(section, id, kind, whole(a), whole(b));
    }

    /// A set of names: who comes and who goes.
    fn set(&mut self, section: &str, id: String, before: &[&str], after: &[&str]) {
        let less = |these: &[&str], those: &[&str]| {
            let left: Vec<&str> = these
                .iter()
                .filter(|name| !those.contains(name))
                .copied()
                .collect();
            (!left.is_empty()).then(|| left.join(", "))
        };
        let (gone, come) = (less(before, after), less(after, before));
        let parts: Vec<String> = [("without", &gone), ("with", &come)]
            .into_iter()
            .filter_map(|(word, names)| Some(format!("{word} {}", names.as_ref()?)))
            .collect();
        if parts.is_empty() {
            return;
        }
        let text = format!("{}: {}", called(section, &id), parts.join(", "));
        self.found.push(Edit {
            section: section.to_owned(),
            id,
            kind: EditKind::Changed,
            from: gone,
            to: come,
            text,
        });
    }

    /// A whole element as it is written; a rule by its reason.
    fn whole(section: &str, node: &Node) -> String {
        let says = node
            .as_map()
            .and_then(|map| map.get("says"))
            .and_then(Node::as_text);
        match says {
            Some(says) if section == "rules" => says.to_owned(),
            _ => inline(node),
        }
    }

    fn push(&mut self, section: &str, id: String, kind: EditKind, from: Option<String>, to: Option<String>) {
        let what = called(section, &id);
        let text = match (kind, &from, &to) {
            (EditKind::Changed, Some(from), Some(to)) => format!("{what}: {from} -> {to}"),
            (EditKind::Removed, ..) => format!("{what}: removed"),
            (_, _, Some(to)) if section == "fix" => format!("{what}: {to}"),
            (EditKind::Added, _, Some(to)) => format!("{what}: added: {to}"),
            _ => what,
        };
        self.found.push(Edit {
            section: section.to_owned(),
            id,
            kind,
            from,
            to,
            text,
        });
    }
}

/// How an element is called: `assumption losses_so_far`; an entity by its id alone.
fn called(section: &str, id: &str) -> String {
    let noun = match section {
        "assumptions" => "assumption",
        "rules" => "rule",
        "facts" => "fact",
        "measures" => "measure",
        "quantities" => "quantity",
        "events" => "event",
        "kinds" => "kind",
        "outcomes" => "outcome",
        "positions" => "position",
        "invariants" => "invariant",
        "fix" | "timeline" | "start" | "period" | "uses" => section,
        _ => return id.to_owned(),
    };
    format!("{noun} {id}").trim_end().to_owned()
}

/// The value of an assumption: what stands under `value:`, or else all of it.
fn amount(node: &Node) -> &Node {
    node.as_map().and_then(|map| map.get("value")).unwrap_or(node)
}

/// The members of a list of names or of a map of bare members.
fn names(node: &Node) -> Option<Vec<&str>> {
    match &node.value {
        Value::List(list) => list
            .iter()
            .map(|item| item.as_text().filter(|text| !text.contains([' ', '('])))
            .collect(),
        Value::Map(map) if !map.entries.is_empty() => {
            let bare = |node: &Node| node.as_map().is_some_and(|inner| inner.entries.is_empty());
            map.entries
                .values()
                .all(|entry| bare(&entry.node))
                .then(|| map.entries.keys().map(String::as_str).collect())
        }
        _ => None,
    }
}

/// What is written, on one line, cut where it is long.
fn inline(node: &Node) -> String {
    let mut text = written(node, true);
    if text.chars().count() > LONGEST {
        text = text.chars().take(LONGEST - 4).collect();
        text.push_str(" ...");
    }
    text
}

fn written(node: &Node, outermost: bool) -> String {
    match &node.value {
        Value::Null => String::from("null"),
        Value::Scalar(scalar) => scalar.text.split_whitespace().collect::<Vec<_>>().join(" "),
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(|item| written(item, false)).collect();
            match items.as_slice() {
                [one] if outermost => one.clone(),
                items => format!("[{}]", items.join(", ")),
            }
        }
        Value::Map(map) => {
            let entries = map
                .entries
                .iter()
                .filter(|(key, _)| !TEXTS.contains(&key.as_str()));
            let entries: Vec<String> = entries
                .map(|(key, entry)| format!("{key}: {}", written(&entry.node, false)))
                .collect();
            if outermost {
                entries.join(", ")
            } else {
                format!("{{ {} }}", entries.join(", "))
            }
        }
    }
}
