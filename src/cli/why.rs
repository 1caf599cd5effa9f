//! `demarche why`: the proof of a fact, or what was missing.

use clap::Args;

use super::common::{Prepared, Story, Which};
use super::failure::Failure;
use super::{Ending, Output};

/// Explain why something holds or happened in a run, or why it did not
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche why scenarios/precedents/belgium_1914.yaml 'bound(britain, treaty.guarantee)' --on 1914-08-04
  demarche why scenarios/precedents/belgium_1914.yaml 'breach(germany, treaty.guarantee)'
  demarche why --not scenarios/precedents/belgium_1914.yaml 'met(austria_hungary, treaty.guarantee)'
  demarche why scenarios/istanbul/baseline.yaml 'losses(russia) >= 0.5' --where 'ever(sign(treaty))'

FACT is a condition, a number or an event in the language of scenarios. `--on` means the close of that day; without it \
a condition is explained where it holds last, an event where it happened first, and `--not` looks at the end.")]
pub struct Why {
    #[command(flatten)]
    which: Which,
    /// What to explain: `in_force(treaty)`, `attack(russia, ukraine)`, `losses(russia) >= 0.5`
    fact: String,
    /// At the close of this day
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// Why it does not hold or did not happen
    #[arg(long)]
    not: bool,
    #[command(flatten)]
    story: Story,
}

impl Why {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let prepared = Prepared::new(&self.which, &self.story)?;
        let run = prepared.run(&self.story)?;
        let on = self.on.as_deref();
        let answer = if self.not {
            run.why_not(&self.fact, on)?
        } else {
            run.why(&self.fact, on)?
        };
        output.result(&answer, |_| answer.to_string())?;
        Ok(Ending::Fine)
    }
}
