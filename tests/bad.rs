//! Scenarios with mistakes, each with what the command says about it.
//!
//! `tests/bad/NAME.yaml` begins with a line `# demarche COMMAND: what the file shows`; `NAME.txt` beside it is the whole
//! answer. After a message was improved, `BLESS=1 cargo test --test bad` writes the answers anew; read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};
use std::{env, fs};

/// However large a mistake makes a scenario, it is refused before anybody would give up waiting. The promise is about a
/// release build; what the tests are built with may be slower.
const PATIENCE: Duration = Duration::from_secs(if cfg!(debug_assertions) { 60 } else { 5 });

#[test]
fn each_mistake_is_told_with_its_place_and_its_remedy() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(files.len() >= 60, "the folder is there");
    let blessed = env::var_os("BLESS").is_some();
    let mut differences = String::new();
    for file in files {
        let (answer, took) = ask(&file);
        assert!(took < PATIENCE, "{} takes {took:?}", file.display());
        let golden = file.with_extension("txt");
        if blessed {
            fs::write(&golden, &answer).unwrap();
        } else if fs::read_to_string(&golden).unwrap_or_default() != answer {
            differences += &format!("--- {}\n{answer}\n", golden.display());
        }
    }
    assert!(differences.is_empty(), "these answers changed:\n{differences}");
}

#[test]
fn every_answer_names_a_file_a_line_and_a_column() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "txt") {
            let answer = fs::read_to_string(&path).unwrap();
            // What is wrong with the command line stands in no file.
            let placed = answer.contains(" --> ") || answer.contains("error[E0206]");
            assert!(placed, "{} has no place:\n{answer}", path.display());
        }
    }
}

/// The codes that no file of `bad/` or `doubtful/` shows, and why.
const WITHOUT_A_FILE: &[(&str, &str)] = &[
    (
        "E0001",
        "what is wrong was asked on the command line: `tests/cli.rs`",
    ),
    (
        "E0102",
        "such bytes are in no text file: `bytes_that_are_no_scenario_are_refused_in_words`",
    ),
    ("E0204", "takes 33 files: `src/document/tests.rs`"),
    (
        "E0208",
        "levers clash only where two are pulled together: `tests/search.rs`",
    ),
    (
        "E0215",
        "is about files of the vocabulary, which are in the binary",
    ),
    ("E0600", "no text is known that earns it"),
    ("E1101", "is about several scenarios: `tests/compare.rs`"),
    ("E1102", "is about several scenarios: `tests/compare.rs`"),
    ("E1103", "is about several scenarios: `tests/compare.rs`"),
    (
        "E1201",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1202",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1203",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1204",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1205",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1206",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    (
        "E1207",
        "is about `--over`: `tests/settings.rs`, `tests/sweep.rs`",
    ),
    ("E1301", "is about what is searched for: `tests/search.rs`"),
    ("E1302", "is about what is searched for: `tests/search.rs`"),
    ("E1303", "is about what is searched for: `tests/search.rs`"),
    ("E1304", "is about what is searched for: `tests/search.rs`"),
    ("E1305", "is about what is searched for: `tests/search.rs`"),
    ("E1306", "is about what is searched for: `tests/search.rs`"),
    (
        "E1401",
        "is about what is asked while a choice is open: `tests/choices.rs`",
    ),
    (
        "E1402",
        "is about what is asked while a choice is open: `tests/choices.rs`",
    ),
];

#[test]
fn every_code_is_shown_by_a_file_or_it_says_why_not() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let mut answers = String::new();
    for folder in ["bad", "doubtful"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "txt") {
                answers += &fs::read_to_string(&path).unwrap();
            }
        }
    }
    let shown = |code: &str| answers.contains(&format!("[{code}]"));
    let excused = |code: &str| WITHOUT_A_FILE.iter().any(|(without, _)| *without == code);
    let missing: Vec<&str> = demarche::report::explanations()
        .into_iter()
        .map(|explanation| explanation.code)
        .filter(|code| !shown(code) && !excused(code))
        .collect();
    assert!(missing.is_empty(), "no file shows {missing:?}");
    let needless: Vec<&str> = (WITHOUT_A_FILE.iter().map(|(code, _)| *code))
        .filter(|code| shown(code))
        .collect();
    assert!(needless.is_empty(), "a file does show {needless:?}");
}

