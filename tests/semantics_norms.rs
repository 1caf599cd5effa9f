//! DESIGN 8, sentence by sentence: duties, prohibitions, powers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use common::story;

/// North owes a payment from the knock of 1 March on; the rest of the scenario is the test's.
fn duty(keys: &str, rest: &str) -> common::Told {
    story(
        &format!(
            "
timeline:
  arises: {{ on: 2024-03-01, happen: knock }}
{rest}
"
        )
        .replace(
            "OWES",
            &format!("owes: {{ on: knock, then: [ {{ duty: pay(north), of: north, {keys} }} ] }}"),
        ),
    )
}

// Duties.

#[test]
fn a_duty_is_active_then_fulfilled() {
    let told = duty(
        "within: 1 month",
        "  paid: { on: 2024-04-01, happen: pay(north) }\nrules: { OWES }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-04-01, 2024-04-01 fulfilled by pay(north)"]
    );
}

#[test]
fn a_duty_is_active_then_breached() {
    let told = duty(
        "within: 30 days",
        "  paid: { on: 2024-04-01, happen: pay(north) }\nrules: { OWES }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-31, 2024-03-31 breached"]
    );
    let late = "2024-04-01 pay(north)".to_owned();
    assert!(
        told.events().contains(&late),
        "what comes too late happens, and fulfils nothing"
    );
}

#[test]
fn a_duty_is_active_then_released() {
    let told = duty(
        "while: lit",
        "  dark: { on: 2024-04-01, happen: call }
  paid: { on: 2024-05-01, happen: pay(north) }
start: { lit: true }
rules: { OWES, dusk: { on: call, then: [ { end: lit } ] } }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 released"]
    );
}

#[test]
fn a_duty_may_be_due_on_a_date() {
    let told = duty("due: 2024-06-15", "rules: { OWES }");
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-06-15, 2024-06-15 breached"]
    );
    let past = duty("due: 2024-02-01", "rules: { OWES }");
    assert_eq!(
        past.norms(),
        ["north: 2024-03-01 active until 2024-02-01, 2024-03-01 breached"]
    );
}

#[test]
fn a_duty_may_be_due_before_an_event() {
    let told = duty(
        "before: ring or call",
        "  limit: { on: 2024-04-01, happen: call }\nrules: { OWES }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 breached by call"]
    );
}

#[test]
fn a_duty_before_an_event_is_not_breached_by_the_one_that_brought_it_about() {
    let told = duty(
        "before: knock",
        "  again: { on: 2024-04-01, happen: knock }\nrules: { OWES }",
    );
    assert_eq!(
        told.norms(),
        [
            "north: 2024-03-01 active until never, 2024-04-01 breached by knock",
            "north: 2024-04-01 active until never"
        ]
    );
}

#[test]
fn a_duty_due_on_the_last_day_of_the_period_is_breached_on_it() {
    let told = duty("due: 2024-12-31", "rules: { OWES }");
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-12-31, 2024-12-31 breached"]
    );
}

#[test]
fn a_duty_is_fulfilled_or_breached_or_released_once() {
    let told = duty(
        "within: 1 week, while: not lit",
        "  paid: { on: 2024-03-02, happen: pay(north) }
  paid_again: { on: 2024-03-03, happen: pay(north) }
  light: { on: 2024-03-04, happen: call }
rules: { OWES, lamp: { on: call, then: [ { start: lit } ] } }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-02 fulfilled by pay(north)"]
    );
}

#[test]
fn without_a_deadline_a_duty_stays_open() {
    let told = duty("to: south", "rules: { OWES }");
    assert_eq!(told.norms(), ["north: 2024-03-01 active until never"]);
    let never = duty("within: never", "rules: { OWES }");
    assert_eq!(never.norms(), told.norms(), "`never` is no deadline");
}

#[test]
fn a_duty_whose_deadline_lies_after_the_period_stays_open() {
    let told = duty("within: 1 year", "rules: { OWES }");
    assert_eq!(told.norms(), ["north: 2024-03-01 active until 2025-03-01"]);
}

