//! What of a day is remembered to tell where an effect comes from: a rule that fired, a branch that fell, a breach.

use rustc_hash::FxHashMap;

use super::Reason;
use super::norms::prohibits;
use crate::engine::{NormSerial, Way};
use crate::language::value::Day;
use crate::model::WordId;
use crate::program::{BlockId, GroundEventId, InstanceId, Op, Program, SettlementId, TemplateId};
use crate::report::words::{Words, sources};

/// A day of a run while it is told.
#[derive(Default)]
pub(super) struct Today {
    /// Events that happened, with their lines.
    pub events: FxHashMap<GroundEventId, usize>,
    pub fired: Vec<Fired>,
    pub fallen: Vec<Fallen>,
    pub breached: Vec<Breached>,
    /// For each instance its place in `fired`, and its places in `fallen`.
    by_instance: FxHashMap<InstanceId, (Option<usize>, Vec<usize>)>,
}

/// A rule that fired today.
pub(super) struct Fired {
    pub instance: InstanceId,
    pub trigger: Option<GroundEventId>,
    /// Its own line, once it has one.
    pub line: Option<usize>,
}

/// A chance or choice that was settled today.
pub(super) struct Fallen {
    pub settlement: SettlementId,
    pub source: InstanceId,
    pub word: WordId,
    /// What follows.
    pub block: Option<BlockId>,
    pub reason: Reason,
    /// Its own line, once it has one.
    pub line: Option<usize>,
    /// Whether anything followed.
    pub used: bool,
}

/// A norm that was breached today.
pub(super) struct Breached {
    pub norm: NormSerial,
    pub template: TemplateId,
}

/// Where an effect comes from: an index into one of today's lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    Fired(usize),
    Fallen(usize),
    Breached(usize),
}

impl Today {
    pub fn fire(&mut self, fired: Fired) {
        self.by_instance.entry(fired.instance).or_default().0 = Some(self.fired.len());
        self.fired.push(fired);
    }

    pub fn fall(&mut self, fallen: Fallen) {
        let places = self.by_instance.entry(fallen.source).or_default();
        places.1.push(self.fallen.len());
        self.fallen.push(fallen);
    }

    /// What brought about the effect of `instance` that satisfies `is`; the latest comes first, because effects are
    /// committed right after what they come from.
    pub fn origin(
        &self,
        program: &Program,
        instance: InstanceId,
        is: impl Fn(&Op) -> bool,
    ) -> Option<Origin> {
        let has =
            |block: Option<BlockId>| block.is_some_and(|block| program.blocks[block].ops.iter().any(&is));
        let places = self.by_instance.get(&instance);
        let fallen = places.and_then(|(_, fallen)| {
            let follows = |at: &usize| has(self.fallen.get(*at).and_then(|fallen| fallen.block));
            fallen.iter().rev().copied().find(follows)
        });
        let fired = || {
            let fired = places.and_then(|(fired, _)| *fired);
            fired.filter(|_| has(program.instances[instance].block))
        };
        let breached = || {
            self.breached.iter().rposition(|breached| {
                let template = &program.templates[breached.template];
                template.source == instance && has(template.otherwise)
            })
        };
        fallen
            .map(Origin::Fallen)
            .or_else(|| fired().map(Origin::Fired))
            .or_else(|| breached().map(Origin::Breached))
    }

    /// The reasons behind an origin, the nearest first; marks the branches on the way as having had consequences.
    pub fn reasons(&mut self, words: Words<'_>, origin: Origin) -> Vec<Reason> {
        match origin {
            Origin::Fired(at) => self
                .fired
                .get(at)
                .map(|fired| rule(words, fired.instance))
                .into_iter()
                .collect(),
            Origin::Breached(at) => self
                .breached
                .get(at)
                .map(|breached| breach(words, breached))
                .into_iter()
                .collect(),
            Origin::Fallen(at) => {
                let program = words.compiled.program();
                let Some(fallen) = self.fallen.get_mut(at) else {
                    return Vec::new();
                };
                fallen.used = true;
                let (settlement, source) = (fallen.settlement, fallen.source);
                let mut reasons = vec![fallen.reason.clone()];
                // A chance inside an option: the choice is a reason too.
                let draws = |op: &Op| match op {
                    Op::Draw(chance) => program.chances[*chance].settlement == settlement,
                    Op::Choose(choice) => program.choices[*choice].settlement == settlement,
                    _ => false,
                };
                match self.origin(program, source, draws) {
                    Some(outer) if outer != origin => reasons.extend(self.reasons(words, outer)),
                    _ => reasons.push(rule(words, source)),
                }
                reasons
            }
        }
    }
}

/// A rule as a reason.
pub(super) fn rule(words: Words<'_>, instance: InstanceId) -> Reason {
    Reason::Rule {
        rule: words.rule_name(instance).to_owned(),
        text: words.rule(instance),
        sources: words.rule_sources(instance),
        since: None,
    }
}

pub(super) fn breach(words: Words<'_>, breached: &Breached) -> Reason {
    Reason::Breach {
        norm: super::norms::number(breached.norm),
        text: words.norm_text(breached.template),
        prohibition: prohibits(&words.compiled.program().templates[breached.template].goal),
    }
}

/// An entry of the timeline as a reason.
pub(super) fn timeline(words: Words<'_>, place: usize) -> Option<Reason> {
    let scripted = words.compiled.timeline().get(place)?;
    let about = &scripted.about;
    Some(Reason::Timeline {
        id: scripted.name.clone(),
        status: about.status,
        sources: sources(about),
    })
}

/// How a chance or choice fell, as a reason.
pub(super) fn settled(
    words: Words<'_>,
    (settlement, source, word): (SettlementId, InstanceId, WordId),
    way: Way,
    p: Option<f64>,
) -> Reason {
    let program = words.compiled.program();
    let mut choices = program.choices.values();
    let choice = choices.find(|choice| choice.settlement == settlement && choice.source == source);
    Reason::Settled {
        name: words.settlement(settlement),
        word: words.word(word).to_owned(),
        text: words.branch(settlement, source, word),
        way: match way {
            Way::Drawn => "drawn",
            Way::Sure => "certain",
            Way::Fixed(_) => "fixed",
            Way::Default => "by default",
            Way::Chosen => "chosen",
        },
        by: choice.map(|choice| words.compiled.describe(choice.by).to_owned()),
        p,
        last_p: None,
        since: None,
    }
}

/// The reasons of an event on the agenda, as they stood when it was put there.
pub(super) struct Due {
    pub since: Day,
    pub reasons: Vec<Reason>,
}

impl Due {
    /// The reasons, dated.
    pub fn reasons(self) -> Vec<Reason> {
        let mut reasons = self.reasons;
        for reason in &mut reasons {
            if let Reason::Rule { since, .. } | Reason::Settled { since, .. } = reason {
                *since = Some(self.since);
            }
        }
        reasons
    }
}
