//! A goal in the language of scenarios.

use thiserror::Error;

use crate::diagnostic::{Diagnostic, Diagnostics, Sources, Span};
use crate::document::tree::{Scalar, ScalarKind};
use crate::document::{Node, Value as Tree};
use crate::language::ast::Expr;
use crate::language::parse_expression_at;
use crate::model::resolve::{Mode, Scope, as_call};
use crate::model::{Callable, EventPattern, Model, Term, Type};

/// Why there is no view of a goal.
#[derive(Debug, Error)]
pub enum GoalError {
    /// It cannot be read, or names what does not exist.
    #[error("{}", .0.1.render(&.0.0, crate::diagnostic::Options::default()))]
    Unread(Box<(Sources, Diagnostics)>),
    /// It hangs on more than can be looked at.
    #[error("`{0}` hangs on too much to be looked at")]
    TooLarge(String),
}

/// What is to be reached.
pub(super) enum Goal {
    /// A condition.
    Condition(Term, String),
    /// Any of these events.
    Events(Vec<EventPattern>, String),
}

/// Reads a goal.
pub(super) fn read(model: &Model, text: &str) -> Result<Goal, GoalError> {
    let mut sources = model.sources.clone();
    let source = sources.add("<goal>", text);
    let span = Span::new(source, 0, text.len());
    let mut out = Diagnostics::default();
    let unread = |sources: Sources, out: Diagnostics| GoalError::Unread(Box::new((sources, out)));
    let expr = match parse_expression_at(&sources, text, span) {
        Ok(expr) => expr,
        Err(diagnostic) => {
            out.push(*diagnostic);
            return Err(unread(sources, out));
        }
    };
    let mut scope = Scope::new(model, Mode::State);
    if is_event(model, &expr) {
        let scalar = Scalar {
            text: text.to_owned(),
            plain: true,
            kind: ScalarKind::Text,
        };
        let node = Node {
            span,
            value: Tree::Scalar(scalar),
        };
        return match scope.pattern(&node, &mut out) {
            Some(patterns) => Ok(Goal::Events(patterns, text.trim().to_owned())),
            None => Err(unread(sources, out)),
        };
    }
    match scope.term(&expr, None, &mut out) {
        Some(term) if term.ty == Type::Boolean => Ok(Goal::Condition(term, text.trim().to_owned())),
        Some(_) => {
            let error = Diagnostic::error(
                "E0001",
                span,
                "a goal is a condition or an event, and this is neither",
            );
            out.push(error.help("ask for a condition such as `in_force(treaty)`, or an event such as `enter_into_force(treaty)`"));
            Err(unread(sources, out))
        }
        None => Err(unread(sources, out)),
    }
}

fn is_event(model: &Model, expr: &Expr) -> bool {
    use crate::language::ast::{BinaryOp, ExprKind};
    if let ExprKind::Binary(BinaryOp::Or, first, _) = &expr.kind {
        return is_event(model, first);
    }
    as_call(expr)
        .is_some_and(|(head, _)| matches!(model.names.callables.get(&head.name), Some(Callable::Event(_))))
}
