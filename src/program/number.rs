//! Ground number expressions: read in fixed point by guards and effects, in `f64` by probabilities.

use crate::ids::{Table, ids};
use crate::language::value::{Duration, Fixed, Number, RateUnit, chance_over};
use crate::model::Operator;

use super::ground::SlotId;
use super::network::NodeId;

ids! {
    /// A ground number expression.
    NumberId;
}

/// A ground number expression.
#[derive(Clone, Debug, PartialEq)]
pub enum NumberNode {
    /// A number known at load.
    Constant(Number),
    /// A measure's value.
    Measure(SlotId),
    /// How many of these hold.
    Count(Box<[NodeId]>),
    /// The sum of those amounts whose condition holds.
    Sum(Box<[(NodeId, NumberId)]>),
    /// `+ - * /`
    Arithmetic(Operator, NumberId, NumberId),
    /// The least.
    Min(Box<[NumberId]>),
    /// The greatest.
    Max(Box<[NumberId]>),
    /// One or the other.
    If(NodeId, NumberId, NumberId),
    /// The chance a rate gives over a duration.
    Over(NumberId, RateUnit, Duration),
}

/// What a number expression reads.
pub trait Reading {
    /// The truth of a node.
    fn holds(&self, node: NodeId) -> bool;
    /// The value of a measure.
    fn measure(&self, slot: SlotId) -> Fixed;
}

/// Why a number could not be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// A division by zero.
    DivisionByZero,
    /// A result beyond what fixed point holds.
    OutOfRange,
}

/// All ground number expressions.
pub type Numbers = Table<NumberId, NumberNode>;

/// The value in fixed point, six decimals, half-even.
pub fn fixed(numbers: &Numbers, id: NumberId, state: &impl Reading) -> Result<Fixed, NumberFault> {
    use NumberFault::{DivisionByZero, OutOfRange};
    let many = |ids: &[NumberId]| {
        ids.iter()
            .map(|id| fixed(numbers, *id, state))
            .collect::<Result<Vec<_>, _>>()
    };
    match &numbers[id] {
        NumberNode::Constant(number) => number
            .fixed()
            .or_else(|| Fixed::from_f64(number.float()))
            .ok_or(OutOfRange),
        NumberNode::Measure(slot) => Ok(state.measure(*slot)),
        NumberNode::Count(nodes) => {
            let count = nodes.iter().filter(|node| state.holds(**node)).count();
            Fixed::from_integer(i64::try_from(count).unwrap_or(i64::MAX)).ok_or(OutOfRange)
        }
        NumberNode::Sum(parts) => {
            // In 128 bits, so that an intermediate sum never overflows where the total does not.
            let mut total = 0i128;
            for (node, amount) in parts {
                if state.holds(*node) {
                    total += i128::from(fixed(numbers, *amount, state)?.micros());
                }
            }
            i64::try_from(total)
                .map(Fixed::from_micros)
                .map_err(|_| OutOfRange)
        }
        NumberNode::Arithmetic(operator, a, b) => {
            let (a, b) = (fixed(numbers, *a, state)?, fixed(numbers, *b, state)?);
            match operator {
                Operator::Add => a.checked_add(b),
                Operator::Subtract => a.checked_sub(b),
                Operator::Multiply => a.checked_mul(b),
                Operator::Divide if b == Fixed::ZERO => return Err(DivisionByZero),
                Operator::Divide => a.checked_div(b),
            }
            .ok_or(OutOfRange)
        }
        NumberNode::Min(ids) => many(ids)?.into_iter().min().ok_or(OutOfRange),
        NumberNode::Max(ids) => many(ids)?.into_iter().max().ok_or(OutOfRange),
        NumberNode::If(condition, a, b) => {
            fixed(numbers, if state.holds(*condition) { *a } else { *b }, state)
        }
        NumberNode::Over(..) => Fixed::from_f64(float(numbers, id, state)).ok_or(OutOfRange),
    }
}

/// The value in `f64`, in the order in which the expression stands; NaN after a division by zero, whatever is made of
/// it afterwards.
pub fn float(numbers: &Numbers, id: NumberId, state: &impl Reading) -> f64 {
    match &numbers[id] {
        NumberNode::Constant(number) => number.float(),
        NumberNode::Measure(slot) => state.measure(*slot).to_f64(),
        NumberNode::Count(nodes) => {
            u32::try_from(nodes.iter().filter(|node| state.holds(**node)).count()).map_or(f64::NAN, f64::from)
        }
        NumberNode::Sum(parts) => parts
            .iter()
            .filter(|(node, _)| state.holds(*node))
            .fold(0.0, |total, (_, amount)| total + float(numbers, *amount, state)),
        NumberNode::Arithmetic(operator, a, b) => {
            let (a, b) = (float(numbers, *a, state), float(numbers, *b, state));
            match operator {
                Operator::Add => a + b,
                Operator::Subtract => a - b,
                Operator::Multiply => a * b,
                Operator::Divide if b == 0.0 => f64::NAN,
                Operator::Divide => a / b,
            }
        }
        NumberNode::Min(ids) => extreme(
            ids.iter().map(|id| float(numbers, *id, state)),
            f64::INFINITY,
            f64::min,
        ),
        NumberNode::Max(ids) => extreme(
            ids.iter().map(|id| float(numbers, *id, state)),
            f64::NEG_INFINITY,
            f64::max,
        ),
        NumberNode::If(condition, a, b) => {
            float(numbers, if state.holds(*condition) { *a } else { *b }, state)
        }
        NumberNode::Over(rate, unit, duration) => chance_over(float(numbers, *rate, state), *unit, *duration),
    }
}

/// The least or greatest. `f64::min` alone would drop a NaN, so that `min(1, a / b)` would hide a division by zero.
fn extreme(values: impl Iterator<Item = f64>, none: f64, pick: fn(f64, f64) -> f64) -> f64 {
    values.fold(none, |best, value| {
        if best.is_nan() || value.is_nan() {
            f64::NAN
        } else {
            pick(best, value)
        }
    })
}

/// The truth nodes and measures an expression reads, itself and through its parts.
pub(crate) fn reads(numbers: &Numbers, id: NumberId, nodes: &mut Vec<NodeId>, slots: &mut Vec<SlotId>) {
    match &numbers[id] {
        NumberNode::Constant(_) => {}
        NumberNode::Measure(slot) => slots.push(*slot),
        NumberNode::Count(parts) => nodes.extend(parts.iter().copied()),
        NumberNode::Sum(parts) => {
            for (node, amount) in parts {
                nodes.push(*node);
                reads(numbers, *amount, nodes, slots);
            }
        }
        NumberNode::Arithmetic(_, a, b) => {
            reads(numbers, *a, nodes, slots);
            reads(numbers, *b, nodes, slots);
        }
        NumberNode::Min(ids) | NumberNode::Max(ids) => {
            for id in ids {
                reads(numbers, *id, nodes, slots);
            }
        }
        NumberNode::If(condition, a, b) => {
            nodes.push(*condition);
            reads(numbers, *a, nodes, slots);
            reads(numbers, *b, nodes, slots);
        }
        NumberNode::Over(rate, ..) => reads(numbers, *rate, nodes, slots),
    }
}
