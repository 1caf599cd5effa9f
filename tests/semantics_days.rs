//! DESIGN 7, sentence by sentence: the clock, waves, rest, effects; and events of DESIGN 6.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use common::{alone, compile, compiled, story};
use demarche::engine::{Draws, NoTrace, RunNumber, Runner, Seed};

// The clock.

#[test]
fn the_clock_jumps_to_the_next_date_in_the_agenda() {
    let compiled = compiled(
        "
period: { from: 1900-01-01, to: 2024-12-31 }
timeline: { early: { on: 1900-02-01, happen: knock }, late: { on: 2024-01-01, happen: knock } }
",
    );
    let mut runner = Runner::new(compiled.program()).unwrap();
    let world = runner
        .go(&mut Draws::new(Seed(1), RunNumber(0)), &mut NoTrace)
        .unwrap();
    assert_eq!(world.waves(), 3, "the first day and the two of the timeline");
}

#[test]
fn from_is_always_a_day() {
    let told = story("rules: { dawn: { when: not lit, then: [ { happen: knock } ] } }");
    assert_eq!(told.events(), ["2024-01-01 knock"]);
}

#[test]
fn from_and_to_are_inclusive() {
    let told = story(
        "
timeline:
  eve: { on: 2023-12-31, happen: call }
  first: { on: 2024-01-01, happen: knock }
  last: { on: 2024-12-31, happen: ring }
  after: { on: 2025-01-01, happen: call }
rules: { later: { on: ring, then: [ { happen: call, after: 1 day } ] } }
",
    );
    assert_eq!(told.events(), ["2024-01-01 knock", "2024-12-31 ring"]);
}

#[test]
fn every_ticks_from_the_anchor_on_and_never_on_the_first_day() {
    let told = story(
        "
period: { from: 2024-01-31, to: 2024-05-31 }
rules: { tick: { every: 1 month, then: [ { happen: knock } ] } }
",
    );
    let days = [
        "2024-02-29 knock",
        "2024-03-31 knock",
        "2024-04-30 knock",
        "2024-05-31 knock",
    ];
    assert_eq!(told.events(), days, "a clamped month end is not carried on");
}

#[test]
fn every_in_weeks_ticks_by_days() {
    let told = story(
        "{ period: { to: 2024-01-20 }, rules: { tick: { every: 1 week, then: [ { happen: knock } ] } } }",
    );
    assert_eq!(told.events(), ["2024-01-08 knock", "2024-01-15 knock"]);
}

// Waves.

#[test]
fn the_first_wave_is_timeline_and_agenda_and_ticks() {
    let told = story(
        "
period: { to: 2024-02-01 }
timeline: { early: { on: 2024-01-31, happen: knock }, scripted: { on: 2024-02-01, happen: ring } }
rules:
  plan: { on: knock, then: [ { happen: call, after: 1 day }, { happen: pay(north), after: 1 day, unless: lit } ] }
  tick: { every: 1 month, then: [ { happen: visit(north) } ] }
",
    );
    assert_eq!(
        told.waves(),
        [
            "2024-01-31 wave 1: knock",
            "2024-02-01 wave 1: call",
            "2024-02-01 wave 1: ring",
            "2024-02-01 wave 2: visit(north, east)",
            "2024-02-01 wave 3: pay(north)",
        ]
    );
}

#[test]
fn events_raised_are_the_next_wave() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a: { on: knock, then: [ { happen: ring } ] }
  b: { on: ring, then: [ { happen: call } ] }
",
    );
    assert_eq!(
        told.waves(),
        [
            "2024-03-01 wave 1: knock",
            "2024-03-01 wave 2: ring",
            "2024-03-01 wave 3: call"
        ]
    );
}

#[test]
fn derived_facts_are_the_least_fixpoint() {
    let told = story(
        "
facts: { chick: {}, egg: {} }
start: { lit: true }
timeline: { dusk: { on: 2024-03-01, happen: knock } }
rules:
  a: { if: egg, derive: chick }
  b: { if: chick, derive: egg }
  c: { if: lit, derive: egg }
  dark: { on: knock, then: [ { end: lit } ] }
outcomes: { before: { is: ever(chick) }, after: { is: at_end(chick or egg) } }
",
    );
    assert_eq!(told.outcome("before"), "true");
    assert_eq!(
        told.outcome("after"),
        "false",
        "what only supports itself does not hold"
    );
}

