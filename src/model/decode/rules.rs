//! Rules: what makes them fire, over which variables, and what follows.

use crate::diagnostic::Diagnostics;
use crate::document::tree::Node;
use crate::model::Model;

/// First pass over `rules:`: which facts are derived, signatures of undeclared ones, names of chances and choices.
/// Needs kinds, entity ids, facts, measures, quantities, events and assumptions by name.
pub(crate) fn signatures(model: &mut Model, rules: &Node, out: &mut Diagnostics) {
    todo!()
}

/// Second pass: the rules themselves, with everything else in place.
pub(crate) fn bodies(model: &mut Model, rules: &Node, out: &mut Diagnostics) {
    todo!()
}
