//! DESIGN 4, what overlays do to a run: merge patches, variants, rules patched by name, and the indexes of assumptions.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use std::sync::Arc;

use common::{alone, compile, scenario, story, told};
use demarche::Scenario;
use demarche::program::Compiled;

/// A club of two, each of whose members pays when it is rung for.
const CLUB: &str = "
demarche: 1
title: A club
period: { from: 2024-01-01, to: 2024-12-31 }
actors:
  north: {}
  south: {}
  east: {}
  club: { kind: organization, members: [ north, south ] }
facts: { lit: {} }
events: { ring: { is: physical }, pay: { args: { who: actor }, is: physical } }
assumptions: { delay: { value: 2 days } }
timeline: { call: { on: 2024-03-01, happen: ring } }
rules:
  pays: { for: { a: club.members }, on: ring, then: [ { happen: pay(a), after: delay } ] }
  lamp: { on: ring, then: [ { start: lit } ] }
variants:
  with_east: { title: East joins, actors: { club: { members: { east: {} } } } }
  east_for_north: { actors: { club: { members: { east: {}, north: null } } } }
  other_club: { actors: { club: { members: [ east ] } } }
  later: { assumptions: { delay: { value: 1 month } } }
  no_call: { timeline: { call: null } }
  dark: { rules: { lamp: null } }
  patched: { rules: { lamp: { then: [ { start: lit }, { happen: pay(east) } ] } } }
  conditional: { rules: { pays: { if: a == south } } }
  second_call: { timeline: { again: { on: 2024-04-01, happen: ring } } }
";

fn events(compiled: &Arc<Compiled>) -> Vec<String> {
    told(compiled, 0).events()
}

fn variant(id: &str) -> Vec<String> {
    events(&compile(
        &alone(CLUB).variant(id).unwrap_or_else(|error| panic!("{error}")),
    ))
}

#[test]
fn without_an_overlay_the_scenario_is_as_written() {
    let asked = [
        "2024-03-01 ring",
        "2024-03-03 pay(north)",
        "2024-03-03 pay(south)",
    ];
    assert_eq!(events(&compile(&alone(CLUB))), asked);
}

#[test]
fn a_map_over_an_inherited_list_adds_members() {
    let paid = variant("with_east").split_off(1);
    assert_eq!(
        paid,
        [
            "2024-03-03 pay(east)",
            "2024-03-03 pay(north)",
            "2024-03-03 pay(south)"
        ]
    );
}

#[test]
fn a_null_in_a_map_over_an_inherited_list_drops_a_member() {
    assert_eq!(
        variant("east_for_north")[1..],
        ["2024-03-03 pay(east)", "2024-03-03 pay(south)"]
    );
}

#[test]
fn a_list_in_an_overlay_replaces() {
    assert_eq!(variant("other_club")[1..], ["2024-03-03 pay(east)"]);
}

#[test]
fn a_map_over_a_map_changes_what_it_names_and_keeps_the_rest() {
    assert_eq!(
        variant("later")[1..],
        ["2024-04-01 pay(north)", "2024-04-01 pay(south)"]
    );
    assert_eq!(
        variant("second_call")
            .iter()
            .filter(|line| line.ends_with("ring"))
            .count(),
        2
    );
}

#[test]
fn null_removes_an_element() {
    assert_eq!(variant("no_call"), [""; 0]);
    let dark = compile(&alone(CLUB).variant("dark").unwrap());
    assert_eq!(told(&dark, 0).facts(), [""; 0]);
}

#[test]
fn a_null_that_hits_nothing_is_an_error() {
    let error = alone(CLUB)
        .with("over.yaml", "rules: { lmap: null }")
        .unwrap_err()
        .to_string();
    assert!(error.contains("E0210") && error.contains("`lamp`"), "{error}");
}

#[test]
fn a_rule_is_patched_by_name() {
    assert_eq!(
        variant("patched")[..2],
        ["2024-03-01 ring", "2024-03-01 pay(east)"]
    );
    assert_eq!(variant("conditional")[1..], ["2024-03-03 pay(south)"]);
}

