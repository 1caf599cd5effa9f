//! The command, driven as people and scripts drive it: what it prints, where, and with which exit code.

#![allow(clippy::expect_used, reason = "a test that cannot go on shall stop")]

use std::io::Read as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

const BELGIUM: &str = "scenarios/precedents/belgium_1914.yaml";
const FIRST_STEPS: &str = "scenarios/first_steps.yaml";
const BASELINE: &str = "scenarios/istanbul/baseline.yaml";

fn demarche(args: &[&str]) -> Output {
    command(args).output().expect("the binary runs")
}

fn command(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    command
        .args(args)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_remove("NO_COLOR");
    command
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn fine(args: &[&str]) -> String {
    let output = demarche(args);
    assert_eq!(output.status.code(), Some(0), "{args:?}: {}", err(&output));
    assert_eq!(err(&output), "", "{args:?}");
    out(&output)
}

/// What the command says on standard error when the input is wrong.
fn refused(args: &[&str]) -> String {
    let output = demarche(args);
    assert_eq!(output.status.code(), Some(2), "{args:?}: {}", out(&output));
    assert_eq!(out(&output), "", "errors are no data: {args:?}");
    err(&output)
}

fn json(args: &[&str]) -> serde_json::Value {
    let output = demarche(&[args, &["--format", "json"]].concat());
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{args:?}: {}",
        err(&output)
    );
    serde_json::from_slice(&output.stdout).expect("valid JSON")
}

/// A scenario in a file of its own.
struct Written(PathBuf);

