//! What of that which can still come about can change an outcome.

use super::bits::Bits;
use super::bounds::bounds;
use super::coming::Coming;
use super::effects::{Actor, Effects};
use super::follow::Follow;
use super::found::Found;
use super::hazards::Hazards;
use super::layout::Layout;
use super::reach::{Reach, Seen};
use crate::ids::Id as _;
use crate::program::{
    BlockId, GroundDeadline, GroundEventId, GroundGoal, InstanceId, MonitorId, NodeId, NumberId, Op, Program,
    SlotId, TemplateId,
};

/// Finds what matters.
pub(crate) struct Matter<'p, 'r> {
    pub program: &'p Program,
    pub layout: &'r Layout,
    pub reach: &'r Reach<'p>,
    hazards: &'r Hazards,
    effects: &'r Effects,
    coming: &'r [Coming],
    pub found: Found,
    /// Numbers whose reading has been noted.
    numbers: Bits,
    /// What matters and has not been followed yet.
    open: Vec<News>,
}

/// Something that matters: so does who changes it.
#[derive(Clone, Copy, Debug)]
enum News {
    Node(NodeId),
    Slot(SlotId),
    Event(GroundEventId),
    Instance(InstanceId),
    Norm(TemplateId),
}

impl<'p, 'r> Matter<'p, 'r> {
    pub fn new(
        program: &'p Program,
        layout: &'r Layout,
        reach: &'r Reach<'p>,
        (hazards, effects): (&'r Hazards, &'r Effects),
        seen: &Seen<'r>,
    ) -> Self {
        let mut matter = Matter {
            program,
            layout,
            reach,
            hazards,
            effects,
            coming: seen.coming,
            found: Found::nothing(program),
            numbers: Bits::new(program.numbers.len()),
            open: Vec::new(),
        };
        matter.ask(seen);
        while let Some(news) = matter.open.pop() {
            matter.follow(news);
        }
        matter
    }

    /// What is asked, and what can fail.
    fn ask(&mut self, seen: &Seen) {
        let (program, layout, reach, hazards) = (self.program, self.layout, self.reach, self.hazards);
        let undecided = |id: MonitorId| !layout.monitors[id].decided(layout, seen.packed, id);
        for (id, monitor) in program.monitors.iter() {
            if let Some(node) = monitor.node
                && undecided(id)
            {
                self.node(node);
            }
        }
        for node in program.positions.iter().chain(&hazards.nodes) {
            self.node(*node);
        }
        for (id, event) in program.events.iter() {
            let asked = || event.monitors.iter().any(|monitor| undecided(*monitor));
            let counts = || {
                event
                    .counts
                    .iter()
                    .any(|counter| layout.counters.contains(counter))
            };
            if reach.happens(id) && (asked() || counts()) {
                self.event(id);
            }
        }
        for (id, _) in program.instances.iter() {
            if hazards.instances.has(id.index()) && reach.instances.has(id.index()) {
                self.instance(id);
            }
        }
        for (id, _) in program.templates.iter() {
            if hazards.norms.has(id.index()) && reach.norms.has(id.index()) {
                self.norm(id);
            }
        }
    }

    /// Whatever can change what matters matters.
    fn follow(&mut self, news: News) {
        let (program, effects) = (self.program, self.effects);
        let actors = match news {
            News::Node(node) => effects.of_node(node),
            News::Slot(slot) => effects.of_slot(slot),
            News::Event(event) => {
                for coming in self.coming {
                    if let Coming::Unless(other, node) = coming
                        && *other == event
                    {
                        self.node(*node);
                    }
                }
                effects.of_event(event)
            }
            News::Instance(instance) => {
                for event in program.triggers(instance) {
                    self.event_if_possible(*event);
                }
                &[]
            }
            News::Norm(norm) => {
                for event in effects.watched(norm) {
                    self.event_if_possible(*event);
                }
                effects.of_norm(norm)
            }
        };
        for actor in actors {
            self.acts(*actor);
        }
    }

    /// A rule or a norm changes something that matters.
    fn acts(&mut self, actor: Actor) {
        match actor {
            Actor::Rule(id) if self.reach.instances.has(id.index()) => self.instance(id),
            Actor::Norm(id) if self.reach.norms.has(id.index()) => self.norm(id),
            Actor::Rule(_) | Actor::Norm(_) => {}
        }
    }

