//! The truth network: every guard of the program as a shared graph of nodes over facts, measures and norms.
//!
//! Equal conditions are one node. Nodes are ranked so that a node stands above all it reads; a change of the
//! state then settles in one upward pass that touches only what it can change. Rules that derive facts from
//! each other form components, which are computed again as a least fixpoint whenever one of their inputs changes.

mod build;
mod truths;

pub(crate) use build::NetworkBuilder;
pub use truths::Truths;

use super::ground::{AtomId, DerivedId};
use super::number::{NumberFault, NumberId};
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

    /// The node that always, or never, holds.
    pub(crate) fn constant(&self, truth: bool) -> NodeId {
        // Every network begins with them.
        NodeId::from_index(usize::from(truth))
    }

    /// How a node is made.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id]
    }

    /// The ways in which a derived fact comes to hold.
    pub fn bodies(&self, id: DerivedId) -> &[NodeId] {
        self.bodies.find(id).map_or(&[], |bodies| bodies)
    }

    /// Visits the conditions of which a condition is made; for a derived fact, the ways in which it comes to hold.
    pub(crate) fn each_part(&self, id: NodeId, visit: &mut impl FnMut(NodeId)) {
        match self.node(id) {
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => {}
            Node::Not(inner) => visit(*inner),
            Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => {
                parts.iter().copied().for_each(visit)
            }
            Node::Derived(head) => self.bodies(*head).iter().copied().for_each(visit),
        }
    }

    /// All nodes, each after all it reads.
    pub(crate) fn ranked(&self) -> &[NodeId] {
        &self.order
    }

    /// The places among the ranked of those that read a node.
    pub(crate) fn readers(&self, id: NodeId) -> impl Iterator<Item = usize> + '_ {
        self.dependents[id].iter().map(|rank| *rank as usize)
    }

    /// The places among the ranked of the comparisons that read a measure.
    pub(crate) fn readers_of(&self, slot: super::ground::SlotId) -> impl Iterator<Item = usize> + '_ {
        let readers = self.slot_readers.get(slot.index());
        readers.into_iter().flatten().map(|rank| *rank as usize)
    }

    /// The facts that derive each other of which the node is part, by number.
    pub(crate) fn component(&self, id: NodeId) -> Option<u32> {
        self.component_of[id]
    }

    /// The nodes of facts that derive each other.
    pub(crate) fn members(&self, component: u32) -> &[NodeId] {
        let bounds = self.components.get(component as usize);
        bounds
            .and_then(|(from, to)| self.order.get(*from..*to))
            .unwrap_or_default()
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
