//! Of several conditions of which one is enough, those that are told where facts derive each other: never the fact itself,
//! nor what rests on it.

use crate::language::ast::QuantifierKind;
use crate::model::{AttributeValue, Term, TermKind, Type, Value};
use crate::program::DerivedId;

use super::prover::Prover;
use super::state::{Holder, Moment};
use super::terms::{Env, binding_of, conditions_of};

impl Prover<'_, '_> {
    /// Of conditions that hold the one that stands lowest; the first of equals.
    pub fn lowest<'t>(&mut self, conditions: &[&'t Term], env: &Env, at: Moment) -> Option<&'t Term> {
        let all = conditions.iter().copied();
        all.min_by_key(|condition| self.stands_at(condition, env, at))
    }

    /// Whether a condition that holds rests on the fact whose derivation is being told, or may.
    pub fn stands_on_this(&mut self, condition: &Term, env: &Env, at: Moment) -> bool {
        let height = self.stands_at(condition, env, at);
        self.is_as_high(height)
    }

    /// Notes the closed facts that are not ground and hold, and of which it hangs how high the derivations of a fact stand: not
    /// all of them are told, where one of several is enough.
    pub fn note_what_looks_low(&mut self, id: DerivedId, at: Moment) {
        let history = self.history;
        if history.program.closed.is_none() {
            return;
        }
        let mut due = vec![id];
        while let Some(id) = due.pop() {
            if !self.noted.insert((id, at)) {
                continue;
            }
            for instance in &history.program.derived[id].by {
                let ground = &history.program.instances[*instance];
                if !history.node(ground.guard, at) {
                    continue;
                }
                let env = binding_of(history, *instance);
                let conditions = conditions_of(&history.model.rules[ground.rule]);
                for holder in conditions.flat_map(|condition| self.supports(condition, &env, at)) {
                    match holder {
                        Holder::Atom(_) => {}
                        Holder::Derived(id) => due.push(id),
                        Holder::Closed(closed) if history.looks_low(closed) => {}
                        Holder::Closed(_) => return,
                    }
                }
            }
        }
    }

    /// The facts by which a condition holds, those too without which it would.
    fn supports(&self, condition: &Term, env: &Env, at: Moment) -> Vec<Holder> {
        let view = self.view(at);
        let inside = |term: &Term, env: &Env| match view.holds(term, env) {
            true => self.supports(term, env, at),
            false => Vec::new(),
        };
        match &condition.kind {
            TermKind::Fact(fact, args) => {
                let Some(pattern) = view.pattern(args, env) else {
                    return Vec::new();
                };
                let holders = self.history.matching(*fact, &pattern).into_iter();
                holders
                    .filter(|holder| view.node(self.history.node_of(*holder)))
                    .collect()
            }
            TermKind::And(parts) | TermKind::Or(parts) => {
                parts.iter().flat_map(|part| inside(part, env)).collect()
            }
            TermKind::If(condition, a, b) => {
                let chosen = if view.holds(condition, env) { a } else { b };
                [inside(condition, env), inside(chosen, env)].concat()
            }
            TermKind::Attribute(base, attribute) => {
                let Some(Value::Entity(entity)) = view.value(base, env) else {
                    return Vec::new();
                };
                match self.history.model.entities[entity].values.get(attribute) {
                    Some(AttributeValue::Condition(inner)) => inside(inner, &Env::new()),
                    _ => Vec::new(),
                }
            }
            TermKind::Compare(_, a, b) if a.ty == Type::Boolean => [inside(a, env), inside(b, env)].concat(),
            // Of what is counted.
            TermKind::Compare(_, a, b) => [self.supports(a, env, at), self.supports(b, env, at)].concat(),
            TermKind::Quantifier(quantifier) => {
                let members = view.members(quantifier, env);
                let parts = [&quantifier.condition, &quantifier.body];
                let counted = members.iter().filter(|(.., counts)| *counts);
                counted
                    .flat_map(|(_, env, _)| parts.into_iter().flatten().flat_map(|part| inside(part, env)))
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// The least height from which a condition that holds can be shown, none where it reads no fact of those that derive each
    /// other. Negations, comparisons and counts read none of them.
    fn stands_at(&mut self, condition: &Term, env: &Env, at: Moment) -> Option<u32> {
        let view = self.view(at);
        match &condition.kind {
            TermKind::Fact(fact, args) => {
                let pattern = view.pattern(args, env)?;
                let holders = self.history.matching(*fact, &pattern);
                let holding = holders
                    .into_iter()
                    .filter(|holder| view.node(self.history.node_of(*holder)));
                holding.map(|holder| self.height(holder, at)).min().flatten()
            }
            TermKind::And(parts) => parts
                .iter()
                .map(|part| self.stands_at(part, env, at))
                .max()
                .flatten(),
            TermKind::Or(parts) => {
                let holding: Vec<&Term> = parts.iter().filter(|part| view.holds(part, env)).collect();
                let heights = holding.into_iter().map(|part| self.stands_at(part, env, at));
                heights.min().flatten()
            }
            TermKind::If(condition, a, b) => {
                let chosen = if view.holds(condition, env) { a } else { b };
                self.stands_at(chosen, env, at)
            }
            TermKind::Attribute(base, attribute) => {
                let Some(Value::Entity(entity)) = view.value(base, env) else {
                    return None;
                };
                match self.history.model.entities[entity].values.get(attribute) {
                    Some(AttributeValue::Condition(inner)) => self.stands_at(inner, &Env::new(), at),
                    _ => None,
                }
            }
            TermKind::Quantifier(quantifier) => {
                let members = view.members(quantifier, env);
                let counted = members.iter().filter(|(.., counts)| *counts);
                match (quantifier.kind, &quantifier.condition, &quantifier.body) {
                    (QuantifierKind::All, _, Some(body)) => counted
                        .map(|(_, env, _)| self.stands_at(body, env, at))
                        .max()
                        .flatten(),
                    (QuantifierKind::Any, Some(condition), _) => counted
                        .map(|(_, env, _)| self.stands_at(condition, env, at))
                        .min()
                        .flatten(),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}
