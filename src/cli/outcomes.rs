//! `demarche outcomes`: how likely each outcome is.

use clap::Args;

use super::common::{MOST_RUNS, Sampling, Which};
use super::failure::Failure;
use super::{Ending, Output};
use crate::report;
use crate::whatif::{Expected, Judgement, Told};

/// Tell how likely each declared outcome is, exactly where that can be counted out, else from a sample
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche outcomes scenarios/precedents/belgium_1914.yaml
  demarche outcomes scenarios/istanbul/baseline.yaml --variant senate_refuses
  demarche outcomes scenarios/istanbul/baseline.yaml --method sampled --runs 20000 --seed 7
  demarche outcomes scenarios/istanbul/baseline.yaml --p 'peace_holds given ever(ratify(usa, treaty))'

Choices fall as `fix:` or their defaults say; beside that value stands the range over strategies. A strategy takes one
option of each open choice whenever it is open (else the default, or the first open option). A choice with neither default nor
`fix:` leaves only the ranges. The answer names its method and why. The same seed gives the same
figures on every machine and with any number of threads. The exit code is 1 if a probability that the scenario expects is
not so; of a sample only if its whole interval says so.")]
pub struct Outcomes {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs a sample has
    #[arg(long, value_name = "N", default_value_t = 100_000, value_parser = clap::value_parser!(u64).range(1..=MOST_RUNS))]
    runs: u64,
    /// Also tells how likely a statement is, or one given another: 'a' or 'a given b', written as in `expect:`. May be given
    /// several times
    #[arg(long = "p", value_name = "STATEMENT")]
    asked: Vec<String>,
    /// Beside the value under defaults, tells the range over so many strategies of those who choose, if there are not more;
    /// 0 tells no ranges. Without it, 16 where the value under defaults is quickly told
    #[arg(long, value_name = "N")]
    strategies: Option<u64>,
}

impl Outcomes {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let compiled = self.which.open()?.compile_asking(&self.asked)?;
        let over = compiled.outcomes_over_choices(&self.sampling.budget(self.runs), self.strategies)?;
        output.result(&over, |width| report::over_choices_text(&over, width))?;
        let expectations = match &over.told {
            Told::Defaults(outcomes) => &outcomes.expectations,
            Told::Open { expectations, .. } => expectations,
        };
        let fails = |expected: &Expected| expected.verdict == Judgement::Fails;
        Ok(match expectations.iter().any(fails) {
            true => Ending::Unexpected,
            false => Ending::Fine,
        })
    }
}
