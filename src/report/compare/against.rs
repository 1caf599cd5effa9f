//! One variant against the base: what is written otherwise, what differs, and why.

use crate::report::table::Table;
use crate::report::words::probability;
use crate::report::wrap::hang;
use crate::whatif::{Against, Comparison, Group};

use super::figures::{difference, percent, runs, signed};
use super::table::letter;
use super::written;

/// How many groups of runs are told, and how many of them however small.
const GROUPS: usize = 8;
const FIRST: usize = 3;
/// How many steps on the way are told.
const STEPS: usize = 2;
/// How many ways of parting are told.
const PARTINGS: usize = 4;

/// The variant in a column.
pub(super) fn told(comparison: &Comparison, column: usize, against: &Against, width: usize) -> String {
    let mut out = String::new();
    let head = format!("{}: {}", against.id, against.title);
    hang(&mut out, &format!("{}  ", letter(column)), "   ", &head, width);
    written(&against.edits, width, &mut out);
    let pairs = &against.pairs;
    if pairs.changed == 0 {
        out += &format!("  no outcome changes in any of {} paired runs\n", pairs.runs);
    }
    let changed: Vec<_> = against
        .differences
        .iter()
        .filter(|one| one.changed > 0 || one.exact.is_some_and(|exact| exact.abs() >= 5e-5))
        .collect();
    if !changed.is_empty() {
        out.push_str("  differences to the base");
        if changed.iter().any(|one| one.exact.is_some()) {
            out.push_str(" (exact where no interval stands)");
        }
        out.push('\n');
        let mut table = Table::new(Vec::<String>::new());
        for one in &changed {
            let label = one.says.clone().unwrap_or_else(|| one.id.clone());
            table.row([label, difference(one), runs(one)]);
        }
        indented(&table.render(width.saturating_sub(2)), &mut out);
        let same = against.differences.len() - changed.len();
        if same > 0 {
            let others = if same == 1 {
                String::from("other one")
            } else {
                format!("other {same}")
            };
            out += &format!("    the {others}: no run changes\n");
        }
    }
    positions(comparison, column, against, width, &mut out);
    reasons(against, width, &mut out);
    out
}

/// Whose positions are met in other runs, and which, the weightiest first.
fn positions(comparison: &Comparison, column: usize, against: &Against, width: usize, out: &mut String) {
    let mut lines = Vec::new();
    for paired in against
        .pairs
        .positions
        .iter()
        .filter(|one| one.more + one.fewer > 0)
    {
        let Some(row) = comparison.positions.iter().find(|row| row.actor == paired.actor) else {
            continue;
        };
        let (Some(Some(base)), Some(Some(variant))) = (row.met.first(), row.met.get(column)) else {
            continue;
        };
        let each: Vec<String> = variant
            .each
            .iter()
            .filter_map(|(id, after)| {
                let (_, before) = base.each.iter().find(|(other, _)| other == id)?;
                ((after.value - before.value).abs() >= 5e-4)
                    .then(|| format!("{id} {} -> {} %", percent(before), percent(after)))
            })
            .collect();
        lines.push(format!(
            "{}: {} of {}: {}",
            row.name,
            signed(&paired.difference, 1.0),
            variant.of,
            each.join(", ")
        ));
    }
    if !lines.is_empty() {
        out.push_str("  positions met at the end, on average\n");
    }
    for line in lines {
        hang(out, "    ", "      ", line.trim_end_matches([':', ' ']), width);
    }
}

fn reasons(against: &Against, width: usize, out: &mut String) {
    let (pairs, reasons) = (&against.pairs, &against.reasons);
    let Some((first, middle, last)) = reasons.days else {
        return;
    };
    let mut text = format!("{} of {} runs change", pairs.changed, pairs.runs);
    if reasons.replayed < pairs.changed {
        text += &format!("; the first {} of them were replayed", reasons.replayed);
    }
    text += &if first == last {
        format!(". They part on {first}, with")
    } else {
        format!(". They part between {first} and {last}, half of them by {middle}, with")
    };
    hang(out, "  ", "  ", &text, width);
    for parting in reasons.partings.iter().take(PARTINGS) {
        let odds = parting.p.map_or_else(String::new, |(before, after)| {
            format!(
                "; the first has p = {} here and {} in the base, on average",
                probability(after),
                probability(before)
            )
        });
        let text = format!("{}: {}{odds} (run {})", parting.runs, parting.text, parting.run);
        hang(out, "    ", "      ", &text, width);
    }
    rest(
        reasons.partings.iter().skip(PARTINGS).map(|parting| parting.runs),
        "other happening",
        out,
    );
    out.push_str("  what becomes of them\n");
    let several = reasons.partings.len() > 1;
    // Single runs are told only where there is nothing more frequent.
    let told = reasons
        .groups
        .iter()
        .enumerate()
        .take_while(|(at, group)| *at < FIRST || (*at < GROUPS && group.runs * 100 >= reasons.replayed))
        .count();
    for group in reasons.groups.iter().take(told) {
        let text = format!(
            "{} of {}: {} (run {}, {})",
            group.runs,
            reasons.replayed,
            group.text(),
            group.run,
            group.day
        );
        hang(out, "    ", "      ", &text, width);
        let way = group.on_the_way.iter().rev().take(STEPS).rev();
        let way: Vec<String> = way
            .map(|(fate, what)| format!("{}: {what}", fate.words()))
            .collect();
        if !way.is_empty() {
            hang(out, "      before it, ", "        ", &way.join("; "), width);
        }
        if several {
            hang(out, "      after: ", "        ", &after(group), width);
        }
    }
    rest(
        reasons.groups.iter().skip(told).map(|group| group.runs),
        "other group",
        out,
    );
}

/// With what the runs of a group part.
fn after(group: &Group) -> String {
    let mut told: Vec<String> = group
        .partings
        .iter()
        .take(2)
        .map(|(runs, text)| {
            if *runs == group.runs {
                text.clone()
            } else {
                format!("{text} ({runs})")
            }
        })
        .collect();
    let more: u64 = group.partings.iter().skip(2).map(|(runs, _)| runs).sum();
    if more > 0 {
        told.push(format!("others ({more})"));
    }
    told.join("; ")
}

fn rest(runs: impl Iterator<Item = u64>, what: &str, out: &mut String) {
    let runs: Vec<u64> = runs.collect();
    if !runs.is_empty() {
        let plural = if runs.len() == 1 { "" } else { "s" };
        *out += &format!(
            "    {} in {} {what}{plural}\n",
            runs.iter().sum::<u64>(),
            runs.len()
        );
    }
}

fn indented(text: &str, out: &mut String) {
    for line in text.lines() {
        out.push_str("  ");
        out.push_str(line);
        out.push('\n');
    }
}
