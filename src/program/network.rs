//! The truth network: every guard of the program as a shared graph of nodes over facts, measures and norms.
//!
//! Equal conditions are one node. Nodes are ranked so that a node stands above all it reads; a change of the
//! state then settles in one upward pass that touches only what it can change. Rules that derive facts from
//! each other form components, which are computed again as a least fixpoint whenever one of their inputs changes.

use indexmap::IndexMap;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::FxHashMap;

use super::ground::{AtomId, DerivedId};
use super::number::{NumberFault, NumberId, Numbers, reads};
use crate::ids::{Id as _, Table, ids};
use crate::model::Comparison;

ids! {
    /// A node of the truth network.
    NodeId;
    /// What a condition asks about norms: `owed(germany, treaty.guarantee)`.
    FlagId;
}

/// How the truth of a node is made.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// Always the same.
    Constant(bool),
    /// A stored fact.
    Fact(AtomId),
    /// A question about norms.
    Flag(FlagId),
    /// A derived fact: any of its bodies.
    Derived(DerivedId),
    /// The contrary.
    Not(NodeId),
    /// All of these.
    And(Box<[NodeId]>),
    /// Any of these.
    Or(Box<[NodeId]>),
    /// At least so many of these.
    AtLeast(Box<[NodeId]>, u32),
    /// A comparison of numbers.
    Compare(Comparison, NumberId, NumberId),
}

