//! Conditions over tables: whether they hold, and what they could come to if any fact that is there might fail.

use std::rc::Rc;

use smallvec::SmallVec;

use super::body::{
    Arg, Binding, Edges, Lookup, Tables, Unfit, beside, bind, each_place, entities_compared, value_of,
};
use super::tuples::Packing;
use crate::language::value::Fixed;
use crate::model::{
    Comparison, EntityId, FactId, Model, Quantifier, QuantifierKind, Term, TermKind, Type, Value, VariableId,
};
use crate::program::plan::plain;
use crate::program::possible::evaluate;
use crate::program::reads::is_static;

/// A condition of a rule.
pub(super) enum Condition<'m> {
    /// Known whatever the facts are.
    Written(&'m Term),
    /// Whether two entities are, or are not, the same.
    Same(bool, Arg<'m>, Arg<'m>),
    Fact(FactId, SmallVec<[Arg<'m>; 4]>),
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
    /// Where the set is an attribute of a variable.
    edges: Option<(VariableId, Rc<Edges>)>,
    condition: Option<Box<Condition<'m>>>,
}

/// Makes a condition of a term.
pub(super) fn condition<'m>(lookup: &mut Lookup<'m>, term: &'m Term) -> Result<Condition<'m>, Unfit> {
    if is_static(term) {
        return Ok(match entities_compared(term) {
            Some((same, a, b)) => Condition::Same(same, a, b),
            None => Condition::Written(term),
        });
    }
    let mut all = |parts: &'m [Term]| -> Result<Vec<Condition<'m>>, Unfit> {
        parts.iter().map(|part| condition(lookup, part)).collect()
    };
    Ok(match &term.kind {
        TermKind::Fact(fact, args) => Condition::Fact(*fact, args.iter().map(Arg::of).collect()),
        TermKind::Not(inner) => Condition::Not(Box::new(condition(lookup, inner)?)),
        TermKind::And(parts) => Condition::All(all(parts)?),
        TermKind::Or(parts) => Condition::Any(all(parts)?),
        TermKind::If(c, a, b) => Condition::If(Box::new([
            condition(lookup, c)?,
            condition(lookup, a)?,
            condition(lookup, b)?,
        ])),
        TermKind::Quantifier(quantifier) => {
            let of = set(lookup, quantifier)?;
            match (quantifier.kind, &quantifier.body) {
                (QuantifierKind::All, Some(body)) => Condition::AllOf(of, Box::new(condition(lookup, body)?)),
                _ => Condition::AnyOf(of),
            }
        }
        TermKind::Compare(comparison, a, b) if a.ty == Type::Boolean => {
            let alike = Condition::Alike(Box::new([condition(lookup, a)?, condition(lookup, b)?]));
            match comparison {
                Comparison::NotEqual => Condition::Not(Box::new(alike)),
                _ => alike,
            }
        }
        TermKind::Compare(comparison, a, b) => match (&a.kind, &b.kind) {
            (TermKind::Quantifier(quantifier), _) if is_static(b) => {
                Condition::Count(set(lookup, quantifier)?, *comparison, b)
            }
            (_, TermKind::Quantifier(quantifier)) if is_static(a) => {
                Condition::Count(set(lookup, quantifier)?, mirrored(*comparison), a)
            }
            _ => return Err(Unfit),
        },
        _ => return Err(Unfit),
    })
}

fn set<'m>(lookup: &mut Lookup<'m>, quantifier: &'m Quantifier) -> Result<Set<'m>, Unfit> {
    let condition = match &quantifier.condition {
        Some(term) => Some(Box::new(condition(lookup, term)?)),
        None => None,
    };
    let edges = match &quantifier.set.kind {
        TermKind::Attribute(of, attribute) => plain(of).map(|of| (of, lookup.edges(*attribute))),
        _ => None,
    };
    Ok(Set {
        quantifier,
        edges,
        condition,
    })
}

/// The comparison with its sides changed.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

/// What conditions are looked at with.
#[derive(Clone, Copy)]
struct Look<'w, 'm> {
    model: &'m Model,
    packing: Packing,
    tables: &'w Tables,
    /// Whether a fact that is there may fail: then a condition may come to either truth.
    loose: bool,
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

impl<'m> Condition<'m> {
    /// Whether it holds.
    pub fn holds(
        &self,
        model: &'m Model,
        packing: Packing,
        tables: &Tables,
        binding: &mut Binding,
    ) -> Result<bool, Unfit> {
        let look = Look {
            model,
            packing,
            tables,
            loose: false,
        };
        Ok(look.at(self, binding)?.hold)
    }

    /// Whether it may hold if each fact that is there may hold or fail.
    pub fn may_hold(
        &self,
        model: &'m Model,
        packing: Packing,
        tables: &Tables,
        binding: &mut Binding,
    ) -> Result<bool, Unfit> {
        let look = Look {
            model,
            packing,
            tables,
            loose: true,
        };
        Ok(look.at(self, binding)?.hold)
    }

    /// The places of relations by which it looks for tuples.
    pub fn each_index(&self, visit: &mut dyn FnMut(FactId, usize)) {
        match self {
            Condition::Written(_) | Condition::Same(..) => {}
            Condition::Fact(fact, args) => {
                if args.iter().any(|arg| matches!(arg, Arg::Any)) {
                    each_place(*fact, args, visit);
                }
            }
            Condition::Not(inner) => inner.each_index(visit),
            Condition::All(parts) | Condition::Any(parts) => {
                parts.iter().for_each(|part| part.each_index(visit))
            }
            Condition::If(parts) => parts.iter().for_each(|part| part.each_index(visit)),
            Condition::Alike(parts) => parts.iter().for_each(|part| part.each_index(visit)),
            Condition::AllOf(set, body) => {
                set.condition
                    .iter()
                    .for_each(|condition| condition.each_index(visit));
                body.each_index(visit);
            }
            Condition::AnyOf(set) | Condition::Count(set, ..) => {
                set.condition
                    .iter()
                    .for_each(|condition| condition.each_index(visit));
            }
        }
    }

    /// Visits the tuples of the tables that it reads.
    pub fn each_fact(
        &self,
        model: &'m Model,
        packing: Packing,
        tables: &Tables,
        binding: &mut Binding,
        visit: &mut dyn FnMut(FactId, u64),
    ) -> Result<(), Unfit> {
        let look = Look {
            model,
            packing,
            tables,
            loose: true,
        };
        look.each_fact(self, binding, visit)
    }
}

impl<'m> Look<'_, 'm> {
    fn at(self, condition: &Condition<'m>, binding: &mut Binding) -> Result<May, Unfit> {
        Ok(match condition {
            Condition::Written(term) => match evaluate(self.model, term, binding) {
                Ok(Value::Boolean(truth)) => May::sure(truth),
                _ => return Err(Unfit),
            },
            Condition::Same(same, a, b) => {
                match (a.value(self.model, binding)?, b.value(self.model, binding)?) {
                    (Some(a), Some(b)) => May::sure((a == b) == *same),
                    _ => return Err(Unfit),
                }
            }
            Condition::Fact(fact, args) => {
                let hold = self.tuples(*fact, args, binding, &mut |_| false)?;
                May {
                    hold,
                    fail: !hold || self.loose,
                }
            }
            Condition::Not(inner) => self.at(inner, binding)?.not(),
            Condition::All(parts) => self.junction(parts, true, binding)?,
            Condition::Any(parts) => self.junction(parts, false, binding)?,
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
                    let body = self.at(body, binding)?;
                    all = all.and(counts.not().or(body));
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
                    return Err(Unfit);
                };
                let bound = i128::from(bound.fixed().ok_or(Unfit)?.micros());
                let (mut most, mut least) = (0i128, 0i128);
                self.members(set, binding, &mut |counts, _| {
                    most += i128::from(counts.hold);
                    least += i128::from(!counts.fail);
                    Ok(())
                })?;
                let unit = i128::from(Fixed::ONE.micros());
                between(*comparison, least * unit, most * unit, bound)
            }
        })
    }

    fn junction(self, parts: &[Condition<'m>], all: bool, binding: &mut Binding) -> Result<May, Unfit> {
        let mut found = May::sure(all);
        for part in parts {
            let part = self.at(part, binding)?;
            found = if all { found.and(part) } else { found.or(part) };
        }
        Ok(found)
    }

    /// Visits the tuples that match, until told to stop; whether there was one.
    fn tuples(
        self,
        fact: FactId,
        args: &[Arg<'m>],
        binding: &Binding,
        more: &mut dyn FnMut(u64) -> bool,
    ) -> Result<bool, Unfit> {
        let Some(relation) = self.tables.get(fact) else {
            return Ok(false);
        };
        let mut tuple = 0;
        let mut open = false;
        let mut wanted: SmallVec<[Option<EntityId>; 4]> = SmallVec::new();
        for arg in args {
            let value = arg.value(self.model, binding)?;
            match value {
                Some(entity) => tuple = self.packing.push(tuple, entity),
                None if matches!(arg, Arg::Any) => open = true,
                None => return Err(Unfit),
            }
            wanted.push(value);
        }
        if !open {
            let has = relation.has(tuple);
            if has {
                more(tuple);
            }
            return Ok(has);
        }
        let mut found = false;
        for tuple in relation.matching(&wanted) {
            found = true;
            if !more(tuple) {
                break;
            }
        }
        Ok(found)
    }

    /// Visits the members of a set, each with whether it counts.
    fn members(
        self,
        set: &Set<'m>,
        binding: &mut Binding,
        visit: &mut dyn FnMut(May, &mut Binding) -> Result<(), Unfit>,
    ) -> Result<(), Unfit> {
        let variable = set.quantifier.variable;
        let mut each = |member: EntityId, binding: &mut Binding| {
            bind(binding, variable, Some(member));
            let counts = match &set.condition {
                Some(condition) => self.at(condition, binding)?,
                None => May::sure(true),
            };
            visit(counts, binding)
        };
        if let Some((of, edges)) = &set.edges {
            let of = value_of(binding, *of).ok_or(Unfit)?;
            for member in beside(&edges.members, of) {
                each(*member, binding)?;
            }
        } else {
            let narrowed = {
                let mut value = |term: &Term| evaluate(self.model, term, binding).ok();
                self.model.narrowed(set.quantifier, &mut value)
            };
            let members = match narrowed {
                Some(members) => members,
                None => match evaluate(self.model, &set.quantifier.set, binding) {
                    Ok(Value::Set(members)) => members,
                    _ => return Err(Unfit),
                },
            };
            for member in members {
                each(member, binding)?;
            }
        }
        bind(binding, variable, None);
        Ok(())
    }

    fn each_fact(
        self,
        condition: &Condition<'m>,
        binding: &mut Binding,
        visit: &mut dyn FnMut(FactId, u64),
    ) -> Result<(), Unfit> {
        match condition {
            Condition::Written(_) | Condition::Same(..) => {}
            Condition::Fact(fact, args) => {
                self.tuples(*fact, args, binding, &mut |tuple| {
                    visit(*fact, tuple);
                    true
                })?;
            }
            Condition::Not(inner) => self.each_fact(inner, binding, visit)?,
            Condition::All(parts) | Condition::Any(parts) => {
                for part in parts {
                    self.each_fact(part, binding, visit)?;
                }
            }
            Condition::If(parts) => {
                for part in parts.iter() {
                    self.each_fact(part, binding, visit)?;
                }
            }
            Condition::Alike(parts) => {
                for part in parts.iter() {
                    self.each_fact(part, binding, visit)?;
                }
            }
            Condition::AllOf(set, body) => self.members(set, binding, &mut |_, binding| {
                if let Some(condition) = &set.condition {
                    self.each_fact(condition, binding, visit)?;
                }
                self.each_fact(body, binding, visit)
            })?,
            Condition::AnyOf(set) | Condition::Count(set, ..) => {
                self.members(set, binding, &mut |_, binding| match &set.condition {
                    Some(condition) => self.each_fact(condition, binding, visit),
                    None => Ok(()),
                })?;
            }
        }
        Ok(())
    }
}

/// What a comparison of a number that lies between two may come to.
fn between(comparison: Comparison, least: i128, most: i128, bound: i128) -> May {
    match comparison {
        Comparison::GreaterEqual => May {
            hold: most >= bound,
            fail: least < bound,
        },
        Comparison::Greater => May {
            hold: most > bound,
            fail: least <= bound,
        },
        Comparison::LessEqual => May {
            hold: least <= bound,
            fail: most > bound,
        },
        Comparison::Less => May {
            hold: least < bound,
            fail: most >= bound,
        },
        Comparison::Equal => May {
            hold: least <= bound && bound <= most && bound % i128::from(Fixed::ONE.micros()) == 0,
            fail: !(least == bound && most == bound),
        },
        Comparison::NotEqual => between(Comparison::Equal, least, most, bound).not(),
    }
}
