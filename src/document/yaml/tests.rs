//! Claims about reading: what is kept, what is refused, and where the author is told to look.

use proptest::prelude::*;

use super::parse;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity, Sources};
use crate::document::tree::{Node, ScalarKind, Value};

struct Reading {
    sources: Sources,
    node: Option<Node>,
    diagnostics: Diagnostics,
}

fn read(text: &str) -> Reading {
    let mut sources = Sources::default();
    let source = sources.add("test.yaml", text);
    let (node, diagnostics) = parse(source, text);
    Reading {
        sources,
        node,
        diagnostics,
    }
}

fn good(text: &str) -> (Sources, Node) {
    let reading = read(text);
    assert!(
        !reading.diagnostics.has_errors(),
        "{}",
        reading.diagnostics.render(&reading.sources, Default::default())
    );
    (reading.sources, reading.node.unwrap())
}

/// The code, the text at fault and the repaired line of the only message.
fn only(text: &str) -> (&'static str, String, Option<String>) {
    let reading = read(text);
    let list: Vec<&Diagnostic> = reading.diagnostics.iter().collect();
    assert_eq!(
        list.len(),
        1,
        "{}",
        reading.diagnostics.render(&reading.sources, Default::default())
    );
    let at = reading
        .sources
        .slice(list[0].primary.as_ref().unwrap().span)
        .to_owned();
    let fixed = list[0].fix.as_ref().map(|fix| {
        let mut fixed = text.to_owned();
        fixed.replace_range(fix.span.start as usize..fix.span.end as usize, &fix.replacement);
        fixed
    });
    (list[0].code.0, at, fixed)
}

fn at<'n>(node: &'n Node, path: &str) -> &'n Node {
    path.split('/').fold(node, |node, key| match &node.value {
        Value::List(list) => &list[key.parse::<usize>().unwrap()],
        _ => node.as_map().unwrap().get(key).unwrap(),
    })
}

#[test]
fn numbers_keep_the_text_in_which_they_were_written() {
    let (_, node) = good(
        "a: 1.10\nb: -3\nc: 2022-03-29\nd: 1_000\ne: .inf\nf: 0x10\ng: 123456789012345678901234567890\n",
    );
    let scalar = |path| at(&node, path).as_scalar().unwrap();
    assert_eq!(
        (scalar("a").text.as_str(), scalar("a").kind),
        ("1.10", ScalarKind::Number)
    );
    assert_eq!(
        (scalar("b").text.as_str(), scalar("b").kind),
        ("-3", ScalarKind::Number)
    );
    assert_eq!(scalar("g").kind, ScalarKind::Number);
    for text in ["c", "d", "e", "f"] {
        assert_eq!(scalar(text).kind, ScalarKind::Text);
    }
}

#[test]
fn only_true_and_false_are_truth_values() {
    let (_, node) = good("a: true\nb: True\nc: yes\nd: on\ne: \"true\"\n");
    let kinds: Vec<_> = "abcde"
        .chars()
        .map(|key| at(&node, &key.to_string()).as_scalar().unwrap().kind)
        .collect();
    assert_eq!(kinds[0], ScalarKind::Boolean);
    assert!(kinds[1..].iter().all(|kind| *kind == ScalarKind::Text));
}

#[test]
fn quoted_and_block_texts_are_not_plain() {
    let (_, node) =
        good("a: x\nb: 'x'\nc: \"x\"\nd: |\n  x (y\ne: >-\n  \"x\"\n  y\nf: x\n  y\ng: |\n  last");
    let plain: Vec<_> = "abcdefg"
        .chars()
        .map(|key| at(&node, &key.to_string()).as_scalar().unwrap().plain)
        .collect();
    assert_eq!(plain, [true, false, false, false, false, true, false]);
    assert_eq!(at(&node, "f").as_text(), Some("x y"));
}

#[test]
fn a_place_covers_exactly_what_was_written() {
    let (sources, node) =
        good("é: { b: [1, foo(x) , 'q' ], c: {} }\nd:\n  - a: b\n    c: not x\n    # end\ne: 1\n");
    let slice = |path| sources.slice(at(&node, path).span);
    assert_eq!(slice("é"), "{ b: [1, foo(x) , 'q' ], c: {} }");
    assert_eq!(slice("é/b"), "[1, foo(x) , 'q' ]");
    assert_eq!(slice("é/b/1"), "foo(x)");
    assert_eq!(slice("é/c"), "{}");
    assert_eq!(slice("d/0"), "a: b\n    c: not x");
    assert_eq!(slice("d/0/c"), "not x");
    assert_eq!(sources.slice(node.as_map().unwrap().entries["d"].key), "d");
}

#[test]
fn what_an_alias_repeats_points_at_where_it_was_written() {
    let (sources, node) = good("a: &x { b: c d }\ne: *x\n");
    assert_eq!(sources.slice(at(&node, "e/b").span), "c d");
    assert_eq!(at(&node, "e/b").span, at(&node, "a/b").span);
}

