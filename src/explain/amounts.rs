//! Why a number is what it is: its measures with their last change, its assumptions with their reasons.

use crate::engine::What;
use crate::model::{Term, TermKind, Value};
use crate::program::{GroundMeasure, Op};

use super::prover::Prover;
use super::state::Moment;
use super::terms::{Env, View};
use super::tree::{Because, BecauseKind, Reason, Verdict};
use super::why::Depth;

impl Prover<'_, '_> {
    /// What an amount was computed from, each thing once.
    pub fn amounts(&mut self, term: &Term, env: &Env, at: Moment, left: Depth) -> Vec<Reason> {
        let mut reasons: Vec<Reason> = Vec::new();
        let mut push = |reason: Option<Reason>| {
            if let Some(reason) = reason
                && !reasons.iter().any(|known| known.statement == reason.statement)
            {
                reasons.push(reason);
            }
        };
        match &term.kind {
            TermKind::Measure(measure, args) => {
                push(self.view(at).arguments(args, env).map(|args| {
                    self.measure(
                        &GroundMeasure {
                            measure: *measure,
                            args,
                        },
                        at,
                        None,
                    )
                }));
            }
            TermKind::Quantity(id, args) => {
                let view = self.view(at);
                let inner: Env = args.iter().map(|arg| view.value(arg, env)).collect();
                let reason = Reason::new(Verdict::Amount, view.is_amount(term, env));
                let quantity = &self.history.model.quantities[*id];
                push(Some(match left.deeper() {
                    Some(left) => reason.premises(self.amounts(&quantity.is, &inner, at, left)),
                    None => Reason { cut: true, ..reason },
                }));
            }
            TermKind::Assumption(..) => push(self.assumption(term, env, at)),
            // A count is told by who is counted, where it is compared.
            TermKind::Quantifier(_) => {}
            TermKind::If(condition, a, b) => {
                let holds = self.view(at).holds(condition, env);
                for reason in self.condition(condition, env, at, holds, left) {
                    push(Some(reason));
                }
                for reason in self.amounts(if holds { a } else { b }, env, at, left) {
                    push(Some(reason));
                }
            }
            _ => {
                let mut parts = Vec::new();
                term.for_each_part(&mut |part| parts.push(part));
                for part in parts {
                    for reason in self.amounts(part, env, at, left) {
                        push(Some(reason));
                    }
                }
            }
        }
        reasons
    }

    /// A measure with its last change; with `left` also why that change came about.
    pub fn measure(&mut self, measure: &GroundMeasure, at: Moment, left: Option<Depth>) -> Reason {
        let history = self.history;
        let value = history.amount(measure.measure, measure.args.clone(), at);
        let reason = Reason::new(
            Verdict::Amount,
            format!("{} is {value}", history.measure_words(measure)),
        )
        .atom(crate::program::spell(
            history.model,
            &history.model.measures[measure.measure].name,
            &measure.args,
        ));
        let Some(slot) = history.slot(measure.measure, &measure.args) else {
            return reason.because(history.amount_from_start(measure));
        };
        let changed = history.last_entry(
            at,
            |what| matches!(what, What::Measured { slot: id, .. } if *id == slot),
        );
        let Some((entry, What::Measured { from, by, .. })) =
            changed.and_then(|entry| Some((entry, &history.entries.get(entry)?.what)))
        else {
            return reason.because(history.amount_from_start(measure));
        };
        let reason = reason.on(history.day_of(entry));
        let changes = |op: &Op| match op {
            Op::Set(id, _) | Op::Add(id, _) => *id == slot,
            _ => false,
        };
        let (mut because, premises) = match left {
            Some(left) => self.cause(by, entry, &changes, left),
            // The rule and how the dice fell; what the rule read would lead through the whole past.
            None => match by.first() {
                Some(instance) => {
                    let because = history.by_rule(*instance, &history.rhythm(*instance));
                    let draws = self.draws(*instance, entry, &changes);
                    let draws = draws
                        .into_iter()
                        .map(|draw| self.draw(draw, Depth { proof: 1, missing: 0 }));
                    (Some(because), draws.collect())
                }
                None => (None, Vec::new()),
            },
        };
        if let Some(because) = &mut because {
            because.text = format!("before {from}; {}", because.text);
        }
        Reason {
            because,
            premises,
            ..reason
        }
    }

    /// An assumption with its reason.
    fn assumption(&self, term: &Term, env: &Env, at: Moment) -> Option<Reason> {
        let TermKind::Assumption(id, args) = &term.kind else {
            return None;
        };
        let view = self.view(at);
        let assumption = &self.history.model.assumptions[*id];
        let index = args
            .iter()
            .map(|arg| view.value(arg, env))
            .collect::<Option<Vec<Value>>>()?;
        let entry = assumption.entry(&index)?;
        let range = entry.range.as_ref().map_or_else(String::new, |(low, high)| {
            format!(", between {} and {}", view.spelled(low), view.spelled(high))
        });
        let why = entry
            .why
            .as_ref()
            .map_or_else(String::new, |why| format!(": {why}"));
        let because = Because {
            kind: BecauseKind::Written,
            ..self.history.written(
                BecauseKind::Written,
                &format!("assumed{range}{why}"),
                &entry.about,
            )
        };
        Some(Reason::new(Verdict::Amount, view.is_amount(term, env)).because(because))
    }
}

impl View<'_, '_> {
    /// `losses of Russia is 0.62`
    pub fn is_amount(&self, term: &Term, env: &Env) -> String {
        let value = self
            .value(term, env)
            .map_or_else(|| String::from("unknown"), |value| self.spelled(&value));
        let text = self.amount(term, env);
        let bare = text.strip_suffix(&format!(" ({value})")).unwrap_or(&text);
        match &term.kind {
            TermKind::Assumption(..) => format!("`{bare}` is {value}"),
            _ => format!("{bare} is {value}"),
        }
    }
}
