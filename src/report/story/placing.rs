//! Where things come from and where they are told: causes of events, branches, the lines that changes belong to.

use super::reasons::{self, Due, Fallen, Origin};
use super::tell::Teller;
use super::{Change, HappeningKind, Reason};
use crate::engine::{Cause, Way};
use crate::language::value::Day;
use crate::model::{Trigger, WordId};
use crate::program::{BlockId, GroundEventId, InstanceId, Op, SettlementId};

impl Teller<'_> {
    /// Why an event was raised, and whether the calendar alone raised it.
    pub(super) fn causes(&mut self, event: GroundEventId, causes: &[Cause]) -> (Vec<Reason>, bool) {
        let words = self.words;
        let mut routine = true;
        let mut reasons = Vec::new();
        for cause in causes {
            match cause {
                Cause::Timeline(place) => {
                    routine = false;
                    reasons.extend(reasons::timeline(words, *place));
                }
                Cause::Agenda => {
                    routine = false;
                    reasons.extend(self.due(event));
                }
                Cause::Breach(norm) => {
                    routine = false;
                    let breached = self.today.breached.iter().find(|breached| breached.norm == *norm);
                    reasons.extend(breached.map(|breached| reasons::breach(words, breached)));
                }
                Cause::Rule(instance) => {
                    let origin = self.today.origin(
                        words.compiled.program(),
                        *instance,
                        |op| matches!(op, Op::Raise(of) if *of == event),
                    );
                    routine &= matches!(origin, Some(Origin::Fired(at)) if self.routine(at));
                    match origin {
                        Some(origin) => reasons.extend(self.today.reasons(words, origin)),
                        None => reasons.push(reasons::rule(words, *instance)),
                    }
                }
            }
        }
        (reasons, routine)
    }

    /// Whether a rule that fired ticks, or answers an event that is routine.
    fn routine(&self, at: usize) -> bool {
        let Some(fired) = self.today.fired.get(at) else {
            return false;
        };
        match fired.trigger {
            Some(trigger) => {
                let line = self.today.events.get(&trigger);
                line.and_then(|line| self.told.happenings.get(*line))
                    .is_some_and(|happening| happening.routine)
            }
            None => self.ticks(fired.instance),
        }
    }

    fn ticks(&self, instance: InstanceId) -> bool {
        let rule = self.words.compiled.program().instances[instance].rule;
        matches!(self.words.compiled.rules()[rule].trigger, Trigger::Every(_))
    }

    /// Takes an event off the agenda and returns why it stood there.
    pub(super) fn due(&mut self, event: GroundEventId) -> Vec<Reason> {
        let mut reasons = Vec::new();
        while let Some(due) = self.agenda.range((event, Day::FIRST)..=(event, self.day)).next() {
            let key = *due.0;
            let due = self.agenda.remove(&key);
            reasons.extend(due.into_iter().flatten().flat_map(Due::reasons));
        }
        reasons
    }

    pub(super) fn settled(
        &mut self,
        (settlement, source, word): (SettlementId, InstanceId, WordId),
        way: Way,
        p: Option<f64>,
    ) {
        let tally = &mut self.told.tally;
        *match way {
            Way::Drawn => &mut tally.drawn,
            Way::Sure => &mut tally.certain,
            Way::Fixed(_) => &mut tally.fixed,
            Way::Default => &mut tally.by_default,
            Way::Chosen => &mut tally.chosen,
        } += 1;
        let reason = reasons::settled(self.words, (settlement, source, word), way, p);
        let block = self.follows(settlement, source, word);
        self.today.fall(Fallen {
            settlement,
            source,
            word,
            block,
            reason,
            line: None,
            used: false,
        });
    }

    /// The effects of a branch or option.
    fn follows(&self, settlement: SettlementId, source: InstanceId, word: WordId) -> Option<BlockId> {
        let program = self.words.compiled.program();
        match self.places.get(&(settlement, source))? {
            Ok(chance) => program.chances[*chance]
                .branches
                .iter()
                .find(|branch| branch.word == word)
                .map(|branch| branch.block),
            Err(choice) => program.choices[*choice]
                .options
                .iter()
                .find(|option| option.word == word)
                .map(|option| option.block),
        }
    }

    /// Puts a change where it belongs: behind the event, the rule or the branch it comes from.
    pub(super) fn change(
        &mut self,
        by: &[InstanceId],
        is: impl Fn(&Op) -> bool,
        change: Change,
    ) -> Option<Origin> {
        let program = self.words.compiled.program();
        let origins: Vec<Origin> = by
            .iter()
            .filter_map(|instance| self.today.origin(program, *instance, &is))
            .collect();
        for origin in &origins {
            // Marks branches that had consequences.
            self.today.reasons(self.words, *origin);
        }
        let first = *origins.first()?;
        match self.line_of(first) {
            Ok(line) => self.line(line).changes.push(change),
            Err(breach) => self.late.push((breach, change)),
        }
        Some(first)
    }

    /// The line of an origin; for a breach, the event that will tell it.
    fn line_of(&mut self, origin: Origin) -> Result<usize, GroundEventId> {
        let words = self.words;
        match origin {
            Origin::Fired(at) => {
                let Some(fired) = self.today.fired.get(at) else {
                    return Ok(0);
                };
                let (instance, trigger, line) = (fired.instance, fired.trigger, fired.line);
                let of_event = trigger.and_then(|trigger| self.today.events.get(&trigger));
                if let Some(line) = of_event.copied().or(line) {
                    return Ok(line);
                }
                let line = self.push(
                    HappeningKind::Rule,
                    words.rule_name(instance).to_owned(),
                    words.rule(instance),
                    Vec::new(),
                );
                self.line(line).routine = self.ticks(instance);
                if let Some(fired) = self.today.fired.get_mut(at) {
                    fired.line = Some(line);
                }
                Ok(line)
            }
            Origin::Fallen(at) => {
                let reasons = self.today.reasons(words, origin);
                let Some(fallen) = self.today.fallen.get(at) else {
                    return Ok(0);
                };
                if let Some(line) = fallen.line {
                    return Ok(line);
                }
                let name = words.settlement(fallen.settlement);
                let text = words
                    .branch(fallen.settlement, fallen.source, fallen.word)
                    .unwrap_or_else(|| format!("{name}: {}", words.word(fallen.word)));
                let line = self.push(HappeningKind::Settled, name, text, reasons);
                if let Some(fallen) = self.today.fallen.get_mut(at) {
                    fallen.line = Some(line);
                }
                Ok(line)
            }
            Origin::Breached(at) => match self.today.breached.get(at) {
                Some(breached) => Err(words.compiled.program().templates[breached.template].breach),
                None => Ok(0),
            },
        }
    }
}
