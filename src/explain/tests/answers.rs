use super::small::{compiled, run, why, why_not};

#[test]
fn a_bound_guarantor_is_explained_down_to_signature_and_votes() {
    insta::assert_snapshot!(why("bound(east, pact)", None));
}

#[test]
fn a_duty_tells_its_life_and_who_it_binds() {
    insta::assert_snapshot!(why("met(east, pact)", None));
}

#[test]
fn a_broken_duty_names_the_day_that_passed() {
    insta::assert_snapshot!(why("broken(north, pact)", None));
}

#[test]
fn a_guarantor_whose_house_refused_owes_nothing_for_want_of_ratification() {
    insta::assert_snapshot!(why_not("owed(west, pact)", Some("2025-01-15")));
}

#[test]
fn an_act_that_was_void_says_what_it_lacked() {
    insta::assert_snapshot!(why_not("ratify(west, pact)", None));
}

#[test]
fn a_count_says_who_is_missing() {
    insta::assert_snapshot!(why_not("count(g in pact.by where ratified(g, pact)) >= 3", None));
}

#[test]
fn what_can_never_be_names_what_excludes_it() {
    insta::assert_snapshot!(why_not("bound(foe, pact)", None));
}

#[test]
fn a_fact_that_comes_later_is_not_there_yet() {
    insta::assert_snapshot!(why_not("in_force(pact)", Some("2024-03-15")));
}

#[test]
fn of_several_derivations_the_least_high_is_told() {
    // Friends of friends go round in circles; the shortest way is a bond.
    let told = why("friend(east, south)", None);
    assert!(told.contains("rule `neighbours`"), "{told}");
    let far = why("friend(east, north)", None);
    assert!(far.contains("rule `ally`"), "{far}");
}

#[test]
fn a_measure_tells_its_last_change() {
    insta::assert_snapshot!(why("losses(south)", None));
}

#[test]
fn a_comparison_tells_its_numbers() {
    insta::assert_snapshot!(why("losses(south) >= 0.25 and not at_war(south, north)", None));
}

#[test]
fn each_question_points_to_the_other_where_that_is_the_one_to_ask() {
    assert!(why("bound(west, pact)", None).contains("ask why not"));
    assert!(why_not("bound(east, pact)", None).contains("it does hold; ask why"));
    assert!(why("help(north, south)", None).contains("ask why not"));
    assert!(why_not("sign(pact)", None).contains("it did happen, on 2024-03-01; ask why"));
    // The contrary of a condition is explained by what the condition lacks.
    assert!(why("not bound(west, pact)", None).contains("missing: West has ratified the pact"));
}

#[test]
fn questions_that_cannot_be_answered_say_why() {
    insta::assert_snapshot!(
        [
            why("bond(east, pact)", None),
            why("bound(eats, pact)", None),
            why("pact.to", None),
            why("bound(east, pact", None),
            why("bound(east, pact)", Some("2023-01-01")),
            why("bound(east, pact)", Some("soon")),
            why_not("losses(south)", None),
        ]
        .join("\n\n")
    );
}

#[test]
fn an_answer_is_json_for_machines() {
    let compiled = compiled();
    let run = run(&compiled);
    let answer = run
        .why("ratified(east, pact)", Some("2024-12-31"))
        .expect("a good question");
    insta::assert_snapshot!(serde_json::to_string_pretty(&answer).expect("plain data"));
}
