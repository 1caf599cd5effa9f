//! A scenario of 1 MB, far beyond what anybody writes by hand, is still read at once.

use std::time::{Duration, Instant};

use demarche::Scenario;

#[path = "../benches/support/large.rs"]
mod large;

use large::Size;

#[test]
fn a_scenario_of_one_megabyte_loads_and_compiles_in_under_a_second() {
    let text = large::scenario(Size::MEGABYTE);
    assert!((950_000..1_150_000).contains(&text.len()), "{} bytes", text.len());
    let begun = Instant::now();
    let compiled = Scenario::from_text("large.yaml", text)
        .unwrap()
        .compile()
        .unwrap();
    let took = begun.elapsed();
    assert_eq!(compiled.members("state").len(), Size::MEGABYTE.states);
    assert!(compiled.program().instances.len() > 20_000);
    // The promise is about a release build; what the tests are built with is allowed to be ten times slower.
    let limit = Duration::from_secs(if cfg!(debug_assertions) { 10 } else { 1 });
    assert!(took < limit, "it took {took:?}");
}
