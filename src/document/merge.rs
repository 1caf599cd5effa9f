//! Overlays: JSON Merge Patch (RFC 7396) on the tree, without its silent losses.
//!
//! As in the RFC a map is merged into a map, anything else replaces what was there, and `null` removes. Beyond it:
//!
//! - a map over a list of plain names adds and drops members;
//! - a `null` that removes nothing is an error: it is a spelling mistake, or the file below has changed;
//! - what would silently lose the content of a whole map is an error. A map of bare members (`{a: {}, b: {}}`)
//!   is a set and may be replaced by another set, a list or the name of one.

use super::tree::{Entry, Map, Node, ScalarKind, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};

/// Lays `patch` over `base`. Where that is not allowed `base` stays as it is and an error is added.
pub(super) fn apply(base: &mut Map, patch: Map, diagnostics: &mut Diagnostics) {
    for (key, entry) in patch.entries {
        merge_entry(base, key, entry, diagnostics);
    }
    for (key, span) in patch.removed {
        if !base.entries.contains_key(&key) {
            base.removed.insert(key, span);
        }
    }
}

fn merge_entry(base: &mut Map, key: String, mut patch: Entry, diagnostics: &mut Diagnostics) {
    if matches!(patch.node.value, Value::Null) {
        remove(base, &key, &patch, diagnostics);
        return;
    }
    match base.entries.get_mut(&key) {
        Some(below) => merge_node(&key, below, patch, diagnostics),
        None => {
            strip(&mut patch.node, diagnostics);
            base.removed.shift_remove(&key);
            base.entries.insert(key, patch);
        }
    }
}

fn merge_node(key: &str, below: &mut Entry, mut patch: Entry, diagnostics: &mut Diagnostics) {
    match (&mut below.node.value, patch.node.value) {
        (Value::Map(base), Value::Map(over)) if key == "args" && !same_keys(base, &over) => {
            diagnostics.push(other_arguments(base, below.key, patch.key));
        }
        (Value::Map(base), Value::Map(over)) => {
            below.key = patch.key;
            apply(base, over, diagnostics);
        }
        (Value::List(_), Value::Map(over)) if over.entries.is_empty() => {}
        (Value::List(list), Value::Map(over)) => match members(list) {
            Ok(mut set) => {
                apply(&mut set, over, diagnostics);
                *below = Entry {
                    key: patch.key,
                    node: Node {
                        span: below.node.span,
                        value: Value::Map(set),
                    },
                };
            }
            Err(not_a_name) => diagnostics.push(over_a_list(key, patch.node.span, not_a_name)),
        },
        (Value::Map(base), value) if !is_set(base) => {
            patch.node.value = value;
            diagnostics.push(silent_loss(
                key,
                below.key,
                base.get("value").is_some(),
                &patch.node,
            ));
        }
        (_, value) => {
            patch.node.value = value;
            strip(&mut patch.node, diagnostics);
            *below = patch;
        }
    }
}

fn remove(base: &mut Map, key: &str, patch: &Entry, diagnostics: &mut Diagnostics) {
    if base.entries.shift_remove(key).is_some() {
        base.removed.insert(key.to_owned(), patch.node.span);
        return;
    }
    let mut error = hits_nothing(key, patch);
    if let Some(earlier) = base.removed.get(key) {
        error = error.also(*earlier, "it was removed already here");
    }
    diagnostics.push(match suggest(key, base.entries.keys().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(patch.key, near),
        None => error,
    });
}

/// Takes out each `null` of what an overlay adds: there is nothing below that it could remove.
fn strip(node: &mut Node, diagnostics: &mut Diagnostics) {
    let Value::Map(map) = &mut node.value else { return };
    map.entries.retain(|key, entry| {
        if matches!(entry.node.value, Value::Null) {
            diagnostics.push(hits_nothing(key, entry));
            return false;
        }
        strip(&mut entry.node, diagnostics);
        true
    });
}

fn hits_nothing(key: &str, patch: &Entry) -> Diagnostic {
    Diagnostic::error(
        "E0210",
        patch.key,
        format!("`{key}` is removed here, but there is none"),
    )
    .label("this `null` hits nothing")
    .help("`null` removes what a file further down the chain has; correct the name, or remove this line")
}

pub(super) fn same_keys(one: &Map, other: &Map) -> bool {
    one.entries.len() == other.entries.len() && one.entries.keys().all(|key| other.entries.contains_key(key))
}

/// Whoever declares a fact under a name that the vocabulary has would else get a mixture of both.
fn other_arguments(below: &Map, declared: Span, patch: Span) -> Diagnostic {
    let names: Vec<String> = below.entries.keys().map(|name| format!("`{name}`")).collect();
    Diagnostic::error(
        "E0214",
        patch,
        "this name is declared already, with other arguments",
    )
    .also(declared, format!("declared here, with {}", names.join(", ")))
    .help("an overlay cannot change what a fact, a measure or an event takes; choose another name for yours")
}

fn over_a_list(key: &str, patch: Span, not_a_name: Span) -> Diagnostic {
    let message = format!("`{key}` is a list of more than plain names, and a map cannot be laid over it");
    Diagnostic::error("E0212", patch, message)
        .label("a map here adds and drops members")
        .also(not_a_name, "not a plain name")
        .help("write the whole list as it shall be; it replaces the one below")
}

fn silent_loss(key: &str, below: Span, has_value: bool, patch: &Node) -> Diagnostic {
    let message = format!(
        "{} here would silently remove everything under `{key}`",
        patch.describe()
    );
    let error = Diagnostic::error("E0211", patch.span, message).also(below, format!("`{key}` is a map here"));
    if let Some(text) = patch.as_text().filter(|_| has_value) {
        return error.fix(patch.span, format!("{{ value: {text} }}"));
    }
    error.help("write a map of what shall change, with `null` behind each key that shall go")
}

/// A list of plain names as a map of members; else the place of the first that is none.
fn members(list: &[Node]) -> Result<Map, Span> {
    let mut map = Map::default();
    for item in list {
        let name = item
            .as_scalar()
            .filter(|s| s.kind == ScalarKind::Text && is_name(&s.text))
            .ok_or(item.span)?;
        let member = Node {
            span: item.span,
            value: Value::Map(Map::default()),
        };
        map.entries.insert(
            name.text.clone(),
            Entry {
                key: item.span,
                node: member,
            },
        );
    }
    Ok(map)
}

/// Whether a map holds nothing but members, or nothing at all.
fn is_set(map: &Map) -> bool {
    map.entries
        .values()
        .all(|entry| entry.node.as_map().is_some_and(|inner| inner.entries.is_empty()))
}

/// `ukraine` or `treaty.guarantee`.
fn is_name(text: &str) -> bool {
    text.split('.').all(|part| {
        part.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_alphanumeric() || c == '_')
    })
}

#[cfg(test)]
mod tests;
