//! The nearest attempt of a rule: which instance came closest, and what stopped it.

use std::collections::HashMap;

use crate::engine::What;
use crate::model::{Term, TermKind, Trigger};
use crate::program::{AtomId, BlockId, GroundEventId, GroundValue, InstanceId, Op, Program, TemplateId};

use super::prover::Prover;
use super::state::Moment;
use super::terms::{Env, binding_of, conditions_of};
use super::tree::{Reason, Verdict};
use super::why::Depth;

/// Which instances could do what.
pub(super) struct Makers {
    starts: HashMap<AtomId, Vec<InstanceId>>,
    raises: HashMap<GroundEventId, Vec<InstanceId>>,
    imposes: HashMap<TemplateId, InstanceId>,
}

impl Makers {
    pub fn of(program: &Program) -> Makers {
        let mut makers = Makers {
            starts: HashMap::new(),
            raises: HashMap::new(),
            imposes: HashMap::new(),
        };
        for block in program.blocks.values() {
            for op in &block.ops {
                match op {
                    Op::Start(atom) => makers.starts.entry(*atom).or_default().push(block.source),
                    Op::Raise(event) | Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => {
                        makers.raises.entry(*event).or_default().push(block.source);
                    }
                    Op::Impose(template) => {
                        makers.imposes.insert(*template, block.source);
                    }
                    _ => {}
                }
            }
        }
        for list in makers.starts.values_mut().chain(makers.raises.values_mut()) {
            list.sort_unstable();
            list.dedup();
        }
        makers
    }

    /// Who could start a fact.
    pub fn starts(&self, atom: AtomId) -> &[InstanceId] {
        self.starts.get(&atom).map_or(&[], Vec::as_slice)
    }

    /// Who could raise an event.
    pub fn raises(&self, event: GroundEventId) -> &[InstanceId] {
        self.raises.get(&event).map_or(&[], Vec::as_slice)
    }

    /// Who could impose a norm.
    pub fn imposes(&self, template: TemplateId) -> Option<InstanceId> {
        self.imposes.get(&template).copied()
    }

    /// Whether a block does something, perhaps in a branch.
    pub fn does(&self, program: &Program, block: BlockId, op: &dyn Fn(&Op) -> bool) -> bool {
        program.blocks[block].ops.iter().any(|step| {
            op(step)
                || match step {
                    Op::Draw(id) => program.chances[*id]
                        .branches
                        .iter()
                        .any(|b| self.does(program, b.block, op)),
                    Op::Choose(id) => program.choices[*id]
                        .options
                        .iter()
                        .any(|o| self.does(program, o.block, op)),
                    _ => false,
                }
        })
    }
}

/// What stopped an instance.
enum Stop {
    /// It fired, but what was asked for did not follow.
    Fired(usize),
    /// Its event never happened.
    Untriggered,
    /// Its conditions failed when it could have fired, at that moment.
    Unmet(Moment),
    /// Its day never came.
    NoTick,
}

impl Prover<'_, '_> {
    /// For each rule, the attempt that came nearest and what stopped it; the nearest rule first.
    pub fn attempts(
        &mut self,
        instances: &[InstanceId],
        op: &dyn Fn(&Op) -> bool,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        const RULES: usize = 4;
        let program = self.history.program;
        let mut nearest: Vec<((usize, usize), InstanceId, Stop)> = Vec::new();
        for instance in instances {
            let (distance, stop) = self.stop(*instance, at);
            let unusual = program
                .triggers(*instance)
                .iter()
                .map(|event| self.unusual(*event))
                .min();
            let distance = (distance, unusual.unwrap_or(0));
            let rule = program.instances[*instance].rule;
            match nearest
                .iter_mut()
                .find(|(_, other, _)| program.instances[*other].rule == rule)
            {
                Some(best) if distance < best.0 => *best = (distance, *instance, stop),
                Some(_) => {}
                None => nearest.push((distance, *instance, stop)),
            }
        }
        nearest.sort_by_key(|(distance, instance, _)| (*distance, *instance));
        nearest
            .into_iter()
            .take(RULES)
            .map(|(_, instance, stop)| self.attempt(instance, &stop, op, at, left))
            .collect()
    }

