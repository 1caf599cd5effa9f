//! What a story consists of. Serialised as it stands: the names of fields are what programs read.

use serde::Serialize;

use crate::explain;
use crate::language::value::{Day, Fixed};
use crate::model::Status;

/// A run told as a story.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Story {
    /// What the scenario calls itself.
    pub title: String,
    /// The question it is meant to answer.
    pub question: Option<String>,
    /// The first day.
    pub from: Day,
    /// The last day.
    pub to: Day,
    /// The seed of the run.
    pub seed: u64,
    /// Its number under the seed.
    pub run: u64,
    /// Who settled chances and choices, and how often.
    pub settled: Tally,
    /// What happened, by date.
    pub happenings: Vec<Happening>,
    /// Draws and choices that led to nothing.
    pub idle: Vec<Idle>,
    /// Duties and prohibitions with their fates, in the order of arising.
    pub norms: Vec<NormLife>,
    /// The outcomes.
    pub outcomes: Vec<OutcomeLine>,
    /// For each actor that has positions, which are met.
    pub positions: Vec<ActorPositions>,
    /// What the scenario expects.
    pub expectations: Vec<ClaimLine>,
    /// What it says must hold at each day's close.
    pub invariants: Vec<ClaimLine>,
    /// Entries of `fix:` that settled nothing.
    pub unused_fixes: Vec<UnusedFix>,
}

/// How often chances and choices were settled, by whom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Chances that were drawn.
    pub drawn: usize,
    /// Chances with one possible branch.
    pub certain: usize,
    /// Choices settled by their default.
    pub by_default: usize,
    /// Choices settled by whoever drove the run.
    pub chosen: usize,
    /// Chances and choices settled by `fix:`.
    pub fixed: usize,
    /// Choices without an open option.
    pub nothing_open: usize,
}

/// One thing that happened, or several equal ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Happening {
    /// The day; the first one if it happened more than once.
    pub date: Day,
    /// The last day on which it happened.
    pub last: Day,
    /// How many times.
    pub times: u32,
    /// What sort of thing.
    pub kind: HappeningKind,
    /// As scenarios spell it: an event, a rule, a chance or choice.
    pub what: String,
    /// In words.
    pub text: String,
    /// Why; more than one where several rules brought it about.
    pub reasons: Vec<Reason>,
    /// For a void act: what it required first that did not hold, and what else.
    pub missing: Vec<Lack>,
    /// What it changed.
    pub changes: Vec<Change>,
    /// Whether it follows from the calendar alone, so that its repetitions are no news.
    #[serde(skip)]
    pub(crate) routine: bool,
}

/// A requirement of a void act that was not as it must be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Lack {
    /// `missing`: it does not hold and should; `unwanted`: it holds and should not; `note`: a remark.
    pub verdict: explain::Verdict,
    /// In words, never negated.
    pub text: String,
}

/// The sorts of [`Happening`]s.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HappeningKind {
    /// An event took place.
    Event,
    /// An institutional act was void: it did not happen.
    Void,
    /// A due event did not happen, because its `unless:` held.
    Withheld,
    /// A rule fired on its day or because its conditions came to hold.
    Rule,
    /// A chance or choice was settled.
    Settled,
    /// A choice had no open option.
    NothingOpen,
    /// A duty or prohibition ended without an event.
    Norm,
}

/// Why something happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Reason {
    /// It stands in the timeline.
    Timeline {
        /// Under this id.
        id: String,
        /// How sure that is.
        status: Status,
        /// Where it comes from.
        sources: Vec<String>,
    },
    /// A rule.
    Rule {
        /// Its id.
        rule: String,
        /// Its reason in words.
        text: String,
        /// Where it comes from: its own sources, or those of the terms it is bound to.
        sources: Vec<String>,
        /// The day on which it put the event on the agenda, if it did so before.
        since: Option<Day>,
    },
    /// A chance or choice fell so.
    Settled {
        /// As scenarios spell it.
        name: String,
        /// The branch or option.
        word: String,
        /// The branch or option in words.
        text: Option<String>,
        /// Who settled it: `drawn`, `certain`, `by default`, `chosen`, `fixed`.
        way: &'static str,
        /// Whose choice it was.
        by: Option<String>,
        /// The probability of the branch.
        p: Option<f64>,
        /// Its probability the last time, where it differs.
        last_p: Option<f64>,
        /// The day on which it put the event on the agenda, if it did so before.
        since: Option<Day>,
    },
    /// A duty or prohibition was breached.
    Breach {
        /// Its number.
        norm: u32,
        /// What it says.
        text: String,
        /// Whether it is a prohibition.
        prohibition: bool,
    },
}

