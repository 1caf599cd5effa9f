//! Which relations are closed: no event can change them, and they are of a form that can be worked out by joins.
//!
//! A derived fact is closed if every rule that derives it
//!
//! - has entities as arguments of its heads, and of every fact that it reads;
//! - reads, beside what is written (kinds, attributes, assumptions), nothing but closed facts and facts that stand in `start:`
//!   and that no rule starts or ends;
//! - reads them as they are, or in `not`, `and`, `or`, `if`, `any`, `all`, and in a `count` compared with a number that is
//!   written; and not among attributes that are conditions;
//! - reads facts that depend on its own heads only as they are, as conditions of their own.

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::tuples::Packing;
use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{
    Body, EffectKind, FactId, Model, QuantifierKind, Rule, RuleId, Term, TermKind, Trigger, Type,
};
use crate::program::reads::{conjuncts, is_static};

/// Facts that derive each other, with the rules that derive them.
#[derive(Clone, Debug, Default)]
pub(super) struct Stratum {
    pub facts: Vec<FactId>,
    pub rules: Vec<RuleId>,
}

/// The closed relations of a model.
#[derive(Clone, Debug)]
pub(super) struct Class {
    /// Each after all it reads.
    pub strata: Vec<Stratum>,
    /// By fact: whether it is derived and closed.
    pub closed: Vec<bool>,
    /// By fact: whether a rule that derives closed facts reads it.
    pub below: Vec<bool>,
    /// By rule: whether it derives closed facts.
    pub rules: Vec<bool>,
}

fn at(list: &[bool], index: usize) -> bool {
    list.get(index).copied().unwrap_or(false)
}

fn put(list: &mut [bool], index: usize, truth: bool) -> bool {
    match list.get_mut(index) {
        Some(place) => std::mem::replace(place, truth) != truth,
        None => false,
    }
}

/// The facts that a term reads, each with whether it is read as it is.
fn each_read(rule: &Rule, visit: &mut dyn FnMut(FactId, bool)) {
    for condition in rule.conditions.iter().flat_map(conjuncts) {
        match &condition.kind {
            TermKind::Fact(fact, _) => visit(*fact, true),
            _ => condition.walk(&mut |part| {
                if let TermKind::Fact(fact, _) = &part.kind {
                    visit(*fact, false);
                }
            }),
        }
    }
}

impl Class {
    /// None where nothing is closed.
    pub fn of(model: &Model) -> Option<Class> {
        let packing = Packing::of(model.entities.len());
        let mut stored: Vec<bool> = model.facts.values().map(|fact| !fact.derived).collect();
        let mut closed: Vec<bool> = model.facts.values().map(|fact| fact.derived).collect();
        for (id, fact) in model.facts.iter() {
            let entities = fact.args.iter().all(|arg| matches!(arg.ty, Type::Entity(_)));
            if !entities || !packing.fits(fact.args.len()) {
                put(&mut stored, id.index(), false);
                put(&mut closed, id.index(), false);
            }
        }
        for rule in model.rules.values() {
            if let Body::Then(effects) = &rule.body {
                for_each_effect(effects, &mut |effect| {
                    if let EffectKind::Start(fact, _) | EffectKind::End(fact, _) = &effect.kind {
                        put(&mut stored, fact.index(), false);
                    }
                });
            }
        }
        let fit: Vec<bool> = model.rules.values().map(is_fit).collect();
        loop {
            narrow(model, &fit, &stored, &mut closed);
            if !closed.contains(&true) {
                return None;
            }
            match strata(model, &closed) {
                Ok(strata) => return Some(Class::new(model, strata, closed)),
                Err(crossed) => {
                    for fact in crossed {
                        put(&mut closed, fact.index(), false);
                    }
                }
            }
        }
    }

    fn new(model: &Model, strata: Vec<Stratum>, closed: Vec<bool>) -> Self {
        let derives = |rule: &Rule| match &rule.body {
            Body::Derive(heads) => heads.iter().any(|(fact, _)| at(&closed, fact.index())),
            Body::Then(_) => false,
        };
        let rules: Vec<bool> = model.rules.values().map(derives).collect();
        let mut below = vec![false; model.facts.len()];
        for (_, rule) in model.rules.iter().filter(|(id, _)| at(&rules, id.index())) {
            each_read(rule, &mut |fact, _| {
                put(&mut below, fact.index(), true);
            });
        }
        Class {
            strata,
            closed,
            below,
            rules,
        }
    }

    pub fn is_closed(&self, fact: FactId) -> bool {
        at(&self.closed, fact.index())
    }

    /// Whether a table is needed of it.
    pub fn is_used(&self, fact: FactId) -> bool {
        self.is_closed(fact) || at(&self.below, fact.index())
    }

    pub fn derives(&self, rule: RuleId) -> bool {
        at(&self.rules, rule.index())
    }
}

