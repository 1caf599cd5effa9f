//! What a finished model can be asked.

use indexmap::IndexMap;

use super::{
    Annotations, AssumptionId, BranchingId, EventId, FactId, MeasureId, OutcomeId, QuantityId, RuleId,
};
use super::{
    Assumption, AttributeValue, Branching, Claim, Entity, EntityId, Event, Fact, Fix, Initial, Kind, KindId,
    Lever, Measure, Model, Outcome, Position, Quantity, Reference, Rule, Scripted, Value,
};
use crate::diagnostic::{Diagnostics, Sources};
use crate::ids::Table;
use crate::language::value::Day;

/// The scenario as a whole.
impl Model {
    /// What the scenario calls itself.
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The question it is meant to answer.
    pub fn question(&self) -> Option<&str> {
        self.question.as_deref()
    }

    /// What it is about.
    pub fn about(&self) -> Option<&str> {
        self.about.as_deref()
    }

    /// A remark on the scenario.
    pub fn note(&self) -> Option<&str> {
        self.note.as_deref()
    }

    /// First and last day, both included.
    pub fn period(&self) -> (Day, Day) {
        self.period
    }

    /// All texts from which it was made; spans point into them.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// What is doubtful in the scenario but not wrong.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// The entries of `sources:` by id, as written.
    pub fn bibliography(&self) -> &IndexMap<String, Reference> {
        &self.bibliography
    }

    /// Ids and titles of the variants, as written.
    pub fn variants(&self) -> impl Iterator<Item = (&str, &str)> {
        self.variants
            .iter()
            .map(|(id, title)| (id.as_str(), title.as_str()))
    }
}

/// Tables. Those of names are in alphabetical order; outcomes and claims are in the order of writing.
impl Model {
    /// All kinds.
    pub fn kinds(&self) -> &Table<KindId, Kind> {
        &self.kinds
    }

    /// All entities, in the order of their ids.
    pub fn entities(&self) -> &Table<EntityId, Entity> {
        &self.entities
    }

    /// All facts, stored and derived.
    pub fn facts(&self) -> &Table<FactId, Fact> {
        &self.facts
    }

    /// All measures.
    pub fn measures(&self) -> &Table<MeasureId, Measure> {
        &self.measures
    }

    /// All quantities.
    pub fn quantities(&self) -> &Table<QuantityId, Quantity> {
        &self.quantities
    }

    /// All events, the built-in `breach` included.
    pub fn events(&self) -> &Table<EventId, Event> {
        &self.events
    }

    /// All assumptions.
    pub fn assumptions(&self) -> &Table<AssumptionId, Assumption> {
        &self.assumptions
    }

    /// All rules.
    pub fn rules(&self) -> &Table<RuleId, Rule> {
        &self.rules
    }

    /// All chances and choices.
    pub fn branchings(&self) -> &Table<BranchingId, Branching> {
        &self.branchings
    }

    /// The entries of `fix:`.
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }

    /// What holds before the first day.
    pub fn start(&self) -> &[(Initial, Annotations)] {
        &self.start
    }

    /// What happens on given days, by day and then by name.
    pub fn timeline(&self) -> &[Scripted] {
        &self.timeline
    }

    /// The outcomes.
    pub fn outcome_table(&self) -> &Table<OutcomeId, Outcome> {
        &self.outcomes
    }

    /// The positions.
    pub fn positions(&self) -> &[Position] {
        &self.positions
    }

    /// The levers, in the order of writing.
    pub fn levers(&self) -> &[Lever] {
        &self.levers
    }

    /// The entries of `expect:`.
    pub fn expectations(&self) -> &[Claim] {
        &self.expectations
    }

    /// The entries of `invariants:`.
    pub fn invariants(&self) -> &[Claim] {
        &self.invariants
    }
}

/// Entities and their attributes. The core knows no treaty words: attributes are asked by name.
impl Model {
    /// An entity by its id: `ukraine`, `treaty.guarantee`.
    pub fn entity(&self, id: &str) -> Option<EntityId> {
        self.by_id.get(id).copied()
    }

    /// The id of an entity, as in the scenario.
    pub fn entity_id(&self, entity: EntityId) -> &str {
        self.entities.find(entity).map_or("", |entity| entity.id.as_str())
    }

    /// The name of the kind of an entity.
    pub fn kind_of(&self, entity: EntityId) -> &str {
        let kind = self
            .entities
            .find(entity)
            .and_then(|entity| self.kinds.find(entity.kind));
        kind.map_or("", |kind| kind.name.as_str())
    }

    /// Whether an entity is of a kind or of one of its sub-kinds; false if there is no such kind.
    pub fn is_a(&self, entity: EntityId, kind: &str) -> bool {
        let kind = self.names.kinds.get(kind);
        self.entities
            .find(entity)
            .zip(kind)
            .is_some_and(|(entity, kind)| self.kind_is_a(entity.kind, *kind))
    }

    /// All entities of a kind and its sub-kinds, in canonical order; none if there is no such kind.
    pub fn members(&self, kind: &str) -> Vec<EntityId> {
        self.names
            .kinds
            .get(kind)
            .map(|kind| self.members_of(*kind))
            .unwrap_or_default()
    }

    /// What an entity holds for an attribute: what is written, or else its default. `None` if its kind has no such
    /// attribute.
    pub fn attribute(&self, entity: EntityId, name: &str) -> Option<&AttributeValue> {
        let entity = self.entities.find(entity)?;
        let attribute = self.kinds.find(entity.kind)?.attributes.get(name)?;
        entity.values.get(&attribute.id)
    }

    /// As [`attribute`](Self::attribute), for attributes that hold no condition.
    pub fn value(&self, entity: EntityId, name: &str) -> Option<&Value> {
        match self.attribute(entity, name)? {
            AttributeValue::Value(value) => Some(value),
            AttributeValue::Condition(_) => None,
        }
    }
}
