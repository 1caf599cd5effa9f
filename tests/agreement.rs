//! Two ways to one figure: what a sample counts agrees with what the exact method adds up, on every outcome and position
//! of every scenario that comes with the crate, at the level of four standard errors.
//!
//! The exact method takes its time with the long scenarios, more so in a build for tests. There they are stopped short
//! (`HORIZON`), so that both methods answer the same shorter question; the test names them. `DEMARCHE_LONG=1` compares
//! whole scenarios within the usual budget and with many more runs; use it with `--release`. One whose states cannot be counted
//! out even so is stopped short too, and named.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "in a test a panic is the message, and a count of runs is a small number"
)]

use std::fmt::Write as _;
use std::path::Path;

use demarche::engine::Seed;
use demarche::program::Compiled;
use demarche::whatif::{Budget, Law, Method, Outcomes, Wanted};
use demarche::{Scenario, language::value::Day};
use rayon::prelude::*;

#[path = "common/files.rs"]
mod files;
use files::files;

/// Two-sided probability beyond four standard errors of a normal distribution.
const LEVEL: f64 = 6.334e-5;

/// 97.5 % point of the standard normal distribution, by which a half interval is a number of standard errors.
const Z: f64 = 1.959_963_984_540_054;

/// Steps up to which a scenario is counted out in the short test; enough for all but those of thirty-one years.
const STEPS: usize = 700_000;

/// Where the others are stopped short.
const HORIZON: &str = "2022-12-31";

fn long() -> bool {
    std::env::var_os("DEMARCHE_LONG").is_some()
}

