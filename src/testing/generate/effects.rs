//! What rules do.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::Part;
use super::parts::{self, Level, Scope};

type Effects = BoxedStrategy<Part>;

/// Any effect. At depth 0 it may be a choice; deeper down chances and norms grow rare, and then end.
pub(super) fn effect(depth: usize) -> Effects {
    match depth {
        0 => prop_oneof![8 => plain(), 3 => norm(1), 4 => chance(1), 1 => choice()].boxed(),
        1 => prop_oneof![8 => plain(), 1 => norm(2), 1 => chance(2)].boxed(),
        _ => plain(),
    }
}

fn some(depth: usize) -> BoxedStrategy<Vec<Part>> {
    vec(effect(depth), 0..3).boxed()
}

/// `start`, `end`, `set`, `add`, `happen`.
pub(super) fn plain() -> Effects {
    let text = |key: &'static str| move |of: String| Part::map([(key, Part::Text(of))]);
    let condition = || prop::option::weighted(0.4, parts::condition(Scope::Rule, Level::All));
    let measure = || prop_oneof![2 => parts::who(Scope::Rule).prop_map(|who| format!("load({who})")), 1 => Just(String::from("tension"))];
    let later = (parts::event(Scope::Rule), parts::time(), condition());
    prop_oneof![
        4 => parts::changed(false).prop_map(text("start")),
        2 => parts::changed(true).prop_map(text("end")),
        5 => parts::event(Scope::Rule).prop_map(text("happen")),
        3 => later.prop_map(move |(event, after, unless)| {
            let happen = Part::map([("happen", Part::Text(event))]).and("after", after);
            match unless {
                Some(unless) => happen.and("unless", unless),
                None => happen,
            }
        }),
        1 => (parts::event(Scope::Rule), parts::condition(Scope::Rule, Level::All))
            .prop_map(|(event, unless)| Part::map([("happen", Part::Text(event))]).and("unless", unless)),
        2 => (measure(), select(vec!["1", "-1", "0.5", "load(y) / 2"]))
            .prop_map(|(measure, by)| Part::map([("add", Part::Text(measure))]).and("by", by)),
        1 => (measure(), prop_oneof![Just(String::from("0")), Just(String::from("2")), parts::amount(Scope::Rule)])
            .prop_map(|(measure, to)| Part::map([("set", Part::Text(measure))]).and("to", to)),
    ]
    .boxed()
}

/// What a signal may change.
pub(super) fn posture() -> Effects {
    let who = || parts::who(Scope::Rule);
    prop_oneof![
        2 => who().prop_map(|who| Part::map([("start", Part::Text(format!("tone({who})")))])),
        1 => who().prop_map(|who| Part::map([("end", Part::Text(format!("tone({who})")))])),
        1 => who().prop_map(|who| Part::map([("add", Part::Text(format!("warmth({who})")))]).and("by", "1")),
    ]
    .boxed()
}

fn norm(depth: usize) -> Effects {
    let goal = prop_oneof![
        4 => parts::pattern(Scope::Rule).prop_map(|pattern| ("duty", pattern)),
        2 => parts::condition(Scope::Rule, Level::All).prop_map(|condition| ("met_when", condition)),
        2 => parts::pattern(Scope::Rule).prop_map(|pattern| ("forbid", pattern)),
    ];
    let deadline = prop_oneof![
        4 => parts::time().prop_map(|time| Some(("within", time))),
        1 => (1..15u8).prop_map(|time| Some(("due", format!("@{time}")))),
        2 => parts::pattern(Scope::Rule).prop_map(|limit| Some(("before", limit))),
        1 => Just(None),
    ];
    let whose = (
        parts::who(Scope::Rule),
        prop::option::weighted(0.8, parts::pact(Scope::Rule)),
    );
    let ends = prop::option::weighted(0.4, parts::condition(Scope::Rule, Level::All));
    (goal, deadline, whose, ends, some(depth))
        .prop_map(|((key, goal), deadline, (of, under), ends, otherwise)| {
            let mut norm = Part::map([(key, Part::Text(goal))]).and("of", of);
            if let Some(under) = under {
                norm = norm.and("under", under);
            }
            if let Some((word, text)) = deadline
                && key != "forbid"
            {
                norm = norm.and(word, text);
            }
            if let Some(ends) = ends {
                norm = norm.and("while", ends);
            }
            if !otherwise.is_empty() {
                norm = norm.and("else", Part::List(otherwise));
            }
            norm
        })
        .boxed()
}

/// A chance of that name with its branches: each a name, a probability, and what follows.
pub(super) fn chance_of(name: &str, branches: Vec<(&str, &str, Vec<Part>)>) -> Part {
    let branches = branches.into_iter().map(|(word, p, then)| {
        let branch = Part::map([("p", Part::from(p))]);
        (
            word,
            if then.is_empty() {
                branch
            } else {
                branch.and("then", Part::List(then))
            },
        )
    });
    Part::map([("chance", Part::from(name))]).and("branches", Part::map(branches))
}

/// Names and probabilities belong together, so that two rules may draw one name.
fn chance(depth: usize) -> Effects {
    let who = || parts::who(Scope::Rule);
    let named = prop_oneof![
        3 => Just((String::from("coin"), ["heads", "tails"], [String::from("heads_p"), String::from("rest")])),
        2 => who().prop_map(|who| (format!("toss({who})"), ["up", "down"], [format!("if calm({who}) then 0.25 else 0.6"), String::from("rest")])),
        3 => (who(), parts::pact(Scope::Rule))
            .prop_map(|(who, pact)| (format!("vote({who}, {pact})"), ["yes", "no"], [format!("consent({who})"), String::from("rest")])),
        1 => who().prop_map(|who| (format!("blow({who})"), ["gone", "still"], [String::from("hazard over §2"), String::from("rest")])),
        1 => who().prop_map(|who| (format!("drift({who})"), ["off", "on"], [format!("load({who}) / 3"), String::from("rest")])),
    ];
    let two = (named, some(depth), some(depth)).prop_map(|((name, words, ps), one, other)| {
        chance_of(&name, vec![(words[0], &ps[0], one), (words[1], &ps[1], other)])
    });
    // The sum of these depends on their order, in the last digit.
    let three = (some(depth), some(depth)).prop_map(|(sun, rain)| {
        chance_of(
            "weather",
            vec![
                ("sun", "0.1", sun),
                ("rain", "0.2", rain),
                ("fog", "rest", Vec::new()),
            ],
        )
    });
    prop_oneof![6 => two, 1 => three].boxed()
}

fn choice() -> Effects {
    let closed = prop::option::weighted(0.3, parts::condition(Scope::Rule, Level::All));
    let default = prop_oneof![
        2 => Just(String::from("left")),
        1 => Just(String::from("right")),
        2 => parts::condition(Scope::Rule, Level::All).prop_map(|condition| format!("if {condition} then left else right")),
    ];
    (closed, default, some(1), some(1))
        .prop_map(|(closed, default, left, right)| {
            let option = |then: Vec<Part>| {
                let option = Part::Map(Vec::new());
                if then.is_empty() {
                    option
                } else {
                    option.and("then", Part::List(then))
                }
            };
            let (right, default) = match closed {
                // The default asks first whether the option is open.
                Some(closed) => (
                    option(right).and("if", closed.clone()),
                    format!("if {closed} then right else left"),
                ),
                None => (option(right), default),
            };
            Part::map([("choice", Part::from("path(x)"))])
                .and("by", "x")
                .and("default", default)
                .and("options", Part::map([("left", option(left)), ("right", right)]))
        })
        .boxed()
}
