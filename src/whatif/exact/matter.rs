//! What of that which can still come about can change an outcome.

use super::bits::Bits;
use super::bounds::bounds;
use super::coming::Coming;
use super::follow::Follow;
use super::hazards::Hazards;
use super::layout::{Kept, Layout};
use super::mask::Mask;
use super::reach::{Reach, Seen};
use crate::ids::Id as _;
use crate::language::value::Duration;
use crate::program::{
    BlockId, GroundDeadline, GroundEventId, GroundGoal, InstanceId, NodeId, Op, Program, SlotId, TemplateId,
};

/// What matters. Two states of which all this is the same have the same future, as far as it matters, if they also agree
/// in the facts that are read and in what comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Found {
    /// Conditions that are read and can still change.
    nodes: Bits,
    /// Those that are read and can no longer change: those that hold, and those that do not.
    settled: [Bits; 2],
    slots: Bits,
    events: Bits,
    instances: Bits,
    norms: Bits,
}

impl Found {
    /// Whether a condition is read.
    pub fn reads(&self, node: NodeId) -> bool {
        let [hold, fail] = &self.settled;
        let sets = [&self.nodes, hold, fail];
        sets.into_iter().any(|set| set.has(node.index()))
    }
}

/// Finds what matters.
pub(crate) struct Matter<'p, 'r> {
    program: &'p Program,
    layout: &'r Layout,
    reach: &'r Reach<'p>,
    hazards: &'r Hazards,
    pub found: Found,
    changed: bool,
}

impl<'p, 'r> Matter<'p, 'r> {
    pub fn new(
        program: &'p Program,
        layout: &'r Layout,
        reach: &'r Reach<'p>,
        hazards: &'r Hazards,
        seen: &Seen,
    ) -> Self {
        let mut matter = Matter {
            program,
            layout,
            reach,
            hazards,
            found: Found {
                nodes: Bits::new(program.network.len()),
                settled: [Bits::new(program.network.len()), Bits::new(program.network.len())],
                slots: Bits::new(program.slots.len()),
                events: Bits::new(program.events.len()),
                instances: Bits::new(program.instances.len()),
                norms: Bits::new(program.templates.len()),
            },
            changed: true,
        };
        let undecided = |id: crate::program::MonitorId| match layout.monitors[id] {
            Kept::Unasked => false,
            Kept::Bit | Kept::Flow => !seen.packed.has_seen(layout, id.index()),
            Kept::Words | Kept::Last | Kept::Mean => true,
        };
        for (id, monitor) in program.monitors.iter() {
            if let Some(node) = monitor.node
                && undecided(id)
            {
                matter.node(node);
            }
        }
        for node in program.positions.iter().chain(&hazards.nodes) {
            matter.node(*node);
        }
        for (id, event) in program.events.iter() {
            if reach.happens(id) && event.monitors.iter().any(|monitor| undecided(*monitor)) {
                matter.event(id);
            }
        }
        for (id, _) in program.instances.iter() {
            if hazards.instances.has(id.index()) && reach.instances.has(id.index()) {
                matter.instance(id);
            }
        }
        for (id, _) in program.templates.iter() {
            if hazards.norms.has(id.index()) && reach.norms.has(id.index()) {
                matter.norm(id);
            }
        }
        while std::mem::take(&mut matter.changed) {
            matter.spread();
            for coming in seen.coming {
                if let Coming::Unless(event, node) = coming
                    && matter.found.events.has(event.index())
                {
                    matter.node(*node);
                }
            }
        }
        matter
    }

    /// One round: whatever can change what matters matters.
    fn spread(&mut self) {
        let program = self.program;
        for (id, event) in program.events.iter() {
            if self.found.events.has(id.index()) || !self.reach.happens(id) {
                continue;
            }
            let fires = event
                .fires
                .iter()
                .any(|instance| self.found.instances.has(instance.index()));
            let counts = event
                .counts
                .iter()
                .any(|counter| self.layout.counters.contains(counter));
            let watched = event.norms.iter().any(|norm| self.found.norms.has(norm.index()));
            if fires || counts || watched {
                self.event(id);
            }
        }
        for (id, instance) in program.instances.iter() {
            if !self.found.instances.has(id.index())
                && self.reach.instances.has(id.index())
                && instance.block.is_some_and(|block| self.block_matters(block))
            {
                self.instance(id);
            }
        }
        for (id, _) in program.templates.iter() {
            if !self.found.norms.has(id.index()) && self.reach.norms.has(id.index()) && self.norm_matters(id)
            {
                self.norm(id);
            }
        }
        // What is done to a measure that matters is read, wherever it is done; and so is what an event waits for that
        // matters, for either may be found out later than that its rule or norm does.
        for (id, instance) in program.instances.iter() {
            if let (true, Some(block)) = (self.found.instances.has(id.index()), instance.block) {
                self.read_block(block);
            }
        }
        for (id, template) in program.templates.iter() {
            if let (true, Some(block)) = (self.found.norms.has(id.index()), template.otherwise) {
                self.read_block(block);
            }
        }
    }

