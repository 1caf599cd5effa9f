//! Figures in few characters: as exactly as they are known and no more.

use crate::whatif::{Difference, Estimate, Law, Shift};

/// How many digits a figure deserves whose band is so wide, in its own unit.
fn digits(half: f64) -> usize {
    if half >= 10.0 {
        0
    } else if half >= 0.1 {
        1
    } else if half >= 0.01 {
        2
    } else {
        3
    }
}

/// Half the width of a band.
fn half(estimate: &Estimate) -> Option<f64> {
    estimate.interval.map(|(low, high)| (high - low) / 2.0)
}

/// `46.4 %`, `46.4 ±1.0 %`
pub(super) fn share(p: &Estimate) -> String {
    let percent = p.value * 100.0;
    match half(p) {
        None if p.value <= 0.0 => String::from("never"),
        None if p.value >= 1.0 => String::from("always"),
        None if percent < 0.1 => String::from("< 0.1 %"),
        None if percent > 99.9 => String::from("> 99.9 %"),
        None => format!("{percent:.1} %"),
        // A sample cannot tell "never" or "always".
        Some(_) if p.value <= 0.0 => String::from("in no run"),
        Some(_) if p.value >= 1.0 => String::from("in all runs"),
        Some(half) => format!("{percent:.1} ±{:.1} %", (half * 100.0).max(0.1)),
    }
}

/// A probability in per cent, without its band and its sign: `46.4`.
pub(super) fn percent(p: &Estimate) -> String {
    format!("{:.1}", p.value * 100.0)
}

/// `1.18 ±0.02`
pub(super) fn amount(estimate: &Estimate) -> String {
    let value = estimate.value;
    match half(estimate).filter(|half| *half > 0.0) {
        None if value.abs() >= 100.0 => format!("{value:.0}"),
        None => format!("{value:.2}"),
        Some(half) => {
            let digits = digits(half);
            format!("{value:.digits$} ±{half:.digits$}")
        }
    }
}

/// A law in a cell; of a date the day by which it has come with probability one half, else how likely it comes.
pub(super) fn cell(law: Option<&Law>) -> String {
    match law {
        None => String::from("-"),
        Some(Law::Truth { p }) => share(p),
        Some(Law::Number { mean, .. }) => amount(mean),
        Some(Law::Date { never, quantiles, .. }) => {
            let middle = quantiles.iter().find(|(share, _)| (share - 0.5).abs() < 1e-9);
            match middle {
                Some((_, Some(day))) => day.to_string(),
                _ => {
                    let comes = Estimate {
                        value: 1.0 - never.value,
                        interval: never.interval.map(|(low, high)| (1.0 - high, 1.0 - low)),
                    };
                    share(&comes)
                }
            }
        }
    }
}

/// A difference with its sign and its band: `-3.0 (-3.3 to -2.7)`.
pub(super) fn signed(estimate: &Estimate, scale: f64) -> String {
    let value = estimate.value * scale;
    let text = |number: f64, digits: usize| {
        let text = format!("{number:+.digits$}");
        // Minus nothing is nothing.
        if text.trim_start_matches(['+', '-', '0', '.']).is_empty() {
            String::from("0")
        } else {
            text
        }
    };
    match estimate.interval {
        None if value.abs() >= 100.0 => text(value, 0),
        None => text(value, 2),
        Some((low, high)) => {
            let digits = digits((high - low) * scale / 2.0);
            format!(
                "{} ({} to {})",
                text(value, digits),
                text(low * scale, digits),
                text(high * scale, digits)
            )
        }
    }
}

/// A difference in words: points of per cent for probabilities, days for dates.
pub(super) fn difference(difference: &Difference) -> String {
    let unit = difference
        .unit
        .as_ref()
        .map_or_else(String::new, |unit| format!(" {unit}"));
    match &difference.shift {
        Shift::Truth { .. } => format!("{} points", signed(&difference.best(), 100.0)),
        Shift::Number { .. } => format!("{}{unit}", signed(&difference.best(), 1.0)),
        Shift::Date { days, .. } => {
            let comes = format!("comes: {} points", signed(&difference.best(), 100.0));
            match days.filter(|days| days.value != 0.0) {
                Some(days) => format!("{comes}; where it comes in both: {} days", signed(&days, 1.0)),
                None => comes,
            }
        }
    }
}

/// How many runs changed, and how: "lost in 612, gained in 141".
pub(super) fn runs(difference: &Difference) -> String {
    let parts: &[(&str, u64)] = match &difference.shift {
        Shift::Truth { gained, lost, .. } => &[("lost in", *lost), ("gained in", *gained)],
        Shift::Number { more, less, .. } => &[("less in", *less), ("more in", *more)],
        Shift::Date {
            gained,
            lost,
            earlier,
            later,
            ..
        } => &[
            ("lost in", *lost),
            ("gained in", *gained),
            ("earlier in", *earlier),
            ("later in", *later),
        ],
    };
    let told: Vec<String> = parts
        .iter()
        .filter(|(_, runs)| *runs > 0)
        .map(|(word, runs)| format!("{word} {runs}"))
        .collect();
    told.join(", ")
}