#[test]
fn negation_and_counting_wait_for_the_stratum_below() {
    let told = story(
        "
facts: { busy: { args: { who: actor } }, idle: { args: { who: actor } }, quorum: {} }
start: { seen(north): true, seen(south): true }
rules:
  works: { for: { a: actor }, if: seen(a), derive: busy(a) }
  rests: { for: { a: actor }, if: not busy(a), derive: idle(a) }
  enough: { if: count(a in actor where busy(a)) >= 2, derive: quorum }
outcomes:
  quorum: { is: at_end(quorum) }
  idlers: { is: count(a in actor where at_end(idle(a))) }
",
    );
    assert_eq!(
        (told.outcome("quorum"), told.outcome("idlers")),
        ("true".into(), "1".into())
    );
}

#[test]
fn what_an_act_requires_is_read_on_the_snapshot_of_its_wave() {
    let told = story(
        "
events: { enter: { is: institutional, requires: lit } }
timeline:
  light: { on: 2024-03-01, happen: knock }
  same_wave: { on: 2024-03-01, happen: enter }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  inside: { on: enter, then: [ { start: warm } ] }
",
    );
    assert_eq!(told.void(), ["2024-03-01 enter"], "a void act is reported");
    assert_eq!(told.events(), ["2024-03-01 knock"], "it did not happen");
    assert_eq!(told.facts(), ["2024-03-01 start lit"], "and triggers nothing");
}

#[test]
fn a_void_raise_does_not_count() {
    let told = story(
        "
events: { enter: { is: institutional, requires: lit } }
timeline:
  light: { on: 2024-03-01, happen: knock }
  too_early: { on: 2024-03-01, happen: enter }
rules:
  lamp: { on: knock, then: [ { start: lit }, { happen: enter } ] }
outcomes: { entries: { is: times(enter) } }
",
    );
    assert_eq!(told.void(), ["2024-03-01 enter"]);
    assert_eq!(told.waves()[1..], ["2024-03-01 wave 2: enter"]);
    assert_eq!(told.outcome("entries"), "1");
}

#[test]
fn an_event_raised_twice_on_a_day_is_one_event_with_two_causes() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock }, other: { on: 2024-03-01, happen: call } }
rules:
  a: { on: knock, then: [ { happen: ring } ] }
  b: { on: call, then: [ { happen: ring }, { happen: pay(north) } ] }
  again: { on: pay(north), then: [ { happen: ring } ] }
  heard: { on: ring, then: [ { add: heat, by: 1 } ] }
outcomes: { rings: { is: times(ring) } }
",
    );
    assert_eq!(told.causes("ring"), 2);
    assert_eq!(
        told.outcome("rings"),
        "1",
        "a third raise in a later wave makes no second event"
    );
    assert_eq!(told.measures(), ["2024-03-01 heat: 0 -> 1"]);
}

#[test]
fn an_event_on_two_days_is_two_events() {
    let told = story(
        "
timeline: { one: { on: 2024-03-01, happen: ring }, two: { on: 2024-03-02, happen: ring } }
rules: { heard: { on: ring, then: [ { add: heat, by: 1 } ] } }
",
    );
    assert_eq!(
        told.measures(),
        ["2024-03-01 heat: 0 -> 1", "2024-03-02 heat: 1 -> 2"]
    );
}

#[test]
fn two_rules_on_one_tick_are_simultaneous() {
    let told = story(
        "
period: { to: 2024-02-15 }
rules:
  lamp: { every: 1 month, then: [ { start: lit } ] }
  sees_light: { every: 1 month, if: lit, then: [ { happen: ring } ] }
  sees_dark: { every: 1 month, if: not lit, then: [ { happen: call } ] }
",
    );
    assert_eq!(told.events(), ["2024-02-01 call"]);
}

