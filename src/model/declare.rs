//! Declarations: facts, measures, quantities, events, assumptions, outcomes.

use super::term::Term;
use super::types::{EntityId, Type, Value, WordId};
use crate::diagnostic::Span;
use crate::ids::ids;
use crate::language::value::{Day, Fixed};

ids! {
    /// A declared fact, stored or derived.
    FactId;
    /// A declared measure.
    MeasureId;
    /// A declared quantity.
    QuantityId;
    /// A declared event.
    EventId;
    /// An assumption, with all its indexed values.
    AssumptionId;
    /// An outcome.
    OutcomeId;
    /// A chance or a choice, by its name.
    BranchingId;
}

/// What every element may carry besides its own keys.
#[derive(Clone, Debug)]
pub struct Annotations {
    /// How texts call it; else its id.
    pub name: Option<String>,
    /// What it is.
    pub about: Option<String>,
    /// A remark.
    pub note: Option<String>,
    /// Where it comes from.
    pub citations: Vec<Citation>,
    /// How sure it is; an element without source is an assumption.
    pub status: Status,
    /// Codes of public data sets, as written.
    pub codes: Vec<(String, String)>,
    /// Where the element is written (its key).
    pub span: Span,
}

/// One source with a place in it: `article P7`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citation {
    /// The id under `sources:`.
    pub source: String,
    /// The place in it, as written; may be empty.
    pub locator: String,
}

/// How sure an element is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Stated as fact by its source.
    Fact,
    /// A claim or an opinion of its source.
    Claim,
    /// Inferred by the modeller.
    Inference,
    /// What someone says ought to be.
    Norm,
    /// Ours.
    Assumption,
}

/// A declared argument.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name, for texts and messages.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// What `happen` fills in where it is omitted.
    pub default: Option<Value>,
}

/// A declared fact.
#[derive(Clone, Debug)]
pub struct Fact {
    /// Its id.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Parameter>,
    /// `f(a, b)` and `f(b, a)` are one fact.
    pub symmetric: bool,
    /// Whether signals may change it.
    pub posture: bool,
    /// Whether rules derive it: then it is never started or ended.
    pub derived: bool,
    /// How texts say that it holds; variables are the arguments in order.
    pub says: Option<Phrase>,
    /// Notes, sources.
    pub about: Annotations,
}

/// A declared measure: a number kept until changed.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its id.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Parameter>,
    /// Lower bound.
    pub from: Fixed,
    /// Upper bound.
    pub to: Fixed,
    /// Its value where `start:` says nothing.
    pub default: Fixed,
    /// Whether signals may change it.
    pub posture: bool,
    /// How texts call it.
    pub says: Option<Phrase>,
    /// Notes, sources.
    pub about: Annotations,
}

/// A declared quantity: a number computed from the state.
#[derive(Clone, Debug)]
pub struct Quantity {
    /// Its id.
    pub name: String,
    /// Its arguments; variables 0, 1, ... of `is`.
    pub args: Vec<Parameter>,
    /// How it is computed.
    pub is: Term,
    /// How texts call it.
    pub says: Option<Phrase>,
    /// Notes, sources.
    pub about: Annotations,
}

/// What an event is.
#[derive(Clone, Debug)]
pub enum EventClass {
    /// Always takes effect.
    Physical,
    /// Takes effect only where these hold; else the act is void. Variables are the arguments.
    Institutional(Vec<Term>),
    /// Words and gestures: changes only facts and measures marked `posture`.
    Signal,
}

/// A declared event.
#[derive(Clone, Debug)]
pub struct Event {
    /// Its id.
    pub name: String,
    /// Its arguments.
    pub args: Vec<Parameter>,
    /// What it is.
    pub class: EventClass,
    /// How texts tell it.
    pub says: Option<Phrase>,
    /// Notes, sources.
    pub about: Annotations,
}

/// An assumption: a number (or duration, date, truth) that is nobody's fact.
#[derive(Clone, Debug)]
pub struct Assumption {
    /// Its id.
    pub name: String,
    /// How many indexes it has.
    pub arity: usize,
    /// Its type; the same for all entries.
    pub ty: Type,
    /// Its values, most specific index first, then in canonical order.
    pub entries: Vec<AssumptionEntry>,
}

