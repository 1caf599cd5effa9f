//! What can be at some time: the least set of facts, events and firings that is closed under the rules when nothing
//! that once held stands in the way of anything else. Chances may fall either way, options may be taken if open, and
//! dates are left aside. What is not in it never is, whatever the draws.

mod truths;

use std::collections::BTreeSet;

use crate::ids::Table;
use crate::language::value::{Day, Duration};
use crate::program::{
    BlockId, GroundDeadline, GroundEventId, GroundGoal, InstanceId, NodeId, Op, Program, SlotId, TemplateId,
};

/// What can be at some time.
pub(super) struct Reach {
    hold: Table<NodeId, bool>,
    fail: Table<NodeId, bool>,
    events: Table<GroundEventId, bool>,
    fires: Table<InstanceId, bool>,
    norms: Table<TemplateId, bool>,
    slots: Table<SlotId, bool>,
}

/// What was found in one round.
struct Round<'p> {
    program: &'p Program,
    reach: Reach,
    /// The places among the ranked conditions of those that may have become more than they were found to be.
    due: BTreeSet<usize>,
    /// Instances that act and were not seen to fire.
    idle: Vec<InstanceId>,
    /// Blocks of instances that fire, of which not all need follow at once: an option may open, an `unless:` fail, an event
    /// break a norm.
    late: Vec<BlockId>,
    raised: Table<GroundEventId, bool>,
    /// The facts that derive each other of which more may fail than was found to.
    stirred: BTreeSet<u32>,
    grew: bool,
}

/// What can be if only what is scripted before some day is, for one day after the other: more can be the later it is, so that
/// each day goes on where the one before it ended.
pub(super) struct Growing<'p>(Round<'p>);

impl<'p> Growing<'p> {
    pub fn new(program: &'p Program) -> Self {
        let nodes = || (0..program.network.len()).map(|_| false).collect();
        let mut round = Round {
            program,
            reach: Reach {
                hold: nodes(),
                fail: nodes(),
                events: program.events.ids().map(|_| false).collect(),
                fires: program.instances.ids().map(|_| false).collect(),
                norms: program.templates.ids().map(|_| false).collect(),
                slots: program.slots.ids().map(|_| false).collect(),
            },
            due: (0..program.network.len()).collect(),
            idle: program.instances.ids().collect(),
            late: Vec::new(),
            raised: program.events.ids().map(|_| false).collect(),
            stirred: BTreeSet::new(),
            grew: true,
        };
        for (_, node) in program.flags.values() {
            round.reach.fail[*node] = true;
        }
        for atom in program.atoms.values() {
            round.reach.hold[atom.node] = atom.initially;
            round.reach.fail[atom.node] = !atom.initially;
        }
        Growing(round)
    }

    /// What can be if only what is scripted before that day is. Days are asked for in ascending order.
    pub fn before(&mut self, day: Day) -> &Reach {
        self.grow(|on| on < day)
    }

    fn grow(&mut self, scripted: impl Fn(Day) -> bool) -> &Reach {
        let round = &mut self.0;
        for (day, event, _) in &round.program.timeline {
            if scripted(*day) {
                round.raise(*event);
            }
        }
        while round.grew {
            round.grew = false;
            round.truths();
            round.happenings();
        }
        &round.reach
    }
}

impl Reach {
    /// Everything that can be.
    pub fn of(program: &Program) -> Reach {
        let mut growing = Growing::new(program);
        growing.grow(|_| true);
        growing.0.reach
    }

    /// Whether a condition can hold at some time.
    pub fn may_hold(&self, node: NodeId) -> bool {
        self.hold[node]
    }

    /// Whether a condition can fail at some time.
    pub fn may_fail(&self, node: NodeId) -> bool {
        self.fail[node]
    }

    /// Whether an event can take effect.
    pub fn happens(&self, event: GroundEventId) -> bool {
        self.events[event]
    }

    /// Whether an instance can fire.
    pub fn fires(&self, instance: InstanceId) -> bool {
        self.fires[instance]
    }

    /// Whether anything can change a measure.
    pub fn changes(&self, slot: SlotId) -> bool {
        self.slots[slot]
    }
}

