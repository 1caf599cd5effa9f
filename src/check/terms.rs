//! Every expression of a scenario, and what it reads.

use std::collections::BTreeMap;

use crate::diagnostic::Span;
use crate::model::resolve::walk::{for_each_effect, for_each_term};
use crate::model::{
    AttributeValue, Body, EffectKind, EventClass, FactId, Initial, MeasureId, Model, Rule, Settled, Term,
    TermKind,
};

/// Calls `visit` with each whole expression: of rules, quantities, events, entities, and of what is asked and fixed.
pub(super) fn each<'m>(model: &'m Model, visit: &mut dyn FnMut(&'m Term)) {
    for rule in model.rules.values() {
        for_each_term(rule, visit);
    }
    for quantity in model.quantities.values() {
        visit(&quantity.is);
    }
    for event in model.events.values() {
        if let EventClass::Institutional(requires) = &event.class {
            requires.iter().for_each(&mut *visit);
        }
    }
    for entity in model.entities.values() {
        for value in entity.values.values() {
            if let AttributeValue::Condition(term) = value {
                visit(term);
            }
        }
    }
    for outcome in model.outcomes.values() {
        visit(&outcome.is);
    }
    for position in &model.positions {
        visit(&position.met_if);
    }
    for claim in model.expectations.iter().chain(&model.invariants) {
        visit(&claim.is);
    }
    for fix in &model.fixes {
        if let Settled::Thumb(term) = &fix.settled {
            visit(term);
        }
    }
}

/// Where each fact and measure is read first, in the order of places.
pub(super) struct Reads {
    pub facts: BTreeMap<FactId, Span>,
    pub measures: BTreeMap<MeasureId, Span>,
}

impl Reads {
    pub fn of(model: &Model) -> Self {
        let mut reads = Reads {
            facts: BTreeMap::new(),
            measures: BTreeMap::new(),
        };
        each(model, &mut |term| {
            term.walk(&mut |part| {
                let first = match &part.kind {
                    TermKind::Fact(fact, _) => reads.facts.entry(*fact).or_insert(part.span),
                    TermKind::Measure(measure, _) => reads.measures.entry(*measure).or_insert(part.span),
                    _ => return,
                };
                *first = (*first).min(part.span);
            });
        });
        reads
    }
}

/// The facts that something starts, by hand or by a rule; derived facts that a rule derives.
pub(super) fn started(model: &Model) -> Vec<FactId> {
    let mut found: Vec<FactId> = Vec::new();
    for (initial, _) in &model.start {
        if let Initial::Fact(fact, _, true) = initial {
            found.push(*fact);
        }
    }
    for rule in model.rules.values() {
        match &rule.body {
            Body::Derive(heads) => found.extend(heads.iter().map(|(fact, _)| *fact)),
            Body::Then(effects) => for_each_effect(effects, &mut |effect| {
                if let EffectKind::Start(fact, _) = &effect.kind {
                    found.push(*fact);
                }
            }),
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The conditions of a rule one by one, what stands in an `and` apart: first those of `when:`, then those of `if:`.
pub(super) fn conjuncts<'r>(conditions: &'r [Term], found: &mut Vec<&'r Term>) {
    for condition in conditions {
        match &condition.kind {
            TermKind::And(parts) => conjuncts(parts, found),
            _ => found.push(condition),
        }
    }
}

/// Where a rule is written.
pub(super) fn key(rule: &Rule) -> Span {
    rule.about.span
}
