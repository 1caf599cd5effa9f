//! For tests of results: a slow second opinion, and random scenarios. Behind the feature `testing`.
//!
//! - [`mod@reference`]: an interpreter of scenarios that is written to be read beside DESIGN, sections 5 to 10, and shares no
//!   line with the engine and the exact method;
//! - [`generate`]: a `proptest` strategy for small whole scenarios, as an author would write them. Use it to test
//!   invariants of your own; `examples/property_test.rs` shows how.

pub mod generate;
pub mod reference;
