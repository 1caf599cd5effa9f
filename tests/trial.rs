//! `demarche test`: what a scenario expects over all runs, and its invariants in every state it can reach.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use demarche::whatif::{Extent, Judgement, TrialBudget};
use demarche::{Compiled, Scenario};

const HEAD: &str = "
demarche: 1
title: A house by the border
period: { from: 2024-01-01, to: 2024-06-30 }
actors: { north: { kind: state }, south: { kind: state } }
facts: { calm: {}, warm: {}, armed: {} }
start: { calm: true }
events: { quarrel: { is: physical }, visit: { is: physical } }
";

fn compile(text: &str) -> Compiled {
    let scenario = Scenario::from_text("house.yaml", format!("{HEAD}{text}"));
    let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

/// Each month a quarrel with probability 1/10; after a quarrel the north may frown, which it does not by default.
const MONTHS: &str = "
rules:
  a_month_passes:
    says: a month passes
    every: 1 month
    then:
      - chance: temper
        branches:
          bad: { p: heat, then: [ happen: quarrel ] }
          good: { p: rest }
  an_answer:
    says: the north answers
    on: quarrel
    if: calm
    then:
      - choice: answer
        by: north
        default: smile
        options:
          smile: {}
          frown: { then: [ end: calm ] }
assumptions: { heat: { value: 0.1, range: [0, 0.5], why: a guess } }
";

#[test]
fn every_state_is_looked_at_once() {
    // One day without news and five ticks. A month leaves nothing behind but whether the calm is gone.
    let compiled = compile(&format!("{MONTHS}invariants: {{ peace: calm or not warm }}"));
    let found = compiled.reachable(1_000).unwrap();
    assert_eq!(found.extent, Extent::Complete);
    assert_eq!(found.states, 1 + 2 * 5);
    assert!(found.broken.is_empty());
}

#[test]
fn what_an_actor_may_choose_against_its_default_is_looked_at_too() {
    let compiled = compile(&format!("{MONTHS}invariants: {{ peace: calm }}"));
    let found = compiled.reachable(1_000).unwrap();
    let witness = &found.broken[0];
    assert_eq!(
        (witness.settlements, witness.day.to_string().as_str()),
        (2, "2024-02-01")
    );
    let fixed = compile(&format!(
        "{MONTHS}fix: {{ answer: smile }}\ninvariants: {{ peace: calm }}"
    ));
    let found = fixed.reachable(1_000).unwrap();
    assert!(found.broken.is_empty() && found.extent == Extent::Complete);
}

#[test]
fn the_story_with_fewest_settlements_is_told_and_not_the_one_that_ends_first() {
    let compiled = compile(
        "
rules:
  tempers:
    on: quarrel
    then:
      - chance: temper
        branches: { hot: { p: 0.5, then: [ start: armed ] }, cold: { p: rest, then: [ start: warm ] } }
  shots:
    when: armed
    then:
      - chance: shot
        branches: { hits: { p: 0.5, then: [ end: calm ] }, misses: { p: rest } }
  cold_leads_to_the_same: { on: visit, if: warm, then: [ end: calm ] }
timeline:
  first: { on: 2024-02-01, happen: quarrel }
  second: { on: 2024-05-01, happen: visit }
invariants: { peace: calm }
",
    );
    let found = compiled.reachable(1_000).unwrap();
    let witness = &found.broken[0];
    assert_eq!(
        (witness.settlements, witness.day.to_string().as_str()),
        (1, "2024-05-01")
    );
}

#[test]
fn where_the_states_are_too_many_that_is_said_and_runs_are_sampled() {
    let compiled = compile(&format!("{MONTHS}invariants: {{ peace: calm }}"));
    let budget = TrialBudget {
        states: 2,
        ..TrialBudget::default()
    };
    let trial = compiled.trial(&budget).unwrap();
    let invariants = trial.invariants.unwrap();
    assert!(matches!(invariants.reachable.extent, Extent::Fewer(_)));
    // By default the north smiles, so that no run shows what the states would have shown.
    assert_eq!(invariants.sampled.unwrap().runs, budget.outcomes.runs);
}

#[test]
fn an_invariant_about_the_whole_run_is_judged_at_its_end() {
    let rules = "
rules:
  a_month_passes:
    every: 1 month
    then:
      - chance: temper
        branches: { bad: { p: 0.5, then: [ happen: quarrel ] }, good: { p: rest } }
";
    let compiled = compile(&format!(
        "{rules}invariants: {{ few: times(quarrel) <= 3, some: times(quarrel) <= 5 }}"
    ));
    let found = compiled.reachable(1_000).unwrap();
    assert_eq!(found.extent, Extent::Complete);
    assert_eq!(found.broken.len(), 1);
    assert_eq!((found.broken[0].invariant, found.broken[0].settlements), (0, 5));
}

#[test]
fn a_fix_by_occurrence_is_kept() {
    let rules = "
rules:
  a_visit:
    on: visit
    then:
      - chance: temper
        branches: { bad: { p: 0.5, then: [ happen: quarrel ] }, good: { p: rest } }
  a_quarrel: { on: quarrel, then: [ end: calm ] }
timeline:
  first: { on: 2024-02-01, happen: visit }
  second: { on: 2024-03-01, happen: visit }
  third: { on: 2024-04-01, happen: visit }
invariants: { peace: calm }
";
    let compiled = compile(&format!(
        "{rules}fix: {{ temper: {{ 1: good, 2: good, 3: bad }} }}"
    ));
    let found = compiled.reachable(100).unwrap();
    assert_eq!(found.states, 4, "one a day");
    assert_eq!(found.broken[0].settlements, 0);
    assert_eq!(found.broken[0].day.to_string(), "2024-04-01");
}

#[test]
fn a_contradiction_in_any_state_is_an_error_with_the_path_of_its_day() {
    let compiled = compile(
        "
rules:
  one: { on: quarrel, then: [ start: warm ] }
  other: { on: quarrel, if: armed, then: [ end: warm ] }
  arms:
    on: visit
    then:
      - chance: finds_arms
        branches: { yes: { p: 0.001, then: [ start: armed ] }, no: { p: rest } }
timeline:
  first: { on: 2024-02-01, happen: visit }
  second: { on: 2024-03-01, happen: quarrel }
invariants: { peace: calm }
",
    );
    let error = compiled.reachable(1_000).unwrap_err();
    assert_eq!(
        (error.code, error.day.to_string().as_str()),
        ("R0901", "2024-03-01")
    );
    assert!(
        error.path.iter().any(|line| line.contains("quarrel")),
        "{:?}",
        error.path
    );
}

#[test]
fn what_one_run_can_tell_must_hold_in_all_of_them() {
    let compiled = compile(&format!(
        "{MONTHS}expect: {{ peace: at_end(calm), quiet: never(quarrel), rare: p(ever(quarrel)) <= 0.5 }}"
    ));
    let trial = compiled.trial(&TrialBudget::default()).unwrap();
    let verdicts: Vec<Judgement> = trial
        .expectations
        .iter()
        .map(|tried| tried.expected.verdict)
        .collect();
    assert_eq!(verdicts, [Judgement::Holds, Judgement::Fails, Judgement::Holds]);
    let quiet = &trial.expectations[1];
    let p = quiet.expected.figures[0].p.unwrap();
    assert!((p.value - 0.9f64.powi(5)).abs() < 1e-12 && p.interval.is_none());
    let number = quiet.fails_in.unwrap();
    let run = compiled.run_number(demarche::Seed(1), number).unwrap();
    assert_eq!(run.decided.expectations[1], Some(false));
}

#[test]
fn a_scenario_without_chance_is_told_by_its_one_run() {
    let compiled = compile(
        "timeline: { one: { on: 2024-03-01, happen: visit } }\nexpect: { visited: first(visit) == 2024-03-01 }",
    );
    let trial = compiled.trial(&TrialBudget::default()).unwrap();
    assert!(trial.passed() && trial.how.is_none());
}

/// A folder of its own for one test.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("trial_{name}"));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(folder.join("inner")).unwrap();
        Folder(folder)
    }

    fn with(self, file: &str, text: &str) -> Self {
        fs::write(self.0.join(file), format!("{HEAD}{text}").trim_start()).unwrap();
        self
    }

    fn test(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_demarche"))
            .current_dir(&self.0)
            .arg("test")
            .args(args)
            .output()
            .unwrap()
    }
}

