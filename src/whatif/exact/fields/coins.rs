//! Days on which periodic rules only toss coins for facts: what is common to all states that differ in these facts.

use smallvec::SmallVec;

use crate::ids::Id as _;
use crate::program::{BlockId, ChanceId, GroundFix, GroundGoal, Keep, NodeId, Op, Program, SettlementId};
use crate::whatif::exact::bits::Bits;
use crate::whatif::exact::calendar::Calendar;
use crate::whatif::exact::layout::{Kept, Layout};
use crate::whatif::exact::mask::Mask;

/// A chance of a periodic rule that only lets facts begin and end, with probabilities that hang on nothing.
#[derive(Clone, Debug)]
pub(crate) struct Toss {
    pub chance: ChanceId,
    pub guard: NodeId,
    pub branches: Vec<(f64, Changes)>,
}

/// Facts of the layout that begin (true) or end.
pub(crate) type Changes = SmallVec<[(u32, bool); 1]>;

impl Toss {
    /// The facts that it may change.
    pub fn changed(&self) -> impl Iterator<Item = (u32, bool)> + '_ {
        self.branches
            .iter()
            .flat_map(|(_, changes)| changes.iter().copied())
    }
}

/// What the periodic rules of a day do, if they only toss coins and raise events.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tossing {
    /// In the order in which chances are settled.
    pub tosses: Vec<Toss>,
    /// Guards of the other rules.
    pub others: Vec<NodeId>,
}

impl Tossing {
    /// `ticks` are the groups that tick, `mask` what is left out.
    pub fn of(program: &Program, layout: &Layout, mask: &Mask, ticks: u64) -> Option<Self> {
        let mut tossing = Tossing::default();
        let mut settled: Vec<SettlementId> = Vec::new();
        for (group, instance, guard) in &layout.ticking {
            let Some(block) = program.instances[*instance].block else {
                continue;
            };
            if ticks & Calendar::bit(*group) == 0 || mask.muted.has(instance.index()) {
                continue;
            }
            let ops = &program.blocks[block].ops;
            if ops.iter().all(|op| matches!(op, Op::Raise(_))) {
                tossing.others.push(*guard);
                continue;
            }
            for op in ops {
                let Op::Draw(chance) = op else { return None };
                settled.push(program.chances[*chance].settlement);
                tossing
                    .tosses
                    .push(toss(program, (layout, mask), *chance, *guard)?);
            }
        }
        // One settlement falls the same way for all who ask.
        settled.sort_unstable();
        let twice = settled.windows(2).any(|pair| pair.first() == pair.last());
        tossing.tosses.sort_by_key(|toss| toss.chance);
        (!twice && tossing.agree(layout)).then_some(tossing)
    }

    /// Whether no fact begins by one coin and ends by another.
    fn agree(&self, layout: &Layout) -> bool {
        let mut sets = [Bits::new(layout.atoms.len()), Bits::new(layout.atoms.len())];
        let [ends, begins] = &mut sets;
        let mut changed = self.tosses.iter().flat_map(Toss::changed);
        changed.all(|(place, truth)| {
            let (own, other) = if truth {
                (&mut *begins, &*ends)
            } else {
                (&mut *ends, &*begins)
            };
            own.add(place as usize);
            !other.has(place as usize)
        })
    }
}

fn toss(program: &Program, within: (&Layout, &Mask), chance: ChanceId, guard: NodeId) -> Option<Toss> {
    let ground = &program.chances[chance];
    let settlement = &program.settlements[ground.settlement];
    if settlement.recurs || !matches!(settlement.fix, GroundFix::Open) {
        return None;
    }
    let mut branches = Vec::new();
    for (branch, (_, p)) in ground.branches.iter().zip(ground.known.as_deref()?) {
        if *p > 0.0 {
            branches.push((*p, changes(program, within, branch.block)?));
        }
    }
    (branches.len() > 1).then_some(Toss {
        chance,
        guard,
        branches,
    })
}

fn changes(program: &Program, (layout, mask): (&Layout, &Mask), block: BlockId) -> Option<Changes> {
    let mut changes = Changes::new();
    for op in &program.blocks[block].ops {
        let (atom, truth) = match op {
            Op::Start(atom) => (atom, true),
            Op::End(atom) => (atom, false),
            _ => return None,
        };
        if let Some(place) = layout.place_of(*atom).filter(|place| mask.keeps(*place)) {
            changes.push((place, truth));
        }
    }
    Some(changes)
}

/// Whether nothing but guards and probabilities notices that a free fact changes: no rule waits for a condition above it to
/// rise, no norm asks for one, nothing counts how often or how long one holds.
pub(super) fn unnoticed(program: &Program, layout: &Layout, mask: &Mask, above: &Bits) -> bool {
    let hangs = |node: NodeId| above.has(node.index());
    let rises = program.whens.iter().any(|(node, _)| hangs(*node));
    let asked = program.templates.iter().any(|(id, template)| {
        let reach = matches!(template.goal, GroundGoal::Reach(node) if hangs(node));
        !mask.duties.has(id.index()) && (reach || template.while_.is_some_and(hangs))
    });
    let counted = layout.monitors.iter().any(|(id, kept)| {
        let monitor = &program.monitors[id];
        let counts = matches!(kept, Kept::Mean | Kept::Words) && monitor.node.is_some_and(hangs);
        counts || *kept == Kept::Mean && monitor.keep == Keep::Held
    });
    !rises && !asked && !counted
}
