//! Words of the language that take arguments: `min`, `max`, `size`, `owed`, `met`, `broken`, and the doors to `temporal`.

use super::Scope;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::model::{Argument, NormWord, Term, TermKind, Type};

/// Names that are part of the language and are written with parentheses.
pub(super) const FUNCTIONS: [&str; 13] = [
    "min", "max", "size", "owed", "met", "broken", "ever", "never", "times", "first", "at_end", "held", "p",
];

impl Scope<'_> {
    /// A word of the language that takes arguments. The outer `None`: it is not one.
    pub(super) fn function(
        &mut self,
        head: &Ident,
        args: &[Expr],
        span: Span,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Option<Term>> {
        let term = match head.name.as_str() {
            "min" | "max" => self.extreme(head, args, span, expected, out),
            "size" => self.size(head, args, span, out),
            "owed" => self.norm(NormWord::Owed, head, args, span, out),
            "met" => self.norm(NormWord::Met, head, args, span, out),
            "broken" => self.norm(NormWord::Broken, head, args, span, out),
            "p" => self.probability(head, args, span, out),
            "ever" | "never" | "times" | "first" | "at_end" | "held" => self.temporal(head, args, span, out),
            _ => return None,
        };
        Some(term)
    }

    /// `min(a, b)`, `max(a, b)`
    fn extreme(
        &mut self,
        head: &Ident,
        args: &[Expr],
        span: Span,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if args.len() < 2 {
            let message = format!("`{}` compares at least two amounts", head.name);
            out.push(Diagnostic::error("E0505", head.span, message));
            return None;
        }
        let mut terms: Vec<Term> = Vec::with_capacity(args.len());
        let mut complete = true;
        let mut ty = expected.filter(|ty| matches!(ty, Type::Date | Type::Duration));
        for arg in args {
            let Some(term) = self.value_argument(arg, ty, out) else {
                complete = false;
                continue;
            };
            if !matches!(
                term.ty,
                Type::Number | Type::Rate(_) | Type::Date | Type::Duration
            ) {
                let message = format!(
                    "`{arg}` is {}, which has no order",
                    self.model.type_phrase(term.ty)
                );
                out.push(Diagnostic::error("E0504", arg.span, message));
                complete = false;
            } else if let Some(first) = terms.first().filter(|first| first.ty != term.ty) {
                let message = format!(
                    "`{}` compares things of one sort, but `{arg}` is {} and the first is {}",
                    head.name,
                    self.model.type_phrase(term.ty),
                    self.model.type_phrase(first.ty)
                );
                out.push(Diagnostic::error("E0511", arg.span, message));
                complete = false;
            }
            ty = ty.or(Some(term.ty));
            terms.push(term);
        }
        let ty = terms.first().map(|term| term.ty)?;
        self.one_family(&terms, out)?;
        let kind = if head.name == "min" {
            TermKind::Min(terms)
        } else {
            TermKind::Max(terms)
        };
        complete.then_some(Term { span, ty, kind })
    }

    /// `size(s)`
    fn size(&mut self, head: &Ident, args: &[Expr], span: Span, out: &mut Diagnostics) -> Option<Term> {
        let [arg] = args else {
            out.push(Self::wrong_count(head, args.len(), 1, None));
            return None;
        };
        let set = self.set(arg, out)?;
        Some(Term {
            span,
            ty: Type::Number,
            kind: TermKind::Size(Box::new(set)),
        })
    }

    /// `owed(who, under)` and its like.
    fn norm(
        &mut self,
        word: NormWord,
        head: &Ident,
        args: &[Expr],
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let [who, under] = args else {
            let message = format!("`{}` takes 2 arguments, but {} stand here", head.name, args.len());
            let diagnostic = Diagnostic::error("E0505", head.span, message);
            out.push(diagnostic.help(format!("write `{}(who, under)`; `_` matches anything", head.name)));
            return None;
        };
        let state = self.read_state(&format!("`{}`", head.name), span, out);
        let who = self.norm_argument(who, out);
        let under = self.norm_argument(under, out);
        state?;
        Some(Term {
            span,
            ty: Type::Boolean,
            kind: TermKind::Norm(word, Box::new(who?), Box::new(under?)),
        })
    }

    fn norm_argument(&mut self, arg: &Expr, out: &mut Diagnostics) -> Option<Argument> {
        if arg.kind == ExprKind::Wildcard {
            return Some(None);
        }
        let term = self.infer(arg, None, out)?;
        if matches!(term.ty, Type::Entity(_)) {
            return Some(Some(term));
        }
        let message = format!(
            "`{arg}` is {}, but duties are of and under entities",
            self.model.type_phrase(term.ty)
        );
        out.push(Diagnostic::error("E0504", arg.span, message));
        None
    }
}
