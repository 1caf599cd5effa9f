//! A second opinion: random whole scenarios, worked out by the reference interpreter and by the engine, the exact method and
//! the explanations (DESIGN 5 to 11).
//!
//! `DEMARCHE_LONG=1` tries many more; `PROPTEST_CASES` says how many. `DEMARCHE_SEED` begins elsewhere.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use demarche::language::value::Day;
use demarche::program::{OutcomeValue, spell};
use demarche::testing::generate::drafts;
use demarche::testing::reference::{End, Ends, Fault, Line, Reference, Strategy as Taken, Worth};
use demarche::whatif::{Budget, Law, Method, OverChoices, Ranges, Wanted};
use demarche::{Compiled, RunNumber, Seed};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{TestCaseError, TestRunner};

#[path = "common/drafts.rs"]
mod many;
#[path = "common/told.rs"]
mod told;

use many::{As, Met, cases, fail, worlds};

#[test]
fn whatever_is_generated_compiles_and_so_does_its_variant() {
    let mut runner = TestRunner::deterministic();
    let any = drafts();
    let mut errors: BTreeMap<String, String> = BTreeMap::new();
    for _ in 0..cases(500) {
        let draft = any.new_tree(&mut runner).unwrap().current();
        if let Err(error) = worlds(&draft) {
            let error = error.to_string();
            let kind = error
                .split('`')
                .step_by(2)
                .collect::<String>()
                .lines()
                .next()
                .unwrap()
                .to_owned();
            errors.entry(kind).or_insert_with(|| format!("{error}\n{draft}"));
        }
    }
    let all: Vec<String> = errors.into_values().collect();
    assert!(all.is_empty(), "{}", all.join("\n=======\n"));
}

/// Lines of one wave are in no order.
fn sorted(lines: &[Line]) -> BTreeMap<(Day, u32), BTreeMap<String, Option<f64>>> {
    let mut waves: BTreeMap<_, BTreeMap<String, Option<f64>>> = BTreeMap::new();
    for line in lines {
        waves
            .entry((line.day, line.wave))
            .or_default()
            .insert(line.text.clone(), line.p);
    }
    waves
}

fn same_lines(engine: &[Line], reference: &[Line]) -> Result<(), TestCaseError> {
    let (engine, reference) = (sorted(engine), sorted(reference));
    for at in engine.keys().chain(reference.keys()).collect::<BTreeSet<_>>() {
        let nothing = BTreeMap::new();
        let (one, other) = (
            engine.get(at).unwrap_or(&nothing),
            reference.get(at).unwrap_or(&nothing),
        );
        let texts = |lines: &BTreeMap<String, Option<f64>>| lines.keys().cloned().collect::<Vec<_>>();
        prop_assert_eq!(
            texts(one),
            texts(other),
            "on {}, wave {}: the engine, and the reference",
            at.0,
            at.1
        );
        for (text, p) in one {
            let near = match (p, other[text]) {
                (Some(p), Some(q)) => (p - q).abs() <= 1e-12,
                (p, q) => *p == q,
            };
            prop_assert!(near, "on {}: {text} with {p:?}, and {:?}", at.0, other[text]);
        }
    }
    Ok(())
}

fn worth(value: OutcomeValue) -> Worth {
    match value {
        OutcomeValue::Truth(truth) => Worth::Truth(truth),
        OutcomeValue::Number(number) => Worth::Number(number.micros().into()),
        OutcomeValue::Date(day) => Worth::Date(day),
    }
}

