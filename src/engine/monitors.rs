//! What outcomes and invariants remember of a run.

use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::model::{Comparison, Operator};
use crate::program::{Formula, Keep, MonitorId, NodeId, OutcomeValue, Program, Truths};

/// The memory of all monitors.
#[derive(Clone, Debug)]
pub(crate) struct MonitorState {
    memory: Vec<Memory>,
    /// Which monitors look at conditions.
    conditions: Vec<(MonitorId, NodeId)>,
    /// For each invariant, the first day at whose close it did not hold.
    pub broken: Vec<Option<Day>>,
}

/// The memory of one monitor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory {
    /// How many events, starts of holding, or days.
    pub count: i64,
    /// The first day.
    pub first: Day,
    /// Since when the condition holds; `NEVER` if it does not.
    pub since: Day,
}

impl Default for Memory {
    fn default() -> Self {
        Memory {
            count: 0,
            first: Day::NEVER,
            since: Day::NEVER,
        }
    }
}

impl MonitorState {
    /// Copies another memory of the same program into this one, reusing its room.
    pub fn assign(&mut self, other: &MonitorState) {
        let MonitorState {
            memory,
            // The same for all worlds of a program.
            conditions: _,
            broken,
        } = other;
        self.memory.clone_from(memory);
        self.broken.clone_from(broken);
    }

    pub fn new(program: &Program) -> Self {
        let conditions = program
            .monitors
            .iter()
            .filter_map(|(id, monitor)| Some((id, monitor.node?)))
            .collect();
        MonitorState {
            memory: vec![Memory::default(); program.monitors.len()],
            conditions,
            broken: vec![None; program.invariants.len()],
        }
    }

    pub fn memory(&self, id: MonitorId) -> Memory {
        self.memory.get(id.index()).copied().unwrap_or_default()
    }

    pub fn put_memory(&mut self, id: MonitorId, memory: Memory) {
        if let Some(place) = self.memory.get_mut(id.index()) {
            *place = memory;
        }
    }

    /// A watched event happened.
    #[inline]
    pub fn happened(&mut self, _: &Program, monitor: MonitorId, day: Day) {
        if let Some(memory) = self.memory.get_mut(monitor.index()) {
            memory.count += 1;
            memory.first = memory.first.min(day);
        }
    }

    /// A day closes.
    pub fn close(&mut self, program: &Program, truths: &Truths, day: Day) {
        for (id, node) in &self.conditions {
            let Some(memory) = self.memory.get_mut(id.index()) else {
                continue;
            };
            let held = memory.since != Day::NEVER;
            match (held, truths.holds(*node)) {
                (false, true) => {
                    memory.since = day;
                    memory.first = memory.first.min(day);
                    if program.monitors[*id].keep != Keep::Held {
                        memory.count += 1;
                    }
                }
                (true, false) => {
                    if program.monitors[*id].keep == Keep::Held {
                        memory.count += i64::from(day.days_since(memory.since).unwrap_or(0));
                    }
                    memory.since = Day::NEVER;
                }
                _ => {}
            }
        }
        for (broken, node) in self.broken.iter_mut().zip(&program.invariants) {
            if broken.is_none() && !truths.holds(*node) {
                *broken = Some(day);
            }
        }
    }

    /// What a monitor says at the end of the period.
    fn value(&self, program: &Program, id: MonitorId) -> OutcomeValue {
        let Some(memory) = self.memory.get(id.index()) else {
            return OutcomeValue::Truth(false);
        };
        let number = |count: i64| OutcomeValue::Number(Fixed::from_integer(count).unwrap_or(Fixed::MAX));
        match program.monitors[id].keep {
            Keep::Ever => OutcomeValue::Truth(memory.first != Day::NEVER),
            Keep::First => OutcomeValue::Date(memory.first),
            Keep::AtEnd => OutcomeValue::Truth(memory.since != Day::NEVER),
            Keep::Times => number(memory.count),
            Keep::Held => {
                let open = match memory.since {
                    Day::NEVER => 0,
                    since => program.period.1.days_since(since).unwrap_or(0) + 1,
                };
                number(memory.count + i64::from(open))
            }
        }
    }

