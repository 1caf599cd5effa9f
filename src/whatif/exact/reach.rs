//! What can still come about, given the facts that shut things off, and what is on the agenda.

use super::bits::Bits;
use super::coming::Coming;
use super::conditions::Conditions;
use super::effects::Effects;
use super::pack::Packed;
use crate::ids::Id as _;
use crate::program::{AtomId, BlockId, GroundEventId, InstanceId, Node, NodeId, Program, TemplateId};

/// What the analysis is told.
pub(crate) struct Seen<'s> {
    /// The state, whose day is closed.
    pub packed: &'s Packed,
    /// Facts of which nothing is known, by the layout's bits.
    pub free: &'s [u64],
    /// What comes, without days and deadlines.
    pub coming: &'s [Coming],
    /// The norms that are active.
    pub norms: &'s [TemplateId],
    /// How many scripted events are past.
    pub scripts: usize,
}

/// What can still come about.
pub(crate) struct Reach<'p> {
    program: &'p Program,
    conditions: &'p Conditions,
    effects: &'p Effects,
    /// Can the node be true, can it be false, from now on?
    can: Vec<(bool, bool)>,
    /// Events that can be raised.
    pub events: Bits,
    /// Norms that are or can become active.
    pub norms: Bits,
    /// Instances that can fire.
    pub instances: Bits,
    /// What can come about and has not been followed yet.
    open: Vec<News>,
}

/// Something that can come about.
#[derive(Clone, Copy, Debug)]
enum News {
    /// A condition can be more than it could.
    Node(NodeId),
    Event(GroundEventId),
    Norm(TemplateId),
}

impl<'p> Reach<'p> {
    pub fn new(
        program: &'p Program,
        (conditions, effects): (&'p Conditions, &'p Effects),
        seen: &Seen,
    ) -> Self {
        let mut reach = Reach {
            program,
            conditions,
            effects,
            can: conditions.can.clone(),
            events: Bits::new(program.events.len()),
            norms: Bits::new(program.templates.len()),
            instances: Bits::new(program.instances.len()),
            open: Vec::new(),
        };
        for (place, node) in &conditions.shutting {
            let holds = seen.packed.has_fact(*place);
            let free = seen
                .free
                .get(place >> 6)
                .is_some_and(|word| word >> (place & 63) & 1 == 1);
            reach.put(*node, (holds || free, !holds || free));
        }
        for id in &conditions.made {
            reach.put(*id, reach.made(*id));
        }
        for coming in seen.coming {
            if let Coming::Event(event) | Coming::Unless(event, _) = coming {
                reach.event(*event);
            }
        }
        for (_, event, _) in program.timeline.get(seen.scripts..).unwrap_or(&[]) {
            reach.event(*event);
        }
        for norm in seen.norms {
            reach.norm(*norm);
        }
        for id in program.instances.ids() {
            reach.instance(id);
        }
        while let Some(news) = reach.open.pop() {
            match news {
                News::Node(node) => reach.node(node),
                News::Event(event) => {
                    let fires = program.events.find(event).map_or(&[][..], |event| &event.fires);
                    fires.iter().for_each(|instance| reach.instance(*instance));
                }
                News::Norm(norm) => {
                    let template = &program.templates[norm];
                    reach.event(template.breach);
                    if let Some(block) = template.otherwise {
                        reach.block(block);
                    }
                }
            }
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
    #[inline]
    pub fn of(&self, node: NodeId) -> (bool, bool) {
        self.can.get(node.index()).copied().unwrap_or((true, true))
    }

    /// What a node that is made of others can be.
    fn made(&self, id: NodeId) -> (bool, bool) {
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
        match self.program.network.node(id) {
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => self.of(id),
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
        }
    }

    /// A condition can be more than it could: so may what reads it.
    fn node(&mut self, node: NodeId) {
        let (network, conditions) = (&self.program.network, self.conditions);
        for reader in network
            .readers(node)
            .filter_map(|rank| network.ranked().get(rank))
        {
            let before = self.of(*reader);
            // What can be both cannot be more.
            if before != (true, true) && conditions.is_made.has(reader.index()) {
                let can = self.made(*reader);
                if can != before {
                    self.put(*reader, can);
                    self.open.push(News::Node(*reader));
                }
            }
        }
        for instance in conditions.waiting.get(node.index()).into_iter().flatten() {
            self.instance(*instance);
        }
    }

    /// Lets an instance fire if it can.
    fn instance(&mut self, id: InstanceId) {
        let instance = &self.program.instances[id];
        let Some(block) = instance.block else { return };
        if self.instances.has(id.index()) || !self.of(instance.guard).0 {
            return;
        }
        // At a closed day a condition that can never be false has risen already.
        if !instance.when.is_none_or(|node| self.open(node)) {
            return;
        }
        let by_event = self.program.triggers(id);
        if by_event.is_empty() || by_event.iter().any(|event| self.happens(*event)) {
            self.instances.add(id.index());
            self.block(block);
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

    fn event(&mut self, event: GroundEventId) {
        if self.events.add(event.index()) {
            self.open.push(News::Event(event));
        }
    }

    fn norm(&mut self, norm: TemplateId) {
        if self.norms.add(norm.index()) {
            self.open.push(News::Norm(norm));
        }
    }

    /// A fact can begin, or cease to hold.
    fn fact(&mut self, atom: AtomId, truth: bool) {
        let node = self.program.atoms[atom].node;
        if !self.conditions.shuts.has(node.index()) {
            return;
        }
        let before = self.of(node);
        let after = if truth { (true, before.1) } else { (before.0, true) };
        if before != after {
            self.put(node, after);
            self.open.push(News::Node(node));
        }
    }

    fn block(&mut self, block: BlockId) {
        let effects = self.effects;
        let reached = effects.block(block);
        reached.starts.iter().for_each(|atom| self.fact(*atom, true));
        reached.ends.iter().for_each(|atom| self.fact(*atom, false));
        reached.events.iter().for_each(|event| self.event(*event));
        reached.norms.iter().for_each(|norm| self.norm(*norm));
    }
}
