//! DESIGN 9, as far as single runs go: chances, choices, `fix:`, occurrences, and draws keyed by what they decide.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

mod common;

use std::sync::Arc;

use common::{compiled, fault, story, told};
use demarche::engine::{Draws, RunNumber, Seed};
use demarche::program::Compiled;
use demarche::whatif::{Budget, Law, Method};

/// How the first settlement falls in each of so many runs: `vote(north) #1 = yes`.
fn falls(compiled: &Arc<Compiled>, runs: u64) -> Vec<String> {
    (0..runs)
        .map(|number| told(compiled, number).settled().remove(0))
        .collect()
}

fn ending_in(lines: &[String], word: &str) -> usize {
    lines
        .iter()
        .filter(|line| line.ends_with(&format!("= {word}")))
        .count()
}

/// A knock on 1 March, on which a rule settles by chance.
fn drawn(branches: &str) -> Arc<Compiled> {
    compiled(&format!(
        "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules: {{ draws: {{ on: knock, then: [ {{ chance: vote(north), branches: {{ {branches} }} }} ] }} }}
"
    ))
}

// Chance.

#[test]
fn a_chance_has_a_name_with_arguments_and_is_settled_for_each() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  draws:
    for: { a: actor }
    on: knock
    then: [ { chance: vote(a), branches: { yes: { p: 1, then: [ { start: seen(a) } ] }, no: { p: 0 } } } ]
",
    );
    let mut all = told.settled();
    all.sort();
    assert_eq!(
        all,
        [
            "2024-03-01 vote(east) #1 = yes",
            "2024-03-01 vote(north) #1 = yes",
            "2024-03-01 vote(south) #1 = yes"
        ]
    );
}

#[test]
fn a_probability_may_be_a_sum() {
    let compiled = compiled(
        "
start: { seen(north): true, seen(south): true }
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  draws:
    on: knock
    then: [ { chance: vote, branches: { yes: { p: sum(a in actor where seen(a) give 1 / 2) }, no: { p: rest } } } ]
",
    );
    assert_eq!(ending_in(&falls(&compiled, 50), "yes"), 50);
}

#[test]
fn one_branch_may_say_rest() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
assumptions: { low: { value: 0.2 }, some: { value: 0.3 } }
fix: { vote: none }
rules:
  draws: { on: knock, then: [ { chance: vote, branches: { yes: { p: low }, no: { p: some }, none: { p: rest } } } ] }
",
    );
    assert_eq!(told.probabilities(), [0.5]);
}

#[test]
fn branches_with_probability_zero_do_not_exist() {
    let falls = falls(&drawn("a: { p: 0 }, b: { p: 1 }, c: { p: 0 }"), 200);
    assert_eq!(ending_in(&falls, "b"), 200);
}

#[test]
fn a_branch_with_probability_zero_does_no_harm_to_the_exact_figures() {
    let harm = "a: { p: 0, then: [ { set: heat, to: 1 }, { set: heat, to: 2 } ] }";
    let compiled = compiled(&format!(
        "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  draws:
    on: knock
    then:
      - {{ set: heat, to: 3 }}
      - {{ chance: vote, branches: {{ {harm}, b: {{ p: 1 / 2, then: [ {{ happen: ring }} ] }}, c: {{ p: rest }} }} }}
outcomes: {{ rung: {{ is: ever(ring) }} }}
"
    ));
    let outcomes = compiled.outcomes(&Budget::default()).unwrap();
    assert!(matches!(outcomes.how, Method::Exact { .. }));
    let Law::Truth { p } = &outcomes.outcomes[0].law else {
        panic!("a statement")
    };
    assert!((p.value - 0.5).abs() < 1e-12);
}

#[test]
fn a_chance_falls_as_often_as_its_probability_says() {
    let falls = falls(&drawn("a: { p: 0.2 }, b: { p: 0.3 }, c: { p: rest }"), 4000);
    for (word, expected) in [("a", 800.0), ("b", 1200.0), ("c", 2000.0)] {
        let found = ending_in(&falls, word) as f64;
        // Four standard deviations.
        assert!(
            (found - expected).abs() < 4.0 * 32.0,
            "{word}: {found} instead of {expected}"
        );
    }
}

#[test]
fn chances_of_different_names_are_independent() {
    let compiled = compiled(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  draws:
    on: knock
    then:
      - { chance: vote(north), branches: { yes: { p: 0.5 }, no: { p: rest } } }
      - { chance: vote(south), branches: { yes: { p: 0.5 }, no: { p: rest } } }
",
    );
    let both = (0..2000)
        .filter(|number| ending_in(&told(&compiled, *number).settled(), "yes") == 2)
        .count();
    assert!((both as f64 - 500.0).abs() < 80.0, "{both} of 2000");
}