#[test]
fn a_comma_inside_braces_is_named_as_the_trap_it_is() {
    let (code, at, fixed) = only("x: { happen: attack(a, b) }\n");
    assert_eq!((code, at.as_str()), ("E0110", "attack(a, b)"));
    assert_eq!(fixed.as_deref(), Some("x: { happen: \"attack(a, b)\" }\n"));
    for (text, call) in [
        ("x: [a, attack(a, b, c), d]\n", "attack(a, b, c)"),
        ("x: { f(a, b): true }\n", "f(a, b)"),
        (
            "x: { if: count(y in z where f(y, z)) }\n",
            "count(y in z where f(y, z))",
        ),
        ("x: { if: f(a, [b, c]) }\n", "f(a, [b, c])"),
        ("x: [{ if: a, then: g(f(a, b), c) }]\n", "g(f(a, b), c)"),
        ("x: {\n  a: b,\n  happen: f(a, b),\n}\n", "f(a, b)"),
    ] {
        let (code, at, _) = only(text);
        assert_eq!((code, at.as_str()), ("E0110", call), "{text}");
    }
}

#[test]
fn braces_without_a_comma_in_a_call_are_no_trap() {
    good("x: { happen: attack(a), then: \"f(a, b)\", args: { a: b } }\ny: [f(a), g(b)]\nz: see (1, 2)\n");
}

#[test]
fn an_open_parenthesis_in_braces_is_told() {
    assert_eq!(only("x: { a: f(b }\n").0, "E0111");
}

#[test]
fn each_empty_value_is_an_error_with_its_key() {
    let reading = read("a:\nb: ~\nc: { d: , e: Null }\nf: [a, ~]\ng: null\nh: \"\"\ni: {}\n");
    let at: Vec<_> = reading
        .diagnostics
        .sorted()
        .iter()
        .map(|d| {
            (
                d.code.0,
                reading.sources.slice(d.primary.as_ref().unwrap().span).to_owned(),
            )
        })
        .collect();
    let expected = ["a", "b", "d", "e", "~"].map(|place| ("E0112", place.to_owned()));
    assert_eq!(at, expected);
    let node = reading.node.unwrap();
    assert!(matches!(self::at(&node, "g").value, Value::Null));
    assert_eq!(self::at(&node, "h").as_text(), Some(""));
}

#[test]
fn an_empty_value_before_a_comment_says_so() {
    let reading = read("title: #2\n");
    let error = reading.diagnostics.iter().next().unwrap();
    assert_eq!(error.code.0, "E0112");
    assert!(error.help.iter().any(|help| help.contains("comment")));
}

#[test]
fn a_key_that_stands_twice_is_told_with_both_places() {
    for text in [
        "a: 1\na: 2\n",
        "1: x\n\"1\": y\n",
        "true: x\nTrue: y\n",
        "f(a,b): x\n'f( a, b )': y\n",
    ] {
        let reading = read(text);
        let list: Vec<_> = reading.diagnostics.iter().collect();
        assert_eq!(list.len(), 1, "{text}");
        assert_eq!(list[0].code.0, "E0113");
        assert_eq!(
            reading
                .sources
                .line_column(list[0].primary.as_ref().unwrap().span),
            (2, 1)
        );
        assert_eq!(reading.sources.line_column(list[0].secondary[0].span), (1, 1));
    }
}

#[test]
fn an_exclamation_mark_is_not_a_not() {
    for (text, fixed) in [
        ("if: !neutral(x)\n", "if: not neutral(x)\n"),
        ("if:\n  - !neutral(x) and y\n", "if:\n  - not neutral(x) and y\n"),
        ("if: !bound(g, p)\n", "if: not bound(g, p)\n"),
    ] {
        let (code, _, repaired) = only(text);
        assert_eq!((code, repaired.as_deref()), ("E0114", Some(fixed)));
    }
    assert_eq!(only("a: !!str 5\n").0, "E0114");
    let (code, message, repaired) = only("a: !!omap { b: c }\n");
    assert_eq!((code, repaired), ("E0114", None), "{message}");
    good("a: wow !yes\nb: x != y\n");
}

#[test]
fn a_comment_that_cut_a_value_short_is_a_warning() {
    for (text, lost) in [
        ("if: count(x where # y)\n", "# y)"),
        ("if: a and # b\n", "# b"),
        ("title: Proposal #2\n", "#2"),
    ] {
        let (code, at, _) = only(text);
        assert_eq!((code, at.as_str()), ("W0101", lost));
    }
    let reading = read("a: f(x) # why\nb: \"a and\" # b\nc: [a, # one\n  b]\nd: 0.7 # see P2\n");
    assert!(reading.diagnostics.is_empty());
}

