//! Closed relations: derived facts that no event can change, worked out once, as tables of tuples.
//!
//! A rule over facts that never change would become one instance, with a guard, for each of its bindings, though all of
//! them are known before the first day. Where there are many, these relations are worked out by joins over tuples of
//! small numbers instead, and have neither instances nor nodes: whatever else reads one sees a derived fact whose truth is
//! known. What only an explanation needs, the rules behind a fact, is ground when somebody asks.
//!
//! - `class`: which relations are closed, and in what order they are worked out
//! - `tuples`: tuples and sets of them
//! - `terms`, `condition`, `search`: what rules say of entities and facts, and their bodies as searches over such sets
//! - `walk`, `fixpoint`: a search, and the semi-naive evaluation that makes them
//! - `opened`, `reads`: the instances behind some of the facts, for explanations
//! - `tally`: how many instances there would be, for checks

mod class;
mod condition;
mod fixpoint;
mod opened;
mod reads;
mod search;
mod tally;
mod terms;
mod tuples;
mod walk;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use self::class::Class;
use self::fixpoint::{Halt, work_out};
pub(crate) use self::opened::Opened;
pub use self::tally::Tally;
use self::tuples::{Form, Relation, Tables};
use super::GroundError;
use super::ground::{GroundArgs, GroundFact, GroundValue};
use super::possible::GroundBudget;
use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_term;
use crate::model::{AttributeValue, EntityId, FactId, Model, RuleId, TermKind, Type, Value};

/// Derived facts that no event can change: those that hold, hold on every day of every run.
#[derive(Clone)]
pub struct Closed {
    class: Class,
    budget: GroundBudget,
    /// What holds.
    tables: Tables,
    /// What would be ground as possible: `not`, counts and the like left aside. Worked out when first asked for.
    possible: OnceLock<Option<Tables>>,
    tallies: OnceLock<Vec<Tally>>,
    /// The numbers that their rules may read.
    numbers: Vec<Value>,
}

/// A closed fact that is possible, in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct ClosedFact {
    fact: FactId,
    tuple: u64,
    form: Form,
}

impl ClosedFact {
    fn of(fact: FactId, relation: &Relation, tuple: u64) -> Self {
        ClosedFact {
            fact,
            tuple,
            form: relation.form(),
        }
    }

    /// The fact in full.
    pub fn ground(self) -> GroundFact {
        GroundFact {
            fact: self.fact,
            args: self.form.args(self.tuple),
        }
    }
}

impl fmt::Debug for Closed {
    /// What holds, and by which numbers: they tell apart two programs in which the same happens to hold.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relations = self
            .facts()
            .map(|fact| (fact, self.tables.get(fact).map(Relation::sorted)));
        f.debug_map()
            .entries(relations)
            .entry(&"numbers", &self.numbers)
            .finish()
    }
}

/// Works out the closed relations of a model. None where there are none, or where they are small enough to be ground like
/// all others.
pub(crate) fn closed(model: &Model, budget: GroundBudget) -> Result<Option<Arc<Closed>>, GroundError> {
    let Some(class) = Class::of(model) else {
        return Ok(None);
    };
    match work_out(model, &class, budget, true) {
        Ok((_, found)) if found < budget.closed_from => Ok(None),
        Ok((tables, _)) => Ok(Some(Arc::new(Closed {
            numbers: numbers(model, &class),
            class,
            budget,
            tables,
            possible: OnceLock::new(),
            tallies: OnceLock::new(),
        }))),
        Err(Halt::Unfit) => Ok(None),
        Err(Halt::TooMany(rule, found)) => Err(GroundError::too_many(model, rule, found, false)),
    }
}

impl Closed {
    /// Whether a derived fact is closed.
    pub fn is_closed(&self, fact: FactId) -> bool {
        self.class.is_closed(fact)
    }

    /// Whether a rule derives closed facts, and so has no instances.
    pub fn derives(&self, rule: RuleId) -> bool {
        self.class.derives(rule)
    }

