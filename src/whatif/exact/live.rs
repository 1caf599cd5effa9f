//! What can still matter: facts and measures that nothing can read any more are dropped from the state.
//!
//! Some facts, once they hold, hold for ever, because nothing ends them ("sticky"). What they rule out stays ruled
//! out: once a text is concluded, no further round of talks is held, and what only the talks would have read need not be
//! told apart. The analysis asks, given the sticky facts that hold now and the events and norms still to come, which
//! instances can ever fire again; it is static in that it looks at no measure and at no other fact. Sticky facts
//! themselves are always kept, since they are what the verdict rests on.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::layout::Layout;
use crate::engine::World;
use crate::ids::Id as _;
use crate::program::{
    BlockId, GroundEventId, GroundGoal, Node, NodeId, NumberId, Op, Program, TemplateId, Thumb, number_reads,
};

/// Which parts of a packed state may be dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Mask {
    /// For each atom of the layout, whether it is kept.
    pub atoms: Vec<bool>,
    /// For each measure of the layout, whether it is kept.
    pub slots: Vec<bool>,
}

type Key = SmallVec<[u64; 8]>;

/// Finds masks, and remembers those found.
#[derive(Debug, Default)]
pub(crate) struct Liveness {
    known: FxHashMap<Key, usize>,
    masks: Vec<Mask>,
}

impl Liveness {
    /// What of this world, whose day is closed, must still be told apart.
    pub fn mask(&mut self, program: &Program, layout: &Layout, world: &World) -> &Mask {
        let mut key: Key = smallvec::smallvec![0; layout.atoms.len().div_ceil(64)];
        for (place, ((_, node), sticky)) in layout.atoms.iter().zip(&layout.sticky).enumerate() {
            if *sticky
                && world.holds(*node)
                && let Some(word) = key.get_mut(place >> 6)
            {
                *word |= 1 << (place & 63);
            }
        }
        let mut coming: SmallVec<[u64; 8]> = SmallVec::new();
        let tag = |kind: u64, index: usize| kind << 32 | index as u64;
        coming.extend(world.agenda().iter().map(|(_, event)| tag(0, event.index())));
        coming.extend(world.waiting().iter().map(|(_, event, _)| tag(1, event.index())));
        coming.extend(world.waiting().iter().map(|(.., node)| tag(2, node.index())));
        coming.extend(world.norms().iter().map(|norm| tag(3, norm.template.index())));
        coming.push(tag(4, world.scripts_past()));
        coming.sort_unstable();
        coming.dedup();
        key.extend(coming);
        let place = match self.known.get(&key) {
            Some(place) => *place,
            None => {
                let mask = Reach::new(program, layout, world).mask(layout);
                let place = self
                    .masks
                    .iter()
                    .position(|other| *other == mask)
                    .unwrap_or_else(|| {
                        self.masks.push(mask);
                        self.masks.len() - 1
                    });
                self.known.insert(key, place);
                place
            }
        };
        self.masks.get(place).unwrap_or(
            const {
                &Mask {
                    atoms: Vec::new(),
                    slots: Vec::new(),
                }
            },
        )
    }
}

/// What can still come about.
struct Reach<'p> {
    program: &'p Program,
    /// Can the node be true, can it be false, from now on?
    can: Vec<(bool, bool)>,
    startable: Vec<bool>,
    raisable: Vec<bool>,
    imposed: Vec<bool>,
    live_blocks: Vec<bool>,
    live_instances: Vec<bool>,
    waiting_nodes: Vec<NodeId>,
    changed: bool,
}

