//! The exact distribution of every outcome, by forward dynamic programming over states (DESIGN 10).

mod expand;
mod layout;
mod layers;
mod live;
mod mid;
mod pack;
mod sum;

pub(crate) use expand::{ExactFault, Flows, Limits, exact};
