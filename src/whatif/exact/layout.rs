//! What of a world's state must be told apart, and how it is packed into words.
//!
//! Left out is all that cannot make a difference any more: derived facts (they follow from the rest), causes, ended
//! norms, numbers of norms, occurrence counters that no `fix:` reads, and the date itself (states wait in the bucket
//! of their next date). Means of `times` and `held` and the law of `first` are flows along the way, not state.

use rustc_hash::FxHashSet;

use super::follow::Follow;
use super::pack::Packed;
use crate::ids::{Id as _, Table};
use crate::model::When;
use crate::program::{
    AtomId, BlockId, Counter, CounterId, Formula, GroundFix, InstanceId, Keep, MonitorId, Node, NodeId, Op,
    Program, SlotId, TemplateId,
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

impl Kept {
    /// Whether what a monitor looks for is decided for good.
    pub fn decided(self, layout: &Layout, packed: &Packed, id: MonitorId) -> bool {
        match self {
            Kept::Unasked => true,
            Kept::Bit | Kept::Flow => packed.has_seen(layout, id.index()),
            Kept::Words | Kept::Last | Kept::Mean => false,
        }
    }
}

/// Which parts of a world make its packed state.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    /// Stored facts that something reads.
    pub atoms: Vec<(AtomId, NodeId)>,
    /// For each of them, whether its truth tells what can still come about: some condition asks that it does not hold, so
    /// that it can shut something off. Such facts are never dropped.
    pub shuts: Vec<bool>,
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
    /// Words for bits: facts, flags, monitor bits, held bits.
    pub bit_words: usize,
    /// Where monitor bits begin.
    pub monitor_bits: usize,
    /// Of the bits, those on which it hangs what can still come about and matter: facts that shut something off, and what monitors
    /// have seen.
    pub telling: Vec<u64>,
    /// Words before the norms.
    pub fixed_words: usize,
    /// Norms of which it matters how often they are owed: something is added for each breach.
    pub counted: Table<TemplateId, bool>,
    /// Guards of periodic rules, group by group.
    pub ticking: Vec<(usize, InstanceId, NodeId)>,
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
        let atoms: Vec<(AtomId, NodeId)> = program
            .atoms
            .iter()
            .filter(|(_, atom)| reads.nodes.get(atom.node.index()).copied().unwrap_or(false))
            .map(|(id, atom)| (id, atom.node))
            .collect();
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
        let denied = denied(program);
        let shuts: Vec<bool> = atoms.iter().map(|(atom, _)| denied.contains(atom)).collect();
        let mut telling = vec![0; bits.div_ceil(64)];
        let mut tell = |bit: usize| {
            if let Some(word) = telling.get_mut(bit >> 6) {
                *word |= 1u64 << (bit & 63);
            }
        };
        shuts
            .iter()
            .enumerate()
            .filter(|(_, shuts)| **shuts)
            .for_each(|(bit, _)| tell(bit));
        for (id, kept) in monitors.iter() {
            if matches!(kept, Kept::Bit | Kept::Flow) {
                tell(monitor_bits + 2 * id.index());
            }
        }
        let wordy = monitors.values().filter(|kept| **kept == Kept::Words).count();
        let ticking = program.tick_groups.iter().enumerate().flat_map(|(place, group)| {
            let guard = move |id: &InstanceId| (place, *id, program.instances[*id].guard);
            group.instances.iter().map(guard)
        });
        Layout {
            initially: slots.iter().map(|slot| program.slots[*slot].initially).collect(),
            fixed_words: bits.div_ceil(64) + slots.len() + counters.len() + 2 * wordy,
            counted: program
                .templates
                .values()
                .map(|template| template.otherwise.is_some_and(|block| adds(program, block)))
                .collect(),
            ticking: ticking.collect(),
            shuts,
            atoms,
            flags,
            slots,
            counters,
            monitors,
            bit_words: bits.div_ceil(64),
            monitor_bits,
            telling,
        }
    }
}