/// One run of the engine, followed by the reference step by step.
fn same_run(
    compiled: &Compiled,
    reference: &Reference<'_>,
    number: u64,
    met: &RefCell<Met>,
) -> Result<(), TestCaseError> {
    let (runner, trace, stopped) = many::engine_run(compiled, number)?;
    let draws = told::draws(compiled, &trace);
    let day = stopped.map(|(day, _)| day);
    let (world, ended) = reference.run(&mut As {
        draws: &draws,
        stopped: day,
    });
    let engine = told::lines(compiled, &trace);
    let before = |lines: &[Line]| -> Vec<Line> {
        lines
            .iter()
            .filter(|line| day.is_none_or(|day| line.day < day))
            .cloned()
            .collect()
    };
    same_lines(&before(&engine), &before(world.told()))?;
    if let Some((day, fault)) = stopped {
        met.borrow_mut().count("runs that stopped");
        prop_assert_eq!(
            (Err(fault), Some(day)),
            (ended, world.today()),
            "what stopped the engine, and the reference"
        );
        return Ok(());
    }
    prop_assert_eq!(ended, Ok(()));
    met.borrow_mut().count("runs");
    let end = reference.end(&world).map_err(fail)?;
    let decided = runner.decided();
    let outcomes: Vec<_> = decided.outcomes.iter().map(|value| value.map(worth)).collect();
    prop_assert_eq!(outcomes, end.outcomes, "outcomes");
    prop_assert_eq!(decided.positions, end.positions, "positions");
    prop_assert_eq!(decided.broken, end.broken, "invariants");
    prop_assert_eq!(
        decided.expectations.iter().flatten().collect::<Vec<_>>(),
        end.expectations.iter().flatten().collect::<Vec<_>>(),
        "expectations"
    );
    let run = compiled.run_number(Seed(7), RunNumber(number)).map_err(fail)?;
    let days: BTreeSet<Day> = engine
        .iter()
        .map(|line| line.day)
        .chain([compiled.period().1])
        .collect();
    for day in days.into_iter().rev().take(3) {
        let facts = run.facts_on(day).map_err(fail)?;
        let facts = facts
            .iter()
            .map(|fact| spell(compiled, &compiled.facts()[fact.fact].name, &fact.args));
        prop_assert_eq!(
            facts.collect::<BTreeSet<_>>(),
            reference.facts_on(&world, day),
            "facts on {}",
            day
        );
    }
    Ok(())
}

/// How many ends of branches are followed, and how many runs made.
const ENDS: usize = 100;
const RUNS: u64 = 4;

#[test]
fn the_engine_does_what_the_reference_does_on_every_day_of_every_run() {
    let met = many::over(cases(2_000), |draft, met| {
        for compiled in worlds(draft)? {
            if compiled.program().closed.is_some() {
                met.borrow_mut().count("scenarios with tables");
            }
            let reference = Reference::new(compiled.model()).map_err(fail)?;
            for number in 0..RUNS {
                same_run(&compiled, &reference, number, met)?;
            }
        }
        Ok(())
    });
    assert!(met.0["runs"] > u64::from(cases(2_000)), "{met:?}");
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-12
}

/// Enough for what a hundred branches lead to, however the scenario is made.
const BUDGET: Budget = Budget {
    wanted: Wanted::Either,
    states: 200_000,
    expansions: 20_000,
    steps: 2_000_000,
    runs: 10,
    seed: Seed(1),
};

