//! Conditions: from typed terms to nodes of the network.

use smallvec::SmallVec;

use super::build::Ground;
use super::closed::ClosedFact;
use super::error::GroundError;
use super::ground::{GroundArgs, GroundFact, GroundValue, Key, matches};
use super::limits::Expanded;
use super::network::NodeId;
use super::possible::canonical;
use crate::diagnostic::Span;
use crate::language::value::Fixed;
use crate::model::resolve::constant;
use crate::model::{
    Argument, AttributeId, AttributeValue, Comparison, EntityId, FactId, Quantifier, QuantifierKind, Term,
    TermKind, Type, Value, VariableId,
};

/// The values of the variables in scope, by their ids.
pub(crate) type Env = Vec<Option<Value>>;

/// Binds one more variable.
pub(crate) fn bind(env: &mut Env, variable: VariableId, value: Value) {
    use crate::ids::Id as _;
    if env.len() <= variable.index() {
        env.resize(variable.index() + 1, None);
    }
    if let Some(place) = env.get_mut(variable.index()) {
        *place = Some(value);
    }
}

/// The entity that a term names without any computing: itself, or as the value of a variable.
pub(crate) fn named(term: &Term, env: &Env) -> Option<EntityId> {
    use crate::ids::Id as _;
    let value = match &term.kind {
        TermKind::Value(value) => value,
        TermKind::Variable(v) => env.get(v.index())?.as_ref()?,
        _ => return None,
    };
    match value {
        Value::Entity(entity) => Some(*entity),
        _ => None,
    }
}

