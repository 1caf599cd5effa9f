//! Values of terms that are known at load.

use std::cell::Cell;

use super::compute;
use crate::diagnostic::Diagnostic;
use crate::language::value::{Number, chance_over};
use crate::model::{
    Assumption, AssumptionEntry, AttributeId, AttributeValue, EntityId, Model, Quantifier, QuantifierKind,
    Term, TermKind, Type, Value, VariableId,
};

/// Deeper than any chain of conditions that an author would write; a circle of them ends here.
const DEEPEST: usize = 64;
/// More parts than one value would ever have; quantifiers inside each other, and conditions that double at each step,
/// end here.
const MOST: usize = 1_000_000;

/// What the evaluation asks its caller for.
pub(crate) trait Known {
    /// The value of a variable; `None` if it is not bound yet.
    fn variable(&mut self, id: VariableId) -> Option<Value>;
    /// The value of an attribute; `None` if it reads the state or is broken. Attribute decoding evaluates on demand here.
    fn attribute(&mut self, entity: EntityId, attribute: AttributeId) -> Option<Result<Value, Diagnostic>>;
    /// Counts one more part; false if that was one too many.
    fn spend(&mut self) -> bool {
        true
    }
}

/// The value of a term; `None` if it reads the state (or a variable that is not bound).
///
/// What is false or true whatever the state is known: `false and at_war(a, b)` is false.
pub(crate) fn evaluate(
    term: &Term,
    model: &Model,
    binding: &dyn Fn(VariableId) -> Option<Value>,
) -> Option<Result<Value, Diagnostic>> {
    evaluate_with(
        term,
        model,
        &mut Finished {
            model,
            binding,
            depth: 0,
            spent: &Cell::new(0),
        },
    )
}

/// As [`evaluate`], with attributes asked from the caller.
pub(crate) fn evaluate_with(
    term: &Term,
    model: &Model,
    known: &mut dyn Known,
) -> Option<Result<Value, Diagnostic>> {
    match (Evaluation {
        model,
        known,
        locals: Vec::new(),
    })
    .value(term)
    {
        Ok(value) => Some(Ok(value)),
        Err(Stop::Fault(diagnostic)) => Some(Err(*diagnostic)),
        Err(Stop::Unknown) => None,
    }
}

impl Assumption {
    /// The most specific entry for these indexes.
    pub(crate) fn entry(&self, index: &[Value]) -> Option<&AssumptionEntry> {
        let fits = |entry: &&AssumptionEntry| {
            entry.index.len() == index.len()
                && entry
                    .index
                    .iter()
                    .zip(index)
                    .all(|(at, value)| at.as_ref().is_none_or(|at| at == value))
        };
        self.entries.iter().find(fits)
    }
}

/// A model whose attributes are all in place.
struct Finished<'a> {
    model: &'a Model,
    binding: &'a dyn Fn(VariableId) -> Option<Value>,
    depth: usize,
    /// Parts looked at so far.
    spent: &'a Cell<usize>,
}

impl Known for Finished<'_> {
    fn variable(&mut self, id: VariableId) -> Option<Value> {
        (self.binding)(id)
    }

    fn spend(&mut self) -> bool {
        self.spent.set(self.spent.get() + 1);
        self.spent.get() <= MOST
    }

    fn attribute(&mut self, entity: EntityId, attribute: AttributeId) -> Option<Result<Value, Diagnostic>> {
        match self.model.entities.find(entity)?.values.get(&attribute)? {
            AttributeValue::Value(value) => Some(Ok(value.clone())),
            AttributeValue::Condition(_) if self.depth >= DEEPEST => None,
            AttributeValue::Condition(term) => {
                // A condition belongs to its entity and reads no variable of the element that asks.
                let unbound = |_: VariableId| None;
                let mut inner = Finished {
                    model: self.model,
                    binding: &unbound,
                    depth: self.depth + 1,
                    spent: self.spent,
                };
                evaluate_with(term, self.model, &mut inner)
            }
        }
    }
}

/// Why there is no value.
enum Stop {
    /// It depends on the state or on an unbound variable.
    Unknown,
    /// It cannot be computed.
    Fault(Box<Diagnostic>),
}

/// One evaluation with the variables of the quantifiers around the present term.
struct Evaluation<'a, 'k> {
    model: &'a Model,
    known: &'k mut dyn Known,
    locals: Vec<(VariableId, Value)>,
}

