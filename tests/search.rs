//! Which changes would bring an outcome over a threshold: minimal sets, found exactly or over shared draws, and what
//! is refused before any run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeSet;

use demarche::Scenario;
use demarche::report::search_text;
use demarche::whatif::{Budget, Found, Law, Method, Reach, Search, SearchError, Verdict, Wanted};

/// Two gates that open by chance; both open with probability 1/4.
const GATES: &str = "
demarche: 1
title: Two gates
period: { from: 2024-01-01, to: 2024-02-01 }
actors:
  north: { kind: state, name: the North }
  south: { kind: state, name: the South }
facts:
  first_open:  { args: {}, says: the first gate is open }
  second_open: { args: {}, says: the second gate is open }
events:
  ask: { is: physical, says: both gates are tried }
assumptions:
  ease_of_first:  { value: 0.5, range: [0, 1], why: given }
  ease_of_second: { value: 0.5, range: [0, 1], why: given }
  moods:  { value: 0, range: [0, 1], why: given }
timeline:
  ask: { on: 2024-01-02, happen: ask }
rules:
  gates:
    says: the gates are tried
    on: ask
    then:
      - chance: first_gate
        branches:
          opens: { p: ease_of_first, then: [ start: first_open ] }
          stays: { p: rest }
      - chance: second_gate
        branches:
          opens: { p: \"if moods > 0.5 then 1 - ease_of_second else ease_of_second\", then: [ start: second_open ] }
          stays: { p: rest }
outcomes:
  open:   { is: at_end(first_open and second_open), says: both gates are open }
  gates:  { is: \"times(first_open) + times(second_open)\", says: gates that open, unit: gates }
  opened: { is: first(first_open), says: the first gate opens }
levers:
  wide_first:  { title: Widen the first gate, by: north, cost: 1, assumptions: { ease_of_first: { value: 0.9 } } }
  wide_second: { title: Widen the second gate, by: south, cost: 2, assumptions: { ease_of_second: { value: 0.9 } } }
  sure_first:  { title: Take the first gate away, by: north, cost: 5, assumptions: { ease_of_first: { value: 1 } } }
";

fn scenario(text: &str) -> Scenario {
    Scenario::from_text("gates.yaml", text).unwrap_or_else(|error| panic!("{error}"))
}

fn search(text: &str, search: &Search, budget: &Budget) -> Found {
    scenario(text)
        .search(search, budget)
        .unwrap_or_else(|error| panic!("{error}"))
}

fn at_least(threshold: f64) -> Search {
    Search::new("open", Reach::AtLeast(threshold))
}

/// The sets with their figures, as the reader sees them.
fn sets(found: &Found) -> Vec<(String, f64)> {
    let of =
        |set: &demarche::whatif::Pulled| (set.levers.join(" + "), (set.figure.value * 1e9).round() / 1e9);
    found.sets.iter().map(of).collect()
}

fn named(sets: &[(&str, f64)]) -> Vec<(String, f64)> {
    sets.iter().map(|(name, p)| ((*name).to_owned(), *p)).collect()
}

#[test]
fn all_minimal_sets_are_found_the_cheapest_is_named_and_levers_that_clash_stay_apart() {
    let found = search(GATES, &at_least(0.8), &Budget::default());
    assert_eq!(
        sets(&found),
        named(&[
            ("wide_first + wide_second", 0.81),
            ("sure_first + wide_second", 0.9)
        ])
    );
    assert_eq!(found.cheapest, Some(0));
    assert_eq!(found.sets[0].cost.to_f64(), 3.0);
    assert!((found.sets[0].change.value - 0.56).abs() < 1e-12);
    assert_eq!(
        found.sets[0].change.interval, None,
        "an exact difference is exact"
    );
    assert!(matches!(found.how, Method::Exact { .. }));
    assert_eq!(found.clashes.len(), 1);
    assert_eq!(found.clashes[0].levers, ["sure_first", "wide_first"]);
    assert_eq!(found.clashes[0].path, "assumptions.ease_of_first.value");
    insta::assert_snapshot!(search_text(&found, 100));
}

#[test]
fn a_set_is_left_out_if_a_part_of_it_suffices() {
    let found = search(GATES, &at_least(0.45), &Budget::default());
    assert_eq!(
        sets(&found),
        named(&[("wide_first", 0.45), ("wide_second", 0.45), ("sure_first", 0.5)])
    );
    assert_eq!((found.weighed, found.larger), (3, 2));
}

#[test]
fn where_no_set_suffices_the_nearest_is_told() {
    let found = search(GATES, &at_least(0.95), &Budget::default());
    assert!(found.sets.is_empty() && found.cheapest.is_none());
    assert_eq!(
        found.nearest.as_ref().unwrap().levers,
        ["sure_first", "wide_second"]
    );
    let text = search_text(&found, 100);
    assert!(
        text.contains("no set of up to 3 levers brings it to at least 95 %"),
        "{text}"
    );
    assert!(text.contains("the set that comes nearest"), "{text}");
}

#[test]
fn where_nothing_need_be_done_nothing_is_tried() {
    let found = search(GATES, &at_least(0.25), &Budget::default());
    assert!(found.sets.is_empty() && found.nearest.is_none() && found.weighed == 0);
    assert_eq!(found.none.verdict, Verdict::Reaches);
    assert!(search_text(&found, 100).contains("nothing need be pulled: it is at least 25 % already"));
}

#[test]
fn the_levers_of_one_actor_and_those_that_can_be_paid_are_a_choice() {
    let north = Search {
        by: vec!["north".to_owned()],
        ..at_least(0.5)
    };
    assert_eq!(
        sets(&search(GATES, &north, &Budget::default())),
        named(&[("sure_first", 0.5)])
    );
    let cheap = Search {
        max_cost: Some(3.0),
        ..at_least(0.5)
    };
    let found = search(GATES, &cheap, &Budget::default());
    assert_eq!(sets(&found), named(&[("wide_first + wide_second", 0.81)]));
    let dear = Search {
        max_cost: Some(2.0),
        ..at_least(0.5)
    };
    let found = search(GATES, &dear, &Budget::default());
    assert!(found.sets.is_empty());
    assert_eq!(found.too_dear, 1, "both wide gates cost 3 together");
    let single = Search {
        size: 1,
        ..at_least(0.5)
    };
    assert_eq!(
        sets(&search(GATES, &single, &Budget::default())),
        named(&[("sure_first", 0.5)])
    );
}

#[test]
fn a_mean_has_a_threshold_in_its_own_unit() {
    let more = Search::new("gates", Reach::AtLeast(1.8));
    let found = search(GATES, &more, &Budget::default());
    assert!(!found.probability);
    assert_eq!(
        sets(&found),
        named(&[
            ("wide_first + wide_second", 1.8),
            ("sure_first + wide_second", 1.9)
        ])
    );
    assert!(search_text(&found, 100).contains("at least 1.8 gates on average"));
    let fewer = Search::new("gates", Reach::AtMost(0.9));
    assert!(search(GATES, &fewer, &Budget::default()).sets.is_empty());
}

/// A lever that helps alone and harms together with another, and one that helps only together.
const MOODY: &str = "
  moody:    { by: south, cost: 3, assumptions: { moods: { value: 1 } } }
  narrow_second: { by: south, cost: 1, assumptions: { ease_of_second: { value: 0.1 } } }
";

#[test]
fn minimal_sets_are_those_of_trying_everything_whatever_levers_do_together() {
    let text = format!("{GATES}{}", MOODY.trim_start_matches('\n'));
    let scenario = scenario(&text);
    let ids: Vec<&str> = scenario.document().lever_ids().collect();
    let open = |levers: &[&str]| {
        let compiled = scenario.levers(levers).ok()?.compile().unwrap();
        match &compiled.outcomes(&Budget::default()).unwrap().outcomes[0].law {
            Law::Truth { p } => Some(p.value),
            other => panic!("{other:?}"),
        }
    };
    for reach in [
        Reach::AtLeast(0.4),
        Reach::AtLeast(0.6),
        Reach::AtLeast(0.85),
        Reach::AtMost(0.1),
        Reach::AtMost(0.2),
    ] {
        let mut reaching: Vec<BTreeSet<&str>> = Vec::new();
        for mask in 0u32..1 << ids.len() {
            let set: Vec<&str> = (0..ids.len())
                .filter(|i| mask >> i & 1 == 1)
                .map(|i| ids[i])
                .collect();
            if open(&set).is_some_and(|p| reach.met(p)) {
                reaching.push(set.into_iter().collect());
            }
        }
        let minimal: BTreeSet<String> = reaching
            .iter()
            .filter(|set| !reaching.iter().any(|part| part != *set && part.is_subset(set)))
            .map(|set| set.iter().copied().collect::<Vec<_>>().join(" + "))
            .collect();
        let asked = Search {
            size: ids.len(),
            ..Search::new("open", reach)
        };
        let found = scenario.search(&asked, &Budget::default()).unwrap();
        let names: BTreeSet<String> = sets(&found).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, minimal, "{reach:?}");
    }
}

#[test]
fn levers_pulled_together_do_not_hang_on_the_order_in_which_they_are_named() {
    let scenario = scenario(GATES);
    let one = scenario.levers(&["wide_second", "wide_first"]).unwrap();
    let other = scenario
        .levers(&["wide_first", "wide_second", "wide_first"])
        .unwrap();
    assert!(one.document().says_the_same(other.document()));
    assert_eq!(
        one.document().title(),
        Some("Widen the first gate; Widen the second gate")
    );
    let clash = scenario
        .levers(&["wide_first", "sure_first"])
        .unwrap_err()
        .to_string();
    assert!(
        clash.contains("E0208") && clash.contains("`assumptions.ease_of_first.value`"),
        "{clash}"
    );
}

fn sampled(runs: u64) -> Budget {
    Budget {
        wanted: Wanted::Sampled,
        runs,
        ..Budget::default()
    }
}

#[test]
fn a_sampled_search_says_so_and_marks_what_it_cannot_tell() {
    let found = search(GATES, &at_least(0.45), &sampled(4_000));
    assert!(matches!(found.how, Method::Sampled { runs: 4_000, .. }));
    // wide_first and wide_second are exactly at the threshold.
    let doubtful = found.sets.iter().chain(&found.undecided);
    let doubtful: BTreeSet<&str> = doubtful
        .filter(|set| set.verdict == Verdict::Undecided)
        .map(|set| set.levers[0].as_str())
        .collect();
    assert!(
        doubtful.contains("wide_first") && doubtful.contains("wide_second"),
        "{found:?}"
    );
    let text = search_text(&found, 100);
    assert!(
        text.contains("sampled: 4000 runs for each set over the same draws"),
        "{text}"
    );
    for set in &found.sets {
        let (low, high) = set.figure.interval.unwrap();
        let (from, to) = set.change.interval.unwrap();
        assert!(
            to - from < (high - low) * 1.4,
            "shared draws make a difference sharper: {set:?}"
        );
    }
}

#[test]
fn a_lever_that_adds_nothing_makes_no_further_doubtful_set() {
    let levers = "levers:\n  no_matter: { assumptions: { moods: { value: 0.1 } } }\n";
    let text = GATES.replace("levers:\n", levers);
    let search_for = Search {
        by: Vec::new(),
        ..at_least(0.455)
    };
    let found = search(&text, &search_for, &sampled(1_000));
    let doubtful = found.sets.iter().chain(&found.undecided);
    assert!(doubtful.clone().any(|set| set.verdict == Verdict::Undecided));
    assert!(
        doubtful
            .clone()
            .all(|set| !set.levers.contains(&"no_matter".to_owned())),
        "{found:?}"
    );
}

#[test]
fn a_lever_that_matters_not_for_the_outcome_changes_no_run() {
    let text = GATES.replace(
        "levers:",
        "levers:\n  no_matter: { assumptions: { moods: { value: 0.1 } } }",
    );
    let found = search(
        &text,
        &Search {
            size: 1,
            ..at_least(0.99)
        },
        &sampled(2_000),
    );
    let nearest = found.nearest.unwrap();
    assert_eq!(nearest.levers, ["sure_first"]);
    let only = Search {
        max_cost: Some(1.0),
        size: 1,
        ..at_least(0.99)
    };
    let text = text.replace("cost: 1,", "cost: 7,");
    let none = search(&text, &only, &sampled(2_000));
    let nearest = none.nearest.unwrap();
    assert_eq!(
        (nearest.levers[0].as_str(), nearest.change.value),
        ("no_matter", 0.0)
    );
}

#[test]
fn any_number_of_threads_finds_the_same() {
    let of = |threads, budget: Budget| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| search(GATES, &at_least(0.8), &budget))
    };
    assert_eq!(of(1, sampled(2_500)), of(4, sampled(2_500)));
    assert_eq!(of(1, Budget::default()), of(4, Budget::default()));
}

