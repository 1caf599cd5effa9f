//! The lives of duties and prohibitions, from the trace.

use super::{NormFate, NormLife};
use crate::engine::{Entry, NormSerial, Run, What};
use crate::language::value::Day;
use crate::program::{GroundGoal, TemplateId};
use crate::report::words::Words;

/// Every norm of a run, in the order of arising.
pub(super) fn lives(run: &Run<'_>) -> Vec<NormLife> {
    let words = Words::new(run.compiled);
    let mut lives: Vec<NormLife> = Vec::new();
    for entry in &run.trace.entries {
        let end = |lives: &mut Vec<NormLife>, norm: NormSerial, fate: NormFate, by: Option<String>| {
            if let Some(life) = lives.get_mut(norm.0 as usize) {
                // A prohibition stays active after a breach; the first one is its fate, even if it is released later.
                if life.fate == NormFate::Open {
                    (life.fate, life.on, life.by) = (fate, Some(entry.day), by);
                }
                life.breaches += u32::from(fate == NormFate::Breached);
            }
        };
        match &entry.what {
            What::Arose {
                template, deadline, ..
            } => lives.push(birth(words, entry, *template, *deadline, lives.len())),
            What::Fulfilled { norm, by } => {
                end(
                    &mut lives,
                    *norm,
                    NormFate::Fulfilled,
                    by.map(|event| words.event(event)),
                );
            }
            What::Released { norm } => end(&mut lives, *norm, NormFate::Released, None),
            What::Breached { norm, by } => {
                end(
                    &mut lives,
                    *norm,
                    NormFate::Breached,
                    by.map(|event| words.event(event)),
                );
            }
            _ => {}
        }
    }
    lives
}

fn birth(words: Words<'_>, entry: &Entry, id: TemplateId, deadline: Day, before: usize) -> NormLife {
    let template = &words.compiled.program().templates[id];
    let name = |entity| words.compiled.describe(entity).to_owned();
    NormLife {
        number: number(NormSerial(u32::try_from(before).unwrap_or(u32::MAX - 1))),
        prohibition: prohibits(&template.goal),
        of: name(template.of),
        to: template.to.map(name),
        under: template.under.map(name),
        text: words.norm_text(id),
        asks: words.goal(id),
        rule: words.rule_name(template.source).to_owned(),
        arose: entry.day,
        due: (deadline != Day::NEVER).then_some(deadline),
        before: words.before(id),
        fate: NormFate::Open,
        on: None,
        by: None,
        breaches: 0,
    }
}

/// The number by which people call a norm: from 1.
pub(super) fn number(serial: NormSerial) -> u32 {
    serial.0.saturating_add(1)
}

pub(super) fn prohibits(goal: &GroundGoal) -> bool {
    matches!(goal, GroundGoal::Refrain(_))
}
