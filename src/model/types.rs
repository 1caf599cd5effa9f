//! Kinds, types and values.

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::Term;
use crate::diagnostic::Span;
use crate::ids::ids;
use crate::language::value::{Day, Duration, Number, RateUnit};

ids! {
    /// A [`Kind`] of entity.
    KindId;
    /// An entity: a node of the graph.
    EntityId;
    /// An attribute of a kind and of all its sub-kinds.
    AttributeId;
    /// A word of an enumeration, an option or a branch.
    WordId;
    /// A set of words that an enumeration allows.
    EnumId;
}

/// The type of an attribute, an argument or an expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Type {
    /// A number.
    Number,
    /// A number per unit of time.
    Rate(RateUnit),
    /// True or false.
    Boolean,
    /// A text; carried along, never computed with.
    Text,
    /// A day.
    Date,
    /// A span of time.
    Duration,
    /// As the type of an attribute: an expression that is read whenever the attribute is; its values are booleans.
    Condition,
    /// One of several words.
    Enum(EnumId),
    /// An entity of a kind.
    Entity(KindId),
    /// A set of entities of a kind.
    Set(KindId),
}

/// A value that does not change while time passes.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A number, as written or computed.
    Number(Number),
    /// True or false.
    Boolean(bool),
    /// A text.
    Text(String),
    /// A day; `Day::NEVER` is later than all.
    Date(Day),
    /// A span of time.
    Duration(Duration),
    /// A word of an enumeration.
    Word(WordId),
    /// An entity.
    Entity(EntityId),
    /// A set of entities, in ascending order, each once.
    Set(Vec<EntityId>),
}

/// A kind of entity.
#[derive(Clone, Debug)]
pub struct Kind {
    /// Its id in scenarios.
    pub name: String,
    /// The kind it specialises; only the root kind `entity` has none.
    pub is_a: Option<KindId>,
    /// What it is, for people.
    pub about: Option<String>,
    /// The top-level section in which its entities are written, where it declares one.
    pub section: Option<String>,
    /// The key under which its entities nest in another, where it declares one.
    pub nested: Option<String>,
    /// All attributes by name, inherited ones first. A sub-kind that redeclares an attribute keeps its id.
    pub attributes: IndexMap<String, Attribute>,
    /// Where it is declared.
    pub span: Span,
}

/// One attribute as a kind has it.
#[derive(Clone, Debug)]
pub struct Attribute {
    /// Its identity over kinds and sub-kinds.
    pub id: AttributeId,
    /// What it holds.
    pub ty: Type,
    /// Whether a default stands in where an entity says nothing.
    pub has_default: bool,
    /// What it means, for people.
    pub about: Option<String>,
    /// Where it is declared.
    pub span: Span,
}

/// What an entity holds for one attribute.
#[derive(Clone, Debug)]
pub enum AttributeValue {
    /// A value.
    Value(Value),
    /// A condition, read whenever the attribute is.
    Condition(Term),
}

/// An entity: a node of the graph, with its attributes.
#[derive(Clone, Debug)]
pub struct Entity {
    /// Its id in scenarios: `ukraine`, `treaty.guarantee`.
    pub id: String,
    /// Its kind.
    pub kind: KindId,
    /// What it holds.
    pub values: IndexMap<AttributeId, AttributeValue, FxBuildHasher>,
    /// The entities nested in it, by their own ids: `guarantee` for `treaty.guarantee`.
    pub nested: IndexMap<String, EntityId>,
    /// Names, notes, sources.
    pub about: super::Annotations,
}
