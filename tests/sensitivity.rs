//! Sensitivity against what can be worked out by hand.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::process::Command;
use std::sync::Arc;

use demarche::document::{Loader, Vocabulary};
use demarche::report::{break_even_text, indices_text, tornado_text};
use demarche::whatif::{
    Axis, BreakEven, BreakEvenAgainst, Budget, Effort, How, Index, Indices, Question, Tornado, Wanted,
    WhatIfError,
};
use demarche::{Scenario, Seed};

/// Three chances on one day and a fourth that nobody looks at.
const TEXT: &str = "
demarche: 1
title: Three gates
period: { from: 2024-01-01, to: 2024-12-31 }
kinds:
  gate: { section: gates }
facts:
  open: { args: { what: gate } }
  rain: {}
events:
  knock: { is: physical }
  passed: { is: physical }
  bell: { is: physical }
gates: { first: {}, second: {}, third: {} }
assumptions:
  ease(first):  { value: 0.3, range: [0, 1], why: none }
  ease(second): { value: 0.5, range: [0, 1], why: none }
  ease(third):  { value: 0.4, range: [0.2, 0.4], why: none }
  wet:          { value: 0.5, range: [0, 1], why: none }
  base:         { value: 0, range: [0, 0.2], why: none }
  slope:        { value: 1, range: [0.5, 1.0], why: none }
  needed:       { value: 2, range: [1, 3], why: none }
  bump:         { value: 0.9, range: [0, 1], why: none }
  unread:       { value: 0.5, range: [0, 1], why: none }
timeline:
  one: { on: 2024-02-01, happen: knock }
  two: { on: 2024-03-01, happen: bell }
rules:
  first_gate:
    on: knock
    then:
      - chance: opens(first)
        branches:
          yes: { p: base + slope * ease(first), then: [{ start: open(first) }] }
          no: { p: rest }
  other_gates:
    for: { g: gate }
    on: knock
    if: g != first
    then:
      - chance: opens(g)
        branches:
          yes: { p: ease(g), then: [{ start: open(g) }] }
          no: { p: rest }
  weather:
    on: knock or bell
    then:
      - chance: weather
        branches:
          wet: { p: wet, then: [{ start: rain }] }
          dry: { p: rest }
  hump:
    on: knock
    then:
      - chance: hump
        branches:
          over: { p: 4 * bump * (1 - bump), then: [{ happen: passed }] }
          under: { p: rest }
outcomes:
  one_open: { is: at_end(open(first)), says: the first gate is open }
  two_open: { is: at_end(open(first)) and at_end(open(second)) }
  many_open: { is: count(g in gate where at_end(open(g))) }
  enough: { is: count(g in gate where at_end(open(g))) >= needed }
  passed: { is: first(passed) }
variants:
  other_way: { title: The other way, assumptions: { base: { value: 0.8, range: null }, slope: { value: -0.6, range: null } } }
";

fn scenario() -> Scenario {
    // On no vocabulary, so that it compiles in no time.
    let nothing = Arc::new(Vocabulary::default());
    let document = Loader::with_vocabulary(nothing).parse("gates.yaml", TEXT);
    Scenario::from(document.unwrap_or_else(|error| panic!("{error}")))
}

fn shown<T>(result: Result<T, WhatIfError>) -> T {
    result.unwrap_or_else(|error| panic!("{error}"))
}

fn about(outcome: &str, over: &[&str]) -> Question {
    Question {
        outcome: outcome.to_owned(),
        over: over.iter().map(|text| shown(Axis::parse(text))).collect(),
    }
}

fn sampled(runs: u64) -> Budget {
    Budget {
        wanted: Wanted::Sampled,
        runs,
        seed: Seed(3),
        ..Budget::default()
    }
}

fn tornado(question: &Question, budget: &Budget) -> Tornado {
    shown(scenario().tornado(question, budget, &|_, _| {}))
}

