//! Conditions over tables: whether they hold, or what they could come to if any fact that is there might fail.

use std::borrow::Cow;
use std::cell::Cell;

use super::terms::{Arg, Args, Binding, Lookup, Range, Unfit, bind};
use super::tuples::Tables;
use crate::language::value::Fixed;
use crate::model::{
    Comparison, EntityId, FactId, Model, Quantifier, QuantifierKind, Term, TermKind, Type, Value,
};
use crate::program::conditions::mirrored;
use crate::program::possible::evaluate;
use crate::program::reads::is_static;

/// How looking for bindings ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Unfit,
    /// It took too many steps.
    TooMany,
}

impl From<Unfit> for Stop {
    fn from(_: Unfit) -> Self {
        Stop::Unfit
    }
}

/// A condition of a rule.
pub(super) enum Condition<'m> {
    /// Known whatever the facts are.
    Written(&'m Term),
    /// Whether two entities are, or are not, the same: what many rules ask.
    Same(bool, Arg<'m>, Arg<'m>),
    Fact(FactId, Args<'m>),
    Not(Box<Condition<'m>>),
    All(Vec<Condition<'m>>),
    Any(Vec<Condition<'m>>),
    If(Box<[Condition<'m>; 3]>),
    /// Whether two truths are the same.
    Alike(Box<[Condition<'m>; 2]>),
    AllOf(Set<'m>, Box<Condition<'m>>),
    AnyOf(Set<'m>),
    Count(Set<'m>, Comparison, &'m Term),
}

/// The members of a set that count.
pub(super) struct Set<'m> {
    quantifier: &'m Quantifier,
    range: Range<'m>,
    condition: Option<Box<Condition<'m>>>,
}

impl<'m> Condition<'m> {
    pub fn of(lookup: &mut Lookup<'m>, term: &'m Term) -> Result<Self, Unfit> {
        if is_static(term) {
            return Ok(same(term).unwrap_or(Condition::Written(term)));
        }
        let mut of = |part: &'m Term| Condition::of(lookup, part);
        Ok(match &term.kind {
            TermKind::Fact(fact, args) => Condition::Fact(*fact, args.iter().map(Arg::of).collect()),
            TermKind::Not(inner) => Condition::Not(Box::new(of(inner)?)),
            TermKind::And(parts) => Condition::All(parts.iter().map(of).collect::<Result<_, _>>()?),
            TermKind::Or(parts) => Condition::Any(parts.iter().map(of).collect::<Result<_, _>>()?),
            TermKind::If(condition, a, b) => Condition::If(Box::new([of(condition)?, of(a)?, of(b)?])),
            TermKind::Quantifier(quantifier) => match (quantifier.kind, &quantifier.body) {
                (QuantifierKind::All, Some(body)) => {
                    let body = Box::new(of(body)?);
                    Condition::AllOf(Set::of(lookup, quantifier)?, body)
                }
                _ => Condition::AnyOf(Set::of(lookup, quantifier)?),
            },
            TermKind::Compare(comparison, a, b) if a.ty == Type::Boolean => {
                let alike = Condition::Alike(Box::new([of(a)?, of(b)?]));
                match comparison {
                    Comparison::NotEqual => Condition::Not(Box::new(alike)),
                    _ => alike,
                }
            }
            TermKind::Compare(comparison, a, b) => match (&a.kind, &b.kind) {
                (TermKind::Quantifier(quantifier), _) if is_static(b) => {
                    Condition::Count(Set::of(lookup, quantifier)?, *comparison, b)
                }
                (_, TermKind::Quantifier(quantifier)) if is_static(a) => {
                    Condition::Count(Set::of(lookup, quantifier)?, mirrored(*comparison), a)
                }
                _ => return Err(Unfit),
            },
            _ => return Err(Unfit),
        })
    }
}

/// An equality of two plain entities.
fn same<'m>(test: &'m Term) -> Option<Condition<'m>> {
    let TermKind::Compare(comparison, a, b) = &test.kind else {
        return None;
    };
    let same = match comparison {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return None,
    };
    match (Arg::of_term(a), Arg::of_term(b)) {
        (Arg::Term(_), _) | (_, Arg::Term(_)) => None,
        (a, b) => Some(Condition::Same(same, a, b)),
    }
}

impl<'m> Set<'m> {
    fn of(lookup: &mut Lookup<'m>, quantifier: &'m Quantifier) -> Result<Self, Unfit> {
        let condition = match &quantifier.condition {
            Some(term) => Some(Box::new(Condition::of(lookup, term)?)),
            None => None,
        };
        Ok(Set {
            quantifier,
            range: lookup.range(&quantifier.set),
            condition,
        })
    }
}

/// Which truths a condition may come to.
#[derive(Clone, Copy, PartialEq, Eq)]
struct May {
    hold: bool,
    fail: bool,
}

impl May {
    fn sure(truth: bool) -> Self {
        May {
            hold: truth,
            fail: !truth,
        }
    }

    fn not(self) -> Self {
        May {
            hold: self.fail,
            fail: self.hold,
        }
    }

    fn and(self, other: Self) -> Self {
        May {
            hold: self.hold && other.hold,
            fail: self.fail || other.fail,
        }
    }

    fn or(self, other: Self) -> Self {
        self.not().and(other.not()).not()
    }
}

/// What conditions are looked at with.
pub(super) struct Look<'w, 'm> {
    pub model: &'m Model,
    pub tables: &'w Tables,
    /// Whether a fact that is there may fail: then a condition may come to either truth.
    pub loose: bool,
    /// How many steps it took so far, and may take.
    pub steps: Cell<u64>,
    pub limit: u64,
}

/// What looking at a member of a set counts for, in steps of a walk.
const MEMBER: u64 = 4;

impl<'m> Look<'_, 'm> {
    /// Takes so many steps.
    #[inline]
    pub fn spend(&self, steps: u64) -> Result<(), Stop> {
        let spent = self.steps.get().saturating_add(steps);
        self.steps.set(spent);
        if spent > self.limit {
            return Err(Stop::TooMany);
        }
        Ok(())
    }

    /// Whether a condition holds; where this is loose, whether it may.
    #[inline]
    pub fn holds(&self, condition: &Condition<'m>, binding: &mut Binding) -> Result<bool, Stop> {
        match condition {
            // Most are plain.
            Condition::Fact(fact, args) => Ok(self.is_there(*fact, args, binding)?),
            _ => Ok(self.at(condition, binding)?.hold),
        }
    }

    fn at(&self, condition: &Condition<'m>, binding: &mut Binding) -> Result<May, Stop> {
        Ok(match condition {
            Condition::Written(term) => match evaluate(self.model, term, binding) {
                Ok(Value::Boolean(truth)) => May::sure(truth),
                _ => return Err(Stop::Unfit),
            },
            Condition::Same(same, a, b) => {
                match (a.value(self.model, binding)?, b.value(self.model, binding)?) {
                    (Some(a), Some(b)) => May::sure((a == b) == *same),
                    _ => return Err(Stop::Unfit),
                }
            }
            Condition::Fact(fact, args) => {
                let hold = self.is_there(*fact, args, binding)?;
                May {
                    hold,
                    fail: !hold || self.loose,
                }
            }
            Condition::Not(inner) => self.at(inner, binding)?.not(),
            Condition::All(parts) => {
                let mut all = May::sure(true);
                for part in parts {
                    all = all.and(self.at(part, binding)?);
                }
                all
            }
            Condition::Any(parts) => {
                let mut any = May::sure(false);
                for part in parts {
                    any = any.or(self.at(part, binding)?);
                }
                any
            }
            Condition::If(parts) => {
                let [c, a, b] = parts.as_ref();
                let c = self.at(c, binding)?;
                let (a, b) = (self.at(a, binding)?, self.at(b, binding)?);
                c.and(a).or(c.not().and(b))
            }
            Condition::Alike(parts) => {
                let [a, b] = parts.as_ref();
                let (a, b) = (self.at(a, binding)?, self.at(b, binding)?);
                a.and(b).or(a.not().and(b.not()))
            }
            Condition::AllOf(set, body) => {
                let mut all = May::sure(true);
                self.members(set, binding, &mut |counts, binding| {
                    all = all.and(counts.not().or(self.at(body, binding)?));
                    Ok(())
                })?;
                all
            }
            Condition::AnyOf(set) => {
                let mut any = May::sure(false);
                self.members(set, binding, &mut |counts, _| {
                    any = any.or(counts);
                    Ok(())
                })?;
                any
            }
            Condition::Count(set, comparison, bound) => {
                let Ok(Value::Number(bound)) = evaluate(self.model, bound, binding) else {
                    return Err(Stop::Unfit);
                };
                let bound = i128::from(bound.fixed().ok_or(Unfit)?.micros());
                let unit = i128::from(Fixed::ONE.micros());
                let (mut least, mut most) = (0, 0);
                self.members(set, binding, &mut |counts, _| {
                    least += if counts.fail { 0 } else { unit };
                    most += if counts.hold { unit } else { 0 };
                    Ok(())
                })?;
                between(*comparison, least, most, bound)
            }
        })
    }

    /// Whether a fact that fits is in the table.
    #[inline]
    fn is_there(&self, fact: FactId, args: &Args<'m>, binding: &Binding) -> Result<bool, Unfit> {
        let Some(relation) = self.tables.get(fact) else {
            return Ok(false);
        };
        let mut tuple = 0;
        for arg in args {
            match (arg.value(self.model, binding)?, arg) {
                (Some(entity), _) => tuple = relation.push(tuple, entity),
                (None, Arg::Any) => {
                    let wanted = args.iter().map(|arg| arg.value(self.model, binding));
                    let wanted: Vec<Option<EntityId>> = wanted.collect::<Result<_, _>>()?;
                    return Ok(relation.matching(&wanted).next().is_some());
                }
                (None, _) => return Err(Unfit),
            }
        }
        Ok(relation.has(tuple))
    }

    /// Visits the members of a set, each with whether it counts.
    fn members(
        &self,
        set: &Set<'m>,
        binding: &mut Binding,
        visit: &mut dyn FnMut(May, &mut Binding) -> Result<(), Stop>,
    ) -> Result<(), Stop> {
        let narrowed = {
            let mut value = |term: &Term| evaluate(self.model, term, binding).ok();
            self.model.narrowed(set.quantifier, &mut value)
        };
        let members = match narrowed {
            Some(members) => Cow::Owned(members),
            None => set.range.entities(self.model, &[], binding)?,
        };
        let variable = set.quantifier.variable;
        for member in members.iter() {
            self.spend(MEMBER)?;
            bind(binding, variable, Some(*member));
            let counts = match &set.condition {
                Some(condition) => self.at(condition, binding)?,
                None => May::sure(true),
            };
            visit(counts, binding)?;
        }
        bind(binding, variable, None);
        Ok(())
    }
}

/// What a comparison of a whole number that lies between two may come to, all in units of the last decimal.
fn between(comparison: Comparison, least: i128, most: i128, bound: i128) -> May {
    match comparison {
        Comparison::GreaterEqual => May {
            hold: most >= bound,
            fail: least < bound,
        },
        Comparison::Less => between(Comparison::GreaterEqual, least, most, bound).not(),
        Comparison::Greater => May {
            hold: most > bound,
            fail: least <= bound,
        },
        Comparison::LessEqual => between(Comparison::Greater, least, most, bound).not(),
        Comparison::Equal => May {
            hold: least <= bound && bound <= most && bound % i128::from(Fixed::ONE.micros()) == 0,
            fail: !(least == bound && most == bound),
        },
        Comparison::NotEqual => between(Comparison::Equal, least, most, bound).not(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_may_hold_or_fail_if_it_does_for_some_count() {
        let unit = i128::from(Fixed::ONE.micros());
        type Holds = fn(i128, i128) -> bool;
        let compares: [(Comparison, Holds); 6] = [
            (Comparison::Less, |a, b| a < b),
            (Comparison::LessEqual, |a, b| a <= b),
            (Comparison::Greater, |a, b| a > b),
            (Comparison::GreaterEqual, |a, b| a >= b),
            (Comparison::Equal, |a, b| a == b),
            (Comparison::NotEqual, |a, b| a != b),
        ];
        for (comparison, holds) in compares {
            for (least, most) in [(0, 0), (0, 1), (1, 1), (1, 3), (2, 2)] {
                for halves in -1..=7 {
                    let bound = halves * unit / 2;
                    let may = between(comparison, least * unit, most * unit, bound);
                    let mut counts = (least..=most).map(|count| holds(count * unit, bound));
                    let hold = counts.clone().any(|holds| holds);
                    let fail = counts.any(|holds| !holds);
                    let what = (comparison, least, most, halves);
                    assert_eq!((may.hold, may.fail), (hold, fail), "{what:?}");
                }
            }
        }
    }
}
