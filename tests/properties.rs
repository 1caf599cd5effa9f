//! What must hold of every program (DESIGN 7 to 9), tried on random ones and on the scenarios of the seeds.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeMap;
use std::sync::Arc;

use demarche::document::{Loader, Tree, Vocabulary};
use demarche::engine::{NormSerial, RunNumber, What};
use demarche::program::{GroundGoal, GroundValue, spell};
use demarche::{Compiled, Run, RunError, Scenario, Seed};
use proptest::prelude::*;

#[path = "common/generate.rs"]
mod generate;
#[path = "common/lines.rs"]
mod lines;
#[path = "common/tree.rs"]
mod tree;

use generate::{Effect, Part, Rule, Trigger, compile, program, put};
use lines::Detail;

/// A run as lines, or what stopped it.
fn told(compiled: &Compiled, number: u64, detail: Detail) -> Vec<String> {
    match compiled.run_number(Seed(7), RunNumber(number)) {
        Ok(run) => lines::lines(&run, detail),
        Err(error) => stopped(&error, detail),
    }
}

fn stopped(error: &RunError, detail: Detail) -> Vec<String> {
    match detail {
        Detail::Full => std::iter::once(error.message.clone())
            .chain(error.path.clone())
            .collect(),
        Detail::Facts => vec![format!("{} on {}", error.code, error.day)],
    }
}

fn all_told(tree: &Tree, detail: Detail) -> Vec<Vec<String>> {
    let compiled = compile(tree);
    (0..3).map(|number| told(&compiled, number, detail)).collect()
}

/// Two lists of lines; where they differ, both are shown from the first difference.
fn assert_same(one: &[Vec<String>], other: &[Vec<String>]) -> Result<(), TestCaseError> {
    for (one, other) in one.iter().zip(other) {
        let same = one.iter().zip(other).take_while(|(a, b)| a == b).count();
        let near = |all: &[String]| {
            all.iter()
                .skip(same.saturating_sub(3))
                .take(6)
                .cloned()
                .collect::<Vec<_>>()
        };
        prop_assert!(
            one == other,
            "after {same} lines:\n{:#?}\nbut\n{:#?}",
            near(one),
            near(other)
        );
    }
    Ok(())
}

/// Few cases, so that a change is soon tried; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES")
        .ok()
        .and_then(|cases| cases.parse().ok());
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(asked.unwrap_or(64))
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_order_of_keys_sections_rules_and_entities_changes_nothing(program in program(), order in any::<u64>()) {
        let tree = program.tree();
        let other = tree::shuffled(&tree, order);
        assert_same(&all_told(&tree, Detail::Full), &all_told(&other, Detail::Full))?;
    }

    #[test]
    fn a_rule_that_is_written_twice_counts_once(program in program(), which in any::<prop::sample::Index>()) {
        let repeatable: Vec<Rule> = program.rules.iter().filter(|rule| rule.is_repeatable()).cloned().collect();
        prop_assume!(!repeatable.is_empty());
        let twice = program.tree_with(&[("again", which.get(&repeatable))]);
        assert_same(&all_told(&program.tree(), Detail::Facts), &all_told(&twice, Detail::Facts))?;
    }

    #[test]
    fn a_rule_that_touches_nothing_others_read_changes_nothing_else(program in program(), aside in aside()) {
        let mut tree = program.tree_with(&[("aside", &aside)]);
        declare_aside(&mut tree);
        let of_others = |lines: Vec<String>| lines.into_iter().filter(|line| !line.contains("aside")).collect();
        let with: Vec<Vec<String>> = all_told(&tree, Detail::Facts).into_iter().map(of_others).collect();
        let without = all_told(&program.tree(), Detail::Facts);
        assert_same(&without, &with)?;
    }

    #[test]
    fn every_run_ends_and_every_day_has_but_so_many_waves(program in program()) {
        let compiled = compile(&program.tree());
        let parts = compiled.program();
        // Every wave but the first of a day has a new event, firing or breach.
        let most = 1 + parts.events.len() + parts.instances.len() + 2 * parts.templates.len();
        for number in 0..3 {
            if let Ok(run) = compiled.run_number(Seed(7), RunNumber(number)) {
                let longest = run.trace.entries.iter().map(|entry| entry.wave).max().unwrap_or(0);
                prop_assert!(usize::try_from(longest).unwrap() <= most, "{longest} waves of at most {most}");
                let days: Vec<_> = run.trace.entries.iter().map(|entry| entry.day).collect();
                prop_assert!(days.is_sorted());
            }
        }
    }

    #[test]
    fn a_duty_ends_once_and_for_all(program in program()) {
        let compiled = compile(&program.tree());
        for number in 0..3 {
            if let Ok(run) = compiled.run_number(Seed(7), RunNumber(number)) {
                norms_live_once(&run)?;
            }
        }
    }

    #[test]
    fn one_seed_gives_the_same_bytes_however_often_it_is_compiled_and_run(program in program()) {
        let (one, other) = (compile(&program.tree()), compile(&program.tree()));
        for number in 0..3 {
            let bytes = |compiled: &Compiled| match compiled.run_number(Seed(7), RunNumber(number)) {
                Ok(run) => format!("{:?} {:?}", run.trace, run.decided),
                Err(error) => format!("{error:?}"),
            };
            prop_assert_eq!(bytes(&one), bytes(&other));
            prop_assert_eq!(bytes(&one), bytes(&one));
        }
    }

    #[test]
    fn a_further_actor_leaves_every_other_draw_as_it_was(program in program()) {
        let mut grown = program.tree();
        let actors = ["ann", "ben", "cid", "dan"].map(|name| (name, Tree::Map(Vec::new())));
        put(&mut grown, "actors", Tree::map(actors));
        let (small, large) = (compile(&program.tree()), compile(&grown));
        for number in 0..3 {
            let (Some(small), Some(large)) = (draws(&small, number), draws(&large, number)) else { continue };
            // What `toss` falls with depends on the state, which the actor may change.
            for ((draw, word), other) in small.iter().filter_map(|draw| Some((draw, large.get(draw.0)?))) {
                prop_assert!(word == other || draw.0.starts_with("toss"), "{draw:?}: {word}, then {other}");
            }
        }
    }

    #[test]
    fn an_entity_that_no_rule_ranges_over_changes_nothing(program in program(), name in "[a-z]{1,6}_zzz") {
        let mut grown = program.tree();
        put(&mut grown, "entities", Tree::map([(name, Tree::map([("kind", "bystander")]))]));
        assert_same(&all_told(&program.tree(), Detail::Full), &all_told(&grown, Detail::Full))?;
    }
}

