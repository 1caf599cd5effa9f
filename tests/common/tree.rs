//! Documents as trees that can be changed and written again, and trees in another order.

use demarche::document::{Document, Map, Node, ScalarKind, Tree, Value};

/// Everything that a document holds, vocabulary and heading included, but for its variants and levers, which name files.
pub fn of_document(document: &Document) -> Tree {
    let heading = of_map(document.heading())
        .into_iter()
        .filter(|(key, _)| !["variants", "levers"].contains(&key.as_str()));
    let body = of_map(document.root().as_map().expect("a document is a map"));
    // What is left of the vocabulary's own headings, and what has been merged already.
    let body = body
        .into_iter()
        .filter(|(key, _)| !["title", "about", "note", "uses"].contains(&key.as_str()));
    Tree::Map(heading.chain(body).collect())
}

fn of_map(map: &Map) -> Vec<(String, Tree)> {
    map.entries
        .iter()
        .map(|(key, entry)| (key.clone(), of_node(&entry.node)))
        .collect()
}

fn of_node(node: &Node) -> Tree {
    match &node.value {
        Value::Null => Tree::Null,
        Value::List(list) => Tree::List(list.iter().map(of_node).collect()),
        Value::Map(map) => Tree::Map(of_map(map)),
        Value::Scalar(scalar) => match scalar.kind {
            ScalarKind::Boolean => Tree::Boolean(scalar.text == "true"),
            ScalarKind::Number => Tree::Number(scalar.text.clone()),
            ScalarKind::Text => Tree::Text(scalar.text.clone()),
        },
    }
}

/// The tree with the keys of every map in another order. Only `args:` keep theirs, since arguments count by place.
pub fn shuffled(tree: &Tree, seed: u64) -> Tree {
    let mut state = seed;
    shuffle(tree, &mut state)
}

fn shuffle(tree: &Tree, state: &mut u64) -> Tree {
    match tree {
        Tree::List(items) => Tree::List(items.iter().map(|item| shuffle(item, state)).collect()),
        Tree::Map(entries) => {
            let mut entries: Vec<_> = entries
                .iter()
                .map(|(key, value)| {
                    (
                        key.clone(),
                        if key == "args" {
                            value.clone()
                        } else {
                            shuffle(value, state)
                        },
                    )
                })
                .collect();
            for place in (1..entries.len()).rev() {
                let other = usize::try_from(next(state) % (place as u64 + 1)).expect("a place in a list");
                entries.swap(place, other);
            }
            Tree::Map(entries)
        }
        other => other.clone(),
    }
}

/// SplitMix64.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
