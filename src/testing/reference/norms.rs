//! Duties and prohibitions (DESIGN 8).

use std::rc::Rc;

use super::Reference;
use super::day::{Cause, Staged, Wave};
use super::terms::{Atom, Env, Snapshot};
use super::world::{Fault, World, written};
use crate::language::value::Day;
use crate::model::{Body, Deadline, Effect, EffectKind, EntityId, EventId, Goal, Norm, Value};

/// A norm that is active.
#[derive(Clone, Debug)]
pub(crate) struct Active<'m> {
    pub norm: &'m Norm,
    pub cause: Cause<'m>,
    pub of: EntityId,
    pub under: Option<EntityId>,
    /// Its last day; never where it has none.
    pub deadline: Day,
    /// How it is told: by its rule, its place there, and the day on which it arose.
    pub name: Rc<str>,
}

impl Active<'_> {
    /// Whether it is a duty, and no prohibition.
    pub fn is_duty(&self) -> bool {
        !matches!(self.norm.goal, Goal::Refrain(_))
    }

    fn env(&self) -> &Env {
        &self.cause.env
    }
}

impl<'m> Reference<'m> {
    /// At rest, duties whose condition holds are fulfilled, and norms whose `while:` is false released. True if any was.
    pub(crate) fn norms_rest(&self, world: &mut World<'m>, snapshot: &Snapshot) -> Result<bool, Fault> {
        let reader = self.reader(snapshot);
        let before = world.norms.len();
        for norm in std::mem::take(&mut world.norms) {
            let reached = match &norm.norm.goal {
                Goal::Reach(conditions) => reader.all(conditions, norm.env())?,
                _ => false,
            };
            if reached {
                world.tell(|| format!("{} fulfilled", norm.name));
                world.met.insert((norm.of, norm.under));
            } else if !reader.all(&norm.norm.while_, norm.env())? {
                world.tell(|| format!("{} released", norm.name));
            } else {
                world.norms.push(norm);
            }
        }
        Ok(world.norms.len() != before)
    }
}

