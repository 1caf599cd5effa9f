//! How likely is it, and what if? Figures of a scenario, of a variant that stands in its file, and of one written here.
//!
//! ```text
//!   river.yaml --compile--> model ------------------------------> outcomes
//!        |                    |                                      |
//!        |                    +--variant("without_borun")--+         |
//!        |                                                 +--> comparison
//!        +--with("drier.yaml", ...)--compile---------------+
//! ```

use demarche::Scenario;
use demarche::report::{WIDTH, outcomes_text};
use demarche::whatif::Budget;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let scenario = Scenario::open("scenarios/guide/river.yaml")?;
    let model = scenario.compile()?;

    // Exact where every branch can be followed within the budget, else a sample; it says which.
    let outcomes = model.outcomes(&Budget::default())?;
    print!("{}", outcomes_text(&outcomes, WIDTH));

    // A variant that stands in the file, and one that stands nowhere but here.
    let named = model.variant("without_borun")?;
    let drier = scenario
        .with("drier.yaml", "assumptions: { drought: { value: 0.5 } }")?
        .compile()?;
    print!("\n{}", model.compare(&[&named, &drier], &Budget::default())?);
    Ok(())
}