#[test]
fn a_rule_of_the_vocabulary_is_patched_by_name() {
    let text = |overlay: &str| {
        format!(
            "
agreements: {{ pact: {{ parties: [ north, south ] }} }}
timeline:
  signed: {{ on: 2024-03-01, happen: sign(pact) }}
  one: {{ on: 2024-03-02, happen: \"ratify(north, pact)\" }}
{overlay}
"
        )
    };
    let force = |told: &common::Told| {
        told.events()
            .iter()
            .any(|line| line.ends_with("enter_into_force(pact)"))
    };
    assert!(!force(&story(&text(""))));
    let one_is_enough =
        "rules: { enough_have_ratified: { when: \"any(a in t.needs where ratified(a, t))\" } }";
    assert!(force(&story(&text(one_is_enough))));
}

#[test]
fn a_variant_is_an_overlay_and_leaves_the_scenario_as_it_was() {
    let base = compile(&alone(CLUB));
    let before = events(&base);
    let other = base.variant("with_east").unwrap();
    assert_eq!(other.title(), "East joins");
    assert_eq!(base.title(), "A club");
    assert_eq!(events(&Arc::new(other)), variant("with_east"));
    assert_eq!(events(&base), before);
    let titles: Vec<_> = base.variants().map(|(id, _)| id.to_owned()).collect();
    assert_eq!(titles.len(), 9);
    assert_eq!(titles[0], "with_east");
}

#[test]
fn a_variant_is_exactly_what_a_file_with_from_would_be() {
    let folder = std::env::temp_dir().join(format!("demarche-overlays-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("club.yaml"), CLUB).unwrap();
    let over =
        "demarche: 1\nfrom: club.yaml\ntitle: East joins\nactors: { club: { members: { east: {} } } }\n";
    std::fs::write(folder.join("over.yaml"), over).unwrap();
    let compiled = compile(&Scenario::open(folder.join("over.yaml")).unwrap());
    let inherited = compiled.variants().count();
    let told = events(&compiled);
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(told, variant("with_east"));
    assert_eq!(inherited, 0, "variants are not inherited through `from:`");
}

#[test]
fn an_overlay_may_fix_a_chance_by_occurrence_and_by_date() {
    let base = scenario(
        "
period: { to: 2024-04-15 }
rules: { draws: { every: 1 month, then: [ { chance: vote, branches: { yes: { p: 0 }, no: { p: 1 } } } ] } }
fix: { vote: { 2: yes } }
",
    );
    let yes = |scenario: &Scenario| {
        let mut lines = told(&compile(scenario), 0).settled();
        lines.retain(|line| line.ends_with("yes"));
        lines
    };
    assert_eq!(yes(&base), ["2024-03-01 vote #2 = yes"]);
    let over = base
        .with("over.yaml", "fix: { vote: { 2024-02-01: yes } }")
        .unwrap();
    assert_eq!(
        yes(&over),
        ["2024-02-01 vote #1 = yes", "2024-03-01 vote #2 = yes"]
    );
    let without = base
        .with("over.yaml", "fix: { vote: { 2: null, 3: yes } }")
        .unwrap();
    assert_eq!(yes(&without), ["2024-04-01 vote #3 = yes"]);
}

// Assumptions.

#[test]
fn the_most_specific_index_of_an_assumption_wins() {
    let told = story(
        "
assumptions:
  share(_, _):         { value: 1 }
  share(_, south):     { value: 2 }
  share(north, south): { value: 3 }
measures: { given: { args: { by: actor, to: actor }, from: 0, to: 9 } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  gives: { for: { a: actor, b: actor }, on: knock, if: b != east, then: [ { set: \"given(a, b)\", to: \"share(a, b)\" } ] }
",
    );
    let mut given: Vec<String> = told.measures().iter().map(|line| line[11..].to_owned()).collect();
    given.sort();
    assert_eq!(
        given,
        [
            "given(east, north): 0 -> 1",
            "given(east, south): 0 -> 2",
            "given(north, north): 0 -> 1",
            "given(north, south): 0 -> 3",
            "given(south, north): 0 -> 1",
            "given(south, south): 0 -> 2",
        ]
    );
}

#[test]
fn an_overlay_adds_a_more_specific_index() {
    let base = scenario(
        "
assumptions: { delay(_): { value: 10 days } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules: { later: { for: { a: actor }, on: knock, if: a != east, then: [ { happen: pay(a), after: delay(a) } ] } }
",
    );
    let over = base
        .with("over.yaml", "assumptions: { delay(south): { value: 20 days } }")
        .unwrap();
    assert_eq!(
        events(&compile(&base))[1..],
        ["2024-03-11 pay(north)", "2024-03-11 pay(south)"]
    );
    assert_eq!(
        events(&compile(&over))[1..],
        ["2024-03-11 pay(north)", "2024-03-21 pay(south)"]
    );
}

#[test]
fn an_assumption_may_stand_wherever_a_number_or_a_duration_is_expected() {
    let told = story(
        "
assumptions: { warmth: { value: 3 }, term: { value: 9 days }, sure: { value: 1 }, step: { value: 2 weeks } }
start: { heat: warmth }
period: { to: 2024-01-20 }
rules:
  tick: { every: step, then: [ { chance: c, branches: { yes: { p: sure }, no: { p: rest } } } ] }
  owes: { when: heat >= warmth, then: [ { duty: pay(north), of: north, within: term } ] }
",
    );
    assert_eq!(told.settled(), ["2024-01-15 c #1 = yes"]);
    assert_eq!(
        told.norms(),
        ["north: 2024-01-01 active until 2024-01-10, 2024-01-10 breached"]
    );
}

// Attributes.

#[test]
fn a_condition_as_an_attribute_is_read_from_the_state() {
    let told = story(
        "
kinds: { door: { about: A door., attributes: { opens_if: { type: condition, default: true }, for: { type: actor } } } }
entities:
  gate: { kind: door, for: north, opens_if: lit }
  hatch: { kind: door, for: south }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  opens: { for: { d: door }, when: d.opens_if, then: [ { happen: pay(d.for) } ] }
",
    );
    assert_eq!(
        told.events(),
        [
            "2024-01-01 pay(south)",
            "2024-03-01 knock",
            "2024-03-01 pay(north)"
        ]
    );
}

#[test]
fn a_default_may_read_a_sibling_and_follows_it_in_an_overlay() {
    let base = scenario(
        "
kinds:
  council:
    about: A council.
    attributes: { seats: { type: set of actor }, quorum: { type: number, default: size(seats) } }
entities: { board: { kind: council, seats: [ north, south ] } }
start: { seen(north): true, seen(south): true }
rules: { meets: { when: count(a in board.seats where seen(a)) >= board.quorum, then: [ { happen: ring } ] } }
",
    );
    let larger = base
        .with("over.yaml", "entities: { board: { seats: { east: {} } } }")
        .unwrap();
    assert_eq!(events(&compile(&base)), ["2024-01-01 ring"]);
    assert_eq!(events(&compile(&larger)), [""; 0]);
}