fn break_even(outcome: &str, over: &[&str], against: &BreakEvenAgainst, budget: &Budget) -> BreakEven {
    shown(scenario().break_even(&about(outcome, over), against, budget, &|_, _| {}))
}

fn indices(outcome: &str, over: &[&str], rows: usize, budget: &Budget) -> Indices {
    shown(scenario().sobol_indices(&about(outcome, over), Effort::Rows(rows), budget, &|_, _| {}))
}

fn of<'i>(indices: &'i Indices, target: &str) -> &'i Index {
    indices
        .indices
        .iter()
        .find(|index| index.input.target == target)
        .unwrap()
}

#[test]
fn a_tornado_ranks_by_reach_and_what_cannot_matter_is_exactly_zero() {
    for budget in [Budget::default(), sampled(2_000)] {
        let tornado = tornado(&Question::about("many_open"), &budget);
        let reach: Vec<(&str, f64)> = tornado
            .bars
            .iter()
            .map(|bar| (bar.input.target.as_str(), bar.reach))
            .collect();
        let names: Vec<&str> = reach.iter().map(|(name, _)| *name).collect();
        assert_eq!(
            names[..2],
            ["ease(first)", "ease(second)"],
            "equal ones by name: {reach:?}"
        );
        assert_eq!(tornado.unread, ["unread"]);
        for still in ["wet", "needed", "bump"] {
            let bar = tornado.bars.iter().find(|bar| bar.input.target == still).unwrap();
            assert_eq!(
                (bar.change_low.value, bar.change_high.value, bar.reach),
                (0.0, 0.0, 0.0),
                "{still}"
            );
        }
        if tornado.how == How::Exact {
            assert!((tornado.base.value - 1.2).abs() < 1e-12);
            assert!(
                (reach[0].1 - 1.0).abs() < 1e-12 && (reach[2].1 - 0.2).abs() < 1e-12,
                "{reach:?}"
            );
        }
    }
}

#[test]
fn sampled_changes_are_paired_and_their_intervals_hold_the_truth() {
    let tornado = tornado(&about("two_open", &["ease(first)=0.25..0.35"]), &sampled(4_000));
    let bar = &tornado.bars[0];
    let (low, high) = bar.change_high.interval.unwrap();
    assert!(low <= 0.025 && 0.025 <= high, "{low} {high}");
    let (alone_low, alone_high) = bar.at_high.interval.unwrap();
    assert!(
        high - low < 0.6 * (alone_high - alone_low),
        "the same draws: {bar:?}"
    );
}

#[test]
fn the_indices_of_a_product_are_those_of_its_formula() {
    // X and Y uniform on (0, 1): S = 3/7 and T = 4/7 each.
    let found = indices(
        "two_open",
        &["ease(first)", "ease(second)", "wet", "unread"],
        128,
        &Budget::default(),
    );
    assert_eq!(found.how, How::Exact);
    assert!(
        (found.mean - 0.25).abs() < 0.02 && (found.variance - 7.0 / 144.0).abs() < 0.005,
        "{found:?}"
    );
    for target in ["ease(first)", "ease(second)"] {
        let index = of(&found, target);
        assert!((index.first.value - 3.0 / 7.0).abs() < 0.06, "{index:?}");
        assert!((index.total.value - 4.0 / 7.0).abs() < 0.06, "{index:?}");
        let holds = |(low, high): (f64, f64), truth: f64| low <= truth && truth <= high;
        assert!(holds(index.first.interval.unwrap(), 3.0 / 7.0), "{index:?}");
        assert!(holds(index.total.interval.unwrap(), 4.0 / 7.0), "{index:?}");
    }
    let wet = of(&found, "wet");
    assert_eq!((wet.first.value, wet.first.interval), (0.0, Some((0.0, 0.0))));
    assert_eq!((wet.total.value, wet.total.interval), (0.0, Some((0.0, 0.0))));
    assert_eq!(found.unread, ["unread"]);
    assert_eq!(found.worlds, 128 * 5);
}

