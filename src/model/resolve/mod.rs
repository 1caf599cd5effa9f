//! From syntax to terms: every name found, every type known, as many errors told as can be.
//!
//! A [`Scope`] stands for one element of a scenario (a rule, a default, a `requires:`). It knows the model as far as it has
//! been built, the variables of the element, and which words are allowed there ([`Mode`]). What fails is reported to
//! `Diagnostics` and gives `None`; a name in `Model::broken` gives `None` in silence, so that no error has a tail.
//!
//! - `names`, `calls`, `arguments`, `functions`, `operators`, `quantifiers`, `temporal`: the forms of expressions
//! - `patterns`, `keys`, `phrases`: event patterns, ground keys of `start:` and `fix:`, texts
//! - `kinds`, `words`, `walk`: types, enumerations, looking through a term
//! - `constant`, `compute`: values of what is known at load

mod arguments;
mod calls;
pub(crate) mod codes;
pub(crate) mod compute;
pub(crate) mod constant;
mod functions;
mod keys;
pub(crate) mod kinds;
mod names;
mod operators;
mod patterns;
mod phrases;
mod quantifiers;
mod temporal;
mod terms;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod walk;
mod words;

pub(crate) use keys::{GroundKey, Target, Wanted};

use super::{KindId, Model, Parameter, Term, Type, VariableId};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::ids::Id as _;
use crate::language::ast::{Expr, ExprKind, Ident};

/// Which words are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// State and everything known at load: conditions, amounts, `met_if`.
    State,
    /// Only what is known at load: attributes, defaults, deadlines.
    Static,
    /// Temporal words and what is known at load; state only inside a temporal word.
    Outcome,
    /// As `Outcome`, and names of outcomes, and `p(...)`.
    Expectation,
    /// As `Outcome`, or else a bare condition on each day's close.
    Invariant,
}

/// A variable that was bound, whether or not it is still visible.
#[derive(Clone, Debug)]
pub(crate) struct BoundVariable {
    pub name: String,
    pub ty: Type,
    pub span: Span,
    /// Whether any term read it.
    pub used: bool,
}

/// Where names are looked up while one element is resolved.
pub(crate) struct Scope<'m> {
    pub model: &'m Model,
    pub mode: Mode,
    variables: Vec<BoundVariable>,
    visible: Vec<VariableId>,
    this: Option<(KindId, Term)>,
    except: Option<String>,
    /// Variables whose declaration failed and was reported.
    lost: Vec<String>,
    /// Whether unknown names may be meant as variables of `for:`.
    in_rule: bool,
    /// How many temporal words enclose what is being read.
    temporal_depth: usize,
    /// Whether what is being read stands in `p(...)`.
    in_probability: bool,
    /// Where an invariant read the state outside temporal words, and where it used one.
    bare: Option<Span>,
    worded: Option<Span>,
}

impl<'m> Scope<'m> {
    /// A scope without variables.
    pub fn new(model: &'m Model, mode: Mode) -> Self {
        Scope {
            model,
            mode,
            variables: Vec::new(),
            visible: Vec::new(),
            this: None,
            except: None,
            lost: Vec::new(),
            in_rule: false,
            temporal_depth: 0,
            in_probability: false,
            bare: None,
            worded: None,
        }
    }

    /// Bare names first mean the attributes of `this`, an entity of `kind`.
    #[must_use]
    pub fn of_entity(mut self, kind: KindId, this: Term) -> Self {
        self.this = Some((kind, this));
        self
    }

    /// The value of an attribute does not read that attribute: `voters: voters` names an entity.
    #[must_use]
    pub fn except(mut self, attribute: &str) -> Self {
        self.except = Some(attribute.to_owned());
        self
    }

    /// Unknown names may be meant as variables: messages speak of `for:`.
    #[must_use]
    pub fn of_rule(mut self) -> Self {
        self.in_rule = true;
        self
    }

