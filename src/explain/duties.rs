//! Norms in words: what was owed, since when, by which rule, and what became of it.

use crate::engine::{NormSerial, What};
use crate::language::value::Day;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Body, EffectKind, EntityId, EventPattern, Goal, Norm, NormWord, Term};
use crate::program::{GroundGoal, Op, TemplateId};

use super::norms::{Ended, NormLife};
use super::prover::{Prover, Told, verdict};
use super::state::Moment;
use super::terms::{Env, binding_of};
use super::tree::{Reason, Verdict};
use super::why::Depth;

/// How many of several norms are told.
const AT_MOST: usize = 5;

impl Prover<'_, '_> {
    /// A question about norms, as it stands and as it should.
    pub fn norm_question(
        &mut self,
        word: NormWord,
        (who, under): (Option<EntityId>, Option<EntityId>),
        (term, env): (&Term, &Env),
        at: Moment,
        wanted: bool,
        left: Depth,
    ) -> Vec<Reason> {
        let history = self.history;
        let of = |life: &&NormLife| {
            who.is_none_or(|who| who == life.of) && (under.is_none() || under == life.under)
        };
        let matching: Vec<&NormLife> = history.norms.all.iter().filter(of).collect();
        let answering: Vec<NormSerial> = matching
            .iter()
            .filter(|life| life.answers(word, at))
            .map(|life| life.serial)
            .collect();
        let clause = self.view(at).clause(term, env);
        let mut reason = Reason::new(verdict(!answering.is_empty(), wanted), clause);
        let norms: Vec<NormSerial> = if answering.is_empty() {
            // What never was owed says nothing about a prohibition that stands beside it.
            let told = matching
                .iter()
                .filter(|life| life.arose < at.0 && !self.bars(life));
            told.map(|life| life.serial).collect()
        } else {
            answering
        };
        let Some(left) = left.deeper() else {
            return vec![Reason { cut: true, ..reason }];
        };
        if !norms.is_empty() {
            for norm in norms.iter().take(AT_MOST) {
                reason.premises.push(self.norm(*norm, at, left));
            }
            if let Some(more) = norms.len().checked_sub(AT_MOST).filter(|more| *more > 0) {
                reason
                    .premises
                    .push(Reason::new(Verdict::Note, format!("and {more} more")));
            }
        } else if wanted {
            reason.premises = self.missing_norm(word, (who, under), at, left);
        }
        vec![reason]
    }

    /// Whether a norm is a prohibition.
    fn bars(&self, life: &NormLife) -> bool {
        matches!(
            self.history.program.templates[life.template].goal,
            GroundGoal::Refrain(_)
        )
    }

