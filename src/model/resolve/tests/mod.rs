//! Claims about names and types, on a small vocabulary of their own.

mod constants;
mod names;
mod temporal;
mod types;

use crate::diagnostic::Severity;
use crate::document::{Loader, Vocabulary};
use crate::model::{Model, decode};

/// A vocabulary just large enough for the claims.
const VOCABULARY: &str = r#"demarche: 1
title: Test
kinds:
  actor: { about: Anyone., section: actors }
  state: { is_a: actor, about: A state., attributes: { allies: { type: set of actor, default: [] } } }
  place: { about: A place., section: places }
  agreement:
    about: A text.
    section: agreements
    attributes:
      parties: set of actor
      threshold: { type: number, default: size(parties) }
      only_if: { type: condition, default: true }
  provision: { about: A term., nested: provisions, attributes: { part_of: agreement } }
  guarantee:
    is_a: provision
    about: A promise.
    attributes:
      to: actor
      by: set of actor
      strength: { type: assurance | binding, default: binding }
      within: { type: duration, default: 30 days }
facts:
  at_war: { args: { one: actor, other: actor }, symmetric: true, says: "{one} and {other} are at war" }
  ratified: { args: { who: actor, what: agreement }, says: "{who} has ratified {what}" }
  in_force: { args: { what: agreement }, says: "{what} is in force" }
  calm: { says: "all is calm" }
  hopeful: { args: { who: actor }, posture: true, says: "{who} hopes" }
  bound: { args: { who: actor, under: guarantee }, says: "{who} is bound by {under}" }
measures:
  losses: { args: { of: actor }, from: 0, to: 1, default: 0, says: "losses of {of}" }
  trust: { args: { of: actor }, from: 0, to: 1, default: 0, posture: true, says: "trust in {of}" }
quantities:
  felt: { args: { who: actor }, is: losses(who) * 1, says: "felt losses of {who}" }
events:
  attack:
    args: { who: actor, whom: actor, at: { type: place, default: nowhere } }
    is: physical
    says: "{who} attacks {whom}[ at {at}]"
  ratify: { args: { who: actor, what: agreement }, is: institutional, says: "{who} ratifies {what}" }
  help: { args: { who: actor, whom: actor }, is: physical, says: "{who} helps {whom}" }
  speak: { args: { who: actor }, is: signal, says: "{who} speaks" }
  remember: { args: { who: actor }, is: physical, says: "{who} is remembered" }
places:
  nowhere: { kind: place }
"#;

/// A scenario of two states and a treaty; `more` is added at its end.
const SCENARIO: &str = "demarche: 1
title: Two states
period: { from: 2024-01-01, to: 2025-12-31 }
actors:
  north: { kind: state, allies: [south] }
  south: { kind: state }
  club: { kind: actor }
agreements:
  treaty:
    parties: [north, south]
    provisions:
      guarantee: { kind: guarantee, to: south, by: [north] }
assumptions:
  hazard: { value: 0.06, range: [0.02, 0.15], unit: per year, why: test }
  share: { value: 0.5, range: [0, 1], why: test }
  consent(_): { value: 0.7, range: [0, 1], why: test }
  consent(north): { value: 0.4, range: [0, 1], why: test }
  patience: { value: 2 years, range: [1 years, 3 years], why: test }
";

/// The model with everything that was said about it.
pub(crate) fn compile(more: &str) -> (Model, Vec<String>) {
    let vocabulary = Vocabulary::new([("law/test.yaml", VOCABULARY)]);
    let loader = Loader::with_vocabulary(std::sync::Arc::new(vocabulary));
    let document = match loader.parse("test.yaml", format!("{SCENARIO}{more}")) {
        Ok(document) => document,
        Err(error) => panic!("{error}"),
    };
    let (model, all) = decode::decode(&document);
    let told = all.iter().map(|d| {
        let mark = if d.severity == Severity::Error {
            ""
        } else {
            "(warning) "
        };
        format!("{} {mark}{}", d.code.0, d.message)
    });
    (model, told.collect())
}

/// What is said about a scenario with `more` in it.
pub(crate) fn told(more: &str) -> Vec<String> {
    compile(more).1
}

/// What is said about one condition in a rule over `g: state`, `p: guarantee`, `t: agreement`.
pub(crate) fn condition(text: &str) -> Vec<String> {
    told(&format!(
        "rules:\n  test:\n    for: {{ g: state, p: guarantee, t: agreement }}\n    on: attack(g, p.to)\n    if:\n      - >-\n        {text}\n      - in_force(t)\n    then:\n      - start: bound(g, p)\n"
    ))
}

/// What is said about an outcome.
pub(crate) fn outcome(text: &str) -> Vec<String> {
    told(&format!(
        "outcomes:\n  test:\n    says: test\n    is: >-\n      {text}\n"
    ))
}
