//! The slow, clear evaluator: the value of a term under a binding, on one state of the run.

use crate::ids::Id as _;
use crate::language::ast::QuantifierKind;
use crate::language::value::{Number, chance_over};
use crate::model::resolve::compute;
use crate::model::{
    Argument, AttributeValue, Comparison, EntityId, Quantifier, Rule, Term, TermKind, Type, Value, VariableId,
};
use crate::program::{GroundArgs, GroundValue, InstanceId, NodeId};

use super::state::{History, Moment};

/// Values of variables, by id.
pub(super) type Env = Vec<Option<Value>>;

/// One state of a run.
#[derive(Clone, Copy)]
pub(super) struct View<'h, 'r> {
    pub history: &'h History<'r>,
    pub at: Moment,
}

/// The environment with one more variable.
pub(super) fn bound(env: &Env, variable: VariableId, value: Value) -> Env {
    let mut inner = env.clone();
    if inner.len() <= variable.index() {
        inner.resize(variable.index() + 1, None);
    }
    if let Some(place) = inner.get_mut(variable.index()) {
        *place = Some(value);
    }
    inner
}

/// The binding of a rule instance.
pub(super) fn binding_of(history: &History<'_>, instance: InstanceId) -> Env {
    let ground = &history.program.instances[instance];
    ground
        .binding
        .iter()
        .map(|entity| Some(Value::Entity(*entity)))
        .collect()
}

/// The arguments of a ground atom as the variables of its declaration.
pub(super) fn env_of(args: &[GroundValue]) -> Env {
    args.iter().map(GroundValue::value).collect()
}

/// The conditions of a rule that must hold when it fires.
pub(super) fn conditions_of(rule: &Rule) -> impl Iterator<Item = &Term> {
    let when = match &rule.trigger {
        crate::model::Trigger::When(terms) => terms.as_slice(),
        _ => &[],
    };
    when.iter().chain(&rule.conditions)
}

impl<'h, 'r> View<'h, 'r> {
    /// Whether a condition holds.
    pub fn holds(&self, term: &Term, env: &Env) -> bool {
        self.value(term, env) == Some(Value::Boolean(true))
    }

    /// Whether a node of the program holds.
    pub fn node(&self, node: NodeId) -> bool {
        self.history.node(node, self.at)
    }

    /// The value of a term; none where it cannot be computed.
    pub fn value(&self, term: &Term, env: &Env) -> Option<Value> {
        let model = self.history.model;
        let of = |term: &Term| self.value(term, env);
        let truth = |truth: bool| Some(Value::Boolean(truth));
        match &term.kind {
            TermKind::Value(value) => Some(value.clone()),
            TermKind::Variable(id) => env.get(id.index()).cloned().flatten(),
            TermKind::Attribute(base, attribute) => {
                let Value::Entity(entity) = of(base)? else {
                    return None;
                };
                match model.entities.find(entity)?.values.get(attribute)? {
                    AttributeValue::Value(value) => Some(value.clone()),
                    AttributeValue::Condition(condition) => truth(self.holds(condition, &Env::new())),
                }
            }
            TermKind::Members(kind) => Some(Value::Set(model.members_of(*kind))),
            TermKind::Fact(fact, args) => {
                let pattern = self.pattern(args, env)?;
                let all = self.history.matching(*fact, &pattern);
                truth(
                    all.into_iter()
                        .any(|holder| self.node(self.history.node_of(holder))),
                )
            }
            TermKind::Measure(measure, args) => {
                let amount = self.history.amount(*measure, self.arguments(args, env)?, self.at);
                Some(Value::Number(Number::from_fixed(amount)))
            }
            TermKind::Quantity(quantity, args) => {
                let args: Env = args.iter().map(of).collect();
                self.value(&model.quantities.find(*quantity)?.is, &args)
            }
            TermKind::Assumption(id, args) => {
                let index = args.iter().map(of).collect::<Option<Vec<_>>>()?;
                Some(model.assumptions.find(*id)?.entry(&index)?.value.clone())
            }
            TermKind::Norm(word, who, under) => {
                let (who, under) = (self.entity(who, env)?, self.entity(under, env)?);
                let matches = |life: &super::norms::NormLife| {
                    who.is_none_or(|who| who == life.of) && (under.is_none() || under == life.under)
                };
                truth(
                    self.history
                        .norms_of(matches)
                        .any(|life| life.answers(*word, self.at)),
                )
            }
            TermKind::Not(inner) => truth(!self.holds(inner, env)),
            TermKind::And(parts) => truth(parts.iter().all(|part| self.holds(part, env))),
            TermKind::Or(parts) => truth(parts.iter().any(|part| self.holds(part, env))),
            TermKind::Compare(op, a, b) => compute::compare(*op, &of(a)?, &of(b)?).map(Value::Boolean),
            TermKind::In(a, set) => match (of(a)?, of(set)?) {
                (Value::Entity(entity), Value::Set(set)) => truth(set.binary_search(&entity).is_ok()),
                _ => None,
            },
            TermKind::Arithmetic(op, a, b) => compute::arithmetic(*op, &of(a)?, &of(b)?).ok(),
            TermKind::Negate(inner) => match of(inner)? {
                Value::Number(number) => Some(Value::Number(number.negate())),
                _ => None,
            },
            TermKind::Min(parts) => self.extreme(parts, env, Comparison::Less),
            TermKind::Max(parts) => self.extreme(parts, env, Comparison::Greater),
            TermKind::Size(set) => match of(set)? {
                Value::Set(set) => compute::count(set.len()),
                _ => None,
            },
            TermKind::Over(rate, time) => match (of(rate)?, of(time)?, rate.ty) {
                (Value::Number(rate), Value::Duration(time), Type::Rate(unit)) => {
                    Number::from_f64(chance_over(rate.float(), unit, time)).map(Value::Number)
                }
                _ => None,
            },
            TermKind::If(condition, a, b) => of(if self.holds(condition, env) { a } else { b }),
            TermKind::Quantifier(quantifier) => self.quantifier(quantifier, env),
            // Words about a whole run have no value on one state.
            TermKind::Temporal(_) | TermKind::Outcome(_) | TermKind::Probability(..) => None,
        }
    }

