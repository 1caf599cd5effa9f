//! What can never be: the first thing in the scenario that excludes it.

use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{
    Argument, Body, EffectKind, EventId, EventPattern, FactId, Rule, Term, TermKind, Trigger, Value,
};
use crate::program::{GroundArgs, GroundValue};

use super::prover::Prover;
use super::state::Moment;
use super::terms::{Env, bound, conditions_of};
use super::tree::{Reason, Verdict};
use super::why::Depth;

/// More bindings than this of one rule are not looked at.
const BINDINGS: usize = 20_000;
/// More than any number of plain exclusions.
const UNCLEAR: usize = 1000;

/// What a rule would have to do; `None` among its arguments stands for anything.
type Pattern = [Option<GroundValue>];

/// What a rule would have to do.
#[derive(Clone, Copy)]
enum Target {
    Fact(FactId),
    Event(EventId),
}

/// What excludes a binding of a rule, whatever happens.
#[derive(Clone, Copy)]
enum Exclusion<'m> {
    /// A variable has a value outside the set it ranges over: the value and the set.
    Outside(crate::model::EntityId, &'m Term),
    /// A condition on what is written fails.
    Written(&'m Term),
    /// Nothing can raise the events that would set it off.
    Untriggered(&'m [EventPattern]),
    /// A fact it needs can never hold.
    Never(&'m Term, FactId, &'m [Argument]),
}

impl<'r> Prover<'_, 'r> {
    /// Why a fact can never hold.
    pub fn impossible_fact(
        &mut self,
        fact: FactId,
        args: &GroundArgs,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        let pattern: Vec<Option<GroundValue>> = args.iter().cloned().map(Some).collect();
        self.impossible(Target::Fact(fact), &pattern, at, left)
    }

    /// Why no event of that pattern can ever happen.
    pub fn impossible_event(
        &mut self,
        event: EventId,
        args: &Pattern,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        self.impossible(Target::Event(event), args, at, left)
    }

    fn impossible(&mut self, target: Target, args: &Pattern, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let mut reasons = vec![Reason::new(
            Verdict::Impossible,
            match target {
                Target::Fact(fact) if history.model.facts[fact].derived => "no rule can derive it",
                Target::Fact(_) => "no rule can start it, and it does not stand in `start:`",
                Target::Event(_) => "no rule can raise it, and it does not stand in the timeline",
            },
        )];
        let Some(left) = left.missing_deeper() else {
            return reasons;
        };
        for (id, rule) in history.model.rules.iter() {
            let mut best: Option<(usize, Env, Option<Exclusion<'r>>)> = None;
            for head in heads(rule, target) {
                for env in self.unified(rule, &head, target, args) {
                    let all = self.exclusions(rule, &env, at);
                    // What is excluded in a roundabout way is told by what it lacks in the present state.
                    let failing = if all.is_empty() {
                        UNCLEAR + self.unmet(rule, &env, at)
                    } else {
                        all.len()
                    };
                    if best.as_ref().is_none_or(|(least, ..)| failing < *least) {
                        best = Some((failing, env, all.first().copied()));
                    }
                }
            }
            if let Some((_, env, exclusion)) = best {
                let says = rule.says.as_ref().map(|says| history.say(says, &env));
                let text = history
                    .rule_text(id, says, "")
                    .text
                    .replacen("by rule", "rule", 1);
                let conditions: Vec<&Term> = conditions_of(rule).collect();
                let premises = match exclusion {
                    Some(Exclusion::Untriggered(patterns)) => {
                        vec![self.untriggered(patterns, &self.fixed(rule, target, args), &env, at, left)]
                    }
                    Some(exclusion) => vec![self.exclusion(exclusion, &env, at, left)],
                    None => self.first_unmet(&conditions, &env, at, left),
                };
                reasons.push(Reason::new(Verdict::Note, text).premises(premises));
            }
        }
        reasons
    }

    /// All bindings of a rule under which its head is the target.
    fn unified(&self, rule: &Rule, head: &[&Term], target: Target, args: &Pattern) -> Vec<Env> {
        let symmetric = matches!(target, Target::Fact(fact) if self.history.model.facts[fact].symmetric);
        let turned: Vec<Option<GroundValue>> = args.iter().rev().cloned().collect();
        let view = self.view(Moment(0));
        let orders = if symmetric {
            vec![args.to_vec(), turned]
        } else {
            vec![args.to_vec()]
        };
        let mut found = Vec::new();
        for args in orders {
            let Some(env) = self.bind(head, &args, &vec![None; rule.bound]) else {
                continue;
            };
            let mut all = vec![env];
            for (id, variable) in rule.variables.iter().take(rule.bound) {
                all = all
                    .into_iter()
                    .flat_map(|env| {
                        if env.get(id.index()).is_some_and(Option::is_some) {
                            return vec![env];
                        }
                        // What the target does not fix is looked for where the rule looks for it.
                        let domain = variable
                            .domain
                            .as_ref()
                            .and_then(|domain| view.value(domain, &env));
                        let members = match domain {
                            Some(Value::Set(members)) if !members.is_empty() => members,
                            _ => self.history.model.members_of(variable.kind),
                        };
                        members
                            .into_iter()
                            .map(|member| bound(&env, id, Value::Entity(member)))
                            .collect()
                    })
                    .take(BINDINGS)
                    .collect();
            }
            // A head that was not a plain variable can be compared only now.
            all.retain(|env| self.bind(head, &args, env).is_some());
            found.extend(all);
        }
        found
    }

    /// The environment in which the terms are these arguments; none if they cannot be.
    fn bind(&self, terms: &[&Term], args: &Pattern, env: &Env) -> Option<Env> {
        let view = self.view(Moment(0));
        let mut env = env.clone();
        for (term, arg) in terms.iter().zip(args) {
            let Some(arg) = arg else { continue };
            match view.value(term, &env) {
                Some(value) if GroundValue::of(&value).as_ref() == Some(arg) => {}
                Some(_) => return None,
                None => {
                    if let TermKind::Variable(id) = term.kind {
                        env = bound(&env, id, arg.value()?);
                    }
                }
            }
        }
        Some(env)
    }

    fn unmet(&self, rule: &Rule, env: &Env, at: Moment) -> usize {
        let view = self.view(at);
        conditions_of(rule)
            .filter(|condition| !view.holds(condition, env))
            .count()
    }

    /// All that excludes a binding, the plainest first.
    fn exclusions(&self, rule: &'r Rule, env: &Env, at: Moment) -> Vec<Exclusion<'r>> {
        let view = self.view(at);
        let mut found = Vec::new();
        for (id, variable) in rule.variables.iter().take(rule.bound) {
            let (Some(domain), Some(Value::Entity(entity))) =
                (&variable.domain, env.get(id.index()).cloned().flatten())
            else {
                continue;
            };
            match view.value(domain, env) {
                Some(Value::Set(members)) if members.binary_search(&entity).is_ok() => {}
                _ => found.push(Exclusion::Outside(entity, domain)),
            }
        }
        let failing = conditions_of(rule).filter(|term| view.is_written(term, env) && !view.holds(term, env));
        found.extend(failing.map(Exclusion::Written));
        if let Trigger::On(patterns) = &rule.trigger
            && !patterns.iter().any(|pattern| self.can_happen(pattern, env))
        {
            found.push(Exclusion::Untriggered(patterns));
        }
        for condition in conditions_of(rule) {
            if let TermKind::Fact(fact, args) = &condition.kind
                && let Some(pattern) = view.pattern(args, env)
                && self.history.matching(*fact, &pattern).is_empty()
            {
                found.push(Exclusion::Never(condition, *fact, args));
            }
        }
        found
    }

    /// An exclusion in words.
    fn exclusion(&mut self, exclusion: Exclusion<'r>, env: &Env, at: Moment, left: Depth) -> Reason {
        let history = self.history;
        let view = self.view(at);
        match exclusion {
            Exclusion::Outside(entity, domain) => {
                let text = format!(
                    "{} is among {}",
                    history.model.describe(entity),
                    view.path(domain, env)
                );
                Reason::new(Verdict::Missing, text).because(history.as_written(view.owner(domain, env)))
            }
            Exclusion::Written(condition) => Reason::new(Verdict::Missing, view.clause(condition, env))
                .because(history.as_written(view.owner(condition, env))),
            Exclusion::Untriggered(patterns) => self.untriggered(patterns, env, env, at, left),
            Exclusion::Never(condition, fact, args) => {
                let reason = Reason::new(Verdict::Missing, view.clause(condition, env));
                let pattern = view.pattern(args, env).unwrap_or_default();
                let premises = self.impossible(Target::Fact(fact), &pattern, at, left);
                reason.premises(premises)
            }
        }
    }

    /// The events that nothing can raise; in general terms where already those can never come.
    fn untriggered(
        &mut self,
        patterns: &[EventPattern],
        fixed: &Env,
        env: &Env,
        at: Moment,
        left: Depth,
    ) -> Reason {
        let in_general = !patterns.iter().any(|pattern| self.can_happen(pattern, fixed));
        let env = if in_general { fixed } else { env };
        let words: Vec<String> = patterns
            .iter()
            .map(|pattern| self.pattern_words(pattern, env))
            .collect();
        let reason = Reason::new(Verdict::NotHappened, format!("`{}`", words.join(" or ")));
        let [pattern] = patterns else { return reason };
        let args = self.open_pattern(pattern, env);
        let premises = self.impossible_event(pattern.event, &args, at, left);
        reason.premises(premises)
    }

    /// The variables of a rule that its target fixes.
    fn fixed(&self, rule: &Rule, target: Target, args: &Pattern) -> Env {
        let open = vec![None; rule.bound];
        let mut heads = heads(rule, target).into_iter();
        heads
            .find_map(|head| self.bind(&head, args, &open))
            .unwrap_or(open)
    }

    fn can_happen(&self, pattern: &EventPattern, env: &Env) -> bool {
        let wanted = self.open_pattern(pattern, env);
        self.history
            .events_matching(pattern.event, &wanted)
            .next()
            .is_some()
    }

    /// The arguments of a pattern as far as they are known.
    pub fn open_pattern(&self, pattern: &EventPattern, env: &Env) -> Vec<Option<GroundValue>> {
        let view = self.view(Moment(0));
        let value = |arg: &Argument| GroundValue::of(&view.value(arg.as_ref()?, env)?);
        pattern.args.iter().map(value).collect()
    }

    /// An event pattern as an author writes it, with its variables filled.
    pub fn pattern_words(&self, pattern: &EventPattern, env: &Env) -> String {
        let view = self.view(Moment(0));
        let value = |arg: &Argument| arg.as_ref().and_then(|arg| view.value(arg, env));
        let args: Vec<Option<Value>> = pattern.args.iter().map(value).collect();
        self.history
            .model
            .atom_text(&self.history.model.events[pattern.event].name, &args)
    }
}

/// The places in a rule that do something, each with its arguments.
fn heads(rule: &Rule, target: Target) -> Vec<Vec<&Term>> {
    let mut found: Vec<Vec<&Term>> = Vec::new();
    match &rule.body {
        Body::Derive(all) => {
            for (fact, args) in all {
                if matches!(target, Target::Fact(id) if id == *fact) {
                    found.push(args.iter().collect());
                }
            }
        }
        Body::Then(effects) => for_each_effect(effects, &mut |effect| match (&effect.kind, target) {
            (EffectKind::Start(fact, args), Target::Fact(id)) if *fact == id => {
                found.push(args.iter().collect());
            }
            (EffectKind::Happen(happen), Target::Event(id)) if happen.event == id => {
                found.push(happen.args.iter().collect());
            }
            _ => {}
        }),
    }
    found
}
