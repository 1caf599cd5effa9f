//! The chances of one wave, settled one at a time: partial commits that agree, with the same chances still to settle,
//! are one (DESIGN 10). A wave of nine independent votes then costs nine steps a state, not five hundred branches.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use rustc_hash::FxBuildHasher;

use super::layout::Layout;
use super::mid::{Change, Mid};
use crate::engine::{Offer, World};
use crate::ids::Id as _;
use crate::language::value::Fixed;
use crate::program::{AtomId, BlockId, ChanceId, Op, Program, SlotId, fixed};

/// A chance on a snapshot: its branches with their probabilities and what they change.
#[derive(Clone, Debug)]
pub(crate) struct Draw {
    chance: ChanceId,
    branches: Vec<(f64, Vec<Change>)>,
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

/// What is still to settle: a draw and what comes after it. The number 0 is "nothing".
type Plan = usize;

type Layer = IndexMap<(Plan, Mid), f64, FxBuildHasher>;

/// Worlds of one day between settlements.
#[derive(Debug, Default)]
pub(crate) struct Layers {
    draws: Vec<Draw>,
    by_chance: IndexMap<ChanceId, Vec<usize>, FxBuildHasher>,
    plans: IndexMap<(usize, Plan), (), FxBuildHasher>,
    /// By wave and by the chance that is settled next; `usize::MAX` where none is left.
    layers: BTreeMap<(u32, usize), Layer>,
}

impl Layers {
    /// Takes in a world whose pending chances are all simple, given their offers; its staged effects must have been
    /// committed since. `draws` come in the order of their chances.
    pub fn enter(&mut self, wave: u32, mid: Mid, draws: Vec<Draw>, mass: f64) {
        let mut plan = 0;
        let mut first = usize::MAX;
        for draw in draws.into_iter().rev() {
            first = draw.chance.index();
            let draw = self.draw(draw);
            plan = self.plans.insert_full((draw, plan), ()).0 + 1;
        }
        *self
            .layers
            .entry((wave, first))
            .or_default()
            .entry((plan, mid))
            .or_insert(0.0) += mass;
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

    /// Settles one layer after another until one is through; gives its states back, to be run on.
    pub fn next(&mut self) -> Option<Vec<(Mid, f64)>> {
        while let Some(((wave, order), layer)) = self.layers.pop_first() {
            if order == usize::MAX {
                return Some(layer.into_iter().map(|((_, mid), mass)| (mid, mass)).collect());
            }
            for ((plan, mid), mass) in layer {
                let Some(((draw, rest), ())) = plan.checked_sub(1).and_then(|at| self.plans.get_index(at))
                else {
                    continue;
                };
                let rest = *rest;
                let following = rest.checked_sub(1).and_then(|at| self.plans.get_index(at));
                let next = following.and_then(|((draw, _), ())| self.draws.get(*draw));
                let next = next.map_or(usize::MAX, |draw| draw.chance.index());
                let Some(draw) = self.draws.get(*draw) else {
                    continue;
                };
                let target = self.layers.entry((wave, next)).or_default();
                for (p, changes) in &draw.branches {
                    let mut branch = mid.clone();
                    for change in changes {
                        branch.apply(*change);
                    }
                    *target.entry((rest, branch)).or_insert(0.0) += mass * p;
                }
            }
        }
        None
    }
}

/// The changes of each branch of each offer, if all of them are simple and none can clash with another or with what
/// the world has staged.
pub(crate) fn simple(
    program: &Program,
    layout: &Layout,
    world: &World,
    offers: &[(ChanceId, Offer)],
) -> Option<Vec<Draw>> {
    let (starts, ends, slots) = world.staged_changes();
    let mut touched = Touches { starts, ends, slots };
    let mut draws = Vec::with_capacity(offers.len());
    for (id, offer) in offers {
        let chance = &program.chances[*id];
        if layout.shared[chance.settlement] {
            return None;
        }
        let mut slots: Vec<SlotId> = Vec::new();
        let mut branches = Vec::with_capacity(chance.branches.len());
        for (branch, (_, p)) in chance.branches.iter().zip(&offer.branches) {
            if *p <= 0.0 {
                continue;
            }
            let changes = changes(program, layout, world, branch.block, &mut touched, &mut slots)?;
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
    layout: &Layout,
    world: &World,
    block: BlockId,
    touched: &mut Touches,
    slots: &mut Vec<SlotId>,
) -> Option<Vec<Change>> {
    let mut changes = Vec::new();
    let own = slots.len();
    for op in &program.blocks[block].ops {
        match op {
            Op::Start(atom) => {
                touched.starts.push(*atom);
                changes.extend(layout.place_of(*atom).map(|place| Change::Fact(place, true)));
            }
            Op::End(atom) => {
                touched.ends.push(*atom);
                changes.extend(layout.place_of(*atom).map(|place| Change::Fact(place, false)));
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
                changes.extend(
                    layout
                        .place_of_slot(*slot)
                        .map(|place| Change::Measure(place, value)),
                );
            }
            Op::Raise(event) => changes.push(Change::Raise(*event)),
            Op::Schedule(event, after) => {
                let due = world.day() + *after;
                if due <= program.period.1 {
                    changes.push(Change::Schedule(due, *event));
                }
            }
            Op::ScheduleUnless(..) | Op::Impose(_) | Op::Draw(_) | Op::Choose(_) => return None,
        }
    }
    Some(changes)
}