impl<'m> Wave<'_, 'm> {
    /// Norms look at the events of a wave: fulfilment comes before release, release before breach.
    pub(crate) fn norms_look(&mut self, here: &[Atom<EventId>]) -> Result<(), Fault> {
        for norm in std::mem::take(&mut self.world.norms) {
            let reader = self.reader();
            let matching = |patterns| {
                let mut found = Vec::new();
                for event in here {
                    if reader.matches(patterns, norm.env(), event)? {
                        found.push(event.clone());
                    }
                }
                Ok::<_, Fault>(found)
            };
            let (goal, limit) = match (&norm.norm.goal, &norm.norm.deadline) {
                (Goal::Do(goal), Deadline::Before(limit)) => (matching(goal)?, matching(limit)?),
                (Goal::Do(goal), _) => (matching(goal)?, Vec::new()),
                // What is forbidden breaches; it is never fulfilled.
                (Goal::Refrain(goal), _) => (Vec::new(), matching(goal)?),
                (Goal::Reach(_), Deadline::Before(limit)) => (Vec::new(), matching(limit)?),
                (Goal::Reach(_), _) => (Vec::new(), Vec::new()),
            };
            let holds = reader.all(&norm.norm.while_, norm.env())?;
            if let Some(event) = goal.first() {
                let event = self.spelled(event);
                self.world.tell(|| format!("{} fulfilled by {event}", norm.name));
                self.world.met.insert((norm.of, norm.under));
            } else if limit.is_empty() {
                self.world.norms.push(norm);
            } else if !holds {
                self.world.tell(|| format!("{} released", norm.name));
            } else if norm.is_duty() {
                let by = limit.first().cloned();
                self.breach(&norm, by, &limit)?;
            } else {
                for event in &limit {
                    self.breach(&norm, Some(event.clone()), &limit)?;
                }
                // A prohibition stays active after a breach.
                self.world.norms.push(norm);
            }
        }
        Ok(())
    }

    /// Duties whose deadline is today or earlier are breached, all together. True if any was.
    pub(crate) fn breach_what_is_due(&mut self) -> Result<bool, Fault> {
        let mut any = false;
        for norm in std::mem::take(&mut self.world.norms) {
            if norm.deadline <= self.day {
                self.breach(&norm, None, &[])?;
                any = true;
            } else {
                self.world.norms.push(norm);
            }
        }
        Ok(any)
    }

    /// A breach raises `breach(of, under)`, and its `else:` is gathered.
    fn breach(
        &mut self,
        norm: &Active<'m>,
        by: Option<Atom<EventId>>,
        triggers: &[Atom<EventId>],
    ) -> Result<(), Fault> {
        let by = by.map_or_else(String::new, |event| format!(" by {}", self.spelled(&event)));
        self.world.tell(|| format!("{} breached{by}", norm.name));
        self.world.broken.insert((norm.of, norm.under));
        let model = self.reference.model;
        let under = norm.under.map_or("_", |under| model.entity_id(under));
        self.today.raised.push((
            model.breach,
            vec![model.entity_id(norm.of).to_owned(), under.to_owned()],
        ));
        let effects = &norm.norm.otherwise;
        self.counts(effects, norm.env())?;
        let cause = Cause {
            triggers: triggers.to_vec(),
            ..norm.cause.clone()
        };
        self.gather(effects, &cause);
        Ok(())
    }

    /// A norm arises. A duty is fulfilled by any matching event from this day on, whatever the wave, except its own trigger.
    pub(crate) fn arises(&mut self, norm: &'m Norm, staged: &Staged<'m>) -> Result<(), Fault> {
        let reader = self.reader();
        let cause = &staged.cause;
        let of = reader.entity(&norm.of, &cause.env)?;
        let under = norm
            .under
            .as_ref()
            .map(|under| reader.entity(under, &cause.env))
            .transpose()?;
        let deadline = match &norm.deadline {
            Deadline::Open | Deadline::Before(_) => Day::NEVER,
            Deadline::Within(time) => match reader.value(time, &cause.env)? {
                Value::Duration(time) => self.day + time,
                _ => return Err(Fault::Unread),
            },
            Deadline::Due(date) => match reader.value(date, &cause.env)? {
                Value::Date(date) => date,
                _ => return Err(Fault::Unread),
            },
        };
        let name: Rc<str> = format!("norm {}/{} of {}", cause.name, place(norm, cause.body), self.day).into();
        let mut already = None;
        if let Goal::Do(patterns) = &norm.goal {
            let happened = self.today.happened.iter().enumerate();
            for (at, event) in happened {
                let own = at >= self.today.before && cause.triggers.contains(event);
                if !own && already.is_none() && reader.matches(patterns, &cause.env, event)? {
                    already = Some(self.spelled(event));
                }
            }
        }
        self.world.tell(|| format!("{name} arose until {deadline}"));
        match already {
            Some(event) => {
                self.world.tell(|| format!("{name} fulfilled by {event}"));
                self.world.met.insert((of, under));
            }
            None => self.world.norms.push(Active {
                norm,
                cause: cause.clone(),
                of,
                under,
                deadline,
                name,
            }),
        }
        Ok(())
    }

    fn spelled(&self, event: &Atom<EventId>) -> String {
        written(&self.reference.model.events[event.0].name, &event.1)
    }
}

/// Which of the norms of its rule it is, in the order of writing.
fn place(norm: &Norm, body: &Body) -> usize {
    let mut all = Vec::new();
    if let Body::Then(effects) = body {
        norms(effects, &mut all);
    }
    all.iter()
        .position(|other| std::ptr::eq(*other, norm))
        .unwrap_or(usize::MAX)
}

fn norms<'m>(effects: &'m [Effect], found: &mut Vec<&'m Norm>) {
    for effect in effects {
        match &effect.kind {
            EffectKind::Norm(norm) => {
                found.push(norm);
                norms(&norm.otherwise, found);
            }
            EffectKind::Chance(chance) => chance
                .branches
                .iter()
                .for_each(|branch| norms(&branch.then, found)),
            EffectKind::Choice(choice) => choice
                .options
                .iter()
                .for_each(|option| norms(&option.then, found)),
            _ => {}
        }
    }
}
