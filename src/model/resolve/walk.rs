//! Looking through terms, effects and rules.

use crate::model::{
    Argument, Body, Deadline, Effect, EffectKind, EventPattern, Goal, Observed, Rule, Temporal, Term,
    TermKind, Trigger,
};

impl Term {
    /// Calls `visit` with each direct part of the term, in the order of writing.
    pub(crate) fn for_each_part<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        match &self.kind {
            TermKind::Value(_) | TermKind::Variable(_) | TermKind::Members(_) | TermKind::Outcome(_) => {}
            TermKind::Attribute(a, _) | TermKind::Not(a) | TermKind::Negate(a) | TermKind::Size(a) => {
                visit(a)
            }
            TermKind::Fact(_, args) => args.iter().flatten().for_each(visit),
            TermKind::Measure(_, terms)
            | TermKind::Quantity(_, terms)
            | TermKind::Assumption(_, terms)
            | TermKind::And(terms)
            | TermKind::Or(terms)
            | TermKind::Min(terms)
            | TermKind::Max(terms) => terms.iter().for_each(visit),
            TermKind::Norm(_, who, under) => {
                let both: [&'t Argument; 2] = [who, under];
                both.into_iter().flatten().for_each(visit);
            }
            TermKind::Compare(_, a, b)
            | TermKind::Arithmetic(_, a, b)
            | TermKind::In(a, b)
            | TermKind::Over(a, b) => {
                visit(a);
                visit(b);
            }
            TermKind::If(c, a, b) => {
                visit(c);
                visit(a);
                visit(b);
            }
            TermKind::Quantifier(q) => {
                visit(&q.set);
                q.condition.iter().for_each(&mut *visit);
                q.body.iter().for_each(visit);
            }
            TermKind::Temporal(word) => match word {
                Temporal::Ever(seen) | Temporal::Times(seen) | Temporal::First(seen) => match seen {
                    Observed::Events(patterns) => for_each_argument(patterns, visit),
                    Observed::Condition(term) => visit(term),
                },
                Temporal::AtEnd(term) | Temporal::Held(term) => visit(term),
            },
            TermKind::Probability(a, given) => {
                visit(a);
                given.iter().for_each(|g| visit(g));
            }
        }
    }

    /// Calls `visit` with the term and all its parts, however deep.
    pub(crate) fn walk<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        visit(self);
        self.for_each_part(&mut |part| part.walk(visit));
    }

    /// Whether the test holds for the term or any of its parts.
    pub(crate) fn any(&self, test: &mut dyn FnMut(&Term) -> bool) -> bool {
        let mut found = test(self);
        if !found {
            self.for_each_part(&mut |part| found = found || part.any(test));
        }
        found
    }

    /// Whether it speaks of probabilities, so that no single run can tell.
    pub(crate) fn is_probabilistic(&self) -> bool {
        self.any(&mut |part| matches!(part.kind, TermKind::Probability(..)))
    }
}

/// Calls `visit` with each argument of the patterns.
pub(crate) fn for_each_argument<'t>(patterns: &'t [EventPattern], visit: &mut dyn FnMut(&'t Term)) {
    patterns
        .iter()
        .flat_map(|pattern| pattern.args.iter().flatten())
        .for_each(visit);
}

/// Calls `visit` with each effect, also inside branches, options and `else:`.
pub(crate) fn for_each_effect<'t>(effects: &'t [Effect], visit: &mut dyn FnMut(&'t Effect)) {
    for effect in effects {
        visit(effect);
        match &effect.kind {
            EffectKind::Norm(norm) => for_each_effect(&norm.otherwise, visit),
            EffectKind::Chance(chance) => {
                chance
                    .branches
                    .iter()
                    .for_each(|branch| for_each_effect(&branch.then, visit));
            }
            EffectKind::Choice(choice) => {
                choice
                    .options
                    .iter()
                    .for_each(|option| for_each_effect(&option.then, visit));
            }
            _ => {}
        }
    }
}

/// Calls `visit` with each whole term of a rule: conditions, arguments, amounts, probabilities; not those of texts.
pub(crate) fn for_each_term<'t>(rule: &'t Rule, visit: &mut dyn FnMut(&'t Term)) {
    rule.variables
        .values()
        .filter_map(|variable| variable.domain.as_ref())
        .for_each(&mut *visit);
    match &rule.trigger {
        Trigger::Always => {}
        Trigger::On(patterns) => for_each_argument(patterns, visit),
        Trigger::When(conditions) => conditions.iter().for_each(&mut *visit),
        Trigger::Every(term) => visit(term),
    }
    rule.conditions.iter().for_each(&mut *visit);
    match &rule.body {
        Body::Derive(heads) => heads.iter().flat_map(|(_, args)| args).for_each(visit),
        Body::Then(effects) => for_each_effect(effects, &mut |effect| terms_of(effect, visit)),
    }
}

/// The terms of one effect, without the effects inside it.
fn terms_of<'t>(effect: &'t Effect, visit: &mut dyn FnMut(&'t Term)) {
    match &effect.kind {
        EffectKind::Start(_, args) => args.iter().for_each(visit),
        EffectKind::End(_, args) => args.iter().flatten().for_each(visit),
        EffectKind::Set(_, args, amount) | EffectKind::Add(_, args, amount) => {
            args.iter().for_each(&mut *visit);
            visit(amount);
        }
        EffectKind::Happen(happen) => {
            happen.args.iter().chain(&happen.after).for_each(&mut *visit);
            happen.unless.iter().flatten().for_each(visit);
        }
        EffectKind::Norm(norm) => {
            match &norm.goal {
                Goal::Do(patterns) | Goal::Refrain(patterns) => for_each_argument(patterns, visit),
                Goal::Reach(conditions) => conditions.iter().for_each(&mut *visit),
            }
            match &norm.deadline {
                Deadline::Open => {}
                Deadline::Within(term) | Deadline::Due(term) => visit(term),
                Deadline::Before(patterns) => for_each_argument(patterns, visit),
            }
            visit(&norm.of);
            norm.to
                .iter()
                .chain(&norm.under)
                .chain(&norm.while_)
                .for_each(visit);
        }
        EffectKind::Chance(chance) => {
            chance.args.iter().for_each(&mut *visit);
            chance
                .branches
                .iter()
                .filter_map(|branch| branch.p.as_ref())
                .for_each(visit);
        }
        EffectKind::Choice(choice) => {
            choice.args.iter().for_each(&mut *visit);
            visit(&choice.by);
            choice.default.iter().for_each(&mut *visit);
            choice
                .options
                .iter()
                .flat_map(|option| &option.conditions)
                .for_each(visit);
        }
    }
}
