//! One day: waves of events, then rest, then its close (DESIGN 7).

use std::collections::BTreeSet;
use std::rc::Rc;

use super::Reference;
use super::ground::Instance;
use super::settle::{Decide, Settled};
use super::terms::{Atom, Env, Reader, Snapshot};
use super::world::{Close, Fault, World, written};
use crate::language::value::Day;
use crate::model::{Body, BranchingId, Effect, EventClass, EventId, RuleId, Trigger, Value, VariableId};

/// What is forgotten when a day closes.
#[derive(Debug, Default)]
pub(crate) struct Today {
    /// Events that happened, wave by wave.
    pub happened: Vec<Atom<EventId>>,
    /// How many of them happened before the present wave.
    pub before: usize,
    /// Instances that fired: each does so at most once a day.
    pub fired: BTreeSet<usize>,
    /// Chances and choices that came up, and so are counted.
    pub counted: BTreeSet<Atom<BranchingId>>,
    /// What was settled.
    pub settled: Vec<Settled>,
    /// How often effects were committed.
    pub commits: u32,
    /// Events for the next wave.
    pub raised: Vec<Atom<EventId>>,
}

/// An effect that was read on the snapshot and waits for the commit, or a settlement that waits to be made.
#[derive(Clone, Debug)]
pub(crate) struct Staged<'m> {
    pub effect: &'m Effect,
    pub cause: Cause<'m>,
}

/// Whose effect it is, and by which events of the wave it was brought about.
#[derive(Clone, Debug)]
pub(crate) struct Cause<'m> {
    pub rule: RuleId,
    /// The instance.
    pub name: Rc<str>,
    pub env: Rc<Env>,
    pub body: &'m Body,
    pub triggers: Vec<Atom<EventId>>,
}

/// Everything at hand while effects are gathered, settled and committed, all on one snapshot.
pub(crate) struct Wave<'w, 'm> {
    pub reference: &'w Reference<'m>,
    pub world: &'w mut World<'m>,
    pub today: &'w mut Today,
    pub day: Day,
    pub snapshot: &'w Snapshot,
    pub staged: Vec<Staged<'m>>,
    pub pending: Vec<Staged<'m>>,
}

