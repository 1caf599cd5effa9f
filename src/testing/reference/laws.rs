//! Outcomes, of one run and over all ends of all branches (DESIGN 5 and 10).

use std::collections::{BTreeMap, BTreeSet};

use num_rational::BigRational;
use num_traits::Zero as _;

use super::Reference;
use super::settle::{Asked, Decide};
use super::terms::{Env, Millionths, Reader, Snapshot, double};
use super::world::{Fault, World, written};
use crate::language::value::Day;
use crate::model::{
    Claim, Comparison, Observed, Operator, QuantifierKind, Temporal, Term, TermKind, Type, Value,
};

/// The value of an outcome in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Worth {
    /// True or false.
    Truth(bool),
    /// A number, in millionths.
    Number(i128),
    /// A day; never where it did not come, or where the word `never` is the value.
    Date(Day),
}

/// One end of one branch.
#[derive(Clone, Debug, PartialEq)]
pub struct End {
    /// How likely it is.
    pub p: BigRational,
    /// The outcomes, in the model's order; none where a number could not be computed.
    pub outcomes: Vec<Option<Worth>>,
    /// For each position, whether it is met.
    pub positions: Vec<bool>,
    /// For each expectation, whether it holds; none for those that speak of probabilities.
    pub expectations: Vec<Option<bool>>,
    /// For each invariant, the first day at whose close it failed.
    pub broken: Vec<Option<Day>>,
    /// For each `p(a given b)` of the expectations, in the order of writing, whether a and b, and whether b.
    pub figures: Vec<(bool, bool)>,
}

/// All ends of all branches.
#[derive(Clone, Debug, Default)]
pub struct Ends {
    /// Those that came to the last day.
    pub ends: Vec<End>,
    /// Those that were stopped: how likely, on which day, by what.
    pub faults: Vec<(BigRational, Day, Fault)>,
}

/// What all ends say of one outcome: its values with their probabilities.
pub type Law = BTreeMap<Option<Worth>, f64>;

impl Ends {
    /// The probability of all that an end may satisfy.
    pub fn p(&self, of: impl Fn(&End) -> bool) -> f64 {
        let mut sum = BigRational::zero();
        for end in self.ends.iter().filter(|end| of(end)) {
            sum += &end.p;
        }
        double(&sum)
    }

    /// The law of the outcome at a place of the model's list.
    pub fn law(&self, outcome: usize) -> Law {
        let mut sums: BTreeMap<Option<Worth>, BigRational> = BTreeMap::new();
        for end in &self.ends {
            *sums
                .entry(end.outcomes.get(outcome).copied().flatten())
                .or_insert_with(BigRational::zero) += &end.p;
        }
        sums.into_iter().map(|(worth, p)| (worth, double(&p))).collect()
    }
}

/// Which option of a choice is taken, by its name with its arguments: whenever it is open.
pub type Strategy = BTreeMap<String, String>;

/// Follows one branch after the other: the last settlement that has another way falls that way next time.
struct Branches<'s> {
    taken: Vec<usize>,
    ways: Vec<usize>,
    at: usize,
    strategy: Option<&'s Strategy>,
}

impl Branches<'_> {
    /// Turns to the next branch; false after the last.
    fn turn(&mut self) -> bool {
        self.at = 0;
        while let (Some(taken), Some(ways)) = (self.taken.pop(), self.ways.pop()) {
            if taken + 1 < ways {
                self.taken.push(taken + 1);
                self.ways.push(ways);
                return true;
            }
        }
        false
    }
}

impl Decide for Branches<'_> {
    fn fall(&mut self, asked: &Asked<'_>) -> Result<usize, Fault> {
        let at = self.at;
        self.at += 1;
        if let Some(taken) = self.taken.get(at) {
            return Ok(*taken);
        }
        self.taken.push(0);
        self.ways.push(asked.open.len());
        Ok(0)
    }

    fn choose(&mut self, asked: &Asked<'_>) -> Option<usize> {
        let word = self.strategy?.get(asked.name)?;
        asked.open.iter().position(|(open, _)| open == word)
    }

    fn takes_the_first(&self) -> bool {
        self.strategy.is_some()
    }
}

impl<'m> Reference<'m> {
    /// All ends of all branches, choices settled by `fix:` or their defaults, or by a strategy where one is given.
    ///
    /// # Errors
    ///
    /// [`Fault::TooMany`], if there are more than `limit`.
    pub fn ends(&self, limit: usize, strategy: Option<&Strategy>) -> Result<Ends, Fault> {
        let mut ends = Ends::default();
        let mut before = self.before();
        before.told = None;
        self.branch(&before, limit, strategy, &mut ends)?;
        Ok(ends)
    }

