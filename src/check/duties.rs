//! Duties that nobody can fulfil, and duties whose time is up only after the story.

use std::collections::BTreeMap;

use super::authored::Authored;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Body, Deadline, EffectKind, Goal, Norm, Rule, Term, TermKind, Value};
use crate::program::{Compiled, GroundDeadline, GroundGoal, Template};

pub(super) fn check(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) {
    let (model, program) = (compiled.model(), compiled.program());
    // By the place of what is asked: whether any of the duties written there can be fulfilled.
    let mut goals: BTreeMap<Span, (String, bool)> = BTreeMap::new();
    let mut late: BTreeMap<Span, (String, bool)> = BTreeMap::new();
    for template in program.templates.values() {
        let instance = &program.instances[template.source];
        let rule = &model.rules[instance.rule];
        let Some(norm) = norm(rule, template) else {
            continue;
        };
        if let (Goal::Do(patterns), GroundGoal::Do(events)) = (&norm.goal, &template.goal)
            && let Some(first) = patterns.first()
            && authored.own(first.span)
        {
            let names: Vec<&str> = patterns
                .iter()
                .map(|pattern| model.events[pattern.event].name.as_str())
                .collect();
            let (_, possible) = goals
                .entry(first.span)
                .or_insert_with(|| (names.join("` or `"), false));
            *possible |= !events.is_empty();
        }
        let (from, to) = program.period;
        let (term, beyond) = match (&norm.deadline, &template.deadline) {
            (Deadline::Within(term), GroundDeadline::Within(within)) => (term, from + *within > to),
            (Deadline::Due(term), GroundDeadline::Due(day)) => (term, *day > to),
            _ => continue,
        };
        let binding: Vec<Value> = instance
            .binding
            .iter()
            .map(|entity| Value::Entity(*entity))
            .collect();
        let place = written(authored, term, &binding);
        if authored.own(place) {
            let words = match &template.deadline {
                GroundDeadline::Within(within) => format!("within {within}"),
                GroundDeadline::Due(day) => format!("by {day}"),
                _ => continue,
            };
            // One that arises on the first day is looked at; all others end later still.
            let (_, all) = late.entry(place).or_insert((words, true));
            *all &= beyond;
        }
    }
    for (place, (names, possible)) in goals {
        if !possible {
            let message = format!("nothing raises `{names}`, so this duty can never be fulfilled");
            out.push(
                Diagnostic::warning("W1006", place, message).help(
                    "let a rule's `happen:` raise it, or the `timeline:`; a duty does not perform itself",
                ),
            );
        }
    }
    let to = program.period.1;
    for (place, (words, all)) in late {
        if all {
            let message = format!("due {words}, this duty can never be broken: the period ends on {to}");
            out.push(
                Diagnostic::warning("W1007", place, message)
                    .help("let the period end later, or say `never` where no time is set"),
            );
        }
    }
}

/// The norm in the model that a template was made from: templates are numbered in the order of writing.
fn norm<'m>(rule: &'m Rule, template: &Template) -> Option<&'m Norm> {
    let Body::Then(effects) = &rule.body else {
        return None;
    };
    let (mut at, mut found) = (0, None);
    for_each_effect(effects, &mut |effect| {
        if let EffectKind::Norm(norm) = &effect.kind {
            if at == template.ordinal {
                found = Some(&**norm);
            }
            at += 1;
        }
    });
    found
}

/// Where the value of a deadline stands: with the entity whose attribute it is, or in the rule.
fn written(authored: &Authored<'_>, term: &Term, binding: &[Value]) -> Span {
    if let TermKind::Attribute(of, attribute) = &term.kind {
        let entity = match &of.kind {
            TermKind::Variable(id) => binding.get(id.index()),
            TermKind::Value(value) => Some(value),
            _ => None,
        };
        if let Some(Value::Entity(entity)) = entity
            && let Some(node) = authored.attribute(*entity, *attribute)
        {
            return node.span;
        }
    }
    term.span
}
