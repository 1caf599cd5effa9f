//! A closed day in words: all that its future can depend on.

use crate::engine::{ActiveNorm, Fault, Memory, NormSerial, World};
use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::model::When;
use crate::program::{
    Counter, CounterId, GroundEventId, GroundFix, MonitorId, NodeId, Program, SlotId, TemplateId,
};

/// A closed day.
pub(super) type Packed = Box<[u64]>;

/// What the words of a state mean.
pub(super) struct Layout {
    /// Facts, and what norms say of themselves.
    inputs: Vec<NodeId>,
    slots: Vec<SlotId>,
    /// Counts that a `fix:` by occurrence reads.
    counters: Vec<CounterId>,
    /// What invariants about the whole run remember.
    monitors: Vec<MonitorId>,
}

impl Layout {
    pub fn of(program: &Program) -> Layout {
        let atoms = program.atoms.values().map(|atom| atom.node);
        let flags = program.flags.values().map(|(_, node)| *node);
        let mut counters: Vec<CounterId> = Vec::new();
        for settlement in program.settlements.values() {
            if let (GroundFix::At(times, _), Counter::Stored(counter)) =
                (&settlement.fix, &settlement.counter)
                && times.iter().any(|(when, _)| matches!(when, When::Occurrence(_)))
            {
                counters.push(*counter);
            }
        }
        counters.sort_unstable();
        counters.dedup();
        let mut monitors: Vec<MonitorId> = Vec::new();
        for history in program.histories.iter().flatten() {
            history.each_monitor(&mut |id| monitors.push(id));
        }
        monitors.sort_unstable();
        monitors.dedup();
        Layout {
            inputs: atoms.chain(flags).collect(),
            slots: program.slots.ids().collect(),
            counters,
            monitors,
        }
    }

    /// The words of a day that has closed.
    pub fn pack(&self, world: &World) -> Packed {
        let mut words = vec![day_word(world.day())];
        for chunk in self.inputs.chunks(64) {
            let bits = chunk.iter().enumerate();
            words.push(bits.fold(0, |word, (bit, node)| word | u64::from(world.holds(*node)) << bit));
        }
        let slots = self.slots.iter();
        words.extend(slots.map(|slot| word(world.measure(*slot).micros())));
        let counters = self.counters.iter();
        words.extend(counters.map(|counter| u64::from(world.counter(*counter))));
        for id in &self.monitors {
            let memory = world.memory(*id);
            words.extend([word(memory.count), day_word(memory.first), day_word(memory.since)]);
        }
        let mut norms: Vec<(TemplateId, Day)> = world
            .norms()
            .iter()
            .map(|norm| (norm.template, norm.deadline))
            .collect();
        norms.sort_unstable();
        words.push(norms.len() as u64);
        words.extend(
            norms
                .iter()
                .flat_map(|(id, day)| [id.index() as u64, day_word(*day)]),
        );
        words.push(world.agenda().len() as u64);
        let agenda = world.agenda().iter();
        words.extend(agenda.flat_map(|(day, event)| [day_word(*day), event.index() as u64]));
        let waiting = world.waiting().iter();
        words.extend(
            waiting.flat_map(|(day, event, unless)| {
                [day_word(*day), event.index() as u64, unless.index() as u64]
            }),
        );
        words.into_boxed_slice()
    }

    /// Turns a world into the one that was packed.
    pub fn unpack(&self, program: &Program, packed: &[u64], world: &mut World) -> Result<(), Fault> {
        let mut words = packed.iter().copied();
        let mut next = || words.next().unwrap_or(0);
        let closed = word_day(next());
        let after = Day::from_epoch(closed.since_epoch().saturating_add(1)).unwrap_or(Day::NEVER);
        world.stand_before(program, after);
        // Closed, not yet past: ticks are looked for after it.
        world.day = closed;
        for chunk in self.inputs.chunks(64) {
            let word = next();
            for (bit, node) in chunk.iter().enumerate() {
                world.put_input(program, *node, word >> bit & 1 == 1);
            }
        }
        for slot in &self.slots {
            world.put_measure(program, *slot, Fixed::from_micros(number(next())));
        }
        for counter in &self.counters {
            world.put_counter(*counter, u32::try_from(next()).unwrap_or(u32::MAX));
        }
        for id in &self.monitors {
            let memory = Memory {
                count: number(next()),
                first: word_day(next()),
                since: word_day(next()),
            };
            world.put_memory(*id, memory);
        }
        for _ in 0..next() {
            let template = TemplateId::from_index(index(next()));
            world.put_norm(ActiveNorm {
                template,
                deadline: word_day(next()),
                serial: NormSerial(0),
            });
        }
        for _ in 0..next() {
            let day = word_day(next());
            world.agenda.push((day, GroundEventId::from_index(index(next()))));
        }
        while let Some(day) = words.next() {
            let event = GroundEventId::from_index(index(words.next().unwrap_or(0)));
            let unless = NodeId::from_index(index(words.next().unwrap_or(0)));
            world.waiting.push((word_day(day), event, unless));
        }
        world.resume(program)
    }
}

fn word(number: i64) -> u64 {
    number.cast_unsigned()
}

fn number(word: u64) -> i64 {
    word.cast_signed()
}

fn index(word: u64) -> usize {
    usize::try_from(word).unwrap_or(usize::MAX)
}

fn day_word(day: Day) -> u64 {
    word(i64::from(day.since_epoch()))
}

fn word_day(word: u64) -> Day {
    let days = i32::try_from(number(word)).ok();
    days.and_then(Day::from_epoch).unwrap_or(Day::NEVER)
}
