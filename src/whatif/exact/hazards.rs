//! What can fail while running: it is never left out, so that no error is overlooked.

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::bounds::{always_sound, bounds};
use crate::ids::Id as _;
use crate::program::{BlockId, Node, NodeId, Op, Program, SlotId};

/// What can fail while running. It is never left out, so that no error is overlooked.
#[derive(Debug)]
pub(crate) struct Hazards {
    /// Instances that can fail: a probability, an amount, a contradiction, a loop, a choice.
    pub instances: Bits,
    /// Norms whose breach can fail.
    pub norms: Bits,
    /// Measures that two effects can set at once: whether they agree depends on the amounts.
    pub slots: Bits,
    /// Comparisons that can fail.
    pub nodes: Vec<NodeId>,
    /// Chances whose probabilities need not come to something sensible.
    pub chances: Bits,
    /// Blocks whose effects read something.
    pub reading: Bits,
}

impl Hazards {
    pub fn of(program: &Program) -> Self {
        let mut touched = Touched::default();
        for block in program.instances.values().filter_map(|instance| instance.block) {
            touched.block(program, block, None, &mut Vec::new());
        }
        for block in program
            .templates
            .values()
            .filter_map(|template| template.otherwise)
        {
            touched.block(program, block, None, &mut Vec::new());
        }
        let mut instances = Bits::new(program.instances.len());
        for (id, instance) in program.instances.iter() {
            let risky = |block| touched.risky(program, block);
            // A `when:` rule can meet itself within a day.
            if instance.when.is_some() || instance.block.is_some_and(risky) {
                instances.add(id.index());
            }
        }
        let mut norms = Bits::new(program.templates.len());
        for (id, template) in program.templates.iter() {
            if template
                .otherwise
                .is_some_and(|block| touched.risky(program, block))
            {
                norms.add(id.index());
            }
        }
        let mut slots = Bits::new(program.slots.len());
        for slot in program.slots.ids().filter(|slot| touched.contested(*slot)) {
            slots.add(slot.index());
        }
        let nodes = (0..program.network.len()).map(NodeId::from_index).filter(|id| {
            matches!(program.network.node(*id), Node::Compare(_, a, b)
                if bounds(program, *a).is_none() || bounds(program, *b).is_none())
        });
        let mut chances = Bits::new(program.chances.len());
        for (id, chance) in program.chances.iter() {
            if program.settlements[chance.settlement].recurs || !always_sound(program, chance) {
                chances.add(id.index());
            }
        }
        let mut reading = Bits::new(program.blocks.len());
        for (id, block) in program.blocks.iter() {
            let reads = |op: &Op| match op {
                Op::Set(..) | Op::Add(..) | Op::ScheduleUnless(..) | Op::Draw(_) | Op::Choose(_) => true,
                Op::Start(_) | Op::End(_) | Op::Raise(_) | Op::Schedule(..) | Op::Impose(_) => false,
            };
            if block.ops.iter().any(reads) {
                reading.add(id.index());
            }
        }
        Hazards {
            instances,
            norms,
            slots,
            nodes: nodes.collect(),
            chances,
            reading,
        }
    }

    /// Whether nothing can fail.
    pub fn none(&self) -> bool {
        self.nodes.is_empty() && self.instances.is_empty() && self.norms.is_empty()
    }
}

/// How facts and measures are touched, to see whether two effects can contradict each other.
#[derive(Default)]
struct Touched {
    starts: FxHashMap<usize, ()>,
    ends: FxHashMap<usize, ()>,
    /// For each measure: whether it is set, and from how many places, branches of one chance being one.
    slots: FxHashMap<usize, (bool, Vec<Option<usize>>)>,
}

impl Touched {
    /// `path` are the measures that are touched together with the block.
    fn block(&mut self, program: &Program, block: BlockId, under: Option<usize>, path: &mut Vec<SlotId>) {
        for op in &program.blocks[block].ops {
            match op {
                Op::Start(atom) => {
                    self.starts.insert(atom.index(), ());
                }
                Op::End(atom) => {
                    self.ends.insert(atom.index(), ());
                }
                Op::Set(slot, _) | Op::Add(slot, _) => {
                    let (set, places) = self.slots.entry(slot.index()).or_default();
                    *set |= matches!(op, Op::Set(..));
                    if under.is_none() || !places.contains(&under) || path.contains(slot) {
                        places.push(under);
                    }
                    path.push(*slot);
                }
                Op::Draw(chance) => {
                    let before = path.clone();
                    for branch in &program.chances[*chance].branches {
                        let mut own = before.clone();
                        self.block(program, branch.block, under.or(Some(chance.index())), &mut own);
                        path.extend(own.into_iter().skip(before.len()));
                    }
                }
                Op::Choose(choice) => {
                    for option in &program.choices[*choice].options {
                        self.block(program, option.block, under, path);
                    }
                }
                _ => {}
            }
        }
    }

    /// Whether two effects can set a measure at once.
    fn contested(&self, slot: SlotId) -> bool {
        let touched = self.slots.get(&slot.index());
        touched.is_some_and(|(set, places)| *set && places.len() > 1)
    }

    fn risky(&self, program: &Program, block: BlockId) -> bool {
        program.blocks[block].ops.iter().any(|op| match op {
            Op::Start(atom) => self.ends.contains_key(&atom.index()),
            Op::End(atom) => self.starts.contains_key(&atom.index()),
            Op::Set(slot, number) | Op::Add(slot, number) => {
                self.contested(*slot) || bounds(program, *number).is_none()
            }
            Op::Draw(chance) => {
                let chance = &program.chances[*chance];
                program.settlements[chance.settlement].recurs
                    || !always_sound(program, chance)
                    || chance
                        .branches
                        .iter()
                        .any(|branch| self.risky(program, branch.block))
            }
            // An option may be closed.
            Op::Choose(_) => true,
            Op::Impose(template) => program.templates[*template]
                .otherwise
                .is_some_and(|block| self.risky(program, block)),
            Op::Raise(_) | Op::Schedule(..) | Op::ScheduleUnless(..) => false,
        })
    }
}
