//! The laws of merge patches, and what we refuse beyond them.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::apply;
use crate::diagnostic::{Diagnostics, Sources};
use crate::document::tree::{Map, Node, ScalarKind, Value};
use crate::document::{Tree, yaml};

fn map(json: &Json) -> Map {
    let text = Tree::from(json.clone()).to_yaml();
    let source = Sources::default().add("<rust>", text.as_str());
    let (node, diagnostics) = yaml::parse(source, &text);
    assert!(diagnostics.is_empty(), "{text}\n{diagnostics:?}");
    node.unwrap().as_map().unwrap().clone()
}

fn json_of(node: &Node) -> Json {
    match &node.value {
        Value::Null => Json::Null,
        Value::Scalar(scalar) if scalar.kind == ScalarKind::Text => json!(scalar.text),
        Value::Scalar(scalar) => serde_json::from_str(&scalar.text).unwrap(),
        Value::List(items) => items.iter().map(json_of).collect(),
        Value::Map(map) => json_of_map(map),
    }
}

fn json_of_map(map: &Map) -> Json {
    Json::Object(
        map.entries
            .iter()
            .map(|(key, entry)| (key.clone(), json_of(&entry.node)))
            .collect(),
    )
}

/// The result and the codes of what was refused.
fn merged(base: &Json, patch: &Json) -> (Json, Vec<&'static str>) {
    let mut diagnostics = Diagnostics::default();
    let mut result = map(base);
    apply(&mut result, map(patch), &mut diagnostics);
    (
        json_of_map(&result),
        diagnostics.iter().map(|d| d.code.0).collect(),
    )
}

/// RFC 7396, section 2, word for word.
fn rfc(target: &Json, patch: &Json) -> Json {
    let Json::Object(patch) = patch else {
        return patch.clone();
    };
    let mut result = target.as_object().cloned().unwrap_or_default();
    for (name, value) in patch {
        if value.is_null() {
            result.shift_remove(name);
        } else {
            let below = result.get(name).cloned().unwrap_or(Json::Null);
            result.insert(name.clone(), rfc(&below, value));
        }
    }
    Json::Object(result)
}

#[test]
fn a_map_over_a_list_of_names_adds_and_drops_members() {
    let base = json!({ "by": ["usa", "russia", "treaty.guarantee"] });
    let (result, refused) = merged(&base, &json!({ "by": { "canada": {}, "russia": null } }));
    assert_eq!(
        result,
        json!({ "by": { "usa": {}, "treaty.guarantee": {}, "canada": {} } })
    );
    assert!(refused.is_empty());
}

#[test]
fn a_list_replaces_a_list_and_a_set() {
    assert_eq!(
        merged(&json!({ "by": ["usa"] }), &json!({ "by": ["uk"] })).0,
        json!({ "by": ["uk"] })
    );
    assert_eq!(
        merged(&json!({ "by": { "usa": {} } }), &json!({ "by": ["uk"] })).0,
        json!({ "by": ["uk"] })
    );
    assert_eq!(
        merged(&json!({ "by": { "usa": {} } }), &json!({ "by": "parties" })).0,
        json!({ "by": "parties" })
    );
}

#[test]
fn a_map_over_a_list_of_conditions_is_refused() {
    let base = json!({ "if": ["size(a) > 1", "b"] });
    assert_eq!(
        merged(&base, &json!({ "if": { "c": {} } })),
        (base, vec!["E0212"])
    );
}

#[test]
fn nothing_is_removed_silently() {
    let base = json!({ "treaty": { "kind": "agreement" } });
    assert_eq!(
        merged(&base, &json!({ "treaty": "none" })),
        (base.clone(), vec!["E0211"])
    );
    assert_eq!(merged(&base, &json!({ "treaty": ["a"] })), (base, vec!["E0211"]));
}

#[test]
fn a_null_that_hits_nothing_is_told_wherever_it_stands() {
    let base = json!({ "a": { "b": 1 }, "s": 1 });
    for patch in [
        json!({ "c": null }),
        json!({ "a": { "c": null } }),
        json!({ "n": { "c": null } }),
        json!({ "s": { "c": null } }),
    ] {
        assert_eq!(merged(&base, &patch).1, ["E0210"], "{patch}");
    }
}

