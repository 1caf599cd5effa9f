//! The JSON Schema of scenarios, draft 7, as editors of YAML expect it: so that they complete `kind: guarantee` and its
//! attributes, show what a key means, and underline what is none.
//!
//! - `sections`: the top level and what stands in it
//! - `kinds`: the entities, from the kinds of a vocabulary or of a scenario with kinds of its own
//! - `rules`: rules and effects
//!
//! It is more patient than `demarche check`: an overlay may leave out anything, and what an expression says is not looked at.

mod kinds;
mod rules;
mod sections;

use serde_json::{Map, Value, json};

use crate::model::Model;

/// The schema of scenarios written in the words of a model. If it is closed, these are all; else a scenario may have kinds of its own,
/// and a kind that is not known is let pass.
pub fn schema(model: &Model, closed: bool) -> Value {
    let mut definitions = Map::new();
    rules::define(model, &mut definitions);
    kinds::define(model, closed, &mut definitions);
    let scenario = sections::scenario(model, &mut definitions);
    let mut root = json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A scenario for demarche",
        "description": "Who negotiates, what they may sign, what follows from what, and what is asked of it.",
    });
    if let (Some(root), Value::Object(scenario)) = (root.as_object_mut(), scenario) {
        root.extend(scenario);
        root.insert("required".to_owned(), json!(["demarche"]));
        root.insert("definitions".to_owned(), Value::Object(definitions));
    }
    root
}

/// A reference to a definition.
fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/definitions/{name}") })
}

/// A map whose keys are fixed. Any of its values may be the word `null`, which removes what an overlay finds there.
fn fixed(about: &str, properties: Map<String, Value>) -> Value {
    json!({
        "type": "object",
        "description": about,
        "properties": properties,
        "additionalProperties": false,
    })
}

/// A map by id.
fn by_id(about: &str, element: Value) -> Value {
    json!({
        "type": "object",
        "description": about,
        "additionalProperties": or_null(element),
    })
}

/// Or the word `null`.
fn or_null(schema: Value) -> Value {
    json!({ "anyOf": [schema, { "type": "null" }] })
}

/// With what it means.
fn about(text: &str, mut schema: Value) -> Value {
    if let Some(map) = schema.as_object_mut() {
        map.insert("description".to_owned(), json!(text));
    }
    schema
}

/// A text.
fn text(meaning: &str) -> Value {
    json!({ "type": ["string", "number", "null"], "description": meaning })
}

/// An expression.
fn expression(meaning: &str) -> Value {
    json!({ "type": ["string", "number", "boolean", "null"], "description": meaning })
}

/// A condition, or a list of them.
fn conditions(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "anyOf": [
            { "type": ["string", "boolean", "null"] },
            { "type": "array", "items": { "type": ["string", "boolean"] } },
        ],
    })
}

/// One name, or several.
fn names(meaning: &str) -> Value {
    json!({
        "description": meaning,
        "anyOf": [
            { "type": ["string", "null"] },
            { "type": "array", "items": { "type": "string" } },
        ],
    })
}

/// What every element may carry.
fn common(properties: &mut Map<String, Value>) {
    let status = json!({
        "description": "What sort of statement it is.",
        "enum": ["fact", "claim", "inference", "norm", "assumption", null],
    });
    for (key, value) in [
        ("name", text("What texts call it.")),
        ("about", text("What it is.")),
        ("note", text("What should be known about it.")),
        (
            "source",
            names("Where it comes from: an id of `sources:` and a place in it, `article P7`."),
        ),
        ("status", status),
        (
            "codes",
            json!({
                "type": ["object", "null"],
                "description": "Its codes in public data sets.",
            }),
        ),
    ] {
        properties.entry(key.to_owned()).or_insert(value);
    }
}

/// A map of properties.
fn properties<const N: usize>(of: [(&str, Value); N]) -> Map<String, Value> {
    of.into_iter()
        .map(|(key, value)| (key.to_owned(), value))
        .collect()
}

/// The same with what every element may carry.
fn element<const N: usize>(of: [(&str, Value); N]) -> Map<String, Value> {
    let mut all = properties(of);
    common(&mut all);
    all
}