#[test]
fn a_duty_may_name_several_events_and_omit_arguments() {
    let told = story(
        "
timeline: { arises: { on: 2024-03-01, happen: knock }, goes: { on: 2024-03-05, happen: \"visit(north, south)\" } }
rules: { owes: { on: knock, then: [ { duty: pay(north) or visit(north), of: north } ] } }
",
    );
    let history = "north: 2024-03-01 active until never, 2024-03-05 fulfilled by visit(north, south)";
    assert_eq!(
        told.norms(),
        [history],
        "an omitted argument matches anything, not only its default"
    );
}

#[test]
fn a_duty_may_ask_for_a_condition() {
    let asks = |lit: &str| {
        story(&format!(
            "
timeline: {{ arises: {{ on: 2024-03-01, happen: knock }}, light: {{ on: 2024-03-05, happen: call }} }}
start: {{ lit: {lit} }}
rules:
  owes: {{ on: knock, then: [ {{ met_when: lit, of: north, within: 1 week }} ] }}
  lamp: {{ on: call, then: [ {{ start: lit }} ] }}
"
        ))
        .norms()
    };
    assert_eq!(
        asks("false"),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-05 fulfilled"]
    );
    assert_eq!(
        asks("true"),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-01 fulfilled"]
    );
}

#[test]
fn a_condition_that_holds_only_in_passing_fulfils_nothing() {
    let told = story(
        "
timeline: { arises: { on: 2024-03-01, happen: knock }, flash: { on: 2024-03-05, happen: call } }
rules:
  owes: { on: knock, then: [ { met_when: lit, of: north, within: 1 week } ] }
  flash: { on: call, then: [ { start: lit }, { happen: ring } ] }
  gone: { on: ring, then: [ { end: lit } ] }
",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-08 breached"]
    );
}

#[test]
fn a_duty_to_reach_a_condition_may_be_due_before_an_event() {
    let told = story(
        "
timeline:
  arises: { on: 2024-03-01, happen: knock }
  light: { on: 2024-03-05, happen: call }
  arises_again: { on: 2024-03-10, happen: pay(south) }
  limit: { on: 2024-03-20, happen: ring }
rules:
  owes: { on: knock, then: [ { met_when: lit, of: north, before: ring } ] }
  owes_warmth: { on: pay(south), then: [ { met_when: warm, of: south, before: ring } ] }
  lamp: { on: call, then: [ { start: lit } ] }
",
    );
    assert_eq!(
        told.norms(),
        [
            "north: 2024-03-01 active until never, 2024-03-05 fulfilled",
            "south: 2024-03-10 active until never, 2024-03-20 breached by ring",
        ]
    );
}

#[test]
fn a_duty_is_fulfilled_by_an_event_of_the_day_it_arises_whatever_the_wave() {
    let at = |rule: &str| {
        story(&format!(
            "
timeline: {{ a: {{ on: 2024-03-01, happen: knock }}, paid: {{ on: 2024-03-01, happen: pay(north) }} }}
rules:
  b: {{ on: knock, then: [ {{ happen: ring }} ] }}
{rule}
"
        ))
        .norms()
    };
    let fulfilled = ["north: 2024-03-01 active until 2024-03-08, 2024-03-01 fulfilled by pay(north)"];
    let duty = "then: [ { duty: pay(north), of: north, within: 1 week } ]";
    assert_eq!(at(&format!("  same_wave: {{ on: knock, {duty} }}")), fulfilled);
    assert_eq!(at(&format!("  wave_before: {{ on: ring, {duty} }}")), fulfilled);
}

#[test]
fn no_event_of_an_earlier_day_fulfils() {
    let told = duty(
        "within: 1 week",
        "  paid: { on: 2024-02-29, happen: pay(north) }\nrules: { OWES }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-08 breached"]
    );
}

#[test]
fn a_duty_is_not_fulfilled_by_its_own_trigger() {
    let told = story(
        "
timeline:
  first: { on: 2024-03-01, happen: pay(north) }
  second: { on: 2024-03-10, happen: pay(north) }
rules: { next_rate: { on: pay(north), then: [ { duty: pay(north), of: north, within: 1 month } ] } }
",
    );
    assert_eq!(
        told.norms(),
        [
            "north: 2024-03-01 active until 2024-04-01, 2024-03-10 fulfilled by pay(north)",
            "north: 2024-03-10 active until 2024-04-10, 2024-04-10 breached",
        ]
    );
}

#[test]
fn an_event_that_could_have_been_the_trigger_but_was_not_fulfils() {
    let told = story(
        "
timeline: { paid: { on: 2024-03-01, happen: pay(north) } }
rules:
  lamp: { on: pay(north), then: [ { start: lit }, { happen: knock } ] }
  owes: { on: pay(north) or knock, if: lit, then: [ { duty: pay(north), of: north, within: 1 week } ] }
",
    );
    let history = "north: 2024-03-01 active until 2024-03-08, 2024-03-01 fulfilled by pay(north)";
    assert_eq!(told.norms(), [history], "the rule fired for the knock");
}

