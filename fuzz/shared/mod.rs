//! What each fuzz target does with its bytes. `tests/fuzz_corpus.rs` does the same with the committed corpus, on any
//! toolchain, so that a target cannot rot.
//!
//! A panic is a finding; what an author can be told as an error is none. Nothing is read from disk.

mod bytes;
mod expressions;
mod overlays;
mod whole_runs;

pub use expressions::expressions;
pub use overlays::overlays;
pub use whole_runs::whole_runs;

use std::sync::Arc;

use demarche::diagnostic::{Diagnostics, Options, Sources};
use demarche::document::{Loader, Vocabulary};
use demarche::program::GroundBudget;
use demarche::{CompileError, Compiled, Scenario};

/// How far an input came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Came {
    /// It is not what the target is about.
    Nowhere,
    /// It was refused, in words.
    Refused,
    /// It compiled.
    Accepted,
    /// It was run, and everything that was asked was answered.
    Answered,
}

/// Any bytes as a file. Its `from:` and `file:` may name itself and one other file.
pub fn yaml_bytes(data: &[u8]) -> Came {
    let other = b"demarche: 1\ntitle: Other\nperiod: { from: 2024-01-01, to: 2024-12-31 }\nactors: { north: { kind: state } }\n";
    let files = [("a.yaml", data.to_vec()), ("b.yaml", other.to_vec())];
    let scenario = match Loader::default().with_files(files).open("a.yaml") {
        Ok(document) => Scenario::from(document),
        Err(error) => return refused(&error.diagnostics, &error.sources),
    };
    let Some(compiled) = compiled(&scenario) else {
        return Came::Refused;
    };
    let variants: Vec<String> = compiled.variants().map(|(id, _)| id.to_owned()).take(3).collect();
    for id in variants {
        match scenario.variant(&id) {
            Ok(variant) => drop(self::compiled(&variant)),
            Err(error) => drop(refused(&error.diagnostics, &error.sources)),
        }
    }
    Came::Accepted
}

/// The scenario, compiled and checked; none if it is refused, which it is in words. What would be too large for a
/// small machine is refused early.
fn compiled(scenario: &Scenario) -> Option<Compiled> {
    let budget = GroundBudget {
        instances: 20_000,
        steps: 1_000_000,
        parts: 200_000,
        // Small enough that inputs reach the tables of what no event can change.
        closed_from: 4,
        closed_tuples: 200_000,
        closed_steps: 5_000_000,
    };
    match scenario.compile_within(budget) {
        Ok(compiled) => {
            let mut found = compiled.check();
            found.extend(compiled.check_overlays());
            told(&found, compiled.sources());
            (!found.has_errors()).then_some(compiled)
        }
        Err(CompileError { sources, diagnostics }) => {
            refused(&diagnostics, &sources);
            None
        }
    }
}

/// What is refused is refused with an error, and every message can be printed.
fn refused(diagnostics: &Diagnostics, sources: &Sources) -> Came {
    assert!(diagnostics.has_errors(), "refused without an error");
    told(diagnostics, sources);
    Came::Refused
}

fn told(diagnostics: &Diagnostics, sources: &Sources) {
    let text = diagnostics.render(sources, Options::default());
    let json = serde_json::to_string(&diagnostics.to_json(sources)).expect("messages are JSON");
    assert!(
        diagnostics.is_empty() == text.is_empty(),
        "a message that says nothing"
    );
    assert!(json.starts_with('['));
}

/// A scenario that stands on no vocabulary but its own: reading the law each time would take longer than the rest.
fn bare(text: &str) -> Result<Scenario, Came> {
    Loader::with_vocabulary(Arc::new(Vocabulary::default()))
        .with_files([("a.yaml", text.as_bytes().to_vec())])
        .open("a.yaml")
        .map(Scenario::from)
        .map_err(|error| refused(&error.diagnostics, &error.sources))
}