    /// Every way in which the next day can go, and from each of its closes every way in which the rest can.
    fn branch(
        &self,
        world: &World<'m>,
        limit: usize,
        strategy: Option<&Strategy>,
        ends: &mut Ends,
    ) -> Result<(), Fault> {
        let Some(day) = self.next_day(world) else {
            ends.ends.push(self.end(world)?);
            return Ok(());
        };
        let mut branches = Branches {
            taken: Vec::new(),
            ways: Vec::new(),
            at: 0,
            strategy,
        };
        loop {
            let mut after = world.clone();
            match self.day(&mut after, day, &mut branches) {
                Ok(()) => self.branch(&after, limit, strategy, ends)?,
                Err(fault) => ends.faults.push((after.p, day, fault)),
            }
            if ends.ends.len() + ends.faults.len() > limit {
                return Err(Fault::TooMany);
            }
            if !branches.turn() {
                return Ok(());
            }
        }
    }

    /// The facts, stored and derived, that held at the close of a day (or of the last before it), as scenarios spell them.
    pub fn facts_on(&self, world: &World<'m>, day: Day) -> BTreeSet<String> {
        let close = world.closes.iter().rev().find(|close| close.day <= day);
        let facts = close.into_iter().flat_map(|close| &close.state.facts);
        facts
            .map(|(fact, args)| written(&self.model.facts[*fact].name, args))
            .collect()
    }

    /// All facts that held at some time of a day, be it in passing. A day on which nothing was due is like the close of the last.
    pub fn facts_during(&self, world: &World<'m>, day: Day) -> BTreeSet<String> {
        let model = self.model;
        match world.closes.iter().find(|close| close.day == day) {
            Some(close) => {
                let facts = close.passing.iter().chain(&close.state.facts);
                facts
                    .map(|(fact, args)| written(&model.facts[*fact].name, args))
                    .collect()
            }
            None => self.facts_on(world, day),
        }
    }

    /// The facts that would hold at the end of a run, were these added to the state and those taken from it.
    ///
    /// # Errors
    ///
    /// A condition could not be computed.
    pub fn facts_if(
        &self,
        world: &World<'m>,
        added: &[&str],
        taken: &[&str],
    ) -> Result<BTreeSet<String>, Fault> {
        let model = self.model;
        let atom = |text: &str| {
            let (name, args) = text.split_once('(').unwrap_or((text, ""));
            let args = args
                .trim_end_matches(')')
                .split(", ")
                .filter(|arg| !arg.is_empty())
                .map(str::to_owned);
            let (id, _) = model.facts.iter().find(|(_, fact)| fact.name == name)?;
            Some(super::terms::kept(model, id, args.collect()))
        };
        let mut state = match world.closes.last() {
            Some(close) => (*close.state).clone(),
            None => Snapshot::default(),
        };
        state.facts.retain(|(fact, _)| !model.facts[*fact].derived);
        state.facts.extend(added.iter().filter_map(|text| atom(text)));
        for atom in taken.iter().filter_map(|text| atom(text)) {
            state.facts.remove(&atom);
        }
        let state = self.derived(state)?;
        Ok(state
            .facts
            .iter()
            .map(|(fact, args)| written(&model.facts[*fact].name, args))
            .collect())
    }

    /// What a finished run came to.
    ///
    /// # Errors
    ///
    /// A condition could not be computed.
    pub fn end(&self, world: &World<'m>) -> Result<End, Fault> {
        let model = self.model;
        let past = Past {
            reference: self,
            world,
        };
        let close = |term: &Term| match world.closes.last() {
            Some(close) => self.reader(&close.state).truth(term, &Env::new()),
            None => Ok(false),
        };
        let truth = |term: &Term| Ok::<_, Fault>(past.worth(term, &Env::new())? == Some(Worth::Truth(true)));
        let mut figures = Vec::new();
        for claim in model.expectations.iter().filter(|claim| claim.probabilistic) {
            let mut found = Vec::new();
            claim.is.walk(&mut |part| {
                if let TermKind::Probability(what, given) = &part.kind {
                    found.push((what.as_ref(), given.as_deref()));
                }
            });
            for (what, given) in found {
                let given = given.map(&truth).transpose()?.unwrap_or(true);
                figures.push((truth(what)? && given, given));
            }
        }
        let expectation = |claim: &Claim| (!claim.probabilistic).then(|| truth(&claim.is)).transpose();
        Ok(End {
            p: world.p.clone(),
            outcomes: model
                .outcomes
                .values()
                .map(|outcome| past.worth(&outcome.is, &Env::new()))
                .collect::<Result<_, _>>()?,
            positions: model
                .positions
                .iter()
                .map(|position| close(&position.met_if))
                .collect::<Result<_, _>>()?,
            expectations: model
                .expectations
                .iter()
                .map(expectation)
                .collect::<Result<_, _>>()?,
            broken: model
                .invariants
                .iter()
                .map(|claim| past.broken(claim))
                .collect::<Result<_, _>>()?,
            figures,
        })
    }
}

