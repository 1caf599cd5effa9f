//! Bindings of rules, and the strata of derived facts (DESIGN 5 and 7).

use super::terms::{Atom, Env, Reader, Snapshot, Word, fits, kept};
use super::world::Fault;
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::{
    Argument, AttributeValue, Body, FactId, Model, QuantifierKind, Rule, RuleId, Term, TermKind, Trigger,
    Value, VariableId,
};

/// A rule with all variables of its `for:` bound.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'m> {
    pub id: RuleId,
    pub rule: &'m Rule,
    pub env: Env,
    /// The days on which it ticks: `from + k * d`, k = 1, 2, ..., computed from the anchor (DESIGN 7).
    pub ticks: Vec<Day>,
}

/// Instances whose derived facts hang on each other, if at all, without negation.
pub(crate) type Layer<'m> = Vec<Deriving<'m>>;

/// An instance with the facts it derives.
#[derive(Clone, Debug)]
pub(crate) struct Deriving<'m> {
    pub instance: Instance<'m>,
    pub heads: Vec<Atom<FactId>>,
}

impl Instance<'_> {
    /// `rule(a, b)`
    pub fn name(&self, model: &Model) -> String {
        let values = self.env.values().map(|value| super::terms::spell(model, value));
        format!("{}({})", self.rule.name, values.collect::<Vec<_>>().join(", "))
    }
}

/// All instances of acting rules in canonical order, and those of deriving rules in layers.
pub(crate) fn all(model: &Model) -> Result<(Vec<Instance<'_>>, Vec<Layer<'_>>), Fault> {
    let nothing = Snapshot::default();
    let reader = Reader {
        model,
        snapshot: &nothing,
    };
    let (mut acting, mut deriving) = (Vec::new(), Vec::new());
    for (id, rule) in model.rules.iter() {
        for env in bindings(&reader, rule)? {
            let ticks = ticks(&reader, rule, &env)?;
            let instance = Instance { id, rule, env, ticks };
            match &rule.body {
                Body::Then(_) => acting.push(instance),
                Body::Derive(heads) => {
                    if !can_hold(&reader, &instance)? {
                        continue;
                    }
                    let head = |(fact, args): &(FactId, Vec<Term>)| {
                        Ok(kept(model, *fact, reader.words(args, &instance.env)?))
                    };
                    let heads = heads.iter().map(head).collect::<Result<_, Fault>>()?;
                    deriving.push(Deriving { instance, heads });
                }
            }
        }
    }
    Ok((acting, layers(&reader, deriving)?))
}

fn ticks(reader: &Reader<'_, '_>, rule: &Rule, env: &Env) -> Result<Vec<Day>, Fault> {
    let Trigger::Every(every) = &rule.trigger else {
        return Ok(Vec::new());
    };
    let Value::Duration(every) = reader.value(every, env)? else {
        return Err(Fault::Unread);
    };
    let (from, to) = reader.model.period;
    let days = (1..).map(|k| every.times(k).map_or(Day::NEVER, |time| from + time));
    Ok(days.take_while(|day| *day <= to).collect())
}

/// Every way to bind the variables of `for:`. A domain may read other variables, so that their order of writing does
/// not matter (DESIGN 5): whichever can be bound next is.
fn bindings(reader: &Reader<'_, '_>, rule: &Rule) -> Result<Vec<Env>, Fault> {
    let mut open: Vec<(VariableId, &Term)> = rule
        .variables
        .iter()
        .take(rule.bound)
        .filter_map(|(id, variable)| Some((id, variable.domain.as_ref()?)))
        .collect();
    let mut found = vec![Env::new()];
    while !open.is_empty() {
        // All ways so far bind the same variables.
        let Some(one) = found.first() else {
            return Ok(found);
        };
        let next = open
            .iter()
            .position(|(_, domain)| reader.set(domain, one).is_ok())
            .ok_or(Fault::Unread)?;
        let (variable, domain) = open.remove(next);
        let mut longer = Vec::new();
        for env in found {
            for member in reader.set(domain, &env)? {
                let mut env = env.clone();
                env.insert(variable, Value::Entity(member));
                longer.push(env);
            }
        }
        found = longer;
    }
    Ok(found)
}

