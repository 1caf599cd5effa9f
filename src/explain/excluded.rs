//! What can never be: the first thing in the scenario that excludes it.

use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{
    Argument, Body, EffectKind, EventId, EventPattern, FactId, Rule, Term, TermKind, Trigger, Value,
};
use crate::program::{GroundArgs, GroundEventKey, GroundValue};

use super::prover::Prover;
use super::state::Moment;
use super::terms::{Env, bound, conditions_of};
use super::tree::{Reason, Verdict};
use super::why::Depth;

/// More bindings than this of one rule are not looked at.
const BINDINGS: usize = 20_000;

/// What a rule would have to do.
#[derive(Clone, Copy)]
enum Target {
    Fact(FactId),
    Event(EventId),
}

impl Prover<'_, '_> {
    /// Why a fact can never hold.
    pub fn impossible_fact(&mut self, fact: FactId, args: &GroundArgs, at: Moment, left: Depth) -> Vec<Reason> {
        let declared = &self.history.model.facts[fact];
        let none = if declared.derived {
            "no rule can derive it, so it can never hold"
        } else {
            "no rule can start it and it does not stand in `start:`, so it can never hold"
        };
        self.impossible(Target::Fact(fact), args, none, at, left)
    }

    /// Why an event can never happen.
    pub fn impossible_event(&mut self, event: EventId, args: &GroundArgs, at: Moment, left: Depth) -> Vec<Reason> {
        let none = "no rule can raise it and it does not stand in the timeline, so it can never happen";
        self.impossible(Target::Event(event), args, none, at, left)
    }

    fn impossible(
        &mut self,
        target: Target,
        args: &GroundArgs,
        none: &str,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        let history = self.history;
        let mut reasons = vec![Reason::new(Verdict::Impossible, none)];
        let Some(left) = left.missing_deeper() else { return reasons };
        for (id, rule) in history.model.rules.iter() {
            let mut best: Option<(usize, Env, Reason)> = None;
            for head in heads(rule, target) {
                for env in self.unified(rule, &head, target, args) {
                    let (failing, first) = self.exclusions(rule, &env, at, left);
                    if let Some(first) = first
                        && best.as_ref().is_none_or(|(least, ..)| failing < *least)
                    {
                        best = Some((failing, env, first));
                    }
                }
            }
            if let Some((_, env, first)) = best {
                let says = rule.says.as_ref().map(|says| history.say(says, &env));
                let text = history.rule_text(id, says, "").text.replacen("by rule", "rule", 1);
                reasons.push(Reason::new(Verdict::Note, text).premises(vec![first]));
            }
        }
        reasons
    }

