//! What stops a run: conflicts, loops, probabilities, numbers; each says who, when and why.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use common::{compiled, fault, refusal, story};
use demarche::engine::{RunNumber, Seed};

const KNOCK: &str = "timeline: { start: { on: 2024-03-01, happen: knock } }\n";

/// A knock on 1 March with these rules.
fn rules(rules: &str) -> String {
    format!("{KNOCK}rules:\n{rules}")
}

#[track_caller]
fn says(error: &demarche::RunError, code: &str, parts: &[&str]) {
    assert_eq!(error.code, code, "{}", error.message);
    for part in parts {
        assert!(
            error.message.contains(part),
            "`{part}` is not in: {}",
            error.message
        );
    }
}

// Conflicts.

#[test]
fn a_fact_started_and_ended_in_one_commit_is_an_error_that_names_both_rules_and_the_path() {
    let error = fault(&rules(
        "  chain: { on: knock, then: [ { happen: ring } ] }
  lights: { for: { a: actor }, on: ring, then: [ { start: seen(a) } ] }
  darkens: { on: ring, then: [ { end: seen(south) } ] }",
    ));
    says(
        &error,
        "R0901",
        &[
            "2024-03-01",
            "`seen(south)`",
            "rule `lights` (a = south)",
            "rule `darkens`",
        ],
    );
    assert_eq!(
        error.path[..3],
        ["wave 1: knock", "wave 1: rule `chain`", "wave 2: ring"]
    );
    assert!(error.help.iter().any(|help| help.contains("overrides:")));
}

#[test]
fn a_conflict_does_not_depend_on_the_value_of_the_fact_before() {
    let text = rules(
        "  lights: { on: knock, then: [ { start: lit } ] }
  darkens: { on: knock, then: [ { end: lit } ] }",
    );
    assert_eq!(fault(&text).code, "R0901");
    assert_eq!(fault(&format!("{text}\nstart: {{ lit: true }}")).code, "R0901");
}

#[test]
fn a_wildcard_that_ends_conflicts_with_a_start() {
    let error = fault(&rules(
        "  lights: { on: knock, then: [ { start: seen(south) } ] }
  darkens: { on: knock, then: [ { end: seen(_) } ] }",
    ));
    says(&error, "R0901", &["`seen(south)`"]);
}

#[test]
fn effects_in_different_waves_do_not_conflict() {
    let told = story(&rules(
        "  lights: { on: knock, then: [ { start: lit }, { happen: ring } ] }
  darkens: { on: ring, then: [ { end: lit } ] }",
    ));
    assert_eq!(told.facts(), ["2024-03-01 start lit", "2024-03-01 end lit"]);
}

#[test]
fn two_different_sets_are_an_error() {
    let error = fault(&rules(
        "  a: { on: knock, then: [ { set: heat, to: 1 } ] }
  b: { on: knock, then: [ { set: heat, to: 2 } ] }",
    ));
    says(
        &error,
        "R0902",
        &["2024-03-01", "`heat`", "rule `a`", "rule `b`", "1", "2"],
    );
}

#[test]
fn a_set_with_an_add_is_an_error() {
    let error = fault(&rules(
        "  a: { on: knock, then: [ { set: heat, to: 1 } ] }
  b: { on: knock, then: [ { add: heat, by: 0 } ] }",
    ));
    says(&error, "R0902", &["2024-03-01", "`heat`", "rule `a`", "rule `b`"]);
}

// Overrides.

#[test]
fn a_rule_that_overrides_another_drops_that_one_effect_of_it() {
    let told = story(&rules(
        "  lights: { on: knock, then: [ { start: lit }, { start: warm } ] }
  darkens: { on: knock, overrides: lights, then: [ { end: lit }, { happen: ring } ] }",
    ));
    assert_eq!(told.facts(), ["2024-03-01 start warm"]);
    assert_eq!(told.events(), ["2024-03-01 knock", "2024-03-01 ring"]);
}

#[test]
fn without_a_conflict_nothing_is_dropped() {
    let told = story(&rules(
        "  lights: { on: knock, then: [ { start: lit } ] }
  warms: { on: knock, overrides: lights, then: [ { start: warm } ] }",
    ));
    assert_eq!(told.facts().len(), 2);
}

#[test]
fn overrides_are_transitive() {
    let told = story(&rules(
        "  weak: { on: knock, then: [ { start: lit } ] }
  middle: { on: call, overrides: weak, then: [ { happen: ring } ] }
  strong: { on: knock, overrides: middle, then: [ { end: lit } ] }",
    ));
    assert_eq!(told.facts(), [""; 0]);
}

#[test]
fn overrides_settle_measures_too() {
    let told = story(&rules(
        "  a: { on: knock, then: [ { set: heat, to: 1 } ] }
  b: { on: knock, overrides: a, then: [ { set: heat, to: 2 } ] }
  c: { on: knock, overrides: [ a, b ], then: [ { add: heat, by: 3 } ] }",
    ));
    assert_eq!(told.measures(), ["2024-03-01 heat: 0 -> 3"]);
}

#[test]
fn what_still_conflicts_is_an_error() {
    let error = fault(&rules(
        "  a: { on: knock, then: [ { start: lit } ] }
  b: { on: knock, overrides: a, then: [ { end: lit } ] }
  c: { on: knock, then: [ { start: lit } ] }",
    ));
    says(&error, "R0901", &["rule `b`", "rule `c`"]);
}

#[test]
fn overrides_in_a_circle_are_refused_at_load() {
    let refused = refusal(&rules(
        "  a: { on: knock, overrides: b, then: [ { start: lit } ] }
  b: { on: knock, overrides: a, then: [ { end: lit } ] }",
    ));
    assert!(refused.contains("E0612"), "{refused}");
}

// Loops.