impl Ground<'_> {
    /// The value of a term that does not depend on the state.
    pub(crate) fn constant(&mut self, term: &Term, env: &Env) -> Option<Value> {
        use crate::ids::Id as _;
        match &term.kind {
            TermKind::Value(value) => return Some(value.clone()),
            TermKind::Variable(v) => return env.get(v.index()).cloned().flatten(),
            _ => {}
        }
        let lookup = |v: VariableId| env.get(v.index()).cloned().flatten();
        match constant::evaluate(term, self.model, &lookup)? {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.errors.push(GroundError::Said(Box::new(diagnostic)));
                None
            }
        }
    }

    /// As [`constant`](Self::constant), for terms that must be known at load.
    pub(crate) fn known(&mut self, term: &Term, env: &Env) -> Option<Value> {
        let before = self.errors.len();
        let value = self.constant(term, env);
        if value.is_none() && self.errors.len() == before {
            self.errors.push(GroundError::not_known(term.span));
        }
        value
    }

    /// Ground arguments, all of which must be known.
    pub(crate) fn args(&mut self, terms: &[Term], env: &Env) -> Option<GroundArgs> {
        terms.iter().map(|term| self.arg(term, env)).collect()
    }

    pub(crate) fn arg(&mut self, term: &Term, env: &Env) -> Option<GroundValue> {
        let value = self.known(term, env)?;
        let ground = GroundValue::of(&value);
        if ground.is_none() {
            self.errors.push(GroundError::not_an_argument(term.span));
        }
        ground
    }

    /// A ground pattern; `None` inside matches anything.
    pub(crate) fn pattern(&mut self, args: &[Argument], env: &Env) -> Option<Vec<Option<GroundValue>>> {
        args.iter()
            .map(|arg| match arg {
                None => Some(None),
                Some(term) => self.arg(term, env).map(Some),
            })
            .collect()
    }

    /// All of these conditions.
    pub(crate) fn all(&mut self, terms: &[Term], env: &Env) -> NodeId {
        let parts: SmallVec<[NodeId; 8]> = terms.iter().map(|term| self.truth(term, env)).collect();
        self.network.and(parts)
    }

    /// The node of a condition.
    pub(crate) fn truth(&mut self, term: &Term, env: &Env) -> NodeId {
        if !self.enter(term.span) {
            return self.network.constant(false);
        }
        let node = self.truth_within(term, env);
        self.leave();
        node
    }

    fn truth_within(&mut self, term: &Term, env: &Env) -> NodeId {
        match &term.kind {
            TermKind::Attribute(of, attribute) => {
                let model = self.model;
                if let Some(Value::Entity(entity)) = self.known(of, env)
                    && let Some(AttributeValue::Condition(condition)) =
                        model.entities[entity].values.get(attribute)
                {
                    return self.condition(entity, *attribute, condition, term.span);
                }
            }
            TermKind::And(parts) => return self.all(parts, env),
            TermKind::Or(parts) => {
                let parts: Vec<NodeId> = parts.iter().map(|part| self.truth(part, env)).collect();
                return self.network.or(parts);
            }
            TermKind::Not(inner) => {
                let inner = self.truth(inner, env);
                return self.network.not(inner);
            }
            TermKind::Fact(fact, args) => return self.fact(*fact, args, env),
            TermKind::Norm(word, who, under) => return self.norm_flag(*word, who, under, env),
            TermKind::Quantifier(quantifier) if term.ty == Type::Boolean => {
                return self.quantified(quantifier, env);
            }
            TermKind::If(condition, a, b) => {
                let condition = self.truth(condition, env);
                let (a, b) = (self.truth(a, env), self.truth(b, env));
                return self.either(condition, a, b);
            }
            _ => {}
        }
        let before = self.errors.len();
        if let Some(Value::Boolean(truth)) = self.constant(term, env) {
            return self.network.constant(truth);
        }
        if self.errors.len() > before {
            return self.network.constant(false);
        }
        match &term.kind {
            TermKind::Compare(comparison, a, b) => self.comparison(*comparison, a, b, env),
            _ => {
                self.errors.push(GroundError::not_known(term.span));
                self.network.constant(false)
            }
        }
    }

    /// The node of a condition among the attributes of an entity, worked out once.
    fn condition(
        &mut self,
        entity: EntityId,
        attribute: AttributeId,
        condition: &Term,
        span: Span,
    ) -> NodeId {
        if let Some((node, below)) = self.condition_of.get(&(entity, attribute)).copied() {
            self.hangs_below(below, span);
            return node;
        }
        let what = Expanded::Condition(entity, attribute);
        match self.expand(what, span, |ground| ground.truth(condition, &Env::new())) {
            Some((node, below)) => {
                self.condition_of.insert((entity, attribute), (node, below));
                node
            }
            None => self.network.constant(false),
        }
    }

    fn either(&mut self, condition: NodeId, a: NodeId, b: NodeId) -> NodeId {
        let not = self.network.not(condition);
        let then = self.network.and([condition, a]);
        let otherwise = self.network.and([not, b]);
        self.network.or([then, otherwise])
    }

    fn fact(&mut self, fact: FactId, args: &[Argument], env: &Env) -> NodeId {
        let named = args
            .iter()
            .map(|arg| arg.as_ref().and_then(|term| named(term, env)));
        if let Some(key) = Key::of(fact, self.model.facts[fact].symmetric, named) {
            return match self.node_of.get(&key) {
                Some(node) => *node,
                None => self.absent(key.ground()),
            };
        }
        let Some(wanted) = self.pattern(args, env) else {
            return self.network.constant(false);
        };
        let symmetric = self.model.facts[fact].symmetric;
        let exact: Option<GroundArgs> = wanted.iter().cloned().collect();
        if let Some(args) = exact {
            return self.holds(&GroundFact {
                fact,
                args: canonical(symmetric, args),
            });
        }
        let matching: Vec<GroundFact> = match &self.closed {
            Some(closed) if closed.is_closed(fact) => {
                let matching = closed.possible_matching(self.model, fact, &wanted).into_iter();
                matching.map(ClosedFact::ground).collect()
            }
            _ => {
                let mut turned = wanted.clone();
                turned.reverse();
                let fits = |args: &&GroundArgs| matches(&wanted, args) || symmetric && matches(&turned, args);
                let args = self.facts_of(fact).iter().filter(fits).cloned();
                args.map(|args| GroundFact { fact, args }).collect()
            }
        };
        let parts: Vec<NodeId> = matching.iter().map(|fact| self.holds(fact)).collect();
        self.network.or(parts)
    }

    /// The node of a ground fact; false for one that can never hold.
    pub(crate) fn holds(&mut self, fact: &GroundFact) -> NodeId {
        if let Some(atom) = self.atom_of.get(fact) {
            self.network.fact(*atom)
        } else if let Some(derived) = self.derived_of.get(fact) {
            self.network.derived(*derived)
        } else {
            self.absent(fact.clone())
        }
    }

    /// The members of a quantifier's set that may count, each as a node, with the environment it was read in.
    pub(super) fn members(&mut self, quantifier: &Quantifier, env: &Env) -> Vec<(NodeId, Env)> {
        use crate::ids::Id as _;
        let model = self.model;
        let lookup = |v: VariableId| env.get(v.index()).cloned().flatten();
        let mut value = |term: &Term| constant::evaluate(term, model, &lookup)?.ok();
        let members = match model.narrowed(quantifier, &mut value) {
            Some(members) => members,
            None => match self.known(&quantifier.set, env) {
                Some(Value::Set(members)) => members,
                _ => return Vec::new(),
            },
        };
        members
            .into_iter()
            .map(|member| {
                let mut inner = env.clone();
                bind(&mut inner, quantifier.variable, Value::Entity(member));
                let node = match &quantifier.condition {
                    Some(condition) => self.truth(condition, &inner),
                    None => self.network.constant(true),
                };
                (node, inner)
            })
            .collect()
    }

    fn quantified(&mut self, quantifier: &Quantifier, env: &Env) -> NodeId {
        let members = self.members(quantifier, env);
        match (quantifier.kind, &quantifier.body) {
            (QuantifierKind::All, Some(body)) => {
                let mut parts = Vec::with_capacity(members.len());
                for (node, inner) in members {
                    let body = self.truth(body, &inner);
                    let not = self.network.not(node);
                    parts.push(self.network.or([not, body]));
                }
                self.network.and(parts)
            }
            _ => self.network.or(members.into_iter().map(|(node, _)| node)),
        }
    }

    fn comparison(&mut self, comparison: Comparison, a: &Term, b: &Term, env: &Env) -> NodeId {
        if a.ty == Type::Boolean {
            let (a, b) = (self.truth(a, env), self.truth(b, env));
            let not = self.network.not(b);
            return match comparison {
                Comparison::NotEqual => self.either(a, not, b),
                _ => self.either(a, b, not),
            };
        }
        if !matches!(a.ty, Type::Number | Type::Rate(_)) {
            let unknown = if self.constant(a, env).is_none() { a } else { b };
            self.errors.push(GroundError::not_known(unknown.span));
            return self.network.constant(false);
        }
        if let Some(node) = self.count_against(comparison, a, b, env) {
            return node;
        }
        if let Some(node) = self.count_against(mirrored(comparison), b, a, env) {
            return node;
        }
        let (a, b) = (self.number(a, env), self.number(b, env));
        self.network.compare(comparison, a, b)
    }

    /// `count(...)` compared with a number known at load is a threshold, which needs no arithmetic.
    fn count_against(
        &mut self,
        comparison: Comparison,
        count: &Term,
        bound: &Term,
        env: &Env,
    ) -> Option<NodeId> {
        let TermKind::Quantifier(quantifier) = &count.kind else {
            return None;
        };
        if quantifier.kind != QuantifierKind::Count {
            return None;
        }
        let Some(Value::Number(bound)) = self.constant(bound, env) else {
            return None;
        };
        let bound = bound.fixed()?.micros();
        let parts: Vec<NodeId> = self
            .members(quantifier, env)
            .into_iter()
            .map(|(node, _)| node)
            .collect();
        let unit = Fixed::ONE.micros();
        let (floor, whole) = (bound.div_euclid(unit), bound.rem_euclid(unit) == 0);
        let ceiling = if whole { floor } else { floor + 1 };
        Some(match comparison {
            Comparison::GreaterEqual => self.network.at_least(&parts, ceiling),
            Comparison::Greater => self.network.at_least(&parts, floor + 1),
            Comparison::LessEqual => {
                let more = self.network.at_least(&parts, floor + 1);
                self.network.not(more)
            }
            Comparison::Less => {
                let enough = self.network.at_least(&parts, ceiling);
                self.network.not(enough)
            }
            Comparison::Equal | Comparison::NotEqual => {
                let exactly = if whole {
                    let enough = self.network.at_least(&parts, floor);
                    let more = self.network.at_least(&parts, floor + 1);
                    let not = self.network.not(more);
                    self.network.and([enough, not])
                } else {
                    self.network.constant(false)
                };
                if comparison == Comparison::Equal {
                    exactly
                } else {
                    self.network.not(exactly)
                }
            }
        })
    }
}

/// The comparison with its sides changed.
pub(super) fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}