impl<'p> Reach<'p> {
    fn new(program: &'p Program, layout: &Layout, world: &World) -> Self {
        let mut reach = Reach {
            program,
            can: vec![(true, true); program.network.len()],
            startable: vec![false; program.atoms.len()],
            raisable: vec![false; program.events.len()],
            imposed: vec![false; program.templates.len()],
            live_blocks: vec![false; program.blocks.len()],
            live_instances: vec![false; program.instances.len()],
            waiting_nodes: world.waiting().iter().map(|(.., node)| *node).collect(),
            changed: true,
        };
        for (_, event) in world.agenda() {
            reach.raise(*event);
        }
        for (_, event, _) in world.waiting() {
            reach.raise(*event);
        }
        for (_, event, _) in program.timeline.get(world.scripts_past()..).unwrap_or(&[]) {
            reach.raise(*event);
        }
        for norm in world.norms() {
            reach.impose(norm.template);
        }
        let mut inputs: Vec<(NodeId, crate::program::AtomId, bool)> = Vec::new();
        for ((atom, node), sticky) in layout.atoms.iter().zip(&layout.sticky) {
            if *sticky {
                inputs.push((*node, *atom, world.holds(*node)));
            }
        }
        while std::mem::take(&mut reach.changed) {
            for (node, atom, holds) in &inputs {
                let can = if *holds {
                    (true, false)
                } else {
                    (reach.is_startable(*atom), true)
                };
                reach.put(*node, can);
            }
            reach.nodes();
            reach.fire();
        }
        reach
    }

    fn put(&mut self, node: NodeId, can: (bool, bool)) {
        if let Some(place) = self.can.get_mut(node.index()) {
            *place = can;
        }
    }

    fn of(&self, node: NodeId) -> (bool, bool) {
        self.can.get(node.index()).copied().unwrap_or((true, true))
    }

    fn is_startable(&self, atom: crate::program::AtomId) -> bool {
        self.startable.get(atom.index()).copied().unwrap_or(true)
    }

    /// Bounds of all nodes, lowest first.
    fn nodes(&mut self) {
        for id in self.program.network.ranked() {
            if self.program.network.is_recursive(*id) {
                continue;
            }
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
                Node::Constant(truth) => (*truth, !*truth),
                Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => continue,
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
            if self.live_instances.get(id.index()).copied().unwrap_or(true) || !self.of(instance.guard).0 {
                continue;
            }
            // At a closed day a condition that can never be false has risen already.
            let risen = instance.when.is_none_or(|node| self.of(node) == (true, true));
            if !risen {
                continue;
            }
            let by_event = program.triggers(id);
            let triggered = by_event.is_empty()
                || by_event
                    .iter()
                    .any(|event| self.raisable.get(event.index()).copied().unwrap_or(true));
            if triggered {
                if let Some(live) = self.live_instances.get_mut(id.index()) {
                    *live = true;
                }
                self.block(block);
            }
        }
        for (id, _) in program.templates.iter() {
            if self.imposed.get(id.index()).copied().unwrap_or(true) {
                self.impose(id);
            }
        }
    }

    fn raise(&mut self, event: GroundEventId) {
        if self.program.events[event]
            .requires
            .is_some_and(|node| !self.of(node).0)
        {
            return;
        }
        if let Some(raisable) = self.raisable.get_mut(event.index()) {
            self.changed |= !*raisable;
            *raisable = true;
        }
    }

    fn impose(&mut self, template: TemplateId) {
        if let Some(imposed) = self.imposed.get_mut(template.index()) {
            self.changed |= !*imposed;
            *imposed = true;
        }
        let ground = &self.program.templates[template];
        self.raise(ground.breach);
        if let Some(block) = ground.otherwise {
            self.block(block);
        }
    }

