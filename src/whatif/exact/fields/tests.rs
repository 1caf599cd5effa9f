//! Fields against states one by one: random scenarios in which periodic rules toss coins for facts, counted out with and
//! without keeping states as fields. What is counted out state by state is compared with the reference interpreter
//! elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::Scenario;
use crate::whatif::exact::{ExactFault, FEWEST_COINS, Flows, Limits, exact};

/// Enough for every scenario made here.
const LIMITS: Limits = Limits {
    states: 4_000_000,
    expansions: 400_000,
    steps: 40_000_000,
    coins: FEWEST_COINS,
    tables: 4_000_000,
};

/// One of these.
fn one(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// A rule that tosses a coin for every member, `m`.
fn coin(name: &'static str) -> impl Strategy<Value = String> {
    let guard = one(&[
        "not f(m) and not closed",
        "not f(m) and not closed",
        "not f(m) and not closed",
        "not f(m) and not closed",
        "not f(m)",
        "not f(m)",
        "not f(m)",
        "not (f(m) or closed)",
        "not f(m) and not g(m)",
        "not f(m) or g(m)",
        "not g(m)",
        "g(m) and not closed",
        "not closed",
        "h(m)",
        "not (count(x in member where f(x)) >= 2)",
        "count(x in member where g(x)) >= 2",
        "stock > 2",
        "not f(m) and stock > 1",
        "many",
        "not many",
        "not lent",
        "not broken(a, o0)",
        "not egg",
    ]);
    let then = one(&[
        "start: f(m)",
        "start: f(m)",
        "start: f(m)",
        "start: f(m)",
        "start: f(m)",
        "start: f(m)",
        "start: g(m)",
        "end: f(m)",
        "end: g(m)",
        "start: closed",
        "happen: speaks(m)",
    ]);
    let more = proptest::option::weighted(
        0.3,
        one(&["start: g(m)", "end: h(m)", "start: f(m)", "start: h(m)"]),
    );
    let every = one(&["1 year", "1 year", "1 year", "6 months"]);
    (guard, then, more, every, 1..9u32).prop_map(move |(guard, then, more, every, p)| {
        let mut text = format!(
            "  {name}:
    says: \"{{m}} may\"
    for: {{ m: member }}
    every: {every}
    if: {guard}
    then:
      - chance: {name}_of(m)
        branches:
          yes: {{ p: 0.{p}, then: [ {then} ] }}
"
        );
        if let Some(more) = more {
            writeln!(text, "          both: {{ p: 0.0{p}, then: [ {then}, {more} ] }}").unwrap();
        }
        text + "          no:  { p: rest }\n"
    })
}

/// A rule for what the turn of the year brings.
fn turn(name: &'static str) -> impl Strategy<Value = String> {
    let guard = one(&[
        "not closed",
        "not closed",
        "many",
        "not many",
        "f(a) and not g(b)",
        "count(x in member where f(x)) >= 2",
        "f(a) or g(a) or f(b)",
        "stock < 3",
        "egg",
        "owed(a, o0) or f(b)",
        "10 / (count(x in member where f(x)) + 1) > 4",
        "true",
    ]);
    let then = one(&[
        "- happen: boom",
        "- start: closed",
        "- end: f(a)",
        "- start: g(b)",
        "- end: h(a)",
        "- add: stock
        by: 1",
        "- add: stock
        by: \"count(x in member where f(x))\"",
        "- happen: boom
        after: 8 months",
        "- duty: boom
        under: o0
        of: a
        to: b
        within: 1 year",
        "- duty: boom
        under: o0
        of: a
        within: 3 months
        while: many
        else: [ start: g(b) ]",
        "- duty: rests
        under: o0
        of: b
        else: [ happen: boom ]
        before: year_turns",
        "- met_when: many
        under: o0
        of: a
        before: boom",
        "- met_when: f(b)
        under: o0
        of: a
        within: 18 months
        else: [ start: closed ]",
        "- forbid: boom
        under: o0
        of: b
        while: not closed
        else: [ start: closed ]",
        "- happen: boom
        after: 1 month
        unless: many",
        "- happen: boom
        unless: f(a)",
        "- choice: NAME_chosen
        by: a
        default: \"if many then yes else no\"
        options:
          yes: { then: [ happen: boom ] }
          no: {}",
        "- happen: rests",
        "- chance: NAME_falls
        branches:
          one: { p: \"if many then 0.2 else 0.5\", then: [ happen: boom, start: closed ] }
          two: { p: rest }",
        "- chance: NAME_falls
        branches:
          one: { p: 0.3, then: [ happen: boom ] }
          two: { p: \"if f(a) then 0.1 else 0.6\", then: [ end: f(a), start: g(a) ] }
          no:  { p: rest }",
    ]);
    let on = one(&[
        "on: year_turns",
        "on: year_turns",
        "on: year_turns",
        "on: year_turns",
        "on: boom",
        "on: speaks(a)",
        "on: rests",
        "when: many",
        "when: closed and g(b)",
        "every: 6 months",
    ]);
    (on, guard, then).prop_map(move |(on, guard, then)| {
        let then = then.replace("NAME", name);
        format!(
            "  {name}:
    says: \"the turn of the year\"
    {on}
    if: {guard}
    then:
      {then}
"
        )
    })
}

/// A whole scenario.
fn scenario() -> impl Strategy<Value = String> {
    let asked = proptest::sample::subsequence(
        vec![
            "ever(boom)",
            "first(boom)",
            "times(boom)",
            "ever(many)",
            "first(closed)",
            "at_end(f(a))",
            "at_end(closed or many)",
            "at_end(count(x in member where f(x)) >= 2)",
            "ever(f(a) and g(b))",
            "times(many)",
            "times(year_turns)",
            "times(rests)",
            "first(egg)",
            "first(boom) < first(rests)",
            "ever(boom) and not ever(rests)",
            "times(boom) * 2",
            "at_end(stock > 2)",
        ],
        1..4,
    );
    let rules = (
        coin("ask"),
        proptest::option::weighted(0.4, coin("beg")),
        turn("first"),
        proptest::option::of(turn("second")),
        one(&["true", "true", "true", "not closed", "not closed", "not many"]),
    );
    let more = (
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.15),
        proptest::bool::weighted(0.2),
        proptest::option::weighted(0.15, one(&["2001-01-01", "2002-03-04", "2000-01-01"])),
    );
    (2..5usize, asked, rules, more).prop_map(|(members, asked, rules, more)| {
        let (ask, beg, first, second, turns) = rules;
        let (begun, others, wants, requires, story) = more;
        let mut text = String::from(
            "demarche: 1
title: Coins
question: Do fields and states agree?
about: \"A random scenario.\"
period: { from: 2000-01-01, to: 2003-06-01 }
kinds:
  member: { is_a: actor, about: \"One of them.\" }
  other: { about: \"One of the others.\" }
facts:
  aside: { args: { who: other }, says: \"{who} stands aside\" }
  lent: { says: \"something is lent\" }
  hen: { says: \"there is a hen\" }
  egg: { says: \"there is an egg\" }
  f: { args: { who: member }, says: \"{who} has f\" }
  g: { args: { who: member }, says: \"{who} has g\" }
  h: { args: { who: member }, says: \"{who} has h\" }
  many: { says: \"there are many\" }
  closed: { says: \"it is closed\" }
events:
  year_turns: { is: physical, says: \"a year has passed\" }
  rests: { is: REST, says: \"there is rest\" }
  boom: { is: physical, says: \"it booms\" }
  speaks: { is: physical, args: { who: member }, says: \"{who} speaks\" }
measures:
  stock: { from: 0, to: 9, default: 1, says: \"the stock\" }
entities:
",
        );
        for name in ["a", "b", "c", "d"].into_iter().take(members) {
            writeln!(text, "  {name}: {{ kind: member }}").unwrap();
        }
        // So many facts that the tossed ones do not lie in the first word.
        let crowd = if others { 0..66 } else { 0..1 };
        for name in crowd {
            writeln!(text, "  o{name}: {{ kind: other }}").unwrap();
        }
        if begun {
            text += "start:\n  f(b): true\n";
        }
        if wants {
            text += "positions:\n  wish: { of: a, stance: demand, priority: 1, name: a wish, met_if: f(b) and not closed }\n";
        }
        if let Some(day) = story {
            writeln!(text, "timeline:\n  it: {{ on: {day}, happen: rests, status: assumption }}").unwrap();
        }
        text += "rules:
  there_are_many:
    says: \"many have it\"
    if: count(x in member where f(x)) >= 2
    derive: many
  stands_aside:
    says: \"some stand aside\"
    for: { o: other }
    on: rests
    if: not aside(o)
    then: [ start: aside(o) ]
  is_lent:
    says: \"it is lent\"
    if: aside(o0) and many
    derive: lent
  from_egg:
    says: \"an egg, a hen\"
    if: egg
    derive: hen
  from_hen:
    says: \"a hen, an egg\"
    if: hen
    derive: egg
  egg_of_f:
    says: \"an egg of a\"
    if: f(a)
    derive: egg
  the_year_turns:
    says: \"the year turns\"
    every: 1 year
";
        writeln!(text, "    if: {turns}\n    then: [ happen: year_turns ]").unwrap();
        let rest = if requires { "institutional, requires: f(a) or g(b)" } else { "physical" };
        text = text.replace("REST", rest);
        text += &ask;
        text.extend(beg);
        text += &first;
        text.extend(second);
        text += "outcomes:\n";
        for (place, asked) in asked.iter().enumerate() {
            writeln!(text, "  o{place}: {{ is: \"{asked}\", says: \"what is asked\" }}").unwrap();
        }
        text
    })
}

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
    asked.and_then(|asked| asked.parse().ok()).unwrap_or(300)
}

#[test]
fn fields_and_states_one_by_one_agree() {
    let any = scenario();
    let mut runner = TestRunner::deterministic();
    let (mut fields, mut refused) = (0, BTreeMap::new());
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
                    assert!((mass - other).abs() < 1e-12, "{what}: {mass}, {other}\n{text}");
                }
                fields += usize::from(a.fields > 0);
            }
            (Err(ExactFault::Run(a, _)), Err(ExactFault::Run(b, _))) => assert_eq!(a, b, "{text}"),
            (a, b) => panic!("{:?}\n{:?}\n{text}", a.err(), b.err()),
        }
    }
    println!(
        "{} scenarios, {fields} with fields; refused: {refused:#?}",
        cases()
    );
    assert!(10 * fields > cases(), "{fields}");
}
