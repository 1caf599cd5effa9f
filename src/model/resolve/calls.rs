//! What is called by name: facts, measures, quantities, assumptions; and the built-in functions.

use super::{Mode, Scope, with_suggestion};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::model::{
    Argument, AssumptionId, Callable, Fact, NormWord, OutcomeId, Parameter, Term, TermKind, Type,
};

/// What becomes of arguments that are open or left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    /// All must be given; `_` matches anything.
    Wildcards,
    /// `_` and omitted trailing arguments match anything.
    Trailing,
    /// All must be given, each a value.
    Closed,
    /// Each a value; omitted trailing arguments take their defaults.
    Defaults,
}

/// Names that are part of the language and are written with parentheses.
const FUNCTIONS: [&str; 13] =
    ["min", "max", "size", "owed", "met", "broken", "ever", "never", "times", "first", "at_end", "held", "p"];

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
                Callable::Fact(id) => model.facts.get(id)?.args.len(),
                Callable::Measure(id) => model.measures.get(id)?.args.len(),
                Callable::Quantity(id) => model.quantities.get(id)?.args.len(),
                Callable::Assumption(id) => model.assumptions.get(id)?.arity,
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
        let head = Ident { name: name.to_owned(), span };
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
                let fact = model.facts.get(id)?;
                let state = self.read_state(&format!("the fact `{name}`"), span, out);
                let args = self.arguments(head, args, &fact.args, fact.about.span, Open::Wildcards, out)?;
                state?;
                Some(Term { span, ty: Type::Boolean, kind: TermKind::Fact(id, args) })
            }
            Callable::Measure(id) => {
                let measure = model.measures.get(id)?;
                let state = self.read_state(&format!("the measure `{name}`"), span, out);
                let args = self.closed_arguments(head, args, &measure.args, measure.about.span, Open::Closed, out)?;
                state?;
                Some(Term { span, ty: Type::Number, kind: TermKind::Measure(id, args) })
            }
            Callable::Quantity(id) => {
                let quantity = model.quantities.get(id)?;
                let state = self.read_state(&format!("the quantity `{name}`"), span, out);
                let args = self.closed_arguments(head, args, &quantity.args, quantity.about.span, Open::Closed, out)?;
                state?;
                Some(Term { span, ty: quantity.is.ty, kind: TermKind::Quantity(id, args) })
            }
            Callable::Assumption(id) => self.assumption(id, head, args, span, out),
            Callable::Event(id) => {
                let event = model.events.get(id)?;
                let message = format!("`{name}` is an event; a condition reads the state, and an event leaves none");
                out.push(
                    Diagnostic::error("E0506", head.span, message)
                        .also(event.about.span, "declared as an event here")
                        .help(format!("let a rule `on: {name}(...)` start a fact, and ask for that fact")),
                );
                None
            }
        }
    }

    fn outcome(&self, id: OutcomeId, head: &Ident, span: Span, out: &mut Diagnostics) -> Option<Term> {
        if self.mode != Mode::Expectation {
            let message = format!("`{}` is an outcome: only `expect:` can speak of it", head.name);
            out.push(Diagnostic::error("E0509", head.span, message));
            return None;
        }
        let ty = self.model.outcomes.get(id)?.is.ty;
        Some(Term { span, ty, kind: TermKind::Outcome(id) })
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
        let assumption = self.model.assumptions.get(id)?;
        let declared = assumption.entries.first().map(|entry| entry.about.span);
        if args.len() != assumption.arity {
            self.wrong_count(head, args.len(), assumption.arity, None, declared, out);
            return None;
        }
        let before = out.iter().count();
        let terms: Vec<_> = args.iter().filter_map(|arg| self.value_argument(arg, None, out)).collect();
        if terms.len() < args.len() {
            return None;
        }
        for (arg, term) in args.iter().zip(&terms) {
            if !matches!(term.ty, Type::Entity(_) | Type::Enum(_)) {
                let message = format!("`{arg}` is {}, but an assumption is indexed by entities", self.model.type_phrase(term.ty));
                out.push(Diagnostic::error("E0504", arg.span, message));
            }
        }
        if out.iter().count() > before {
            return None;
        }
        Some(Term { span, ty: assumption.ty, kind: TermKind::Assumption(id, terms) })
    }

    /// Types arguments against their declaration.
    pub(super) fn arguments(
        &mut self,
        head: &Ident,
        args: &[Expr],
        parameters: &[Parameter],
        declared: Span,
        open: Open,
        out: &mut Diagnostics,
    ) -> Option<Vec<Argument>> {
        let least = match open {
            Open::Wildcards | Open::Closed => parameters.len(),
            Open::Trailing => 0,
            Open::Defaults => parameters.iter().take_while(|p| p.default.is_none()).count(),
        };
        if args.len() > parameters.len() || args.len() < least {
            self.wrong_count(head, args.len(), parameters.len(), Some(parameters), Some(declared), out);
            return None;
        }
        let mut typed = Vec::with_capacity(parameters.len());
        let mut complete = true;
        for (parameter, arg) in parameters.iter().zip(args) {
            if arg.kind == ExprKind::Wildcard && matches!(open, Open::Wildcards | Open::Trailing) {
                typed.push(None);
                continue;
            }
            match self.argument(head, arg, parameter, declared, out) {
                Some(term) => typed.push(Some(term)),
                None => complete = false,
            }
        }
        for parameter in parameters.iter().skip(args.len()) {
            let filled = match open {
                Open::Defaults => parameter.default.clone().map(|value| Term {
                    span: head.span,
                    ty: parameter.ty,
                    kind: TermKind::Value(value),
                }),
                _ => None,
            };
            typed.push(filled);
        }
        complete.then_some(typed)
    }

    /// As [`arguments`](Self::arguments) where none may be open.
    pub(super) fn closed_arguments(
        &mut self,
        head: &Ident,
        args: &[Expr],
        parameters: &[Parameter],
        declared: Span,
        open: Open,
        out: &mut Diagnostics,
    ) -> Option<Vec<Term>> {
        let typed = self.arguments(head, args, parameters, declared, open, out)?;
        typed.into_iter().collect()
    }

    /// The arguments of a fact that a rule derives: all given, all known once the variables are.
    pub fn fact_arguments(&mut self, head: &Ident, args: &[Expr], fact: &Fact, out: &mut Diagnostics) -> Option<Vec<Term>> {
        self.within(Mode::Static, |scope| {
            scope.closed_arguments(head, args, &fact.args, fact.about.span, Open::Closed, out)
        })
    }

    fn argument(
        &mut self,
        head: &Ident,
        arg: &Expr,
        parameter: &Parameter,
        declared: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let term = self.value_argument(arg, Some(parameter.ty), out)?;
        if self.model.fits(term.ty, parameter.ty) {
            return Some(term);
        }
        let message = format!(
            "`{arg}` is {}, but `{}` of `{}` is {}",
            self.model.type_phrase(term.ty),
            parameter.name,
            head.name,
            self.model.type_phrase(parameter.ty)
        );
        let mut diagnostic = Diagnostic::error("E0504", arg.span, message).also(declared, "declared here");
        if let (Type::Entity(given), Type::Entity(wanted)) = (term.ty, parameter.ty)
            && self.model.kind_is_a(wanted, given)
            && let TermKind::Variable(id) = term.kind
            && let Some(variable) = self.variables.get(crate::ids::Id::index(id))
        {
            let kind = self.model.kinds.get(wanted).map_or("", |k| k.name.as_str());
            diagnostic = diagnostic
                .also(variable.span, format!("`{arg}` is declared here"))
                .help(format!("declare `{arg}: {kind}`; where it ranges over a set, add the condition `{arg} in ...`"));
        }
        out.push(diagnostic);
        None
    }

    /// An argument that must be a value; `_` gets its own message.
    fn value_argument(&mut self, arg: &Expr, expected: Option<Type>, out: &mut Diagnostics) -> Option<Term> {
        if arg.kind == ExprKind::Wildcard {
            out.push(
                Diagnostic::error("E0507", arg.span, "`_` matches anything, but here one value is wanted")
                    .help("bind a variable with `for:` or a quantifier and write it here"),
            );
            return None;
        }
        self.infer(arg, expected, out)
    }

    fn wrong_count(
        &self,
        head: &Ident,
        given: usize,
        wanted: usize,
        parameters: Option<&[Parameter]>,
        declared: Option<Span>,
        out: &mut Diagnostics,
    ) {
        let plural = if wanted == 1 { "" } else { "s" };
        let message = format!("`{}` takes {wanted} argument{plural}, but {given} stand here", head.name);
        let mut diagnostic = Diagnostic::error("E0505", head.span, message);
        if let Some(declared) = declared {
            diagnostic = diagnostic.also(declared, "declared here");
        }
        if let Some(parameters) = parameters.filter(|list| !list.is_empty()) {
            let names: Vec<_> = parameters.iter().map(|p| p.name.as_str()).collect();
            let open = if given < wanted { "; `_` matches anything" } else { "" };
            diagnostic = diagnostic.help(format!("write `{}({})`{open}", head.name, names.join(", ")));
        } else if wanted == 0 {
            diagnostic = diagnostic.help(format!("write `{}`, without parentheses", head.name));
        }
        out.push(diagnostic);
    }

    fn unknown_call(&self, head: &Ident, args: &[Expr], out: &mut Diagnostics) {
        let name = head.name.as_str();
        if self.is_broken(name) {
            return;
        }
        if self.kind_named(name).is_some() {
            let message = format!("`{name}` is a kind, not a fact");
            let inside = args.first().map_or_else(|| "x".to_owned(), ToString::to_string);
            out.push(
                Diagnostic::error("E0501", head.span, message)
                    .help(format!("declare `{inside}: {name}` under `for:`, or write `{inside} in {name}`")),
            );
            return;
        }
        let known = self.callable_names().filter(|(_, arity)| *arity > 0).map(|(name, _)| name).chain(FUNCTIONS);
        let message = format!("no fact, measure, quantity or assumption `{name}`");
        out.push(with_suggestion(self.model, "E0501", head.span, message, name, known).0);
    }

    /// A word of the language that takes arguments. The outer `None`: it is not one.
    fn function(
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
            if !matches!(term.ty, Type::Number | Type::Rate(_) | Type::Date | Type::Duration) {
                let message = format!("`{arg}` is {}, which has no order", self.model.type_phrase(term.ty));
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
        let kind = if head.name == "min" { TermKind::Min(terms) } else { TermKind::Max(terms) };
        complete.then_some(Term { span, ty, kind })
    }

    /// `size(s)`
    fn size(&mut self, head: &Ident, args: &[Expr], span: Span, out: &mut Diagnostics) -> Option<Term> {
        let [arg] = args else {
            self.wrong_count(head, args.len(), 1, None, None, out);
            return None;
        };
        let set = self.set(arg, out)?;
        Some(Term { span, ty: Type::Number, kind: TermKind::Size(Box::new(set)) })
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
        Some(Term { span, ty: Type::Boolean, kind: TermKind::Norm(word, Box::new(who?), Box::new(under?)) })
    }

    fn norm_argument(&mut self, arg: &Expr, out: &mut Diagnostics) -> Option<Argument> {
        if arg.kind == ExprKind::Wildcard {
            return Some(None);
        }
        let term = self.infer(arg, None, out)?;
        if matches!(term.ty, Type::Entity(_)) {
            return Some(Some(term));
        }
        let message = format!("`{arg}` is {}, but duties are of and under entities", self.model.type_phrase(term.ty));
        out.push(Diagnostic::error("E0504", arg.span, message));
        None
    }
}
