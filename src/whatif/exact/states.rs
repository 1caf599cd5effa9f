//! All states met so far, when a day closes and between days.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::calendar::Calendar;
use super::classes::Verdict;
use super::flows::ExactFault;
use super::frame::{Frames, LabelId};
use super::graph::{ClosedId, Graph};
use super::layout::{Kept, Layout};
use super::mask::{Mask, Masks};
use super::pack::Packed;
use super::tails::{KindsId, Tails};
use crate::engine::World;
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{Keep, MonitorId, Program};

crate::ids::ids! {
    /// A state between days, with its mask.
    CoreId;
    /// A state in which a day closed.
    WholeId;
}

/// Monitors whose conditions hold.
type Held = SmallVec<[MonitorId; 2]>;

/// What is known of a state between days.
#[derive(Clone, Debug)]
pub(super) struct Core {
    /// Groups of periodic rules that can act.
    pub active: u64,
    pub held: Held,
    /// The number of the mask under which its days are worked out.
    pub quiet: u32,
}

/// What becomes of a state in which a day closed: the state that waits, and what falls away.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Closing {
    pub mask: u32,
    /// The number of the set of groups of periodic rules that can act.
    pub active: usize,
    /// Whether the days of a condition are counted that holds.
    pub held: bool,
    /// Whether the mask may leave out duties.
    pub duties: bool,
    /// Whether it leaves out something that comes soon, something that comes later.
    pub soon: bool,
    pub later: bool,
}

/// What is read besides the state in which a day closed: what it left alone, the kinds of what comes soon and later, and
/// how much of the script is past.
type Asked = (LabelId, KindsId, KindsId, u32);

/// All states met so far.
#[derive(Debug)]
pub(super) struct States {
    /// Between days, with their masks.
    cores: IndexSet<(Packed, u32), FxBuildHasher>,
    about: Vec<Core>,
    /// At the close of a day.
    wholes: IndexSet<Packed, FxBuildHasher>,
    /// What a closed state is without what no longer matters, given what comes and how much of the script is past.
    masked: FxHashMap<(WholeId, KindsId, KindsId, u32), (CoreId, Closing)>,
    closings: FxHashMap<(ClosedId, Asked), (CoreId, Closing)>,
    /// By state in which a day closed: what was last asked of it.
    recent: Vec<Option<(Asked, (CoreId, Closing))>>,
    /// Sets of groups of periodic rules that can act, each with its next tick and the day for which that was looked up.
    active: IndexMap<u64, (Day, Option<Day>), FxBuildHasher>,
    world: World,
}

/// What is needed to tell what becomes of a state.
pub(super) struct Around<'a, 'p> {
    pub program: &'p Program,
    pub layout: &'p Layout,
    pub calendar: &'a Calendar,
    pub graph: &'a Graph<'p>,
    pub frames: &'a Frames,
    pub masks: &'a mut Masks,
    pub tails: &'a Tails,
}

impl States {
    /// None yet; `world` is one to work in.
    pub fn new(world: World) -> Self {
        States {
            cores: IndexSet::default(),
            about: Vec::new(),
            wholes: IndexSet::default(),
            masked: FxHashMap::default(),
            closings: FxHashMap::default(),
            recent: Vec::new(),
            active: IndexMap::default(),
            world,
        }
    }

    /// A state between days.
    pub fn core(&self, id: CoreId) -> Option<&Packed> {
        self.cores.get_index(id.index()).map(|(packed, _)| packed)
    }

    /// What is known of it.
    pub fn about(&self, id: CoreId) -> Option<&Core> {
        self.about.get(id.index())
    }

    /// The next tick of a set of groups.
    pub fn next(&mut self, calendar: &Calendar, active: usize, date: Day) -> Option<Day> {
        let (groups, next) = self.active.get_index_mut(active)?;
        if next.0 != date {
            *next = (date, calendar.next(*groups, date));
        }
        next.1
    }

    /// The groups of a set.
    pub fn groups(&self, active: Option<usize>) -> u64 {
        let set = active.and_then(|active| self.active.get_index(active));
        set.map_or(0, |(groups, _)| *groups)
    }

    /// The number of a set of groups.
    pub fn set_of(&mut self, groups: u64) -> usize {
        self.active.insert_full(groups, (Day::NEVER, None)).0
    }

    /// What becomes of a whole state in which a day closed.
    pub fn closing_of(
        &mut self,
        around: &mut Around<'_, '_>,
        packed: Packed,
        kinds: (KindsId, KindsId),
        now: (Day, u32),
    ) -> Result<(CoreId, Closing), ExactFault> {
        let whole = WholeId::from_index(self.wholes.insert_full(packed).0);
        self.mask(around, whole, kinds, now)
    }

