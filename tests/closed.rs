//! Facts that no event can change may be kept as tables, without rule instances. Nobody can tell: the same facts hold, the same
//! is warned of, and every question has the same answer.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use demarche::diagnostic::Options;
use demarche::program::{GroundBudget, spell};
use demarche::{Compiled, RunNumber, Scenario, Seed, report};
use proptest::prelude::*;
use proptest::sample::select;

/// With every closed relation kept as a table, and with none.
fn both_ways(scenario: &Scenario) -> [Result<Compiled, String>; 2] {
    [0, usize::MAX].map(|closed_from| {
        let budget = GroundBudget {
            closed_from,
            ..GroundBudget::default()
        };
        scenario.compile_within(budget).map_err(|error| error.to_string())
    })
}

/// How many derived facts of a scenario are kept as tables.
fn closed(compiled: &Compiled) -> usize {
    compiled
        .program()
        .closed
        .as_ref()
        .map_or(0, |closed| closed.facts().count())
}

/// Everything that can be told of one scenario, of the facts and events that `named` has.
fn told(compiled: &Compiled, named: &Compiled, questions: usize) -> String {
    let mut told = String::new();
    let found = compiled.check();
    writeln!(told, "{}", found.render(compiled.sources(), Options::default())).unwrap();
    writeln!(told, "{} instances", compiled.instances()).unwrap();
    let program = named.program();
    let atoms = program.atoms.values().map(|atom| &atom.fact);
    let facts = atoms.chain(program.derived.values().map(|derived| &derived.fact));
    let facts = facts.map(|fact| spell(named, &named.facts()[fact.fact].name, &fact.args));
    let events = program
        .events
        .values()
        .map(|event| spell(named, &named.events()[event.key.event].name, &event.key.args));
    let mut asked: Vec<String> = facts.chain(events).collect();
    for fact in named
        .facts()
        .values()
        .filter(|fact| fact.derived && !fact.args.is_empty())
    {
        asked.push(format!(
            "{}({})",
            fact.name,
            vec!["_"; fact.args.len()].join(", ")
        ));
    }
    let step = asked.len().div_ceil(questions.max(1)).max(1);
    for number in 0..2 {
        let run = match compiled.run_number(Seed(3), RunNumber(number)) {
            Ok(run) => run,
            Err(error) => {
                writeln!(told, "{error}").unwrap();
                return told;
            }
        };
        told += &report::Story::of(&run).text(100);
        let (from, to) = compiled.period();
        for day in [from, to] {
            for fact in run.facts_on(day).unwrap() {
                let name = &compiled.facts()[fact.fact].name;
                writeln!(told, "{day} {}", spell(compiled, name, &fact.args)).unwrap();
            }
        }
        if number == 0 {
            for query in asked.iter().step_by(step) {
                writeln!(told, "{}", run.why(query, None).unwrap()).unwrap();
                writeln!(told, "{}", run.why_not(query, None).unwrap()).unwrap();
            }
        }
    }
    told
}

/// The first line that differs, with what stands around it.
fn differs(one: &str, other: &str) -> Option<String> {
    let at = one.lines().zip(other.lines()).position(|(a, b)| a != b);
    let at = at.or_else(|| (one != other).then(|| one.lines().count().min(other.lines().count())))?;
    let around = |text: &str| -> String {
        let lines = text.lines().skip(at.saturating_sub(12)).take(20);
        lines.collect::<Vec<_>>().join("\n")
    };
    Some(format!(
        "as tables:\n{}\n\nas instances:\n{}",
        around(one),
        around(other)
    ))
}

fn alike(scenario: &Scenario, questions: usize) -> (usize, Option<String>) {
    match both_ways(scenario) {
        [Ok(tables), Ok(instances)] => {
            assert_eq!(closed(&instances), 0);
            let [one, other] = [&tables, &instances].map(|compiled| told(compiled, &instances, questions));
            (closed(&tables), differs(&one, &other))
        }
        [Err(one), Err(other)] => {
            if std::env::var_os("SHOW").is_some() {
                eprintln!("{one}");
            }
            (0, differs(&one, &other))
        }
        [one, other] => (0, Some(format!("{:?}\n{:?}", one.err(), other.err()))),
    }
}

