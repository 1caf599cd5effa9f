//! A scenario of the repository and an overlay over it: a text as it is, or changes of the base that the bytes choose.

use demarche::Scenario;
use demarche::document::{Node, Value};
use demarche::testing::generate::Part;

use super::bytes::Bytes;
use super::whole_runs::asked;
use super::{Came, compiled, refused};

const BASES: [(&str, &str); 4] = [
    ("harbour.yaml", include_str!("../../scenarios/guide/harbour.yaml")),
    (
        "threshold_9.yaml",
        include_str!("../../scenarios/bench/threshold_9.yaml"),
    ),
    (
        "belgium_1914.yaml",
        include_str!("../../scenarios/precedents/belgium_1914.yaml"),
    ),
    (
        "istanbul_2022.yaml",
        include_str!("../../seeds/istanbul_2022.yaml"),
    ),
];

/// What a value is replaced by.
const POOL: [&str; 40] = [
    "null",
    "{}",
    "[]",
    "\"\"",
    "0",
    "1",
    "-1",
    "0.5",
    "1e400",
    "9223372036854775807",
    "0.0000001",
    "true",
    "false",
    "never",
    "30 days",
    "0 days",
    "100000 years",
    "1 month",
    "2030-02-29",
    "9999-12-31",
    "-9999-01-01",
    "rest",
    "_",
    "actor",
    "set of actor",
    "condition",
    "per year",
    "binding",
    "physical",
    "institutional",
    "signal",
    "posture",
    "not (true)",
    "1 / 0",
    "count(a in actor where true)",
    "ever(true)",
    "x",
    "{who} {whom}",
    "[ {a} ]",
    "a, b",
];

/// The first byte says which base, the second whether a text follows.
pub fn overlays(data: &[u8]) -> Came {
    let mut bytes = Bytes(data);
    let (name, text) = bytes.one_of(&BASES);
    let base = Scenario::from_text(name, text).expect("the bases are scenarios");
    let overlay = match bytes.next() {
        b't' => String::from_utf8_lossy(bytes.0).into_owned(),
        _ => changes(base.document().root(), &mut bytes).yaml(),
    };
    let scenario = match base.with("overlay.yaml", overlay) {
        Ok(scenario) => scenario,
        Err(error) => return refused(&error.diagnostics, &error.sources),
    };
    match compiled(&scenario) {
        Some(compiled) => asked(&compiled),
        None => Came::Refused,
    }
}

/// Up to eight changes, each at a place that exists or beside it.
fn changes(root: &Node, bytes: &mut Bytes<'_>) -> Part {
    let mut all = Part::Map(Vec::new());
    for _ in 0..8 {
        if bytes.is_empty() {
            break;
        }
        all = all.under(&change(root, root, bytes));
    }
    all
}

fn change(root: &Node, node: &Node, bytes: &mut Bytes<'_>) -> Part {
    let replaced = bytes.next();
    if let Value::Map(map) = &node.value
        && replaced < 208
        && !bytes.is_empty()
        && let Some((key, entry)) = map.entries.get_index(bytes.below(map.entries.len().max(1)))
    {
        let (key, inside) = match replaced % 16 {
            15 => (other_key(map, bytes), value(root, bytes)),
            _ => (written(key), change(root, &entry.node, bytes)),
        };
        return Part::map([(key, inside)]);
    }
    value(root, bytes)
}

fn other_key(map: &demarche::document::Map, bytes: &mut Bytes<'_>) -> String {
    let key = |at: usize| map.entries.get_index(at).map_or("", |(key, _)| key.as_str());
    let (one, two) = (
        bytes.below(map.entries.len().max(1)),
        bytes.below(map.entries.len().max(1)),
    );
    match bytes.below(4) {
        0 => String::from("another"),
        1 => format!("\"{}\"", key(one).replace('"', "")),
        2 => format!("{}_{}", key(one), key(two)),
        _ => bytes.line(),
    }
}

/// A word, a text, or what stands somewhere else.
fn value(root: &Node, bytes: &mut Bytes<'_>) -> Part {
    match bytes.below(4) {
        0 => Part::from(bytes.one_of(&POOL)),
        1 => Part::Text(bytes.line()),
        2 => Part::List(vec![somewhere(root, bytes), Part::from(bytes.one_of(&POOL))]),
        _ => somewhere(root, bytes),
    }
}

fn somewhere(root: &Node, bytes: &mut Bytes<'_>) -> Part {
    let mut here = root;
    for _ in 0..bytes.below(6) {
        here = match &here.value {
            Value::Map(map) if !map.entries.is_empty() => &map.entries[bytes.below(map.entries.len())].node,
            Value::List(list) if !list.is_empty() => &list[bytes.below(list.len())],
            _ => break,
        };
    }
    part(here)
}

fn part(node: &Node) -> Part {
    match &node.value {
        Value::Null => Part::from("null"),
        Value::Scalar(scalar) if scalar.plain => Part::Text(scalar.text.clone()),
        Value::Scalar(scalar) => Part::Text(serde_json::to_string(&scalar.text).expect("a text is JSON")),
        Value::List(list) => Part::List(list.iter().map(part).collect()),
        Value::Map(map) => Part::map(
            map.entries
                .iter()
                .map(|(key, entry)| (written(key), part(&entry.node))),
        ),
    }
}

/// A key as it can be written anywhere.
fn written(key: &str) -> String {
    match key.chars().all(|c| c.is_alphanumeric() || c == '_') {
        true => key.to_owned(),
        false => serde_json::to_string(key).expect("a text is JSON"),
    }
}
