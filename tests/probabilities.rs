//! `p(a)` and `p(a given b)`: exact, from samples, in `expect:` and asked at the command line.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use demarche::Scenario;
use demarche::report::outcomes_text;
use demarche::whatif::{Budget, Judgement, Law, Method, Outcomes, Wanted};

/// Two gates, each open with one half; `{}` is where a test writes what it expects.
const GATES: &str = "
demarche: 1
title: Two gates
period: { from: 2024-01-01, to: 2024-02-01 }
facts:
  first_open:  { args: {}, says: the first gate is open }
  second_open: { args: {}, says: the second gate is open }
events:
  ask: { is: physical, says: both gates are tried }
  no_such_thing: { is: physical, says: nothing raises this }
assumptions:
  half: { value: 0.5, range: [0, 1], why: given }
timeline:
  ask: { on: 2024-01-02, happen: ask }
rules:
  gates:
    says: the gates are tried
    on: ask
    then:
      - chance: first_gate
        branches:
          opens: { p: half, then: [ start: first_open ] }
          stays: { p: rest }
      - chance: second_gate
        branches:
          opens: { p: half, then: [ start: second_open ] }
          stays: { p: rest }
outcomes:
  open:  { is: at_end(first_open and second_open), says: both gates are open }
  count: { is: \"times(first_open) + times(second_open)\", says: gates that open }
  when:  { is: first(first_open), says: the first gate opens }
";

fn scenario(expect: &str) -> Scenario {
    let text = match expect {
        "" => GATES.to_owned(),
        lines => format!("{GATES}expect:\n{lines}\n"),
    };
    Scenario::from_text("gates.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn ask(asked: &[&str], budget: &Budget) -> Outcomes {
    let compiled = scenario("")
        .compile_asking(asked)
        .unwrap_or_else(|error| panic!("{error}"));
    compiled
        .outcomes(budget)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn sampled(runs: u64) -> Budget {
    Budget {
        wanted: Wanted::Sampled,
        runs,
        ..Budget::default()
    }
}

const QUESTIONS: [(&str, f64); 7] = [
    ("open", 0.25),
    ("open given ever(first_open)", 0.5),
    (
        "ever(first_open) given ever(first_open) or ever(second_open)",
        2.0 / 3.0,
    ),
    ("ever(first_open) given ever(second_open)", 0.5),
    ("count >= 1", 0.75),
    ("when <= 2024-01-15 given count == 1", 0.5),
    ("true given open", 1.0),
];

#[test]
fn exact_figures_are_those_of_counting_by_hand() {
    let asked = QUESTIONS.map(|(question, _)| question);
    let outcomes = ask(&asked, &Budget::default());
    assert!(matches!(outcomes.how, Method::Exact { .. }));
    for ((question, known), told) in QUESTIONS.into_iter().zip(&outcomes.asked) {
        assert_eq!(told.text, question);
        let p = told.answer.p.unwrap();
        assert!(
            (p.value - known).abs() < 1e-12 && p.interval.is_none(),
            "{question}: {p:?}"
        );
    }
    assert!((outcomes.asked[2].answer.given.unwrap().value - 0.75).abs() < 1e-12);
}

#[test]
fn sampled_figures_hold_the_exact_ones_in_their_intervals() {
    let asked = QUESTIONS.map(|(question, _)| question);
    for ((question, known), told) in QUESTIONS.into_iter().zip(ask(&asked, &sampled(3_000)).asked) {
        let (low, high) = told.answer.p.unwrap().interval.unwrap();
        // Four standard errors: one false alarm in some ten thousand figures.
        let (low, high) = (low - (high - low) / 2.0, high + (high - low) / 2.0);
        assert!(low <= known && known <= high, "{question}: {low} to {high}");
    }
}

#[test]
fn asking_changes_no_other_figure() {
    let asked = QUESTIONS.map(|(question, _)| question);
    for budget in [Budget::default(), sampled(500)] {
        let (with, without) = (ask(&asked, &budget), ask(&[], &budget));
        assert_eq!(with.outcomes, without.outcomes);
        assert!(without.asked.is_empty());
    }
}

#[test]
fn what_never_happens_is_no_condition() {
    let asked = [
        "open given ever(no_such_thing)",
        "open given ever(first_open) and never(first_open)",
    ];
    let outcomes = ask(&asked, &Budget::default());
    assert!(outcomes.asked.iter().all(|asked| asked.answer.p.is_none()));
    assert!(outcomes_text(&outcomes, 100).contains("the condition never happens"));
    let outcomes = ask(&asked, &sampled(100));
    assert!(outcomes_text(&outcomes, 100).contains("the condition holds in no run"));
}

/// One state waits with several agendas, and one after the other falls due.
#[test]
fn what_was_put_off_to_different_years_comes_with_its_own_probability() {
    let text = "
demarche: 1
title: A bell
period: { from: 2024-01-01, to: 2040-01-01 }
facts: { rung: { says: the bell has rung } }
events:
  ring: { is: physical, says: the bell rings }
  knock: { is: physical, says: somebody knocks }
assumptions:
  little: { value: 0.1, range: [0, 1], why: given }
  some:   { value: 0.2, range: [0, 1], why: given }
  more:   { value: 0.3, range: [0, 1], why: given }
timeline: { ask: { on: 2024-02-01, happen: knock } }
rules:
  puts_off:
    says: the bell is put off
    on: knock
    then:
      - chance: year
        branches:
          third:  { p: little, then: [ { happen: ring, after: 3 years } ] }
          fifth:  { p: some, then: [ { happen: ring, after: 5 years } ] }
          eighth: { p: more, then: [ { happen: ring, after: 8 years } ] }
          ninth:  { p: rest, then: [ { happen: ring, after: 9 years } ] }
  knocks: { says: somebody may knock, every: 1 month, then: [ { chance: knocking, branches: { yes: { p: little, then: [ start: rung ] }, no: { p: rest } } } ] }
outcomes:
  rings: { is: first(ring), says: the bell rings }
  rung:  { is: at_end(rung), says: it was rung }
";
    let scenario = Scenario::from_text("bell.yaml", text).unwrap_or_else(|error| panic!("{error}"));
    let told = scenario.compile().unwrap().outcomes(&Budget::default()).unwrap();
    let Law::Date { days, .. } = &told.outcomes[0].law else {
        panic!("a date")
    };
    let years = [2027, 2029, 2032, 2033];
    assert_eq!(days.len(), years.len());
    for ((day, p), (year, known)) in days.iter().zip(years.into_iter().zip([0.1, 0.2, 0.3, 0.4])) {
        assert_eq!(day.year(), year);
        assert!((p - known).abs() < 1e-12, "{day}: {p}");
    }
}

/// What rounding leaves of a mass of 2^-74, or of one too small for a number, says nothing about what can be.
#[test]
fn what_hardly_ever_happens_is_not_said_never_to_happen() {
    for last in ["2024-03-15", "2027-03-15"] {
        let text = format!(
            "
demarche: 1
title: A lamp
period: {{ from: 2024-01-01, to: {last} }}
facts: {{ lit: {{ says: the lamp is lit }} }}
assumptions: {{ half: {{ value: 0.5, range: [0, 1], why: given }} }}
rules:
  tries: {{ says: tried, every: 1 day, then: [ {{ chance: flame, branches: {{ yes: {{ p: half, then: [ start: lit ] }}, no: {{ p: rest }} }} }} ] }}
outcomes:
  burns: {{ is: at_end(lit), says: it burns }}
  dark:  {{ is: not at_end(lit), says: it does not }}
"
        );
        let scenario = Scenario::from_text("lamp.yaml", text.as_str()).unwrap();
        let told = scenario.compile().unwrap().outcomes(&Budget::default()).unwrap();
        let told = outcomes_text(&told, 100);
        assert!(
            told.contains("above 99.9 %") && told.contains("below 0.1 %"),
            "{told}"
        );
    }
}

fn verdicts(expect: &str, budget: &Budget) -> Vec<Judgement> {
    let outcomes = scenario(expect)
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
        .outcomes(budget)
        .unwrap_or_else(|error| panic!("{error}"));
    outcomes
        .expectations
        .iter()
        .map(|expected| expected.verdict)
        .collect()
}

const CLAIMS: &str = "  as_likely: p(open) >= 0.25
  likelier: p(open) >= 0.26
  rare: p(open given ever(first_open)) <= 0.5
  turned_around: 0.6 >= p(open given ever(first_open))
  both: p(open) <= 0.3 and p(open) >= 0.3
  either: p(open) <= 0.3 or p(open) >= 0.3
  not_so: not (p(open) >= 0.3)
  helps: p(open given ever(first_open)) - p(open) >= 0.2
  as_assumed: p(ever(first_open)) >= half
  greatest: max(p(open), p(ever(first_open))) >= 0.5
  in_every_run: p(open) <= 0.3 and count <= 2
  not_in_every_run: p(open) <= 0.3 and count <= 1
  impossible: p(open given ever(no_such_thing)) >= 0.1";

#[test]
fn what_is_expected_is_judged_exactly_where_that_can_be_done() {
    use Judgement::{Fails, Holds, NeverHappens};
    assert_eq!(
        verdicts(CLAIMS, &Budget::default()),
        [
            Holds,
            Fails,
            Holds,
            Holds,
            Fails,
            Holds,
            Holds,
            Holds,
            Holds,
            Holds,
            Holds,
            Fails,
            NeverHappens
        ]
    );
}

#[test]
fn a_sample_fails_an_expectation_only_if_its_whole_interval_does() {
    use Judgement::{CannotTell, Fails, Holds};
    let claims = "  clear: p(open) <= 0.5\n  at_the_edge: p(open) >= 0.25\n  wrong: p(open) >= 0.5
  unseen: p(open given ever(no_such_thing)) >= 0.1";
    assert_eq!(
        verdicts(claims, &sampled(2_000)),
        [Holds, CannotTell, Fails, CannotTell]
    );
}

#[test]
fn what_is_expected_is_printed_with_its_figure() {
    let outcomes = scenario(CLAIMS)
        .compile_asking(&["open given ever(first_open)", "open given ever(no_such_thing)"])
        .unwrap_or_else(|error| panic!("{error}"))
        .outcomes(&Budget::default())
        .unwrap();
    insta::assert_snapshot!(outcomes_text(&outcomes, 100));
}

/// The command over a file of its own: exit code, output, errors.
fn command(expect: &str, name: &str, args: &[&str]) -> (Option<i32>, String, String) {
    let folder = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
        .join(format!("p-{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("gates.yaml");
    std::fs::write(&file, format!("{GATES}expect:\n{expect}\n")).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["outcomes", file.to_str().unwrap()])
        .args(args)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn the_exit_code_is_one_where_an_expectation_fails() {
    assert_eq!(command("  so: p(open) <= 0.3", "holds", &[]).0, Some(0));
    assert_eq!(command("  so: p(open) >= 0.3", "fails", &[]).0, Some(1));
    let edge = ["--method", "sampled", "--runs", "500"];
    assert_eq!(command("  so: p(open) >= 0.25", "edge", &edge).0, Some(0));
    let (code, json, _) = command(
        "  so: p(open) <= 0.3",
        "json",
        &["--p", "count >= 1", "--format", "json"],
    );
    assert_eq!(code, Some(0));
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["asked"][0]["text"], "count >= 1");
    assert_eq!(json["asked"][0]["p"]["value"], 0.75);
    assert_eq!(json["expectations"][0]["verdict"], "holds");
}

#[test]
fn a_question_that_is_none_is_refused_in_its_own_words() {
    let mut told = Vec::new();
    for (name, question) in [
        ("unknown", "opne given ever(first_open)"),
        ("number", "count"),
        ("state", "first_open"),
        ("compare", "open >= 0.3"),
        ("given", "open given count"),
        ("quote", "open given 'x'"),
    ] {
        let (code, out, error) = command("  so: p(open) <= 0.3", name, &["--p", question]);
        assert_eq!((code, out.as_str()), (Some(2), ""), "{question}");
        told.push(format!("# {question}\n{error}"));
    }
    insta::assert_snapshot!(told.join("\n"));
}
