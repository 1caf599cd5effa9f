//! Other programs on the same questions: Storm, ProbLog and clingo, where a Python that has them is at hand.
//!
//! `DEMARCHE_PEERS` names that Python; without it `python3` is tried. `benches/peers/README.md` says how to install them.

#![cfg(feature = "cli")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::io::Write as _;
use std::process::Command;

/// Imports all that are asked, or fails.
const IMPORTS: &str = "import stormpy, problog, pysdd, clingo";

/// The Python that has the peers. One that is named must have them; else none means that they are absent.
fn python() -> Option<String> {
    let named = std::env::var("DEMARCHE_PEERS").ok();
    let python = named.clone().unwrap_or_else(|| String::from("python3"));
    let has_them = Command::new(&python)
        .args(["-c", IMPORTS])
        .output()
        .is_ok_and(|told| told.status.success());
    assert!(
        has_them || named.is_none(),
        "DEMARCHE_PEERS is {python}, which cannot `{IMPORTS}`"
    );
    has_them.then_some(python)
}

#[test]
fn other_programs_agree() {
    let Some(python) = python() else {
        // Past the capture of the test harness, so that nobody takes this for a comparison made.
        let _ = writeln!(
            std::io::stderr(),
            "\nSKIPPED: no python3 with stormpy, problog, pysdd and clingo, so no other program was asked \
             (benches/peers/README.md; DEMARCHE_PEERS=path of a Python)\n"
        );
        return;
    };
    let told = Command::new(&python)
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/benches/peers/agree.py"))
        .args(["--demarche", env!("CARGO_BIN_EXE_demarche")])
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("Python starts");
    let said = String::from_utf8_lossy(&told.stdout);
    assert!(
        told.status.success(),
        "{said}\n{}",
        String::from_utf8_lossy(&told.stderr)
    );
    assert!(said.contains(", 0 differ, 0 of 3 peers skipped"), "{said}");
}
