//! Reading conditions and amounts by walking their terms (DESIGN 5).

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::{One, Zero};

use super::world::Fault;
use crate::language::value::{Duration, Fixed, RateUnit};
use crate::model::{
    Argument, AttributeValue, Comparison, EntityId, EventId, EventPattern, FactId, MeasureId, Model,
    NormWord, Operator, Quantifier, QuantifierKind, Term, TermKind, Type, Value, VariableId,
};

/// The values of variables.
pub(crate) type Env = BTreeMap<VariableId, Value>;

/// An argument of a fact, measure, event, chance or choice, spelled as scenarios spell it.
pub(crate) type Word = String;

/// A fact, measure or event with its arguments.
pub(crate) type Atom<I> = (I, Vec<Word>);

/// A number in millionths (DESIGN 5: six decimals).
pub(crate) type Millionths = i128;

const ONE: Millionths = 1_000_000;

/// All that a condition can read (DESIGN 5: state only).
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Snapshot {
    /// Facts, stored and derived.
    pub facts: BTreeSet<Atom<FactId>>,
    /// Measures.
    pub measures: BTreeMap<Atom<MeasureId>, Millionths>,
    /// Of each active duty, whose it is and under what.
    pub owed: BTreeSet<(EntityId, Option<EntityId>)>,
    /// The same of each duty that was ever fulfilled.
    pub met: BTreeSet<(EntityId, Option<EntityId>)>,
    /// The same of each norm that was ever breached.
    pub broken: BTreeSet<(EntityId, Option<EntityId>)>,
}

/// Reads terms on a snapshot.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'r, 'm> {
    pub model: &'m Model,
    pub snapshot: &'r Snapshot,
}

