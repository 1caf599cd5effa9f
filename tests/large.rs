//! A scenario far beyond what anybody writes by hand is still read and run. How fast is told by `cargo bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use demarche::program::GroundBudget;
use demarche::whatif::{Budget, Method, Outcomes};
use demarche::{Scenario, Seed};

#[path = "../benches/support/large.rs"]
mod large;

use large::Size;

#[test]
fn a_scenario_of_one_megabyte_loads_compiles_and_runs() {
    let text = large::scenario(Size::MEGABYTE);
    assert!((950_000..1_150_000).contains(&text.len()), "{} bytes", text.len());
    let compiled = Scenario::from_text("large.yaml", text)
        .unwrap()
        .compile()
        .unwrap();
    assert_eq!(compiled.members("state").len(), Size::MEGABYTE.states);
    assert!(compiled.program().instances.len() > 20_000);
    let run = compiled.run(Seed(1)).unwrap();
    assert!(run.trace.entries.len() > 10_000);
}

#[test]
fn of_five_hundred_mistakes_the_first_are_told_and_the_others_counted() {
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("large-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mistaken.yaml"), large::mistaken(500)).unwrap();
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(folder)
        .args(["check", "mistaken.yaml"])
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let told = text.matches("error[").count();
    assert!((10..=100).contains(&told), "{told} are told");
    let last = text.trim_end().lines().last().unwrap_or_default();
    assert!(
        last.contains("500 errors") && last.contains(&(500 - told).to_string()),
        "`{last}` says neither how many there are nor how many were left out ({told} told)"
    );
}

/// A day on which each of `many` is asked and may answer by a chance, in the way that `rules` says.
fn asked(many: usize, rules: &str) -> Outcomes {
    let names: String = (0..many)
        .map(|at| format!("  g{at}: {{ kind: one }}\n"))
        .collect();
    let after: String = (1..many)
        .map(|at| format!("  after(g{}, g{at}): true\n", at - 1))
        .collect();
    let text = format!(
        "
demarche: 1
title: A day
period: {{ from: 2000-01-01, to: 2000-02-01 }}
kinds: {{ one: {{ about: One who is asked. }} }}
facts:
  yes: {{ args: {{ who: one }}, says: \"{{who}} has said yes\" }}
  after: {{ args: {{ one: one, next: one }}, says: \"{{next}} comes after {{one}}\" }}
events:
  ask: {{ args: {{ who: one }}, is: physical, says: \"{{who}} is asked\" }}
  insist: {{ is: physical, says: they are asked again }}
entities:
{names}start:
{after}timeline:
  first: {{ on: 2000-01-02, happen: ask(g0), status: assumption }}
{rules}outcomes:
  enough: {{ is: at_end(count(g in one where yes(g)) >= 3), says: at least three said yes }}
"
    );
    let budget = Budget {
        expansions: 5_000,
        runs: 100,
        ..Budget::default()
    };
    let scenario = Scenario::from_text("day.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let compiled = scenario.compile().unwrap_or_else(|error| panic!("{error}"));
    compiled.outcomes(&budget).unwrap()
}

fn each(rule: &str, on: &str) -> String {
    format!(
        "
  {rule}:
    says: each answers
    on: {on}
    for: {{ g: one }}
    then:
      - chance: answer(g)
        branches:
          yes: {{ p: 0.5, then: [ start: yes(g) ] }}
          no: {{ p: rest }}
"
    )
}

/// A fuzzer found a day with two dozen such draws, which took a minute and more whatever the budget.
#[test]
fn a_day_that_branches_beyond_the_budget_is_sampled() {
    let again = "rules:\n  next: { says: they insist, on: ask(_), then: [ happen: insist ] }\n".to_owned()
        + &each("first", "ask(_)")
        + &each("second", "insist");
    assert!(matches!(asked(8, &again).how, Method::Exact { .. }));
    assert!(matches!(asked(40, &again).how, Method::Sampled { .. }));
}

#[test]
fn a_day_with_hundreds_of_draws_one_after_another_is_no_danger_to_the_stack() {
    let on = "
rules:
  one_by_one:
    says: \"who says yes hands on\"
    on: ask(who)
    for: { who: one, next: one }
    if: after(who, next)
    then:
      - chance: answer(who, next)
        branches:
          yes: { p: 0.5, then: [ start: yes(who), happen: ask(next) ] }
          no: { p: rest }
";
    assert!(matches!(asked(30, on).how, Method::Exact { .. }));
    assert!(matches!(asked(3_000, on).how, Method::Sampled { .. }));
}

#[test]
fn as_many_coins_as_have_more_ways_than_numbers_are_counted_are_sampled() {
    let outcomes = asked(1_500, &("rules:\n".to_owned() + &each("all", "ask(_)")));
    assert!(matches!(outcomes.how, Method::Sampled { .. }));
}

/// Two states, a measure, and what a test adds.
fn two_states(more: &str) -> Scenario {
    let text = format!(
        "
demarche: 1
title: Two states
period: {{ from: 2024-01-01, to: 2024-12-31 }}
kinds: {{ one: {{ about: One of them. }} }}
entities: {{ a: {{ kind: one }}, b: {{ kind: one }}, c: {{ kind: one }}, d: {{ kind: one }} }}
facts:
  lit: {{ args: {{ who: one }}, says: \"{{who}} is lit\" }}
measures:
  heat: {{ from: 0, to: 10, says: heat }}
events:
  knock: {{ is: physical, says: a knock }}
timeline: {{ visit: {{ on: 2024-03-01, happen: knock }} }}
{more}"
    );
    Scenario::from_text("two.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_hundred_quantities_may_hang_on_each_other_and_no_more() {
    let chain = |length: usize| {
        let mut text = String::from("quantities:\n  q0: { is: heat + 1 }\n");
        for at in 1..length {
            text += &format!("  q{at}: {{ is: q{} + 1 }}\n", at - 1);
        }
        text + &format!(
            "rules: {{ warms: {{ on: knock, then: [ {{ set: heat, to: q{} / 100 }} ] }} }}\n",
            length - 1
        )
    };
    assert!(two_states(&chain(100)).compile().is_ok());
    let error = two_states(&chain(101)).compile().unwrap_err().to_string();
    assert!(
        error.contains("E0805") && error.contains("hang on each other"),
        "{error}"
    );
}

#[test]
fn the_rule_that_took_most_is_blamed_and_not_the_one_that_came_last() {
    let scenario = two_states(
        "rules:
  a_large:
    on: knock
    if: count(x in one where count(y in one where count(z in one where lit(x) and lit(y) and lit(z)) > 1) > 1) > 1
    then: [ { start: lit(a) } ]
  b_small:
    on: knock
    if: count(x in one where count(y in one where lit(x) and lit(y)) > 1) > 1
    then: [ { start: lit(b) } ]
",
    );
    let within = |parts| {
        scenario.compile_within(GroundBudget {
            parts,
            ..GroundBudget::default()
        })
    };
    let enough = (1..).find(|parts| within(*parts).is_ok()).unwrap();
    let error = within(enough - 1).unwrap_err().to_string();
    assert!(
        error.contains("E0805") && error.contains("rule `a_large`"),
        "{error}"
    );
    assert!(enough > 200, "{enough} parts");
}
