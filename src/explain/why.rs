//! `Run::why`: the proof of what holds, the cause of what happened.

use crate::engine::Run;
use crate::language::value::Day;
use crate::model::{Term, TermKind};
use crate::program::{GroundEventId, GroundMeasure};

use super::error::ExplainError;
use super::opened::answered;
use super::prover::Prover;
use super::query::{self, Query};
use super::state::Moment;
use super::terms::Env;
use super::tree::{Question, Reason, Verdict, Why};

/// How deep an answer goes before it is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth {
    /// Steps from a statement to its premises.
    pub proof: usize,
    /// Steps from something missing to what was missing for it.
    pub missing: usize,
}

impl Default for Depth {
    fn default() -> Self {
        Depth {
            proof: 12,
            missing: 6,
        }
    }
}

impl Depth {
    pub(super) fn deeper(self) -> Option<Depth> {
        Some(Depth {
            proof: self.proof.checked_sub(1)?,
            ..self
        })
    }

    /// For what stands in the way.
    pub(super) fn shallow(self) -> Depth {
        Depth {
            proof: self.proof.min(3),
            ..self
        }
    }

    /// For what stands beside the proof: the numbers behind a probability are named, not proved.
    pub(super) fn beside(self) -> Depth {
        Depth {
            proof: self.proof.min(1),
            missing: 0,
        }
    }

    pub(super) fn missing_deeper(self) -> Option<Depth> {
        Depth {
            missing: self.missing.checked_sub(1)?,
            ..self
        }
        .deeper()
    }
}

impl Run<'_> {
    /// Why something holds or happened in this run.
    ///
    /// `query` is a condition, a number or an event in the language of scenarios: `bound(germany, treaty.guarantee)`,
    /// `losses(russia) >= 0.5`, `enter_into_force(treaty)`, `owed(_, treaty.guarantee)`. `on` is a date: the state at
    /// that day's close, and the last such event up to it. Without a date a condition is looked at where it holds
    /// last, and of an event the first one is told.
    ///
    /// # Errors
    ///
    /// The question cannot be read, is no question, or the date is none of the period.
    pub fn why(&self, query: &str, on: Option<&str>) -> Result<Why, ExplainError> {
        self.why_within(query, on, Depth::default())
    }

    /// As [`why`](Self::why), cut at some depth.
    ///
    /// # Errors
    ///
    /// As [`why`](Self::why).
    pub fn why_within(&self, query: &str, on: Option<&str>, depth: Depth) -> Result<Why, ExplainError> {
        let (asked, day) = read(self, query, on)?;
        let depth = Depth { missing: 0, ..depth };
        let answer = answered(self, |history| {
            let mut prover = Prover::new(history);
            match &asked {
                Query::Events(_) => prover.why_event(&asked, day, depth),
                Query::Condition(term) => prover.why_condition(term, day, depth),
                Query::Amount(term) => prover.why_amount(term, day, depth),
            }
        });
        Ok(answer.into_why(query, Question::Why))
    }
}

/// Reads a question and its day.
pub(super) fn read(
    run: &Run<'_>,
    query: &str,
    on: Option<&str>,
) -> Result<(Query, Option<Day>), ExplainError> {
    let model = run.compiled.model();
    let day = on.map(|text| query::day(model, text)).transpose()?;
    Ok((query::read(model, query)?, day))
}

/// An answer without its question.
pub(super) struct Answer {
    pub is_so: bool,
    pub day: Day,
    pub notes: Vec<String>,
    pub reasons: Vec<Reason>,
}

impl Answer {
    /// The answer about a condition as that about its negation.
    pub fn turned(self) -> Self {
        Answer {
            is_so: !self.is_so,
            ..self
        }
    }

    pub fn into_why(self, query: &str, question: Question) -> Why {
        let Answer {
            is_so,
            day,
            notes,
            reasons,
        } = self;
        Why {
            query: query.trim().to_owned(),
            question,
            is_so,
            day,
            notes,
            reasons,
        }
    }
}

impl Prover<'_, '_> {
    /// Where a question looks: the close of the day asked for, or the end.
    pub fn moment(&self, day: Option<Day>) -> (Moment, Day) {
        match day {
            Some(day) => (self.history.close_of(day), day),
            None => (self.history.end(), self.history.program.period.1),
        }
    }

    pub fn why_condition(&mut self, term: &Term, on: Option<Day>, depth: Depth) -> Answer {
        if let TermKind::Not(inner) = &term.kind {
            // Why something is not so is what the other question asks.
            return self
                .why_no_condition(
                    inner,
                    on,
                    Depth {
                        missing: Depth::default().missing,
                        ..depth
                    },
                )
                .turned();
        }
        let (mut at, mut day) = self.moment(on);
        let mut notes = Vec::new();
        let env = Env::new();
        let mut is_so = self.view(at).holds(term, &env);
        if !is_so {
            match self.last_held(term, at) {
                Some(last) if on.is_none() => {
                    notes.push(format!(
                        "it no longer holds at the end of the period; it held until {}",
                        last.1
                    ));
                    (at, day) = last;
                    is_so = true;
                }
                Some((_, until)) => {
                    notes.push(format!(
                        "it does not hold at the close of {day}; it held until {until}"
                    ));
                }
                None if on.is_none() => notes.push(String::from("it never holds in this run; ask why not")),
                None => notes.push(format!("it does not hold at the close of {day}; ask why not")),
            }
        }
        Answer {
            is_so,
            day,
            notes,
            reasons: self.asked(term, at, depth),
        }
    }

