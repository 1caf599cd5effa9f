//! What the decoder says and does, as claims. Scenarios stand on the real vocabulary.

use crate::Compiled;
use crate::diagnostic::{Diagnostics, Severity};
use crate::model::{AttributeValue, Model, Value};
use crate::scenario::{CompileError, Scenario};

const HEAD: &str = "demarche: 1\ntitle: test\nperiod: { from: 2024-01-01, to: 2025-01-01 }\n";

const STATES: &str = "actors:
  north: { kind: state, name: the North }
  south: { kind: state }
  union: { kind: organization, members: [south, north] }
places:
  hills: { kind: territory, claimed_by: [north, south] }
";

fn compile(text: &str) -> Result<Compiled, CompileError> {
    Scenario::from_text("test.yaml", format!("{HEAD}{text}"))?.compile()
}

fn model(text: &str) -> Compiled {
    compile(text).unwrap_or_else(|error| panic!("{error}"))
}

fn listed(diagnostics: &Diagnostics, severity: Severity) -> Vec<String> {
    let all = diagnostics.iter().filter(|d| d.severity == severity);
    let line = |d: &crate::diagnostic::Diagnostic| {
        let help: String = d.help.iter().map(|help| format!(" ({help})")).collect();
        format!("{} {}{help}", d.code.0, d.message)
    };
    all.map(line).collect()
}

/// The errors of a scenario, one text each: code, message, help.
fn errors(text: &str) -> Vec<String> {
    match compile(text) {
        Ok(_) => Vec::new(),
        Err(error) => listed(&error.diagnostics, Severity::Error),
    }
}

#[track_caller]
fn only_error(text: &str, expected: &str) {
    let errors = errors(text);
    assert!(
        matches!(errors.as_slice(), [one] if one.contains(expected)),
        "expected one error with {expected:?}, got {errors:#?}"
    );
}

#[test]
fn ids_ascend_with_names_whatever_the_order_of_writing() {
    let one = model(STATES);
    let other = model(
        "places: { hills: { claimed_by: [south, north], kind: territory } }
actors:
  union: { members: { north: {}, south: {} }, kind: organization }
  south: { kind: state }
  north: { name: the North, kind: state }
",
    );
    let ids = |model: &Model| {
        model
            .entities()
            .values()
            .map(|entity| entity.id.clone())
            .collect::<Vec<_>>()
    };
    assert!(ids(&one).is_sorted());
    assert_eq!(ids(&one), ids(&other));
    let values = |model: &Model| {
        let all = model
            .entities()
            .values()
            .map(|entity| format!("{:?}", entity.values.keys().collect::<Vec<_>>()));
        all.collect::<Vec<_>>()
    };
    assert_eq!(values(&one), values(&other));
    assert_eq!(
        one.value(one.entity("union").unwrap(), "members"),
        other.value(other.entity("union").unwrap(), "members")
    );
}

#[test]
fn a_default_may_read_a_sibling_that_has_a_default_itself() {
    let model = model(&format!(
        "{STATES}agreements:\n  pact: {{ parties: [north, south] }}\n"
    ));
    let pact = model.entity("pact").unwrap();
    // `needs` is by default `parties`, `threshold` is by default `size(needs)`.
    assert_eq!(
        model.value_text(model.value(pact, "needs").unwrap()),
        "[north, south]"
    );
    assert_eq!(model.value_text(model.value(pact, "threshold").unwrap()), "2");
    assert!(matches!(
        model.attribute(pact, "only_if"),
        Some(AttributeValue::Condition(_))
    ));
}

#[test]
fn a_value_may_read_an_assumption_and_a_sibling() {
    let model = model(&format!(
        "{STATES}assumptions: {{ patience: {{ value: 15 years, range: [5 years, 30 years] }} }}
agreements:
  pact:
    parties: [north, south]
    lasts: patience
    ratify_within: lasts
"
    ));
    let pact = model.entity("pact").unwrap();
    assert_eq!(
        model.value_text(model.value(pact, "ratify_within").unwrap()),
        "15 years"
    );
}

#[test]
fn values_that_read_each_other_are_reported_as_the_circle_they_are() {
    let text = format!(
        "{STATES}agreements:
  pact: {{ parties: [north, south], lasts: ratify_within, ratify_within: lasts }}
"
    );
    only_error(&text, "E0411 values read each other in a circle: `pact.");
}

