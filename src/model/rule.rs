//! Rules and their effects.

use super::declare::{Annotations, BranchingId, EventId, FactId, MeasureId, Phrase};
use super::term::VariableId;
use super::term::{Argument, EventPattern, Term};
use super::types::{KindId, WordId};
use crate::diagnostic::Span;
use crate::ids::{Table, ids};

ids! {
    /// A rule.
    RuleId;
}

/// A rule: when it fires, on what condition, and what follows.
#[derive(Clone, Debug)]
pub struct Rule {
    /// Its id.
    pub name: String,
    /// How texts give it as a reason.
    pub says: Option<Phrase>,
    /// All variables: those of `for:` first (`domain` is some), then those of quantifiers inside.
    pub variables: Table<VariableId, Variable>,
    /// How many of the variables are the rule's own.
    pub bound: usize,
    /// What makes it fire.
    pub trigger: Trigger,
    /// What must hold when it does; for a deriving rule, what makes its heads hold.
    pub conditions: Vec<Term>,
    /// What follows.
    pub body: Body,
    /// Rules whose conflicting effects it drops.
    pub overrides: Vec<RuleId>,
    /// Notes, sources.
    pub about: Annotations,
}

/// A variable.
#[derive(Clone, Debug)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// The kind of its values.
    pub kind: KindId,
    /// What a variable of `for:` ranges over, a term of type set, which may read other variables of `for:`.
    pub domain: Option<Term>,
    /// Where it is declared.
    pub span: Span,
}

/// What makes a rule fire.
#[derive(Clone, Debug)]
pub enum Trigger {
    /// Nothing: a deriving rule holds whenever its conditions do.
    Always,
    /// Any of these events.
    On(Vec<EventPattern>),
    /// These conditions becoming true.
    When(Vec<Term>),
    /// A tick of the calendar; a duration known at load.
    Every(Term),
}

/// What follows from a rule.
#[derive(Clone, Debug)]
pub enum Body {
    /// Facts that hold as long as the conditions do.
    Derive(Vec<(FactId, Vec<Term>)>),
    /// Effects.
    Then(Vec<Effect>),
}

/// One effect with its place.
#[derive(Clone, Debug)]
pub struct Effect {
    /// Where it is written.
    pub span: Span,
    /// What it does.
    pub kind: EffectKind,
}

/// The forms of an [`Effect`].
#[derive(Clone, Debug)]
pub enum EffectKind {
    /// A fact begins to hold.
    Start(FactId, Vec<Term>),
    /// Facts cease to hold.
    End(FactId, Vec<Argument>),
    /// A measure gets a value.
    Set(MeasureId, Vec<Term>, Term),
    /// A measure changes by an amount.
    Add(MeasureId, Vec<Term>, Term),
    /// An event is raised or scheduled.
    Happen(Happen),
    /// A duty or a prohibition arises.
    Norm(Box<Norm>),
    /// A chance is drawn.
    Chance(Chance),
    /// A choice is made.
    Choice(Choice),
}

/// Raising an event.
#[derive(Clone, Debug)]
pub struct Happen {
    /// The event.
    pub event: EventId,
    /// All its arguments, defaults filled in.
    pub args: Vec<Term>,
    /// How much later; a duration known at load. None: in the next wave.
    pub after: Option<Term>,
    /// On its day it happens at rest, unless these hold. None: nothing can stop it.
    pub unless: Option<Vec<Term>>,
}

/// A duty or a prohibition.
#[derive(Clone, Debug)]
pub struct Norm {
    /// What is owed or barred.
    pub goal: Goal,
    /// Whose it is.
    pub of: Term,
    /// To whom it is owed.
    pub to: Option<Term>,
    /// Under which provision.
    pub under: Option<Term>,
    /// By when; only for duties.
    pub deadline: Deadline,
    /// It is released once these fail.
    pub while_: Vec<Term>,
    /// What follows a breach.
    pub otherwise: Vec<Effect>,
    /// How texts say it.
    pub says: Option<Phrase>,
}

/// What a norm asks.
#[derive(Clone, Debug)]
pub enum Goal {
    /// One of these events must happen.
    Do(Vec<EventPattern>),
    /// These must hold at some rest.
    Reach(Vec<Term>),
    /// None of these events may happen.
    Refrain(Vec<EventPattern>),
}

/// By when a duty must be fulfilled.
#[derive(Clone, Debug)]
pub enum Deadline {
    /// No deadline.
    Open,
    /// So long after it arose.
    Within(Term),
    /// On this day at the latest.
    Due(Term),
    /// Before any of these events.
    Before(Vec<EventPattern>),
}

/// A chance.
#[derive(Clone, Debug)]
pub struct Chance {
    /// Its name.
    pub branching: BranchingId,
    /// Its arguments.
    pub args: Vec<Term>,
    /// Its branches.
    pub branches: Vec<Branch>,
}

/// A branch of a chance.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its name.
    pub word: WordId,
    /// Its probability; none for `p: rest`.
    pub p: Option<Term>,
    /// What follows.
    pub then: Vec<Effect>,
    /// How texts tell it.
    pub says: Option<Phrase>,
    /// Where it is written.
    pub span: Span,
}

/// A choice.
#[derive(Clone, Debug)]
pub struct Choice {
    /// Its name.
    pub branching: BranchingId,
    /// Its arguments.
    pub args: Vec<Term>,
    /// Who chooses.
    pub by: Term,
    /// How it is settled where nobody says: a term whose value is a word.
    pub default: Option<Term>,
    /// The options.
    pub options: Vec<ChoiceOption>,
}

/// An option of a choice.
#[derive(Clone, Debug)]
pub struct ChoiceOption {
    /// Its name.
    pub word: WordId,
    /// It is open where these hold.
    pub conditions: Vec<Term>,
    /// What follows.
    pub then: Vec<Effect>,
    /// How texts tell it.
    pub says: Option<Phrase>,
    /// Where it is written.
    pub span: Span,
}
