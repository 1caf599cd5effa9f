//! The instances behind some closed facts, for explanations.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::Closed;
use super::condition::Stop;
use super::fixpoint::head;
use super::reads::Reads;
use super::search::{Derivation, Search};
use super::terms::{Args, Lookup};
use super::walk::Walk;
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
    /// Whether only what holds is opened, by the bindings that hold: all that could be is too many.
    sparing: bool,
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
        let (before, known) = (self.clone(), self.facts.len());
        // All of it was worked out before, so nothing is unfit now.
        let _ = self.below(model, closed, wanted);
        if self.full && !self.sparing {
            let mut sparing = Opened {
                sparing: true,
                ..before
            };
            let _ = sparing.below(model, closed, wanted);
            if !sparing.full {
                *self = sparing;
            }
        }
        self.instances.sort_unstable();
        self.facts.len() > known
    }

    /// Whether not all was opened that was asked for, or not by all bindings that could be.
    pub fn is_short(&self) -> bool {
        self.full || self.sparing
    }

    fn below<'m>(
        &mut self,
        model: &'m Model,
        closed: &Arc<Closed>,
        wanted: &[GroundFact],
    ) -> Result<(), Stop> {
        let mut lookup = Lookup::new(model);
        let sparing = self.sparing;
        let tables = match sparing {
            true => &closed.tables,
            false => closed.possible(model),
        };
        let opens = |fact: &GroundFact| !sparing || closed.holds(fact);
        let strata = closed.class.strata.iter();
        let rules: Vec<Derivation<'_>> = strata
            .flat_map(|stratum| &stratum.rules)
            .map(|rule| Derivation::of(&lookup, *rule))
            .collect();
        let mut derivers: FxHashMap<FactId, Vec<Deriver<'_, '_>>> = FxHashMap::default();
        for rule in &rules {
            for (fact, head) in &rule.heads {
                let search = rule.search_for_head(&mut lookup, head, sparing)?;
                let deriver = Deriver { rule, head, search };
                derivers.entry(*fact).or_default().push(deriver);
            }
        }
        let mut reads = Reads::new(model, closed);
        let mut known: FxHashSet<(RuleId, Binding)> = self.instances.iter().cloned().collect();
        let mut queue: VecDeque<GroundFact> = VecDeque::new();
        for fact in wanted.iter().filter(|fact| opens(fact)) {
            if self.facts.insert(fact.clone()) {
                queue.push_back(fact.clone());
            }
        }
        let mut left = closed.budget.closed_steps;
        while let Some(fact) = queue.pop_front() {
            let Some(relation) = tables.get(fact.fact) else {
                continue;
            };
            let tuples = relation.orders(&fact.args);
            let (facts, instances) = (&mut self.facts, &mut self.instances);
            let mut open = |deriver: &Deriver<'_, 'm>, tuple: u64| {
                let rule = deriver.rule;
                let mut walk = Walk::new(model, tables, rule.rule, !sparing, left);
                let ended = walk.from(&deriver.search, &relation.entities(tuple), &mut |binding| {
                    // A head that is no plain variable can be compared only now.
                    if head(model, relation, deriver.head, binding)? == tuple {
                        let instance = (rule.id, rule.own(binding)?);
                        if known.insert(instance.clone()) {
                            for fact in reads.of(instance.0, &instance.1) {
                                if opens(&fact) && facts.insert(fact.clone()) {
                                    queue.push_back(fact);
                                }
                            }
                            instances.push(instance);
                        }
                    }
                    match instances.len() > INSTANCES {
                        true => Err(Stop::TooMany),
                        false => Ok(()),
                    }
                });
                left = left.saturating_sub(walk.steps());
                ended
            };
            let mut derivers = derivers.get(&fact.fact).into_iter().flatten();
            let ended =
                derivers.try_for_each(|deriver| tuples.iter().try_for_each(|tuple| open(deriver, *tuple)));
            if ended == Err(Stop::TooMany) {
                // What was not looked into to its end is no more opened than all the rest.
                self.full = true;
                for fact in queue.iter().chain([&fact]) {
                    self.facts.remove(fact);
                }
            }
            ended?;
        }
        Ok(())
    }
}
