//! A rule made ready for the search: what it needs, in which order it is looked for, what it may bring about.

use crate::model::{Argument, Body, Effect, EffectKind, EventId, FactId, Model, Rule, RuleId, Term};
use crate::program::closed::Closed;
use crate::program::plan::{Needs, Seed, Step, plan};

/// What a rule may bring about.
pub(super) enum Yield<'m> {
    Fact(FactId, &'m [Term]),
    Event(EventId, &'m [Term]),
    Breach(&'m Term, Option<&'m Term>),
}

/// A rule with its plans.
pub(super) struct Prepared<'m> {
    pub place: usize,
    pub id: RuleId,
    pub rule: &'m Rule,
    pub needs: Needs<'m>,
    pub from_nothing: Option<Vec<Step<'m>>>,
    /// For each literal: one plan, or where the rule waits for events one for each trigger.
    pub by_literal: Vec<Vec<Vec<Step<'m>>>>,
    pub by_trigger: Vec<Vec<Step<'m>>>,
    pub yields: Vec<Yield<'m>>,
}

impl<'m> Prepared<'m> {
    pub fn new(place: usize, id: RuleId, model: &'m Model, guarded: bool, closed: Option<&Closed>) -> Self {
        let rule = &model.rules[id];
        let needs = Needs::of(rule, guarded);
        let of = |seed| plan(model, rule, &needs, seed);
        let triggers = 0..needs.triggers.len();
        let literal = |literal| match triggers.len() {
            0 => vec![of(Seed::Literal(literal, None))],
            _ => triggers
                .clone()
                .map(|trigger| of(Seed::Literal(literal, Some(trigger))))
                .collect(),
        };
        let waits = |(fact, _): &(FactId, &[Argument])| !closed.is_some_and(|closed| closed.is_closed(*fact));
        Prepared {
            place,
            id,
            rule,
            from_nothing: (!needs.literals.iter().any(waits) && triggers.is_empty()).then(|| of(Seed::Empty)),
            by_literal: (0..needs.literals.len()).map(literal).collect(),
            by_trigger: triggers
                .clone()
                .map(|trigger| of(Seed::Trigger(trigger)))
                .collect(),
            yields: yields(rule),
            needs,
        }
    }
}

fn yields(rule: &Rule) -> Vec<Yield<'_>> {
    let mut found = Vec::new();
    match &rule.body {
        Body::Derive(heads) => found.extend(heads.iter().map(|(fact, args)| Yield::Fact(*fact, args))),
        Body::Then(effects) => collect(effects, &mut found),
    }
    found
}

fn collect<'m>(effects: &'m [Effect], found: &mut Vec<Yield<'m>>) {
    for effect in effects {
        match &effect.kind {
            EffectKind::Start(fact, args) => found.push(Yield::Fact(*fact, args)),
            EffectKind::End(..) | EffectKind::Set(..) | EffectKind::Add(..) => {}
            EffectKind::Happen(happen) => found.push(Yield::Event(happen.event, &happen.args)),
            EffectKind::Norm(norm) => {
                found.push(Yield::Breach(&norm.of, norm.under.as_ref()));
                collect(&norm.otherwise, found);
            }
            EffectKind::Chance(chance) => {
                for branch in &chance.branches {
                    collect(&branch.then, found);
                }
            }
            EffectKind::Choice(choice) => {
                for option in &choice.options {
                    collect(&option.then, found);
                }
            }
        }
    }
}
