//! Keys that name one ground thing: `at_war(russia, ukraine)` under `start:`, `vote(_, treaty)` under `fix:`.

use super::{Scope, with_suggestion};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::language::parse_key;
use crate::model::{BranchingId, Callable, FactId, MeasureId, Term, TermKind, Type, Value};

/// What a ground key names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Fact(FactId),
    Measure(MeasureId),
    Branching(BranchingId),
    /// The name is being declared by this key (`Wanted::Declaration`).
    New,
}

/// What a ground key may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// `start:` - a fact or a measure, all arguments given.
    State,
    /// `fix:` - a chance or a choice; `_` allowed.
    Branching,
    /// `assumptions:` - any name; arguments are entities or `_`.
    Declaration,
}

/// `name(args)` as a key.
#[derive(Clone, Debug)]
pub(crate) struct GroundKey {
    pub name: String,
    pub target: Target,
    /// `None` where `_` stands.
    pub args: Vec<Option<Value>>,
}

impl Scope<'_> {
    /// A key that names a ground thing.
    pub fn ground_key(
        &mut self,
        key: &str,
        span: Span,
        wanted: Wanted,
        out: &mut Diagnostics,
    ) -> Option<GroundKey> {
        let atom = parse_key(&self.model.sources, key, span)
            .map_err(|fault| out.push(*fault))
            .ok()?;
        let (head, args) = (atom.name, atom.arguments);
        let (target, types) = self.target(&head, wanted, out)?;
        if let Some(types) = &types
            && types.len() != args.len()
        {
            let plural = if types.len() == 1 { "" } else { "s" };
            let message = format!(
                "`{}` takes {} argument{plural}, but {} stand here",
                head.name,
                types.len(),
                args.len()
            );
            out.push(Diagnostic::error("E0505", span, message));
            return None;
        }
        let mut values = Vec::with_capacity(args.len());
        for (at, arg) in args.iter().enumerate() {
            let ty = types.as_ref().and_then(|types| types.get(at)).copied();
            values.push(self.ground_argument(&head, arg, ty, wanted, out));
        }
        let args = values.into_iter().collect::<Option<Vec<_>>>()?;
        Some(GroundKey {
            name: head.name,
            target,
            args,
        })
    }

    /// What the name means and which types its arguments have; no types where it is being declared.
    fn target(
        &self,
        head: &Ident,
        wanted: Wanted,
        out: &mut Diagnostics,
    ) -> Option<(Target, Option<Vec<Type>>)> {
        let (model, name) = (self.model, head.name.as_str());
        let types = |list: &[crate::model::Parameter]| Some(list.iter().map(|p| p.ty).collect::<Vec<_>>());
        match (wanted, self.callable(name)) {
            (Wanted::Declaration, _) => return Some((Target::New, None)),
            (Wanted::Branching, _) => {
                if let Some(id) = model.names.branchings.get(name) {
                    return Some((
                        Target::Branching(*id),
                        model.branchings.find(*id).map(|b| b.args.clone()),
                    ));
                }
            }
            (Wanted::State, Some(Callable::Fact(id))) => {
                return Some((Target::Fact(id), types(&model.facts.find(id)?.args)));
            }
            (Wanted::State, Some(Callable::Measure(id))) => {
                return Some((Target::Measure(id), types(&model.measures.find(id)?.args)));
            }
            (Wanted::State, Some(other)) => {
                let noun = other.noun();
                let message = format!(
                    "`{name}` is {} {noun}, and only facts and measures have a start",
                    super::kinds::article(noun)
                );
                let mut diagnostic = Diagnostic::error("E0515", head.span, message);
                if matches!(other, Callable::Event(_)) {
                    diagnostic = diagnostic.help(format!(
                        "let it happen in the `timeline:`, or start the fact that `{name}` leads to"
                    ));
                }
                out.push(diagnostic);
                return None;
            }
            (Wanted::State, None) => {}
        }
        if self.is_broken(name) {
            return None;
        }
        let (what, known): (_, Vec<&str>) = match wanted {
            Wanted::Branching => (
                "chance or choice",
                model.names.branchings.keys().map(String::as_str).collect(),
            ),
            _ => (
                "fact or measure",
                self.callable_names().map(|(name, _)| name).collect(),
            ),
        };
        out.push(
            with_suggestion(
                model,
                "E0501",
                head.span,
                format!("no {what} `{name}`"),
                name,
                known,
            )
            .0,
        );
        None
    }

    /// The outer `None`: an error was reported; the inner: `_`.
    fn ground_argument(
        &mut self,
        head: &Ident,
        arg: &Expr,
        ty: Option<Type>,
        wanted: Wanted,
        out: &mut Diagnostics,
    ) -> Option<Option<Value>> {
        if arg.kind == ExprKind::Wildcard {
            if wanted != Wanted::State {
                return Some(None);
            }
            let message = format!(
                "`_` matches anything, but `start:` says of whom `{}` holds",
                head.name
            );
            out.push(Diagnostic::error("E0507", arg.span, message).help("write one line for each"));
            return None;
        }
        let term = self.infer(arg, ty, out)?;
        let term = match ty {
            Some(ty) => self.expect(term, &arg.to_string(), ty, out)?,
            None => term,
        };
        match ground(&term) {
            Some(value) => Some(Some(value)),
            None => {
                let message =
                    format!("`{arg}` is not one certain thing; a key names entities, words or literals");
                out.push(Diagnostic::error("E0513", arg.span, message));
                None
            }
        }
    }
}

fn ground(term: &Term) -> Option<Value> {
    match &term.kind {
        TermKind::Value(value) => Some(value.clone()),
        _ => None,
    }
}
