//! Comparisons: the same runs in two worlds, what changes in them, and for what reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;
use std::process::Command;

use demarche::engine::{RunNumber, Seed};
use demarche::whatif::{
    Alternative, Budget, CompareError, Comparison, EditKind, Fate, Shift, Wanted, compare,
};
use demarche::{Compiled, Scenario};

/// Two houses vote, both must agree; where no pact is in force, an attack is more likely.
const PACT: &str = "
demarche: 1
title: A pact of two
period: { from: 2024-01-01, to: 2030-12-31 }
kinds:
  house: { about: Who votes., attributes: { needed: { type: boolean, default: true } } }
facts:
  agreed:  { args: { who: house }, says: \"{who} has agreed\" }
  pact:    { says: \"the pact is in force\" }
  weather: {}
events:
  open_it: { is: physical, says: \"the pact is signed\" }
  agree:   { args: { who: house }, is: physical, says: \"{who} agrees to the pact\" }
  enter:   { is: physical, says: \"the pact enters into force\" }
  strike:  { is: physical, says: \"the neighbour attacks\" }
  rain:    { is: physical, says: \"it rains\" }
entities:
  upper: { kind: house, name: the upper house }
  lower: { kind: house, name: the lower house }
assumptions:
  consent(_): { value: 0.6, range: [0, 1], why: made up }
  hazard:     { value: 0.2, range: [0, 1], why: made up }
  calm:       { value: 0.05, range: [0, 1], why: made up }
  wet:        { value: 0.5, range: [0, 1], why: made up }
timeline:
  signing: { on: 2024-02-01, happen: open_it }
rules:
  vote:
    says: \"{h} votes\"
    for: { h: house }
    on: open_it
    then:
      - chance: vote(h)
        branches:
          yes: { p: consent(h), says: \"{h} says yes\", then: [ { happen: agree(h), after: 30 days } ] }
          no:  { p: rest, says: \"{h} says no\" }
  agreed:
    says: \"{h} has agreed\"
    for: { h: house }
    on: agree(h)
    then: [ { start: agreed(h) } ]
  in_force:
    says: \"all houses that are needed have agreed\"
    when: all(h in house where h.needed satisfy agreed(h))
    then: [ { happen: enter } ]
  entered:
    says: \"the pact holds\"
    on: enter
    then: [ { start: pact } ]
  peace_or_not:
    says: \"another year\"
    every: 1 year
    then:
      - chance: attack_comes
        branches:
          attack: { p: \"if pact then calm else hazard\", says: \"the neighbour decides to attack\", then: [ { happen: strike } ] }
          peace:  { p: rest, says: \"the neighbour keeps quiet\" }
outcomes:
  in_force: { is: ever(enter), says: \"the pact enters into force\" }
  attacked: { is: ever(strike), says: \"the neighbour attacks\" }
  attacks:  { is: times(strike), says: \"attacks\" }
  first:    { is: first(strike), says: \"the first attack\" }
variants:
  upper_refuses:
    title: The upper house refuses
    fix: { vote(upper): no }
  lower_is_not_asked:
    title: One house is enough
    entities: { lower: { needed: false } }
    assumptions: { hazard: { value: 0.25 } }
  weather_report:
    title: It may rain
    rules:
      weather:
        says: \"a day in spring\"
        every: 1 year
        then:
          - chance: rain_comes
            branches:
              rain: { p: wet, then: [ { happen: rain } ] }
              dry: { p: rest }
";

fn pact() -> Scenario {
    Scenario::from_text("pact.yaml", PACT).unwrap_or_else(|error| panic!("{error}"))
}

fn variant(id: &str) -> Compiled {
    let variant = pact().variant(id).unwrap_or_else(|error| panic!("{error}"));
    variant.compile().unwrap_or_else(|error| panic!("{error}"))
}

fn base() -> Compiled {
    pact().compile().unwrap_or_else(|error| panic!("{error}"))
}

fn budget(runs: u64) -> Budget {
    Budget {
        runs,
        ..Budget::default()
    }
}

fn compared(ids: &[&str], budget: &Budget) -> Comparison {
    let base = base();
    let others: Vec<(&str, Compiled)> = ids.iter().map(|id| (*id, variant(id))).collect();
    let mut all = vec![Alternative::new("pact", &base)];
    all.extend(others.iter().map(|(id, compiled)| Alternative::new(id, compiled)));
    compare(&all, budget, &|_| {}).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_rule_that_touches_nothing_others_read_changes_no_run() {
    let sample = base().paired(&variant("weather_report"), Seed(1), 2_000).unwrap();
    assert_eq!((sample.runs, sample.changed), (2_000, 0));
    assert!(sample.first_changed.is_empty());
    for outcome in &sample.outcomes {
        let difference = outcome.shift.difference();
        assert_eq!((outcome.changed, difference.value), (0, 0.0));
    }
    // None of 2,000 is not never.
    let (low, high) = sample.difference("attacked").unwrap().interval.unwrap();
    assert!(low < 0.0 && 0.0 < high && high < 0.002, "{low} to {high}");
}

#[test]
fn a_paired_difference_agrees_with_the_exact_one() {
    let comparison = compared(&["upper_refuses", "lower_is_not_asked"], &budget(4_000));
    let mut seen = 0;
    for against in &comparison.against {
        for difference in &against.differences {
            let exact = difference.exact.expect("both are exact");
            let paired = difference.shift.difference();
            let (low, high) = paired.interval.unwrap();
            let error = (high - low) / 2.0 / 1.96;
            assert!(
                (paired.value - exact).abs() <= 4.0 * error + 1e-9,
                "{} of {}: {} against {exact}, standard error {error}",
                difference.id,
                against.id,
                paired.value
            );
            assert_eq!(difference.best().value, exact);
            seen += 1;
        }
    }
    assert_eq!(seen, 8);
}

#[test]
fn a_fix_loses_what_it_forbids_and_gains_nothing() {
    let sample = base().paired(&variant("upper_refuses"), Seed(1), 2_000).unwrap();
    let outcome = sample.outcome("in_force").unwrap();
    let Shift::Truth { gained, lost, .. } = outcome.shift else {
        panic!("{outcome:?}")
    };
    assert_eq!((gained, lost), (0, outcome.changed));
    // 0.6 times 0.6 of the runs had it.
    assert!((600..850).contains(&lost), "{lost}");
}

#[test]
fn the_first_changed_runs_are_the_ones_whose_outcomes_differ() {
    let (base, other) = (base(), variant("upper_refuses"));
    let sample = base.paired(&other, Seed(7), 300).unwrap();
    let differ = |number: &u64| {
        let run = |compiled: &Compiled| {
            compiled
                .run_number(Seed(7), RunNumber(*number))
                .unwrap()
                .decided
                .outcomes
        };
        run(&base) != run(&other)
    };
    let by_hand: Vec<u64> = (0..300).filter(differ).collect();
    assert_eq!(sample.first_changed, by_hand);
    assert_eq!(sample.changed, by_hand.len() as u64);
}

#[test]
fn changed_runs_are_grouped_by_what_becomes_of_the_outcomes() {
    let comparison = compared(&["upper_refuses"], &budget(2_000));
    let reasons = &comparison.against[0].reasons;
    let first = &reasons.groups[0];
    assert_eq!(
        (first.fate, first.what.as_str()),
        (Some(Fate::Never), "the pact enters into force")
    );
    assert_eq!(first.runs, reasons.replayed, "{:?}", reasons.groups);
    assert_eq!(
        reasons.partings[0].text,
        "the upper house says no (by `fix:`), instead of: the upper house says yes (drawn)"
    );
    assert_eq!(
        first.on_the_way,
        [(Fate::Never, "the upper house agrees to the pact".to_owned())]
    );
}

#[test]
fn a_draw_that_falls_otherwise_tells_both_probabilities() {
    let other = pact()
        .with("more.yaml", "assumptions: { hazard: { value: 0.4 } }")
        .unwrap()
        .compile()
        .unwrap();
    let comparison = base().compare(&[&other], &budget(1_000)).unwrap();
    let parting = &comparison.against[0].reasons.partings[0];
    assert_eq!(
        parting.text,
        "the neighbour decides to attack, instead of: the neighbour keeps quiet"
    );
    let (before, after) = parting.p.expect("both were drawn");
    assert!(
        (before - 0.2).abs() < 1e-9 && (after - 0.4).abs() < 1e-9,
        "{before}, {after}"
    );
}

#[test]
fn what_is_written_otherwise_is_told_by_its_ids() {
    let comparison = compared(
        &["upper_refuses", "lower_is_not_asked", "weather_report"],
        &budget(10),
    );
    let texts = |at: usize| -> Vec<&str> {
        let edits = &comparison.against[at].edits;
        edits.iter().map(|edit| edit.text.as_str()).collect()
    };
    assert_eq!(texts(0), ["fix vote(upper): no"]);
    assert_eq!(
        texts(1),
        ["lower needed: true -> false", "assumption hazard: 0.2 -> 0.25"]
    );
    assert_eq!(comparison.against[2].edits[0].kind, EditKind::Added);
    assert!(
        texts(2)[0] == "rule weather: added: a day in spring",
        "{:?}",
        texts(2)
    );
}

#[test]
fn removals_sets_and_timelines_are_told_too() {
    let scenario = Scenario::open("scenarios/istanbul/baseline.yaml").unwrap();
    let base = scenario.compile().unwrap();
    let edits = |overlay: &str| -> Vec<String> {
        let other = scenario.with("overlay.yaml", overlay).unwrap().compile().unwrap();
        let both = base.counterfactual(&other, Seed(1), RunNumber(0)).unwrap();
        both.edits.into_iter().map(|edit| edit.text).collect()
    };
    assert_eq!(
        edits("agreements: { treaty: { provisions: { guarantee: { by: { russia: null } } } } }"),
        ["treaty.guarantee by: without russia"]
    );
    assert_eq!(
        edits("rules: { attack_or_peace: null }"),
        ["rule attack_or_peace: removed"]
    );
    assert_eq!(
        edits("timeline: { cut: { on: 2023-03-29, happen: cut_support(ukraine), status: assumption } }"),
        ["timeline cut: added: on: 2023-03-29, happen: cut_support(ukraine)"]
    );
    // What people read changes no run.
    assert!(edits("actors: { ukraine: { note: a remark } }").is_empty());
}

#[test]
fn the_comparison_reads_well() {
    let comparison = compared(
        &["upper_refuses", "lower_is_not_asked", "weather_report"],
        &budget(1_000),
    );
    insta::assert_snapshot!(comparison.to_string());
}

#[test]
fn the_counterfactual_reads_well() {
    let (base, other) = (base(), variant("upper_refuses"));
    let changed = base.paired(&other, Seed(1), 100).unwrap().first_changed;
    let attacked = changed.iter().find(|number| {
        let both = base.counterfactual(&other, Seed(1), RunNumber(**number)).unwrap();
        both.outcomes
            .iter()
            .any(|end| end.id == "attacked" && end.changed)
    });
    let number = RunNumber(*attacked.expect("some run is attacked"));
    let both = Alternative::new("pact", &base)
        .counterfactual(Alternative::new("upper_refuses", &other), Seed(1), number)
        .unwrap();
    insta::assert_snapshot!(both.to_string());
}

#[test]
fn a_run_that_does_not_change_never_parts() {
    let base = base();
    let both = base.counterfactual(&base, Seed(1), RunNumber(3)).unwrap();
    assert_eq!(both.parting, None);
    assert!(both.course.is_empty() && both.edits.is_empty() && both.reasons.is_empty());
    assert!(both.outcomes.iter().all(|end| !end.changed));
}

#[test]
fn any_number_of_threads_gives_the_same_digits() {
    let on = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let sampled = Budget {
            wanted: Wanted::Sampled,
            ..budget(1_100)
        };
        let comparison = pool.install(|| compared(&["upper_refuses", "lower_is_not_asked"], &sampled));
        serde_json::to_string(&comparison).unwrap()
    };
    let one = on(1);
    assert!(one == on(4), "the digits differ");
}

#[test]
fn an_outcome_that_only_one_has_leaves_a_gap() {
    let other = pact()
        .with(
            "more.yaml",
            "outcomes: { calm_end: { is: at_end(not pact), says: \"no pact\" }, first: null }",
        )
        .unwrap()
        .compile()
        .unwrap();
    let comparison = base().compare(&[&other], &budget(100)).unwrap();
    let row = |id: &str| comparison.outcomes.iter().find(|row| row.id == id).unwrap();
    assert!(row("first").laws[0].is_some() && row("first").laws[1].is_none());
    assert!(row("calm_end").laws[0].is_none() && row("calm_end").laws[1].is_some());
    assert!(
        comparison.against[0]
            .differences
            .iter()
            .all(|one| one.id != "first")
    );
}

#[test]
fn one_guarantor_less_is_five_times_sharper_in_pairs() {
    let nine = Scenario::open("scenarios/bench/guarantors_9.yaml")
        .unwrap()
        .compile()
        .unwrap();
    let eight = nine.variant("eight").unwrap();
    let runs = 4_000;
    let sample = nine.paired(&eight, Seed(1), runs).unwrap();
    let (low, high) = sample.difference("attacked").unwrap().interval.unwrap();
    let paired = (high - low) / 2.0 / 1.96;
    // About a fifth of the runs see an attack, with eight or nine.
    let independent = (2.0 * 0.19 * 0.81 / runs as f64).sqrt();
    assert!(independent / paired >= 5.0, "{independent} against {paired}");
}

#[test]
fn what_cannot_be_compared_is_refused_before_any_run() {
    let (base, other) = (base(), variant("upper_refuses"));
    let alone = compare(&[Alternative::new("pact", &base)], &budget(10), &|_| {});
    assert!(matches!(alone, Err(CompareError::Alone)), "{alone:?}");
    let none = base.compare(&[&other], &budget(0));
    assert!(matches!(none, Err(CompareError::NoRuns)), "{none:?}");
    let foreign = Scenario::open("scenarios/precedents/belgium_1914.yaml")
        .unwrap()
        .compile()
        .unwrap();
    let error = base.compare(&[&foreign], &budget(10)).unwrap_err();
    assert!(matches!(error, CompareError::NothingInCommon { .. }), "{error}");
    let Err(error) = base.counterfactual(&foreign, Seed(1), RunNumber(0)) else {
        panic!("no outcome is shared")
    };
    assert_eq!(
        error.to_string(),
        "`base` and `variant` have no outcome in common"
    );
}

#[test]
fn a_run_that_fails_names_its_world() {
    let overlay = "
measures: { fear: { from: 0, to: 5, default: 2 } }
rules:
  panic:
    says: \"fear decides\"
    every: 1 year
    then: [ { chance: panics, branches: { yes: { p: fear }, no: { p: rest } } } ]
";
    let other = pact().with("more.yaml", overlay).unwrap().compile().unwrap();
    let error = base().compare(&[&other], &budget(10)).unwrap_err();
    assert!(error.to_string().starts_with("in `variant 1`: "), "{error}");
    let error = base().counterfactual(&other, Seed(1), RunNumber(0)).unwrap_err();
    assert!(error.to_string().starts_with("in `variant`: "), "{error}");
}

fn demarche(args: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(args)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()
        .expect("the binary runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

const FILE: &str = "scenarios/bench/guarantors_9.yaml";

#[test]
fn the_command_compares_variants_and_files() {
    let (code, out, err) = demarche(&[
        "compare",
        FILE,
        "--all-variants",
        "--runs",
        "300",
        "--method",
        "sampled",
    ]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    for word in [
        "ten",
        "eight",
        "treaty.guarantee by: with willow",
        "the treaty enters into force",
    ] {
        assert!(out.contains(word), "{word} is missing:\n{out}");
    }
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    let (code, out, err) = demarche(&[
        "compare",
        FILE,
        "--variant",
        "eight",
        "--run",
        "5",
        "--format",
        "json",
    ]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    let told: serde_json::Value = serde_json::from_str(&out).expect("valid JSON");
    assert_eq!(told[0]["variant"][0], "eight");
    assert_eq!(told[0]["run"], 5);
}

#[test]
fn all_variants_of_the_baseline_fit_one_page_wide() {
    let baseline = "scenarios/istanbul/baseline.yaml";
    let (code, out, err) = demarche(&[
        "compare",
        baseline,
        "--all-variants",
        "--runs",
        "30",
        "--method",
        "sampled",
    ]);
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert!(out.lines().all(|line| line.chars().count() <= 100), "{out}");
    let scenario = Scenario::open(baseline).unwrap();
    for id in scenario.document().variant_ids() {
        assert!(out.contains(&format!("  {id}: ")), "{id} is missing:\n{out}");
    }
}

#[test]
fn the_command_says_what_is_missing() {
    let refused = |args: &[&str]| {
        let (code, out, err) = demarche(args);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{args:?}");
        err
    };
    insta::assert_snapshot!(
        "refused",
        [
            refused(&["compare", FILE]),
            refused(&["compare", FILE, "--variant", "eigth"]),
            refused(&["compare", FILE, "scenarios/precedents/belgium_1914.yaml"]),
        ]
        .join("\n")
    );
}
