//! x
use clap::Args;
use super::common::Which;
use super::failure::Failure;
use super::{Ending, Output};
/// x
#[derive(Debug, Args)]
pub struct Check { #[command(flatten)] which: Which }
impl Check { pub(super) fn go(self, _: &Output) -> Result<Ending, Failure> { self.which.open()?; Ok(Ending::Fine) } }
