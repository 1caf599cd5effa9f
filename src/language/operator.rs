//! How operators are written and how tightly they bind: one table for the parser and the printer.

use super::ast::{BinaryOp, ExprKind, UnaryOp};

/// How tightly a form binds; what is higher is grouped first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Power {
    /// `if c then a else b`: reaches as far to the right as it can.
    If,
    Given,
    Or,
    And,
    Not,
    /// Comparisons and `in`.
    Compare,
    Sum,
    Product,
    Over,
    Negate,
    /// Literals; unlike names they have no fields.
    Literal,
    /// Names, fields, calls, quantifiers, parentheses.
    Path,
}

impl Power {
    /// The next tighter one: what the right operand of a left-associative operator must have.
    pub(super) fn tighter(self) -> Power {
        match self {
            Power::If => Power::Given,
            Power::Given => Power::Or,
            Power::Or => Power::And,
            Power::And => Power::Not,
            Power::Not => Power::Compare,
            Power::Compare => Power::Sum,
            Power::Sum => Power::Product,
            Power::Product => Power::Over,
            Power::Over => Power::Negate,
            Power::Negate => Power::Literal,
            Power::Literal | Power::Path => Power::Path,
        }
    }

    /// Whether two operators of this power may stand in a row (`a - b - c`, but not `a < b < c`).
    pub(super) fn chains(self) -> bool {
        !matches!(self, Power::Compare | Power::Given)
    }
}

impl UnaryOp {
    pub(super) fn power(self) -> Power {
        match self {
            UnaryOp::Not => Power::Not,
            UnaryOp::Negate => Power::Negate,
        }
    }
}

impl BinaryOp {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            BinaryOp::Given => "given",
            BinaryOp::Or => "or",
            BinaryOp::And => "and",
            BinaryOp::Equal => "==",
            BinaryOp::NotEqual => "!=",
            BinaryOp::Less => "<",
            BinaryOp::LessEqual => "<=",
            BinaryOp::Greater => ">",
            BinaryOp::GreaterEqual => ">=",
            BinaryOp::In => "in",
            BinaryOp::Add => "+",
            BinaryOp::Subtract => "-",
            BinaryOp::Multiply => "*",
            BinaryOp::Divide => "/",
            BinaryOp::Over => "over",
        }
    }

    pub(super) fn power(self) -> Power {
        match self {
            BinaryOp::Given => Power::Given,
            BinaryOp::Or => Power::Or,
            BinaryOp::And => Power::And,
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Less
            | BinaryOp::LessEqual
            | BinaryOp::Greater
            | BinaryOp::GreaterEqual
            | BinaryOp::In => Power::Compare,
            BinaryOp::Add | BinaryOp::Subtract => Power::Sum,
            BinaryOp::Multiply | BinaryOp::Divide => Power::Product,
            BinaryOp::Over => Power::Over,
        }
    }
}

impl ExprKind {
    pub(super) fn power(&self) -> Power {
        match self {
            ExprKind::If(..) => Power::If,
            ExprKind::Unary(op, _) => op.power(),
            ExprKind::Binary(op, ..) => op.power(),
            ExprKind::Boolean(_)
            | ExprKind::Number(_)
            | ExprKind::Date(_)
            | ExprKind::Duration(_)
            | ExprKind::Never
            | ExprKind::Wildcard => Power::Literal,
            ExprKind::Name(_) | ExprKind::Field(..) | ExprKind::Call(..) | ExprKind::Quantifier(_) => {
                Power::Path
            }
        }
    }
}
