//! Positions that nobody can meet.

use super::authored::Authored;
use super::reach::Reach;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::program::Compiled;

pub(super) fn check(compiled: &Compiled, authored: &Authored<'_>, reach: &Reach, out: &mut Diagnostics) {
    let model = compiled.model();
    for (position, node) in model.positions.iter().zip(&compiled.program().positions) {
        let entity = &model.entities[position.entity];
        if !authored.own(entity.about.span) || reach.may_hold(*node) {
            continue;
        }
        let place = if authored.anywhere(position.met_if.span) {
            position.met_if.span
        } else {
            entity.about.span
        };
        let message = format!("the position `{}` can never be met", entity.id);
        out.push(
            Diagnostic::warning("W1008", place, message)
                .label("nothing that can happen makes this true")
                .help("look at what it reads, and whether any rule can bring that about"),
        );
    }
}
