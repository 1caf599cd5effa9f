//! Claims about rules and effects.

use crate::model::resolve::tests::{compile, told};
use crate::model::{Body, EffectKind, TermKind};

/// What is said about one rule, written as the lines under its name.
fn rule(lines: &str) -> Vec<String> {
    let lines: Vec<_> = lines
        .trim_matches('\n')
        .lines()
        .map(|line| format!("    {line}\n"))
        .collect();
    told(&format!("rules:\n  r:\n{}", lines.concat()))
}

fn none() -> Vec<String> {
    Vec::new()
}

#[test]
fn the_order_of_variables_does_not_matter() {
    let (model, told) = compile(
        "rules:\n  r:\n    for: { g: p.by, p: guarantee }\n    if: ratified(g, p.part_of)\n    derive: bound(g, p)\n",
    );
    assert_eq!(told, none());
    let rule = model.rules.values().next().unwrap();
    let names: Vec<_> = rule.variables.values().map(|v| v.name.as_str()).collect();
    assert_eq!(names, ["p", "g"]);
    assert_eq!(rule.bound, 2);
    let domain = rule
        .variables
        .values()
        .nth(1)
        .and_then(|v| v.domain.clone())
        .unwrap();
    assert!(matches!(domain.kind, TermKind::Attribute(..)));
}

#[test]
fn variables_in_a_circle_are_told() {
    assert_eq!(
        rule("for: { a: b.allies, b: a.allies }\nwhen: at_war(a, b)\nthen:\n  - start: calm"),
        ["E0604 the variables `a`, `b` range over each other in a circle"]
    );
}

#[test]
fn a_rule_has_one_trigger() {
    assert_eq!(
        rule("if: calm\nthen:\n  - start: in_force(treaty)"),
        ["E0601 the rule `r` does not say when it fires"]
    );
    assert_eq!(
        rule("when: calm\nevery: 1 month\nthen:\n  - start: in_force(treaty)"),
        ["E0601 the rule `r` has both `when:` and `every:`"]
    );
    assert_eq!(
        rule("every: never\nthen:\n  - start: calm"),
        ["E0601 a rule cannot fire every `never`"]
    );
    assert_eq!(
        rule("on: \"attack(_, _)\""),
        ["E0601 nothing follows from the rule `r`"]
    );
}

#[test]
fn what_is_derived_has_no_trigger_and_is_never_started() {
    assert_eq!(
        rule("for: { p: guarantee, g: p.by }\nwhen: calm\nderive: bound(g, p)"),
        ["E0602 the rule `r` derives, so it has no `when:`"]
    );
    let told = told(
        "rules:\n  a:\n    for: { p: guarantee, g: p.by }\n    if: calm\n    derive: bound(g, p)\n  b:\n    for: { p: guarantee, g: p.by }\n    on: attack(g, _)\n    then:\n      - start: bound(g, p)\n",
    );
    assert_eq!(told, ["E0606 `bound` is derived, so nothing can start it"]);
}

#[test]
fn an_undeclared_derived_fact_gets_its_arguments_from_the_rules() {
    let (model, told) = compile(
        "rules:\n  a:\n    for: { g: state }\n    if: calm\n    derive: quiet(g)\n  b:\n    for: { x: actor }\n    if: hopeful(x)\n    derive: quiet(x)\n  c:\n    when: quiet(club)\n    then:\n      - start: calm\n",
    );
    assert_eq!(told, none());
    let fact = model.facts.values().find(|fact| fact.name == "quiet").unwrap();
    assert!(fact.derived);
    assert_eq!(model.type_text(fact.args.first().unwrap().ty), "actor");
}

#[test]
fn a_slip_in_a_derived_fact_earns_a_warning() {
    assert_eq!(
        rule("for: { p: guarantee, g: p.by }\nif: calm\nderive: bounds(g, p)"),
        ["W0603 (warning) `bounds` is derived here but not declared under `facts:`"]
    );
}

#[test]
fn a_signal_changes_only_posture() {
    assert_eq!(
        rule(
            "for: { g: state }\non: speak(g)\nthen:\n  - start: hopeful(g)\n  - add: trust(g)\n    by: share"
        ),
        none()
    );
    assert_eq!(
        rule("for: { g: state }\non: speak(g)\nthen:\n  - add: losses(g)\n    by: share\n  - start: calm"),
        [
            "E0607 a signal cannot act, but it would add `losses`",
            "E0607 a signal cannot act, but it would start `calm`"
        ]
    );
    assert_eq!(
        rule("for: { g: state }\non: speak(g)\nthen:\n  - duty: help(g, _)\n    of: g"),
        ["E0607 a signal cannot act, but it would bind somebody"]
    );
}