#[test]
fn two_rules_that_draw_one_name_in_one_wave_share_the_draw() {
    let compiled = compiled(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  one: { on: knock, then: [ { chance: vote, branches: { yes: { p: 0.5, then: [ { start: lit } ] }, no: { p: rest } } } ] }
  two: { on: knock, then: [ { chance: vote, branches: { no: { p: rest }, yes: { p: 0.5, then: [ { start: warm } ] } } } ] }
",
    );
    let effects: Vec<usize> = (0..50)
        .map(|number| told(&compiled, number).facts().len())
        .collect();
    assert!(effects.contains(&0) && effects.contains(&2), "it falls both ways");
    assert!(
        !effects.contains(&1),
        "but never one way for one rule and another for the other"
    );
}

#[test]
fn two_rules_that_draw_one_name_must_agree_on_its_probabilities() {
    let error = fault(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
assumptions: { low: { value: 0.4 }, high: { value: 0.6 } }
rules:
  one: { on: knock, then: [ { chance: vote, branches: { yes: { p: low }, no: { p: rest } } } ] }
  two: { on: knock, then: [ { chance: vote, branches: { yes: { p: high }, no: { p: rest } } } ] }
",
    );
    assert_eq!(error.code, "R0905");
    for part in ["2024-03-01", "`vote`", "rule `two`"] {
        assert!(
            error.message.contains(part),
            "{part} is not in: {}",
            error.message
        );
    }
}

#[test]
fn a_name_that_comes_up_in_two_waves_of_a_day_is_one_draw() {
    let text = |second: &str| {
        format!(
            "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  chain: {{ on: knock, then: [ {{ happen: ring }}, {{ start: lit }} ] }}
  one: {{ on: knock, then: [ {{ chance: vote, branches: {{ yes: {{ p: 0.5 }}, no: {{ p: rest }} }} }} ] }}
  two: {{ on: ring, then: [ {{ chance: vote, branches: {{ yes: {{ p: {second} }}, no: {{ p: rest }} }} }} ] }}
"
        )
    };
    let same = compiled(&text("if lit then 0.5 else 0"));
    for number in 0..50 {
        let settled = told(&same, number).settled();
        assert_eq!(settled[0], settled[1]);
    }
    assert_eq!(fault(&text("0.6")).code, "R0905");
}

// Choice.

/// A knock on 1 March, on which North chooses; `lit` closes and opens options.
fn chosen(default: &str, options: &str, rest: &str) -> String {
    format!(
        "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  chooses: {{ on: knock, then: [ {{ choice: go(north), by: north, {default} options: {{ {options} }} }} ] }}
{rest}
"
    )
}

#[test]
fn a_choice_falls_to_its_default() {
    let text = chosen(
        "default: stay,",
        "leave: {}, stay: { then: [ { start: lit } ] }",
        "",
    );
    assert_eq!(story(&text).settled(), ["2024-03-01 go(north) #1 = stay"]);
    assert_eq!(story(&text).facts(), ["2024-03-01 start lit"]);
}

#[test]
fn a_default_may_be_a_rule_of_thumb_read_on_the_snapshot() {
    let thumb = "default: if lit then leave else stay,";
    let go = |lit: &str| {
        story(&chosen(
            thumb,
            "leave: {}, stay: {}",
            &format!("start: {{ lit: {lit} }}"),
        ))
        .settled()
    };
    assert_eq!(go("true"), ["2024-03-01 go(north) #1 = leave"]);
    assert_eq!(go("false"), ["2024-03-01 go(north) #1 = stay"]);
}

#[test]
fn a_run_needs_a_default_or_a_fix_and_says_which_options_there_are() {
    let undecided = chosen("", "leave: {}, stay: {}", "");
    let error = fault(&undecided);
    assert_eq!(error.code, "R0907");
    for part in ["2024-03-01", "`go(north)`", "north", "`leave`", "`stay`"] {
        assert!(
            error.message.contains(part),
            "{part} is not in: {}",
            error.message
        );
    }
    assert!(
        error
            .help
            .iter()
            .any(|help| help.contains("fix:") && help.contains("default:"))
    );
    let fixed = format!("{undecided}\nfix: {{ go(north): leave }}");
    assert_eq!(story(&fixed).settled(), ["2024-03-01 go(north) #1 = leave"]);
}

