//! The answer to "why": a tree of statements. Its JSON is what machines read; field names are stable.

use serde::Serialize;

use crate::language::value::Day;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Question {
    /// Why something holds or happened.
    Why,
    /// Why something does not hold or never happened.
    WhyNot,
}

/// The answer: statements with their reasons. Its `Display` is an indented tree of at most 100 columns.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Why {
    /// The question as it was put, in the language of scenarios.
    pub query: String,
    /// What was asked.
    pub question: Question,
    /// Whether what was asked about is so: it holds on that day, or it happened.
    pub is_so: bool,
    /// The day at whose close the state is looked at.
    pub day: Day,
    /// What should be known before reading: another day than asked for, further occurrences, the other question.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// The statements asked for, each with its reasons.
    pub reasons: Vec<Reason>,
}

/// One statement and why it is so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Reason {
    /// How it stands with the statement.
    pub verdict: Verdict,
    /// A clause in the words of the scenario, never negated.
    pub statement: String,
    /// The same as an author would write it, for facts, events, measures, chances and norms.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atom: Option<String>,
    /// Since when it holds, or on which day it happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub day: Option<Day>,
    /// What made it so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<Because>,
    /// What that needed; for something missing, what it would have needed and did not find.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub premises: Vec<Reason>,
    /// Whether its premises were told above and are left out here.
    #[serde(skip_serializing_if = "is_false")]
    pub told_above: bool,
    /// Whether its premises are left out because the tree would get too deep.
    #[serde(skip_serializing_if = "is_false")]
    pub cut: bool,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the form serde asks for")]
fn is_false(truth: &bool) -> bool {
    !truth
}

/// How it stands with a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds, as it should.
    Holds,
    /// It does not hold, and should.
    Missing,
    /// It does not hold, as it should not.
    Absent,
    /// It holds, and should not.
    Unwanted,
    /// It happened.
    Happened,
    /// It did not happen.
    NotHappened,
    /// It was tried and came to nothing, because a requirement was missing.
    Void,
    /// A chance was drawn so.
    Drawn,
    /// A choice was made so.
    Chosen,
    /// A number with its value.
    Amount,
    /// Nothing can ever make it so.
    Impossible,
    /// A remark.
    Note,
}

/// What made a statement so.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Because {
    /// Which sort of reason it is.
    pub kind: BecauseKind,
    /// In words.
    pub text: String,
    /// The rule, by id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Where it is written: `file:line`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Its sources with the places in them: `article P3`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The probability of the branch that was drawn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Which time a chance or choice came up, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub occurrence: Option<u32>,
}

/// The sorts of reasons.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BecauseKind {
    /// A rule made it so.
    Rule,
    /// The author scripted it in the timeline.
    Timeline,
    /// It holds from the start.
    Start,
    /// It is written in the scenario and never changes.
    Written,
    /// A chance was drawn.
    Draw,
    /// A choice was made by its default or by whoever drives the run.
    Choice,
    /// The author fixed it.
    Fix,
    /// A duty or prohibition stood behind it.
    Norm,
}

impl Reason {
    /// A statement without reasons yet.
    pub(crate) fn new(verdict: Verdict, statement: impl Into<String>) -> Self {
        Reason {
            verdict,
            statement: statement.into(),
            atom: None,
            day: None,
            because: None,
            premises: Vec::new(),
            told_above: false,
            cut: false,
        }
    }

    pub(crate) fn atom(mut self, atom: impl Into<String>) -> Self {
        self.atom = Some(atom.into());
        self
    }

    pub(crate) fn on(mut self, day: Day) -> Self {
        self.day = Some(day);
        self
    }

    pub(crate) fn because(mut self, because: Because) -> Self {
        self.because = Some(because);
        self
    }

    pub(crate) fn premises(mut self, premises: Vec<Reason>) -> Self {
        self.premises = premises;
        self
    }
}

impl Because {
    /// A reason in words.
    pub(crate) fn new(kind: BecauseKind, text: impl Into<String>) -> Self {
        Because {
            kind,
            text: text.into(),
            rule: None,
            place: None,
            sources: Vec::new(),
            probability: None,
            occurrence: None,
        }
    }
}