/// One value of an assumption.
#[derive(Clone, Debug)]
pub struct AssumptionEntry {
    /// Its indexes; `None` where `_` stands.
    pub index: Vec<Option<Value>>,
    /// The value.
    pub value: Value,
    /// Lowest and highest plausible value.
    pub range: Option<(Value, Value)>,
    /// The shape of the distribution within the range; uniform where nothing is said.
    pub shape: Option<String>,
    /// Why this value and this range.
    pub why: Option<String>,
    /// Notes, sources.
    pub about: Annotations,
}

/// A text with places to fill: `{g} owes {s} help[ at {at}]`.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// Its parts in order.
    pub parts: Vec<PhrasePart>,
}

/// A part of a [`Phrase`].
#[derive(Clone, Debug, PartialEq)]
pub enum PhrasePart {
    /// Words.
    Text(String),
    /// A term that is known once the variables are: an entity, a number, a duration, a set.
    Slot {
        /// What to print.
        term: Term,
        /// The default of the argument it names: an optional part is left out when all its slots have their defaults.
        default: Option<Value>,
    },
    /// Printed unless every slot in it has its default.
    Optional(Vec<PhrasePart>),
}

/// An event of the timeline.
#[derive(Clone, Debug)]
pub struct Scripted {
    /// Its id under `timeline:`.
    pub name: String,
    /// Its day.
    pub on: Day,
    /// The event.
    pub event: EventId,
    /// All arguments.
    pub args: Vec<Value>,
    /// How texts tell it, in place of the event's own words.
    pub says: Option<String>,
    /// Notes, sources.
    pub about: Annotations,
}

/// What holds before the first day.
#[derive(Clone, Debug)]
pub enum Initial {
    /// A fact that holds (or, explicitly, not).
    Fact(FactId, Vec<Value>, bool),
    /// A measure's value, with the term it was computed from.
    Measure(MeasureId, Vec<Value>, Fixed),
}

/// A chance or a choice by name: all rules that settle it.
#[derive(Clone, Debug)]
pub struct Branching {
    /// Its name.
    pub name: String,
    /// Types of its arguments.
    pub args: Vec<Type>,
    /// Whether it is a choice.
    pub is_choice: bool,
    /// Its branches or options, in alphabetical order.
    pub words: Vec<WordId>,
    /// Where it first stands.
    pub span: Span,
}

/// An entry of `fix:`.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Which chance or choice.
    pub branching: BranchingId,
    /// Which arguments; `None` where `_` stands.
    pub args: Vec<Option<Value>>,
    /// How it is settled.
    pub settled: Settled,
    /// Where it is written.
    pub span: Span,
}

/// How a `fix:` settles.
#[derive(Clone, Debug)]
pub enum Settled {
    /// This branch or option, every time.
    Always(WordId),
    /// By occurrence (from 1) or by date; else as without a fix.
    At(Vec<(When, WordId)>),
    /// For a choice: a rule of thumb, a term whose value is a word.
    Thumb(Term),
}

/// Which time a fix speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum When {
    /// The n-th time the chance or choice comes up, from 1.
    Occurrence(u32),
    /// A day.
    On(Day),
}

/// A declared outcome.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Its id.
    pub name: String,
    /// Boolean, number or date.
    pub is: Term,
    /// How texts call it.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// Notes, sources.
    pub about: Annotations,
}

/// What an actor wants.
#[derive(Clone, Debug)]
pub struct Position {
    /// The entity that stands for it in the graph.
    pub entity: EntityId,
    /// Whose it is.
    pub of: EntityId,
    /// How much it matters; larger is more.
    pub priority: Fixed,
    /// Read at the end of the period.
    pub met_if: Term,
}

/// A change that someone could bring about: the heading of an entry of `levers:`, whose rest is an overlay.
#[derive(Clone, Debug)]
pub struct Lever {
    /// Its id.
    pub name: String,
    /// What it is called in texts.
    pub title: String,
    /// Who could bring it about.
    pub by: Option<EntityId>,
    /// What that takes, in a unit of the author's; 1 where nothing is written, so that cheapest then means fewest.
    pub cost: Fixed,
    /// Where it is written.
    pub span: Span,
}

/// A line of `expect:` or `invariants:`.
#[derive(Clone, Debug)]
pub struct Claim {
    /// Its id.
    pub name: String,
    /// A boolean; in an invariant a condition on each day's close.
    pub is: Term,
    /// As the author wrote it.
    pub text: String,
    /// Whether it speaks of probabilities, so that one run cannot tell.
    pub probabilistic: bool,
    /// Why the author expects it.
    pub why: Option<String>,
    /// Where it is written.
    pub span: Span,
}
