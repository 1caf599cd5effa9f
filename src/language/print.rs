//! Expressions as text: with the fewest parentheses, and read back as the same tree.

use std::fmt;

use super::ast::{BinaryOp, Expr, ExprKind, Ident, Quantifier, QuantifierKind, UnaryOp};
use super::operator::Power;

impl fmt::Display for Ident {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Boolean(truth) => write!(f, "{truth}"),
            ExprKind::Number(number) => write!(f, "{number}"),
            ExprKind::Date(day) => write!(f, "{day}"),
            ExprKind::Duration(duration) => write!(f, "{duration}"),
            ExprKind::Never => f.write_str("never"),
            ExprKind::Wildcard => f.write_str("_"),
            ExprKind::Name(name) => f.write_str(name),
            ExprKind::Field(base, field) => {
                within(f, base, Power::Path)?;
                write!(f, ".{field}")
            }
            ExprKind::Call(name, arguments) => call(f, name, arguments),
            ExprKind::Unary(op, operand) => {
                f.write_str(if *op == UnaryOp::Not { "not " } else { "-" })?;
                within(f, operand, op.power())
            }
            ExprKind::Binary(op, left, right) => {
                let power = op.power();
                match left.kind {
                    // Alone among the operators, `given` ends an `if` on its left.
                    ExprKind::If(..) if *op == BinaryOp::Given => write!(f, "{left}")?,
                    _ => within(f, left, if power.chains() { power } else { power.tighter() })?,
                }
                write!(f, " {} ", op.symbol())?;
                within(f, right, power.tighter())
            }
            ExprKind::If(condition, yes, no) => write!(f, "if {condition} then {yes} else {no}"),
            ExprKind::Quantifier(quantifier) => write!(f, "{quantifier}"),
        }
    }
}

impl fmt::Display for Quantifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}({} in ", self.kind.word(), self.variable)?;
        within(f, &self.set, Power::Sum)?;
        if let Some(condition) = &self.condition {
            write!(f, " where {condition}")?;
        }
        if let Some(body) = &self.body {
            let word = if self.kind == QuantifierKind::Sum {
                "give"
            } else {
                "satisfy"
            };
            write!(f, " {word} {body}")?;
        }
        f.write_str(")")
    }
}

/// `name(a, b)`, or the bare name if there are no arguments.
pub(super) fn call(f: &mut fmt::Formatter<'_>, name: &Ident, arguments: &[Expr]) -> fmt::Result {
    write!(f, "{name}")?;
    for (at, argument) in arguments.iter().enumerate() {
        write!(f, "{}{argument}", if at == 0 { "(" } else { ", " })?;
    }
    f.write_str(if arguments.is_empty() { "" } else { ")" })
}

/// An expression where only forms that bind at least as tightly as `min` stand without parentheses.
fn within(f: &mut fmt::Formatter<'_>, expr: &Expr, min: Power) -> fmt::Result {
    if expr.kind.power() < min {
        write!(f, "({expr})")
    } else {
        write!(f, "{expr}")
    }
}

impl Expr {
    /// Whether two expressions say the same, wherever they stand.
    pub fn same(&self, other: &Expr) -> bool {
        use ExprKind as K;
        let both = |pairs: &[(&Expr, &Expr)]| pairs.iter().all(|(a, b)| a.same(b));
        match (&self.kind, &other.kind) {
            (K::Field(a, x), K::Field(b, y)) => x.name == y.name && a.same(b),
            (K::Call(x, a), K::Call(y, b)) => x.name == y.name && same_all(a, b),
            (K::Unary(x, a), K::Unary(y, b)) => x == y && a.same(b),
            (K::Binary(x, a, b), K::Binary(y, c, d)) => x == y && both(&[(a, c), (b, d)]),
            (K::If(a, b, c), K::If(d, e, g)) => both(&[(a, d), (b, e), (c, g)]),
            (K::Quantifier(a), K::Quantifier(b)) => {
                a.kind == b.kind
                    && a.variable.name == b.variable.name
                    && a.set.same(&b.set)
                    && same_all(a.condition.as_deref(), b.condition.as_deref())
                    && same_all(a.body.as_deref(), b.body.as_deref())
            }
            // The rest holds neither places nor other expressions.
            (a, b) => a == b,
        }
    }
}

/// Whether two rows of expressions say the same, one by one.
fn same_all<'a>(left: impl IntoIterator<Item = &'a Expr>, right: impl IntoIterator<Item = &'a Expr>) -> bool {
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    loop {
        match (left.next(), right.next()) {
            (None, None) => return true,
            (Some(a), Some(b)) if a.same(b) => {}
            _ => return false,
        }
    }
}
