//! How much the exact method looks at. What it leaves out changes no figure, so no comparison of figures sees whether it
//! still leaves it out; the counts do, and unlike a clock they are the same on every machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fmt::Write as _;

use super::{ExactFault, FEWEST_COINS, Limits, exact};
use crate::Scenario;

#[path = "../../../tests/common/files.rs"]
mod common;
use common::files;

/// Small enough for an unoptimised build. Where a scenario needs more, it is told how far this went.
const LIMITS: Limits = Limits {
    states: 2_000_000,
    expansions: 4_000,
    steps: 200_000,
    coins: FEWEST_COINS,
    tables: 2_000_000,
};

#[test]
fn no_more_is_looked_at_than_matters() {
    let mut told = String::from(
        "states worked out, steps between states; of the program: instances, conditions, numbers\n",
    );
    for path in files() {
        let compiled = Scenario::open(&path).unwrap().compile().unwrap();
        let program = compiled.program();
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        let looked = match exact(program, LIMITS) {
            Ok(flows) => format!("{}, {}", flows.expanded, flows.steps),
            Err(ExactFault::TooManyStates(date, expanded)) => format!("{expanded} up to {date}"),
            Err(ExactFault::Run(date, fault)) => panic!("{name}, {date}: {fault:?}"),
        };
        let (instances, conditions) = (program.instances.len(), program.network.len());
        let numbers = program.numbers.len();
        writeln!(told, "{name}: {looked}; {instances}, {conditions}, {numbers}").unwrap();
    }
    insta::assert_snapshot!(told);
}

#[test]
fn masses_that_are_moved_count_as_steps() {
    let refused = files().into_iter().filter(|path| {
        let compiled = Scenario::open(path).unwrap().compile().unwrap();
        let looked = exact(compiled.program(), LIMITS);
        looked.is_ok_and(|flows| {
            let only_these = Limits {
                steps: flows.steps,
                ..LIMITS
            };
            exact(compiled.program(), only_these).is_err()
        })
    });
    assert!(refused.count() > 0);
}