/// Takes out what is derived by a rule that is not fit, or that reads what is not closed.
fn narrow(model: &Model, fit: &[bool], stored: &[bool], closed: &mut [bool]) {
    loop {
        let mut changed = false;
        for (id, rule) in model.rules.iter() {
            let Body::Derive(heads) = &rule.body else { continue };
            let mut fits = at(fit, id.index()) && heads.iter().all(|(fact, _)| at(closed, fact.index()));
            each_read(rule, &mut |fact, _| {
                fits &= at(stored, fact.index()) || at(closed, fact.index());
            });
            if !fits {
                for (fact, _) in heads {
                    changed |= put(closed, fact.index(), false);
                }
            }
        }
        if !changed {
            return;
        }
    }
}

/// Whether all conditions of a rule are of the forms that can be worked out.
fn is_fit(rule: &Rule) -> bool {
    matches!(rule.trigger, Trigger::Always)
        && matches!(rule.body, Body::Derive(_))
        && rule.conditions.iter().all(is_plain)
}

fn is_plain(term: &Term) -> bool {
    if is_static(term) {
        return true;
    }
    match &term.kind {
        TermKind::Fact(_, args) => args.iter().flatten().all(is_static),
        TermKind::Not(inner) => is_plain(inner),
        TermKind::And(parts) | TermKind::Or(parts) => parts.iter().all(is_plain),
        TermKind::If(condition, a, b) => is_plain(condition) && is_plain(a) && is_plain(b),
        TermKind::Quantifier(quantifier) if term.ty == Type::Boolean => {
            is_static(&quantifier.set)
                && quantifier.condition.as_ref().is_none_or(is_plain)
                && quantifier.body.as_ref().is_none_or(is_plain)
        }
        TermKind::Compare(_, a, b) if a.ty == Type::Boolean => is_plain(a) && is_plain(b),
        TermKind::Compare(_, a, b) => is_count(a) && is_static(b) || is_static(a) && is_count(b),
        _ => false,
    }
}

fn is_count(term: &Term) -> bool {
    match &term.kind {
        TermKind::Quantifier(quantifier) => {
            quantifier.kind == QuantifierKind::Count
                && is_static(&quantifier.set)
                && quantifier.condition.as_ref().is_none_or(is_plain)
        }
        _ => false,
    }
}

/// Closed facts in the order in which they can be worked out; else those that depend on themselves through more than
/// a plain condition.
fn strata(model: &Model, closed: &[bool]) -> Result<Vec<Stratum>, Vec<FactId>> {
    let mut graph: DiGraph<FactId, ()> = DiGraph::new();
    let nodes: Vec<NodeIndex> = model.facts.ids().map(|fact| graph.add_node(fact)).collect();
    let node = |fact: FactId| nodes.get(fact.index()).copied().unwrap_or_default();
    let derived = |rule: &Rule| match &rule.body {
        Body::Derive(heads) => heads.iter().map(|(fact, _)| *fact).collect(),
        Body::Then(_) => Vec::new(),
    };
    for rule in model.rules.values() {
        let heads: Vec<FactId> = derived(rule)
            .into_iter()
            .filter(|fact| at(closed, fact.index()))
            .collect();
        for head in &heads {
            each_read(rule, &mut |fact, _| {
                if at(closed, fact.index()) {
                    graph.update_edge(node(*head), node(fact), ());
                }
            });
            // What one rule derives is worked out together.
            for other in &heads {
                if other != head {
                    graph.update_edge(node(*head), node(*other), ());
                }
            }
        }
    }
    let mut place = vec![usize::MAX; model.facts.len()];
    let mut strata: Vec<Stratum> = Vec::new();
    // What is read comes before what reads it.
    for component in tarjan_scc(&graph) {
        let mut facts: Vec<FactId> = component
            .iter()
            .filter_map(|node| graph.node_weight(*node).copied())
            .collect();
        facts.retain(|fact| at(closed, fact.index()));
        if facts.is_empty() {
            continue;
        }
        facts.sort_unstable();
        for fact in &facts {
            if let Some(place) = place.get_mut(fact.index()) {
                *place = strata.len();
            }
        }
        strata.push(Stratum {
            facts,
            rules: Vec::new(),
        });
    }
    let mut crossed = Vec::new();
    for (id, rule) in model.rules.iter() {
        let heads = derived(rule);
        let Some(own) = heads.first().and_then(|head| place.get(head.index())).copied() else {
            continue;
        };
        let Some(stratum) = strata.get_mut(own) else {
            continue;
        };
        stratum.rules.push(id);
        each_read(rule, &mut |fact, plainly| {
            if !plainly && place.get(fact.index()) == Some(&own) {
                crossed.extend(heads.iter().copied());
            }
        });
    }
    if crossed.is_empty() {
        Ok(strata)
    } else {
        Err(crossed)
    }
}
