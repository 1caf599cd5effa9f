//! What was missing: for a fact, an event, a norm that never was.

use crate::engine::What;
use crate::model::{EntityId, NormWord};
use crate::program::{GroundEventId, GroundGoal, GroundValue, InstanceId, Op, TemplateId};

use super::prover::{Prover, Told};
use super::state::{Holder, Moment};
use super::tree::{Because, BecauseKind, Reason, Verdict};
use super::why::Depth;

/// How many acts that came to nothing are told.
const VOID: usize = 2;

impl Prover<'_, '_> {
    /// What kept a fact that can hold from holding.
    pub fn missing_fact(&mut self, holder: Holder, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let Some(left) = left.missing_deeper() else {
            return Vec::new();
        };
        match holder {
            Holder::Derived(id) => {
                let by = history.program.derived[id].by.clone();
                if by.is_empty() {
                    let fact = history.fact_of(holder);
                    return self.impossible_fact(fact.fact, &fact.args, at, left);
                }
                self.attempts(&by, &|_| false, at, left)
            }
            // It was asked for, and is told once its rules are there.
            Holder::Closed(_) => Vec::new(),
            Holder::Atom(atom) => {
                let node = history.node_of(holder);
                let ended = history.since(node, at).and_then(|since| since.0.checked_sub(1));
                if let Some((entry, What::Ended { by, .. })) =
                    ended.and_then(|entry| Some((entry, &history.entries.get(entry)?.what)))
                {
                    let ends = |op: &Op| matches!(op, Op::End(id) if *id == atom);
                    let (because, premises) = self.cause(by, entry, &ends, left);
                    let text = format!("it ended on {}", history.day_of(entry));
                    return vec![Reason {
                        because,
                        premises,
                        ..Reason::new(Verdict::Note, text)
                    }];
                }
                let by = self.makers.starts(atom).to_vec();
                if by.is_empty() {
                    let fact = history.fact_of(holder);
                    return self.impossible_fact(fact.fact, &fact.args, at, left);
                }
                self.attempts(&by, &|op| matches!(op, Op::Start(id) if *id == atom), at, left)
            }
        }
    }

