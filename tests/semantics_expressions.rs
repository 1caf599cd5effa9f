//! DESIGN 5, what only runs show: patterns, symmetric facts, temporal words, fixed point, rates, dates.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use std::fmt::Write as _;

use common::{refusal, story};
use demarche::testing::reference::{Reference, Worth};
use demarche::whatif::{Budget, Law, Method};

// Facts and patterns.

#[test]
fn a_symmetric_fact_is_one_fact_however_it_is_written() {
    let told = story(
        "
start: { \"tied(south, north)\": true }
timeline: { cut: { on: 2024-03-01, happen: knock }, tie: { on: 2024-04-01, happen: ring } }
rules:
  sees: { for: { a: actor, b: actor }, when: \"tied(a, b)\", then: [ { start: seen(a) } ] }
  cut: { on: knock, then: [ { end: \"tied(north, south)\" } ] }
  tie: { on: ring, then: [ { start: \"tied(north, east)\" }, { start: \"tied(east, north)\" } ] }
outcomes:
  one_way: { is: \"held(tied(north, south))\" }
  other_way: { is: \"held(tied(south, north))\" }
  with_east: { is: \"count(a in actor where at_end(tied(a, north)))\" }
",
    );
    assert_eq!(
        (told.outcome("one_way"), told.outcome("other_way")),
        ("60".into(), "60".into())
    );
    assert_eq!(told.outcome("with_east"), "1");
    let started = told.facts();
    assert!(
        started.contains(&"2024-01-01 start seen(north)".into()),
        "{started:?}"
    );
    assert!(
        started.contains(&"2024-01-01 start seen(south)".into()),
        "{started:?}"
    );
    assert_eq!(
        started.iter().filter(|line| line.contains("start tied")).count(),
        1,
        "{started:?}"
    );
}

#[test]
fn somebody_may_stand_on_both_sides_of_a_symmetric_fact() {
    let told = story(
        "
start: { \"tied(north, north)\": true }
rules:
  read: { for: { a: actor }, when: \"tied(north, a)\", then: [ { start: seen(a) } ] }
",
    );
    assert_eq!(told.facts(), ["2024-01-01 start seen(north)"]);
}

#[test]
fn a_wildcard_ends_a_symmetric_fact_on_either_side() {
    let told = story(
        "
start: { \"tied(south, north)\": true, \"tied(north, east)\": true, \"tied(east, south)\": true }
timeline: { cut: { on: 2024-03-01, happen: knock } }
rules: { cut: { on: knock, then: [ { end: \"tied(north, _)\" } ] } }
outcomes: { left: { is: \"at_end(tied(south, east)) and not at_end(tied(_, north))\" } }
",
    );
    assert_eq!(told.facts().len(), 2);
    assert_eq!(told.outcome("left"), "true");
}

#[test]
fn in_a_pattern_an_omitted_trailing_argument_matches_anything_and_in_happen_it_takes_its_default() {
    let told = story(
        "
timeline:
  south: { on: 2024-03-01, happen: \"visit(north, south)\" }
  default: { on: 2024-03-02, happen: visit(north) }
rules:
  any: { on: visit(north), then: [ { add: heat, by: 1 } ] }
  only: { on: \"visit(_, east)\", then: [ { start: lit } ] }
outcomes: { all: { is: times(visit(north)) }, east: { is: \"times(visit(_, east))\" }, none: { is: ever(visit(south)) } }
",
    );
    assert_eq!(
        told.events(),
        ["2024-03-01 visit(north, south)", "2024-03-02 visit(north, east)"]
    );
    assert_eq!(told.measures().len(), 2);
    assert_eq!(told.facts(), ["2024-03-02 start lit"]);
    assert_eq!(
        (told.outcome("all"), told.outcome("east")),
        ("2".into(), "1".into())
    );
    assert_eq!(told.outcome("none"), "false");
}

#[test]
fn a_wildcard_in_a_condition_matches_anything() {
    let told = story(
        "
start: { \"tied(north, south)\": true }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  someone: { on: knock, if: \"tied(_, _)\", then: [ { start: lit } ] }
  each: { for: { a: actor }, on: knock, if: \"tied(a, _)\", then: [ { start: seen(a) } ] }
",
    );
    let mut facts = told.facts();
    facts.sort();
    assert_eq!(
        facts,
        [
            "2024-03-01 start lit",
            "2024-03-01 start seen(north)",
            "2024-03-01 start seen(south)"
        ]
    );
}

#[test]
fn a_count_is_compared_with_whole_and_broken_numbers_on_either_side() {
    type Holds = fn(f64, f64) -> bool;
    let compares: [(&str, &str, Holds); 6] = [
        ("<", ">", |a, b| a < b),
        ("<=", ">=", |a, b| a <= b),
        (">", "<", |a, b| a > b),
        (">=", "<=", |a, b| a >= b),
        ("==", "==", |a, b| (a - b).abs() < 0.1),
        ("!=", "!=", |a, b| (a - b).abs() > 0.1),
    ];
    let bounds = [-1.0, 0.0, 1.0, 1.5, 2.0, 3.0, 3.5];
    let (mut facts, mut rules, mut outcomes) = (String::new(), String::new(), String::new());
    let mut all = Vec::new();
    for (sign, mirrored, holds) in compares {
        for bound in bounds {
            let at = all.len();
            let count = "count(a in actor where seen(a))";
            writeln!(facts, "  left_{at}: {{}}\n  right_{at}: {{}}").unwrap();
            writeln!(
                rules,
                "  left_{at}: {{ if: {count} {sign} {bound}, derive: left_{at} }}"
            )
            .unwrap();
            writeln!(
                rules,
                "  right_{at}: {{ if: {bound} {mirrored} {count}, derive: right_{at} }}"
            )
            .unwrap();
            for side in ["left", "right"] {
                writeln!(outcomes, "  {side}_{at}: {{ is: at_end({side}_{at}) }}").unwrap();
            }
            all.push((sign, bound, holds));
        }
    }
    for (seen, actors) in [
        (0.0, ""),
        (1.0, "north"),
        (2.0, "north east"),
        (3.0, "north east south"),
    ] {
        let started: Vec<String> = actors
            .split_whitespace()
            .map(|actor| format!(", {{ start: seen({actor}) }}"))
            .collect();
        let started = started.concat();
        let told = story(&format!(
            "
facts:
{facts}
start: {{ seen(north): true, seen(south): true, seen(east): true }}
timeline:
  first: {{ on: 2024-03-01, happen: knock }}
  later: {{ on: 2024-04-01, happen: ring }}
rules:
  nobody: {{ on: knock, then: [ {{ end: seen(_) }} ] }}
  these: {{ on: ring, then: [ {{ happen: call }}{started} ] }}
{rules}
outcomes:
{outcomes}"
        ));
        for (at, (sign, bound, holds)) in all.iter().enumerate() {
            let wanted = holds(seen, *bound).to_string();
            for side in ["left", "right"] {
                let outcome = told.outcome(&format!("{side}_{at}"));
                assert_eq!(outcome, wanted, "{seen} {sign} {bound}, the count on the {side}");
            }
        }
    }
}

#[test]
fn quantifiers_count_sum_and_test_sets() {
    let told = story(
        "
measures: { weight: { args: { of: actor }, from: 0, to: 10 } }
start: { seen(north): true, seen(south): true, weight(north): 1.5, weight(south): 2.25, weight(east): 4 }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  total: { on: knock, then: [ { set: heat, to: sum(a in actor where seen(a) give weight(a)) } ] }
  some: { on: knock, if: any(a in actor where seen(a)), then: [ { happen: ring } ] }
  every: { on: knock, if: all(a in actor where seen(a) satisfy weight(a) >= 1), then: [ { happen: call } ] }
  not_every: { on: knock, if: all(a in actor satisfy seen(a)), then: [ { start: lit } ] }
",
    );
    assert_eq!(told.measures(), ["2024-03-01 heat: 0 -> 3.75"]);
    let mut raised = told.events().split_off(1);
    raised.sort();
    assert_eq!(raised, ["2024-03-01 call", "2024-03-01 ring"]);
    assert_eq!(told.facts(), [""; 0]);
}

#[test]
fn a_variable_may_range_over_one_set_or_another() {
    for (full, who) in [(1, "north"), (0, "south")] {
        let told = story(&format!(
            "
kinds: {{ council: {{ about: those who sit, attributes: {{ seats: {{ type: set of actor }}, guests: {{ type: set of actor }} }} }} }}
entities: {{ board: {{ kind: council, seats: [ north ], guests: [ south, east ] }} }}
assumptions: {{ full: {{ value: {full}, range: [ 0, 1 ], why: given }} }}
timeline:
  north: {{ on: 2024-03-01, happen: pay(north) }}
  south: {{ on: 2024-03-01, happen: pay(south) }}
rules: {{ pays: {{ for: {{ a: if full > 0 then board.seats else board.guests }}, on: pay(a), then: [ {{ start: seen(a) }} ] }} }}
"
        ));
        assert_eq!(told.facts(), [format!("2024-03-01 start seen({who})")]);
    }
}

#[test]
fn all_over_an_empty_set_is_true_and_any_is_false() {
    let told = story(
        "
actors: { nobody: { kind: group, members: [] } }
rules:
  all: { when: \"all(a in nobody.members satisfy seen(a))\", then: [ { happen: ring } ] }
  any: { when: \"any(a in nobody.members where not seen(a))\", then: [ { happen: call } ] }
",
    );
    assert_eq!(told.events(), ["2024-01-01 ring"]);
}

#[test]
fn a_variable_of_a_rule_hides_an_entity_of_the_same_name() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: pay(south) } }
rules: { hides: { for: { north: actor }, on: pay(north), then: [ { start: seen(north) } ] } }
",
    );
    assert_eq!(told.facts(), ["2024-03-01 start seen(south)"]);
}

// Temporal words.

#[test]
fn conditions_are_observed_at_the_close_of_the_day_and_events_in_every_wave() {
    let told = story(
        "
timeline: { flash: { on: 2024-03-01, happen: knock } }
rules:
  flash: { on: knock, then: [ { start: lit }, { happen: ring } ] }
  gone: { on: ring, then: [ { end: lit } ] }
outcomes: { seen: { is: ever(lit) }, days: { is: held(lit) }, rung: { is: ever(ring) }, quiet: { is: never(ring) } }
",
    );
    assert_eq!(
        (told.outcome("seen"), told.outcome("days")),
        ("false".into(), "0".into())
    );
    assert_eq!(
        (told.outcome("rung"), told.outcome("quiet")),
        ("true".into(), "false".into())
    );
}

/// The light burns from 10 March to 19 March and from 1 December on.
const LIGHTS: &str = "
timeline:
  on: { on: 2024-03-10, happen: knock }
  off: { on: 2024-03-20, happen: ring }
  on_again: { on: 2024-12-01, happen: knock }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  dusk: { on: ring, then: [ { end: lit } ] }
";

#[test]
fn held_counts_calendar_days_with_both_ends() {
    let told = story(&format!(
        "{LIGHTS}
outcomes: {{ lit: {{ is: held(lit) }}, dark: {{ is: held(not lit) }}, always: {{ is: held(not warm) }} }}"
    ));
    assert_eq!(
        told.outcome("lit"),
        "41",
        "ten days in March and all 31 of December"
    );
    assert_eq!(told.outcome("dark"), "325");
    assert_eq!(
        told.outcome("always"),
        "366",
        "the whole leap year, first and last day included"
    );
}

#[test]
fn ever_never_times_first_and_at_end_of_conditions() {
    let told = story(&format!(
        "{LIGHTS}
outcomes:
  ever: {{ is: ever(lit) }}
  not_ever: {{ is: never(lit) }}
  times: {{ is: times(lit) }}
  first: {{ is: first(lit) }}
  at_end: {{ is: at_end(lit) }}
  dark_first: {{ is: first(not lit) }}
"
    ));
    let all = ["ever", "not_ever", "times", "first", "at_end", "dark_first"].map(|name| told.outcome(name));
    assert_eq!(all, ["true", "false", "2", "2024-03-10", "true", "2024-01-01"]);
}

#[test]
fn a_comparison_with_a_first_that_never_came_is_false() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules: { rings: { on: knock, if: lit, then: [ { happen: ring } ] } }
outcomes:
  when: { is: first(ring) }
  before: { is: first(ring) < 2025-01-01 }
  after: { is: first(ring) > 2024-01-01 }
  equal: { is: first(ring) == first(call) }
  unequal: { is: first(ring) != 2024-01-01 }
  came: { is: first(knock) <= 2024-03-01 }
  later: { is: first(knock) < first(ring) }
",
    );
    let all = ["when", "before", "after", "equal", "unequal", "came", "later"].map(|name| told.outcome(name));
    assert_eq!(
        all,
        ["never", "false", "false", "false", "false", "true", "false"]
    );
}

/// One run of the engine, the exact method and the reference interpreter tell the same.
#[test]
fn the_word_never_is_a_date_later_than_all_and_only_a_first_that_never_came_compares_with_nothing() {
    let asked = [
        // `knock` comes, and whether `ring` does is drawn.
        ("came", "first(knock) < never", "true", 1.0),
        ("came_by_no_day", "first(knock) <= letter.due", "true", 1.0),
        ("not_after", "first(knock) > never", "false", 0.0),
        ("not_equal", "first(knock) != never", "true", 1.0),
        ("same_word", "never == letter.due", "true", 1.0),
        ("drawn", "first(ring) < never", "false", 0.25),
        ("drawn_other", "never > first(ring)", "false", 0.25),
        ("no_date_is_never", "first(ring) == never", "false", 0.0),
        ("cannot_come", "first(pay(_)) <= never", "false", 0.0),
        ("no_such_event", "first(greet(_)) <= never", "false", 0.0),
        ("either", "min(first(ring), never) == never", "true", 0.75),
        ("latest", "max(first(ring), first(knock)) < never", "false", 0.25),
        (
            "branch",
            "(if ever(ring) then first(ring) else never) == never",
            "true",
            0.75,
        ),
    ];
    let mut text = String::from(
        "
kinds: { ghost: { is_a: entity }, paper: { is_a: entity, attributes: { due: { type: date, default: never } } } }
entities: { letter: { kind: paper } }
events: { greet: { args: { who: ghost }, is: physical } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  rings: { on: knock, then: [ { chance: luck, branches: { good: { p: 0.25, then: [ { happen: ring } ] }, bad: { p: rest } } } ] }
fix: { luck: { 2: good } }
outcomes:
",
    );
    for (id, is, ..) in &asked {
        text += &format!("  {id}: {{ is: \"{is}\" }}\n");
    }
    let compiled = common::compiled(&text);
    let bad = (0..100)
        .map(|number| common::told(&compiled, number))
        .find(|told| told.outcome("drawn") == "false")
        .unwrap();
    let exact = compiled.outcomes(&Budget::default()).unwrap();
    assert!(matches!(exact.how, Method::Exact { .. }));
    let ends = Reference::new(compiled.model()).unwrap().ends(100, None).unwrap();
    for (id, is, in_bad, p) in asked {
        assert_eq!(bad.outcome(id), in_bad, "a run: {is}");
        let place = exact
            .outcomes
            .iter()
            .position(|outcome| outcome.id == id)
            .unwrap();
        let Law::Truth { p: found } = &exact.outcomes[place].law else {
            panic!("{is} is no statement");
        };
        assert!((found.value - p).abs() < 1e-12, "exact: {is}: {}", found.value);
        let named = asked.iter().position(|(name, ..)| *name == id).unwrap();
        let reference = ends.p(|end| end.outcomes[named] == Some(Worth::Truth(true)));
        assert!((reference - p).abs() < 1e-12, "reference: {is}: {reference}");
    }
}

#[test]
fn expectations_and_invariants_and_positions_are_read() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock }, off: { on: 2024-04-01, happen: ring } }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  dusk: { on: ring, then: [ { end: lit } ] }
expect: { knocked: ever(knock), lit_at_end: at_end(lit) }
invariants: { dark: not lit, cold: not warm }
positions: { light: { of: north, stance: demand, priority: 1, met_if: lit }, dark: { of: south, stance: demand, priority: 1, met_if: not lit } }
",
    );
    let decided = told.decided();
    assert_eq!(decided.expectations, [Some(true), Some(false)]);
    let broken: Vec<_> = decided
        .broken
        .iter()
        .map(|day| day.map(|day| day.to_string()))
        .collect();
    assert_eq!(
        broken,
        [Some("2024-03-01".to_owned()), None],
        "the first day at whose close it did not hold"
    );
    let mut met = decided.positions.clone();
    met.sort_unstable();
    assert_eq!(met, [false, true]);
}

// Numbers.

/// What `heat` becomes on a knock.
fn becomes(start: &str, amount: &str) -> String {
    let told = story(&format!(
        "
measures: {{ cold: {{ from: -10, to: 10 }} }}
start: {{ heat: {start} }}
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules: {{ r: {{ on: knock, then: [ {{ set: cold, to: \"{amount}\" }} ] }} }}
"
    ));
    let changed = told.measures();
    let value = changed.first().and_then(|line| line.rsplit(' ').next());
    value.unwrap_or("0").to_owned()
}

#[test]
fn measures_have_six_decimals_rounded_half_to_even() {
    assert_eq!(becomes("0.000001", "heat * 0.5"), "0");
    assert_eq!(becomes("0.000003", "heat * 0.5"), "0.000002");
    assert_eq!(becomes("0.000005", "heat * 0.5"), "0.000002");
    assert_eq!(becomes("0.000003", "-heat * 0.5"), "-0.000002");
    assert_eq!(becomes("2", "heat / 3"), "0.666667");
    assert_eq!(becomes("1", "heat / 3 * 3"), "0.999999", "each step is rounded");
}

#[test]
fn numbers_are_computed_as_usual() {
    assert_eq!(becomes("2", "1 + heat * 3 - 4 / heat"), "5");
    assert_eq!(becomes("2", "min(heat, 1) + max(heat, 3)"), "4");
    assert_eq!(becomes("2", "if heat > 1 then -heat else heat"), "-2");
    assert_eq!(becomes("2", "size(actor)"), "3");
    assert_eq!(becomes("2", "count(a in actor where a != north)"), "2");
}

#[test]
fn sums_are_taken_wide_so_that_only_the_total_must_fit() {
    let told = story(
        "
measures: { big: { from: 0, to: 9000000000000 } }
start: { big: 9000000000000 }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  a: { on: knock, then: [ { add: big, by: 9000000000000 } ] }
  b: { on: knock, then: [ { add: big, by: -9000000000000 } ] }
  c: { on: knock, then: [ { add: big, by: -1 } ] }
",
    );
    assert_eq!(
        told.measures(),
        ["2024-03-01 big: 9000000000000 -> 8999999999999"]
    );
}

#[test]
fn quantities_are_recomputed_from_the_state() {
    let told = story(
        "
quantities: { warmth: { args: { of: actor }, is: if seen(of) then heat * 2 else heat } }
start: { heat: 1 }
timeline: { one: { on: 2024-03-01, happen: knock }, two: { on: 2024-03-02, happen: ring } }
rules:
  see: { on: knock, then: [ { start: seen(north) } ] }
  warm: { on: ring, then: [ { set: heat, to: warmth(north) + warmth(south) } ] }
  hot: { when: warmth(north) >= 6, then: [ { start: lit } ] }
",
    );
    assert_eq!(told.measures(), ["2024-03-02 heat: 1 -> 3"]);
    assert_eq!(
        told.facts(),
        ["2024-03-01 start seen(north)", "2024-03-02 start lit"]
    );
}

// Rates.

fn drawn_at(p: &str, trigger: &str, unit: &str) -> Vec<f64> {
    story(&format!(
        "
period: {{ to: 2025-01-01 }}
assumptions: {{ hazard: {{ value: 0.06, unit: {unit} }} }}
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
fix: {{ war: yes }}
rules: {{ draws: {{ {trigger}, then: [ {{ chance: war, branches: {{ yes: {{ p: {p} }}, no: {{ p: rest }} }} }} ] }} }}
"
    ))
    .probabilities()
}

#[test]
fn a_rate_over_a_duration_is_the_chance_of_a_constant_hazard() {
    let close =
        |found: Vec<f64>, wanted: f64| assert!((found[0] - wanted).abs() < 1e-15, "{found:?}, not {wanted}");
    close(
        drawn_at("hazard over 1 month", "on: knock", "per year"),
        1.0 - 0.94f64.powf(1.0 / 12.0),
    );
    close(
        drawn_at("hazard over 3 years", "on: knock", "per year"),
        1.0 - 0.94f64.powi(3),
    );
    close(
        drawn_at("hazard over 10 days", "on: knock", "per year"),
        1.0 - 0.94f64.powf(10.0 / 365.25),
    );
    close(
        drawn_at("hazard over 2 weeks", "on: knock", "per day"),
        1.0 - 0.94f64.powi(14),
    );
}

#[test]
fn a_bare_rate_is_a_probability_under_every_its_own_unit() {
    assert_eq!(drawn_at("hazard", "every: 1 year", "per year"), [0.06]);
    assert_eq!(
        drawn_at("hazard", "every: 1 month", "per month")[..2],
        [0.06, 0.06]
    );
}

#[test]
fn a_bare_rate_is_no_probability_elsewhere() {
    let refused = common::refusal(
        "
assumptions: { hazard: { value: 0.06, unit: per year } }
rules: { draws: { every: 1 month, then: [ { chance: war, branches: { yes: { p: hazard }, no: { p: rest } } } ] } }
",
    );
    assert!(
        refused.contains("E0611") && refused.contains("over 1 month"),
        "{refused}"
    );
}

#[test]
fn a_rate_above_one_is_told_before_the_first_day() {
    let told = refusal(
        "
assumptions: { hazard: { value: 1.5, unit: per year } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules: { draws: { on: knock, then: [ { chance: war, branches: { yes: { p: hazard over 1 year }, no: { p: rest } } } ] } }
",
    );
    assert!(told.contains("E0808") && told.contains("1.5"), "{told}");
}

// Dates and durations.

#[test]
fn after_months_clamps_to_the_end_of_the_month() {
    let told = story(
        "
timeline: { start: { on: 2024-01-31, happen: knock } }
rules:
  later:
    on: knock
    then:
      - { happen: pay(north), after: 1 month }
      - { happen: pay(south), after: 3 months }
      - { happen: ring, after: 30 days }
",
    );
    assert_eq!(
        told.events()[1..],
        [
            "2024-02-29 pay(north)",
            "2024-03-01 ring",
            "2024-04-30 pay(south)"
        ]
    );
}

#[test]
fn a_deadline_in_months_clamps_too() {
    let told = story(
        "
timeline: { start: { on: 2024-08-31, happen: knock } }
rules: { owes: { on: knock, then: [ { duty: ring, of: north, within: 1 month } ] } }
",
    );
    assert_eq!(
        told.norms(),
        ["north: 2024-08-31 active until 2024-09-30, 2024-09-30 breached"]
    );
}

#[test]
fn never_is_later_than_all() {
    let told = story(
        "
assumptions: { delay: { value: never }, date: { value: never } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  later: { on: knock, then: [ { happen: ring, after: delay } ] }
  due: { on: knock, then: [ { duty: ring, of: north, due: never } ] }
  longer: { on: knock, if: 100 years < never, then: [ { start: lit } ] }
",
    );
    assert_eq!(told.events(), ["2024-03-01 knock"]);
    assert_eq!(told.norms(), ["north: 2024-03-01 active until never"]);
    assert_eq!(told.facts(), ["2024-03-01 start lit"]);
}

#[test]
fn after_reads_attributes_and_assumptions() {
    let told = story(
        "
assumptions: { delay(_): { value: 1 month }, delay(south): { value: 10 days } }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules: { later: { for: { a: actor }, on: knock, then: [ { happen: pay(a), after: delay(a) } ] } }
",
    );
    assert_eq!(
        told.events()[1..],
        [
            "2024-03-11 pay(south)",
            "2024-04-01 pay(east)",
            "2024-04-01 pay(north)"
        ]
    );
}