#[test]
fn what_comes_then_hangs_on_an_event_raised_after_the_commit_it_reads() {
    let told = story(
        "
period: { to: 2024-02-15 }
rules:
  lamp: { every: 1 month, then: [ { start: lit }, { happen: knock } ] }
  sees_light: { on: knock, if: lit, then: [ { happen: ring } ] }
  sees_dark: { on: knock, if: not lit, then: [ { happen: call } ] }
",
    );
    assert_eq!(told.events(), ["2024-02-01 knock", "2024-02-01 ring"]);
}

/// The order behind the two figures of workload C: the attack is weighed before or after the vote of its month.
#[test]
fn an_attack_on_the_tick_of_a_vote_does_not_see_it_and_one_on_an_event_raised_by_the_tick_does() {
    let text = |trigger: &str| {
        format!(
            "
period: {{ to: 2024-02-15 }}
rules:
  month: {{ every: 1 month, then: [ {{ happen: knock }} ] }}
  votes:
    every: 1 month
    then: [ {{ chance: vote, branches: {{ yes: {{ p: 1, then: [ {{ start: seen(north) }} ] }}, no: {{ p: rest }} }} }} ]
  attack:
    {trigger}
    then: [ {{ chance: war, branches: {{ yes: {{ p: if seen(north) then 0 else 1 }}, no: {{ p: rest }} }} }} ]
"
        )
    };
    let war = |trigger: &str| {
        story(&text(trigger))
            .settled()
            .into_iter()
            .find(|line| line.contains("war"))
    };
    assert_eq!(war("every: 1 month").unwrap(), "2024-02-01 war #1 = yes");
    assert_eq!(war("on: knock").unwrap(), "2024-02-01 war #1 = no");
}

#[test]
fn choices_then_chances_are_settled_on_the_snapshot() {
    let told = story(
        "
start: { heat: 1 }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a_chance: { on: knock, then: [ { chance: c, branches: { yes: { p: heat }, no: { p: rest } } } ] }
  b_change: { on: knock, then: [ { set: heat, to: 0 }, { start: lit } ] }
  c_choice:
    on: knock
    then:
      - choice: d
        by: north
        default: if lit then light else dark
        options: { dark: { if: not lit, then: [ { happen: call } ] }, light: { if: lit } }
",
    );
    assert_eq!(
        told.settled(),
        ["2024-03-01 d #1 = dark", "2024-03-01 c #1 = yes"]
    );
}

#[test]
fn all_effects_commit_at_once() {
    let told = story(
        "
measures: { cold: { from: 0, to: 10 } }
start: { heat: 1, cold: 2 }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a: { on: knock, then: [ { set: heat, to: cold } ] }
  b: { on: knock, then: [ { set: cold, to: heat } ] }
",
    );
    let mut swapped = told.measures();
    swapped.sort();
    assert_eq!(swapped, ["2024-03-01 cold: 2 -> 1", "2024-03-01 heat: 1 -> 2"]);
}

// At rest.

#[test]
fn before_the_first_rest_everything_counts_as_false() {
    let told = story(
        "
start: { lit: true }
rules: { dawn: { when: lit, then: [ { start: warm } ] } }
",
    );
    assert_eq!(told.facts(), ["2024-01-01 start warm"]);
}

#[test]
fn norms_are_released_before_rising_conditions_are_looked_at() {
    let told = story(
        "
start: { lit: true }
timeline: { start: { on: 2024-02-01, happen: knock }, dark: { on: 2024-03-01, happen: call } }
rules:
  owes: { on: knock, then: [ { duty: pay(north), of: north, while: lit } ] }
  dusk: { on: call, then: [ { end: lit } ] }
  free: { when: [ not lit, \"not owed(north, _)\" ], then: [ { happen: ring } ] }
",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-02-01 active until never, 2024-03-01 released"]
    );
    assert_eq!(told.waves()[2..], ["2024-03-01 wave 2: ring"]);
}

#[test]
fn rising_conditions_fire_together_as_one_commit() {
    let told = story(
        "
start: { lit: true }
rules:
  a: { when: lit, then: [ { start: warm } ] }
  b: { when: lit, if: not warm, then: [ { happen: ring } ] }
  c: { when: lit, if: warm, then: [ { happen: call } ] }
",
    );
    assert_eq!(told.events(), ["2024-01-01 ring"]);
}

#[test]
fn a_condition_that_stays_true_fires_once() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock }, again: { on: 2024-03-02, happen: knock } }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  rises: { when: lit, then: [ { happen: ring } ] }
",
    );
    assert_eq!(
        told.events(),
        ["2024-03-01 knock", "2024-03-01 ring", "2024-03-02 knock"]
    );
}

