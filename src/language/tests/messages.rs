//! What an author is told: code, words, place, and the mended text or the help.

use super::super::*;
use super::{plain, scalar, tell, told};
use crate::diagnostic::Diagnostic;
use crate::document::tree::{Node, Value};

#[test]
fn signs_of_other_languages_are_mended() {
    for (text, mended) in [
        ("a = b", "a == b"),
        ("a && b", "a and b"),
        ("a & b", "a and b"),
        ("a || b", "a or b"),
        ("!a", "not a"),
        ("a <> b", "a != b"),
        ("a =< b", "a <= b"),
        ("a ≥ b", "a >= b"),
        ("a − b", "a - b"),
        ("a === b", "a == b"),
        ("count(x in s: c)", "count(x in s where c)"),
        ("count(x in s : c)", "count(x in s where c)"),
        ("any(x in s | c)", "any(x in s where c)"),
        ("count(x in s satisfy c)", "count(x in s where c)"),
        ("a < b < c", "a < b and b < c"),
        ("0 <= f(x) + 1 <= 2", "0 <= f(x) + 1 and f(x) + 1 <= 2"),
        ("f()", "f"),
        ("at_war(Russia, ukraine)", "at_war(russia, ukraine)"),
        ("True", "true"),
        ("sendForces", "send_forces"),
        ("_hidden", "hidden"),
        ("1_000", "1000"),
        ("007", "7"),
        ("00.5", "0.5"),
        (".5", "0.5"),
        ("5. + 1", "5 + 1"),
        ("15years", "15 years"),
        ("1.5 years", "18 months"),
        ("P30D", "30 days"),
        ("P2W", "2 weeks"),
        ("P3M", "3 months"),
        ("P15Y", "15 years"),
    ] {
        assert!(told(text).ends_with(&format!(" | {mended}")), "{}", told(text));
    }
}

#[test]
fn each_message_names_the_word_and_its_place() {
    let messages = [
        "a and",
        "",
        "and b",
        "f(a, )",
        "f(a",
        "f(a))",
        "(a",
        "a b",
        "a is b",
        "a unless b",
        "15 hours",
        "a < b < c < d",
        "a in b in c",
        "a given b",
        "p(a given b given c)",
        "p((a given b))",
        "a == not b",
        "a + if b then c else d",
        "if a then b",
        "if a b else c",
        "f(_ + 1)",
        "_ == a",
        "count(_ in s)",
        "count(ratified(g, t))",
        "all(x in s where c)",
        "sum(x in s satisfy c)",
        "count(x in s where a b)",
        "exists(x in s where c)",
        "treaty.sign(usa)",
        "treaty.and",
        "treaty.",
        "treaty.5",
        "f(x).5",
        "5.by",
        "true.by",
        "a-b",
        "a -> b",
        "état",
        "a # note",
        "“a”",
        "\"a\"",
        "a ^ 2",
        "a\u{200b}b",
        "[a, b]",
        "5%",
        "1e6",
        "3x",
        "2022-13-01",
        "2022-02-30",
        "2022-3-29",
        "2022-11",
        "2022-03-29T10",
        "0.5 days",
        "99999999999 years",
        "where",
        "a, b",
        "a : b",
        "a | b",
        "then",
    ];
    let listing: Vec<String> = messages
        .iter()
        .map(|text| {
            let (sources, node) = plain(text);
            match parse_expression(&sources, &node) {
                Ok(expr) => format!("{text}\n    is {expr}"),
                Err(error) => format!("{text}\n    {}", tell(&sources, &error)),
            }
        })
        .collect();
    insta::assert_snapshot!(listing.join("\n"));
}

#[test]
fn words_for_which_the_language_has_another_are_answered() {
    for (words, answer) in [
        ("is equals eq", "equality is written `==`"),
        ("isnt ne", "inequality is written `!=`"),
        ("xor", "`a != b`"),
        ("implies", "`not a or b`"),
        ("unless", "`a and not b`"),
        ("has contains includes", "`x in s`"),
        ("before until", "an earlier day is smaller"),
        ("after since", "a later day is greater"),
        ("mod", "there is no remainder"),
        ("satisfies", "write `satisfy`"),
        ("gives", "write `give`"),
    ] {
        for word in words.split(' ') {
            let (sources, node) = plain(&format!("a {word} b"));
            let error = parse_expression(&sources, &node).unwrap_err();
            assert!(error.help.join(" ").contains(answer), "{word}: {:?}", error.help);
        }
    }
}

