//! Conditions, events and amounts, each as a text. `§3` stands for three days or months, `@3` for the date three of them
//! after the first day, `¶` for the unit of a rate.

use proptest::prelude::*;
use proptest::sample::select;

use super::Part;

/// What may be spoken of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scope {
    /// `x` and `y`, who are powers, and `p`, a pact.
    Rule,
    /// Only what has a name.
    Closed,
    /// The arguments of an act: `who` and `what`.
    Act,
}

/// Which facts may be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    /// Stored facts, measures and quantities.
    Stored,
    /// And `ready`, `linked`, and what is said of norms.
    Below,
    /// And `aloof`.
    All,
}

type Text = BoxedStrategy<String>;

fn one_of(texts: &[&'static str]) -> Text {
    select(texts.to_vec()).prop_map(String::from).boxed()
}

/// Puts a text into each `{}` of another.
fn fill(form: &'static str, with: Vec<Text>) -> Text {
    with.prop_map(move |parts| {
        let mut parts = parts.into_iter();
        let mut pieces = form.split("{}");
        let mut text = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            text.push_str(&parts.next().unwrap_or_default());
            text.push_str(piece);
        }
        text
    })
    .boxed()
}

pub(super) fn who(scope: Scope) -> Text {
    match scope {
        Scope::Rule => prop_oneof![5 => Just("x"), 2 => Just("y"), 1 => Just("ann"), 1 => Just("p.to")]
            .prop_map(String::from)
            .boxed(),
        Scope::Closed => one_of(&["ann", "ann", "ben", "cid"]),
        Scope::Act => one_of(&["who", "who", "ann", "what.to"]),
    }
}

/// Someone, or anyone.
fn anyone(scope: Scope) -> Text {
    prop_oneof![3 => who(scope), 1 => Just(String::from("_"))].boxed()
}

pub(super) fn pact(scope: Scope) -> Text {
    match scope {
        Scope::Rule => one_of(&["p", "p", "accord"]),
        Scope::Closed => one_of(&["accord", "accord", "bargain"]),
        Scope::Act => one_of(&["what"]),
    }
}

fn any_pact(scope: Scope) -> Text {
    prop_oneof![3 => pact(scope), 1 => Just(String::from("_"))].boxed()
}

fn shade() -> Text {
    one_of(&["red", "blue"])
}

/// A stored fact, some of its arguments perhaps open.
fn stored(scope: Scope) -> Text {
    prop_oneof![
        3 => fill("calm({})", vec![anyone(scope)]),
        1 => one_of(&["quiet"]),
        2 => fill("bond({}, {})", vec![who(scope), anyone(scope)]),
        2 => fill("alive({})", vec![any_pact(scope)]),
        1 => fill("marked({}, {})", vec![anyone(scope), prop_oneof![shade(), Just(String::from("_"))].boxed()]),
        1 => fill("tone({})", vec![anyone(scope)]),
    ]
    .boxed()
}

/// Exactly one stored fact, no posture, to start; to end, arguments may be open.
pub(super) fn changed(ends: bool) -> Text {
    let scope = Scope::Rule;
    let who = move || if ends { anyone(scope) } else { who(scope) };
    prop_oneof![
        3 => fill("calm({})", vec![who()]),
        1 => one_of(&["quiet"]),
        2 => fill("bond({}, {})", vec![self::who(scope), who()]),
        2 => fill("alive({})", vec![if ends { any_pact(scope) } else { pact(scope) }]),
        1 => fill("marked({}, {})", vec![who(), shade()]),
    ]
    .boxed()
}

/// A condition that reads no attribute.
pub(super) fn simple() -> Text {
    prop_oneof![
        stored(Scope::Closed),
        fill("not {}", vec![stored(Scope::Closed)]),
        fill("{} >= 1", vec![amount(Scope::Closed)])
    ]
    .boxed()
}

/// A condition with at most one `or`, `and` or `not` about it.
pub(super) fn condition(scope: Scope, level: Level) -> Text {
    prop_oneof![
        6 => atom(scope, level),
        2 => fill("not {}", vec![fact(scope, level)]),
        1 => fill("({} or {})", vec![fact(scope, level), atom(scope, level)]),
        1 => fill("({} and not {})", vec![atom(scope, level), fact(scope, level)]),
        1 => fill("(if {} then {} else {})", vec![fact(scope, level), fact(scope, level), fact(scope, level)]),
    ]
    .boxed()
}

/// A fact, stored or derived, or what is said of a norm.
fn fact(scope: Scope, level: Level) -> Text {
    let derived = || {
        prop_oneof![
            fill("ready({})", vec![anyone(scope)]),
            fill("linked({}, {})", vec![who(scope), anyone(scope)]),
            fill("owed({}, {})", vec![anyone(scope), any_pact(scope)]),
            fill("met({}, {})", vec![anyone(scope), any_pact(scope)]),
            fill("broken({}, {})", vec![anyone(scope), any_pact(scope)]),
        ]
    };
    match level {
        Level::Stored => stored(scope),
        Level::Below => prop_oneof![3 => stored(scope), 3 => derived()].boxed(),
        Level::All => {
            prop_oneof![5 => stored(scope), 3 => derived(), 1 => fill("aloof({})", vec![anyone(scope)])]
                .boxed()
        }
    }
}

