//! Typed expressions: every name resolved, every type known.

use super::types::{AttributeId, KindId, Type, Value};
use super::{AssumptionId, EventId, FactId, MeasureId, OutcomeId, QuantityId};
use crate::diagnostic::Span;
use crate::ids::ids;
pub use crate::language::ast::QuantifierKind;

ids! {
    /// A variable: of a rule's `for:`, an argument of a declaration, or of a quantifier. Counted per element.
    VariableId;
}

/// A typed expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Where it was written.
    pub span: Span,
    /// Its type; `Condition` never stands here (reading a condition gives a boolean).
    pub ty: Type,
    /// Its form.
    pub kind: TermKind,
}

/// A term where a value must match, or nothing where anything does (`_` or an omitted trailing argument).
pub type Argument = Option<Term>;

impl TermKind {
    /// Whether it reads the state, or the course of a run, by itself and not only by its parts.
    pub(crate) fn reads_the_state(&self) -> bool {
        matches!(
            self,
            TermKind::Fact(..)
                | TermKind::Measure(..)
                | TermKind::Quantity(..)
                | TermKind::Norm(..)
                | TermKind::Temporal(_)
                | TermKind::Outcome(_)
                | TermKind::Probability(..)
        )
    }
}

/// The forms of a [`Term`].
#[derive(Clone, Debug, PartialEq)]
pub enum TermKind {
    /// A value known at load.
    Value(Value),
    /// A variable.
    Variable(VariableId),
    /// An attribute of an entity: `p.by`.
    Attribute(Box<Term>, AttributeId),
    /// All entities of a kind, as a set.
    Members(KindId),
    /// A fact, stored or derived; with an open argument: whether any such fact holds.
    Fact(FactId, Vec<Argument>),
    /// A measure.
    Measure(MeasureId, Vec<Term>),
    /// A derived number.
    Quantity(QuantityId, Vec<Term>),
    /// An assumption, indexed or not.
    Assumption(AssumptionId, Vec<Term>),
    /// `owed`, `met`, `broken` of whom, under what.
    Norm(NormWord, Box<Argument>, Box<Argument>),
    /// `not`
    Not(Box<Term>),
    /// All of these.
    And(Vec<Term>),
    /// At least one of these.
    Or(Vec<Term>),
    /// A comparison of two values of one type.
    Compare(Comparison, Box<Term>, Box<Term>),
    /// Whether an entity is in a set.
    In(Box<Term>, Box<Term>),
    /// `+ - * /`; dates and durations only where that has a meaning.
    Arithmetic(Operator, Box<Term>, Box<Term>),
    /// Unary minus.
    Negate(Box<Term>),
    /// The least.
    Min(Vec<Term>),
    /// The greatest.
    Max(Vec<Term>),
    /// How many members a set has.
    Size(Box<Term>),
    /// The chance that a rate gives over a duration.
    Over(Box<Term>, Box<Term>),
    /// `if c then a else b`
    If(Box<Term>, Box<Term>, Box<Term>),
    /// `count`, `any`, `all`, `sum`
    Quantifier(Box<Quantifier>),
    /// A word about a whole run. Only in outcomes, expectations and invariants.
    Temporal(Temporal),
    /// Another outcome, by name. Only in expectations.
    Outcome(OutcomeId),
    /// `p(a)` or `p(a given b)`. Only in expectations.
    Probability(Box<Term>, Option<Box<Term>>),
}

/// A quantifier over a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Quantifier {
    /// Which one.
    pub kind: QuantifierKind,
    /// The variable it binds.
    pub variable: VariableId,
    /// A set; known at load.
    pub set: Term,
    /// `where`
    pub condition: Option<Term>,
    /// `satisfy` or `give`
    pub body: Option<Term>,
}

/// What a condition may ask about norms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NormWord {
    /// A duty is active.
    Owed,
    /// A duty was fulfilled at some time.
    Met,
    /// A duty or prohibition was breached at some time.
    Broken,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterEqual,
}

/// Arithmetic operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operator {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
}

/// An event with some arguments fixed: `attack(russia, _)`.
#[derive(Clone, Debug, PartialEq)]
pub struct EventPattern {
    /// The event.
    pub event: EventId,
    /// One per declared argument.
    pub args: Vec<Argument>,
    /// Where it was written.
    pub span: Span,
}

/// A word about a whole run.
#[derive(Clone, Debug, PartialEq)]
pub enum Temporal {
    /// At least once (`never` is its negation).
    Ever(Observed),
    /// How many times: days on which it happened, one per event; for a condition, days at whose close it began to hold.
    Times(Observed),
    /// The first day on which it happened or held at the close.
    First(Observed),
    /// Whether it holds at the close of the last day.
    AtEnd(Box<Term>),
    /// On how many calendar days it held, both ends included.
    Held(Box<Term>),
}

/// What a temporal word looks at.
#[derive(Clone, Debug, PartialEq)]
pub enum Observed {
    /// Any event that matches one of these.
    Events(Vec<EventPattern>),
    /// A condition at each day's close.
    Condition(Box<Term>),
}
