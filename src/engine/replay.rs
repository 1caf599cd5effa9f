//! A run again, up to the close of a day: the state behind a report that asks for a date.

use super::draws::Draws;
use super::run::Run;
use super::settle::Settler;
use super::trace::NoTrace;
use super::world::{Step, World};
use super::{Fault, RunError, Trace};
use crate::language::value::Day;
use crate::program::{GroundFact, Program};

impl Run<'_> {
    /// The world at the close of `day`; before the first day of the period, the world before anything happened.
    ///
    /// # Errors
    ///
    /// None is to be expected: the run came through these very days.
    pub fn world_on(&self, day: Day) -> Result<World, RunError> {
        let replayed = replay(
            self.compiled.program(),
            &mut Draws::new(self.seed, self.number),
            day,
        );
        replayed.map_err(|fault| super::complain::run_error(self.compiled, &fault, &Trace::default()))
    }

    /// The facts, stored and derived, that hold at the close of `day`, in canonical order.
    ///
    /// # Errors
    ///
    /// As [`world_on`](Self::world_on).
    pub fn facts_on(&self, day: Day) -> Result<Vec<GroundFact>, RunError> {
        let world = self.world_on(day)?;
        let program = self.compiled.program();
        let stored = program.atoms.values().map(|atom| (&atom.fact, atom.node));
        let derived = program.derived.values().map(|head| (&head.fact, head.node));
        let closed = program.closed.as_ref();
        let is_closed = |fact: &GroundFact| closed.is_some_and(|closed| closed.is_closed(fact.fact));
        let mut facts: Vec<GroundFact> = stored
            .chain(derived.filter(|(fact, _)| !is_closed(fact)))
            .filter(|(_, node)| world.holds(*node))
            .map(|(fact, _)| fact.clone())
            .collect();
        if let Some(closed) = closed {
            facts.extend(closed.facts().flat_map(|fact| closed.holding(fact)));
            // Where they would stand if they were like all others.
            let model = self.compiled.model();
            facts.sort_by_key(|fact| (model.facts[fact.fact].derived, fact.fact));
        }
        Ok(facts)
    }
}

fn replay(program: &Program, settler: &mut impl Settler, until: Day) -> Result<World, Fault> {
    let mut world = World::new(program)?;
    while let Some(day) = world.next_day(program).filter(|day| *day <= until) {
        world.open(program, day);
        while world.step(program, &mut NoTrace)? == Step::Settle {
            world.settle(program, settler, &mut NoTrace)?;
            world.commit(program, &mut NoTrace)?;
        }
    }
    Ok(world)
}
