//! Arguments that several commands share.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::wanted::Wanted;
use crate::Scenario;
use crate::engine::{Run, RunNumber, Seed};
use crate::language::value::Day;
use crate::program::Compiled;
use crate::whatif;

/// How many runs `--where` looks through.
pub const LIMIT: u64 = 100_000;

/// Which scenario.
#[derive(Debug, Args)]
pub struct Which {
    /// The scenario, a YAML file
    pub file: PathBuf,
    /// One of the scenario's variants instead of itself
    #[arg(long, value_name = "ID")]
    pub variant: Option<String>,
}

impl Which {
    /// Reads the scenario.
    pub fn open(&self) -> Result<Scenario, Failure> {
        let scenario = Scenario::open(&self.file)?;
        match &self.variant {
            Some(id) => Ok(scenario.variant(id)?),
            None => Ok(scenario),
        }
    }
}

/// Most runs a sample may have: the standard error of a probability is about 0.0001 then.
pub const MOST_RUNS: u64 = 20_000_000;

/// How figures are found. How many runs a sample has is for each command to say.
#[derive(Debug, Args)]
pub struct Sampling {
    /// How to find the figures
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    pub method: Method,
    /// The seed of a sample, and of what else is drawn
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
}

/// How to find figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Method {
    /// Exact within a budget of states, else sampled
    Auto,
    /// Sampled
    Sampled,
}

impl Sampling {
    /// The budget with so many runs a sample.
    pub fn budget(&self, runs: u64) -> whatif::Budget {
        whatif::Budget {
            wanted: match self.method {
                Method::Auto => whatif::Wanted::Either,
                Method::Sampled => whatif::Wanted::Sampled,
            },
            runs,
            seed: Seed(self.seed),
            ..whatif::Budget::default()
        }
    }
}

/// Which of its runs.
#[derive(Debug, Args)]
pub struct Story {
    /// The seed of the draws
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// The number of the run under that seed
    #[arg(long, value_name = "N", default_value_t = 0, conflicts_with = "condition")]
    pub run: u64,
    /// The first of 100,000 runs in which this holds, written as in `expect:`. A condition on the state, such as
    /// `in_force(treaty)`, is read at the end of the period
    #[arg(long = "where", value_name = "CONDITION")]
    pub condition: Option<String>,
}

/// A compiled scenario in which a run is looked for.
pub struct Prepared {
    compiled: Compiled,
    wanted: Option<Wanted>,
}

impl Prepared {
    /// Compiles the scenario, with the condition that is looked for.
    pub fn new(which: &Which, story: &Story) -> Result<Self, Failure> {
        let scenario = which.open()?;
        match &story.condition {
            None => Ok(Prepared {
                compiled: scenario.compile()?,
                wanted: None,
            }),
            Some(condition) => {
                let (compiled, wanted) = Wanted::compile(&scenario, condition)?;
                Ok(Prepared {
                    compiled,
                    wanted: Some(wanted),
                })
            }
        }
    }

    /// The run that was asked for.
    pub fn run(&self, story: &Story) -> Result<Run<'_>, Failure> {
        let seed = Seed(story.seed);
        match &self.wanted {
            None => Ok(self.compiled.run_number(seed, RunNumber(story.run))?),
            Some(wanted) => wanted.first(&self.compiled, seed, LIMIT),
        }
    }

    /// The scenario.
    pub fn compiled(&self) -> &Compiled {
        &self.compiled
    }

    /// The id of the expectation that stands for the condition; reports leave it out.
    pub fn wanted(&self) -> Option<&str> {
        self.wanted.as_ref().map(Wanted::id)
    }
}

/// A day of the period.
pub fn day(text: &str, (from, to): (Day, Day)) -> Result<Day, Failure> {
    let day = Day::parse(text).map_err(|error| Failure::said(format!("`{text}` is not a date: {error}")))?;
    if day < from || day > to {
        return Err(Failure::said(format!(
            "{day} lies outside the period, which goes from {from} to {to}"
        )));
    }
    Ok(day)
}
