//! What exists and how it hangs together: kinds, entities, the graph, facts, rules. Resolved, typed, checked.

mod declare;
pub(crate) mod decode;
mod graph;
mod names;
mod query;
pub(crate) mod resolve;
mod rule;
mod term;
mod text;
mod types;

pub use declare::*;
pub use graph::{Edge, EntityGraph};
pub(crate) use names::{Callable, Names, ROOT_KIND};
pub use rule::*;
pub use term::*;
pub use types::*;

use std::collections::BTreeSet;
use std::sync::Arc;

use indexmap::IndexMap;

use crate::diagnostic::{Diagnostics, Sources};
use crate::document::Document;
use crate::ids::Table;
use crate::language::value::Day;

/// A scenario, resolved and typed. Made by [`compile`](crate::Scenario::compile); never changes afterwards.
#[derive(Clone, Debug)]
pub struct Model {
    pub(crate) sources: Sources,
    /// Warnings found on the way.
    pub(crate) warnings: Diagnostics,
    pub(crate) title: String,
    pub(crate) question: Option<String>,
    pub(crate) about: Option<String>,
    pub(crate) note: Option<String>,
    /// First and last day, both included.
    pub(crate) period: (Day, Day),
    pub(crate) bibliography: IndexMap<String, Reference>,
    pub(crate) words: Table<WordId, String>,
    pub(crate) enums: Table<EnumId, Vec<WordId>>,
    pub(crate) kinds: Table<KindId, Kind>,
    pub(crate) attributes: Table<AttributeId, String>,
    pub(crate) entities: Table<EntityId, Entity>,
    pub(crate) facts: Table<FactId, Fact>,
    pub(crate) measures: Table<MeasureId, Measure>,
    pub(crate) quantities: Table<QuantityId, Quantity>,
    pub(crate) events: Table<EventId, Event>,
    /// The built-in event `breach(of, under)`.
    pub(crate) breach: EventId,
    pub(crate) assumptions: Table<AssumptionId, Assumption>,
    pub(crate) rules: Table<RuleId, Rule>,
    pub(crate) branchings: Table<BranchingId, Branching>,
    pub(crate) fixes: Vec<Fix>,
    pub(crate) start: Vec<(Initial, Annotations)>,
    pub(crate) timeline: Vec<Scripted>,
    pub(crate) outcomes: Table<OutcomeId, Outcome>,
    pub(crate) positions: Vec<Position>,
    pub(crate) expectations: Vec<Claim>,
    /// Probabilities asked for beside the scenario, each as a claim that cannot fail.
    pub(crate) asked: Vec<Claim>,
    pub(crate) invariants: Vec<Claim>,
    /// Ids and titles of the variants that the scenario declares.
    pub(crate) variants: Vec<(String, String)>,
    /// The levers that the scenario declares, in the order of writing.
    pub(crate) levers: Vec<Lever>,
    /// Entities by id; names resolve here.
    pub(crate) by_id: IndexMap<String, EntityId>,
    /// What it was made from, to make variants of it.
    pub(crate) document: Option<Arc<Document>>,
    /// Entities as nodes, attributes that name entities as edges.
    pub(crate) graph: EntityGraph,
    /// Everything but entities by name.
    pub(crate) names: Names,
    /// While the model is built: names of elements (of whatever sort) whose declaration failed and was reported.
    /// Using them gives no further error. Empty in a finished model.
    pub(crate) broken: BTreeSet<String>,
}

/// An entry of `sources:`.
#[derive(Clone, Debug, Default)]
pub struct Reference {
    /// Title.
    pub title: String,
    /// Author, publisher, date, note, as written, by key.
    pub details: IndexMap<String, String>,
}
