//! All that a day can read or write, from what is due and what ticks, by following what moves what.

use super::bits::Bits;
use super::coming::Coming;
use super::follow::Follow;
use super::frame::Frame;
use super::layout::{Kept, Layout};
use super::mask::Mask;
use super::readers::Readers;
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{
    BlockId, GroundDeadline, GroundEventId, GroundGoal, InstanceId, Node, NodeId, Op, Program, SlotId,
    TemplateId,
};

/// What can happen on a day, and what that reads and writes.
pub(super) struct Closure<'c> {
    pub(super) program: &'c Program,
    pub(super) layout: &'c Layout,
    mask: &'c Mask,
    readers: &'c Readers,
    pub(super) read: Bits,
    slots: Bits,
    /// Nodes whose truth may change today.
    pub(super) moves: Bits,
    events: Bits,
    instances: Bits,
    /// Norms that may arise today.
    arisen: Bits,
    breached: Bits,
    monitors: Bits,
    open_nodes: Vec<NodeId>,
    open_events: Vec<GroundEventId>,
    /// Whether only the conditions are noted that are read themselves, not what they are made of.
    pub(super) shallow: bool,
}

impl<'c> Closure<'c> {
    pub fn new(program: &'c Program, layout: &'c Layout, mask: &'c Mask, readers: &'c Readers) -> Self {
        Closure {
            program,
            layout,
            mask,
            readers,
            read: Bits::new(program.network.len()),
            slots: Bits::new(program.slots.len()),
            moves: Bits::new(program.network.len()),
            events: Bits::new(program.events.len()),
            instances: Bits::new(program.instances.len()),
            arisen: Bits::new(program.templates.len()),
            breached: Bits::new(program.templates.len()),
            monitors: Bits::new(program.monitors.len()),
            open_nodes: Vec::new(),
            open_events: Vec::new(),
            shallow: false,
        }
    }

    pub fn day(&mut self, due: &[Coming], ticks: u64, date: Day) {
        let program = self.program;
        self.rests();
        // What remembers its days is read on each of them.
        for (id, monitor) in program.monitors.iter() {
            if self.layout.monitors[id] == Kept::Words {
                self.monitors.add(id.index());
                self.maybe(monitor.node);
            }
        }
        for coming in due {
            match coming {
                Coming::Latent(_) => {}
                Coming::Event(event) => self.event(*event),
                Coming::Unless(event, node) => {
                    self.node(*node);
                    self.event(*event);
                }
                Coming::Deadline(template) => self.breach(*template),
            }
        }
        for (day, event, _) in &program.timeline {
            if *day == date {
                self.event(*event);
            }
        }
        for (group, instance, _) in &self.layout.ticking {
            if ticks & 1 << (*group).min(63) != 0 {
                self.instance(*instance);
            }
        }
        self.spread();
    }

    /// What is read on any day.
    pub(super) fn rests(&mut self) {
        let program = self.program;
        for node in self.readers.risky() {
            self.node(*node);
        }
        // Whatever a day is about, every norm is looked at when it rests.
        for (id, template) in program.templates.iter() {
            if !self.mask.duties.has(id.index()) {
                self.maybe(template.while_);
                if let GroundGoal::Reach(node) = template.goal {
                    self.node(node);
                }
            }
        }
    }

    pub(super) fn spread(&mut self) {
        loop {
            if let Some(event) = self.open_events.pop() {
                self.happens(event);
            } else if let Some(node) = self.open_nodes.pop() {
                self.moved(node);
            } else {
                break;
            }
        }
    }

    pub(super) fn event(&mut self, event: GroundEventId) {
        if self.events.add(event.index()) {
            self.open_events.push(event);
        }
    }

    fn happens(&mut self, event: GroundEventId) {
        let ground = &self.program.events[event];
        self.maybe(ground.requires);
        for monitor in &ground.monitors {
            self.monitors.add(monitor.index());
        }
        for instance in &ground.fires {
            self.instance(*instance);
        }
        for norm in &ground.norms {
            // One that makes no difference is dropped when a day closes; until then it lives as others do.
            if !self.mask.duties.has(norm.index()) || self.arisen.has(norm.index()) {
                self.meets(*norm);
            }
        }
    }

    /// A norm may meet an event that it names.
    fn meets(&mut self, norm: TemplateId) {
        self.norm_moves(norm);
        let template = &self.program.templates[norm];
        if matches!(template.goal, GroundGoal::Refrain(_))
            || matches!(template.deadline, GroundDeadline::Before(_))
        {
            self.breach(norm);
        }
    }

    /// A norm may arise: it may meet what happens later on the day.
    fn arises(&mut self, id: TemplateId) {
        self.norm_moves(id);
        if !self.arisen.add(id.index()) {
            return;
        }
        let template = &self.program.templates[id];
        let goal = match &template.goal {
            GroundGoal::Do(events) | GroundGoal::Refrain(events) => events.as_slice(),
            GroundGoal::Reach(_) => &[],
        };
        let limit = match &template.deadline {
            GroundDeadline::Before(events) => events.as_slice(),
            GroundDeadline::Within(_) | GroundDeadline::Due(_) | GroundDeadline::Open => &[],
        };
        if goal
            .iter()
            .chain(limit)
            .any(|event| self.events.has(event.index()))
        {
            self.meets(id);
        }
    }

