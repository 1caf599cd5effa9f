//! The laws of outcomes as a table: bands instead of digits that nobody knows.

use std::fmt::Write as _;

use super::choices;
use super::table::Table;
use super::wrap::wrap;
use crate::whatif::{Answer, Choices, Estimate, Expected, Judgement, Law, Method, Outcomes, Ranges};

/// A probability in per cent, as exactly as it is known and no more.
pub(super) fn share(p: &Estimate) -> String {
    match p.interval {
        None => percent(p.value),
        // A sample cannot tell "never" or "always".
        Some((_, high)) if p.value <= 0.0 => format!("in no run (at most {})", percent(high)),
        Some((low, _)) if p.value >= 1.0 => format!("in every run (at least {})", percent(low)),
        Some((low, high)) => format!("{} ({} to {})", percent(p.value), percent(low), percent(high)),
    }
}

pub(super) fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if p <= 0.0 {
        String::from("never")
    } else if p >= 1.0 {
        String::from("always")
    } else if percent < 0.1 {
        String::from("below 0.1 %")
    } else if percent > 99.9 {
        String::from("above 99.9 %")
    } else {
        format!("{percent:.1} %")
    }
}

pub(super) fn amount(estimate: &Estimate) -> String {
    let round = |number: f64| {
        if number.abs() >= 100.0 {
            format!("{number:.0}")
        } else {
            format!("{number:.2}")
        }
    };
    match estimate.interval {
        None => round(estimate.value),
        Some((low, high)) => format!("{} ({} to {})", round(estimate.value), round(low), round(high)),
    }
}

fn law(law: &Law) -> String {
    match law {
        Law::Truth { p } => share(p),
        Law::Number { mean, .. } => format!("on average {}", amount(mean)),
        Law::Date { never, quantiles, .. } => {
            if never.value >= 1.0 {
                return String::from(if never.interval.is_some() {
                    "in no run"
                } else {
                    "never"
                });
            }
            let words = [(0.1, "one in ten"), (0.5, "half"), (0.9, "nine in ten")];
            let mut parts: Vec<String> = Vec::new();
            for (wanted, word) in words {
                let told = quantiles.iter().find(|(share, _)| (share - wanted).abs() < 1e-9);
                if let Some((_, Some(day))) = told {
                    parts.push(format!("{word} by {day}"));
                }
            }
            if never.value > 0.0 {
                parts.push(format!("never: {}", share(never)));
            }
            parts.join(", ")
        }
    }
}

/// The outcomes of a scenario, to be read.
pub fn outcomes_text(outcomes: &Outcomes, width: usize) -> String {
    text(outcomes, &Ranges::NotAsked, width)
}

/// The outcomes of a scenario beside their ranges over choices.
pub(super) fn text(outcomes: &Outcomes, ranges: &Ranges, width: usize) -> String {
    let mut out = format!("{}\n", outcomes.title);
    let how = match &outcomes.how {
        Method::Exact { states, .. } => format!("exact: every branch was followed, over {states} states"),
        Method::Sampled { runs, seed, because } => {
            format!("sampled: {runs} runs, seed {seed}, with 95 % intervals, because {because}")
        }
    };
    for line in wrap(&how, width) {
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "choices fall as `fix:` or their defaults say");
    choices::heading(ranges, width, &mut out);
    let _ = writeln!(out, "\noutcomes");
    let mut table = Table::new(Vec::<String>::new());
    for (place, outcome) in outcomes.outcomes.iter().enumerate() {
        let unit = outcome
            .unit
            .as_ref()
            .map_or_else(String::new, |unit| format!(" {unit}"));
        let says = outcome.says.clone().unwrap_or_default();
        let mut row = vec![outcome.id.clone(), says, format!("{}{unit}", law(&outcome.law))];
        row.extend(choices::cell(ranges, |choices| choices.outcomes.get(place)));
        table.row(row);
    }
    out.push_str(&table.render(width));
    if !outcomes.positions.is_empty() {
        let _ = writeln!(out, "\npositions met at the end");
        let mut table = Table::new(Vec::<String>::new());
        for (place, (id, of, p)) in outcomes.positions.iter().enumerate() {
            let mut row = vec![of.clone(), id.clone(), share(p)];
            row.extend(choices::cell(ranges, |choices| choices.positions.get(place)));
            table.row(row);
        }
        out.push_str(&table.render(width));
    }
    if !outcomes.asked.is_empty() {
        let _ = writeln!(out, "\nasked");
        let mut table = Table::new(Vec::<String>::new());
        for asked in &outcomes.asked {
            let mut row = vec![format!("p({})", asked.text), answer(&asked.answer)];
            let range = |choices: &Choices| choices.asked.iter().position(|range| range.id == asked.text);
            row.extend(choices::cell(ranges, |choices| {
                choices.asked.get(range(choices)?)
            }));
            table.row(row);
        }
        out.push_str(&table.render(width));
    }
    choices::strategies(ranges, width, &mut out);
    expected(&outcomes.expectations, width, &mut out);
    out
}

/// What is expected of probabilities, and whether it is so.
pub(super) fn expected(expectations: &[Expected], width: usize, out: &mut String) {
    if expectations.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nexpected of probabilities");
    let mut table = Table::new(Vec::<String>::new());
    for expected in expectations {
        let figures: Vec<String> = expected.figures.iter().map(answer).collect();
        let verdict = match expected.verdict {
            Judgement::Holds => "holds",
            Judgement::Fails => "FAILS",
            Judgement::CannotTell => "cannot tell",
            Judgement::NeverHappens => "never happens",
        };
        table.row([verdict, &expected.id, &expected.text, &figures.join("; ")]);
    }
    out.push_str(&table.render(width));
}

/// A probability and, where it stands under a condition, how likely that is.
fn answer(answer: &Answer) -> String {
    match (&answer.p, &answer.given) {
        (Some(p), None) => share(p),
        (Some(p), Some(given)) => format!("{}; the condition itself {}", share(p), share(given)),
        (
            None,
            Some(Estimate {
                interval: Some(_), ..
            }),
        ) => String::from("the condition holds in no run"),
        (None, _) => String::from("the condition never happens"),
    }
}
