//! How high above the stored state a derived fact stands, so that the shortest of its derivations is told.

use std::collections::HashMap;

use crate::program::{DerivedId, InstanceId, Node, NodeId};

use super::state::{History, Moment};

/// The heights of all derived facts that hold at a moment: 1 for those derived from stored facts alone.
pub(super) struct Heights {
    of: HashMap<DerivedId, u32>,
}

impl Heights {
    /// Least heights, by rounds: each lets a fact stand one above the lowest of its bodies.
    pub fn at(history: &History<'_>, moment: Moment) -> Heights {
        let program = history.program;
        let holding: Vec<DerivedId> = program
            .derived
            .iter()
            .filter(|(_, head)| history.node(head.node, moment))
            .map(|(id, _)| id)
            .collect();
        let mut heights = Heights { of: HashMap::new() };
        loop {
            let mut changed = false;
            for id in &holding {
                let bodies = program.network.bodies(*id).iter();
                let lowest = bodies
                    .filter_map(|body| heights.node(history, *body, moment))
                    .min();
                if let Some(height) = lowest.map(|height| height + 1)
                    && heights.of.get(id).is_none_or(|known| height < *known)
                {
                    heights.of.insert(*id, height);
                    changed = true;
                }
            }
            if !changed {
                return heights;
            }
        }
    }

    /// The height of a fact that holds.
    pub fn of(&self, id: DerivedId) -> Option<u32> {
        self.of.get(&id).copied()
    }

    /// The least height a node can be shown from; none if it does not hold or not yet.
    fn node(&self, history: &History<'_>, node: NodeId, moment: Moment) -> Option<u32> {
        if !history.node(node, moment) {
            return None;
        }
        let of = |node: &NodeId| self.node(history, *node, moment);
        match history.program.network.node(node) {
            Node::Derived(id) => self.of.get(id).copied(),
            Node::And(parts) => parts
                .iter()
                .map(of)
                .try_fold(0, |highest, part| Some(highest.max(part?))),
            Node::Or(parts) => parts.iter().filter_map(of).min(),
            Node::AtLeast(parts, least) => {
                let mut known: Vec<u32> = parts.iter().filter_map(of).collect();
                known.sort_unstable();
                known.get((*least as usize).saturating_sub(1)).copied()
            }
            // Negations and comparisons are settled by lower strata.
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Not(_) | Node::Compare(..) => Some(0),
        }
    }

    /// The instance that derives a fact with least height; ties by the name of the rule, then by its binding.
    pub fn derivation(&self, history: &History<'_>, id: DerivedId, moment: Moment) -> Option<InstanceId> {
        let program = history.program;
        let instances = program.derived[id].by.iter().copied();
        instances
            .filter_map(|instance| {
                let ground = &program.instances[instance];
                let height = self.node(history, ground.guard, moment)?;
                let rule = history.model.rules[ground.rule].name.as_str();
                Some((height, rule, super::state::order_of(instance), instance))
            })
            .min()
            .map(|(.., instance)| instance)
    }
}
