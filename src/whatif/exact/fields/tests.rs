//! Fields against states one by one: random scenarios in which periodic rules toss coins for facts, counted out with and
//! without keeping states as fields. What is counted out state by state is compared with the reference interpreter
//! elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod rules;
mod scenarios;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::strategy::{Strategy as _, ValueTree as _};
use proptest::test_runner::TestRunner;

use crate::Scenario;
use crate::whatif::exact::{ExactFault, FEWEST_COINS, Flows, Limits, exact};

/// Enough for nearly every scenario made here.
const LIMITS: Limits = Limits {
    states: 4_000_000,
    expansions: 30_000,
    steps: 40_000_000,
    coins: FEWEST_COINS,
    tables: 4_000_000,
};

/// Everything that is told, as numbers.
fn told(flows: &Flows) -> BTreeMap<String, f64> {
    let mut told = BTreeMap::from([(String::from("mass"), flows.mass.value())]);
    for (id, law) in flows.outcomes.iter() {
        for (value, mass) in law {
            told.insert(format!("{id:?} {value:?}"), mass.value());
        }
    }
    for (id, days) in flows.firsts.iter() {
        for (day, mass) in days {
            told.insert(format!("{id:?} first {day:?}"), mass.value());
        }
    }
    for (id, mean) in flows.means.iter() {
        told.insert(format!("{id:?} mean"), mean.value());
    }
    told
}

fn cases() -> usize {
    let asked = std::env::var("PROPTEST_CASES").ok();
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(600)
}

#[test]
fn fields_and_states_one_by_one_agree() {
    let any = scenarios::scenario();
    let mut runner = TestRunner::deterministic();
    let (mut fields, mut full, mut refused) = (0, 0, BTreeMap::new());
    for case in 0..cases() {
        let text = any.new_tree(&mut runner).unwrap().current();
        let read = Scenario::from_text("coins.yaml", text.clone()).map_err(|error| error.to_string());
        let compiled = read.and_then(|read| read.compile().map_err(|error| error.to_string()));
        let compiled = match compiled {
            Ok(compiled) => compiled,
            Err(error) => {
                let line = error.lines().find(|line| line.starts_with("error"));
                *refused.entry(line.unwrap().to_owned()).or_insert(0) += 1;
                continue;
            }
        };
        let program = compiled.program();
        // Sometimes so few tables that most days go on state by state.
        let tables = if case % 5 == 0 { 32 } else { LIMITS.tables };
        let with = |coins| {
            exact(
                program,
                Limits {
                    coins,
                    tables,
                    ..LIMITS
                },
            )
        };
        match (with(2), with(usize::MAX)) {
            (Ok(a), Ok(b)) => {
                let (one, other) = (told(&a), told(&b));
                assert!(one.keys().eq(other.keys()), "{one:#?}\n{other:#?}\n{text}");
                for (what, mass) in &one {
                    let other = other.get(what).copied().unwrap();
                    assert!(
                        (mass - other).abs() < 1e-12 * (1.0 + mass.abs()),
                        "{what}: {mass}, {other}\n{text}"
                    );
                }
                fields += usize::from(a.fields > 0);
            }
            (Err(ExactFault::Run(a, _)), Err(ExactFault::Run(b, _))) => assert_eq!(a, b, "{text}"),
            // Of eight members there can be too many states.
            (Err(ExactFault::TooManyStates(..)), _) | (_, Err(ExactFault::TooManyStates(..))) => full += 1,
            (a, b) => panic!("{:?}\n{:?}\n{text}", a.err(), b.err()),
        }
    }
    println!(
        "{} scenarios, {fields} with fields, {full} too large; refused: {refused:#?}",
        cases()
    );
    assert!(10 * fields > cases(), "{fields}");
}

/// The probability that, of eight, no more than so many remain who each remain with probability `p`.
fn remain_at_most(most: i32, p: f64) -> f64 {
    let mut ways = 1.0;
    (0..=most).fold(0.0, |sum, k| {
        let term = ways * p.powi(k) * (1.0 - p).powi(8 - k);
        ways *= f64::from(8 - k) / f64::from(k + 1);
        sum + term
    })
}

/// A house of eight members, with a rule of coins; it falls when fewer than five are within at the turn of a year.
fn house(coins: &str) -> String {
    let mut text = String::from(
        "demarche: 1
title: A house that empties
period: { from: 2000-01-01, to: 2003-06-01 }
kinds:
  member: { about: One of eight. }
facts:
  within: { args: { who: member }, says: \"{who} is a member\" }
events:
  year_turns: { is: physical, says: a year has passed }
  falls: { is: physical, says: the house falls }
entities:
",
    );
    for name in 0..8 {
        writeln!(text, "  m{name}: {{ kind: member }}").unwrap();
    }
    text += "start:\n";
    for name in 0..8 {
        writeln!(text, "  within(m{name}): true").unwrap();
    }
    text += "rules:\n";
    text += coins;
    text + "  turn:
    says: the year turns
    every: 1 year
    then: [ happen: year_turns ]
  fall:
    says: too few are left
    on: year_turns
    if: not (count(m in member where within(m)) >= 5)
    then: [ happen: falls ]
outcomes:
  fallen: { is: ever(falls), says: the house has fallen }
"
}

/// What becomes of it, counted out.
fn counted(coins: &str) -> Result<Flows, ExactFault> {
    let read = Scenario::from_text("house.yaml", house(coins)).unwrap();
    exact(read.compile().unwrap().program(), LIMITS)
}

#[test]
fn members_that_leave_are_counted_as_by_hand() {
    let coins = "  leave:
    says: one may leave
    for: { m: member }
    every: 1 year
    if: within(m)
    then:
      - chance: leaves(m)
        branches:
          yes: { p: 0.2, then: [ end: within(m) ] }
          no:  { p: rest }
";
    let flows = counted(coins).unwrap();
    assert!(flows.fields > 0);
    let told = told(&flows);
    let (_, fallen) = told.iter().find(|(what, _)| what.contains("true")).unwrap();
    assert!(
        (fallen - remain_at_most(4, 0.8f64.powi(3))).abs() < 1e-12,
        "{told:#?}"
    );
}

/// A fact that begins by one coin and ends by another on one day is a conflict, in a field too.
#[test]
fn coins_against_each_other_are_a_conflict() {
    let coins = "  leave:
    says: one may leave, and another may come
    for: { m: member }
    every: 1 year
    then:
      - chance: leaves(m)
        branches:
          yes: { p: 0.6, then: [ end: within(m) ] }
          no:  { p: rest }
  come:
    says: one may come
    for: { m: member }
    every: 1 year
    then:
      - chance: comes(m)
        branches:
          yes: { p: 0.4, then: [ start: within(m) ] }
          no:  { p: rest }
";
    let conflict = counted(coins).unwrap_err();
    assert!(matches!(conflict, ExactFault::Run(..)), "{conflict:?}");
}
