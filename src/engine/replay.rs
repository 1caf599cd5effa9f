//! A run again, up to the close of a day: the state behind a report that asks for a date.

use super::draws::Draws;
use super::run::Run;
use super::settle::Settler;
use super::trace::NoTrace;
use super::world::{Step, World};
use super::{Fault, RunError, Trace};
use crate::language::value::Day;
use crate::program::{GroundFact, NodeId, Program};

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
        let holding = |(_, node): &(&GroundFact, NodeId)| world.holds(*node);
        let mut facts: Vec<GroundFact> = stored.filter(holding).map(|(fact, _)| fact.clone()).collect();
        let Some(closed) = &program.closed else {
            facts.extend(derived.filter(holding).map(|(fact, _)| fact.clone()));
            return Ok(facts);
        };
        // Closed facts stand among the others where they would stand if they were like them.
        let mut derived = derived
            .filter(|(fact, _)| !closed.is_closed(fact.fact))
            .peekable();
        for fact in self.compiled.model().facts.ids() {
            if closed.is_closed(fact) {
                facts.extend(closed.holding(fact));
            }
            while let Some((own, node)) = derived.next_if(|(own, _)| own.fact == fact) {
                if world.holds(node) {
                    facts.push(own.clone());
                }
            }
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