#[test]
fn conditions_that_read_each_other_are_reported_as_the_circle_they_are() {
    let text = format!(
        "{STATES}agreements:
  one: {{ parties: [north, south], only_if: other.only_if }}
  other: {{ parties: [north, south], only_if: not one.only_if }}
"
    );
    only_error(
        &text,
        "E0411 conditions read each other in a circle: `one.only_if` reads `other.only_if` reads `one.only_if`",
    );
}

#[test]
fn quantities_that_read_each_other_are_reported_as_the_circle_they_are() {
    let text = "quantities:
  up: { is: down + 1 }
  down: { is: up - 1 }
  apart: { is: up * 2 }
";
    only_error(
        text,
        "E0411 quantities read each other in a circle: `down` reads `up` reads `down`",
    );
}

#[test]
fn a_provision_is_an_entity_of_its_own() {
    let model = model(&format!(
        "{STATES}agreements:
  pact:
    parties: [north, south]
    provisions:
      help: {{ kind: guarantee, to: north, by: [south], duty: assist, strength: binding }}
"
    ));
    let (pact, help) = (model.entity("pact").unwrap(), model.entity("pact.help").unwrap());
    assert_eq!(model.value(help, "part_of"), Some(&Value::Entity(pact)));
    assert_eq!(model.entities()[pact].nested.get("help"), Some(&help));
    assert_eq!(model.kind_of(help), "guarantee");
    assert!(model.is_a(help, "provision") && !model.is_a(help, "agreement"));
}

#[test]
fn a_section_that_nobody_declares_is_reported_with_the_nearest_one() {
    only_error(
        "actor:\n  north: { kind: state }\n",
        "E0401 no section is called `actor`",
    );
    only_error("outcome: {}\n", "did you mean `outcomes`?");
    only_error("outcome: {}\n", "E0401");
}

#[test]
fn an_unknown_attribute_is_reported_with_the_nearest_one() {
    only_error(
        "actors:\n  union: { kind: organization, member: [] }\n",
        "did you mean `members`?",
    );
}

#[test]
fn an_attribute_of_a_sub_kind_asks_for_that_kind() {
    only_error(
        "actors:\n  union: { kind: actor, majority: simple }\n",
        "E0409 `union`, of kind `actor`, has no `majority` (a `legislature` has it: say `kind:`)",
    );
}

#[test]
fn a_missing_attribute_is_named_with_what_it_means() {
    only_error("agreements:\n  pact: {}\n", "E0410 `pact` needs `parties`");
}

