//! The parts of a world that tell its future, to be read and written by those who pack states.

use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::program::{CounterId, Formula, GroundEventId, MonitorId, NodeId, OutcomeValue, Program, SlotId};

use super::fault::Fault;
use super::monitors::Memory;
use super::settle::Pending;
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

    /// How many entries of the timeline are past.
    pub(crate) fn scripts_past(&self) -> usize {
        self.next_scripted
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
        self.norms_arisen = 0;
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

    pub(crate) fn put_schedule(
        &mut self,
        norms: impl Iterator<Item = ActiveNorm>,
        agenda: impl Iterator<Item = (Day, GroundEventId)>,
        waiting: impl Iterator<Item = (Day, GroundEventId, NodeId)>,
    ) {
        self.norms.clear();
        self.norms.extend(norms);
        self.agenda.clear();
        self.agenda.extend(agenda);
        self.waiting.clear();
        self.waiting.extend(waiting);
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
