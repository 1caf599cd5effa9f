//! `search`: what would it take? The smallest sets of changes that bring an outcome over a threshold.
//!
//! [`question`](self) checks what is asked before any run, `sets` counts out the sets of levers, `weigh` finds how
//! likely the outcome is under one of them. Nothing is assumed about how levers work together: every set up to the
//! size asked for is looked at, except those that hold a smaller set which suffices.

pub(crate) mod codes;
mod error;
mod question;
mod sets;
mod weigh;

use std::cmp::Ordering;

use rayon::prelude::*;
use serde::Serialize;

pub use error::SearchError;
pub use question::LeverLine;

use super::estimate::Estimate;
use super::outcomes::{Budget, Method};
use crate::Scenario;
use crate::language::value::Fixed;
use question::Question;
use weigh::Scale;

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

/// How far a search is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// How many levers the sets at hand have.
    pub size: usize,
    /// How many of these sets are done.
    pub done: usize,
    /// How many there are.
    pub of: usize,
}

impl Scenario {
    /// All minimal sets of this scenario's levers that bring an outcome over a threshold: sets that reach it while no
    /// part of them does. Exact where the states can be counted out; else sampled, every set over the same draws.
    ///
    /// # Errors
    ///
    /// Before any run: the outcome is unknown or a date, the threshold cannot be reached by any probability, there is no
    /// lever to pull, a lever changes nothing or changes the outcome itself, a lever alone makes no scenario. Later: a
    /// run fails.
    pub fn search(&self, search: &Search, budget: &Budget) -> Result<Found, SearchError> {
        self.search_watched(search, budget, &|_| {})
    }

    /// As [`search`](Self::search), telling how far it is. `watch` is called from several threads.
    ///
    /// # Errors
    ///
    /// As [`search`](Self::search).
    pub fn search_watched(
        &self,
        search: &Search,
        budget: &Budget,
        watch: &(dyn Fn(Progress) + Sync),
    ) -> Result<Found, SearchError> {
        let question = Question::ask(self, search)?;
        let scale = Scale::new(&question, search.reach, budget)?;
        let mut found = scale.begin(search);
        if !search.reach.met(found.none.figure.value) {
            for size in 1..=search.size.min(question.levers.len()) {
                found.level(&question, &scale, size, watch)?;
            }
        }
        found.conclude();
        Ok(found)
    }
}

impl Found {
    /// Weighs all sets of one size.
    fn level(
        &mut self,
        question: &Question<'_>,
        scale: &Scale<'_>,
        size: usize,
        watch: &(dyn Fn(Progress) + Sync),
    ) -> Result<(), SearchError> {
        let sets = self.candidates(question, size);
        let of = sets.len();
        let done = std::sync::atomic::AtomicUsize::new(0);
        watch(Progress { size, done: 0, of });
        let weighed: Vec<_> = sets
            .par_iter()
            .map(|set| {
                let weighed = scale.weigh(question, set);
                let done = done.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
                watch(Progress { size, done, of });
                weighed
            })
            .collect();
        for result in weighed {
            match result? {
                Err(unfit) => self.unfit.push(unfit),
                Ok(pulled) => {
                    self.weighed += 1;
                    self.sampled += usize::from(
                        pulled.figure.interval.is_some() && matches!(self.how, Method::Exact { .. }),
                    );
                    self.sort_in(pulled);
                }
            }
        }
        Ok(())
    }

    /// The sets of one size that are worth weighing.
    fn candidates(&mut self, question: &Question<'_>, size: usize) -> Vec<Vec<usize>> {
        let found: Vec<Vec<usize>> = self
            .sets
            .iter()
            .filter_map(|set| set.levers.iter().map(|id| question.place(id)).collect())
            .collect();
        let mut candidates = Vec::new();
        for set in sets::of_size(question.levers.len(), size) {
            let clashes = |pair: &[usize; 2]| set.contains(&pair[0]) && set.contains(&pair[1]);
            if question.clashes.iter().any(|(pair, _)| clashes(pair)) {
                continue;
            }
            if question.too_dear(&set) {
                self.too_dear += 1;
            } else if found
                .iter()
                .any(|part| part.iter().all(|lever| set.contains(lever)))
            {
                self.larger += 1;
            } else {
                candidates.push(set);
            }
        }
        candidates
    }

    fn sort_in(&mut self, pulled: Pulled) {
        let missing = self.reach.missing(pulled.figure.value);
        let nearer = self
            .nearest
            .as_ref()
            .is_none_or(|known| missing < self.reach.missing(known.figure.value));
        if self.reach.met(pulled.figure.value) {
            self.sets.push(pulled);
        } else {
            if nearer {
                self.nearest = Some(pulled.clone());
            }
            if pulled.verdict == Verdict::Undecided {
                self.undecided.push(pulled);
            }
        }
    }

    /// Puts what was found in order.
    fn conclude(&mut self) {
        let reach = self.reach;
        let all = self.undecided.clone();
        self.undecided.retain(|set| {
            let missing = reach.missing(set.figure.value);
            !all.iter().any(|other| {
                other.levers.len() < set.levers.len()
                    && other.levers.iter().all(|lever| set.levers.contains(lever))
                    && reach.missing(other.figure.value) <= missing
            })
        });
        for sets in [&mut self.sets, &mut self.undecided] {
            sets.sort_by(|a, b| a.levers.len().cmp(&b.levers.len()).then_with(|| dearer(a, b)));
        }
        self.cheapest = (0..self.sets.len()).min_by(|a, b| match (self.sets.get(*a), self.sets.get(*b)) {
            (Some(a), Some(b)) => a
                .cost
                .cmp(&b.cost)
                .then(a.levers.len().cmp(&b.levers.len()))
                .then_with(|| dearer(a, b)),
            _ => Ordering::Equal,
        });
        if !self.sets.is_empty() {
            self.nearest = None;
        }
    }
}

fn dearer(a: &Pulled, b: &Pulled) -> Ordering {
    a.cost.cmp(&b.cost).then_with(|| a.levers.cmp(&b.levers))
}