#[test]
fn no_option_open_and_nothing_happens_and_it_is_reported() {
    let told = story(&chosen(
        "default: stay,",
        "leave: { if: lit }, stay: { if: lit, then: [ { happen: ring } ] }",
        "",
    ));
    assert_eq!(told.settled(), ["2024-03-01 go(north): nothing open"]);
    assert_eq!(told.events(), ["2024-03-01 knock"]);
}

#[test]
fn a_closed_default_while_another_option_is_open_is_an_error_that_lists_the_open() {
    let options = "leave: {}, stay: { if: lit }, wait: {}";
    let error = fault(&chosen("default: stay,", options, ""));
    assert_eq!(error.code, "R0906");
    for part in ["2024-03-01", "`stay`", "`go(north)`", "`leave`, `wait`"] {
        assert!(
            error.message.contains(part),
            "{part} is not in: {}",
            error.message
        );
    }
    let fixed = fault(&chosen("default: leave,", options, "fix: { go(north): stay }"));
    assert_eq!(
        fixed.code, "R0906",
        "a fixed option that is closed is the same error"
    );
}

// Fix.

/// A monthly chance that falls to `no` by itself, and a monthly choice that does so by default.
fn monthly(fix: &str) -> Vec<String> {
    story(&format!(
        "
period: {{ to: 2024-04-15 }}
fix: {{ {fix} }}
rules:
  draws: {{ every: 1 month, then: [ {{ chance: vote(north), branches: {{ yes: {{ p: 0 }}, no: {{ p: 1 }} }} }} ] }}
  chooses: {{ every: 1 month, then: [ {{ choice: go, by: north, default: no, options: {{ yes: {{}}, no: {{}} }} }} ] }}
"
    ))
    .settled()
    .into_iter()
    .filter(|line| line.ends_with("= yes"))
    .collect()
}

#[test]
fn a_fix_settles_every_time() {
    let vote = [
        "2024-02-01 vote(north) #1 = yes",
        "2024-03-01 vote(north) #2 = yes",
        "2024-04-01 vote(north) #3 = yes",
    ];
    assert_eq!(monthly("vote(north): yes"), vote);
    assert_eq!(monthly("go: yes").len(), 3);
}

#[test]
fn a_fix_settles_by_occurrence_and_by_date() {
    let vote = [
        "2024-03-01 vote(north) #2 = yes",
        "2024-04-01 vote(north) #3 = yes",
    ];
    assert_eq!(monthly("vote(north): { 2: yes, 2024-04-01: yes }"), vote);
    assert_eq!(
        monthly("go: { 3: yes, 2024-02-01: yes }"),
        ["2024-02-01 go #1 = yes", "2024-04-01 go #3 = yes"]
    );
}

#[test]
fn a_fix_by_date_prevails_over_one_by_occurrence() {
    assert_eq!(monthly("go: { 2: yes, 2024-03-01: no }"), [""; 0]);
    assert_eq!(
        monthly("go: { 2: no, 2024-03-01: yes }"),
        ["2024-03-01 go #2 = yes"]
    );
}

#[test]
fn a_choice_may_be_fixed_by_a_rule_of_thumb() {
    let text = |lit: &str| {
        chosen(
            "",
            "leave: {}, stay: {}",
            &format!("start: {{ lit: {lit} }}\nfix: {{ go(north): if lit then leave else stay }}"),
        )
    };
    assert_eq!(
        story(&text("true")).settled(),
        ["2024-03-01 go(north) #1 = leave"]
    );
    assert_eq!(
        story(&text("false")).settled(),
        ["2024-03-01 go(north) #1 = stay"]
    );
}

#[test]
fn the_most_specific_fix_wins() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
fix: { vote(_): yes, vote(south): no }
rules:
  draws:
    for: { a: actor }
    on: knock
    then: [ { chance: vote(a), branches: { yes: { p: 0.5, then: [ { start: seen(a) } ] }, no: { p: rest } } } ]
",
    );
    assert_eq!(
        told.facts(),
        ["2024-03-01 start seen(east)", "2024-03-01 start seen(north)"]
    );
}

// Occurrences.

