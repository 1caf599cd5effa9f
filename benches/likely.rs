//! How fast figures are found: the exact method over a horizon of years and over the baseline, and sampling. Those that are asked
//! for stand side by side in one run. `cargo bench --bench likely`; `docs/BENCHMARKS.md` holds the figures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a bench that cannot run shall say so"
)]

use std::time::Instant;

use demarche::engine::{Draws, NoTrace, Runner};
use demarche::whatif::{Budget, Law, Method, Outcomes};
use demarche::{Compiled, RunNumber, Scenario, Seed};

#[path = "support/horizon.rs"]
mod horizon;

/// Seconds that a sampled figure is looked at.
const SECONDS: f64 = 4.0;

fn main() {
    println!("{:<66} {:>14}  {:>14}", "what", "figure", "asked for");
    // After loading; the least of several times.
    for (n, times, most) in [(9, 7, 0.02), (14, 3, 0.3)] {
        let compiled =
            compile(&Scenario::from_text("horizon.yaml", horizon::yaml(n, true)).expect("it loads"));
        let (seconds, told) = exact(&compiled, times);
        line(
            &format!("horizon of {n}, exact: {:.9}{}", first(&told), states(&told)),
            &format!("{:.1} ms", seconds * 1e3),
            &format!("{:.0} ms", most * 1e3),
        );
        println!("{:<66} {:>13.1}x", "  of the time asked for", seconds / most);
    }
    let baseline = compile(&Scenario::open("scenarios/istanbul/baseline.yaml").expect("it loads"));
    let guarantors = compile(&Scenario::open("scenarios/bench/guarantors_9.yaml").expect("it loads"));
    for (name, compiled, asked) in [
        ("nine guarantors over twenty years", &guarantors, "100000 runs"),
        ("baseline", &baseline, "3000000 waves"),
    ] {
        let (runs, waves) = sampled(compiled);
        line(
            &format!("{name}, sampled, one core, runs a second"),
            &format!("{runs:.0}"),
            asked,
        );
        line(
            &format!("{name}, sampled, one core, waves a second"),
            &format!("{waves:.0}"),
            "",
        );
    }
    let (seconds, told) = exact(&guarantors, 1);
    line(
        &format!("nine guarantors, exact{}", states(&told)),
        &format!("{seconds:.2} s"),
        "",
    );
    let (seconds, told) = exact(&baseline, 1);
    line(
        &format!("baseline, all outcomes, exact{}", states(&told)),
        &format!("{seconds:.2} s"),
        "1 s (limit 10)",
    );
}

fn line(what: &str, figure: &str, asked: &str) {
    println!("{what:<66} {figure:>14}  {asked:>14}");
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().expect("it compiles")
}

/// The least time of several, in seconds.
fn exact(compiled: &Compiled, times: usize) -> (f64, Outcomes) {
    let mut best: Option<(f64, Outcomes)> = None;
    for _ in 0..times {
        let start = Instant::now();
        let told = compiled.outcomes(&Budget::default()).expect("no run fails");
        let seconds = start.elapsed().as_secs_f64();
        if best.as_ref().is_none_or(|(least, _)| seconds < *least) {
            best = Some((seconds, told));
        }
    }
    best.expect("at least once")
}

fn states(told: &Outcomes) -> String {
    match &told.how {
        Method::Exact { states, .. } => format!(" ({states} states)"),
        Method::Sampled { .. } => String::from(" (COULD NOT BE COUNTED OUT)"),
    }
}

fn first(told: &Outcomes) -> f64 {
    match told.outcomes.first().map(|outcome| &outcome.law) {
        Some(Law::Truth { p }) => p.value,
        _ => f64::NAN,
    }
}

/// Runs and waves a second on this thread.
fn sampled(compiled: &Compiled) -> (f64, f64) {
    let mut runner = Runner::new(compiled.program()).expect("it begins");
    let (mut runs, mut waves) = (0u64, 0u64);
    let start = Instant::now();
    loop {
        for _ in 0..1_000 {
            let world = runner
                .go(&mut Draws::new(Seed(1), RunNumber(runs)), &mut NoTrace)
                .expect("no run fails");
            waves += world.waves();
            runs += 1;
        }
        let seconds = start.elapsed().as_secs_f64();
        if seconds >= SECONDS {
            return (runs as f64 / seconds, waves as f64 / seconds);
        }
    }
}
