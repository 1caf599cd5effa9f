//! Ranges over what actors may choose: static strategies, exact and sampled, with and without defaults.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use demarche::engine::RunError;
use demarche::report::over_choices_text;
use demarche::whatif::{Budget, Choices, Judgement, Law, OutcomeRange, OverChoices, Ranges, Told, Wanted};
use demarche::{Scenario, diagnostic};

/// North is asked whether it accepts, knowing whether South is strong; acceptance brings peace more often against a
/// strong South only. A tower may be built meanwhile, which changes nothing.
const OFFER: &str = "
demarche: 1
title: An offer to North
period: { from: 2024-01-01, to: 2024-12-31 }
actors:
  north: { kind: state }
  south: { kind: state }
facts:
  strong: { says: South is strong }
  gates_shut: { says: the gates are shut }
  calm:   { says: there is calm }
  tower:  { says: a tower stands }
events:
  muster: { is: physical, says: South musters }
  ask:    { is: physical, says: North is asked }
assumptions:
  half: { value: 0.5, range: [0, 1], why: given }
timeline:
  muster: { on: 2024-01-02, happen: muster }
  ask:    { on: 2024-02-01, happen: ask }
rules:
  south_is_strong_or_not:
    says: South turns out strong or weak
    on: muster
    then:
      - chance: strength
        branches:
          strong: { p: half, then: [ start: strong ] }
          weak:   { p: rest }
  north_answers:
    says: North answers
    on: ask
    then:
      - choice: answer(north)
        by: north
{default}        options:
          accept:
            says: North accepts
            if: not gates_shut
            then:
              - chance: after_yes
                branches:
                  calm:   { p: \"if strong then 0.9 else 0.1\", then: [ start: calm ] }
                  unrest: { p: rest }
          refuse:
            says: North refuses
            then:
              - chance: after_no
                branches:
                  calm:   { p: \"if strong then 0.3 else 0.3\", then: [ start: calm ] }
                  unrest: { p: rest }
      - choice: build
        by: south
        default: no
        options:
          yes: { says: South builds, then: [ start: tower ] }
          no:  { says: South does not build }
outcomes:
  calm_in_the_end: { is: at_end(calm), says: there is calm in the end }
  south_strong:    { is: at_end(strong), says: South is strong }
  calm_comes:      { is: first(calm), says: calm comes }
  days_of_calm:    { is: held(calm), says: days of calm, unit: days }
";

const THUMB: &str = "        default: if strong then accept else refuse\n";
const REFUSE: &str = "        default: refuse\n";

fn offer(default: &str, more: &str) -> Scenario {
    let text = format!("{}{more}", OFFER.replace("{default}", default));
    Scenario::from_text("offer.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn tried(scenario: &Scenario, asked: &[&str], budget: &Budget, most: u64) -> Result<OverChoices, RunError> {
    scenario
        .compile_asking(asked)
        .unwrap_or_else(|error| panic!("{error}"))
        .outcomes_over_choices(budget, Some(most))
}

fn over(default: &str, more: &str) -> OverChoices {
    tried(&offer(default, more), &[], &Budget::default(), 16).unwrap_or_else(|error| panic!("{error}"))
}

fn choices(over: &OverChoices) -> &Choices {
    match &over.over_choices {
        Ranges::Over(choices) => choices,
        other => panic!("no ranges: {other:?}"),
    }
}

fn range<'o>(over: &'o OverChoices, id: &str) -> &'o OutcomeRange {
    choices(over)
        .outcomes
        .iter()
        .find(|range| range.id == id)
        .unwrap()
}

/// The ends of a range, and the option of North at each; none by default.
fn ends(over: &OverChoices, id: &str) -> [(f64, Option<String>); 2] {
    let range = range(over, id);
    [range.least, range.greatest].map(|end| {
        let takes = &choices(over).strategies[end.strategy].takes;
        let answer = takes.iter().find(|(choice, _)| choice == "answer(north)");
        (end.figure.value, answer.map(|(_, option)| option.clone()))
    })
}

fn close(found: f64, known: f64) {
    assert!((found - known).abs() < 1e-12, "{found} instead of {known}");
}

#[test]
fn a_range_goes_from_the_worst_to_the_best_option_and_names_both() {
    let over = over(REFUSE, "");
    let [(least, by_default), (greatest, accepting)] = ends(&over, "calm_in_the_end");
    close(least, 0.3);
    close(greatest, 0.5);
    assert_eq!((by_default, accepting.as_deref()), (None, Some("accept")));
    // The value under defaults stands beside it.
    let Told::Defaults(outcomes) = &over.told else {
        panic!("not told")
    };
    let Law::Truth { p } = outcomes.outcomes[0].law else {
        panic!("not a statement")
    };
    close(p.value, 0.3);
    // Two options of North, two of South; `refuse` and `no` are what happens by default.
    assert_eq!(choices(&over).strategies.len(), 4);
    assert_eq!(choices(&over).exact, 4);
}

#[test]
fn each_end_is_what_a_fix_gives() {
    let over = over(REFUSE, "");
    let fixed = offer(REFUSE, "fix: { \"answer(north)\": accept }\n");
    let told = fixed.compile().unwrap().outcomes(&Budget::default()).unwrap();
    let Law::Number { mean, .. } = &told.outcomes[3].law else {
        panic!("not a number")
    };
    close(range(&over, "days_of_calm").greatest.figure.value, mean.value);
}

#[test]
fn a_rule_of_thumb_that_is_the_default_may_beat_every_single_option() {
    let over = over(THUMB, "");
    let [(least, _), (greatest, by_default)] = ends(&over, "calm_in_the_end");
    close(least, 0.3);
    close(greatest, 0.6);
    assert_eq!(by_default, None);
    assert_eq!(choices(&over).strategies.len(), 6);
}

#[test]
fn what_no_choice_changes_has_one_value() {
    let over = over(REFUSE, "");
    assert!(range(&over, "south_strong").is_one_value());
    close(range(&over, "south_strong").least.figure.value, 0.5);
    // A date by how likely it comes.
    close(range(&over, "calm_comes").greatest.figure.value, 0.5);
}

#[test]
fn a_closed_option_is_not_taken() {
    let over = over(REFUSE, "start: { gates_shut: true }\n");
    assert!(range(&over, "calm_in_the_end").is_one_value());
}

#[test]
fn a_fixed_choice_is_not_open() {
    let over = over(REFUSE, "fix: { \"answer(north)\": accept, build: yes }\n");
    assert_eq!(over.over_choices, Ranges::NoChoice);
}

#[test]
fn a_choice_fixed_for_one_time_is_open_for_the_others() {
    let over = over(REFUSE, "fix: { \"answer(north)\": { 1: accept }, build: yes }\n");
    assert_eq!(choices(&over).choices.len(), 1);
    assert!(range(&over, "calm_in_the_end").is_one_value());
    close(range(&over, "calm_in_the_end").least.figure.value, 0.5);
}

#[test]
fn sampled_strategies_share_their_draws() {
    let budget = Budget {
        wanted: Wanted::Sampled,
        runs: 2_000,
        ..Budget::default()
    };
    let over = tried(&offer(REFUSE, ""), &[], &budget, 16).unwrap();
    assert_eq!(choices(&over).exact, 0);
    let strong = range(&over, "south_strong");
    assert!(strong.is_one_value() && strong.least.figure.interval.is_some());
    let [(least, _), (greatest, accepting)] = ends(&over, "calm_in_the_end");
    assert!((least - 0.3).abs() < 0.05 && (greatest - 0.5).abs() < 0.05);
    assert_eq!(accepting.as_deref(), Some("accept"));
}

#[test]
fn a_choice_that_nobody_settles_leaves_the_ranges() {
    let over = over(
        "",
        "expect:\n  at_the_worst: p(calm_in_the_end) >= 0.3\n  at_the_best: p(calm_in_the_end) <= 0.4\n",
    );
    let Told::Open {
        open, expectations, ..
    } = &over.told
    else {
        panic!("figures for what nobody settles")
    };
    assert_eq!(open, &["answer(north)"]);
    let verdicts: Vec<Judgement> = expectations.iter().map(|expected| expected.verdict).collect();
    assert_eq!(verdicts, [Judgement::Holds, Judgement::Fails]);
    let [(least, refusing), (greatest, _)] = ends(&over, "calm_in_the_end");
    close(least, 0.3);
    close(greatest, 0.5);
    assert_eq!(refusing.as_deref(), Some("refuse"));
    insta::assert_snapshot!(over_choices_text(&over, 100));
}

#[test]
fn a_question_has_a_range_too() {
    let asked = ["ever(calm)"];
    let over = tried(&offer(THUMB, ""), &asked, &Budget::default(), 16).unwrap();
    close(choices(&over).asked[0].greatest.figure.value, 0.6);
    insta::assert_snapshot!(over_choices_text(&over, 100));
}

fn refused(error: &RunError) -> String {
    let mut diagnostics = diagnostic::Diagnostics::default();
    diagnostics.push(error.diagnostic());
    diagnostics.render(&error.sources, diagnostic::Options::default())
}

#[test]
fn a_condition_while_a_choice_is_open_is_refused() {
    let budget = Budget::default();
    let asked = ["ever(calm) given ever(strong)"];
    let by_asking = tried(&offer("", ""), &asked, &budget, 16).unwrap_err();
    let expected = "expect:\n  helps: p(ever(calm) given ever(strong)) >= 0.4\n";
    let by_expecting = tried(&offer("", expected), &[], &budget, 16).unwrap_err();
    insta::assert_snapshot!(format!("{}\n{}", refused(&by_asking), refused(&by_expecting)));
    // Under defaults it has its meaning.
    let over = tried(&offer(THUMB, expected), &asked, &budget, 16).unwrap();
    let Told::Defaults(outcomes) = &over.told else {
        panic!("not told")
    };
    close(outcomes.asked[0].answer.p.unwrap().value, 0.9);
}

#[test]
fn too_many_strategies_are_said_and_not_looked_at() {
    let budget = Budget::default();
    let many = tried(&offer(REFUSE, ""), &[], &budget, 3).unwrap();
    assert!(matches!(
        many.over_choices,
        Ranges::TooMany {
            strategies: 4,
            most: 3,
            ..
        }
    ));
    assert!(over_choices_text(&many, 100).contains("there are 4 strategies"));
    let none = tried(&offer(REFUSE, ""), &[], &budget, 0).unwrap();
    assert_eq!(none.over_choices, Ranges::NotAsked);
    let open = tried(&offer("", ""), &[], &budget, 3).unwrap_err();
    insta::assert_snapshot!(refused(&open));
    assert_eq!(tried(&offer("", ""), &[], &budget, 0).unwrap_err().code, "R0907");
}

#[test]
fn the_command_tells_ranges_and_figures_in_one_object() {
    let folder =
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("choices-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("offer.yaml");
    let run = |text: String, args: &[&str]| {
        std::fs::write(&file, text).unwrap();
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"))
            .args(["outcomes", file.to_str().unwrap(), "--format", "json"])
            .args(args)
            .output()
            .unwrap();
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), json)
    };
    let (code, json) = run(OFFER.replace("{default}", REFUSE), &[]);
    assert_eq!(code, Some(0));
    assert_eq!(json["method"], "exact");
    assert_eq!(json["over_choices"]["ranges"], "over");
    assert_eq!(json["over_choices"]["outcomes"][0]["least"]["value"], 0.3);
    let (code, json) = run(OFFER.replace("{default}", ""), &[]);
    assert_eq!(code, Some(0));
    assert_eq!(json["open"][0], "answer(north)");
    let (code, _) = run(OFFER.replace("{default}", ""), &["--strategies", "0"]);
    assert_eq!(code, Some(2));
    std::fs::remove_dir_all(&folder).unwrap();
}
