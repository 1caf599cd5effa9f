//! Opens a scenario, runs it, asks the run why, and asks what would have been otherwise.
//!
//! ```text
//!   file --open--> Scenario --compile--> Compiled --run--> Run --why--> reasons
//!                                           |
//!                                        variant
//!                                           v
//!                                        Compiled --run--> Run --why_not--> what was missing
//! ```

use demarche::report::Story;
use demarche::{Scenario, Seed};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let model = Scenario::open("scenarios/precedents/belgium_1914.yaml")?.compile()?;
    let run = model.run(Seed(1))?; // one seed, one story, on every machine
    for outcome in &Story::of(&run).outcomes {
        println!("{}: {}", outcome.id, outcome.shown);
    }
    println!();
    print!(
        "{}",
        run.why("met(britain, treaty.guarantee)", Some("1914-08-05"))?
    );
    println!();

    let otherwise = model.variant("britain_stays_out")?;
    let run = otherwise.run(Seed(1))?;
    print!("{}", run.why_not("met(britain, treaty.guarantee)", None)?);
    Ok(())
}
