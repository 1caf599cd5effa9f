//! A story as text.

use std::fmt;

use super::{Idle, NormFate, NormLife, Story, Verdict};
use crate::report::table::Table;
use crate::report::words::count;
use crate::report::wrap::{WIDTH, hang, wrap};

impl fmt::Display for Story {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(WIDTH))
    }
}

impl Story {
    /// The story for people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
        let width = width.max(50);
        let mut out = String::new();
        self.heading(width, &mut out);
        for happening in &self.happenings {
            happening.show(width, &mut out);
        }
        if self.happenings.is_empty() {
            out += "nothing happens\n";
        }
        self.idle(width, &mut out);
        self.norms(width, &mut out);
        self.outcomes(width, &mut out);
        self.positions(width, &mut out);
        self.claims(width, &mut out);
        out
    }

    /// What happened, by date, for people, as wide as it is.
    pub(crate) fn happenings_text(&self) -> String {
        let mut out = String::new();
        for happening in &self.happenings {
            happening.show(WIDTH - 11, &mut out);
        }
        out
    }

    fn heading(&self, width: usize, out: &mut String) {
        for line in wrap(&self.title, width) {
            *out += &format!("{line}\n");
        }
        for line in self.question.iter().flat_map(|question| wrap(question, width)) {
            *out += &format!("{line}\n");
        }
        let settled = &self.settled;
        let mut parts = vec![
            format!("seed {}, run {}", self.seed, self.run),
            format!("{} to {}", self.from, self.to),
        ];
        let counts = [
            (settled.drawn, count(settled.drawn, "chance") + " drawn"),
            (settled.certain, count(settled.certain, "chance") + " certain"),
            (
                settled.by_default,
                count(settled.by_default, "choice") + " by default",
            ),
            (settled.chosen, count(settled.chosen, "choice") + " by hand"),
            (settled.fixed, format!("{} fixed", settled.fixed)),
            (
                settled.nothing_open,
                count(settled.nothing_open, "choice") + " without an open option",
            ),
        ];
        let told: Vec<String> = counts
            .into_iter()
            .filter(|(number, _)| *number > 0)
            .map(|(_, text)| text)
            .collect();
        parts.push(if told.is_empty() {
            "no chance, no choice".to_owned()
        } else {
            told.join(", ")
        });
        out.push('\n');
        for line in wrap(&format!("one possible story: {}", parts.join("; ")), width) {
            *out += &format!("{line}\n");
        }
        out.push('\n');
    }

    fn idle(&self, width: usize, out: &mut String) {
        if self.idle.is_empty() {
            return;
        }
        *out += "\nled to nothing\n";
        let mut table = Table::default();
        for Idle {
            name,
            word,
            text,
            times,
            first,
            last,
        } in &self.idle
        {
            let when = if times == &1 {
                first.to_string()
            } else {
                format!("{times} times, {first} to {last}")
            };
            let word = word.as_deref().unwrap_or("no option open");
            let what = text.clone().unwrap_or_else(|| format!("{name}: {word}"));
            table.row([what.as_str(), &when]);
        }
        *out += &table.render(width);
    }

    fn norms(&self, width: usize, out: &mut String) {
        if self.norms.is_empty() {
            return;
        }
        let mut parts = Vec::new();
        for (prohibition, sort, open) in [
            (false, "duties", "open at the end"),
            (true, "prohibitions", "kept"),
        ] {
            let of = |fate: NormFate| {
                self.norms
                    .iter()
                    .filter(|norm| norm.prohibition == prohibition && norm.fate == fate)
                    .count()
            };
            let fates = [
                (of(NormFate::Fulfilled), "fulfilled"),
                (of(NormFate::Breached), "breached"),
                (of(NormFate::Released), "released"),
                (of(NormFate::Open), open),
            ];
            let told = fates.iter().filter(|(number, _)| *number > 0);
            let told: Vec<String> = told.map(|(number, fate)| format!("{number} {fate}")).collect();
            if !told.is_empty() {
                parts.push(format!("{sort}: {}", told.join(", ")));
            }
        }
        *out += &format!("\n{}\n", parts.join("; "));
        let kept = |norm: &&NormLife| norm.prohibition && norm.fate == NormFate::Open;
        let mut table = Table::new(["", "what", "under", "since", "until", "fate"]).right(0);
        for norm in self.norms.iter().filter(|norm| !kept(norm)) {
            table.row([
                norm.number.to_string(),
                norm.clause(),
                norm.under.clone().unwrap_or_default(),
                norm.arose.to_string(),
                norm.until(),
                norm.end(),
            ]);
        }
        if !table.is_empty() {
            *out += &table.render(width);
        }
        let kept: Vec<String> = self
            .norms
            .iter()
            .filter(kept)
            .map(|norm| norm.number.to_string())
            .collect();
        if !kept.is_empty() {
            let noun = if kept.len() == 1 {
                "prohibition"
            } else {
                "prohibitions"
            };
            hang(
                out,
                "  ",
                "    ",
                &format!("kept: {noun} {}", kept.join(", ")),
                width,
            );
        }
    }

    fn outcomes(&self, width: usize, out: &mut String) {
        if self.outcomes.is_empty() {
            return;
        }
        *out += "\noutcomes\n";
        let mut table = Table::default();
        for outcome in &self.outcomes {
            table.row([
                outcome.id.as_str(),
                &outcome.shown,
                outcome.text.as_deref().unwrap_or_default(),
            ]);
        }
        *out += &table.render(width);
    }

    fn positions(&self, width: usize, out: &mut String) {
        if self.positions.is_empty() {
            return;
        }
        *out += "\npositions met at the end, by priority\n";
        let mut table = Table::default().right(2);
        for actor in &self.positions {
            for (at, position) in actor.positions.iter().enumerate() {
                let (name, total) = match at {
                    0 => (actor.name.as_str(), format!("{} of {}", actor.met, actor.all)),
                    _ => ("", String::new()),
                };
                let met = if position.met { "met" } else { "-" };
                table.row([
                    name,
                    &total,
                    &position.priority.to_string(),
                    met,
                    &position.name,
                    &position.text,
                ]);
            }
        }
        *out += &table.render(width);
    }

    fn claims(&self, width: usize, out: &mut String) {
        if !self.expectations.is_empty() {
            *out += "\nwhat the scenario expects\n";
            let mut table = Table::default();
            for claim in &self.expectations {
                let verdict = match claim.verdict {
                    Verdict::Holds => "holds",
                    Verdict::Fails => "FAILS",
                    Verdict::NotChecked => "not checked",
                };
                table.row([verdict, &claim.id, &claim.text]);
            }
            *out += &table.render(width);
            if self
                .expectations
                .iter()
                .any(|claim| claim.verdict == Verdict::NotChecked)
            {
                *out += "  (what is not checked speaks of probabilities: see `demarche outcomes`)\n";
            }
        }
        let broken = self
            .invariants
            .iter()
            .filter_map(|claim| Some((claim, claim.broken?)));
        let broken: Vec<_> = broken.collect();
        if !broken.is_empty() {
            *out += "\nbroken invariants\n";
            let mut table = Table::default();
            for (claim, day) in broken {
                table.row([day.to_string(), claim.id.clone(), claim.text.clone()]);
            }
            *out += &table.render(width);
        }
        if !self.unused_fixes.is_empty() {
            *out += "\nfixes that were never used\n";
            let mut table = Table::default();
            for fix in &self.unused_fixes {
                table.row([fix.name.as_str(), &fix.place]);
            }
            *out += &table.render(width);
        }
    }
}

impl NormLife {
    /// What it says, with whose it is.
    fn clause(&self) -> String {
        if self.text.contains(&self.of) {
            self.text.clone()
        } else {
            format!("{}: {}", self.of, self.text)
        }
    }

    fn until(&self) -> String {
        match (self.prohibition, &self.due, &self.before) {
            (true, ..) => "forbidden".to_owned(),
            (_, Some(due), _) => due.to_string(),
            (_, _, Some(before)) => format!("before: {before}"),
            _ => "no day set".to_owned(),
        }
    }

    fn end(&self) -> String {
        let by = self.by.as_ref().map(|by| format!(": {by}")).unwrap_or_default();
        let on = self.on.map(|on| format!(" {on}")).unwrap_or_default();
        match self.fate {
            NormFate::Open => "open at the end".to_owned(),
            NormFate::Fulfilled => format!("fulfilled{on}{by}"),
            NormFate::Released => format!("released{on}"),
            NormFate::Breached if self.breaches > 1 => {
                format!("breached {} times, first{on}{by}", self.breaches)
            }
            NormFate::Breached => format!("breached{on}{by}"),
        }
    }
}
