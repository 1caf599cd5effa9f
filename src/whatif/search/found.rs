//! What is looked for and what is found.

use serde::Serialize;

use super::question::LeverLine;
use crate::language::value::Fixed;
use crate::whatif::estimate::Estimate;
use crate::whatif::outcomes::Method;

/// What is looked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Search {
    /// The outcome, a statement or a number, by its id.
    pub outcome: String,
    /// What its probability, or its mean, shall reach.
    pub reach: Reach,
    /// How many levers are pulled together at most.
    pub size: usize,
    /// Only the levers of these actors, by their ids; of all if it is empty.
    pub by: Vec<String>,
    /// The most that all levers of a set may cost together, in the author's unit.
    pub max_cost: Option<f64>,
}

impl Search {
    /// Sets of up to three levers of anyone, at any cost.
    pub fn new(outcome: impl Into<String>, reach: Reach) -> Self {
        Search {
            outcome: outcome.into(),
            reach,
            size: 3,
            by: Vec::new(),
            max_cost: None,
        }
    }
}

/// A threshold: a probability, or the mean of a number in its own unit.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// This or more.
    AtLeast(f64),
    /// This or less.
    AtMost(f64),
}

/// Whether a figure reaches the threshold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It does; of a sampled figure: its whole interval does.
    Reaches,
    /// The interval lies on both sides of the threshold: more runs would tell.
    Undecided,
    /// It does not; of a sampled figure: nothing of its interval does.
    Fails,
}

impl Reach {
    /// The threshold.
    pub fn threshold(self) -> f64 {
        match self {
            Reach::AtLeast(threshold) | Reach::AtMost(threshold) => threshold,
        }
    }

    /// Whether a value reaches it.
    pub fn met(self, value: f64) -> bool {
        // What reaches it but for the rounding of an exact sum reaches it.
        self.missing(value) <= 1e-12
    }

    /// How far a value is from reaching it; negative beyond.
    pub fn missing(self, value: f64) -> f64 {
        match self {
            Reach::AtLeast(threshold) => threshold - value,
            Reach::AtMost(threshold) => value - threshold,
        }
    }

    /// What can be said of a figure.
    pub fn verdict(self, figure: &Estimate) -> Verdict {
        let (low, high) = figure.interval.unwrap_or((figure.value, figure.value));
        match (self.met(low), self.met(high)) {
            (true, true) => Verdict::Reaches,
            (false, false) => Verdict::Fails,
            _ => Verdict::Undecided,
        }
    }
}

/// A set of levers and what pulling them does.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Pulled {
    /// The levers, by name.
    pub levers: Vec<String>,
    /// What they cost together.
    pub cost: Fixed,
    /// The probability of the outcome, or its mean.
    pub figure: Estimate,
    /// How far that is from the figure without any lever. Sampled: over the same draws, run by run.
    pub change: Estimate,
    /// Whether it reaches the threshold.
    pub verdict: Verdict,
}

/// Two levers that cannot be pulled together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Clashing {
    /// The two.
    pub levers: [String; 2],
    /// What both set, to different values.
    pub path: String,
}

/// A set that makes no scenario, although each of its levers does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unfit {
    /// The levers.
    pub levers: Vec<String>,
    /// The first thing that is wrong.
    pub message: String,
}

/// What a search found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Found {
    /// The scenario's title.
    pub title: String,
    /// The outcome's id.
    pub outcome: String,
    /// Its words.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// Whether the figures are probabilities; means otherwise.
    pub probability: bool,
    /// The threshold.
    pub reach: Reach,
    /// The largest size of a set.
    pub size: usize,
    /// How the figure without any lever was found, and those of the sets unless `sampled` says otherwise.
    #[serde(flatten)]
    pub how: Method,
    /// How many sets had to be sampled although the figure without any lever is exact.
    pub sampled: usize,
    /// The levers that were tried, by name.
    pub levers: Vec<LeverLine>,
    /// Without any lever.
    pub none: Pulled,
    /// All minimal sets whose figure reaches the threshold: by size, then cost, then names. Empty too if nothing need
    /// be pulled.
    pub sets: Vec<Pulled>,
    /// The cheapest of them, by its place in `sets`.
    pub cheapest: Option<usize>,
    /// Sets whose figure does not reach the threshold but whose interval does, without those that are no nearer to it
    /// than a part of them.
    pub undecided: Vec<Pulled>,
    /// If no set reaches it: the one that comes nearest.
    pub nearest: Option<Pulled>,
    /// Pairs that were not pulled together.
    pub clashes: Vec<Clashing>,
    /// Sets that make no scenario.
    pub unfit: Vec<Unfit>,
    /// How many sets were weighed.
    pub weighed: usize,
    /// How many were left out because a smaller set within them suffices.
    pub larger: usize,
    /// How many were left out because they cost too much.
    pub too_dear: usize,
}