#[test]
fn bytes_that_are_no_scenario_are_refused_in_words() {
    let brackets = "[".repeat(100_000);
    let parentheses = format!(
        "demarche: 1\ntitle: x\noutcomes: {{ a: {{ is: '{}' }} }}\n",
        "(".repeat(100_000)
    );
    let refused: [(&str, Vec<u8>); 8] = [
        ("nothing", Vec::new()),
        ("brackets", brackets.into_bytes()),
        ("parentheses", parentheses.into_bytes()),
        ("latin_1", b"demarche: 1\ntitle: d\xe9marche\n".to_vec()),
        (
            "utf_16",
            "demarche: 1".encode_utf16().flat_map(u16::to_le_bytes).collect(),
        ),
        ("zero", b"demarche: 1\ntitle: a\0b\n".to_vec()),
        ("anchor_in_itself", b"demarche: 1\nfacts: &a { x: *a }\n".to_vec()),
        ("circle", b"demarche: 1\nfrom: circle.yaml\n".to_vec()),
    ];
    for (name, bytes) in refused {
        let (code, answer) = run_bytes(name, &bytes);
        assert_eq!(code, Some(2), "{name}: {answer}");
        assert!(answer.starts_with("error[E"), "{name}: {answer}");
    }
}

#[test]
fn a_mark_at_the_beginning_and_foreign_line_ends_are_no_mistake() {
    let text = "demarche: 1\ntitle: Two states\nperiod: { from: 2024-01-01, to: 2024-12-31 }\n";
    for (name, text) in [
        ("mark", format!("\u{feff}{text}")),
        ("windows", text.replace('\n', "\r\n")),
        ("old_mac", text.replace('\n', "\r")),
        ("-", text.to_owned()),
    ] {
        let (code, answer) = run_bytes(name, text.as_bytes());
        assert_eq!((code, answer.as_str()), (Some(0), ""), "{name}");
    }
}

/// The exit code of `demarche run`, and what it says on standard error.
fn run_bytes(name: &str, bytes: &[u8]) -> (Option<i32>, String) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("bad-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    let name = if name == "-" {
        name.to_owned()
    } else {
        format!("{name}.yaml")
    };
    fs::write(folder.join(&name), bytes).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
    let output = command
        .current_dir(&folder)
        .arg("run")
        .arg(&name)
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

/// What the command says about a file, and how long it took. It must refuse it, in words.
fn ask(file: &Path) -> (String, Duration) {
    let text = fs::read_to_string(file).unwrap();
    let command = text
        .strip_prefix("# demarche ")
        .and_then(|rest| rest.split_once(':'))
        .unwrap_or_else(|| panic!("{} does not begin with `# demarche COMMAND: ...`", file.display()))
        .0;
    let mut words = command.split(' ');
    let begun = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(file.parent().unwrap())
        .env_remove("RUST_BACKTRACE")
        .arg(words.next().unwrap())
        .arg(file.file_name().unwrap())
        .args(words)
        .output()
        .unwrap();
    let took = begun.elapsed();
    let (out, err) = (
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    );
    assert_eq!(output.status.code(), Some(2), "{}: {out}{err}", file.display());
    // For `check` the messages are the result, and nothing else is said.
    let (answer, nothing) = if command.starts_with("check") {
        (out, err)
    } else {
        (err, out)
    };
    assert_eq!(nothing, "", "{}: no partial result", file.display());
    (answer, took)
}
