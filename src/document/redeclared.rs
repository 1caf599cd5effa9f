//! A word that is declared twice: by two files of the vocabulary, or by a scenario that does not know the vocabulary has it.

use super::merge;
use super::tree::{Entry, Map, Node};
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};

/// The sections whose elements are words, with the singular of each.
const WORDS: [(&str, &str); 6] = [
    ("kinds", "kind"),
    ("facts", "fact"),
    ("measures", "measure"),
    ("quantities", "quantity"),
    ("events", "event"),
    ("rules", "rule"),
];

/// The names that both have, with the singular of their section: name, below, above.
fn shared<'m>(below: &'m Map, above: &'m Map) -> Vec<(&'static str, &'m str, &'m Entry, &'m Entry)> {
    let mut found = Vec::new();
    for (section, noun) in WORDS {
        let (Some(below), Some(above)) = (
            below.get(section).and_then(Node::as_map),
            above.get(section).and_then(Node::as_map),
        ) else {
            continue;
        };
        for (name, over) in &above.entries {
            if let Some(under) = below.entries.get(name) {
                found.push((noun, name.as_str(), under, over));
            }
        }
    }
    found
}

/// Two files that lie side by side, as those of the vocabulary do, must not declare one word.
pub(super) fn side_by_side(below: &Map, above: &Map, diagnostics: &mut Diagnostics) {
    for (noun, name, under, over) in shared(below, above) {
        diagnostics.push(
            Diagnostic::error(
                "E0215",
                over.key,
                format!("two files of the vocabulary declare the {noun} `{name}`"),
            )
            .also(under.key, "the other one")
            .help("one of them needs another name; to change the other's, lay a file over it with `from:`"),
        );
    }
}

/// Warns of what an author seems to declare anew although the vocabulary has it. Who means to change a word of the vocabulary
/// writes only what is different.
pub(super) fn over_the_vocabulary(
    below: &Map,
    above: &Map,
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) {
    for (noun, name, under, over) in shared(below, above) {
        let of_the_vocabulary = sources
            .get(under.key.source)
            .is_some_and(|source| source.name.starts_with("vocabulary/"));
        if of_the_vocabulary
            && declares(noun, &under.node, &over.node)
            && same_arguments(&under.node, &over.node)
        {
            diagnostics.push(
                Diagnostic::warning(
                    "W0102",
                    over.key,
                    format!("the {noun} `{name}` is a word of the vocabulary already, and this is laid over it"),
                )
                .also(under.key, "declared here")
                .help(format!(
                    "what you do not write stays as it is there; choose another name for your own {noun}, or write only what shall \
                     be different"
                )),
            );
        }
    }
}

/// Whether a merge would not refuse it for its arguments anyway.
fn same_arguments(below: &Node, above: &Node) -> bool {
    let args = |node: &Node| node.as_map()?.get("args")?.as_map().cloned();
    match (args(below), args(above)) {
        (Some(below), Some(above)) => merge::same_keys(&below, &above),
        _ => true,
    }
}

/// Whether an element says what only a declaration says.
fn declares(noun: &str, below: &Node, above: &Node) -> bool {
    let has = |node: &Node, key: &str| node.as_map().is_some_and(|map| map.entries.contains_key(key));
    let says = |key: &str| has(above, key);
    match noun {
        "kind" => says("is_a") || !has(below, "is_a") && says("about") && says("attributes"),
        "event" => says("is"),
        "rule" => {
            let acts = says("then") || says("derive");
            acts && says("for") && ["on", "when", "every", "if"].iter().any(|key| says(key))
        }
        // What has no arguments is declared by its name alone.
        _ => says("args") || !has(below, "args") && !says("default") && above.as_map().is_some(),
    }
}
