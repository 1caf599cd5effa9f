//! What exists and changes in a run (DESIGN 6), and how a run is told.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use num_rational::BigRational;
use num_traits::One as _;

use super::Reference;
use super::norms::Active;
use super::terms::{Atom, Env, Millionths, Reader, Snapshot, Word, kept, spell};
use crate::language::value::Day;
use crate::model::{BranchingId, EntityId, EventId, FactId, Initial, MeasureId, Term};

/// What stops a run, or keeps a model from being interpreted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, thiserror::Error)]
pub enum Fault {
    /// One commit starts and ends a fact.
    #[error("a fact is both started and ended")]
    StartAndEnd,
    /// One commit sets a measure twice, or sets it and adds to it.
    #[error("a measure gets two values")]
    Measure,
    /// A `when:` rule would fire twice in a day.
    #[error("a rule would fire twice in a day")]
    Loop,
    /// Probabilities that are none.
    #[error("no probabilities")]
    Probability,
    /// Two draws of one name on one day with different probabilities.
    #[error("one name with two sets of probabilities")]
    Disagreement,
    /// The option of a choice is closed while another is open.
    #[error("the option is closed")]
    Closed,
    /// A choice that nobody settles.
    #[error("nobody chooses")]
    Undecided,
    /// A number beyond its range, or a division by zero.
    #[error("a number cannot be computed")]
    Number,
    /// A cycle through a negation.
    #[error("derived facts without strata")]
    NoStrata,
    /// A term that this interpreter cannot read; no model from `compile` has one.
    #[error("a term cannot be read")]
    Unread,
    /// Whoever decides has no answer.
    #[error("nobody decides")]
    Stopped,
    /// More branches than were asked for.
    #[error("too many branches")]
    TooMany,
}

/// One thing that happened, in the words of the scenario.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The day.
    pub day: Day,
    /// The wave of the day, from 1; what happens at rest bears the number of the wave before it.
    pub wave: u32,
    /// What happened.
    pub text: String,
    /// The probability of the branch, where a chance fell.
    pub p: Option<f64>,
}

/// An event on the agenda that something can still keep from happening: its day, itself, and its `unless:`.
pub(crate) type Waiting<'m> = (Day, Atom<EventId>, (&'m [Term], Env));

/// The state of one run, and its story.
#[derive(Clone, Debug)]
pub struct World<'m> {
    pub(crate) day: Option<Day>,
    pub(crate) wave: u32,
    pub(crate) facts: BTreeSet<Atom<FactId>>,
    pub(crate) measures: BTreeMap<Atom<MeasureId>, Millionths>,
    pub(crate) norms: Vec<Active<'m>>,
    pub(crate) met: BTreeSet<(EntityId, Option<EntityId>)>,
    pub(crate) broken: BTreeSet<(EntityId, Option<EntityId>)>,
    pub(crate) agenda: Vec<(Day, Atom<EventId>)>,
    pub(crate) waiting: Vec<Waiting<'m>>,
    /// The `when:` instances, by place, whose conditions held at the previous rest.
    pub(crate) rested: BTreeSet<usize>,
    /// How often each chance or choice has come up.
    pub(crate) occurrences: BTreeMap<Atom<BranchingId>, u32>,
    /// What each day closed with.
    pub(crate) closes: Vec<Close>,
    /// How likely everything fell as it did.
    pub(crate) p: BigRational,
    /// All facts that held at some time of this day.
    pub(crate) passing: BTreeSet<Atom<FactId>>,
    /// What happened, in order; kept where someone wants to read it.
    pub(crate) told: Option<Vec<Line>>,
}

/// The close of one day.
#[derive(Clone, Debug)]
pub(crate) struct Close {
    pub day: Day,
    /// What happened on it.
    pub events: Vec<Atom<EventId>>,
    /// How it ended.
    pub state: Rc<Snapshot>,
    /// All facts that held at some time of the day; kept where someone wants to read what happened.
    pub passing: BTreeSet<Atom<FactId>>,
}

