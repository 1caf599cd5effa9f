//! Builds a model in Rust, without YAML: a row of states, each guaranteeing its left neighbour. One attack, and how far
//! does the war go?
//!
//! ```text
//!   attacker --attack--> s1 <--guarantees-- s2 <--guarantees-- s3 <--guarantees-- s4
//! ```
//!
//! A tree takes the same road as a file. It is shown as YAML in messages, which have the same words and suggestions: the
//! second half misspells a name on purpose.

use demarche::document::Tree;
use demarche::report::Story;
use demarche::{Scenario, Seed};
use serde_json::json;

/// The scenario with `n` states in a row, of which `attacked` is attacked.
fn dominoes(n: usize, attacked: &str) -> Tree {
    let id = |i: usize| format!("s{i}");
    let mut actors = vec![(
        "attacker".to_owned(),
        Tree::from(json!({ "kind": "state", "name": "the attacker" })),
    )];
    let mut agreements: Vec<(String, Tree)> = Vec::new();
    for i in 1..=n {
        actors.push((
            id(i),
            json!({ "kind": "state", "name": format!("state {i}") }).into(),
        ));
        if i < n {
            let pact = json!({
                "name": format!("pact {i}"), "parties": [id(i), id(i + 1)], "enters_by": "signature",
                "provisions": { format!("promise{i}"): {
                    "kind": "guarantee", "name": format!("promise {i}"),
                    "to": id(i), "by": [id(i + 1)], "duty": "send_forces", "strength": "binding",
                } },
            });
            agreements.push((format!("pact{i}"), pact.into()));
        }
    }
    let rules = json!({
        "word_is_kept": {
            "says": "{g} keeps its word", "for": { "g": "state", "p": "guarantee", "a": "state" },
            "on": "casus_foederis(g, p, a)",
            "then": [{ "happen": "declare_war(g, a)", "after": "7 days" }],
        },
        "war_spreads": {
            "says": "{g} has declared war on {a}", "for": { "g": "state", "a": "state" },
            "on": "declare_war(g, a)",
            "then": [{ "happen": "attack(a, g)", "after": "1 day" }],
        },
    });
    let signing = (1..n).map(|i| {
        let entry = json!({ "on": "2030-01-01", "happen": format!("sign(pact{i})") });
        (format!("signing{i}"), Tree::from(entry))
    });
    let attack = json!({ "on": "2030-06-01", "happen": format!("attack(attacker, {attacked})") });
    let timeline = signing.chain([("attack".to_owned(), attack.into())]);
    Tree::map([
        ("demarche", Tree::from(1)),
        ("title", format!("Dominoes: {n} states in a row").into()),
        (
            "period",
            json!({ "from": "2030-01-01", "to": "2030-12-31" }).into(),
        ),
        ("actors", Tree::map(actors)),
        ("agreements", Tree::map(agreements)),
        ("rules", rules.into()),
        ("timeline", Tree::map(timeline)),
        (
            "outcomes",
            json!({ "at_war": { "is": "count(s in state where ever(at_war(s, attacker)))" } }).into(),
        ),
    ])
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = Scenario::from_tree(&dominoes(4, "s1"))?.compile()?;
    let story = Story::of(&model.run(Seed(1))?);
    println!("{}", story.title);
    for happening in story
        .happenings
        .iter()
        .filter(|happening| happening.what.starts_with("attack("))
    {
        println!("{}  {}", happening.date, happening.text);
    }
    for outcome in &story.outcomes {
        println!("{}: {}", outcome.id, outcome.shown);
    }

    match Scenario::from_tree(&dominoes(4, "s11"))?.compile() {
        Ok(_) => println!("\nnothing is wrong"),
        Err(error) => print!("\nwith a misspelt name:\n{error}"),
    }
    Ok(())
}
