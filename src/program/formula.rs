//! Outcomes and expectations: temporal words become monitors, the rest a formula over them.

use super::build::Ground;
use super::conditions::{Env, bind};
use super::error::GroundError;
use super::ground::GroundEventId;
use super::network::NodeId;
use super::parts::{Formula, Keep, Monitor, MonitorId, OutcomeValue};
use crate::ids::{Id as _, Table};
use crate::language::value::Fixed;
use crate::model::{Observed, OutcomeId, QuantifierKind, Temporal, Term, TermKind, Type, Value};

/// What a monitor watches.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Watched {
    /// A condition.
    Node(NodeId),
    /// Events, in order.
    Events(Vec<GroundEventId>),
}

impl Ground<'_> {
    /// The formulas of all outcomes.
    pub(crate) fn outcomes(&mut self) -> Table<OutcomeId, Formula> {
        let model = self.model;
        model
            .outcomes
            .values()
            .map(|outcome| self.formula(&outcome.is, &Env::new()))
            .collect()
    }

    /// The formulas of the expectations that one run can tell.
    pub(crate) fn expectations(&mut self) -> Vec<Option<Formula>> {
        let model = self.model;
        model
            .expectations
            .iter()
            .map(|claim| (!claim.probabilistic).then(|| self.formula(&claim.is, &Env::new())))
            .collect()
    }

    /// For each invariant its condition on each day's close, or its formula where it speaks of the whole run.
    pub(crate) fn invariants(&mut self) -> (Vec<NodeId>, Vec<Option<Formula>>) {
        let model = self.model;
        let each = model.invariants.iter().map(|claim| {
            if claim
                .is
                .any(&mut |part| matches!(part.kind, TermKind::Temporal(_)))
            {
                (
                    self.network.constant(true),
                    Some(self.formula(&claim.is, &Env::new())),
                )
            } else {
                (self.truth(&claim.is, &Env::new()), None)
            }
        });
        each.unzip()
    }

    pub(crate) fn formula(&mut self, term: &Term, env: &Env) -> Formula {
        if !self.enter(term.span) {
            return Formula::Value(OutcomeValue::Truth(false));
        }
        let formula = self.formula_within(term, env);
        self.leave();
        formula
    }

    fn formula_within(&mut self, term: &Term, env: &Env) -> Formula {
        let each =
            |ground: &mut Self, parts: &[Term]| parts.iter().map(|part| ground.formula(part, env)).collect();
        match &term.kind {
            TermKind::Temporal(temporal) => self.temporal(temporal, env),
            TermKind::Outcome(outcome) => {
                let model = self.model;
                self.formula(&model.outcomes[*outcome].is, &Env::new())
            }
            TermKind::Not(inner) => Formula::Not(Box::new(self.formula(inner, env))),
            TermKind::And(parts) => Formula::And(each(self, parts)),
            TermKind::Or(parts) => Formula::Or(each(self, parts)),
            TermKind::Min(parts) => Formula::Min(each(self, parts)),
            TermKind::Max(parts) => Formula::Max(each(self, parts)),
            TermKind::Compare(comparison, a, b) => {
                if let Some(value) = self.known_outcome(term, env) {
                    return value;
                }
                Formula::Compare(
                    *comparison,
                    Box::new(self.formula(a, env)),
                    Box::new(self.formula(b, env)),
                )
            }
            TermKind::Arithmetic(operator, a, b) => {
                if let Some(value) = self.known_outcome(term, env) {
                    return value;
                }
                Formula::Arithmetic(
                    *operator,
                    Box::new(self.formula(a, env)),
                    Box::new(self.formula(b, env)),
                )
            }
            TermKind::Negate(inner) => Formula::Arithmetic(
                crate::model::Operator::Subtract,
                Box::new(Formula::Value(OutcomeValue::Number(Fixed::ZERO))),
                Box::new(self.formula(inner, env)),
            ),
            TermKind::If(condition, a, b) => Formula::If(
                Box::new(self.formula(condition, env)),
                Box::new(self.formula(a, env)),
                Box::new(self.formula(b, env)),
            ),
            TermKind::Quantifier(quantifier) => {
                let Some(Value::Set(members)) = self.known(&quantifier.set, env) else {
                    return Formula::Value(OutcomeValue::Truth(false));
                };
                let mut parts = Vec::with_capacity(members.len());
                for member in members {
                    let mut inner = env.clone();
                    bind(&mut inner, quantifier.variable, Value::Entity(member));
                    let condition = match &quantifier.condition {
                        Some(condition) => self.formula(condition, &inner),
                        None => Formula::Value(OutcomeValue::Truth(true)),
                    };
                    let body = quantifier.body.as_ref().map(|body| self.formula(body, &inner));
                    parts.push((condition, body));
                }
                match quantifier.kind {
                    QuantifierKind::Count => {
                        Formula::Count(parts.into_iter().map(|(part, _)| part).collect())
                    }
                    QuantifierKind::Any => Formula::Or(parts.into_iter().map(|(part, _)| part).collect()),
                    QuantifierKind::All => Formula::And(
                        parts
                            .into_iter()
                            .filter_map(|(part, body)| {
                                Some(Formula::Or(vec![Formula::Not(Box::new(part)), body?]))
                            })
                            .collect(),
                    ),
                    QuantifierKind::Sum => Formula::Sum(
                        parts
                            .into_iter()
                            .filter_map(|(part, body)| Some((part, body?)))
                            .collect(),
                    ),
                }
            }
            _ => self.known_outcome(term, env).unwrap_or_else(|| {
                self.errors.push(GroundError::not_known(term.span));
                Formula::Value(OutcomeValue::Truth(false))
            }),
        }
    }

    fn known_outcome(&mut self, term: &Term, env: &Env) -> Option<Formula> {
        let value = match self.constant(term, env)? {
            Value::Boolean(truth) => OutcomeValue::Truth(truth),
            Value::Number(number) => {
                OutcomeValue::Number(number.fixed().or_else(|| Fixed::from_f64(number.float()))?)
            }
            Value::Date(day) => OutcomeValue::Date(day),
            _ => return None,
        };
        Some(Formula::Value(value))
    }

    fn temporal(&mut self, temporal: &Temporal, env: &Env) -> Formula {
        let (keep, observed) = match temporal {
            Temporal::Ever(observed) => (Keep::Ever, observed),
            Temporal::Times(observed) => (Keep::Times, observed),
            Temporal::First(observed) => (Keep::First, observed),
            Temporal::AtEnd(condition) => return self.watch(Keep::AtEnd, condition, env),
            Temporal::Held(condition) => return self.watch(Keep::Held, condition, env),
        };
        match observed {
            Observed::Condition(condition) => self.watch(keep, condition, env),
            Observed::Events(patterns) => {
                let events = self.events_matching(patterns, env).unwrap_or_default();
                if events.is_empty() && keep != Keep::First {
                    return Formula::Value(match keep {
                        Keep::Times => OutcomeValue::Number(Fixed::ZERO),
                        _ => OutcomeValue::Truth(false),
                    });
                }
                // The first day of what cannot happen is no date `never` that somebody wrote: it compares with nothing.
                let known = self.monitors.len();
                let id = self.monitor(keep, None, Watched::Events(events.clone()));
                if id.index() == known {
                    for event in events {
                        self.events[event].monitors.push(id);
                    }
                }
                Formula::Monitor(id)
            }
        }
    }

    fn watch(&mut self, keep: Keep, condition: &Term, env: &Env) -> Formula {
        debug_assert_eq!(condition.ty, Type::Boolean);
        let node: NodeId = self.truth(condition, env);
        Formula::Monitor(self.monitor(keep, Some(node), Watched::Node(node)))
    }

    /// A monitor, the same for all who ask for the same truth. Counts and first days are kept apart: where an outcome
    /// is nothing but one of them, the exact method sums it along the way instead of remembering it.
    fn monitor(&mut self, keep: Keep, node: Option<NodeId>, watched: Watched) -> MonitorId {
        let shared = matches!(keep, Keep::Ever | Keep::AtEnd);
        if let Some(known) = self.monitor_of.get(&(keep, watched.clone()))
            && shared
        {
            return *known;
        }
        let id = self.monitors.push(Monitor { keep, node });
        self.monitor_of.insert((keep, watched), id);
        id
    }
}