/// A finished run, as outcomes look back on it.
struct Past<'p, 'm> {
    reference: &'p Reference<'m>,
    world: &'p World<'m>,
}

impl Past<'_, '_> {
    /// The first day at whose close an invariant failed; the last of the period for one that speaks of the whole run.
    fn broken(&self, claim: &Claim) -> Result<Option<Day>, Fault> {
        if claim
            .is
            .any(&mut |part| matches!(part.kind, TermKind::Temporal(_)))
        {
            let holds = self.worth(&claim.is, &Env::new())? == Some(Worth::Truth(true));
            return Ok((!holds).then_some(self.reference.model.period.1));
        }
        for (day, holds, _) in self.closes(&claim.is, &Env::new())? {
            if !holds {
                return Ok(Some(day));
            }
        }
        Ok(None)
    }

    /// Each day, whether the condition held at its close, and for how many calendar days that stayed so.
    fn closes(&self, condition: &Term, env: &Env) -> Result<Vec<(Day, bool, i32)>, Fault> {
        let days = &self.world.closes;
        let mut found = Vec::new();
        for (at, close) in days.iter().enumerate() {
            let until = match days.get(at + 1) {
                Some(next) => next.day.days_since(close.day),
                None => self
                    .reference
                    .model
                    .period
                    .1
                    .days_since(close.day)
                    .map(|days| days + 1),
            };
            let holds = self.reference.reader(&close.state).truth(condition, env)?;
            found.push((close.day, holds, until.unwrap_or(0)));
        }
        Ok(found)
    }

    /// On which days such an event happened; a day as often as there were different ones.
    fn events(&self, patterns: &[crate::model::EventPattern], env: &Env) -> Result<Vec<Day>, Fault> {
        let nothing = Snapshot::default();
        let reader = self.reference.reader(&nothing);
        let mut days = Vec::new();
        for close in &self.world.closes {
            for event in &close.events {
                if reader.matches(patterns, env, event)? {
                    days.push(close.day);
                }
            }
        }
        Ok(days)
    }

    fn temporal(&self, temporal: &Temporal, env: &Env) -> Result<Worth, Fault> {
        let count = |count: i64| Worth::Number(i128::from(count) * 1_000_000);
        let (observed, word) = match temporal {
            Temporal::AtEnd(condition) => {
                let last = self
                    .closes(condition, env)?
                    .last()
                    .is_some_and(|(_, holds, _)| *holds);
                return Ok(Worth::Truth(last));
            }
            // Calendar days, both ends included.
            Temporal::Held(condition) => {
                let held = self
                    .closes(condition, env)?
                    .into_iter()
                    .filter(|(_, holds, _)| *holds);
                return Ok(count(held.map(|(_, _, days)| i64::from(days)).sum()));
            }
            Temporal::Ever(observed) | Temporal::Times(observed) | Temporal::First(observed) => {
                (observed, temporal)
            }
        };
        let days: Vec<Day> = match observed {
            Observed::Events(patterns) => self.events(patterns, env)?,
            // Days at whose close it began to hold.
            Observed::Condition(condition) => {
                let mut before = false;
                let mut began = Vec::new();
                for (day, holds, _) in self.closes(condition, env)? {
                    if holds && !before {
                        began.push(day);
                    }
                    before = holds;
                }
                began
            }
        };
        Ok(match word {
            Temporal::Times(_) => count(i64::try_from(days.len()).unwrap_or(i64::MAX)),
            Temporal::First(_) => Worth::Date(days.first().copied().unwrap_or(Day::NEVER)),
            _ => Worth::Truth(!days.is_empty()),
        })
    }