#[test]
fn types_of_other_languages_are_answered() {
    for (words, ours) in [
        ("string str", "text"),
        ("bool", "boolean"),
        ("int integer float decimal real percent percentage", "number"),
        ("datetime timestamp day", "date"),
        ("timespan period", "duration"),
    ] {
        for word in words.split(' ') {
            let error = with(word, |sources, node| parse_type(sources, node).err());
            assert!(error.ends_with(&format!("write `{ours}`")), "{error}");
        }
    }
}

#[test]
fn an_apostrophe_after_a_digit_is_meant_for_a_thousand() {
    assert!(
        told("1'000").contains("digits stand together"),
        "{}",
        told("1'000")
    );
    assert!(!told("'a").contains("digits stand together"), "{}", told("'a"));
}

#[test]
fn a_year_of_five_digits_is_told_apart_from_a_date_that_is_written_badly() {
    for (text, answer) in [
        (
            "f(12345-01-01)",
            "the calendar goes from 0001-01-01 to 9999-12-31",
        ),
        ("f(2022-3-29)", "a date is written as in"),
    ] {
        let (sources, node) = plain(text);
        let error = parse_expression(&sources, &node).unwrap_err();
        assert!(error.help.join(" ").contains(answer), "{text}: {:?}", error.help);
    }
}

#[test]
fn where_no_place_is_known_the_message_quotes_it() {
    let (sources, node) = scalar("|\n  a and\n  b = c\n", "a and\nb = c\n");
    let error = parse_expression(&sources, &node).unwrap_err();
    let label = error.primary.unwrap();
    assert_eq!(label.text, "in this text, at `= c`");
    assert_eq!((label.span, error.fix), (node.span, None));
    assert_eq!(error.help, ["write `==`"]);
}

#[test]
fn a_list_or_a_mapping_is_no_expression() {
    let (sources, node) = plain("[a]");
    let told = |value| {
        let node = Node {
            span: node.span,
            value,
        };
        parse_expression(&sources, &node).unwrap_err().message
    };
    assert_eq!(
        told(Value::List(Vec::new())),
        "expected an expression, found a list"
    );
    assert_eq!(
        told(Value::Map(Default::default())),
        "expected an expression, found a mapping"
    );
    assert_eq!(told(Value::Null), "expected an expression, found `null`");
}

#[test]
fn patterns_types_and_literals_say_what_they_are_not() {
    let pattern = |text| with(text, |s, n| parse_pattern(s, n).err());
    let kind = |text| with(text, |s, n| parse_type(s, n).err());
    let duration = |text| with(text, |s, n| parse_duration(s, n).err());
    let id = |text: &str| with(text, |s, n| parse_id(s, text, n.span).err());
    let listing = [
        pattern("attack(a, b) and c"),
        pattern("attack(a, b) or not c"),
        pattern("attack(a, b) or 5"),
        kind("string"),
        kind("list of actor"),
        kind("set"),
        kind("set of"),
        kind("a | b | a"),
        kind("a | "),
        kind("Number"),
        kind("a or b"),
        duration("30"),
        duration("a"),
        duration("2022-03-29"),
        id("and"),
        id("a b"),
        id("2022"),
        id("Usa"),
    ];
    insta::assert_snapshot!(listing.join("\n"));
}

fn with(text: &str, parse: impl Fn(&crate::diagnostic::Sources, &Node) -> Option<Box<Diagnostic>>) -> String {
    let (sources, node) = plain(text);
    match parse(&sources, &node) {
        Some(error) => tell(&sources, &error),
        None => format!("{text} is fine"),
    }
}

#[test]
fn every_code_is_explained_by_an_example_that_has_it() {
    for entry in codes::CODES
        .iter()
        .filter(|entry| !["E0311", "E0316"].contains(&entry.code))
    {
        let code_of = |text: &str| {
            let (sources, node) = plain(text);
            let error = match entry.code {
                "E0318" => parse_pattern(&sources, &node).err(),
                "E0319" => parse_type(&sources, &node).err(),
                "E0320" => Template::parse(&sources, &node).err(),
                "E0321" => parse_duration(&sources, &node).err(),
                _ => parse_expression(&sources, &node).err(),
            };
            error.map(|error| error.code.0)
        };
        assert_eq!(code_of(entry.bad), Some(entry.code), "{}", entry.bad);
        assert_eq!(code_of(entry.good), None, "{}", entry.good);
    }
    assert!(codes::CODES.is_sorted_by_key(|entry| entry.code));
}
