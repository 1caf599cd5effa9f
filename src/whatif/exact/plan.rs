//! The chances of one wave, settled one at a time, so that partial commits that agree, with the same chances still to
//! settle, are one (DESIGN 10). Nine independent votes then cost nine steps, not five hundred branches.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use smallvec::SmallVec;

use super::coming::{Coming, Latent};
use super::layout::Layout;
use super::mask::Mask;
use super::mid::Change;
use crate::engine::{Offer, World};
use crate::ids::Id as _;
use crate::language::value::{Duration, Fixed};
use crate::program::{AtomId, BlockId, ChanceId, Op, Program, SlotId, fixed};

/// A chance on a snapshot: its branches with their probabilities and what they change.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    /// Which.
    pub chance: ChanceId,
    /// Its branches.
    pub branches: Vec<(f64, Vec<Change>)>,
}

impl Draw {
    /// The draw as one of which nothing shows for a while, and for how long, if all that its branches do is to put
    /// events on the agenda for one and the same day.
    pub fn latent(&self) -> Option<(Latent, Duration)> {
        let mut after = None;
        let mut branches = Vec::with_capacity(self.branches.len());
        for (p, changes) in &self.branches {
            let mut events: SmallVec<[Coming; 1]> = SmallVec::new();
            for change in changes {
                let Change::Arrange((event, delay, unless)) = change else {
                    return None;
                };
                if after.is_some_and(|other| other != *delay) {
                    return None;
                }
                after = Some(*delay);
                events.push(unless.map_or(Coming::Event(*event), |node| Coming::Unless(*event, node)));
            }
            branches.push((p.to_bits(), events));
        }
        let latent = Latent {
            chance: self.chance,
            branches,
        };
        Some((latent, after?))
    }
}

impl PartialEq for Draw {
    fn eq(&self, other: &Self) -> bool {
        self.chance == other.chance
            && self.branches.len() == other.branches.len()
            && self
                .branches
                .iter()
                .zip(&other.branches)
                .all(|(a, b)| a.0.to_bits() == b.0.to_bits() && a.1 == b.1)
    }
}

/// How many coins are settled in one step. A few at a time make fewer states on the way and hardly more ways between
/// them: with two the whole of workload C takes a tenth less time than with one, with three a sixth, with four no less.
const COINS: usize = 3;

/// What is still to settle: a draw and what comes after it. The number 0 is "nothing".
pub(crate) type Plan = usize;

/// All draws and plans met so far.
#[derive(Debug, Default)]
pub(crate) struct Plans {
    draws: Vec<Draw>,
    by_chance: IndexMap<ChanceId, Vec<usize>, FxBuildHasher>,
    plans: IndexSet<(usize, Plan), FxBuildHasher>,
    /// By plan: in how many ways its draws may fall.
    ways: Vec<usize>,
}

impl Plans {
    /// The plan to settle these, which come in the order of their chances.
    pub fn plan(&mut self, draws: Vec<Draw>) -> Plan {
        let mut plan = 0;
        for draw in draws.into_iter().rev() {
            let ways = draw.branches.len().saturating_mul(self.ways(plan));
            let draw = self.draw(draw);
            let (place, new) = self.plans.insert_full((draw, plan));
            if new {
                self.ways.push(ways);
            }
            plan = place + 1;
        }
        plan
    }

    fn draw(&mut self, draw: Draw) -> usize {
        let same = self.by_chance.entry(draw.chance).or_default();
        if let Some(place) = same.iter().find(|place| self.draws.get(**place) == Some(&draw)) {
            return *place;
        }
        same.push(self.draws.len());
        self.draws.push(draw);
        self.draws.len() - 1
    }

    /// The first draw of a plan, and the plan after it; none if there is nothing left.
    pub fn next(&self, plan: Plan) -> Option<(&Draw, Plan)> {
        let (draw, rest) = self.plans.get_index(plan.checked_sub(1)?)?;
        Some((self.draws.get(*draw)?, *rest))
    }

    /// How many draws of a plan are settled in one step: coins that belong together. They do so in every plan, so that
    /// states still meet.
    pub fn together(&self, mut plan: Plan) -> usize {
        let (mut count, mut group) = (0, None);
        while let Some((draw, rest)) = self.next(plan) {
            let own = draw.chance.index() / COINS;
            if draw.branches.len() > 2 || *group.get_or_insert(own) != own {
                break;
            }
            count += 1;
            plan = rest;
        }
        count.max(1)
    }