/// The law of every outcome, from the exact method and from all ends.
fn same_laws(compiled: &Compiled, ends: &Ends, met: &RefCell<Met>) -> Result<(), TestCaseError> {
    let outcomes = match compiled.outcomes(&BUDGET) {
        Err(error) => {
            met.borrow_mut().count("scenarios in which some branch stops");
            prop_assert!(
                !ends.faults.is_empty(),
                "the exact method stopped, no branch does: {}",
                error.message
            );
            return Ok(());
        }
        Ok(outcomes) => outcomes,
    };
    prop_assert!(
        ends.faults.is_empty(),
        "the exact method did not see that a branch stops: {:?}",
        ends.faults
    );
    let Method::Exact { lost, .. } = outcomes.how else {
        met.borrow_mut().count("not counted out");
        return Ok(());
    };
    met.borrow_mut().count("laws");
    prop_assert!(lost.abs() <= 1e-12, "mass lost: {lost}");
    prop_assert!(near(ends.p(|_| true), 1.0), "the ends make {}", ends.p(|_| true));
    for (place, outcome) in outcomes.outcomes.iter().enumerate() {
        let law = ends.law(place);
        let of = |worth: Worth| law.get(&Some(worth)).copied().unwrap_or(0.0);
        let id = &outcome.id;
        match &outcome.law {
            Law::Truth { p } => {
                prop_assert!(
                    near(p.value, of(Worth::Truth(true))),
                    "{id}: {} and {law:?}",
                    p.value
                );
                // What is always so is told apart from what is nearly so.
                prop_assert!(
                    (p.value == 1.0) != law.contains_key(&Some(Worth::Truth(false)))
                        || law.is_empty()
                        || of(Worth::Truth(false)) < 1e-15,
                    "{id}: {} and {law:?}",
                    p.value
                );
            }
            Law::Number { mean, values } => {
                let number = |worth: &Option<Worth>| match worth {
                    Some(Worth::Number(number)) => *number as f64 / 1e6,
                    _ => f64::NAN,
                };
                let expected: f64 = law.iter().map(|(worth, p)| number(worth) * p).sum();
                prop_assert!(
                    (mean.value - expected).abs() <= 1e-12 * expected.abs().max(1.0),
                    "{id}: mean {} and {law:?}",
                    mean.value
                );
                for (value, p) in values {
                    prop_assert!(
                        near(p.value, of(Worth::Number(value.micros().into()))),
                        "{id}: {values:?} and {law:?}"
                    );
                }
            }
            Law::Date {
                never,
                quantiles,
                days,
            } => {
                prop_assert!(
                    near(never.value, of(Worth::Date(Day::NEVER))),
                    "{id}: never {} and {law:?}",
                    never.value
                );
                let days: BTreeMap<Day, f64> = days.iter().copied().collect();
                for (day, p) in &days {
                    prop_assert!(near(*p, of(Worth::Date(*day))), "{id}: {days:?} and {law:?}");
                }
                for (worth, p) in &law {
                    if let Some(Worth::Date(day)) = worth
                        && *day != Day::NEVER
                    {
                        prop_assert!(
                            near(*p, days.get(day).copied().unwrap_or(0.0)),
                            "{id}: {days:?} and {law:?}"
                        );
                    }
                }
                for (share, quantile) in quantiles {
                    let mut sum = 0.0;
                    let mut expected = None;
                    let mut doubtful = false;
                    for (worth, p) in &law {
                        let Some(Worth::Date(day)) = worth else { continue };
                        if *day == Day::NEVER || expected.is_some() {
                            continue;
                        }
                        sum += p;
                        doubtful |= (sum - share).abs() < 1e-11;
                        if sum >= *share {
                            expected = Some(*day);
                        }
                    }
                    prop_assert!(
                        doubtful || *quantile == expected,
                        "{id}: quantile {share} is {quantile:?}, not {expected:?}"
                    );
                }
            }
        }
    }
    for (place, (id, _, p)) in outcomes.positions.iter().enumerate() {
        let expected = ends.p(|end| end.positions[place]);
        prop_assert!(
            near(p.value, expected),
            "position {id}: {} and {expected}",
            p.value
        );
    }
    let figures = outcomes
        .expectations
        .iter()
        .flat_map(|expected| &expected.figures);
    for (place, figure) in figures.enumerate() {
        let joint = ends.p(|end: &End| end.figures[place].0);
        let given = ends.p(|end: &End| end.figures[place].1);
        match &figure.p {
            Some(p) => prop_assert!(
                (p.value * given - joint).abs() <= 1e-12,
                "p given: {} and {joint} of {given}",
                p.value
            ),
            None => prop_assert!(
                given == 0.0,
                "it is said never to happen, and happens with {given}"
            ),
        }
    }
    Ok(())
}

