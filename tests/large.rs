//! A scenario far beyond what anybody writes by hand is still read and run. How fast is told by `cargo bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

use demarche::{Scenario, Seed};

#[path = "../benches/support/large.rs"]
mod large;

use large::Size;

#[test]
fn a_scenario_of_one_megabyte_loads_compiles_and_runs() {
    let text = large::scenario(Size::MEGABYTE);
    assert!((950_000..1_150_000).contains(&text.len()), "{} bytes", text.len());
    let compiled = Scenario::from_text("large.yaml", text)
        .unwrap()
        .compile()
        .unwrap();
    assert_eq!(compiled.members("state").len(), Size::MEGABYTE.states);
    assert!(compiled.program().instances.len() > 20_000);
    let run = compiled.run(Seed(1)).unwrap();
    assert!(run.trace.entries.len() > 10_000);
}
