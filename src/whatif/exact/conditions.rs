//! The conditions of a program, as [`super::reach`] follows them.

use smallvec::SmallVec;

use super::bits::Bits;
use super::layout::Layout;
use crate::ids::Id as _;
use crate::program::{InstanceId, Node, NodeId, Program};

/// The conditions of a program, as far as they are the same whatever the analysis is told.
#[derive(Debug)]
pub(crate) struct Conditions {
    /// Can the node be true, can it be false? All can be both but constants.
    pub can: Vec<(bool, bool)>,
    /// Those made of others, lowest first. Of derived facts that hang on themselves nothing is said.
    pub made: Vec<NodeId>,
    pub is_made: Bits,
    /// The facts that shut something off, with their places in the layout.
    pub shutting: Vec<(usize, NodeId)>,
    pub shuts: Bits,
    /// By condition: the instances that may fire once it can be true, or can change.
    pub waiting: Vec<SmallVec<[InstanceId; 2]>>,
}

impl Conditions {
    pub fn of(program: &Program, layout: &Layout) -> Self {
        let network = &program.network;
        let mut can = vec![(true, true); network.len()];
        let mut made = Vec::new();
        let mut is_made = Bits::new(network.len());
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
                    made.push(*id);
                    is_made.add(id.index());
                }
            }
        }
        let (mut shutting, mut shuts) = (Vec::new(), Bits::new(network.len()));
        for (place, ((_, node), _)) in layout
            .atoms
            .iter()
            .zip(&layout.shuts)
            .enumerate()
            .filter(|(_, (_, shuts))| **shuts)
        {
            shutting.push((place, *node));
            shuts.add(node.index());
        }
        let mut waiting = vec![SmallVec::new(); network.len()];
        let mut wait = |node: NodeId, instance: InstanceId| {
            if let Some(list) = waiting.get_mut(node.index()) {
                SmallVec::push(list, instance);
            }
        };
        for (id, instance) in program
            .instances
            .iter()
            .filter(|(_, instance)| instance.block.is_some())
        {
            wait(instance.guard, id);
            if let Some(node) = instance.when {
                wait(node, id);
            }
        }
        for event in program.events.values() {
            if let Some(node) = event.requires {
                event.fires.iter().for_each(|instance| wait(node, *instance));
            }
        }
        Conditions {
            can,
            made,
            is_made,
            shutting,
            shuts,
            waiting,
        }
    }
}
