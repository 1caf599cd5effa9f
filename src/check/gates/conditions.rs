//! What a condition needs to become true, or to become false.

use super::build::{Builder, Env};
use super::graph::{GIVEN, Ix, NEVER};
use crate::ids::Id as _;
use crate::model::{
    Argument, AttributeValue, Comparison, FactId, Initial, MeasureId, Quantifier, QuantifierKind, Term,
    TermKind, Type, Value,
};
use crate::program::{GroundArgs, GroundFact, GroundValue, matches};

impl<'m> Builder<'m> {
    /// The node of a condition that shall hold (`wanted`), or shall not.
    pub fn condition(&mut self, term: &'m Term, env: &Env, wanted: bool) -> Ix {
        if let Some(Value::Boolean(truth)) = self.value(term, env) {
            return if truth == wanted { GIVEN } else { NEVER };
        }
        match &term.kind {
            TermKind::Not(inner) => self.condition(inner, env, !wanted),
            TermKind::And(parts) => self.junction(parts, env, wanted, wanted),
            TermKind::Or(parts) => self.junction(parts, env, wanted, !wanted),
            TermKind::If(condition, a, b) => {
                let (yes, no) = (
                    self.condition(condition, env, true),
                    self.condition(condition, env, false),
                );
                let (a, b) = (self.condition(a, env, wanted), self.condition(b, env, wanted));
                let (a, b) = (self.graph.all([yes, a]), self.graph.all([no, b]));
                self.graph.any([a, b])
            }
            TermKind::Attribute(of, attribute) => match self.value(of, env) {
                Some(Value::Entity(entity))
                    if matches!(
                        self.model.entities[entity].values.get(attribute),
                        Some(AttributeValue::Condition(_))
                    ) =>
                {
                    self.gate(entity, *attribute, wanted)
                }
                _ => GIVEN,
            },
            TermKind::Fact(fact, args) => self.facts(*fact, args, env, wanted),
            TermKind::Quantifier(quantifier) => self.quantified(quantifier, env, wanted),
            TermKind::Compare(comparison, a, b) => self.comparison(*comparison, a, b, env, wanted),
            // Norms and whatever else a condition may ask are left open.
            _ => GIVEN,
        }
    }

    fn junction(&mut self, parts: &'m [Term], env: &Env, wanted: bool, all: bool) -> Ix {
        let parts: Vec<Ix> = parts
            .iter()
            .map(|part| self.condition(part, env, wanted))
            .collect();
        if all {
            self.graph.all(parts)
        } else {
            self.graph.any(parts)
        }
    }

    fn facts(&mut self, fact: FactId, args: &'m [Argument], env: &Env, wanted: bool) -> Ix {
        let pattern = self.pattern(args, env);
        let exact: Option<GroundArgs> = pattern.iter().cloned().collect();
        if let Some(args) = exact {
            return self.fact(fact, args, wanted);
        }
        // Of the facts that fit, those that the program knows to be possible.
        let symmetric = self.model.facts[fact].symmetric;
        let turned: Vec<Option<GroundValue>> = pattern.iter().rev().cloned().collect();
        let fits = |ground: &&GroundFact| {
            ground.fact == fact
                && (matches(&pattern, &ground.args) || symmetric && matches(&turned, &ground.args))
        };
        let stored = self.program.atoms.values().map(|atom| &atom.fact);
        let derived = self.program.derived.values().map(|derived| &derived.fact);
        let mut fitting: Vec<GroundArgs> = stored
            .chain(derived)
            .filter(fits)
            .map(|ground| ground.args.clone())
            .collect();
        if let Some(closed) = &self.program.closed {
            let possible = closed.possible_matching(self.model, fact, &pattern);
            fitting.extend(possible.into_iter().map(|fact| fact.ground().args));
        }
        if wanted && fitting.is_empty() {
            return GIVEN;
        }
        let nodes: Vec<Ix> = fitting
            .into_iter()
            .map(|args| self.fact(fact, args, wanted))
            .collect();
        if wanted {
            self.graph.any(nodes)
        } else {
            self.graph.all(nodes)
        }
    }

    /// The members of a quantifier's set, each in its environment.
    fn members(&self, quantifier: &Quantifier, env: &Env) -> Option<Vec<Env>> {
        let Some(Value::Set(members)) = self.value(&quantifier.set, env) else {
            return None;
        };
        let bound = members.into_iter().map(|member| {
            let mut inner = env.clone();
            let at = quantifier.variable.index();
            if inner.len() <= at {
                inner.resize(at + 1, None);
            }
            if let Some(place) = inner.get_mut(at) {
                *place = Some(Value::Entity(member));
            }
            inner
        });
        Some(bound.collect())
    }