fn atom(scope: Scope, level: Level) -> Text {
    let member = match level {
        Level::Stored => one_of(&["calm(q)", "bond(q, _)", "marked(q, red)", "load(q) >= 1"]),
        _ => one_of(&["calm(q)", "bond(q, _)", "ready(q)", "linked(q, _)", "owed(q, _)"]),
    };
    let compare = || one_of(&[">=", "<", "==", ">", "!="]);
    let limit = || one_of(&["1", "2", "0", "0.5"]);
    let set = match scope {
        Scope::Rule => one_of(&["power", "p.by"]),
        Scope::Closed => one_of(&["power", "accord.by"]),
        Scope::Act => one_of(&["power", "what.by"]),
    };
    let written = match scope {
        Scope::Rule => one_of(&[
            "x != y",
            "x in p.by",
            "p.to == x",
            "p.mood == calm",
            "p.open_if",
            "p.term <= §2",
            "size(p.by) > 1",
        ]),
        Scope::Closed => one_of(&["accord.open_if", "accord.mood == tense"]),
        Scope::Act => one_of(&["who in what.by", "what.open_if", "what.to != who"]),
    };
    let level_of = move || {
        if level == Level::Stored {
            Level::Stored
        } else {
            level
        }
    };
    prop_oneof![
        8 => fact(scope, level_of()),
        3 => fill("{} {} {}", vec![amount(scope), compare(), limit()]),
        1 => fill("{} {} {}", vec![amount(scope), compare(), amount(scope)]),
        1 => fill("count(q in {} where {}) {} {}", vec![set.clone(), member.clone(), compare(), limit()]),
        1 => fill("any(q in {} where {})", vec![set.clone(), member.clone()]),
        1 => fill("all(q in {} where {} satisfy {})", vec![set, member.clone(), member]),
        2 => written,
    ]
    .boxed()
}

/// A number.
pub(super) fn amount(scope: Scope) -> Text {
    prop_oneof![
        4 => fill("load({})", vec![who(scope)]),
        2 => one_of(&["tension"]),
        1 => fill("strain({})", vec![who(scope)]),
        1 => fill("warmth({})", vec![who(scope)]),
        1 => fill("sum(q in power where bond(q, {}) give load(q))", vec![who(scope)]),
        1 => fill("max(load({}), tension)", vec![who(scope)]),
        1 => fill("(if {} then 2 else tension)", vec![stored(scope)]),
    ]
    .boxed()
}

/// An event with all its arguments.
pub(super) fn event(scope: Scope) -> Text {
    prop_oneof![
        4 => fill("go({})", vec![who(scope)]),
        2 => fill("meet({}, {})", vec![who(scope), who(scope)]),
        3 => fill("act({}, {})", vec![who(scope), pact(scope)]),
        1 => fill("paint({}, {})", vec![who(scope), shade()]),
        1 => fill("paint({})", vec![who(scope)]),
        1 => fill("speak({})", vec![who(scope)]),
        2 => one_of(&["storm"]),
    ]
    .boxed()
}

/// An event that acts, some of its arguments perhaps open.
pub(super) fn pattern(scope: Scope) -> Text {
    let one = || {
        prop_oneof![
            4 => fill("go({})", vec![anyone(scope)]),
            2 => fill("meet({}, {})", vec![who(scope), anyone(scope)]),
            3 => fill("act({}, {})", vec![anyone(scope), any_pact(scope)]),
            1 => fill("paint({}, {})", vec![anyone(scope), shade()]),
            1 => fill("paint({})", vec![anyone(scope)]),
            2 => one_of(&["storm"]),
        ]
    };
    prop_oneof![5 => one(), 1 => (one(), one()).prop_map(|(one, other)| format!("{one} or {other}"))].boxed()
}

/// What sets a rule off.
pub(super) fn trigger() -> Text {
    prop_oneof![
        8 => pattern(Scope::Rule),
        1 => fill("breach({}, {})", vec![anyone(Scope::Rule), any_pact(Scope::Rule)]),
    ]
    .boxed()
}

pub(super) fn time() -> Text {
    one_of(&["§2", "§1", "§3", "§5", "p.term", "delay"])
}

