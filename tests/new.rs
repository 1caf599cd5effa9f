//! `demarche new`: what it writes passes `check` and `test` as it stands.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("new_{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn demarche(folder: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(folder)
        .args(args)
        .output()
        .unwrap()
}

/// Exit code 0, and what was said.
fn fine(folder: &Path, args: &[&str]) -> String {
    let output = demarche(folder, args);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{said}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    said
}

#[test]
fn what_is_written_passes_check_and_test_with_all_its_variants() {
    let here = folder("alone");
    let said = fine(&here, &["new", "my_talks.yaml"]);
    assert_eq!(said, "wrote my_talks.yaml\nnext: demarche check my_talks.yaml\n");
    assert!(fine(&here, &["check", "my_talks.yaml"]).starts_with("no problems"));
    let tested = fine(&here, &["test", "my_talks.yaml"]);
    // Small enough that its invariants are looked at in every state.
    assert!(
        tested.starts_with("ok      my_talks.yaml") && !tested.contains("not all"),
        "{tested}"
    );
    assert!(fine(&here, &["run", "my_talks.yaml"]).starts_with("My talks\n"));
}

#[test]
fn a_what_if_finds_its_way_to_the_scenario_it_builds_on_and_names_what_can_be_changed() {
    let here = folder("overlay");
    fs::create_dir_all(here.join("a/b")).unwrap();
    fine(&here, &["new", "a/talks.yaml"]);
    let said = fine(
        &here,
        &["new", "a/b/what-if: no help.yaml", "--from", "a/talks.yaml"],
    );
    assert!(said.contains("demarche compare a/talks.yaml"), "{said}");
    insta::assert_snapshot!(fs::read_to_string(here.join("a/b/what-if: no help.yaml")).unwrap());
    assert!(fine(&here, &["check", "a/b/what-if: no help.yaml"]).starts_with("no problems"));
    fine(&here, &["test", "a/b/what-if: no help.yaml"]);
    // And it still does once the hints are taken.
    let text = fs::read_to_string(here.join("a/b/what-if: no help.yaml")).unwrap();
    let mut taken = String::new();
    for line in text
        .lines()
        .filter(|line| !line.contains("my_event") && !line.starts_with("# timeline"))
    {
        let hint = line
            .strip_prefix("# ")
            .filter(|line| line.ends_with(':') && !line.contains(' '));
        let line = hint
            .or(line.strip_prefix("#  ").map(|_| &line[1..]))
            .unwrap_or(line);
        taken += &format!("{line}\n");
    }
    fs::write(
        here.join("a/b/taken.yaml"),
        taken.replace("p(pact_signed) >= 0.5", "p(pact_signed) >= 0"),
    )
    .unwrap();
    fine(&here, &["check", "a/b/taken.yaml"]);
}

#[test]
fn a_file_that_exists_is_left_as_it_is() {
    let here = folder("exists");
    fs::write(here.join("notes.yaml"), "mine\n").unwrap();
    let output = demarche(&here, &["new", "notes.yaml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("`notes.yaml` exists, and is left as it is"));
    assert_eq!(fs::read_to_string(here.join("notes.yaml")).unwrap(), "mine\n");
}

#[test]
fn a_what_if_on_the_seed_of_the_article_passes() {
    let here = folder("seed");
    let seed = Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds/istanbul_2022.yaml");
    fine(&here, &["new", "mine.yaml", "--from", seed.to_str().unwrap()]);
    assert!(fine(&here, &["check", "mine.yaml"]).starts_with("no problems"));
}
