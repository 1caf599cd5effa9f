//! The whole state of a run, and its days.

use crate::ids::Id as _;
use crate::language::value::{Day, Duration, Fixed};
use crate::program::{
    GroundEventId, InstanceId, Measures, NodeId, NumberFault, NumberId, Program, Reading, SlotId, TemplateId,
    Truths, fixed,
};

use super::fault::Fault;
use super::monitors::MonitorState;
use super::settle::{Pending, SettledToday};
use super::stage::Staged;
use super::trace::{Cause, NormSerial, Tracer, What};

/// A norm that is active.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActiveNorm {
    /// Which.
    pub template: TemplateId,
    /// Its last day; `Day::NEVER` if it has none.
    pub deadline: Day,
    /// Its number in this run.
    pub serial: NormSerial,
}

/// Where a stepped world stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Chances or choices wait to be settled; then [`World::commit`].
    Settle,
    /// The day is closed.
    Closed,
}

/// The measures of a world, as the network reads them.
#[derive(Clone, Debug)]
pub(crate) struct MeasureValues(pub Vec<Fixed>);

pub(crate) struct Snapshot<'w> {
    pub truths: &'w Truths,
    pub measures: &'w MeasureValues,
}

impl Reading for Snapshot<'_> {
    #[inline]
    fn holds(&self, node: NodeId) -> bool {
        self.truths.holds(node)
    }

    #[inline]
    fn measure(&self, slot: SlotId) -> Fixed {
        self.measures.0.get(slot.index()).copied().unwrap_or(Fixed::ZERO)
    }
}

pub(crate) struct MeasureReader<'w> {
    pub program: &'w Program,
    pub measures: &'w MeasureValues,
}

impl Measures for MeasureReader<'_> {
    fn number(&self, truths: &Truths, id: NumberId) -> Result<Fixed, NumberFault> {
        fixed(
            &self.program.numbers,
            id,
            &Snapshot {
                truths,
                measures: self.measures,
            },
        )
    }
}

/// The state of one run of a program, between or within days.
#[derive(Clone, Debug)]
pub struct World {
    pub(crate) day: Day,
    pub(crate) wave: u32,
    pub(crate) truths: Truths,
    pub(crate) measures: MeasureValues,
    pub(crate) norms: Vec<ActiveNorm>,
    pub(crate) norms_arisen: u32,
    /// Scheduled events, ascending by day and event.
    pub(crate) agenda: Vec<(Day, GroundEventId)>,
    /// Scheduled events with their `unless:`, ascending by day and event.
    pub(crate) waiting: Vec<(Day, GroundEventId, NodeId)>,
    pub(crate) counters: Vec<u32>,
    /// Position in the program's timeline.
    pub(crate) next_scripted: usize,
    /// Per tick group, the position of its next tick; ticks that could do nothing may still be counted as next.
    pub(crate) next_ticks: Vec<usize>,
    /// Truth of each `when:` at the previous rest, by position in the program's list.
    pub(crate) rested: Vec<bool>,
    /// Nodes of `when:` rules that changed since the previous rest.
    pub(crate) touched: Vec<NodeId>,
    pub(crate) monitors: MonitorState,
    /// How many waves there were so far.
    pub(crate) waves: u64,
    pub(crate) today: Today,
    pub(crate) staged: Staged,
}

/// An event put on the agenda: which, in how long, and the condition under which it does not happen after all.
pub(crate) type Arranged = (GroundEventId, Duration, Option<NodeId>);

/// What is forgotten when a day closes.
#[derive(Clone, Debug, Default)]
pub(crate) struct Today {
    /// Events that happened, in the order of waves.
    pub happened: Vec<GroundEventId>,
    /// How many of them happened before the present wave.
    pub wave_from: usize,
    /// Instances that fired.
    pub fired: Vec<InstanceId>,
    pub fired_bits: Vec<u64>,
    /// `when:` instances that fired, in order.
    pub risen: Vec<InstanceId>,
    /// Events put on the agenda today, with the time until they are due and their `unless:`.
    pub arranged: Vec<Arranged>,
    /// Counters that advanced.
    pub counted: Vec<crate::program::CounterId>,
    pub settled: Vec<SettledToday>,
    /// How often effects were committed: what is settled between two commits is settled on one snapshot.
    pub commits: u32,
    /// Events for the next wave.
    pub next: Vec<(GroundEventId, Cause)>,
    pub pending: Vec<Pending>,
}

impl Today {
    /// Copies another day into this one, reusing its memory.
    pub fn assign(&mut self, other: &Today) {
        let Today {
            happened,
            wave_from,
            fired,
            fired_bits,
            risen,
            arranged,
            counted,
            settled,
            commits,
            next,
            pending,
        } = other;
        self.happened.clone_from(happened);
        self.wave_from = *wave_from;
        self.fired.clone_from(fired);
        self.fired_bits.clone_from(fired_bits);
        self.risen.clone_from(risen);
        self.arranged.clone_from(arranged);
        self.counted.clone_from(counted);
        self.settled.clone_from(settled);
        self.commits = *commits;
        self.next.clone_from(next);
        self.pending.clone_from(pending);
    }

