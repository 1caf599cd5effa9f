//! What is called by name: facts, measures, quantities, assumptions, outcomes.

use super::arguments::Open;
use super::{Mode, Scope, functions::FUNCTIONS, with_suggestion};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{Expr, Ident};
use crate::model::{AssumptionId, Callable, OutcomeId, Term, TermKind, Type};

impl<'m> Scope<'m> {
    /// What a name means when it is called.
    pub fn callable(&self, name: &str) -> Option<Callable> {
        self.model.names.callables.get(name).copied()
    }

    pub(super) fn is_callable(&self, name: &str) -> bool {
        self.callable(name).is_some() || self.model.names.outcomes.contains_key(name)
    }

    /// All names that can be called in a condition, with how many arguments they take.
    pub(super) fn callable_names(&self) -> impl Iterator<Item = (&'m str, usize)> + use<'m> {
        let model = self.model;
        model.names.callables.iter().filter_map(|(name, callable)| {
            let arity = match *callable {
                Callable::Fact(id) => model.facts.find(id)?.args.len(),
                Callable::Measure(id) => model.measures.find(id)?.args.len(),
                Callable::Quantity(id) => model.quantities.find(id)?.args.len(),
                Callable::Assumption(id) => model.assumptions.find(id)?.arity,
                Callable::Event(_) => return None,
            };
            Some((name.as_str(), arity))
        })
    }

    /// A bare name as a fact, measure, quantity, assumption or outcome without arguments. The outer `None`: no such thing.
    pub(super) fn call_without_arguments(
        &mut self,
        name: &str,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Option<Term>> {
        let head = Ident {
            name: name.to_owned(),
            span,
        };
        if let Some(callable) = self.callable(name) {
            return Some(self.apply(callable, &head, &[], span, out));
        }
        let outcome = self.model.names.outcomes.get(name).copied()?;
        Some(self.outcome(outcome, &head, span, out))
    }

    /// `name(args)`
    pub(super) fn call(
        &mut self,
        head: &Ident,
        args: &[Expr],
        span: Span,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if let Some(term) = self.function(head, args, span, expected, out) {
            return term;
        }
        if let Some((_, variable)) = self.variable(&head.name) {
            let message = format!("`{}` is a variable and takes no arguments", head.name);
            out.push(Diagnostic::error("E0505", head.span, message).also(variable.span, "declared here"));
            return None;
        }
        match self.callable(&head.name) {
            Some(callable) => self.apply(callable, head, args, span, out),
            None => {
                self.unknown_call(head, args, out);
                None
            }
        }
    }

    fn apply(
        &mut self,
        callable: Callable,
        head: &Ident,
        args: &[Expr],
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let model = self.model;
        let name = &head.name;
        match callable {
            Callable::Fact(id) => {
                let fact = model.facts.find(id)?;
                let state = self.read_state(&format!("the fact `{name}`"), span, out);
                let args = self.arguments(head, args, &fact.args, fact.about.span, Open::Wildcards, out)?;
                state?;
                Some(Term {
                    span,
                    ty: Type::Boolean,
                    kind: TermKind::Fact(id, args),
                })
            }
            Callable::Measure(id) => {
                let measure = model.measures.find(id)?;
                let state = self.read_state(&format!("the measure `{name}`"), span, out);
                let args =
                    self.closed_arguments(head, args, &measure.args, measure.about.span, Open::Closed, out)?;
                state?;
                Some(Term {
                    span,
                    ty: Type::Number,
                    kind: TermKind::Measure(id, args),
                })
            }
            Callable::Quantity(id) => {
                let quantity = model.quantities.find(id)?;
                let state = self.read_state(&format!("the quantity `{name}`"), span, out);
                let args = self.closed_arguments(
                    head,
                    args,
                    &quantity.args,
                    quantity.about.span,
                    Open::Closed,
                    out,
                )?;
                state?;
                Some(Term {
                    span,
                    ty: quantity.is.ty,
                    kind: TermKind::Quantity(id, args),
                })
            }
            Callable::Assumption(id) => self.assumption(id, head, args, span, out),
            Callable::Event(id) => {
                let event = model.events.find(id)?;
                let message =
                    format!("`{name}` is an event; a condition reads the state, and an event leaves none");
                let whole_run = matches!(self.mode, Mode::Outcome | Mode::Expectation | Mode::Invariant);
                let help = match whole_run {
                    true => {
                        let called = self.model.sources.slice(span);
                        format!(
                            "ask whether it ever happened: `ever({called})`; or how often: `times({called})`"
                        )
                    }
                    false => format!("let a rule `on: {name}(...)` start a fact, and ask for that fact"),
                };
                out.push(
                    Diagnostic::error("E0506", head.span, message)
                        .also(event.about.span, "declared as an event here")
                        .help(help),
                );
                None
            }
        }
    }

    fn outcome(&self, id: OutcomeId, head: &Ident, span: Span, out: &mut Diagnostics) -> Option<Term> {
        if self.mode != Mode::Expectation {
            let message = format!("`{}` is an outcome: only `expect:` can speak of it", head.name);
            let asked = self
                .model
                .outcomes
                .find(id)
                .map(|outcome| self.model.sources.slice(outcome.is.span));
            let error = Diagnostic::error("E0509", head.span, message);
            out.push(match asked.filter(|asked| !asked.is_empty()) {
                Some(asked) => error.help(format!("it asks `{asked}`: speak of what stands in that")),
                None => error,
            });
            return None;
        }
        let ty = self.model.outcomes.find(id)?.is.ty;
        Some(Term {
            span,
            ty,
            kind: TermKind::Outcome(id),
        })
    }

    /// An assumption; its indexes are entities of any kind.
    fn assumption(
        &mut self,
        id: AssumptionId,
        head: &Ident,
        args: &[Expr],
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let assumption = self.model.assumptions.find(id)?;
        let declared = assumption.entries.first().map(|entry| entry.about.span);
        if args.len() != assumption.arity {
            out.push(Self::wrong_count(head, args.len(), assumption.arity, declared));
            return None;
        }
        let before = out.iter().count();
        let terms: Vec<_> = args
            .iter()
            .filter_map(|arg| self.value_argument(arg, None, out))
            .collect();
        if terms.len() < args.len() {
            return None;
        }
        for (arg, term) in args.iter().zip(&terms) {
            if !matches!(term.ty, Type::Entity(_) | Type::Enum(_)) {
                let message = format!(
                    "`{arg}` is {}, but an assumption is indexed by entities",
                    self.model.type_phrase(term.ty)
                );
                out.push(Diagnostic::error("E0504", arg.span, message));
            }
        }
        if out.iter().count() > before {
            return None;
        }
        Some(Term {
            span,
            ty: assumption.ty,
            kind: TermKind::Assumption(id, terms),
        })
    }

    fn unknown_call(&self, head: &Ident, args: &[Expr], out: &mut Diagnostics) {
        let name = head.name.as_str();
        if self.is_broken(name) {
            return;
        }
        if self.kind_named(name).is_some() {
            let message = format!("`{name}` is a kind, not a fact");
            let inside = args.first().map_or_else(|| "x".to_owned(), ToString::to_string);
            out.push(Diagnostic::error("E0501", head.span, message).help(format!(
                "declare `{inside}: {name}` under `for:`, or write `{inside} in {name}`"
            )));
            return;
        }
        let known = self
            .callable_names()
            .filter(|(_, arity)| *arity > 0)
            .map(|(name, _)| name)
            .chain(FUNCTIONS);
        let message = format!("no fact, measure, quantity or assumption `{name}`");
        let (diagnostic, found) = with_suggestion(self.model, "E0501", head.span, message, name, known);
        let help = synonym(name).filter(|_| !found);
        out.push(match help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
}

/// Words that authors call where the language has another.
fn synonym(name: &str) -> Option<&'static str> {
    Some(match name {
        "average" | "avg" | "mean" | "median" => {
            "an outcome is the figure of one story; `demarche outcomes` tells its mean over all of them"
        }
        "probability" | "prob" | "chance" | "likelihood" => {
            "how likely a statement is, is `p(...)`, in `expect:`"
        }
        "duration" | "days" | "length" | "time" => "on how many days a condition held is `held(...)`",
        "happens" | "happened" | "occurs" | "occurred" => "whether an event happened is `ever(...)`",
        "always" => "what held throughout never failed: `never(not ...)`; or write it under `invariants:`",
        "number" | "number_of" | "frequency" => "how often an event happened is `times(...)`",
        "last" => "there is no last day; `at_end(...)` is what held on the last day of the period",
        "exists" | "some" => "write `any(x in s where ...)`",
        "forall" | "every" => "write `all(x in s satisfy ...)`",
        "abs" | "round" | "floor" | "ceil" => "there are `min`, `max` and the four operations",
        _ => return None,
    })
}
