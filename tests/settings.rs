//! Settings: a value for an assumption or for anything else that is written.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use demarche::Scenario;
use demarche::whatif::{Budget, Law, Setting};

const TEXT: &str = "
demarche: 1
title: A coin
period: { from: 2024-01-01, to: 2024-12-31 }
facts:
  seen: { args: { who: state } }
actors:
  north: { kind: state }
  south: { kind: state }
agreements:
  pact: { parties: [north, south] }
assumptions:
  hope(_): { value: 0.25, range: [0.1, 0.4], why: none }
  hope(south): { value: 0.5, range: [0.2, 0.6], why: none }
  wait: { value: 2 months, range: [1 month, 1 year], why: none }
rules:
  toss:
    for: { a: state }
    every: wait
    if: not seen(a)
    then:
      - chance: toss(a)
        branches:
          yes: { p: hope(a), then: [{ start: seen(a) }] }
          no: { p: rest }
outcomes:
  north_seen: { is: ever(seen(north)) }
  south_seen: { is: ever(seen(south)) }
variants:
  late: { title: Late, assumptions: { wait: { value: 11 months } } }
";

fn scenario() -> Scenario {
    Scenario::from_text("coin.yaml", TEXT).unwrap_or_else(|error| panic!("{error}"))
}

fn probabilities(scenario: &Scenario) -> Vec<f64> {
    let compiled = scenario.compile().unwrap_or_else(|error| panic!("{error}"));
    let outcomes = compiled.outcomes(&Budget::default()).unwrap();
    let of = |law: &Law| match law {
        Law::Truth { p } => p.value,
        _ => panic!("not a statement"),
    };
    outcomes.outcomes.iter().map(|outcome| of(&outcome.law)).collect()
}

fn with(settings: &[(&str, &str)]) -> Scenario {
    let settings: Vec<Setting> = settings.iter().map(|(a, b)| Setting::new(*a, *b)).collect();
    scenario()
        .with_settings(&settings)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn refused(target: &str, value: &str) -> String {
    match scenario().with_settings(&[Setting::new(target, value)]) {
        Err(error) => error.to_string(),
        Ok(scenario) => scenario.compile().unwrap_err().to_string(),
    }
}

/// Of `n` tosses at `p` one comes up.
fn ever(p: f64, n: i32) -> f64 {
    1.0 - (1.0 - p).powi(n)
}

#[test]
fn an_assumption_is_set_alone_and_the_rest_stays() {
    let close = |scenario: &Scenario, expected: [f64; 2]| {
        let found = probabilities(scenario);
        assert!(
            found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-12),
            "{found:?} {expected:?}"
        );
    };
    close(&scenario(), [ever(0.25, 5), ever(0.5, 5)]);
    close(&with(&[("hope(_)", "0.3")]), [ever(0.3, 5), ever(0.5, 5)]);
    close(
        &with(&[("hope( south )", "0.3"), ("wait", "11 months")]),
        [ever(0.25, 1), ever(0.3, 1)],
    );
    // One that is covered by `_` so far.
    close(&with(&[("hope(north)", "0.35")]), [ever(0.35, 5), ever(0.5, 5)]);
}

#[test]
fn a_value_beyond_the_range_widens_it() {
    let wide = with(&[("hope(south)", "0.9"), ("wait", "18 months")]);
    assert_eq!(probabilities(&wide), [0.0, 0.0]);
    let range = wide
        .document()
        .root()
        .as_map()
        .unwrap()
        .get("assumptions")
        .unwrap();
    let range = range
        .as_map()
        .unwrap()
        .get("hope(south)")
        .unwrap()
        .as_map()
        .unwrap();
    let range = range.get("range").unwrap().as_list().unwrap();
    assert_eq!(
        (range[0].as_text(), range[1].as_text()),
        (Some("0.2"), Some("0.9"))
    );
}

#[test]
fn any_value_is_set_by_its_path() {
    assert_eq!(
        probabilities(&with(&[("fix.toss(north)", "yes")])),
        [1.0, ever(0.5, 5)]
    );
    assert_eq!(
        probabilities(&with(&[
            ("period.to", "2024-02-15"),
            ("start.seen(south)", "true")
        ])),
        [0.0, 1.0]
    );
}

#[test]
fn the_title_and_the_variants_stay() {
    let set = with(&[("hope(_)", "0.3")]);
    assert_eq!(set.compile().unwrap().title(), "A coin");
    let late = probabilities(&set.variant("late").unwrap());
    assert!((late[0] - 0.3).abs() < 1e-12, "{late:?}");
}

#[test]
fn what_is_not_there_cannot_be_set() {
    let message = refused("hop(_)", "0.3");
    assert!(
        message.contains("there is no assumption `hop(_)`") && message.contains("did you mean `hope(_)`?"),
        "{message}"
    );
    let message = refused("agreements.pakt.needs", "[north]");
    assert!(
        message.contains("`agreements` has nothing called `pakt`") && message.contains("`pact`"),
        "{message}"
    );
    let message = refused("agreements.pact.parteis", "[north]");
    assert!(
        message.contains("parteis") && message.contains("did you mean `parties`?"),
        "{message}"
    );
    let message = refused("period.from.year", "2023");
    assert!(
        message.contains("`period.from` is a text and has nothing in it"),
        "{message}"
    );
    let message = refused("wait", "0.5");
    assert!(
        message.contains("`wait` is a duration in months, and `0.5` is a number"),
        "{message}"
    );
    let twice = [Setting::new("wait", "1 month"), Setting::new("wait", "2 months")];
    assert!(
        scenario()
            .with_settings(&twice)
            .unwrap_err()
            .to_string()
            .contains("is set twice")
    );
}
