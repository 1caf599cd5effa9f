//! Building the network: constants folded, equal nodes shared, components found.

use std::collections::hash_map::Entry;

use indexmap::IndexMap;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::{FlagId, Network, Node, NodeId};
use crate::ids::{Id as _, Table};
use crate::model::Comparison;
use crate::program::ground::{AtomId, DerivedId};
use crate::program::number::{NumberId, Numbers, reads};

/// Builds a [`Network`]: folds constants and shares equal nodes.
#[derive(Debug)]
pub(crate) struct NetworkBuilder {
    nodes: Table<NodeId, Node>,
    known: FxHashMap<Node, NodeId>,
    bodies: Table<DerivedId, Vec<NodeId>>,
}

/// What each node reads, all in one row.
#[derive(Debug, Default)]
struct Inputs {
    all: Vec<NodeId>,
    /// Where those of a node end.
    ends: Table<NodeId, usize>,
}

impl Inputs {
    /// What the next node reads.
    fn push(&mut self, parts: &[NodeId]) {
        self.all.extend_from_slice(parts);
        self.ends.push(self.all.len());
    }

    fn of(&self, id: NodeId) -> &[NodeId] {
        let before = id.index().checked_sub(1).map(NodeId::from_index);
        let begin = before.and_then(|before| self.ends.find(before)).copied();
        let end = self.ends.find(id).copied().unwrap_or_default();
        self.all.get(begin.unwrap_or_default()..end).unwrap_or_default()
    }
}

impl NetworkBuilder {
    pub(crate) const FALSE: usize = 0;

    pub(crate) fn new() -> Self {
        let mut builder = NetworkBuilder {
            nodes: Table::default(),
            known: FxHashMap::default(),
            bodies: Table::default(),
        };
        builder.intern(Node::Constant(false));
        builder.intern(Node::Constant(true));
        builder
    }

