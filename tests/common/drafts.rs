//! Many random scenarios, one after the other; a failure shows the smallest one found.

#![allow(dead_code, reason = "each test file uses a part")]

use std::cell::RefCell;
use std::collections::BTreeMap;

use demarche::Compiled;
use demarche::engine::{Draws, NoTrace, Runner, Trace};
use demarche::language::value::Day;
use demarche::program::GroundBudget;
use demarche::testing::generate::{Draft, drafts};
use demarche::testing::reference::{Asked, Decide, Fault};
use demarche::{RunNumber, Seed};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use super::told;

/// How many scenarios: asked for, or few where they are not optimised.
pub fn cases(few: u32) -> u32 {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    asked.unwrap_or(if std::env::var_os("DEMARCHE_LONG").is_some() {
        200_000
    } else {
        few
    })
}

/// What was met in all cases, so that a test that looks at nothing is seen.
#[derive(Debug, Default)]
pub struct Met(pub BTreeMap<&'static str, u64>);

impl Met {
    /// One more.
    pub fn count(&mut self, what: &'static str) {
        *self.0.entry(what).or_default() += 1;
    }
}

/// Tries a property on that many scenarios.
pub fn over(cases: u32, test: impl Fn(&Draft, &RefCell<Met>) -> Result<(), TestCaseError>) -> Met {
    let seed = std::env::var("DEMARCHE_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or(0u64);
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let config = Config {
        cases,
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..Config::default()
    };
    let met = RefCell::new(Met::default());
    let result = TestRunner::new_with_rng(config, rng).run(&drafts(), |draft| test(&draft, &met));
    match result {
        Ok(()) => {
            let met = met.into_inner();
            eprintln!("{cases} scenarios, {met:?}");
            met
        }
        Err(TestError::Fail(reason, draft)) => panic!("{reason}\n{draft}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Anything that keeps a case from being tried.
pub fn fail(error: impl std::fmt::Display) -> TestCaseError {
    TestCaseError::fail(error.to_string())
}

/// The scenario, its variant if it has one, and the scenario with tables if anything in it can be one.
pub fn worlds(draft: &Draft) -> Result<Vec<Compiled>, TestCaseError> {
    let compiled = draft
        .compile()
        .map_err(|error| fail(format!("it does not compile: {error}")))?;
    let variants: Vec<String> = compiled.model().variants().map(|(id, _)| id.to_owned()).collect();
    let mut worlds = vec![];
    for id in variants {
        worlds.push(
            compiled
                .variant(&id)
                .map_err(|error| fail(format!("it does not compile: {error}")))?,
        );
    }
    worlds.insert(0, compiled);
    // The same once more, every relation that no event can change kept as a table, however small.
    let tables = GroundBudget {
        closed_from: 0,
        ..GroundBudget::default()
    };
    let scenario = draft.scenario().map_err(fail)?;
    let compiled = scenario.compile_within(tables).map_err(fail)?;
    if compiled.program().closed.is_some() {
        worlds.push(compiled);
    }
    Ok(worlds)
}

/// What a run left behind, what it traced, and on which day it was stopped by what.
pub type EngineRun<'c> = (Runner<'c>, Trace, Option<(Day, Fault)>);

/// One run of the engine.
pub fn engine_run<'c>(compiled: &'c Compiled, number: u64) -> Result<EngineRun<'c>, TestCaseError> {
    let mut trace = Trace::default();
    let mut runner = Runner::new(compiled.program()).map_err(|fault| fail(format!("{fault:?}")))?;
    let result = runner
        .go(&mut Draws::new(Seed(7), RunNumber(number)), &mut trace)
        .map(|_| ());
    let stopped = result
        .err()
        .map(|fault| (runner.world().day(), told::fault(&fault)));
    untraced(compiled, number, &runner, &stopped)?;
    Ok((runner, trace, stopped))
}

/// A run that nobody traces goes over days of which nothing comes: it must end as the traced one.
fn untraced(
    compiled: &Compiled,
    number: u64,
    traced: &Runner<'_>,
    stopped: &Option<(Day, Fault)>,
) -> Result<(), TestCaseError> {
    let mut runner = Runner::new(compiled.program()).map_err(|fault| fail(format!("{fault:?}")))?;
    let fault = runner
        .go(&mut Draws::new(Seed(7), RunNumber(number)), &mut NoTrace)
        .err();
    let fault = fault.map(|fault| (runner.world().day(), told::fault(&fault)));
    prop_assert_eq!(
        &fault,
        stopped,
        "what stopped a run that is not traced, and one that is"
    );
    let (one, other) = (runner.world(), traced.world());
    prop_assert_eq!(
        (one.day(), one.waves()),
        (other.day(), other.waves()),
        "the last day, and how many waves there were"
    );
    if stopped.is_none() {
        prop_assert_eq!(runner.decided(), traced.decided(), "a run that is not traced");
    }
    Ok(())
}

/// Lets every chance fall as it fell in a run of the engine.
pub struct As<'t> {
    pub draws: &'t BTreeMap<(Day, String), String>,
    /// The day on which that run stopped: what it had not drawn by then may fall in any way.
    pub stopped: Option<Day>,
}

impl Decide for As<'_> {
    fn fall(&mut self, asked: &Asked<'_>) -> Result<usize, Fault> {
        match self.draws.get(&(asked.day, asked.name.to_owned())) {
            Some(word) => asked
                .open
                .iter()
                .position(|(open, _)| open == word)
                .ok_or(Fault::Stopped),
            None if self.stopped == Some(asked.day) => Ok(0),
            None => Err(Fault::Stopped),
        }
    }
}
