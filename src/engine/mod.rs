//! Runs one program, day by day (DESIGN 7 and 8).
//!
//! A [`World`] is the whole state of a run. It is stepped from settlement to settlement: whoever drives it decides
//! how chances and choices fall, so that one run, bulk sampling and exact enumeration share every other line.

pub(crate) mod codes;
mod commit;
mod complain;
mod days;
mod draws;
mod fault;
mod idle;
mod monitors;
mod norms;
mod places;
mod replay;
mod rest;
mod run;
mod settle;
mod stage;
mod state;
mod today;
mod trace;
mod world;

pub(crate) use complain::{run_error, run_error_on};
pub use draws::{Draws, RunNumber, Seed};
pub use fault::{Fault, RunError};
pub(crate) use monitors::Memory;
pub(crate) use run::undecided;
pub use run::{Decided, Run, Runner};
pub(crate) use settle::Offer;
pub use settle::{Pending, Settler, Way};
pub(crate) use today::Arranged;
pub use trace::{Cause, Entry, NoTrace, NormSerial, Trace, Tracer, What};
pub use world::{ActiveNorm, Step, World};
