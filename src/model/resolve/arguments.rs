//! Arguments, against what is declared.

use super::{Mode, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::model::{Argument, Fact, Parameter, Term, TermKind, Type};

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

impl Scope<'_> {
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
            let mut error = Self::wrong_count(head, args.len(), parameters.len(), Some(declared));
            if !parameters.is_empty() {
                let names: Vec<_> = parameters.iter().map(|p| p.name.as_str()).collect();
                let missing = args.len() < least && matches!(open, Open::Wildcards | Open::Trailing);
                let wildcard = if missing { "; `_` matches anything" } else { "" };
                error = error.help(format!("write `{}({})`{wildcard}", head.name, names.join(", ")));
            }
            out.push(error);
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
    pub fn fact_arguments(
        &mut self,
        head: &Ident,
        args: &[Expr],
        fact: &Fact,
        out: &mut Diagnostics,
    ) -> Option<Vec<Term>> {
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
            if matches!(term.ty, Type::Enum(_)) && self.model.reads_state(&term) {
                let message = format!(
                    "`{}` of `{}` must be known beforehand, but this changes while time passes",
                    parameter.name, head.name
                );
                out.push(Diagnostic::error("E0513", arg.span, message).help("write one rule for each word"));
                return None;
            }
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
            let kind = self.model.kinds.find(wanted).map_or("", |k| k.name.as_str());
            diagnostic = diagnostic
                .also(variable.span, format!("`{arg}` is declared here"))
                .help(format!(
                    "declare `{arg}: {kind}`; where it ranges over a set, add the condition `{arg} in ...`"
                ));
        }
        out.push(diagnostic);
        None
    }

    /// An argument that must be a value; `_` gets its own message.
    pub(super) fn value_argument(
        &mut self,
        arg: &Expr,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if arg.kind == ExprKind::Wildcard {
            out.push(
                Diagnostic::error(
                    "E0507",
                    arg.span,
                    "`_` matches anything, but here one value is wanted",
                )
                .help("bind a variable with `for:` or a quantifier and write it here"),
            );
            return None;
        }
        self.infer(arg, expected, out)
    }

    /// The error about too many or too few arguments.
    pub(super) fn wrong_count(
        head: &Ident,
        given: usize,
        wanted: usize,
        declared: Option<Span>,
    ) -> Diagnostic {
        let plural = if wanted == 1 { "" } else { "s" };
        let stand = if given == 1 { "stands" } else { "stand" };
        let message = format!(
            "`{}` takes {wanted} argument{plural}, but {given} {stand} here",
            head.name
        );
        let mut diagnostic = Diagnostic::error("E0505", head.span, message);
        if let Some(declared) = declared {
            diagnostic = diagnostic.also(declared, "declared here");
        }
        if wanted == 0 {
            diagnostic = diagnostic.help(format!("write `{}`, without parentheses", head.name));
        }
        diagnostic
    }
}
