//! Alone in its file, so that nothing else counts.

#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use demarche::{Scenario, Seed};

/// The most memory this process has had, in kB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn the_baseline_runs_in_less_than_fifty_megabytes() {
    let compiled = Scenario::open("scenarios/istanbul/baseline.yaml")
        .unwrap()
        .compile()
        .unwrap();
    let run = compiled.run(Seed(1)).unwrap();
    assert!(!run.trace.entries.is_empty());
    assert!(peak() < 50_000, "{} kB", peak());
}
