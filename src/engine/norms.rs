//! The life of norms (DESIGN 8): active, then fulfilled, released or breached.

use crate::program::{GroundDeadline, GroundEventId, GroundGoal, Program, TemplateId};

use super::commit::last_day;
use super::fault::Fault;
use super::trace::{Cause, NormSerial, Tracer, What};
use super::world::{ActiveNorm, World};

/// How an active norm ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    Fulfilled,
    Released,
    Breached,
}

impl World {
    /// A norm arises; a duty is fulfilled at once by what has happened today, its own trigger aside.
    pub(crate) fn impose(&mut self, program: &Program, id: TemplateId, tracer: &mut impl Tracer) {
        let template = &program.templates[id];
        let serial = NormSerial(self.norms_arisen);
        self.norms_arisen += 1;
        let deadline = last_day(self.day, &template.deadline);
        tracer.record(self.day, self.wave, || What::Arose {
            norm: serial,
            template: id,
            deadline,
        });
        if let GroundGoal::Do(events) = &template.goal {
            // Only what happened in this wave can have triggered it.
            let (before, now) = self
                .today
                .happened
                .split_at(self.today.wave_from.min(self.today.happened.len()));
            let now = now.iter().filter(|event| !template.triggers.contains(event));
            let already = before
                .iter()
                .chain(now)
                .find(|event| events.binary_search(event).is_ok());
            if let Some(event) = already.copied() {
                tracer.record(self.day, self.wave, || What::Fulfilled {
                    norm: serial,
                    by: Some(event),
                });
                if let Some(met) = template.flags.met {
                    self.put(program, met, true);
                }
                return;
            }
        }
        self.norms.push(ActiveNorm {
            template: id,
            deadline,
            serial,
        });
        if let Some(owed) = template.flags.owed {
            self.put(program, owed, true);
        }
    }

    /// Norms look at the events of a wave: fulfilment comes before release, release before breach. What changes in
    /// the state waits for the commit.
    pub(crate) fn norms_look(
        &mut self,
        program: &Program,
        from: usize,
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        if self.norms.is_empty() {
            return Ok(());
        }
        let watched = |event: &GroundEventId| !program.events[*event].norms.is_empty();
        let events: smallvec::SmallVec<[GroundEventId; 8]> = self
            .today
            .happened
            .get(from..)
            .unwrap_or(&[])
            .iter()
            .copied()
            .filter(watched)
            .collect();
        if events.is_empty() {
            return Ok(());
        }
        let matching = |goal: &[GroundEventId]| {
            events
                .iter()
                .find(|event| goal.binary_search(event).is_ok())
                .copied()
        };
        let mut at = 0;
        while let Some(norm) = self.norms.get(at).copied() {
            let template = &program.templates[norm.template];
            let gone = |world: &World| template.while_.is_some_and(|node| !world.truths.holds(node));
            match &template.goal {
                GroundGoal::Do(goal) => {
                    if let Some(event) = matching(goal) {
                        self.end_norm(program, at, Ending::Fulfilled, Some(event), tracer);
                        continue;
                    }
                }
                GroundGoal::Reach(_) => {}
                GroundGoal::Refrain(goal) => {
                    if let Some(first) = matching(goal) {
                        if gone(self) {
                            self.end_norm(program, at, Ending::Released, None, tracer);
                            continue;
                        }
                        let broken: smallvec::SmallVec<[GroundEventId; 4]> = events
                            .iter()
                            .copied()
                            .filter(|event| goal.binary_search(event).is_ok())
                            .collect();
                        debug_assert!(broken.contains(&first));
                        for event in broken {
                            self.breach(program, norm, Some(event), tracer)?;
                        }
                    }
                    at += 1;
                    continue;
                }
            }
            if let GroundDeadline::Before(limit) = &template.deadline
                && let Some(event) = matching(limit)
            {
                if gone(self) {
                    self.end_norm(program, at, Ending::Released, None, tracer);
                } else {
                    self.end_norm(program, at, Ending::Breached, None, tracer);
                    self.breach(program, norm, Some(event), tracer)?;
                }
                continue;
            }
            at += 1;
        }
        Ok(())
    }

    /// Takes a norm off the list and stages what conditions read about it.
    pub(crate) fn end_norm(
        &mut self,
        program: &Program,
        at: usize,
        ending: Ending,
        by: Option<GroundEventId>,
        tracer: &mut impl Tracer,
    ) {
        let norm = self.norms.remove(at);
        let flags = program.templates[norm.template].flags;
        if let Some(owed) = flags.owed {
            let still = self
                .norms
                .iter()
                .any(|other| program.templates[other.template].flags.owed == Some(owed));
            self.staged.flags.push((owed, still));
        }
        match ending {
            Ending::Fulfilled => {
                self.staged.flags.extend(flags.met.map(|node| (node, true)));
                tracer.record(self.day, self.wave, || What::Fulfilled {
                    norm: norm.serial,
                    by,
                });
            }
            Ending::Released => tracer.record(self.day, self.wave, || What::Released { norm: norm.serial }),
            // Said by `breach`.
            Ending::Breached => {}
        }
    }

    /// A breach: the built-in event, the norm's `else:`, and what conditions read about it.
    pub(crate) fn breach(
        &mut self,
        program: &Program,
        norm: ActiveNorm,
        by: Option<GroundEventId>,
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        let template = &program.templates[norm.template];
        tracer.record(self.day, self.wave, || What::Breached {
            norm: norm.serial,
            by,
        });
        self.staged
            .flags
            .extend(template.flags.broken.map(|node| (node, true)));
        self.staged
            .raises
            .push((template.breach, Cause::Breach(norm.serial)));
        for counter in &template.counts {
            self.count(*counter);
        }
        match template.otherwise {
            Some(block) => self.stage(program, block),
            None => Ok(()),
        }
    }
}
