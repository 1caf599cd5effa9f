//! Packing a world into words and back. What comes due on later days is not among them: see [`super::tails`].

use smallvec::SmallVec;

use super::coming::Coming;
use super::layout::{Kept, Layout};
use super::mask::Mask;
use crate::engine::{ActiveNorm, Fault, Memory, NormSerial, World};
use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::program::{GroundEventId, NodeId, Program, TemplateId};

/// A state in words: equal words and equal things to come, equal futures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packed(pub SmallVec<[u64; 8]>);

fn low(day: Day) -> u64 {
    u64::from(day.since_epoch().cast_unsigned())
}

fn day_of(word: u64) -> Day {
    let bits = u32::try_from(word & 0xffff_ffff).unwrap_or(0);
    Day::from_epoch(bits.cast_signed()).unwrap_or(Day::NEVER)
}

fn set(words: &mut [u64], bit: usize) {
    if let Some(word) = words.get_mut(bit >> 6) {
        *word |= 1 << (bit & 63);
    }
}

fn is_set(words: &[u64], bit: usize) -> bool {
    words
        .get(bit >> 6)
        .is_some_and(|word| word >> (bit & 63) & 1 == 1)
}

/// A norm that arose on the open day, in the words of a state within a day.
const NEW: u64 = 1;
/// A duty whose last day is the open one.
const DUE: u64 = 2;

impl Packed {
    /// The words of the norms, and what stands behind them.
    pub fn norms(&self, layout: &Layout) -> (&[u64], &[u64]) {
        let tail = self.0.get(layout.fixed_words..).unwrap_or(&[]);
        let Some((count, rest)) = tail.split_first() else {
            return (&[], &[]);
        };
        let count = usize::try_from(*count).unwrap_or(0).min(rest.len());
        rest.split_at(count)
    }

    /// Whether a monitor has seen what it looks for.
    pub fn has_seen(&self, layout: &Layout, monitor: usize) -> bool {
        is_set(&self.0, layout.monitor_bits + 2 * monitor)
    }

    /// The state without one of its bits.
    pub fn forget(&mut self, bit: usize) {
        if let Some(word) = self.0.get_mut(bit >> 6) {
            *word &= !(1 << (bit & 63));
        }
    }

    /// Whether a fact of the layout holds.
    pub fn has_fact(&self, place: usize) -> bool {
        is_set(&self.0, place)
    }
}

impl Layout {
    /// Everything but the norms.
    fn pack_values(&self, world: &World) -> SmallVec<[u64; 8]> {
        let mut words: SmallVec<[u64; 8]> = smallvec::smallvec![0; self.bit_words];
        for (bit, (_, node)) in self.atoms.iter().enumerate() {
            if world.holds(*node) {
                set(&mut words, bit);
            }
        }
        for (bit, node) in self.flags.iter().enumerate() {
            if world.holds(*node) {
                set(&mut words, self.atoms.len() + bit);
            }
        }
        let mut extra: SmallVec<[u64; 8]> = SmallVec::new();
        for (id, kept) in self.monitors.iter() {
            let memory = world.memory(id);
            let bit = self.monitor_bits + 2 * id.index();
            match kept {
                Kept::Bit | Kept::Flow if memory.first != Day::NEVER => set(&mut words, bit),
                Kept::Words => {
                    extra.push(memory.count.cast_unsigned());
                    extra.push(low(memory.first) << 32 | low(memory.since));
                }
                _ => {}
            }
            if memory.since != Day::NEVER && !matches!(kept, Kept::Last | Kept::Unasked) {
                set(&mut words, bit + 1);
            }
        }
        words.extend(
            self.slots
                .iter()
                .map(|slot| world.measure(*slot).micros().cast_unsigned()),
        );
        words.extend(
            self.counters
                .iter()
                .map(|counter| u64::from(world.counter(*counter))),
        );
        words.extend(extra);
        words
    }

    /// The state of a world whose day is closed.
    pub fn pack(&self, world: &World) -> Packed {
        let mut words = self.pack_values(world);
        // Norms are a set: who arose first makes no difference, nor, mostly, how often the same is owed.
        let mut norms: SmallVec<[TemplateId; 8]> = world.norms().iter().map(|norm| norm.template).collect();
        norms.sort_unstable();
        norms.dedup_by(|a, b| a == b && !self.counted[*a]);
        words.push(norms.len() as u64);
        words.extend(norms.iter().map(|norm| norm.index() as u64));
        Packed(words)
    }

    /// The state of a world within a day.
    pub fn pack_open(&self, world: &World) -> Packed {
        let mut words = self.pack_values(world);
        let norm = |norm: &ActiveNorm| {
            let new = if norm.serial == NormSerial(0) { 0 } else { NEW };
            let due = if norm.deadline <= world.day() { DUE } else { 0 };
            (norm.template.index() as u64) << 2 | new | due
        };
        let mut norms: SmallVec<[u64; 8]> = world.norms().iter().map(norm).collect();
        norms.sort_unstable();
        norms.dedup_by(|a, b| {
            a == b && !self.counted[TemplateId::from_index(usize::try_from(*a >> 2).unwrap_or(0))]
        });
        words.push(norms.len() as u64);
        words.extend(norms);
        for (day, event, node) in world.waiting() {
            if *day <= world.day() {
                words.push((event.index() as u64) << 32 | node.index() as u64);
            }
        }
        Packed(words)
    }

