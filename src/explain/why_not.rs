//! `Run::why_not`: the first premise that was missing.

use crate::engine::Run;
use crate::model::{Argument, Term, TermKind};
use crate::program::{GroundEventId, GroundValue};

use super::error::ExplainError;
use super::opened::answered;
use super::prover::Prover;
use super::query::Query;
use super::state::Moment;
use super::terms::Env;
use super::tree::{Question, Reason, Verdict};
use super::why::{Answer, Depth, read};

/// How many of several events that never happened are told.
const AT_MOST: usize = 3;

impl Run<'_> {
    /// Why something does not hold or did not happen in this run: for each rule that could have made it so, the binding
    /// that came nearest and what it lacked. `query` and `on` are as for [`why`](Self::why); without a date the end of
    /// the period is meant.
    ///
    /// # Errors
    ///
    /// As [`why`](Self::why); and a number is neither true nor false.
    pub fn why_not(&self, query: &str, on: Option<&str>) -> Result<super::tree::Why, ExplainError> {
        self.why_not_within(query, on, Depth::default())
    }

    /// As [`why_not`](Self::why_not), cut at some depth.
    ///
    /// # Errors
    ///
    /// As [`why_not`](Self::why_not).
    pub fn why_not_within(
        &self,
        query: &str,
        on: Option<&str>,
        depth: Depth,
    ) -> Result<super::tree::Why, ExplainError> {
        let (asked, day) = read(self, query, on)?;
        if let Query::Amount(term) = &asked {
            let is = self.compiled.model().type_phrase(term.ty);
            return Err(ExplainError::NoCondition {
                query: query.trim().to_owned(),
                is,
            });
        }
        let answer = answered(self, |history| {
            let mut prover = Prover::new(history);
            match &asked {
                Query::Amount(term) | Query::Condition(term) => prover.why_no_condition(term, day, depth),
                Query::Events(_) => prover.why_no_event(&asked, day, depth),
            }
        });
        Ok(answer.into_why(query, Question::WhyNot))
    }
}

impl Prover<'_, '_> {
    pub fn why_no_condition(
        &mut self,
        term: &Term,
        on: Option<crate::language::value::Day>,
        depth: Depth,
    ) -> Answer {
        if let TermKind::Not(inner) = &term.kind {
            return self
                .why_condition(inner, on, Depth { missing: 0, ..depth })
                .turned();
        }
        let (at, day) = self.moment(on);
        let mut notes = Vec::new();
        if self.view(at).holds(term, &Env::new()) {
            notes.push(String::from("it does hold; ask why"));
            let reasons = self.asked(term, at, Depth { proof: 0, missing: 0 });
            return Answer {
                is_so: true,
                day,
                notes,
                reasons,
            };
        }
        if let Some((_, until)) = self.last_held(term, at) {
            notes.push(format!("it held until {until}"));
        }
        Answer {
            is_so: false,
            day,
            notes,
            reasons: self.asked(term, at, depth),
        }
    }

    fn why_no_event(
        &mut self,
        asked: &Query,
        on: Option<crate::language::value::Day>,
        depth: Depth,
    ) -> Answer {
        let history = self.history;
        let (at, day) = self.moment(on);
        let events = self.events(asked);
        let all = self.times(&events, at);
        let mut notes = Vec::new();
        if let Some(first) = all.first() {
            notes.push(format!("it did happen, on {}; ask why", history.day_of(*first)));
            let reasons = vec![self.event(*first, Depth { proof: 0, missing: 0 })];
            return Answer {
                is_so: true,
                day,
                notes,
                reasons,
            };
        }
        let mut reasons = Vec::new();
        if events.is_empty() {
            reasons = self.never_possible(asked, at, depth);
        }
        // Those that were tried come first, then the plain ones.
        let mut told: Vec<GroundEventId> = events.clone();
        told.sort_by_key(|event| (!history.void.contains_key(event), self.unusual(*event), *event));
        for event in told.into_iter().take(AT_MOST) {
            let reason = self.absent_event(event, at, depth);
            reasons.push(reason);
        }
        if let Some(more) = events.len().checked_sub(AT_MOST).filter(|more| *more > 0) {
            reasons.push(Reason::new(
                Verdict::Note,
                format!("and {more} more such events that did not happen"),
            ));
        }
        Answer {
            is_so: false,
            day,
            notes,
            reasons,
        }
    }

    /// Events that nothing can ever raise.
    fn never_possible(&mut self, asked: &Query, at: Moment, depth: Depth) -> Vec<Reason> {
        let Query::Events(patterns) = asked else {
            return Vec::new();
        };
        let view = self.view(Moment(0));
        patterns
            .iter()
            .map(|pattern| {
                let declared = &self.history.model.events[pattern.event];
                let value = |arg: &Argument| view.value(arg.as_ref()?, &Env::new());
                // Words need a value in each place; what is left out has its default.
                let words: Env = pattern
                    .args
                    .iter()
                    .zip(&declared.args)
                    .map(|(arg, parameter)| value(arg).or_else(|| parameter.default.clone()))
                    .collect();
                let atom = self.pattern_words(pattern, &Env::new());
                let text = match &declared.says {
                    Some(says) if words.iter().all(Option::is_some) => self.history.say(says, &words),
                    _ => format!("`{atom}`"),
                };
                let args: Vec<Option<GroundValue>> = pattern
                    .args
                    .iter()
                    .map(|arg| GroundValue::of(&value(arg)?))
                    .collect();
                let premises = self.impossible_event(pattern.event, &args, at, depth);
                Reason::new(Verdict::NotHappened, text)
                    .atom(atom)
                    .premises(premises)
            })
            .collect()
    }
}
