//! What was found to matter, and the masks that follow from it.

use super::bits::Bits;
use super::mask::Mask;
use super::matter::Matter;
use crate::ids::Id as _;
use crate::program::{NodeId, Program};

/// What matters. Two states of which all this is the same have the same future, as far as it matters, if they also agree
/// in the facts that are read and in what comes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Found {
    /// Conditions that are read and can still change.
    pub nodes: Bits,
    /// Those that are read and can no longer change: those that hold, and those that do not.
    pub settled: [Bits; 2],
    pub slots: Bits,
    pub events: Bits,
    pub instances: Bits,
    pub norms: Bits,
}

impl Found {
    /// Nothing.
    pub fn nothing(program: &Program) -> Self {
        Found {
            nodes: Bits::new(program.network.len()),
            settled: [Bits::new(program.network.len()), Bits::new(program.network.len())],
            slots: Bits::new(program.slots.len()),
            events: Bits::new(program.events.len()),
            instances: Bits::new(program.instances.len()),
            norms: Bits::new(program.templates.len()),
        }
    }

    /// Whether a condition is read.
    pub fn reads(&self, node: NodeId) -> bool {
        let [hold, fail] = &self.settled;
        let sets = [&self.nodes, hold, fail];
        sets.into_iter().any(|set| set.has(node.index()))
    }
}

impl Matter<'_, '_> {
    /// The same mask without what is left out only because it cannot happen: leaving that out makes no difference to a
    /// day, and states that differ in it alone can be worked out together.
    pub fn quiet(&self, mask: &Mask) -> Mask {
        let mut quiet = Mask {
            muted: Bits::new(self.program.instances.len()),
            events: Bits::new(self.program.events.len()),
            duties: Bits::new(self.program.templates.len()),
            ..mask.clone()
        };
        for id in self.program.instances.ids() {
            if mask.muted.has(id.index()) && self.reach.instances.has(id.index()) {
                quiet.muted.add(id.index());
            }
        }
        for id in self.program.events.ids() {
            if mask.events.has(id.index()) && self.reach.happens(id) {
                quiet.events.add(id.index());
            }
        }
        for id in self.program.templates.ids() {
            if mask.duties.has(id.index()) && self.reach.norms.has(id.index()) {
                quiet.duties.add(id.index());
            }
        }
        quiet
    }

    /// What is dropped.
    pub fn mask(&self) -> Mask {
        let (program, layout) = (self.program, self.layout);
        let mut bits = vec![u64::MAX; layout.bit_words];
        for (place, ((_, node), shuts)) in layout.atoms.iter().zip(&layout.shuts).enumerate() {
            if !*shuts
                && !self.found.nodes.has(node.index())
                && let Some(word) = bits.get_mut(place >> 6)
            {
                *word &= !(1u64 << (place & 63));
            }
        }
        for (place, node) in layout.flags.iter().enumerate() {
            let place = layout.atoms.len() + place;
            if !self.found.nodes.has(node.index())
                && let Some(word) = bits.get_mut(place >> 6)
            {
                *word &= !(1u64 << (place & 63));
            }
        }
        let mut slots = Bits::new(layout.slots.len());
        for (place, slot) in layout.slots.iter().enumerate() {
            if !self.found.slots.has(slot.index()) {
                slots.add(place);
            }
        }
        let mut muted = Bits::new(program.instances.len());
        for id in program.instances.ids() {
            if !self.found.instances.has(id.index()) {
                muted.add(id.index());
            }
        }
        let mut events = Bits::new(program.events.len());
        for id in program.events.ids() {
            if !self.found.events.has(id.index()) {
                events.add(id.index());
            }
        }
        let mut duties = Bits::new(program.templates.len());
        for id in program.templates.ids() {
            if !self.found.norms.has(id.index()) {
                duties.add(id.index());
            }
        }
        Mask {
            bits,
            slots,
            muted,
            events,
            duties,
        }
    }
}
