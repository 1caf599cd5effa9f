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

#[cfg(test)]
#[allow(
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]
mod tests {
    use super::{always_sound, bounds};
    use crate::ids::Id as _;
    use crate::program::{ChanceId, Compiled};
    use crate::{Scenario, program::GroundChance};

    /// A coin that falls on `yes` with this probability, and on `no` with that one.
    fn coin(yes: &str, no: &str) -> Compiled {
        let text = format!(
            r#"demarche: 1
title: A coin
period: {{ from: 2024-01-01, to: 2024-12-31 }}
kinds: {{ lamp: {{ about: "A lamp." }} }}
facts: {{ lit: {{ args: {{ of: lamp }}, says: "{{of}} is lit" }} }}
measures:
  heat: {{ args: {{}}, from: 0, to: 1, says: heat }}
  load: {{ args: {{}}, from: 0, to: 10, says: load }}
  debt: {{ args: {{}}, from: -4, to: 2, says: debt }}
  much: {{ args: {{}}, from: 0, to: 1000000000, says: much }}
events: {{ knock: {{ is: physical, says: a knock }} }}
entities: {{ a: {{ kind: lamp }}, b: {{ kind: lamp }}, c: {{ kind: lamp }} }}
timeline: {{ start: {{ on: 2024-03-01, happen: knock }} }}
rules:
  draws:
    on: knock
    then:
      - chance: coin
        branches:
          yes: {{ p: "{yes}", then: [ {{ start: lit(a) }}, {{ start: lit(b) }}, {{ start: lit(c) }} ] }}
          no: {{ p: "{no}" }}
"#
        );
        let scenario = Scenario::from_text("coin.yaml", text).unwrap_or_else(|error| panic!("{error}"));
        scenario.compile().unwrap_or_else(|error| panic!("{error}"))
    }

    fn chance(compiled: &Compiled) -> &GroundChance {
        &compiled.program().chances[ChanceId::from_index(0)]
    }

    fn within(yes: &str) -> Option<(f64, f64)> {
        let compiled = coin(yes, "rest");
        let number = chance(&compiled).branches.iter().find_map(|branch| branch.p);
        bounds(compiled.program(), number.expect("a number"))
    }

    #[test]
    fn an_expression_stays_within_what_its_measures_allow() {
        assert_eq!(within("0.25"), Some((0.25, 0.25)));
        assert_eq!(within("heat"), Some((0.0, 1.0)));
        assert_eq!(within("heat + debt"), Some((-4.0, 3.0)));
        assert_eq!(within("heat - debt"), Some((-2.0, 5.0)));
        assert_eq!(within("load * debt"), Some((-40.0, 20.0)));
        assert_eq!(within("debt * debt"), Some((-8.0, 16.0)));
        assert_eq!(within("min(heat, debt)"), Some((-4.0, 1.0)));
        assert_eq!(within("max(heat, debt)"), Some((0.0, 2.0)));
        assert_eq!(within("if heat > 0.5 then load else debt"), Some((-4.0, 10.0)));
        assert_eq!(within("count(x in lamp where lit(x))"), Some((0.0, 3.0)));
        assert_eq!(
            within("sum(x in lamp where lit(x) give debt)"),
            Some((-12.0, 6.0))
        );
    }

    #[test]
    fn what_may_divide_by_zero_or_overflow_has_no_bounds() {
        assert_eq!(within("heat / (load + 2)"), Some((0.0, 0.5)));
        assert_eq!(within("heat / (debt - 3)"), Some((-1.0, 0.0)));
        assert_eq!(within("heat / load"), None);
        assert_eq!(within("heat / debt"), None);
        assert_eq!(within("heat / (0 - load)"), None);
        assert_eq!(within("much * load"), Some((0.0, 1e10)));
        assert_eq!(within("much * much"), None);
        assert_eq!(within("debt * much * much"), None);
    }

    #[test]
    fn a_chance_is_sound_if_its_numbers_are_a_distribution_in_every_state() {
        let sound = |yes: &str, no: &str| {
            let compiled = coin(yes, no);
            always_sound(compiled.program(), chance(&compiled))
        };
        assert!(sound("heat", "rest"));
        assert!(sound("load / 10", "rest"));
        assert!(sound("0.3", "0.7"));
        // True in every state, but the bounds do not see that.
        assert!(!sound("heat", "1 - heat"));
        assert!(!sound("load", "rest"));
        assert!(!sound("heat + 0.5", "rest"));
        assert!(!sound("debt / 10", "rest"));
        assert!(!sound("heat / 4", "0.5"));
        assert!(!sound("heat / 4 + 0.75", "heat / 4"));
    }
}
