//! The bindings of a rule under which nothing that is written excludes it.

use super::build::{Builder, Env, STEPS};
use super::producers::Producer;
use crate::ids::{Id as _, Table};
use crate::model::{EntityId, Model, Rule, RuleId, Term, TermKind, Trigger, Value, VariableId};
use crate::program::{GroundValue, conjuncts, variables};

/// What each rule asks of its variables that may be known without the state.
pub(super) struct Demands<'m>(Table<RuleId, Vec<Demand<'m>>>);

/// One thing asked, once all that it reads is bound.
struct Demand<'m> {
    what: Asked<'m>,
    reads: Vec<VariableId>,
}

enum Asked<'m> {
    /// The variable's value is one of these.
    Among(VariableId, &'m Term),
    /// The condition is not known to be false.
    Condition(&'m Term),
}

impl<'m> Demands<'m> {
    pub fn of(model: &'m Model) -> Self {
        let of_rule = |rule: &'m Rule| {
            let among = rule
                .variables
                .iter()
                .take(rule.bound)
                .filter_map(|(id, variable)| {
                    let domain = variable.domain.as_ref()?;
                    let mut reads = variables(domain);
                    reads.push(id);
                    let what = Asked::Among(id, domain);
                    Some(Demand { what, reads })
                });
            let when: &[Term] = match &rule.trigger {
                Trigger::When(conditions) => conditions,
                _ => &[],
            };
            let conditions = rule.conditions.iter().chain(when).flat_map(conjuncts);
            let conditions = conditions
                .filter(|term| !hangs_on_the_state(term))
                .map(|term| Demand {
                    what: Asked::Condition(term),
                    reads: variables(term),
                });
            among.chain(conditions).collect()
        };
        Demands(model.rules.values().map(of_rule).collect())
    }
}

/// Whether a term can have no value while the state is unknown.
fn hangs_on_the_state(term: &Term) -> bool {
    match &term.kind {
        kind if kind.reads_the_state() => true,
        TermKind::Value(_) | TermKind::Variable(_) | TermKind::Members(_) => false,
        // One part may decide, as may a set without members.
        TermKind::And(parts) | TermKind::Or(parts) => parts.iter().all(hangs_on_the_state),
        TermKind::Quantifier(quantifier) => hangs_on_the_state(&quantifier.set),
        TermKind::If(condition, ..) => hangs_on_the_state(condition),
        _ => {
            let mut hangs = false;
            term.for_each_part(&mut |part| hangs = hangs || hangs_on_the_state(part));
            hangs
        }
    }
}

impl<'m> Builder<'m> {
    /// All bindings of a producer's rule under which its effect is what is wanted and nothing written excludes it.
    pub(super) fn unify(&mut self, producer: &Producer<'m>, wanted: &[Option<GroundValue>]) -> Vec<Env> {
        let model = self.model;
        let rule = &model.rules[producer.rule];
        let mut env: Env = vec![None; rule.bound];
        for (term, wanted) in producer.args.iter().zip(wanted) {
            let (Some(term), Some(wanted)) = (term, wanted) else {
                continue;
            };
            if let TermKind::Variable(id) = term.kind
                && let Some(place) = env.get_mut(id.index())
            {
                let value = wanted.value();
                if place.is_some() && *place != value {
                    return Vec::new();
                }
                *place = value;
            }
        }
        let mut found = Vec::new();
        self.enumerate(producer.rule, rule, &mut env, None, &mut found);
        found.retain(|env| {
            producer
                .args
                .iter()
                .zip(wanted)
                .all(|(term, wanted)| match (term, wanted) {
                    (Some(term), Some(wanted)) => self
                        .value(term, env)
                        .is_none_or(|value| GroundValue::of(&value).as_ref() == Some(wanted)),
                    _ => true,
                })
        });
        found
    }

    /// Binds what is open; `fresh` is what was bound last, all before it has been looked at.
    fn enumerate(
        &mut self,
        id: RuleId,
        rule: &'m Rule,
        env: &mut Env,
        fresh: Option<VariableId>,
        found: &mut Vec<Env>,
    ) {
        self.steps += 1;
        if self.steps > STEPS || !self.bearable(id, env, fresh) {
            return;
        }
        let Some((variable, members)) = self.first_open(rule, env) else {
            found.push(env.clone());
            return;
        };
        for member in members {
            if let Some(place) = env.get_mut(variable.index()) {
                *place = Some(Value::Entity(member));
            }
            self.enumerate(id, rule, env, Some(variable), found);
        }
        if let Some(place) = env.get_mut(variable.index()) {
            *place = None;
        }
    }

    /// The first variable without a value whose range is known, and the range.
    fn first_open(&self, rule: &Rule, env: &Env) -> Option<(VariableId, Vec<EntityId>)> {
        let own = rule.variables.iter().take(rule.bound);
        own.filter(|(id, _)| env.get(id.index()) == Some(&None))
            .find_map(
                |(id, variable)| match self.value(variable.domain.as_ref()?, env)? {
                    Value::Set(members) => Some((id, members)),
                    _ => None,
                },
            )
    }

    /// Whether nothing written excludes a binding, of what reads the variable bound last, or of all where none is named.
    fn bearable(&self, rule: RuleId, env: &Env, fresh: Option<VariableId>) -> bool {
        let bound = |id: &VariableId| env.get(id.index()).is_some_and(Option::is_some);
        let demands = self.demands.0.find(rule).map_or(&[][..], Vec::as_slice);
        demands
            .iter()
            .filter(|demand| fresh.is_none_or(|fresh| demand.reads.contains(&fresh)))
            .filter(|demand| demand.reads.iter().all(bound))
            .all(|demand| match &demand.what {
                Asked::Condition(term) => self.value(term, env) != Some(Value::Boolean(false)),
                Asked::Among(id, domain) => match env.get(id.index()) {
                    Some(Some(Value::Entity(entity))) => self.among(*entity, domain, env),
                    _ => true,
                },
            })
    }

    fn among(&self, entity: EntityId, domain: &Term, env: &Env) -> bool {
        match &domain.kind {
            // All of a kind need not be listed to know whether one is among them.
            TermKind::Members(kind) => self.model.kind_is_a(self.model.entities[entity].kind, *kind),
            _ => match self.value(domain, env) {
                Some(Value::Set(members)) => members.binary_search(&entity).is_ok(),
                _ => true,
            },
        }
    }
}
