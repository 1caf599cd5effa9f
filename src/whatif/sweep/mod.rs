//! Sweeps: the outcomes of a scenario at every point of a design over its assumptions and other values.

mod axis;
mod design;
mod hash;
mod rows;

use serde::Serialize;

use crate::engine::Seed;
use crate::whatif::Outcomes;
use crate::whatif::settings::Setting;

pub use axis::{Axis, Values};
pub(crate) use design::{MOST_SOBOL, sobol};
pub(crate) use rows::find_outcome;
pub use rows::{Figure, Row};

/// How points are laid over the axes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(tag = "design", rename_all = "snake_case")]
pub enum Design {
    /// Every value of every axis with every value of the others, the first axis slowest. A range counts with its
    /// number of steps, whatever its shape.
    #[default]
    Grid,
    /// A Latin hypercube (McKay, Beckman and Conover 1979): each axis in as many strips of equal probability as there
    /// are points, one point in each, joined at random.
    LatinHypercube {
        /// How many points.
        points: usize,
    },
    /// An Owen-scrambled Sobol sequence (Burley 2020): its first points are spread evenly for every power of two.
    Sobol {
        /// How many points.
        points: usize,
    },
}

/// What to sweep over.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Sweep {
    /// What moves.
    pub axes: Vec<Axis>,
    /// At which points.
    #[serde(flatten)]
    pub design: Design,
    /// The ids of the outcomes to tell, in this order; all if there are none.
    pub outcomes: Vec<String>,
}

/// What a sweep is, so that two with equal headers have equal rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SweepHeader {
    /// Version of the program.
    pub demarche: &'static str,
    /// The title of the scenario.
    pub title: String,
    /// SipHash-1-3 (128 bits, key 0) of the resolved scenario: of what it says, wherever and in whatever order it is
    /// written, the vocabulary included.
    pub document: String,
    /// What moves, in words.
    pub over: Vec<String>,
    /// The design, in words.
    pub design: String,
    /// How many points.
    pub points: usize,
    /// The seed of samples and of designs that are drawn.
    pub seed: u64,
    /// How the figures are found, in words.
    pub method: String,
    /// The outcomes that are told: id and sort.
    pub outcomes: Vec<(String, Sort)>,
}

/// What is told of an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Its probability.
    Truth,
    /// Its mean.
    Number,
    /// The probability that it comes, and the day by which it has come with probability one half.
    Date,
}

/// A sweep that was checked and may begin.
#[derive(Clone, Debug)]
pub struct PreparedSweep<'s> {
    scenario: &'s crate::Scenario,
    axes: Vec<Axis>,
    points: design::Points,
    budget: crate::whatif::Budget,
    /// The places of the outcomes that are told.
    told: Vec<usize>,
    header: SweepHeader,
    /// The outcomes at the first point, by which the method was settled.
    first: Outcomes,
}

impl PreparedSweep<'_> {
    /// What this sweep is.
    pub fn header(&self) -> &SweepHeader {
        &self.header
    }

    /// How many points it has; never 0.
    pub fn points(&self) -> usize {
        self.header.points
    }

    /// What moves.
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// The settings of a point, in the order of the axes.
    pub fn settings(&self, point: usize) -> Vec<Setting> {
        self.points.settings(&self.axes, point)
    }
}

/// The draws of designs, apart from those of runs.
pub(crate) fn uniform(seed: Seed, stream: u64, at: u64, part: u64) -> f64 {
    // Runs are numbered from 0; no sample reaches the last number.
    let draws = crate::engine::Draws::new(seed, crate::engine::RunNumber(u64::MAX));
    // A stream is told apart in the place of the settlement, the point in that of the branch.
    draws.uniform(stream, u32::try_from(part).unwrap_or(u32::MAX), at)
}
