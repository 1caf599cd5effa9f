//! The top level and what stands in it.

use serde_json::{Map, Value, json};

use super::{
    about, by_id, common, conditions, element, expression, fixed, kinds, names, properties, reference, rules,
    text,
};
use crate::document::Vocabulary;
use crate::model::Model;

/// A scenario; defines its sections, and `variant` and `lever`.
pub(super) fn scenario(model: &Model, definitions: &mut Map<String, Value>) -> Value {
    let mut all = properties([
        ("question", text("What it is meant to answer.")),
        ("about", text("What it is about.")),
        ("note", text("What should be known about it.")),
        ("title", text("What it is called.")),
        ("period", period()),
        ("uses", uses()),
        ("sources", sources()),
        (
            "assumptions",
            by_id("Every number that is nobody's fact.", assumption()),
        ),
        (
            "start",
            by_id(
                "What holds before the first day: `at_war(a, b): true`.",
                initial(),
            ),
        ),
        ("timeline", by_id("What is known to happen on a day.", scripted())),
        (
            "fix",
            json!({
                "type": "object",
                "description": "How chances and choices fall: a branch or option, or by occurrence or date.",
                "additionalProperties": { "type": ["string", "object", "null"] },
            }),
        ),
        ("rules", by_id("What follows from what.", reference("rule"))),
        ("outcomes", by_id("What is asked of each story.", outcome())),
        (
            "expect",
            by_id(
                "What must be so in every run, or with `p(...)` over all of them.",
                claim(),
            ),
        ),
        (
            "invariants",
            by_id("What must hold at the close of each day.", claim()),
        ),
        (
            "variants",
            by_id("The same situation, changed.", reference("variant")),
        ),
        ("levers", by_id("What somebody could change.", reference("lever"))),
        ("kinds", by_id("Kinds of entities.", kind())),
        ("facts", by_id("What holds until it is ended.", fact())),
        (
            "measures",
            by_id("Numbers that are kept until they are changed.", measure()),
        ),
        (
            "quantities",
            by_id("Numbers that follow from others.", quantity()),
        ),
        ("events", by_id("What can happen.", event())),
    ]);
    if let Some((root, _)) = model.kinds().iter().find(|(_, kind)| kind.is_a.is_none()) {
        all.insert("entities".to_owned(), kinds::entities(model, root));
    }
    for (id, kind) in model.kinds().iter() {
        if let Some(section) = &kind.section {
            all.insert(section.clone(), kinds::entities(model, id));
        }
    }
    // Once, for they stand in variants and levers too.
    let all: Map<String, Value> = all
        .into_iter()
        .map(|(key, section)| {
            let name = format!("section_{key}");
            let refers = reference(&name);
            definitions.insert(name, section);
            (key, refers)
        })
        .collect();
    let mut variant = all.clone();
    variant.insert(
        "file".to_owned(),
        text("The file in which the variant is written, instead of anything here."),
    );
    definitions.insert(
        "variant".to_owned(),
        fixed("The same situation, changed.", variant),
    );
    let mut lever = all.clone();
    lever.extend(properties([
        ("by", expression("The actor who could bring it about.")),
        ("cost", expression("What that takes; 1 if not written.")),
    ]));
    definitions.insert("lever".to_owned(), fixed("What somebody could change.", lever));
    let mut whole = all;
    whole.extend(properties([
        (
            "demarche",
            json!({ "const": 1, "description": "The version of the format." }),
        ),
        ("from", text("The file this one is laid over.")),
    ]));
    fixed("A scenario.", whole)
}

fn period() -> Value {
    let day = |meaning: &str| json!({ "type": "string", "description": meaning });
    fixed(
        "The days of the story, both included.",
        properties([("from", day("The first day.")), ("to", day("The last day."))]),
    )
}

fn uses() -> Value {
    let vocabulary = Vocabulary::embedded();
    let behaviours: Vec<&str> = vocabulary.behaviours().collect();
    json!({
        "type": "array",
        "description": "How actors tend to act: files of the vocabulary's behaviour.",
        "items": { "enum": behaviours },
        "uniqueItems": true,
    })
}

fn sources() -> Value {
    let source = fixed(
        "A text that elements point at.",
        properties([
            ("title", text("Its title.")),
            ("author", text("Who wrote it.")),
            ("publisher", text("Who published it.")),
            ("date", text("When.")),
            ("note", text("What should be known about it.")),
        ]),
    );
    by_id("Where facts come from.", about("", source))
}

