//! The README keeps its word: each command prints what stands there, each excerpt stands in the file it names.
//!
//! - A ```` ```console ```` block holds commands behind `$ ` and their output. `cargo run --release -- ...` and
//!   `demarche ...` are run through the built binary, `cat FILE` reads the file; `cargo test` is what runs this. A line
//!   `...` stands for any lines left out.
//! - A comment `<!-- $ demarche ... -->` or `<!-- FILE -->` before a block says where the block comes from.
//!
//! `BLESS=1 cargo test --test readme` writes the outputs anew. What was abridged by hand must then be abridged again; the
//! whole output is left in `target/tmp/readme`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A fenced block.
struct Block<'t> {
    language: &'t str,
    /// What the comment before it says.
    comment: Option<&'t str>,
    text: &'t str,
}

fn blocks(readme: &str) -> Vec<Block<'_>> {
    let mut found = Vec::new();
    let (mut open, mut comment) = (None, None);
    let mut at = 0;
    for line in readme.split_inclusive('\n') {
        let plain = line.trim_end();
        match open {
            Some((language, from, comment)) if plain == "```" => {
                found.push(Block {
                    language,
                    comment,
                    text: &readme[from..at],
                });
                open = None;
            }
            Some(_) => {}
            None => {
                if let Some(language) = plain.strip_prefix("```") {
                    open = Some((language, at + line.len(), comment));
                }
                comment = plain
                    .strip_prefix("<!-- ")
                    .and_then(|rest| rest.strip_suffix(" -->"));
            }
        }
        at += line.len();
    }
    assert!(open.is_none(), "a block is not closed");
    found
}

/// The words of a command line; single quotes hold a word together.
fn words(command: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    for (at, part) in command.split('\'').enumerate() {
        if at % 2 == 1 {
            *words.last_mut().expect("never empty") += part;
            continue;
        }
        for (at, word) in part.split(' ').enumerate() {
            if at > 0 {
                words.push(String::new());
            }
            *words.last_mut().expect("never empty") += word;
        }
    }
    words.retain(|word| !word.is_empty());
    words
}

/// What a command prints; nothing for `cargo test`.
fn output(command: &str) -> Option<String> {
    if command == "cargo test" {
        return None;
    }
    if let Some(file) = command.strip_prefix("cat ") {
        return Some(read(file));
    }
    let args = ["cargo run --release -- ", "demarche "]
        .iter()
        .find_map(|start| command.strip_prefix(start));
    let args = args.unwrap_or_else(|| panic!("the README runs `{command}`, which this test does not know"));
    let ran = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .args(words(args))
        .current_dir(root())
        .output()
        .expect("the binary runs");
    Some(
        [ran.stdout, ran.stderr]
            .map(|bytes| String::from_utf8(bytes).expect("UTF-8"))
            .concat(),
    )
}

/// Whether the lines shown are those printed, `...` standing for any.
fn shows(shown: &[&str], printed: &[&str]) -> Result<(), String> {
    let mut at = 0;
    for (place, part) in shown.split(|line| *line == "...").enumerate() {
        let last = shown.iter().filter(|line| **line == "...").count() == place;
        let fits = |from: usize| printed.get(from..from + part.len()) == Some(part);
        let from = if place == 0 {
            Some(0).filter(|from| fits(*from))
        } else if last {
            printed
                .len()
                .checked_sub(part.len())
                .filter(|from| *from >= at && fits(*from))
        } else {
            (at..printed.len()).find(|from| fits(*from))
        };
        at = from.ok_or_else(|| format!("these lines are not printed:\n{}", part.join("\n")))? + part.len();
        if last && at != printed.len() {
            return Err("more is printed than is shown".to_owned());
        }
    }
    Ok(())
}

/// A console block as commands with what is shown of their output.
fn session(text: &str) -> Vec<(&str, Vec<&str>)> {
    let mut all: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in text.lines() {
        match (line.strip_prefix("$ "), all.last_mut()) {
            (Some(command), _) => all.push((command, Vec::new())),
            (None, Some((_, shown))) => shown.push(line),
            (None, None) => panic!("output without a command: {line}"),
        }
    }
    all
}

#[test]
fn the_readme_shows_what_the_command_prints() {
    let readme = read("README.md");
    let bless = std::env::var_os("BLESS").is_some();
    let (mut blessed, mut wrong) = (readme.clone(), String::new());
    let mut commands = 0;
    for block in blocks(&readme) {
        let session = match (block.language, block.comment) {
            ("console", _) => session(block.text),
            (_, Some(comment)) if comment.starts_with("$ ") => {
                vec![(&comment[2..], block.text.lines().collect())]
            }
            _ => continue,
        };
        for (command, shown) in session {
            commands += 1;
            let Some(printed) = output(command) else { continue };
            let lines: Vec<&str> = printed.lines().collect();
            let Err(why) = shows(&shown, &lines) else { continue };
            if bless && !shown.is_empty() && !shown.contains(&"...") {
                blessed = blessed.replace(&shown.join("\n"), printed.trim_end());
                continue;
            }
            let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme");
            std::fs::create_dir_all(&folder).expect("a folder");
            let file = folder.join(format!("{commands}.txt"));
            std::fs::write(&file, &printed).expect("a file");
            let _ = writeln!(
                wrong,
                "$ {command}\n{why}\n(the whole output: {})\n",
                file.display()
            );
        }
    }
    if blessed != readme {
        std::fs::write(root().join("README.md"), blessed).expect("the README can be written");
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(commands >= 6, "only {commands} commands");
}

#[test]
fn the_readme_quotes_files_as_they_are() {
    let readme = read("README.md");
    let mut quoted = Vec::new();
    for block in blocks(&readme) {
        let Some(file) = block.comment.filter(|comment| !comment.starts_with("$ ")) else {
            continue;
        };
        assert!(
            read(file).contains(block.text),
            "{file} does not hold:\n{}",
            block.text
        );
        quoted.push(block.language);
    }
    assert_eq!(quoted, ["yaml", "rust"]);
}

#[test]
fn the_readme_runs_the_main_job_and_the_tests() {
    let readme = read("README.md");
    let sessions: Vec<(&str, Vec<&str>)> = blocks(&readme)
        .iter()
        .filter(|block| block.language == "console")
        .flat_map(|block| session(block.text))
        .collect();
    assert!(
        sessions[0]
            .0
            .starts_with("cargo run --release -- run scenarios/istanbul/baseline.yaml")
    );
    let (_, tests) = sessions
        .iter()
        .find(|(command, _)| *command == "cargo test")
        .expect("the tests are run");
    let sources: String = std::fs::read_dir(root().join("tests"))
        .expect("tests")
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .map(|path| std::fs::read_to_string(path).expect("UTF-8"))
        .collect();
    for line in tests.iter().filter(|line| **line != "...") {
        let name = line
            .strip_prefix("test ")
            .and_then(|rest| rest.strip_suffix(" ... ok"));
        let name = name.unwrap_or_else(|| panic!("`{line}` would go stale"));
        assert!(
            sources.contains(&format!("fn {name}()")),
            "there is no test `{name}`"
        );
    }
}

#[test]
fn the_readme_links_to_what_exists() {
    let readme = read("README.md");
    for link in readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
    {
        assert!(
            link.starts_with("https://") || root().join(link).exists(),
            "{link} does not exist"
        );
    }
}
