//! Why an event happened and an effect came about: the firing of a rule, its trigger, the draws on the way.

use crate::engine::{Cause, What};
use crate::model::EventClass;
use crate::program::{InstanceId, Op};

use super::prover::{Prover, Told};
use super::state::Moment;
use super::terms::env_of;
use super::tree::{Because, BecauseKind, Reason, Verdict};
use super::why::Depth;

/// A reason and what it rests on.
pub(super) type Grounds = (Option<Because>, Vec<Reason>);

impl<'r> Prover<'_, 'r> {
    /// Why an effect came about that stands at `entry`, done by the first of these instances.
    pub fn cause(
        &mut self,
        by: &[InstanceId],
        entry: usize,
        op: &dyn Fn(&Op) -> bool,
        left: Depth,
    ) -> Grounds {
        let Some(first) = by.first() else {
            return (None, Vec::new());
        };
        let (mut because, premises) = self.effect(*first, entry, op, left);
        if let (Some(because), [_, others @ ..]) = (&mut because, by) {
            let model = self.history.model;
            let mut names: Vec<String> = others
                .iter()
                .map(|other| {
                    format!(
                        "`{}`",
                        model.rules[self.history.program.instances[*other].rule].name
                    )
                })
                .collect();
            names.dedup();
            if !names.is_empty() {
                because
                    .text
                    .push_str(&format!("; also by {}", super::words::listed(&names)));
            }
        }
        (because, premises)
    }

    /// Why an instance did something that stands at `entry`.
    pub fn effect(
        &mut self,
        instance: InstanceId,
        entry: usize,
        op: &dyn Fn(&Op) -> bool,
        left: Depth,
    ) -> Grounds {
        let history = self.history;
        let day = history.day_of(entry);
        let fired = history
            .last_fired(instance, Moment(entry + 1))
            .filter(|fired| history.day_of(*fired) == day);
        let block = history.program.instances[instance].block;
        if let (Some(fired), Some(block)) = (fired, block)
            && let Some(draws) = self.way(block, op, instance, (fired, entry))
        {
            let mut premises = self.firing(instance, fired, left);
            for draw in draws {
                premises.push(self.draw(draw, left));
            }
            return (
                Some(history.by_rule(instance, &history.rhythm(instance))),
                premises,
            );
        }
        // Else it stands under the `else:` of a norm that the instance imposed.
        let program = history.program;
        let broken = history.last_entry(Moment(entry + 1), |what| match what {
            What::Breached { norm, .. } => history.norms.all.iter().any(|life| {
                let template = &program.templates[life.template];
                let does = template
                    .otherwise
                    .is_some_and(|block| self.makers.does(program, block, op));
                life.serial == *norm && template.source == instance && does
            }),
            _ => false,
        });
        match broken.and_then(|at| Some((at, &history.entries.get(at)?.what))) {
            Some((at, What::Breached { norm, .. })) => {
                let reason = self.norm(*norm, Moment(at + 1), left);
                (
                    Some(history.by_rule(instance, "whose duty was not met")),
                    vec![reason],
                )
            }
            _ => (Some(history.by_rule(instance, "")), Vec::new()),
        }
    }

    /// What an instance read when it fired: its trigger, then its conditions on the snapshot of its wave.
    pub fn firing(&mut self, instance: InstanceId, fired: usize, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let mut premises = Vec::new();
        if let Some(What::Fired {
            trigger: Some(event), ..
        }) = history.entries.get(fired).map(|entry| &entry.what)
            && let Some(happened) = history.last_happened(*event, Moment(fired + 1))
        {
            premises.push(self.event(happened, left));
        }
        premises.extend(self.premises(instance, Moment(fired), left));
        premises
    }

    /// Why an event happened, by its entry.
    pub fn event(&mut self, entry: usize, left: Depth) -> Reason {
        let history = self.history;
        let Some(What::Happened { event, causes } | What::Void { event, causes }) =
            history.entries.get(entry).map(|entry| &entry.what)
        else {
            return Reason::new(Verdict::Note, "nothing happened");
        };
        let reason = Reason::new(Verdict::Happened, history.event_words(*event))
            .atom(history.event_atom(*event))
            .on(history.day_of(entry));
        let Some(cause) = causes.first() else {
            return reason;
        };
        if let Cause::Timeline(place) = cause
            && let Some(scripted) = history.model.timeline.get(*place)
        {
            let text = format!("scripted in the timeline as `{}`", scripted.name);
            let because = history.written(BecauseKind::Timeline, &text, &scripted.about);
            let statement = scripted.says.clone().unwrap_or_else(|| reason.statement.clone());
            let reason = Reason {
                statement,
                ..reason.because(because)
            };
            let Some(left) = left.deeper() else { return reason };
            if !self.told.insert(Told::Entry(entry)) {
                return reason;
            }
            let premises = self.requirements(*event, Moment(entry), left);
            return reason.premises(premises);
        }
        let Some(left) = left.deeper() else {
            return self.cut(reason, &Told::Entry(entry));
        };
        if !self.told.insert(Told::Entry(entry)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let raises = |op: &Op| match op {
            Op::Raise(id) | Op::Schedule(id, _) | Op::ScheduleUnless(id, ..) => id == event,
            _ => false,
        };
        let (mut because, mut premises) = match cause {
            Cause::Timeline(_) => (None, Vec::new()),
            Cause::Rule(_) => {
                let by: Vec<InstanceId> = causes
                    .iter()
                    .filter_map(|cause| {
                        if let Cause::Rule(instance) = cause {
                            Some(*instance)
                        } else {
                            None
                        }
                    })
                    .collect();
                self.cause(&by, entry, &raises, left)
            }
            Cause::Agenda => {
                let day = history.day_of(entry);
                let scheduled = history.last_entry(
                    Moment(entry),
                    |what| matches!(what, What::Scheduled { event: id, due, .. } if id == event && *due == day),
                );
                match scheduled.and_then(|at| Some((at, &history.entries.get(at)?.what))) {
                    Some((at, What::Scheduled { by, .. })) => {
                        let (mut because, premises) = self.effect(*by, at, &raises, left);
                        if let Some(because) = &mut because {
                            because.text =
                                format!("put on the agenda on {} {}", history.day_of(at), because.text);
                        }
                        (because, premises)
                    }
                    _ => (None, Vec::new()),
                }
            }
            Cause::Breach(norm) => {
                let because = Because::new(BecauseKind::Norm, "a norm was not kept");
                (Some(because), vec![self.norm(*norm, Moment(entry), left)])
            }
        };
        if let (Some(because), true) = (
            &mut because,
            causes.iter().any(|other| matches!(other, Cause::Agenda)) && !matches!(cause, Cause::Agenda),
        ) {
            because.text.push_str("; it was on the agenda of that day too");
        }
        premises.extend(self.requirements(*event, Moment(entry), left));
        Reason {
            because,
            premises,
            ..reason
        }
    }

    /// What an institutional act requires, as it stood.
    pub fn requirements(
        &mut self,
        event: crate::program::GroundEventId,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        let history = self.history;
        let key = &history.program.events[event].key;
        let EventClass::Institutional(requires) = &history.model.events[key.event].class else {
            return Vec::new();
        };
        let env = env_of(&key.args);
        requires
            .iter()
            .flat_map(|term| self.condition(term, &env, at, true, left))
            .collect()
    }
}
