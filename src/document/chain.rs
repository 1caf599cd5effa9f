//! The keys that tie documents together: `demarche:`, `from:` and `uses:`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fields::wrong_kind;
use super::tree::{Entry, Map, Node, ScalarKind, Value};
use super::vocabulary::Vocabulary;
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};

/// The version of the language that this crate reads.
const VERSION: &str = "1";

/// A file on disk must say in which version of the language it is written.
pub(super) fn require_version(map: &Map, start: Span, diagnostics: &mut Diagnostics) {
    if map.entries.contains_key("demarche") {
        return;
    }
    diagnostics.push(
        Diagnostic::error(
            "E0202",
            start,
            "this file does not say that it is a scenario: `demarche: 1` is missing",
        )
        .help("put it in the first line; 1 is the version of the language")
        .fix(start, "demarche: 1\n"),
    );
}

/// Checks `demarche:` where it is written.
pub(super) fn check_version(map: &Map, diagnostics: &mut Diagnostics) {
    let Some(node) = map.get("demarche") else { return };
    if node.as_text() == Some(VERSION) {
        return;
    }
    diagnostics.push(
        Diagnostic::error(
            "E0202",
            node.span,
            "this is not a version of the language that can be read here",
        )
        .label("`demarche:` is the version of the language")
        .help("write `demarche: 1`")
        .fix(node.span, VERSION),
    );
}

/// The parent that `from:` names, with the place of the name.
pub(super) fn from(entry: &Entry, diagnostics: &mut Diagnostics) -> Option<(String, Span)> {
    match entry.node.as_text() {
        Some(path) if !path.trim().is_empty() => Some((path.to_owned(), entry.node.span)),
        _ => {
            diagnostics.push(
                wrong_kind(&entry.node, "`from`", "one path")
                    .help("name one parent, relative to this file: `from: ../seeds/istanbul_2022.yaml`"),
            );
            None
        }
    }
}

/// The names under `uses:`, a list or one name.
pub(super) fn uses(entry: Entry, diagnostics: &mut Diagnostics) -> Vec<Node> {
    let single = entry
        .node
        .as_scalar()
        .is_some_and(|scalar| scalar.kind == ScalarKind::Text);
    if single {
        return vec![entry.node];
    }
    let Some(list) = entry.node.as_list() else {
        diagnostics.push(
            wrong_kind(&entry.node, "`uses`", "a list of names")
                .help("write `uses: [legislatures, war]`; what a file further down uses stays in use"),
        );
        return Vec::new();
    };
    let (names, others): (Vec<Node>, Vec<Node>) =
        list.iter().cloned().partition(|item| item.as_scalar().is_some());
    for other in others {
        diagnostics.push(wrong_kind(&other, "an item of `uses`", "a name"));
    }
    names
}

/// The behaviour files named, each once, and those they use in turn; merged in the order of their names, so that
/// the order in which they were named does not matter.
pub(super) fn behaviours(
    named: Vec<Node>,
    vocabulary: &Vocabulary,
    diagnostics: &mut Diagnostics,
) -> (Vec<Node>, Vec<Map>) {
    let mut found: BTreeMap<String, (Node, Map)> = BTreeMap::new();
    let mut order = Vec::new();
    let mut open = named;
    open.reverse();
    while let Some(node) = open.pop() {
        let name = node.as_text().unwrap_or_default().to_owned();
        if found.contains_key(&name) {
            continue;
        }
        let Some(map) = vocabulary.behaviour(&name) else {
            diagnostics.push(unknown(&name, &node, vocabulary));
            continue;
        };
        let mut map = map.clone();
        if let Some(more) = map.entries.shift_remove("uses") {
            open.extend(uses(more, diagnostics));
        }
        order.push(node.clone());
        found.insert(name, (node, map));
    }
    (order, found.into_values().map(|(_, map)| map).collect())
}

fn unknown(name: &str, node: &Node, vocabulary: &Vocabulary) -> Diagnostic {
    let error = Diagnostic::error(
        "E0205",
        node.span,
        format!("the vocabulary has no behaviour `{name}`"),
    );
    let names: Vec<&str> = name.split([',', ' ']).filter(|name| !name.is_empty()).collect();
    if names.len() > 1 {
        let list = format!("[ {} ]", names.join(", "));
        return error.help("several are a list").fix(node.span, list);
    }
    if let Some(near) = suggest(name, vocabulary.behaviours()) {
        return error.help(format!("did you mean `{near}`?")).fix(node.span, near);
    }
    let known: Vec<String> = vocabulary.behaviours().map(|name| format!("`{name}`")).collect();
    match known.is_empty() {
        true => error,
        false => error.help(format!("there are {}", known.join(", "))),
    }
}

/// Refuses a `null` behind a section to which the vocabulary contributes: it would take all of that away.
pub(super) fn keep_vocabulary(body: &mut Map, sections: &[String], diagnostics: &mut Diagnostics) {
    body.entries.retain(|key, entry| {
        let removed = matches!(entry.node.value, Value::Null) && sections.contains(key);
        if removed {
            let message = format!("this would remove the `{key}` of the whole vocabulary");
            diagnostics.push(Diagnostic::error("E0213", entry.node.span, message).help(format!(
                "remove what you do not want by name: `{key}: {{ name: null }}`"
            )));
        }
        !removed
    });
}

/// The error if `target` is on the way already.
pub(super) fn cycle(path: &[(PathBuf, String)], target: &Path, span: Span) -> Option<Diagnostic> {
    let begin = path.iter().position(|(known, _)| known == target)?;
    let mut names: Vec<&str> = path.iter().skip(begin).map(|(_, name)| name.as_str()).collect();
    names.extend(path.get(begin).map(|(_, name)| name.as_str()));
    let message = match names.len() {
        2 => "this file builds on itself".to_owned(),
        _ => format!("these files build on each other: {}", names.join(" -> ")),
    };
    Some(Diagnostic::error("E0203", span, message).help("one of them must stand on its own, without `from:`"))
}
