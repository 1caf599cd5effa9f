//! Rules that toss coins for facts, and rules that ask for these facts, made at random.

use std::fmt::Write as _;

use proptest::prelude::*;

/// One of these.
pub(super) fn one(words: &'static [&'static str]) -> impl Strategy<Value = &'static str> {
    proptest::sample::select(words)
}

/// When a coin is tossed for a member, and for what: as in the scenarios that fields are for.
pub(super) fn plain() -> impl Strategy<Value = (&'static str, &'static str)> {
    proptest::sample::select(&[
        ("not f(m) and not closed", "start: f(m)"),
        ("not f(m)", "start: f(m)"),
        ("not (f(m) or closed)", "start: f(m)"),
        ("h(m)", "end: h(m)"),
        ("h(m) and not closed", "end: h(m)"),
        ("h(m)", "end: f(m)"),
    ])
}

/// When and for what in any way.
pub(super) fn mixed() -> impl Strategy<Value = (&'static str, &'static str)> {
    let guard = one(&[
        "not f(m) and not closed",
        "not f(m)",
        "not f(m) and not g(m)",
        "not f(m) or g(m)",
        "not g(m)",
        "g(m) and not closed",
        "not closed",
        "h(m)",
        "not (count(x in member where f(x)) >= 2)",
        "count(x in member where g(x)) >= 2",
        "stock > 2",
        "not f(m) and stock > 1",
        "many",
        "not many",
        "not lent",
        "not broken(a, o0)",
        "not egg",
    ]);
    let then = one(&[
        "start: f(m)",
        "start: f(m)",
        "start: f(m)",
        "start: g(m)",
        "end: f(m)",
        "end: g(m)",
        "end: h(m)",
        "start: closed",
        "happen: speaks(m)",
    ]);
    (guard, then)
}

/// A rule that tosses a coin for every member, `m`.
pub(super) fn coin(
    name: &'static str,
    what: impl Strategy<Value = (&'static str, &'static str)>,
) -> impl Strategy<Value = String> {
    let more = proptest::option::weighted(
        0.3,
        one(&["start: g(m)", "end: h(m)", "start: f(m)", "start: h(m)"]),
    );
    let every = one(&["1 year", "1 year", "1 year", "6 months"]);
    (what, more, every, 1..9u32).prop_map(move |((guard, then), more, every, p)| {
        let mut text = format!(
            "  {name}:
    says: \"{{m}} may\"
    for: {{ m: member }}
    every: {every}
    if: {guard}
    then:
      - chance: {name}_of(m)
        branches:
          yes: {{ p: 0.{p}, then: [ {then} ] }}
"
        );
        if let Some(more) = more {
            writeln!(text, "          both: {{ p: 0.0{p}, then: [ {then}, {more} ] }}").unwrap();
        }
        text + "          no:  { p: rest }\n"
    })
}

/// What a turn may wait for, in scenarios that fields are for and in any.
pub(super) const ON_EVENTS: &[&str] = &[
    "on: year_turns",
    "on: year_turns",
    "on: year_turns",
    "on: boom",
    "on: rests",
];
pub(super) const ON_ANY: &[&str] = &[
    "on: year_turns",
    "on: year_turns",
    "on: year_turns",
    "on: year_turns",
    "on: boom",
    "on: speaks(a)",
    "on: rests",
    "when: many",
    "when: closed and g(b)",
    "every: 6 months",
];

/// A rule for what the turn of the year brings, or something else.
pub(super) fn turn(name: &'static str, on: &'static [&'static str]) -> impl Strategy<Value = String> {
    let guard = one(&[
        "not closed",
        "not closed",
        "many",
        "not many",
        "f(a) and not g(b)",
        "count(x in member where f(x)) >= 3",
        "not (count(x in member where h(x)) >= 3)",
        "f(a) or g(a) or f(b)",
        "stock < 3",
        "egg",
        "owed(a, o0) or f(b)",
        "10 / (count(x in member where f(x)) + 1) > 4",
        "10 / (3 - count(x in member where f(x))) > 4",
        "true",
    ]);
    let then = one(&[
        "- happen: boom",
        "- start: closed",
        "- end: f(a)",
        "- start: g(b)",
        "- end: h(a)",
        "- add: stock
        by: 1",
        "- add: stock
        by: \"count(x in member where f(x))\"",
        "- happen: boom
        after: 8 months",
        "- duty: boom
        under: o0
        of: a
        to: b
        within: 1 year",
        "- duty: boom
        under: o0
        of: a
        within: 3 months
        while: many
        else: [ start: g(b) ]",
        "- duty: rests
        under: o0
        of: b
        else: [ happen: boom ]
        before: year_turns",
        "- met_when: many
        under: o0
        of: a
        before: boom",
        "- met_when: f(b)
        under: o0
        of: a
        within: 18 months
        else: [ start: closed ]",
        "- forbid: boom
        under: o0
        of: b
        while: not closed
        else: [ start: closed ]",
        "- happen: boom
        after: 1 month
        unless: many",
        "- happen: boom
        unless: f(a)",
        "- choice: NAME_chosen
        by: a
        default: \"if many then yes else no\"
        options:
          yes: { then: [ happen: boom ] }
          no: {}",
        "- happen: rests",
        "- chance: NAME_falls
        branches:
          one: { p: \"if many then 0.2 else 0.5\", then: [ happen: boom, start: closed ] }
          two: { p: rest }",
        "- chance: NAME_falls
        branches:
          one: { p: 0.3, then: [ happen: boom ] }
          two: { p: \"if f(a) then 0.1 else 0.6\", then: [ end: f(a), start: g(a) ] }
          no:  { p: rest }",
    ]);
    (one(on), guard, then).prop_map(move |(on, guard, then)| {
        let then = then.replace("NAME", name);
        format!(
            "  {name}:
    says: \"the turn of the year\"
    {on}
    if: {guard}
    then:
      {then}
"
        )
    })
}