    /// Makes a variable visible; it hides entities of its name. Ids count up from 0.
    pub fn bind(&mut self, name: &str, ty: Type, span: Span) -> VariableId {
        let id = VariableId::from_index(self.variables.len());
        self.variables.push(BoundVariable {
            name: name.to_owned(),
            ty,
            span,
            used: false,
        });
        self.visible.push(id);
        id
    }

    /// Makes a variable known whose declaration failed: using it gives no further error.
    pub fn bind_broken(&mut self, name: &str) {
        self.lost.push(name.to_owned());
    }

    /// Binds the declared arguments of a fact, event, quantity, in order: variables 0, 1, ...
    pub fn bind_all(&mut self, parameters: &[Parameter], span: Span) {
        for parameter in parameters {
            self.bind(&parameter.name, parameter.ty, span);
        }
    }

    /// All variables ever bound, by id.
    pub fn variables(&self) -> &[BoundVariable] {
        &self.variables
    }

    /// Hides the variable bound last: the end of a quantifier.
    fn unbind(&mut self) {
        self.visible.pop();
    }

    /// The innermost visible variable of that name.
    fn variable(&self, name: &str) -> Option<(VariableId, &BoundVariable)> {
        self.visible.iter().rev().find_map(|id| {
            let variable = self.variables.get(id.index())?;
            (variable.name == name).then_some((*id, variable))
        })
    }

    /// Reads the words of another mode: texts and deadlines are known at load.
    pub fn within<T>(&mut self, mode: Mode, read: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.mode, mode);
        let result = read(self);
        self.mode = outer;
        result
    }

    /// Whether a declaration of that name failed and was reported.
    fn is_broken(&self, name: &str) -> bool {
        self.lost.iter().any(|lost| lost == name) || self.model.broken.contains(name)
    }

    /// Notes that the state is read at `span`; `None` where that is an error.
    fn read_state(&mut self, what: &str, span: Span, out: &mut Diagnostics) -> Option<()> {
        match self.mode {
            Mode::State => Some(()),
            _ if self.temporal_depth > 0 => Some(()),
            Mode::Static => {
                let message = format!(
                    "{what} changes while time passes, but here only what is known beforehand can stand"
                );
                out.push(
                    Diagnostic::error("E0513", span, message)
                        .help("use attributes, assumptions and literals; put what depends on the state into `if:` of a rule"),
                );
                None
            }
            Mode::Outcome | Mode::Expectation => {
                out.push(
                    Diagnostic::error(
                        "E0510",
                        span,
                        format!("{what} changes from day to day: which day is meant?"),
                    )
                    .help("say `at_end(...)`, `ever(...)`, `never(...)`, `first(...)` or `held(...)`"),
                );
                None
            }
            Mode::Invariant => {
                self.bare.get_or_insert(span);
                Some(())
            }
        }
    }
}

/// A name with its arguments: `ratified(g, t)`, or a bare `hazard`.
pub(crate) fn as_call(expr: &Expr) -> Option<(Ident, &[Expr])> {
    match &expr.kind {
        ExprKind::Name(name) => Some((
            Ident {
                name: name.clone(),
                span: expr.span,
            },
            &[],
        )),
        ExprKind::Call(head, args) => Some((head.clone(), args)),
        _ => None,
    }
}

/// `; did you mean ...?`, and the patch where the place holds just the word.
pub(crate) fn with_suggestion<'c>(
    model: &Model,
    code: &'static str,
    span: Span,
    message: String,
    word: &str,
    candidates: impl IntoIterator<Item = &'c str>,
) -> (Diagnostic, bool) {
    if let Some(removed) = model.names.removed.get(word) {
        let diagnostic = Diagnostic::error(code, span, message);
        return (
            diagnostic.also(*removed, format!("`{word}` was removed here")),
            true,
        );
    }
    let Some(nearest) = suggest(word, candidates) else {
        return (Diagnostic::error(code, span, message), false);
    };
    let mut diagnostic = Diagnostic::error(code, span, format!("{message}; did you mean `{nearest}`?"));
    if model.sources.slice(span) == word {
        diagnostic = diagnostic.fix(span, nearest);
    }
    (diagnostic, true)
}
