//! Tests of files as text: a line for each file, then what failed, then the sum.

use super::parts::{FileTrial, LineStatus, Trials, TriedLine, WorldTrial};
use crate::report::words::count;
use crate::report::wrap::{hang, wrap};

impl FileTrial {
    /// The line of the file, with a line break.
    pub fn line(&self) -> String {
        let word = match (&self.errors, self.failed()) {
            (Some(_), _) => "wrong",
            (None, true) => "FAILED",
            (None, false) => "ok",
        };
        let mut parts = Vec::new();
        let expectations = self.worlds.iter().flat_map(|world| &world.expectations);
        let invariants = self.worlds.iter().flat_map(|world| &world.invariants);
        parts.extend(told(expectations, "expectation"));
        parts.extend(told(invariants, "invariant"));
        let worlds = self.worlds.iter();
        let looked: Vec<&WorldTrial> = worlds.filter(|world| world.states.is_some()).collect();
        if !looked.is_empty() {
            let states: usize = looked.iter().filter_map(|world| world.states).sum();
            let all = looked.iter().all(|world| world.exhaustive == Some(true));
            parts.push(format!(
                "{}{}",
                count(states, "state"),
                if all { "" } else { ", not all" }
            ));
        }
        match self.worlds.iter().filter(|world| world.variant.is_some()).count() {
            0 => {}
            variants => parts.push(count(variants, "variant")),
        }
        if self.errors.is_none() && parts.is_empty() {
            parts.push("expects nothing".to_owned());
        }
        let parts = parts.join("; ");
        let line = format!("{word:<6}  {}  {parts}", self.file);
        format!("{}\n", line.trim_end())
    }
}

/// `2 of 3 expectations`; none where there are none.
fn told<'l>(lines: impl Iterator<Item = &'l TriedLine>, what: &str) -> Option<String> {
    let (mut all, mut held) = (0, 0);
    for line in lines {
        all += 1;
        held += usize::from(line.status == LineStatus::Holds);
    }
    match all {
        0 => None,
        _ if held == all => Some(count(all, what)),
        _ => Some(format!("{held} of {}", count(all, what))),
    }
}

impl Trials {
    /// Everything: the lines of the files and what follows them.
    pub fn text(&self, width: usize) -> String {
        let lines: String = self.files.iter().map(FileTrial::line).collect();
        lines + &self.rest(width)
    }

    /// What follows the lines of the files: what failed, what is open, what was seen of the rules, the sum.
    pub fn rest(&self, width: usize) -> String {
        let mut out = String::new();
        for file in &self.files {
            if file.errors.is_some() {
                out += &format!("\n{}\n{}", file.file, file.error_text);
            }
            for world in &file.worlds {
                world.failures(&file.file, width, &mut out);
            }
        }
        if let Some(coverage) = &self.coverage {
            coverage.show(width, &mut out);
        }
        self.sum(width, &mut out);
        out
    }

    fn sum(&self, width: usize, out: &mut String) {
        let number = |of: &dyn Fn(&FileTrial) -> bool| self.files.iter().filter(|file| of(file)).count();
        let mut parts = vec![format!("{} ok", number(&FileTrial::passed))];
        for (some, word) in [
            (number(&FileTrial::failed), "failed"),
            (number(&|file| file.errors.is_some()), "wrong"),
        ] {
            if some > 0 {
                parts.push(format!("{some} {word}"));
            }
        }
        let worlds = || self.files.iter().flat_map(|file| &file.worlds);
        let mut claims = Vec::new();
        claims.extend(told(
            worlds().flat_map(|world| &world.expectations),
            "expectation",
        ));
        claims.extend(told(worlds().flat_map(|world| &world.invariants), "invariant"));
        let open = worlds()
            .flat_map(WorldTrial::lines)
            .filter(|line| line.status == LineStatus::Open);
        match open.count() {
            0 => {}
            open => claims.push(format!("{open} open")),
        }
        let claims = match claims.is_empty() {
            true => String::new(),
            false => format!("; {}", claims.join(", ")),
        };
        let text = format!(
            "{}: {}{claims}",
            count(self.files.len(), "file"),
            parts.join(", ")
        );
        if self.files.len() > 1 || self.files.iter().any(|file| !file.passed()) {
            out.push('\n');
        }
        hang(out, "", "  ", &text, width);
        let partial = worlds().filter(|world| world.exhaustive == Some(false));
        let extents: Vec<&str> = partial.filter_map(|world| world.extent.as_deref()).collect();
        match extents.as_slice() {
            [] => {}
            [only] => hang(
                out,
                "",
                "  ",
                &format!(
                    "the states were too many to be looked at one and all; invariants were looked at in {only}"
                ),
                width,
            ),
            some => hang(
                out,
                "",
                "  ",
                &format!(
                    "in {} scenarios and variants the states were too many to be looked at one and all: their invariants \
                     were looked at in the nearest states and in sampled runs (`--format json` says how far)",
                    some.len()
                ),
                width,
            ),
        }
    }
}

impl WorldTrial {
    fn failures(&self, file: &str, width: usize, out: &mut String) {
        let told: Vec<&TriedLine> = self
            .lines()
            .filter(|line| line.status != LineStatus::Holds)
            .collect();
        if told.is_empty() {
            return;
        }
        out.push('\n');
        let heading = match &self.variant {
            Some(variant) => format!("{file}, variant {variant}: {}", self.title),
            None => format!("{file}: {}", self.title),
        };
        hang(out, "", "  ", &heading, width);
        for line in told {
            let word = if line.status == LineStatus::Fails {
                "FAILS"
            } else {
                "open "
            };
            hang(
                out,
                &format!("  {word}  "),
                "         ",
                &format!("{}: {}", line.id, line.text),
                width,
            );
            hang(out, "         ", "         ", &line.detail, width);
            for text in line.why.iter().flat_map(|why| wrap(why, width.saturating_sub(9))) {
                *out += &format!("         {text}\n");
            }
            for told in line.story.iter().flat_map(|story| story.lines()) {
                *out += &format!("         | {told}\n");
            }
        }
    }
}
