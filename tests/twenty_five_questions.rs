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

/// How many runs each sampled command makes at each of its points: few enough for a test, and the same draws for all.
fn sample(verb: &str) -> &'static [&'static str] {
    match verb {
        "outcomes" => &["--method", "sampled", "--runs", "1000", "--strategies", "0"],
        "compare" => &["--method", "sampled", "--runs", "1000"],
        "sensitivity" => &["--method", "sampled", "--runs", "400"],
        _ => &[],
    }
}

const HEAD: &str = "# Twenty-five questions to the offer

Each is answered by commands over a file in `scenarios/istanbul/`. The numbers of the seed are ours: every one is an assumption with a range, and an answer
is worth as much as what it hinges on. Read a figure with its band, which stands in brackets. What stands in round brackets with a sign is the
difference to the offer, draw for draw: the same runs in both worlds, so that its band is much narrower than those of the two figures suggest. \"No run changes\" is meant as it is said.

What an answer hinges on is computed where figures stand with it: each assumption alone at the two ends of its range, those first that move the
figure farthest; left out is what a sample cannot tell from nothing. Where the command names some with `--over`, the others were not looked at.

The figures here are samples under seed 1 with 95 % intervals, so that this page can be written again by a test: add
`--method sampled --runs 1000` (to `sensitivity` `--runs 400`) for the same digits, or nothing for better ones. Those of question 21 about the coalition are exact. \"Stories\" are runs of the thirty-one years from 29 March 2022.

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
    // What names its method itself keeps it.
    if !args.iter().any(|arg| arg == "--method") {
        args.extend(sample(&args[0]).iter().map(|arg| (*arg).to_owned()));
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
    if result["against"].is_array() {
        return compared(result, name);
    }
    if let Some(bars) = result["bars"].as_array() {
        return (name == "rank").then(|| rank(result, bars));
    }
    if let Some(lines) = result["lines"].as_array() {
        let target = name.strip_suffix(".crosses")?;
        let line = lines.iter().find(|line| line["input"]["target"] == target)?;
        return Some(crossing(line));
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
    let outcomes = result["outcomes"].as_array()?;
    law(outcomes.iter().find(|outcome| outcome["id"] == name)?)
}

fn law(outcome: &Value) -> Option<String> {
    match outcome["law"].as_str()? {
        "truth" => Some(share(&outcome["p"])),
        "number" => Some(mean(&outcome["mean"])),
        _ => None,
    }
}

/// `VARIANT.OUTCOME`, `base.OUTCOME`, or `VARIANT.OUTCOME.by` for the paired difference to the base.
fn compared(result: &Value, name: &str) -> Option<String> {
    let (variant, outcome) = name.split_once('.')?;
    let against = result["against"].as_array()?;
    let place = against.iter().position(|against| against["id"] == variant);
    if let Some(outcome) = outcome.strip_suffix(".by") {
        let outcomes = against[place?]["pairs"]["outcomes"].as_array()?;
        return Some(difference(outcomes.iter().find(|other| other["id"] == outcome)?));
    }
    let column = match place {
        Some(place) => place + 1,
        None if variant == "base" => 0,
        None => return None,
    };
    let outcomes = result["outcomes"].as_array()?;
    let found = outcomes.iter().find(|other| other["id"] == outcome)?;
    law(found["laws"].as_array()?.get(column)?)
}

/// "-2.6 points [-3.4 to -1.9]", "+110 [40 to 180]"; "no run changes".
fn difference(outcome: &Value) -> String {
    if outcome["changed"] == 0 {
        return String::from("no run changes");
    }
    let shift = &outcome["difference"];
    let points = outcome["sort"] != "number";
    let value = shift["value"].as_f64().unwrap();
    let ends: Vec<f64> = shift["interval"]
        .as_array()
        .unwrap()
        .iter()
        .map(|end| end.as_f64().unwrap())
        .collect();
    let signed = |number: f64| {
        let text = match number.abs() {
            size if points => format!("{:.1}", size * 100.0),
            size if value.abs() >= 100.0 => format!("{:.0}", (size / 10.0).round() * 10.0),
            size if value.abs() >= 10.0 => format!("{size:.0}"),
            size => format!("{size:.2}"),
        };
        let zero = text.chars().all(|c| matches!(c, '0' | '.'));
        match number {
            _ if zero => text,
            number if number < 0.0 => format!("-{text}"),
            _ => format!("+{text}"),
        }
    };
    let unit = if points { "\u{a0}points" } else { "" };
    format!(
        "{}{unit} [{} to {}]",
        signed(value),
        signed(ends[0]),
        signed(ends[1])
    )
}

/// The three assumptions that move the figure farthest, as far as the sample can tell them from nothing.
fn rank(result: &Value, bars: &[Value]) -> String {
    let told = |change: &Value| match change["interval"].as_array() {
        Some(ends) => ends[0].as_f64().unwrap() > 0.0 || ends[1].as_f64().unwrap() < 0.0,
        None => change["value"].as_f64().unwrap() != 0.0,
    };
    let end = |estimate: &Value| {
        let mut estimate = estimate.clone();
        estimate["interval"] = Value::Null;
        match result["sort"].as_str().unwrap() {
            "number" if estimate["value"].as_f64().unwrap() >= 100.0 => {
                format!(
                    "{:.0}",
                    (estimate["value"].as_f64().unwrap() / 10.0).round() * 10.0
                )
            }
            "number" => format!("{:.2}", estimate["value"].as_f64().unwrap()),
            _ => share(&estimate),
        }
    };
    let lines: Vec<String> = bars
        .iter()
        .filter(|bar| told(&bar["change_low"]) || told(&bar["change_high"]))
        .take(3)
        .map(|bar| {
            let word = |name: &str| bar["input"][name].as_str().unwrap();
            format!(
                "`{}` ({} at {}, {} at {})",
                word("target"),
                end(&bar["at_low"]),
                word("low"),
                end(&bar["at_high"]),
                word("high")
            )
        })
        .collect();
    match lines.split_last() {
        None => String::from("none of them measurably"),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} and {last}", before.join(", ")),
    }
}