fn runs() -> u64 {
    if long() { 100_000 } else { 2_000 }
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

fn outcomes(compiled: &Compiled, budget: &Budget) -> Outcomes {
    compiled
        .outcomes(budget)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The exact figures; none if they cost too much.
fn exact(compiled: &Compiled, steps: Option<usize>) -> Option<Outcomes> {
    let default = Budget::default();
    let budget = Budget {
        steps: steps.unwrap_or(default.steps),
        // Whoever falls back need not draw for it.
        runs: 1,
        ..default
    };
    Some(outcomes(compiled, &budget)).filter(|told| matches!(told.how, Method::Exact { .. }))
}

/// `ln n!` by Stirling's series, exact enough from small numbers on.
fn ln_factorial(n: f64) -> f64 {
    libm::lgamma(n + 1.0)
}

/// How likely a count at least as far out as `hits` is in its own tail, twice: the exact two-sided binomial test.
fn binomial_test(hits: u64, runs: u64, p: f64) -> f64 {
    let (k, n) = (hits as f64, runs as f64);
    if p <= 0.0 || p >= 1.0 {
        let certain = if p <= 0.0 { 0 } else { runs };
        return if hits == certain { 1.0 } else { 0.0 };
    }
    let at = ln_factorial(n) - ln_factorial(k) - ln_factorial(n - k) + k * p.ln() + (n - k) * (-p).ln_1p();
    // The terms fall away from the mean, so that the tail on the far side is added up.
    let odds = p / (1.0 - p);
    let (mut term, mut tail, mut place) = (1.0, 1.0, k);
    while term > 1e-17 {
        term *= if k > n * p {
            (n - place) / (place + 1.0) * odds
        } else {
            place / (n - place + 1.0) / odds
        };
        place += if k > n * p { 1.0 } else { -1.0 };
        tail += term;
    }
    (2.0 * at.exp() * tail).min(1.0)
}

/// What is compared, and where the two part.
struct Account {
    name: String,
    figures: usize,
    complaints: String,
}

impl Account {
    fn share(&mut self, what: &str, sampled: f64, known: f64) {
        self.figures += 1;
        let runs = runs();
        let hits = (sampled * runs as f64).round() as u64;
        // Rounding is no event.
        let known = if known < 1e-12 {
            0.0
        } else if known > 1.0 - 1e-12 {
            1.0
        } else {
            known
        };
        let chance = binomial_test(hits, runs, known);
        if chance < LEVEL {
            let _ = writeln!(
                self.complaints,
                "{}: {what}: {hits} of {runs} runs, where {known} is exact ({chance:.1e})",
                self.name
            );
        }
    }

    fn mean(&mut self, what: &str, (sampled, low, high): (f64, f64, f64), known: f64) {
        self.figures += 1;
        let runs = runs() as f64;
        let error = (high - low) / 2.0 / Z;
        // A rare thing is not seen in few runs. What is counted in whole numbers varies by at least this much.
        let least = (known * (1.0 - known)).max(0.0);
        let error = error.max((least / runs).sqrt());
        if (sampled - known).abs() > 4.0 * error + 1e-9 * known.abs().max(1.0) {
            let _ = writeln!(
                self.complaints,
                "{}: {what}: {sampled} on average, where {known} is exact, standard error {error}",
                self.name
            );
        }
    }

    fn law(&mut self, what: &str, sampled: &Law, known: &Law) {
        match (sampled, known) {
            (Law::Truth { p }, Law::Truth { p: exact }) => {
                let (low, high) = p.interval.expect("a sample has an interval");
                assert!(low <= p.value && p.value <= high, "{what}");
                self.share(what, p.value, exact.value);
            }
            (
                Law::Number { mean, values },
                Law::Number {
                    mean: exact,
                    values: all,
                },
            ) => {
                let (low, high) = mean.interval.expect("a sample has an interval");
                self.mean(what, (mean.value, low, high), exact.value);
                for (value, p) in all {
                    let found = values.iter().find(|(other, _)| other == value);
                    self.share(
                        &format!("{what} = {value}"),
                        found.map_or(0.0, |(_, p)| p.value),
                        p.value,
                    );
                }
            }
            (
                Law::Date { never, days, .. },
                Law::Date {
                    never: exact,
                    quantiles,
                    days: all,
                },
            ) => {
                self.share(&format!("{what} never"), never.value, exact.value);
                let by = |days: &[(Day, f64)], until: Day| -> f64 {
                    days.iter().filter(|(day, _)| *day <= until).map(|(_, p)| p).sum()
                };
                for (_, day) in quantiles {
                    if let Some(day) = day {
                        self.share(&format!("{what} by {day}"), by(days, *day), by(all, *day));
                    }
                }
            }
            _ => panic!("{what}: the methods tell laws of two sorts"),
        }
    }

    fn compare(&mut self, sampled: &Outcomes, known: &Outcomes) {
        assert_eq!(sampled.outcomes.len(), known.outcomes.len());
        for (one, other) in sampled.outcomes.iter().zip(&known.outcomes) {
            self.law(&one.id, &one.law, &other.law);
        }
        for ((id, of, p), (.., exact)) in sampled.positions.iter().zip(&known.positions) {
            self.share(&format!("position {id} of {of}"), p.value, exact.value);
        }
    }
}

/// How a scenario was compared.
enum Depth {
    Whole,
    Short,
    NotAtAll,
}

fn account(path: &Path) -> (Account, Depth) {
    let scenario = Scenario::open(path).unwrap_or_else(|error| panic!("{error}"));
    let name = path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap();
    let mut account = Account {
        name: name.display().to_string(),
        figures: 0,
        complaints: String::new(),
    };
    let sample = Budget {
        wanted: Wanted::Sampled,
        runs: runs(),
        seed: Seed(11),
        ..Budget::default()
    };
    let mut compiled = compile(&scenario);
    let mut depth = Depth::Whole;
    let mut known = exact(&compiled, (!long()).then_some(STEPS));
    if known.is_none() {
        let short = scenario
            .with("short", format!("period: {{ to: {HORIZON} }}\n"))
            .unwrap_or_else(|error| panic!("{error}"));
        compiled = compile(&short);
        depth = Depth::Short;
        known = exact(&compiled, None);
    }
    match known {
        Some(known) => account.compare(&outcomes(&compiled, &sample), &known),
        None => depth = Depth::NotAtAll,
    }
    (account, depth)
}

#[test]
fn sampled_and_exact_agree_on_every_outcome_of_every_scenario() {
    // The long way one after the other, for the sake of memory.
    let files = files();
    let accounts: Vec<(Account, Depth)> = if long() {
        files.iter().map(|path| account(path)).collect()
    } else {
        files.par_iter().map(|path| account(path)).collect()
    };
    let mut left_out = Vec::new();
    for (account, depth) in &accounts {
        let how = match depth {
            Depth::Whole => String::from("whole"),
            Depth::Short => format!("stopped short at {HORIZON}"),
            Depth::NotAtAll => String::from("NOT COMPARED: could not be counted out"),
        };
        println!("{}: {} figures, {how}", account.name, account.figures);
        if matches!(depth, Depth::NotAtAll) {
            left_out.push(account.name.clone());
        }
    }
    let complaints: String = accounts
        .iter()
        .map(|(account, _)| account.complaints.as_str())
        .collect();
    assert!(complaints.is_empty(), "{complaints}");
    assert!(
        left_out.is_empty(),
        "sampled although nobody asked for it, and so compared with nothing: {}",
        left_out.join(", ")
    );
}

#[test]
fn the_test_itself_can_tell() {
    // Known tails: P(X >= 10) of 10 at one half is 2^-10; twice that.
    assert!((binomial_test(10, 10, 0.5) - 2.0 / 1024.0).abs() < 1e-12);
    assert!((binomial_test(0, 10, 0.5) - 2.0 / 1024.0).abs() < 1e-12);
    assert!((binomial_test(5, 10, 0.5) - 1.0).abs() < 1e-12);
    // Four standard errors off a share of 0.3 in 100,000 runs is about the level; five are beyond, three within.
    let error = (0.3f64 * 0.7 * 100_000.0).sqrt();
    let off = |errors: f64| binomial_test((30_000.0 + errors * error).round() as u64, 100_000, 0.3);
    assert!(off(3.0) > LEVEL && off(5.0) < LEVEL);
    assert!((off(4.0) / LEVEL - 1.0).abs() < 0.2);
    assert!(binomial_test(0, 2_000, 1e-9) > 0.99 && binomial_test(1, 2_000, 0.0) < LEVEL);
}

/// A ban on hitting that stands as long as the two are tied; they are, and nothing unties them. Something else happens
/// before the blow.
const BAN: &str = "
demarche: 1
title: A ban
period: { from: 2024-01-01, to: 2024-02-01 }
actors:
  north: { kind: state }
  south: { kind: state }
facts:
  tied: { says: the two are tied }
events:
  hit:   { is: physical, says: North hits South }
  rains: { is: physical, says: it rains }
  quake: { is: physical, says: the earth quakes }
start: { tied: true }
timeline:
  rain: { on: 2024-01-03, happen: rains }
  blow: { on: 2024-01-05, happen: hit }
rules:
  quakes_untie:
    says: a quake unties them
    on: quake
    then: [ end: tied ]
  a_blow_may_bring_a_quake:
    says: after a blow the earth quakes, once in two
    on: hit
    then:
      - chance: earth
        branches:
          quakes: { p: 0.5, then: [ happen: quake ] }
          rests:  { p: rest }
  ban:
    says: North must not hit South
    when: tied
    then:
      - forbid: hit
        of: north
        under: south
        while: tied
outcomes:
  broken: { is: \"times(breach(north, south))\", says: times the ban is broken }
";

#[test]
fn a_norm_outlasts_a_day_that_has_nothing_to_do_with_it() {
    let compiled = compile(&Scenario::from_text("ban.yaml", BAN).unwrap_or_else(|error| panic!("{error}")));
    let known = exact(&compiled, None).expect("it is small");
    let Law::Number { mean, .. } = &known.outcomes[0].law else {
        panic!("not a number")
    };
    assert!((mean.value - 1.0).abs() < 1e-12, "{mean:?}");
}

/// Two rules of different months. Until the script unties them, the monthly rule has nothing to do, and what says so is
/// no business of the days on which the other rule ticks.
const KNOCKS: &str = "
demarche: 1
title: Knocks
period: { from: 2024-01-01, to: 2025-12-31 }
facts:
  lit:  { says: a lamp is lit }
  tied: { says: the two are tied }
events:
  cut:   { is: physical, says: the rope is cut }
  knock: { is: physical, says: somebody knocks }
start: { tied: true }
timeline:
  cutting: { on: 2025-06-15, happen: cut }
rules:
  a_cut_unties:
    says: a cut unties them
    on: cut
    then: [ end: tied ]
  a_lamp_may_be_lit:
    says: every other month a lamp may be lit
    every: 2 months
    then:
      - chance: lamp
        branches:
          burns: { p: 0.5, then: [ start: lit ] }
          fails: { p: rest }
  the_untied_knock:
    says: every month they knock, unless they are tied
    every: 1 month
    if: not tied
    then: [ happen: knock ]
outcomes:
  knocks: { is: times(knock), says: knocks }
  lights: { is: at_end(lit), says: the lamp is lit in the end }
";

#[test]
fn a_rule_does_not_tick_because_another_one_does() {
    let compiled =
        compile(&Scenario::from_text("knocks.yaml", KNOCKS).unwrap_or_else(|error| panic!("{error}")));
    let known = exact(&compiled, None).expect("it is small");
    let Law::Number { mean, .. } = &known.outcomes[0].law else {
        panic!("not a number")
    };
    assert!((mean.value - 6.0).abs() < 1e-12, "{mean:?}");
}

/// Once in two a month something happens that nobody asks about, and that contradicts itself.
const CONTRADICTION: &str = "
demarche: 1
title: A contradiction
period: { from: 2024-01-01, to: 2024-12-31 }
actors:
  north: { kind: state }
facts:
  lit:  { says: a lamp is lit }
  calm: { says: it is calm }
measures:
  heat: { from: 0, to: 5, says: the heat }
events:
  pays: { is: physical, says: North pays }
start: { calm: true }
rules:
  it_may_happen:
    says: every month something may happen
    every: 1 month
    then:
      - chance: something
        branches:
          happens:
            p: 0.5
            then: [ EFFECTS ]
          rests:  { p: rest }
outcomes:
  calm_at_last: { is: at_end(calm), says: it is calm in the end }
";

#[test]
fn an_error_of_which_no_outcome_hears_is_found_all_the_same() {
    let draw = |name: &str, to: u8| {
        format!(
            "{{ chance: {name}, branches: {{ yes: {{ p: 0.5, then: [ {{ set: heat, to: {to} }} ] }}, no: {{ p: rest }} }} }}"
        )
    };
    for effects in [
        "{ duty: pays, of: north, within: 10 days, else: [ start: lit, end: lit ] }",
        "{ duty: pays, of: north, within: 10 days, else: [ { set: heat, to: 0 }, { add: heat, by: 1 } ] }",
        "{ set: heat, to: 1 }, { set: heat, to: 0 }",
        "{ set: heat, to: 1 }, { add: heat, by: 1 }",
        &format!("{{ set: heat, to: 1 }}, {}", draw("inner", 0)),
        &format!("{}, {}", draw("one", 0), draw("other", 1)),
    ] {
        let text = CONTRADICTION.replace("EFFECTS", effects);
        let scenario = Scenario::from_text("contradiction.yaml", text.as_str())
            .unwrap_or_else(|error| panic!("{error}"));
        let told = compile(&scenario).outcomes(&Budget::default());
        assert!(told.is_err(), "{effects}");
    }
}

/// The same duty arises twice, and the second time its last day lies after the period.
const TWICE: &str = "
demarche: 1
title: Owed twice
period: { from: 2024-01-01, to: 2024-04-20 }
actors:
  north: { kind: state }
events:
  pays: { is: physical, says: North pays }
rules:
  north_owes:
    says: every 45 days North comes to owe a payment
    every: 45 days
    then: [ { duty: pays, within: 2 months, of: north, under: north } ]
outcomes:
  days: { is: \"held(owed(north, north))\", says: days on which North owes }
";

#[test]
fn a_duty_due_after_the_period_outlasts_the_breach_of_an_earlier_one() {
    let compiled =
        compile(&Scenario::from_text("twice.yaml", TWICE).unwrap_or_else(|error| panic!("{error}")));
    let known = exact(&compiled, None).expect("it is small");
    let Law::Number { mean, .. } = &known.outcomes[0].law else {
        panic!("not a number")
    };
    assert!((mean.value - 66.0).abs() < 1e-12, "{mean:?}");
}

/// Whether two effects on a measure agree depends on a value that no outcome reads.
#[test]
fn what_two_effects_are_compared_by_is_kept() {
    let story = |rules: &str| {
        format!(
            "demarche: 1
title: Two hands on one lever
period: {{ from: 2030-01-01, to: 2030-01-08 }}
kinds: {{ power: {{ section: powers, about: somebody }} }}
powers: {{ ann: {{}}, ben: {{}} }}
measures: {{ load: {{ args: {{ of: power }}, from: 0, to: 3, default: 1, says: the load }} }}
events: {{ go: {{ is: physical, says: it goes }} }}
rules:
{rules}
outcomes: {{ gone: {{ is: ever(go), says: it has gone }} }}
"
        )
    };
    let half = |of: &str| {
        format!(
            "then: [ {{ chance: coin, branches: {{ heads: {{ p: 0.4 }}, tails: {{ p: rest, then: [ {{ set: load(ann), to: \"load({of}) * 0.5\" }} ] }} }} }} ]"
        )
    };
    let told = |rules: String| {
        let scenario = Scenario::from_text("lever.yaml", story(&rules)).unwrap_or_else(|e| panic!("{e}"));
        compile(&scenario).outcomes(&Budget::default())
    };
    // The second time, half of a half and half of one.
    let apart = format!(
        "  halves: {{ says: halves, for: {{ x: power }}, every: 1 day, {} }}",
        half("x")
    );
    assert!(told(apart).is_err());
    // By the time both act, nothing is left to halve.
    let agreed = format!(
        "  halves: {{ says: halves, every: 3 days, {} }}\n  empties: {{ says: empties, every: 2 days, then: [ {{ set: load(ann), to: 0 }} ] }}",
        half("ann")
    );
    assert!(told(agreed).is_ok());
}

/// One name is one draw a day, however often it comes up: in the breach of two norms, or in two waves with other draws between them.
#[test]
fn what_comes_up_again_on_a_day_falls_as_it_fell() {
    const BREACHES: &str = "
  storms: { says: it storms, on: go, then: [ { happen: storm } ] }
  no_storm:
    says: nobody may let it storm
    every: 1 day
    then:
      - forbid: storm
        of: ann
        else: [ { chance: coin, branches: { heads: { p: 0.4 }, tails: { p: rest, then: [ start: calm ] } } } ]
";
    const WAVES: &str = "
  first:  { says: first, on: go, then: [ { chance: coin, branches: { heads: { p: 0.4, then: [ happen: storm ] }, tails: { p: rest, then: [ happen: storm ] } } } ] }
  second: { says: second, on: storm, then: [ { chance: dice, branches: { one: { p: 0.5, then: [ happen: rain ] }, two: { p: rest, then: [ happen: rain ] } } } ] }
  third:  { says: third, on: rain, then: [ { chance: coin, branches: { heads: { p: 0.4 }, tails: { p: rest, then: [ start: calm ] } } } ] }
  fourth: { says: fourth, on: go, then: [ { chance: coin, branches: { heads: { p: 0.4, then: [ start: seen ] }, tails: { p: rest } } } ] }
";
    // Draws of more than two ways are settled one at a time; those before them must not be forgotten by that.
    let many = WAVES.replace(
        "one: { p: 0.5,",
        "none: { p: 0.2, then: [ happen: rain ] }, one: { p: 0.5,",
    );
    for (rules, calm) in [(BREACHES, 0.6), (WAVES, 0.6), (&many, 0.6)] {
        let text = format!(
            "demarche: 1
title: One draw a day
period: {{ from: 2030-01-01, to: 2030-01-05 }}
facts: {{ calm: {{ says: it is calm }}, seen: {{ says: heads was seen }} }}
events: {{ storm: {{ is: physical, says: it storms }}, rain: {{ is: physical, says: it rains }}, go: {{ is: physical, says: it goes }} }}
actors: {{ ann: {{ kind: state }} }}
timeline: {{ third_day: {{ on: 2030-01-03, happen: go }} }}
rules:{rules}
outcomes:
  calm_comes: {{ is: ever(calm), says: it grows calm }}
  either:     {{ is: \"ever(calm) and ever(seen)\", says: it grows calm though heads was seen }}
"
        );
        let scenario = Scenario::from_text("coin.yaml", text.as_str()).unwrap_or_else(|e| panic!("{e}"));
        let told = outcomes(&compile(&scenario), &Budget::default());
        let p = |place: usize| match &told.outcomes[place].law {
            Law::Truth { p } => p.value,
            _ => panic!("a truth"),
        };
        assert!((p(0) - calm).abs() < 1e-12, "{}", p(0));
        assert!(p(1).abs() < 1e-12, "{}", p(1));
    }
}

/// A duty of which no outcome asks any more is dropped when a day closes; on the day on which it arises it can still be
/// broken, and what watches breaches must not take that for the first one.
#[test]
fn a_first_day_comes_once() {
    const TEXT: &str = "demarche: 1
title: Broken again and again
period: { from: 2030-01-01, to: 2030-01-09 }
actors: { ann: { kind: state } }
events:
  goes: { is: physical, says: she goes }
  pays: { is: physical, says: she pays }
rules:
  goes_without_paying:
    says: she must pay before she goes, and goes
    every: 2 days
    then:
      - duty: pays
        of: ann
        before: goes
      - happen: goes
outcomes:
  first: { is: \"first(breach(ann, _))\", says: the first breach }
  often: { is: times(goes), says: how often she goes }
";
    let scenario = Scenario::from_text("again.yaml", TEXT).unwrap_or_else(|error| panic!("{error}"));
    let told = outcomes(&compile(&scenario), &Budget::default());
    let Law::Date { days, .. } = &told.outcomes[0].law else {
        panic!("a date")
    };
    let days: Vec<(String, f64)> = days.iter().map(|(day, p)| (day.to_string(), *p)).collect();
    assert_eq!(days, [(String::from("2030-01-03"), 1.0)]);
}

/// That a duty matters may be known before it is known that what its breach brings about matters too; what that reads must be kept
/// all the same, here the fact that keeps it from coming.
#[test]
fn what_a_breach_reads_is_kept_however_late_it_is_known_to_matter() {
    let owed = |otherwise: &str, more: &str| {
        let text = format!(
            "demarche: 1
title: Paint
period: {{ from: 2030-01-01, to: 2030-01-09 }}
actors: {{ ann: {{ kind: state }} }}
facts: {{ marked: {{ says: the place is marked }} }}
measures: {{ heat: {{ from: 0, to: 10, default: 3, says: heat }}, load: {{ from: 0, to: 10, says: load }} }}
events:
  storm: {{ is: physical, says: it storms }}
  paint: {{ is: physical, says: it is painted }}
start: {{ marked: true }}
rules:
  owes:
    says: ann owes a storm
    every: 2 days
    then:
      - {{ duty: storm, of: ann, under: ann, within: 2 days, else: [ {otherwise} ] }}
{more}
outcomes: {{ owed_at_end: {{ is: \"at_end(owed(ann, _))\", says: something is owed }} }}
"
        );
        let scenario = Scenario::from_text("paint.yaml", text.as_str()).unwrap_or_else(|e| panic!("{e}"));
        let compiled = compile(&scenario);
        let one_run = Budget {
            wanted: Wanted::Sampled,
            runs: 1,
            ..Budget::default()
        };
        [Budget::default(), one_run].map(|budget| match &outcomes(&compiled, &budget).outcomes[0].law {
            Law::Truth { p } => p.value,
            _ => panic!("a truth"),
        })
    };
    let unless = owed(
        "{ happen: paint, after: 2 days, unless: marked }",
        "      - { forbid: paint, of: ann, under: ann, else: [ { happen: storm, after: 2 days } ] }",
    );
    assert_eq!(unless, [1.0, 1.0]);
    let amount = owed(
        "{ set: load, to: heat }",
        "  warms: { says: it grows warmer, every: 1 day, then: [ { add: heat, by: 1 } ] }
  strikes: { says: it strikes, every: 1 day, if: load > 4, then: [ { happen: storm } ] }",
    );
    assert_eq!(amount, [0.0, 0.0]);
}