    /// The value of a formula at the end of the period; `None` where it hangs on a number that leaves its range or
    /// divides by zero.
    pub fn evaluate(&self, program: &Program, formula: &Formula) -> Option<OutcomeValue> {
        use OutcomeValue::{Number, Truth};
        let of = |formula: &Formula| self.evaluate(program, formula);
        let truth = |formula: &Formula| self.truth(program, formula);
        let extreme = |parts: &[Formula], greatest: bool| {
            let values: Option<Vec<OutcomeValue>> = parts.iter().map(of).collect();
            let values = values?.into_iter();
            if greatest { values.max() } else { values.min() }
        };
        Some(match formula {
            Formula::Value(value) => *value,
            Formula::Monitor(id) => self.value(program, *id),
            Formula::Not(inner) => Truth(!truth(inner)?),
            Formula::And(parts) => Truth(!self.any(program, parts, false)?),
            Formula::Or(parts) => Truth(self.any(program, parts, true)?),
            Formula::Compare(comparison, a, b) => {
                let (left, right) = (of(a)?, of(b)?);
                let came = self.came(program, a, left)? && self.came(program, b, right)?;
                Truth(came && compare(*comparison, left, right))
            }
            Formula::Arithmetic(operator, a, b) => match (of(a)?, of(b)?) {
                (Number(a), Number(b)) => Number(match operator {
                    Operator::Add => a.checked_add(b)?,
                    Operator::Subtract => a.checked_sub(b)?,
                    Operator::Multiply => a.checked_mul(b)?,
                    Operator::Divide => a.checked_div(b)?,
                }),
                _ => return None,
            },
            Formula::Count(parts) => {
                let mut count = 0;
                for part in parts {
                    count += i64::from(truth(part)?);
                }
                Number(Fixed::from_integer(count)?)
            }
            Formula::Sum(parts) => {
                let mut total = Fixed::ZERO;
                for (condition, amount) in parts {
                    if truth(condition)? {
                        match of(amount)? {
                            Number(amount) => total = total.checked_add(amount)?,
                            _ => return None,
                        }
                    }
                }
                Number(total)
            }
            Formula::Min(parts) => extreme(parts, false)?,
            Formula::Max(parts) => extreme(parts, true)?,
            Formula::If(condition, a, b) => of(if truth(condition)? { a } else { b })?,
        })
    }

    /// Whether a value is more than the day of something that never came. A `never` that an author wrote is a value
    /// like others, later than every date; among several of which the latest is asked for, one that
    /// never came is later still.
    fn came(&self, program: &Program, formula: &Formula, value: OutcomeValue) -> Option<bool> {
        if value != OutcomeValue::Date(Day::NEVER) {
            return Some(true);
        }
        let part = |part: &Formula| {
            let value = self.evaluate(program, part)?;
            self.came(program, part, value)
        };
        Some(match formula {
            Formula::Monitor(_) => false,
            Formula::If(condition, a, b) => part(if self.truth(program, condition)? { a } else { b })?,
            // Where even the earliest never came, each has the value `never`.
            Formula::Min(parts) => {
                let came: Option<Vec<bool>> = parts.iter().map(part).collect();
                came?.contains(&true)
            }
            Formula::Max(parts) => {
                let came: Option<Vec<bool>> = parts.iter().map(part).collect();
                !came?.contains(&false)
            }
            _ => true,
        })
    }

    fn truth(&self, program: &Program, formula: &Formula) -> Option<bool> {
        match self.evaluate(program, formula)? {
            OutcomeValue::Truth(truth) => Some(truth),
            _ => None,
        }
    }

    /// Whether any of these has that truth. One that cannot be computed matters only where no other decides, so that
    /// their order does not.
    fn any(&self, program: &Program, parts: &[Formula], wanted: bool) -> Option<bool> {
        let mut unknown = false;
        for part in parts {
            match self.truth(program, part) {
                Some(truth) if truth == wanted => return Some(true),
                Some(_) => {}
                None => unknown = true,
            }
        }
        (!unknown).then_some(false)
    }
}

/// A comparison of outcome values, both of which came.
fn compare(comparison: Comparison, a: OutcomeValue, b: OutcomeValue) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
    }
}
