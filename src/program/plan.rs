//! In which order the variables of a rule are bound, given what started the search.

use crate::model::{
    Argument, Comparison, EventPattern, FactId, Model, Rule, Term, TermKind, Trigger, VariableId,
};

use super::reads::{conjuncts, is_static, variables};

/// What a rule needs before an instance of it can ever fire: its generators.
#[derive(Debug)]
pub(crate) struct Needs<'m> {
    /// Facts that must be possible.
    pub literals: Vec<(FactId, &'m [Argument])>,
    /// Conditions known once their variables are.
    pub tests: Vec<&'m Term>,
    /// Events one of which must be possible; empty where the rule waits for none.
    pub triggers: &'m [EventPattern],
}

impl<'m> Needs<'m> {
    /// `guarded` is false where instances must exist even if their `if:` can never hold: they count occurrences.
    pub fn of(rule: &'m Rule, guarded: bool) -> Self {
        let mut needs = Needs {
            literals: Vec::new(),
            tests: Vec::new(),
            triggers: &[],
        };
        let mut conditions: Vec<&Term> = Vec::new();
        match &rule.trigger {
            Trigger::On(patterns) => needs.triggers = patterns,
            Trigger::When(when) => conditions.extend(when),
            Trigger::Always | Trigger::Every(_) => {}
        }
        if guarded {
            conditions.extend(&rule.conditions);
        }
        for part in conditions.into_iter().flat_map(conjuncts) {
            match &part.kind {
                TermKind::Fact(fact, args) if args.iter().flatten().all(is_static) => {
                    needs.literals.push((*fact, args));
                }
                _ if is_static(part) => needs.tests.push(part),
                _ => {}
            }
        }
        needs
    }
}

/// What started a search for instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seed {
    /// Nothing: the rule needs no fact and no event.
    Empty,
    /// A fact that has become possible and matches this literal.
    Literal(usize),
    /// An event that has become possible and matches this trigger.
    Trigger(usize),
}

/// One step of a search.
#[derive(Clone, Debug)]
pub(crate) enum Step<'m> {
    /// Go on only if this holds.
    Test(&'m Term),
    /// Go on only if the variable's value is in its domain.
    InDomain(VariableId),
    /// Bind the variable to the only value that fits.
    Assign(VariableId, &'m Term),
    /// Bind the variable to each member of its domain.
    Domain(VariableId),
    /// Bind the variables of a literal from each possible fact that matches; with all bound, a test.
    Literal(usize),
    /// Go on only if some trigger is possible; binds nothing.
    Triggered,
}

/// The order of a search, chosen greedily by what narrows most.
pub(crate) fn plan<'m>(model: &Model, rule: &'m Rule, needs: &Needs<'m>, seed: Seed) -> Vec<Step<'m>> {
    let mut bound: Vec<VariableId> = Vec::new();
    let mut in_domain: Vec<VariableId> = Vec::new();
    let mut literals: Vec<usize> = (0..needs.literals.len()).collect();
    let mut tests: Vec<&Term> = needs.tests.clone();
    let mut triggered = needs.triggers.is_empty();
    let mut steps = Vec::new();
    let mut waiting: Vec<VariableId> = rule.variables.ids().take(rule.bound).collect();

    let args: &[Argument] = match seed {
        Seed::Empty => &[],
        Seed::Literal(index) => {
            literals.retain(|other| *other != index);
            needs.literals.get(index).map_or(&[], |(_, args)| args)
        }
        Seed::Trigger(index) => {
            triggered = true;
            needs.triggers.get(index).map_or(&[], |pattern| &pattern.args)
        }
    };
    let binds = |args: &[Argument]| -> Vec<VariableId> { args.iter().flatten().filter_map(plain).collect() };
    bound.extend(binds(args));

    loop {
        let known = |term: &Term, bound: &[VariableId]| variables(term).iter().all(|v| bound.contains(v));
        waiting.retain(|variable| {
            if !bound.contains(variable) {
                return true;
            }
            if !in_domain.contains(variable)
                && rule.variables[*variable]
                    .domain
                    .as_ref()
                    .is_none_or(|domain| known(domain, &bound))
            {
                in_domain.push(*variable);
                steps.push(Step::InDomain(*variable));
                return false;
            }
            true
        });
        tests.retain(|test| {
            let ready = known(test, &bound);
            if ready {
                steps.push(Step::Test(test));
            }
            !ready
        });
        literals.retain(|index| {
            let ready = needs
                .literals
                .get(*index)
                .is_some_and(|(_, args)| args.iter().flatten().all(|arg| known(arg, &bound)));
            if ready {
                steps.push(Step::Literal(*index));
            }
            !ready
        });
        if let Some((variable, term)) = tests.iter().find_map(|test| equality(test, &bound)) {
            steps.push(Step::Assign(variable, term));
            bound.push(variable);
            continue;
        }
        // What is left to choose from, cheapest first; ties in order of writing.
        let mut best: Option<(usize, Option<usize>, Option<VariableId>)> = None;
        let mut offer = |cost: usize, literal: Option<usize>, variable: Option<VariableId>| {
            if best.is_none_or(|(least, ..)| cost < least) {
                best = Some((cost, literal, variable));
            }
        };
        for index in &literals {
            if let Some((_, args)) = needs.literals.get(*index) {
                let some_bound = args.iter().flatten().any(|arg| known(arg, &bound));
                let usable = args
                    .iter()
                    .flatten()
                    .all(|arg| plain(arg).is_some() || known(arg, &bound));
                if usable {
                    offer(if some_bound { 5 } else { 60 }, Some(*index), None);
                }
            }
        }
        for variable in waiting.iter().filter(|variable| !bound.contains(variable)) {
            match &rule.variables[*variable].domain {
                Some(Term {
                    kind: TermKind::Members(kind),
                    ..
                }) => {
                    offer(model.members_of(*kind).len().max(1) * 2, None, Some(*variable));
                }
                Some(domain) if known(domain, &bound) => offer(4, None, Some(*variable)),
                _ => {}
            }
        }
        match best {
            Some((_, Some(index), _)) => {
                literals.retain(|other| *other != index);
                steps.push(Step::Literal(index));
                if let Some((_, args)) = needs.literals.get(index) {
                    bound.extend(binds(args));
                }
            }
            Some((_, None, Some(variable))) => {
                waiting.retain(|other| *other != variable);
                steps.push(Step::Domain(variable));
                bound.push(variable);
            }
            _ => break,
        }
    }
    if !triggered {
        steps.push(Step::Triggered);
    }
    steps
}

/// The variable an argument is, if it is just that.
pub(crate) fn plain(term: &Term) -> Option<VariableId> {
    match term.kind {
        TermKind::Variable(id) => Some(id),
        _ => None,
    }
}

/// `v == term` or `term == v` with `v` not yet bound and `term` known.
fn equality<'m>(test: &'m Term, bound: &[VariableId]) -> Option<(VariableId, &'m Term)> {
    let TermKind::Compare(Comparison::Equal, a, b) = &test.kind else {
        return None;
    };
    [(a, b), (b, a)].into_iter().find_map(|(variable, other)| {
        let variable = plain(variable).filter(|variable| !bound.contains(variable))?;
        variables(other)
            .iter()
            .all(|v| bound.contains(v))
            .then_some((variable, &**other))
    })
}
