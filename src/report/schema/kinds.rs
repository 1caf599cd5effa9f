//! Entities: a definition for each kind, and one for each section or nesting that chooses among them by `kind:`.

use serde_json::{Map, Value, json};

use super::{about, by_id, common, conditions, expression, or_null, reference};
use crate::model::{Attribute, KindId, Model, Type};

/// Defines `kind_guarantee` for all kinds, and `any_provision` for those that have a section or nest.
pub(super) fn define(model: &Model, closed: bool, definitions: &mut Map<String, Value>) {
    for (id, kind) in model.kinds().iter() {
        definitions.insert(format!("kind_{}", kind.name), of_kind(model, id, true));
        if kind.section.is_some() || kind.nested.is_some() || kind.is_a.is_none() {
            definitions.insert(format!("any_{}", kind.name), any(model, id, closed));
        }
    }
}

/// The entities of a section, or nested under a key.
pub(super) fn entities(model: &Model, kind: KindId) -> Value {
    let name = &model.kinds()[kind].name;
    let meaning = model.kinds()[kind].about.clone().unwrap_or_default();
    by_id(&meaning, reference(&format!("any_{name}")))
}

/// An entity of one kind. One whose kind is not known, as in an overlay, may say more.
fn of_kind(model: &Model, id: KindId, known: bool) -> Value {
    let kind = &model.kinds()[id];
    let mut properties = Map::new();
    // What may stand here is said where kinds are chosen.
    properties.insert("kind".to_owned(), json!({ "type": "string" }));
    for (name, attribute) in &kind.attributes {
        // It is filled in.
        if name != "part_of" {
            properties.insert(name.clone(), of_attribute(model, attribute));
        }
    }
    for (nested, other) in model.kinds().iter() {
        if let Some(key) = &other.nested {
            properties.insert(key.clone(), entities(model, nested));
        }
    }
    common(&mut properties);
    let mut schema = json!({ "type": "object", "properties": properties });
    if let Some(map) = schema.as_object_mut() {
        if known {
            map.insert("additionalProperties".to_owned(), json!(false));
        }
        if let Some(text) = &kind.about {
            map.insert("description".to_owned(), json!(text));
        }
    }
    schema
}

/// The names of a kind and all that are one.
fn which(model: &Model, id: KindId, closed: bool) -> Value {
    let below: Vec<_> = model
        .kinds()
        .iter()
        .filter(|(other, _)| is_a(model, *other, id))
        .map(|(_, kind)| kind)
        .collect();
    let names: Vec<&str> = below.iter().map(|kind| kind.name.as_str()).collect();
    let abouts: Vec<&str> = below
        .iter()
        .map(|kind| kind.about.as_deref().unwrap_or_default())
        .collect();
    let known = json!({ "enum": names, "markdownEnumDescriptions": abouts });
    match closed {
        true => about("What it is.", known),
        // Words that look like one of them are still completed.
        false => json!({
            "description": "What it is.",
            "anyOf": [known, { "type": "string", "pattern": "^[a-z][a-z0-9_]*$" }],
        }),
    }
}

fn is_a(model: &Model, kind: KindId, ancestor: KindId) -> bool {
    let mut at = Some(kind);
    while let Some(id) = at {
        if id == ancestor {
            return true;
        }
        at = model.kinds()[id].is_a;
    }
    false
}

/// An entity of a kind or of one below it, told by its `kind:`.
fn any(model: &Model, id: KindId, closed: bool) -> Value {
    let below: Vec<_> = model
        .kinds()
        .iter()
        .filter(|(other, _)| is_a(model, *other, id))
        .collect();
    let mut chosen = Vec::new();
    for (_, kind) in &below {
        chosen.push(json!({
            "if": { "properties": { "kind": { "const": kind.name } }, "required": ["kind"] },
            "then": reference(&format!("kind_{}", kind.name)),
        }));
    }
    chosen.push(json!({
        "if": { "not": { "required": ["kind"] } },
        "then": of_kind(model, id, false),
    }));
    json!({
        "type": "object",
        "properties": { "kind": which(model, id, closed) },
        "allOf": chosen,
    })
}

fn of_attribute(model: &Model, attribute: &Attribute) -> Value {
    let of = |kind: KindId| &model.kinds()[kind].name;
    let (sort, schema) = match attribute.ty {
        Type::Number | Type::Rate(_) => ("a number".to_owned(), expression("")),
        Type::Boolean => ("true or false".to_owned(), expression("")),
        Type::Text => ("a text".to_owned(), expression("")),
        Type::Date => (
            "a date, `2024-03-01`".to_owned(),
            json!({ "type": ["string", "null"] }),
        ),
        Type::Duration => (
            "a duration".to_owned(),
            json!({ "type": ["string", "null"], "examples": ["30 days", "6 months", "never"] }),
        ),
        Type::Condition => ("a condition".to_owned(), conditions("")),
        Type::Enum(words) => {
            let words: Vec<&str> = model
                .words_of(words)
                .iter()
                .map(|word| model.words[*word].as_str())
                .collect();
            ("a word".to_owned(), json!({ "enum": words }))
        }
        Type::Entity(kind) => (format!("a `{}`", of(kind)), json!({ "type": ["string", "null"] })),
        Type::Set(kind) => (
            format!("a set of `{}`", of(kind)),
            json!({
                "anyOf": [
                    { "type": ["string", "null"] },
                    { "type": "array", "items": { "type": "string" } },
                    { "type": "object", "additionalProperties": or_null(json!({ "type": "object", "maxProperties": 0 })) },
                ],
            }),
        ),
    };
    let need = if attribute.has_default {
        ""
    } else {
        "; must be given"
    };
    let meaning = match &attribute.about {
        Some(text) => format!("{text} ({sort}{need})"),
        None => format!("{sort}{need}"),
    };
    about(&meaning, schema)
}
