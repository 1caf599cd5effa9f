//! The scenarios that come with the crate, read as an analyst reads them: each compiles without a word of complaint,
//! what it expects holds in every run, and its story reads well.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;

use demarche::engine::{Decided, Draws, NoTrace, RunNumber, Runner, Seed, Trace};
use demarche::program::Compiled;
use demarche::report::Story;
use demarche::whatif::{Budget, Judgement};
use demarche::{Scenario, diagnostic};
use rayon::prelude::*;

#[path = "common/files.rs"]
mod files;
use files::files;

/// How many runs "every run" is here, of a file and of a variant or lever written in one.
const RUNS: (u64, u64) = (200, 40);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every scenario with every variant and lever, under the name by which a test tells of it.
fn everything() -> Vec<(String, Scenario)> {
    let mut all = Vec::new();
    for path in files() {
        let name = path.strip_prefix(root()).expect("inside").display().to_string();
        let scenario = Scenario::open(&path).unwrap_or_else(|error| panic!("{error}"));
        let document = scenario.document();
        for id in document.variant_ids() {
            let variant = scenario.variant(id).unwrap_or_else(|error| panic!("{error}"));
            all.push((format!("{name}, variant {id}"), variant));
        }
        for id in document.lever_ids() {
            let lever = scenario.lever(id).unwrap_or_else(|error| panic!("{error}"));
            all.push((format!("{name}, lever {id}"), lever));
        }
        all.push((name, scenario));
    }
    all
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn every_scenario_compiles_without_a_warning() {
    let all = everything();
    assert!(
        all.len() >= 30,
        "only {} scenarios, variants and levers",
        all.len()
    );
    all.into_par_iter().for_each(|(name, scenario)| {
        let compiled = compile(&scenario);
        let warnings = compiled.warnings();
        let said = warnings.render(compiled.sources(), diagnostic::Options::default());
        assert!(warnings.is_empty(), "{name}:\n{said}");
    });
}

#[test]
fn every_expectation_that_one_run_can_tell_holds_in_every_run() {
    everything().into_par_iter().for_each(|(name, scenario)| {
        let compiled = compile(&scenario);
        let mut runner = Runner::new(compiled.program()).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        let written_in_place = name.contains(", ");
        for number in 0..if written_in_place { RUNS.1 } else { RUNS.0 } {
            runner
                .go(&mut Draws::new(Seed(1), RunNumber(number)), &mut NoTrace)
                .unwrap_or_else(|fault| panic!("{name}, run {number}: {fault:?}"));
            let Decided {
                expectations, broken, ..
            } = runner.decided();
            for (claim, holds) in compiled.expectations().iter().zip(expectations) {
                assert_ne!(
                    holds,
                    Some(false),
                    "{name}, run {number}: {} ({})",
                    claim.name,
                    claim.text
                );
            }
            for (claim, day) in compiled.invariants().iter().zip(broken) {
                assert_eq!(day, None, "{name}, run {number}: {} ({})", claim.name, claim.text);
            }
            // Without chances one run is as good as all.
            if compiled.program().settlements.is_empty() {
                break;
            }
        }
    });
}

#[test]
fn a_run_that_nobody_traces_ends_as_a_traced_one() {
    everything().into_par_iter().for_each(|(name, scenario)| {
        let compiled = compile(&scenario);
        let runner = || Runner::new(compiled.program()).unwrap_or_else(|fault| panic!("{name}: {fault:?}"));
        let (mut traced, mut untraced) = (runner(), runner());
        for number in 0..if name.contains(", ") { 5 } else { 25 } {
            let draws = || Draws::new(Seed(2), RunNumber(number));
            traced
                .go(&mut draws(), &mut Trace::default())
                .expect("no run fails");
            untraced.go(&mut draws(), &mut NoTrace).expect("no run fails");
            assert_eq!(traced.decided(), untraced.decided(), "{name}, run {number}");
            let (traced, untraced) = (traced.world(), untraced.world());
            assert_eq!(
                (traced.day(), traced.waves()),
                (untraced.day(), untraced.waves()),
                "{name}, run {number}"
            );
            for atom in compiled.program().atoms.values() {
                assert_eq!(
                    traced.holds(atom.node),
                    untraced.holds(atom.node),
                    "{name}, run {number}"
                );
            }
            for slot in compiled.program().slots.ids() {
                assert_eq!(
                    traced.measure(slot),
                    untraced.measure(slot),
                    "{name}, run {number}"
                );
            }
        }
    });
}

#[test]
fn no_expectation_about_probabilities_fails() {
    let asked: Vec<_> = everything()
        .into_par_iter()
        .map(|(name, scenario)| (name, compile(&scenario)))
        .filter(|(_, compiled)| compiled.expectations().iter().any(|claim| claim.probabilistic))
        .collect();
    assert!(
        asked.len() >= 4,
        "{} scenarios speak of probabilities",
        asked.len()
    );
    asked.into_par_iter().for_each(|(name, compiled)| {
        // What is small is told exactly.
        let budget = Budget {
            expansions: if name.contains("bench") { 100_000 } else { 200 },
            runs: 300,
            ..Budget::default()
        };
        let outcomes = compiled
            .outcomes(&budget)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        for expected in outcomes.expectations {
            assert_ne!(expected.verdict, Judgement::Fails, "{name}: {expected:?}");
        }
    });
}

#[test]
fn every_scenario_asks_a_question_and_has_a_title() {
    for path in files() {
        let compiled = compile(&Scenario::open(&path).unwrap_or_else(|error| panic!("{error}")));
        assert!(
            !compiled.title().is_empty() && compiled.question().is_some(),
            "{}",
            path.display()
        );
    }
}

/// The story of run 0 under seed 1.
fn story(file: &str) -> String {
    let scenario =
        Scenario::open(root().join("scenarios").join(file)).unwrap_or_else(|error| panic!("{error}"));
    let compiled = compile(&scenario);
    let run = compiled.run(Seed(1)).unwrap_or_else(|error| panic!("{error}"));
    Story::of(&run).to_string()
}

#[test]
fn the_offer_as_made() {
    insta::assert_snapshot!(story("istanbul/baseline.yaml"));
}

#[test]
fn the_senate_refuses() {
    insta::assert_snapshot!(story("istanbul/senate_refuses.yaml"));
}

#[test]
fn a_collective_guarantee() {
    insta::assert_snapshot!(story("istanbul/collective_guarantee.yaml"));
}

#[test]
fn the_question_comes_back_and_an_attack_follows() {
    insta::assert_snapshot!(story("istanbul/deferral_ends.yaml"));
}

/// One snapshot for each, named as its file.
#[test]
fn every_precedent_tells_its_story() {
    let precedents: Vec<_> = files()
        .into_iter()
        .filter(|path| path.parent().is_some_and(|folder| folder.ends_with("precedents")))
        .collect();
    assert_eq!(precedents.len(), 16);
    for path in precedents {
        let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
        insta::assert_snapshot!(name.as_str(), story(&format!("precedents/{name}.yaml")));
    }
}
