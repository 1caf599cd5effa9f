//! `docs/twenty_five_questions.md` is written from a list of questions and commands; its figures are what the commands
//! print. This test writes the page again and compares; `BLESS=1` keeps what it wrote.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use rayon::prelude::*;
use serde::Deserialize;
use serde_json::Value;

/// How each sampled command is run: few enough runs for a test, and the same draws for all.
const SAMPLE: [&str; 4] = ["--method", "sampled", "--runs", "1000"];

const HEAD: &str = "# Twenty-five questions to the offer

Each is answered by a command over a file in `scenarios/istanbul/`. The numbers of the seed are ours: every one is an assumption with a range, and an answer
is worth as much as what it hinges on. Read a figure with its band, which stands in brackets, and two figures by whether their difference is large beside it; all commands draw the same draws, so that a difference between two is
sharper than their bands suggest, and `demarche compare` tells it with an interval of its own.

The figures here are samples of 1,000 runs under seed 1 with 95 % intervals, so that this page can be written again by a test: add
`--method sampled --runs 1000` for the same digits, or nothing for better ones. The search of question 21 is exact. \"Stories\" are runs of the thirty-one years from 29 March 2022.

This page is written by `tests/twenty_five_questions.rs` from `docs/twenty_five_questions.yaml`; change that list, not this page.
";

#[derive(Deserialize)]
struct Question {
    question: String,
    commands: BTreeMap<String, String>,
    answer: String,
    why: String,
    hinges: String,
    further: Option<String>,
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn list() -> (Vec<Question>, Vec<String>) {
    let text = std::fs::read_to_string(root().join("docs/twenty_five_questions.yaml")).unwrap();
    let questions: Vec<Question> = serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{error}"));
    let mut commands: Vec<String> = questions
        .iter()
        .flat_map(|question| question.commands.values().cloned())
        .collect();
    commands.sort();
    commands.dedup();
    (questions, commands)
}

/// The words of a command as a shell splits them; single quotes hold together.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (place, part) in command.split('\'').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    words
}

/// A command as the reader types it.
fn typed(command: &str) -> String {
    let (verb, rest) = command.split_once(' ').unwrap();
    format!("demarche {verb} scenarios/istanbul/{}", rest.trim())
}

fn run(command: &str) -> Value {
    let mut args = words(&typed(command));
    args.remove(0);
    if args[0] == "outcomes" {
        args.extend(SAMPLE.map(str::to_owned));
    }
    args.extend(["--format", "json"].map(str::to_owned));
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(&args)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{command}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    serde_json::from_slice(&output.stdout).unwrap()
}

fn percent(p: f64) -> String {
    let percent = p * 100.0;
    if percent < 0.05 {
        String::from("0")
    } else if percent < 9.95 {
        format!("{percent:.1}")
    } else {
        format!("{percent:.0}")
    }
}

/// "46 % [43 to 49]"; the blank before the sign does not break.
fn share(p: &Value) -> String {
    let value = p["value"].as_f64().unwrap();
    match p["interval"].as_array() {
        None => format!("{}\u{a0}%", percent(value)),
        Some(ends) => {
            let end = |place: usize| percent(ends[place].as_f64().unwrap());
            format!("{}\u{a0}% [{} to {}]", percent(value), end(0), end(1))
        }
    }
}

/// "1.2 [1.1 to 1.3]", "3240 [3050 to 3430]"
fn mean(mean: &Value) -> String {
    let value = mean["value"].as_f64().unwrap();
    let digits = |number: f64| match value {
        value if value >= 100.0 => format!("{:.0}", (number / 10.0).round() * 10.0),
        value if value >= 0.1 => format!("{number:.1}"),
        _ => format!("{:.3}", number.max(0.0)),
    };
    match mean["interval"].as_array() {
        Some(ends) if value > 0.0 => {
            let end = |place: usize| digits(ends[place].as_f64().unwrap());
            format!("{} [{} to {}]", digits(value), end(0), end(1))
        }
        // What is the same in all runs.
        _ => format!("{value}"),
    }
}