/// An entry of `start:`.
pub(super) fn initial() -> BoxedStrategy<(String, String)> {
    let who = || who(Scope::Closed);
    let fact = prop_oneof![
        3 => fill("calm({})", vec![who()]),
        1 => one_of(&["quiet"]),
        2 => fill("bond({}, {})", vec![one_of(&["ann"]), one_of(&["ben", "cid", "ann"])]),
        2 => fill("alive({})", vec![pact(Scope::Closed)]),
        1 => fill("marked({}, {})", vec![who(), shade()]),
        1 => fill("tone({})", vec![who()]),
    ];
    prop_oneof![
        5 => fact.prop_map(|fact| (fact, String::from("true"))),
        1 => (fill("load({})", vec![who()]), one_of(&["2", "0", "0.5"])),
        1 => (one_of(&["tension"]), one_of(&["3", "1"])),
    ]
    .boxed()
}

/// What an outcome observes.
fn observed() -> Text {
    prop_oneof![
        3 => pattern(Scope::Closed),
        1 => one_of(&["breach(_, _)", "breach(ann, _)"]),
        3 => condition(Scope::Closed, Level::All),
    ]
    .boxed()
}

fn date() -> Text {
    (1..15u8).prop_map(|time| format!("@{time}")).boxed()
}

/// A statement about one run.
pub(super) fn statement() -> Text {
    let state = || condition(Scope::Closed, Level::All);
    let events = || pattern(Scope::Closed);
    prop_oneof![
        4 => fill("ever({})", vec![observed()]),
        1 => fill("never({})", vec![observed()]),
        2 => fill("at_end({})", vec![state()]),
        2 => fill("first({}) <= {}", vec![observed(), date()]),
        1 => fill("first({}) < first({})", vec![observed(), observed()]),
        1 => fill("times({}) >= {}", vec![observed(), one_of(&["1", "2"])]),
        1 => fill("held({}) > {}", vec![state(), one_of(&["0", "3"])]),
        1 => fill("all(q in power satisfy ever({}))", vec![one_of(&["go(q)", "calm(q)", "meet(q, _)"])]),
        1 => fill("(ever({}) and not at_end({}))", vec![events(), state()]),
    ]
    .boxed()
}

/// An outcome of any type.
pub(super) fn outcome() -> Text {
    let state = || condition(Scope::Closed, Level::All);
    prop_oneof![
        5 => statement(),
        2 => fill("times({})", vec![observed()]),
        2 => fill("first({})", vec![observed()]),
        2 => fill("held({})", vec![state()]),
        1 => fill("times({}) + held({})", vec![observed(), state()]),
        1 => fill("count(q in power where ever({}))", vec![one_of(&["go(q)", "calm(q)", "act(q, _)"])]),
        1 => fill("if {} then times({}) else held({})", vec![statement(), observed(), state()]),
        1 => fill("min(first({}), first({}))", vec![observed(), observed()]),
    ]
    .boxed()
}

/// The name of a chance or choice, as a `fix:` writes it.
pub(super) fn chance_name() -> Text {
    let who = || one_of(&["ann", "_", "ben"]);
    prop_oneof![
        3 => one_of(&["coin"]),
        2 => fill("toss({})", vec![who()]),
        2 => fill("vote({}, {})", vec![who(), one_of(&["accord", "_"])]),
        2 => fill("path({})", vec![who()]),
        1 => fill("blow({})", vec![who()]),
        1 => one_of(&["weather"]),
    ]
    .boxed()
}

/// How it is settled: `first` and `second` stand for its branches.
pub(super) fn fixed() -> BoxedStrategy<Part> {
    let word = || one_of(&["first", "second"]);
    let times = (1..4u8, word(), 1..15u8, word());
    prop_oneof![
        2 => word().prop_map(Part::Text),
        2 => times.clone().prop_map(|(n, one, time, other)| {
            Part::map([(n.to_string(), Part::Text(one)), (format!("@{time}"), Part::Text(other))])
        }),
        1 => times.prop_map(|(n, one, _, _)| Part::map([(n.to_string(), Part::Text(one))])),
        1 => fact(Scope::Closed, Level::All).prop_map(|condition| Part::Text(format!("if {condition} then first else second"))),
    ]
    .boxed()
}

/// What a variant changes.
pub(super) fn overlay() -> BoxedStrategy<Part> {
    let section = |key: &str, entry: String, value: &str| {
        Part::map([(key.to_owned(), Part::map([(entry, Part::from(value))]))])
    };
    prop_oneof![
        (initial(), any::<bool>()).prop_map(move |((key, value), truth)| match value.as_str() {
            "true" => section("start", key, if truth { "true" } else { "false" }),
            value => section("start", key, value),
        }),
        event(Scope::Closed).prop_map(|event| Part::map([(
            "timeline",
            Part::map([(
                "added",
                Part::map([("on", Part::from("@2")), ("happen", Part::Text(event))])
            )])
        )])),
        // A rule that never fires.
        Just(Part::map([(
            "rules",
            Part::map([("rule_0", Part::map([("if", Part::from("quiet and not quiet"))]))])
        )])),
    ]
    .boxed()
}