/// What a happening changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Change {
    /// A fact began to hold.
    Started {
        /// As scenarios spell it.
        fact: String,
        /// In words.
        text: String,
    },
    /// A fact ceased to hold.
    Ended {
        /// As scenarios spell it.
        fact: String,
        /// In words.
        text: String,
    },
    /// A measure changed.
    Measured {
        /// As scenarios spell it.
        measure: String,
        /// In words.
        text: String,
        /// Before.
        from: Fixed,
        /// After.
        to: Fixed,
    },
    /// An event was put on the agenda.
    Scheduled {
        /// As scenarios spell it.
        event: String,
        /// In words.
        text: String,
        /// Its day.
        due: Day,
    },
    /// A duty or prohibition arose.
    Arose {
        /// Its number.
        norm: u32,
        /// What it says.
        text: String,
        /// Its last day; none without one.
        due: Option<Day>,
        /// Whether it is a prohibition.
        prohibition: bool,
    },
    /// A duty was fulfilled.
    Fulfilled {
        /// Its number.
        norm: u32,
        /// What it says.
        text: String,
    },
}

/// A chance or choice that fell so that nothing followed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Idle {
    /// As scenarios spell it.
    pub name: String,
    /// The branch or option; none where no option was open.
    pub word: Option<String>,
    /// The branch or option in words, where its author gave it some.
    pub text: Option<String>,
    /// How many times.
    pub times: u32,
    /// The first time.
    pub first: Day,
    /// The last time.
    pub last: Day,
}

/// The life of a duty or prohibition.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct NormLife {
    /// Its number in this run, from 1.
    pub number: u32,
    /// Whether it is a prohibition.
    pub prohibition: bool,
    /// Whose it is.
    pub of: String,
    /// To whom it is owed.
    pub to: Option<String>,
    /// Under which provision.
    pub under: Option<String>,
    /// What it says.
    pub text: String,
    /// What it asks for, or forbids: any of these.
    pub asks: Vec<String>,
    /// The rule that made it.
    pub rule: String,
    /// When it arose.
    pub arose: Day,
    /// Its last day.
    pub due: Option<Day>,
    /// The event before which it was due.
    pub before: Option<String>,
    /// How it ended; the first breach of a prohibition, which stays active.
    pub fate: NormFate,
    /// When; none while it is open.
    pub on: Option<Day>,
    /// By which event.
    pub by: Option<String>,
    /// How often it was breached.
    pub breaches: u32,
}

/// How a duty or prohibition ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NormFate {
    /// It is active at the end of the period.
    Open,
    /// It was fulfilled.
    Fulfilled,
    /// Its `while:` failed.
    Released,
    /// It was breached.
    Breached,
}

/// The value of an outcome in this run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeLine {
    /// Its id.
    pub id: String,
    /// What it is.
    pub text: Option<String>,
    /// Its value: `true`, a number, a date; none for a day that never came or a number that cannot be computed.
    pub value: serde_json::Value,
    /// The value for people: "yes", "2", "never".
    pub shown: String,
}

/// Which positions of an actor are met at the end.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ActorPositions {
    /// The actor's id.
    pub actor: String,
    /// What texts call it.
    pub name: String,
    /// How many are met.
    pub met: usize,
    /// How many there are.
    pub all: usize,
    /// Each, the most important first.
    pub positions: Vec<PositionLine>,
}

/// A position at the end of the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PositionLine {
    /// Its id.
    pub id: String,
    /// What texts call it.
    pub name: String,
    /// How much it matters to its actor; larger is more.
    pub priority: Fixed,
    /// When it is met, as its author wrote it.
    pub text: String,
    /// Whether it is met.
    pub met: bool,
}

/// An expectation or an invariant after the run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ClaimLine {
    /// Its id.
    pub id: String,
    /// As its author wrote it.
    pub text: String,
    /// Why the author expects it.
    pub why: Option<String>,
    /// What the run says.
    pub verdict: Verdict,
    /// The first day at whose close an invariant did not hold.
    pub broken: Option<Day>,
}

/// What one run says about a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It holds in this run.
    Holds,
    /// It does not.
    Fails,
    /// It speaks of probabilities, which one run cannot tell.
    NotChecked,
}

/// An entry of `fix:` that settled nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct UnusedFix {
    /// Which chance or choice.
    pub name: String,
    /// The file and line where it stands.
    pub place: String,
}
