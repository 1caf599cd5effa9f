//! What a search found, to be read.

use std::fmt::Write as _;

use super::outcomes::{amount, share};
use super::table::Table;
use super::words::count;
use super::wrap::hang;
use crate::whatif::{Estimate, Found, LeverLine, Method, Pulled, Reach, Verdict};

/// How many sets of one sort are listed before the rest is counted.
const LISTED: usize = 40;

/// What a search found, to be read.
pub fn search_text(found: &Found, width: usize) -> String {
    let mut out = String::new();
    hang(&mut out, "", "", &found.title, width);
    hang(&mut out, "", "", &question(found), width);
    hang(&mut out, "", "", &how(found), width);
    let _ = writeln!(out, "choices fall as `fix:` or their defaults say\n\nlevers");
    out.push_str(&levers(found).render(width));
    let _ = writeln!(
        out,
        "\nnone of them pulled\n  {}",
        figure(found, &found.none.figure)
    );
    if found.none.verdict == Verdict::Undecided {
        let _ = writeln!(out, "  its interval lies on both sides of the threshold");
    }
    out.push('\n');
    sets(found, width, &mut out);
    notes(found, width, &mut out);
    out
}

fn question(found: &Found) -> String {
    let what = match &found.says {
        Some(says) => format!("`{}` ({says})", found.outcome),
        None => format!("`{}`", found.outcome),
    };
    format!("what brings {what} to {}?", threshold(found))
}

fn threshold(found: &Found) -> String {
    let value = |threshold: f64| match found.probability {
        true => format!("{} %", plain(threshold * 100.0)),
        false => format!("{}{}", plain(threshold), unit(found)),
    };
    let on_average = if found.probability { "" } else { " on average" };
    match found.reach {
        Reach::AtLeast(threshold) => format!("at least {}{on_average}", value(threshold)),
        Reach::AtMost(threshold) => format!("at most {}{on_average}", value(threshold)),
    }
}

/// A number that someone wrote, without the rounding of its percent.
fn plain(number: f64) -> String {
    let rounded = (number * 1e6).round() / 1e6;
    format!("{rounded}")
}

fn unit(found: &Found) -> String {
    found
        .unit
        .as_ref()
        .map_or_else(String::new, |unit| format!(" {unit}"))
}

fn how(found: &Found) -> String {
    let several = found.weighed > 0;
    match &found.how {
        Method::Exact { .. } if found.sampled > 0 => format!(
            "exact without any lever; {} of {} sets had to be sampled and have 95 % intervals",
            found.sampled, found.weighed
        ),
        Method::Exact { .. } => String::from("exact: every branch was followed"),
        Method::Sampled { runs, seed, because } => format!(
            "sampled: {runs} runs{}, seed {seed}, with 95 % intervals, because {because}",
            if several {
                " for each set over the same draws"
            } else {
                ""
            }
        ),
    }
}

fn levers(found: &Found) -> Table {
    let mut table = Table::new(["", "", "by", "cost"]).right(3);
    for LeverLine {
        id,
        title,
        by_name,
        cost,
        ..
    } in &found.levers
    {
        let by = by_name.clone().unwrap_or_default();
        table.row([id.clone(), title.clone(), by, cost.to_string()]);
    }
    table
}

fn figure(found: &Found, figure: &Estimate) -> String {
    if found.probability {
        return share(figure);
    }
    format!("on average {}{}", amount(figure), unit(found))
}

/// A difference with its sign: of probabilities in percentage points.
fn change(found: &Found, change: &Estimate) -> String {
    let scale = if found.probability { 100.0 } else { 1.0 };
    let round = |value: f64| {
        let value = value * scale;
        let text = match found.probability {
            true => format!("{value:+.1}"),
            false if value.abs() >= 100.0 => format!("{value:+.0}"),
            false => format!("{value:+.2}"),
        };
        // A change that is rounded away has no sign.
        match text
            .trim_start_matches(['+', '-'])
            .chars()
            .all(|c| matches!(c, '0' | '.'))
        {
            true => text.trim_start_matches(['+', '-']).to_owned(),
            false => text,
        }
    };
    match change.interval {
        None => round(change.value),
        Some((low, high)) => format!("{} ({} to {})", round(change.value), round(low), round(high)),
    }
}

fn sets(found: &Found, width: usize, out: &mut String) {
    if found.reach.met(found.none.figure.value) {
        let _ = writeln!(out, "nothing need be pulled: it is {} already", threshold(found));
        return;
    }
    if found.sets.is_empty() {
        let text = format!(
            "no set of up to {} brings it to {}",
            count(found.size, "lever"),
            threshold(found)
        );
        hang(out, "", "", &text, width);
        if let Some(nearest) = &found.nearest {
            let _ = writeln!(out, "\nthe set that comes nearest");
            out.push_str(&table(found, [nearest]).render(width));
        }
    } else {
        let text = "minimal sets that do; no part of one does";
        let _ = writeln!(out, "{text}");
        out.push_str(&table(found, found.sets.iter().take(LISTED)).render(width));
        rest(found.sets.len(), out);
        if let Some(cheapest) = found.cheapest.and_then(|place| found.sets.get(place)) {
            let text = format!("cheapest: {}, for {}", cheapest.levers.join(" + "), cheapest.cost);
            hang(out, "", "  ", &text, width);
        }
    }
    if !found.undecided.is_empty() {
        let text = "sets that may do or not, their intervals lying on both sides of the threshold; more runs would tell";
        let _ = writeln!(out);
        hang(out, "", "", text, width);
        out.push_str(&table(found, found.undecided.iter().take(LISTED)).render(width));
        rest(found.undecided.len(), out);
    }
}

fn rest(all: usize, out: &mut String) {
    if all > LISTED {
        let _ = writeln!(out, "  and {} more", all - LISTED);
    }
}

fn table<'f>(found: &Found, sets: impl IntoIterator<Item = &'f Pulled>) -> Table {
    let change_of = if found.probability {
        "change, in points"
    } else {
        "change"
    };
    let mut table = Table::new(["levers", "cost", percent_or_mean(found), change_of, ""]).right(1);
    for set in sets {
        let doubt = match set.verdict {
            Verdict::Undecided if found.reach.met(set.figure.value) => {
                "perhaps: the interval holds the threshold"
            }
            _ => "",
        };
        table.row([
            set.levers.join(" + "),
            set.cost.to_string(),
            figure(found, &set.figure),
            change(found, &set.change),
            doubt.to_owned(),
        ]);
    }
    table
}

fn percent_or_mean(found: &Found) -> &'static str {
    if found.probability { "probability" } else { "mean" }
}

/// What was not looked at, and why.
fn notes(found: &Found, width: usize, out: &mut String) {
    let mut notes = Vec::new();
    for clash in &found.clashes {
        let [one, other] = &clash.levers;
        notes.push(format!(
            "{one} and {other} clash: both set `{}`; no set with both was tried",
            clash.path
        ));
    }
    for unfit in &found.unfit {
        notes.push(format!(
            "{} do not fit together: {}",
            unfit.levers.join(" + "),
            unfit.message
        ));
    }
    let mut counted = vec![format!("{} weighed", count(found.weighed, "set"))];
    if found.larger > 0 {
        counted.push(format!(
            "{} left out because a part of them suffices",
            found.larger
        ));
    }
    if found.too_dear > 0 {
        counted.push(format!("{} too dear", found.too_dear));
    }
    if found.weighed > 0 {
        notes.push(counted.join(", "));
    }
    if notes.is_empty() {
        return;
    }
    let _ = writeln!(out);
    for note in notes {
        hang(out, "", "  ", &note, width);
    }
}
