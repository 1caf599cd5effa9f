//! What can still come about, given the facts that shut things off, and what is on the agenda.

use super::bits::Bits;
use super::coming::Coming;
use super::layout::Layout;
use super::pack::Packed;
use crate::ids::Id as _;
use crate::language::value::Duration;
use crate::program::{AtomId, BlockId, GroundEventId, Node, NodeId, Op, Program, TemplateId};

/// What the analysis is told.
pub(crate) struct Seen<'s> {
    /// The state, whose day is closed.
    pub packed: &'s Packed,
    /// What comes, without days and deadlines.
    pub coming: &'s [Coming],
    /// The norms that are active.
    pub norms: &'s [TemplateId],
    /// How many scripted events are past.
    pub scripts: usize,
}

/// The conditions of a program, as far as they are the same whatever the analysis is told.
#[derive(Debug)]
pub(crate) struct Conditions {
    /// Can the node be true, can it be false? All can be both but constants.
    can: Vec<(bool, bool)>,
    /// Those made of others, lowest first. Of derived facts that hang on themselves nothing is said.
    made: Vec<NodeId>,
}

impl Conditions {
    pub fn of(program: &Program) -> Self {
        let network = &program.network;
        let mut can = vec![(true, true); network.len()];
        let mut made = Vec::new();
        for id in network.ranked() {
            match network.node(*id) {
                Node::Constant(truth) => {
                    if let Some(place) = can.get_mut(id.index()) {
                        *place = (*truth, !*truth);
                    }
                }
                Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => {}
                _ if network.component(*id).is_some() => {}
                Node::Not(_) | Node::And(_) | Node::Or(_) | Node::Derived(_) | Node::AtLeast(..) => {
                    made.push(*id)
                }
            }
        }
        Conditions { can, made }
    }
}

/// What can still come about.
pub(crate) struct Reach<'p> {
    program: &'p Program,
    /// Can the node be true, can it be false, from now on?
    can: Vec<(bool, bool)>,
    startable: Bits,
    endable: Bits,
    /// Events that can be raised.
    pub events: Bits,
    /// Norms that are or can become active.
    pub norms: Bits,
    /// Instances that can fire.
    pub instances: Bits,
    /// Whether more facts can start or end than the nodes know of.
    moved: bool,
    changed: bool,
}

impl<'p> Reach<'p> {
    pub fn new(program: &'p Program, layout: &Layout, conditions: &Conditions, seen: &Seen) -> Self {
        let mut reach = Reach {
            program,
            can: conditions.can.clone(),
            startable: Bits::new(program.atoms.len()),
            endable: Bits::new(program.atoms.len()),
            events: Bits::new(program.events.len()),
            norms: Bits::new(program.templates.len()),
            instances: Bits::new(program.instances.len()),
            moved: true,
            changed: true,
        };
        for coming in seen.coming {
            if let Coming::Event(event) | Coming::Unless(event, _) = coming {
                reach.changed |= reach.events.add(event.index());
            }
        }
        for (_, event, _) in program.timeline.get(seen.scripts..).unwrap_or(&[]) {
            reach.events.add(event.index());
        }
        for norm in seen.norms {
            reach.norms.add(norm.index());
        }
        let mut inputs: Vec<(NodeId, AtomId, bool)> = Vec::new();
        for (place, ((atom, node), shuts)) in layout.atoms.iter().zip(&layout.shuts).enumerate() {
            if *shuts {
                inputs.push((*node, *atom, seen.packed.has_fact(place)));
            }
        }
        while std::mem::take(&mut reach.changed) {
            if std::mem::take(&mut reach.moved) {
                for (node, atom, holds) in &inputs {
                    let (starts, ends) = (reach.startable.has(atom.index()), reach.endable.has(atom.index()));
                    reach.put(*node, (*holds || starts, !*holds || ends));
                }
                reach.nodes(conditions);
            }
            reach.fire();
            reach.changed |= reach.moved;
        }
        reach
    }