#[test]
fn one_event_fulfils_every_active_duty_it_matches() {
    let told = story(
        "
timeline:
  one: { on: 2024-03-01, happen: knock }
  two: { on: 2024-03-02, happen: knock }
  paid: { on: 2024-03-03, happen: pay(north) }
rules:
  owes: { on: knock, then: [ { duty: pay(north), of: north } ] }
  owes_too: { on: knock, then: [ { duty: pay(_), of: south } ] }
",
    );
    assert_eq!(told.norms().len(), 4);
    assert!(
        told.norms()
            .iter()
            .all(|norm| norm.ends_with("2024-03-03 fulfilled by pay(north)"))
    );
}

#[test]
fn in_a_wave_fulfilment_comes_before_release_and_breach() {
    let limit = duty(
        "before: call",
        "  paid: { on: 2024-04-01, happen: pay(north) }
  limit: { on: 2024-04-01, happen: call }
rules: { OWES }",
    );
    assert_eq!(
        limit.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 fulfilled by pay(north)"]
    );
    let released = duty(
        "while: lit",
        "  paid: { on: 2024-04-01, happen: ring }
start: { lit: true }
rules: { OWES, dusk: { on: ring, then: [ { end: lit }, { happen: pay(north) } ] } }",
    );
    assert_eq!(
        released.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 fulfilled by pay(north)"]
    );
}

#[test]
fn in_a_wave_release_comes_before_breach() {
    let told = duty(
        "before: call, while: lit",
        "  dark: { on: 2024-04-01, happen: ring }
start: { lit: true }
rules: { OWES, dusk: { on: ring, then: [ { end: lit }, { happen: call } ] } }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 released"]
    );
}

#[test]
fn on_its_last_day_release_comes_before_breach() {
    let told = duty(
        "within: 1 week, while: lit",
        "  dark: { on: 2024-03-08, happen: call }
start: { lit: true }
rules: { OWES, dusk: { on: call, then: [ { end: lit } ] } }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-08 released"]
    );
}

#[test]
fn a_duty_whose_while_fails_only_in_passing_is_not_released() {
    let told = duty(
        "while: lit",
        "  blink: { on: 2024-04-01, happen: call }
start: { lit: true }
rules:
  OWES
  blink: { on: call, then: [ { end: lit }, { happen: ring } ] }
  back: { on: ring, then: [ { start: lit } ] }",
    );
    assert_eq!(told.norms(), ["north: 2024-03-01 active until never"]);
}

#[test]
fn an_accrued_duty_survives_what_brought_it_about() {
    let told = duty(
        "within: 1 month",
        "  dark: { on: 2024-03-02, happen: call }
start: { lit: true }
rules:
  owes: { on: knock, if: lit, then: [ { duty: pay(north), of: north, within: 1 month } ] }
  dusk: { on: call, then: [ { end: lit } ] }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-04-01, 2024-04-01 breached"]
    );
}

#[test]
fn a_void_act_fulfils_nothing() {
    let told = story(
        "
events: { transfer: { is: institutional, requires: lit } }
timeline: { arises: { on: 2024-03-01, happen: knock }, tries: { on: 2024-03-02, happen: transfer } }
rules: { owes: { on: knock, then: [ { duty: transfer, of: north, within: 1 week } ] } }
",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until 2024-03-08, 2024-03-08 breached"]
    );
}

#[test]
fn a_breach_has_its_else_and_a_new_duty_begins_on_that_day() {
    let told = duty(
        "within: 1 week, else: [ { start: lit }, { duty: visit(north), of: north, within: 1 week } ]",
        "rules: { OWES }",
    );
    assert_eq!(told.facts(), ["2024-03-08 start lit"]);
    assert_eq!(
        told.norms(),
        [
            "north: 2024-03-01 active until 2024-03-08, 2024-03-08 breached",
            "north: 2024-03-08 active until 2024-03-15, 2024-03-15 breached",
        ]
    );
}

#[test]
fn a_duty_in_an_else_is_not_fulfilled_by_what_broke_the_norm() {
    let told = story(
        "
timeline: { arises: { on: 2024-03-01, happen: knock }, bribe: { on: 2024-03-05, happen: pay(north) } }
rules:
  bars:
    on: knock
    then: [ { forbid: pay(north), of: north, else: [ { duty: pay(north), of: north, within: 1 week } ] } ]
",
    );
    assert_eq!(
        told.norms()[1..],
        ["north: 2024-03-05 active until 2024-03-12, 2024-03-12 breached"]
    );
}

// Prohibitions.