    /// The life of a norm up to a moment.
    pub fn norm(&mut self, serial: NormSerial, at: Moment, left: Depth) -> Reason {
        let history = self.history;
        let Some(life) = history.norms.all.iter().find(|life| life.serial == serial) else {
            return Reason::new(Verdict::Note, "no such norm");
        };
        let template = &history.program.templates[life.template];
        let reason =
            Reason::new(Verdict::Holds, self.norm_words(life.template)).on(history.day_of(life.arose));
        let Some(left) = left.deeper() else {
            return self.cut(reason, &Told::Norm(serial));
        };
        if !self.told.insert(Told::Norm(serial)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let mut premises = self.fate(life, at, left);
        let imposes = |op: &Op| matches!(op, Op::Impose(id) if *id == life.template);
        let (because, arose) = self.effect(template.source, life.arose, &imposes, left);
        premises.extend(arose);
        Reason {
            because,
            premises,
            ..reason
        }
    }

    /// What became of a norm.
    fn fate(&mut self, life: &NormLife, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let mut fate = Vec::new();
        for (entry, _) in life.breaches.iter().filter(|(entry, _)| *entry < at.0) {
            let by = match history.entries.get(*entry).map(|entry| &entry.what) {
                Some(What::Breached { by, .. }) => *by,
                _ => None,
            };
            let day = history.day_of(*entry);
            match by.and_then(|event| history.last_happened(event, Moment(*entry))) {
                Some(happened) => {
                    let mut note = Reason::new(Verdict::Note, format!("broken on {day}"));
                    note.premises.push(self.event(happened, left));
                    fate.push(note);
                }
                None => fate.push(Reason::new(
                    Verdict::Note,
                    format!("broken on {day}: its last day passed"),
                )),
            }
        }
        match life.end.filter(|(entry, ..)| *entry < at.0) {
            Some((entry, _, Ended::Fulfilled)) => {
                let by = match history.entries.get(entry).map(|entry| &entry.what) {
                    Some(What::Fulfilled { by, .. }) => *by,
                    _ => None,
                };
                let mut note = Reason::new(Verdict::Note, format!("met on {}", history.day_of(entry)));
                match by.and_then(|event| history.last_happened(event, Moment(entry))) {
                    Some(happened) => note.premises.push(self.event(happened, left)),
                    None => note.statement.push_str(": what it asks for holds"),
                }
                fate.push(note);
            }
            Some((entry, _, Ended::Released)) => {
                let day = history.day_of(entry);
                fate.push(Reason::new(
                    Verdict::Note,
                    format!("released on {day}: its `while:` no longer holds"),
                ));
            }
            Some((_, _, Ended::Breached)) => {}
            None => {
                let text = match life.deadline {
                    Day::NEVER if self.bars(life) => String::from("in force"),
                    Day::NEVER => String::from("open, without a last day"),
                    day => format!("open, to be met by {day}"),
                };
                fate.push(Reason::new(Verdict::Note, text));
            }
        }
        fate
    }

    /// A norm as a clause: its own words, or who owes what.
    pub fn norm_words(&self, id: TemplateId) -> String {
        let history = self.history;
        let template = &history.program.templates[id];
        let env = binding_of(history, template.source);
        let rule = &history.model.rules[history.program.instances[template.source].rule];
        let norm = match &rule.body {
            Body::Then(effects) => {
                let mut norms: Vec<&Norm> = Vec::new();
                for_each_effect(effects, &mut |effect| {
                    if let EffectKind::Norm(norm) = &effect.kind {
                        norms.push(norm);
                    }
                });
                norms.get(template.ordinal).copied()
            }
            Body::Derive(_) => None,
        };
        if let Some(says) = norm.and_then(|norm| norm.says.as_ref()) {
            return history.say(says, &env);
        }
        let name = |entity: EntityId| history.model.describe(entity).to_owned();
        let of = name(template.of);
        let to = template
            .to
            .map_or_else(String::new, |to| format!(" {}", name(to)));
        let (goal, verb) = match norm.map(|norm| &norm.goal) {
            Some(Goal::Do(patterns)) => (self.patterns(patterns, &env), "owes"),
            Some(Goal::Refrain(patterns)) => (self.patterns(patterns, &env), "must not let it happen"),
            Some(Goal::Reach(terms)) => {
                let view = self.view(Moment(0));
                (terms.iter().map(|term| view.clause(term, &env)).collect(), "owes")
            }
            None => (Vec::new(), "owes"),
        };
        let goal = goal.join(if matches!(norm.map(|norm| &norm.goal), Some(Goal::Reach(_))) {
            " and "
        } else {
            ", or "
        });
        match verb {
            "owes" => format!("{of} owes{to}: {goal}"),
            _ => format!("{of} {verb} that {goal}"),
        }
    }

    /// Event patterns in words, where all their arguments are known.
    fn patterns(&self, patterns: &[EventPattern], env: &Env) -> Vec<String> {
        let model = self.history.model;
        let view = self.view(Moment(0));
        patterns
            .iter()
            .map(|pattern| {
                let declared = &model.events[pattern.event];
                let defaults = declared.args.iter().map(|parameter| parameter.default.clone());
                let values: Env = pattern
                    .args
                    .iter()
                    .zip(defaults)
                    .map(|(arg, default)| arg.as_ref().map_or(default, |arg| view.value(arg, env)))
                    .collect();
                match &declared.says {
                    Some(says) if values.iter().all(Option::is_some) => self.history.say(says, &values),
                    _ => format!("`{}`", self.pattern_words(pattern, env)),
                }
            })
            .collect()
    }
}