/// A rule with facts, events and chances of its own, which reads whatever there is.
fn aside() -> impl Strategy<Value = Rule> {
    let fits = |rule: &Rule| !matches!(rule.trigger, Trigger::Derive(_) | Trigger::On("speak(x)"));
    let heads = vec![Effect::new("happen", "step_aside(y)")];
    let branches = vec![
        ("heads", Some("heads"), heads),
        ("tails", Some("rest"), Vec::new()),
    ];
    let effects = vec![
        Effect::new("start", "aside(x)"),
        Effect::new("happen", "step_aside(x)"),
        Effect::new("happen", "step_aside(x)").with("after", "9 days"),
        Effect::new("chance", "aside_coin(x)").and("branches", Part::Branches(branches)),
    ];
    let rules = generate::rule().prop_filter("it acts", fits);
    rules.prop_map(move |rule| Rule {
        effects: effects.clone(),
        ..rule
    })
}

fn declare_aside(tree: &mut Tree) {
    let Tree::Map(sections) = tree else { return };
    for (key, section) in sections {
        let Tree::Map(entries) = section else { continue };
        let args = ("args", Tree::map([("who", "actor")]));
        match key.as_str() {
            "facts" => entries.push(("aside".into(), Tree::map([args]))),
            "events" => entries.push(("step_aside".into(), Tree::map([args, ("is", "physical".into())]))),
            _ => {}
        }
    }
}

