//! The sequence view: what must come before a goal, for people, Graphviz and Mermaid.

use std::fmt::Write as _;

use super::wrap::hang;
use crate::check::gates::{Blocker, Deadlock, Gates, Group, Step, StepKind};

impl Gates {
    /// The view for people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
        let mut out = String::new();
        if self.given {
            hang(
                &mut out,
                "",
                "",
                &format!(
                    "{} holds from the first day: nothing must come before it.",
                    self.goal
                ),
                width,
            );
            return out;
        }
        if !self.reachable {
            self.unreachable(&mut out, width);
            return out;
        }
        let text = format!(
            "Every story that reaches {} takes these steps. Those of one stage do not wait for each other.",
            self.goal
        );
        hang(&mut out, "", "", &text, width);
        let mut stage = 0;
        for step in &self.steps {
            if step.stage != stage {
                stage = step.stage;
                let _ = write!(out, "\nstage {stage}\n");
            }
            step.text(&mut out, width);
        }
        if !(self.blockers.is_empty() && self.groups.is_empty()) {
            out += "\nwho can stand in the way\n";
            for blocker in &self.blockers {
                hang(&mut out, "  ", "    ", &blocker.alone(), width);
            }
            for group in &self.groups {
                group.text(&mut out, width);
            }
        }
        out
    }

    fn unreachable(&self, out: &mut String, width: usize) {
        hang(out, "", "", &format!("No story reaches {}.", self.goal), width);
        for deadlock in &self.deadlocks {
            deadlock.text(out, width);
        }
        if !self.missing.is_empty() {
            let text = format!("nothing in the scenario brings about {}", self.missing.join(", "));
            out.push('\n');
            hang(out, "", "  ", &text, width);
        }
    }

    /// The view in the language of Graphviz: an arrow leads from what comes first; a deadlock is a red ring.
    pub fn dot(&self) -> String {
        let mut out = String::from("digraph gates {\n");
        let _ = writeln!(out, "  label={};", quoted(&self.goal));
        out += "  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  edge [fontname=\"sans-serif\", fontsize=10];\n";
        for step in &self.steps {
            let shape = match step.kind {
                StepKind::Chance | StepKind::Choice => ", shape=diamond",
                StepKind::Count => ", shape=octagon",
                StepKind::Event | StepKind::Outside | StepKind::State => "",
            };
            let _ = writeln!(
                out,
                "  s{} [label={}{shape}];",
                step.number,
                quoted(&step.label())
            );
        }
        for step in &self.steps {
            for before in &step.after {
                let _ = writeln!(out, "  s{before} -> s{};", step.number);
            }
        }
        for (ring, deadlock) in self.deadlocks.iter().enumerate() {
            for (at, waiting) in deadlock.ring.iter().enumerate() {
                let name = waiting.says.as_deref().unwrap_or(&waiting.what);
                let _ = writeln!(out, "  d{ring}_{at} [label={}];", quoted(name));
            }
            for (at, waiting) in deadlock.ring.iter().enumerate() {
                let next = (at + 1) % deadlock.ring.len();
                // What is needed comes first, so the arrow leads from it.
                let _ = writeln!(
                    out,
                    "  d{ring}_{next} -> d{ring}_{at} [label={}, color=red];",
                    quoted(&waiting.because)
                );
            }
        }
        out += "}\n";
        out
    }

    /// The view as a Mermaid flowchart.
    pub fn mermaid(&self) -> String {
        let mut out = format!(
            "---\ntitle: {}\n---\nflowchart LR\n",
            serde_json::Value::from(self.goal.as_str())
        );
        for step in &self.steps {
            let (open, close) = match step.kind {
                StepKind::Chance | StepKind::Choice => ("{\"", "\"}"),
                StepKind::Count => ("{{\"", "\"}}"),
                StepKind::Event | StepKind::Outside | StepKind::State => ("[\"", "\"]"),
            };
            let _ = writeln!(out, "  s{}{open}{}{close}", step.number, escaped(&step.label()));
        }
        for step in &self.steps {
            for before in &step.after {
                let _ = writeln!(out, "  s{before} --> s{}", step.number);
            }
        }
        for (ring, deadlock) in self.deadlocks.iter().enumerate() {
            for (at, waiting) in deadlock.ring.iter().enumerate() {
                let name = waiting.says.as_deref().unwrap_or(&waiting.what);
                let _ = writeln!(out, "  d{ring}_{at}[\"{}\"]", escaped(name));
            }
            for (at, waiting) in deadlock.ring.iter().enumerate() {
                let next = (at + 1) % deadlock.ring.len();
                let because = escaped(&waiting.because);
                let _ = writeln!(out, "  d{ring}_{next} ==>|\"{because}\"| d{ring}_{at}");
            }
        }
        out
    }
}