#[test]
fn an_occurrence_is_a_day_on_which_a_rule_that_draws_was_triggered_whether_or_not_its_if_held() {
    let told = story(
        "
timeline:
  one: { on: 2024-03-01, happen: knock }
  light: { on: 2024-03-05, happen: call }
  two: { on: 2024-03-10, happen: knock }
rules:
  lamp: { on: call, then: [ { start: lit } ] }
  draws: { on: knock, if: lit, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(told.settled(), ["2024-03-10 vote #2 = yes"]);
}

#[test]
fn an_occurrence_counts_days_and_not_draws() {
    let told = story(
        "
timeline: { one: { on: 2024-03-01, happen: knock }, two: { on: 2024-03-10, happen: ring } }
rules:
  chain: { on: knock, then: [ { happen: ring } ] }
  draws: { on: knock, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
  draws_too: { on: ring, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(
        told.settled(),
        [
            "2024-03-01 vote #1 = yes",
            "2024-03-01 vote #1 = yes",
            "2024-03-10 vote #2 = yes"
        ]
    );
}

#[test]
fn an_occurrence_counts_any_rule_that_draws_the_name() {
    let told = story(
        "
timeline: { one: { on: 2024-03-01, happen: knock }, two: { on: 2024-03-10, happen: ring } }
rules:
  never_free: { on: knock, if: lit, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
  draws: { on: ring, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(
        told.settled(),
        ["2024-03-10 vote #2 = yes"],
        "although `lit` can never hold"
    );
}

#[test]
fn ticks_count_even_of_a_rule_that_can_never_fire() {
    let told = story(
        "
rules:
  idle: { every: 3 months, if: lit, then: [ { choice: path, by: north, default: left, options: { left: {}, right: {} } } ] }
  often: { every: 2 months, then: [ { choice: path, by: north, default: left, options: { left: {}, right: { then: [ { happen: ring } ] } } } ] }
fix: { path: { 3: right } }
",
    );
    // March, April, May: the third time.
    assert_eq!(told.events(), ["2024-05-01 ring"]);
}

#[test]
fn for_every_the_occurrence_is_the_number_of_the_tick() {
    let told = story(
        "
period: { to: 2024-04-15 }
timeline: { light: { on: 2024-03-15, happen: call } }
rules:
  lamp: { on: call, then: [ { start: lit } ] }
  draws: { every: 1 month, if: lit, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(told.settled(), ["2024-04-01 vote #3 = yes"]);
}

#[test]
fn a_rising_condition_counts_when_it_rises() {
    let told = story(
        "
timeline:
  on: { on: 2024-03-01, happen: knock }
  off: { on: 2024-03-05, happen: call }
  on_again: { on: 2024-03-10, happen: knock }
rules:
  lamp: { on: knock, then: [ { start: lit } ] }
  dusk: { on: call, then: [ { end: lit }, { start: warm } ] }
  draws: { when: lit, if: warm, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(told.settled(), ["2024-03-10 vote #2 = yes"]);
}

#[test]
fn a_void_act_triggers_nothing_and_counts_for_nothing() {
    let told = story(
        "
events: { enter: { is: institutional, requires: lit } }
timeline:
  void: { on: 2024-03-01, happen: enter }
  light: { on: 2024-03-05, happen: call }
  enters: { on: 2024-03-10, happen: enter }
rules:
  lamp: { on: call, then: [ { start: lit } ] }
  draws: { on: enter, then: [ { chance: vote, branches: { yes: { p: 1 }, no: { p: 0 } } } ] }
",
    );
    assert_eq!(told.settled(), ["2024-03-10 vote #1 = yes"]);
}

// Draws keyed by what they decide.

/// Computed apart from this crate, from the published SipHash-1-3: the words that key the draws of `vote(north)`.
#[test]
fn the_keys_and_draws_are_golden() {
    let compiled = drawn("yes: { p: 0.5 }, no: { p: rest }");
    let vote = compiled.program().settlements.values().next().unwrap();
    assert_eq!(vote.key, 0x541b_2084_175c_342c);
    assert_eq!(
        vote.branch_keys.iter().copied().max(),
        Some(0x8b03_8855_4a02_8f9c),
        "no"
    );
    assert_eq!(
        vote.branch_keys.iter().copied().min(),
        Some(0x1c95_c332_b1c9_c98d),
        "yes"
    );
    let (yes, no) = (0x1c95_c332_b1c9_c98d, 0x8b03_8855_4a02_8f9c);
    let draw = |seed, run, occurrence, branch| {
        Draws::new(Seed(seed), RunNumber(run)).uniform(vote.key, occurrence, branch)
    };
    assert_eq!(draw(1, 0, 1, yes), 0.003_530_290_711_983_241_6);
    assert_eq!(draw(1, 0, 1, no), 0.196_019_898_248_508_8);
    assert_eq!(draw(1, 1, 1, yes), 0.886_154_258_968_115_1);
    assert_eq!(draw(2, 0, 1, yes), 0.882_224_924_161_048_7);
    assert_eq!(draw(1, 0, 2, yes), 0.862_607_275_794_163);
    assert_eq!(
        falls(&compiled, 2),
        [
            "2024-03-01 vote(north) #1 = no",
            "2024-03-01 vote(north) #1 = yes"
        ]
    );
}

#[test]
fn a_draw_does_not_hang_on_the_date() {
    let on = |day: &str| {
        let compiled = compiled(&format!(
            "
timeline: {{ start: {{ on: {day}, happen: knock }} }}
rules: {{ draws: {{ on: knock, then: [ {{ chance: vote, branches: {{ yes: {{ p: 0.5 }}, no: {{ p: rest }} }} }} ] }} }}
"
        ));
        (0..100)
            .map(|number| told(&compiled, number).settled()[0][11..].to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(on("2024-03-01"), on("2024-03-02"));
}

#[test]
fn a_skipped_draw_leaves_all_later_ones_as_they_were() {
    let with = |lit_from: &str| {
        let compiled = compiled(&format!(
            "
timeline: {{ light: {{ on: {lit_from}, happen: call }} }}
rules:
  lamp: {{ on: call, then: [ {{ start: lit }} ] }}
  draws:
    every: 1 month
    if: lit
    then: [ {{ chance: vote, branches: {{ yes: {{ p: 0.5 }}, no: {{ p: rest }} }} }} ]
"
        ));
        (0..50)
            .map(|number| told(&compiled, number).settled())
            .collect::<Vec<_>>()
    };
    for (all, later) in with("2024-01-15").iter().zip(with("2024-04-15")) {
        assert_eq!(all[3..], later[..]);
    }
}

#[test]
fn a_further_rule_and_a_further_actor_leave_every_other_draw_as_it_was() {
    let with = |more: &str| {
        let compiled = compiled(&format!(
            "
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  draws:
    for: {{ a: actor }}
    on: knock
    then: [ {{ chance: vote(a), branches: {{ yes: {{ p: 0.5 }}, no: {{ p: rest }} }} }} ]
{more}
"
        ));
        (0..50)
            .map(|number| {
                let mut all = told(&compiled, number).settled();
                all.retain(|line| !line.contains("alba") && !line.contains("again"));
                all.sort();
                all
            })
            .collect::<Vec<_>>()
    };
    let other = "  a_first: { on: knock, then: [ { chance: again, branches: { yes: { p: 0.5 }, no: { p: rest } } } ] }
actors: { alba: {} }";
    assert_eq!(with(""), with(other));
}

#[test]
fn the_order_of_branches_does_not_matter() {
    let one = falls(&drawn("a: { p: 0.2 }, b: { p: 0.3 }, c: { p: rest }"), 200);
    let other = falls(&drawn("c: { p: rest }, b: { p: 0.3 }, a: { p: 0.2 }"), 200);
    assert_eq!(one, other);
}

#[test]
fn with_two_branches_raising_a_probability_only_moves_runs_towards_it() {
    let low = falls(&drawn("yes: { p: 0.4 }, no: { p: rest }"), 500);
    let high = falls(&drawn("yes: { p: 0.5 }, no: { p: rest }"), 500);
    let moved = low.iter().zip(&high).filter(|(low, high)| low != high).count();
    assert!(
        low.iter()
            .zip(&high)
            .all(|(low, high)| !low.ends_with("yes") || high.ends_with("yes"))
    );
    assert_eq!(
        moved,
        ending_in(&high, "yes") - ending_in(&low, "yes"),
        "and no more of them than must"
    );
    assert!((25..=75).contains(&moved), "{moved} of 500 for a tenth more");
}

#[test]
fn the_same_seed_and_number_are_the_same_run() {
    let compiled = drawn("yes: { p: 0.5 }, no: { p: rest }");
    assert_eq!(falls(&compiled, 50), falls(&compiled, 50));
    let other = (0..50).map(|number| {
        let run = compiled.run_number(Seed(2), RunNumber(number)).unwrap();
        format!("{:?}", run.trace)
    });
    let same = (0..50).map(|number| {
        let run = compiled.run_number(Seed(1), RunNumber(number)).unwrap();
        format!("{:?}", run.trace)
    });
    let changed = other.zip(same).filter(|(other, same)| other != same).count();
    assert!(
        (10..=40).contains(&changed),
        "another seed is another family: {changed} of 50"
    );
}

#[test]
fn a_choice_that_comes_up_at_rest_is_made_anew() {
    let told = story(
        "
timeline: { start: { on: 2024-03-01, happen: knock } }
rules:
  first:  { on: knock, then: [ { start: lit }, { choice: path, by: north, default: left, options: { left: {}, right: {} } } ] }
  second: { when: lit, then: [ { choice: path, by: north, default: right, options: { left: {}, right: { then: [ { happen: ring } ] } } } ] }
",
    );
    assert_eq!(told.events(), ["2024-03-01 knock", "2024-03-01 ring"]);
}