/// Builds a [`Network`]: folds constants and shares equal nodes.
#[derive(Debug)]
pub(crate) struct NetworkBuilder {
    nodes: Table<NodeId, Node>,
    known: FxHashMap<Node, NodeId>,
    bodies: Table<DerivedId, Vec<NodeId>>,
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
        if let Some(id) = self.known.get(&node) {
            return *id;
        }
        let id = self.nodes.push(node.clone());
        self.known.insert(node, id);
        id
    }

    pub(crate) fn constant(&self, truth: bool) -> NodeId {
        NodeId::from_index(if truth { 1 } else { Self::FALSE })
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
        let mut kept = Vec::new();
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
            _ if neutral => self.intern(Node::And(kept.into())),
            _ => self.intern(Node::Or(kept.into())),
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
        let mut inputs: Table<NodeId, Vec<NodeId>> = Table::default();
        let mut slot_readers: Vec<Vec<NodeId>> = vec![Vec::new(); slots];
        for id in self.nodes.ids() {
            if let Node::Derived(head) = self.nodes[id] {
                let bodies = &mut self.bodies[head];
                bodies.sort_unstable();
                bodies.dedup();
            }
            inputs.push(match &self.nodes[id] {
                Node::Constant(_) | Node::Fact(_) | Node::Flag(_) => Vec::new(),
                Node::Not(inner) => vec![*inner],
                Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => parts.to_vec(),
                Node::Derived(head) => self.bodies[*head].clone(),
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
                    nodes
                }
            });
        }
        let mut graph: DiGraph<(), (), u32> = DiGraph::with_capacity(self.nodes.len(), self.nodes.len());
        for _ in self.nodes.ids() {
            graph.add_node(());
        }
        for (id, parts) in inputs.iter() {
            for part in parts {
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
            let recursive =
                members.len() > 1 || members.first().is_some_and(|only| inputs[*only].contains(only));
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
        for (id, parts) in inputs.iter() {
            for part in parts {
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
    fn stratified(
        &self,
        members: &[NodeId],
        inputs: &Table<NodeId, Vec<NodeId>>,
    ) -> Result<(), Vec<DerivedId>> {
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
    fn cycle(
        &self,
        start: NodeId,
        members: &[NodeId],
        inputs: &Table<NodeId, Vec<NodeId>>,
    ) -> Vec<DerivedId> {
        let mut came_from: IndexMap<NodeId, NodeId> = IndexMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        'search: while let Some(at) = queue.pop_front() {
            for next in inputs[at]
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

/// The truth network of a program; never changes. Its truths live in a [`Truths`].
#[derive(Clone, Debug)]
pub struct Network {
    nodes: Table<NodeId, Node>,
    bodies: Table<DerivedId, Box<[NodeId]>>,
    order: Vec<NodeId>,
    component_of: Table<NodeId, Option<u32>>,
    components: Vec<(usize, usize)>,
    /// Ranks of the nodes that read a node.
    dependents: Table<NodeId, Vec<u32>>,
    /// Ranks of the comparisons that read a measure.
    slot_readers: Vec<Vec<u32>>,
}

/// The state of a network: which nodes hold now, and which must be looked at again.
#[derive(Clone, Debug)]
pub struct Truths {
    holds: Vec<u64>,
    dirty: Vec<u64>,
    /// Least word of `dirty` that may be set.
    low: usize,
}

#[inline]
fn bit(words: &[u64], index: usize) -> bool {
    words
        .get(index >> 6)
        .is_some_and(|word| word >> (index & 63) & 1 == 1)
}

impl Truths {
    /// The truth of a node as of the last [`Network::settle`].
    #[inline]
    pub fn holds(&self, node: NodeId) -> bool {
        bit(&self.holds, node.index())
    }

    #[inline]
    fn write(&mut self, node: NodeId, truth: bool) {
        if let Some(word) = self.holds.get_mut(node.index() >> 6) {
            let mask = 1u64 << (node.index() & 63);
            *word = if truth { *word | mask } else { *word & !mask };
        }
    }

    #[inline]
    fn mark(&mut self, rank: u32) {
        let index = rank as usize >> 6;
        if let Some(word) = self.dirty.get_mut(index) {
            *word |= 1u64 << (rank & 63);
            self.low = self.low.min(index);
        }
    }
}

/// What evaluating a node needs besides the truths: the measures.
pub trait Measures {
    /// The value of a number in fixed point, on these truths.
    fn number(&self, truths: &Truths, id: NumberId) -> Result<crate::language::value::Fixed, NumberFault>;
}

impl Network {
    /// Fresh truths in which nothing has been computed: every node is due.
    pub fn truths(&self) -> Truths {
        let words = self.nodes.len().div_ceil(64);
        let mut truths = Truths {
            holds: vec![0; words],
            dirty: vec![0; words],
            low: words,
        };
        for rank in 0..self.nodes.len() {
            truths.mark(u32::try_from(rank).unwrap_or(u32::MAX));
        }
        truths
    }

    /// How a node is made.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The ways in which a derived fact comes to hold.
    pub fn bodies(&self, id: DerivedId) -> &[NodeId] {
        self.bodies.find(id).map_or(&[], |bodies| bodies)
    }

    /// All nodes, each after all it reads.
    pub(crate) fn ranked(&self) -> &[NodeId] {
        &self.order
    }

    /// Whether the node is part of facts that derive each other.
    pub(crate) fn is_recursive(&self, id: NodeId) -> bool {
        self.component_of[id].is_some()
    }

    /// Whether a node is part of a condition, derived facts not opened: what stands behind them is the condition of
    /// the rule that derives them.
    pub(crate) fn reaches(&self, from: NodeId, node: NodeId) -> bool {
        from == node
            || match &self.nodes[from] {
                Node::Not(inner) => self.reaches(*inner, node),
                Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => {
                    parts.iter().any(|part| self.reaches(*part, node))
                }
                Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Derived(_) | Node::Compare(..) => {
                    false
                }
            }
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// Gives an input node (a fact or a flag) a truth.
    #[inline]
    pub fn put(&self, truths: &mut Truths, node: NodeId, truth: bool) {
        if truths.holds(node) != truth {
            truths.write(node, truth);
            for rank in &self.dependents[node] {
                truths.mark(*rank);
            }
        }
    }

    /// Says that a measure changed.
    #[inline]
    pub fn touch(&self, truths: &mut Truths, slot: super::ground::SlotId) {
        if let Some(readers) = self.slot_readers.get(slot.index()) {
            for rank in readers {
                truths.mark(*rank);
            }
        }
    }

    /// Computes all that is due, lowest rank first, and reports each node that changed.
    #[inline]
    pub fn settle(
        &self,
        truths: &mut Truths,
        measures: &impl Measures,
        changed: &mut impl FnMut(NodeId),
    ) -> Result<(), (NodeId, NumberFault)> {
        let mut at = truths.low;
        while let Some(word) = truths.dirty.get(at).copied() {
            if word == 0 {
                at += 1;
                continue;
            }
            let rank = (at << 6) + word.trailing_zeros() as usize;
            if let Some(slot) = truths.dirty.get_mut(at) {
                *slot &= word - 1;
            }
            let Some(id) = self.order.get(rank).copied() else {
                continue;
            };
            if let Some(component) = self.component_of[id] {
                self.settle_component(truths, component, measures, changed)?;
                continue;
            }
            let truth = self.evaluate(truths, id, measures).map_err(|fault| (id, fault))?;
            if truths.holds(id) != truth {
                truths.write(id, truth);
                changed(id);
                for rank in &self.dependents[id] {
                    truths.mark(*rank);
                }
            }
        }
        truths.low = truths.dirty.len();
        Ok(())
    }

    /// The least fixpoint of a component, from nothing.
    fn settle_component(
        &self,
        truths: &mut Truths,
        component: u32,
        measures: &impl Measures,
        changed: &mut impl FnMut(NodeId),
    ) -> Result<(), (NodeId, NumberFault)> {
        let (from, to) = self.components.get(component as usize).copied().unwrap_or((0, 0));
        let members = self.order.get(from..to).unwrap_or(&[]);
        let before: Vec<bool> = members.iter().map(|id| truths.holds(*id)).collect();
        for member in members {
            truths.write(*member, false);
        }
        loop {
            let mut grew = false;
            for member in members {
                if !truths.holds(*member)
                    && self
                        .evaluate(truths, *member, measures)
                        .map_err(|fault| (*member, fault))?
                {
                    truths.write(*member, true);
                    grew = true;
                }
            }
            if !grew {
                break;
            }
        }
        for (member, before) in members.iter().zip(before) {
            if truths.holds(*member) != before {
                changed(*member);
                for rank in &self.dependents[*member] {
                    let inside = (from..to).contains(&(*rank as usize));
                    if !inside {
                        truths.mark(*rank);
                    }
                }
            }
        }
        for rank in from..to {
            if let Some(word) = truths.dirty.get_mut(rank >> 6) {
                *word &= !(1u64 << (rank & 63));
            }
        }
        Ok(())
    }

    #[inline]
    fn evaluate(&self, truths: &Truths, id: NodeId, measures: &impl Measures) -> Result<bool, NumberFault> {
        Ok(match &self.nodes[id] {
            Node::Constant(truth) => *truth,
            Node::Fact(_) | Node::Flag(_) => truths.holds(id),
            Node::Not(inner) => !truths.holds(*inner),
            Node::And(parts) => parts.iter().all(|part| truths.holds(*part)),
            Node::Or(parts) => parts.iter().any(|part| truths.holds(*part)),
            Node::Derived(head) => self.bodies[*head].iter().any(|part| truths.holds(*part)),
            Node::AtLeast(parts, least) => {
                parts.iter().filter(|part| truths.holds(**part)).count() >= *least as usize
            }
            Node::Compare(comparison, a, b) => {
                let (a, b) = (measures.number(truths, *a)?, measures.number(truths, *b)?);
                match comparison {
                    Comparison::Equal => a == b,
                    Comparison::NotEqual => a != b,
                    Comparison::Less => a < b,
                    Comparison::LessEqual => a <= b,
                    Comparison::Greater => a > b,
                    Comparison::GreaterEqual => a >= b,
                }
            }
        })
    }
}