#[test]
fn a_removed_key_leaves_the_place_of_its_null_until_it_is_written_again() {
    let mut diagnostics = Diagnostics::default();
    let mut base = map(&json!({ "a": 1, "b": 2 }));
    apply(&mut base, map(&json!({ "a": null, "b": null })), &mut diagnostics);
    apply(&mut base, map(&json!({ "a": 3 })), &mut diagnostics);
    assert_eq!(base.removed.keys().collect::<Vec<_>>(), ["b"]);
    apply(&mut base, map(&json!({ "b": null })), &mut diagnostics);
    let twice = diagnostics.iter().next().unwrap();
    assert_eq!((twice.code.0, twice.secondary.len()), ("E0210", 1));
}

#[test]
fn calls_are_one_key_however_they_are_spaced() {
    let (result, refused) = merged(
        &json!({ "at_war(russia, ukraine)": true }),
        &json!({ "at_war( russia,ukraine )": null }),
    );
    assert_eq!((result, refused), (json!({}), vec![]));
}

fn name() -> impl Strategy<Value = String> {
    "[a-d]"
}

/// Any tree, with `null` as often as `nulls` says.
fn any_tree(nulls: u32) -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        4 => (0..9_i64).prop_map(Json::from),
        4 => name().prop_map(Json::from),
        4 => prop::collection::vec(0..3_i64, 0..3).prop_map(Json::from),
        nulls => Just(Json::Null),
    ];
    let node = leaf.prop_recursive(3, 24, 4, |inner| {
        prop::collection::btree_map(name(), inner, 0..4).prop_map(object)
    });
    prop::collection::btree_map(name(), node, 0..4).prop_map(object)
}

/// A tree in which a key always has the same shape: `m*` maps, `s*` scalars, `l*` lists.
fn typed_tree() -> impl Strategy<Value = Json> {
    let scalar = ("s[12]", (0..9_i64).prop_map(Json::from));
    let list = ("l[12]", prop::collection::vec(name(), 0..3).prop_map(Json::from));
    let level = prop::collection::btree_map("s[12]", scalar.1, 0..3).prop_map(object);
    let level =
        (level, prop::collection::btree_map("l[12]", list.1, 0..3)).prop_map(|(a, b)| joined(a, object(b)));
    level.prop_recursive(3, 24, 4, |inner| {
        (inner.clone(), prop::collection::btree_map("m[12]", inner, 0..3))
            .prop_map(|(a, b)| joined(a, object(b)))
    })
}

fn object(entries: impl IntoIterator<Item = (String, Json)>) -> Json {
    Json::Object(entries.into_iter().collect())
}

fn joined(a: Json, b: Json) -> Json {
    rfc(&a, &b)
}

/// Whether somewhere a map is laid over a list, where we go beyond the RFC.
fn map_over_list(base: &Json, patch: &Json) -> bool {
    match (base, patch) {
        (Json::Array(_), Json::Object(_)) => true,
        (Json::Object(base), Json::Object(patch)) => patch
            .iter()
            .any(|(key, value)| base.get(key).is_some_and(|below| map_over_list(below, value))),
        _ => false,
    }
}

proptest! {
    #[test]
    fn where_nothing_is_refused_it_is_the_rfc(base in any_tree(0), patch in any_tree(3)) {
        let (result, refused) = merged(&base, &patch);
        if refused.is_empty() && !map_over_list(&base, &patch) {
            prop_assert_eq!(result, rfc(&base, &patch));
        }
    }

    #[test]
    fn an_empty_patch_changes_nothing(base in any_tree(0)) {
        prop_assert_eq!(merged(&base, &json!({})), (base.clone(), vec![]));
        let bare = rfc(&base, &json!({}));
        prop_assert_eq!(bare, base);
    }

    #[test]
    fn a_patch_laid_twice_is_a_patch_laid_once(base in any_tree(0), patch in any_tree(1)) {
        let (once, _) = merged(&base, &patch);
        prop_assert_eq!(merged(&once, &patch).0, once);
    }

    #[test]
    fn patches_may_be_merged_first_where_shapes_agree(a in typed_tree(), b in typed_tree(), c in typed_tree()) {
        let (ab, first) = merged(&a, &b);
        let (left, second) = merged(&ab, &c);
        let (bc, _) = merged(&b, &c);
        let (right, _) = merged(&a, &bc);
        prop_assert!(first.is_empty() && second.is_empty());
        prop_assert_eq!(left, right);
    }

    #[test]
    fn a_tree_written_out_reads_back_as_it_was(tree in any_tree(0), odd in any::<String>(), key in "\\PC{1,8}") {
        let key = crate::document::normal_key(key);
        prop_assume!(!key.trim().is_empty() && key != "<<");
        let whole = rfc(&tree, &json!({ "odd": { key: [odd] } }));
        prop_assert_eq!(json_of_map(&map(&whole)), whole);
    }
}