fn shipped(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            shipped(&path, found);
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            found.push(path);
        }
    }
}

#[test]
fn nobody_can_tell_in_the_scenarios() {
    let mut files = Vec::new();
    shipped(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"),
        &mut files,
    );
    files.sort();
    for file in files {
        let scenario = Scenario::open(&file).unwrap();
        let (_, differs) = alike(&scenario, 12);
        assert!(
            differs.is_none(),
            "{}\n{}",
            file.display(),
            differs.unwrap_or_default()
        );
    }
}

const WORLD: &str = r#"demarche: 1
title: What no event changes
period: { from: 2030-01-01, to: 2030-03-01 }
kinds:
  country: { about: "A state." }
  islands: { is_a: country, about: "A state of islands." }
  pact:
    about: "A pact."
    attributes:
      members: { type: set of country, about: "Who may join." }
      head: { type: country, about: "Who leads." }
  bloc: { is_a: pact, about: "A pact of many." }
facts:
  has_put_pen: { args: { who: country, what: pact }, says: "{who} has joined {what}" }
  aloof: { args: { who: country }, says: "{who} is aloof" }
  kin: { args: { one: country, other: country }, symmetric: true, says: "{one} and {other} are allied" }
  alarmed:  { args: { who: country }, says: "{who} is alarmed" }
  seen:     { args: { who: country }, says: "{who} has seen it" }
  d0: { args: { a: country, p: pact }, says: "{a} is bound by {p}" }
  d1: { args: { a: country, b: country }, says: "{a} stands by {b}" }
  d2: { args: { p: pact }, says: "{p} works" }
  d3: { args: { a: country, b: country }, symmetric: true, says: "{a} and {b} are close" }
  d4: { args: { a: country }, says: "{a} is safe" }
events:
  bell: { args: { who: country }, is: physical, says: "the bell rings in {who}" }
entities:
  a: { kind: country }
  b: { kind: country }
  c: { kind: islands }
  d: { kind: islands }
  p: { kind: pact, members: [ a, b, c ], head: a }
  q: { kind: bloc, members: [ b, c, d ], head: d }
  r: { kind: bloc, members: [ a ], head: c }
assumptions:
  enough: { value: 2, range: [ 1, 3 ], why: "one alone is no pact" }
timeline:
  first: { on: 2030-01-05, happen: bell(a) }
  second: { on: 2030-02-05, happen: bell(c) }
"#;

const HEADS: [&str; 7] = [
    "d0(x, z)",
    "d1(x, y)",
    "d2(z)",
    "d3(x, y)",
    "d4(x)",
    "d0(z.head, z)",
    "d1(y, z.head)",
];
const CONDITIONS: [&str; 32] = [
    "has_put_pen(x, z)",
    "has_put_pen(y, z)",
    "not aloof(x)",
    "aloof(y)",
    "kin(x, y)",
    "kin(y, z.head)",
    "x in z.members",
    "y in z.members",
    "x != y",
    "z.head == x",
    "d0(x, z)",
    "d0(y, z)",
    "d0(z.head, z)",
    "not d0(x, z)",
    "d1(x, y)",
    "d1(y, x)",
    "d1(x, _)",
    "not d1(_, x)",
    "d2(z)",
    "not d2(z)",
    "d3(x, y)",
    "d3(x, x)",
    "d3(y, _)",
    "d4(x) or d4(y)",
    "d4(y)",
    "if d2(z) then aloof(x) else d4(x)",
    "d2(z) == d4(x)",
    "count(s in z.members where has_put_pen(s, z)) >= enough",
    "count(s in country where d1(s, x)) < 2",
    "1 <= count(s in z.members where d0(s, z) and not aloof(s))",
    "any(s in z.members where d1(s, y))",
    "all(s in z.members where has_put_pen(s, z) satisfy d4(s))",
];
const START: [&str; 12] = [
    "has_put_pen(a, p)",
    "has_put_pen(b, p)",
    "has_put_pen(c, p)",
    "has_put_pen(b, q)",
    "has_put_pen(d, q)",
    "has_put_pen(a, r)",
    "aloof(b)",
    "aloof(d)",
    "kin(a, b)",
    "kin(c, b)",
    "kin(d, d)",
    "alarmed(a)",
];
const READERS: [&str; 8] = [
    "d0(x, _)",
    "not d1(x, a)",
    "d2(p)",
    "d3(x, b)",
    "d4(x)",
    "not d4(x)",
    "alarmed(x)",
    "d1(_, x)",
];