/// A figure of a command's result by its name.
fn figure(result: &Value, name: &str) -> Option<String> {
    if let Some(sets) = result["sets"].as_array() {
        return Some(match name {
            "sets" => sets.len().to_string(),
            "size" => sets.first()?["levers"].as_array()?.len().to_string(),
            "figure" => share(&sets.first()?["figure"]),
            "none" => share(&result["none"]["figure"]),
            _ => return None,
        });
    }
    if let Some(place) = name
        .strip_prefix('p')
        .and_then(|place| place.parse::<usize>().ok())
    {
        let asked = &result["asked"].as_array()?.get(place)?["p"];
        return Some(match asked.is_null() {
            true => String::from("(its condition never happens)"),
            false => share(asked),
        });
    }
    let outcome = result["outcomes"]
        .as_array()?
        .iter()
        .find(|outcome| outcome["id"] == name)?;
    match outcome["law"].as_str()? {
        "truth" => Some(share(&outcome["p"])),
        "number" => Some(mean(&outcome["mean"])),
        _ => None,
    }
}

/// The text with its figures.
fn filled(text: &str, commands: &BTreeMap<String, String>, results: &BTreeMap<String, Value>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}').expect("a closing brace");
        let (command, wanted) = name
            .split_once('.')
            .unwrap_or_else(|| panic!("`{name}` names no figure"));
        let command = commands
            .get(command)
            .unwrap_or_else(|| panic!("no command `{command}` in: {text}"));
        out += before;
        out += &figure(&results[command], wanted).unwrap_or_else(|| panic!("`{command}` has no `{wanted}`"));
        rest = after;
    }
    out + rest
}

/// Lines of at most 110 columns.
fn paragraph(text: &str) -> String {
    let mut lines = vec![String::new()];
    for word in text.split([' ', '\n']).filter(|word| !word.is_empty()) {
        let line = lines.last_mut().unwrap();
        if line.is_empty() {
            line.push_str(word);
        } else if line.chars().count() + 1 + word.chars().count() > 110 {
            lines.push(word.to_owned());
        } else {
            line.push(' ');
            line.push_str(word);
        }
    }
    lines.join("\n")
}

fn page() -> String {
    let (questions, commands) = list();
    let results: BTreeMap<String, Value> = commands
        .into_par_iter()
        .map(|command| {
            let result = run(&command);
            (command, result)
        })
        .collect();
    let mut page = HEAD.to_owned();
    for (place, question) in questions.iter().enumerate() {
        let _ = write!(page, "\n## {}. {}\n\n```console\n", place + 1, question.question);
        for command in question.commands.values() {
            let _ = writeln!(page, "$ {}", typed(command));
        }
        let answer = filled(&question.answer, &question.commands, &results);
        for (label, text) in [
            ("Answer", &answer),
            ("Why", &question.why),
            ("Hinges on", &question.hinges),
        ] {
            let fence = if label == "Answer" { "```\n\n" } else { "\n" };
            let _ = writeln!(page, "{fence}{}", paragraph(&format!("**{label}.** {text}")));
        }
        if let Some(further) = &question.further {
            let _ = write!(page, "\nFurther: `demarche {further}`\n");
        }
    }
    page
}

#[test]
fn the_page_says_what_the_commands_say() {
    let path = root().join("docs/twenty_five_questions.md");
    let written = page();
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, &written).unwrap();
    }
    let page = std::fs::read_to_string(&path).unwrap_or_default();
    for (place, (is, should)) in page.lines().zip(written.lines()).enumerate() {
        assert_eq!(
            is,
            should,
            "line {}; write the page again with BLESS=1",
            place + 1
        );
    }
    assert_eq!(page, written);
}

#[test]
fn there_are_twenty_five_of_them_each_with_a_file_that_exists() {
    let (questions, commands) = list();
    assert_eq!(questions.len(), 25);
    for command in commands {
        let file = command.split_whitespace().nth(1).unwrap();
        assert!(root().join("scenarios/istanbul").join(file).exists(), "{command}");
    }
}