#[test]
fn the_exact_method_tells_the_law_of_all_ends_of_all_branches() {
    let met = many::over(cases(2_000), |draft, met| {
        for compiled in worlds(draft)? {
            if compiled.program().closed.is_some() {
                met.borrow_mut().count("scenarios with tables");
            }
            let reference = Reference::new(compiled.model()).map_err(fail)?;
            match reference.ends(ENDS, None) {
                Ok(ends) => same_laws(&compiled, &ends, met)?,
                Err(Fault::TooMany) => met.borrow_mut().count("too many branches"),
                Err(fault) => return Err(fail(fault)),
            }
        }
        Ok(())
    });
    assert!(met.0["laws"] > u64::from(cases(2_000)) / 3, "{met:?}");
}

/// The figure of which a range is told: a probability, a mean, or how likely a date comes.
fn figure(ends: &Ends, place: usize) -> f64 {
    let part = |(worth, p): (Option<Worth>, f64)| match worth {
        Some(Worth::Truth(truth)) => f64::from(u8::from(truth)) * p,
        Some(Worth::Number(number)) => number as f64 / 1e6 * p,
        Some(Worth::Date(day)) => f64::from(u8::from(day != Day::NEVER)) * p,
        None => f64::NAN,
    };
    ends.law(place).into_iter().map(part).sum()
}

#[test]
fn a_range_goes_over_all_strategies() {
    let met = many::over(cases(400), |draft, met| {
        let compiled = draft.compile().map_err(fail)?;
        if !compiled
            .branchings()
            .values()
            .any(|branching| branching.is_choice)
        {
            return Ok(());
        }
        let Ok(OverChoices {
            over_choices: Ranges::Over(over),
            ..
        }) = compiled.outcomes_over_choices(&BUDGET, Some(9))
        else {
            return Ok(());
        };
        if over.exact < over.strategies.len() {
            return Ok(());
        }
        let reference = Reference::new(compiled.model()).map_err(fail)?;
        // Every choice falls by default, or to one of its options.
        let mut strategies = vec![Taken::new()];
        for choice in &over.choices {
            let with = |strategy: &Taken, option: &String| {
                let mut strategy = strategy.clone();
                strategy.insert(choice.name.clone(), option.clone());
                strategy
            };
            let longer = strategies
                .iter()
                .flat_map(|strategy| choice.options.iter().map(|option| with(strategy, option)));
            let longer: Vec<Taken> = longer.collect();
            strategies.extend(longer);
        }
        let mut all = Vec::new();
        for strategy in &strategies {
            match reference.ends(ENDS / 4, Some(strategy)) {
                Ok(ends) => all.push(ends),
                Err(Fault::TooMany) => return Ok(()),
                Err(fault) => return Err(fail(fault)),
            }
        }
        prop_assert!(
            all.iter().all(|ends| ends.faults.is_empty()),
            "a strategy fails, and nobody said so"
        );
        for (place, range) in over.outcomes.iter().enumerate() {
            let figures: Vec<f64> = all.iter().map(|ends| figure(ends, place)).collect();
            let least = figures.iter().copied().fold(f64::INFINITY, f64::min);
            let greatest = figures.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            let close = |a: f64, b: f64| (a - b).abs() <= 1e-12 * b.abs().max(1.0);
            prop_assert!(
                close(range.least.figure.value, least),
                "{}: least {} and {least}",
                range.id,
                range.least.figure.value
            );
            prop_assert!(
                close(range.greatest.figure.value, greatest),
                "{}: greatest {} and {greatest}",
                range.id,
                range.greatest.figure.value
            );
            met.borrow_mut().count(if close(least, greatest) {
                "one value"
            } else {
                "ranges"
            });
        }
        Ok(())
    });
    assert!(met.0["ranges"] > 0, "{met:?}");
}