    /// How many arguments of an event are other than their defaults: the plain event is the one to speak of.
    pub fn unusual(&self, event: GroundEventId) -> usize {
        let key = &self.history.program.events[event].key;
        let declared = &self.history.model.events[key.event].args;
        let other = |(arg, parameter): &(&GroundValue, &crate::model::Parameter)| {
            parameter.default.is_some() && parameter.default != arg.value()
        };
        key.args.iter().zip(declared).filter(other).count()
    }

    /// What stopped an instance last, and how far it was from firing.
    fn stop(&self, instance: InstanceId, at: Moment) -> (usize, Stop) {
        // An event that never came is farther away than any number of conditions.
        const FAR: usize = 1000;
        let history = self.history;
        if let Some(fired) = history.last_fired(instance, at) {
            return (0, Stop::Fired(fired));
        }
        let ground = &history.program.instances[instance];
        let rule = &history.model.rules[ground.rule];
        let env = binding_of(history, instance);
        let unmet = |moment: Moment| {
            let view = self.view(moment);
            conditions_of(rule)
                .filter(|condition| !view.holds(condition, &env))
                .count()
        };
        match &rule.trigger {
            Trigger::Always => (unmet(at), Stop::Unmet(at)),
            Trigger::When(_) => {
                // True when asked, yet it did not fire: its `if:` failed when the condition rose.
                let moment = match (unmet(at), ground.when) {
                    (0, Some(node)) => history.risings(node, at).last().copied().unwrap_or(at),
                    _ => at,
                };
                (unmet(moment), Stop::Unmet(moment))
            }
            Trigger::On(_) => {
                let last = history
                    .program
                    .triggers(instance)
                    .iter()
                    .filter_map(|event| history.last_happened(*event, at))
                    .max();
                match last {
                    Some(entry) => (unmet(Moment(entry)), Stop::Unmet(Moment(entry))),
                    None => (FAR + unmet(at), Stop::Untriggered),
                }
            }
            Trigger::Every(_) => {
                let groups = &history.program.tick_groups;
                let group = groups.iter().find(|group| group.instances.contains(&instance));
                let today = history
                    .entries
                    .get(at.0)
                    .map_or(history.program.period.1, |entry| entry.day);
                let last = group
                    .into_iter()
                    .flat_map(|group| group.days.iter().rev())
                    .filter(|day| **day <= today)
                    .map(|day| history.opening_of(*day))
                    .find(|moment| *moment <= at);
                match last {
                    Some(moment) => (unmet(moment), Stop::Unmet(moment)),
                    None => (FAR + unmet(at), Stop::NoTick),
                }
            }
        }
    }