#[test]
fn a_condition_that_rises_again_on_a_later_day_fires_again() {
    let told = story(
        "
timeline:
  on: { on: 2024-03-01, happen: knock }
  off: { on: 2024-03-02, happen: call }
  on_again: { on: 2024-03-03, happen: knock }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  dusk: { on: call, then: [ { end: lit } ] }
  rises: { when: lit, then: [ { start: warm }, { happen: ring } ] }
outcomes: { rings: { is: times(ring) } }
",
    );
    assert_eq!(told.outcome("rings"), "2");
}

#[test]
fn a_condition_true_only_in_passing_never_fires() {
    let told = story(
        "
timeline: { flash: { on: 2024-03-01, happen: knock } }
rules:
  flash: { on: knock, then: [ { start: lit }, { happen: ring } ] }
  gone: { on: ring, then: [ { end: lit } ] }
  rises: { when: lit, then: [ { happen: call } ] }
",
    );
    assert_eq!(told.facts(), ["2024-03-01 start lit", "2024-03-01 end lit"]);
    assert_eq!(told.events(), ["2024-03-01 knock", "2024-03-01 ring"]);
}

#[test]
fn a_condition_false_only_in_passing_does_not_rise() {
    let told = story(
        "
start: { lit: true }
timeline: { blink: { on: 2024-03-01, happen: knock } }
rules:
  blink: { on: knock, then: [ { end: lit }, { happen: ring } ] }
  back: { on: ring, then: [ { start: lit } ] }
  rises: { when: lit, then: [ { happen: call } ] }
outcomes: { calls: { is: times(call) } }
",
    );
    assert_eq!(told.facts().len(), 2);
    assert_eq!(told.outcome("calls"), "1", "only on the first day");
}

#[test]
fn an_if_beside_when_misses_later_truth() {
    let told = story(
        "
timeline: { one: { on: 2024-03-01, happen: knock }, two: { on: 2024-03-02, happen: ring } }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  heating: { on: ring, then: [ { start: warm } ] }
  rises: { when: lit, if: warm, then: [ { happen: call } ] }
",
    );
    assert_eq!(told.events(), ["2024-03-01 knock", "2024-03-02 ring"]);
}

#[test]
fn an_event_with_unless_is_withheld_if_it_holds_at_rest_on_the_due_day() {
    let text = |due: &str| {
        format!(
            "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }}, light: {{ on: 2024-03-04, happen: call }} }}
rules:
  plan: {{ on: knock, then: [ {{ happen: ring, after: {due}, unless: lit }} ] }}
  lamp: {{ on: call, then: [ {{ start: lit }} ] }}
"
        )
    };
    let told = story(&text("3 days"));
    assert_eq!(
        told.withheld(),
        ["2024-03-04 ring"],
        "the light of that very day counts"
    );
    assert_eq!(told.events(), ["2024-03-01 knock", "2024-03-04 call"]);
    assert_eq!(story(&text("2 days")).events()[1], "2024-03-03 ring");
}

#[test]
fn an_event_with_unless_and_no_after_happens_at_rest_of_the_same_day() {
    let text = |lamp: &str| {
        format!(
            "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  plan: {{ on: knock, then: [ {{ happen: ring, unless: lit }}, {{ happen: call }} ] }}
{lamp}
"
        )
    };
    assert_eq!(story(&text("")).waves()[2..], ["2024-03-01 wave 3: ring"]);
    let told = story(&text("  lamp: { on: call, then: [ { start: lit } ] }"));
    assert_eq!(
        told.withheld(),
        ["2024-03-01 ring"],
        "what lights up later on that day counts"
    );
}

