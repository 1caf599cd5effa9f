//! A part of a drawing: what lies around one entity.

use std::collections::BTreeSet;

use super::Drawing;

/// What to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Focus {
    /// The id of the entity in the middle.
    pub entity: String,
    /// How many edges away the furthest entity may be.
    pub depth: usize,
}

impl Drawing {
    /// The drawing without what is further away than the focus allows; edges in either direction count one step.
    #[must_use]
    pub fn around(mut self, focus: &Focus) -> Drawing {
        let mut near = BTreeSet::from([focus.entity.clone()]);
        for _ in 0..focus.depth {
            let touching = self
                .edges
                .iter()
                .filter(|edge| near.contains(&edge.from) || near.contains(&edge.to));
            let ends: Vec<String> = touching
                .flat_map(|edge| [edge.from.clone(), edge.to.clone()])
                .collect();
            let before = near.len();
            near.extend(ends);
            if near.len() == before {
                break;
            }
        }
        self.nodes.retain(|node| near.contains(&node.id));
        // Between two neighbours nothing is drawn: it is the entity in the middle that is asked about.
        let inner: BTreeSet<String> = match focus.depth {
            1 => BTreeSet::from([focus.entity.clone()]),
            _ => near.clone(),
        };
        self.edges.retain(|edge| {
            near.contains(&edge.from)
                && near.contains(&edge.to)
                && (inner.contains(&edge.from) || inner.contains(&edge.to))
        });
        for node in &mut self.nodes {
            node.inside = node.inside.take().filter(|outer| near.contains(outer));
        }
        self
    }
}