#[test]
fn the_indices_of_a_sum_go_with_the_squares_of_the_widths() {
    let found = indices(
        "many_open",
        &["ease(second)=0..0.6", "ease(third)=0..0.3"],
        64,
        &Budget::default(),
    );
    for (target, share) in [("ease(second)", 0.8), ("ease(third)", 0.2)] {
        let index = of(&found, target);
        assert!(
            (index.first.value - share).abs() < 0.05 && (index.total.value - share).abs() < 0.05,
            "{index:?}"
        );
    }
}

#[test]
fn sampled_indices_share_their_draws_so_that_zero_is_zero() {
    let found = indices(
        "two_open",
        &["ease(first)", "ease(second)", "wet"],
        64,
        &sampled(300),
    );
    assert!(matches!(
        found.how,
        How::Sampled {
            runs: 300,
            seed: 3,
            ..
        }
    ));
    assert_eq!(
        (of(&found, "wet").first.value, of(&found, "wet").total.value),
        (0.0, 0.0)
    );
    assert!(
        (of(&found, "ease(first)").total.value - 4.0 / 7.0).abs() < 0.15,
        "{found:?}"
    );
    let noise = found.noise.unwrap();
    assert!(noise > 0.0 && noise < 0.05, "{noise}");
}

#[test]
fn an_outcome_that_does_not_vary_has_no_shares() {
    let found = indices("one_open", &["wet", "bump"], 8, &Budget::default());
    assert_eq!(found.variance, 0.0);
    assert!(
        found
            .indices
            .iter()
            .all(|index| index.first.value == 0.0 && index.total.value == 0.0)
    );
}

#[test]
fn the_time_is_nominal_and_counts_worlds() {
    let of = |seconds, budget: &Budget| {
        let question = about("one_open", &["ease(first)"]);
        shown(scenario().sobol_indices(&question, Effort::Time(seconds), budget, &|_, _| {}))
    };
    let little = of(
        0.000_001,
        &Budget {
            runs: 10,
            ..Budget::default()
        },
    );
    assert!(
        matches!(&little.how, How::Sampled { because, .. } if because.contains("states")),
        "{:?}",
        little.how
    );
    assert_eq!(little.rows, 64);
    let twice = of(2.1 * 64.0 * 3.0 * 10.0 / 20_000.0, &sampled(10));
    assert_eq!(twice.rows, 128);
}

#[test]
fn the_break_even_of_a_line_is_found_to_a_millionth() {
    let found = break_even(
        "one_open",
        &["ease(first)", "base"],
        &BreakEvenAgainst::Threshold(1.0 / 3.0),
        &Budget::default(),
    );
    let at = |target: &str| -> f64 {
        let line = found
            .lines
            .iter()
            .find(|line| line.input.target == target)
            .unwrap();
        assert!(line.crossings.len() == 1 && line.crossings[0].rises, "{line:?}");
        line.crossings[0].at.parse().unwrap()
    };
    assert!((at("ease(first)") - 1.0 / 3.0).abs() <= 1e-6);
    assert!((at("base") - (1.0 / 3.0 - 0.3)).abs() <= 1e-6);
    assert_eq!(
        found.lines[0].input.target, "ease(first)",
        "the nearer one, as a share of its range, first"
    );
}

#[test]
fn every_crossing_of_a_hump_is_found_and_a_range_without_one_says_so() {
    let found = break_even(
        "passed",
        &["bump", "wet"],
        &BreakEvenAgainst::Threshold(0.75),
        &Budget::default(),
    );
    let crossings: Vec<(f64, bool)> = found.lines[0]
        .crossings
        .iter()
        .map(|crossing| (crossing.at.parse().unwrap(), crossing.rises))
        .collect();
    assert_eq!(crossings.len(), 2);
    assert!(
        (crossings[0].0 - 0.25).abs() < 1e-6 && crossings[0].1,
        "{crossings:?}"
    );
    assert!(
        (crossings[1].0 - 0.75).abs() < 1e-6 && !crossings[1].1,
        "{crossings:?}"
    );
    let wet = &found.lines[1];
    assert!(wet.crossings.is_empty() && !wet.in_doubt);
    assert_eq!(wet.least.value, wet.greatest.value);
}

