//! The committed corpus of `fuzz/`, each file through the function of its target: what was once found stays mended, and
//! the targets keep compiling and reaching what they are for. Fuzzing itself: `fuzz/README.md`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

#[path = "../fuzz/shared/mod.rs"]
mod shared;

use shared::Came;

/// How many files of a target's corpus came how far.
fn all(target: &str, function: fn(&[u8]) -> Came) -> BTreeMap<Came, usize> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    let mut came = BTreeMap::new();
    for file in &files {
        // The test harness shows this if the next line panics.
        println!("{}", file.display());
        *came.entry(function(&fs::read(file).unwrap())).or_default() += 1;
    }
    assert!((20..=60).contains(&files.len()), "{} files", files.len());
    came
}

#[test]
fn any_bytes_are_a_scenario_or_are_refused_in_words() {
    let came = all("yaml_bytes", shared::yaml_bytes);
    assert!(
        came[&Came::Refused] >= 10 && came[&Came::Accepted] >= 3,
        "{came:?}"
    );
}

#[test]
fn any_expression_is_read_and_printed_and_worked_out_or_refused_in_words() {
    let came = all("expressions", shared::expressions);
    assert!(
        came[&Came::Refused] >= 10 && came[&Came::Answered] >= 10,
        "{came:?}"
    );
}

#[test]
fn any_overlay_gives_a_scenario_that_runs_or_is_refused_in_words() {
    let came = all("overlays", shared::overlays);
    assert!(
        came[&Came::Refused] >= 5 && came[&Came::Answered] >= 5,
        "{came:?}"
    );
}

#[test]
fn whatever_is_accepted_is_run_counted_out_tested_and_explained() {
    let came = all("whole_runs", shared::whole_runs);
    assert!(came[&Came::Answered] >= 20, "{came:?}");
}