#[test]
fn what_yaml_cannot_read_is_told_in_our_words_and_at_its_place() {
    for (text, code, place) in [
        ("a:\n\tb: 1\n", "E0105", "\t"),
        ("a: 1\n \tb: 1\n", "E0105", "\t"),
        ("a: \"foo\nb: 3\n", "E0106", "\""),
        ("a: \"x\" y\n", "E0106", "y"),
        ("a: [1, 2\nb: 3\n", "E0107", "["),
        ("a: {b: [1, 2}\n", "E0107", "["),
        ("a: [1\n", "E0107", "["),
        ("a: }\n", "E0107", "}"),
        ("a: [1,, 2]\n", "E0107", ","),
        ("a: { b: 1\n     c: 2 }\n", "E0107", "c"),
        ("a: says: foo\n", "E0108", ":"),
        ("a: @foo\n", "E0108", "@"),
        ("a: 1\n b: 2\n", "E0109", "b"),
        ("a:\n  - b\n c: 1\n", "E0109", "c: 1"),
        ("a: - b\n", "E0109", "-"),
        ("a: 1\nb\n", "E0104", "b"),
        ("<<: { a: 1 }\n", "E0115", "<<"),
        ("? [a]\n: b\n", "E0116", "["),
        ("a: 1\n---\nb: 2\n", "E0117", "---"),
        ("a: *x\n", "E0118", "*"),
        ("a: &x [*x]\n", "E0118", "*"),
        ("a: x # y\n  z\n", "E0120", "#"),
        ("a: [b, null]\n", "E0121", "null"),
        ("", "E0103", ""),
        (" \n# only a comment\n", "E0103", ""),
    ] {
        let (found, at, _) = only(text);
        assert_eq!((found, at.as_str()), (code, place), "{text}");
    }
}

#[test]
fn a_missing_quote_comes_with_its_repair() {
    assert_eq!(
        only("a: says: foo # c\n").2.as_deref(),
        Some("a: \"says: foo\" # c\n")
    );
    assert_eq!(only("a: `x`\n").2.as_deref(), Some("a: \"`x`\"\n"));
}

#[test]
fn a_hostile_text_is_refused_quickly() {
    let bomb: String = (1..9)
        .map(|i| format!("a{i}: &a{i} [{}]\n", vec![format!("*a{}", i - 1); 9].join(", ")))
        .collect();
    let deep: String = (0..100)
        .map(|depth| format!("{}k:\n", " ".repeat(depth)))
        .collect();
    for text in [
        "[".repeat(100_000),
        "{a: ".repeat(100_000),
        "- ".repeat(100_000),
        format!("a0: &a0 [{}]\n{bomb}", ["x"; 9].join(", ")),
        deep,
    ] {
        assert_eq!(only(&text).0, "E0119");
    }
}

#[test]
fn a_single_document_may_begin_with_a_marker() {
    good("---\na: 1\n");
}

#[test]
fn windows_line_ends_change_nothing() {
    let (_, node) = good("a: 1\r\nb: x\r\n  y\r\nc: |\r\n  z\r\n");
    assert_eq!(at(&node, "b").as_text(), Some("x y"));
    assert!(!at(&node, "c").as_scalar().unwrap().plain);
}

fn places_are_inside(node: &Node, text: &str) {
    assert!(
        text.get(node.span.start as usize..node.span.end as usize)
            .is_some()
    );
    match &node.value {
        Value::List(items) => items.iter().for_each(|item| places_are_inside(item, text)),
        Value::Map(map) => map.entries.values().for_each(|entry| {
            assert!(
                text.get(entry.key.start as usize..entry.key.end as usize)
                    .is_some()
            );
            places_are_inside(&entry.node, text);
        }),
        Value::Null | Value::Scalar(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_text_breaks_the_reader(text in "([a-c]{1,2}|: |[:\\-?&*!|>'\"%@`#,é\\[\\]{}()~]|\n|\n  |\n    |\t| |null|: \\{|: \\[|\r\n){0,24}") {
        let reading = read(&text);
        let rendered = reading.diagnostics.render(&reading.sources, Default::default());
        for word in ["serde", "scalar", "mapping", "deserializ", "token", "Error {"] {
            prop_assert!(!rendered.contains(word), "{}", rendered);
        }
        for diagnostic in reading.diagnostics.iter() {
            let labels = diagnostic.primary.iter().chain(&diagnostic.secondary);
            for span in labels.map(|label| label.span).chain(diagnostic.fix.iter().map(|fix| fix.span)) {
                prop_assert!(text.get(span.start as usize..span.end as usize).is_some(), "{:?}", diagnostic);
            }
        }
        match reading.node {
            Some(node) => places_are_inside(&node, &text),
            None => prop_assert!(reading.diagnostics.has_errors()),
        }
    }

    #[test]
    fn a_quoted_comma_is_never_a_trap(name in "[a-z]{1,6}", one in "[a-z]{1,6}", two in "[a-z]{1,6}") {
        let text = format!("x: {{ happen: \"{name}({one}, {two})\" }}\n");
        let clean = read(&text).diagnostics.iter().all(|d| d.severity == Severity::Warning);
        prop_assert!(clean);
    }
}