impl<'m> Reader<'_, 'm> {
    /// All of these. Each is read, whatever the others say.
    pub fn all(&self, terms: &[Term], env: &Env) -> Result<bool, Fault> {
        let mut all = true;
        for term in terms {
            all &= self.truth(term, env)?;
        }
        Ok(all)
    }

    /// Whether a condition holds.
    pub fn truth(&self, term: &Term, env: &Env) -> Result<bool, Fault> {
        Ok(match &term.kind {
            TermKind::Fact(fact, args) => self.fact(*fact, args, env)?,
            TermKind::Norm(word, who, under) => {
                let entity =
                    |argument: &Argument| argument.as_ref().map(|term| self.entity(term, env)).transpose();
                let (who, under) = (entity(who)?, entity(under)?);
                let set = match word {
                    NormWord::Owed => &self.snapshot.owed,
                    NormWord::Met => &self.snapshot.met,
                    NormWord::Broken => &self.snapshot.broken,
                };
                set.iter().any(|(of, below)| {
                    who.is_none_or(|who| who == *of) && (under.is_none() || under == *below)
                })
            }
            TermKind::Not(inner) => !self.truth(inner, env)?,
            TermKind::And(parts) => self.all(parts, env)?,
            TermKind::Or(parts) => {
                let mut any = false;
                for part in parts {
                    any |= self.truth(part, env)?;
                }
                any
            }
            TermKind::Compare(comparison, a, b) => self.compare(*comparison, a, b, env)?,
            TermKind::In(element, set) => self.set(set, env)?.contains(&self.entity(element, env)?),
            TermKind::If(condition, a, b) => {
                let (condition, a, b) = (
                    self.truth(condition, env)?,
                    self.truth(a, env)?,
                    self.truth(b, env)?,
                );
                if condition { a } else { b }
            }
            TermKind::Quantifier(quantifier) => self.quantified(quantifier, env)?,
            TermKind::Attribute(..) | TermKind::Value(_) | TermKind::Assumption(..) => {
                if let TermKind::Attribute(of, attribute) = &term.kind
                    && let Some(AttributeValue::Condition(condition)) =
                        self.model.entities[self.entity(of, env)?].values.get(attribute)
                {
                    return self.truth(condition, &Env::new());
                }
                match self.value(term, env)? {
                    Value::Boolean(truth) => truth,
                    _ => return Err(Fault::Unread),
                }
            }
            _ => return Err(Fault::Unread),
        })
    }

    /// Whether such a fact holds. An open place matches anything (DESIGN 5), a symmetric fact either way round.
    fn fact(&self, fact: FactId, args: &[Argument], env: &Env) -> Result<bool, Fault> {
        let wanted = self.pattern(args, env)?;
        let facts = self.snapshot.facts.iter();
        Ok(facts
            .filter(|(other, _)| *other == fact)
            .any(|(_, args)| fits(self.model, fact, &wanted, args)))
    }

    fn quantified(&self, quantifier: &Quantifier, env: &Env) -> Result<bool, Fault> {
        let mut truths = Vec::new();
        for (counts, inner) in self.members(quantifier, env)? {
            let body = quantifier
                .body
                .as_ref()
                .map(|body| self.truth(body, &inner))
                .transpose()?;
            truths.push((counts, body));
        }
        match quantifier.kind {
            QuantifierKind::Any => Ok(truths.iter().any(|(counts, _)| *counts)),
            QuantifierKind::All => Ok(truths.iter().all(|(counts, body)| !counts || *body == Some(true))),
            QuantifierKind::Count | QuantifierKind::Sum => Err(Fault::Unread),
        }
    }

    /// Each member of a quantifier's set: whether it counts, and the variables with it bound.
    fn members(&self, quantifier: &Quantifier, env: &Env) -> Result<Vec<(bool, Env)>, Fault> {
        let mut members = Vec::new();
        for member in self.set(&quantifier.set, env)? {
            let mut inner = env.clone();
            inner.insert(quantifier.variable, Value::Entity(member));
            let counts = match &quantifier.condition {
                Some(condition) => self.truth(condition, &inner)?,
                None => true,
            };
            members.push((counts, inner));
        }
        Ok(members)
    }

    fn compare(&self, comparison: Comparison, a: &Term, b: &Term, env: &Env) -> Result<bool, Fault> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        let order = match a.ty {
            Type::Boolean => self.truth(a, env)?.cmp(&self.truth(b, env)?),
            Type::Number | Type::Rate(_) => self.amount(a, env)?.cmp(&self.amount(b, env)?),
            _ => match (self.value(a, env)?, self.value(b, env)?) {
                (Value::Date(a), Value::Date(b)) => a.cmp(&b),
                (Value::Duration(a), Value::Duration(b)) => a.compare(b).ok_or(Fault::Unread)?,
                // Words and entities are equal or not.
                (a, b) => {
                    if a == b {
                        Equal
                    } else {
                        Less
                    }
                }
            },
        };
        Ok(match comparison {
            Comparison::Equal => order == Equal,
            Comparison::NotEqual => order != Equal,
            Comparison::Less => order == Less,
            Comparison::LessEqual => order != Greater,
            Comparison::Greater => order == Greater,
            Comparison::GreaterEqual => order != Less,
        })
    }

    /// A number as guards and effects read it: six decimals, half to even after each step (DESIGN 5).
    pub fn amount(&self, term: &Term, env: &Env) -> Result<Millionths, Fault> {
        let found = match &term.kind {
            TermKind::Value(_) | TermKind::Attribute(..) | TermKind::Assumption(..) => {
                match self.value(term, env)? {
                    Value::Number(number) => match number.fixed() {
                        Some(fixed) => i128::from(fixed.micros()),
                        None => millionths(&rational(number.float())?),
                    },
                    _ => return Err(Fault::Unread),
                }
            }
            TermKind::Measure(measure, args) => {
                let key = (*measure, self.words(args, env)?);
                let default = || i128::from(self.model.measures[*measure].default.micros());
                self.snapshot.measures.get(&key).copied().unwrap_or_else(default)
            }
            TermKind::Quantity(quantity, args) => {
                let declared = &self.model.quantities[*quantity];
                self.amount(&declared.is, &self.bound(args, env)?)?
            }
            TermKind::Arithmetic(operator, a, b) => {
                let (a, b) = (self.amount(a, env)?, self.amount(b, env)?);
                match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => half_even(a * b, ONE),
                    Operator::Divide if b == 0 => return Err(Fault::Number),
                    Operator::Divide => half_even(a * ONE, b),
                }
            }
            TermKind::Negate(inner) => -self.amount(inner, env)?,
            TermKind::Min(parts) => self
                .each(parts, env, Self::amount)?
                .into_iter()
                .min()
                .ok_or(Fault::Unread)?,
            TermKind::Max(parts) => self
                .each(parts, env, Self::amount)?
                .into_iter()
                .max()
                .ok_or(Fault::Unread)?,
            TermKind::Size(set) => whole(self.set(set, env)?.len()),
            TermKind::If(condition, a, b) => {
                let taken = if self.truth(condition, env)? { a } else { b };
                self.amount(taken, env)?
            }
            TermKind::Quantifier(quantifier) => {
                let mut total = 0;
                for (_, inner) in self
                    .members(quantifier, env)?
                    .iter()
                    .filter(|(counts, _)| *counts)
                {
                    total += match &quantifier.body {
                        Some(body) => self.amount(body, inner)?,
                        None => ONE,
                    };
                }
                total
            }
            TermKind::Over(..) => millionths(&self.share(term, env)?),
            _ => return Err(Fault::Unread),
        };
        let range = i128::from(Fixed::MIN.micros())..=i128::from(Fixed::MAX.micros());
        if range.contains(&found) {
            Ok(found)
        } else {
            Err(Fault::Number)
        }
    }

    /// A number as a probability reads it: exactly; only a converted rate is the rational of its double.
    pub fn share(&self, term: &Term, env: &Env) -> Result<BigRational, Fault> {
        Ok(match &term.kind {
            TermKind::Value(_) | TermKind::Attribute(..) | TermKind::Assumption(..) => {
                match self.value(term, env)? {
                    Value::Number(number) => match number.fixed() {
                        Some(fixed) => of_millionths(i128::from(fixed.micros())),
                        None => rational(number.float())?,
                    },
                    _ => return Err(Fault::Unread),
                }
            }
            TermKind::Measure(..) | TermKind::Size(_) => of_millionths(self.amount(term, env)?),
            TermKind::Quantity(quantity, args) => {
                let declared = &self.model.quantities[*quantity];
                self.share(&declared.is, &self.bound(args, env)?)?
            }
            TermKind::Arithmetic(operator, a, b) => {
                let (a, b) = (self.share(a, env)?, self.share(b, env)?);
                match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    Operator::Multiply => a * b,
                    Operator::Divide if b.is_zero() => return Err(Fault::Probability),
                    Operator::Divide => a / b,
                }
            }
            TermKind::Negate(inner) => -self.share(inner, env)?,
            TermKind::Min(parts) => self
                .each(parts, env, Self::share)?
                .into_iter()
                .min()
                .ok_or(Fault::Unread)?,
            TermKind::Max(parts) => self
                .each(parts, env, Self::share)?
                .into_iter()
                .max()
                .ok_or(Fault::Unread)?,
            TermKind::If(condition, a, b) => {
                let taken = if self.truth(condition, env)? { a } else { b };
                self.share(taken, env)?
            }
            TermKind::Quantifier(quantifier) => {
                let mut total = BigRational::zero();
                for (_, inner) in self
                    .members(quantifier, env)?
                    .iter()
                    .filter(|(counts, _)| *counts)
                {
                    total += match &quantifier.body {
                        Some(body) => self.share(body, inner)?,
                        None => BigRational::one(),
                    };
                }
                total
            }
            TermKind::Over(rate, time) => match (rate.ty, self.value(time, env)?) {
                (Type::Rate(unit), Value::Duration(time)) => {
                    rational(over(double(&self.share(rate, env)?), unit, time))?
                }
                _ => return Err(Fault::Unread),
            },
            _ => return Err(Fault::Unread),
        })
    }

    fn each<T>(
        &self,
        parts: &[Term],
        env: &Env,
        read: impl Fn(&Self, &Term, &Env) -> Result<T, Fault>,
    ) -> Result<Vec<T>, Fault> {
        parts.iter().map(|part| read(self, part, env)).collect()
    }

    /// The arguments of a quantity as the variables of its definition.
    fn bound(&self, args: &[Term], env: &Env) -> Result<Env, Fault> {
        use crate::ids::Id as _;
        let bind = |(place, arg): (usize, &Term)| Ok((VariableId::from_index(place), self.value(arg, env)?));
        args.iter().enumerate().map(bind).collect()
    }

    /// A value that does not depend on the state.
    pub fn value(&self, term: &Term, env: &Env) -> Result<Value, Fault> {
        Ok(match &term.kind {
            TermKind::Value(value) => value.clone(),
            TermKind::Variable(variable) => env.get(variable).cloned().ok_or(Fault::Unread)?,
            TermKind::Members(kind) => Value::Set(self.model.members_of(*kind)),
            TermKind::Attribute(of, attribute) => {
                match self.model.entities[self.entity(of, env)?].values.get(attribute) {
                    Some(AttributeValue::Value(value)) => value.clone(),
                    _ => return Err(Fault::Unread),
                }
            }
            TermKind::Assumption(assumption, index) => {
                let index = index
                    .iter()
                    .map(|term| self.value(term, env))
                    .collect::<Result<Vec<_>, _>>()?;
                let mut entries = self.model.assumptions[*assumption].entries.iter();
                // The most specific comes first.
                let fits = |(wanted, found): (&Option<Value>, &Value)| {
                    wanted.as_ref().is_none_or(|wanted| wanted == found)
                };
                let entry = entries.find(|entry| entry.index.iter().zip(&index).all(fits));
                entry.ok_or(Fault::Unread)?.value.clone()
            }
            TermKind::If(condition, a, b) => {
                let taken = if self.truth(condition, env)? { a } else { b };
                self.value(taken, env)?
            }
            TermKind::Arithmetic(operator, a, b) if matches!(term.ty, Type::Date | Type::Duration) => {
                match (operator, self.value(a, env)?, self.value(b, env)?) {
                    (Operator::Add, Value::Date(day), Value::Duration(time)) => Value::Date(day + time),
                    (Operator::Add, Value::Duration(a), Value::Duration(b)) => {
                        Value::Duration(a.checked_add(b).ok_or(Fault::Unread)?)
                    }
                    _ => return Err(Fault::Unread),
                }
            }
            _ => return Err(Fault::Unread),
        })
    }

    pub fn entity(&self, term: &Term, env: &Env) -> Result<EntityId, Fault> {
        match self.value(term, env)? {
            Value::Entity(entity) => Ok(entity),
            _ => Err(Fault::Unread),
        }
    }

    pub fn set(&self, term: &Term, env: &Env) -> Result<Vec<EntityId>, Fault> {
        match self.value(term, env)? {
            Value::Set(members) => Ok(members),
            _ => Err(Fault::Unread),
        }
    }

    /// Arguments, spelled.
    pub fn words(&self, args: &[Term], env: &Env) -> Result<Vec<Word>, Fault> {
        args.iter()
            .map(|arg| Ok(spell(self.model, &self.value(arg, env)?)))
            .collect()
    }

    /// A pattern, spelled; none where anything matches.
    pub fn pattern(&self, args: &[Argument], env: &Env) -> Result<Vec<Option<Word>>, Fault> {
        let one = |arg: &Argument| match arg {
            Some(term) => Ok(Some(spell(self.model, &self.value(term, env)?))),
            None => Ok(None),
        };
        args.iter().map(one).collect()
    }

    /// Whether an event matches one of these patterns.
    pub fn matches(
        &self,
        patterns: &[EventPattern],
        env: &Env,
        event: &Atom<EventId>,
    ) -> Result<bool, Fault> {
        for pattern in patterns {
            let wanted = self.pattern(&pattern.args, env)?;
            if pattern.event == event.0 && agrees(&wanted, &event.1) {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether a pattern agrees with arguments in every place.
fn agrees(wanted: &[Option<Word>], args: &[Word]) -> bool {
    wanted
        .iter()
        .zip(args)
        .all(|(wanted, arg)| wanted.as_ref().is_none_or(|wanted| wanted == arg))
}

/// Whether a pattern fits a fact; a symmetric one either way round.
pub(crate) fn fits(model: &Model, fact: FactId, wanted: &[Option<Word>], args: &[Word]) -> bool {
    let turned: Vec<Word> = args.iter().rev().cloned().collect();
    agrees(wanted, args) || model.facts[fact].symmetric && agrees(wanted, &turned)
}

/// The one way in which a fact is kept: the arguments of a symmetric one in the order of the entities.
pub(crate) fn kept(model: &Model, fact: FactId, mut args: Vec<Word>) -> Atom<FactId> {
    if model.facts[fact].symmetric {
        args.sort_by_key(|arg| model.entity(arg));
    }
    (fact, args)
}

/// A value as scenarios spell it.
pub(crate) fn spell(model: &Model, value: &Value) -> Word {
    match value {
        Value::Entity(id) => model.entity_id(*id).to_owned(),
        Value::Word(id) => model.words[*id].clone(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Duration(time) => time.to_string(),
        Value::Text(text) => text.clone(),
        Value::Set(members) => format!("{members:?}"),
    }
}

/// The chance that a rate gives over some time: 1 - (1 - h)^(t/unit) (DESIGN 4), in doubles.
fn over(rate: f64, unit: RateUnit, time: Duration) -> f64 {
    let ratio = match (time, unit.duration()) {
        (Duration::Days(a), Duration::Days(b)) | (Duration::Months(a), Duration::Months(b)) => {
            f64::from(a) / f64::from(b)
        }
        (time, unit) => time.years() / unit.years(),
    };
    if ratio == 1.0 {
        rate
    } else {
        1.0 - libm::pow(1.0 - rate, ratio)
    }
}

fn rational(double: f64) -> Result<BigRational, Fault> {
    BigRational::from_float(double).ok_or(Fault::Number)
}

/// The nearest double.
pub(crate) fn double(number: &BigRational) -> f64 {
    use num_traits::ToPrimitive as _;
    number.to_f64().unwrap_or(f64::NAN)
}

pub(crate) fn of_millionths(number: Millionths) -> BigRational {
    BigRational::new(number.into(), ONE.into())
}

/// The nearest millionths, half to even.
fn millionths(number: &BigRational) -> Millionths {
    use num_traits::ToPrimitive as _;
    let scaled = number * BigRational::from_integer(ONE.into());
    half_even_of(&scaled).to_integer().to_i128().unwrap_or(i128::MAX)
}

fn half_even_of(number: &BigRational) -> BigRational {
    let below = number.floor();
    let above = &below + BigRational::one();
    let two = BigRational::from_integer(2.into());
    match (number - &below).cmp(&(&above - number)) {
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Greater => above,
        std::cmp::Ordering::Equal if (&below / &two).is_integer() => below,
        std::cmp::Ordering::Equal => above,
    }
}

/// A quotient of whole numbers, rounded half to even.
pub(crate) fn half_even(dividend: i128, divisor: i128) -> i128 {
    let (below, rest) = (dividend.div_euclid(divisor), dividend.rem_euclid(divisor));
    // With a negative divisor the euclidean quotient lies above.
    let step = divisor.signum();
    match (2 * rest).cmp(&divisor.abs()) {
        std::cmp::Ordering::Less => below,
        std::cmp::Ordering::Greater => below + step,
        std::cmp::Ordering::Equal if below % 2 == 0 => below,
        std::cmp::Ordering::Equal => below + step,
    }
}

pub(crate) fn whole(count: usize) -> Millionths {
    i128::try_from(count).map_or(i128::MAX, |count| count * ONE)
}
