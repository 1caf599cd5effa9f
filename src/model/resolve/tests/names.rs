use super::{compile, condition, told};

#[test]
fn the_little_world_is_sound() {
    assert_eq!(told(""), Vec::<String>::new());
    assert_eq!(condition("ratified(g, t)"), Vec::<String>::new());
}

#[test]
fn an_unknown_entity_gets_a_suggestion() {
    assert_eq!(
        condition("at_war(nroth, g)"),
        ["E0501 no entity, fact or variable `nroth`; did you mean `north`?"]
    );
}

#[test]
fn an_unknown_fact_gets_a_suggestion() {
    assert_eq!(
        condition("ratifed(g, t)"),
        ["E0501 no fact, measure, quantity or assumption `ratifed`; did you mean `ratified`?"]
    );
}

#[test]
fn all_unknown_names_of_one_condition_are_told() {
    let told = condition("at_war(nroth, suoth) and ratifed(g, t)");
    assert_eq!(told.len(), 3, "{told:?}");
}

#[test]
fn an_undeclared_variable_in_on_is_told_how_to_declare_it() {
    let (model, told) =
        compile("rules:\n  r:\n    on: \"attack(a, north)\"\n    then:\n      - start: calm\n");
    assert_eq!(told, ["E0501 no entity, fact or variable `a`"]);
    drop(model);
}

#[test]
fn an_event_in_a_condition_is_named_as_one() {
    let told = condition("attack(g, south)");
    assert_eq!(
        told,
        ["E0506 `attack` is an event; a condition reads the state, and an event leaves none"]
    );
}

#[test]
fn a_kind_is_not_a_fact() {
    assert_eq!(condition("state(g)"), ["E0501 `state` is a kind, not a fact"]);
}

#[test]
fn an_attribute_that_only_some_have_names_them() {
    let told = told(
        "rules:\n  r:\n    for: { q: provision }\n    when: q.strength == binding\n    then:\n      - start: calm\n",
    );
    assert_eq!(
        told,
        ["E0503 `q` is a `provision`, and not every one has `strength`: only `guarantee`"]
    );
}

#[test]
fn an_unknown_attribute_gets_a_suggestion() {
    let told = condition("p.strenght == binding");
    assert_eq!(
        told,
        ["E0502 `p` is a `guarantee` and has no attribute `strenght`; did you mean `strength`?"]
    );
}

#[test]
fn a_nested_entity_is_a_path() {
    assert_eq!(condition("bound(g, treaty.guarantee)"), Vec::<String>::new());
    let told = condition("bound(g, treaty.garantee)");
    assert_eq!(
        told,
        [
            "E0502 `treaty`, an `agreement`, has neither an attribute nor a part `garantee`; did you mean `guarantee`?"
        ]
    );
}

#[test]
fn a_variable_hides_an_entity_of_its_name() {
    let told = told(
        "rules:\n  r:\n    for: { north: agreement }\n    on: \"ratify(_, north)\"\n    then:\n      - start: in_force(north)\n",
    );
    assert_eq!(told, Vec::<String>::new());
}

#[test]
fn a_broken_declaration_has_no_tail() {
    let told = told(
        "facts:\n  odd: { args: { x: sttae }, says: \"{x}\" }\nrules:\n  r:\n    for: { g: state }\n    when: odd(g)\n    then:\n      - end: odd(g)\n",
    );
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told.iter().all(|t| t.contains("sttae")), "{told:?}");
}

#[test]
fn a_broken_variable_has_no_tail() {
    let told = told(
        "rules:\n  r:\n    for: { g: sttae, h: g.allies }\n    when: at_war(g, h)\n    then:\n      - start: calm\n",
    );
    assert_eq!(told, ["E0604 no kind `sttae` for `g` to range over"]);
}
