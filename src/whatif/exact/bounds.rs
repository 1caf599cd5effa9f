//! Bounds of number expressions that hold in every state: what can never leave its range need not be watched.

use crate::model::Operator;
use crate::program::{NumberId, NumberNode, Program, SLACK};

/// Values far within what fixed point holds, so that no sum or product of a few of them overflows.
const SAFE: f64 = 1e12;

/// The least and greatest value of an expression, whatever the state; none if it may divide by zero or overflow.
pub(crate) fn bounds(program: &Program, id: NumberId) -> Option<(f64, f64)> {
    let of = |id: NumberId| bounds(program, id);
    let all = |ids: &[NumberId]| ids.iter().map(|id| of(*id)).collect::<Option<Vec<_>>>();
    let (low, high) = match &program.numbers[id] {
        NumberNode::Constant(number) => (number.float(), number.float()),
        NumberNode::Measure(slot) => {
            let (low, high) = program.slots[*slot].bounds;
            (low.to_f64(), high.to_f64())
        }
        NumberNode::Count(nodes) => (0.0, f64::from(u32::try_from(nodes.len()).ok()?)),
        NumberNode::Sum(parts) => {
            let mut total = (0.0, 0.0);
            for (_, amount) in parts {
                let (low, high) = of(*amount)?;
                total = (total.0 + low.min(0.0), total.1 + high.max(0.0));
            }
            total
        }
        NumberNode::Arithmetic(operator, a, b) => {
            let (a, b) = (of(*a)?, of(*b)?);
            match operator {
                Operator::Add => (a.0 + b.0, a.1 + b.1),
                Operator::Subtract => (a.0 - b.1, a.1 - b.0),
                Operator::Multiply => corners(a, b, |x, y| x * y),
                Operator::Divide if b.0 > 1e-6 || b.1 < -1e-6 => corners(a, b, |x, y| x / y),
                Operator::Divide => return None,
            }
        }
        NumberNode::Min(ids) => all(ids)?
            .into_iter()
            .reduce(|a, b| (a.0.min(b.0), a.1.min(b.1)))?,
        NumberNode::Max(ids) => all(ids)?
            .into_iter()
            .reduce(|a, b| (a.0.max(b.0), a.1.max(b.1)))?,
        NumberNode::If(_, a, b) => {
            let (a, b) = (of(*a)?, of(*b)?);
            (a.0.min(b.0), a.1.max(b.1))
        }
        NumberNode::Over(rate, ..) => {
            let (low, high) = of(*rate)?;
            if low < 0.0 || high > 1.0 {
                return None;
            }
            (0.0, 1.0)
        }
    };
    // Written so that NaN fails too.
    (low.abs() < SAFE && high.abs() < SAFE).then_some((low, high))
}

fn corners(a: (f64, f64), b: (f64, f64), of: fn(f64, f64) -> f64) -> (f64, f64) {
    let values = [of(a.0, b.0), of(a.0, b.1), of(a.1, b.0), of(a.1, b.1)];
    values
        .into_iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
}

/// Whether the probabilities of a chance are sound in every state.
pub(crate) fn always_sound(program: &Program, chance: &crate::program::GroundChance) -> bool {
    let (mut least, mut most, mut rest) = (0.0, 0.0, false);
    for branch in &chance.branches {
        let Some(number) = branch.p else {
            rest = true;
            continue;
        };
        match bounds(program, number) {
            Some((low, high)) if low >= 0.0 && high <= 1.0 => {
                least += low;
                most += high;
            }
            _ => return false,
        }
    }
    most <= 1.0 + SLACK && (rest || least >= 1.0 - SLACK)
}