impl Evaluation<'_, '_> {
    fn value(&mut self, term: &Term) -> Result<Value, Stop> {
        if !self.known.spend() {
            return Err(Stop::Unknown);
        }
        let fault = |reason: String| fault(term, reason);
        match &term.kind {
            TermKind::Value(value) => Ok(value.clone()),
            TermKind::Variable(id) => {
                let local = self
                    .locals
                    .iter()
                    .rev()
                    .find(|(local, _)| local == id)
                    .map(|(_, value)| value.clone());
                local.or_else(|| self.known.variable(*id)).ok_or(Stop::Unknown)
            }
            TermKind::Attribute(base, attribute) => match self.value(base)? {
                Value::Entity(entity) => match self.known.attribute(entity, *attribute) {
                    Some(Ok(value)) => Ok(value),
                    Some(Err(diagnostic)) => Err(Stop::Fault(Box::new(diagnostic))),
                    None => Err(Stop::Unknown),
                },
                _ => Err(Stop::Unknown),
            },
            TermKind::Members(kind) => Ok(Value::Set(self.model.members_of(*kind))),
            TermKind::Assumption(id, args) => {
                let index = args
                    .iter()
                    .map(|arg| self.value(arg))
                    .collect::<Result<Vec<_>, _>>()?;
                let assumption = self.model.assumptions.find(*id).ok_or(Stop::Unknown)?;
                match assumption.entry(&index) {
                    Some(entry) => Ok(entry.value.clone()),
                    None => {
                        let index: Vec<_> = index.iter().map(|value| self.model.value_text(value)).collect();
                        let call = format!("{}({})", assumption.name, index.join(", "));
                        Err(fault(format!(
                            "the assumption `{call}` has no value, nor has `{}(_)`",
                            assumption.name
                        )))
                    }
                }
            }
            TermKind::Not(inner) => Ok(Value::Boolean(!self.truth(inner)?)),
            TermKind::And(parts) => self.all_of(parts.iter(), false),
            TermKind::Or(parts) => self.all_of(parts.iter(), true),
            TermKind::Compare(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                let families = || {
                    fault(
                        "days and months neither mix nor compare: a month has no fixed number of days"
                            .to_owned(),
                    )
                };
                compute::compare(*op, &a, &b)
                    .map(Value::Boolean)
                    .ok_or_else(families)
            }
            TermKind::In(a, s) => match (self.value(a)?, self.value(s)?) {
                (Value::Entity(entity), Value::Set(set)) => {
                    Ok(Value::Boolean(set.binary_search(&entity).is_ok()))
                }
                _ => Err(Stop::Unknown),
            },
            TermKind::Arithmetic(op, a, b) => {
                let (a, b) = (self.value(a)?, self.value(b)?);
                compute::arithmetic(*op, &a, &b).map_err(|reason| fault(reason.to_owned()))
            }
            TermKind::Negate(inner) => match self.value(inner)? {
                Value::Number(number) => Ok(Value::Number(number.negate())),
                _ => Err(Stop::Unknown),
            },
            TermKind::Min(terms) => self.extreme(term, terms, std::cmp::Ordering::Less),
            TermKind::Max(terms) => self.extreme(term, terms, std::cmp::Ordering::Greater),
            TermKind::Size(set) => match self.value(set)? {
                Value::Set(set) => compute::count(set.len()).ok_or(Stop::Unknown),
                _ => Err(Stop::Unknown),
            },
            TermKind::Over(rate, time) => match (self.value(rate)?, self.value(time)?, rate.ty) {
                (Value::Number(number), Value::Duration(time), Type::Rate(unit)) => {
                    let chance = Number::from_f64(chance_over(number.float(), unit, time));
                    chance.map(Value::Number).ok_or_else(|| {
                        fault(format!(
                            "a rate of {number} gives no probability: a rate lies between 0 and 1"
                        ))
                    })
                }
                _ => Err(Stop::Unknown),
            },
            TermKind::If(condition, a, b) => {
                if self.truth(condition)? {
                    self.value(a)
                } else {
                    self.value(b)
                }
            }
            TermKind::Quantifier(quantifier) => self.quantifier(term, quantifier),
            TermKind::Fact(..)
            | TermKind::Measure(..)
            | TermKind::Quantity(..)
            | TermKind::Norm(..)
            | TermKind::Temporal(_)
            | TermKind::Outcome(_)
            | TermKind::Probability(..) => Err(Stop::Unknown),
        }
    }

    fn truth(&mut self, term: &Term) -> Result<bool, Stop> {
        match self.value(term)? {
            Value::Boolean(truth) => Ok(truth),
            _ => Err(Stop::Unknown),
        }
    }

