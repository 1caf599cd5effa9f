//! Words of enumerations, branches and options: numbered in alphabetical order before anything uses them, so that the
//! canonical order of what they are arguments of is that of their names.

use std::collections::BTreeSet;

use crate::diagnostic::Sources;
use crate::document::{Map, Node, Value};
use crate::language::{TypeKind, parse_type};
use crate::model::Model;

/// Makes all words of a scenario known. What cannot be read is reported by whoever decodes it.
pub(crate) fn number(model: &mut Model, root: &Map) {
    let mut words = BTreeSet::new();
    for kind in elements(root, "kinds") {
        types(&model.sources, kind, "attributes", &mut words);
    }
    for section in ["facts", "measures", "quantities", "events"] {
        for declared in elements(root, section) {
            types(&model.sources, declared, "args", &mut words);
        }
    }
    if let Some(rules) = root.get("rules") {
        branches(rules, &mut words);
    }
    for word in &words {
        model.intern_word(word);
    }
}

fn elements<'t>(root: &'t Map, section: &str) -> impl Iterator<Item = &'t Map> {
    let entries = root
        .get(section)
        .and_then(Node::as_map)
        .map(|map| map.entries.values());
    entries
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.node.as_map())
}

/// The words of all types under a key: `mood: calm | tense` or `mood: { type: calm | tense, ... }`.
fn types(sources: &Sources, declared: &Map, key: &str, words: &mut BTreeSet<String>) {
    let Some(all) = declared.get(key).and_then(Node::as_map) else {
        return;
    };
    for entry in all.entries.values() {
        let node = entry
            .node
            .as_map()
            .map_or(Some(&entry.node), |map| map.get("type"));
        let Some(node) = node.filter(|node| node.as_text().is_some_and(|text| text.contains('|'))) else {
            continue;
        };
        if let Ok(written) = parse_type(sources, node)
            && let TypeKind::Enum(all) = written.kind
        {
            words.extend(all.into_iter().map(|word| word.name));
        }
    }
}

/// The names of all branches and options, however deep.
fn branches(node: &Node, words: &mut BTreeSet<String>) {
    match &node.value {
        Value::List(list) => list.iter().for_each(|node| branches(node, words)),
        Value::Map(map) => {
            for (head, list) in [("chance", "branches"), ("choice", "options")] {
                let named = map.get(head).and_then(|_| map.get(list)).and_then(Node::as_map);
                words.extend(named.into_iter().flat_map(|named| named.entries.keys().cloned()));
            }
            map.entries
                .values()
                .for_each(|entry| branches(&entry.node, words));
        }
        _ => {}
    }
}
