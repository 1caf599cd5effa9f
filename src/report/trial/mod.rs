//! Tests of files, to be read by people, programs and build servers.
//!
//! - `parts`: what is told
//! - `show`: as text, a line per file and then what failed
//! - `junit`: as the XML that build servers read
//! - `covered`: what was seen of the rules

mod covered;
mod junit;
mod parts;
mod show;

pub use covered::Coverage;
pub use parts::{FileTrial, LineStatus, Trials, TriedLine, WorldTrial};
