//! The shapes that are less than an expression: one name with arguments, a pattern of events, a literal.

use std::fmt;

use super::ast::{BinaryOp, Expr, ExprKind, Ident, UnaryOp};
use super::excerpt::Parsed;
use super::print::call;
use super::value::{Day, Duration, Number};
use crate::diagnostic::{Diagnostic, Span};

/// A name with arguments: `attack(a, b)`, `consent(_)`, or a bare `attack_hazard`.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// Where it stands.
    pub span: Span,
    /// What it names.
    pub name: Ident,
    /// The arguments as written; trailing ones may be missing.
    pub arguments: Vec<Expr>,
}

/// Events joined by `or`: what `on:`, `duty:`, `forbid:` and `before:` wait for.
#[derive(Clone, Debug, PartialEq)]
pub struct Pattern {
    /// Where it stands.
    pub span: Span,
    /// At least one.
    pub any_of: Vec<Atom>,
}

/// A value written out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Boolean(bool),
    /// `0.7`, `-1`
    Number(Number),
    /// `15 years`
    Duration(Duration),
    /// `2022-03-29`
    Date(Day),
    /// `never`: a date or a duration, as the place demands.
    Never,
}

impl Atom {
    /// The atom an expression is; an error for any other expression.
    pub fn from_expr(expr: &Expr) -> Parsed<Atom> {
        let (name, arguments) = match &expr.kind {
            ExprKind::Name(name) => (
                Ident {
                    name: name.clone(),
                    span: expr.span,
                },
                Vec::new(),
            ),
            ExprKind::Call(name, arguments) => (name.clone(), arguments.clone()),
            _ => {
                let message = format!("expected a name with its arguments, found `{}`", brief(expr));
                let error = Diagnostic::error("E0318", expr.span, message);
                return Err(Box::new(error.help("write it as in `attack(russia, ukraine)`")));
            }
        };
        Ok(Atom {
            span: expr.span,
            name,
            arguments,
        })
    }
}

impl Pattern {
    /// The pattern an expression is; an error for any other expression.
    pub fn from_expr(expr: &Expr) -> Parsed<Pattern> {
        let mut any_of = Vec::new();
        collect(expr, &mut any_of)?;
        Ok(Pattern {
            span: expr.span,
            any_of,
        })
    }
}

/// The events of a pattern, from left to right. A tree is never too high to walk.
fn collect(expr: &Expr, any_of: &mut Vec<Atom>) -> Parsed<()> {
    let help = match &expr.kind {
        ExprKind::Binary(BinaryOp::Or, left, right) => {
            collect(left, any_of)?;
            return collect(right, any_of);
        }
        ExprKind::Name(_) | ExprKind::Call(..) => {
            any_of.push(Atom::from_expr(expr)?);
            return Ok(());
        }
        ExprKind::Binary(BinaryOp::And, ..) | ExprKind::Unary(UnaryOp::Not, _) => {
            "events are joined by `or` alone; a condition on the state belongs under `if:`"
        }
        _ => "an event is written as in `attack(russia, ukraine)`; several are joined by `or`",
    };
    let error = Diagnostic::error("E0318", expr.span, format!("`{}` is not an event", brief(expr)));
    Err(Box::new(error.help(help)))
}

/// An expression as it may be quoted in a message.
fn brief(expr: &Expr) -> String {
    let text = expr.to_string();
    match text.char_indices().nth(60) {
        Some((at, _)) => format!("{}...", text.get(..at).unwrap_or(&text)),
        None => text,
    }
}

impl Expr {
    /// The value an expression writes out, with its sign; `None` if it is not a literal.
    pub fn literal(&self) -> Option<Literal> {
        Some(match &self.kind {
            ExprKind::Boolean(truth) => Literal::Boolean(*truth),
            ExprKind::Number(number) => Literal::Number(*number),
            ExprKind::Duration(duration) => Literal::Duration(*duration),
            ExprKind::Date(day) => Literal::Date(*day),
            ExprKind::Never => Literal::Never,
            ExprKind::Unary(UnaryOp::Negate, operand) => match operand.kind {
                ExprKind::Number(number) => Literal::Number(number.negate()),
                _ => return None,
            },
            _ => return None,
        })
    }
}

impl fmt::Display for Atom {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        call(f, &self.name, &self.arguments)
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, atom) in self.any_of.iter().enumerate() {
            write!(f, "{}{atom}", if at == 0 { "" } else { " or " })?;
        }
        Ok(())
    }
}

impl fmt::Display for Literal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Literal::Boolean(truth) => truth.fmt(f),
            Literal::Number(number) => number.fmt(f),
            Literal::Duration(duration) => duration.fmt(f),
            Literal::Date(day) => day.fmt(f),
            Literal::Never => f.write_str("never"),
        }
    }
}