    fn block(&mut self, block: BlockId) {
        let program = self.program;
        match self.live_blocks.get_mut(block.index()) {
            Some(live) if !*live => *live = true,
            // Events of a block seen before may have become possible since.
            _ => {}
        }
        for op in &program.blocks[block].ops {
            match op {
                Op::Start(atom) => {
                    if let Some(startable) = self.startable.get_mut(atom.index()) {
                        self.changed |= !*startable;
                        *startable = true;
                    }
                }
                Op::End(_) | Op::Set(..) | Op::Add(..) => {}
                Op::Raise(event) | Op::Schedule(event, _) | Op::ScheduleUnless(event, ..) => {
                    self.raise(*event)
                }
                Op::Impose(template) => self.impose(*template),
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

    /// What the live parts read.
    fn mask(&self, layout: &Layout) -> Mask {
        let program = self.program;
        let mut read = Read {
            reach: self,
            nodes: vec![false; program.network.len()],
            slots: vec![false; program.slots.len()],
        };
        for (id, instance) in program.instances.iter() {
            if self.live_instances.get(id.index()).copied().unwrap_or(true) {
                read.node(instance.guard);
                read.maybe(instance.when);
            }
        }
        for (id, event) in program.events.iter() {
            if self.raisable.get(id.index()).copied().unwrap_or(true) {
                read.maybe(event.requires);
            }
        }
        for (id, template) in program.templates.iter() {
            if self.imposed.get(id.index()).copied().unwrap_or(true) {
                read.maybe(template.while_);
                if let GroundGoal::Reach(node) = template.goal {
                    read.node(node);
                }
            }
        }
        for node in self
            .waiting_nodes
            .iter()
            .chain(&program.invariants)
            .chain(&program.positions)
        {
            read.node(*node);
        }
        for (id, monitor) in program.monitors.iter() {
            if layout.monitors[id] != super::layout::Kept::Unasked {
                read.maybe(monitor.node);
            }
        }
        for (id, block) in program.blocks.iter() {
            if self.live_blocks.get(id.index()).copied().unwrap_or(true) {
                for op in &block.ops {
                    read.op(op);
                }
            }
        }
        // What is added to a measure matters only if the measure does.
        loop {
            let before = read.slots.iter().filter(|read| **read).count();
            for (id, block) in program.blocks.iter() {
                if self.live_blocks.get(id.index()).copied().unwrap_or(true) {
                    for op in &block.ops {
                        if let Op::Set(slot, number) | Op::Add(slot, number) = op
                            && read.slots.get(slot.index()).copied().unwrap_or(true)
                        {
                            read.number(*number);
                        }
                    }
                }
            }
            if read.slots.iter().filter(|read| **read).count() == before {
                break;
            }
        }
        Mask {
            atoms: layout
                .atoms
                .iter()
                .map(|(_, node)| read.nodes.get(node.index()).copied().unwrap_or(true))
                .collect(),
            slots: layout
                .slots
                .iter()
                .map(|slot| read.slots.get(slot.index()).copied().unwrap_or(true))
                .collect(),
        }
    }
}

struct Read<'r, 'p> {
    reach: &'r Reach<'p>,
    nodes: Vec<bool>,
    slots: Vec<bool>,
}

impl Read<'_, '_> {
    fn maybe(&mut self, node: Option<NodeId>) {
        if let Some(node) = node {
            self.node(node);
        }
    }

    fn node(&mut self, node: NodeId) {
        // A node that can no longer change need not be computed.
        if self.reach.of(node) != (true, true) {
            return;
        }
        match self.nodes.get_mut(node.index()) {
            Some(read) if !*read => *read = true,
            _ => return,
        }
        let program = self.reach.program;
        match program.network.node(node) {
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) => {}
            Node::Not(inner) => self.node(*inner),
            Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => {
                parts.iter().for_each(|part| self.node(*part));
            }
            Node::Derived(head) => program
                .network
                .bodies(*head)
                .iter()
                .for_each(|body| self.node(*body)),
            Node::Compare(_, a, b) => {
                self.number(*a);
                self.number(*b);
            }
        }
    }

    fn number(&mut self, number: NumberId) {
        let (mut nodes, mut slots) = (Vec::new(), Vec::new());
        number_reads(&self.reach.program.numbers, number, &mut nodes, &mut slots);
        for slot in slots {
            if let Some(read) = self.slots.get_mut(slot.index()) {
                *read = true;
            }
        }
        for node in nodes {
            self.node(node);
        }
    }

    fn thumb(&mut self, thumb: &Thumb) {
        if let Thumb::If(condition, a, b) = thumb {
            self.node(*condition);
            self.thumb(a);
            self.thumb(b);
        }
    }

    fn op(&mut self, op: &Op) {
        let program = self.reach.program;
        match op {
            Op::ScheduleUnless(.., unless) => self.node(*unless),
            Op::Draw(chance) => {
                for number in program.chances[*chance]
                    .branches
                    .iter()
                    .filter_map(|branch| branch.p)
                {
                    self.number(number);
                }
            }
            Op::Choose(choice) => {
                let choice = &program.choices[*choice];
                for option in &choice.options {
                    self.node(option.open);
                }
                if let Some(thumb) = &choice.default {
                    self.thumb(thumb);
                }
                if let crate::program::GroundFix::Thumb(thumb, _) =
                    &program.settlements[choice.settlement].fix
                {
                    self.thumb(thumb);
                }
            }
            _ => {}
        }
    }
}
