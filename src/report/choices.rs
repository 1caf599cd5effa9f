//! Ranges over choices, to be read: from where to where a figure can lie, and how choices then fall.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::outcomes::{expected, percent, text};
use super::table::Table;
use super::wrap::wrap;
use crate::whatif::{Choices, Extreme, OutcomeRange, OverChoices, Ranges, Sort, Strategy, Told};

/// The outcomes of a scenario and their ranges over choices, to be read.
pub fn over_choices_text(over: &OverChoices, width: usize) -> String {
    let (title, open, expectations) = match &over.told {
        Told::Defaults(outcomes) => return text(outcomes, &over.over_choices, width),
        Told::Open {
            title,
            open,
            expectations,
        } => (title, open, expectations),
    };
    let mut out = format!("{title}\n");
    let open: Vec<String> = open.iter().map(|choice| format!("`{choice}`")).collect();
    let why = format!(
        "nobody settles {}: neither a default nor a `fix:` does, so there are ranges and no figures",
        open.join(", ")
    );
    for line in wrap(&why, width) {
        let _ = writeln!(out, "{line}");
    }
    heading(&over.over_choices, width, &mut out);
    if let Ranges::Over(choices) = &over.over_choices {
        for (title, ranges) in [
            ("outcomes", &choices.outcomes),
            ("positions met at the end", &choices.positions),
            ("asked", &choices.asked),
        ] {
            if !ranges.is_empty() {
                let _ = writeln!(out, "\n{title}");
                let mut table = Table::new(Vec::<String>::new());
                for range in ranges {
                    let told = if range.is_one_value() {
                        value(range.sort, &range.least)
                    } else {
                        from_to(range)
                    };
                    table.row([range.id.clone(), range.says.clone().unwrap_or_default(), told]);
                }
                out.push_str(&table.render(width));
            }
        }
    }
    strategies(&over.over_choices, width, &mut out);
    expected(expectations, width, &mut out);
    out
}

/// What the ranges are over.
pub(super) fn heading(ranges: &Ranges, width: usize, out: &mut String) {
    let line = match ranges {
        Ranges::NotAsked | Ranges::NoChoice => return,
        Ranges::Over(choices) => {
            let count = choices.strategies.len();
            let how = match choices.exact {
                exact if exact == count => String::new(),
                0 => String::from(", sampled with the same draws"),
                exact => format!(", {exact} exactly and the others sampled"),
            };
            if ends(choices).is_empty() {
                format!("no choice changes any figure: {count} strategies{how}")
            } else {
                format!(
                    "the last column is the range over {count} strategies{how}: of each choice one option, taken whenever it is \
                     open"
                )
            }
        }
        Ranges::Costly { strategies, .. } => format!(
            "no ranges over choices: each of {strategies} strategies would take as long; `--strategies {strategies}` tells them"
        ),
        Ranges::TooMany { strategies, most, .. } => format!(
            "no ranges over choices: there are {strategies} strategies, and at most {most} are looked at (`--strategies`)"
        ),
    };
    for line in wrap(&line, width) {
        let _ = writeln!(out, "{line}");
    }
}

/// The cell of a range, where any figure has one.
pub(super) fn cell<'r>(
    ranges: &'r Ranges,
    of: impl Fn(&'r Choices) -> Option<&'r OutcomeRange>,
) -> Option<String> {
    let Ranges::Over(choices) = ranges else {
        return None;
    };
    if ends(choices).is_empty() {
        return None;
    }
    Some(match of(choices) {
        Some(range) if !range.is_one_value() => from_to(range),
        _ => String::new(),
    })
}

/// How choices fall at the ends of the ranges.
pub(super) fn strategies(ranges: &Ranges, width: usize, out: &mut String) {
    let Ranges::Over(choices) = ranges else { return };
    let ends = ends(choices);
    if ends.is_empty() {
        return;
    }
    let _ = writeln!(out, "\nhow choices fall there");
    let mut table = Table::new(Vec::<String>::new());
    for place in ends {
        if let Some(strategy) = choices.strategies.get(place) {
            table.row([format!("[{}]", place + 1), takes(choices, strategy)]);
        }
    }
    out.push_str(&table.render(width));
}

fn takes(choices: &Choices, strategy: &Strategy) -> String {
    if strategy.takes.is_empty() {
        return String::from("by default");
    }
    let mut parts: Vec<String> = strategy
        .takes
        .iter()
        .map(|(choice, option)| format!("{choice}: {option}"))
        .collect();
    if strategy.takes.len() < choices.choices.len() {
        parts.push(String::from("the rest by default"));
    }
    parts.join(", ")
}

/// The strategies at which any range ends.
fn ends(choices: &Choices) -> BTreeSet<usize> {
    choices
        .outcomes
        .iter()
        .chain(&choices.positions)
        .chain(&choices.asked)
        .filter(|range| !range.is_one_value())
        .flat_map(|range| [range.least.strategy, range.greatest.strategy])
        .collect()
}

fn from_to(range: &OutcomeRange) -> String {
    let end = |end: &Extreme| format!("{} [{}]", value(range.sort, end), end.strategy + 1);
    let comes = if range.sort == Sort::Date { "comes: " } else { "" };
    format!("{comes}{} to {}", end(&range.least), end(&range.greatest))
}

fn value(sort: Sort, end: &Extreme) -> String {
    let value = end.figure.value;
    match sort {
        Sort::Truth | Sort::Date => percent(value),
        Sort::Number if value.abs() >= 100.0 => format!("{value:.0}"),
        Sort::Number => format!("{value:.2}"),
    }
}