#[test]
fn a_signal_does_not_act_through_another_event() {
    let speak = "rules:\n  a:\n    for: { g: state }\n    on: speak(g)\n    then:\n      - happen: remember(g)\n        after: 1 month\n";
    let posture = "  b:\n    for: { g: state }\n    on: remember(g)\n    then:\n      - start: hopeful(g)\n";
    let act = "  b:\n    for: { g: state }\n    on: remember(g)\n    then:\n      - start: calm\n";
    assert_eq!(told(&format!("{speak}{posture}")), none());
    assert_eq!(
        told(&format!("{speak}{act}")),
        [
            "E0607 the signal `speak` cannot act, but through `remember` it would",
            "W0602 (warning) the rule `b` never uses its variable `g`"
        ]
        .into_iter()
        .filter(|text| text.starts_with('E'))
        .collect::<Vec<_>>()
    );
}

#[test]
fn a_choice_stands_in_no_chance_but_may_stand_in_a_breach() {
    let choice = "- choice: act\n  by: north\n  options: { go: {}, stay: {} }";
    let inside = choice.replace('\n', "\n          ");
    assert_eq!(
        rule(&format!(
            "on: \"attack(_, _)\"\nthen:\n  - chance: luck\n    branches:\n      yes:\n        p: share\n        then:\n          {inside}\n      no: {{ p: rest }}"
        )),
        ["E0608 a choice cannot stand inside a chance"]
    );
    let inside = choice.replace('\n', "\n      ");
    assert_eq!(
        rule(&format!(
            "on: \"attack(_, _)\"\nthen:\n  - duty: help(north, _)\n    of: north\n    else:\n      {inside}"
        )),
        none()
    );
}

#[test]
fn a_default_is_an_option_or_a_rule_of_thumb() {
    let choice = |default: &str| {
        rule(&format!(
            "on: \"attack(_, _)\"\nthen:\n  - choice: act\n    by: north\n    default: {default}\n    options: {{ go: {{}}, stay: {{ if: calm }} }}"
        ))
    };
    assert_eq!(choice("stay"), none());
    assert_eq!(choice("if calm then go else stay"), none());
    assert_eq!(
        choice("sty"),
        ["E0508 `sty` is none of `go`, `stay`; did you mean `stay`?"]
    );
}

#[test]
fn rules_that_share_a_draw_agree_on_it() {
    let draw = |name: &str, head: &str, words: [&str; 2]| {
        let [one, other] = words;
        format!(
            "  {name}:\n    for: {{ g: state }}\n    on: attack(g, _)\n    then:\n      - chance: {head}\n        branches: {{ {one}: {{ p: share }}, {other}: {{ p: rest }} }}\n"
        )
    };
    let both = |a: String, b: String| told(&format!("rules:\n{a}{b}"));
    assert_eq!(
        both(
            draw("a", "luck(g)", ["yes", "no"]),
            draw("b", "luck(g)", ["no", "yes"])
        ),
        none()
    );
    assert_eq!(
        both(
            draw("a", "luck(g)", ["yes", "no"]),
            draw("b", "luck(g)", ["yes", "maybe"])
        ),
        ["E0609 `luck` has other branches here (`maybe`, `yes`)"]
    );
    let told = both(
        draw("a", "luck(g)", ["yes", "no"]),
        draw("b", "luck", ["yes", "no"]),
    );
    assert_eq!(told, ["E0609 the chance `luck` has 0 arguments here"]);
}

#[test]
fn a_bare_rate_is_a_probability_only_under_its_own_tick() {
    let draw = |every: &str, p: &str| {
        rule(&format!(
            "every: {every}\nif: calm\nthen:\n  - chance: luck\n    branches: {{ yes: {{ p: {p} }}, no: {{ p: rest }} }}"
        ))
    };
    assert_eq!(draw("1 year", "hazard"), none());
    assert_eq!(draw("12 months", "hazard"), none());
    assert_eq!(draw("1 month", "hazard over 1 month"), none());
    assert_eq!(
        draw("1 month", "hazard"),
        ["E0611 a rate per year is no probability by itself"]
    );
    assert_eq!(
        draw("1 month", "patience"),
        ["E0504 a probability is a number, and this is a duration"]
    );
}

#[test]
fn only_one_branch_has_the_rest() {
    assert_eq!(
        rule("every: 1 year\nthen:\n  - chance: luck\n    branches: { yes: { p: rest }, no: { p: rest } }"),
        ["E0610 only one branch can have the rest of the probability"]
    );
}