#[test]
fn an_element_that_failed_is_not_reported_again_where_it_is_used() {
    let text = "actors:
  north: { kind: stat }
  south: { kind: state }
agreements:
  pact:
    parties: [north, south]
    provisions:
      help: { kind: guarantee, to: north, by: [south], duty: assist, strength: binding }
start:
  at_war(north, south): true
timeline:
  strike: { on: 2024-02-01, happen: \"attack(north, south)\" }
outcomes:
  war: { is: \"ever(at_war(north, south))\" }
";
    only_error(text, "E0402 no kind `stat` (did you mean `state`?)");
}

#[test]
fn all_mistakes_are_told_at_once() {
    let text = "actors:
  north: { kind: state, colour: blue }
  south: { kind: state, source: nowhere P1 }
  north_west: { kind: state, status: sure }
start:
  at_war(north, sout): true
assumptions:
  hope: { value: 0.5, range: [0.6, 0.9] }
outcomes:
  bad: { is: 15 years }
";
    let errors = errors(text);
    let codes: Vec<&str> = errors.iter().map(|error| error.get(..5).unwrap()).collect();
    for code in ["E0409", "E0416", "E0417", "E0501", "E0702", "E0706"] {
        assert!(codes.contains(&code), "{code} is missing among {errors:#?}");
    }
    assert_eq!(errors.len(), 6, "{errors:#?}");
}

#[test]
fn one_id_names_one_entity_over_all_sections() {
    only_error(
        "actors:\n  hills: { kind: state }\nplaces:\n  hills: { kind: territory }\n",
        "E0407 two entities are called `hills`",
    );
}

#[test]
fn a_kind_belongs_in_its_section() {
    only_error("places:\n  north: { kind: state }\n", "write it under `actors:`");
    only_error(
        "entities:\n  north: { name: North }\n",
        "E0408 `north` needs a `kind`",
    );
}

#[test]
fn kinds_in_a_circle_are_told_once() {
    only_error(
        "kinds:\n  a: { is_a: b }\n  b: { is_a: a }\n",
        "E0403 kinds specialise each other in a circle: `a` is a `b` is a `a`",
    );
}

#[test]
fn a_sub_kind_may_narrow_an_attribute_and_nothing_else() {
    let narrowed = model(
        "kinds:\n  union_of_states:\n    is_a: organization\n    attributes:\n      members: set of state\n",
    );
    assert!(narrowed.members("union_of_states").is_empty());
    let text = "kinds:\n  odd:\n    is_a: organization\n    attributes:\n      members: number\n";
    only_error(
        text,
        "E0405 `members` is inherited as a set of `actor` and cannot become a number",
    );
}

#[test]
fn a_default_is_checked_even_where_no_entity_uses_it() {
    let text = "kinds:\n  odd:\n    attributes:\n      weight: { type: number, default: nothing_known }\n";
    only_error(text, "`nothing_known`");
}

#[test]
fn facts_and_events_share_their_names() {
    only_error(
        "events:\n  at_war: { is: physical }\n",
        "E0415 `at_war` is already the name of a fact",
    );
    only_error("facts:\n  ever: {}\n", "E0421 `ever` is a word of the language");
}

#[test]
fn what_a_rule_derives_cannot_be_started() {
    only_error(
        &format!("{STATES}start:\n  neutral(north): true\n"),
        "E0703 `neutral` is derived by rules",
    );
}

#[test]
fn a_symmetric_fact_starts_once() {
    only_error(
        &format!("{STATES}start:\n  at_war(north, south): true\n  at_war(south, north): true\n"),
        "E0703 `at_war(south, north)` says a second time how it stands",
    );
}

#[test]
fn a_start_may_carry_its_source() {
    let model = model(&format!(
        "sources: {{ paper: {{ title: A paper }} }}\n{STATES}start:\n  at_war(north, south): {{ is: true, source: paper 3 }}\n"
    ));
    let (_, about) = model.start().first().unwrap();
    assert_eq!(
        about.citations.first().map(|citation| citation.locator.as_str()),
        Some("3")
    );
}

#[test]
fn a_measure_starts_within_its_bounds() {
    only_error(
        &format!("{STATES}start:\n  support(north): 1.5\n"),
        "E0703 `support` runs from 0 to 1, so it cannot start at 1.5",
    );
}

#[test]
fn an_assumption_without_a_range_is_warned_of() {
    let model = model("assumptions: { hope: { value: 0.5 } }\n");
    let warnings = listed(model.warnings(), Severity::Warning);
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("W0701 the assumption `hope` has no range")),
        "{warnings:#?}"
    );
}

#[test]
fn the_most_specific_assumption_comes_first() {
    let model = model(&format!(
        "{STATES}assumptions:
  consent(_): {{ value: 0.7, range: [0, 1] }}
  consent(south): {{ value: 0.5, range: [0, 1] }}
"
    ));
    let consent = model
        .assumptions()
        .values()
        .find(|assumption| assumption.name == "consent")
        .unwrap();
    assert_eq!(consent.arity, 1);
    let fixed: Vec<bool> = consent
        .entries
        .iter()
        .map(|entry| entry.index.iter().all(Option::is_some))
        .collect();
    assert_eq!(fixed, [true, false]);
}

#[test]
fn an_act_outside_the_period_is_warned_of() {
    let model = model(&format!(
        "{STATES}timeline:\n  late: {{ on: 2030-01-01, happen: \"attack(north, south)\" }}\n"
    ));
    let warnings = listed(model.warnings(), Severity::Warning);
    assert!(
        warnings
            .iter()
            .any(|warning| warning.starts_with("W0702 `late` is on 2030-01-01")),
        "{warnings:#?}"
    );
}

