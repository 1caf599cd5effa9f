//! All effects of a wave at once, and their conflicts.

use crate::ids::Id as _;
use crate::language::value::{Day, Fixed};
use crate::model::RuleId;
use crate::program::{AtomId, InstanceId, Program, SlotId};

use super::fault::Fault;
use super::trace::{Tracer, What};
use super::world::World;

impl World {
    /// Commits what is staged. To be called once nothing is pending.
    pub fn commit(&mut self, program: &Program, tracer: &mut impl Tracer) -> Result<(), Fault> {
        self.today.commits += 1;
        let mut staged = std::mem::take(&mut self.staged);
        staged.starts.sort_unstable();
        staged.ends.sort_unstable();
        drop_overridden_facts(program, &mut staged.starts, &mut staged.ends)?;
        staged.sets.sort_unstable();
        staged.adds.sort_unstable();
        drop_overridden_amounts(program, &mut staged.sets, &mut staged.adds)?;

        self.facts(program, &staged.starts, true, tracer);
        self.facts(program, &staged.ends, false, tracer);
        self.amounts(program, &staged.sets, &staged.adds, tracer);

        for (arranged, by) in &staged.scheduled {
            let (event, after, unless) = arranged;
            let due = self.day + *after;
            self.today.arranged.push(*arranged);
            if due > program.period.1 {
                continue;
            }
            tracer.record(self.day, self.wave, || What::Scheduled {
                event: *event,
                due,
                by: *by,
            });
            match unless {
                None => insert_sorted(&mut self.agenda, (due, *event)),
                Some(node) => insert_sorted(&mut self.waiting, (due, *event, *node)),
            }
        }
        for (node, truth) in &staged.flags {
            self.put(program, *node, *truth);
        }
        for template in &staged.norms {
            self.impose(program, *template, tracer);
        }
        self.today.next.extend(staged.raises.iter().copied());
        staged.clear();
        self.staged = staged;
        Ok(())
    }

    fn facts(
        &mut self,
        program: &Program,
        changes: &[(AtomId, InstanceId)],
        truth: bool,
        tracer: &mut impl Tracer,
    ) {
        for group in changes.chunk_by(|a, b| a.0 == b.0) {
            let Some((atom, _)) = group.first().copied() else {
                continue;
            };
            let node = program.atoms[atom].node;
            if self.truths.holds(node) == truth {
                continue;
            }
            self.put(program, node, truth);
            tracer.record(self.day, self.wave, || {
                let by = sources(group.iter().map(|(_, source)| *source));
                if truth {
                    What::Started { atom, by }
                } else {
                    What::Ended { atom, by }
                }
            });
        }
    }

    fn amounts(
        &mut self,
        program: &Program,
        sets: &[(SlotId, InstanceId, Fixed)],
        adds: &[(SlotId, InstanceId, Fixed)],
        tracer: &mut impl Tracer,
    ) {
        for group in sets.chunk_by(|a, b| a.0 == b.0) {
            let Some((slot, _, value)) = group.first().copied() else {
                continue;
            };
            self.measured(program, slot, value, group, tracer);
        }
        for group in adds.chunk_by(|a, b| a.0 == b.0) {
            let Some((slot, ..)) = group.first().copied() else {
                continue;
            };
            // Summed in 128 bits, then clamped once.
            let before = i128::from(self.measure(slot).micros());
            let total = group
                .iter()
                .fold(before, |sum, (.., by)| sum + i128::from(by.micros()));
            let clipped = total.clamp(i128::from(i64::MIN), i128::from(i64::MAX));
            let value = Fixed::from_micros(i64::try_from(clipped).unwrap_or(0));
            self.measured(program, slot, value, group, tracer);
        }
    }

    fn measured(
        &mut self,
        program: &Program,
        slot: SlotId,
        value: Fixed,
        group: &[(SlotId, InstanceId, Fixed)],
        tracer: &mut impl Tracer,
    ) {
        let (low, high) = program.slots[slot].bounds;
        let to = value.max(low).min(high);
        let from = self.measure(slot);
        if from == to {
            return;
        }
        if let Some(place) = self.measures.0.get_mut(slot.index()) {
            *place = to;
        }
        program.network.touch(&mut self.truths, slot);
        tracer.record(self.day, self.wave, || What::Measured {
            slot,
            from,
            to,
            by: sources(group.iter().map(|(_, source, _)| *source)),
        });
    }
}

fn sources(of: impl Iterator<Item = InstanceId>) -> Vec<InstanceId> {
    let mut list: Vec<InstanceId> = of.collect();
    list.sort_unstable();
    list.dedup();
    list
}