    /// In how many ways the draws of a plan may fall.
    pub fn ways(&self, plan: Plan) -> usize {
        plan.checked_sub(1)
            .and_then(|place| self.ways.get(place).copied())
            .unwrap_or(1)
    }

    /// The chance a plan settles first; greater than all where nothing is left, so that such states come last.
    pub fn order(&self, plan: Plan) -> u32 {
        let first = self.next(plan).map(|(draw, _)| draw.chance.index());
        first.map_or(u32::MAX, |chance| u32::try_from(chance).unwrap_or(u32::MAX))
    }
}

/// The changes of each branch of each offer, if all of them are simple and none can clash with another or with what
/// the world has staged.
pub(crate) fn simple(
    program: &Program,
    layout: &Layout,
    mask: &Mask,
    world: &World,
    offers: &[(ChanceId, Offer)],
) -> Option<Vec<Draw>> {
    let (starts, ends, slots) = world.staged_changes();
    let mut touched = Touches { starts, ends, slots };
    let mut draws = Vec::with_capacity(offers.len());
    for (id, offer) in offers {
        let chance = &program.chances[*id];
        if program.settlements[chance.settlement].recurs {
            return None;
        }
        let mut slots: Vec<SlotId> = Vec::new();
        let mut branches = Vec::with_capacity(chance.branches.len());
        for (branch, (_, p)) in chance.branches.iter().zip(&offer.branches) {
            if *p <= 0.0 {
                continue;
            }
            let changes = changes(
                program,
                (layout, mask),
                world,
                branch.block,
                &mut touched,
                &mut slots,
            )?;
            branches.push((*p, changes));
        }
        // One chance may touch a measure in several of its branches, for only one of them happens.
        slots.sort_unstable();
        slots.dedup();
        for slot in slots {
            if touched.slots.contains(&slot) {
                return None;
            }
            touched.slots.push(slot);
        }
        draws.push(Draw {
            chance: *id,
            branches,
        });
    }
    touched.clash_free().then_some(draws)
}

/// Facts and measures that a wave touches, to see whether two effects could clash.
#[derive(Debug, Default)]
struct Touches {
    starts: Vec<AtomId>,
    ends: Vec<AtomId>,
    slots: Vec<SlotId>,
}

impl Touches {
    fn clash_free(&self) -> bool {
        !self.starts.iter().any(|atom| self.ends.contains(atom))
    }
}

fn changes(
    program: &Program,
    (layout, mask): (&Layout, &Mask),
    world: &World,
    block: BlockId,
    touched: &mut Touches,
    slots: &mut Vec<SlotId>,
) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let own = slots.len();
    // What the mask drops is dropped when the day closes; nothing reads it until then.
    let fact = |atom: AtomId| layout.place_of(atom).filter(|place| mask.keeps(*place));
    let measure = |slot: SlotId| {
        layout
            .place_of_slot(slot)
            .filter(|place| !mask.slots.has(*place as usize))
    };
    for op in &program.blocks[block].ops {
        match op {
            Op::Start(atom) => {
                touched.starts.push(*atom);
                changes.extend(fact(*atom).map(|place| Change::Fact(place, true)));
            }
            Op::End(atom) => {
                touched.ends.push(*atom);
                changes.extend(fact(*atom).map(|place| Change::Fact(place, false)));
            }
            Op::Set(slot, number) | Op::Add(slot, number) => {
                if slots.get(own..).is_some_and(|mine| mine.contains(slot)) {
                    return None;
                }
                slots.push(*slot);
                let amount = fixed(&program.numbers, *number, &world.reading()).ok()?;
                let before = if matches!(op, Op::Add(..)) {
                    world.measure(*slot)
                } else {
                    Fixed::ZERO
                };
                let (low, high) = program.slots[*slot].bounds;
                let value = before.checked_add(amount)?.max(low).min(high);
                changes.extend(measure(*slot).map(|place| Change::Measure(place, value)));
            }
            Op::Raise(event) | Op::Schedule(event, _) if mask.events.has(event.index()) => {}
            Op::Raise(event) => changes.push(Change::Raise(*event)),
            Op::Schedule(event, after) => changes.push(Change::Arrange((*event, *after, None))),
            Op::ScheduleUnless(event, after, unless) if !after.is_zero() => {
                changes.push(Change::Arrange((*event, *after, Some(*unless))));
            }
            Op::ScheduleUnless(..) | Op::Impose(_) | Op::Draw(_) | Op::Choose(_) => return None,
        }
    }
    Some(changes)
}