    /// The value of a formula; none where a number cannot be computed.
    fn worth(&self, term: &Term, env: &Env) -> Result<Option<Worth>, Fault> {
        match self.formula(term, env) {
            Ok(worth) => Ok(Some(worth)),
            Err(Fault::Number) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// Whether a value is something else than the first day of what never came, with which no comparison holds (DESIGN 5). The
    /// word `never` is a value: a day later than every other.
    fn came(&self, term: &Term, env: &Env) -> Result<bool, Fault> {
        if self.formula(term, env)? != Worth::Date(Day::NEVER) {
            return Ok(true);
        }
        let each = |parts: &[Term]| -> Result<Vec<bool>, Fault> {
            parts.iter().map(|part| self.came(part, env)).collect()
        };
        Ok(match &term.kind {
            TermKind::Temporal(_) => false,
            TermKind::Outcome(outcome) => {
                self.came(&self.reference.model.outcomes[*outcome].is, &Env::new())?
            }
            // Of several the earliest; of those that are `never` the written one is the earlier.
            TermKind::Min(parts) => each(parts)?.contains(&true),
            TermKind::Max(parts) => !each(parts)?.contains(&false),
            TermKind::If(condition, a, b) => {
                let truth = self.formula(condition, env)? == Worth::Truth(true);
                self.came(if truth { a } else { b }, env)?
            }
            _ => true,
        })
    }

    fn formula(&self, term: &Term, env: &Env) -> Result<Worth, Fault> {
        let truth = |term: &Term| match self.formula(term, env)? {
            Worth::Truth(truth) => Ok(truth),
            _ => Err(Fault::Unread),
        };
        let number = |term: &Term| match self.formula(term, env)? {
            Worth::Number(number) => Ok(number),
            _ => Err(Fault::Unread),
        };
        let each = |parts: &[Term]| {
            parts
                .iter()
                .map(|part| self.formula(part, env))
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(match &term.kind {
            TermKind::Temporal(temporal) => self.temporal(temporal, env)?,
            TermKind::Outcome(outcome) => {
                self.formula(&self.reference.model.outcomes[*outcome].is, &Env::new())?
            }
            TermKind::Not(inner) => Worth::Truth(!truth(inner)?),
            TermKind::And(parts) => Worth::Truth(each(parts)?.iter().all(|part| *part == Worth::Truth(true))),
            TermKind::Or(parts) => Worth::Truth(each(parts)?.contains(&Worth::Truth(true))),
            TermKind::Compare(comparison, a, b) => {
                let came = self.came(a, env)? && self.came(b, env)?;
                Worth::Truth(came && compare(*comparison, self.formula(a, env)?, self.formula(b, env)?))
            }
            TermKind::Arithmetic(operator, a, b) if term.ty == Type::Number => {
                let (a, b) = (number(a)?, number(b)?);
                Worth::Number(match operator {
                    Operator::Add => a + b,
                    Operator::Subtract => a - b,
                    // Products and quotients round as amounts do.
                    Operator::Multiply => super::terms::half_even(a * b, 1_000_000),
                    Operator::Divide if b == 0 => return Err(Fault::Number),
                    Operator::Divide => super::terms::half_even(a * 1_000_000, b),
                })
            }
            TermKind::Negate(inner) => Worth::Number(-number(inner)?),
            TermKind::Min(parts) => each(parts)?.into_iter().min().ok_or(Fault::Unread)?,
            TermKind::Max(parts) => each(parts)?.into_iter().max().ok_or(Fault::Unread)?,
            TermKind::If(condition, a, b) => self.formula(if truth(condition)? { a } else { b }, env)?,
            TermKind::Quantifier(quantifier) => {
                let nothing = Snapshot::default();
                let reader = self.reference.reader(&nothing);
                let mut parts: Vec<(bool, Option<Worth>)> = Vec::new();
                for member in reader.set(&quantifier.set, env)? {
                    let mut inner = env.clone();
                    inner.insert(quantifier.variable, Value::Entity(member));
                    let counts = match &quantifier.condition {
                        Some(condition) => self.formula(condition, &inner)? == Worth::Truth(true),
                        None => true,
                    };
                    let body = quantifier
                        .body
                        .as_ref()
                        .map(|body| self.formula(body, &inner))
                        .transpose()?;
                    parts.push((counts, body));
                }
                let counting = || parts.iter().filter(|(counts, _)| *counts);
                match quantifier.kind {
                    QuantifierKind::Any => Worth::Truth(counting().next().is_some()),
                    QuantifierKind::All => {
                        Worth::Truth(counting().all(|(_, body)| *body == Some(Worth::Truth(true))))
                    }
                    QuantifierKind::Count => Worth::Number(super::terms::whole(counting().count())),
                    QuantifierKind::Sum => {
                        let amounts = counting().map(|(_, body)| match body {
                            Some(Worth::Number(amount)) => *amount,
                            _ => 0,
                        });
                        Worth::Number(amounts.sum::<Millionths>())
                    }
                }
            }
            _ => {
                let nothing = Snapshot::default();
                let reader: Reader<'_, '_> = self.reference.reader(&nothing);
                match term.ty {
                    Type::Boolean => Worth::Truth(reader.truth(term, env)?),
                    Type::Number => Worth::Number(reader.amount(term, env)?),
                    _ => match reader.value(term, env)? {
                        Value::Date(day) => Worth::Date(day),
                        _ => return Err(Fault::Unread),
                    },
                }
            }
        })
    }
}

fn compare(comparison: Comparison, a: Worth, b: Worth) -> bool {
    match comparison {
        Comparison::Equal => a == b,
        Comparison::NotEqual => a != b,
        Comparison::Less => a < b,
        Comparison::LessEqual => a <= b,
        Comparison::Greater => a > b,
        Comparison::GreaterEqual => a >= b,
    }
}
