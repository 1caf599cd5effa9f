//! Amounts as numbers of the network: measures, quantities, counts.

use super::build::Ground;
use super::conditions::Env;
use super::error::GroundError;
use super::ground::{GroundArgs, GroundMeasure, GroundValue, SlotId};
use super::limits::Expanded;
use super::number::{NumberId, NumberNode};
use super::parts::Slot;
use crate::diagnostic::Span;
use crate::language::value::{Fixed, Number};
use crate::model::{Initial, MeasureId, Operator, QuantifierKind, QuantityId, Term, TermKind, Type, Value};

impl Ground<'_> {
    /// A number expression.
    pub(crate) fn number(&mut self, term: &Term, env: &Env) -> NumberId {
        let id = if self.enter(term.span) {
            let id = self.number_within(term, env);
            self.leave();
            id
        } else {
            None
        };
        id.unwrap_or_else(|| self.amount(NumberNode::Constant(Number::from_fixed(Fixed::ZERO)), term.span))
    }

    /// None where it cannot be computed, which has been said.
    fn number_within(&mut self, term: &Term, env: &Env) -> Option<NumberId> {
        let before = self.errors.len();
        if let Some(Value::Number(number)) = self.constant(term, env) {
            if number
                .fixed()
                .or_else(|| Fixed::from_f64(number.float()))
                .is_none()
            {
                self.errors.push(GroundError::Unreachable(term.span));
                return None;
            }
            return Some(self.amount(NumberNode::Constant(number), term.span));
        }
        if self.errors.len() > before {
            return None;
        }
        let id = match &term.kind {
            TermKind::Quantity(quantity, args) => self.quantity(*quantity, args, term.span, env),
            TermKind::If(condition, a, b) => {
                let condition = self.truth(condition, env);
                Some(match self.network.known(condition) {
                    Some(true) => self.number(a, env),
                    Some(false) => self.number(b, env),
                    None => {
                        let (a, b) = (self.number(a, env), self.number(b, env));
                        self.amount(NumberNode::If(condition, a, b), term.span)
                    }
                })
            }
            _ => self
                .number_node(term, env)
                .map(|node| self.amount(node, term.span)),
        };
        if id.is_none() && self.errors.len() == before {
            self.errors.push(GroundError::not_known(term.span));
        }
        id
    }

    /// The amount of a quantity, worked out once for the same arguments.
    fn quantity(&mut self, id: QuantityId, args: &[Term], span: Span, env: &Env) -> Option<NumberId> {
        let args = self.args(args, env)?;
        if let Some((number, below)) = self.quantity_of.get(&(id, args.clone())).copied() {
            self.hangs_below(below, span);
            return Some(number);
        }
        let model = self.model;
        let inner: Env = args.iter().map(GroundValue::value).collect();
        let what = Expanded::Quantity(id, args.clone());
        let (number, below) = self.expand(what, span, |ground| {
            ground.number(&model.quantities[id].is, &inner)
        })?;
        self.quantity_of.insert((id, args), (number, below));
        Some(number)
    }

    fn number_node(&mut self, term: &Term, env: &Env) -> Option<NumberNode> {
        Some(match &term.kind {
            TermKind::Measure(measure, args) => {
                let args = self.args(args, env)?;
                NumberNode::Measure(self.slot(*measure, args))
            }
            TermKind::Arithmetic(operator, a, b) => {
                NumberNode::Arithmetic(*operator, self.number(a, env), self.number(b, env))
            }
            TermKind::Negate(inner) => {
                let zero = self.amount(NumberNode::Constant(Number::from_fixed(Fixed::ZERO)), term.span);
                NumberNode::Arithmetic(Operator::Subtract, zero, self.number(inner, env))
            }
            TermKind::Min(parts) => {
                NumberNode::Min(parts.iter().map(|part| self.number(part, env)).collect())
            }
            TermKind::Max(parts) => {
                NumberNode::Max(parts.iter().map(|part| self.number(part, env)).collect())
            }
            TermKind::Over(rate, duration) => {
                let Type::Rate(unit) = rate.ty else { return None };
                let Some(Value::Duration(duration)) = self.known(duration, env) else {
                    return None;
                };
                NumberNode::Over(self.number(rate, env), unit, duration)
            }
            TermKind::Quantifier(quantifier) => {
                let members = self.members(quantifier, env);
                match (quantifier.kind, &quantifier.body) {
                    (QuantifierKind::Sum, Some(body)) => NumberNode::Sum(
                        members
                            .into_iter()
                            .map(|(node, inner)| (node, self.number(body, &inner)))
                            .collect(),
                    ),
                    _ => NumberNode::Count(members.into_iter().map(|(node, _)| node).collect()),
                }
            }
            _ => return None,
        })
    }

    /// The slot of a measure.
    pub(crate) fn slot(&mut self, measure: MeasureId, args: GroundArgs) -> SlotId {
        let key = GroundMeasure { measure, args };
        if let Some(slot) = self.slot_of.get(&key) {
            return *slot;
        }
        let model = self.model;
        let declared = &model.measures[measure];
        let initially = model.start.iter().find_map(|(initial, _)| match initial {
            Initial::Measure(id, values, number) if *id == measure => {
                let same = values
                    .iter()
                    .map(GroundValue::of)
                    .collect::<Option<GroundArgs>>()?
                    == key.args;
                same.then_some(*number)
            }
            _ => None,
        });
        let slot = self.slots.push(Slot {
            measure: key.clone(),
            initially: initially.unwrap_or(declared.default),
            bounds: (declared.from, declared.to),
        });
        self.slot_of.insert(key, slot);
        slot
    }
}
