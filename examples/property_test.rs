//! Tests an invariant of your own on many random scenarios, and asks for a second opinion on one of yours.
//!
//! ```text
//!   drafts() --random scenario--> Compiled --run--> Run --> does the invariant hold?
//!                                                            | no
//!                                                            v
//!                                              the smallest scenario in which it fails
//!
//!   your file --open--> Compiled --outcomes--> p --+
//!                          |                       +--> the same?
//!                       Reference --all ends--> p -+
//! ```
//!
//! Run it with `cargo run --example property_test --features testing`.

use demarche::engine::What;
use demarche::program::GroundGoal;
use demarche::testing::generate::drafts;
use demarche::testing::reference::{Reference, Worth};
use demarche::whatif::{Budget, Law};
use demarche::{Compiled, RunNumber, Scenario, Seed};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRng, TestRunner};

/// The invariant: on no day do more duties end than ever arose.
fn no_duty_ends_unless_it_arose(compiled: &Compiled) -> Result<(), TestCaseError> {
    // A run that stops, because two rules contradict each other, is no counterexample.
    let Ok(run) = compiled.run_number(Seed(1), RunNumber(0)) else {
        return Ok(());
    };
    let mut open = 0i64;
    for entry in &run.trace.entries {
        open += match entry.what {
            What::Arose { .. } => 1,
            What::Fulfilled { .. } | What::Released { .. } => -1,
            _ => 0,
        };
        if open < 0 {
            return Err(TestCaseError::fail(format!(
                "more norms ended than arose, on {}",
                entry.day
            )));
        }
    }
    Ok(())
}

/// One that does not hold, to show what a failure looks like.
fn nothing_is_ever_forbidden(compiled: &Compiled) -> Result<(), TestCaseError> {
    let Ok(run) = compiled.run_number(Seed(1), RunNumber(0)) else {
        return Ok(());
    };
    let templates = &compiled.program().templates;
    let bars = |what: &What| match what {
        What::Arose { template, .. } => matches!(templates[*template].goal, GroundGoal::Refrain(_)),
        _ => false,
    };
    match run.trace.entries.iter().find(|entry| bars(&entry.what)) {
        Some(entry) => Err(TestCaseError::fail(format!(
            "something is forbidden on {}",
            entry.day
        ))),
        None => Ok(()),
    }
}

/// Tries an invariant on two hundred scenarios, the same ones every time.
fn tried(name: &str, invariant: fn(&Compiled) -> Result<(), TestCaseError>) {
    let config = Config {
        cases: 200,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::deterministic_rng(config.rng_algorithm);
    let result = TestRunner::new_with_rng(config, rng).run(&drafts(), |draft| {
        let compiled = draft
            .compile()
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        invariant(&compiled)
    });
    match result {
        Ok(()) => println!("{name}: held in 200 scenarios\n"),
        Err(TestError::Fail(reason, draft)) => println!("{name}: fails, {reason}, in\n\n{draft}"),
        Err(TestError::Abort(reason)) => println!("{name}: {reason}\n"),
    }
}

const OWN: &str = "
demarche: 1
title: Two houses vote
period: { from: 2024-01-01, to: 2024-12-31 }
assumptions:
  consent(_): { value: 0.7, range: [0.4, 0.9] }
actors: { north: { kind: state }, south: { kind: state } }
facts: { agreed: { args: { who: actor } } }
rules:
  vote:
    for: { a: actor }
    every: 6 months
    if: not agreed(a)
    then:
      - chance: vote(a)
        branches:
          yes: { p: consent(a), then: [ { start: agreed(a) } ] }
          no: { p: rest }
outcomes:
  both: { is: \"at_end(all(a in actor where true satisfy agreed(a)))\" }
";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tried("no duty ends unless it arose", no_duty_ends_unless_it_arose);
    tried("nothing is ever forbidden", nothing_is_ever_forbidden);

    let own = Scenario::from_text("own.yaml", OWN)?.compile()?;
    let ends = Reference::new(own.model())?.ends(1_000, None)?;
    println!("second opinion: {} ends", ends.ends.len());
    for (place, outcome) in own.outcomes(&Budget::default())?.outcomes.iter().enumerate() {
        if let Law::Truth { p } = &outcome.law {
            let other = ends
                .law(place)
                .get(&Some(Worth::Truth(true)))
                .copied()
                .unwrap_or(0.0);
            println!("{}: {:.6}, and {other:.6}", outcome.id, p.value);
        }
    }
    Ok(())
}