impl Step {
    fn text(&self, out: &mut String, width: usize) {
        let mut text = match (&self.says, self.kind) {
            (Some(says), _) => format!("{says}: {}", self.what),
            (None, StepKind::Chance) => format!("{} (chance)", self.what),
            (None, StepKind::Choice) => format!("{} (choice)", self.what),
            (None, _) => self.what.clone(),
        };
        match (self.kind, self.ways.is_empty()) {
            (StepKind::Count, false) => text += &format!(": {}", self.ways.join(", ")),
            (StepKind::Outside, _) => text += "; nothing in the scenario raises it",
            (_, false) => text += &format!("; by one of {}", self.ways.join(", ")),
            _ => {}
        }
        if !self.after.is_empty() {
            let numbers: Vec<String> = self.after.iter().map(usize::to_string).collect();
            text += &format!("; after {}", numbers.join(", "));
        }
        hang(out, &format!("{:>4}  ", self.number), "      ", &text, width);
    }

    /// What stands in the node of a drawing.
    fn label(&self) -> String {
        self.says.clone().unwrap_or_else(|| self.what.clone())
    }
}

impl Blocker {
    fn alone(&self) -> String {
        let who = match &self.by {
            Some(by) => format!("{by} chooses {}", self.question),
            None => format!("the draw of {}", self.question),
        };
        let fixed = match &self.fixed {
            Some(word) if *word == self.needs => "; settled so in this scenario".to_owned(),
            Some(word) => format!("; settled as {word} in this scenario, which shuts the gate"),
            None => String::new(),
        };
        format!("{who}: {}, not {}{fixed}", self.needs, self.instead.join(" or "))
    }
}

impl Group {
    fn text(&self, out: &mut String, width: usize) {
        let mut members: Vec<String> = self
            .members
            .iter()
            .map(|member| member.question.clone())
            .collect();
        members.sort();
        let text = format!(
            "any {} of step {} together: {}",
            self.enough,
            self.step,
            members.join(", ")
        );
        hang(out, "  ", "    ", &text, width);
    }
}

impl Deadlock {
    fn text(&self, out: &mut String, width: usize) {
        out.push_str("\nthese wait for each other, so that none can come first\n");
        for (at, waiting) in self.ring.iter().enumerate() {
            let says = waiting
                .says
                .as_ref()
                .map_or_else(String::new, |says| format!("{says}: "));
            let next = (at + 1) % self.ring.len() + 1;
            let place = waiting
                .place
                .as_ref()
                .map_or_else(String::new, |place| format!(", {place}"));
            let text = format!(
                "{says}{}; needs {next} ({}{place})",
                waiting.what, waiting.because
            );
            hang(out, &format!("{:>4}  ", at + 1), "      ", &text, width);
        }
    }
}

/// A quoted string of DOT.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Mermaid reads entities in its strings, and markup.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '#' => out.push_str("#35;"),
            '"' => out.push_str("#quot;"),
            '<' => out.push_str("#lt;"),
            '>' => out.push_str("#gt;"),
            '&' => out.push_str("#amp;"),
            '`' => out.push_str("#96;"),
            c => out.push(c),
        }
    }
    out
}
