//! Printing and reading are inverse.

use proptest::prelude::*;

use super::super::ast::{BinaryOp, Expr, ExprKind, Ident, Quantifier, QuantifierKind, UnaryOp};
use super::super::value::{Day, Duration, Number};
use super::super::*;
use super::{plain, read};
use crate::diagnostic::Span;

#[test]
fn only_needed_parentheses_are_printed() {
    for (text, wanted) in [
        ("((a)) and (b or c)", "a and (b or c)"),
        ("(a and b) or c", "a and b or c"),
        ("a - (b - c)", "a - (b - c)"),
        ("(a - b) - c", "a - b - c"),
        ("not (a == b)", "not a == b"),
        ("(not a) == b", "(not a) == b"),
        ("a == (not b)", "a == (not b)"),
        ("a and (if b then c else d)", "a and (if b then c else d)"),
        ("if (a or b) then (c) else (d)", "if a or b then c else d"),
        ("(a < b) == c", "(a < b) == c"),
        ("-(a + b)", "-(a + b)"),
        ("(a + b).c", "(a + b).c"),
        ("(5).c", "(5).c"),
        ("p((a and b) given (c or d))", "p(a and b given c or d)"),
        (
            "count(x in (a or b) where (c or d))",
            "count(x in (a or b) where c or d)",
        ),
        ("24 months", "2 years"),
        ("f( _ ,  x )", "f(_, x)"),
    ] {
        assert_eq!(read(text).to_string(), wanted, "{text}");
    }
}

#[test]
fn expressions_that_differ_in_one_place_are_not_the_same() {
    for alike in [
        &["x.a", "x.b", "y.a", "x"][..],
        &["f(a)", "g(a)", "f(b)", "f(a, b)", "f"],
        &["not a", "not b", "-a"],
        &["a and b", "a or b", "c and b", "a and c"],
        &[
            "if a then b else c",
            "if d then b else c",
            "if a then d else c",
            "if a then b else d",
        ],
        &[
            "count(x in s where c)",
            "any(x in s where c)",
            "count(y in s where c)",
            "count(x in t where c)",
        ],
        &["count(x in s where c)", "count(x in s where d)", "count(x in s)"],
        &[
            "sum(x in s give b)",
            "sum(x in s give c)",
            "sum(x in s where c give b)",
        ],
        &["1", "2", "1 day", "2022-03-29", "never"],
    ] {
        for (at, one) in alike.iter().enumerate() {
            for (place, other) in alike.iter().enumerate() {
                assert_eq!(read(one).same(&read(other)), at == place, "{one} / {other}");
            }
        }
    }
}

fn span() -> Span {
    plain("").1.span
}

fn expr(kind: ExprKind) -> Expr {
    Expr { span: span(), kind }
}

fn ident(name: String) -> Ident {
    Ident { name, span: span() }
}

fn name() -> impl Strategy<Value = String> {
    let usual = "[a-z][a-z0-9_]{0,6}".prop_filter("a word of the language", |word| {
        let (sources, node) = plain(word);
        parse_name(&sources, &node).is_ok() && !["count", "any", "all", "sum", "p"].contains(&word.as_str())
    });
    let odd = prop::sample::select(vec![
        "over", "given", "where", "satisfy", "give", "set", "of", "day", "e1",
    ]);
    prop_oneof![4 => usual, 1 => odd.prop_map(str::to_owned)]
}

fn leaf() -> impl Strategy<Value = Expr> {
    prop_oneof![
        any::<bool>().prop_map(ExprKind::Boolean),
        "(0|[1-9][0-9]{0,8})(\\.[0-9]{1,9})?".prop_map(|t| ExprKind::Number(Number::parse(&t).unwrap())),
        (-719_162..=2_932_896).prop_map(|days| ExprKind::Date(Day::from_epoch(days).unwrap())),
        (0..i32::MAX).prop_map(|n| ExprKind::Duration(Duration::Days(n))),
        (0..i32::MAX).prop_map(|n| ExprKind::Duration(Duration::Months(n))),
        Just(ExprKind::Never),
        name().prop_map(ExprKind::Name),
        name().prop_map(ExprKind::Name),
        name().prop_map(ExprKind::Name),
    ]
    .prop_map(expr)
}

fn binary_op() -> impl Strategy<Value = BinaryOp> {
    use BinaryOp::*;
    prop::sample::select(vec![
        Or,
        And,
        Equal,
        NotEqual,
        Less,
        LessEqual,
        Greater,
        GreaterEqual,
        In,
        Add,
        Subtract,
        Multiply,
        Divide,
        Over,
    ])
}