#[test]
fn on_a_scale_of_steps_the_first_step_beyond_is_named() {
    // 0.71 one, 0.41 two, 0.06 all three, with 0.3, 0.5 and 0.4.
    let found = break_even(
        "enough",
        &["needed"],
        &BreakEvenAgainst::Threshold(0.2),
        &Budget::default(),
    );
    let crossing = &found.lines[0].crossings[0];
    assert_eq!(
        (crossing.at.as_str(), crossing.lower.as_str(), crossing.rises),
        ("3", "2", false)
    );
}

#[test]
fn two_variants_change_places_where_their_lines_meet() {
    // x against 0.8 - 0.6 x.
    let against = BreakEvenAgainst::Variant(String::from("other_way"));
    let found = break_even(
        "one_open",
        &["ease(first)", "ease(second)"],
        &against,
        &Budget::default(),
    );
    assert!((found.margin.value - (0.3 - 0.62)).abs() < 1e-12);
    let at: f64 = found.lines[0].crossings[0].at.parse().unwrap();
    assert!((at - 0.5).abs() < 1e-6, "{at}");
    assert!(found.lines[1].crossings.is_empty());

    let found = break_even("one_open", &["ease(first)"], &against, &sampled(1_000));
    let crossing = &found.lines[0].crossings[0];
    let (low, high) = crossing.interval.clone().unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 0.5 && 0.5 < high && high - low < 0.2, "{crossing:?}");
}

#[test]
fn a_sampled_break_even_is_honest_about_its_noise() {
    let found = break_even(
        "one_open",
        &["ease(first)"],
        &BreakEvenAgainst::Threshold(0.4),
        &sampled(400),
    );
    let crossing = &found.lines[0].crossings[0];
    let (low, high) = crossing.interval.clone().unwrap();
    let (low, high): (f64, f64) = (low.parse().unwrap(), high.parse().unwrap());
    assert!(low < 0.4 && 0.4 < high && high - low < 0.2, "{crossing:?}");
    // A threshold just beyond what is reached cannot be told from one that is.
    let found = break_even(
        "two_open",
        &["base=0.0..0.001"],
        &BreakEvenAgainst::Threshold(0.151),
        &sampled(400),
    );
    assert!(
        found.lines[0].in_doubt || !found.lines[0].crossings.is_empty(),
        "{found:?}"
    );
}

#[test]
fn any_number_of_threads_gives_the_same_bytes() {
    let all = || {
        let budget = sampled(200);
        let over = ["ease(first)", "ease(second)"];
        let json = |value: serde_json::Value| value.to_string();
        [
            json(serde_json::to_value(tornado(&about("two_open", &over), &sampled(1_500))).unwrap()),
            json(
                serde_json::to_value(break_even(
                    "two_open",
                    &over,
                    &BreakEvenAgainst::Threshold(0.2),
                    &budget,
                ))
                .unwrap(),
            ),
            json(serde_json::to_value(indices("two_open", &over, 16, &budget)).unwrap()),
            json(serde_json::to_value(indices("two_open", &over, 16, &Budget::default())).unwrap()),
        ]
    };
    let on = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(all)
    };
    assert_eq!(on(1), on(4));
}

