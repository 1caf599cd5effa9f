//! Where the floor is entered: one function for each thing a YAML value or key may hold.
//!
//! Values come as a [`Node`], keys as their text with the span of the key. Both are found again in
//! [`Sources`], so that a message points at the very word.

use super::ast::{Expr, Ident};
use super::atom::{Atom, Literal, Pattern};
use super::excerpt::{Excerpt, Parsed};
use super::parser::Parser;
use super::token::TokenKind;
use super::value::{Day, DayError, Duration, Number, RateUnit};
use crate::diagnostic::{Diagnostic, Diagnostics, Sources, Span};
use crate::document::tree::{Node, Value};

/// Reads a condition or an amount.
pub fn parse_expression(sources: &Sources, node: &Node) -> Parsed<Expr> {
    Parser::new(Excerpt::of_node(sources, node, "an expression")?)?.whole_expression()
}

/// Reads an expression from a text that is no value: a key, or what stands on a command line.
pub fn parse_expression_at(sources: &Sources, text: &str, span: Span) -> Parsed<Expr> {
    Parser::new(Excerpt::new(sources, text, span))?.whole_expression()
}

/// Reads one condition or a list of them, "all of these". Each faulty one leaves its message in `errors`.
pub fn parse_conditions(sources: &Sources, node: &Node, errors: &mut Diagnostics) -> Vec<Expr> {
    let nodes = match &node.value {
        Value::List(nodes) => nodes.as_slice(),
        _ => std::slice::from_ref(node),
    };
    let mut conditions = Vec::with_capacity(nodes.len());
    for node in nodes {
        match parse_expression(sources, node) {
            Ok(condition) => conditions.push(condition),
            Err(error) => errors.push(*error),
        }
    }
    conditions
}

/// Reads an event pattern: names with arguments, joined by `or`.
pub fn parse_pattern(sources: &Sources, node: &Node) -> Parsed<Pattern> {
    Pattern::from_expr(&parse_expression(sources, node)?)
}

/// Reads one name with arguments, or a bare name.
pub fn parse_call(sources: &Sources, node: &Node) -> Parsed<Atom> {
    Atom::from_expr(&parse_expression(sources, node)?)
}

/// Reads the key of a map as a name with arguments: `consent(usa)`, `consent(_)`, `losses_so_far`.
pub fn parse_key(sources: &Sources, text: &str, span: Span) -> Parsed<Atom> {
    Atom::from_expr(&parse_expression_at(sources, text, span)?)
}

/// Reads a name that is declared or referred to: `snake_case` and not a word of the language.
pub fn parse_id(sources: &Sources, text: &str, span: Span) -> Parsed<Ident> {
    name(Excerpt::new(sources, text, span))
}

/// Reads a value that is one bare name.
pub fn parse_name(sources: &Sources, node: &Node) -> Parsed<Ident> {
    name(Excerpt::of_node(sources, node, "a name")?)
}

fn name(excerpt: Excerpt<'_>) -> Parsed<Ident> {
    let mut parser = Parser::new(excerpt)?;
    let ident = parser.ident("a name")?;
    if parser.peek.kind == TokenKind::End {
        return Ok(ident);
    }
    let text = excerpt.text().trim();
    let error = excerpt.error(
        "E0302",
        0..excerpt.text().len(),
        format!("`{text}` is not a name"),
    );
    Err(Box::new(error.help(
        "a name is one word, `snake_case`; what readers see stands under `name:`",
    )))
}

/// Reads a value written out: a number with its sign, a duration, a date, a truth value or `never`.
pub fn parse_literal(sources: &Sources, node: &Node) -> Parsed<Literal> {
    literal(sources, node, "a number, duration, date, `true` or `false`", Some)
}

/// Reads a number, perhaps negative.
pub fn parse_number(sources: &Sources, node: &Node) -> Parsed<Number> {
    literal(sources, node, "a number such as `0.7`", |literal| match literal {
        Literal::Number(number) => Some(number),
        _ => None,
    })
}

/// Reads a duration or `never`.
pub fn parse_duration(sources: &Sources, node: &Node) -> Parsed<Duration> {
    literal(
        sources,
        node,
        "a duration such as `30 days`",
        |literal| match literal {
            Literal::Duration(duration) => Some(duration),
            Literal::Never => Some(Duration::Never),
            _ => None,
        },
    )
}

/// Reads a date or `never`.
pub fn parse_date(sources: &Sources, node: &Node) -> Parsed<Day> {
    let excerpt = Excerpt::of_node(sources, node, "a date")?;
    let text = excerpt.text().trim();
    // `2022/03/29` would be read as two divisions, and `10000-01-01` as two subtractions.
    let like_a_date = text.starts_with(|c: char| c.is_ascii_digit())
        && text.chars().all(|c| c.is_ascii_digit() || "-/.".contains(c));
    if like_a_date && matches!(Day::parse(text), Err(DayError::Shape(_))) {
        let message = format!("expected a date such as `2022-03-29`, found `{text}`");
        let error = Diagnostic::error("E0321", node.span, message);
        return Err(Box::new(error.help(match text.len() {
            4 | 7 => "a date names the day too, as in `2030-01-01`",
            _ => "year, month and day with hyphens; the calendar goes from 0001-01-01 to 9999-12-31",
        })));
    }
    literal(
        sources,
        node,
        "a date such as `2022-03-29`",
        |literal| match literal {
            Literal::Date(day) => Some(day),
            Literal::Never => Some(Day::NEVER),
            _ => None,
        },
    )
}

/// Reads the unit of a rate: `per year`.
pub fn parse_rate_unit(sources: &Sources, node: &Node) -> Parsed<RateUnit> {
    let excerpt = Excerpt::of_node(sources, node, "the unit of a rate")?;
    let text = excerpt.text().trim();
    RateUnit::parse(text).ok_or_else(|| {
        let error = Diagnostic::error("E0321", node.span, format!("`{text}` is not the unit of a rate"));
        Box::new(error.help("a rate is `per day`, `per week`, `per month` or `per year`"))
    })
}

fn literal<T>(
    sources: &Sources,
    node: &Node,
    wanted: &str,
    take: impl Fn(Literal) -> Option<T>,
) -> Parsed<T> {
    let excerpt = Excerpt::of_node(sources, node, wanted)?;
    let expr = Parser::new(excerpt)?.whole_expression()?;
    expr.literal().and_then(take).ok_or_else(|| {
        let found: String = excerpt.text().trim().chars().take(60).collect();
        Box::new(Diagnostic::error(
            "E0321",
            expr.span,
            format!("expected {wanted}, found `{found}`"),
        ))
    })
}
