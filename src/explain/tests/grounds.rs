//! Nothing is a reason of itself, however facts derive each other.

use crate::{Scenario, Seed};

const RULES: &str = "
demarche: 1
title: Who is safe
period: { from: 2030-01-01, to: 2030-06-01 }
kinds: { country: { about: A state. } }
facts:
  big: { args: { a: country }, says: \"{a} is big\" }
  safe: { args: { a: country }, says: \"{a} is safe\" }
entities: { a: { kind: country }, b: { kind: country } }
start: { big(b): true }
rules:
  alone: { says: \"{x} is safe alone\", for: { x: country }, if: big(x), derive: safe(x) }
";

fn why(text: &str, query: &str) -> String {
    let scenario = Scenario::from_text("world.yaml", text).expect("it can be read");
    let compiled = scenario.compile().unwrap_or_else(|error| panic!("{error}"));
    let run = compiled.run(Seed(1)).expect("it runs");
    run.why(query, None).expect("an answer").to_string()
}

#[test]
fn of_several_conditions_the_one_that_rests_on_nothing_above_it_is_told() {
    for condition in [
        "safe(x) or safe(y)",
        "(safe(x) and x != y) or safe(y)",
        "any(z in country where safe(z))",
        "safe(_)",
        "(if x == y then safe(x) else (safe(x) or safe(y))) or all(z in country where z == y satisfy safe(z))",
    ] {
        let told = why(
            &format!(
                "{RULES}  along: {{ says: \"{{x}} is safe with {{y}}\", for: {{ x: country, y: country }}, if: \"({condition}) and x != y\", derive: safe(x) }}\n"
            ),
            "safe(a)",
        );
        assert!(!told.contains("see above"), "{condition}\n{told}");
        assert!(told.contains("b is big"), "{condition}\n{told}");
    }
}

#[test]
fn what_held_for_another_reason_before_is_told_once_more() {
    let told = why(
        "
demarche: 1
title: A siege
period: { from: 2030-01-01, to: 2030-06-01 }
facts: { siege: { says: there is a siege }, raid: { says: there are raids }, tense: { says: it is tense } }
events: { bell: { is: physical, says: the bell rings }, truce: { is: physical, says: the siege is lifted } }
start: { siege: true }
rules:
  by_raids: { says: raids make it tense, if: raid, derive: tense }
  by_siege: { says: a siege makes it tense, if: siege, derive: tense }
  raids: { says: where it is tense there are raids, on: bell, if: tense, then: [ start: raid ] }
  lifts: { says: a truce lifts the siege, on: truce, then: [ end: siege ] }
timeline: { first: { on: 2030-01-05, happen: bell }, second: { on: 2030-02-05, happen: truce } }
",
        "tense",
    );
    insta::assert_snapshot!(told);
}
