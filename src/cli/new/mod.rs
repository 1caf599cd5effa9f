//! `demarche new`: a file to begin with.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Component, Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::failure::Failure;
use super::{Ending, Output};
use crate::Scenario;
use crate::program::Compiled;

/// What is written where nothing is built on. It passes `check` and `test`, and shows each part of the language once.
const SCENARIO: &str = include_str!("scenario.yaml");
/// How many names of one sort are listed in an overlay.
const LISTED: usize = 12;

/// Write a small scenario to begin with, or a what-if on another one
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche new my_talks.yaml
  demarche new no_referendum.yaml --from seeds/istanbul_2022.yaml

What is written passes `demarche check` and `demarche test`. A file that exists is left as it is.")]
pub struct New {
    /// The file to write
    file: PathBuf,
    /// The scenario to build on; only what is different is written
    #[arg(long, value_name = "SCENARIO")]
    from: Option<PathBuf>,
}

impl New {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let title = title(&self.file);
        let text = match &self.from {
            None => {
                let title = scalar(&title);
                SCENARIO.replacen("title: TITLE", &format!("title: {title}"), 1)
            }
            Some(seed) => {
                let compiled = Scenario::open(seed)?.compile()?;
                overlay(&compiled, &path_from(&self.file, seed)?, &title)
            }
        };
        let shown = self.file.display().to_string();
        let written = OpenOptions::new().write(true).create_new(true).open(&self.file);
        written
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .map_err(|error| {
                Failure::said(match error.kind() {
                    ErrorKind::AlreadyExists => format!("`{shown}` exists, and is left as it is"),
                    _ => format!("`{shown}` cannot be written: {error}"),
                })
            })?;
        let from = self.from.as_ref().map(|seed| seed.display().to_string());
        output.result(&json!({ "file": shown, "from": from }), |_| {
            let mut next = format!("wrote {shown}\nnext: demarche check {shown}\n");
            if let Some(from) = &from {
                next += &format!("      demarche compare {from} {shown}\n");
            }
            next
        })?;
        Ok(Ending::Fine)
    }
}

/// A title from the name of a file: `my_talks.yaml` is "My talks".
fn title(file: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
    let words = stem.unwrap_or_default().replace(['_', '-'], " ");
    let mut letters = words.trim().chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => "Talks".to_owned(),
    }
}

/// A text as YAML, in quotes if it needs them.
fn scalar(text: &str) -> String {
    let plain = text.chars().next().is_some_and(char::is_alphabetic)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '\'' | '.'))
        && !text.ends_with(' ')
        && !["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_ascii_lowercase().as_str());
    match plain {
        true => text.to_owned(),
        false => serde_json::Value::from(text).to_string(),
    }
}

/// How to get to a file from the folder of another.
fn path_from(file: &Path, to: &Path) -> Result<String, Failure> {
    let absolute = |path: &Path| {
        path.canonicalize()
            .map_err(|error| Failure::said(format!("`{}` cannot be found: {error}", path.display())))
    };
    let folder = match file.parent() {
        Some(folder) if folder != Path::new("") => absolute(folder)?,
        _ => absolute(Path::new("."))?,
    };
    let to = absolute(to)?;
    let (here, there): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (folder.components().collect(), to.components().collect());
    let common = here.iter().zip(&there).take_while(|(a, b)| a == b).count();
    let mut parts: Vec<String> = vec!["..".to_owned(); here.len() - common];
    let rest = there.iter().skip(common);
    parts.extend(rest.map(|part| part.as_os_str().to_string_lossy().into_owned()));
    Ok(parts.join("/"))
}

/// A what-if that changes nothing yet, with what could be changed.
fn overlay(seed: &Compiled, from: &str, title: &str) -> String {
    let mut out = format!(
        "# A what-if. Write only what is different; everything else is as in the file below.\n\
         demarche: 1\n\
         from: {}\n\
         title: {}\n\
         question: What if ...?\n\
         about: >-\n  Say here what is different, and why it is worth asking.\n",
        scalar(from),
        scalar(title)
    );
    let assumptions: Vec<String> = seed
        .assumptions()
        .values()
        .flat_map(|assumption| {
            let name = &assumption.name;
            assumption.entries.iter().map(move |entry| {
                let value = seed.atom_text("", &[Some(entry.value.clone())]);
                let value = value.trim_start_matches('(').trim_end_matches(')');
                format!(
                    "#   {}: {{ value: {value} }}\n",
                    seed.atom_text(name, &entry.index)
                )
            })
        })
        .collect();
    section(
        &mut out,
        "Numbers that are nobody's fact. Give another value; the range stays as it is.",
        "assumptions",
        assumptions,
    );
    let fixes: Vec<String> = seed
        .branchings()
        .values()
        .map(|branching| {
            let open = vec![None; branching.args.len()];
            let mut words = branching
                .words
                .iter()
                .map(|word| seed.model().words[*word].as_str());
            let first = words.next().unwrap_or_default();
            let others: Vec<&str> = words.collect();
            let or = match others.is_empty() {
                true => String::new(),
                false => format!("    # or {}", others.join(", ")),
            };
            format!("#   {}: {first}{or}\n", seed.atom_text(&branching.name, &open))
        })
        .collect();
    section(
        &mut out,
        "How a chance or a choice falls, every time. `_` stands for anybody.",
        "fix",
        fixes,
    );
    let period = seed.period();
    section(
        &mut out,
        "What is known to happen on a day.",
        "timeline",
        vec![format!(
            "#   my_event: {{ on: {}, happen: ... }}    # demarche vocabulary lists the events\n",
            period.0
        )],
    );
    let outcome = seed
        .outcome_table()
        .values()
        .find(|outcome| outcome.is.ty == crate::model::Type::Boolean);
    if let Some(outcome) = outcome {
        section(
            &mut out,
            "What must come out of it; `demarche test` looks.",
            "expect",
            vec![format!("#   likely: p({}) >= 0.5\n", outcome.name)],
        );
    }
    out
}

fn section(out: &mut String, about: &str, key: &str, lines: Vec<String>) {
    if lines.is_empty() {
        return;
    }
    *out += &format!("\n# {about}\n# {key}:\n");
    let more = lines.len().saturating_sub(LISTED);
    out.extend(lines.into_iter().take(LISTED));
    if more > 0 {
        *out += &format!("#   # and {more} more\n");
    }
}