/// A scenario of a few rules over facts of which most never change.
fn worlds() -> impl Strategy<Value = String> {
    let rule = (
        select(&HEADS[..]),
        prop::collection::vec(select(&CONDITIONS[..]), 1..4),
        select(&["z.members", "country"][..]),
    );
    let rules = prop::collection::vec(rule, 1..7);
    let start = prop::sample::subsequence(&START[..], 2..12);
    let readers = prop::collection::vec(select(&READERS[..]), 0..3);
    (rules, start, readers, any::<bool>()).prop_map(|(rules, start, readers, alarms)| {
        let mut text = String::from(WORLD);
        if !start.is_empty() {
            text += "start:\n";
        }
        for fact in start {
            writeln!(text, "  {fact}: true").unwrap();
        }
        text += "rules:\n";
        for (at, (head, conditions, among)) in rules.iter().enumerate() {
            let list: Vec<String> = conditions.iter().map(|condition| format!("\"{condition}\"")).collect();
            writeln!(
                text,
                "  r{at}:\n    says: \"rule {at} of {{x}}, {{y}} and {{z}}\"\n    for: {{ x: {among}, y: country, z: pact }}\n    if: [ {} ]\n    derive: \"{head}\"",
                list.join(", ")
            )
            .unwrap();
        }
        for (at, reader) in readers.iter().enumerate() {
            let then = if alarms && at == 0 { "alarmed" } else { "seen" };
            writeln!(
                text,
                "  s{at}:\n    for: {{ x: country }}\n    on: bell(x)\n    if: \"{reader}\"\n    then: [ start: {then}(x) ]"
            )
            .unwrap();
        }
        text
    })
}

#[test]
fn nobody_can_tell_in_a_thousand_small_worlds() {
    let long = std::env::var_os("DEMARCHE_LONG").is_some();
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: if long { 20_000 } else { 300 },
        failure_persistence: None,
        rng_seed: proptest::test_runner::RngSeed::Fixed(1),
        ..ProptestConfig::default()
    });
    let tables = std::cell::Cell::new(0);
    runner
        .run(&worlds(), |text| {
            let scenario = Scenario::from_text("world.yaml", text.as_str()).unwrap();
            let (closed, differs) = alike(&scenario, 1000);
            tables.set(tables.get() + usize::from(closed > 0));
            prop_assert!(differs.is_none(), "{}\n{}", differs.unwrap_or_default(), text);
            Ok(())
        })
        .unwrap();
    assert!(tables.get() > 50, "only {} worlds had tables", tables.get());
}

#[test]
fn an_argument_that_hangs_on_a_later_one_is_asked_for_at_once() {
    let text = format!(
        "{WORLD}start: {{ \"kin(c, b)\": true }}
rules:
  r0:
    says: rule 0
    for: {{ x: z.members, y: country, z: pact }}
    if: \"d4(x) or d4(y)\"
    derive: \"d0(x, z)\"
  r1:
    says: rule 1
    for: {{ x: z.members, y: country, z: pact }}
    if: \"d0(z.head, z)\"
    derive: d2(z)
"
    );
    let scenario = Scenario::from_text("world.yaml", text.as_str()).unwrap();
    let (closed, differs) = alike(&scenario, 1000);
    assert!(closed > 0 && differs.is_none(), "{}", differs.unwrap_or_default());
}
