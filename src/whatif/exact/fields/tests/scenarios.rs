//! Random scenarios in which periodic rules toss coins for facts.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::rules::{ON_ANY, ON_EVENTS, coin, mixed, one, plain, turn};

/// Some of these outcomes.
fn asked(all: &'static [&'static str]) -> impl Strategy<Value = Vec<&'static str>> {
    proptest::sample::subsequence(all, 1..4)
}

/// A whole scenario.
pub(super) fn scenario() -> impl Strategy<Value = String> {
    let plain = (
        coin("ask", plain()),
        proptest::option::weighted(0.2, coin("beg", plain())),
        turn("first", ON_EVENTS),
        proptest::option::weighted(0.3, turn("second", ON_EVENTS)),
        asked(&[
            "ever(boom)",
            "first(boom)",
            "times(boom)",
            "ever(many)",
            "first(closed)",
            "at_end(f(a))",
            "at_end(closed or many)",
            "at_end(count(x in member where f(x)) >= 2)",
            "times(year_turns)",
            "ever(boom) and not ever(rests)",
            "at_end(stock > 2)",
            "times(closed)",
            "held(closed)",
        ]),
    );
    let mixed = (
        coin("ask", mixed()),
        proptest::option::weighted(0.4, coin("beg", mixed())),
        turn("first", ON_ANY),
        proptest::option::of(turn("second", ON_ANY)),
        asked(&[
            "ever(boom)",
            "first(boom)",
            "times(boom)",
            "ever(many)",
            "first(closed)",
            "at_end(closed or many)",
            "ever(f(a) and g(b))",
            "times(many)",
            "times(rests)",
            "first(egg)",
            "first(boom) < first(rests)",
            "times(boom) * 2",
            "held(many)",
            "held(f(a) or g(a))",
            "times(g(b) or closed)",
            "first(g(b))",
            "at_end(stock > 2)",
        ]),
    );
    let rules = (
        prop_oneof![2 => plain, 1 => mixed],
        one(&["true", "true", "true", "not closed", "not closed", "not many"]),
        1..6usize,
    );
    let more = (
        proptest::bool::weighted(0.4),
        proptest::bool::weighted(0.2),
        proptest::bool::weighted(0.15),
        proptest::bool::weighted(0.2),
        proptest::option::weighted(0.15, one(&["2001-01-01", "2002-03-04", "2000-01-01"])),
    );
    // Few of them as a rule; sometimes so many that the corners of their field take more than a word.
    let members = prop_oneof![9 => 2..5usize, 1 => 7..9usize];
    (members, rules, more).prop_map(|(members, rules, more)| {
        let ((ask, beg, first, second, asked), turns, least) = rules;
        let (begun, others, wants, requires, story) = more;
        // Who may lose it must have it.
        let begun = begun || [Some(&ask), beg.as_ref()].into_iter().flatten().any(|rule| rule.contains("if: h(m)"));
        let mut text = String::from(
            "demarche: 1
title: Coins
question: Do fields and states agree?
about: \"A random scenario.\"
period: { from: 2000-01-01, to: 2003-06-01 }
kinds:
  member: { is_a: actor, about: \"One of them.\" }
  other: { about: \"One of the others.\" }
facts:
  aside: { args: { who: other }, says: \"{who} stands aside\" }
  lent: { says: \"something is lent\" }
  hen: { says: \"there is a hen\" }
  egg: { says: \"there is an egg\" }
  f: { args: { who: member }, says: \"{who} has f\" }
  g: { args: { who: member }, says: \"{who} has g\" }
  h: { args: { who: member }, says: \"{who} has h\" }
  many: { says: \"there are many\" }
  closed: { says: \"it is closed\" }
events:
  year_turns: { is: physical, says: \"a year has passed\" }
  rests: { is: REST, says: \"there is rest\" }
  boom: { is: physical, says: \"it booms\" }
  speaks: { is: physical, args: { who: member }, says: \"{who} speaks\" }
measures:
  stock: { from: 0, to: 9, default: 1, says: \"the stock\" }
entities:
",
        );
        let names = ["a", "b", "c", "d", "e", "i", "j", "k"].into_iter().take(members);
        for name in names.clone() {
            writeln!(text, "  {name}: {{ kind: member }}").unwrap();
        }
        // So many facts that the tossed ones do not lie in the first word.
        let crowd = if others { 0..66 } else { 0..1 };
        for name in crowd {
            writeln!(text, "  o{name}: {{ kind: other }}").unwrap();
        }
        if begun {
            text += "start:\n  f(b): true\n";
            for name in names {
                writeln!(text, "  h({name}): true").unwrap();
            }
        }
        if wants {
            text += "positions:\n  wish: { of: a, stance: demand, priority: 1, name: a wish, met_if: f(b) and not closed }\n";
        }
        if let Some(day) = story {
            writeln!(text, "timeline:\n  it: {{ on: {day}, happen: rests, status: assumption }}").unwrap();
        }
        text += "rules:
  there_are_many:
    says: \"many have it\"
    if: count(x in member where f(x)) >= LEAST
    derive: many
  stands_aside:
    says: \"some stand aside\"
    for: { o: other }
    on: rests
    if: not aside(o)
    then: [ start: aside(o) ]
  is_lent:
    says: \"it is lent\"
    if: aside(o0) and many
    derive: lent
  from_egg:
    says: \"an egg, a hen\"
    if: egg
    derive: hen
  from_hen:
    says: \"a hen, an egg\"
    if: hen
    derive: egg
  egg_of_f:
    says: \"an egg of a\"
    if: f(a)
    derive: egg
  the_year_turns:
    says: \"the year turns\"
    every: 1 year
";
        writeln!(text, "    if: {turns}\n    then: [ happen: year_turns ]").unwrap();
        let rest = if requires { "institutional, requires: f(a) or g(b)" } else { "physical" };
        text = text.replace("REST", rest).replace("LEAST", &least.to_string());
        text += &ask;
        text.extend(beg);
        text += &first;
        text.extend(second);
        text += "outcomes:\n";
        for (place, asked) in asked.iter().enumerate() {
            writeln!(text, "  o{place}: {{ is: \"{asked}\", says: \"what is asked\" }}").unwrap();
        }
        text
    })
}