/// Inserts into a sorted list; what is there already is not doubled.
pub(crate) fn insert_sorted<T: Ord>(list: &mut Vec<T>, element: T) {
    if let Err(place) = list.binary_search(&element) {
        list.insert(place, element);
    }
}

fn rule(program: &Program, instance: InstanceId) -> RuleId {
    program.instances[instance].rule
}

fn overrides(program: &Program, over: InstanceId, under: InstanceId) -> bool {
    !program.overrides.is_empty()
        && program
            .overrides
            .contains(&(rule(program, over), rule(program, under)))
}

/// Where a fact is both started and ended, drops the effects of overridden rules; what still conflicts is an error.
fn drop_overridden_facts(
    program: &Program,
    starts: &mut Vec<(AtomId, InstanceId)>,
    ends: &mut Vec<(AtomId, InstanceId)>,
) -> Result<(), Fault> {
    if starts.is_empty() || ends.is_empty() {
        return Ok(());
    }
    let clash =
        |list: &[(AtomId, InstanceId)], atom: AtomId| list.binary_search_by_key(&atom, |(a, _)| *a).is_ok();
    let atoms: Vec<AtomId> = starts
        .iter()
        .map(|(atom, _)| *atom)
        .filter(|atom| clash(ends, *atom))
        .collect();
    for atom in atoms {
        let (all_starts, all_ends) = (starts.clone(), ends.clone());
        let beaten = |by: &[(AtomId, InstanceId)], source: InstanceId| {
            by.iter()
                .any(|(other, over)| *other == atom && overrides(program, *over, source))
        };
        starts.retain(|(other, source)| *other != atom || !beaten(&all_ends, *source));
        ends.retain(|(other, source)| *other != atom || !beaten(&all_starts, *source));
        let first =
            |list: &[(AtomId, InstanceId)]| list.iter().find(|(other, _)| *other == atom).map(|(_, s)| *s);
        if let (Some(starts), Some(ends)) = (first(starts), first(ends)) {
            return Err(Fault::StartAndEnd { atom, starts, ends });
        }
    }
    Ok(())
}

/// Where a measure gets two values, or a value and an amount, drops the effects of overridden rules; what still
/// conflicts is an error.
fn drop_overridden_amounts(
    program: &Program,
    sets: &mut Vec<(SlotId, InstanceId, Fixed)>,
    adds: &mut Vec<(SlotId, InstanceId, Fixed)>,
) -> Result<(), Fault> {
    let slots: Vec<SlotId> = sets
        .chunk_by(|a, b| a.0 == b.0)
        .filter_map(|group| group.first().map(|(slot, _, value)| (*slot, *value, group)))
        .filter(|(slot, value, group)| {
            group.iter().any(|(.., other)| other != value)
                || adds.binary_search_by_key(slot, |(s, ..)| *s).is_ok()
        })
        .map(|(slot, ..)| slot)
        .collect();
    for slot in slots {
        let (all_sets, all_adds) = (sets.clone(), adds.clone());
        let of = move |list: &[(SlotId, InstanceId, Fixed)]| -> Vec<(InstanceId, Fixed)> {
            list.iter()
                .filter(|(other, ..)| *other == slot)
                .map(|(_, source, value)| (*source, *value))
                .collect()
        };
        let beaten = |source: InstanceId, value: Option<Fixed>| {
            of(&all_sets)
                .into_iter()
                .any(|(over, other)| Some(other) != value && overrides(program, over, source))
                || value.is_some()
                    && of(&all_adds)
                        .into_iter()
                        .any(|(over, _)| overrides(program, over, source))
        };
        sets.retain(|(other, source, value)| *other != slot || !beaten(*source, Some(*value)));
        adds.retain(|(other, source, _)| *other != slot || !beaten(*source, None));
        let (sets, adds) = (of(sets), of(adds));
        if let Some(one) = sets.first() {
            if let Some((source, value)) = sets.iter().find(|(_, value)| *value != one.1) {
                return Err(Fault::Measure {
                    slot,
                    one: *one,
                    other: (*source, Some(*value)),
                });
            }
            if let Some((source, _)) = adds.first() {
                return Err(Fault::Measure {
                    slot,
                    one: *one,
                    other: (*source, None),
                });
            }
        }
    }
    Ok(())
}

/// The last day of a duty that arises today.
pub(crate) fn last_day(today: Day, deadline: &crate::program::GroundDeadline) -> Day {
    use crate::program::GroundDeadline::{Before, Due, Open, Within};
    match deadline {
        Open | Before(_) => Day::NEVER,
        Within(duration) => today + *duration,
        Due(day) => *day,
    }
}
