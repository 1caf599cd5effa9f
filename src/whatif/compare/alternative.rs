//! What is compared.

use crate::engine::{Fault, RunError, Trace};
use crate::ids::Id as _;
use crate::model::{EntityId, OutcomeId};
use crate::program::Compiled;
use crate::whatif::Sort;

use super::error::CompareError;

/// A compiled scenario under a short name of its own.
#[derive(Clone, Copy, Debug)]
pub struct Alternative<'c> {
    /// How the comparison calls it: the id of a variant, the name of a file.
    pub id: &'c str,
    /// The scenario.
    pub compiled: &'c Compiled,
}

impl<'c> Alternative<'c> {
    /// A scenario under a name.
    pub fn new(id: &'c str, compiled: &'c Compiled) -> Self {
        Alternative { id, compiled }
    }

    /// The error of a run, with the name of the world in which it failed.
    pub(super) fn failed(&self, error: RunError) -> CompareError {
        CompareError::Run {
            scenario: self.id.to_owned(),
            error: Box::new(error),
        }
    }

    /// The error of a comparison with a scenario that shares no outcome.
    pub(super) fn nothing_in_common(&self, other: Alternative<'_>) -> CompareError {
        let ids = |side: &Alternative<'_>| {
            let outcomes = side.compiled.outcome_table().values();
            outcomes.map(|outcome| outcome.name.clone()).collect()
        };
        CompareError::NothingInCommon {
            base: self.id.to_owned(),
            other: other.id.to_owned(),
            has: ids(self),
            but: ids(&other),
        }
    }

    /// A choice that nobody settles is told before anything is run.
    pub(super) fn is_decided(&self) -> Result<(), CompareError> {
        match crate::engine::undecided(self.compiled.program()).first() {
            None => Ok(()),
            Some(choice) => {
                let fault = Fault::Undecided { choice: *choice };
                Err(self.failed(crate::engine::run_error(self.compiled, &fault, &Trace::default())))
            }
        }
    }
}

/// The outcomes that two scenarios share, by id and type, in the order of the first.
pub(super) fn shared(base: &Compiled, other: &Compiled) -> Vec<(OutcomeId, OutcomeId)> {
    let theirs = other.outcome_table();
    base.outcome_table()
        .iter()
        .filter_map(|(id, outcome)| {
            let (twin, _) = theirs.iter().find(|(_, twin)| {
                twin.name == outcome.name && Sort::of(twin.is.ty) == Sort::of(outcome.is.ty)
            })?;
            Some((id, twin))
        })
        .collect()
}

/// The actors with positions, in the order of their ids, each with the places of its positions, the weightiest first.
pub(super) fn positions(compiled: &Compiled) -> Vec<(EntityId, Vec<usize>)> {
    let mut all: Vec<(EntityId, Vec<usize>)> = Vec::new();
    for (place, position) in compiled.positions().iter().enumerate() {
        match all.iter_mut().find(|(actor, _)| *actor == position.of) {
            Some((_, places)) => places.push(place),
            None => all.push((position.of, vec![place])),
        }
    }
    let priority = |place: &usize| compiled.positions().get(*place).map(|position| position.priority);
    for (_, places) in &mut all {
        places.sort_by_key(|place| std::cmp::Reverse(priority(place)));
    }
    all.sort_by_key(|(actor, _)| actor.index());
    all
}