#[test]
fn what_two_rules_put_on_the_agenda_of_one_day_is_one_event() {
    let told = story(
        "
timeline: { one: { on: 2024-03-01, happen: knock }, two: { on: 2024-03-02, happen: call } }
rules:
  a: { on: knock, then: [ { happen: ring, after: 3 days } ] }
  b: { on: call, then: [ { happen: ring, after: 2 days }, { happen: ring, after: 2 days, unless: lit } ] }
outcomes: { rings: { is: times(ring) } }
",
    );
    assert_eq!(told.events()[2..], ["2024-03-04 ring"]);
    assert_eq!(told.outcome("rings"), "1");
}

#[test]
fn rising_conditions_come_before_what_happens_unless() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock }, light: { on: 2024-03-04, happen: call } }
rules:
  plan: { on: knock, then: [ { happen: ring, after: 3 days, unless: lit } ] }
  warms: { on: call, then: [ { start: warm } ] }
  lamp: { when: warm, then: [ { start: lit } ] }
",
    );
    assert_eq!(told.withheld(), ["2024-03-04 ring"]);
}

#[test]
fn what_happens_unless_and_the_breaches_of_the_day_are_one_wave() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  plan:
    on: knock
    then:
      - { happen: ring, after: 3 days, unless: lit }
      - { duty: pay(north), of: north, within: 3 days, else: [ { happen: call } ] }
",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-04, 2024-03-04 breached"]
    );
    let mut last = told.waves().split_off(1);
    last.sort();
    assert_eq!(
        last,
        [
            "2024-03-04 wave 2: breach(north, _)",
            "2024-03-04 wave 2: call",
            "2024-03-04 wave 2: ring"
        ]
    );
}

#[test]
fn a_deadline_is_met_by_anything_on_its_last_day() {
    let last_day = |how: &str| {
        format!(
            "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }}, last: {{ on: 2024-03-04, happen: ring }} }}
rules:
  owes: {{ on: knock, then: [ {{ duty: pay(north), of: north, within: 3 days }} ] }}
{how}
"
        )
    };
    let paid = ["north: 2024-03-01 active until 2024-03-04, 2024-03-04 fulfilled by pay(north)"];
    let late_wave = "  a: { on: ring, then: [ { happen: call } ] }
  b: { on: call, then: [ { happen: pay(north) } ] }";
    assert_eq!(story(&last_day(late_wave)).norms(), paid);
    let at_rest = "  a: { on: ring, then: [ { start: lit } ] }
  b: { when: lit, then: [ { happen: pay(north) } ] }";
    assert_eq!(story(&last_day(at_rest)).norms(), paid);
    let breached = ["north: 2024-03-01 active until 2024-03-04, 2024-03-04 breached"];
    let next_day = "  a: { on: ring, then: [ { happen: pay(north), after: 1 day } ] }";
    assert_eq!(story(&last_day(next_day)).norms(), breached);
}

#[test]
fn a_rule_instance_fires_at_most_once_a_day() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock }, other_day: { on: 2024-03-02, happen: ring } }
rules:
  chain: { on: knock, then: [ { happen: ring } ] }
  heard: { on: knock or ring, then: [ { add: heat, by: 1 } ] }
  each: { for: { a: actor }, on: ring, then: [ { start: seen(a) } ] }
",
    );
    assert_eq!(
        told.measures(),
        ["2024-03-01 heat: 0 -> 1", "2024-03-02 heat: 1 -> 2"]
    );
    assert_eq!(told.facts().len(), 3, "each instance has its own turn");
}

// Effects.

#[test]
fn a_fact_holds_until_ended_and_ending_what_does_not_hold_does_nothing() {
    let told = story(
        "
timeline:
  nothing: { on: 2024-03-01, happen: call }
  on: { on: 2024-03-02, happen: knock }
  on_again: { on: 2024-03-03, happen: knock }
  off: { on: 2024-05-01, happen: call }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  dusk: { on: call, then: [ { end: lit } ] }
",
    );
    assert_eq!(told.facts(), ["2024-03-02 start lit", "2024-05-01 end lit"]);
}

