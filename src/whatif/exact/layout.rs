//! What of a world's state must be told apart, and how it is packed into words.
//!
//! Left out is all that cannot make a difference any more: derived facts (they follow from the rest), causes, ended
//! norms, numbers of norms, occurrence counters that no `fix:` reads, and the date itself (states wait in the bucket
//! of their next date). Means of `times` and `held` and the law of `first` are flows along the way, not state.

use rustc_hash::FxHashSet;

use crate::ids::{Id as _, Table};
use crate::model::When;
use crate::program::{
    AtomId, BlockId, Counter, CounterId, Formula, GroundFix, InstanceId, Keep, MonitorId, Node, NodeId, Op,
    Program, SettlementId, SlotId, TemplateId,
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
    /// Settlements that more than one place settles: what they fall to is remembered for the day.
    pub shared: Table<SettlementId, bool>,
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
            shared: shared(program),
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

fn shared(program: &Program) -> Table<SettlementId, bool> {
    let mut places: Table<SettlementId, u32> = program.settlements.ids().map(|_| 0).collect();
    let acts = |source: InstanceId| {
        let guard = program.instances[source].guard;
        *program.network.node(guard) != Node::Constant(false)
    };
    for chance in program.chances.values().filter(|chance| acts(chance.source)) {
        places[chance.settlement] += 1;
    }
    for choice in program.choices.values().filter(|choice| acts(choice.source)) {
        places[choice.settlement] += 1;
    }
    // A norm may be broken more than once a day.
    for template in program.templates.values() {
        if let Some(block) = template.otherwise {
            broken(program, block, &mut places);
        }
    }
    places.values().map(|count| *count > 1).collect()
}

/// Counts all that a breach draws as drawn by two.
fn broken(program: &Program, block: BlockId, places: &mut Table<SettlementId, u32>) {
    for op in &program.blocks[block].ops {
        match op {
            Op::Draw(chance) => {
                let chance = &program.chances[*chance];
                places[chance.settlement] += 2;
                for branch in &chance.branches {
                    broken(program, branch.block, places);
                }
            }
            Op::Choose(choice) => {
                for option in &program.choices[*choice].options {
                    broken(program, option.block, places);
                }
            }
            Op::Impose(_)
            | Op::Start(_)
            | Op::End(_)
            | Op::Set(..)
            | Op::Add(..)
            | Op::Raise(_)
            | Op::Schedule(..)
            | Op::ScheduleUnless(..) => {}
        }
    }
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
        for node in &program.positions {
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
