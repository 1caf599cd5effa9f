//! How an answer reads: an indented tree of at most 100 columns.

use std::fmt;

use super::tree::{Because, BecauseKind, Question, Reason, Verdict, Why};

/// Columns of a line.
const WIDTH: usize = 100;
/// Text is not squeezed below this, however deep it stands.
const LEAST: usize = 30;

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let question = match self.question {
            Question::Why => "why",
            Question::WhyNot => "why not",
        };
        writeln!(f, "{question} {}, as of {}", self.query, self.day)?;
        for note in &self.notes {
            writeln!(f, "note: {note}")?;
        }
        for reason in &self.reasons {
            writeln!(f)?;
            branch(f, reason, "", "", "")?;
        }
        if self.reasons.iter().any(has_more) {
            writeln!(
                f,
                "\n(...) has reasons of its own, which are not told here; ask for it by itself"
            )?;
        }
        Ok(())
    }
}

/// Whether anything below was cut.
fn has_more(reason: &Reason) -> bool {
    reason.cut || reason.premises.iter().any(has_more)
}

/// One statement and what is below it. `first` stands before its first line, `rest` before all others.
fn branch(f: &mut fmt::Formatter<'_>, reason: &Reason, before: &str, first: &str, rest: &str) -> fmt::Result {
    let below = format!("{before}{rest}");
    let more = format!(
        "{below}{}",
        if reason.premises.is_empty() {
            "   "
        } else {
            "│  "
        }
    );
    lines(f, &format!("{before}{first}"), &more, &headline(reason))?;
    if let Some(because) = reason.because.as_ref().filter(|because| own_line(because)) {
        lines(f, &more, &more, &because.text)?;
    }
    let premises = folded(&reason.premises);
    let last = premises.len().saturating_sub(1);
    for (place, premise) in premises.iter().enumerate() {
        if place == last {
            branch(f, premise, &below, "└─ ", "   ")?;
        } else {
            branch(f, premise, &below, "├─ ", "│  ")?;
        }
    }
    Ok(())
}

/// What goes without a reason of its own is told together: what is written, and what is missing as it should be.
fn folded(premises: &[Reason]) -> Vec<Reason> {
    let mut folded: Vec<Reason> = Vec::with_capacity(premises.len());
    for premise in premises {
        let plain =
            premise.premises.is_empty() && premise.day.is_none() && !premise.told_above && !premise.cut;
        let written = premise
            .because
            .as_ref()
            .is_none_or(|because| because.kind == BecauseKind::Written);
        let folds = match premise.verdict {
            Verdict::Holds => premise.because.is_some(),
            Verdict::Absent => true,
            _ => false,
        };
        let like = |other: &&mut Reason| {
            let text = |reason: &Reason| reason.because.as_ref().map(|because| because.text.clone());
            other.verdict == premise.verdict
                && other.premises.is_empty()
                && other.day.is_none()
                && !other.told_above
                && !other.cut
                && text(other) == text(premise)
        };
        match folded.iter_mut().find(like) {
            Some(first)
                if plain
                    && written
                    && folds
                    && first.statement.split("; ").any(|said| said == premise.statement) => {}
            Some(first) if plain && written && folds => {
                first.statement.push_str("; ");
                first.statement.push_str(&premise.statement);
            }
            _ => folded.push(premise.clone()),
        }
    }
    folded
}

/// Rules have much to say and get a line of their own.
fn own_line(because: &Because) -> bool {
    because.kind == BecauseKind::Rule
}

fn headline(reason: &Reason) -> String {
    let mut text = String::from(match reason.verdict {
        Verdict::Holds => "holds: ",
        Verdict::Missing => "missing: ",
        Verdict::Absent => "missing, as it should be: ",
        Verdict::Unwanted => "holds, but should not: ",
        Verdict::Happened => "happened: ",
        Verdict::NotHappened => "did not happen: ",
        Verdict::Void => "void: ",
        Verdict::Drawn => "drawn: ",
        Verdict::Chosen => "chosen: ",
        Verdict::Impossible => "impossible: ",
        Verdict::Amount | Verdict::Note => "",
    });
    text.push_str(&reason.statement);
    if let Some(day) = reason.day {
        let word = match reason.verdict {
            Verdict::Happened | Verdict::NotHappened | Verdict::Void | Verdict::Drawn | Verdict::Chosen => {
                "on"
            }
            Verdict::Absent => "ended on",
            _ => "since",
        };
        text.push_str(&format!(", {word} {day}"));
    }
    if let Some(because) = reason.because.as_ref().filter(|because| !own_line(because)) {
        text.push_str(&format!("; {}", because.text));
    }
    if reason.told_above {
        text.push_str(" (see above)");
    }
    if reason.cut {
        text.push_str(" (...)");
    }
    text
}

/// A text broken at blanks.
fn lines(f: &mut fmt::Formatter<'_>, first: &str, rest: &str, text: &str) -> fmt::Result {
    let room = |prefix: &str| WIDTH.saturating_sub(prefix.chars().count()).max(LEAST);
    let mut prefix = first;
    let mut line = String::new();
    for word in text.split_whitespace() {
        let length = line.chars().count() + 1 + word.chars().count();
        if !line.is_empty() && length > room(prefix) {
            writeln!(f, "{prefix}{line}")?;
            prefix = rest;
            line.clear();
        } else if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(f, "{prefix}{line}")
}
