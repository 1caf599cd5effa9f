use super::{condition, outcome, told};

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn an_outcome_says_at_which_time() {
    assert_eq!(outcome("at_end(in_force(treaty))"), none());
    assert_eq!(
        outcome("in_force(treaty)"),
        ["E0510 the fact `in_force` changes from day to day: which day is meant?"]
    );
}

#[test]
fn temporal_words_take_events_or_conditions() {
    assert_eq!(
        outcome("first(attack(_, south)) < first(in_force(treaty))"),
        none()
    );
    assert_eq!(outcome("times(attack(north, _) or help(north, south))"), none());
    assert_eq!(
        outcome("count(g in treaty.parties where ever(help(g, south)))"),
        none()
    );
    assert_eq!(outcome("held(at_war(north, _) or at_war(south, _))"), none());
    assert_eq!(
        outcome("held(attack(north, south))"),
        ["E0506 `attack(north, south)` is an event, which does not last: `held` asks for a condition"]
    );
    assert_eq!(
        outcome("ever(attack(north, south) or calm)"),
        ["E0515 `calm` is a fact, not an event"]
    );
}

#[test]
fn a_rule_does_not_look_at_the_whole_run() {
    assert_eq!(
        condition("ever(attack(g, south))"),
        ["E0509 `ever` speaks of a whole run; a condition reads the state of the moment"]
    );
}

#[test]
fn only_expectations_speak_of_probability_and_outcomes() {
    let peace = "outcomes:\n  peace: { is: \"never(attack(_, _))\", says: peace }\n";
    assert_eq!(told(&format!("{peace}expect:\n  a: p(peace) >= 0.5\n")), none());
    assert_eq!(
        told(&format!(
            "{peace}expect:\n  a: \"p(peace given ever(ratify(north, treaty))) <= 0.5\"\n"
        )),
        none()
    );
    assert_eq!(
        told(&format!("{peace}expect:\n  a: p(peace) == 0.5\n")),
        ["E0519 a probability is compared with `<=` and `>=` only"]
    );
    assert_eq!(
        told(&format!("{peace}invariants:\n  a: peace\n")),
        ["E0509 `peace` is an outcome: only `expect:` can speak of it"]
    );
}

#[test]
fn an_invariant_is_a_condition_or_a_statement_not_both() {
    assert_eq!(
        told(
            "invariants:\n  a: not (calm and at_war(north, south))\n"
                .replace("at_war(north, south)", "in_force(treaty)")
                .as_str()
        ),
        none()
    );
    assert_eq!(told("invariants:\n  a: never(calm)\n"), none());
    assert_eq!(
        told("invariants:\n  a: calm or never(in_force(treaty))\n"),
        ["E0510 an invariant is either a condition on each day's close or a statement about the whole run"]
    );
}
