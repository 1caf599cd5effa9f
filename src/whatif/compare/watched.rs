//! What an outcome looks at: the events and the stored facts behind its monitors.

use std::collections::BTreeSet;

use crate::ids::Id as _;
use crate::model::OutcomeId;
use crate::program::{Compiled, MonitorId, Node, NodeId, Program};

use super::common::{Key, Keys, key};

/// For each of the given outcomes the keys of what it looks at.
pub(super) fn watched(
    compiled: &Compiled,
    keys: &Keys,
    outcomes: impl Iterator<Item = OutcomeId>,
) -> Vec<BTreeSet<Key>> {
    let program = compiled.program();
    outcomes
        .map(|id| {
            let mut monitors: Vec<MonitorId> = Vec::new();
            if let Some(formula) = program.outcomes.find(id) {
                formula.each_monitor(&mut |monitor| monitors.push(monitor));
            }
            let mut found = BTreeSet::new();
            for monitor in monitors {
                match program.monitors.find(monitor).and_then(|monitor| monitor.node) {
                    Some(node) => facts(program, keys, node, &mut found),
                    None => {
                        for (event, ground) in program.events.iter() {
                            if ground.monitors.contains(&monitor) {
                                found.insert(key(&keys.events, event));
                            }
                        }
                    }
                }
            }
            found
        })
        .collect()
}

/// The stored facts below a condition, those behind derived ones too.
fn facts(program: &Program, keys: &Keys, node: NodeId, found: &mut BTreeSet<Key>) {
    let (mut todo, mut seen) = (vec![node], BTreeSet::new());
    while let Some(node) = todo.pop() {
        if !seen.insert(node.index()) {
            continue;
        }
        if let Node::Fact(atom) = program.network.node(node) {
            found.insert(key(&keys.atoms, *atom));
        }
        program.network.each_part(node, &mut |part| todo.push(part));
    }
}
