//! How long an analyst waits: loading, compiling, running, sampling. `docs/BENCHMARKS.md` holds the figures.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a bench that cannot run shall say so"
)]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use demarche::engine::{Draws, NoTrace, Runner};
use demarche::{RunNumber, Scenario, Seed};

#[path = "support/large.rs"]
mod large;

const BASELINE: &str = "scenarios/istanbul/baseline.yaml";

/// From files to a program, with the vocabulary read before.
fn load(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("baseline");
    group.bench_function("load", |b| {
        b.iter(|| Scenario::open(black_box(BASELINE)).expect("it loads"))
    });
    let scenario = Scenario::open(BASELINE).expect("it loads");
    group.bench_function("compile", |b| {
        b.iter(|| black_box(&scenario).compile().expect("it compiles"))
    });
    group.finish();
}

/// One run of thirty years, with and without its trace.
fn run(criterion: &mut Criterion) {
    let compiled = Scenario::open(BASELINE)
        .expect("it loads")
        .compile()
        .expect("it compiles");
    let mut group = criterion.benchmark_group("baseline");
    group.bench_function("one traced run", |b| {
        b.iter(|| compiled.run(black_box(Seed(1))).expect("it ends"))
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("sampling, one core", |b| {
        let mut runner = Runner::new(compiled.program()).expect("it begins");
        let mut number = 0;
        b.iter(|| {
            number += 1;
            let mut draws = Draws::new(Seed(1), RunNumber(number));
            black_box(runner.go(&mut draws, &mut NoTrace).expect("it ends").waves())
        });
    });
    group.finish();
}

/// What nobody writes by hand.
fn megabyte(criterion: &mut Criterion) {
    let text: std::sync::Arc<str> = large::scenario(large::Size::MEGABYTE).into();
    let mut group = criterion.benchmark_group("one megabyte");
    group.sample_size(10);
    group.bench_function("load", |b| {
        b.iter(|| Scenario::from_text("large.yaml", std::sync::Arc::clone(&text)).expect("it loads"));
    });
    let scenario = Scenario::from_text("large.yaml", std::sync::Arc::clone(&text)).expect("it loads");
    group.bench_function("compile", |b| {
        b.iter(|| black_box(&scenario).compile().expect("it compiles"))
    });
    group.finish();
}

/// What `demarche check` does with what an author saves: read, merge, resolve, type, ground, look for what is doubtful.
fn check(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    group.bench_function("the largest scenario that ships", |b| {
        b.iter(|| {
            let compiled = Scenario::open(black_box(BASELINE)).expect("it loads").compile();
            compiled.expect("it compiles").check()
        });
    });
    let text: std::sync::Arc<str> = large::scenario(large::Size::MEGABYTE).into();
    group.bench_function("one megabyte", |b| {
        b.iter(|| {
            let scenario = Scenario::from_text("large.yaml", std::sync::Arc::clone(&text)).expect("it loads");
            scenario.compile().expect("it compiles").check()
        });
    });
    let text: std::sync::Arc<str> = large::mistaken(500).into();
    group.bench_function("500 errors, with their text", |b| {
        b.iter(|| {
            let scenario =
                Scenario::from_text("mistaken.yaml", std::sync::Arc::clone(&text)).expect("it loads");
            scenario.compile().expect_err("it is wrong").to_string()
        });
    });
    group.finish();
}

criterion_group!(speed, load, run, megabyte, check);
criterion_main!(speed);