/// North may not pay from the knock of 1 March on.
fn forbidden(keys: &str, timeline: &str, rules: &str) -> common::Told {
    story(&format!(
        "
start: {{ lit: true }}
timeline:
  arises: {{ on: 2024-03-01, happen: knock }}
{timeline}
rules:
  bars: {{ on: knock, then: [ {{ forbid: pay(north), of: north, {keys} }} ] }}
{rules}
"
    ))
}

#[test]
fn a_prohibition_is_never_retroactive() {
    let told = forbidden(
        "else: [ { happen: ring } ]",
        "  same_wave: { on: 2024-03-01, happen: pay(north) }",
        "",
    );
    assert_eq!(told.norms(), ["north: 2024-03-01 active until never"]);
}

#[test]
fn a_prohibition_holds_from_the_next_wave_on() {
    let told = forbidden(
        "else: [ { happen: ring } ]",
        "",
        "  pays: { on: knock, then: [ { happen: pay(north) } ] }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until never, 2024-03-01 breached by pay(north)"]
    );
}

#[test]
fn a_prohibition_stays_active_after_a_breach() {
    let told = forbidden(
        "else: [ { add: heat, by: 1 } ]",
        "  one: { on: 2024-04-01, happen: pay(north) }\n  two: { on: 2024-05-01, happen: pay(north) }",
        "",
    );
    let history = "north: 2024-03-01 active until never, 2024-04-01 breached by pay(north), \
                   2024-05-01 breached by pay(north)";
    assert_eq!(told.norms(), [history]);
    assert_eq!(
        told.measures(),
        ["2024-04-01 heat: 0 -> 1", "2024-05-01 heat: 1 -> 2"]
    );
}

#[test]
fn what_breaks_a_prohibition_takes_effect_and_raises_the_else() {
    let told = forbidden(
        "else: [ { happen: ring } ]",
        "  does: { on: 2024-04-01, happen: pay(north) }",
        "  effect: { on: pay(north), then: [ { start: warm } ] }",
    );
    assert_eq!(told.facts(), ["2024-04-01 start warm"]);
    assert_eq!(
        told.waves()[1..],
        [
            "2024-04-01 wave 1: pay(north)",
            "2024-04-01 wave 2: breach(north, _)",
            "2024-04-01 wave 2: ring"
        ]
    );
}

#[test]
fn a_prohibition_is_released_when_its_while_fails() {
    let told = forbidden(
        "while: lit, else: [ { happen: ring } ]",
        "  dark: { on: 2024-04-01, happen: call }\n  does: { on: 2024-05-01, happen: pay(north) }",
        "  dusk: { on: call, then: [ { end: lit } ] }",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-03-01 active until never, 2024-04-01 released"]
    );
}

#[test]
fn two_different_forbidden_events_are_two_breaches() {
    let told = story(
        "
timeline:
  arises: { on: 2024-03-01, happen: knock }
  one: { on: 2024-04-01, happen: pay(north) }
  two: { on: 2024-04-01, happen: pay(south) }
rules: { bars: { on: knock, then: [ { forbid: pay(_), of: north, else: [ { add: heat, by: 1 } ] } ] } }
",
    );
    assert_eq!(
        told.measures(),
        ["2024-04-01 heat: 0 -> 2"],
        "each matching event raises the else"
    );
}

// Powers.

#[test]
fn a_power_is_what_an_institutional_event_requires_and_delegation_a_fact_it_reads() {
    let told = story(
        "
facts: { empowered: { args: { who: actor } } }
events:
  consent: { args: { who: actor }, is: institutional, requires: empowered(who) }
timeline:
  early: { on: 2024-03-01, happen: consent(north) }
  delegates: { on: 2024-03-02, happen: visit(north) }
  north: { on: 2024-03-03, happen: consent(north) }
  south: { on: 2024-03-03, happen: consent(south) }
rules: { delegation: { for: { a: actor }, on: visit(a), then: [ { start: empowered(a) } ] } }
",
    );
    assert_eq!(
        told.void(),
        ["2024-03-01 consent(north)", "2024-03-03 consent(south)"]
    );
    assert_eq!(told.events()[1..], ["2024-03-03 consent(north)"]);
}

// What is known of norms.

const PACT: &str = "
agreements: { pact: { parties: [ north, south ] } }
";

