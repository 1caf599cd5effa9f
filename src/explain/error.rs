//! What can be wrong with a question.

use std::fmt;

use crate::diagnostic::{Diagnostics, Options, Sources};
use crate::language::value::Day;

/// Why a question has no answer. Its `Display` is the whole report, without colour.
#[derive(Clone, Debug)]
pub enum ExplainError {
    /// The question could not be read: an unknown name, a wrong type, bad syntax.
    Query {
        /// The texts of the model, and the question as the source `<question>`.
        sources: Sources,
        /// What is wrong.
        diagnostics: Diagnostics,
    },
    /// The question is neither a condition, a number nor an event.
    NoQuestion {
        /// The question.
        query: String,
        /// What it is, in words: "a duration".
        is: String,
    },
    /// "why not" of something that is neither true nor false.
    NoCondition {
        /// The question.
        query: String,
        /// What it is, in words.
        is: String,
    },
    /// The date is none.
    Date {
        /// As it was given.
        text: String,
        /// What is wrong with it.
        why: String,
    },
    /// The date lies outside the period.
    OutsidePeriod {
        /// The date.
        day: Day,
        /// First and last day of the period.
        period: (Day, Day),
    },
}

impl fmt::Display for ExplainError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExplainError::Query { sources, diagnostics } => {
                f.write_str(diagnostics.render(sources, Options::default()).trim_end())
            }
            ExplainError::NoQuestion { query, is } => write!(
                f,
                "`{query}` is {is}; ask for a condition such as `fact(a, b)` or `measure(a) >= 0.5`, or for an event"
            ),
            ExplainError::NoCondition { query, is } => write!(
                f,
                "`{query}` is {is}, so there is no \"why not\"; ask for a condition such as `{query} >= 0.5`"
            ),
            ExplainError::Date { text, why } => write!(f, "`{text}` is not a date: {why}"),
            ExplainError::OutsidePeriod {
                day,
                period: (from, to),
            } => {
                write!(f, "{day} lies outside the period, which goes from {from} to {to}")
            }
        }
    }
}

impl std::error::Error for ExplainError {}
