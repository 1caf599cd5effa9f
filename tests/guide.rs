//! The guide keeps its word: what its pages tell to write is written, its commands are run and print what stands there,
//! its excerpts stand in the files they name (see `common/pages.rs`; `BLESS=1` writes the outputs anew).

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

use pages::{Page, read, root};

/// The chapters of the book, by their paths.
fn chapters() -> Vec<String> {
    read("docs/SUMMARY.md")
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
        .map(|path| format!("docs/{path}"))
        .collect()
}

/// The chapters that belong to the guide alone.
fn guide() -> Vec<Page> {
    let all = chapters();
    let own = all.iter().filter(|path| path.starts_with("docs/guide/"));
    own.map(|path| Page::open(path)).collect()
}

fn keeps_its_word(chapter: &str, at_least: usize) {
    let commands = Page::open(&format!("docs/guide/{chapter}.md")).keeps_its_word();
    assert!(commands >= at_least, "{chapter}: only {commands} commands");
}

#[test]
fn the_overview_keeps_its_word() {
    keeps_its_word("overview", 1);
}

#[test]
fn the_tutorial_builds_a_scenario_in_steps_that_all_run() {
    let page = Page::open("docs/guide/tutorial.md");
    let commands = page.keeps_its_word();
    assert!(commands >= 12, "only {commands} commands");
    let built = std::fs::read_to_string(page.folder().join("river.yaml")).unwrap();
    let shipped = root().join("scenarios/guide/river.yaml");
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&shipped, &built).unwrap();
    }
    assert_eq!(
        built,
        std::fs::read_to_string(shipped).unwrap_or_default(),
        "what the tutorial builds is shipped as scenarios/guide/river.yaml"
    );
}

#[test]
fn the_chapter_on_rules_keeps_its_word() {
    keeps_its_word("rules", 1);
}

#[test]
fn the_chapter_on_overlays_keeps_its_word() {
    keeps_its_word("overlays", 2);
}

#[test]
fn the_chapter_on_uncertainty_keeps_its_word() {
    keeps_its_word("uncertainty", 3);
}

#[test]
fn the_chapter_on_comparisons_keeps_its_word() {
    keeps_its_word("comparison", 2);
}

#[test]
fn the_chapter_on_sources_keeps_its_word() {
    keeps_its_word("sources", 1);
}

#[test]
fn the_chapter_on_tests_keeps_its_word() {
    keeps_its_word("testing", 2);
}

#[test]
fn the_chapter_on_mistakes_keeps_its_word() {
    keeps_its_word("mistakes", 8);
}

#[test]
fn the_page_of_precedents_keeps_its_word() {
    keeps_its_word("precedents", 1);
}

#[test]
fn the_exercise_keeps_its_word() {
    keeps_its_word("exercise", 2);
}

#[test]
fn the_other_chapters_keep_their_word() {
    for chapter in ["crosswalk", "library", "internals"] {
        keeps_its_word(chapter, 0);
    }
}

#[test]
fn every_chapter_is_run_by_a_test_of_this_file() {
    let own = include_str!("guide.rs");
    for page in guide() {
        let name = page.path.rsplit('/').next().unwrap().trim_end_matches(".md");
        assert!(
            own.contains(&format!("\"{name}\"")) || own.contains(&format!("/{name}.md\"")),
            "{name}"
        );
    }
}

#[test]
fn nothing_in_the_guide_goes_unlooked_at() {
    for page in guide() {
        let none: Vec<&str> = page.unlooked_at(&["yaml", "console", "rust"]);
        assert!(
            none.is_empty(),
            "{}: nothing is done with the blocks that begin {none:#?}",
            page.path
        );
    }
}

#[test]
fn the_summary_names_every_page_and_every_page_is_there() {
    let mut named = chapters();
    for path in &named {
        assert!(root().join(path).is_file(), "{path}");
    }
    named.sort();
    let mut there = Vec::new();
    for folder in ["docs", "docs/guide"] {
        for entry in std::fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".md") && name != "SUMMARY.md" {
                there.push(format!("{folder}/{name}"));
            }
        }
    }
    there.sort();
    assert_eq!(named, there);
}

#[test]
fn every_link_leads_somewhere() {
    for path in chapters() {
        assert_eq!(Page::open(&path).broken_links(), Vec::<String>::new(), "{path}");
    }
}
