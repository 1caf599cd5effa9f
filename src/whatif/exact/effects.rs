//! Who changes what: for each condition, measure, event and norm the rules and norms whose effects reach it. It is the same
//! for every state, so that each analysis of one only follows it.

use smallvec::SmallVec;

use crate::ids::{Id as _, Table};
use crate::language::value::Duration;
use crate::program::{AtomId, BlockId, GroundEventId, InstanceId, NodeId, Op, Program, SlotId, TemplateId};

/// What has effects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Actor {
    /// A rule instance, when it fires.
    Rule(InstanceId),
    /// A norm, when it arises, ends, or is broken.
    Norm(TemplateId),
}

/// The effects of a block, those of its branches and options among them.
#[derive(Clone, Debug, Default)]
pub(super) struct Reached {
    pub starts: Vec<AtomId>,
    pub ends: Vec<AtomId>,
    pub slots: Vec<SlotId>,
    /// Events that it raises, at once or later.
    pub events: Vec<GroundEventId>,
    pub norms: Vec<TemplateId>,
}

/// A few of many.
type Few<T> = SmallVec<[T; 2]>;

/// The effects of all blocks, and where they lead from.
#[derive(Debug)]
pub(super) struct Effects {
    blocks: Table<BlockId, Reached>,
    of_node: Vec<Few<Actor>>,
    of_slot: Vec<Few<Actor>>,
    of_event: Vec<Few<Actor>>,
    of_norm: Vec<Few<Actor>>,
    /// By norm: the events that it watches.
    watched: Vec<Few<GroundEventId>>,
}

impl Effects {
    pub fn of(program: &Program) -> Self {
        let mut effects = Effects {
            blocks: program.blocks.ids().map(|_| Reached::default()).collect(),
            of_node: vec![Few::new(); program.network.len()],
            of_slot: vec![Few::new(); program.slots.len()],
            of_event: vec![Few::new(); program.events.len()],
            of_norm: vec![Few::new(); program.templates.len()],
            watched: vec![Few::new(); program.templates.len()],
        };
        for id in program.blocks.ids() {
            let mut reached = Reached::default();
            collect(program, id, &mut reached);
            effects.blocks[id] = reached;
        }
        for (id, instance) in program.instances.iter() {
            if let Some(block) = instance.block {
                effects.enter(program, Actor::Rule(id), block);
            }
        }
        for (id, template) in program.templates.iter() {
            let actor = Actor::Norm(id);
            let flags = template.flags;
            for node in [flags.owed, flags.met, flags.broken].into_iter().flatten() {
                note(&mut effects.of_node, node.index(), actor);
            }
            note(&mut effects.of_event, template.breach.index(), actor);
            if let Some(block) = template.otherwise {
                effects.enter(program, actor, block);
            }
        }
        for (id, event) in program.events.iter() {
            for norm in &event.norms {
                note(&mut effects.watched, norm.index(), id);
            }
        }
        effects
    }

    fn enter(&mut self, program: &Program, actor: Actor, block: BlockId) {
        let reached = &self.blocks[block];
        for atom in reached.starts.iter().chain(&reached.ends) {
            note(&mut self.of_node, program.atoms[*atom].node.index(), actor);
        }
        for slot in &reached.slots {
            note(&mut self.of_slot, slot.index(), actor);
        }
        for event in &reached.events {
            note(&mut self.of_event, event.index(), actor);
        }
        for norm in &reached.norms {
            note(&mut self.of_norm, norm.index(), actor);
        }
    }

    /// What a block does.
    pub fn block(&self, id: BlockId) -> &Reached {
        &self.blocks[id]
    }

    /// Who changes the truth of a condition directly.
    pub fn of_node(&self, id: NodeId) -> &[Actor] {
        few(&self.of_node, id.index())
    }

    /// Who changes a measure.
    pub fn of_slot(&self, id: SlotId) -> &[Actor] {
        few(&self.of_slot, id.index())
    }

    /// Who raises an event.
    pub fn of_event(&self, id: GroundEventId) -> &[Actor] {
        few(&self.of_event, id.index())
    }

    /// Who brings a norm about.
    pub fn of_norm(&self, id: TemplateId) -> &[Actor] {
        few(&self.of_norm, id.index())
    }

    /// The events that a norm watches.
    pub fn watched(&self, id: TemplateId) -> &[GroundEventId] {
        few(&self.watched, id.index())
    }
}

fn note<T: Copy + PartialEq>(table: &mut [Few<T>], place: usize, what: T) {
    // An actor is entered as a whole, so that only the last can be the same.
    if let Some(few) = table.get_mut(place)
        && few.last() != Some(&what)
    {
        few.push(what);
    }
}

fn few<T>(table: &[Few<T>], place: usize) -> &[T] {
    table.get(place).map_or(&[], |few| few.as_slice())
}

fn collect(program: &Program, block: BlockId, reached: &mut Reached) {
    for op in &program.blocks[block].ops {
        match op {
            Op::Start(atom) => reached.starts.push(*atom),
            Op::End(atom) => reached.ends.push(*atom),
            Op::Set(slot, _) | Op::Add(slot, _) => reached.slots.push(*slot),
            Op::Schedule(_, Duration::Never) | Op::ScheduleUnless(_, Duration::Never, _) => {}
            Op::Raise(event) | Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => {
                reached.events.push(*event);
            }
            Op::Impose(template) => reached.norms.push(*template),
            Op::Draw(chance) => {
                for branch in &program.chances[*chance].branches {
                    collect(program, branch.block, reached);
                }
            }
            Op::Choose(choice) => {
                for option in &program.choices[*choice].options {
                    collect(program, option.block, reached);
                }
            }
        }
    }
}
