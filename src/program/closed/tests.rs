use std::collections::BTreeSet;

use crate::program::{GroundBudget, spell};
use crate::{Compiled, Scenario};

const WORDS: &str = r#"demarche: 1
title: Closed relations
period: { from: 2030-01-01, to: 2030-12-31 }
kinds:
  country: { about: "A state." }
  islands: { is_a: country, about: "A state of islands." }
  pact:
    about: "A pact."
    attributes:
      members: { type: set of country, about: "Who may join." }
      head: { type: country, about: "Who leads." }
facts:
  road:   { args: { from: country, to: country }, says: "a road leads from {from} to {to}" }
  border: { args: { one: country, other: country }, symmetric: true, says: "{one} borders on {other}" }
  aloof:  { args: { who: country }, says: "{who} is aloof" }
  far:    { args: { from: country, to: country }, says: "{to} can be reached from {from}" }
  near:   { args: { one: country, other: country }, symmetric: true, says: "{one} and {other} are near" }
  told:   { args: { who: country }, says: "{who} was told" }
  bold:   { args: { what: pact }, says: "{what} is bold" }
measures:
  load: { from: 0, to: 10, says: "how much is carried" }
entities:
  a: { kind: country }
  b: { kind: country }
  c: { kind: islands }
  d: { kind: islands }
  p: { kind: pact, members: [ a, b, c ], head: a }
  q: { kind: pact, members: [ d ], head: d }
start:
  road(a, b): true
  road(b, c): true
  road(c, a): true
  border(b, a): true
  aloof(d): true
"#;

fn compiled(rules: &str, closed_from: usize) -> Compiled {
    let budget = GroundBudget {
        closed_from,
        ..GroundBudget::default()
    };
    let scenario =
        Scenario::from_text("closed.yaml", format!("{WORDS}rules:\n{rules}")).expect("it can be read");
    let compiled = scenario.compile_within(budget);
    compiled.unwrap_or_else(|error| panic!("{error}"))
}

/// What holds of the closed facts.
fn holding(rules: &str) -> BTreeSet<String> {
    let compiled = compiled(rules, 0);
    let closed = compiled.program().closed.as_ref().expect("something is closed");
    let facts = closed.facts().flat_map(|fact| closed.holding(fact));
    facts
        .map(|fact| spell(&compiled, &compiled.facts()[fact.fact].name, &fact.args))
        .collect()
}

fn set(facts: &[&str]) -> BTreeSet<String> {
    facts.iter().map(|fact| (*fact).to_owned()).collect()
}