    /// Marks an instance as fired; false if it had fired already.
    pub fn fire(&mut self, instance: InstanceId) -> bool {
        let (word, mask) = (instance.index() >> 6, 1u64 << (instance.index() & 63));
        let Some(bits) = self.fired_bits.get_mut(word) else {
            return false;
        };
        if *bits & mask != 0 {
            return false;
        }
        *bits |= mask;
        self.fired.push(instance);
        true
    }

    pub(crate) fn clear(&mut self) {
        self.happened.clear();
        self.wave_from = 0;
        for instance in self.fired.drain(..) {
            if let Some(bits) = self.fired_bits.get_mut(instance.index() >> 6) {
                *bits = 0;
            }
        }
        self.risen.clear();
        self.arranged.clear();
        self.counted.clear();
        self.settled.clear();
        self.commits = 0;
        self.next.clear();
        self.pending.clear();
    }
}

impl World {
    /// The state before the first day.
    pub fn new(program: &Program) -> Result<World, Fault> {
        let mut world = World {
            day: program.period.0,
            wave: 0,
            truths: program.network.truths(),
            measures: MeasureValues(program.slots.values().map(|slot| slot.initially).collect()),
            norms: Vec::new(),
            norms_arisen: 0,
            agenda: Vec::new(),
            waiting: Vec::new(),
            counters: vec![0; program.counters],
            next_scripted: 0,
            next_ticks: vec![0; program.tick_groups.len()],
            rested: vec![false; program.whens.len()],
            touched: Vec::new(),
            monitors: MonitorState::new(program),
            waves: 0,
            today: Today {
                fired_bits: vec![0; program.instances.len().div_ceil(64)],
                ..Today::default()
            },
            staged: Staged::default(),
        };
        for atom in program.atoms.values() {
            world.put(program, atom.node, atom.initially);
        }
        world.derive(program)?;
        Ok(world)
    }

    /// Copies another state into this one, reusing its memory.
    pub fn assign(&mut self, other: &World) {
        // Taken apart, so that no field can be forgotten: a derived `clone_from` would make everything anew.
        let World {
            day,
            wave,
            truths,
            measures,
            norms,
            norms_arisen,
            agenda,
            waiting,
            counters,
            next_scripted,
            next_ticks,
            rested,
            touched,
            monitors,
            waves,
            today,
            staged,
        } = other;
        self.day = *day;
        self.wave = *wave;
        self.truths.assign(truths);
        self.measures.0.clone_from(&measures.0);
        self.norms.clone_from(norms);
        self.norms_arisen = *norms_arisen;
        self.agenda.clone_from(agenda);
        self.waiting.clone_from(waiting);
        self.counters.clone_from(counters);
        self.next_scripted = *next_scripted;
        self.next_ticks.clone_from(next_ticks);
        self.rested.clone_from(rested);
        self.touched.clone_from(touched);
        self.monitors.assign(monitors);
        self.waves = *waves;
        self.today.assign(today);
        self.staged.assign(staged);
    }

    /// The day the world stands on.
    pub fn day(&self) -> Day {
        self.day
    }

    /// Whether a node of the network holds.
    #[inline]
    pub fn holds(&self, node: NodeId) -> bool {
        self.truths.holds(node)
    }

    /// How many norms are open, and how many events to come.
    pub(crate) fn open_ends(&self) -> (usize, usize) {
        (self.norms.len(), self.agenda.len() + self.waiting.len())
    }

    /// What a day takes because of what is open: each norm is looked at, events to come only lie in a list.
    pub(crate) fn weight(&self) -> u64 {
        let (norms, events) = self.open_ends();
        (norms + events / 64) as u64
    }

    /// The value of a measure.
    pub fn measure(&self, slot: SlotId) -> Fixed {
        self.measures.0.get(slot.index()).copied().unwrap_or(Fixed::ZERO)
    }

    /// How many waves there were so far.
    pub fn waves(&self) -> u64 {
        self.waves
    }

    pub(crate) fn snapshot(&self) -> Snapshot<'_> {
        Snapshot {
            truths: &self.truths,
            measures: &self.measures,
        }
    }

    /// Gives a fact or a flag a truth. It may itself be a rising condition, so that is noted too.
    #[inline]
    pub(crate) fn put(&mut self, program: &Program, node: NodeId, truth: bool) {
        if self.truths.holds(node) != truth {
            program.network.put(&mut self.truths, node, truth);
            if program.rises(node) {
                self.touched.push(node);
            }
        }
    }

    /// Brings all conditions up to date, and notes which rising conditions were touched.
    #[inline]
    pub(crate) fn derive(&mut self, program: &Program) -> Result<(), Fault> {
        let reader = MeasureReader {
            program,
            measures: &self.measures,
        };
        let touched = &mut self.touched;
        program
            .network
            .settle(&mut self.truths, &reader, &mut |node| {
                if program.rises(node) {
                    touched.push(node);
                }
            })
            .map_err(|(node, fault)| Fault::Condition { node, fault })
    }

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
