//! Gates: for a goal, what must come first, who can stand in the way, what can run side by side, and what waits for
//! what; and whether some of it waits for itself.
//!
//! Two questions are asked of one graph of alternatives and requirements, built backwards from the goal (`build`,
//! `conditions`, `producers`): what can come to be at all, and what every way to it has in common (`solve`). Both leave
//! dates, draws and the undoing of what was done aside. So a deadlock that is found is one in every story, and a step
//! that is named is part of every story that reaches the goal; but not every order that is left open can be lived.

mod bindings;
mod build;
mod conditions;
mod deadlock;
mod goal;
mod graph;
mod names;
mod producers;
mod sequence;
mod solve;

pub use deadlock::{Deadlock, Waiting};
pub use goal::GoalError;
pub use sequence::{Blocker, Gates, Group, Step, StepKind};

use std::collections::BTreeSet;

use super::authored::Authored;
use crate::diagnostic::Diagnostics;
use crate::model::{AttributeValue, Observed, RuleId, Temporal, Term, TermKind};
use crate::program::Compiled;

use build::{Builder, Env};
use graph::What;

impl Compiled {
    /// The sequence view of a goal: a condition such as `in_force(treaty)` or an event such as
    /// `enter_into_force(treaty)`, in the language of scenarios.
    ///
    /// # Errors
    ///
    /// The goal cannot be read, is no condition or event, or hangs on more than can be looked at.
    pub fn gates(&self, goal: &str) -> Result<Gates, GoalError> {
        let authored = Authored::of(self.model());
        let goal = goal::read(self.model(), goal)?;
        sequence::gates(self, &authored, &goal)
    }
}

/// Warns of the deadlocks among the gates that the author wrote and the goals that the scenario speaks of. Gives the rules that
/// can never fire for no other reason.
pub(super) fn warn(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) -> BTreeSet<RuleId> {
    let model = compiled.model();
    let mut builder = Builder::new(compiled, authored);
    for (entity, declared) in model.entities.iter() {
        for (attribute, value) in &declared.values {
            if let AttributeValue::Condition(term) = value
                && !matches!(term.kind, TermKind::Value(_))
                && authored
                    .attribute(entity, *attribute)
                    .is_some_and(|node| authored.anywhere(node.span))
            {
                builder.gate(entity, *attribute, true);
            }
        }
    }
    for outcome in model.outcomes.values() {
        asked(&mut builder, &outcome.is);
    }
    for scripted in &model.timeline {
        let args = scripted
            .args
            .iter()
            .map(crate::program::GroundValue::of)
            .collect();
        builder.event(scripted.event, args);
    }
    let mut waiting = BTreeSet::new();
    if !builder.finish() {
        return waiting;
    }
    let graph = builder.graph;
    let reached = solve::reached(&graph);
    for knot in solve::loops(&graph, &reached, |ix| sequence::is_gate(&graph, authored, ix)) {
        let deadlocks = Deadlock::all(model, authored, &graph, &knot);
        if let Some(diagnostic) = Deadlock::diagnostic(&deadlocks, authored) {
            out.push(diagnostic);
            waiting.extend(
                solve::above(&graph, &reached, knot.iter().flatten()).filter_map(|ix| {
                    match graph.node(ix)?.what {
                        What::Rule(rule, _) => Some(rule),
                        _ => None,
                    }
                }),
            );
        }
    }
    waiting
}

/// The events and conditions that an outcome watches.
fn asked<'m>(builder: &mut Builder<'m>, term: &'m Term) {
    if let TermKind::Temporal(word) = &term.kind {
        match word {
            Temporal::Ever(seen) | Temporal::Times(seen) | Temporal::First(seen) => match seen {
                Observed::Events(patterns) => {
                    for pattern in patterns {
                        let args = builder.pattern(&pattern.args, &Env::new());
                        builder.event(pattern.event, args);
                    }
                }
                Observed::Condition(condition) => {
                    builder.condition(condition, &Env::new(), true);
                }
            },
            Temporal::AtEnd(condition) | Temporal::Held(condition) => {
                builder.condition(condition, &Env::new(), true);
            }
        }
        return;
    }
    term.for_each_part(&mut |part| asked(builder, part));
}
