//! The parts of a world that tell its future, to be read and written by those who pack states.

use smallvec::SmallVec;

use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::program::{
    AtomId, ChanceId, CounterId, Formula, GroundEventId, InstanceId, MonitorId, NodeId, OutcomeValue,
    Program, Reading, SlotId,
};

use super::fault::Fault;
use super::monitors::Memory;
use super::settle::{Pending, SettledToday};
use super::today::Arranged;
use super::trace::Cause;
use super::world::{ActiveNorm, World};

impl World {
    /// The norms that are active, in the order of arising.
    pub fn norms(&self) -> &[ActiveNorm] {
        &self.norms
    }

    /// Scheduled events, ascending.
    pub fn agenda(&self) -> &[(Day, GroundEventId)] {
        &self.agenda
    }

    /// Scheduled events with their `unless:`, ascending.
    pub fn waiting(&self) -> &[(Day, GroundEventId, NodeId)] {
        &self.waiting
    }

    /// Events put on the agenda since the day was opened.
    pub(crate) fn arranged(&self) -> &[Arranged] {
        &self.today.arranged
    }

    /// How often something was triggered so far.
    pub(crate) fn counter(&self, counter: CounterId) -> u32 {
        self.counters.get(counter.index()).copied().unwrap_or(0)
    }

    /// What a monitor remembers.
    pub(crate) fn memory(&self, id: MonitorId) -> Memory {
        self.monitors.memory(id)
    }

    pub(crate) fn put_memory(&mut self, id: MonitorId, memory: Memory) {
        self.monitors.put_memory(id, memory);
    }

    /// Stands between days: all before `date` is past, `date` and what comes after is not.
    pub(crate) fn stand_before(&mut self, program: &Program, date: Day) {
        self.day = date;
        // Not the first day, unless it is.
        self.wave = 1;
        self.waves = self.waves.max(1);
        self.next_scripted = program.timeline.partition_point(|(day, ..)| *day < date);
        for (next, group) in self.next_ticks.iter_mut().zip(&program.tick_groups) {
            *next = group.days.partition_point(|day| *day < date);
        }
        self.today.clear();
        self.staged.clear();
        self.norms_arisen = 1;
        self.norms.clear();
        self.agenda.clear();
        self.waiting.clear();
    }

    pub(crate) fn put_input(&mut self, program: &Program, node: NodeId, truth: bool) {
        program.network.put(&mut self.truths, node, truth);
    }

    pub(crate) fn put_measure(&mut self, program: &Program, slot: SlotId, value: Fixed) {
        if let Some(place) = self.measures.0.get_mut(slot.index())
            && *place != value
        {
            *place = value;
            program.network.touch(&mut self.truths, slot);
        }
    }

    pub(crate) fn put_counter(&mut self, counter: CounterId, count: u32) {
        if let Some(place) = self.counters.get_mut(counter.index()) {
            *place = count;
        }
    }

    /// Adds an active norm. Those with number 0 are older than the day, all others arose on it.
    pub(crate) fn put_norm(&mut self, norm: ActiveNorm) {
        self.norms.push(norm);
    }

    /// Adds an event of the day's agenda.
    pub(crate) fn put_due(&mut self, event: GroundEventId) {
        super::commit::insert_sorted(&mut self.agenda, (self.day, event));
    }

    /// Adds an event that happens when the day is at rest, unless the node holds then.
    pub(crate) fn put_waiting(&mut self, event: GroundEventId, unless: NodeId) {
        super::commit::insert_sorted(&mut self.waiting, (self.day, event, unless));
    }

    /// The next chance or choice to settle, choices first.
    pub(crate) fn next_pending(&mut self) -> Option<Pending> {
        let at = self
            .today
            .pending
            .iter()
            .enumerate()
            .min_by_key(|(_, pending)| **pending)
            .map(|(at, _)| at)?;
        Some(self.today.pending.swap_remove(at))
    }

    /// The value of a formula if the period ended now.
    pub(crate) fn outcome(&self, program: &Program, formula: &Formula) -> Option<OutcomeValue> {
        self.monitors.evaluate(program, formula)
    }

