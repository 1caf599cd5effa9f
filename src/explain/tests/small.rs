//! A world small enough to be known by heart: three guarantors, one refuses.

use crate::document::{Loader, Vocabulary};
use crate::{Compiled, Run, Scenario, Seed};

pub(super) const PACT: &str = r#"
demarche: 1
title: A small pact
period: { from: 2024-01-01, to: 2026-12-31 }

sources:
  text: { title: The pact }

kinds:
  state:
    about: A state.
    section: states
    attributes: {}
  pact:
    about: A promise of help.
    section: pacts
    attributes:
      by:        { type: set of state, about: "Who promises." }
      to:        { type: state, about: "Who is protected." }
      threshold: { type: number, about: "How many ratifications are enough." }
      strength:  { type: binding | assurance, default: binding, about: "What it is worth." }

states:
  east:  { name: East }
  north: { name: North }
  south: { name: South }
  west:  { name: West }
  foe:   { name: Foe }

pacts:
  pact: { name: the pact, by: [east, north, west], to: south, threshold: two_of_them, source: text P1 }

assumptions:
  consent(_):    { value: 1, range: [0, 1], why: "everybody likes it" }
  consent(west): { value: 0, range: [0, 1], why: "West does not" }
  two_of_them:   { value: 2, range: [1, 3], why: "the text says so" }

facts:
  signed:    { args: { what: pact }, says: "{what} is signed" }
  ratified:  { args: { who: state, what: pact }, says: "{who} has ratified {what}" }
  in_force:  { args: { what: pact }, says: "{what} is in force" }
  bound:     { args: { who: state, under: pact }, says: "{who} is bound by {under}" }
  friend:    { args: { who: state, of: state }, says: "{who} counts {of} as a friend" }
  at_war:    { args: { one: state, other: state }, symmetric: true, says: "{one} and {other} are at war" }

measures:
  losses: { args: { of: state }, from: 0, to: 1, default: 0, says: "losses of {of}" }

events:
  sign:
    args: { what: pact }
    is: institutional
    says: "{what} is signed"
  ratify:
    args: { who: state, what: pact }
    is: institutional
    requires: signed(what)
    says: "{who} ratifies {what}"
  enter:
    args: { what: pact }
    is: institutional
    says: "{what} enters into force"
  attack:
    args: { who: state, whom: state }
    is: physical
    says: "{who} attacks {whom}"
  help:
    args: { who: state, whom: state }
    is: physical
    says: "{who} helps {whom}"

rules:
  signature:
    says: "{p} is signed"
    for: { p: pact }
    on: sign(p)
    then:
      - start: signed(p)
  vote:
    says: "the house of {g} votes on {p}"
    for: { p: pact, g: p.by }
    on: sign(p)
    then:
      - chance: vote(g, p)
        branches:
          yes:
            p: consent(g)
            says: "the house of {g} consents to {p}"
            then:
              - happen: ratify(g, p)
                after: 1 month
          no: { p: rest, says: "the house of {g} refuses {p}" }
  ratification:
    says: "{g} deposits its ratification"
    for: { p: pact, g: p.by }
    on: ratify(g, p)
    then:
      - start: ratified(g, p)
  enough:
    says: "{p} has the ratifications it needs"
    for: { p: pact }
    when: count(g in p.by where ratified(g, p)) >= p.threshold
    then:
      - happen: enter(p)
  entry:
    says: "{p} is in force from now on"
    for: { p: pact }
    on: enter(p)
    then:
      - start: in_force(p)
  guarantor_is_bound:
    says: "{g} has ratified {p}, which is in force"
    for: { p: pact, g: p.by }
    if:
      - in_force(p)
      - ratified(g, p)
      - p.strength == binding
    derive: bound(g, p)
    source: text P2
  war_begins:
    says: "{a} has attacked {b}"
    for: { a: state, b: state }
    on: attack(a, b)
    then:
      - start: at_war(a, b)
      - add: losses(b)
        by: 0.25
  help_is_owed:
    says: "{g} owes {p.to} help against {a}"
    for: { p: pact, g: p.by, a: state }
    on: attack(a, p.to)
    if: bound(g, p)
    then:
      - duty: help(g, p.to)
        of: g
        to: p.to
        under: p
        within: 30 days
  ally:
    says: "a friend of a friend is a friend"
    for: { a: state, b: state, c: state }
    if:
      - friend(a, b)
      - friend(b, c)
    derive: friend(a, c)
  neighbours:
    says: "{a} is bound to {p.to}"
    for: { p: pact, a: p.by }
    if: bound(a, p)
    derive: friend(a, p.to)
  gratitude:
    says: "{p.to} is grateful to {a}"
    for: { p: pact, a: p.by }
    if: bound(a, p)
    derive: friend(p.to, a)

timeline:
  too_early: { on: 2024-02-01, happen: "ratify(west, pact)", source: text P3 }
  signing:   { on: 2024-03-01, happen: sign(pact), source: text P4 }
  invasion:  { on: 2025-01-10, happen: "attack(foe, south)" }
  rescue:    { on: 2025-01-20, happen: "help(east, south)" }

outcomes:
  peace: { is: "never(attack(_, _))", says: "peace lasts" }
"#;

/// The small world, without any vocabulary, so that no change of it moves these answers.
pub(super) fn compiled() -> Compiled {
    let loader = Loader::with_vocabulary(std::sync::Arc::new(Vocabulary::new([])));
    let document = loader
        .parse("pact.yaml", PACT)
        .expect("the small world can be read");
    Scenario::from(document)
        .compile()
        .unwrap_or_else(|error| panic!("{error}"))
}

pub(super) fn run(compiled: &Compiled) -> Run<'_> {
    compiled.run(Seed(1)).expect("the small world runs")
}

pub(super) fn why(query: &str, on: Option<&str>) -> String {
    run(&compiled())
        .why(query, on)
        .map_or_else(|error| error.to_string(), |why| why.to_string())
}

pub(super) fn why_not(query: &str, on: Option<&str>) -> String {
    run(&compiled())
        .why_not(query, on)
        .map_or_else(|error| error.to_string(), |why| why.to_string())
}