    /// Whether an effect of the block can change what matters.
    fn block_matters(&self, block: BlockId) -> bool {
        let (program, found) = (self.program, &self.found);
        let reached = self.effects.block(block);
        let mut facts = reached.starts.iter().chain(&reached.ends);
        facts.any(|atom| found.nodes.has(program.atoms[*atom].node.index()))
            || reached.slots.iter().any(|slot| found.slots.has(slot.index()))
            || reached.events.iter().any(|event| found.events.has(event.index()))
            || reached.norms.iter().any(|norm| found.norms.has(norm.index()))
    }

    fn event(&mut self, id: GroundEventId) {
        if self.found.events.add(id.index()) {
            self.open.push(News::Event(id));
            self.maybe(self.program.events[id].requires);
        }
    }

    fn instance(&mut self, id: InstanceId) {
        let instance = &self.program.instances[id];
        if self.found.instances.add(id.index()) {
            self.open.push(News::Instance(id));
            self.node(instance.guard);
            self.maybe(instance.when);
        }
        // What is done to a measure that matters is read, wherever it is done; and so is what an event waits for that
        // matters, for either may be found out later than that its rule or norm does.
        if let Some(block) = instance.block {
            self.read_block(block);
        }
    }

    fn norm(&mut self, id: TemplateId) {
        let template = &self.program.templates[id];
        if self.found.norms.add(id.index()) {
            self.open.push(News::Norm(id));
            self.maybe(template.while_);
            match &template.goal {
                GroundGoal::Reach(node) => self.node(*node),
                GroundGoal::Do(events) | GroundGoal::Refrain(events) => {
                    for event in events {
                        self.event_if_possible(*event);
                    }
                }
            }
            if let GroundDeadline::Before(events) = &template.deadline {
                for event in events {
                    self.event_if_possible(*event);
                }
            }
        }
        if let Some(block) = template.otherwise {
            self.read_block(block);
        }
    }

    fn event_if_possible(&mut self, id: GroundEventId) {
        if self.reach.happens(id) {
            self.event(id);
        }
    }

    /// What the effects of a block that acts read.
    fn read_block(&mut self, block: BlockId) {
        let program = self.program;
        if !self.hazards.reading.has(block.index()) {
            return;
        }
        for op in &program.blocks[block].ops {
            match op {
                Op::Set(slot, number) | Op::Add(slot, number) => {
                    let compared = self.hazards.slots.has(slot.index());
                    if compared || self.found.slots.has(slot.index()) || bounds(program, *number).is_none() {
                        self.number(*number);
                    }
                }
                Op::ScheduleUnless(event, _, unless) => {
                    if self.found.events.has(event.index()) {
                        self.node(*unless);
                    }
                }
                Op::Draw(id) => {
                    let chance = &program.chances[*id];
                    let matters = || {
                        let mut branches = chance.branches.iter();
                        branches.any(|branch| self.block_matters(branch.block))
                    };
                    if self.hazards.chances.has(id.index()) || matters() {
                        for number in chance.branches.iter().filter_map(|branch| branch.p) {
                            self.number(number);
                        }
                    }
                    for branch in &chance.branches {
                        self.read_block(branch.block);
                    }
                }
                Op::Choose(choice) => {
                    let choice = &program.choices[*choice];
                    self.choice(choice);
                    for option in &choice.options {
                        self.read_block(option.block);
                    }
                }
                Op::Start(_) | Op::End(_) | Op::Raise(_) | Op::Schedule(..) | Op::Impose(_) => {}
            }
        }
    }
}

impl<'p> Follow<'p> for Matter<'p, '_> {
    fn program(&self) -> &'p Program {
        self.program
    }

    fn note(&mut self, node: NodeId) -> bool {
        // What can no longer change need not be computed.
        let (holds, fails) = self.reach.of(node);
        if !(holds && fails) {
            let [hold, fail] = &mut self.found.settled;
            if holds { hold } else { fail }.add(node.index());
            return false;
        }
        let new = self.found.nodes.add(node.index());
        if new {
            self.open.push(News::Node(node));
        }
        new
    }

    fn note_number(&mut self, number: NumberId) -> bool {
        self.numbers.add(number.index())
    }

    fn note_measure(&mut self, slot: SlotId) {
        if self.found.slots.add(slot.index()) {
            self.open.push(News::Slot(slot));
        }
    }
}
