//! `count`, `any`, `all`, `sum` over a set or a kind.

use super::Scope;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast;
use crate::model::{Quantifier, QuantifierKind, Term, TermKind, Type};

impl Scope<'_> {
    pub(super) fn quantifier(
        &mut self,
        quantifier: &ast::Quantifier,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let set = self.set(&quantifier.set, out)?;
        let Type::Set(kind) = set.ty else { return None };
        let variable = self.bind(
            &quantifier.variable.name,
            Type::Entity(kind),
            quantifier.variable.span,
        );
        let condition = quantifier
            .condition
            .as_deref()
            .map(|condition| self.boolean(condition, out));
        let body = quantifier.body.as_deref().map(|body| match quantifier.kind {
            QuantifierKind::Sum => self.summand(body, out),
            _ => self.boolean(body, out),
        });
        self.unbind();
        let (condition, body) = (lift(condition)?, lift(body)?);
        self.complete(quantifier, &condition, &body, span, out)?;
        let ty = match (quantifier.kind, &body) {
            (QuantifierKind::Any | QuantifierKind::All, _) => Type::Boolean,
            (QuantifierKind::Count, _) | (QuantifierKind::Sum, None) => Type::Number,
            (QuantifierKind::Sum, Some(body)) => body.ty,
        };
        let kind = TermKind::Quantifier(Box::new(Quantifier {
            kind: quantifier.kind,
            variable,
            set,
            condition,
            body,
        }));
        Some(Term { span, ty, kind })
    }

    /// What is added up: numbers, or rates of one unit.
    fn summand(&mut self, body: &ast::Expr, out: &mut Diagnostics) -> Option<Term> {
        let term = self.infer(body, Some(Type::Number), out)?;
        if matches!(term.ty, Type::Rate(_)) {
            return Some(term);
        }
        self.expect(term, &body.to_string(), Type::Number, out)
    }

    /// Reports a quantifier that lacks a part it needs, or has one it cannot use.
    fn complete(
        &self,
        written: &ast::Quantifier,
        condition: &Option<Term>,
        body: &Option<Term>,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<()> {
        let (x, s) = (&written.variable.name, &written.set);
        let (message, help) = match written.kind {
            QuantifierKind::Any if condition.is_none() => (
                "`any` needs a condition after `where`",
                format!("write `any({x} in {s} where ...)`"),
            ),
            QuantifierKind::All if body.is_none() => (
                "`all` says after `satisfy` what must hold",
                format!("write `all({x} in {s} satisfy ...)`"),
            ),
            QuantifierKind::Sum if body.is_none() => (
                "`sum` says after `give` what is added up",
                format!("write `sum({x} in {s} give ...)`"),
            ),
            QuantifierKind::Count | QuantifierKind::Any if body.is_some() => (
                "`count` and `any` take `where` only",
                format!("put it all after `where`: `count({x} in {s} where ...)`"),
            ),
            _ => return Some(()),
        };
        out.push(Diagnostic::error("E0518", span, message).help(help));
        None
    }
}

/// `None` in the middle means that an error was reported.
fn lift(part: Option<Option<Term>>) -> Option<Option<Term>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(Some(term)) => Some(Some(term)),
    }
}