    /// A norm may end today, or arise.
    fn norm_moves(&mut self, id: TemplateId) {
        let template = &self.program.templates[id];
        self.maybe(template.while_);
        if let GroundGoal::Reach(node) = template.goal {
            self.node(node);
        }
        for flag in [template.flags.owed, template.flags.met, template.flags.broken]
            .into_iter()
            .flatten()
        {
            self.moves_node(flag);
        }
    }

    fn breach(&mut self, id: TemplateId) {
        if self.breached.add(id.index()) {
            self.norm_moves(id);
            let template = &self.program.templates[id];
            self.event(template.breach);
            if let Some(block) = template.otherwise {
                self.block(block);
            }
        }
    }

    fn instance(&mut self, id: InstanceId) {
        if self.mask.muted.has(id.index()) || !self.instances.add(id.index()) {
            return;
        }
        let instance = &self.program.instances[id];
        self.node(instance.guard);
        self.maybe(instance.when);
        if let Some(block) = instance.block {
            self.block(block);
        }
    }

    fn block(&mut self, block: BlockId) {
        let program = self.program;
        for op in &program.blocks[block].ops {
            match op {
                Op::Start(atom) | Op::End(atom) => self.moves_node(program.atoms[*atom].node),
                Op::Set(slot, number) | Op::Add(slot, number) => {
                    self.number(*number);
                    self.slots.add(slot.index());
                    let readers = self.readers;
                    readers.of_slot(*slot).for_each(|node| self.moves_node(node));
                }
                Op::Raise(event) => self.event(*event),
                Op::Schedule(..) => {}
                Op::ScheduleUnless(event, after, unless) => {
                    if after.is_zero() {
                        self.node(*unless);
                        self.event(*event);
                    }
                }
                Op::Impose(template) => {
                    self.arises(*template);
                    // A last day may be today, or past.
                    let at_once = match program.templates[*template].deadline {
                        GroundDeadline::Within(after) => after.is_zero(),
                        GroundDeadline::Due(_) => true,
                        GroundDeadline::Before(_) | GroundDeadline::Open => false,
                    };
                    if at_once {
                        self.breach(*template);
                    }
                }
                Op::Draw(chance) => {
                    for branch in &program.chances[*chance].branches {
                        if let Some(number) = branch.p {
                            self.number(number);
                        }
                        self.block(branch.block);
                    }
                }
                Op::Choose(choice) => {
                    let choice = &program.choices[*choice];
                    self.choice(choice);
                    for option in &choice.options {
                        self.block(option.block);
                    }
                }
            }
        }
    }

    /// The truth of a node may change today.
    fn moves_node(&mut self, node: NodeId) {
        if self.moves.add(node.index()) {
            self.open_nodes.push(node);
        }
    }

    fn moved(&mut self, node: NodeId) {
        let program = self.program;
        // What is written is part of the frame.
        if matches!(program.network.node(node), Node::Fact(_) | Node::Flag(_)) {
            self.node(node);
        }
        if program.rises(node) {
            for (_, instance) in program.waiting_for(node) {
                self.instance(instance);
            }
        }
        for (id, monitor) in program.monitors.iter() {
            if monitor.node == Some(node) && self.layout.monitors[id] != Kept::Unasked {
                self.monitors.add(id.index());
                self.node(node);
            }
        }
        for (id, template) in program.templates.iter() {
            let touched = template.while_ == Some(node)
                || matches!(template.goal, GroundGoal::Reach(goal) if goal == node);
            if touched && !self.mask.duties.has(id.index()) {
                self.norm_moves(id);
            }
        }
        let readers = self.readers;
        readers.of_node(node).for_each(|reader| self.moves_node(reader));
    }

    pub fn frame(&self) -> Frame {
        let layout = self.layout;
        let mut bits = vec![0u64; layout.bit_words];
        let mut add = |bit: usize| {
            if let Some(word) = bits.get_mut(bit >> 6) {
                *word |= 1 << (bit & 63);
            }
        };
        for (place, (_, node)) in layout.atoms.iter().enumerate() {
            if self.read.has(node.index()) {
                add(place);
            }
        }
        for (place, node) in layout.flags.iter().enumerate() {
            if self.read.has(node.index()) {
                add(layout.atoms.len() + place);
            }
        }
        for id in self.program.monitors.ids() {
            if self.monitors.has(id.index()) {
                add(layout.monitor_bits + 2 * id.index());
                add(layout.monitor_bits + 2 * id.index() + 1);
            }
        }
        let mut slots = Bits::new(layout.slots.len());
        for (place, slot) in layout.slots.iter().enumerate() {
            if self.slots.has(slot.index()) {
                slots.add(place);
            }
        }
        Frame { bits, slots }
    }
}

impl<'c> Follow<'c> for Closure<'c> {
    fn program(&self) -> &'c Program {
        self.program
    }

    fn note(&mut self, node: NodeId) -> bool {
        self.read.add(node.index()) && !self.shallow
    }

    fn note_measure(&mut self, slot: SlotId) {
        self.slots.add(slot.index());
    }
}
