//! What each condition may be, on what was found so far.

use rustc_hash::FxHashSet;

use super::Round;
use crate::check::interval::interval;
use crate::model::Comparison;
use crate::program::{Node, NodeId, NumberId};

impl Round<'_> {
    /// What each condition may be, on what was found so far.
    pub(super) fn truths(&mut self) {
        loop {
            while let Some(place) = self.due.pop_first() {
                let Some(id) = self.program.network.ranked().get(place).copied() else {
                    continue;
                };
                self.stirred.extend(self.program.network.component(id));
                let (hold, fail) = self.truth(id);
                self.find(id, hold, fail);
            }
            match self.stirred.pop_first() {
                Some(component) => self.fail_together(component),
                None => return,
            }
        }
    }

    /// Facts that derive each other may all fail together, which no order of looking at them one by one would find: all may
    /// but those that follow from what cannot fail.
    fn fail_together(&mut self, component: u32) {
        let network = &self.program.network;
        let members = network.members(component);
        let mut sure: FxHashSet<NodeId> = FxHashSet::default();
        let mut due: Vec<NodeId> = members.to_vec();
        while let Some(id) = due.pop() {
            if self.reach.fail[id] || sure.contains(&id) {
                continue;
            }
            let holds = |part: &NodeId| match network.component(*part) == Some(component) {
                true => sure.contains(part),
                false => !self.reach.fail[*part],
            };
            let follows = match network.node(id) {
                Node::And(parts) => parts.iter().all(holds),
                Node::Or(parts) => parts.iter().any(holds),
                Node::Derived(head) => network.bodies(*head).iter().any(holds),
                // Nothing else stands among facts that derive each other.
                _ => false,
            };
            if follows {
                sure.insert(id);
                let readers = network
                    .readers(id)
                    .filter_map(|place| network.ranked().get(place));
                due.extend(readers.filter(|reader| network.component(**reader) == Some(component)));
            }
        }
        for id in members {
            if !sure.contains(id) {
                self.find(*id, false, true);
            }
        }
    }

    /// A condition may hold, or fail: so may what reads it.
    pub(super) fn find(&mut self, id: NodeId, hold: bool, fail: bool) {
        let reach = &mut self.reach;
        if hold && !reach.hold[id] || fail && !reach.fail[id] {
            reach.hold[id] |= hold;
            reach.fail[id] |= fail;
            self.due.extend(self.program.network.readers(id));
            self.grew = true;
        }
    }

    fn truth(&self, id: NodeId) -> (bool, bool) {
        let (hold, fail) = (&self.reach.hold, &self.reach.fail);
        match self.program.network.node(id) {
            Node::Constant(truth) => (*truth, !*truth),
            Node::Fact(_) | Node::Flag(_) => (hold[id], fail[id]),
            Node::Derived(head) => {
                let bodies = self.program.network.bodies(*head);
                (
                    bodies.iter().any(|body| hold[*body]),
                    bodies.iter().all(|body| fail[*body]),
                )
            }
            Node::Not(inner) => (fail[*inner], hold[*inner]),
            Node::And(parts) => (
                parts.iter().all(|part| hold[*part]),
                parts.iter().any(|part| fail[*part]),
            ),
            Node::Or(parts) => (
                parts.iter().any(|part| hold[*part]),
                parts.iter().all(|part| fail[*part]),
            ),
            Node::AtLeast(parts, least) => {
                let least = *least as usize;
                (
                    parts.iter().filter(|part| hold[**part]).count() >= least,
                    parts.iter().filter(|part| !fail[**part]).count() < least,
                )
            }
            Node::Compare(comparison, a, b) => self.comparison(*comparison, *a, *b),
        }
    }

    fn comparison(&self, comparison: Comparison, a: NumberId, b: NumberId) -> (bool, bool) {
        let (a, b) = (
            interval(self.program, &self.reach, a),
            interval(self.program, &self.reach, b),
        );
        a.compare(comparison, b)
    }
}
