//! Facts that nothing reads or starts, measures that nothing reads, assumptions that nothing uses.

use super::authored::Authored;
use super::terms::{Reads, started};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::model::{Annotations, Model};
use crate::program::Compiled;

pub(super) fn check(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) {
    let model = compiled.model();
    facts(model, authored, out);
    assumptions(model, authored, out);
}

fn facts(model: &Model, authored: &Authored<'_>, out: &mut Diagnostics) {
    let own = |about: &Annotations, name: &str| authored.own(about.span) && !authored.in_overlays(name);
    if !model.facts.values().any(|fact| authored.own(fact.about.span))
        && !model
            .measures
            .values()
            .any(|measure| authored.own(measure.about.span))
    {
        return;
    }
    let reads = Reads::of(model);
    let started = started(model);
    for (id, fact) in model.facts.iter() {
        if !own(&fact.about, &fact.name) {
            continue;
        }
        let read = reads.facts.get(&id);
        let begins = started.binary_search(&id).is_ok();
        let name = &fact.name;
        let place = fact.about.span;
        out.push(match (begins, read) {
            (true, Some(_)) => continue,
            (true, None) => {
                Diagnostic::warning("W1003", place, format!("nothing reads the fact `{name}`"))
                    .help("read it in a condition or an outcome, or leave it out with the effects that start it")
            }
            (false, Some(reader)) => {
                Diagnostic::warning("W1004", place, format!("nothing starts the fact `{name}`"))
                    .also(*reader, "it is read here, where it never holds")
                    .help(format!("start it by a rule's `then: [ start: {name}(...) ]`, derive it, or let it hold from the first day under `start:`"))
            }
            (false, None) => {
                Diagnostic::warning("W1003", place, format!("nothing starts or reads the fact `{name}`"))
                    .help("leave it out, or write the rules that need it")
            }
        });
    }
    for (id, measure) in model.measures.iter() {
        if own(&measure.about, &measure.name) && !reads.measures.contains_key(&id) {
            let message = format!("nothing reads the measure `{}`", measure.name);
            out.push(Diagnostic::warning("W1003", measure.about.span, message).help(
                "read it in a condition, an amount or an outcome, or leave it out with what changes it",
            ));
        }
    }
}

fn assumptions(model: &Model, authored: &Authored<'_>, out: &mut Diagnostics) {
    let mut own = model.assumptions.values().flat_map(|assumption| {
        let entries = assumption.entries.iter();
        entries.map(|entry| (assumption.name.as_str(), entry.about.span))
    });
    if !own.any(|(_, place)| authored.own(place)) {
        return;
    }
    let words = authored.words();
    for assumption in model.assumptions.values() {
        if words.contains(assumption.name.as_str()) {
            continue;
        }
        for entry in assumption
            .entries
            .iter()
            .filter(|entry| authored.own(entry.about.span))
        {
            let name = &assumption.name;
            out.push(
                Diagnostic::warning(
                    "W1012",
                    entry.about.span,
                    format!("nothing uses the assumption `{name}`"),
                )
                .help("write its name where its number stands, or leave it out"),
            );
        }
    }
}
