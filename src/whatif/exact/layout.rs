//! What of a world's state must be told apart, and how it is packed into words.
//!
//! Left out is all that cannot make a difference any more: derived facts (they follow from the rest), causes, ended
//! norms, numbers of norms, occurrence counters that no `fix:` reads, and the date itself (states wait in the bucket
//! of their next date). Means of `times` and `held` and the law of `first` are flows along the way, not state.

use rustc_hash::FxHashSet;

use crate::ids::{Id as _, Table};
use crate::model::When;
use crate::program::{
    AtomId, Counter, CounterId, Formula, GroundFix, Keep, MonitorId, NodeId, Op, Program, SettlementId,
    SlotId,
};

/// How a monitor is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kept {
    /// In the state: whether it happened.
    Bit,
    /// In the state: its count, its first day, and since when it holds.
    Words,
    /// Read off the last state.
    Last,
    /// Along the way: the mass that first meets it on each day (its bit is in the state).
    Flow,
    /// Along the way: the mean of a count or of days.
    Mean,
    /// Not at all: no outcome asks.
    Unasked,
}

/// Which parts of a world make its packed state.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Stored facts that something reads.
    pub atoms: Vec<(AtomId, NodeId)>,
    /// For each of them, whether nothing ends it: once it holds, it holds for ever.
    pub sticky: Vec<bool>,
    /// Questions about norms.
    pub flags: Vec<NodeId>,
    /// Measures that something reads.
    pub slots: Vec<SlotId>,
    /// Their values before the first day.
    pub initially: Vec<crate::language::value::Fixed>,
    /// Counters that a `fix:` reads.
    pub counters: Vec<CounterId>,
    /// How each monitor is kept.
    pub monitors: Table<MonitorId, Kept>,
    /// Settlements that more than one place settles: what they fall to is remembered for the day.
    pub shared: Table<SettlementId, bool>,
    /// Words for bits: facts, flags, monitor bits, held bits.
    pub bit_words: usize,
    /// Where monitor bits begin.
    pub monitor_bits: usize,
}

impl Layout {
    pub fn new(program: &Program) -> Layout {
        let mut monitors: Table<MonitorId, Kept> = program
            .monitors
            .values()
            .map(|monitor| match monitor.keep {
                Keep::AtEnd => Kept::Last,
                Keep::Ever => Kept::Bit,
                Keep::Times | Keep::First | Keep::Held => Kept::Words,
            })
            .collect();
        let mut asked: Table<MonitorId, bool> = program.monitors.ids().map(|_| false).collect();
        for formula in program.outcomes.values() {
            formula.each_monitor(&mut |id| asked[id] = true);
        }
        for (kept, asked) in monitors.values_mut().zip(asked.values()) {
            if !asked {
                *kept = Kept::Unasked;
            }
        }
        for formula in program.outcomes.values() {
            if let Formula::Monitor(id) = formula {
                match program.monitors[*id].keep {
                    Keep::First => monitors[*id] = Kept::Flow,
                    Keep::Times | Keep::Held => monitors[*id] = Kept::Mean,
                    Keep::Ever | Keep::AtEnd => {}
                }
            }
        }
        let reads = Reads::of(program, &asked);
        let atoms: Vec<_> = program
            .atoms
            .iter()
            .filter(|(_, atom)| reads.nodes.get(atom.node.index()).copied().unwrap_or(false))
            .map(|(id, atom)| (id, atom.node))
            .collect();
        let ends = program
            .blocks
            .values()
            .flat_map(|block| block.ops.iter())
            .filter_map(|op| match op {
                Op::End(atom) => Some(*atom),
                _ => None,
            });
        let ended: FxHashSet<AtomId> = ends.collect();
        let flags: Vec<NodeId> = program
            .flags
            .values()
            .map(|(_, node)| *node)
            .filter(|node| reads.nodes.get(node.index()).copied().unwrap_or(false))
            .collect();
        let slots: Vec<SlotId> = program
            .slots
            .ids()
            .filter(|slot| reads.slots.get(slot.index()).copied().unwrap_or(false))
            .collect();
        let mut counters: Vec<CounterId> = program
            .settlements
            .values()
            .filter_map(|settlement| match (&settlement.counter, &settlement.fix) {
                (Counter::Stored(counter), GroundFix::At(times, _))
                    if times.iter().any(|(when, _)| matches!(when, When::Occurrence(_))) =>
                {
                    Some(*counter)
                }
                _ => None,
            })
            .collect();
        counters.sort_unstable();
        counters.dedup();
        let monitor_bits = atoms.len() + flags.len();
        // Two bits a monitor: whether it happened, and whether its condition held at the last close.
        let bits = monitor_bits + 2 * monitors.len();
        Layout {
            sticky: atoms.iter().map(|(atom, _)| !ended.contains(atom)).collect(),
            atoms,
            flags,
            initially: slots.iter().map(|slot| program.slots[*slot].initially).collect(),
            slots,
            counters,
            monitors,
            shared: shared(program),
            bit_words: bits.div_ceil(64),
            monitor_bits,
        }
    }
}