impl<'m> Reference<'m> {
    pub(crate) fn reader<'r>(&self, snapshot: &'r Snapshot) -> Reader<'r, 'm> {
        Reader {
            model: self.model,
            snapshot,
        }
    }

    /// The clock jumps to the next day on which anything is due; `from` is always a day.
    pub(crate) fn next_day(&self, world: &World<'m>) -> Option<Day> {
        let (from, to) = self.model.period;
        let Some(today) = world.day else {
            return Some(from);
        };
        let mut days: Vec<Day> = Vec::new();
        days.extend(self.model.timeline.iter().map(|scripted| scripted.on));
        days.extend(world.agenda.iter().map(|(day, _)| *day));
        days.extend(world.waiting.iter().map(|(day, ..)| *day));
        days.extend(world.norms.iter().map(|norm| norm.deadline));
        days.extend(self.acting.iter().flat_map(|instance| &instance.ticks));
        days.into_iter().filter(|day| *day > today && *day <= to).min()
    }

    /// One day, from its agenda to its close.
    pub(crate) fn day(&self, world: &mut World<'m>, day: Day, decide: &mut dyn Decide) -> Result<(), Fault> {
        world.day = Some(day);
        world.wave = 0;
        let mut today = Today::default();
        // Wave 1 is the day's agenda: timeline, what was scheduled without `unless:`, ticks.
        for scripted in self.model.timeline.iter().filter(|scripted| scripted.on == day) {
            let args = scripted
                .args
                .iter()
                .map(|value| super::terms::spell(self.model, value));
            today.raised.push((scripted.event, args.collect()));
        }
        let (due, later) = std::mem::take(&mut world.agenda)
            .into_iter()
            .partition(|(on, _)| *on <= day);
        world.agenda = later;
        let due: Vec<(Day, Atom<EventId>)> = due;
        today.raised.extend(due.into_iter().map(|(_, event)| event));
        loop {
            if world.wave == 0 || !today.raised.is_empty() {
                self.wave(world, &mut today, day, decide)?;
            } else if !self.rest(world, &mut today, day, decide)? {
                break;
            }
        }
        let state = Rc::new(self.snapshot(world)?);
        world.closes.push(Close {
            day,
            events: today.happened,
            state,
            passing: std::mem::take(&mut world.passing),
        });
        Ok(())
    }

    /// One wave: derive, drop void acts, norms look at the events, rules fire, choices and chances are settled, all
    /// effects commit at once; what they raise is the next wave.
    fn wave(
        &self,
        world: &mut World<'m>,
        today: &mut Today,
        day: Day,
        decide: &mut dyn Decide,
    ) -> Result<(), Fault> {
        world.wave += 1;
        let first = world.wave == 1;
        let snapshot = self.snapshot(world)?;
        world.notice(&snapshot);
        let reader = self.reader(&snapshot);

        let raised: BTreeSet<Atom<EventId>> = std::mem::take(&mut today.raised).into_iter().collect();
        today.before = today.happened.len();
        for event in raised {
            // Raised twice on a day it is one event; a void raise does not count (DESIGN 6).
            if today.happened.contains(&event) {
                continue;
            }
            let declared = &self.model.events[event.0];
            let name = written(&declared.name, &event.1);
            if let EventClass::Institutional(requires) = &declared.class
                && !reader.all(requires, &self.arguments(&event)?)?
            {
                world.tell(|| format!("void {name}"));
                continue;
            }
            world.tell(|| name);
            today.happened.push(event);
        }
        let here = today.happened.get(today.before..).unwrap_or(&[]).to_vec();

        let mut wave = Wave {
            reference: self,
            world,
            today,
            day,
            snapshot: &snapshot,
            staged: Vec::new(),
            pending: Vec::new(),
        };
        wave.norms_look(&here)?;
        for (place, instance) in self.acting.iter().enumerate() {
            let mut triggers = Vec::new();
            match &instance.rule.trigger {
                Trigger::On(patterns) => {
                    for event in &here {
                        if reader.matches(patterns, &instance.env, event)? {
                            triggers.push(event.clone());
                        }
                    }
                    if triggers.is_empty() {
                        continue;
                    }
                }
                Trigger::Every(_) if first && instance.ticks.contains(&day) => {}
                _ => continue,
            }
            wave.comes_up(instance)?;
            if reader.all(&instance.rule.conditions, &instance.env)? && wave.today.fired.insert(place) {
                wave.fire(instance, triggers);
            }
        }
        wave.finish(decide)
    }

    /// At rest: norms are fulfilled by their condition or released, then rising conditions fire, then what is due happens.
    /// False if there is nothing left to do.
    fn rest(
        &self,
        world: &mut World<'m>,
        today: &mut Today,
        day: Day,
        decide: &mut dyn Decide,
    ) -> Result<bool, Fault> {
        let mut snapshot = self.snapshot(world)?;
        while self.norms_rest(world, &snapshot)? {
            snapshot = self.snapshot(world)?;
        }
        world.notice(&snapshot);
        let reader = self.reader(&snapshot);
        let mut rising = Vec::new();
        for (place, instance) in self.acting.iter().enumerate() {
            let Trigger::When(conditions) = &instance.rule.trigger else {
                continue;
            };
            // Before the first rest of the period everything counts as false.
            if !reader.all(conditions, &instance.env)? {
                world.rested.remove(&place);
            } else if world.rested.insert(place) {
                rising.push((place, instance));
            }
        }
        let mut wave = Wave {
            reference: self,
            world,
            today,
            day,
            snapshot: &snapshot,
            staged: Vec::new(),
            pending: Vec::new(),
        };
        let mut fired = false;
        for (place, instance) in rising {
            wave.comes_up(instance)?;
            if reader.all(&instance.rule.conditions, &instance.env)? {
                if !wave.today.fired.insert(place) {
                    return Err(Fault::Loop);
                }
                wave.fire(instance, Vec::new());
                fired = true;
            }
        }
        if fired {
            wave.finish(decide)?;
            return Ok(true);
        }
        let (due, later) = std::mem::take(&mut wave.world.waiting)
            .into_iter()
            .partition(|(on, ..)| *on <= day);
        wave.world.waiting = later;
        let due: Vec<super::world::Waiting<'m>> = due;
        for (_, event, (unless, env)) in due {
            if reader.all(unless, &env)? {
                let name = &self.model.events[event.0].name;
                wave.world
                    .tell(|| format!("withheld {}", written(name, &event.1)));
            } else {
                wave.today.raised.push(event);
                fired = true;
            }
        }
        fired |= wave.breach_what_is_due()?;
        wave.finish(decide)?;
        Ok(fired)
    }

    /// The arguments of an event as the variables of its `requires:`.
    fn arguments(&self, event: &Atom<EventId>) -> Result<Env, Fault> {
        use crate::ids::Id as _;
        use crate::model::Type;
        let declared = &self.model.events[event.0];
        let mut env = Env::new();
        for (place, (word, parameter)) in event.1.iter().zip(&declared.args).enumerate() {
            let value = match parameter.ty {
                Type::Entity(_) => self.model.entity(word).map(Value::Entity),
                _ => self
                    .model
                    .words
                    .iter()
                    .find(|(_, known)| *known == word)
                    .map(|(id, _)| Value::Word(id)),
            };
            env.insert(VariableId::from_index(place), value.ok_or(Fault::Unread)?);
        }
        Ok(env)
    }
}

impl<'m> Wave<'_, 'm> {
    pub(crate) fn reader(&self) -> Reader<'_, 'm> {
        self.reference.reader(self.snapshot)
    }

    /// A rule fires: its effects are gathered.
    fn fire(&mut self, instance: &Instance<'m>, triggers: Vec<Atom<EventId>>) {
        let name: Rc<str> = instance.name(self.reference.model).into();
        self.world.tell(|| format!("fired {name}"));
        let cause = Cause {
            rule: instance.id,
            name,
            env: Rc::new(instance.env.clone()),
            body: &instance.rule.body,
            triggers,
        };
        if let Body::Then(effects) = &instance.rule.body {
            self.gather(effects, &cause);
        }
    }

    /// Settles what is pending, then commits what is staged.
    fn finish(mut self, decide: &mut dyn Decide) -> Result<(), Fault> {
        self.settle(decide)?;
        self.commit()
    }
}
