//! What is read, and as what.

use super::super::ast::ExprKind;
use super::super::value::{Day, Duration, Number};
use super::super::*;
use super::{plain, read, scalar, whole};
use crate::diagnostic::{Diagnostics, Sources, Span};
use crate::document::tree::{Node, Value};

/// The text with all parentheses written.
fn grouped(text: &str) -> String {
    fn show(expr: &ast::Expr) -> String {
        match &expr.kind {
            ExprKind::Binary(op, a, b) => format!("({} {} {})", show(a), op.symbol(), show(b)),
            ExprKind::Unary(ast::UnaryOp::Not, a) => format!("(not {})", show(a)),
            ExprKind::Unary(ast::UnaryOp::Negate, a) => format!("(-{})", show(a)),
            ExprKind::If(a, b, c) => format!("(if {} then {} else {})", show(a), show(b), show(c)),
            _ => expr.to_string(),
        }
    }
    show(&read(text))
}

#[test]
fn operators_bind_as_the_table_says() {
    for (text, wanted) in [
        ("a or b and c", "(a or (b and c))"),
        ("not a and b", "((not a) and b)"),
        ("not a == b", "(not (a == b))"),
        ("a + b * c < d", "((a + (b * c)) < d)"),
        ("a - b - c", "((a - b) - c)"),
        ("a / b * c", "((a / b) * c)"),
        ("h over 1 month * 2", "((h over 1 month) * 2)"),
        ("-a * b", "((-a) * b)"),
        ("--a", "(-(-a))"),
        ("a - -b", "(a - (-b))"),
        ("-a over b", "((-a) over b)"),
        ("x in p.by and y", "((x in p.by) and y)"),
        ("if a then b else c or d", "(if a then b else (c or d))"),
        (
            "if a then b else if c then d else e",
            "(if a then b else (if c then d else e))",
        ),
        ("not not a", "(not (not a))"),
        ("((a))", "a"),
    ] {
        assert_eq!(grouped(text), wanted, "{text}");
    }
}

#[test]
fn never_is_a_value_or_a_question() {
    assert_eq!(read("never").kind, ExprKind::Never);
    assert!(matches!(
        read("never(attack(russia, ukraine))").kind,
        ExprKind::Call(..)
    ));
}

#[test]
fn literals_are_what_they_say() {
    assert_eq!(read("15 years").kind, ExprKind::Duration(Duration::Months(180)));
    assert_eq!(read("2 weeks").kind, ExprKind::Duration(Duration::Days(14)));
    assert_eq!(read("1 day").kind, ExprKind::Duration(Duration::Days(1)));
    assert_eq!(
        read("2022-03-29").kind,
        ExprKind::Date(Day::new(2022, 3, 29).unwrap())
    );
    assert_eq!(read("0.70").kind, ExprKind::Number(Number::parse("0.7").unwrap()));
    assert_eq!(grouped("10 - 3 - 2"), "((10 - 3) - 2)");
    assert_eq!(grouped("f(x)-1"), "(f(x) - 1)");
    assert_eq!(grouped("2-1"), "(2 - 1)");
    assert_eq!(grouped("1--2"), "(1 - (-2))");
}

#[test]
fn words_with_a_meaning_only_after_a_value_may_be_names() {
    assert_eq!(grouped("p.over"), "p.over");
    assert_eq!(grouped("size(over) > 0"), "(size(over) > 0)");
    assert_eq!(grouped("over over over"), "(over over over)");
    assert_eq!(
        grouped("count(x in where where give)"),
        "count(x in where where give)"
    );
}

#[test]
fn the_expressions_of_the_design_are_read() {
    for text in [
        "approved(treaty.referendum)",
        "if serious(russia) then end else continue",
        "count(g in treaty.guarantee.by where ever(send_forces(g, ukraine)))",
        "first(send_forces(_, ukraine))",
        "p(peace_holds) <= 0.9",
        "p(peace_holds given ever(ratify(usa, treaty)))",
        "not (neutral(ukraine) and member(ukraine, nato))",
        "losses(who) * (1 - misinformation(who))",
        "count(a in t.needs where ratified(a, t)) >= t.threshold",
        "not (x in p.excludes)",
        "all(x in S where c satisfy d)".to_lowercase().as_str(),
        "sum(x in actor where c(x) give e(x))",
        "attack_hazard over 1 month",
        "min(a, b) + max(c, d, e)",
        "any(x in s)",
    ] {
        read(text);
    }
}