impl Written {
    fn new(name: &str, text: impl AsRef<[u8]>) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("cli-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        let path = folder.join(name);
        std::fs::write(&path, text).expect("a file for the test");
        Written(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().expect("UTF-8")
    }

    /// A message without the folders, which differ from run to run and from house to house.
    fn plain(&self, message: &str) -> String {
        let folder = self.0.parent().and_then(|folder| folder.to_str()).expect("UTF-8");
        message
            .replace(&format!("{folder}/"), "")
            .replace(&format!("{}/", env!("CARGO_MANIFEST_DIR")), "")
    }
}

impl Drop for Written {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

// Stories

#[test]
fn a_story_gives_dates_reasons_duties_and_outcomes() {
    insta::assert_snapshot!(fine(&["run", FIRST_STEPS]));
}

#[test]
fn each_guarantor_of_belgium_has_its_fate() {
    insta::assert_snapshot!(fine(&["run", BELGIUM]));
}

#[test]
fn a_variant_is_told_under_its_own_title() {
    let story = fine(&["run", BELGIUM, "--variant", "britain_stays_out"]);
    assert!(story.starts_with("Britain stays out\n"), "{story}");
    assert!(story.contains("britain_breaks_its_word"), "{story}");
}

#[test]
fn one_seed_and_run_give_one_story() {
    let args = ["run", BASELINE, "--seed", "3", "--run", "5"];
    assert_eq!(fine(&args), fine(&args));
    assert!(fine(&args).contains("one possible story: seed 3, run 5;"));
}

#[test]
fn no_line_is_wider_than_a_hundred_columns_when_piped() {
    for file in [BELGIUM, BASELINE, "scenarios/precedents/austria_1955.yaml"] {
        for line in fine(&["run", file]).lines() {
            assert!(line.chars().count() <= 100, "{line}");
        }
    }
}

#[test]
fn where_finds_the_first_run_in_which_a_condition_holds() {
    let found = json(&["run", BASELINE, "--where", "ever(enter_into_force(treaty))"]);
    let outcome = |name: &str| {
        let outcomes = found["outcomes"].as_array().expect("a list");
        outcomes
            .iter()
            .find(|outcome| outcome["id"] == name)
            .expect("the outcome")["value"]
            .clone()
    };
    assert_eq!(outcome("treaty_in_force"), true);
    let number = found["run"].as_u64().expect("a number").to_string();
    let again = json(&["run", BASELINE, "--run", &number]);
    assert_eq!(
        again["happenings"], found["happenings"],
        "looking for a run does not change it"
    );
    assert_eq!(
        again["expectations"], found["expectations"],
        "the condition is no expectation of the scenario"
    );
}

#[test]
fn a_condition_on_the_state_is_read_at_the_end() {
    let one = json(&["run", BASELINE, "--where", "in_force(treaty)"]);
    let other = json(&["run", BASELINE, "--where", "at_end(in_force(treaty))"]);
    assert_eq!(one["run"], other["run"]);
}

#[test]
fn a_condition_may_name_an_outcome() {
    let broken = json(&["run", BASELINE, "--where", "not peace_holds"]);
    let outcomes = broken["outcomes"].as_array().expect("a list");
    assert!(
        outcomes
            .iter()
            .any(|outcome| outcome["id"] == "peace_holds" && outcome["value"] == false)
    );
}

#[test]
fn a_misspelt_condition_gets_a_suggestion() {
    insta::assert_snapshot!(refused(&["run", BELGIUM, "--where", "in_farce(treaty)"]));
}

#[test]
fn a_condition_that_never_holds_is_said_to_hold_in_no_run() {
    let message = refused(&["run", FIRST_STEPS, "--where", "ever(attack(brall, corin))"]);
    assert!(
        message.contains("holds in none of the first 100000 runs under seed 1"),
        "{message}"
    );
}

#[test]
fn a_void_act_says_what_was_missing_or_in_its_way() {
    let file = Written::new(
        "void.yaml",
        "demarche: 1
title: Too early, and once too often
period: { from: 2030-01-01, to: 2030-12-31 }
actors:
  arden: { kind: state, name: Arden }
  brall: { kind: state, name: Brall }
agreements:
  pact: { name: the pact, parties: [ arden, brall ] }
timeline:
  hurry: { on: 2030-01-05, happen: \"ratify(arden, pact)\" }
  signing: { on: 2030-01-10, happen: sign(pact) }
  again: { on: 2030-01-11, happen: sign(pact) }
",
    );
    insta::assert_snapshot!(fine(&["run", file.path()]));
}

#[test]
fn what_repeats_by_the_calendar_is_one_line_until_there_is_news() {
    let file = Written::new(
        "routine.yaml",
        "demarche: 1
title: A long wait
period: { from: 2030-01-01, to: 2031-12-31 }
actors:
  arden: { kind: state, name: Arden }
  brall: { kind: state, name: Brall }
measures:
  patience: { args: { of: actor }, from: 0, to: 100, default: 50, says: \"patience of {of}\" }
events:
  letter: { args: { of: actor }, is: physical, says: \"{of} writes a letter\" }
  visit: { args: { of: actor }, is: physical, says: \"{of} pays a visit\" }
rules:
  waiting:
    says: \"{a} waits\"
    for: { a: actor }
    every: 1 month
    then:
      - add: patience(a)
        by: -1
  writing:
    says: it is time to write
    every: 3 months
    then:
      - happen: letter(arden)
  coming:
    says: \"whether {a} comes is open\"
    for: { a: actor }
    every: 6 months
    then:
      - chance: comes(a)
        branches:
          comes: { p: 0.5, then: [ { happen: visit(a) } ] }
          stays: { p: rest }
fix:
  comes(arden): { 1: stays, 2: comes, 3: stays }
  comes(brall): stays
  comes(_): comes
",
    );
    insta::assert_snapshot!(file.plain(&fine(&["run", file.path()])));
}

// Why

#[test]
fn why_gives_the_proof_and_why_not_what_was_missing() {
    let why = fine(&["why", BELGIUM, "breach(germany, treaty.guarantee)"]);
    assert!(why.contains("Germany attacks Belgium"), "{why}");
    let missing = fine(&["why", "--not", BELGIUM, "met(austria_hungary, treaty.guarantee)"]);
    assert!(missing.contains("missing: "), "{missing}");
    let on = fine(&[
        "why",
        BELGIUM,
        "bound(britain, treaty.guarantee)",
        "--on",
        "1914-08-04",
    ]);
    assert!(on.contains("as of 1914-08-04"), "{on}");
}

#[test]
fn why_looks_at_the_run_it_is_told_to() {
    let found = json(&[
        "why",
        BASELINE,
        "in_force(treaty)",
        "--where",
        "ever(enter_into_force(treaty))",
    ]);
    assert_eq!(found["is_so"], true);
    let fixed = json(&[
        "why",
        "--not",
        BASELINE,
        "ratified(usa, treaty)",
        "--variant",
        "senate_refuses",
    ]);
    assert_eq!(fixed["is_so"], false);
}

#[test]
fn a_question_that_is_none_is_refused() {
    insta::assert_snapshot!(
        [
            refused(&["why", BELGIUM, "bound(britian, treaty.guarantee)"]),
            refused(&["why", BELGIUM, "30 days"]),
            refused(&["why", BELGIUM, "in_force(treaty)", "--on", "2014-08-04"]),
        ]
        .concat()
    );
}

// Exit codes

#[test]
fn a_failed_expectation_gives_exit_code_1_and_still_the_story() {
    let file = Written::new(
        "fails.yaml",
        "demarche: 1
title: Too much hope
period: { from: 2030-01-01, to: 2030-12-31 }
actors:
  arden: { kind: state }
  brall: { kind: state }
timeline:
  attack: { on: 2030-06-01, happen: \"attack(arden, brall)\" }
expect:
  peace: \"never(attack(arden, brall))\"
",
    );
    let output = demarche(&["run", file.path()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("FAILS  peace"), "{}", out(&output));
    assert_eq!(err(&output), "");
}

#[test]
fn usage_errors_give_exit_code_2() {
    let wrong: [&[&str]; 4] = [
        &["run"],
        &["sing"],
        &["run", BELGIUM, "--seed", "many"],
        &["run", BELGIUM, "--run", "1", "--where", "true"],
    ];
    for args in wrong {
        let message = refused(args);
        assert!(message.starts_with("error:"), "{message}");
    }
}

#[test]
fn help_has_examples() {
    for command in [
        "run",
        "why",
        "check",
        "test",
        "graph",
        "sources",
        "new",
        "schema",
        "vocabulary",
    ] {
        let help = fine(&[command, "--help"]);
        assert!(help.contains("Examples:\n  demarche "), "{help}");
    }
}

#[test]
fn a_closed_pipe_is_normal() {
    let mut child = command(&["run", BASELINE])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    // The reader goes before anything is written.
    drop(child.stdout.take());
    let mut message = String::new();
    child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut message)
        .expect("UTF-8");
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    assert_eq!(message, "");
}

#[test]
fn nothing_is_coloured_when_piped() {
    let message = refused(&["run", BELGIUM, "--variant", "collectiv"]);
    assert!(!message.contains('\u{1b}'), "{message:?}");
    assert!(!fine(&["check", BASELINE]).contains('\u{1b}'));
}

// What is wrong with the input

#[test]
fn an_unknown_variant_gets_the_nearest_name() {
    insta::assert_snapshot!(refused(&["run", BELGIUM, "--variant", "collectiv"]));
}

#[test]
fn a_missing_file_is_named() {
    insta::assert_snapshot!(refused(&["run", "scenarios/precedents/belgium_1915.yaml"]));
}

#[test]
fn a_folder_is_no_scenario() {
    insta::assert_snapshot!(refused(&["run", "scenarios"]));
}

#[test]
fn a_file_must_be_utf_8() {
    let file = Written::new("latin.yaml", b"demarche: 1\ntitle: Caf\xe9\n");
    insta::assert_snapshot!(file.plain(&refused(&["run", file.path()])));
}

#[test]
fn a_misspelt_guarantor_in_a_seed_is_found() {
    let text =
        std::fs::read_to_string(format!("{}/{FIRST_STEPS}", env!("CARGO_MANIFEST_DIR"))).expect("readable");
    let file = Written::new(
        "misspelt_seed.yaml",
        text.replace("by: [ corin ]", "by: [ corrin ]"),
    );
    insta::assert_snapshot!(file.plain(&refused(&["run", file.path()])));
}

#[test]
fn a_misspelt_guarantor_in_an_overlay_is_found() {
    let seed = format!("{}/{FIRST_STEPS}", env!("CARGO_MANIFEST_DIR"));
    let file = Written::new(
        "misspelt_overlay.yaml",
        format!(
            "demarche: 1
from: {seed}
title: Without Corin
agreements: {{ pact: {{ provisions: {{ guarantee: {{ by: {{ corinn: null }} }} }} }} }}
"
        ),
    );
    insta::assert_snapshot!(file.plain(&refused(&["run", file.path()])));
}

#[test]
fn a_contradiction_in_a_run_is_told_with_its_day() {
    let file = Written::new(
        "undecided.yaml",
        "demarche: 1
title: Nobody decides
period: { from: 2030-01-01, to: 2030-12-31 }
actors:
  arden: { kind: state }
  brall: { kind: state }
events:
  ask: { args: { who: actor }, is: physical, says: \"{who} is asked\" }
rules:
  answer:
    for: { a: actor }
    on: ask(a)
    then:
      - choice: answers(a)
        by: a
        options: { well: {}, badly: {} }
timeline:
  asked: { on: 2030-06-01, happen: ask(arden) }
",
    );
    insta::assert_snapshot!(file.plain(&refused(&["run", file.path()])));
}

#[test]
fn errors_are_json_where_results_would_be() {
    let message = refused(&["run", "nowhere.yaml", "--format", "json"]);
    let parsed: serde_json::Value = serde_json::from_str(&message).expect("valid JSON");
    assert_eq!(parsed["errors"][0]["code"], "E0101");
}

// The other commands

#[test]
fn check_counts_what_it_found_in_order() {
    let report = fine(&["check", BELGIUM]);
    assert!(
        report.starts_with(&format!("no problems in {BELGIUM} (")),
        "{report}"
    );
    assert!(report.contains(" entities, "), "{report}");
}

#[test]
fn check_prints_problems_as_its_result() {
    let text = "demarche: 1\ntitle: Wrong\nperiod: { from: 2030-01-01, to: 2030-12-31 }\nactor: {}\n";
    let file = Written::new("wrong.yaml", text);
    let output = demarche(&["check", file.path()]);
    assert_eq!(output.status.code(), Some(2));
    insta::assert_snapshot!(file.plain(&out(&output)));
    let json = demarche(&["check", file.path(), "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&json.stdout).expect("valid JSON");
    assert!(
        report["problems"]
            .as_array()
            .is_some_and(|problems| !problems.is_empty())
    );
}

#[test]
fn check_explains_a_code() {
    insta::assert_snapshot!(fine(&["check", "--code", "e0501"]));
    assert!(refused(&["check", "--code", "E9999"]).contains("there is no code `E9999`"));
}

#[test]
fn a_graph_on_a_day_shows_what_holds_then() {
    let args = ["graph", BELGIUM, "--focus", "belgium", "--on"];
    insta::assert_snapshot!(fine(&[&args[..], &["1914-08-04"]].concat()));
    let before = fine(&[&args[..], &["1914-08-03"]].concat());
    assert!(!before.contains("at_war"), "{before}");
}

#[test]
fn a_graph_speaks_mermaid() {
    insta::assert_snapshot!(fine(&["graph", FIRST_STEPS, "--as", "mermaid"]));
}

#[test]
fn a_graph_speaks_graphml() {
    insta::assert_snapshot!(fine(&[
        "graph",
        FIRST_STEPS,
        "--as",
        "graphml",
        "--focus",
        "pact.guarantee"
    ]));
}

#[test]
fn a_graph_needs_a_known_entity_and_a_day_of_the_period() {
    insta::assert_snapshot!(
        [
            refused(&["graph", BELGIUM, "--focus", "belgum"]),
            refused(&["graph", BELGIUM, "--on", "1914-13-04"]),
            refused(&["graph", BELGIUM, "--on", "2014-08-04"]),
        ]
        .concat()
    );
}

#[test]
fn a_focus_deeper_than_the_graph_is_the_whole_graph() {
    let focus = |depth: &str| fine(&["graph", FIRST_STEPS, "--focus", "arden", "--depth", depth]);
    assert_eq!(focus("18446744073709551615"), focus("50"));
}

#[test]
fn more_runs_or_steps_than_there_is_room_for_are_refused() {
    for runs in ["20000001", "18446744073709551615"] {
        let said = refused(&["outcomes", FIRST_STEPS, "--method", "sampled", "--runs", runs]);
        assert!(said.contains("20000000"), "{said}");
    }
    let said = refused(&["sweep", BASELINE, "--over", "attack_hazard:18446744073709551615"]);
    assert!(
        said.contains("E1203") && said.contains("1000000 values"),
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_folder_that_leads_back_to_itself_is_tested_once() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("in_a_circle");
    std::fs::create_dir_all(&folder).expect("a folder");
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    std::fs::copy(root.join(BELGIUM), folder.join("belgium.yaml")).expect("a copy");
    for link in ["again", "and_again"] {
        let _ = std::os::unix::fs::symlink(&folder, folder.join(link));
    }
    let told = demarche(&["test", folder.to_str().expect("UTF-8")]);
    assert_eq!(out(&told).matches("belgium.yaml").count(), 1, "{}", out(&told));
}

#[test]
fn sources_list_what_is_assumed() {
    insta::assert_snapshot!(fine(&["sources", BELGIUM]));
    let report = json(&["sources", BASELINE]);
    let unsourced = |line: &serde_json::Value| line["sources"].as_array().is_some_and(Vec::is_empty);
    for line in report["elements"].as_array().expect("a list") {
        assert!(!unsourced(line) || line["status"] == "assumption", "{line}");
    }
    assert!(
        report["assumptions"]
            .as_array()
            .is_some_and(|all| all.iter().any(|line| line["id"] == "consent(_)"))
    );
}

#[test]
fn every_command_gives_valid_json() {
    let commands: [&[&str]; 7] = [
        &["why", BASELINE, "sign(treaty)"],
        &["why", "--not", BASELINE, "in_force(treaty)"],
        &["run", BASELINE],
        &["check", BASELINE],
        &["check", "--code", "E0501"],
        &["graph", BASELINE, "--on", "2022-04-01"],
        &["sources", BASELINE],
    ];
    for args in commands {
        assert!(json(args).is_object(), "{args:?}");
    }
}