    /// All of the parts, or (`deciding` is true) any of them; one deciding part is enough even where others are unknown.
    fn all_of<'t>(&mut self, parts: impl Iterator<Item = &'t Term>, deciding: bool) -> Result<Value, Stop> {
        let mut unknown = false;
        for part in parts {
            match self.truth(part) {
                Ok(truth) if truth == deciding => return Ok(Value::Boolean(deciding)),
                Ok(_) => {}
                Err(Stop::Unknown) => unknown = true,
                Err(fault) => return Err(fault),
            }
        }
        if unknown {
            Err(Stop::Unknown)
        } else {
            Ok(Value::Boolean(!deciding))
        }
    }

    fn extreme(&mut self, term: &Term, terms: &[Term], wanted: std::cmp::Ordering) -> Result<Value, Stop> {
        let mut best: Option<Value> = None;
        for part in terms {
            let value = self.value(part)?;
            best = match best {
                None => Some(value),
                Some(best) => match compute::order(&value, &best) {
                    Some(order) if order == wanted => Some(value),
                    Some(_) => Some(best),
                    None => {
                        let reason =
                            "days and months neither mix nor compare: a month has no fixed number of days";
                        return Err(fault(term, reason.to_owned()));
                    }
                },
            };
        }
        best.ok_or(Stop::Unknown)
    }

    fn quantifier(&mut self, term: &Term, quantifier: &Quantifier) -> Result<Value, Stop> {
        let model = self.model;
        let members = match model.narrowed(quantifier, &mut |term| self.value(term).ok()) {
            Some(members) => members,
            None => match self.value(&quantifier.set)? {
                Value::Set(members) => members,
                _ => return Err(Stop::Unknown),
            },
        };
        let (mut count, mut unknown) = (0, false);
        let mut sum = Value::Number(Number::from_fixed(crate::language::value::Fixed::ZERO));
        for member in members {
            self.locals.push((quantifier.variable, Value::Entity(member)));
            let step = self.step(quantifier);
            self.locals.pop();
            match (quantifier.kind, step) {
                (_, Err(Stop::Fault(diagnostic))) => return Err(Stop::Fault(diagnostic)),
                // One unknown member leaves a number unknown, while another member may still decide a truth.
                (QuantifierKind::Count | QuantifierKind::Sum, Err(Stop::Unknown)) => {
                    return Err(Stop::Unknown);
                }
                (_, Err(Stop::Unknown)) => unknown = true,
                (_, Ok(None)) => {}
                (QuantifierKind::Any, Ok(Some(_))) => return Ok(Value::Boolean(true)),
                (QuantifierKind::All, Ok(Some(Value::Boolean(false)))) => return Ok(Value::Boolean(false)),
                (QuantifierKind::All | QuantifierKind::Count, Ok(Some(_))) => count += 1,
                (QuantifierKind::Sum, Ok(Some(value))) => {
                    sum = compute::arithmetic(crate::model::Operator::Add, &sum, &value)
                        .map_err(|reason| fault(term, reason.to_owned()))?;
                }
            }
        }
        match quantifier.kind {
            _ if unknown => Err(Stop::Unknown),
            QuantifierKind::Any => Ok(Value::Boolean(false)),
            QuantifierKind::All => Ok(Value::Boolean(true)),
            QuantifierKind::Count => compute::count(count).ok_or(Stop::Unknown),
            QuantifierKind::Sum => Ok(sum),
        }
    }

    /// What one member contributes; `None` if the condition excludes it.
    fn step(&mut self, quantifier: &Quantifier) -> Result<Option<Value>, Stop> {
        let counts = quantifier
            .condition
            .as_ref()
            .map(|condition| self.truth(condition));
        let body = |this: &mut Self| {
            quantifier
                .body
                .as_ref()
                .map_or(Ok(Value::Boolean(true)), |body| this.value(body))
        };
        match (counts, quantifier.kind) {
            (Some(Ok(false)), _) => Ok(None),
            (None | Some(Ok(true)), _) => body(self).map(Some),
            // `all` is satisfied by a member whose body holds, whether or not its condition does.
            (Some(Err(Stop::Unknown)), QuantifierKind::All) => match body(self)? {
                Value::Boolean(true) => Ok(None),
                _ => Err(Stop::Unknown),
            },
            (Some(Err(stop)), _) => Err(stop),
        }
    }
}

fn fault(term: &Term, reason: String) -> Stop {
    Stop::Fault(Box::new(Diagnostic::error("E0516", term.span, reason)))
}
