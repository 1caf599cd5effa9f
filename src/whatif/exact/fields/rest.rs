//! On which conditions the rest of a day hangs, once its coins have fallen.

use crate::ids::Id as _;
use crate::program::{GroundEventId, NodeId, number_reads};
use crate::whatif::exact::bits::Bits;
use crate::whatif::exact::closure::Closure;
use crate::whatif::exact::follow::{Follow as _, Input, inputs};
use crate::whatif::exact::layout::Kept;

impl Closure<'_> {
    /// The rest of a day on which these events were raised: what it reads, not what that is made of.
    pub fn rest_of_day(&mut self, raised: &[GroundEventId]) {
        let program = self.program;
        self.shallow = true;
        self.rests();
        for (id, monitor) in program.monitors.iter() {
            if !matches!(self.layout.monitors[id], Kept::Unasked | Kept::Last) {
                self.maybe(monitor.node);
            }
        }
        for event in raised {
            self.event(*event);
        }
        self.spread();
    }

    /// The conditions on whose truth at its beginning the rest of the day hangs. One that does not move is read as it
    /// stands; one that does, by its parts.
    pub fn leaves(&self) -> Vec<NodeId> {
        let program = self.program;
        let nodes = (0..program.network.len()).map(NodeId::from_index);
        let mut open: Vec<NodeId> = nodes.filter(|node| self.read.has(node.index())).collect();
        let mut met = Bits::new(program.network.len());
        let mut leaves = Vec::new();
        while let Some(node) = open.pop() {
            if !met.add(node.index()) {
                continue;
            }
            let mut parts = Vec::new();
            if self.moves.has(node.index()) {
                inputs(program, node, &mut |input| match input {
                    Input::Node(part) => parts.push(part),
                    Input::Number(number) => {
                        number_reads(&program.numbers, number, &mut parts, &mut Vec::new());
                    }
                });
            }
            if parts.is_empty() {
                leaves.push(node);
            }
            open.extend(parts);
        }
        leaves.sort_unstable();
        leaves
    }
}
