//! `demarche sources`: where everything comes from.

use clap::Args;

use super::common::Which;
use super::failure::Failure;
use super::{Ending, Output};
use crate::report::SourceReport;

/// List every element with its source, every assumption with its range and reason
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche sources scenarios/istanbul/baseline.yaml
  demarche sources scenarios/istanbul/baseline.yaml --format json

What carries no source is an assumption. The vocabulary is not listed: it says what words mean, not what is so.")]
pub struct Sources {
    #[command(flatten)]
    which: Which,
}

impl Sources {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let compiled = self.which.open()?.compile()?;
        let report = SourceReport::of(compiled.model());
        output.result(&report, |width| report.text(width))?;
        Ok(Ending::Fine)
    }
}
