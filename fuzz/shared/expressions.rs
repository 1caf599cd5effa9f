//! One expression in a small fixed scenario. The first byte of an input says where it stands, the rest is the text.

use demarche::Seed;
use demarche::diagnostic::Sources;
use demarche::document::Loader;
use demarche::language::{parse_conditions, parse_expression, parse_pattern, parse_type};

use super::{Came, bare, compiled};

/// The places an expression can stand in, by the letter an input begins with.
const PLACES: [(u8, &str); 14] = [
    (
        b'c',
        "rules: { r: { on: speak(x), for: { x: power }, if: §, then: [ { start: calm(x) } ] } }",
    ),
    (
        b'w',
        "rules: { r: { for: { x: power, y: power }, when: §, then: [ { happen: \"greet(x, y)\" } ] } }",
    ),
    (
        b'd',
        "rules: { r: { for: { x: power, y: power }, if: §, derive: \"linked(x, y)\" } }",
    ),
    (
        b'n',
        "rules: { r: { on: speak(x), for: { x: power }, then: [ { add: fear(x), by: § } ] } }",
    ),
    (
        b'e',
        "rules: { r: { on: speak(x), for: { x: power, y: power }, then: [ { happen: § } ] } }",
    ),
    (
        b'p',
        "rules: { r: { on: speak(x), for: { x: power }, then: [ { chance: vote(x), branches: { yes: { p: § }, no: { p: rest } } } ] } }",
    ),
    (
        b't',
        "rules: { r: { on: speak(x), for: { x: power }, then: [ { happen: \"greet(x, x)\", after: § } ] } }",
    ),
    (
        b'f',
        "rules: { r: { on: §, for: { x: power, y: power }, then: [ { start: calm(ann) } ] } }",
    ),
    (b'o', "outcomes: { o: { is: § } }"),
    (b'x', "expect: { x: § }"),
    (b'i', "invariants: { i: § }"),
    (
        b's',
        "rules: { r: { says: §, on: speak(x), for: { x: power }, then: [ { start: calm(x) } ] } }",
    ),
    (
        b'q',
        "quantities: { worry: { args: { who: power }, is: §, says: \"worry of {who}\" } }\noutcomes: { o: { is: at_end(worry(ann) > 2) } }",
    ),
    (b'm', "positions: { want: { of: ann, met_if: § } }"),
];

const STAGE: &str = r#"demarche: 1
title: A stage
period: { from: 2024-01-01, to: 2024-02-15 }
kinds:
  actor: {}
  power: { is_a: actor, section: powers, attributes: { friends: { type: set of power, default: [] }, term: { type: duration, default: 10 days }, mood: { type: glad | sad, default: glad }, size: { type: number, default: 2 } } }
  pact: { section: pacts, attributes: { by: set of power, to: power, open_if: { type: condition, default: true } } }
powers: { ann: { friends: [ben], size: 3 }, ben: { mood: sad }, cid: {} }
pacts: { accord: { by: [ann, ben], to: cid, open_if: calm(cid) } }
facts:
  calm: { args: { who: power }, says: "{who} is calm" }
  bond: { args: { one: power, other: power }, symmetric: true, says: "{one} and {other} are bound" }
  linked: { args: { one: power, other: power }, says: "{one} is linked to {other}" }
measures: { fear: { args: { of: power }, from: 0, to: 10, default: 1, says: "fear of {of}" } }
events:
  speak: { args: { who: power }, is: physical, says: "{who} speaks" }
  greet: { args: { who: power, whom: power }, is: institutional, requires: [ "not bond(who, whom)" ], says: "{who} greets {whom}" }
assumptions: { hope: { value: 0.25, range: [0.1, 0.4], why: x }, hazard: { value: 0.1, unit: per year, why: x }, notice: { value: 5 days, why: x } }
start: { calm(ann): true, "bond(ann, ben)": true, fear(ben): 3 }
timeline: { a: { on: 2024-01-03, happen: speak(ann) }, b: { on: 2024-01-05, happen: speak(ben) } }
"#;

pub fn expressions(data: &[u8]) -> Came {
    let Some((place, text)) = data.split_first() else {
        return Came::Nowhere;
    };
    let Ok(text) = std::str::from_utf8(text) else {
        return Came::Nowhere;
    };
    let known = PLACES.iter().find(|(letter, _)| letter == place);
    let (_, frame) = known.unwrap_or(&PLACES[usize::from(*place) % PLACES.len()]);
    printed(text);
    // In double quotes a text arrives as it is, whatever is in it.
    let quoted = serde_json::to_string(text).expect("a text is JSON");
    let scenario = match bare(&format!("{STAGE}{}\n", frame.replace('§', &quoted))) {
        Ok(scenario) => scenario,
        Err(came) => return came,
    };
    let Some(compiled) = compiled(&scenario) else {
        return Came::Refused;
    };
    for seed in [1, 2] {
        let run = match compiled.run(Seed(seed)) {
            Ok(run) => run,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                return Came::Answered;
            }
        };
        for asked in [run.why(text, None), run.why_not(text, Some("2024-01-05"))] {
            match asked {
                Ok(why) => assert!(!why.to_string().is_empty()),
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
    }
    Came::Answered
}

/// What can be read is printed as a text that is read as the same.
fn printed(text: &str) {
    let Some(expression) = read(text) else { return };
    let again = expression.to_string();
    let Some(same) = read(&again) else {
        panic!("`{text}` is printed as `{again}`, which cannot be read");
    };
    assert!(
        expression.same(&same),
        "`{text}` is printed as `{again}`, which is another"
    );
}

fn read(text: &str) -> Option<demarche::language::ast::Expr> {
    let quoted = serde_json::to_string(text).ok()?;
    let document = Loader::with_vocabulary(std::sync::Arc::default())
        .parse("<text>", format!("a: {quoted}"))
        .ok()?;
    let sources: &Sources = document.sources();
    let node = document.root().as_map()?.get("a")?;
    let _ = parse_conditions(sources, node, &mut demarche::diagnostic::Diagnostics::default());
    let _ = parse_pattern(sources, node).map(|pattern| format!("{pattern:?}"));
    let _ = parse_type(sources, node).map(|kind| format!("{kind:?}"));
    parse_expression(sources, node).ok()
}
