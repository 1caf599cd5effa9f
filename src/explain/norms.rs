//! The lives of a run's norms, from its trace, and from when the state knows of each change.

use crate::engine::{Entry, NormSerial, What};
use crate::language::value::Day;
use crate::model::{EntityId, Model, NormWord, Trigger};
use crate::program::{GroundGoal, NodeId, Program, TemplateId};

use super::state::Moment;

/// How a norm ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Fulfilled,
    Released,
    Breached,
}

/// One norm of the run.
#[derive(Clone, Debug)]
pub(super) struct NormLife {
    pub serial: NormSerial,
    pub template: TemplateId,
    pub of: EntityId,
    pub under: Option<EntityId>,
    /// Whether it is a duty; a prohibition is not owed.
    is_duty: bool,
    /// Its last day.
    pub deadline: Day,
    /// The entry that says it arose.
    pub arose: usize,
    /// The entry that says how it ended, from when the state knows it, and how.
    pub end: Option<(usize, Moment, Ended)>,
    /// Its breaches: a prohibition may have several.
    pub breaches: Vec<(usize, Moment)>,
    /// Fulfilled the moment it arose, so that it was never owed.
    at_once: bool,
}

/// All norms of a run, in the order of arising.
pub(super) struct Norms {
    pub all: Vec<NormLife>,
}

impl NormLife {
    /// Whether the norm answers a question about norms at a moment.
    pub fn answers(&self, word: NormWord, at: Moment) -> bool {
        match word {
            NormWord::Owed => self.is_duty && self.active(at),
            NormWord::Met => self
                .end
                .is_some_and(|(_, from, how)| how == Ended::Fulfilled && from <= at),
            NormWord::Broken => self.breaches.iter().any(|(_, from)| *from <= at),
        }
    }

    /// Whether the state knows it as active.
    pub fn active(&self, at: Moment) -> bool {
        !self.at_once && self.arose < at.0 && self.end.is_none_or(|(_, from, _)| at < from)
    }
}

impl Norms {
    pub fn new(program: &Program, model: &Model, entries: &[Entry]) -> Self {
        let mut all: Vec<NormLife> = Vec::new();
        let find =
            |all: &mut Vec<NormLife>, serial: NormSerial| all.iter().position(|life| life.serial == serial);
        for (at, entry) in entries.iter().enumerate() {
            let ends = |how| (at, known_from(program, model, entries, at), how);
            let (serial, how) = match &entry.what {
                What::Arose {
                    norm,
                    template,
                    deadline,
                } => {
                    let ground = &program.templates[*template];
                    all.push(NormLife {
                        serial: *norm,
                        template: *template,
                        of: ground.of,
                        under: ground.under,
                        is_duty: !matches!(ground.goal, GroundGoal::Refrain(_)),
                        deadline: *deadline,
                        arose: at,
                        end: None,
                        breaches: Vec::new(),
                        at_once: false,
                    });
                    continue;
                }
                What::Fulfilled { norm, .. } => (*norm, Ended::Fulfilled),
                What::Released { norm } => (*norm, Ended::Released),
                What::Breached { norm, .. } => (*norm, Ended::Breached),
                _ => continue,
            };
            let Some(life) = find(&mut all, serial).and_then(|place| all.get_mut(place)) else {
                continue;
            };
            let (_, from, _) = ends(how);
            if how == Ended::Breached {
                life.breaches.push((at, from));
                // A prohibition stays active after a breach.
                if !life.is_duty {
                    continue;
                }
            }
            life.at_once = how == Ended::Fulfilled && at == life.arose + 1;
            let from = if life.at_once { Moment(at + 1) } else { from };
            life.end = Some((at, from, how));
        }
        Norms { all }
    }

    /// Changes of the nodes that speak of norms, in the order in which they take effect.
    pub fn flag_changes(&self, program: &Program) -> Vec<(usize, NodeId, bool)> {
        let mut moments: Vec<(usize, NodeId, NormWord)> = Vec::new();
        for life in &self.all {
            let flags = program.templates[life.template].flags;
            let ended = life.end.map(|(_, from, _)| from.0);
            let owed = [Some(life.arose + 1), ended];
            moments.extend(
                flags
                    .owed
                    .iter()
                    .flat_map(|node| owed.iter().flatten().map(|at| (*at, *node, NormWord::Owed))),
            );
            moments.extend(flags.met.and_then(|node| Some((ended?, node, NormWord::Met))));
            let breaches = life.breaches.iter().map(|(_, from)| from.0);
            moments.extend(
                flags
                    .broken
                    .iter()
                    .flat_map(|node| breaches.clone().map(|at| (at, *node, NormWord::Broken))),
            );
        }
        moments.sort_unstable_by_key(|(at, node, _)| (*at, *node));
        let asks = |word, node| {
            move |life: &&NormLife| {
                let flags = program.templates[life.template].flags;
                let own = match word {
                    NormWord::Owed => flags.owed,
                    NormWord::Met => flags.met,
                    NormWord::Broken => flags.broken,
                };
                own == Some(node)
            }
        };
        moments
            .into_iter()
            .map(|(at, node, word)| {
                (
                    at,
                    node,
                    self.all
                        .iter()
                        .filter(asks(word, node))
                        .any(|life| life.answers(word, Moment(at))),
                )
            })
            .collect()
    }
}

/// From when the state knows of a norm's change: what norms see in a wave waits for the commit of the wave, so that the
/// rules of the same wave do not read it; at rest it is known at once.
fn known_from(program: &Program, model: &Model, entries: &[Entry], at: usize) -> Moment {
    let Some(here) = entries.get(at) else {
        return Moment(at + 1);
    };
    let waits = |entry: &&Entry| {
        (entry.day, entry.wave) == (here.day, here.wave)
            && match &entry.what {
                What::Fired { instance, .. } => {
                    let rule = &model.rules[program.instances[*instance].rule];
                    !matches!(rule.trigger, Trigger::When(_))
                }
                What::Happened { .. }
                | What::Void { .. }
                | What::Settled { .. }
                | What::NothingOpen { .. }
                | What::Fulfilled { .. }
                | What::Released { .. }
                | What::Breached { .. }
                | What::Withheld { .. } => true,
                _ => false,
            }
    };
    let later = entries.iter().skip(at + 1).take_while(waits).count();
    Moment(at + 1 + later)
}