impl World<'_> {
    /// What happened, in order.
    pub fn told(&self) -> &[Line] {
        self.told.as_deref().unwrap_or(&[])
    }

    /// The day it stands on; none before the first.
    pub fn today(&self) -> Option<Day> {
        self.day
    }

    /// Remembers which facts held, if anybody reads this run.
    pub(crate) fn notice(&mut self, snapshot: &Snapshot) {
        if self.told.is_some() {
            self.passing.extend(snapshot.facts.iter().cloned());
        }
    }

    pub(crate) fn tell(&mut self, text: impl FnOnce() -> String) {
        self.tell_draw(text, None);
    }

    pub(crate) fn tell_draw(&mut self, text: impl FnOnce() -> String, p: Option<f64>) {
        let (day, wave) = (self.day, self.wave);
        if let (Some(told), Some(day)) = (&mut self.told, day) {
            told.push(Line {
                day,
                wave,
                text: text(),
                p,
            });
        }
    }
}

impl<'m> Reference<'m> {
    /// The state before the first day.
    pub(crate) fn before(&self) -> World<'m> {
        let model = self.model;
        let mut world = World {
            day: None,
            wave: 0,
            facts: BTreeSet::new(),
            measures: BTreeMap::new(),
            norms: Vec::new(),
            met: BTreeSet::new(),
            broken: BTreeSet::new(),
            agenda: Vec::new(),
            waiting: Vec::new(),
            rested: BTreeSet::new(),
            occurrences: BTreeMap::new(),
            closes: Vec::new(),
            p: BigRational::one(),
            passing: BTreeSet::new(),
            told: Some(Vec::new()),
        };
        for (initial, _) in &model.start {
            let words = |values: &[crate::model::Value]| {
                values
                    .iter()
                    .map(|value| spell(model, value))
                    .collect::<Vec<Word>>()
            };
            match initial {
                Initial::Fact(fact, args, true) => {
                    world.facts.insert(kept(model, *fact, words(args)));
                }
                Initial::Fact(_, _, false) => {}
                Initial::Measure(measure, args, value) => {
                    world
                        .measures
                        .insert((*measure, words(args)), i128::from(value.micros()));
                }
            }
        }
        world
    }

    /// What conditions read now: the stored state, and all that follows from it (DESIGN 7: the least fixpoint, stratum by stratum).
    pub(crate) fn snapshot(&self, world: &World<'m>) -> Result<Snapshot, Fault> {
        let duties = world.norms.iter().filter(|norm| norm.is_duty());
        self.derived(Snapshot {
            facts: world.facts.clone(),
            measures: world.measures.clone(),
            owed: duties.map(|norm| (norm.of, norm.under)).collect(),
            met: world.met.clone(),
            broken: world.broken.clone(),
        })
    }

    /// A state with all that follows from it.
    pub(crate) fn derived(&self, mut snapshot: Snapshot) -> Result<Snapshot, Fault> {
        for layer in &self.deriving {
            loop {
                let reader = Reader {
                    model: self.model,
                    snapshot: &snapshot,
                };
                let mut new = BTreeSet::new();
                for deriving in layer {
                    if reader.all(&deriving.instance.rule.conditions, &deriving.instance.env)? {
                        let heads = deriving
                            .heads
                            .iter()
                            .filter(|head| !snapshot.facts.contains(head));
                        new.extend(heads.cloned());
                    }
                }
                if new.is_empty() {
                    break;
                }
                snapshot.facts.extend(new);
            }
        }
        Ok(snapshot)
    }
}

/// An atom as scenarios spell it: `attack(russia, ukraine)`, or the name alone where there is no argument.
pub(crate) fn written(name: &str, args: &[Word]) -> String {
    if args.is_empty() {
        name.to_owned()
    } else {
        format!("{name}({})", args.join(", "))
    }
}