#[test]
fn a_variant_keeps_the_levers_unless_it_has_its_own() {
    let text = format!(
        "{GATES}variants:\n  harder: {{ title: Harder, assumptions: {{ ease_of_second: {{ value: 0.2 }} }} }}\n"
    );
    let scenario = scenario(&text);
    assert_eq!(
        scenario.variant("harder").unwrap().document().lever_ids().count(),
        0
    );
    let variant = scenario.variant_with_levers("harder").unwrap();
    let found = variant.search(&at_least(0.8), &Budget::default()).unwrap();
    assert_eq!(found.title, "Harder");
    assert!((found.none.figure.value - 0.1).abs() < 1e-12);
    assert_eq!(found.sets.len(), 2);
}

/// What is said of a search that cannot be.
fn refused(text: &str, search: &Search) -> String {
    match scenario(text).search(search, &Budget::default()) {
        Err(SearchError::Input(error)) => error.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_makes_no_search_is_refused_before_any_run() {
    let none = GATES.split("levers:").next().unwrap();
    let add = |lever: &str| format!("{GATES}  {lever}\n");
    let by = |actor: &str| Search {
        by: vec![actor.to_owned()],
        ..at_least(0.8)
    };
    let cost = |most| Search {
        max_cost: Some(most),
        ..at_least(0.8)
    };
    let many: String = (0..60)
        .map(|i| {
            format!(
                "  l{i}: {{ assumptions: {{ ease_of_first: {{ value: 0.{:02} }} }} }}\n",
                i + 1
            )
        })
        .collect();
    let told = [
        (
            "an unknown outcome",
            refused(GATES, &Search::new("opne", Reach::AtLeast(0.8))),
        ),
        (
            "a date",
            refused(GATES, &Search::new("opened", Reach::AtLeast(0.8))),
        ),
        ("a threshold that is none", refused(GATES, &at_least(60.0))),
        (
            "a threshold below zero",
            refused(GATES, &Search::new("open", Reach::AtMost(-0.1))),
        ),
        (
            "no number",
            refused(GATES, &Search::new("gates", Reach::AtMost(f64::NAN))),
        ),
        ("no levers", refused(none, &at_least(0.8))),
        ("an actor without levers", refused(GATES, &by("nroth"))),
        ("nothing so cheap", refused(GATES, &cost(0.5))),
        ("a cost below zero", refused(GATES, &cost(-1.0))),
        (
            "no size",
            refused(
                GATES,
                &Search {
                    size: 0,
                    ..at_least(0.8)
                },
            ),
        ),
        (
            "a lever that changes nothing",
            refused(
                &add("idle: { by: north, assumptions: { ease_of_first: { value: 0.50 } } }"),
                &at_least(0.8),
            ),
        ),
        (
            "a lever that changes the outcome",
            refused(
                &add("call_it_open: { outcomes: { open: { is: at_end(first_open) } } }"),
                &at_least(0.8),
            ),
        ),
        (
            "a lever that makes no scenario",
            refused(
                &add("torn: { assumptions: { ease_of_second: null } }"),
                &at_least(0.8),
            ),
        ),
        (
            "a cost that is none",
            refused(
                &add("cheap: { cost: -1, assumptions: { ease_of_first: { value: 1 } } }"),
                &at_least(0.8),
            ),
        ),
        (
            "too many sets",
            refused(
                &format!("{GATES}{many}"),
                &Search {
                    size: 4,
                    ..at_least(0.8)
                },
            ),
        ),
    ];
    let told: Vec<String> = told
        .iter()
        .map(|(what, said)| format!("# {what}\n{said}"))
        .collect();
    insta::assert_snapshot!(told.join("\n"));
}

#[test]
fn levers_that_make_no_scenario_together_are_told_and_passed_over() {
    let rules = "rules:\n  echo: { says: an echo, on: ask, then: [ start: first_open ] }\n";
    let levers = "levers:
  echo_first: { rules: { echo: { overrides: gates } } }
  gates_first: { rules: { gates: { overrides: echo } } }
";
    let text = GATES.replace("rules:\n", rules).replace("levers:\n", levers);
    let found = search(
        &text,
        &Search {
            size: 2,
            ..at_least(0.99)
        },
        &Budget::default(),
    );
    assert_eq!(found.unfit.len(), 1);
    assert_eq!(found.unfit[0].levers, ["echo_first", "gates_first"]);
    let said = search_text(&found, 100);
    assert!(
        said.contains("echo_first + gates_first do not fit together"),
        "{said}"
    );
}

#[test]
fn a_run_that_fails_says_which_levers_were_pulled() {
    let rules = "rules:\n  echo: { says: an echo, on: ask, then: [ start: first_open ] }\n";
    let lever = "levers:\n  torn: { rules: { echo: { then: [ end: first_open ] } } }\n";
    let text = GATES.replace("rules:\n", rules).replace("levers:\n", lever);
    for budget in [Budget::default(), sampled(100)] {
        match scenario(&text).search(&at_least(0.9), &budget) {
            Err(SearchError::Run { levers, error }) => {
                assert_eq!(levers, ["torn"]);
                assert!(
                    error.help.iter().any(|help| help.contains("`torn` pulled")),
                    "{:?}",
                    error.help
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

/// The command, over a file of its own.
fn command(args: &[&str]) -> std::process::Output {
    let folder =
        std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("search-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("gates.yaml");
    std::fs::write(&file, GATES).unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(["search", file.to_str().unwrap()])
        .args(args)
        .output()
        .unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    output
}

#[test]
fn the_command_prints_a_page_or_json_and_refuses_what_makes_no_sense() {
    let page = command(&[
        "--outcome",
        "open",
        "--at-least",
        "0.8",
        "--by",
        "north",
        "--by",
        "south",
    ]);
    assert_eq!(page.status.code(), Some(0));
    assert!(
        page.stderr.is_empty(),
        "nothing but the result where nobody watches"
    );
    assert!(
        String::from_utf8(page.stdout)
            .unwrap()
            .contains("cheapest: wide_first + wide_second, for 3")
    );

    let json = command(&["--outcome", "open", "--at-most", "0.2", "--format", "json"]);
    assert_eq!(json.status.code(), Some(0));
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["method"], "exact");
    assert_eq!(json["reach"]["at_most"], 0.2);
    assert_eq!(json["sets"].as_array().unwrap().len(), 0);
    assert_eq!(json["nearest"]["levers"].as_array().unwrap().len(), 1);

    for wrong in [
        &["--outcome", "open", "--at-least", "60"][..],
        &["--outcome", "open"],
        &["--outcome", "open", "--at-least", "0.1", "--at-most", "0.2"],
        &["--outcome", "open", "--at-least", "0.1", "--variant", "other"],
    ] {
        let output = command(wrong);
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{wrong:?}");
    }
}
