//! Comparing values and reckoning with them.

use std::cmp::Ordering;

use crate::language::value::{Day, Duration, Fixed, Number};
use crate::model::{Comparison, Operator, Value};

/// The order of two values of one type; `None` for durations of two families and for what has no order.
pub(crate) fn order(a: &Value, b: &Value) -> Option<Ordering> {
    match (a, b) {
        (Value::Number(a), Value::Number(b)) => match (a.fixed(), b.fixed()) {
            (Some(a), Some(b)) => Some(a.cmp(&b)),
            _ => a.float().partial_cmp(&b.float()),
        },
        (Value::Date(a), Value::Date(b)) => Some(a.cmp(b)),
        (Value::Duration(a), Value::Duration(b)) => a.compare(*b),
        _ => None,
    }
}

/// A comparison; `None` where the values have no order that it asks for.
pub(crate) fn compare(op: Comparison, a: &Value, b: &Value) -> Option<bool> {
    let equal = match (a, b) {
        (Value::Number(_) | Value::Date(_) | Value::Duration(_), _) => order(a, b).map(Ordering::is_eq),
        _ => Some(a == b),
    };
    match op {
        Comparison::Equal => equal,
        Comparison::NotEqual => equal.map(|equal| !equal),
        Comparison::Less => order(a, b).map(Ordering::is_lt),
        Comparison::LessEqual => order(a, b).map(Ordering::is_le),
        Comparison::Greater => order(a, b).map(Ordering::is_gt),
        Comparison::GreaterEqual => order(a, b).map(Ordering::is_ge),
    }
}

/// A number of things.
pub(crate) fn count(how_many: usize) -> Option<Value> {
    let whole = i64::try_from(how_many).ok()?;
    Fixed::from_integer(whole).map(|fixed| Value::Number(Number::from_fixed(fixed)))
}

/// `a op b`, or why it cannot be computed.
pub(crate) fn arithmetic(op: Operator, a: &Value, b: &Value) -> Result<Value, &'static str> {
    const TOO_LARGE: &str = "the result is too large";
    const FAMILIES: &str = "days and months do not add up: a month has no fixed number of days";
    const UNEVEN: &str = "the result is no whole number of days or months";
    match (op, a, b) {
        (op, Value::Number(a), Value::Number(b)) => number(op, *a, *b).map(Value::Number),
        (Operator::Add, Value::Duration(a), Value::Duration(b)) => {
            a.checked_add(*b).map(Value::Duration).ok_or(FAMILIES)
        }
        (Operator::Subtract, Value::Duration(a), Value::Duration(b)) => {
            a.checked_sub(*b).map(Value::Duration).ok_or(FAMILIES)
        }
        (Operator::Add, Value::Date(day), Value::Duration(time)) => Ok(Value::Date(*day + *time)),
        (Operator::Subtract, Value::Date(day), Value::Duration(time)) => match time.times(-1) {
            Some(back) => Ok(Value::Date(*day + back)),
            None => Err("`never` cannot be taken away from a date"),
        },
        (Operator::Subtract, Value::Date(a), Value::Date(b)) => {
            between(*a, *b).ok_or("there is no end of `never`")
        }
        (Operator::Multiply, Value::Duration(time), Value::Number(n))
        | (Operator::Multiply, Value::Number(n), Value::Duration(time)) => n
            .fixed()
            .and_then(|factor| time.scale(factor))
            .map(Value::Duration)
            .ok_or(UNEVEN),
        (Operator::Divide, Value::Duration(time), Value::Number(n)) => n
            .fixed()
            .and_then(|parts| part(*time, parts))
            .map(Value::Duration)
            .ok_or(UNEVEN),
        _ => Err(TOO_LARGE),
    }
}

/// Both senses of a number are reckoned side by side: doubles as doubles, fixed-point as fixed-point.
fn number(op: Operator, a: Number, b: Number) -> Result<Number, &'static str> {
    if op == Operator::Divide && b.float() == 0.0 {
        return Err("a division by zero");
    }
    let (x, y) = (a.float(), b.float());
    let exact = |reckon: fn(Fixed, Fixed) -> Option<Fixed>| reckon(a.fixed()?, b.fixed()?);
    let (float, fixed) = match op {
        Operator::Add => (x + y, exact(Fixed::checked_add)),
        Operator::Subtract => (x - y, exact(Fixed::checked_sub)),
        Operator::Multiply => (x * y, exact(Fixed::checked_mul)),
        Operator::Divide => (x / y, exact(Fixed::checked_div)),
    };
    Number::computed(float, fixed).ok_or("the result is too large")
}

/// The days from `b` to `a`.
fn between(a: Day, b: Day) -> Option<Value> {
    match (a == Day::NEVER, b == Day::NEVER) {
        (true, false) => Some(Value::Duration(Duration::Never)),
        _ => a.days_since(b).map(|days| Value::Duration(Duration::Days(days))),
    }
}

/// A whole part of a duration.
fn part(time: Duration, parts: Fixed) -> Option<Duration> {
    let whole = |count: i32| {
        let (micros, parts) = (i64::from(count).checked_mul(1_000_000)?, parts.micros());
        let rest = micros.checked_rem(parts)?;
        (rest == 0).then(|| i32::try_from(micros / parts).ok()).flatten()
    };
    match time {
        Duration::Days(days) => whole(days).map(Duration::Days),
        Duration::Months(months) => whole(months).map(Duration::Months),
        Duration::Never => (parts > Fixed::ZERO).then_some(Duration::Never),
    }
}
