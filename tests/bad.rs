//! Scenarios with mistakes, each with what the command says about it.
//!
//! `tests/bad/NAME.yaml` begins with a line `# demarche COMMAND: what the file shows`; `NAME.txt` beside it is the whole
//! answer. After a message was improved, `BLESS=1 cargo test --test bad` writes the answers anew; read the difference.

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
    assert!(files.len() >= 40, "the folder is there");
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
    assert_eq!(out, "", "{}: no partial result", file.display());
    (err, took)
}
