//! A scenario far beyond what anybody writes by hand is still read and run. How fast is told by `cargo bench`.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "in a test a panic is the message"
)]

use demarche::{Scenario, Seed};

#[path = "../benches/support/large.rs"]
mod large;

use large::Size;

#[test]
fn a_scenario_of_one_megabyte_loads_compiles_and_runs() {
    let text = large::scenario(Size::MEGABYTE);
    assert!((950_000..1_150_000).contains(&text.len()), "{} bytes", text.len());
    let compiled = Scenario::from_text("large.yaml", text)
        .unwrap()
        .compile()
        .unwrap();
    assert_eq!(compiled.members("state").len(), Size::MEGABYTE.states);
    assert!(compiled.program().instances.len() > 20_000);
    let run = compiled.run(Seed(1)).unwrap();
    assert!(run.trace.entries.len() > 10_000);
}

#[test]
fn of_five_hundred_mistakes_the_first_are_told_and_the_others_counted() {
    let folder =
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("large-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("mistaken.yaml"), large::mistaken(500)).unwrap();
    let ran = std::process::Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(folder)
        .args(["check", "mistaken.yaml"])
        .output()
        .unwrap();
    let text = String::from_utf8(ran.stdout).unwrap();
    assert_eq!(ran.status.code(), Some(2));
    let told = text.matches("error[").count();
    assert!((10..=100).contains(&told), "{told} are told");
    let last = text.trim_end().lines().last().unwrap_or_default();
    assert!(
        last.contains("500 errors") && last.contains(&(500 - told).to_string()),
        "`{last}` says neither how many there are nor how many were left out ({told} told)"
    );
}