#[test]
fn the_timeline_is_in_the_order_of_its_days() {
    let model = model(&format!(
        "{STATES}timeline:
  b: {{ on: 2024-03-01, happen: \"attack(north, south)\" }}
  c: {{ on: 2024-02-01, happen: \"attack(south, north, hills)\" }}
  a: {{ on: 2024-03-01, happen: \"declare_war(north, south)\" }}
"
    ));
    let names: Vec<&str> = model
        .timeline()
        .iter()
        .map(|scripted| scripted.name.as_str())
        .collect();
    assert_eq!(names, ["c", "a", "b"]);
    // An omitted argument took its default.
    let attack = model.timeline().last().unwrap();
    assert_eq!(
        attack.args.get(2),
        model.entity("somewhere").map(Value::Entity).as_ref()
    );
}

#[test]
fn a_chance_is_fixed_to_one_of_its_branches() {
    let rules = "rules:
  luck:
    says: \"luck is drawn\"
    every: 1 month
    then:
      - chance: coin
        branches:
          heads: { p: 0.5 }
          tails: { p: rest }
";
    assert!(errors(&format!("{rules}fix: {{ coin: heads }}\n")).is_empty());
    assert!(
        errors(&format!(
            "{rules}fix:\n  coin: {{ 2: tails, 2024-03-01: heads }}\n"
        ))
        .is_empty()
    );
    only_error(
        &format!("{rules}fix: {{ coin: head }}\n"),
        "E0705 `coin` has no branch `head` (did you mean `heads`?)",
    );
    only_error(
        &format!("{rules}fix: {{ coin: if true then heads else tails }}\n"),
        "E0705 `coin` is a chance",
    );
    only_error(
        &format!("{rules}fix:\n  coin: {{ 0: tails }}\n"),
        "occurrences count from 1",
    );
}

#[test]
fn the_graph_has_an_edge_for_each_entity_that_an_attribute_names() {
    let model = model(STATES);
    let id = |name: &str| model.entity(name).unwrap();
    assert_eq!(
        model.neighbours(id("union"), "members"),
        [id("north"), id("south")]
    );
    assert_eq!(model.referring(id("north"), "members"), [id("union")]);
    assert_eq!(model.referring(id("north"), "claimed_by"), [id("hills")]);
    let lengths: Vec<usize> = model
        .paths(id("north"), id("south"), 2)
        .iter()
        .map(Vec::len)
        .collect();
    assert_eq!(lengths, [2, 2], "over the union and over the hills");
}

#[test]
fn texts_call_entities_by_their_names() {
    let model = model(STATES);
    let members = model.value(model.entity("union").unwrap(), "members").unwrap();
    assert_eq!(model.value_words(members), "the North and south");
    let at_war = model.facts().values().find(|fact| fact.name == "at_war").unwrap();
    let args = ["north", "south"].map(|id| Value::Entity(model.entity(id).unwrap()));
    assert_eq!(model.fact_text(at_war, &args), "the North and south are at war");
    let attack = model
        .events()
        .values()
        .find(|event| event.name == "attack")
        .unwrap();
    let args = ["north", "south", "somewhere"].map(|id| Value::Entity(model.entity(id).unwrap()));
    assert_eq!(model.event_text(attack, &args), "the North attacks south");
    let args = ["north", "south", "hills"].map(|id| Value::Entity(model.entity(id).unwrap()));
    assert_eq!(
        model.event_text(attack, &args),
        "the North attacks south in hills"
    );
}

#[test]
fn a_variant_is_compiled_from_the_model_it_belongs_to() {
    let model = model(&format!(
        "{STATES}variants:\n  alone:\n    title: Without the South\n    actors: {{ union: {{ members: {{ south: null }} }} }}\n"
    ));
    assert_eq!(
        model.variants().collect::<Vec<_>>(),
        [("alone", "Without the South")]
    );
    let alone = model.variant("alone").unwrap();
    assert_eq!(alone.title(), "Without the South");
    assert_eq!(
        alone.neighbours(alone.entity("union").unwrap(), "members").len(),
        1
    );
    assert!(model.variant("alne").is_err());
}

/// An example of a code, with a period and two states where it has none itself.
fn example(text: &str) -> String {
    let sections = [
        ("period:", "period: { from: 2024-01-01, to: 2025-01-01 }\n"),
        (
            "actors:",
            "actors:\n  north: { kind: state }\n  south: { kind: state }\n",
        ),
    ];
    let missing = sections
        .iter()
        .filter(|(key, _)| !text.lines().any(|line| line.starts_with(key)));
    let rest: String = missing.map(|(_, section)| *section).collect();
    format!("demarche: 1\ntitle: example\n{rest}{text}\n")
}

fn codes_of(text: &str) -> Vec<&'static str> {
    let compiled = Scenario::from_text("example.yaml", example(text))
        .map_err(CompileError::from)
        .and_then(|s| s.compile());
    let diagnostics = compiled.map_or_else(|error| error.diagnostics, |model| model.warnings().clone());
    diagnostics.iter().map(|diagnostic| diagnostic.code.0).collect()
}

#[test]
fn each_code_is_raised_by_its_bad_example_alone() {
    let wrong = super::codes::CODES
        .iter()
        .filter(|entry| codes_of(entry.bad) != [entry.code] || !codes_of(entry.good).is_empty());
    let wrong: Vec<_> = wrong
        .map(|entry| (entry.code, codes_of(entry.bad), codes_of(entry.good)))
        .collect();
    assert!(
        wrong.is_empty(),
        "code, what the bad example raises, what the good one raises: {wrong:#?}"
    );
    assert!(super::codes::CODES.is_sorted_by_key(|entry| entry.code));
}

#[test]
fn what_an_overlay_removed_is_shown_where_it_is_missed() {
    let base = model(&format!(
        "{STATES}agreements:
  pact:
    parties: [north, south]
    provisions:
      help: {{ kind: guarantee, to: north, by: [south], duty: assist, strength: binding }}
variants:
  unprotected:
    title: Nobody is protected
    agreements: {{ pact: {{ provisions: {{ help: {{ to: null }} }} }} }}
  alone:
    title: No south
    actors: {{ south: null }}
"
    ));
    let error = base.variant("unprotected").unwrap_err();
    let missed = error.diagnostics.iter().find(|d| d.code.0 == "E0410").unwrap();
    assert!(missed.secondary.iter().any(|label| label.text == "removed here"));
    let error = base.variant("alone").unwrap_err();
    let unknown: Vec<_> = error
        .diagnostics
        .iter()
        .filter(|d| d.message.contains("`south`"))
        .collect();
    let shown =
        |d: &crate::diagnostic::Diagnostic| d.secondary.iter().any(|label| label.text.contains("removed"));
    assert!(!unknown.is_empty() && unknown.into_iter().all(shown), "{error}");
}

#[test]
fn a_scenario_of_ten_thousand_entities_compiles() {
    let mut text = String::from("actors:\n");
    for n in 0..5_000 {
        text += &format!("  s{n}: {{ kind: state, name: State {n} }}\n");
    }
    text += "agreements:\n";
    for n in 0..1_250 {
        text += &format!(
            "  t{n}:\n    parties: [s{n}, s{}, s{}]\n    provisions:\n",
            n + 1,
            n + 2
        );
        for p in 0..3 {
            text += &format!(
                "      p{p}: {{ kind: guarantee, to: s{n}, by: [s{}], duty: assist, strength: binding }}\n",
                n + 1
            );
        }
    }
    let begun = std::time::Instant::now();
    let model = model(&text);
    assert!(model.entities().len() > 10_000);
    assert!(
        begun.elapsed().as_secs() < 60,
        "it took {:?}, even for an unoptimised build",
        begun.elapsed()
    );
    eprintln!("{} kB in {:?}", text.len() / 1000, begun.elapsed());
}

#[test]
fn no_shape_of_any_section_is_beyond_words() {
    let sections = super::sections::CORE
        .iter()
        .copied()
        .chain(["actors", "agreements", "positions"]);
    let junk = [
        "5",
        "word",
        "[a]",
        "[[a]]",
        "{}",
        "{ x: 5 }",
        "{ x: [a] }",
        "{ x: {} }",
        "{ x: { y: z } }",
        "{ x: { kind: state } }",
        "{ x: { is: 1, happen: 2, on: 3, value: 4, args: 5, attributes: 6, then: 7, for: 8 } }",
        "{ x: { is: [1], happen: [2], on: [3], value: [4], args: [5], attributes: [6], then: [7], for: [8], if: [9] } }",
        "{ x: { is: {}, happen: {}, on: {}, value: {}, args: {}, attributes: {}, then: {}, for: {}, parties: {} } }",
        "{ \"x(a, _)\": { value: 1 }, \"x(\": 2, \"(\": 3, \"\": 4 }",
    ];
    for section in sections {
        for value in junk {
            let head = HEAD
                .lines()
                .filter(|line| !line.starts_with(&format!("{section}:")));
            let text: String = head
                .chain([format!("{section}: {value}").as_str()])
                .map(|line| format!("{line}\n"))
                .collect();
            if let Err(error) = Scenario::from_text("junk.yaml", text)
                .map_err(CompileError::from)
                .and_then(|s| s.compile())
            {
                assert!(error.diagnostics.has_errors() && !error.to_string().is_empty());
            }
        }
    }
}
