//! The literal values an author can write, and the arithmetic that belongs to each of them.
//!
//! All are `Copy`, none can panic, and none knows anything of expressions: [`Day`] and [`Duration`] for time,
//! [`Fixed`] for measures, [`Number`] for a literal as written, [`RateUnit`] for `unit: per year`.

mod day;
mod duration;
mod fixed;
mod number;
mod rate;

pub use day::{Day, DayError};
pub use duration::{Duration, TimeUnit};
pub use fixed::Fixed;
pub use number::{Number, NumberError};
pub use rate::{RateUnit, chance_over};
