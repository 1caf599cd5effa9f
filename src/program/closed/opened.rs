//! The instances behind some closed facts, for explanations.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Closed;
use super::fixpoint::head;
use super::reads::Reads;
use super::search::{Derivation, Search};
use super::terms::{Args, Lookup};
use super::walk::{Stop, Walk};
use crate::model::{FactId, Model, RuleId};
use crate::program::ground::GroundFact;
use crate::program::possible::Binding;

/// Most instances that are ground for one explanation.
const INSTANCES: usize = 50_000;

/// Closed facts that are ground like all others, with the instances that derive them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opened {
    pub facts: FxHashSet<GroundFact>,
    /// By rule, then binding.
    pub instances: Vec<(RuleId, Binding)>,
    /// Whether no more may be opened.
    full: bool,
}

/// A rule, searched from one of its heads.
struct Deriver<'r, 'm> {
    rule: &'r Derivation<'m>,
    head: &'r Args<'m>,
    search: Search<'m>,
}

impl Opened {
    /// Opens more facts: they, and all that the rules behind them read, however far below, until there are too many. False
    /// where nothing was added.
    pub fn add(&mut self, model: &Model, closed: &Arc<Closed>, wanted: &[GroundFact]) -> bool {
        if self.full {
            return false;
        }
        let before = self.facts.len();
        // All of it was worked out before, so nothing is unfit now.
        let _ = self.below(model, closed, wanted);
        self.instances.sort_unstable();
        self.facts.len() > before
    }

    fn below(&mut self, model: &Model, closed: &Arc<Closed>, wanted: &[GroundFact]) -> Result<(), Stop> {
        let mut lookup = Lookup::new(model);
        let tables = closed.possible(model);
        let strata = closed.class.strata.iter();
        let rules: Vec<Derivation<'_>> = strata
            .flat_map(|stratum| &stratum.rules)
            .map(|rule| Derivation::of(&lookup, *rule))
            .collect();
        let mut derivers: FxHashMap<FactId, Vec<Deriver<'_, '_>>> = FxHashMap::default();
        for rule in &rules {
            for (fact, head) in &rule.heads {
                let search = rule.search_for_head(&mut lookup, head)?;
                let deriver = Deriver { rule, head, search };
                derivers.entry(*fact).or_default().push(deriver);
            }
        }
        let mut reads = Reads::new(model, closed);
        let mut known: FxHashSet<(RuleId, Binding)> = self.instances.iter().cloned().collect();
        let mut queue: VecDeque<GroundFact> = VecDeque::new();
        let mut next: Vec<GroundFact> = wanted.to_vec();
        loop {
            for fact in next.drain(..) {
                if self.facts.insert(fact.clone()) {
                    queue.push_back(fact);
                }
            }
            if self.instances.len() > INSTANCES {
                // What was not looked into is no more opened than all the rest.
                self.full = true;
                queue.iter().for_each(|fact| {
                    self.facts.remove(fact);
                });
                return Ok(());
            }
            let Some(fact) = queue.pop_front() else {
                return Ok(());
            };
            let Some(relation) = tables.get(fact.fact) else {
                continue;
            };
            let tuples = relation.orders(&fact.args);
            for deriver in derivers.get(&fact.fact).into_iter().flatten() {
                let rule = deriver.rule;
                for tuple in &tuples {
                    let mut walk = Walk::new(model, tables, rule.rule, true);
                    walk.from(&deriver.search, &relation.entities(*tuple), &mut |binding| {
                        // A head that is no plain variable can be compared only now.
                        if head(model, relation, deriver.head, binding)? == *tuple {
                            let instance = (rule.id, rule.own(binding)?);
                            if known.insert(instance.clone()) {
                                next.extend(reads.of(instance.0, &instance.1));
                                self.instances.push(instance);
                            }
                        }
                        Ok(())
                    })?;
                }
            }
        }
    }
}
