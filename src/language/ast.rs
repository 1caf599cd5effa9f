//! The syntax tree of expressions: what was written, not yet resolved or typed.

use super::value::{Day, Duration, Number};
use crate::diagnostic::Span;

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name, `snake_case`.
    pub name: String,
    /// Where it stands.
    pub span: Span,
}

/// An expression with its place.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: ExprKind,
}

/// The forms of expressions.
#[derive(Clone, Debug, PartialEq)]
pub enum ExprKind {
    /// `true`, `false`
    Boolean(bool),
    /// `0.7`
    Number(Number),
    /// `2022-03-29`
    Date(Day),
    /// `15 years`
    Duration(Duration),
    /// `never`
    Never,
    /// `_`, matches anything; only as an argument.
    Wildcard,
    /// A name without arguments.
    Name(String),
    /// `treaty.guarantee`
    Field(Box<Expr>, Ident),
    /// `ratified(g, t)`, `min(a, b)`, `size(s)`, `ever(e)`, `p(a)`
    Call(Ident, Vec<Expr>),
    /// `not a`, `-a`
    Unary(UnaryOp, Box<Expr>),
    /// `a and b`, `a + b`, `a <= b`, `x in s`, `rate over duration`, `a given b`
    Binary(BinaryOp, Box<Expr>, Box<Expr>),
    /// `if c then a else b`
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `count(x in s where c)`, `any(...)`, `all(x in s where c satisfy d)`, `sum(x in s where c give e)`
    Quantifier(Quantifier),
}

/// A quantifier over a set or a kind.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantifier {
    /// Which one.
    pub kind: QuantifierKind,
    /// The variable it binds.
    pub variable: Ident,
    /// The set or kind it ranges over.
    pub set: Box<Expr>,
    /// After `where`.
    pub condition: Option<Box<Expr>>,
    /// After `satisfy` (all) or `give` (sum).
    pub body: Option<Box<Expr>>,
}

/// The quantifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum QuantifierKind {
    /// How many.
    Count,
    /// At least one.
    Any,
    /// Every one; needs `satisfy`.
    All,
    /// The sum; needs `give`.
    Sum,
}

/// Prefix operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UnaryOp {
    /// `not`
    Not,
    /// `-`
    Negate,
}

/// Infix operators, loosest first: `given`; `or`; `and`; (`not`); comparisons and `in`, which do not chain;
/// `+ -`; `* /`; `over`; (unary minus).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BinaryOp {
    /// `given`, only inside `p(...)`.
    Given,
    /// `or`
    Or,
    /// `and`
    And,
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
    /// `in`
    In,
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `over`: a rate over a duration.
    Over,
}