#[test]
fn end_takes_a_wildcard() {
    let told = story(
        "
facts: { likes: { args: { who: actor, whom: actor } } }
start: { \"likes(north, south)\": true, \"likes(north, east)\": true, \"likes(south, east)\": true }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules: { cold: { on: knock, then: [ { end: \"likes(north, _)\" } ] } }
",
    );
    let mut ended = told.facts();
    ended.sort();
    assert_eq!(
        ended,
        [
            "2024-03-01 end likes(north, east)",
            "2024-03-01 end likes(north, south)"
        ]
    );
}

#[test]
fn adds_are_summed_then_clamped_once() {
    let told = story(
        "
start: { heat: 9 }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a: { on: knock, then: [ { add: heat, by: 3 } ] }
  b: { on: knock, then: [ { add: heat, by: -2.5 } ] }
  c: { on: knock, then: [ { happen: ring } ] }
  d: { on: ring, then: [ { add: heat, by: 3 } ] }
",
    );
    assert_eq!(
        told.measures(),
        ["2024-03-01 heat: 9 -> 9.5", "2024-03-01 heat: 9.5 -> 10"]
    );
}

#[test]
fn a_measure_that_is_set_is_clamped_and_the_same_value_twice_is_no_conflict() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a: { on: knock, then: [ { set: heat, to: 20 } ] }
  b: { on: knock, then: [ { set: heat, to: 20 } ] }
",
    );
    assert_eq!(told.measures(), ["2024-03-01 heat: 0 -> 10"]);
}

#[test]
fn what_a_branch_holds_is_settled_right_after_it_in_the_same_wave() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  decides:
    on: knock
    then:
      - choice: go
        by: north
        default: on
        options:
          on:
            then:
              - chance: road
                branches:
                  safe: { p: 1, then: [ { chance: weather, branches: { sun: { p: 1, then: [ { start: warm } ] }, rain: { p: 0 } } } ] }
                  blocked: { p: rest }
          back: {}
  meanwhile: { on: knock, then: [ { start: lit } ] }
  sees: { when: [ lit, warm ], then: [ { happen: call } ] }
",
    );
    let order = [
        "2024-03-01 go #1 = on",
        "2024-03-01 road #1 = safe",
        "2024-03-01 weather #1 = sun",
    ];
    assert_eq!(told.settled(), order);
    assert_eq!(
        told.facts(),
        ["2024-03-01 start lit", "2024-03-01 start warm"],
        "one commit"
    );
    assert_eq!(
        told.waves(),
        ["2024-03-01 wave 1: knock", "2024-03-01 wave 2: call"]
    );
}

#[test]
fn a_signal_changes_postures() {
    let told = story(
        "
facts: { friendly: { posture: true } }
events: { smile: { is: signal } }
timeline: { start: { on: 2024-03-01, happen: smile } }
rules: { warms: { on: smile, then: [ { start: friendly } ] } }
",
    );
    assert_eq!(told.facts(), ["2024-03-01 start friendly"]);
}

#[test]
fn the_order_of_rules_and_keys_does_not_matter() {
    let text = |rules: [&str; 2], args: &str| {
        format!(
            "
demarche: 1
title: order
period: {{ from: 2024-01-01, to: 2024-12-31 }}
actors: {args}
facts: {{ seen: {{ args: {{ who: actor }} }} }}
events: {{ knock: {{ is: physical }} }}
timeline: {{ t: {{ on: 2024-03-01, happen: knock }} }}
rules: {{ {}, {} }}
",
            rules[0], rules[1]
        )
    };
    let rules = [
        "a: { on: knock, for: { x: actor }, then: [ { start: seen(x) } ] }",
        "b: { on: knock, then: [ { duty: knock, of: east, within: 1 week } ] }",
    ];
    let one = common::told(&compile(&alone(&text(rules, "{ east: {}, west: {} }"))), 0);
    let other = common::told(
        &compile(&alone(&text([rules[1], rules[0]], "{ west: {}, east: {} }"))),
        0,
    );
    assert_eq!(
        (one.facts(), one.norms(), one.fired()),
        (other.facts(), other.norms(), other.fired())
    );
}