#[test]
fn overrides_lead_to_rules_and_never_in_a_circle() {
    let rule = |name: &str, over: &str| {
        format!(
            "  {name}:\n    when: calm\n    then:\n      - start: in_force(treaty)\n    overrides: {over}\n"
        )
    };
    let circle = told(&format!("rules:\n{}{}", rule("a", "b"), rule("b", "a")));
    assert_eq!(
        circle,
        ["E0612 rules override each other in a circle: `a` over `b` over `a`"]
    );
    let (model, told) = compile(&format!(
        "rules:\n{}{}",
        rule("first", "[second]"),
        rule("second", "scond")
    ));
    assert_eq!(told, ["E0612 no rule `scond`"]);
    assert_eq!(model.rules.values().next().unwrap().overrides.len(), 1);
}

#[test]
fn numbers_belong_to_the_assumptions() {
    assert_eq!(
        rule("for: { g: state }\nwhen: losses(g) > 0.3\nthen:\n  - set: losses(g)\n    to: 0"),
        ["W0601 (warning) the number 0.3 stands in the rule `r` without a reason"]
    );
}

#[test]
fn a_variable_for_nothing_earns_a_warning() {
    assert_eq!(
        rule(
            "says: \"{g} sees it\"\nfor: { g: state, h: state }\non: attack(h, _)\nthen:\n  - start: hopeful(h)"
        ),
        ["W0602 (warning) the rule `r` never uses its variable `g`"]
    );
}

#[test]
fn happen_fills_in_defaults() {
    let (model, told) =
        compile("rules:\n  r:\n    when: calm\n    then:\n      - happen: attack(north, south)\n");
    assert_eq!(told, none());
    let Body::Then(effects) = &model.rules.values().next().unwrap().body else {
        panic!("no effects")
    };
    let EffectKind::Happen(happen) = &effects.first().unwrap().kind else {
        panic!("no event")
    };
    assert_eq!(happen.args.len(), 3);
}

#[test]
fn effects_say_one_thing_each() {
    assert_eq!(
        rule("when: calm\nthen: { start: calm }"),
        ["E0605 effects stand in a list, and this is a map"]
    );
    assert_eq!(
        rule("when: calm\nthen:\n  - start: in_force(treaty)\n    end: calm"),
        ["E0605 one effect cannot both `start` and `end`"]
    );
    assert_eq!(
        rule("when: calm\nthen:\n  - strat: calm"),
        ["E0605 this effect does not say what it does"]
    );
    assert_eq!(
        rule("when: calm\nthen:\n  - start: attack(north, south)"),
        ["E0605 `attack` is declared as an event, and only facts start"]
    );
    assert_eq!(
        rule("when: calm\nthen:\n  - start: ratified(_, treaty)"),
        ["E0507 `start:` begins one certain fact, but `_` stands for any"]
    );
    assert_eq!(rule("when: calm\nthen:\n  - end: ratified(_, treaty)"), none());
}

#[test]
fn a_duty_has_one_deadline_and_a_prohibition_none() {
    assert_eq!(
        rule(
            "when: calm\nthen:\n  - duty: help(north, south)\n    of: north\n    within: 30 days\n    due: 2024-02-01"
        ),
        ["E0615 a duty has one deadline"]
    );
    assert_eq!(
        rule("when: calm\nthen:\n  - forbid: attack(north, south)\n    of: north\n    within: 30 days"),
        ["E0615 a prohibition has no deadline"]
    );
    assert_eq!(
        rule(
            "for: { p: guarantee }\nwhen: in_force(p.part_of)\nthen:\n  - met_when: hopeful(p.to)\n    of: p.to\n    under: p\n    before: attack(_, p.to)\n    while: in_force(p.part_of)\n    says: \"{p.to} owes hope\"\n    else:\n      - happen: remember(p.to)"
        ),
        none()
    );
}

#[test]
fn deadlines_are_known_beforehand() {
    assert_eq!(
        rule("when: calm\nthen:\n  - happen: remember(north)\n    after: if calm then 1 day else 2 days"),
        ["E0513 the fact `calm` changes while time passes, but here only what is known beforehand can stand"]
    );
}

#[test]
fn many_things_are_told_at_once() {
    let told = rule(
        "for: { g: sttae }\non: atack(g, _)\nif: ratifed(g, treaty)\nthen:\n  - start: calmm\n  - set: losses(nroth)\n    to: shre",
    );
    assert_eq!(told.len(), 6, "{told:#?}");
}
