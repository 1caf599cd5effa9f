//! The README keeps its word: each command prints what stands there, each excerpt stands in the file it names
//! (see `common/pages.rs`; `BLESS=1` writes the outputs anew).

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

#[path = "common/pages.rs"]
#[allow(dead_code, reason = "each test file uses a part")]
mod pages;

use pages::{Page, root};

#[test]
fn the_readme_shows_what_the_command_prints() {
    let commands = Page::open("README.md").keeps_its_word();
    assert!(commands >= 6, "only {commands} commands");
}

#[test]
fn the_readme_quotes_files_as_they_are() {
    let readme = Page::open("README.md");
    let languages: Vec<&str> = readme
        .quotes()
        .into_iter()
        .map(|(_, language)| language)
        .collect();
    assert_eq!(languages, ["yaml", "rust"]);
}

#[test]
fn the_readme_runs_the_main_job_and_the_tests() {
    let readme = Page::open("README.md");
    let sessions = readme.sessions();
    assert!(
        sessions[0]
            .0
            .starts_with("cargo run --release -- run scenarios/istanbul/baseline.yaml")
    );
    let (_, tests) = sessions
        .iter()
        .find(|(command, _)| *command == "cargo test --all-features")
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
    assert_eq!(Page::open("README.md").broken_links(), Vec::<String>::new());
}
