//! The examples run and print what they should. Cargo builds them for `cargo test`, beside the binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;
use std::process::Command;

fn printed(name: &str) -> String {
    let folder = Path::new(env!("CARGO_BIN_EXE_demarche"))
        .parent()
        .expect("a folder")
        .join("examples");
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "run `cargo test`, which builds the examples; {} is not there",
        path.display()
    );
    let ran = Command::new(path)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("the example runs");
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).expect("UTF-8")
}

#[test]
fn a_scenario_is_loaded_run_and_asked() {
    insta::assert_snapshot!(printed("load_and_run"));
}

#[test]
fn a_model_is_built_in_rust() {
    insta::assert_snapshot!(printed("build_in_rust"));
}

#[test]
fn the_graph_is_walked() {
    insta::assert_snapshot!(printed("who_guarantees_whom"));
}

#[cfg(feature = "testing")]
#[test]
fn an_invariant_is_tried_on_random_scenarios() {
    insta::assert_snapshot!(printed("property_test"));
}

#[test]
fn figures_are_told_and_compared() {
    insta::assert_snapshot!(printed("what_if"));
}

#[test]
fn every_example_opens_with_a_drawing_and_is_run_here() {
    let own = include_str!("examples.rs");
    for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples")).expect("examples")
    {
        let path = entry.expect("an entry").path();
        let name = path
            .file_stem()
            .and_then(|name| name.to_str())
            .expect("a name")
            .to_owned();
        let text = std::fs::read_to_string(&path).expect("UTF-8");
        assert!(
            text.starts_with("//! ") && text.contains("//! ```text\n"),
            "{name} has no drawing"
        );
        assert!(own.contains(&format!("printed(\"{name}\")")), "{name} is not run");
    }
}
