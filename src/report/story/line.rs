//! One happening as text: its line, its reasons, its changes.

use std::collections::HashSet;

use super::{Change, Happening, HappeningKind, Reason};
use crate::explain;
use crate::model::Status;
use crate::report::words::probability;
use crate::report::wrap::hang;

/// Where the text of a happening begins: behind its date.
const INDENT: &str = "            ";
/// How many facts of one happening are named; the others are counted.
const NAMED: usize = 4;
/// How the built-in event of a breach is spelled.
const BREACH: &str = "breach(";

impl Happening {
    /// Appends the happening.
    pub(super) fn show(&self, width: usize, out: &mut String) {
        let before = match self.kind {
            HappeningKind::Void => "void: ",
            HappeningKind::Withheld => "does not happen: ",
            _ => "",
        };
        let mut after = match (self.kind, self.reasons.first()) {
            (HappeningKind::Settled, Some(reason)) => format!(" ({})", odds(reason)),
            _ => String::new(),
        };
        if self.times > 1 {
            after += &format!(" ({} times, last on {})", self.times, self.last);
        }
        after += &self.reasons.iter().find_map(Reason::script).unwrap_or_default();
        // A rule that does nothing but impose a norm is that norm, and its own words are the reason.
        let (head, reason, changes) = match (self.kind, self.changes.as_slice()) {
            (HappeningKind::Rule, [only @ Change::Arose { text, .. }]) => (
                only.text(),
                Some(&self.text).filter(|reason| *reason != text),
                vec![],
            ),
            (_, all) => (self.text.clone(), None, changes(all)),
        };
        hang(
            out,
            &format!("{}  ", self.date),
            INDENT,
            &format!("{before}{head}{after}"),
            width,
        );
        let mut note = |sign: &str, text: &str| {
            hang(
                out,
                &format!("{INDENT}{sign} "),
                &format!("{INDENT}    "),
                text,
                width,
            )
        };
        for missing in &self.missing {
            let sign = match missing.verdict {
                explain::Verdict::Missing => "  missing:",
                explain::Verdict::Unwanted => "  in its way:",
                _ => "  note:",
            };
            note(sign, &missing.text);
        }
        for text in reason.cloned().into_iter().chain(because(self)) {
            note("  because", &text);
        }
        for text in changes {
            note("  >", &text);
        }
    }
}

impl Reason {
    /// A timeline entry stands behind the event, in brackets: its source, or that it is ours.
    fn script(&self) -> Option<String> {
        match self {
            Reason::Timeline {
                sources,
                status: Status::Assumption,
                ..
            } if sources.is_empty() => Some(" [scripted]".to_owned()),
            Reason::Timeline { sources, .. } => Some(format!(" [{}]", sources.join("; "))),
            _ => None,
        }
    }
}

/// The reasons of a happening, a line each; a branch stands in front of the rule that drew it.
fn because(happening: &Happening) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut told_lines: HashSet<String> = HashSet::new();
    let mut before: Option<String> = None;
    // A settled chance is told by the happening itself, with its odds.
    let told = usize::from(happening.kind == HappeningKind::Settled);
    for reason in happening.reasons.iter().skip(told) {
        let line = match reason {
            Reason::Timeline { .. } => continue,
            Reason::Settled {
                name, word, text, by, ..
            } => {
                let what = text.clone().unwrap_or_else(|| match by {
                    Some(by) => format!("{by} chooses `{word}` in `{name}`"),
                    None => format!("`{name}` fell on `{word}`"),
                });
                if let Some(branch) = before.replace(format!("{what} ({})", odds(reason))) {
                    told_lines.insert(branch.clone());
                    lines.push(branch);
                }
                continue;
            }
            Reason::Rule {
                text, sources, since, ..
            } => {
                let since = since
                    .filter(|_| before.is_none())
                    .map(|since| format!(" (since {since})"));
                let sources = if sources.is_empty() {
                    String::new()
                } else {
                    format!(" [{}]", sources.join("; "))
                };
                format!("{text}{}{sources}", since.unwrap_or_default())
            }
            Reason::Breach {
                norm,
                text,
                prohibition,
            } => {
                let what = if *prohibition {
                    format!("prohibition {norm} was broken")
                } else {
                    format!("duty {norm} was not kept")
                };
                // What follows from a breach is told beside it, and need not repeat what was owed.
                if happening.what.starts_with(BREACH) {
                    format!("{what}: {text}")
                } else {
                    what
                }
            }
        };
        let line = match before.take() {
            Some(branch) => format!("{branch}: {line}"),
            None => line,
        };
        if line != happening.text && told_lines.insert(line.clone()) {
            lines.push(line);
        }
    }
    lines.extend(before);
    lines
}

/// Who settled a chance or choice, when, and how probable it was: "drawn on 2025-03-29, p = 0.7".
fn odds(reason: &Reason) -> String {
    let Reason::Settled {
        way,
        p,
        last_p,
        since,
        ..
    } = reason
    else {
        return String::new();
    };
    let on = since.map(|since| format!(" on {since}")).unwrap_or_default();
    let p = match (*way, p, last_p) {
        ("certain", ..) | (_, None, _) => String::new(),
        (_, Some(p), None) => format!(", p = {}", probability(*p)),
        (_, Some(p), Some(last)) => format!(", p = {}, at last {}", probability(*p), probability(*last)),
    };
    format!("{way}{on}{p}")
}

/// The changes, one line per sort.
fn changes(changes: &[Change]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut facts = |before: &str, texts: Vec<&str>| {
        if texts.is_empty() {
            return;
        }
        let mut line = format!(
            "{before} {}",
            texts.iter().take(NAMED).copied().collect::<Vec<_>>().join("; ")
        );
        if texts.len() > NAMED {
            line += &format!("; and {} more", texts.len() - NAMED);
        }
        lines.push(line);
    };
    let started = |change: &Change| matches!(change, Change::Started { .. });
    let ended = |change: &Change| matches!(change, Change::Ended { .. });
    facts(
        "now:",
        changes
            .iter()
            .filter(|change| started(change))
            .map(Change::words)
            .collect(),
    );
    facts(
        "no longer:",
        changes
            .iter()
            .filter(|change| ended(change))
            .map(Change::words)
            .collect(),
    );
    for change in changes {
        if !matches!(change, Change::Started { .. } | Change::Ended { .. }) {
            lines.push(change.text());
        }
    }
    lines
}

impl Change {
    /// What it is about, in words.
    fn words(&self) -> &str {
        match self {
            Change::Started { text, .. }
            | Change::Ended { text, .. }
            | Change::Measured { text, .. }
            | Change::Scheduled { text, .. }
            | Change::Arose { text, .. }
            | Change::Fulfilled { text, .. } => text,
        }
    }

    fn text(&self) -> String {
        match self {
            Change::Started { text, .. } => format!("now: {text}"),
            Change::Ended { text, .. } => format!("no longer: {text}"),
            Change::Measured { text, from, to, .. } => format!("{text}: {from} -> {to}"),
            Change::Scheduled { text, due, .. } => format!("due {due}: {text}"),
            Change::Arose {
                norm,
                text,
                prohibition: true,
                ..
            } => format!("prohibition {norm}: {text}"),
            Change::Arose {
                norm,
                text,
                due: Some(due),
                ..
            } => format!("duty {norm}, until {due}: {text}"),
            Change::Arose {
                norm,
                text,
                due: None,
                ..
            } => format!("duty {norm}: {text}"),
            Change::Fulfilled { norm, text } => format!("fulfils duty {norm}: {text}"),
        }
    }
}
