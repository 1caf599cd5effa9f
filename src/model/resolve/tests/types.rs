use super::{condition, told};

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn words_are_directed_by_the_other_side() {
    assert_eq!(
        condition("p.strength == binding and binding == p.strength"),
        none()
    );
    assert_eq!(
        condition("p.strength == bindng"),
        ["E0508 `bindng` is none of `assurance`, `binding`; did you mean `binding`?"]
    );
}

#[test]
fn words_reach_through_an_if() {
    assert_eq!(
        condition("p.strength == (if calm then binding else assurance)"),
        none()
    );
}

#[test]
fn things_of_two_types_do_not_compare() {
    assert_eq!(
        condition("p.strength == 3"),
        ["E0511 `p.strength` is one of `assurance`, `binding` and `3` is a number: they cannot be compared"]
    );
    assert_eq!(
        condition("g == t"),
        ["E0511 `g` is a `state` and `t` is an `agreement`: they cannot be compared"]
    );
    assert_eq!(condition("g == p.to"), none());
}

#[test]
fn entities_have_no_order() {
    assert_eq!(
        condition("g < p.to"),
        ["E0511 `g` is a `state`, which has no order: only `==` and `!=` can compare it"]
    );
}

#[test]
fn arguments_are_checked_against_their_declaration() {
    assert_eq!(condition("ratified(t, g)").len(), 2);
    assert_eq!(
        condition("ratified(g)"),
        ["E0505 `ratified` takes 2 arguments, but 1 stands here"]
    );
    assert_eq!(
        condition("calm(g)"),
        ["E0505 `calm` takes 0 arguments, but 1 stands here"]
    );
    assert_eq!(condition("at_war(g, _)"), none());
}

#[test]
fn a_wider_variable_is_not_narrowed_in_silence() {
    let told = told(
        "rules:\n  r:\n    for: { q: provision, g: actor }\n    when: bound(g, q)\n    then:\n      - start: calm\n",
    );
    assert_eq!(
        told,
        ["E0504 `q` is a `provision`, but `under` of `bound` is a `guarantee`"]
    );
}

#[test]
fn days_and_months_do_not_mix() {
    let message = "E0514 days and months neither mix nor compare: a month has no fixed number of days";
    assert_eq!(condition("30 days < 1 month"), [message]);
    assert_eq!(condition("patience < 30 days"), [message]);
    assert_eq!(condition("patience < 30 months"), none());
    assert_eq!(condition("p.within < never"), none());
}

#[test]
fn rates_scale_and_add_but_are_no_numbers() {
    assert_eq!(condition("(hazard * share) over 1 month < share"), none());
    assert_eq!(condition("((hazard + hazard) / 1) over 1 month < share"), none());
    assert_eq!(
        condition("hazard < share"),
        ["E0511 `hazard` is a rate per year and `share` is a number: they cannot be compared"]
    );
    assert_eq!(
        condition("share over 1 month < share"),
        ["E0512 `share` is a number, not a rate"]
    );
}

#[test]
fn arithmetic_needs_a_meaning() {
    assert_eq!(
        condition("p.within + share < p.within"),
        ["E0512 `p.within` is a duration and `share` is a number: `+` has no meaning for them"]
    );
    assert_eq!(condition("p.within * 1 < p.within"), none());
}

#[test]
fn sets_are_paths_or_kinds() {
    assert_eq!(
        condition("g in p.by and g in state and size(t.parties) >= t.threshold"),
        none()
    );
    assert_eq!(
        condition("g in p.to"),
        ["E0504 `p.to` is an `actor`, but a set or a kind is wanted here"]
    );
    assert_eq!(
        condition("nowhere in p.by"),
        ["E0511 `nowhere` is a `place` and can never be in `p.by`, a set of `actor`"]
    );
    assert_eq!(
        condition("p.by"),
        ["E0504 `p.by` is a set of `actor`, but a condition (true or false) is wanted here"]
    );
}

#[test]
fn quantifiers_need_their_parts() {
    assert_eq!(condition("count(x in p.by where ratified(x, t)) >= 1"), none());
    assert_eq!(
        condition("all(x in p.by satisfy bound(x, p)) and any(x in state where at_war(x, g))"),
        none()
    );
    assert_eq!(condition("sum(x in p.by give losses(x)) > 0"), none());
    assert_eq!(
        condition("sum(x in p.by give x) > 0"),
        ["E0504 `x` is an `actor`, but a number is wanted here"]
    );
}

#[test]
fn a_wildcard_is_no_amount() {
    assert_eq!(
        condition("losses(_) > 0"),
        ["E0507 `_` matches anything, but here one value is wanted"]
    );
}

#[test]
fn a_condition_attribute_is_a_condition() {
    assert_eq!(condition("t.only_if and not calm"), none());
}

#[test]
fn never_is_a_date_or_a_duration_as_the_other_side_demands() {
    assert_eq!(
        condition("p.within != never and 2024-01-01 < never and never > 2024-01-01"),
        none()
    );
}

#[test]
fn the_state_may_choose_amounts_but_not_who_is_meant() {
    assert_eq!(condition("(if calm then share else 0) < 1"), none());
    assert_eq!(
        condition("at_war(g, if calm then north else south)"),
        [
            "E0513 which entity is meant must be known beforehand, but this condition changes while time passes"
        ]
    );
    assert_eq!(
        condition("at_war(g, if t.threshold > 1 then north else south)"),
        none()
    );
}

#[test]
fn the_deepest_expression_that_can_be_read_can_be_typed() {
    let chain = vec!["calm"; 250].join(" or ");
    assert_eq!(condition(&chain), none());
    let nested = "not (".repeat(45) + "calm" + &")".repeat(45);
    assert_eq!(condition(&nested), none());
    let sum = vec!["share"; 250].join(" + ");
    assert_eq!(condition(&format!("{sum} > 0")), none());
    let choices = "(if calm then 1 else ".repeat(45) + "0" + &")".repeat(45);
    assert_eq!(condition(&format!("{choices} > 0")), none());
}