    fn quantified(&mut self, quantifier: &'m Quantifier, env: &Env, wanted: bool) -> Ix {
        let Some(members) = self.members(quantifier, env) else {
            return GIVEN;
        };
        let mut parts = Vec::with_capacity(members.len());
        for inner in &members {
            let counts = |builder: &mut Self, wanted| match &quantifier.condition {
                Some(condition) => builder.condition(condition, inner, wanted),
                None if wanted => GIVEN,
                None => NEVER,
            };
            parts.push(match (quantifier.kind, &quantifier.body) {
                // Each that counts must satisfy; or one that counts must fail to.
                (QuantifierKind::All, Some(body)) if wanted => {
                    let (out, fine) = (counts(self, false), self.condition(body, inner, true));
                    self.graph.any([out, fine])
                }
                (QuantifierKind::All, Some(body)) => {
                    let (counted, fails) = (counts(self, true), self.condition(body, inner, false));
                    self.graph.all([counted, fails])
                }
                _ => counts(self, wanted),
            });
        }
        let all = (quantifier.kind == QuantifierKind::All) == wanted;
        if all {
            self.graph.all(parts)
        } else {
            self.graph.any(parts)
        }
    }

    fn comparison(
        &mut self,
        comparison: Comparison,
        a: &'m Term,
        b: &'m Term,
        env: &Env,
        wanted: bool,
    ) -> Ix {
        if a.ty == Type::Boolean {
            let same = (comparison == Comparison::Equal) == wanted;
            let (a_true, a_false) = (self.condition(a, env, true), self.condition(a, env, false));
            let (b_true, b_false) = (self.condition(b, env, true), self.condition(b, env, false));
            let (one, other) = if same {
                (
                    self.graph.all([a_true, b_true]),
                    self.graph.all([a_false, b_false]),
                )
            } else {
                (
                    self.graph.all([a_true, b_false]),
                    self.graph.all([a_false, b_true]),
                )
            };
            return self.graph.any([one, other]);
        }
        let comparison = if wanted { comparison } else { contrary(comparison) };
        if let Some(node) = self.against(comparison, a, b, env) {
            return node;
        }
        self.against(mirrored(comparison), b, a, env).unwrap_or(GIVEN)
    }

    /// A count or a measure against a number that is known; none where it is neither.
    fn against(&mut self, comparison: Comparison, of: &'m Term, bound: &Term, env: &Env) -> Option<Ix> {
        let Some(Value::Number(bound)) = self.value(bound, env) else {
            return None;
        };
        match &of.kind {
            TermKind::Quantifier(quantifier) if quantifier.kind == QuantifierKind::Count => {
                let micros = bound.fixed()?.micros();
                let (floor, whole) = (micros.div_euclid(1_000_000), micros.rem_euclid(1_000_000) == 0);
                let ceiling = if whole { floor } else { floor + 1 };
                let members = self.members(quantifier, env)?;
                let mut nodes = |wanted: bool| -> Vec<Ix> {
                    members
                        .iter()
                        .map(|inner| match &quantifier.condition {
                            Some(condition) => self.condition(condition, inner, wanted),
                            None if wanted => GIVEN,
                            None => NEVER,
                        })
                        .collect()
                };
                let size = i64::try_from(members.len()).unwrap_or(i64::MAX);
                Some(match comparison {
                    Comparison::GreaterEqual => {
                        let nodes = nodes(true);
                        self.graph.at_least(&nodes, ceiling)
                    }
                    Comparison::Greater => {
                        let nodes = nodes(true);
                        self.graph.at_least(&nodes, floor + 1)
                    }
                    Comparison::LessEqual => {
                        let nodes = nodes(false);
                        self.graph.at_least(&nodes, size - floor)
                    }
                    Comparison::Less => {
                        let nodes = nodes(false);
                        self.graph.at_least(&nodes, size - ceiling + 1)
                    }
                    Comparison::Equal => {
                        let nodes = nodes(true);
                        self.graph.at_least(&nodes, ceiling)
                    }
                    Comparison::NotEqual => GIVEN,
                })
            }
            TermKind::Measure(measure, args) => {
                let args: Option<GroundArgs> = args
                    .iter()
                    .map(|arg| GroundValue::of(&self.value(arg, env)?))
                    .collect();
                let args = args?;
                if holds(comparison, self.initially(*measure, &args), bound.float()) {
                    return Some(GIVEN);
                }
                Some(self.measure(*measure, args))
            }
            _ => None,
        }
    }

    /// The value of a measure before the first day.
    fn initially(&self, measure: MeasureId, args: &GroundArgs) -> f64 {
        let written = self.model.start.iter().find_map(|(initial, _)| match initial {
            Initial::Measure(id, values, number) if *id == measure => {
                let ground: Option<GroundArgs> = values.iter().map(GroundValue::of).collect();
                (ground.as_ref() == Some(args)).then_some(*number)
            }
            _ => None,
        });
        written.unwrap_or(self.model.measures[measure].default).to_f64()
    }
}

fn holds(comparison: Comparison, a: f64, b: f64) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
    }
}

fn contrary(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Equal => Comparison::NotEqual,
        Comparison::NotEqual => Comparison::Equal,
        Comparison::Less => Comparison::GreaterEqual,
        Comparison::LessEqual => Comparison::Greater,
        Comparison::Greater => Comparison::LessEqual,
        Comparison::GreaterEqual => Comparison::Less,
    }
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}