    fn intern(&mut self, node: Node) -> NodeId {
        match self.known.entry(node) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                let id = self.nodes.push(new.key().clone());
                *new.insert(id)
            }
        }
    }

    pub(crate) fn constant(&self, truth: bool) -> NodeId {
        NodeId::from_index(if truth { 1 } else { Self::FALSE })
    }

    /// As [`constant`](Self::constant), but conditions over it keep their form, as if it could change: at least one of this one.
    pub(crate) fn settled(&mut self, truth: bool) -> NodeId {
        let constant = self.constant(truth);
        self.intern(Node::AtLeast(Box::new([constant]), 1))
    }

    /// The truth of a node that does not depend on the state.
    pub(crate) fn known(&self, id: NodeId) -> Option<bool> {
        match self.nodes[id] {
            Node::Constant(truth) => Some(truth),
            _ => None,
        }
    }

    pub(crate) fn fact(&mut self, atom: AtomId) -> NodeId {
        self.intern(Node::Fact(atom))
    }

    pub(crate) fn flag(&mut self, flag: FlagId) -> NodeId {
        self.intern(Node::Flag(flag))
    }

    /// The node of a derived fact; its bodies may come later.
    pub(crate) fn derived(&mut self, id: DerivedId) -> NodeId {
        while self.bodies.len() <= id.index() {
            self.bodies.push(Vec::new());
        }
        self.intern(Node::Derived(id))
    }

    /// The derived fact whose node this is.
    pub(crate) fn derives(&self, id: NodeId) -> Option<DerivedId> {
        match self.nodes[id] {
            Node::Derived(derived) => Some(derived),
            _ => None,
        }
    }

    /// One more way in which a derived fact comes to hold.
    pub(crate) fn body(&mut self, head: DerivedId, body: NodeId) {
        self.derived(head);
        self.bodies[head].push(body);
    }

    pub(crate) fn not(&mut self, id: NodeId) -> NodeId {
        match self.nodes[id] {
            Node::Constant(truth) => self.constant(!truth),
            Node::Not(inner) => inner,
            _ => self.intern(Node::Not(id)),
        }
    }

    pub(crate) fn and(&mut self, parts: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.junction(parts, true)
    }

    pub(crate) fn or(&mut self, parts: impl IntoIterator<Item = NodeId>) -> NodeId {
        self.junction(parts, false)
    }

    /// `and` where `neutral` is true, `or` where it is false.
    fn junction(&mut self, parts: impl IntoIterator<Item = NodeId>, neutral: bool) -> NodeId {
        let mut kept: SmallVec<[NodeId; 8]> = SmallVec::new();
        for part in parts {
            match &self.nodes[part] {
                Node::Constant(truth) if *truth == neutral => {}
                Node::Constant(truth) => return self.constant(*truth),
                Node::And(inner) if neutral => kept.extend(inner.iter().copied()),
                Node::Or(inner) if !neutral => kept.extend(inner.iter().copied()),
                _ => kept.push(part),
            }
        }
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [] => self.constant(neutral),
            [one] => *one,
            _ if neutral => self.intern(Node::And(kept.into_boxed_slice())),
            _ => self.intern(Node::Or(kept.into_boxed_slice())),
        }
    }

    /// At least `least` of the parts. The same part may count more than once.
    pub(crate) fn at_least(&mut self, parts: &[NodeId], least: i64) -> NodeId {
        let sure = parts
            .iter()
            .filter(|part| self.known(**part) == Some(true))
            .count();
        let open: Vec<NodeId> = parts
            .iter()
            .copied()
            .filter(|part| self.known(*part).is_none())
            .collect();
        let least = least - i64::try_from(sure).unwrap_or(i64::MAX);
        match usize::try_from(least) {
            Err(_) | Ok(0) => self.constant(true),
            Ok(least) if least > open.len() => self.constant(false),
            Ok(1) => self.or(open),
            Ok(least) if least == open.len() => self.and(open),
            Ok(least) => {
                let mut open = open;
                open.sort_unstable();
                self.intern(Node::AtLeast(
                    open.into(),
                    u32::try_from(least).unwrap_or(u32::MAX),
                ))
            }
        }
    }

    pub(crate) fn compare(&mut self, comparison: Comparison, a: NumberId, b: NumberId) -> NodeId {
        self.intern(Node::Compare(comparison, a, b))
    }

    /// Closes the network. An error is a cycle through a negation, a count or a comparison: the derived facts
    /// on it, each reading the next.
    pub(crate) fn finish(mut self, numbers: &Numbers, slots: usize) -> Result<Network, Vec<DerivedId>> {
        let mut inputs = Inputs::default();
        let mut slot_readers: Vec<Vec<NodeId>> = vec![Vec::new(); slots];
        for id in self.nodes.ids() {
            if let Node::Derived(head) = self.nodes[id] {
                let bodies = &mut self.bodies[head];
                bodies.sort_unstable();
                bodies.dedup();
            }
            match &self.nodes[id] {
                Node::Constant(_) | Node::Fact(_) | Node::Flag(_) => inputs.push(&[]),
                Node::Not(inner) => inputs.push(&[*inner]),
                Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => inputs.push(parts),
                Node::Derived(head) => inputs.push(&self.bodies[*head]),
                Node::Compare(_, a, b) => {
                    let (mut nodes, mut slots) = (Vec::new(), Vec::new());
                    reads(numbers, *a, &mut nodes, &mut slots);
                    reads(numbers, *b, &mut nodes, &mut slots);
                    slots.sort_unstable();
                    slots.dedup();
                    for slot in slots {
                        if let Some(readers) = slot_readers.get_mut(slot.index()) {
                            readers.push(id);
                        }
                    }
                    nodes.sort_unstable();
                    nodes.dedup();
                    inputs.push(&nodes);
                }
            }
        }
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(self.nodes.len(), inputs.all.len());
        for _ in self.nodes.ids() {
            graph.add_node(());
        }
        for id in self.nodes.ids() {
            for part in inputs.of(id) {
                graph.add_edge(NodeIndex::new(id.index()), NodeIndex::new(part.index()), ());
            }
        }
        // Components come with all they read before them.
        let mut order = Vec::with_capacity(self.nodes.len());
        let mut components = Vec::new();
        let mut component_of: Table<NodeId, Option<u32>> = self.nodes.ids().map(|_| None).collect();
        for mut component in kosaraju_scc(&graph) {
            component.sort_unstable();
            let members: Vec<NodeId> = component
                .iter()
                .map(|index| NodeId::from_index(index.index()))
                .collect();
            let first = order.len();
            order.extend(members.iter().copied());
            let recursive = members.len() > 1
                || members
                    .first()
                    .is_some_and(|only| inputs.of(*only).contains(only));
            if recursive {
                self.stratified(&members, &inputs)?;
                for member in &members {
                    component_of[*member] = Some(u32::try_from(components.len()).unwrap_or(u32::MAX));
                }
                components.push((first, order.len()));
            }
        }
        let mut rank: Table<NodeId, u32> = self.nodes.ids().map(|_| 0).collect();
        for (place, id) in order.iter().enumerate() {
            rank[*id] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        let mut dependents: Table<NodeId, Vec<u32>> = self.nodes.ids().map(|_| Vec::new()).collect();
        for id in self.nodes.ids() {
            for part in inputs.of(id) {
                dependents[*part].push(rank[id]);
            }
        }
        let slot_readers = slot_readers
            .into_iter()
            .map(|readers| readers.into_iter().map(|id| rank[id]).collect())
            .collect();
        let bodies = self
            .bodies
            .values()
            .map(|bodies| bodies.clone().into_boxed_slice())
            .collect();
        Ok(Network {
            nodes: self.nodes,
            bodies,
            order,
            component_of,
            components,
            dependents,
            slot_readers,
        })
    }

    /// Within a component only conjunction, disjunction and derivation may stand.
    fn stratified(&self, members: &[NodeId], inputs: &Inputs) -> Result<(), Vec<DerivedId>> {
        let barred = members.iter().copied().find(|id| {
            matches!(
                self.nodes[*id],
                Node::Not(_) | Node::AtLeast(..) | Node::Compare(..)
            )
        });
        match barred {
            None => Ok(()),
            Some(start) => Err(self.cycle(start, members, inputs)),
        }
    }

    /// The derived facts on a shortest way from `start` back to itself.
    fn cycle(&self, start: NodeId, members: &[NodeId], inputs: &Inputs) -> Vec<DerivedId> {
        let mut came_from: IndexMap<NodeId, NodeId> = IndexMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        'search: while let Some(at) = queue.pop_front() {
            for next in inputs
                .of(at)
                .iter()
                .filter(|next| members.binary_search(next).is_ok())
            {
                if !came_from.contains_key(next) {
                    came_from.insert(*next, at);
                    if *next == start {
                        break 'search;
                    }
                    queue.push_back(*next);
                }
            }
        }
        let mut facts = Vec::new();
        let mut at = start;
        while let Some(before) = came_from.get(&at) {
            at = *before;
            if let Node::Derived(head) = self.nodes[at] {
                facts.push(head);
            }
            if at == start {
                break;
            }
        }
        facts.reverse();
        facts
    }
}
