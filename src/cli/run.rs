//! `demarche run`: one story.

use clap::Args;

use super::common::{Prepared, Story, Which};
use super::failure::Failure;
use super::{Ending, Output};
use crate::report;

/// Tell one run as a story: what happened, on which day, and why
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche run scenarios/precedents/belgium_1914.yaml
  demarche run scenarios/istanbul/baseline.yaml --variant senate_refuses --seed 7
  demarche run scenarios/istanbul/baseline.yaml --where 'ever(attack(russia, ukraine))'
  demarche run scenarios/istanbul/baseline.yaml --where 'not peace_holds' --format json

The same seed and run number give the same story on every machine. Exit code 1 means that the scenario expects \
something that did not hold in this run.")]
pub struct Run {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    story: Story,
}

impl Run {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let prepared = Prepared::new(&self.which, &self.story)?;
        let run = prepared.run(&self.story)?;
        let mut story = report::Story::of(&run);
        story
            .expectations
            .retain(|claim| Some(claim.id.as_str()) != prepared.wanted());
        output.result(&story, |width| story.text(width))?;
        Ok(if story.as_expected() {
            Ending::Fine
        } else {
            Ending::Unexpected
        })
    }
}
