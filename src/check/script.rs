//! Scripted acts that are void: what they require never holds, or is brought about on the same day only.

use std::collections::BTreeMap;

use super::authored::Authored;
use super::reach::{Growing, Reach};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::value::Day;
use crate::model::Scripted;
use crate::program::{Compiled, GroundEventId, NodeId};

/// Days that are looked at; a script of more such days was not written by hand.
const DAYS: usize = 100;

pub(super) fn check(compiled: &Compiled, authored: &Authored<'_>, reach: &Reach, out: &mut Diagnostics) {
    let (model, program) = (compiled.model(), compiled.program());
    let mut days: BTreeMap<Day, Vec<(&Scripted, GroundEventId, NodeId)>> = BTreeMap::new();
    for (day, event, place) in &program.timeline {
        let ground = &program.events[*event];
        let (Some(requires), Some(scripted)) = (ground.requires, model.timeline.get(*place)) else {
            continue;
        };
        if authored.own(scripted.about.span) {
            days.entry(*day).or_default().push((scripted, *event, requires));
        }
    }
    let mut growing = Growing::new(program);
    for (day, acts) in days.into_iter().take(DAYS) {
        for (scripted, event, requires) in acts {
            let name = &model.events[scripted.event].name;
            let declared = model.events[scripted.event].about.span;
            let warn = |message: String| Diagnostic::warning("W1014", scripted.about.span, message);
            if !reach.may_hold(requires) {
                out.push(
                    warn(format!(
                        "the scripted act `{}` is void: what `{name}` requires never holds",
                        scripted.name
                    ))
                    .also(declared, "what it requires stands here")
                    .help("let what it requires come about first, or leave the act out"),
                );
                continue;
            }
            let others = || {
                program
                    .timeline
                    .iter()
                    .filter(|(on, other, _)| *on == day && *other != event)
            };
            if others().next().is_none() {
                continue;
            }
            if !growing.before(day).may_hold(requires) {
                let neighbours = others().filter_map(|(_, _, place)| model.timeline.get(*place));
                let mut diagnostic = warn(format!(
                    "the scripted act `{}` is void: what `{name}` requires comes about on the same day at the earliest",
                    scripted.name
                ))
                .label("acts of one day are simultaneous: none sees what the others do");
                for other in neighbours.filter(|other| other.name != scripted.name).take(3) {
                    diagnostic = diagnostic.also(other.about.span, "on the same day");
                }
                out.push(
                    diagnostic
                        .help("script it a day later, or let a rule raise it on the event that it needs"),
                );
            }
        }
    }
}