/// The facts of which some guard asks that they do not hold.
fn denied(program: &Program) -> FxHashSet<AtomId> {
    let mut denied = FxHashSet::default();
    let mut seen = FxHashSet::default();
    let guards = program
        .instances
        .values()
        .filter(|instance| instance.block.is_some())
        .flat_map(|instance| [Some(instance.guard), instance.when]);
    let requires = program.events.values().map(|event| event.requires);
    let mut open: Vec<(NodeId, bool)> = guards
        .chain(requires)
        .flatten()
        .map(|node| (node, true))
        .collect();
    while let Some((node, asked)) = open.pop() {
        if !seen.insert((node, asked)) {
            continue;
        }
        match program.network.node(node) {
            Node::Fact(atom) if !asked => {
                denied.insert(*atom);
            }
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => {}
            Node::Not(inner) => open.push((*inner, !asked)),
            Node::And(parts) | Node::Or(parts) | Node::AtLeast(parts, _) => {
                open.extend(parts.iter().map(|part| (*part, asked)));
            }
            Node::Derived(head) => {
                open.extend(program.network.bodies(*head).iter().map(|body| (*body, asked)));
            }
        }
    }
    denied
}

/// Whether anything in the block, or in a branch of it, is added to a measure.
fn adds(program: &Program, block: BlockId) -> bool {
    program.blocks[block].ops.iter().any(|op| match op {
        Op::Add(..) => true,
        Op::Draw(chance) => {
            let branches = &program.chances[*chance].branches;
            branches.iter().any(|branch| adds(program, branch.block))
        }
        Op::Choose(choice) => {
            let options = &program.choices[*choice].options;
            options.iter().any(|option| adds(program, option.block))
        }
        _ => false,
    })
}

/// What any rule, norm, event or monitor reads.
struct Reads<'p> {
    program: &'p Program,
    nodes: Vec<bool>,
    slots: Vec<bool>,
}

impl<'p> Reads<'p> {
    fn of(program: &'p Program, asked: &Table<MonitorId, bool>) -> Self {
        let mut reads = Reads {
            program,
            nodes: vec![false; program.network.len()],
            slots: vec![false; program.slots.len()],
        };
        for instance in program.instances.values() {
            // A deriving rule is read through its heads.
            if instance.block.is_some() {
                reads.node(instance.guard);
            }
            reads.maybe(instance.when);
        }
        for event in program.events.values() {
            reads.maybe(event.requires);
        }
        for template in program.templates.values() {
            reads.maybe(template.while_);
            if let crate::program::GroundGoal::Reach(node) = template.goal {
                reads.node(node);
            }
        }
        for choice in program.choices.values() {
            reads.choice(choice);
        }
        for chance in program.chances.values() {
            for number in chance.branches.iter().filter_map(|branch| branch.p) {
                reads.number(number);
            }
        }
        for block in program.blocks.values() {
            for op in &block.ops {
                match op {
                    Op::Set(_, number) | Op::Add(_, number) => reads.number(*number),
                    Op::ScheduleUnless(.., unless) => reads.node(*unless),
                    _ => {}
                }
            }
        }
        for (id, monitor) in program.monitors.iter() {
            if asked[id] {
                reads.maybe(monitor.node);
            }
        }
        for node in &program.positions {
            reads.node(*node);
        }
        reads
    }
}

impl<'p> Follow<'p> for Reads<'p> {
    fn program(&self) -> &'p Program {
        self.program
    }

    fn note(&mut self, node: NodeId) -> bool {
        let read = self.nodes.get_mut(node.index());
        read.is_some_and(|read| !std::mem::replace(read, true))
    }

    fn note_measure(&mut self, slot: SlotId) {
        if let Some(read) = self.slots.get_mut(slot.index()) {
            *read = true;
        }
    }
}
