//! What happens when no event is left (DESIGN 7, "at rest").

use crate::language::value::Day;
use crate::program::{GroundGoal, Program};

use super::fault::Fault;
use super::norms::Ending;
use super::trace::{Cause, Tracer, What};
use super::world::World;

impl World {
    /// One rest. True if anything was staged or raised, so that the day goes on.
    pub(crate) fn rest(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<bool, Fault> {
        self.derive(program)?;
        while self.fulfil_and_release(program, tracer) {
            self.derive(program)?;
        }
        if self.rise(program)? {
            self.stage_fired(program, tracer)?;
            return Ok(true);
        }
        let unless = self.due_unless(tracer);
        let breached = self.due_breaches(program, tracer)?;
        Ok(unless || breached)
    }

    /// Duties whose condition holds are fulfilled, then norms whose `while:` fails are released; all at once.
    fn fulfil_and_release(&mut self, program: &Program, tracer: &mut impl Tracer) -> bool {
        let mut at = 0;
        let mut any = false;
        while let Some(norm) = self.norms.get(at) {
            let template = &program.templates[norm.template];
            let reached = matches!(template.goal, GroundGoal::Reach(node) if self.truths.holds(node));
            let ending = if reached {
                Ending::Fulfilled
            } else if template.while_.is_some_and(|node| !self.truths.holds(node)) {
                Ending::Released
            } else {
                at += 1;
                continue;
            };
            self.end_norm(program, at, ending, None, tracer);
            any = true;
        }
        if any {
            let flags = std::mem::take(&mut self.staged.flags);
            for (node, truth) in &flags {
                self.put(program, *node, *truth);
            }
            self.staged.flags = flags;
            self.staged.flags.clear();
        }
        any
    }

    /// `when:` rules that are true now and were false at the previous rest. True if any fired.
    fn rise(&mut self, program: &Program) -> Result<bool, Fault> {
        if self.touched.is_empty() {
            return Ok(false);
        }
        let mut touched = std::mem::take(&mut self.touched);
        touched.sort_unstable();
        touched.dedup();
        let mut any = false;
        for node in touched.drain(..) {
            let now = self.truths.holds(node);
            for (place, instance) in program.waiting_for(node) {
                let Some(before) = self.rested.get_mut(place) else {
                    continue;
                };
                let rises = now && !*before;
                *before = now;
                if !rises {
                    continue;
                }
                let ground = &program.instances[instance];
                for counter in &ground.counts {
                    self.count(*counter);
                }
                if !self.truths.holds(ground.guard) {
                    continue;
                }
                if !self.today.fire(instance) {
                    return Err(Fault::Loop {
                        instance,
                        fired: self.today.risen.clone(),
                    });
                }
                self.today.risen.push(instance);
                self.staged.fired.push((instance, None));
                any = true;
            }
        }
        self.touched = touched;
        Ok(any)
    }

    /// Events with `unless:` that are due.
    fn due_unless(&mut self, tracer: &mut impl Tracer) -> bool {
        let due = self
            .waiting
            .iter()
            .take_while(|(day, ..)| *day <= self.day)
            .count();
        if due == 0 {
            return false;
        }
        let mut any = false;
        let entries: Vec<_> = self.waiting.drain(..due).collect();
        for (_, event, unless) in entries {
            if self.truths.holds(unless) {
                tracer.record(self.day, self.wave, || What::Withheld { event });
            } else {
                self.staged.raises.push((event, Cause::Agenda));
                any = true;
            }
        }
        any
    }

    /// Duties whose last day this is, or was.
    fn due_breaches(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<bool, Fault> {
        let mut at = 0;
        let mut any = false;
        while let Some(norm) = self.norms.get(at).copied() {
            if norm.deadline == Day::NEVER || norm.deadline > self.day {
                at += 1;
                continue;
            }
            self.end_norm(program, at, Ending::Breached, None, tracer);
            self.breach(program, norm, None, tracer)?;
            any = true;
        }
        Ok(any)
    }
}