#[test]
fn every_breach_raises_the_built_in_event() {
    let told = story(&format!(
        "{PACT}
timeline: {{ arises: {{ on: 2024-03-01, happen: knock }} }}
rules:
  owes: {{ on: knock, then: [ {{ duty: pay(north), of: north, under: pact, within: 1 week }} ] }}
  owes_more: {{ on: knock, then: [ {{ duty: visit(north), of: north, under: pact, within: 1 week }} ] }}
  heard: {{ for: {{ a: actor }}, on: \"breach(a, pact)\", then: [ {{ start: seen(a) }} ] }}
  of_none: {{ for: {{ a: actor }}, on: breach(a), then: [ {{ start: lit }} ] }}
"
    ));
    assert_eq!(
        told.events()[1..],
        ["2024-03-08 breach(north, pact)"],
        "two breaches on a day are one event"
    );
    assert_eq!(told.causes("breach(north, pact)"), 2);
    assert_eq!(
        told.facts(),
        ["2024-03-08 start lit", "2024-03-08 start seen(north)"]
    );
}

#[test]
fn conditions_read_owed_met_and_broken() {
    let told = story(&format!(
        "{PACT}
timeline:
  arises: {{ on: 2024-03-01, happen: knock }}
  paid: {{ on: 2024-03-05, happen: pay(north) }}
rules:
  owes:
    for: {{ a: pact.parties }}
    on: knock
    then: [ {{ duty: pay(a), of: a, under: pact, within: 1 week }} ]
outcomes:
  owed_north: {{ is: \"held(owed(north, pact))\" }}
  owed_south: {{ is: \"held(owed(south, pact))\" }}
  met_north: {{ is: \"first(met(north, pact))\" }}
  met_south: {{ is: \"ever(met(south, _))\" }}
  broken_south: {{ is: \"first(broken(south, pact))\" }}
  broken_any: {{ is: \"at_end(broken(_, pact))\" }}
  broken_north: {{ is: \"ever(broken(north, pact))\" }}
"
    ));
    assert_eq!(
        (told.outcome("owed_north"), told.outcome("owed_south")),
        ("4".into(), "7".into())
    );
    assert_eq!(
        (told.outcome("met_north"), told.outcome("met_south")),
        ("2024-03-05".into(), "false".into())
    );
    assert_eq!(told.outcome("broken_south"), "2024-03-08");
    assert_eq!(
        (told.outcome("broken_any"), told.outcome("broken_north")),
        ("true".into(), "false".into())
    );
}

#[test]
fn a_prohibition_is_broken_but_never_owed_or_met() {
    let told = story(&format!(
        "{PACT}
timeline: {{ arises: {{ on: 2024-03-01, happen: knock }}, done: {{ on: 2024-03-05, happen: pay(north) }} }}
rules:
  bars: {{ on: knock, then: [ {{ forbid: pay(north), of: north, under: pact }} ] }}
outcomes:
  owed: {{ is: \"ever(owed(north, pact))\" }}
  met: {{ is: \"ever(met(north, pact))\" }}
  broken: {{ is: \"first(broken(north, pact))\" }}
"
    ));
    assert_eq!(
        (told.outcome("owed"), told.outcome("met")),
        ("false".into(), "false".into())
    );
    assert_eq!(told.outcome("broken"), "2024-03-05");
}

#[test]
fn owed_lasts_while_any_duty_of_the_same_text_is_active() {
    let told = story(&format!(
        "{PACT}
timeline: {{ arises: {{ on: 2024-03-01, happen: knock }}, paid: {{ on: 2024-03-05, happen: pay(north) }} }}
rules:
  owes: {{ on: knock, then: [ {{ duty: pay(north), of: north, under: pact }} ] }}
  owes_more: {{ on: knock, then: [ {{ duty: visit(north), of: north, under: pact, within: 9 days }} ] }}
outcomes: {{ owed: {{ is: \"held(owed(north, pact))\" }} }}
"
    ));
    assert_eq!(told.outcome("owed"), "9");
}

#[test]
fn on_an_event_binds_at_the_moment_and_when_binds_once_it_becomes_true() {
    let binds = |trigger: &str| {
        story(&format!(
            "
timeline: {{ attack: {{ on: 2024-03-01, happen: knock }}, ratified: {{ on: 2024-04-01, happen: call }} }}
rules:
  attacked: {{ on: knock, then: [ {{ start: warm }} ] }}
  bound: {{ on: call, then: [ {{ start: lit }} ] }}
  owes: {{ {trigger}, then: [ {{ duty: pay(north), of: north, within: 1 week }} ] }}
"
        ))
        .norms()
    };
    assert_eq!(
        binds("on: knock, if: lit"),
        [""; 0],
        "who ratifies after the attack owes nothing"
    );
    assert_eq!(
        binds("when: [ warm, lit ]"),
        ["north: 2024-04-01 active until 2024-04-08, 2024-04-08 breached"]
    );
}
