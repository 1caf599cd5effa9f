//! Who reads what: for each condition and measure the conditions that do.

use smallvec::SmallVec;

use super::follow::{Input, inputs};
use crate::ids::Id as _;
use crate::program::{NodeId, Program, SlotId, number_reads};

/// For each node of the network those that read it, and for each measure the comparisons that do.
#[derive(Debug)]
pub(super) struct Readers {
    nodes: Vec<SmallVec<[NodeId; 4]>>,
    slots: Vec<SmallVec<[NodeId; 4]>>,
    risky: Vec<NodeId>,
}

impl Readers {
    /// Comparisons that can fail.
    pub fn risky(&self) -> &[NodeId] {
        &self.risky
    }

    /// The comparisons that read a measure.
    pub fn of_slot(&self, slot: SlotId) -> impl Iterator<Item = NodeId> + '_ {
        self.slots.get(slot.index()).into_iter().flatten().copied()
    }

    /// The conditions that read one.
    pub fn of_node(&self, node: NodeId) -> impl Iterator<Item = NodeId> + '_ {
        self.nodes.get(node.index()).into_iter().flatten().copied()
    }

    pub fn of(program: &Program, risky: &[NodeId]) -> Self {
        let mut readers = Readers {
            nodes: vec![SmallVec::new(); program.network.len()],
            slots: vec![SmallVec::new(); program.slots.len()],
            risky: risky.to_vec(),
        };
        for id in (0..program.network.len()).map(NodeId::from_index) {
            let (mut below, mut slots) = (Vec::new(), Vec::new());
            inputs(program, id, &mut |input| match input {
                Input::Node(node) => below.push(node),
                Input::Number(number) => number_reads(&program.numbers, number, &mut below, &mut slots),
            });
            for node in below {
                if let Some(list) = readers.nodes.get_mut(node.index()) {
                    list.push(id);
                }
            }
            for slot in slots {
                if let Some(list) = readers.slots.get_mut(slot.index()) {
                    list.push(id);
                }
            }
        }
        readers
    }
}