fn shared(program: &Program) -> Table<SettlementId, bool> {
    let mut places: Table<SettlementId, u32> = program.settlements.ids().map(|_| 0).collect();
    for chance in program.chances.values() {
        places[chance.settlement] += 1;
    }
    for choice in program.choices.values() {
        places[choice.settlement] += 1;
    }
    places.values().map(|count| *count > 1).collect()
}

/// What any rule, norm, event or monitor reads.
struct Reads {
    nodes: Vec<bool>,
    slots: Vec<bool>,
}

impl Reads {
    fn of(program: &Program, asked: &Table<MonitorId, bool>) -> Reads {
        let mut reads = Reads {
            nodes: vec![false; program.network.len()],
            slots: vec![false; program.slots.len()],
        };
        for instance in program.instances.values() {
            // A deriving rule is read through its heads.
            if instance.block.is_some() {
                reads.node(program, instance.guard);
            }
            reads.maybe(program, instance.when);
        }
        for event in program.events.values() {
            reads.maybe(program, event.requires);
        }
        for template in program.templates.values() {
            reads.maybe(program, template.while_);
            if let crate::program::GroundGoal::Reach(node) = template.goal {
                reads.node(program, node);
            }
        }
        for choice in program.choices.values() {
            for option in &choice.options {
                reads.node(program, option.open);
            }
            if let Some(thumb) = &choice.default {
                reads.thumb(program, thumb);
            }
        }
        for settlement in program.settlements.values() {
            if let GroundFix::Thumb(thumb, _) = &settlement.fix {
                reads.thumb(program, thumb);
            }
        }
        for chance in program.chances.values() {
            for number in chance.branches.iter().filter_map(|branch| branch.p) {
                reads.number(program, number);
            }
        }
        for block in program.blocks.values() {
            for op in &block.ops {
                match op {
                    Op::Set(_, number) | Op::Add(_, number) => reads.number(program, *number),
                    Op::ScheduleUnless(.., unless) => reads.node(program, *unless),
                    _ => {}
                }
            }
        }
        for (id, monitor) in program.monitors.iter() {
            if asked[id] {
                reads.maybe(program, monitor.node);
            }
        }
        for node in &program.invariants {
            reads.node(program, *node);
        }
        reads
    }

    fn maybe(&mut self, program: &Program, node: Option<NodeId>) {
        if let Some(node) = node {
            self.node(program, node);
        }
    }

    fn thumb(&mut self, program: &Program, thumb: &crate::program::Thumb) {
        if let crate::program::Thumb::If(condition, a, b) = thumb {
            self.node(program, *condition);
            self.thumb(program, a);
            self.thumb(program, b);
        }
    }

    fn number(&mut self, program: &Program, number: crate::program::NumberId) {
        let (mut nodes, mut slots) = (Vec::new(), Vec::new());
        crate::program::number_reads(&program.numbers, number, &mut nodes, &mut slots);
        for slot in slots {
            if let Some(read) = self.slots.get_mut(slot.index()) {
                *read = true;
            }
        }
        for node in nodes {
            self.node(program, node);
        }
    }

    fn node(&mut self, program: &Program, node: NodeId) {
        use crate::program::Node;
        match self.nodes.get_mut(node.index()) {
            Some(read) if !*read => *read = true,
            _ => return,
        }
        match program.network.node(node) {
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) => {}
            Node::Not(inner) => self.node(program, *inner),
            Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => {
                for part in parts {
                    self.node(program, *part);
                }
            }
            Node::Derived(head) => {
                for body in program.network.bodies(*head) {
                    self.node(program, *body);
                }
            }
            Node::Compare(_, a, b) => {
                self.number(program, *a);
                self.number(program, *b);
            }
        }
    }
}