    /// An event that did not happen up to a moment.
    pub fn absent_event(&mut self, event: GroundEventId, at: Moment, left: Depth) -> Reason {
        let history = self.history;
        let reason =
            Reason::new(Verdict::NotHappened, history.event_words(event)).atom(history.event_atom(event));
        if left.missing_deeper().is_none() {
            return self.cut(reason, &Told::Never(event));
        }
        if !self.told.insert(Told::Never(event)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let premises = self.missing_event(event, at, left);
        reason.premises(premises)
    }

    /// What kept an event from happening: a void act, a later day, or what no rule found.
    pub fn missing_event(&mut self, event: GroundEventId, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let Some(left) = left.missing_deeper() else {
            return Vec::new();
        };
        let mut reasons = Vec::new();
        let tried: Vec<usize> = history
            .void
            .get(&event)
            .into_iter()
            .flatten()
            .copied()
            .filter(|entry| *entry < at.0)
            .collect();
        for entry in tried.iter().rev().take(VOID).rev() {
            reasons.push(self.void(event, *entry, left));
        }
        if let Some(more) = tried.len().checked_sub(VOID).filter(|more| *more > 0) {
            reasons.push(Reason::new(
                Verdict::Note,
                format!("and it was void {more} more times"),
            ));
        }
        let raises = |op: &Op| match op {
            Op::Raise(id) | Op::Schedule(id, _) | Op::ScheduleUnless(id, ..) => *id == event,
            _ => false,
        };
        let by: Vec<InstanceId> = self.makers.raises(event).to_vec();
        if !reasons.is_empty() {
            // Beside the void acts it matters where the dice fell otherwise.
            let fell: Vec<InstanceId> = by
                .into_iter()
                .filter(|instance| self.fell_otherwise(*instance, &raises, at))
                .collect();
            reasons.extend(self.attempts(&fell, &raises, at, left));
            return reasons;
        }
        for (day, _, place) in history.program.timeline.iter().filter(|(_, id, _)| *id == event) {
            if let Some(scripted) = history.model.timeline.get(*place) {
                let text = format!("scripted as `{}`", scripted.name);
                let because = history.written(BecauseKind::Timeline, &text, &scripted.about);
                reasons.push(Reason::new(Verdict::Note, format!("it comes only on {day}")).because(because));
            }
        }
        if !reasons.is_empty() {
            return reasons;
        }
        let (own, norms) = self.split(&by, &raises);
        reasons.extend(self.attempts(&own, &raises, at, left));
        for template in norms.iter().chain(&self.breaches(event)) {
            reasons.push(self.unbroken(*template, at, left));
            if reasons.len() > 3 {
                break;
            }
        }
        if reasons.is_empty() {
            let key = &history.program.events[event].key;
            let pattern: Vec<Option<GroundValue>> = key.args.iter().cloned().map(Some).collect();
            reasons = self.impossible_event(key.event, &pattern, at, left);
        }
        reasons
    }

    /// The instances whose own body does it, and the norms whose `else:` does.
    fn split(&self, by: &[InstanceId], op: &dyn Fn(&Op) -> bool) -> (Vec<InstanceId>, Vec<TemplateId>) {
        let program = self.history.program;
        let own = by.iter().copied().filter(|instance| {
            program.instances[*instance]
                .block
                .is_some_and(|block| self.makers.does(program, block, op))
        });
        let norms = program.templates.iter().filter(|(_, template)| {
            template
                .otherwise
                .is_some_and(|block| self.makers.does(program, block, op))
        });
        (own.collect(), norms.map(|(id, _)| id).collect())
    }

    /// The norms whose breach is this very event.
    fn breaches(&self, event: GroundEventId) -> Vec<TemplateId> {
        let templates = self.history.program.templates.iter();
        templates
            .filter(|(_, template)| template.breach == event)
            .map(|(id, _)| id)
            .collect()
    }

    /// A norm that was not broken: it never arose, or it was kept.
    fn unbroken(&mut self, template: TemplateId, at: Moment, left: Depth) -> Reason {
        let history = self.history;
        let arisen = history
            .norms
            .all
            .iter()
            .rev()
            .find(|life| life.template == template && life.arose < at.0);
        let words = self.norm_words(template);
        match arisen.map(|life| life.serial) {
            Some(serial) => {
                let norm = self.norm(serial, at, left);
                Reason::new(Verdict::Note, "it would follow from a breach that did not come")
                    .premises(vec![norm])
            }
            None => {
                let reason = Reason::new(Verdict::Missing, words);
                match self.makers.imposes(template) {
                    Some(instance) => {
                        let imposes = |op: &Op| matches!(op, Op::Impose(id) if *id == template);
                        let premises = self.attempts(&[instance], &imposes, at, left);
                        reason.premises(premises)
                    }
                    None => reason,
                }
            }
        }
    }

    /// Why nobody ever owed what is asked about.
    pub fn missing_norm(
        &mut self,
        word: NormWord,
        (who, under): (Option<EntityId>, Option<EntityId>),
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        let program = self.history.program;
        let Some(left) = left.missing_deeper() else {
            return Vec::new();
        };
        let fits = |id: &TemplateId| {
            let template = &program.templates[*id];
            who.is_none_or(|who| who == template.of) && (under.is_none() || under == template.under)
        };
        let templates: Vec<TemplateId> = program.templates.ids().filter(fits).collect();
        let duties: Vec<TemplateId> = templates
            .iter()
            .copied()
            .filter(|id| !matches!(program.templates[*id].goal, GroundGoal::Refrain(_)))
            .collect();
        // A prohibition can but be broken: it says nothing about what is owed or met.
        let told = if duties.is_empty() && word == NormWord::Broken {
            templates
        } else {
            duties
        };
        if told.is_empty() {
            let text = match word {
                NormWord::Broken => "no rule that can ever fire imposes such a norm",
                NormWord::Owed | NormWord::Met => "no rule that can ever fire imposes such a duty",
            };
            return vec![Reason::new(Verdict::Impossible, text)];
        }
        let mut by: Vec<InstanceId> = told.iter().filter_map(|id| self.makers.imposes(*id)).collect();
        by.sort_unstable();
        by.dedup();
        self.attempts(
            &by,
            &|op| matches!(op, Op::Impose(id) if told.contains(id)),
            at,
            left,
        )
    }

    /// An institutional act that came to nothing.
    pub fn void(&mut self, event: GroundEventId, entry: usize, left: Depth) -> Reason {
        let history = self.history;
        let reason = Reason::new(Verdict::Void, history.event_words(event))
            .atom(history.event_atom(event))
            .on(history.day_of(entry))
            .because(Because::new(
                BecauseKind::Rule,
                "the act was tried, but what it requires was missing",
            ));
        if !self.told.insert(Told::Entry(entry)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let key = &history.program.events[event].key;
        let requires = match &history.model.events[key.event].class {
            crate::model::EventClass::Institutional(requires) => requires.iter().collect(),
            _ => Vec::new(),
        };
        let env = super::terms::env_of(&key.args);
        let premises = self.first_unmet(&requires, &env, Moment(entry), left);
        reason.premises(premises)
    }
}