    /// The reasons of a condition that was asked for: at least one, however plain.
    pub fn asked(&mut self, term: &Term, at: Moment, depth: Depth) -> Vec<Reason> {
        let env = Env::new();
        let reasons = self.condition(term, &env, at, true, depth);
        if !reasons.is_empty() {
            return reasons;
        }
        let view = self.view(at);
        let verdict = super::prover::verdict(view.holds(term, &env), true);
        vec![
            Reason::new(verdict, view.clause(term, &env))
                .because(self.history.as_written(view.owner(term, &env))),
        ]
    }

    /// The last moment before `at` at which a condition held, and the day on which it ceased to.
    pub fn last_held(&self, term: &Term, at: Moment) -> Option<(Moment, Day)> {
        let history = self.history;
        let env = Env::new();
        (0..at.0).rev().map(Moment).find_map(|moment| {
            let within_commit = history.commits(moment.0)
                && moment
                    .0
                    .checked_sub(1)
                    .is_some_and(|before| history.commits(before));
            let held = !within_commit && self.view(moment).holds(term, &env);
            held.then(|| (moment, history.day_of(moment.0)))
        })
    }

    fn why_amount(&mut self, term: &Term, on: Option<Day>, depth: Depth) -> Answer {
        let (at, day) = self.moment(on);
        let env = Env::new();
        let measure = match &term.kind {
            TermKind::Measure(measure, args) => {
                self.view(at).arguments(args, &env).map(|args| GroundMeasure {
                    measure: *measure,
                    args,
                })
            }
            _ => None,
        };
        let reasons = match measure {
            Some(measure) => vec![self.measure(&measure, at, Some(depth))],
            None => {
                let reason = Reason::new(Verdict::Amount, self.view(at).is_amount(term, &env));
                match self.amounts(term, &env, at, depth) {
                    // A quantity or an assumption is its own reason.
                    one if one.len() == 1
                        && one.first().is_some_and(|one| one.statement == reason.statement) =>
                    {
                        one
                    }
                    premises => vec![reason.premises(premises)],
                }
            }
        };
        Answer {
            is_so: true,
            day,
            notes: Vec::new(),
            reasons,
        }
    }

    fn why_event(&mut self, asked: &Query, on: Option<Day>, depth: Depth) -> Answer {
        let history = self.history;
        let (at, mut day) = self.moment(on);
        let events = self.events(asked);
        let all = self.times(&events, at);
        let mut notes = Vec::new();
        let told = if on.is_some() { all.last() } else { all.first() };
        let Some(told) = told.copied() else {
            let until = on.map_or_else(String::new, |day| format!(" up to {day}"));
            notes.push(format!("it did not happen{until}; ask why not"));
            let reason = match events.as_slice() {
                [event] => Reason::new(Verdict::NotHappened, history.event_words(*event))
                    .atom(history.event_atom(*event)),
                _ => Reason::new(Verdict::NotHappened, format!("`{}`", self.asked_events(asked))),
            };
            return Answer {
                is_so: false,
                day,
                notes,
                reasons: vec![reason],
            };
        };
        if on.is_none() {
            day = history.day_of(told);
        }
        if all.len() > 1 {
            let which = if on.is_some() { "last" } else { "first" };
            let days: Vec<String> = all
                .iter()
                .map(|entry| history.day_of(*entry).to_string())
                .collect();
            notes.push(format!(
                "it happened {} times ({}); this is the {which} time",
                all.len(),
                short(&days)
            ));
        }
        Answer {
            is_so: true,
            day,
            notes,
            reasons: vec![self.event(told, depth)],
        }
    }

    /// The events that can happen and were asked for, in canonical order.
    pub fn events(&self, asked: &Query) -> Vec<GroundEventId> {
        let Query::Events(patterns) = asked else {
            return Vec::new();
        };
        let mut events: Vec<GroundEventId> = Vec::new();
        for pattern in patterns {
            let wanted = self.open_pattern(pattern, &Env::new());
            events.extend(self.history.events_matching(pattern.event, &wanted));
        }
        events.sort_unstable();
        events.dedup();
        events
    }

    /// The events that were asked for, as an author writes them.
    fn asked_events(&self, asked: &Query) -> String {
        let Query::Events(patterns) = asked else {
            return String::new();
        };
        let words: Vec<String> = patterns
            .iter()
            .map(|pattern| self.pattern_words(pattern, &Env::new()))
            .collect();
        words.join(" or ")
    }

    /// When any of the events happened up to a moment, by entry.
    pub fn times(&self, events: &[GroundEventId], at: Moment) -> Vec<usize> {
        let happened = events
            .iter()
            .filter_map(|event| self.history.happened.get(event))
            .flatten();
        let mut all: Vec<usize> = happened.copied().filter(|entry| *entry < at.0).collect();
        all.sort_unstable();
        all
    }
}

/// A few of many days.
fn short(days: &[String]) -> String {
    match days {
        [first, second, .., last] if days.len() > 4 => format!("{first}, {second}, ..., {last}"),
        all => all.join(", "),
    }
}