    /// What becomes of a state in which a day closed, with these kinds of things to come.
    pub fn closing(
        &mut self,
        around: &mut Around<'_, '_>,
        (closed, label): (ClosedId, LabelId),
        (soon, later): (KindsId, KindsId),
        (date, scripts): (Day, u32),
    ) -> Result<(CoreId, Closing), ExactFault> {
        let rest = (label, soon, later, scripts);
        if let Some(Some((recent, known))) = self.recent.get(closed.index())
            && *recent == rest
        {
            return Ok(*known);
        }
        let closing = match self.closings.get(&(closed, rest)) {
            Some(known) => *known,
            None => {
                let whole = self.join(around, closed, label);
                let closing = self.mask(around, whole, (soon, later), (date, scripts))?;
                self.closings.insert((closed, rest), closing);
                closing
            }
        };
        if self.recent.len() <= closed.index() {
            self.recent.resize(closed.index() + 1, None);
        }
        if let Some(recent) = self.recent.get_mut(closed.index()) {
            *recent = Some((rest, closing));
        }
        Ok(closing)
    }

    /// The whole state in which a day closed.
    fn join(&mut self, around: &Around<'_, '_>, closed: ClosedId, label: LabelId) -> WholeId {
        let Some(inside) = around.graph.closed(closed) else {
            return WholeId::from_index(0);
        };
        let packed = around.frames.join(around.layout, inside, label);
        WholeId::from_index(self.wholes.insert_full(packed).0)
    }

    /// What is known of a state that is new, read off the first in which a day closed.
    fn look(
        &mut self,
        around: &Around<'_, '_>,
        whole: WholeId,
        verdict: Verdict,
        date: Day,
    ) -> Result<Core, ExactFault> {
        let mut core = Core {
            active: around.calendar.counting,
            held: Held::new(),
            quiet: verdict.quiet,
        };
        let (program, layout, world) = (around.program, around.layout, &mut self.world);
        let Some(packed) = self.wholes.get_index(whole.index()) else {
            return Ok(core);
        };
        layout
            .unpack(program, packed, &[], date, world)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let nothing = Mask::default();
        let what = around.masks.get(verdict.mask).unwrap_or(&nothing);
        for (group, instance, guard) in &layout.ticking {
            if world.holds(*guard) && !what.muted.has(instance.index()) {
                core.active |= Calendar::bit(*group);
            }
        }
        for (id, kept) in layout.monitors.iter() {
            let monitor = &program.monitors[id];
            let counts = *kept == Kept::Mean && monitor.keep == Keep::Held;
            if counts && monitor.node.is_some_and(|node| world.holds(node)) {
                core.held.push(id);
            }
        }
        Ok(core)
    }

    /// The closed state without what no longer matters, and the mask that says so.
    fn mask(
        &mut self,
        around: &mut Around<'_, '_>,
        whole: WholeId,
        (soon, later): (KindsId, KindsId),
        (date, scripts): (Day, u32),
    ) -> Result<(CoreId, Closing), ExactFault> {
        let key = (whole, soon, later, scripts);
        if let Some(found) = self.masked.get(&key) {
            return Ok(*found);
        }
        let Some(packed) = self.wholes.get_index(whole.index()) else {
            return Ok((CoreId::from_index(0), Closing::default()));
        };
        let coming = around.tails.list(soon).iter().chain(around.tails.list(later));
        let coming = around.tails.shown(coming.copied());
        let verdict = around
            .masks
            .find(around.program, around.layout, (packed, &[]), &coming, scripts);
        let mask = verdict.mask;
        let masked = around.masks.masked(around.layout, packed, verdict);
        let (place, new) = self.cores.insert_full((masked, mask));
        if new {
            let core = self.look(around, whole, verdict, date)?;
            self.about.push(core);
        }
        let (active, held) = match self.about.get(place) {
            Some(core) => (core.active, !core.held.is_empty()),
            None => (0, false),
        };
        let nothing = Mask::default();
        let what = around.masks.get(mask).unwrap_or(&nothing);
        let closing = Closing {
            mask,
            active: self.set_of(active),
            held,
            duties: mask != 0 && !what.duties.is_empty(),
            soon: around.tails.loses(soon, &what.events),
            later: around.tails.loses(later, &what.events),
        };
        let found = (CoreId::from_index(place), closing);
        self.masked.insert(key, found);
        Ok(found)
    }
}
