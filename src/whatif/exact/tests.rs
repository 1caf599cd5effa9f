//! How much the exact method looks at. What it leaves out changes no figure, so no comparison of figures sees whether it
//! still leaves it out; the counts do, and unlike a clock they are the same on every machine.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fmt::Write as _;
use std::path::Path;

use super::{ExactFault, Limits, exact};
use crate::Scenario;

/// Small enough for an unoptimised build. Where a scenario needs more, it is told how far this went.
const LIMITS: Limits = Limits {
    states: 2_000_000,
    expansions: 4_000,
    steps: 200_000,
};

#[test]
fn no_more_is_looked_at_than_matters() {
    let mut told = String::from("states worked out, steps between states\n");
    for folder in ["", "bench", "guide", "precedents", "istanbul"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios")
            .join(folder);
        let files = std::fs::read_dir(folder).expect("a folder");
        let mut files: Vec<_> = files.map(|entry| entry.expect("an entry").path()).collect();
        files.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
        files.sort();
        for path in files {
            let compiled = Scenario::open(&path).unwrap().compile().unwrap();
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            let looked = match exact(compiled.program(), LIMITS) {
                Ok(flows) => format!("{}, {}", flows.expanded, flows.steps),
                Err(ExactFault::TooManyStates(date, expanded)) => format!("{expanded} up to {date}"),
                Err(ExactFault::Run(date, fault)) => panic!("{name}, {date}: {fault:?}"),
            };
            writeln!(told, "{name}: {looked}").unwrap();
        }
    }
    insta::assert_snapshot!(told);
}
