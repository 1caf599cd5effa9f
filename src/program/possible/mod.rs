//! What can ever be: the facts that may come to hold, the events that may be raised, and the rule instances
//! that may therefore fire. An over-approximation, found by letting every newly possible fact or event look for
//! the rules that wait for it.

mod budget;
mod prepared;
mod search;
mod tuples;
mod walk;

use std::collections::{HashSet, VecDeque};

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use prepared::Prepared;
use search::{Effort, News, Search};

use super::GroundError;
use super::closed::Closed;
use super::ground::{GroundArgs, GroundEventKey, GroundFact, GroundValue};
use super::plan::Match;
use crate::ids::Id as _;
use crate::model::resolve::constant;
use crate::model::{EntityId, EventId, FactId, Initial, Model, RuleId, Term, TermKind, Value, VariableId};

pub use budget::GroundBudget;

/// The values of a rule's own variables, in their order.
pub type Binding = SmallVec<[EntityId; 6]>;

/// What can ever be.
#[derive(Debug, Default)]
pub(crate) struct Possible {
    pub facts: Vec<GroundFact>,
    pub events: Vec<GroundEventKey>,
    /// In canonical order: by rule, then binding.
    pub instances: Vec<(RuleId, Binding)>,
}

/// Finds all that can ever be.
pub(crate) fn possible<'m>(
    model: &'m Model,
    budget: GroundBudget,
    unguarded: &'m HashSet<RuleId>,
    closed: Option<&'m Closed>,
) -> Result<Possible, Vec<GroundError>> {
    let mut rules: Vec<Prepared<'_>> = Vec::new();
    let mut by_fact: FxHashMap<FactId, Vec<(usize, usize)>> = FxHashMap::default();
    let mut by_event: FxHashMap<EventId, Vec<(usize, usize)>> = FxHashMap::default();
    for id in model.rules.ids() {
        let rule = Prepared::new(rules.len(), id, model, !unguarded.contains(&id), closed);
        if closed.is_some_and(|closed| closed.derives(id)) {
            // It keeps its place, by which efforts are counted, but waits for nothing.
            rules.push(Prepared {
                from_nothing: None,
                ..rule
            });
            continue;
        }
        for (index, (fact, _)) in rule.needs.literals.iter().enumerate() {
            // Closed facts are there from the beginning, and so start no search.
            if !closed.is_some_and(|closed| closed.is_closed(*fact)) {
                by_fact.entry(*fact).or_default().push((rule.place, index));
            }
        }
        for (index, pattern) in rule.needs.triggers.iter().enumerate() {
            by_event
                .entry(pattern.event)
                .or_default()
                .push((rule.place, index));
        }
        rules.push(rule);
    }
    let mut search = Search {
        model,
        budget,
        unguarded,
        closed,
        facts: FxHashMap::default(),
        events: FxHashMap::default(),
        news: VecDeque::new(),
        seen: FxHashSet::default(),
        errors: Vec::new(),
        members: FxHashMap::default(),
        seed: GroundArgs::new(),
        efforts: vec![Effort::default(); rules.len()],
        tuples: 0,
    };

    for (initial, _) in &model.start {
        if let Initial::Fact(fact, args, true) = initial
            && let Some(args) = args.iter().map(GroundValue::of).collect()
        {
            search.fact(*fact, args);
        }
    }
    for scripted in &model.timeline {
        if let Some(args) = scripted.args.iter().map(GroundValue::of).collect() {
            search.event(scripted.event, args);
        }
    }
    for rule in &rules {
        if let Some(steps) = &rule.from_nothing {
            let mut binding = vec![None; rule.rule.variables.len()];
            search.run(rule, steps, &mut binding);
        }
    }
    while let Some(news) = search.news.pop_front() {
        if !search.errors.is_empty() {
            break;
        }
        let (waiting, args) = match &news {
            News::Fact(fact, args) => (by_fact.get(fact), args),
            News::Event(event, args) => (by_event.get(event), args),
        };
        for (rule, index) in waiting.into_iter().flatten() {
            let Some(rule) = rules.get(*rule) else { continue };
            let (seed, plans) = match &news {
                News::Fact(..) => (
                    Match::Literal(*index),
                    rule.by_literal.get(*index).map(Vec::as_slice),
                ),
                News::Event(..) => (
                    Match::Trigger(*index),
                    rule.by_trigger.get(*index).map(std::slice::from_ref),
                ),
            };
            if !search.has_every_literal(rule) {
                // Whatever comes last will find the others.
                continue;
            }
            let mut binding = vec![None; rule.rule.variables.len()];
            if search.unify(rule.needs.args(seed), args, &mut binding).is_some() {
                search.seed.clone_from(args);
                for (place, steps) in plans.unwrap_or_default().iter().enumerate() {
                    if matches!(seed, Match::Trigger(_)) || search.has_trigger(rule, place) {
                        search.run(rule, steps, &mut binding);
                    }
                }
            }
        }
    }
    if !search.errors.is_empty() {
        return Err(search.errors);
    }
    let mut instances: Vec<_> = search.seen.into_iter().collect();
    instances.sort_unstable();
    let facts = search.facts.into_iter().flat_map(|(fact, tuples)| {
        let symmetric = model.facts[fact].symmetric;
        tuples
            .all
            .into_iter()
            .filter(move |args| !symmetric || is_canonical(args))
            .map(move |args| GroundFact { fact, args })
    });
    let events = search.events.into_iter().flat_map(|(event, tuples)| {
        tuples
            .all
            .into_iter()
            .map(move |args| GroundEventKey { event, args })
    });
    Ok(Possible {
        facts: facts.collect(),
        events: events.collect(),
        instances,
    })
}

/// Whether the arguments of a symmetric fact stand in canonical order.
fn is_canonical(args: &[GroundValue]) -> bool {
    match args {
        [a, b] => a.order() <= b.order(),
        _ => true,
    }
}

/// Puts the arguments of a symmetric fact in canonical order.
pub(crate) fn canonical(symmetric: bool, mut args: GroundArgs) -> GroundArgs {
    if symmetric && !is_canonical(&args) {
        args.reverse();
    }
    args
}

/// The value of a term that must be known once its variables are.
pub(crate) fn evaluate(
    model: &Model,
    term: &Term,
    binding: &[Option<EntityId>],
) -> Result<Value, GroundError> {
    let lookup = |v: VariableId| binding.get(v.index()).copied().flatten().map(Value::Entity);
    match &term.kind {
        TermKind::Value(value) => Ok(value.clone()),
        TermKind::Variable(v) => lookup(*v).ok_or_else(|| GroundError::not_known(term.span)),
        _ => match constant::evaluate(term, model, &lookup) {
            Some(Ok(value)) => Ok(value),
            Some(Err(diagnostic)) => Err(GroundError::Said(Box::new(diagnostic))),
            None => Err(GroundError::not_known(term.span)),
        },
    }
}