#[test]
fn a_when_that_would_fire_twice_in_a_day_is_an_error_that_prints_the_loop() {
    let error = fault(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  once: { on: knock, then: [ { start: lit } ] }
  off: { when: lit, then: [ { end: lit }, { start: warm } ] }
  on_again: { when: warm, then: [ { end: warm }, { start: lit } ] }
",
    );
    let round = "rule `off`, then rule `on_again`, then rule `off`";
    says(&error, "R0903", &["2024-03-01", round]);
}

#[test]
fn a_loop_over_days_is_no_loop() {
    let told = story(
        "
period: { to: 2024-01-07 }
start: { lit: true }
rules:
  plan: { when: lit, then: [ { end: lit }, { happen: knock, after: 2 days } ] }
  back: { on: knock, then: [ { start: lit } ] }
",
    );
    assert_eq!(
        told.events(),
        ["2024-01-03 knock", "2024-01-05 knock", "2024-01-07 knock"]
    );
}

// Probabilities.

#[test]
fn a_probability_outside_zero_and_one_names_rule_binding_date_and_numbers() {
    let draw = |p: &str| {
        rules(&format!(
            "  draws:
    for: {{ a: actor }}
    on: knock
    if: a == south
    then: [ {{ chance: vote(a), branches: {{ yes: {{ p: {p} }}, no: {{ p: rest }} }} }} ]
start: {{ heat: 1.5 }}"
        ))
    };
    let all = ["2024-03-01", "rule `draws` (a = south)", "`vote(south)`"];
    let above = fault(&draw("heat"));
    says(&above, "R0904", &all);
    says(&above, "R0904", &["`yes` 1.5"]);
    let below = fault(&draw("1 - heat"));
    says(&below, "R0904", &all);
    says(&below, "R0904", &["`yes` -0.5"]);
}

#[test]
fn branches_that_together_exceed_one_are_an_error() {
    let error = fault(&rules(
        "  draws: { on: knock, then: [ { chance: vote, branches: { a: { p: heat }, b: { p: heat }, c: { p: rest } } } ] }
start: { heat: 0.6 }",
    ));
    says(&error, "R0904", &["`a` 0.6", "`b` 0.6"]);
}

#[test]
fn branches_without_rest_must_make_one() {
    let text = |heat: &str| {
        rules(&format!(
            "  draws: {{ on: knock, then: [ {{ chance: vote, branches: {{ a: {{ p: heat }}, b: {{ p: heat }} }} }} ] }}
start: {{ heat: {heat} }}"
        ))
    };
    assert_eq!(fault(&text("0.4")).code, "R0904");
    assert_eq!(story(&text("0.5")).settled().len(), 1);
}

#[test]
fn a_probability_is_looked_at_only_when_drawn() {
    let told = story(&rules(
        "  draws: { on: knock, if: lit, then: [ { chance: vote, branches: { yes: { p: heat }, no: { p: rest } } } ] }
start: { heat: 1.5 }",
    ));
    assert_eq!(told.events(), ["2024-03-01 knock"]);
}

// Numbers.

#[test]
fn a_division_by_zero_names_the_rule() {
    let amount = fault(&rules(
        "  divides: { on: knock, then: [ { set: heat, to: 1 / heat } ] }",
    ));
    says(
        &amount,
        "R0909",
        &["2024-03-01", "rule `divides`", "divides by zero"],
    );
    let guarded = story(&rules(
        "  divides: { on: knock, then: [ { set: heat, to: if heat == 0 then 0 else 1 / heat } ] }",
    ));
    assert_eq!(guarded.measures(), [""; 0]);
}

#[test]
fn a_division_by_zero_in_a_condition_names_the_rule_that_reads_it_and_the_day() {
    let chooses = |default: &str| {
        format!(
            "{{ choice: answer, by: north, default: {default}, options: {{ yes: {{ then: [ {{ start: lit }} ] }}, no: {{}} }} }}"
        )
    };
    for reads in [
        "when: 1 / heat > 5, then: [ { start: lit } ]",
        "on: knock, if: 1 / heat > 5, then: [ { start: lit } ]",
        "on: knock, then: [ { duty: ring, of: north, within: 1 year, while: 1 / heat > 5 } ]",
        "on: knock, then: [ { met_when: 1 / heat > 5, of: north, within: 1 year } ]",
        &format!(
            "on: knock, then: [ {} ]",
            chooses("if 1 / heat > 5 then yes else no")
        ),
        &format!(
            "on: knock, then: [ {} ]",
            chooses("if lit then yes else (if 1 / heat > 5 then yes else no)")
        ),
        &format!(
            "on: knock, then: [ {} ]",
            chooses("if lit then (if 1 / heat > 5 then yes else no) else no")
        ),
    ] {
        let error = fault(&rules(&format!(
            "  cools: {{ on: knock, then: [ {{ set: heat, to: 0 }} ] }}
  other: {{ when: lit, then: [ {{ end: lit }} ] }}
  reads: {{ {reads} }}
start: {{ heat: 1 }}"
        )));
        says(
            &error,
            "R0908",
            &["2024-03-01", "rule `reads`", "divides by zero"],
        );
    }
}

// All runs of a family stop alike.

#[test]
fn a_fault_in_one_branch_stops_only_the_runs_that_reach_it() {
    let compiled = compiled(&rules(
        "  draws: { on: knock, then: [ { chance: vote, branches: { yes: { p: 0.5, then: [ { start: lit } ] }, no: { p: rest } } } ] }
  darkens: { on: knock, then: [ { end: lit } ] }",
    ));
    let failed = (0..100)
        .filter(|number| compiled.run_number(Seed(1), RunNumber(*number)).is_err())
        .count();
    assert!((25..=75).contains(&failed), "{failed} of 100");
}
