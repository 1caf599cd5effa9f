//! x
use clap::Args;
use super::common::Which;
use super::failure::Failure;
use super::{Ending, Output};
/// x
#[derive(Debug, Args)]
pub struct Why { #[command(flatten)] which: Which }
impl Why { pub(super) fn go(self, _: &Output) -> Result<Ending, Failure> { self.which.open()?; Ok(Ending::Fine) } }
