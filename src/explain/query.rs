//! A question in the language of scenarios, read against a model.

use crate::diagnostic::{Diagnostics, Span};
use crate::document::tree::{Scalar, ScalarKind};
use crate::document::{Node, Value as Tree};
use crate::language::ast::{BinaryOp, Expr, ExprKind};
use crate::language::parse_expression_at;
use crate::language::value::Day;
use crate::model::resolve::{Mode, Scope, as_call};
use crate::model::{Callable, EventPattern, Model, Term, Type};

use super::error::ExplainError;

/// What is asked about.
pub(super) enum Query {
    /// A condition on the state.
    Condition(Term),
    /// A number.
    Amount(Term),
    /// Events that match any of these.
    Events(Vec<EventPattern>),
}

/// Reads a question.
pub(super) fn read(model: &Model, text: &str) -> Result<Query, ExplainError> {
    let mut sources = model.sources.clone();
    let source = sources.add("<question>", text);
    let span = Span::new(source, 0, text.len());
    let mut out = Diagnostics::default();
    let expr = match parse_expression_at(&sources, text, span) {
        Ok(expr) => expr,
        Err(diagnostic) => {
            out.push(*diagnostic);
            return Err(ExplainError::Query {
                sources,
                diagnostics: out,
            });
        }
    };
    let mut scope = Scope::new(model, Mode::State);
    let query = if speaks_of_event(model, &expr) {
        let scalar = Scalar {
            text: text.to_owned(),
            plain: true,
            kind: ScalarKind::Text,
        };
        scope
            .pattern(
                &Node {
                    span,
                    value: Tree::Scalar(scalar),
                },
                &mut out,
            )
            .map(Query::Events)
    } else {
        scope.term(&expr, None, &mut out).map(|term| match term.ty {
            Type::Boolean => Query::Condition(term),
            _ => Query::Amount(term),
        })
    };
    match query {
        Some(Query::Amount(term)) if !matches!(term.ty, Type::Number | Type::Rate(_)) => {
            Err(ExplainError::NoQuestion {
                query: text.to_owned(),
                is: model.type_phrase(term.ty),
            })
        }
        Some(query) => Ok(query),
        None => Err(ExplainError::Query {
            sources,
            diagnostics: out,
        }),
    }
}

/// Whether the first name is that of an event.
fn speaks_of_event(model: &Model, expr: &Expr) -> bool {
    if let ExprKind::Binary(BinaryOp::Or, first, _) = &expr.kind {
        return speaks_of_event(model, first);
    }
    as_call(expr)
        .is_some_and(|(head, _)| matches!(model.names.callables.get(&head.name), Some(Callable::Event(_))))
}

/// Reads the day of a question.
pub(super) fn day(model: &Model, text: &str) -> Result<Day, ExplainError> {
    let day = Day::parse(text.trim()).map_err(|error| ExplainError::Date {
        text: text.to_owned(),
        why: error.to_string(),
    })?;
    let (from, to) = model.period;
    if day < from || day > to {
        return Err(ExplainError::OutsidePeriod {
            day,
            period: (from, to),
        });
    }
    Ok(day)
}
