//! `demarche sensitivity`: what an outcome hinges on.

use clap::Args;

use super::common::{Sampling, Which};
use super::failure::Failure;
use super::progress::Bar;
use super::{Ending, Output};
use crate::report;
use crate::whatif::{Axis, BreakEvenAgainst, Effort, Question};

/// Say which assumptions an outcome hinges on, where it would turn, and how much of its spread each explains
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche sensitivity scenarios/istanbul/deferral_ends.yaml --outcome forces_sent
  demarche sensitivity scenarios/istanbul/baseline.yaml --outcome peace_holds --break-even 0.5
  demarche sensitivity scenarios/istanbul/baseline.yaml --outcome peace_holds --break-even-against senate_refuses
  demarche sensitivity scenarios/istanbul/deferral_ends.yaml --outcome forces_sent --sobol --points 128

Without more it moves each assumption alone to the ends of its range, the farthest-reaching first. `--break-even` gives
the value of each at which the outcome crosses a figure, `--break-even-against` that at which the scenario and a
variant change places. `--sobol` moves all together and shares the variance of the outcome out among them: what each
explains alone, and with the others.

The figures are exact where the states can be counted out at every point; else every point has the same draws, so that
what cannot matter changes nothing at all. Of a date its probability to come is looked at.")]
pub struct Sensitivity {
    #[command(flatten)]
    which: Which,
    /// The outcome that is looked at
    #[arg(long, value_name = "ID")]
    outcome: String,
    /// Only this, NAME or NAME=LOW..HIGH; may be given again. Without it every assumption that declares a range
    #[arg(long, value_name = "AXIS")]
    over: Vec<String>,
    /// Where the outcome crosses this figure: a probability, or a mean
    #[arg(long, value_name = "FIGURE", allow_negative_numbers = true, conflicts_with_all = ["against", "sobol"])]
    break_even: Option<f64>,
    /// Where the scenario and this variant of it change places
    #[arg(
        long = "break-even-against",
        id = "against",
        value_name = "VARIANT",
        conflicts_with = "sobol"
    )]
    against: Option<String>,
    /// First-order and total Sobol indices, with intervals
    #[arg(long)]
    sobol: bool,
    /// How much work the indices may cost, in nominal seconds of one core: a million states or 20,000 runs each. The
    /// clock is not read, so that the same command gives the same figures everywhere
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, requires = "sobol")]
    time: f64,
    /// How many rows the design of the indices has, whatever that takes
    #[arg(long, value_name = "N", requires = "sobol", conflicts_with = "time")]
    points: Option<usize>,
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs a sample has, at each point [default: 10000, for indices 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    runs: Option<u64>,
}

impl Sensitivity {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let question = Question {
            outcome: self.outcome,
            over: self
                .over
                .iter()
                .map(|text| Axis::parse(text))
                .collect::<Result<Vec<_>, _>>()?,
        };
        let runs = self.runs.unwrap_or(if self.sobol { 1_000 } else { 10_000 });
        let budget = self.sampling.budget(runs);
        let scenario = self.which.open()?;
        let bar = Bar::new();
        bar.begin("working out points", 0);
        let watch = |done, all| bar.at(done as u64, all as u64);
        let against = match (self.break_even, self.against) {
            (Some(threshold), _) => Some(BreakEvenAgainst::Threshold(threshold)),
            (None, Some(id)) => Some(BreakEvenAgainst::Variant(id)),
            (None, None) => None,
        };
        if let Some(against) = &against {
            let found = scenario.break_even(&question, against, &budget, &watch)?;
            drop(bar);
            output.result(&found, |width| report::break_even_text(&found, width))?;
        } else if self.sobol {
            let effort = self.points.map_or(Effort::Time(self.time), Effort::Rows);
            let indices = scenario.sobol_indices(&question, effort, &budget, &watch)?;
            drop(bar);
            output.result(&indices, |width| report::indices_text(&indices, width))?;
        } else {
            let tornado = scenario.tornado(&question, &budget, &watch)?;
            drop(bar);
            output.result(&tornado, |width| report::tornado_text(&tornado, width))?;
        }
        Ok(Ending::Fine)
    }
}
