//! Rules and their effects.

use serde_json::{Map, Value, json};

use super::{by_id, conditions, element, expression, fixed, names, properties, reference, text};
use crate::model::Model;

/// Defines `rule`, `effects` and `effect`, and the events, facts and measures there are.
pub(super) fn define(model: &Model, definitions: &mut Map<String, Value>) {
    definitions.insert("an_event".to_owned(), all_events(model));
    definitions.insert("a_fact".to_owned(), all_facts(model));
    definitions.insert("a_measure".to_owned(), all_measures(model));
    definitions.insert("rule".to_owned(), rule());
    definitions.insert(
        "effects".to_owned(),
        json!({ "type": "array", "items": reference("effect") }),
    );
    definitions.insert("effect".to_owned(), effect());
}

/// A pattern of an event, with the events there are.
pub(super) fn events(meaning: &str) -> Value {
    calls("an_event", meaning)
}

fn facts(meaning: &str) -> Value {
    calls("a_fact", meaning)
}

fn measures(meaning: &str) -> Value {
    calls("a_measure", meaning)
}

/// A call, with a meaning of its own beside the list of those there are.
fn calls(of: &str, meaning: &str) -> Value {
    json!({ "description": meaning, "allOf": [reference(of)] })
}

fn all_events(model: &Model) -> Value {
    let calls: Vec<String> = model
        .events()
        .values()
        .map(|event| call(&event.name, event.args.iter().map(|arg| arg.name.as_str())))
        .collect();
    json!({ "type": ["string", "null"], "examples": calls })
}

/// Those that rules can start and end.
fn all_facts(model: &Model) -> Value {
    let calls: Vec<String> = model
        .facts()
        .values()
        .filter(|fact| !fact.derived)
        .map(|fact| call(&fact.name, fact.args.iter().map(|arg| arg.name.as_str())))
        .collect();
    json!({ "type": ["string", "null"], "examples": calls })
}

fn all_measures(model: &Model) -> Value {
    let calls: Vec<String> = model
        .measures()
        .values()
        .map(|measure| call(&measure.name, measure.args.iter().map(|arg| arg.name.as_str())))
        .collect();
    json!({ "type": ["string", "null"], "examples": calls })
}

/// `attack(who, whom)`
fn call<'n>(name: &str, args: impl Iterator<Item = &'n str>) -> String {
    let args: Vec<&str> = args.collect();
    match args.is_empty() {
        true => name.to_owned(),
        false => format!("{name}({})", args.join(", ")),
    }
}

fn rule() -> Value {
    let variables = by_id(
        "Every variable, over a kind or a set: `{ p: guarantee, g: p.by }`.",
        json!({ "type": "string" }),
    );
    let derive = json!({
        "description": "The fact that holds while `if:` holds, or several.",
        "anyOf": [{ "type": "string" }, { "type": "array", "items": { "type": "string" } }, { "type": "null" }],
    });
    fixed(
        "What follows from what.",
        element([
            (
                "says",
                text("A clause in the present tense, with `{variable}`: the reason in reports."),
            ),
            ("for", variables),
            ("on", events("The event that sets it off.")),
            ("when", conditions("Sets it off once this has become true.")),
            (
                "every",
                json!({
                    "type": ["string", "null"],
                    "description": "Sets it off by the calendar, counted from the first day.",
                    "examples": ["1 month", "1 year"],
                }),
            ),
            ("if", conditions("What must hold besides.")),
            ("then", reference("effects")),
            ("derive", derive),
            (
                "overrides",
                names("The rules whose effects give way to those of this one."),
            ),
        ]),
    )
}

fn effect() -> Value {
    let branch = fixed(
        "What may come of it.",
        properties([
            ("p", expression("Its probability, or `rest`.")),
            ("says", text("How it is told.")),
            ("then", reference("effects")),
        ]),
    );
    let option = fixed(
        "What may be chosen.",
        properties([
            ("if", conditions("When it is open.")),
            ("says", text("How it is told.")),
            ("then", reference("effects")),
        ]),
    );
    fixed(
        "What the rule does.",
        properties([
            ("start", facts("The fact that begins to hold.")),
            ("end", facts("The fact that ends; `_` matches anything.")),
            ("set", measures("The measure that is set, `to:` a value.")),
            ("add", measures("The measure that changes `by:` an amount.")),
            (
                "to",
                expression("The value that is set; of a duty, to whom it is owed."),
            ),
            (
                "by",
                expression("The amount that is added; of a choice, who chooses."),
            ),
            ("happen", events("The event that happens.")),
            ("after", expression("In how long it happens.")),
            (
                "unless",
                conditions("It does not happen if this holds on its day."),
            ),
            ("duty", events("What must be done.")),
            ("met_when", conditions("What must be brought about.")),
            ("forbid", events("What must not be done.")),
            ("of", expression("Whose duty or prohibition it is.")),
            ("under", expression("The provision it follows from.")),
            ("within", expression("How long there is for it.")),
            ("due", expression("The last day for it.")),
            ("before", events("It must be done before this happens.")),
            ("while", conditions("It is released when this fails.")),
            ("says", text("How it is told.")),
            ("else", reference("effects")),
            ("chance", text("Its name with arguments: what nobody decides.")),
            (
                "branches",
                by_id("What may come of it, with probabilities.", branch),
            ),
            ("choice", text("Its name with arguments: what somebody decides.")),
            ("options", by_id("What may be chosen.", option)),
            (
                "default",
                expression("The option that is taken where nobody says, or `if c then x else y`."),
            ),
        ]),
    )
}
