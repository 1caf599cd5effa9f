//! Three workloads whose exact answers are known from other programs: a threshold of independent ratifications (A),
//! gates (B), and a horizon with yearly draws (C).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

#[path = "../benches/support/horizon.rs"]
mod horizon;

use std::fmt::Write as _;

use demarche::Scenario;
use demarche::engine::Seed;
use demarche::whatif::{Budget, Law, Method, Outcomes, Wanted};

fn outcomes(text: &str, budget: &Budget) -> Outcomes {
    let scenario = Scenario::from_text("workload.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let compiled = scenario.compile().unwrap_or_else(|error| panic!("{error}"));
    compiled
        .outcomes(budget)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn exact(text: &str) -> f64 {
    let outcomes = outcomes(text, &Budget::default());
    let Method::Exact { lost, .. } = outcomes.how else {
        panic!("not exact: {:?}", outcomes.how)
    };
    assert!(lost.abs() < 1e-9, "mass is lost: {lost}");
    match &outcomes.outcomes[0].law {
        Law::Truth { p } => p.value,
        other => panic!("not a statement: {other:?}"),
    }
}

fn guarantors(n: usize) -> String {
    (0..n)
        .map(|i| format!("  g{i}: {{ kind: guarantor }}\n"))
        .collect()
}

const HEAD: &str = "
kinds:
  guarantor: { about: One whose consent is asked. }
facts:
  has_said_yes: { args: { who: guarantor }, says: \"{who} has ratified\" }
";

/// A and B: all on one day.
fn gates(n: usize, gates: bool) -> String {
    let mut text =
        format!("demarche: 1\ntitle: Gates\nperiod: {{ from: 2000-01-01, to: 2000-02-01 }}\n{HEAD}");
    let _ = write!(
        text,
        "  vote_passed: {{}}\n  troops_gone: {{}}\nentities:\n{}assumptions:\n",
        guarantors(n)
    );
    for i in 0..n {
        let _ = writeln!(
            text,
            "  consent(g{i}): {{ value: 0.{:02}, range: [0, 1], why: given }}",
            50 + (7 * i) % 40
        );
    }
    let threshold = (5 * n).div_ceil(9);
    let gates = if gates {
        " and at_end(vote_passed) and at_end(troops_gone)"
    } else {
        ""
    };
    let _ = write!(
        text,
        "  threshold: {{ value: {threshold}, range: [0, {n}], why: given }}
  passes: {{ value: 0.6, range: [0, 1], why: given }}
  leaves: {{ value: 0.7, range: [0, 1], why: given }}
events:
  ask: {{ is: physical, says: all are asked }}
timeline:
  ask: {{ on: 2000-01-02, happen: ask }}
rules:
  vote:
    says: \"{{g}} votes\"
    for: {{ g: guarantor }}
    on: ask
    then:
      - chance: vote(g)
        branches:
          yes:
            p: consent(g)
            then:
              - start: has_said_yes(g)
          no: {{ p: rest }}
  others:
    says: the other gates
    on: ask
    then:
      - chance: referendum
        branches:
          yes: {{ p: passes, then: [ start: vote_passed ] }}
          no: {{ p: rest }}
      - chance: withdrawal
        branches:
          yes: {{ p: leaves, then: [ start: troops_gone ] }}
          no: {{ p: rest }}
outcomes:
  open: {{ is: \"at_end(count(g in guarantor where has_said_yes(g)) >= threshold){gates}\", says: all gates open }}
"
    );
    text
}

fn close(found: f64, known: f64) {
    assert!((found - known).abs() < 5e-10, "{found} instead of {known}");
}

#[test]
fn gates_of_nine_have_the_known_probability() {
    close(exact(&gates(9, true)), 0.348_353_729);
    // A is B without the referendum and the withdrawal.
    close(exact(&gates(9, false)) * 0.6 * 0.7, 0.348_353_729);
}

#[test]
fn an_attack_read_after_the_years_ratifications_has_the_known_probability() {
    close(exact(&horizon::yaml(9, true)), 0.348_625_742);
}

#[test]
fn once_enough_have_ratified_it_makes_no_difference_who_has() {
    let text = horizon::yaml(9, true).replace("value: 5", "value: 1");
    let Method::Exact { states, .. } = outcomes(&text, &Budget::default()).how else {
        panic!("not exact")
    };
    // In each of the years those who can have ratified by then, with an attack and without, and that is all: nothing
    // goes on from there but from where nobody has, and from where somebody has.
    assert!(states < 15 * 2 * (1 << 9) + 100, "{states} states");
}

#[test]
fn two_rules_on_one_tick_do_not_see_each_other() {
    close(exact(&horizon::yaml(9, false)), 0.381_314_867);
}

#[test]
fn a_sample_agrees_with_the_exact_figure_and_says_why_it_is_one() {
    let budget = Budget {
        wanted: Wanted::Sampled,
        runs: 20_000,
        seed: Seed(7),
        ..Budget::default()
    };
    let outcomes = outcomes(&horizon::yaml(9, true), &budget);
    assert!(matches!(
        outcomes.how,
        Method::Sampled {
            runs: 20_000,
            seed: 7,
            ..
        }
    ));
    let Law::Truth { p } = outcomes.outcomes[0].law else {
        panic!("not a statement")
    };
    let deviation = (0.348_625_742f64 * (1.0 - 0.348_625_742) / 20_000.0).sqrt();
    assert!((p.value - 0.348_625_742).abs() < 4.0 * deviation, "{p:?}");
    let (low, high) = p.interval.unwrap();
    assert!(low < p.value && p.value < high);
}

#[test]
fn a_sample_is_the_same_on_one_thread_and_on_four() {
    let budget = Budget {
        wanted: Wanted::Sampled,
        runs: 5_000,
        ..Budget::default()
    };
    let text = horizon::yaml(9, true);
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| outcomes(&text, &budget))
    };
    assert_eq!(of(1), of(4));
}

#[test]
fn a_budget_that_is_passed_gives_a_sample_and_the_reason() {
    let budget = Budget {
        expansions: 10,
        runs: 1_000,
        ..Budget::default()
    };
    let outcomes = outcomes(&horizon::yaml(9, true), &budget);
    let Method::Sampled { because, .. } = outcomes.how else {
        panic!("not sampled")
    };
    assert!(because.contains("could not be counted out"), "{because}");
}

#[test]
fn the_files_for_six_and_nine_guarantors_are_what_the_generator_writes() {
    for n in [6, 9] {
        let path = format!("{}/scenarios/bench/horizon_{n}.yaml", env!("CARGO_MANIFEST_DIR"));
        let written = horizon::yaml(n, true);
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(&path, &written).unwrap();
        }
        assert_eq!(
            std::fs::read_to_string(&path).unwrap(),
            written,
            "write it again with BLESS=1"
        );
    }
}
