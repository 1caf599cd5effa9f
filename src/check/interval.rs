//! Between which bounds an amount lies, whatever happens.

use crate::language::value::chance_over;
use crate::model::{Comparison, Operator};
use crate::program::{NumberId, NumberNode, Program};

use super::reach::Reach;

/// What rounding to six decimals may move at each step.
const ROUNDING: f64 = 1e-6;

/// A lower and an upper bound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    const ANY: Interval = Interval {
        low: f64::NEG_INFINITY,
        high: f64::INFINITY,
    };

    fn exactly(number: f64) -> Self {
        Interval {
            low: number,
            high: number,
        }
    }

    /// The bounds of several numbers; anything if one of them is no number.
    fn hull(numbers: impl IntoIterator<Item = f64>) -> Self {
        let mut hull = Interval {
            low: f64::INFINITY,
            high: f64::NEG_INFINITY,
        };
        for number in numbers {
            if number.is_nan() {
                return Interval::ANY;
            }
            hull.low = hull.low.min(number);
            hull.high = hull.high.max(number);
        }
        if hull.low > hull.high { Interval::ANY } else { hull }
    }

    fn rounded(self) -> Self {
        Interval {
            low: self.low - ROUNDING,
            high: self.high + ROUNDING,
        }
    }

    /// Whether a comparison may be true, and whether it may be false.
    pub fn compare(self, comparison: Comparison, other: Interval) -> (bool, bool) {
        let less = (self.low < other.high, self.high >= other.low);
        let more = (self.high > other.low, self.low <= other.high);
        let meet = self.low <= other.high && other.low <= self.high;
        let differ = !(self.low == self.high && other == self);
        match comparison {
            Comparison::Less => less,
            Comparison::GreaterEqual => (less.1, less.0),
            Comparison::Greater => more,
            Comparison::LessEqual => (more.1, more.0),
            Comparison::Equal => (meet, differ),
            Comparison::NotEqual => (differ, meet),
        }
    }
}

/// The bounds of an amount in what can be reached.
pub(super) fn interval(program: &Program, reach: &Reach, id: NumberId) -> Interval {
    let of = |id: &NumberId| interval(program, reach, *id);
    match &program.numbers[id] {
        NumberNode::Constant(number) => Interval::exactly(number.float()),
        NumberNode::Measure(slot) => {
            let declared = &program.slots[*slot];
            if reach.changes(*slot) {
                Interval {
                    low: declared.bounds.0.to_f64(),
                    high: declared.bounds.1.to_f64(),
                }
            } else {
                Interval::exactly(declared.initially.to_f64())
            }
        }
        NumberNode::Count(nodes) => {
            let count =
                |test: &dyn Fn(_) -> bool| nodes.iter().filter(|node| test(**node)).fold(0.0, |n, _| n + 1.0);
            Interval {
                low: count(&|node| !reach.may_fail(node)),
                high: count(&|node| reach.may_hold(node)),
            }
        }
        NumberNode::Sum(parts) => {
            let mut sum = Interval::exactly(0.0);
            for (node, amount) in parts {
                let amount = of(amount);
                if reach.may_hold(*node) {
                    let open = reach.may_fail(*node);
                    sum.low += if open { amount.low.min(0.0) } else { amount.low };
                    sum.high += if open { amount.high.max(0.0) } else { amount.high };
                }
            }
            sum.rounded()
        }
        NumberNode::Arithmetic(operator, a, b) => {
            let (a, b) = (of(a), of(b));
            match operator {
                Operator::Add => Interval::hull([a.low + b.low, a.high + b.high]),
                Operator::Subtract => Interval::hull([a.low - b.high, a.high - b.low]),
                Operator::Multiply => {
                    Interval::hull([a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high])
                }
                Operator::Divide if b.low <= 0.0 && b.high >= 0.0 => Interval::ANY,
                Operator::Divide => {
                    Interval::hull([a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high])
                }
            }
            .rounded()
        }
        NumberNode::Min(ids) => Interval {
            low: ids.iter().map(|id| of(id).low).fold(f64::INFINITY, f64::min),
            high: ids.iter().map(|id| of(id).high).fold(f64::INFINITY, f64::min),
        },
        NumberNode::Max(ids) => Interval {
            low: ids.iter().map(|id| of(id).low).fold(f64::NEG_INFINITY, f64::max),
            high: ids.iter().map(|id| of(id).high).fold(f64::NEG_INFINITY, f64::max),
        },
        NumberNode::If(condition, a, b) => match (reach.may_hold(*condition), reach.may_fail(*condition)) {
            (true, false) => of(a),
            (false, true) => of(b),
            _ => {
                let (a, b) = (of(a), of(b));
                Interval::hull([a.low, a.high, b.low, b.high])
            }
        },
        NumberNode::Over(rate, unit, duration) => {
            let rate = of(rate);
            Interval::hull([
                chance_over(rate.low, *unit, *duration),
                chance_over(rate.high, *unit, *duration),
            ])
            .rounded()
        }
    }
}