    fn extreme(&self, parts: &[Term], env: &Env, wanted: Comparison) -> Option<Value> {
        let mut best: Option<Value> = None;
        for part in parts {
            let value = self.value(part, env)?;
            if best
                .as_ref()
                .is_none_or(|best| compute::compare(wanted, &value, best) == Some(true))
            {
                best = Some(value);
            }
        }
        best
    }

    fn quantifier(&self, quantifier: &Quantifier, env: &Env) -> Option<Value> {
        let members = self.members(quantifier, env);
        let body = |env: &Env| quantifier.body.as_ref().map(|body| self.value(body, env));
        let counted: Vec<&Env> = members
            .iter()
            .filter(|(_, _, counts)| *counts)
            .map(|(_, env, _)| env)
            .collect();
        match quantifier.kind {
            QuantifierKind::Count => compute::count(counted.len()),
            QuantifierKind::Any => Some(Value::Boolean(!counted.is_empty())),
            QuantifierKind::All => Some(Value::Boolean(
                counted
                    .into_iter()
                    .all(|env| body(env) == Some(Some(Value::Boolean(true)))),
            )),
            QuantifierKind::Sum => {
                let zero = compute::count(0)?;
                counted.into_iter().try_fold(zero, |sum, env| {
                    compute::arithmetic(crate::model::Operator::Add, &sum, &body(env)??).ok()
                })
            }
        }
    }

    /// The members of a quantifier's set, each with its environment and whether the condition holds for it.
    pub fn members(&self, quantifier: &Quantifier, env: &Env) -> Vec<(EntityId, Env, bool)> {
        let Some(Value::Set(members)) = self.value(&quantifier.set, env) else {
            return Vec::new();
        };
        members
            .into_iter()
            .map(|member| {
                let inner = bound(env, quantifier.variable, Value::Entity(member));
                let counts = quantifier
                    .condition
                    .as_ref()
                    .is_none_or(|condition| self.holds(condition, &inner));
                (member, inner, counts)
            })
            .collect()
    }

    /// Ground arguments.
    pub fn arguments(&self, args: &[Term], env: &Env) -> Option<GroundArgs> {
        args.iter()
            .map(|arg| GroundValue::of(&self.value(arg, env)?))
            .collect()
    }

    /// A ground pattern; `None` inside matches anything.
    pub fn pattern(&self, args: &[Argument], env: &Env) -> Option<Vec<Option<GroundValue>>> {
        args.iter()
            .map(|arg| match arg {
                None => Some(None),
                Some(term) => GroundValue::of(&self.value(term, env)?).map(Some),
            })
            .collect()
    }

    /// An entity that an open argument names; the outer `None`: it names none.
    pub fn entity(&self, argument: &Argument, env: &Env) -> Option<Option<EntityId>> {
        match argument {
            None => Some(None),
            Some(term) => match self.value(term, env)? {
                Value::Entity(entity) => Some(Some(entity)),
                _ => None,
            },
        }
    }
}
