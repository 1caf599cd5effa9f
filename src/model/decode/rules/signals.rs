//! A signal changes nothing but posture, neither by itself nor through the events that follow from it.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Body, Effect, EffectKind, EventClass, EventId, EventPattern, Goal, Model, Rule, Trigger};

/// Why an event acts: where it changes something that is no posture.
#[derive(Clone)]
struct Act {
    span: Span,
    what: String,
}

/// Reports rules on signals whose events would act. What such rules change directly is checked with their effects.
pub(super) fn check(model: &Model, out: &mut Diagnostics) {
    if !model
        .events
        .values()
        .any(|event| matches!(event.class, EventClass::Signal))
    {
        return;
    }
    let acts = acts(model);
    for rule in model.rules.values() {
        let Some(signal) = triggers(rule)
            .iter()
            .find(|pattern| is_signal(model, pattern.event))
        else {
            continue;
        };
        let name = |id: EventId| model.events.find(id).map_or("", |event| event.name.as_str());
        for_each_effect(effects(rule), &mut |effect| {
            let EffectKind::Happen(happen) = &effect.kind else {
                return;
            };
            let Some(act) = acts.get(&happen.event) else {
                return;
            };
            let (signal, event) = (name(signal.event), name(happen.event));
            out.push(
                Diagnostic::error("E0607", effect.span, format!("the signal `{signal}` cannot act, but through `{event}` it would"))
                    .also(act.span, act.what.clone())
                    .help("from a signal only facts and measures with `posture: true` may change; what others do about them is for a rule with `when:`"),
            );
        });
    }
}

/// All events from which anything but a change of posture follows.
fn acts(model: &Model) -> BTreeMap<EventId, Act> {
    let mut acts: BTreeMap<EventId, Act> = BTreeMap::new();
    for rule in model.rules.values() {
        for_each_effect(effects(rule), &mut |effect| {
            // An event that a duty asks for or a prohibition bars counts for somebody.
            if let EffectKind::Norm(norm) = &effect.kind
                && let Goal::Do(patterns) | Goal::Refrain(patterns) = &norm.goal
            {
                for pattern in patterns {
                    let what = format!("a duty or prohibition of the rule `{}` looks at it", rule.name);
                    acts.entry(pattern.event).or_insert(Act {
                        span: pattern.span,
                        what,
                    });
                }
            }
        });
    }
    // Events that raise acting events act themselves; each round goes one step further back.
    loop {
        let before = acts.len();
        for rule in model.rules.values() {
            let Some(act) = acting(model, rule, &acts) else {
                continue;
            };
            for pattern in triggers(rule) {
                acts.entry(pattern.event).or_insert_with(|| act.clone());
            }
        }
        if acts.len() == before {
            return acts;
        }
    }
}

/// The first effect of a rule that is more than a change of posture.
fn acting(model: &Model, rule: &Rule, acts: &BTreeMap<EventId, Act>) -> Option<Act> {
    let mut found = None;
    for_each_effect(effects(rule), &mut |effect| {
        let what = match &effect.kind {
            EffectKind::Start(id, _) | EffectKind::End(id, _) => model
                .facts
                .find(*id)
                .filter(|fact| !fact.posture)
                .map(|fact| format!("the fact `{}`", fact.name)),
            EffectKind::Set(id, ..) | EffectKind::Add(id, ..) => model
                .measures
                .find(*id)
                .filter(|measure| !measure.posture)
                .map(|m| format!("the measure `{}`", m.name)),
            EffectKind::Norm(_) => Some("what somebody owes".to_owned()),
            EffectKind::Happen(happen) => acts.get(&happen.event).map(|act| act.what.clone()),
            EffectKind::Chance(_) | EffectKind::Choice(_) => None,
        };
        if let Some(what) = what
            && found.is_none()
        {
            let what = match effect.kind {
                EffectKind::Happen(_) => what,
                _ => format!("there the rule `{}` changes {what}", rule.name),
            };
            found = Some(Act {
                span: effect.span,
                what,
            });
        }
    });
    found
}

fn is_signal(model: &Model, id: EventId) -> bool {
    model
        .events
        .find(id)
        .is_some_and(|event| matches!(event.class, EventClass::Signal))
}

fn triggers(rule: &Rule) -> &[EventPattern] {
    match &rule.trigger {
        Trigger::On(patterns) => patterns,
        _ => &[],
    }
}

fn effects(rule: &Rule) -> &[Effect] {
    match &rule.body {
        Body::Then(effects) => effects,
        Body::Derive(_) => &[],
    }
}