impl Round<'_> {
    /// What happens on these truths.
    fn happenings(&mut self) {
        let program = self.program;
        for (id, event) in program.events.iter() {
            let takes_effect = event.requires.is_none_or(|node| self.reach.hold[node]);
            if self.raised[id] && takes_effect && !self.reach.events[id] {
                self.reach.events[id] = true;
                self.grew = true;
            }
        }
        let mut idle = std::mem::take(&mut self.idle);
        idle.retain(|id| {
            let instance = &program.instances[*id];
            let Some(block) = instance.block else {
                return false;
            };
            if !self.reach.hold[instance.guard] {
                return true;
            }
            let set_off = match instance.when {
                Some(when) => self.reach.hold[when],
                None => {
                    let triggers = program.triggers(*id);
                    triggers.iter().any(|event| self.reach.events[*event])
                        || triggers.is_empty() && self.ticks(*id)
                }
            };
            if set_off {
                self.reach.fires[*id] = true;
                self.grew = true;
                if !at_once(program, block) {
                    self.late.push(block);
                }
                self.block(block);
            }
            !set_off
        });
        self.idle = idle;
        let late = std::mem::take(&mut self.late);
        late.iter().for_each(|block| self.block(*block));
        self.late = late;
    }

    fn ticks(&self, instance: InstanceId) -> bool {
        let mut groups = self.program.tick_groups.iter();
        groups.any(|group| !group.days.is_empty() && group.instances.binary_search(&instance).is_ok())
    }

    fn block(&mut self, block: BlockId) {
        for op in &self.program.blocks[block].ops {
            match op {
                Op::Start(atom) => self.find(self.program.atoms[*atom].node, true, false),
                Op::End(atom) => {
                    let node = self.program.atoms[*atom].node;
                    self.find(node, false, true);
                }
                Op::Set(slot, _) | Op::Add(slot, _) => {
                    if !self.reach.slots[*slot] {
                        self.reach.slots[*slot] = true;
                        self.due.extend(self.program.network.readers_of(*slot));
                        self.grew = true;
                    }
                }
                Op::Raise(event) => self.raise(*event),
                Op::Schedule(event, after) if *after != Duration::Never => self.raise(*event),
                Op::ScheduleUnless(event, after, unless)
                    if *after != Duration::Never && self.reach.fail[*unless] =>
                {
                    self.raise(*event);
                }
                Op::Schedule(..) | Op::ScheduleUnless(..) => {}
                Op::Impose(template) => self.impose(*template),
                Op::Draw(chance) => {
                    for branch in &self.program.chances[*chance].branches {
                        self.block(branch.block);
                    }
                }
                Op::Choose(choice) => {
                    for option in &self.program.choices[*choice].options {
                        if self.reach.hold[option.open] {
                            self.block(option.block);
                        }
                    }
                }
            }
        }
    }

    fn raise(&mut self, event: GroundEventId) {
        self.grew |= !self.raised[event];
        self.raised[event] = true;
    }

    fn impose(&mut self, id: TemplateId) {
        let template = &self.program.templates[id];
        self.grew |= !self.reach.norms[id];
        self.reach.norms[id] = true;
        for flag in [template.flags.owed, template.flags.met, template.flags.broken]
            .into_iter()
            .flatten()
        {
            self.find(flag, true, false);
        }
        let can_break = match (&template.goal, &template.deadline) {
            (GroundGoal::Refrain(events), _) => events.iter().any(|event| self.reach.events[*event]),
            (_, GroundDeadline::Open) => false,
            (_, GroundDeadline::Before(events)) => events.iter().any(|event| self.reach.events[*event]),
            _ => true,
        };
        if can_break {
            self.raise(template.breach);
            if let Some(block) = template.otherwise {
                self.block(block);
            }
        }
    }
}

/// Whether all that can follow from a block follows as soon as its instance fires.
fn at_once(program: &Program, block: BlockId) -> bool {
    program.blocks[block].ops.iter().all(|op| match op {
        Op::Start(_) | Op::End(_) | Op::Set(..) | Op::Add(..) | Op::Raise(_) | Op::Schedule(..) => true,
        Op::ScheduleUnless(..) | Op::Impose(_) | Op::Choose(_) => false,
        Op::Draw(chance) => {
            let branches = &program.chances[*chance].branches;
            branches.iter().all(|branch| at_once(program, branch.block))
        }
    })
}