fn quantifier(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = ExprKind> {
    use QuantifierKind::*;
    let kinds = prop::sample::select(vec![Count, Any, All, Sum]);
    let condition = prop::option::of(inner.clone());
    (kinds, name(), inner.clone(), condition, inner).prop_map(|(kind, variable, set, condition, body)| {
        ExprKind::Quantifier(Quantifier {
            kind,
            variable: ident(variable),
            set: Box::new(set),
            condition: condition.map(Box::new),
            body: matches!(kind, All | Sum).then(|| Box::new(body)),
        })
    })
}

fn arguments(inner: BoxedStrategy<Expr>) -> impl Strategy<Value = Vec<Expr>> {
    let wildcard = Just(expr(ExprKind::Wildcard));
    prop::collection::vec(prop_oneof![3 => inner, 1 => wildcard], 1..4)
}

fn tree() -> impl Strategy<Value = Expr> {
    leaf().prop_recursive(6, 40, 4, |inner| {
        let inner = inner.boxed();
        let two = (binary_op(), inner.clone(), inner.clone());
        let given = (inner.clone(), inner.clone());
        prop_oneof![
            4 => two.prop_map(|(op, a, b)| ExprKind::Binary(op, Box::new(a), Box::new(b))),
            1 => inner.clone().prop_map(|a| ExprKind::Unary(UnaryOp::Not, Box::new(a))),
            1 => inner.clone().prop_map(|a| ExprKind::Unary(UnaryOp::Negate, Box::new(a))),
            1 => (inner.clone(), name()).prop_map(|(a, f)| ExprKind::Field(Box::new(a), ident(f))),
            2 => (prop_oneof![5 => name(), 1 => Just("never".to_owned())], arguments(inner.clone()))
                .prop_map(|(f, list)| ExprKind::Call(ident(f), list)),
            1 => given.prop_map(|(a, b)| {
                let given = ExprKind::Binary(BinaryOp::Given, Box::new(a), Box::new(b));
                ExprKind::Call(ident("p".to_owned()), vec![expr(given)])
            }),
            1 => (inner.clone(), inner.clone(), inner.clone())
                .prop_map(|(a, b, c)| ExprKind::If(Box::new(a), Box::new(b), Box::new(c))),
            1 => quantifier(inner),
        ]
        .prop_map(expr)
    })
}

/// The text without one pair of parentheses, for each pair.
fn without_a_pair(text: &str) -> Vec<String> {
    let mut open = Vec::new();
    let mut shorter = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '(' => open.push(at),
            ')' => {
                let start = open.pop().unwrap();
                shorter.push(format!(
                    "{}{}{}",
                    &text[..start],
                    &text[start + 1..at],
                    &text[at + 1..]
                ));
            }
            _ => {}
        }
    }
    shorter
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn every_tree_is_read_back_as_itself(tree in tree()) {
        let text = tree.to_string();
        let (sources, node) = plain(&text);
        let again = parse_expression(&sources, &node);
        let again = again.map_err(|error| TestCaseError::fail(format!("{text}: {error:?}")))?;
        prop_assert!(again.same(&tree), "{} / {}", text, again);
        prop_assert_eq!(again.to_string(), text);
    }

    #[test]
    fn no_printed_parentheses_can_be_left_out(tree in tree()) {
        let text = tree.to_string();
        for shorter in without_a_pair(&text) {
            let (sources, node) = plain(&shorter);
            if let Ok(other) = parse_expression(&sources, &node) {
                prop_assert!(!other.same(&tree), "{} / {}", text, shorter);
            }
        }
    }

    #[test]
    fn no_text_makes_the_parser_panic(text in "[a-z0-9_ ().,<>=!+*/|:&#{}'\"\n-]{0,40}|\\PC{0,20}") {
        let (sources, node) = plain(&text);
        match parse_expression(&sources, &node) {
            Ok(tree) => prop_assert!(read(&tree.to_string()).same(&tree)),
            Err(error) => {
                let place = error.primary.unwrap().span;
                prop_assert!(place.end as usize <= text.len());
                prop_assert!(text.get(place.start as usize..place.end as usize).is_some());
            }
        }
        let _ = Template::parse(&sources, &node);
        let _ = parse_type(&sources, &node);
    }

    #[test]
    fn no_row_of_words_makes_the_parser_panic(words in prop::collection::vec(prop::sample::select(vec![
        "a", "f", "(", ")", ",", ".", "_", "not", "and", "or", "in", "over", "given", "if", "then", "else", "where",
        "satisfy", "give", "never", "count", "all", "sum", "p", "1", "2 days", "2022-03-29", "==", "<", "-", "*",
    ]), 0..16)) {
        let text = words.join(" ");
        let (sources, node) = plain(&text);
        if let Ok(tree) = parse_expression(&sources, &node) {
            prop_assert!(read(&tree.to_string()).same(&tree), "{} / {}", text, tree);
        }
    }
}