    fn norm_matters(&self, id: TemplateId) -> bool {
        let template = &self.program.templates[id];
        let flags = template.flags;
        [flags.owed, flags.met, flags.broken]
            .into_iter()
            .flatten()
            .any(|node| self.found.nodes.has(node.index()))
            || self.found.events.has(template.breach.index())
            || template.otherwise.is_some_and(|block| self.block_matters(block))
    }

    /// Whether an effect of the block can change what matters.
    fn block_matters(&self, block: BlockId) -> bool {
        let program = self.program;
        program.blocks[block].ops.iter().any(|op| match op {
            Op::Start(atom) | Op::End(atom) => {
                let node = program.atoms[*atom].node;
                self.found.nodes.has(node.index()) && self.reach.open(node)
            }
            Op::Set(slot, _) | Op::Add(slot, _) => self.found.slots.has(slot.index()),
            Op::Schedule(_, Duration::Never) | Op::ScheduleUnless(_, Duration::Never, _) => false,
            Op::Raise(event) | Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => {
                self.found.events.has(event.index())
            }
            Op::Impose(template) => self.found.norms.has(template.index()) || self.norm_matters(*template),
            Op::Draw(chance) => {
                let branches = &program.chances[*chance].branches;
                branches.iter().any(|branch| self.block_matters(branch.block))
            }
            Op::Choose(choice) => {
                let options = &program.choices[*choice].options;
                options.iter().any(|option| self.block_matters(option.block))
            }
        })
    }

    fn event(&mut self, id: GroundEventId) {
        if self.found.events.add(id.index()) {
            self.changed = true;
            self.maybe(self.program.events[id].requires);
        }
    }

    fn instance(&mut self, id: InstanceId) {
        if self.found.instances.add(id.index()) {
            self.changed = true;
            let instance = &self.program.instances[id];
            self.node(instance.guard);
            self.maybe(instance.when);
            if let Some(block) = instance.block {
                self.read_block(block);
            }
        }
    }

    fn norm(&mut self, id: TemplateId) {
        if self.found.norms.add(id.index()) {
            self.changed = true;
            let template = &self.program.templates[id];
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
            if let Some(block) = template.otherwise {
                self.read_block(block);
            }
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

    /// The same mask without what is left out only because it cannot happen: leaving that out makes no difference to a
    /// day, and states that differ in it alone can be worked out together.
    pub fn quiet(&self, mask: &Mask) -> Mask {
        let mut quiet = Mask {
            muted: Bits::new(self.program.instances.len()),
            events: Bits::new(self.program.events.len()),
            duties: Bits::new(self.program.templates.len()),
            ..mask.clone()
        };
        for id in self.program.instances.ids() {
            if mask.muted.has(id.index()) && self.reach.instances.has(id.index()) {
                quiet.muted.add(id.index());
            }
        }
        for id in self.program.events.ids() {
            if mask.events.has(id.index()) && self.reach.happens(id) {
                quiet.events.add(id.index());
            }
        }
        for id in self.program.templates.ids() {
            if mask.duties.has(id.index()) && self.reach.norms.has(id.index()) {
                quiet.duties.add(id.index());
            }
        }
        quiet
    }

    /// What is dropped.
    pub fn mask(&self) -> Mask {
        let (program, layout) = (self.program, self.layout);
        let mut bits = vec![u64::MAX; layout.bit_words];
        for (place, ((_, node), shuts)) in layout.atoms.iter().zip(&layout.shuts).enumerate() {
            if !*shuts
                && !self.found.nodes.has(node.index())
                && let Some(word) = bits.get_mut(place >> 6)
            {
                *word &= !(1u64 << (place & 63));
            }
        }
        for (place, node) in layout.flags.iter().enumerate() {
            let place = layout.atoms.len() + place;
            if !self.found.nodes.has(node.index())
                && let Some(word) = bits.get_mut(place >> 6)
            {
                *word &= !(1u64 << (place & 63));
            }
        }
        let mut slots = Bits::new(layout.slots.len());
        for (place, slot) in layout.slots.iter().enumerate() {
            if !self.found.slots.has(slot.index()) {
                slots.add(place);
            }
        }
        let mut muted = Bits::new(program.instances.len());
        for id in program.instances.ids() {
            if !self.found.instances.has(id.index()) {
                muted.add(id.index());
            }
        }
        let mut events = Bits::new(program.events.len());
        for id in program.events.ids() {
            if !self.found.events.has(id.index()) {
                events.add(id.index());
            }
        }
        let mut duties = Bits::new(program.templates.len());
        for id in program.templates.ids() {
            if !self.found.norms.has(id.index()) {
                duties.add(id.index());
            }
        }
        Mask {
            bits,
            slots,
            muted,
            events,
            duties,
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
        self.changed |= new;
        new
    }

    fn note_measure(&mut self, slot: SlotId) {
        self.changed |= self.found.slots.add(slot.index());
    }
}
