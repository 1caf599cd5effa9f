//! From syntax to terms: every name found, every type known, as many errors told as can be.
//!
//! A [`Scope`] stands for one element of a scenario (a rule, a default, a `requires:`). It knows the model as far as it has
//! been built, the variables of the element, and which words are allowed there ([`Mode`]). What fails is reported to
//! `Diagnostics` and gives `None`; a name in [`Model::broken`] gives `None` in silence, so that no error has a tail.

pub(crate) mod constant;
mod words;

use super::{
    Argument, AssumptionId, BranchingId, EventId, EventPattern, FactId, KindId, MeasureId, Model, Parameter, Phrase, Term,
    Type, Value, VariableId,
};
use crate::diagnostic::{Diagnostics, Span};
use crate::document::tree::Node;
use crate::language::ast;

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

/// What a ground key such as `at_war(russia, ukraine)` names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Fact(FactId),
    Measure(MeasureId),
    Branching(BranchingId),
    Assumption(AssumptionId),
    /// The name is being declared by this key (`Wanted::Declaration`).
    New,
}

/// What a ground key may name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// `start:` - a fact or a measure, all arguments given.
    State,
    /// `fix:` - a chance or a choice, `_` allowed.
    Branching,
    /// `assumptions:` - any name; arguments are entities or `_`.
    Declaration,
}

/// `name(args)` as a key: `at_war(russia, ukraine)`, `consent(_)`.
#[derive(Clone, Debug)]
pub(crate) struct GroundKey {
    pub name: String,
    pub target: Target,
    /// `None` where `_` stands.
    pub args: Vec<Option<Value>>,
    pub span: Span,
}

/// Where names are looked up while one element is resolved.
pub(crate) struct Scope<'m> {
    pub model: &'m Model,
    pub mode: Mode,
    variables: Vec<BoundVariable>,
    visible: Vec<VariableId>,
    this: Option<(KindId, Term)>,
}

impl<'m> Scope<'m> {
    /// A scope without variables.
    pub fn new(model: &'m Model, mode: Mode) -> Self {
        Scope { model, mode, variables: Vec::new(), visible: Vec::new(), this: None }
    }

    /// Bare names first mean the attributes of `this`, an entity of `kind`.
    pub fn of_entity(mut self, kind: KindId, this: Term) -> Self {
        self.this = Some((kind, this));
        self
    }

    /// Makes a variable visible; it hides entities of its name. Ids count up from 0.
    pub fn bind(&mut self, name: &str, ty: Type, span: Span) -> VariableId {
        todo!()
    }

    /// Binds the declared arguments of a fact, event, quantity, in order: variables 0, 1, ...
    pub fn bind_all(&mut self, parameters: &[Parameter], span: Span) {
        todo!()
    }

    /// All variables ever bound, by id.
    pub fn variables(&self) -> &[BoundVariable] {
        &self.variables
    }

    /// Types a parsed expression. `expected` directs enum words and is *checked* where given.
    pub fn term(&mut self, ast: &ast::Expr, expected: Option<Type>, out: &mut Diagnostics) -> Option<Term> {
        todo!()
    }

    /// Parses and types one expression of a type known beforehand (attribute value, `within:`, `p:`, ...).
    pub fn typed(&mut self, node: &Node, expected: Type, out: &mut Diagnostics) -> Option<Term> {
        todo!()
    }

    /// Parses and types one expression of any type (`is:` of an outcome).
    pub fn any(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Term> {
        todo!()
    }

    /// One condition or a list of them; the list means all of these.
    pub fn condition(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Vec<Term>> {
        todo!()
    }

    /// `attack(a, s) or declare_war(a, s)`: omitted trailing arguments and `_` match anything.
    pub fn pattern(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Vec<EventPattern>> {
        todo!()
    }

    /// One event to be raised, all arguments given or filled from defaults (`happen:`; in the timeline evaluate the terms).
    pub fn happening(&mut self, node: &Node, out: &mut Diagnostics) -> Option<(EventId, Vec<Term>)> {
        todo!()
    }

    /// A key that names a ground thing.
    pub fn ground_key(&mut self, key: &str, span: Span, wanted: Wanted, out: &mut Diagnostics) -> Option<GroundKey> {
        todo!()
    }

    /// A `says:` text. `defaults` are the declared arguments whose defaults silence `[...]` parts.
    pub fn phrase(&mut self, node: &Node, defaults: &[Parameter], out: &mut Diagnostics) -> Option<Phrase> {
        todo!()
    }
}
