//! Closed relations: derived facts that no event can change, worked out once, as tables of tuples.
//!
//! A rule over facts that never change would become one instance, with a guard, for each of its bindings, though all of
//! them are known before the first day. Where there are many, these relations are worked out by joins over tuples of
//! small numbers instead, and have neither instances nor nodes: whatever else reads one sees a derived fact whose truth is
//! known. What only an explanation needs, the rules behind a fact, is ground when somebody asks.
//!
//! - `class`: which relations are closed, and in what order they are worked out
//! - `tuples`: tuples and sets of them
//! - `body`, `condition`: rules as searches over such sets
//! - `fixpoint`: the semi-naive evaluation
//! - `opened`: the instances behind some of the facts, for explanations; how many there would be, for checks

mod body;
mod class;
mod condition;
mod fixpoint;
mod opened;
mod tuples;

#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::{Arc, OnceLock};

use smallvec::SmallVec;

use self::body::Tables;
use self::class::Class;
use self::fixpoint::{Fixpoint, Halt, Rules, opening};
pub(crate) use self::opened::Opened;
pub use self::opened::Tally;
use super::GroundError;
use super::ground::{GroundArgs, GroundFact, GroundValue};
use super::possible::{GroundBudget, canonical};
use crate::ids::Id as _;
use crate::model::{EntityId, FactId, Model, RuleId};

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
}

impl fmt::Debug for Closed {
    /// What holds; what else there is follows from the scenario.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let relations = self
            .facts()
            .map(|fact| (fact, self.tables.get(fact).map(tuples::Relation::sorted)));
        f.debug_map().entries(relations).finish()
    }
}

/// Works out the closed relations of a model. None where there are none, or where they are small enough to be ground like
/// all others.
pub(crate) fn closed(model: &Model, budget: GroundBudget) -> Result<Option<Arc<Closed>>, GroundError> {
    let Some(class) = Class::of(model) else {
        return Ok(None);
    };
    let worked_out = (|| {
        let mut rules = Rules::of(model, &class)?;
        let mut fixpoint = Fixpoint::new(model, budget, opening(model, &class)?, true);
        fixpoint.run(&mut rules)?;
        Ok((fixpoint.found, fixpoint.tables))
    })();
    match worked_out {
        Ok((found, _)) if found < budget.closed_from => Ok(None),
        Ok((_, tables)) => Ok(Some(Arc::new(Closed {
            class,
            budget,
            tables,
            possible: OnceLock::new(),
            tallies: OnceLock::new(),
        }))),
        Err(Halt::Unfit) => Ok(None),
        Err(Halt::TooMany(rule, found)) => Err(GroundError::too_many(model, rule, found)),
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

    /// Whether anything but the rules of closed facts reads the fact: then the program has a node for each that is
    /// possible.
    pub fn is_read(&self, fact: FactId) -> bool {
        self.class.is_read(fact)
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

    /// How many of the facts hold, those of symmetric facts counted once.
    pub fn count(&self, fact: FactId) -> usize {
        let relation = self.tables.get(fact).filter(|_| self.is_closed(fact));
        relation.map_or(0, |relation| {
            let rows = (0..relation.len()).filter_map(|at| relation.row(at));
            rows.filter(|row| relation.is_canonical(*row)).count()
        })
    }

    /// The facts of that name that hold, in canonical order.
    pub fn holding(&self, fact: FactId) -> impl Iterator<Item = GroundFact> + '_ {
        self.listed(self.tables.get(fact), fact)
    }

    /// Whether a closed fact holds.
    pub fn holds(&self, fact: &GroundFact) -> bool {
        let relation = self.tables.get(fact.fact).filter(|_| self.is_closed(fact.fact));
        relation.is_some_and(|relation| {
            relation
                .tuple(&fact.args)
                .is_some_and(|tuple| relation.has(tuple))
        })
    }

    /// Whether any of the closed facts that match a pattern and of which `of` says yes holds.
    pub(crate) fn any_holds(
        &self,
        fact: FactId,
        wanted: &[Option<GroundValue>],
        of: impl Fn(GroundArgs) -> bool,
    ) -> bool {
        let relation = self.tables.get(fact).filter(|_| self.is_closed(fact));
        relation.zip(entities(wanted)).is_some_and(|(relation, wanted)| {
            let mut matching = relation.matching(&wanted);
            matching.any(|tuple| of(relation.args(tuple)))
        })
    }

    /// What might hold if `not`, counts and the like were left aside: what the ordinary way of grounding would give a
    /// node. In canonical order.
    pub(crate) fn possible_facts(
        &self,
        model: &Model,
        fact: FactId,
    ) -> impl Iterator<Item = GroundFact> + '_ {
        self.listed(self.possible(model).get(fact), fact)
    }

    /// Whether a fact is among those.
    pub(crate) fn is_possible(&self, model: &Model, fact: &GroundFact) -> bool {
        let relation = self
            .possible(model)
            .get(fact.fact)
            .filter(|_| self.is_closed(fact.fact));
        relation.is_some_and(|relation| {
            relation
                .tuple(&fact.args)
                .is_some_and(|tuple| relation.has(tuple))
        })
    }

    /// Those that match a pattern, in canonical order.
    pub(crate) fn possible_matching(
        &self,
        model: &Model,
        fact: FactId,
        wanted: &[Option<GroundValue>],
    ) -> Vec<GroundFact> {
        let Some(relation) = self.possible(model).get(fact).filter(|_| self.is_closed(fact)) else {
            return Vec::new();
        };
        let Some(wanted) = entities(wanted) else {
            return Vec::new();
        };
        let symmetric = model.facts[fact].symmetric;
        let mut rows: Vec<GroundArgs> = relation
            .matching(&wanted)
            .map(|tuple| canonical(symmetric, relation.args(tuple)))
            .collect();
        rows.sort_unstable_by(|a, b| super::ground::compare_args(a, b));
        rows.dedup();
        rows.into_iter().map(|args| GroundFact { fact, args }).collect()
    }

    fn listed<'t>(
        &self,
        relation: Option<&'t tuples::Relation>,
        fact: FactId,
    ) -> impl Iterator<Item = GroundFact> + use<'t> {
        let relation = relation.filter(|_| self.is_closed(fact));
        relation.into_iter().flat_map(move |relation| {
            let rows = relation.sorted().into_iter();
            rows.map(move |tuple| GroundFact {
                fact,
                args: relation.args(tuple),
            })
        })
    }

    fn possible(&self, model: &Model) -> &Tables {
        let made = self.possible.get_or_init(|| {
            let mut rules = Rules::of(model, &self.class).ok()?;
            let opening = opening(model, &self.class).ok()?;
            let mut fixpoint = Fixpoint::new(model, self.budget, opening, false);
            match fixpoint.run(&mut rules) {
                Ok(()) => Some(fixpoint.tables),
                Err(_) => None,
            }
        });
        // Where even that is too much, what holds is all that is spoken of.
        made.as_ref().unwrap_or(&self.tables)
    }
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
