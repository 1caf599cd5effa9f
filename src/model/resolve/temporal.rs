//! Words about a whole run: `ever`, `never`, `times`, `first`, `at_end`, `held`; and `p(...)` over all runs.

use super::{Mode, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{BinaryOp, Expr, ExprKind, Ident};
use crate::model::{Callable, Observed, Temporal, Term, TermKind, Type};

impl Scope<'_> {
    pub(super) fn temporal(
        &mut self,
        head: &Ident,
        args: &[Expr],
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let word = head.name.as_str();
        if matches!(self.mode, Mode::State | Mode::Static) {
            let message =
                format!("`{word}` speaks of a whole run; a condition reads the state of the moment");
            out.push(
                Diagnostic::error("E0509", head.span, message)
                    .help("let a rule start a fact when it happens, and ask for that fact; `ever`, `first` and their like stand in `outcomes`, `expect` and `invariants`"),
            );
            return None;
        }
        if self.temporal_depth > 0 {
            let message = format!("`{word}` stands inside another word about the whole run");
            out.push(
                Diagnostic::error("E0509", head.span, message)
                    .help("join them outside: `ever(a) and ever(b)`"),
            );
            return None;
        }
        let [arg] = args else {
            let message = format!(
                "`{word}` takes one event or condition, but {} stand here",
                args.len()
            );
            out.push(Diagnostic::error("E0505", head.span, message));
            return None;
        };
        self.worded.get_or_insert(head.span);
        self.temporal_depth += 1;
        let term = self.temporal_word(word, arg, span, out);
        self.temporal_depth -= 1;
        term
    }

    fn temporal_word(&mut self, word: &str, arg: &Expr, span: Span, out: &mut Diagnostics) -> Option<Term> {
        let (ty, kind) = match word {
            "at_end" => (
                Type::Boolean,
                Temporal::AtEnd(Box::new(self.observed_condition(word, arg, out)?)),
            ),
            "held" => (
                Type::Number,
                Temporal::Held(Box::new(self.observed_condition(word, arg, out)?)),
            ),
            "times" => (Type::Number, Temporal::Times(self.observed(arg, out)?)),
            "first" => (Type::Date, Temporal::First(self.observed(arg, out)?)),
            _ => (Type::Boolean, Temporal::Ever(self.observed(arg, out)?)),
        };
        let term = Term {
            span,
            ty,
            kind: TermKind::Temporal(kind),
        };
        if word == "never" {
            return Some(Term {
                span,
                ty,
                kind: TermKind::Not(Box::new(term)),
            });
        }
        Some(term)
    }

    /// Events, or a condition at each day's close.
    fn observed(&mut self, arg: &Expr, out: &mut Diagnostics) -> Option<Observed> {
        if self.starts_with_event(arg) {
            return self.events(arg, out).map(Observed::Events);
        }
        self.boolean(arg, out)
            .map(|term| Observed::Condition(Box::new(term)))
    }

    fn observed_condition(&mut self, word: &str, arg: &Expr, out: &mut Diagnostics) -> Option<Term> {
        if self.starts_with_event(arg) {
            let message = format!("`{arg}` is an event, which does not last: `{word}` asks for a condition");
            out.push(
                Diagnostic::error("E0506", arg.span, message)
                    .help(format!("write `ever({arg})` or `times({arg})`")),
            );
            return None;
        }
        self.boolean(arg, out)
    }

    /// Whether an expression is an event pattern, by its first name.
    fn starts_with_event(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Call(head, _) => matches!(self.callable(&head.name), Some(Callable::Event(_))),
            ExprKind::Name(name) => {
                self.variable(name).is_none() && matches!(self.callable(name), Some(Callable::Event(_)))
            }
            ExprKind::Binary(BinaryOp::Or, a, b) => self.starts_with_event(a) || self.starts_with_event(b),
            _ => false,
        }
    }

    /// `p(a)`, `p(a given b)`
    pub(super) fn probability(
        &mut self,
        head: &Ident,
        args: &[Expr],
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if self.mode != Mode::Expectation || self.temporal_depth > 0 {
            let message =
                "`p(...)` speaks of all runs together: it stands only in `expect:`, outside other words";
            out.push(Diagnostic::error("E0509", head.span, message));
            return None;
        }
        let [arg] = args else {
            let message = format!("`p` takes one statement, but {} stand here", args.len());
            out.push(Diagnostic::error("E0505", head.span, message).help("write `p(a)` or `p(a given b)`"));
            return None;
        };
        let (what, given) = match &arg.kind {
            ExprKind::Binary(BinaryOp::Given, a, b) => (a.as_ref(), Some(b.as_ref())),
            _ => (arg, None),
        };
        let term = self.statement(what, out);
        let given = given.map(|given| self.statement(given, out));
        let given = match given {
            None => None,
            Some(term) => Some(Box::new(term?)),
        };
        Some(Term {
            span,
            ty: Type::Number,
            kind: TermKind::Probability(Box::new(term?), given),
        })
    }

    fn statement(&mut self, expr: &Expr, out: &mut Diagnostics) -> Option<Term> {
        let outer = std::mem::replace(&mut self.in_probability, true);
        let term = self.boolean(expr, out);
        self.in_probability = outer;
        let term = term?;
        if term.is_probabilistic() {
            out.push(Diagnostic::error(
                "E0519",
                expr.span,
                "`p(...)` does not stand inside another `p(...)`",
            ));
            return None;
        }
        Some(term)
    }
}
