//! How much sharper a comparison is draw for draw than with independent seeds: nine guarantors over twenty years, one
//! more or one less, 100,000 runs.
//!
//! No clock is looked at; what is measured is the standard error of the difference. `cargo bench --bench pairs`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a bench that cannot run shall say so"
)]

use demarche::whatif::{Budget, Estimate, Law, Wanted};
use demarche::{Compiled, Scenario, Seed};

const RUNS: u64 = 100_000;
const OUTCOME: &str = "attacked";
/// 97.5 % point of the standard normal distribution.
const Z: f64 = 1.959_963_984_540_054;

/// The share of runs with an attack under a seed.
fn share(compiled: &Compiled, seed: Seed) -> f64 {
    let budget = Budget {
        wanted: Wanted::Sampled,
        runs: RUNS,
        seed,
        ..Budget::default()
    };
    let outcomes = compiled.outcomes(&budget).expect("no run fails");
    let law = outcomes
        .outcomes
        .into_iter()
        .find(|outcome| outcome.id == OUTCOME);
    match law.expect("the outcome is there").law {
        Law::Truth { p } => p.value,
        other => unreachable!("{other:?} is no statement"),
    }
}

fn standard_error(estimate: &Estimate) -> f64 {
    let (low, high) = estimate.interval.expect("a sample has an interval");
    (high - low) / 2.0 / Z
}

fn main() {
    let scenario = Scenario::open("scenarios/bench/guarantors_9.yaml").expect("it loads");
    let base = scenario.compile().expect("it compiles");
    let p = share(&base, Seed(1));
    println!("nine guarantors, twenty years, {RUNS} runs: P({OUTCOME}) = {p:.4}");
    #[allow(clippy::cast_precision_loss, reason = "runs are far fewer than 2^53")]
    let runs = RUNS as f64;
    for id in ["ten", "eight"] {
        let other = base.variant(id).expect("it compiles");
        let paired = base.paired(&other, Seed(1), RUNS).expect("no run fails");
        let outcome = paired.outcome(OUTCOME).expect("both have it");
        let difference = outcome.shift.difference();
        let sharp = standard_error(&difference);
        // Independent seeds: two samples of their own.
        let q = share(&other, Seed(2));
        let blunt = ((p * (1.0 - p) + q * (1.0 - q)) / runs).sqrt();
        println!(
            "{id:>5}: paired      {:+.5}, standard error {sharp:.5}, {} runs change",
            difference.value, outcome.changed
        );
        println!(
            "       independent {:+.5}, standard error {blunt:.5}, {:.0} runs change",
            q - p,
            runs * (p * (1.0 - q) + q * (1.0 - p))
        );
        println!("       {:.1} times smaller", blunt / sharp);
    }
}