const FAR: &str = "
  one_road: { for: { x: country, y: country }, if: \"road(x, y)\", derive: \"far(x, y)\" }
  roads: { for: { x: country, y: country, z: country }, if: [ \"far(x, y)\", \"far(y, z)\" ], derive: \"far(x, z)\" }
";

#[test]
fn a_transitive_closure_is_closed_over_a_cycle() {
    let all = ["a", "b", "c"];
    let pairs = all
        .iter()
        .flat_map(|x| all.iter().map(move |y| format!("far({x}, {y})")));
    assert_eq!(holding(FAR), pairs.collect());
}

#[test]
fn a_negation_reads_what_is_finished() {
    let rules = format!(
        "{FAR}  left_out: {{ for: {{ x: country }}, if: [ \"not far(a, x)\", \"not aloof(x)\" ], derive: \"told(x)\" }}\n"
    );
    assert!(!holding(&rules).iter().any(|fact| fact.starts_with("told")));
    let rules = "
  left_out: { for: { x: country }, if: [ \"not road(a, x)\", \"not aloof(x)\" ], derive: \"told(x)\" }
";
    assert_eq!(holding(rules), set(&["told(a)", "told(c)"]));
}

#[test]
fn counts_are_compared_with_what_is_written() {
    let rules = |condition: &str| {
        format!("\n  many: {{ for: {{ p: pact }}, if: \"{condition}\", derive: \"bold(p)\" }}\n")
    };
    let count = "count(x in p.members where road(p.head, x))";
    for (condition, expected) in [
        (format!("{count} >= 1"), &["bold(p)"][..]),
        (format!("{count} > 1"), &[]),
        (format!("{count} < 1"), &["bold(q)"]),
        (format!("{count} == 1"), &["bold(p)"]),
        (format!("0.5 >= {count}"), &["bold(q)"]),
        (format!("{count} != 0.5"), &["bold(p)", "bold(q)"]),
    ] {
        assert_eq!(holding(&rules(&condition)), set(expected), "{condition}");
    }
}

#[test]
fn a_symmetric_fact_holds_in_either_order_and_is_told_in_one() {
    let rules = "
  beside: { for: { x: country, y: country }, if: \"border(x, y)\", derive: \"near(x, y)\" }
  word: { for: { x: country }, if: \"near(a, x)\", derive: \"told(x)\" }
";
    assert_eq!(holding(rules), set(&["near(a, b)", "told(b)"]));
}

#[test]
fn sub_kinds_and_sets_bind_variables() {
    let rules = "
  of_islands: { for: { x: islands }, derive: \"told(x)\" }
  of_heads: { for: { p: pact, x: p.members }, if: [ \"x != p.head\", \"road(p.head, x)\" ], derive: \"far(p.head, x)\" }
";
    assert_eq!(holding(rules), set(&["far(a, b)", "told(c)", "told(d)"]));
}

#[test]
fn what_an_event_can_change_is_not_closed() {
    let rules = "
  word: { for: { x: country }, if: \"aloof(x)\", derive: \"told(x)\" }
  end: { for: { x: country }, on: \"breach(x, _)\", then: [ end: \"aloof(x)\" ] }
";
    assert!(compiled(rules, 0).program().closed.is_none());
}

#[test]
fn what_a_measure_can_change_is_not_closed() {
    for condition in ["load >= 1", "1 <= load", "load * 2 > load + 1", "not (1 <= load)"] {
        let rules =
            format!("\n  heavy: {{ for: {{ p: pact }}, if: \"{condition}\", derive: \"bold(p)\" }}\n");
        let compiled = compiled(&rules, 0);
        assert!(compiled.program().closed.is_none(), "{condition}");
        let holds = |at| compiled.program().derived.values().nth(at).is_some();
        assert!(holds(0) && holds(1), "{condition}");
    }
}

#[test]
fn a_condition_may_be_one_of_two() {
    let rules = "
  either: { for: { x: country }, if: \"if aloof(x) then road(a, x) else road(x, a)\", derive: \"told(x)\" }
";
    assert_eq!(holding(rules), set(&["told(c)"]));
    let rules = "
  either: { for: { x: country }, if: \"aloof(x) or road(a, x)\", derive: \"told(x)\" }
";
    assert_eq!(holding(rules), set(&["told(b)", "told(d)"]));
}

#[test]
fn a_condition_may_be_as_true_as_another() {
    let rules = |sign: &str| {
        format!(
            "\n  alike: {{ for: {{ x: country }}, if: \"aloof(x) {sign} road(a, x)\", derive: \"told(x)\" }}\n"
        )
    };
    assert_eq!(holding(&rules("==")), set(&["told(a)", "told(c)"]));
    assert_eq!(holding(&rules("!=")), set(&["told(b)", "told(d)"]));
}

#[test]
fn few_bindings_stay_instances() {
    assert!(compiled(FAR, 1_000).program().closed.is_none());
    let instances = compiled(FAR, 1_000).program().instances.len();
    let tables = compiled(FAR, 0);
    assert_eq!(
        (tables.program().instances.len(), tables.instances()),
        (0, instances)
    );
}

#[test]
fn too_many_tuples_are_an_error_that_names_the_rule() {
    let scenario =
        Scenario::from_text("closed.yaml", format!("{WORDS}rules:\n{FAR}")).expect("it can be read");
    let budget = GroundBudget {
        closed_from: 0,
        closed_tuples: 5,
        ..GroundBudget::default()
    };
    let told = scenario
        .compile_within(budget)
        .expect_err("it is too much")
        .to_string();
    assert!(
        told.contains("error[E0801]: rule `roads` has too many bindings"),
        "{told}"
    );
}

#[test]
fn programs_are_told_apart_by_the_numbers_that_rules_read() {
    let program = |least: u32| {
        let rules = format!(
            "  many: {{ for: {{ p: pact }}, if: \"count(x in p.members where road(p.head, x)) >= enough\", derive: \"bold(p)\" }}
assumptions:\n  enough: {{ value: {least}, range: [ 1, 9 ], why: \"none\" }}\n"
        );
        format!("{:?}", compiled(&rules, 0).program().closed)
    };
    assert_eq!(program(3), program(3));
    assert_ne!(program(3), program(4));
}

#[test]
fn a_reason_is_found_when_it_is_asked_for() {
    let [tables, instances] = [0, usize::MAX].map(|from| {
        let compiled = compiled(FAR, from);
        let run = compiled
            .run(crate::Seed(1))
            .unwrap_or_else(|error| panic!("{error}"));
        let why = run
            .why("far(a, a)", None)
            .unwrap_or_else(|error| panic!("{error}"));
        let why_not = run
            .why_not("far(a, d)", None)
            .unwrap_or_else(|error| panic!("{error}"));
        format!("{why}\n{why_not}")
    });
    assert!(tables.contains("by rule `roads`"), "{tables}");
    assert_eq!(tables, instances);
}
