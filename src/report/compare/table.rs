//! Figures side by side: as many columns as fit, the base first in every block.

use crate::report::table::Table;
use crate::report::wrap::{columns, hang, wrap};
use crate::whatif::{Comparison, Law, Method};

use super::figures::cell;

/// How wide the words of a row may be.
const LABEL: usize = 30;

/// The head of a column: A, B, ..., Z, AA, ...
pub(super) fn letter(column: usize) -> String {
    let last = char::from(b'A' + u8::try_from(column % 26).unwrap_or(0));
    match column / 26 {
        0 => last.to_string(),
        more => format!("{}{last}", letter(more - 1)),
    }
}

/// What is compared and how the figures were found.
pub(super) fn head(comparison: &Comparison, width: usize) -> String {
    let mut out = String::new();
    let title = comparison
        .scenarios
        .first()
        .map_or("", |base| base.title.as_str());
    let others = match comparison.against.len() {
        1 => String::from("another scenario"),
        n => format!("{n} other scenarios"),
    };
    hang(
        &mut out,
        "",
        "",
        &format!("{title}, compared with {others}"),
        width,
    );
    hang(
        &mut out,
        "",
        "",
        &format!(
            "reasons and paired differences: {} runs of each under seed {}, draw for draw, with 95 % intervals",
            comparison.runs, comparison.seed
        ),
        width,
    );
    for line in methods(comparison) {
        hang(&mut out, "", "", &line, width);
    }
    out.push_str("choices fall as `fix:` or their defaults say\n\nscenarios\n");
    let mut table = Table::new(Vec::<String>::new());
    for (column, scenario) in comparison.scenarios.iter().enumerate() {
        table.row([letter(column), scenario.id.clone(), scenario.title.clone()]);
    }
    out.push_str(&table.render(width));
    out
}

/// "figures of A, B: exact"; "figures of C: sampled, because ..."
fn methods(comparison: &Comparison) -> Vec<String> {
    let mut exact = Vec::new();
    let mut sampled: Vec<(String, Vec<String>)> = Vec::new();
    for (column, scenario) in comparison.scenarios.iter().enumerate() {
        match &scenario.how {
            Method::Exact { .. } => exact.push(letter(column)),
            Method::Sampled { because, .. } => {
                // What was counted before giving up differs from one to the next and matters little here.
                let because = because.split(':').next().unwrap_or(because).to_owned();
                match sampled.iter_mut().find(|(other, _)| *other == because) {
                    Some((_, columns)) => columns.push(letter(column)),
                    None => sampled.push((because, vec![letter(column)])),
                }
            }
        }
    }
    let of = |letters: &[String]| {
        if letters.len() == comparison.scenarios.len() {
            String::from("figures")
        } else {
            format!("figures of {}", letters.join(", "))
        }
    };
    let mut lines = Vec::new();
    if !exact.is_empty() {
        lines.push(format!("{}: exact", of(&exact)));
    }
    for (because, columns) in sampled {
        lines.push(format!(
            "{}: sampled from those runs, because {because}",
            of(&columns)
        ));
    }
    lines
}

/// All blocks of outcomes, then all of positions.
pub(super) fn tables(comparison: &Comparison, width: usize) -> String {
    let outcomes: Vec<(String, Vec<String>)> = comparison
        .outcomes
        .iter()
        .map(|row| {
            let mut label = row.says.clone().unwrap_or_else(|| row.id.clone());
            if let Some(unit) = &row.unit
                && !label.contains(unit.as_str())
            {
                label += &format!(", {unit}");
            }
            if matches!(row.laws.iter().flatten().next(), Some(Law::Date { .. })) {
                label += " (half by, or how likely at all)";
            }
            let cells = row.laws.iter().map(|law| cell(law.as_ref())).collect();
            (label, cells)
        })
        .collect();
    let positions: Vec<(String, Vec<String>)> = comparison
        .positions
        .iter()
        .map(|row| {
            let cells = row.met.iter().map(|met| match met {
                Some(met) => format!("{:.1} of {}", met.met, met.of),
                None => String::from("-"),
            });
            (row.name.clone(), cells.collect())
        })
        .collect();
    let mut out = blocks("outcomes", &outcomes, comparison.scenarios.len(), width);
    out += &blocks(
        "positions met at the end, on average",
        &positions,
        comparison.scenarios.len(),
        width,
    );
    out
}

/// Rows of cells in blocks of columns that fit the width.
fn blocks(title: &str, rows: &[(String, Vec<String>)], count: usize, width: usize) -> String {
    let mut out = String::new();
    if rows.is_empty() {
        return out;
    }
    let label = rows
        .iter()
        .map(|(label, _)| columns(label))
        .max()
        .unwrap_or(0)
        .min(LABEL);
    let widest = rows
        .iter()
        .flat_map(|(_, cells)| cells)
        .map(|cell| columns(cell))
        .max()
        .unwrap_or(0);
    let fit = width.saturating_sub(label + 2) / (widest + 2).max(1);
    let others: Vec<usize> = (1..count).collect();
    for (at, block) in others.chunks(fit.saturating_sub(1).max(1)).enumerate() {
        let more = if at > 0 { ", continued" } else { "" };
        out += &format!("\n{title}{more}\n");
        let shown: Vec<usize> = std::iter::once(0).chain(block.iter().copied()).collect();
        let mut heading = vec![String::new()];
        heading.extend(shown.iter().map(|column| letter(*column)));
        let mut table = Table::new(heading);
        for column in 1..=shown.len() {
            table = table.right(column);
        }
        for (label, cells) in rows {
            // Cells are not broken: a figure is one word.
            let mut lines = wrap(label, LABEL).into_iter();
            let mut row = vec![lines.next().unwrap_or_default()];
            row.extend(shown.iter().map(|column| {
                let cell = cells.get(*column).map_or("", String::as_str);
                cell.replace(' ', "\u{a0}")
            }));
            table.row(row);
            for line in lines {
                let mut row = vec![format!("\u{a0}\u{a0}{}", line.replace(' ', "\u{a0}"))];
                row.extend(shown.iter().map(|_| String::new()));
                table.row(row);
            }
        }
        out += &table.render(width).replace('\u{a0}', " ");
    }
    out
}