/// Whether no condition that is known at load fails.
fn can_hold(reader: &Reader<'_, '_>, instance: &Instance<'_>) -> Result<bool, Fault> {
    for condition in &instance.rule.conditions {
        if !reads_state(reader.model, condition) && !reader.truth(condition, &instance.env)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn reads_state(model: &Model, term: &Term) -> bool {
    term.any(&mut |part| match &part.kind {
        TermKind::Fact(..) | TermKind::Measure(..) | TermKind::Quantity(..) | TermKind::Norm(..) => true,
        // A condition among the attributes reads what it will.
        TermKind::Attribute(_, attribute) => {
            let mut entities = model.entities.values();
            entities.any(|entity| matches!(entity.values.get(attribute), Some(AttributeValue::Condition(_))))
        }
        _ => false,
    })
}

/// Whether and how a condition reads derived facts: each with a pattern, and whether more of them can only help.
struct Reads {
    found: Vec<(FactId, Vec<Option<Word>>, bool)>,
}

impl Reads {
    fn of(reader: &Reader<'_, '_>, terms: &[Term], env: &Env) -> Result<Reads, Fault> {
        let mut reads = Reads { found: Vec::new() };
        for term in terms {
            reads.term(reader, term, env, true)?;
        }
        Ok(reads)
    }

    fn argument(
        &mut self,
        reader: &Reader<'_, '_>,
        fact: FactId,
        args: &[Argument],
        env: &Env,
        helps: bool,
    ) -> Result<(), Fault> {
        if reader.model.facts[fact].derived {
            self.found.push((fact, reader.pattern(args, env)?, helps));
        }
        Ok(())
    }

    fn term(&mut self, reader: &Reader<'_, '_>, term: &Term, env: &Env, helps: bool) -> Result<(), Fault> {
        match &term.kind {
            TermKind::Fact(fact, args) => self.argument(reader, *fact, args, env, helps),
            TermKind::Attribute(of, attribute) => {
                let entity = &reader.model.entities[reader.entity(of, env)?];
                match entity.values.get(attribute) {
                    Some(AttributeValue::Condition(condition)) => {
                        self.term(reader, condition, &Env::new(), helps)
                    }
                    _ => Ok(()),
                }
            }
            TermKind::Quantity(quantity, args) => {
                let inner = args.iter().enumerate();
                let inner =
                    inner.map(|(place, arg)| Ok((VariableId::from_index(place), reader.value(arg, env)?)));
                let inner = inner.collect::<Result<Env, Fault>>()?;
                self.term(reader, &reader.model.quantities[*quantity].is, &inner, false)
            }
            TermKind::And(parts) | TermKind::Or(parts) => self.terms(reader, parts.iter(), env, helps),
            TermKind::Min(parts) | TermKind::Max(parts) => self.terms(reader, parts.iter(), env, false),
            TermKind::Not(inner) | TermKind::Negate(inner) => self.term(reader, inner, env, false),
            TermKind::Compare(_, a, b) | TermKind::Arithmetic(_, a, b) | TermKind::Over(a, b) => {
                self.terms(reader, [a.as_ref(), b.as_ref()].into_iter(), env, false)
            }
            TermKind::If(condition, a, b) => self.terms(
                reader,
                [condition.as_ref(), a.as_ref(), b.as_ref()].into_iter(),
                env,
                false,
            ),
            TermKind::Quantifier(quantifier) => {
                let (condition_helps, body_helps) = match quantifier.kind {
                    QuantifierKind::Any => (helps, helps),
                    QuantifierKind::All => (false, helps),
                    QuantifierKind::Count | QuantifierKind::Sum => (false, false),
                };
                for member in reader.set(&quantifier.set, env)? {
                    let mut inner = env.clone();
                    inner.insert(quantifier.variable, Value::Entity(member));
                    self.terms(reader, quantifier.condition.iter(), &inner, condition_helps)?;
                    self.terms(reader, quantifier.body.iter(), &inner, body_helps)?;
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn terms<'t>(
        &mut self,
        reader: &Reader<'_, '_>,
        terms: impl Iterator<Item = &'t Term>,
        env: &Env,
        helps: bool,
    ) -> Result<(), Fault> {
        for term in terms {
            self.term(reader, term, env, helps)?;
        }
        Ok(())
    }
}

/// Stratifies ground instances (DESIGN 7: negation and counting only across strata). Each instance stands above what it reads
/// otherwise than positively, and not below what it reads positively; the heights are raised until they fit.
fn layers<'m>(reader: &Reader<'_, 'm>, all: Vec<Deriving<'m>>) -> Result<Vec<Layer<'m>>, Fault> {
    let mut reads = Vec::new();
    for deriving in &all {
        reads.push(Reads::of(
            reader,
            &deriving.instance.rule.conditions,
            &deriving.instance.env,
        )?);
    }
    let mut heights = vec![0usize; all.len()];
    loop {
        let mut raised = false;
        for (at, reads) in reads.iter().enumerate() {
            for (fact, wanted, helps) in &reads.found {
                for (other, below) in all.iter().enumerate() {
                    let is_read =
                        |(head, args): &Atom<FactId>| head == fact && fits(reader.model, *fact, wanted, args);
                    let least = heights.get(other).copied().unwrap_or(0) + usize::from(!helps);
                    if let Some(height) = heights.get_mut(at)
                        && below.heads.iter().any(is_read)
                        && *height < least
                    {
                        *height = least;
                        raised = true;
                    }
                }
            }
        }
        if !raised {
            break;
        }
        if heights.iter().any(|height| *height > all.len()) {
            return Err(Fault::NoStrata);
        }
    }
    let top = heights.iter().copied().max().map_or(0, |height| height + 1);
    let mut layers: Vec<Layer<'m>> = vec![Vec::new(); top];
    for (deriving, height) in all.into_iter().zip(heights) {
        if let Some(layer) = layers.get_mut(height) {
            layer.push(deriving);
        }
    }
    Ok(layers)
}
