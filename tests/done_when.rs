//! What the crate was to be able to do, on the scenario it was made for: why a guarantor owes forces, what was missing
//! for another that does not, and what a single misspelt word gets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

const BASELINE: &str = "scenarios/istanbul/baseline.yaml";
const SEED_FILE: &str = "seeds/istanbul_2022.yaml";
/// A run with a story to tell: one guarantor comes, another does not.
const WHERE: &str = "forces_sent > 0 and broken_promises > 0";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn demarche(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(args)
        .current_dir(root())
        .output()
        .expect("the binary runs")
}

fn json(args: &[&str]) -> Value {
    let output = demarche(&[args, &["--where", WHERE, "--format", "json"]].concat());
    assert_eq!(
        output.status.code(),
        Some(0),
        "{args:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).expect("valid JSON")
}

/// An answer of `why`, flattened: `happened sign(treaty)`, `holds ratified(germany, treaty)`.
fn steps(answer: &Value) -> Vec<String> {
    fn walk(reasons: &Value, steps: &mut Vec<String>) {
        for reason in reasons.as_array().into_iter().flatten() {
            let text = |key: &str| reason[key].as_str();
            let what = text("atom").or(text("statement")).expect("a statement");
            steps.push(format!("{} {what}", text("verdict").expect("a verdict")));
            walk(&reason["premises"], steps);
        }
    }
    let mut found = Vec::new();
    walk(&answer["reasons"], &mut found);
    found
}

/// The happenings of the run whose name begins so: day and name.
fn happenings(story: &Value, start: &str) -> Vec<(String, String)> {
    let all = story["happenings"].as_array().expect("a list").iter();
    let text = |line: &Value, key: &str| line[key].as_str().expect("a text").to_owned();
    all.filter(|line| text(line, "what").starts_with(start))
        .map(|line| (text(line, "date"), text(line, "what")))
        .collect()
}

/// `germany` of `casus_foederis(germany, treaty.guarantee, russia)`.
fn first_argument(atom: &str) -> &str {
    atom.split(['(', ',']).nth(1).expect("an argument")
}

#[test]
fn what_a_guarantor_owes_is_explained_down_to_signature_ratification_and_entry_into_force() {
    let story = json(&["run", BASELINE]);
    let called = happenings(&story, "casus_foederis(");
    assert!(!called.is_empty());
    for (day, atom) in called {
        let guarantor = first_argument(&atom);
        let owed = format!("owed({guarantor}, treaty.guarantee)");
        let steps = steps(&json(&["why", BASELINE, &owed, "--on", &day]));
        for step in [
            format!("happened {atom}"),
            "happened attack(russia, ukraine, somewhere)".to_owned(),
            format!("holds bound({guarantor}, treaty.guarantee)"),
            "happened enter_into_force(treaty)".to_owned(),
            format!("holds ratified({guarantor}, treaty)"),
            format!("happened ratify({guarantor}, treaty)"),
            "happened sign(treaty)".to_owned(),
            "happened approve(treaty.referendum)".to_owned(),
        ] {
            assert!(
                steps.contains(&step),
                "`{step}` is not among the reasons of {owed}:\n{}",
                steps.join("\n")
            );
        }
    }
}

#[test]
fn why_not_says_what_was_missing_for_a_guarantor_that_owes_nothing() {
    let story = json(&["run", BASELINE]);
    let called = happenings(&story, "casus_foederis(");
    let day = &called[0].0;
    let refused = happenings(&story, "withhold_consent(");
    assert!(!refused.is_empty());
    for (_, atom) in refused {
        let guarantor = first_argument(&atom);
        let steps = steps(&json(&[
            "why",
            "--not",
            BASELINE,
            &format!("owed({guarantor}, treaty.guarantee)"),
            "--on",
            day,
        ]));
        for step in [
            format!("missing bound({guarantor}, treaty.guarantee)"),
            format!("missing ratified({guarantor}, treaty)"),
            format!("drawn vote_in_legislature({guarantor}, treaty): refuses"),
        ] {
            assert!(
                steps.contains(&step),
                "`{step}` is not among what was missing:\n{}",
                steps.join("\n")
            );
        }
    }
}

#[test]
fn why_not_says_that_the_attacker_owes_itself_no_help() {
    let day = &happenings(&json(&["run", BASELINE]), "casus_foederis(")[0].0;
    let answer = |question: &str| {
        let output = demarche(&["why", "--not", BASELINE, question, "--on", day, "--where", WHERE]);
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    insta::assert_snapshot!(
        [
            answer("owed(russia, treaty.guarantee)"),
            answer("casus_foederis(russia, treaty.guarantee, russia)")
        ]
        .join("\n")
    );
}

/// A copy of some files of the crate, in which a word can be changed.
struct Copy(PathBuf);

impl Copy {
    fn new(name: &str) -> Self {
        let folder =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("done-{name}-{}", std::process::id()));
        for file in [SEED_FILE, BASELINE] {
            for entry in std::fs::read_dir(root().join(file).parent().expect("a folder")).expect("files") {
                let from = entry.expect("an entry").path();
                if from.is_file() {
                    let to = folder.join(from.strip_prefix(root()).expect("inside"));
                    std::fs::create_dir_all(to.parent().expect("a folder")).expect("a folder");
                    std::fs::copy(&from, to).expect("a copy");
                }
            }
        }
        Copy(folder)
    }

    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.0.join(file);
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        assert_eq!(text.matches(from).count(), 1, "`{from}` stands once in {file}");
        std::fs::write(path, text.replace(from, to)).expect("written");
    }

    /// The errors of a check, without the folder.
    fn errors(&self, args: &[&str]) -> Vec<Value> {
        let file = self.0.join(BASELINE);
        let file = file.to_str().expect("UTF-8");
        let output = demarche(&[&["check", file, "--format", "json"], args].concat());
        assert_eq!(
            output.status.code(),
            Some(2),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        let text = String::from_utf8(output.stdout)
            .expect("UTF-8")
            .replace(&format!("{}/", self.0.display()), "");
        let report: Value = serde_json::from_str(&text).expect("valid JSON");
        report["problems"].as_array().expect("a list").clone()
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Line and column (from 1, in characters) of the first place of a word in a file of the crate.
fn place(copy: &Copy, file: &str, word: &str) -> (u64, u64) {
    let text = std::fs::read_to_string(copy.0.join(file)).expect("UTF-8");
    let before = &text[..text.find(word).expect("the word")];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
    (line as u64, column as u64)
}

fn points_at(error: &Value, file: &str, (line, column): (u64, u64), suggestion: &str) {
    assert!(
        error["file"].as_str().is_some_and(|at| at.ends_with(file)),
        "{error:#}"
    );
    assert_eq!(
        (error["line"].as_u64(), error["column"].as_u64()),
        (Some(line), Some(column)),
        "{error:#}"
    );
    assert_eq!(error["fix"]["replacement"], suggestion, "{error:#}");
}

#[test]
fn a_misspelt_guarantor_in_the_seed_is_an_error_at_that_word_with_the_right_name() {
    let copy = Copy::new("seed");
    copy.change(
        SEED_FILE,
        "by: { usa: {}, russia: {}, france: {}, china: {}, britain: {}, germany: {}",
        "by: { usa: {}, russia: {}, france: {}, china: {}, britain: {}, germny: {}",
    );
    let errors = copy.errors(&[]);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    points_at(
        &errors[0],
        SEED_FILE,
        place(&copy, SEED_FILE, "germny"),
        "germany",
    );
}

#[test]
fn a_misspelt_guarantor_in_an_overlay_is_an_error_at_that_word_with_the_right_name() {
    let copy = Copy::new("overlay");
    let overlay = "scenarios/istanbul/without_russia.yaml";
    copy.change(overlay, "by: { russia: null }", "by: { rusia: null }");
    let errors = copy.errors(&["--variant", "without_russia"]);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    points_at(
        &errors[0],
        overlay,
        place(&copy, overlay, "rusia: null"),
        "russia",
    );
}

#[test]
fn a_misspelt_vote_in_an_overlay_is_an_error_at_that_word_with_the_right_name() {
    let copy = Copy::new("fix");
    let overlay = "scenarios/istanbul/senate_refuses.yaml";
    copy.change(
        overlay,
        "vote_in_legislature(usa, treaty): refuses",
        "vote_in_legislature(usa, treaty): refuse",
    );
    let errors = copy.errors(&["--variant", "senate_refuses"]);
    points_at(&errors[0], overlay, place(&copy, overlay, "refuse\n"), "refuses");
}