    /// Puts all values but the norms into a world that stands before `date`.
    fn unpack_values(&self, program: &Program, words: &[u64], date: Day, scratch: &mut World) {
        scratch.stand_before(program, date);
        for (bit, (_, node)) in self.atoms.iter().enumerate() {
            scratch.put_input(program, *node, is_set(words, bit));
        }
        for (bit, node) in self.flags.iter().enumerate() {
            scratch.put_input(program, *node, is_set(words, self.atoms.len() + bit));
        }
        let mut rest = words.get(self.bit_words..).unwrap_or(&[]).iter().copied();
        let mut next = || rest.next().unwrap_or(0);
        for slot in &self.slots {
            scratch.put_measure(program, *slot, Fixed::from_micros(next().cast_signed()));
        }
        for counter in &self.counters {
            scratch.put_counter(*counter, u32::try_from(next()).unwrap_or(u32::MAX));
        }
        for (id, kept) in self.monitors.iter() {
            let bit = self.monitor_bits + 2 * id.index();
            let mut memory = Memory::default();
            if is_set(words, bit) {
                // Which day it was is told by the flow, not by the state.
                memory.first = Day::FIRST;
            }
            if is_set(words, bit + 1) {
                memory.since = date;
            }
            if *kept == Kept::Words {
                memory.count = next().cast_signed();
                let days = next();
                memory.first = day_of(days >> 32);
                memory.since = day_of(days);
            }
            scratch.put_memory(id, memory);
        }
    }

    /// Makes a world in this state that stands before `date`, on which `due` is due. `scratch` gives its memory and
    /// may hold any state.
    pub fn unpack(
        &self,
        program: &Program,
        packed: &Packed,
        due: &[(Coming, bool)],
        date: Day,
        scratch: &mut World,
    ) -> Result<(), Fault> {
        self.unpack_values(program, &packed.0, date, scratch);
        let (norms, _) = packed.norms(self);
        let mut counted_off: SmallVec<[TemplateId; 4]> = SmallVec::new();
        for word in norms {
            let template = TemplateId::from_index(usize::try_from(*word).unwrap_or(0));
            let mut put = |today: bool| {
                scratch.put_norm(ActiveNorm {
                    template,
                    deadline: if today { date } else { Day::NEVER },
                    serial: NormSerial(0),
                });
            };
            let again = due
                .iter()
                .find_map(|(coming, again)| (*coming == Coming::Deadline(template)).then_some(*again));
            match again {
                None => put(false),
                Some(false) => put(true),
                // One of several is due. Where they are counted each has its word.
                Some(true) if !self.counted[template] => {
                    put(true);
                    put(false);
                }
                Some(true) => {
                    let first = !counted_off.contains(&template);
                    counted_off.push(template);
                    put(first);
                }
            }
        }
        for (coming, _) in due {
            match coming {
                Coming::Event(event) => scratch.put_due(*event),
                Coming::Unless(event, node) => scratch.put_waiting(*event, *node),
                Coming::Deadline(_) | Coming::Latent(_) => {}
            }
        }
        scratch.resume(program)?;
        // Whether a watched condition held at the last close is told by the facts.
        for (id, kept) in self.monitors.iter() {
            if let (Some(node), true) = (program.monitors[id].node, *kept != Kept::Words) {
                let mut memory = scratch.memory(id);
                memory.since = if scratch.holds(node) { date } else { Day::NEVER };
                scratch.put_memory(id, memory);
            }
        }
        Ok(())
    }

    /// Makes a world in this state on the open day `date`; conditions are those at the day's opening.
    pub fn unpack_open(
        &self,
        program: &Program,
        packed: &Packed,
        date: Day,
        scratch: &mut World,
    ) -> Result<(), Fault> {
        self.unpack_values(program, &packed.0, date, scratch);
        let (norms, waiting) = packed.norms(self);
        for word in norms {
            scratch.put_norm(ActiveNorm {
                template: TemplateId::from_index(usize::try_from(*word >> 2).unwrap_or(0)),
                deadline: if word & DUE == 0 { Day::NEVER } else { date },
                serial: NormSerial(u32::from(word & NEW != 0)),
            });
        }
        for word in waiting {
            let index = |word: u64| usize::try_from(word).unwrap_or(0);
            scratch.put_waiting(
                GroundEventId::from_index(index(word >> 32)),
                NodeId::from_index(index(word & 0xffff_ffff)),
            );
        }
        scratch.resume(program)
    }

    /// The state without what the mask drops.
    pub fn masked(&self, packed: &Packed, mask: &Mask) -> Packed {
        let mut words: SmallVec<[u64; 8]> = SmallVec::with_capacity(packed.0.len());
        let (norms, _) = packed.norms(self);
        words.extend(packed.0.iter().take(self.fixed_words).copied());
        for (word, kept) in words.iter_mut().zip(&mask.bits) {
            *word &= kept;
        }
        // A value that the network has computed with before, so that no dropped condition divides by zero.
        let values = words.iter_mut().skip(self.bit_words);
        for (place, (word, initially)) in values.zip(&self.initially).enumerate() {
            if mask.slots.has(place) {
                *word = initially.micros().cast_unsigned();
            }
        }
        let kept = norms
            .iter()
            .copied()
            .filter(|norm| !mask.duties.has(usize::try_from(*norm).unwrap_or(usize::MAX)));
        let at = words.len();
        words.push(0);
        words.extend(kept);
        let count = (words.len() - at - 1) as u64;
        if let Some(word) = words.get_mut(at) {
            *word = count;
        }
        Packed(words)
    }
}