    /// All bindings of a rule under which its head is the target.
    fn unified(&self, rule: &Rule, head: &[&Term], target: Target, args: &GroundArgs) -> Vec<Env> {
        let symmetric = matches!(target, Target::Fact(fact) if self.history.model.facts[fact].symmetric);
        let mut turned = args.clone();
        turned.reverse();
        let orders = if symmetric { vec![args.clone(), turned] } else { vec![args.clone()] };
        let mut found = Vec::new();
        for args in orders {
            let Some(env) = self.bind(head, &args, &vec![None; rule.bound]) else { continue };
            let mut all = vec![env];
            for (id, variable) in rule.variables.iter().take(rule.bound) {
                all = all
                    .into_iter()
                    .flat_map(|env| {
                        if env.get(id.index()).is_some_and(Option::is_some) {
                            return vec![env];
                        }
                        let members = self.history.model.members_of(variable.kind);
                        members.into_iter().map(|member| bound(&env, id, Value::Entity(member))).collect()
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
    fn bind(&self, terms: &[&Term], args: &[GroundValue], env: &Env) -> Option<Env> {
        let view = self.view(Moment(0));
        let mut env = env.clone();
        for (term, arg) in terms.iter().zip(args) {
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

    /// How many things exclude a binding, and the first of them.
    fn exclusions(&mut self, rule: &Rule, env: &Env, at: Moment, left: Depth) -> (usize, Option<Reason>) {
        let history = self.history;
        let view = self.view(at);
        let mut failing = 0;
        let mut first = None;
        let mut fail = |reason: Reason| {
            failing += 1;
            first = first.take().or(Some(reason));
        };
        for (id, variable) in rule.variables.iter().take(rule.bound) {
            let (Some(domain), Some(Value::Entity(entity))) = (&variable.domain, env.get(id.index()).cloned().flatten())
            else {
                continue;
            };
            match view.value(domain, env) {
                Some(Value::Set(members)) if members.binary_search(&entity).is_ok() => {}
                _ => {
                    let text = format!("{} is among {}", history.model.describe(entity), view.path(domain, env));
                    fail(Reason::new(Verdict::Missing, text).because(history.as_written(view.owner(domain, env))));
                }
            }
        }
        for condition in conditions_of(rule) {
            if view.is_written(condition, env) && !view.holds(condition, env) {
                let reason = Reason::new(Verdict::Missing, view.clause(condition, env));
                fail(reason.because(history.as_written(view.owner(condition, env))));
            }
        }
        if let Trigger::On(patterns) = &rule.trigger
            && !patterns.iter().any(|pattern| self.can_happen(pattern, env))
        {
            let words: Vec<String> = patterns.iter().map(|pattern| self.pattern_words(pattern, env)).collect();
            fail(Reason::new(Verdict::NotHappened, format!("`{}`, which nothing can raise", words.join(" or "))));
        }
        let mut impossible = Vec::new();
        for condition in conditions_of(rule) {
            if let TermKind::Fact(fact, args) = &condition.kind
                && let Some(pattern) = view.pattern(args, env)
                && history.matching(*fact, &pattern).is_empty()
            {
                failing += 1;
                impossible.push((*fact, args.as_slice(), condition));
            }
        }
        if let (None, Some((fact, args, condition))) = (&first, impossible.first()) {
            let mut reason = Reason::new(Verdict::Missing, view.clause(condition, env));
            let closed: Option<Vec<Term>> = args.iter().cloned().collect::<Option<_>>();
            if let Some(args) = closed.and_then(|args| view.arguments(&args, env)) {
                reason.premises = match left.missing_deeper() {
                    Some(left) => self.impossible_fact(*fact, &args, at, left),
                    None => vec![Reason::new(Verdict::Impossible, "nothing can ever make it hold")],
                };
            }
            first = Some(reason);
        }
        (failing, first)
    }

    fn can_happen(&self, pattern: &EventPattern, env: &Env) -> bool {
        let history = self.history;
        let Some(wanted) = self.view(Moment(0)).pattern(&pattern.args, env) else { return false };
        match wanted.iter().cloned().collect::<Option<GroundArgs>>() {
            Some(args) => history.event(&GroundEventKey { event: pattern.event, args }).is_some(),
            None => history.program.events.values().any(|event| {
                event.key.event == pattern.event && crate::program::matches(&wanted, &event.key.args)
            }),
        }
    }

    /// An event pattern as an author writes it, with its variables filled.
    pub fn pattern_words(&self, pattern: &EventPattern, env: &Env) -> String {
        let view = self.view(Moment(0));
        let value = |arg: &Argument| arg.as_ref().and_then(|arg| view.value(arg, env));
        let args: Vec<Option<Value>> = pattern.args.iter().map(value).collect();
        self.history.model.atom_text(&self.history.model.events[pattern.event].name, &args)
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
            (EffectKind::Start(fact, args), Target::Fact(id)) if *fact == id => found.push(args.iter().collect()),
            (EffectKind::Happen(happen), Target::Event(id)) if happen.event == id => {
                found.push(happen.args.iter().collect());
            }
            _ => {}
        }),
    }
    found
}
