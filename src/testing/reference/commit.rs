//! All effects of a wave at once, and their conflicts (DESIGN 7).

use std::collections::BTreeMap;

use super::day::Wave;
use super::terms::{Atom, Millionths, fits, kept};
use super::world::{Fault, written};
use crate::language::value::{Day, Duration};
use crate::model::{EffectKind, FactId, MeasureId, Model, RuleId, Value};

/// What is done to one measure: each value that is set and each amount that is added, with its rule.
#[derive(Default)]
struct Changes {
    sets: Vec<(RuleId, Millionths)>,
    adds: Vec<(RuleId, Millionths)>,
}

impl Wave<'_, '_> {
    /// Commits what is staged.
    pub(crate) fn commit(mut self) -> Result<(), Fault> {
        self.today.commits += 1;
        self.facts()?;
        self.measures()?;
        for staged in std::mem::take(&mut self.staged) {
            match &staged.effect.kind {
                EffectKind::Happen(happen) => {
                    let reader = self.reader();
                    let event = (happen.event, reader.words(&happen.args, &staged.cause.env)?);
                    let after = match &happen.after {
                        None => Duration::Days(0),
                        Some(after) => match reader.value(after, &staged.cause.env)? {
                            Value::Duration(after) => after,
                            _ => return Err(Fault::Unread),
                        },
                    };
                    if happen.after.is_none() && happen.unless.is_none() {
                        self.today.raised.push(event);
                        continue;
                    }
                    let due: Day = self.day + after;
                    // Beyond the period nothing happens.
                    if due > self.reference.model.period.1 {
                        continue;
                    }
                    let name = &self.reference.model.events[event.0].name;
                    self.world
                        .tell(|| format!("{} on {due}", written(name, &event.1)));
                    match &happen.unless {
                        None => self.world.agenda.push((due, event)),
                        Some(unless) => {
                            self.world
                                .waiting
                                .push((due, event, (unless, (*staged.cause.env).clone())))
                        }
                    }
                }
                EffectKind::Norm(norm) => self.arises(norm, &staged)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn facts(&mut self) -> Result<(), Fault> {
        let model = self.reference.model;
        let reader = self.reference.reader(self.snapshot);
        let mut starts: Vec<(Atom<FactId>, RuleId)> = Vec::new();
        for staged in &self.staged {
            if let EffectKind::Start(fact, args) = &staged.effect.kind {
                starts.push((
                    kept(model, *fact, reader.words(args, &staged.cause.env)?),
                    staged.cause.rule,
                ));
            }
        }
        // `end` takes `_`. Ending what does not hold does nothing, yet it contradicts a start: a conflict does not depend on
        // the value before.
        let mut ends: Vec<(Atom<FactId>, RuleId)> = Vec::new();
        for staged in &self.staged {
            if let EffectKind::End(fact, args) = &staged.effect.kind {
                let wanted = reader.pattern(args, &staged.cause.env)?;
                let there = self.world.facts.iter().chain(starts.iter().map(|(atom, _)| atom));
                let meant = there.filter(|(other, args)| other == fact && fits(model, *fact, &wanted, args));
                ends.extend(meant.map(|atom| (atom.clone(), staged.cause.rule)));
            }
        }
        // Where both are done to one fact, the effect of an overridden rule is dropped.
        let beaten = |(atom, rule): &(Atom<FactId>, RuleId), by: &[(Atom<FactId>, RuleId)]| {
            by.iter()
                .any(|(other, over)| other == atom && overrides(model, *over, *rule))
        };
        let kept_starts: Vec<_> = starts.iter().filter(|start| !beaten(start, &ends)).collect();
        let kept_ends: Vec<_> = ends.iter().filter(|end| !beaten(end, &starts)).collect();
        if kept_starts
            .iter()
            .any(|(atom, _)| kept_ends.iter().any(|(other, _)| other == atom))
        {
            return Err(Fault::StartAndEnd);
        }
        for (atom, _) in kept_starts {
            if self.world.facts.insert(atom.clone()) {
                self.world
                    .tell(|| format!("start {}", written(&model.facts[atom.0].name, &atom.1)));
            }
        }
        for (atom, _) in kept_ends {
            if self.world.facts.remove(atom) {
                self.world
                    .tell(|| format!("end {}", written(&model.facts[atom.0].name, &atom.1)));
            }
        }
        Ok(())
    }

    fn measures(&mut self) -> Result<(), Fault> {
        let model = self.reference.model;
        let mut all: BTreeMap<Atom<MeasureId>, Changes> = BTreeMap::new();
        for staged in &self.staged {
            let (measure, args, term, adds) = match &staged.effect.kind {
                EffectKind::Set(measure, args, to) => (measure, args, to, false),
                EffectKind::Add(measure, args, by) => (measure, args, by, true),
                _ => continue,
            };
            let env = &staged.cause.env;
            let reader = self.reader();
            let amount = (staged.cause.rule, reader.amount(term, env)?);
            let changes = all.entry((*measure, reader.words(args, env)?)).or_default();
            if adds {
                changes.adds.push(amount)
            } else {
                changes.sets.push(amount)
            }
        }
        for (atom, Changes { sets, adds }) in all {
            let over = |others: &[(RuleId, Millionths)], rule: RuleId, unlike: Option<Millionths>| {
                let mut others = others.iter();
                others.any(|(other, value)| Some(*value) != unlike && overrides(model, *other, rule))
            };
            let kept_sets: Vec<_> = sets
                .iter()
                .filter(|(rule, value)| !over(&sets, *rule, Some(*value)) && !over(&adds, *rule, None))
                .collect();
            let kept_adds: Vec<_> = adds
                .iter()
                .filter(|(rule, _)| !over(&sets, *rule, None))
                .collect();
            if kept_sets
                .windows(2)
                .any(|pair| matches!(pair, [(_, a), (_, b)] if a != b))
                || !kept_sets.is_empty() && !kept_adds.is_empty()
            {
                return Err(Fault::Measure);
            }
            let declared = &model.measures[atom.0];
            let from = self.world.measures.get(&atom).copied();
            let from = from.unwrap_or_else(|| i128::from(declared.default.micros()));
            // Amounts are summed, then the sum is clamped once.
            let to = kept_sets.first().map_or_else(
                || from + kept_adds.iter().map(|(_, amount)| amount).sum::<Millionths>(),
                |(_, value)| *value,
            );
            let to = to.clamp(
                i128::from(declared.from.micros()),
                i128::from(declared.to.micros()),
            );
            if to != from {
                let name = written(&declared.name, &atom.1);
                self.world.tell(|| format!("{name} {from} -> {to}"));
            }
            self.world.measures.insert(atom, to);
        }
        Ok(())
    }
}

/// Whether a rule overrides another, perhaps through a third.
fn overrides(model: &Model, over: RuleId, under: RuleId) -> bool {
    let direct = &model.rules[over].overrides;
    direct.contains(&under) || direct.iter().any(|between| overrides(model, *between, under))
}
