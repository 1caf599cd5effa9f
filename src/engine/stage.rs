//! Effects read on the snapshot, waiting for their commit.

use crate::language::value::Fixed;
use crate::program::{
    AtomId, BlockId, GroundEventId, InstanceId, NodeId, NumberId, Op, Program, SlotId, TemplateId, fixed,
};

use super::fault::Fault;
use super::settle::Pending;
use super::today::Arranged;
use super::trace::Cause;
use super::world::World;

/// What the next commit will do.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Staged {
    pub fired: Vec<(InstanceId, Option<GroundEventId>)>,
    pub starts: Vec<(AtomId, InstanceId)>,
    pub ends: Vec<(AtomId, InstanceId)>,
    pub sets: Vec<(SlotId, InstanceId, Fixed)>,
    pub adds: Vec<(SlotId, InstanceId, Fixed)>,
    pub raises: Vec<(GroundEventId, Cause)>,
    pub scheduled: Vec<(Arranged, InstanceId)>,
    pub norms: Vec<TemplateId>,
    /// Inputs of the network that speak of norms whose state changed in this wave.
    pub flags: Vec<(NodeId, bool)>,
}

impl Staged {
    /// Copies what another wave staged into this one, reusing its memory.
    pub fn assign(&mut self, other: &Staged) {
        let Staged {
            fired,
            starts,
            ends,
            sets,
            adds,
            raises,
            scheduled,
            norms,
            flags,
        } = other;
        self.fired.clone_from(fired);
        self.starts.clone_from(starts);
        self.ends.clone_from(ends);
        self.sets.clone_from(sets);
        self.adds.clone_from(adds);
        self.raises.clone_from(raises);
        self.scheduled.clone_from(scheduled);
        self.norms.clone_from(norms);
        self.flags.clone_from(flags);
    }

    pub fn clear(&mut self) {
        self.fired.clear();
        self.starts.clear();
        self.ends.clear();
        self.sets.clear();
        self.adds.clear();
        self.raises.clear();
        self.scheduled.clear();
        self.norms.clear();
        self.flags.clear();
    }
}

impl World {
    /// Reads the effects of a block on the snapshot; chances and choices in it become pending.
    pub(crate) fn stage(&mut self, program: &Program, block: BlockId) -> Result<(), Fault> {
        let block = &program.blocks[block];
        let source = block.source;
        for op in &block.ops {
            match op {
                Op::Start(atom) => self.staged.starts.push((*atom, source)),
                Op::End(atom) => self.staged.ends.push((*atom, source)),
                Op::Set(slot, number) => {
                    let value = self.amount(program, *number, source)?;
                    self.staged.sets.push((*slot, source, value));
                }
                Op::Add(slot, number) => {
                    let value = self.amount(program, *number, source)?;
                    self.staged.adds.push((*slot, source, value));
                }
                Op::Raise(event) => self.staged.raises.push((*event, Cause::Rule(source))),
                Op::Schedule(event, after) => {
                    self.staged.scheduled.push(((*event, *after, None), source));
                }
                Op::ScheduleUnless(event, after, unless) => {
                    let arranged = (*event, *after, Some(*unless));
                    self.staged.scheduled.push((arranged, source));
                }
                Op::Impose(template) => self.staged.norms.push(*template),
                Op::Draw(chance) => self.today.pending.push(Pending::Chance(*chance)),
                Op::Choose(choice) => self.today.pending.push(Pending::Choice(*choice)),
            }
        }
        Ok(())
    }

    fn amount(&self, program: &Program, number: NumberId, source: InstanceId) -> Result<Fixed, Fault> {
        fixed(&program.numbers, number, &self.snapshot()).map_err(|fault| Fault::Amount {
            number,
            source,
            fault,
        })
    }
}