    /// The closed facts, in the model's order.
    pub fn facts(&self) -> impl Iterator<Item = FactId> + '_ {
        let closed = self
            .class
            .closed
            .iter()
            .enumerate()
            .filter(|(_, closed)| **closed);
        closed.map(|(at, _)| FactId::from_index(at))
    }

    /// The facts of that name that hold, in canonical order.
    pub fn holding(&self, fact: FactId) -> impl Iterator<Item = GroundFact> + '_ {
        let relation = self.relation(&self.tables, fact).into_iter();
        relation.flat_map(move |relation| {
            let rows = relation.sorted().into_iter();
            rows.map(move |tuple| GroundFact {
                fact,
                args: relation.args(tuple),
            })
        })
    }

    /// Whether a closed fact holds.
    pub fn holds(&self, fact: &GroundFact) -> bool {
        let relation = self.relation(&self.tables, fact.fact);
        relation.is_some_and(|relation| relation.has_args(&fact.args))
    }

    /// Whether a closed fact might hold if `not`, counts and the like were left aside: whether the ordinary way of
    /// grounding would give it a node.
    pub(crate) fn is_possible(&self, model: &Model, fact: &GroundFact) -> bool {
        let relation = self.relation(self.possible(model), fact.fact);
        relation.is_some_and(|relation| relation.has_args(&fact.args))
    }

    /// The arguments of those possible facts that match a pattern; of symmetric facts in both orders.
    pub(crate) fn possible_args(
        &self,
        model: &Model,
        fact: FactId,
        wanted: &[Option<GroundValue>],
    ) -> Vec<GroundArgs> {
        match (self.relation(self.possible(model), fact), entities(wanted)) {
            (Some(relation), Some(wanted)) => {
                let matching = relation.matching(&wanted);
                matching.map(|tuple| relation.args(tuple)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The possible facts that match a pattern, in canonical order.
    pub(crate) fn possible_matching(
        &self,
        model: &Model,
        fact: FactId,
        wanted: &[Option<GroundValue>],
    ) -> Vec<ClosedFact> {
        let relation = self.relation(self.possible(model), fact);
        let Some((relation, wanted)) = relation.zip(entities(wanted)) else {
            return Vec::new();
        };
        let matching = relation.matching(&wanted);
        let mut tuples: Vec<u64> = matching.map(|tuple| relation.canonical(tuple)).collect();
        tuples.sort_unstable();
        tuples.dedup();
        tuples
            .into_iter()
            .map(|tuple| ClosedFact::of(fact, relation, tuple))
            .collect()
    }

    /// The fact, if it is possible.
    pub(crate) fn find(&self, model: &Model, fact: &GroundFact) -> Option<ClosedFact> {
        let relation = self.relation(self.possible(model), fact.fact)?;
        let tuple = relation.tuple(&fact.args).filter(|tuple| relation.has(*tuple))?;
        Some(ClosedFact::of(fact.fact, relation, relation.canonical(tuple)))
    }

    /// Whether any fact of that name is possible.
    pub(crate) fn any_possible(&self, model: &Model, fact: FactId) -> bool {
        let relation = self.relation(self.possible(model), fact);
        relation.is_some_and(|relation| relation.len() > 0)
    }

    fn relation<'t>(&self, tables: &'t Tables, fact: FactId) -> Option<&'t Relation> {
        tables.get(fact).filter(|_| self.is_closed(fact))
    }

    /// Where even what is possible is too much, what holds is all that is spoken of.
    fn possible(&self, model: &Model) -> &Tables {
        let made = self.possible.get_or_init(|| {
            let worked_out = work_out(model, &self.class, self.budget, false);
            worked_out.ok().map(|(tables, _)| tables)
        });
        made.as_ref().unwrap_or(&self.tables)
    }
}

/// The values of the assumptions and of the attributes, other than edges of the graph, that the rules of closed facts name.
fn numbers(model: &Model, class: &Class) -> Vec<Value> {
    let mut found = Vec::new();
    for rule in class.strata.iter().flat_map(|stratum| &stratum.rules) {
        for_each_term(&model.rules[*rule], &mut |term| {
            term.walk(&mut |part| match (&part.kind, part.ty) {
                (TermKind::Assumption(assumption, _), _) => {
                    let entries = model.assumptions[*assumption].entries.iter();
                    found.extend(entries.map(|entry| entry.value.clone()));
                }
                (TermKind::Attribute(..), Type::Entity(_) | Type::Set(_)) => {}
                (TermKind::Attribute(_, attribute), _) => {
                    let values = model
                        .entities
                        .values()
                        .filter_map(|entity| entity.values.get(attribute));
                    found.extend(values.filter_map(|value| match value {
                        AttributeValue::Value(value) => Some(value.clone()),
                        AttributeValue::Condition(_) => None,
                    }));
                }
                _ => {}
            });
        });
    }
    found
}

/// A pattern of entities; none where a value is something else, which no closed fact has.
fn entities(wanted: &[Option<GroundValue>]) -> Option<SmallVec<[Option<EntityId>; 4]>> {
    let each = wanted.iter().map(|value| match value {
        None => Some(None),
        Some(GroundValue::Entity(entity)) => Some(Some(*entity)),
        Some(_) => None,
    });
    each.collect()
}