    /// Whether the node can still change.
    pub fn open(&self, node: NodeId) -> bool {
        self.of(node) == (true, true)
    }

    fn put(&mut self, node: NodeId, can: (bool, bool)) {
        if let Some(place) = self.can.get_mut(node.index()) {
            *place = can;
        }
    }

    /// Whether the node can be true, and whether it can be false, from now on.
    pub fn of(&self, node: NodeId) -> (bool, bool) {
        self.can.get(node.index()).copied().unwrap_or((true, true))
    }

    /// Bounds of all nodes, lowest first.
    fn nodes(&mut self, conditions: &Conditions) {
        for id in &conditions.made {
            let junction = |parts: &[NodeId]| {
                let mut all = (true, true);
                let mut any = (false, false);
                for part in parts {
                    let (t, f) = self.of(*part);
                    all = (all.0 && t, all.1 && f);
                    any = (any.0 || t, any.1 || f);
                }
                (all, any)
            };
            let can = match self.program.network.node(*id) {
                Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => continue,
                Node::Not(inner) => {
                    let (t, f) = self.of(*inner);
                    (f, t)
                }
                Node::And(parts) => {
                    let (all, any) = junction(parts);
                    (all.0, any.1)
                }
                Node::Or(parts) => {
                    let (all, any) = junction(parts);
                    (any.0, all.1)
                }
                Node::Derived(head) => {
                    let (all, any) = junction(self.program.network.bodies(*head));
                    (any.0, all.1)
                }
                Node::AtLeast(parts, least) => {
                    let most = parts.iter().filter(|part| self.of(**part).0).count();
                    let sure = parts.iter().filter(|part| !self.of(**part).1).count();
                    (most >= *least as usize, sure < *least as usize)
                }
            };
            self.put(*id, can);
        }
    }

    /// Lets everything fire that can.
    fn fire(&mut self) {
        let program = self.program;
        for (id, instance) in program.instances.iter() {
            let Some(block) = instance.block else { continue };
            if self.instances.has(id.index()) || !self.of(instance.guard).0 {
                continue;
            }
            // At a closed day a condition that can never be false has risen already.
            if !instance.when.is_none_or(|node| self.open(node)) {
                continue;
            }
            let by_event = program.triggers(id);
            if by_event.is_empty() || by_event.iter().any(|event| self.happens(*event)) {
                self.instances.add(id.index());
                self.changed = true;
                self.block(block);
            }
        }
        for (id, template) in program.templates.iter() {
            if self.norms.has(id.index()) {
                self.raise(template.breach);
                if let Some(block) = template.otherwise {
                    self.block(block);
                }
            }
        }
    }

    /// Whether an event can be raised and take effect.
    pub fn happens(&self, event: GroundEventId) -> bool {
        self.events.has(event.index())
            && self
                .program
                .events
                .find(event)
                .and_then(|event| event.requires)
                .is_none_or(|node| self.of(node).0)
    }

    fn raise(&mut self, event: GroundEventId) {
        self.changed |= self.events.add(event.index());
    }

    fn block(&mut self, block: BlockId) {
        let program = self.program;
        for op in &program.blocks[block].ops {
            match op {
                Op::Start(atom) => self.moved |= self.startable.add(atom.index()),
                Op::End(atom) => self.moved |= self.endable.add(atom.index()),
                Op::Set(..) | Op::Add(..) => {}
                Op::Schedule(_, Duration::Never) | Op::ScheduleUnless(_, Duration::Never, _) => {}
                Op::Raise(event) | Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => {
                    self.raise(*event);
                }
                Op::Impose(template) => self.changed |= self.norms.add(template.index()),
                Op::Draw(chance) => {
                    for branch in &program.chances[*chance].branches {
                        self.block(branch.block);
                    }
                }
                Op::Choose(choice) => {
                    for option in &program.choices[*choice].options {
                        self.block(option.block);
                    }
                }
            }
        }
    }
}
