//! `demarche schema`: what editors of YAML need.

use std::path::PathBuf;

use clap::Args;

use super::failure::Failure;
use super::{Ending, Output};
use crate::Scenario;
use crate::report;

/// Print the JSON Schema of scenarios, with which an editor completes and checks them
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche schema > demarche.schema.json
  demarche schema my_talks.yaml > my_talks.schema.json

Draft 7. With a scenario its own kinds, facts and events are known too, and a kind that is not known is underlined. An editor with the YAML language server reads it from \
the first line of a file:

  # yaml-language-server: $schema=demarche.schema.json")]
pub struct Schema {
    /// A scenario with kinds of its own; without it the vocabulary alone
    file: Option<PathBuf>,
}

impl Schema {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let compiled = match &self.file {
            Some(file) => Scenario::open(file)?.compile()?,
            None => Scenario::vocabulary()?.compile()?,
        };
        let schema = report::schema(compiled.model(), self.file.is_some());
        // It is JSON for whomever.
        output.result(&schema, |_| format!("{schema:#}\n"))?;
        Ok(Ending::Fine)
    }
}
