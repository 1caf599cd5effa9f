//! What a scenario claims of a whole run, and what becomes of a claim that cannot be computed.

mod common;

use common::{fault, refusal, story};

const KNOCK: &str = "timeline: { start: { on: 2024-03-01, happen: knock } }\n";

#[test]
fn an_invariant_may_speak_of_the_whole_run() {
    let broken = |claim: &str| {
        let told = story(&format!("{KNOCK}invariants: {{ claim: {claim} }}"));
        told.decided().broken[0].map(|day| day.to_string())
    };
    assert_eq!(broken("never(ring)"), None);
    assert_eq!(broken("times(knock) <= 1"), None);
    assert_eq!(
        broken("never(knock)"),
        Some("2024-12-31".to_owned()),
        "told at the end of the period"
    );
    assert_eq!(broken("first(knock) < 2024-02-01"), Some("2024-12-31".to_owned()));
    assert_eq!(
        broken("lit"),
        Some("2024-01-01".to_owned()),
        "a bare condition is read at each close"
    );
}

#[test]
fn an_outcome_that_hangs_on_a_division_by_zero_has_no_value_whatever_is_made_of_it() {
    let outcome = |is: &str| story(&format!("{KNOCK}outcomes: {{ asked: {{ is: {is} }} }}")).outcome("asked");
    assert_eq!(outcome("1 / times(ring) > 2"), "none");
    assert_eq!(outcome("not (1 / times(ring) > 2)"), "none");
    assert_eq!(outcome("if 1 / times(ring) > 2 then 1 else 0"), "none");
    assert_eq!(outcome("ever(knock) and 1 / times(ring) > 2"), "none");
    // Unless something else decides, on whichever side it stands.
    assert_eq!(outcome("ever(ring) and 1 / times(ring) > 2"), "false");
    assert_eq!(outcome("1 / times(ring) > 2 and ever(ring)"), "false");
    assert_eq!(outcome("1 / times(ring) > 2 or ever(knock)"), "true");
}

#[test]
fn no_bound_hides_that_a_probability_divides_by_zero() {
    let draw = |p: &str| {
        format!(
            "{KNOCK}rules: {{ draws: {{ on: knock, then: [ {{ chance: luck, branches: {{ good: {{ p: '{p}' }}, bad: {{ p: rest }} }} }} ] }} }}"
        )
    };
    for p in [
        "1 / heat",
        "min(1, 1 / heat)",
        "max(0, heat / heat)",
        "min(1, max(0, 1 / heat))",
    ] {
        let error = fault(&draw(p));
        assert_eq!(error.code, "R0904", "{p}");
        assert!(
            error.message.contains("divides by zero"),
            "{p}: {}",
            error.message
        );
    }
    assert_eq!(
        story(&draw("if heat == 0 then 0 else min(1, 1 / heat)"))
            .settled()
            .len(),
        1
    );
}

#[test]
fn a_fault_has_a_place_in_a_file() {
    let error = fault(&format!(
        "{KNOCK}rules:\n  lights: {{ on: knock, then: [ {{ start: lit }} ] }}\n  darkens: {{ on: knock, then: [ {{ end: lit }} ] }}"
    ));
    let places: Vec<_> = error
        .places
        .iter()
        .map(|place| error.sources.slice(place.span))
        .collect();
    assert_eq!(places, ["lights", "darkens"]);
}

#[test]
fn probabilities_known_beforehand_are_checked_beforehand() {
    let draw = |branches: &str| {
        format!(
            "rules: {{ draws: {{ on: knock, then: [ {{ chance: luck, branches: {branches} }} ] }} }}\n{KNOCK}"
        )
    };
    for branches in [
        "{ a: { p: 0.5 } }",
        "{ a: { p: 0.5 }, b: { p: 0.6 } }",
        "{ a: { p: 0.6 }, b: { p: 0.6 }, c: { p: rest } }",
        "{ a: { p: 1.5 }, b: { p: rest } }",
    ] {
        assert!(refusal(&draw(branches)).contains("E0808"), "{branches}");
    }
    assert_eq!(
        story(&draw("{ a: { p: 0.1 }, b: { p: 0.2 }, c: { p: 0.7 } }"))
            .settled()
            .len(),
        1
    );
}
