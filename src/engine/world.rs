//! The whole state of a run.

use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::program::{
    GroundEventId, Measures, NodeId, NumberFault, NumberId, Program, Reading, SlotId, TemplateId, Truths,
    fixed,
};

use super::fault::Fault;
use super::monitors::MonitorState;
use super::stage::Staged;
use super::today::Today;
use super::trace::NormSerial;

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
}