#[test]
fn what_makes_no_sense_is_said_before_anything_runs() {
    let ran = |_: usize, _: usize| panic!("nothing may run");
    let budget = Budget::default();
    let said = |result: Result<(), WhatIfError>, words: &str| {
        let message = result.unwrap_err().to_string();
        assert!(message.contains(words), "{message}");
    };
    let tornado = |question: &Question| scenario().tornado(question, &budget, &ran).map(|_| ());
    said(tornado(&about("one_opn", &[])), "there is no outcome `one_opn`");
    said(tornado(&about("one_opn", &[])), "did you mean `one_open`?");
    said(
        tornado(&about("one_open", &["ease(frist)"])),
        "did you mean `ease(first)`?",
    );
    said(
        tornado(&about("one_open", &["wet=0.1,0.2"])),
        "is given values, not a range",
    );
    said(
        tornado(&about("one_open", &["wet", "wet"])),
        "`wet` is given twice",
    );
    said(tornado(&about("one_open", &["wet=0..2"])), "under wet = 2");
    let even = |outcome: &str, against: &BreakEvenAgainst| {
        scenario()
            .break_even(&Question::about(outcome), against, &budget, &ran)
            .map(|_| ())
    };
    said(
        even("one_open", &BreakEvenAgainst::Threshold(50.0)),
        "50 is no threshold for `one_open`",
    );
    said(
        even("passed", &BreakEvenAgainst::Threshold(-0.1)),
        "-0.1 is no threshold",
    );
    said(
        even("many_open", &BreakEvenAgainst::Threshold(f64::NAN)),
        "no threshold",
    );
    said(
        even("one_open", &BreakEvenAgainst::Variant(String::from("other_wy"))),
        "did you mean `other_way`?",
    );
    let index = |effort| {
        scenario()
            .sobol_indices(&Question::about("one_open"), effort, &budget, &ran)
            .map(|_| ())
    };
    said(index(Effort::Rows(0)), "a design of 0 points");
    said(index(Effort::Time(0.0)), "no work can be done in no time");
}

const OVER: [&str; 4] = ["ease(first)", "ease(second)", "needed", "wet"];

#[test]
fn a_tornado_is_drawn_in_bars() {
    let tornado = tornado(&Question::about("enough"), &Budget::default());
    insta::assert_snapshot!(tornado_text(&tornado, 100));
    let narrow = tornado_text(&tornado, 60);
    assert!(narrow.lines().all(|line| line.chars().count() <= 84), "{narrow}");
}

#[test]
fn crossings_are_told_in_a_table() {
    let mut told = String::new();
    let other = BreakEvenAgainst::Variant(String::from("other_way"));
    for (outcome, against, budget) in [
        ("enough", BreakEvenAgainst::Threshold(0.45), Budget::default()),
        ("one_open", BreakEvenAgainst::Threshold(0.5), sampled(500)),
        ("one_open", other, Budget::default()),
    ] {
        told += &break_even_text(&break_even(outcome, &OVER, &against, &budget), 100);
        told += "\n";
    }
    insta::assert_snapshot!(told);
}

#[test]
fn shares_are_told_with_their_intervals() {
    let found = indices("enough", &OVER, 16, &sampled(100));
    insta::assert_snapshot!(indices_text(&found, 100));
}

#[test]
fn the_command_answers_with_text_or_json_and_refuses_two_questions_at_once() {
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join(format!("gates-{}.yaml", std::process::id()));
    std::fs::write(&path, TEXT).unwrap();
    let run = |args: &[&str]| -> (Option<i32>, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
        let path = path.to_str().unwrap();
        let args = [
            &[
                "sensitivity",
                path,
                "--outcome",
                "one_open",
                "--over",
                "ease(first)",
            ],
            args,
        ]
        .concat();
        let output = command.args(args).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, text) = run(&[]);
    assert!(
        code == Some(0) && text.contains("ease(first)") && text.contains('█'),
        "{text}"
    );
    let (code, text) = run(&["--sobol", "--points", "4", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        code == Some(0) && json["indices"][0]["input"]["target"] == "ease(first)",
        "{text}"
    );
    let (code, text) = run(&["--break-even", "0.5", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert!(
        code == Some(0) && json["lines"][0]["crossings"][0]["at"] == "0.5",
        "{text}"
    );
    for wrong in [
        &["--break-even", "2"][..],
        &["--break-even", "0.5", "--sobol"],
        &["--points", "4"],
    ] {
        assert_eq!(run(wrong).0, Some(2), "{wrong:?}");
    }
    std::fs::remove_file(&path).unwrap();
}
