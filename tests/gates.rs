//! The sequence view of a goal: what must come first, who can stand in the way, what waits for itself.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;

use demarche::check::gates::{Gates, GoalError, StepKind};
use demarche::{Compiled, Scenario};

fn open(file: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    Scenario::open(path).unwrap_or_else(|error| panic!("{error}"))
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

fn gates(file: &str, goal: &str) -> Gates {
    let gates = compile(&open(file)).gates(goal);
    gates.unwrap_or_else(|error| panic!("{error}"))
}

/// As people read it, places shown from the root of the repository.
fn text(gates: &Gates) -> String {
    let root = format!("{}/", env!("CARGO_MANIFEST_DIR"));
    // Wide, so that the length of the root breaks no line.
    gates.text(10_000).replace(&root, "")
}

const PARLEY: &str = "
title: A parley
period: { from: 2024-01-01, to: 2024-12-31 }
actors: { north: { kind: state }, south: { kind: state } }
facts: { heard: { args: { who: state } }, agreed: {}, calm: {} }
events: { gather: { is: physical }, speak_up: { is: physical, args: { who: state } }, seal: { is: physical } }
timeline: { meeting: { on: 2024-02-01, happen: gather } }
rules:
  all_speak:
    for: { s: state }
    on: gather
    then:
      - chance: speaks(s)
        branches:
          speaks: { p: 0.5, then: [ happen: speak_up(s) ] }
          stays_silent: { p: rest }
  hearing: { for: { s: state }, on: speak_up(s), then: [ start: heard(s) ] }
  agreement:
    when: all(s in state satisfy heard(s))
    then:
      - choice: sign_it
        by: north
        default: sign
        options:
          sign: { then: [ happen: seal ] }
          wait: {}
  settlement: { on: seal, then: [ start: agreed ] }
";

fn parley() -> Compiled {
    compile(&Scenario::from_text("parley.yaml", PARLEY).unwrap())
}

#[test]
fn what_every_way_has_in_common_is_a_step_and_each_step_knows_what_it_waits_for() {
    let gates = parley().gates("agreed").unwrap();
    assert!(gates.reachable && !gates.given && gates.deadlocks.is_empty());
    let of = |what: &str| {
        let found = gates.steps.iter().find(|step| step.what == what);
        found.unwrap_or_else(|| panic!("no step {what}: {gates:#?}"))
    };
    let (meet, north, south) = (of("gather"), of("speak_up(north)"), of("speak_up(south)"));
    assert!(meet.stage < north.stage && north.stage == south.stage);
    assert_eq!(of("sign_it: sign").kind, StepKind::Choice);
    assert!(of("seal").after.contains(&of("sign_it: sign").number));
    assert_eq!(gates.steps.last().unwrap().what, "agreed");
}

#[test]
fn whoever_settles_a_question_on_every_way_can_stand_in_the_way() {
    let gates = parley().gates("seal").unwrap();
    let told: Vec<_> = gates
        .blockers
        .iter()
        .map(|b| (b.question.as_str(), b.by.as_deref()))
        .collect();
    assert!(told.contains(&("sign_it", Some("north"))), "{told:?}");
    assert!(
        told.contains(&("speaks(north)", None)) && told.contains(&("speaks(south)", None)),
        "{told:?}"
    );
}

#[test]
fn a_goal_that_nothing_brings_about_is_missing_and_no_deadlock() {
    let gates = parley().gates("calm").unwrap();
    assert!(!gates.reachable && gates.deadlocks.is_empty());
    assert_eq!(gates.missing, ["calm"]);
}

#[test]
fn a_goal_is_read_as_scenarios_are_and_refused_with_a_suggestion() {
    let error = parley().gates("agred").unwrap_err();
    assert!(matches!(error, GoalError::Unread(_)));
    insta::assert_snapshot!(error.to_string());
}

#[test]
fn the_ring_of_the_istanbul_offer_is_found_and_cut_by_its_variant() {
    let file = "scenarios/istanbul/referendum_under_martial_law.yaml";
    insta::assert_snapshot!(text(&gates(file, "in_force(treaty)")));
    let cut = compile(&open(file).variant("cease_fire_from_signature").unwrap());
    assert!(cut.gates("in_force(treaty)").unwrap().reachable);
}

#[test]
fn the_ring_of_minsk_is_found_and_cut_by_either_variant() {
    let file = "scenarios/precedents/minsk_2015.yaml";
    let goal = "taken(minsk.border_control)";
    insta::assert_snapshot!(text(&gates(file, goal)));
    for variant in ["elections_first", "border_first"] {
        let cut = compile(&open(file).variant(variant).unwrap());
        assert!(cut.gates(goal).unwrap().reachable, "{variant}");
    }
}

#[test]
fn the_way_to_the_treaty_reads_well() {
    insta::assert_snapshot!(text(&gates(
        "scenarios/istanbul/baseline.yaml",
        "in_force(treaty)"
    )));
}

#[test]
fn a_ring_and_a_sequence_are_drawn() {
    let ring = gates(
        "scenarios/precedents/minsk_2015.yaml",
        "taken(minsk.border_control)",
    );
    insta::assert_snapshot!(ring.mermaid());
    insta::assert_snapshot!(ring.dot());
    insta::assert_snapshot!(parley().gates("agreed").unwrap().mermaid());
}
