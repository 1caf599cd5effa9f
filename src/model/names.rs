//! Elements by name: filled while the model is decoded, read by whoever parses an author's text later (`why`, `--where`).

use std::collections::BTreeMap;

use super::{
    AssumptionId, AttributeId, BranchingId, EntityId, EventId, FactId, KindId, MeasureId, Model, OutcomeId,
    QuantityId, RuleId, Type,
};
use crate::diagnostic::Span;

/// The core's root kind.
pub(crate) const ROOT_KIND: &str = "entity";

/// What a name in an expression may call; these share one namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Callable {
    /// A fact.
    Fact(FactId),
    /// A measure.
    Measure(MeasureId),
    /// A quantity.
    Quantity(QuantityId),
    /// An event.
    Event(EventId),
    /// An assumption.
    Assumption(AssumptionId),
}

impl Callable {
    /// The kind of thing, for messages: "fact", "event", ...
    pub(crate) fn noun(self) -> &'static str {
        match self {
            Callable::Fact(_) => "fact",
            Callable::Measure(_) => "measure",
            Callable::Quantity(_) => "quantity",
            Callable::Event(_) => "event",
            Callable::Assumption(_) => "assumption",
        }
    }
}

/// All names but those of entities. Sorted maps: iteration is canonical.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    /// Kinds.
    pub kinds: BTreeMap<String, KindId>,
    /// Attribute names; one id per hierarchy that declares the name.
    pub attributes: BTreeMap<String, Vec<AttributeId>>,
    /// Facts, measures, quantities, events, assumptions.
    pub callables: BTreeMap<String, Callable>,
    /// Chances and choices.
    pub branchings: BTreeMap<String, BranchingId>,
    /// Rules.
    pub rules: BTreeMap<String, RuleId>,
    /// Outcomes.
    pub outcomes: BTreeMap<String, OutcomeId>,
    /// Ids that an overlay removed, with the place of its `null`: a second place for "no entity `russia`".
    pub removed: BTreeMap<String, Span>,
}

impl Model {
    /// The root kind `entity`.
    pub(crate) fn root_kind(&self) -> KindId {
        // The decoder makes the root kind before anything else.
        self.names
            .kinds
            .get(ROOT_KIND)
            .copied()
            .unwrap_or_else(|| crate::ids::Id::from_index(0))
    }

    /// Whether every `kind` is an `ancestor`.
    pub(crate) fn kind_is_a(&self, kind: KindId, ancestor: KindId) -> bool {
        // A chain is never longer than the table; the bound keeps a broken, cyclic one from hanging the decoder.
        std::iter::successors(Some(kind), |&kind| {
            self.kinds.find(kind).and_then(|kind| kind.is_a)
        })
        .take(self.kinds.len())
        .any(|kind| kind == ancestor)
    }

    /// All entities of a kind and its sub-kinds, in canonical order.
    pub(crate) fn members_of(&self, kind: KindId) -> Vec<EntityId> {
        let all = self.entities.iter();
        all.filter(|(_, entity)| self.kind_is_a(entity.kind, kind))
            .map(|(id, _)| id)
            .collect()
    }

    /// A type in the author's words: `number`, `simple | two_thirds`, `set of actor`.
    pub fn type_text(&self, ty: Type) -> String {
        let kind = |kind: KindId| self.kinds.find(kind).map_or("entity", |kind| kind.name.as_str());
        match ty {
            Type::Number => "number".to_owned(),
            Type::Rate(unit) => format!("rate {unit}"),
            Type::Boolean => "boolean".to_owned(),
            Type::Text => "text".to_owned(),
            Type::Date => "date".to_owned(),
            Type::Duration => "duration".to_owned(),
            Type::Condition => "condition".to_owned(),
            Type::Enum(id) => {
                let words = self.enums.find(id).into_iter().flatten();
                words
                    .filter_map(|&word| self.words.find(word))
                    .map(String::as_str)
                    .collect::<Vec<_>>()
                    .join(" | ")
            }
            Type::Entity(id) => kind(id).to_owned(),
            Type::Set(id) => format!("set of {}", kind(id)),
        }
    }
}
