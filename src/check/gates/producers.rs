//! Which effects bring what about, and what must be settled on the way to them.

use std::collections::BTreeMap;

use crate::model::{
    Argument, Body, Branch, Chance, Choice, ChoiceOption, Effect, EffectKind, EventId, FactId, Happen,
    MeasureId, Model, RuleId, Term,
};

/// A step into the effects of a rule.
#[derive(Clone, Copy)]
pub(super) enum Inside<'m> {
    /// A branch of a chance.
    Branch(&'m Chance, &'m Branch),
    /// An option of a choice.
    Option(&'m Choice, &'m ChoiceOption),
}

/// An effect with the rule it belongs to.
#[derive(Clone)]
pub(super) struct Producer<'m> {
    pub rule: RuleId,
    pub path: Vec<Inside<'m>>,
    /// The arguments of what it brings about; none where any will do.
    pub args: Vec<Option<&'m Term>>,
    /// For events: when they happen.
    pub happen: Option<&'m Happen>,
}

/// All effects, by what they bring about.
#[derive(Default)]
pub(super) struct Producers<'m> {
    pub derives: BTreeMap<FactId, Vec<Producer<'m>>>,
    pub starts: BTreeMap<FactId, Vec<Producer<'m>>>,
    pub ends: BTreeMap<FactId, Vec<Producer<'m>>>,
    pub changes: BTreeMap<MeasureId, Vec<Producer<'m>>>,
    pub raises: BTreeMap<EventId, Vec<Producer<'m>>>,
}

impl<'m> Producers<'m> {
    pub fn of(model: &'m Model) -> Self {
        let mut found = Producers::default();
        for (id, rule) in model.rules.iter() {
            match &rule.body {
                Body::Derive(heads) => {
                    for (fact, args) in heads {
                        let producer = producer(id, &[], args.iter().map(Some), None);
                        found.derives.entry(*fact).or_default().push(producer);
                    }
                }
                Body::Then(effects) => found.effects(id, effects, &mut Vec::new()),
            }
        }
        found
    }

    fn effects(&mut self, rule: RuleId, effects: &'m [Effect], path: &mut Vec<Inside<'m>>) {
        for effect in effects {
            match &effect.kind {
                EffectKind::Start(fact, args) => {
                    let producer = producer(rule, path, args.iter().map(Some), None);
                    self.starts.entry(*fact).or_default().push(producer);
                }
                EffectKind::End(fact, args) => {
                    let producer = producer(rule, path, args.iter().map(Argument::as_ref), None);
                    self.ends.entry(*fact).or_default().push(producer);
                }
                EffectKind::Set(measure, args, _) | EffectKind::Add(measure, args, _) => {
                    let producer = producer(rule, path, args.iter().map(Some), None);
                    self.changes.entry(*measure).or_default().push(producer);
                }
                EffectKind::Happen(happen) => {
                    let producer = producer(rule, path, happen.args.iter().map(Some), Some(happen));
                    self.raises.entry(happen.event).or_default().push(producer);
                }
                // What follows a breach follows what the norm's rule follows from, and is left open otherwise.
                EffectKind::Norm(norm) => self.effects(rule, &norm.otherwise, path),
                EffectKind::Chance(chance) => {
                    for branch in &chance.branches {
                        path.push(Inside::Branch(chance, branch));
                        self.effects(rule, &branch.then, path);
                        path.pop();
                    }
                }
                EffectKind::Choice(choice) => {
                    for option in &choice.options {
                        path.push(Inside::Option(choice, option));
                        self.effects(rule, &option.then, path);
                        path.pop();
                    }
                }
            }
        }
    }
}

fn producer<'m>(
    rule: RuleId,
    path: &[Inside<'m>],
    args: impl Iterator<Item = Option<&'m Term>>,
    happen: Option<&'m Happen>,
) -> Producer<'m> {
    Producer {
        rule,
        path: path.to_vec(),
        args: args.collect(),
        happen,
    }
}
