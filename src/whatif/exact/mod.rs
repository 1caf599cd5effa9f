//! The exact distribution of every outcome, by forward dynamic programming over states (DESIGN 10).

mod expand;
mod layers;
mod layout;
mod live;
mod mid;
mod pack;
mod sum;

pub(crate) use expand::{ExactFault, Flows, Limits, exact};
