//! What an instance reads of closed facts: its conditions are ground, and what is asked for on the way is noted.

use std::sync::Arc;

use super::Closed;
use crate::model::{Model, RuleId};
use crate::program::GroundBudget;
use crate::program::build::Ground;
use crate::program::ground::GroundFact;
use crate::program::instances::environment;
use crate::program::possible::{Binding, Possible};

/// A program that is built only to be asked this.
pub(super) struct Reads<'m>(Ground<'m>);

impl<'m> Reads<'m> {
    pub fn new(model: &'m Model, closed: &Arc<Closed>) -> Self {
        let closed = Some(Arc::clone(closed));
        let mut ground = Ground::new(model, &Possible::default(), GroundBudget::default(), closed);
        ground.asked = Some(Vec::new());
        Reads(ground)
    }

    /// The possible closed facts that the conditions of an instance speak of.
    pub fn of(&mut self, rule: RuleId, binding: &Binding) -> Vec<GroundFact> {
        let rule = &self.0.model.rules[rule];
        self.0.all(&rule.conditions, &environment(rule, binding));
        self.0.asked.as_mut().map(std::mem::take).unwrap_or_default()
    }
}
