//! Packing a world into words and back.

use smallvec::SmallVec;

use super::layout::{Kept, Layout};
use super::live::Mask;
use crate::engine::{ActiveNorm, Fault, NormSerial, World};
use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::program::{GroundEventId, NodeId, Program, TemplateId};

/// A state in words: equal words, equal futures.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Packed(pub SmallVec<[u64; 8]>);

fn low(day: Day) -> u64 {
    u64::from(day.since_epoch().cast_unsigned())
}

fn day_of(word: u64) -> Day {
    let bits = u32::try_from(word & 0xffff_ffff).unwrap_or(0);
    Day::from_epoch(bits.cast_signed()).unwrap_or(Day::NEVER)
}

fn half(index: usize) -> u64 {
    index as u64 & 0xffff_ffff
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

impl Layout {
    /// The state of a world whose day is closed, without what the mask drops.
    pub fn pack(&self, world: &World, mask: &Mask) -> Packed {
        let mut words: SmallVec<[u64; 8]> = smallvec::smallvec![0; self.bit_words];
        for (bit, (_, node)) in self.atoms.iter().enumerate() {
            let kept =
                mask.atoms.get(bit).copied().unwrap_or(true) || self.sticky.get(bit).copied().unwrap_or(true);
            if kept && world.holds(*node) {
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
        for (place, slot) in self.slots.iter().enumerate() {
            let kept = mask.slots.get(place).copied().unwrap_or(true);
            // A value that the network has computed with before, so that no dropped condition divides by zero.
            let value = if kept {
                world.measure(*slot)
            } else {
                self.initially.get(place).copied().unwrap_or_default()
            };
            words.push(value.micros().cast_unsigned());
        }
        for counter in &self.counters {
            words.push(u64::from(world.counter(*counter)));
        }
        words.extend(extra);
        // Norms are a set: who arose first makes no difference, nor how often the same is owed.
        let mut norms: SmallVec<[u64; 8]> = world
            .norms()
            .iter()
            .map(|norm| half(norm.template.index()) << 32 | low(norm.deadline))
            .collect();
        norms.sort_unstable();
        norms.dedup();
        words.push((norms.len() as u64) << 32 | world.agenda().len() as u64);
        words.extend(norms);
        words.extend(
            world
                .agenda()
                .iter()
                .map(|(day, event)| low(*day) << 32 | half(event.index())),
        );
        for (day, event, node) in world.waiting() {
            words.push(low(*day) << 32 | half(event.index()));
            words.push(half(node.index()));
        }
        Packed(words)
    }

    /// Makes a world in this state that stands before `date`. `scratch` gives its memory and may hold any state.
    pub fn unpack(
        &self,
        program: &Program,
        packed: &Packed,
        date: Day,
        scratch: &mut World,
    ) -> Result<(), Fault> {
        let words = packed.0.as_slice();
        scratch.stand_before(program, date);
        for (bit, (_, node)) in self.atoms.iter().enumerate() {
            scratch.put_input(program, *node, is_set(words, bit));
        }
        for (bit, node) in self.flags.iter().enumerate() {
            scratch.put_input(program, *node, is_set(words, self.atoms.len() + bit));
        }
        let mut at = self.bit_words;
        let mut next = || {
            at += 1;
            words.get(at - 1).copied().unwrap_or(0)
        };
        for slot in &self.slots {
            scratch.put_measure(program, *slot, Fixed::from_micros(next().cast_signed()));
        }
        for counter in &self.counters {
            scratch.put_counter(*counter, u32::try_from(next()).unwrap_or(u32::MAX));
        }
        for (id, kept) in self.monitors.iter() {
            let bit = self.monitor_bits + 2 * id.index();
            let mut memory = crate::engine::Memory::default();
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
        let lengths = next();
        let (norms, agenda) = ((lengths >> 32) as usize, (lengths & 0xffff_ffff) as usize);
        let from = at;
        let part = |from: usize, count: usize| words.iter().copied().skip(from).take(count);
        let whole = |word: u64| (word & 0xffff_ffff) as usize;
        let active = part(from, norms).map(|word| ActiveNorm {
            template: TemplateId::from_index((word >> 32) as usize),
            deadline: day_of(word),
            serial: NormSerial(0),
        });
        let scheduled = part(from + norms, agenda)
            .map(|word| (day_of(word >> 32), GroundEventId::from_index(whole(word))));
        let waiting = words
            .get(from + norms + agenda..)
            .unwrap_or(&[])
            .chunks_exact(2)
            .filter_map(|pair| match pair {
                [entry, node] => {
                    let event = GroundEventId::from_index(whole(*entry));
                    Some((day_of(entry >> 32), event, NodeId::from_index(whole(*node))))
                }
                _ => None,
            });
        scratch.put_schedule(active, scheduled, waiting);
        scratch.resume(program)
    }
}
