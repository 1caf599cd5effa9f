//! What `benches/peers/` cannot ask of the command: how long each stage takes once the process runs, and the files that are compared.
//! `cargo bench --bench stages -- WHAT`, where WHAT is one of
//!
//! ```text
//! horizon N        writes workload C for N guarantors
//! large            writes a scenario of 1 MB
//! exact FILE       seconds to load, to compile, to count out; the least of several
//! loading FILE     seconds to parse plainly, to load, to compile; the least of several
//! derived FILE F   seconds to load, to compile, to run; how often the derived fact F holds at the end
//! ```

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a bench that cannot run shall say so"
)]

use std::hint::black_box;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use demarche::engine::{Draws, NoTrace, Runner};
use demarche::model::FactId;
use demarche::whatif::{Budget, Law, Method};
use demarche::{Compiled, RunNumber, Scenario, Seed};

#[path = "support/horizon.rs"]
mod horizon;
#[path = "support/large.rs"]
#[allow(dead_code, reason = "mistakes are for another bench")]
mod large;

/// Seconds after which a stage is not tried again.
const PATIENCE: f64 = 3.0;
/// Seconds that a batch shall last.
const BATCH: f64 = 0.5;

fn main() {
    // `cargo bench` adds `--bench`.
    let words: Vec<String> = std::env::args()
        .skip(1)
        .filter(|word| !word.starts_with("--"))
        .collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["horizon", n] => print!("{}", horizon::yaml(n.parse().expect("a number"), true)),
        ["large"] => print!("{}", large::scenario(large::Size::MEGABYTE)),
        ["exact", file] => exact(file),
        ["loading", file] => loading(file),
        ["derived", file, fact] => derived(file, fact),
        _ => println!("one of: horizon N, large, exact FILE, loading FILE, derived FILE FACT"),
    }
}

/// Seconds of the processor that this process and all its threads have had, which other work on the machine does not
/// lengthen: Linux counts them in hundredths. Elsewhere seconds by the clock.
fn seconds() -> f64 {
    static BEGUN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/self/stat").ok();
    let ticks = told.as_deref().and_then(|told| {
        // The name of the program comes second, in parentheses; the two counts are the 12th and 13th after it.
        let mut fields = told.rsplit_once(')')?.1.split_whitespace().skip(11);
        let mut count = || fields.next()?.parse::<f64>().ok();
        Some(count()? + count()?)
    });
    ticks.map_or_else(|| BEGUN.elapsed().as_secs_f64(), |ticks| ticks / 100.0)
}

/// The least time of several batches, each so long that hundredths of a second do not matter.
fn least<T>(mut work: impl FnMut() -> T) -> (f64, T) {
    let start = Instant::now();
    let mut made = black_box(work());
    let batch = (BATCH / start.elapsed().as_secs_f64()).ceil().clamp(1.0, 1e6);
    let mut best = f64::INFINITY;
    while best.is_infinite() || start.elapsed().as_secs_f64() < PATIENCE {
        let before = seconds();
        for _ in 0..batch as usize {
            made = black_box(work());
        }
        best = best.min((seconds() - before) / batch);
    }
    (best, made)
}

fn open(file: &str) -> Scenario {
    Scenario::open(file).unwrap_or_else(|error| panic!("{error}"))
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

fn exact(file: &str) {
    let (load, scenario) = least(|| open(file));
    let (compiling, compiled) = least(|| compile(&scenario));
    let (counting, told) = least(|| compiled.outcomes(&Budget::default()).expect("no run fails"));
    let Method::Exact { states, .. } = told.how else {
        panic!("{file} could not be counted out")
    };
    let figure = match told.outcomes.first().map(|outcome| &outcome.law) {
        Some(Law::Truth { p }) => p.value,
        _ => f64::NAN,
    };
    println!(
        "{{\"load\": {load}, \"compile\": {compiling}, \"exact\": {counting}, \"states\": {states}, \"figure\": {figure:.12}}}"
    );
}

fn loading(file: &str) {
    let text: Arc<str> = std::fs::read_to_string(file).expect("a file").into();
    let (plain, nodes) = least(|| plainly(&text));
    let (load, scenario) = least(|| {
        Scenario::from_text("large.yaml", Arc::clone(&text)).unwrap_or_else(|error| panic!("{error}"))
    });
    let (compiling, _) = least(|| compile(&scenario));
    println!(
        "{{\"bytes\": {}, \"nodes\": {nodes}, \"plain\": {plain}, \"load\": {load}, \"compile\": {compiling}}}",
        text.len()
    );
}

fn derived(file: &str, name: &str) {
    let (load, scenario) = least(|| open(file));
    let (compiling, compiled) = least(|| compile(&scenario));
    let program = compiled.program();
    let (run, world) = least(|| {
        let mut runner = Runner::new(program).expect("it begins");
        let mut draws = Draws::new(Seed(1), RunNumber(0));
        runner.go(&mut draws, &mut NoTrace).expect("it ends").clone()
    });
    let named = |fact: FactId| compiled.model().facts()[fact].name == name;
    let holding = program
        .derived
        .values()
        .filter(|derived| named(derived.fact.fact) && world.holds(derived.node))
        .count();
    // Those that no event can change are kept as a table.
    let closed = program.closed.iter().flat_map(|closed| {
        let facts = closed.facts().filter(|fact| named(*fact));
        facts.map(|fact| closed.holding(fact).count())
    });
    let holding = holding + closed.sum::<usize>();
    println!("{{\"load\": {load}, \"compile\": {compiling}, \"run\": {run}, \"tuples\": {holding}}}");
}

/// What the YAML parser needs by itself, into a tree without places; how many nodes that has.
fn plainly(text: &str) -> usize {
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! { max_nodes: 10_000_000, max_events: 10_000_000 },
    };
    let value: serde_json::Value = serde_saphyr::from_str_with_options(text, options).expect("it is YAML");
    count(&value)
}

fn count(value: &serde_json::Value) -> usize {
    match value {
        serde_json::Value::Array(members) => 1 + members.iter().map(count).sum::<usize>(),
        serde_json::Value::Object(members) => 1 + members.values().map(count).sum::<usize>(),
        _ => 1,
    }
}