/// Each norm arises once; a duty then ends at most once, a prohibition may be breached many times before its release;
/// after its end nothing more is told of it.
fn norms_live_once(run: &Run<'_>) -> Result<(), TestCaseError> {
    let mut open: BTreeMap<NormSerial, Option<bool>> = BTreeMap::new();
    for entry in &run.trace.entries {
        match &entry.what {
            What::Arose { norm, template, .. } => {
                let prohibits = matches!(
                    run.compiled.program().templates[*template].goal,
                    GroundGoal::Refrain(_)
                );
                prop_assert!(
                    open.insert(*norm, Some(prohibits)).is_none(),
                    "norm {} arose twice",
                    norm.0
                );
            }
            What::Fulfilled { norm, .. } | What::Released { norm } | What::Breached { norm, .. } => {
                let state = open.get_mut(norm);
                prop_assert!(
                    matches!(state, Some(Some(_))),
                    "norm {} ended before: {:?}",
                    norm.0,
                    entry.what
                );
                let breached = matches!(entry.what, What::Breached { .. });
                if let Some(state) = state {
                    let fulfilled = matches!(entry.what, What::Fulfilled { .. });
                    prop_assert!(
                        !(fulfilled && *state == Some(true)),
                        "a prohibition is never fulfilled"
                    );
                    if !(breached && *state == Some(true)) {
                        *state = None;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// How each chance fell, by name and occurrence; nothing if the run does not come to its end.
fn draws(compiled: &Compiled, number: u64) -> Option<BTreeMap<(String, u32), String>> {
    let run = compiled.run_number(Seed(7), RunNumber(number)).ok()?;
    let drawn = run.trace.entries.iter().filter_map(|entry| match &entry.what {
        What::Settled {
            settlement,
            word,
            occurrence,
            p: Some(_),
            ..
        } => {
            let settlement = &compiled.program().settlements[*settlement];
            let name = &compiled.branchings()[settlement.branching].name;
            let word = GroundValue::Word(*word).spell(compiled);
            Some(((spell(compiled, name, &settlement.args), *occurrence), word))
        }
        _ => None,
    });
    Some(drawn.collect())
}

/// A scenario of the repository as one tree: seeds, vocabulary and all.
fn whole(path: &str) -> Tree {
    tree::of_document(
        Scenario::open(path)
            .unwrap_or_else(|error| panic!("{error}"))
            .document(),
    )
}

/// As one document on no other vocabulary.
fn compile_whole(tree: &Tree) -> Compiled {
    let document = Loader::with_vocabulary(Arc::new(Vocabulary::default())).build(tree);
    let document = document.unwrap_or_else(|error| panic!("{error}"));
    Scenario::from(document)
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn scenarios_run_the_same_whatever_the_order_of_their_keys_and_of_the_vocabulary() {
    for path in [
        "scenarios/first_steps.yaml",
        "scenarios/istanbul/baseline.yaml",
        "scenarios/precedents/belgium_1914.yaml",
        "scenarios/precedents/luxembourg_1914.yaml",
        "scenarios/precedents/austria_1955.yaml",
        "scenarios/precedents/budapest_1994.yaml",
    ] {
        let as_written = Scenario::open(path)
            .unwrap()
            .compile()
            .unwrap_or_else(|error| panic!("{error}"));
        let tree = whole(path);
        let compiled: Vec<Compiled> = (1..=2)
            .map(|order| compile_whole(&tree::shuffled(&tree, order)))
            .collect();
        for number in 0..3 {
            let expected = told(&as_written, number, Detail::Full);
            for other in &compiled {
                let found = told(other, number, Detail::Full);
                let differs = expected.iter().zip(&found).find(|(a, b)| a != b);
                assert!(expected == found, "{path}, run {number}: {differs:#?}");
            }
        }
    }
}

#[test]
fn a_tenth_guarantor_leaves_the_votes_of_the_nine_as_they_were() {
    let baseline = Scenario::open("scenarios/istanbul/baseline.yaml").unwrap();
    let overlay = "
actors: { canada: { kind: state, name: Canada } }
agreements: { treaty: { parties: { canada: {} }, provisions: { guarantee: { by: { canada: {} } } } } }
";
    let nine = baseline.compile().unwrap();
    let ten = baseline.with("ten.yaml", overlay).unwrap().compile().unwrap();
    let (mut compared, mut new) = (0, 0);
    for number in 0..50 {
        let (nine, ten) = (draws(&nine, number).unwrap(), draws(&ten, number).unwrap());
        for (draw, word) in ten
            .iter()
            .filter(|((name, _), _)| name.starts_with("vote_in_legislature("))
        {
            match nine.get(draw) {
                Some(before) => {
                    assert_eq!(word, before, "{draw:?} of run {number}");
                    compared += 1;
                }
                None => new += usize::from(draw.0.contains("canada")),
            }
        }
    }
    assert!(
        compared > 100 && new > 0,
        "{compared} votes compared, {new} of Canada"
    );
}

#[test]
fn what_happens_at_once_is_told_in_the_order_of_words_wherever_a_word_is_first_spoken_of() {
    let painted = |attributes: [&str; 2]| {
        let [first, second] = attributes;
        let text = format!(
            "
demarche: 1
title: Paints
period: {{ from: 2030-01-01, to: 2030-12-31 }}
kinds:
  flag:
    attributes:
      {first}
      {second}
events:
  paint: {{ args: {{ shade: white | red | blue }}, is: physical }}
timeline:
  a: {{ on: 2030-02-01, happen: paint(white) }}
  b: {{ on: 2030-02-01, happen: paint(red) }}
  c: {{ on: 2030-02-01, happen: paint(blue) }}
"
        );
        let compiled = Scenario::from_text("paints.yaml", text)
            .unwrap()
            .compile()
            .unwrap();
        told(&compiled, 0, Detail::Facts)
    };
    let (stripe, star) = (
        "stripe: { type: white | blue, default: blue }",
        "star: { type: red | blue, default: red }",
    );
    let expected = [
        "2030-02-01: paint(blue)",
        "2030-02-01: paint(red)",
        "2030-02-01: paint(white)",
    ];
    assert_eq!(painted([stripe, star]), expected);
    assert_eq!(painted([star, stripe]), expected);
}