fn assumption() -> Value {
    let amount = |meaning: &str| json!({ "type": ["number", "string", "boolean"], "description": meaning });
    fixed(
        "A number that is nobody's fact.",
        element([
            ("value", amount("The number, duration or date that stands in.")),
            (
                "range",
                json!({
                    "type": ["array", "null"],
                    "description": "Between what it may lie.",
                    "items": { "type": ["number", "string"] },
                    "minItems": 2,
                    "maxItems": 2,
                }),
            ),
            ("unit", text("What it is a number of; `per year` makes a rate.")),
            ("why", text("Why this value.")),
            ("says", text("How it is told.")),
            (
                "shape",
                json!({
                    "description": "How likely the values in the range are.",
                    "enum": ["uniform", "triangular", "beta", "normal", null],
                }),
            ),
        ]),
    )
}

fn initial() -> Value {
    let is = fixed(
        "With its source.",
        element([("is", expression("Whether it holds, or the value."))]),
    );
    json!({ "anyOf": [{ "type": ["boolean", "number", "string"] }, is] })
}

fn scripted() -> Value {
    fixed(
        "What is known to happen on a day.",
        element([
            (
                "on",
                json!({ "type": ["string", "null"], "description": "The day." }),
            ),
            ("happen", rules::events("The event.")),
            ("says", text("How it is told.")),
        ]),
    )
}

fn outcome() -> Value {
    fixed(
        "What is asked of each story.",
        element([
            (
                "is",
                expression("What is asked: `ever(...)`, `first(...)`, `at_end(...)`, `count(...)`."),
            ),
            ("says", text("In words.")),
            ("unit", text("Of what it is a number.")),
        ]),
    )
}

fn claim() -> Value {
    let long = fixed(
        "With its reason.",
        properties([
            ("is", conditions("What must be so.")),
            ("why", text("Why it must.")),
        ]),
    );
    json!({
        "anyOf": [
            { "type": ["string", "boolean"] },
            { "type": "array", "items": { "type": ["string", "boolean"] } },
            long,
        ],
    })
}

/// The type of an attribute or argument: its name, or a map with it.
fn typed() -> Value {
    json!({
        "anyOf": [
            { "type": "string" },
            fixed(
                "With a default.",
                properties([
                    ("type", text("`number boolean text date duration condition`, words `a | b`, a kind, or `set of` a kind.")),
                    ("default", json!({ "description": "What stands in where nothing is said." })),
                    ("about", text("What it means.")),
                ]),
            ),
        ],
    })
}

fn args() -> Value {
    by_id("The arguments with their types.", typed())
}

fn says() -> Value {
    text(
        "A clause in the present tense with `{argument}`; a part in `[...]` is left out while its argument is its default.",
    )
}

fn kind() -> Value {
    fixed(
        "A kind of entity.",
        properties([
            ("is_a", text("The kind it is a sort of.")),
            ("about", text("What it is.")),
            ("note", text("What should be known about it.")),
            (
                "section",
                text("The top-level section in which its entities are written."),
            ),
            ("nested", text("The key under which its entities nest in others.")),
            ("attributes", by_id("What its entities have.", typed())),
        ]),
    )
}

fn fact() -> Value {
    let yes = |meaning: &str| json!({ "type": ["boolean", "null"], "description": meaning });
    fixed(
        "What holds until it is ended.",
        element([
            ("args", args()),
            (
                "symmetric",
                yes("Whether the order of its two arguments makes no difference."),
            ),
            ("posture", yes("Whether a signal may change it.")),
            ("says", says()),
        ]),
    )
}

fn measure() -> Value {
    fixed(
        "A number that is kept until it is changed.",
        element([
            ("args", args()),
            ("from", expression("Its least value.")),
            ("to", expression("Its greatest value.")),
            ("default", expression("Its value where nothing is said.")),
            (
                "posture",
                json!({ "type": ["boolean", "null"], "description": "Whether a signal may change it." }),
            ),
            ("says", says()),
        ]),
    )
}

fn quantity() -> Value {
    fixed(
        "A number that follows from others.",
        element([
            ("args", args()),
            ("is", expression("How it follows.")),
            ("says", says()),
        ]),
    )
}

fn event() -> Value {
    let mut all = properties([
        ("args", args()),
        (
            "is",
            json!({
                "description": "`physical` always takes effect; `institutional` needs what it requires, else it is void; a `signal` changes only posture.",
                "enum": ["physical", "institutional", "signal"],
            }),
        ),
        ("requires", conditions("What must hold for it to take effect.")),
        ("says", says()),
    ]);
    common(&mut all);
    all.insert("source".to_owned(), names("Where it comes from."));
    fixed("What can happen.", all)
}