    fn attempt(
        &mut self,
        instance: InstanceId,
        stop: &Stop,
        op: &dyn Fn(&Op) -> bool,
        at: Moment,
        left: Depth,
    ) -> Reason {
        let history = self.history;
        let because = history.by_rule(instance, &history.rhythm(instance));
        let mut reason = Reason::new(Verdict::Note, because.text.replacen("by rule", "rule", 1));
        reason.because = None;
        let env = binding_of(history, instance);
        let rule = &history.model.rules[history.program.instances[instance].rule];
        match stop {
            Stop::Fired(fired) => {
                let day = history.day_of(*fired);
                let times = history
                    .fired
                    .get(&instance)
                    .map_or(0, |fired| fired.iter().filter(|entry| **entry < at.0).count());
                reason.statement.push_str(&match times {
                    1 => format!("; it fired on {day}"),
                    _ => format!("; it fired {times} times, at last on {day}"),
                });
                reason.premises = self.after_firing(instance, *fired, op, at, left);
            }
            Stop::NoTick => reason.statement.push_str("; its first day has not come"),
            Stop::Untriggered => {
                let events = history.program.triggers(instance);
                let plainest =
                    |event: &&GroundEventId| (!history.void.contains_key(*event), self.unusual(**event));
                let tried = events.iter().min_by_key(plainest).copied();
                if let Some(event) = tried {
                    reason.premises.push(self.absent_event(event, at, left));
                }
                if let Some(more) = events.len().checked_sub(1).filter(|more| *more > 0) {
                    let text = format!("nor did any of {more} more events that would set it off");
                    reason.premises.push(Reason::new(Verdict::Note, text));
                }
            }
            Stop::Unmet(moment) => {
                if let Trigger::On(_) = rule.trigger {
                    reason
                        .statement
                        .push_str(&format!("; set off on {}", history.day_of(moment.0)));
                }
                let conditions: Vec<&Term> = conditions_of(rule).collect();
                reason.premises = self.first_unmet(&conditions, &env, *moment, left);
            }
        }
        reason
    }

    /// The first condition that fails, with its reasons, and how many more do.
    pub fn first_unmet(&mut self, conditions: &[&Term], env: &Env, at: Moment, left: Depth) -> Vec<Reason> {
        let view = self.view(at);
        let failing: Vec<&&Term> = conditions
            .iter()
            .filter(|condition| !view.holds(condition, env))
            .collect();
        let Some(first) = failing.first() else {
            return Vec::new();
        };
        let mut reasons = self.condition(first, env, at, true, left);
        for also in failing.iter().skip(1) {
            let text = match &also.kind {
                TermKind::Not(inner) => {
                    format!("and this should not hold: {}", self.view(at).clause(inner, env))
                }
                _ => format!("and it would also need: {}", self.view(at).clause(also, env)),
            };
            reasons.push(Reason::new(Verdict::Note, text));
        }
        reasons
    }

    /// Why what was asked for did not follow from a firing: a draw fell otherwise, or it is still to come.
    fn after_firing(
        &mut self,
        instance: InstanceId,
        fired: usize,
        op: &dyn Fn(&Op) -> bool,
        at: Moment,
        left: Depth,
    ) -> Vec<Reason> {
        let history = self.history;
        let day = history.day_of(fired);
        let mut reasons = Vec::new();
        for (entry, here) in history
            .entries
            .iter()
            .enumerate()
            .skip(fired)
            .take_while(|(_, here)| here.day == day)
        {
            match &here.what {
                What::Settled { source, .. } if *source == instance => reasons.push(self.draw(entry, left)),
                What::Scheduled { event, due, by } if *by == instance && op(&Op::Raise(*event)) => {
                    let text = match history
                        .void
                        .get(event)
                        .into_iter()
                        .flatten()
                        .rev()
                        .find(|void| history.day_of(**void) == *due)
                    {
                        Some(_) => continue,
                        None if *due > history.day_before(at).unwrap_or(*due) => {
                            format!("it is due on {due}")
                        }
                        None => format!("it was due on {due} and did not happen, because its `unless:` held"),
                    };
                    reasons.push(Reason::new(Verdict::Note, text));
                }
                _ => {}
            }
        }
        if reasons.is_empty() && self.outlasts(instance, op) {
            reasons.push(Reason::new(
                Verdict::Note,
                "it would come after the last day of the period",
            ));
        }
        reasons
    }

    /// Whether an instance puts the event on the agenda.
    fn outlasts(&self, instance: InstanceId, op: &dyn Fn(&Op) -> bool) -> bool {
        let program = self.history.program;
        let later = |step: &Op| match step {
            Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => op(&Op::Raise(*event)),
            _ => false,
        };
        program.instances[instance]
            .block
            .is_some_and(|block| self.makers.does(program, block, &later))
    }
}