fn text(output: &Output) -> String {
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn a_folder_is_tested_file_by_file_and_the_worst_gives_the_exit_code() {
    let folder = Folder::new("folder")
        .with("good.yaml", "expect: { quiet: never(quarrel) }")
        .with(
            "inner/bad.yaml",
            &format!(
                "{MONTHS}expect:
  quiet: {{ is: never(quarrel), why: nobody wants one }}
invariants: {{ peace: calm }}
variants:
  polite: {{ title: The north smiles, fix: {{ answer: smile }}, expect: {{ peace: at_end(calm) }} }}
"
            ),
        );
    fs::write(folder.0.join("notes.yaml"), "just: notes\n").unwrap();
    let failed = folder.test(&["."]);
    assert_eq!(failed.status.code(), Some(1));
    insta::assert_snapshot!("a_folder", text(&failed));
    let fine = folder.test(&["good.yaml"]);
    assert_eq!(
        (fine.status.code(), text(&fine).as_str()),
        (
            Some(0),
            "ok      good.yaml  1 expectation\n1 file: 1 ok; 1 expectation\n"
        )
    );

    let folder = folder.with(
        "wrong.yaml",
        "rules: { one: { on: quarel, then: [ end: calm ] } }",
    );
    let wrong = folder.test(&["."]);
    assert_eq!(wrong.status.code(), Some(2));
    let said = text(&wrong);
    assert!(
        said.contains("wrong   ./wrong.yaml") && said.contains("did you mean `quarrel`"),
        "{said}"
    );
    assert!(
        said.ends_with("3 files: 1 ok, 1 failed, 1 wrong; 2 of 3 expectations, 1 of 2 invariants\n"),
        "{said}"
    );

    let empty = folder.test(&["nowhere"]);
    assert_eq!(empty.status.code(), Some(2));
}

#[test]
fn coverage_names_rules_that_never_fired_and_conditions_that_never_changed() {
    let folder = Folder::new("coverage").with(
        "house.yaml",
        &format!(
            "{}  idle: {{ on: visit, if: warm, then: [ start: armed ] }}
  steady: {{ on: quarrel, if: calm or warm, then: [ start: warm ] }}
{}expect: {{ peace: at_end(calm) }}",
            MONTHS.split("assumptions:").next().unwrap(),
            "assumptions: { heat: { value: 0.1, range: [0, 0.5], why: a guess } }\n"
        ),
    );
    let output = folder.test(&["house.yaml", "--coverage"]);
    let said = text(&output);
    let own: String = said
        .lines()
        .take_while(|line| !line.contains("in the vocabulary never"))
        .map(|line| format!("{line}\n"))
        .collect();
    insta::assert_snapshot!("coverage", own);
}

#[test]
fn results_are_written_for_build_servers_and_for_programs() {
    let folder = Folder::new("junit").with(
        "house.yaml",
        &format!("{MONTHS}expect: {{ rare: p(ever(quarrel)) < 0.1 or at_end(warm), calm: at_end(calm) }}\ninvariants: {{ peace: calm }}")
            .replace("p(ever(quarrel)) < 0.1 or at_end(warm)", "p(ever(quarrel)) <= 0.1"),
    );
    let output = folder.test(&["house.yaml", "--junit", "out.xml"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("junit", fs::read_to_string(folder.0.join("out.xml")).unwrap());
    let output = folder.test(&["house.yaml", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let world = &json["files"][0]["worlds"][0];
    assert_eq!(world["exhaustive"], true);
    assert_eq!(world["invariants"][0]["status"], "fails");
    assert_eq!(world["expectations"][1]["status"], "holds");
}

#[test]
fn the_shipped_precedents_pass() {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["test", "scenarios/precedents", "scenarios/first_steps.yaml"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

#[test]
fn where_a_choice_is_left_open_what_is_expected_must_hold_whoever_chooses_what() {
    let open = MONTHS.replace("        default: smile\n", "");
    let text = "
outcomes: { cross: { is: at_end(not calm) } }
expect:
  calm_at_first: calm_on_the_first_day
  quarrels_are_rare: p(ever(quarrel)) <= 0.5
  always_calm: at_end(calm)
  never_likely: p(cross) <= 0.1
invariants:
  armed_never: not armed
"
    .replace("calm_on_the_first_day", "held(calm) >= 1");
    let compiled = compile(&format!("{open}{text}"));
    let trial = compiled.trial(&TrialBudget::default()).unwrap();
    let verdicts: Vec<(&str, Judgement)> = trial
        .expectations
        .iter()
        .map(|tried| (tried.expected.id.as_str(), tried.expected.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("calm_at_first", Judgement::Holds),
            ("quarrels_are_rare", Judgement::Holds),
            ("always_calm", Judgement::Fails),
            ("never_likely", Judgement::Fails),
        ]
    );
    let invariants = trial.invariants.unwrap();
    assert!(
        matches!(invariants.reachable.extent, Extent::Complete) && invariants.reachable.broken.is_empty()
    );
}
