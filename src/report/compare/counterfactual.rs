//! One run in both worlds: where they part, what differs, what they come to, and why.

use crate::language::value::Day;
use crate::report::table::Table;
use crate::report::words::probability;
use crate::report::wrap::hang;
use crate::whatif::{Counterfactual, Parting};

use super::written;

pub(super) fn told(both: &Counterfactual, width: usize) -> String {
    let mut out = String::new();
    let head = format!(
        "run {} under seed {} in two worlds, with the same draws",
        both.run, both.seed
    );
    hang(&mut out, "", "", &head, width);
    let mut table = Table::new(Vec::<String>::new());
    table.row(["A", &both.base.0, &both.base.1]);
    table.row(["B", &both.variant.0, &both.variant.1]);
    out += &table.render(width);
    written(&both.edits, width, &mut out);
    match &both.parting {
        None => out.push_str("\nthe two runs never part: the same things happen on the same days\n"),
        Some(parting) => {
            hang(
                &mut out,
                "\n",
                "",
                &format!("they part on {}", parting.day),
                width,
            );
            sides(parting, width, &mut out);
        }
    }
    if !both.course.is_empty() {
        out.push_str("\nwhat differs\n");
        let mut table = Table::new(["", "A", "B"]);
        for course in &both.course {
            table.row([course.what.clone(), dates(&course.base), dates(&course.variant)]);
        }
        out += &table.render(width);
    }
    out.push_str("\noutcomes\n");
    let mut table = Table::new(["", "A", "B", ""]);
    for end in &both.outcomes {
        let label = end.says.clone().unwrap_or_else(|| end.id.clone());
        let mark = if end.changed { "changed" } else { "" };
        table.row([label.as_str(), &end.base, &end.variant, mark]);
    }
    out += &table.render(width);
    if !both.positions.is_empty() {
        out.push_str("\npositions met at the end\n");
        let mut table = Table::new(["", "A", "B", ""]);
        for (name, base, variant, of) in &both.positions {
            let changed = if base == variant { "" } else { "changed" };
            table.row([
                name.clone(),
                base.to_string(),
                variant.to_string(),
                format!("of {of} {changed}").trim_end().to_owned(),
            ]);
        }
        out += &table.render(width);
    }
    for reason in &both.reasons {
        let (with, without) = if reason.in_base { ("A", "B") } else { ("B", "A") };
        out += &format!("\nin {with}: {}\nin {without}: {}", reason.why, reason.why_not);
    }
    out
}

fn sides(parting: &Parting, width: usize, out: &mut String) {
    for (side, text) in [("A", &parting.base), ("B", &parting.variant)] {
        let text = text.as_deref().unwrap_or("nothing of the kind");
        hang(out, &format!("  {side}  "), "     ", text, width);
    }
    if let Some((before, after)) = parting.p {
        let text = format!(
            "the probability of the second was {} in A and is {} in B",
            probability(before),
            probability(after)
        );
        hang(out, "     ", "     ", &text, width);
    }
}

/// A few of many days.
fn dates(days: &[Day]) -> String {
    match days {
        [] => String::from("never"),
        [one] => one.to_string(),
        [one, other] => format!("{one}, {other}"),
        [first, .., last] => format!("{} times, {first} to {last}", days.len()),
    }
}
