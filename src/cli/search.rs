//! `demarche search`: which changes would bring an outcome over a threshold.

use clap::{ArgGroup, Args};

use super::common::{MOST_RUNS, Sampling, Which};
use super::failure::Failure;
use super::progress::Bar;
use super::{Ending, Output};
use crate::Scenario;
use crate::report;
use crate::whatif::Reach;

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
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs each sample has
    #[arg(long, value_name = "N", default_value_t = 20_000, value_parser = clap::value_parser!(u64).range(2..=MOST_RUNS))]
    runs: u64,
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
        let bar = Bar::new();
        bar.begin("weighing sets of levers", 0);
        let watch = |done, all| bar.at(done as u64, all as u64);
        let found = scenario.search_watched(&search, &self.sampling.budget(self.runs), &watch)?;
        drop(bar);
        output.result(&found, |width| report::search_text(&found, width))?;
        Ok(Ending::Fine)
    }
}
