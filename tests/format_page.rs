//! The page on the format is true: each of its blocks compiles, laid over the situation it speaks of.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;

use demarche::Scenario;

const PAGE: &str = include_str!("../docs/scenario_format.md");

/// The blocks of a page, each without its fences.
fn blocks() -> Vec<&'static str> {
    PAGE.split("```yaml\n")
        .skip(1)
        .filter_map(|rest| rest.split("```").next())
        .collect()
}

#[test]
fn every_block_of_the_page_compiles() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let seed =
        Scenario::open(root.join("seeds/istanbul_2022.yaml")).unwrap_or_else(|error| panic!("{error}"));
    let blocks = blocks();
    assert!(blocks.len() >= 4);
    for block in blocks {
        let scenario = if block.starts_with("demarche:") {
            // A file of its own, which would stand beside the page.
            let name = root.join("docs/page.yaml").display().to_string();
            Scenario::from_text(name, block)
        } else {
            seed.with("page.yaml", block)
        };
        let scenario = scenario.unwrap_or_else(|error| panic!("{error}"));
        scenario.compile().unwrap_or_else(|error| panic!("{error}"));
    }
}

#[test]
fn the_page_names_every_section() {
    let refused = Scenario::from_text(
        "page.yaml",
        "demarche: 1\ntitle: x\nperiod: { from: 2030-01-01, to: 2030-01-02 }\nactrs: {}\n",
    )
    .map_or_else(
        |error| error.to_string(),
        |scenario| {
            scenario
                .compile()
                .map_or_else(|error| error.to_string(), |_| String::new())
        },
    );
    assert!(refused.contains("actrs"), "{refused}");
    for section in [
        "demarche",
        "title",
        "question",
        "about",
        "note",
        "period",
        "from",
        "uses",
        "sources",
        "kinds",
        "facts",
        "measures",
        "quantities",
        "events",
        "rules",
        "entities",
        "assumptions",
        "start",
        "timeline",
        "fix",
        "outcomes",
        "positions",
        "variants",
        "levers",
        "expect",
        "invariants",
    ] {
        assert!(
            PAGE.contains(&format!("`{section}`")) || PAGE.contains(&format!("{section}:")),
            "{section}"
        );
    }
}
