//! Rule instances: one for each binding of a rule that can fire.

use super::build::Ground;
use super::calendar;
use super::conditions::{Env, bind, named};
use super::ground::{DerivedId, GroundFact, Key};
use super::parts::{Instance, TickGroup};
use super::possible::{Binding, canonical};
use crate::model::{Body, FactId, Rule, RuleId, Term, Trigger, Value};

impl Ground<'_> {
    /// Adds one rule instance; false where its guard can never hold and nothing counts its triggers.
    pub(super) fn instance(&mut self, rule_id: RuleId, binding: Binding, counted: bool) -> bool {
        let model = self.model;
        let rule = &model.rules[rule_id];
        let env = environment(rule, &binding);
        let guard = self.all(&rule.conditions, &env);
        let when = match &rule.trigger {
            Trigger::When(conditions) => Some(self.all(conditions, &env)),
            _ => None,
        };
        let never = |node| self.network.known(node) == Some(false);
        if (never(guard) || when.is_some_and(never)) && !counted {
            return false;
        }
        let id = self.instances.push(Instance {
            rule: rule_id,
            binding,
            when,
            guard,
            block: None,
            counts: Vec::new(),
        });
        match &rule.trigger {
            Trigger::Always => {}
            Trigger::When(_) => self.whens.extend(when.map(|node| (node, id))),
            Trigger::On(patterns) => {
                let events = self.events_matching(patterns, &env).unwrap_or_default();
                for event in &events {
                    self.events[*event].fires.push(id);
                }
                self.triggers_of.insert(id, events);
            }
            Trigger::Every(term) => {
                if let Some(Value::Duration(every)) = self.known(term, &env) {
                    let group = self.tick_groups.iter().position(|group| group.every == every);
                    let group = group.unwrap_or_else(|| {
                        self.tick_groups.push(TickGroup {
                            every,
                            instances: Vec::new(),
                            days: calendar::ticks(model.period, every),
                            active: self.network.constant(false),
                            counts: false,
                        });
                        self.tick_groups.len() - 1
                    });
                    if let Some(group) = self.tick_groups.get_mut(group) {
                        group.instances.push(id);
                    }
                    self.tick_group_of.insert(id, group);
                }
            }
        }
        match &rule.body {
            Body::Derive(heads) => {
                for (fact, args) in heads {
                    if let Some(head) = self.head(*fact, args, &env) {
                        self.network.body(head, guard);
                        self.derived[head].by.push(id);
                    }
                }
            }
            Body::Then(effects) => {
                let block = self.body(effects, id, &env);
                self.instances[id].block = Some(block);
            }
        }
        true
    }

    /// The derived fact of a rule's head, if it can hold.
    fn head(&mut self, fact: FactId, args: &[Term], env: &Env) -> Option<DerivedId> {
        let symmetric = self.model.facts[fact].symmetric;
        let entities = args.iter().map(|arg| named(arg, env));
        if let Some(key) = Key::of(fact, symmetric, entities) {
            return self.network.derives(*self.node_of.get(&key)?);
        }
        let args = canonical(symmetric, self.args(args, env)?);
        self.derived_of.get(&GroundFact { fact, args }).copied()
    }
}

/// The values of a rule's own variables in an instance.
pub(super) fn environment(rule: &Rule, binding: &Binding) -> Env {
    let mut env = Env::new();
    for (variable, entity) in rule.variables.ids().zip(binding) {
        bind(&mut env, variable, Value::Entity(*entity));
    }
    env
}