#[test]
fn a_token_knows_its_place_over_line_ends() {
    let raw = "a_fact(x,\n      other) and third";
    let (sources, mut node) = scalar(raw, "a_fact(x, other) and third");
    node.span = whole(node.span.source, raw);
    let expr = parse_expression(&sources, &node).unwrap();
    let ExprKind::Binary(_, left, right) = &expr.kind else {
        panic!()
    };
    let ExprKind::Call(_, arguments) = &left.kind else {
        panic!()
    };
    assert_eq!(sources.slice(arguments[1].span), "other");
    assert_eq!(sources.line_column(arguments[1].span), (2, 7));
    assert_eq!(sources.slice(right.span), "third");
}

#[test]
fn a_plainly_quoted_scalar_knows_places_too_and_an_escaped_one_does_not() {
    for (raw, text, place) in [
        ("\"attack(a, b)\"", "attack(a, b)", "b"),
        ("'attack(a, b)'", "attack(a, b)", "b"),
        ("\"attack(a, \\x62)\"", "attack(a, b)", "\"attack(a, \\x62)\""),
        ("|\n  attack(a, b)\n", "attack(a, b)\n", "|\n  attack(a, b)\n"),
        ("*alias", "attack(a, b)", "*alias"),
    ] {
        let (sources, node) = scalar(raw, text);
        let atom = parse_call(&sources, &node).unwrap();
        assert_eq!(sources.slice(atom.arguments[1].span), place, "{raw}");
    }
}

#[test]
fn conditions_are_one_or_a_list_and_each_fault_is_told() {
    let mut sources = Sources::default();
    let id = sources.add("test.yaml", "- a\n- b c\n- d\n- e f\n");
    let item = |start, end| {
        let span = Span::new(id, start, end);
        let (_, node) = plain(sources.slice(span));
        Node { span, ..node }
    };
    let list = Node {
        span: Span::new(id, 0, 20),
        value: Value::List(vec![item(2, 3), item(6, 9), item(12, 13), item(16, 19)]),
    };
    let mut errors = Diagnostics::default();
    let conditions = parse_conditions(&sources, &list, &mut errors);
    assert_eq!((conditions.len(), errors.iter().count()), (2, 2));
    assert_eq!(parse_conditions(&sources, &item(2, 3), &mut errors).len(), 1);
}

#[test]
fn a_pattern_is_names_joined_by_or() {
    let (sources, node) = plain("assist(g, s) or (send_forces(g, s) or breach)");
    let pattern = parse_pattern(&sources, &node).unwrap();
    assert_eq!(pattern.any_of.len(), 3);
    assert_eq!(pattern.to_string(), "assist(g, s) or send_forces(g, s) or breach");
}

#[test]
fn a_key_is_a_name_with_arguments() {
    let (sources, node) = plain("consent(_)");
    let key = parse_key(&sources, "consent(_)", node.span).unwrap();
    assert_eq!((key.name.name.as_str(), key.arguments.len()), ("consent", 1));
    assert_eq!(sources.slice(key.arguments[0].span), "_");
    let fix = parse_expression_at(&sources, "2018-11-04", node.span).unwrap();
    assert_eq!(fix.literal(), Some(Literal::Date(Day::new(2018, 11, 4).unwrap())));
}

#[test]
fn literals_may_carry_a_sign_but_no_operator() {
    let number = |text| {
        let (sources, node) = plain(text);
        parse_number(&sources, &node)
    };
    assert_eq!(number("-0.5").unwrap().to_string(), "-0.5");
    assert!(number("1 + 1").is_err());
    assert!(number("30 days").is_err());
    let (sources, node) = plain("never");
    assert_eq!(parse_duration(&sources, &node).unwrap(), Duration::Never);
    assert_eq!(parse_date(&sources, &node).unwrap(), Day::NEVER);
    let (sources, node) = plain("per year");
    assert_eq!(parse_rate_unit(&sources, &node).unwrap().to_string(), "per year");
}

#[test]
fn types_print_as_they_are_read() {
    for text in [
        "number",
        "condition",
        "set of actor",
        "consult | assist | send_forces",
        "actor",
    ] {
        let (sources, node) = plain(text);
        assert_eq!(parse_type(&sources, &node).unwrap().to_string(), text);
    }
}

#[test]
fn a_long_chain_is_read_up_to_a_limit() {
    let chain = |count: usize| vec!["a"; count].join(" or ");
    read(&chain(256));
    let (_, error) = super::fault(&chain(257));
    assert_eq!(error.code.0, "E0311");
}

#[test]
fn a_hundred_thousand_parentheses_are_an_error_and_not_a_crash() {
    for open in [
        "(",
        "not ",
        "-",
        "f(",
        "if a then ",
        "count(x in s where ",
        "a and (",
    ] {
        let (_, error) = super::fault(&open.repeat(100_000));
        assert_eq!(error.code.0, "E0311", "{open}");
    }
    let (_, error) = super::fault(&format!("a{}", ".b".repeat(100_000)));
    assert_eq!(error.code.0, "E0311");
}