    /// What expressions read of this world.
    pub(crate) fn reading(&self) -> impl Reading + '_ {
        self.snapshot()
    }

    /// Facts started and ended and measures changed by what is staged.
    pub(crate) fn staged_changes(&self) -> (Vec<AtomId>, Vec<AtomId>, Vec<SlotId>) {
        let staged = &self.staged;
        (
            staged.starts.iter().map(|(atom, _)| *atom).collect(),
            staged.ends.iter().map(|(atom, _)| *atom).collect(),
            staged
                .sets
                .iter()
                .chain(&staged.adds)
                .map(|(slot, ..)| *slot)
                .collect(),
        )
    }

    /// Everything pending if all of it is chances, in canonical order.
    pub(crate) fn pending_chances(&self) -> Option<Vec<ChanceId>> {
        let chance = |pending: &Pending| match pending {
            Pending::Chance(id) => Some(*id),
            Pending::Choice(_) => None,
        };
        let mut chances: Vec<ChanceId> = self.today.pending.iter().map(chance).collect::<Option<_>>()?;
        chances.sort_unstable();
        Some(chances)
    }

    /// Whether a chance was drawn today that may come up again, and then falls the same way.
    pub(crate) fn has_drawn(&self) -> bool {
        self.today.settled.iter().any(SettledToday::is_drawn)
    }

    /// Forgets what is pending: it is settled elsewhere.
    pub(crate) fn clear_pending(&mut self) {
        self.today.pending.clear();
    }

    /// The wave the open day is in.
    pub(crate) fn wave(&self) -> u32 {
        self.wave
    }

    /// Events raised for the next wave, ascending, each once.
    pub(crate) fn raised(&self) -> SmallVec<[GroundEventId; 4]> {
        let mut events: SmallVec<[GroundEventId; 4]> =
            self.today.next.iter().map(|(event, _)| *event).collect();
        events.sort_unstable();
        events.dedup();
        events
    }

    /// What the rest of an open day must know of its past, in words: [`within_day`](Self::within_day) reads them.
    /// Which chance fell how is not among it.
    pub(crate) fn past_of_day(&self, program: &Program) -> SmallVec<[u64; 6]> {
        let repeatable =
            |id: &&InstanceId| program.instances[**id].when.is_some() || program.triggers(**id).len() > 1;
        let mut fired: SmallVec<[u64; 4]> = self
            .today
            .fired
            .iter()
            .filter(repeatable)
            .map(|id| id.index() as u64)
            .collect();
        fired.sort_unstable();
        let mut counted: SmallVec<[u64; 4]> = self.today.counted.iter().map(|id| id.index() as u64).collect();
        counted.sort_unstable();
        let happened = self.today.happened.iter().map(|id| id.index() as u64);
        let mut words: SmallVec<[u64; 6]> = SmallVec::new();
        words.push(u64::from(self.wave) << 32 | self.today.wave_from as u64);
        words.push(happened.len() as u64);
        words.extend(happened);
        words.push(fired.len() as u64);
        words.extend(fired);
        words.push(counted.len() as u64);
        words.extend(counted);
        for chunk in self.rested.chunks(64) {
            words.push(
                chunk
                    .iter()
                    .enumerate()
                    .fold(0, |word, (bit, rested)| word | u64::from(*rested) << bit),
            );
        }
        words
    }

    /// Turns a state that stands before `date` into one within that day.
    pub(crate) fn within_day(
        &mut self,
        program: &Program,
        date: Day,
        raised: &[GroundEventId],
        arranged: &[Arranged],
        past: &[u64],
    ) {
        let mut words = past.iter().copied();
        let mut next = || words.next().unwrap_or(0);
        let first = next();
        self.wave = u32::try_from(first >> 32).unwrap_or(u32::MAX);
        self.today.wave_from = (first & 0xffff_ffff) as usize;
        for _ in 0..next() {
            self.today
                .happened
                .push(GroundEventId::from_index(next() as usize));
        }
        for _ in 0..next() {
            let instance = InstanceId::from_index(next() as usize);
            self.today.fire(instance);
            if program.instances[instance].when.is_some() {
                self.today.risen.push(instance);
            }
        }
        for _ in 0..next() {
            self.today.counted.push(CounterId::from_index(next() as usize));
        }
        for chunk in self.rested.chunks_mut(64) {
            let word = next();
            for (bit, rested) in chunk.iter_mut().enumerate() {
                *rested = word >> bit & 1 == 1;
            }
        }
        for (rested, (node, _)) in self.rested.iter().zip(&program.whens) {
            if *rested != self.truths.holds(*node) {
                self.touched.push(*node);
            }
        }
        self.next_scripted = program.timeline.partition_point(|(day, ..)| *day <= date);
        for (next, group) in self.next_ticks.iter_mut().zip(&program.tick_groups) {
            *next = group.days.partition_point(|day| *day <= date);
        }
        self.today.arranged.extend_from_slice(arranged);
        self.today
            .next
            .extend(raised.iter().map(|event| (*event, Cause::Agenda)));
    }

    /// Derives all conditions of a state just written, as they stood when its last day closed.
    pub(crate) fn resume(&mut self, program: &Program) -> Result<(), Fault> {
        self.derive(program)?;
        self.touched.clear();
        for (rested, (node, _)) in self.rested.iter_mut().zip(&program.whens) {
            *rested = self.truths.holds(*node);
        }
        Ok(())
    }
}
