//! `demarche search`: which changes would bring an outcome over a threshold.

use std::io::{self, IsTerminal as _, Write as _};

use clap::{ArgGroup, Args};

use super::common::Which;
use super::failure::Failure;
use super::outcomes::Method;
use super::{Ending, Output};
use crate::Scenario;
use crate::engine::Seed;
use crate::report;
use crate::whatif::{Budget, Progress, Reach, Wanted};

/// Find the smallest sets of levers that bring an outcome over a threshold
#[derive(Debug, Args)]
#[command(
    group(ArgGroup::new("reach").required(true).args(["at_least", "at_most"])),
    after_help = "\
Examples:
  demarche search scenarios/istanbul/baseline.yaml --outcome treaty_in_force --at-least 0.6
  demarche search scenarios/istanbul/baseline.yaml --outcome new_attack --at-most 0.65 --by ukraine --size 2
  demarche search scenarios/istanbul/baseline.yaml --outcome days_of_war --at-most 2500 --max-cost 3

Levers are the overlays that the scenario declares under `levers:`, each with `by:` whom and at what `cost:`. Every set
up to the size asked for is looked at: nothing is assumed about how levers work together. A set is listed if it reaches the
threshold and no part of it does. A variant keeps the levers of its scenario unless it declares its own."
)]
pub struct Search {
    #[command(flatten)]
    which: Which,
    /// The outcome: a statement, of which the probability counts, or a number, of which the mean does
    #[arg(long, value_name = "ID")]
    outcome: String,
    /// The threshold it shall reach from below
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    at_least: Option<f64>,
    /// The threshold it shall reach from above
    #[arg(long, value_name = "X", allow_negative_numbers = true)]
    at_most: Option<f64>,
    /// How many levers are pulled together at most
    #[arg(long, value_name = "K", default_value_t = 3)]
    size: usize,
    /// Only levers of this actor; may be given several times
    #[arg(long, value_name = "ACTOR")]
    by: Vec<String>,
    /// The most that all levers of a set may cost together
    #[arg(long, value_name = "C", allow_negative_numbers = true)]
    max_cost: Option<f64>,
    /// How to find the figures
    #[arg(long, value_enum, default_value_t = Method::Auto)]
    method: Method,
    /// How many runs each sample has
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(2..))]
    runs: u64,
    /// The seed of the samples
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
}

impl Search {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let scenario = Scenario::open(&self.which.file)?;
        let scenario = match &self.which.variant {
            Some(id) => scenario.variant_with_levers(id)?,
            None => scenario,
        };
        let reach = match (self.at_least, self.at_most) {
            (Some(threshold), _) => Reach::AtLeast(threshold),
            (None, threshold) => Reach::AtMost(threshold.unwrap_or(f64::NAN)),
        };
        let search = crate::whatif::Search {
            size: self.size,
            by: self.by,
            max_cost: self.max_cost,
            ..crate::whatif::Search::new(self.outcome, reach)
        };
        let budget = Budget {
            wanted: Wanted::from(self.method),
            runs: self.runs,
            seed: Seed(self.seed),
            ..Budget::default()
        };
        let watched = io::stderr().is_terminal();
        let found = scenario.search_watched(&search, &budget, &|progress| {
            if watched {
                tell(progress);
            }
        });
        if watched {
            // The line goes when it is no longer true.
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        let found = found?;
        output.result(&found, |width| report::search_text(&found, width))?;
        Ok(Ending::Fine)
    }
}

fn tell(Progress { size, done, of }: Progress) {
    let levers = if size == 1 {
        "single levers"
    } else {
        "sets of levers"
    };
    let _ = write!(io::stderr(), "\r\x1b[K{levers} (size {size}): {done} of {of}");
}