/// "0.0065 [0.0055 to 0.0098]", or that it never happens within the range.
fn crossing(line: &Value) -> String {
    let crossings = line["crossings"].as_array().unwrap();
    if crossings.is_empty() {
        return String::from(match line["in_doubt"].as_bool().unwrap() {
            true => "nowhere that the sample shows",
            false => "at no value within its range",
        });
    }
    let told: Vec<String> = crossings
        .iter()
        .map(|crossing| {
            let word = |value: &Value| {
                value
                    .as_str()
                    .map_or_else(|| String::from("beyond its range"), short)
            };
            match crossing["interval"].as_array() {
                Some(ends) => format!(
                    "{} [{} to {}]",
                    word(&crossing["at"]),
                    word(&ends[0]),
                    word(&ends[1])
                ),
                None => word(&crossing["at"]),
            }
        })
        .collect();
    told.join(" and ")
}

/// A number with no more digits than a reader wants; anything else as it is.
fn short(text: &str) -> String {
    match text.parse::<f64>() {
        Ok(number) if text.contains('.') => {
            let digits = if number.abs() < 0.1 { 4 } else { 2 };
            format!("{number:.digits$}")
        }
        _ => text.to_owned(),
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
        let hinges = filled(&question.hinges, &question.commands, &results);
        for (label, text) in [
            ("Answer", &answer),
            ("Why", &question.why),
            ("Hinges on", &hinges),
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

#[test]
fn every_further_command_runs() {
    let (questions, _) = list();
    let further: Vec<String> = questions
        .into_iter()
        .filter_map(|question| question.further)
        .collect();
    assert!(further.len() >= 20);
    further.into_par_iter().for_each(|command| {
        let mut args = words(&command);
        // Whether it can be answered is asked here, not how well.
        let few: &[&str] = match args[0].as_str() {
            "compare" if args.iter().any(|arg| arg == "--run") => &[],
            "compare" => &["--method", "sampled", "--runs", "20"],
            "sweep" | "sensitivity" => &["--runs", "4"],
            "search" => return,
            _ => &[],
        };
        args.extend(few.iter().map(|arg| (*arg).to_owned()));
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
    });
}
