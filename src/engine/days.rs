//! From day to day: which is the next, how it opens, and the waves in which it goes on.

use super::fault::Fault;
use super::trace::{Cause, Tracer, What};
use super::world::{Step, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::Program;

impl World {
    /// The next day on which anything can happen, if the period has one.
    pub fn next_day(&self, program: &Program) -> Option<Day> {
        if self.wave == 0 && self.waves == 0 {
            return Some(program.period.0);
        }
        let mut next = self.next_arranged(program);
        for (tick, group) in self.next_ticks.iter().zip(&program.tick_groups) {
            // Until the next day of the run nothing changes, so a guard that fails now fails on every tick before it.
            if group.counts || self.truths.holds(group.active) {
                let open = group.days.get(*tick..).unwrap_or(&[]);
                let day = open.iter().copied().find(|day| *day > self.day);
                next = day.map_or(next, |day| next.min(day));
            }
        }
        (next <= program.period.1).then_some(next)
    }

    /// The next day for which anything is arranged: an event due, a scripted one, the last day of a duty. `NEVER` if there
    /// is none.
    pub(crate) fn next_arranged(&self, program: &Program) -> Day {
        let days = [
            self.agenda.first().map(|(day, _)| *day),
            self.waiting.first().map(|(day, ..)| *day),
            program.timeline.get(self.next_scripted).map(|(day, ..)| *day),
            self.norms.iter().map(|norm| norm.deadline).min(),
        ];
        days.into_iter().flatten().min().unwrap_or(Day::NEVER)
    }

    /// Opens a day: its agenda is the first wave.
    pub fn open(&mut self, program: &Program, day: Day) {
        self.day = day;
        self.wave = 0;
        self.today.clear();
        while let Some((_, event, place)) = program
            .timeline
            .get(self.next_scripted)
            .filter(|(on, ..)| *on <= day)
        {
            self.today.next.push((*event, Cause::Timeline(*place)));
            self.next_scripted += 1;
        }
        let due = self.agenda.iter().take_while(|(on, _)| *on <= day).count();
        for (_, event) in self.agenda.drain(..due) {
            self.today.next.push((event, Cause::Agenda));
        }
    }

    /// Goes on with the open day up to the next settlement, or to its close.
    pub fn step(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<Step, Fault> {
        loop {
            let first = self.wave == 0;
            if first || !self.today.next.is_empty() {
                self.begin_wave(program, tracer)?;
                if first {
                    self.tick(program);
                }
                self.stage_fired(program, tracer)?;
            } else if !self.rest(program, tracer)? {
                self.close(program);
                return Ok(Step::Closed);
            }
            if !self.today.pending.is_empty() {
                return Ok(Step::Settle);
            }
            self.commit(program, tracer)?;
        }
    }

    /// The wave's events: void acts dropped, norms look at the rest, rules that wait for them are triggered.
    fn begin_wave(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<(), Fault> {
        self.wave += 1;
        self.waves += 1;
        self.derive(program)?;
        let mut raised = std::mem::take(&mut self.today.next);
        raised.sort_unstable();
        let from = self.today.happened.len();
        self.today.wave_from = from;
        let mut at = 0;
        while let Some((event, _)) = raised.get(at).copied() {
            let same = raised
                .get(at..)
                .unwrap_or(&[])
                .iter()
                .take_while(|(other, _)| *other == event)
                .count();
            let causes = raised.get(at..at + same).unwrap_or(&[]);
            at += same;
            if self.today.happened.contains(&event) {
                continue;
            }
            let list = || causes.iter().map(|(_, cause)| *cause).collect();
            if program.events[event]
                .requires
                .is_some_and(|node| !self.truths.holds(node))
            {
                tracer.record(self.day, self.wave, || What::Void {
                    event,
                    causes: list(),
                });
                continue;
            }
            tracer.record(self.day, self.wave, || What::Happened {
                event,
                causes: list(),
            });
            self.today.happened.push(event);
        }
        raised.clear();
        self.today.next = raised;
        for place in from..self.today.happened.len() {
            let Some(event) = self.today.happened.get(place).copied() else {
                break;
            };
            let ground = &program.events[event];
            for monitor in &ground.monitors {
                self.monitors.happened(program, *monitor, self.day);
            }
            for counter in &ground.counts {
                self.count(*counter);
            }
            for instance in &ground.fires {
                if self.truths.holds(program.instances[*instance].guard) && self.today.fire(*instance) {
                    self.staged.fired.push((*instance, Some(event)));
                }
            }
        }
        self.norms_look(program, from, tracer)
    }

    /// The periodic rules of the day.
    fn tick(&mut self, program: &Program) {
        for (place, group) in program.tick_groups.iter().enumerate() {
            let Some(next) = self.next_ticks.get_mut(place) else {
                continue;
            };
            let past = group
                .days
                .get(*next..)
                .unwrap_or(&[])
                .iter()
                .take_while(|day| **day < self.day)
                .count();
            *next += past;
            if group.days.get(*next) != Some(&self.day) {
                continue;
            }
            *next += 1;
            for instance in &group.instances {
                let ground = &program.instances[*instance];
                for counter in &ground.counts {
                    self.count(*counter);
                }
                if self.truths.holds(ground.guard) && self.today.fire(*instance) {
                    self.staged.fired.push((*instance, None));
                }
            }
        }
    }

    /// Advances an occurrence counter, once a day.
    pub(crate) fn count(&mut self, counter: crate::program::CounterId) {
        if !self.today.counted.contains(&counter) {
            self.today.counted.push(counter);
            if let Some(count) = self.counters.get_mut(counter.index()) {
                *count += 1;
            }
        }
    }

    /// Stages what the fired instances do, in canonical order.
    pub(crate) fn stage_fired(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<(), Fault> {
        let mut fired = std::mem::take(&mut self.staged.fired);
        fired.sort_unstable();
        for (instance, trigger) in fired.drain(..) {
            if tracer.mutes(instance) {
                continue;
            }
            tracer.record(self.day, self.wave, || What::Fired { instance, trigger });
            if let Some(block) = program.instances[instance].block {
                self.stage(program, block)?;
            }
        }
        self.staged.fired = fired;
        Ok(())
    }

    fn close(&mut self, program: &Program) {
        self.monitors.close(program, &self.truths, self.day);
    }
}
