//! What can be told of a scenario before it runs. Each file in `tests/doubtful` earns a warning, which stands beside it; the
//! file of the same name in `tests/good` says what its author meant and earns none. `BLESS=1 cargo test --test checks`
//! writes the answers anew; read the difference.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use demarche::diagnostic::Options;
use demarche::{Compiled, Scenario};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The YAML files of a folder and those in it, in order.
fn files(folder: &str) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "yaml") {
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found
}

/// Exit code and output of `demarche check`, run beside the file.
fn check(file: &Path) -> (Option<i32>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(file.parent().unwrap())
        .arg("check")
        .arg(file.file_name().unwrap())
        .output()
        .unwrap();
    assert!(
        output.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

fn compile(scenario: &Scenario) -> Compiled {
    scenario.compile().unwrap_or_else(|error| panic!("{error}"))
}

/// The warnings, as people read them.
fn doubts(compiled: &Compiled) -> String {
    compiled.check().render(compiled.sources(), Options::default())
}

/// As [`doubts`], of a text that stands in no file.
fn doubts_of(text: &str) -> String {
    doubts(&compile(&Scenario::from_text("two.yaml", text).unwrap()))
}

const HEAD: &str = "
title: Two states
period: { from: 2024-01-01, to: 2024-12-31 }
actors: { north: { kind: state }, south: { kind: state } }
";

#[test]
fn what_is_doubtful_is_told_with_its_place_and_its_remedy() {
    let blessed = env::var_os("BLESS").is_some();
    let mut differences = String::new();
    for file in files("tests/doubtful") {
        let (code, answer) = check(&file);
        assert_eq!(code, Some(0), "warnings do not fail: {}", file.display());
        assert!(answer.starts_with("warning[W"), "{}:\n{answer}", file.display());
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
fn what_was_meant_earns_no_warning() {
    for file in files("tests/good") {
        let (code, answer) = check(&file);
        assert!(
            code == Some(0) && answer.starts_with("no problems"),
            "{}:\n{answer}",
            file.display()
        );
    }
}

#[test]
fn every_doubtful_file_has_a_good_one_beside_it() {
    let names = |folder: &str| -> BTreeSet<String> {
        let files = files(folder).into_iter();
        files
            .map(|file| file.file_name().unwrap().to_string_lossy().into_owned())
            .collect()
    };
    let (doubtful, good) = (names("tests/doubtful"), names("tests/good"));
    let alone: Vec<_> = doubtful.difference(&good).collect();
    assert!(alone.is_empty(), "{alone:?}");
}

#[test]
fn every_warning_of_the_checks_is_earned_by_a_file() {
    let mut earned = String::new();
    for file in files("tests/doubtful") {
        earned += &fs::read_to_string(file.with_extension("txt")).unwrap();
    }
    for explanation in demarche::report::explanations() {
        let code = explanation.code;
        if code.starts_with("W10") {
            assert!(
                earned.contains(&format!("warning[{code}]")),
                "no file earns {code}"
            );
        }
    }
}

#[test]
fn shipped_scenarios_earn_no_warning_except_for_the_deadlocks_they_show() {
    let mut looked_at = 0;
    for path in files("scenarios").into_iter().chain(files("seeds")) {
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        if name.starts_with("seeds/vocabulary") {
            continue;
        }
        let scenario = Scenario::open(&path).unwrap();
        let document = scenario.document();
        let mut all = vec![(name.clone(), scenario.clone())];
        for id in document.variant_ids() {
            all.push((format!("{name}, variant {id}"), scenario.variant(id).unwrap()));
        }
        for id in document.lever_ids() {
            all.push((format!("{name}, lever {id}"), scenario.lever(id).unwrap()));
        }
        for (name, scenario) in all {
            looked_at += 1;
            let said = doubts(&compile(&scenario));
            if DEADLOCKS.contains(&name.as_str()) {
                assert!(said.starts_with("warning[W1013]"), "{name}:\n{said}");
                assert_eq!(said.matches("warning[").count(), 1, "{name}:\n{said}");
            } else {
                assert_eq!(said, "", "{name}");
            }
        }
    }
    assert!(looked_at >= 30, "only {looked_at}");
}

/// The scenarios in which gates wait for each other.
const DEADLOCKS: [&str; 4] = [
    "scenarios/istanbul/baseline.yaml, variant withdrawal_after_entry",
    "scenarios/istanbul/order_of_steps.yaml, variant withdrawal_after_entry",
    "scenarios/istanbul/referendum_under_martial_law.yaml",
    "scenarios/precedents/minsk_2015.yaml",
];

#[test]
fn a_variant_is_told_only_what_it_says_itself() {
    let text = format!(
        "{HEAD}
facts: {{ calm: {{}} }}
start: {{ calm: true }}
outcomes: {{ quiet: {{ is: at_end(calm) }} }}
variants:
  unasked:
    title: Nobody asks
    outcomes: {{ quiet: null }}
  idle:
    title: A fact for nothing
    facts: {{ idle: {{}} }}
"
    );
    let scenario = Scenario::from_text("two.yaml", text.as_str()).unwrap();
    assert_eq!(doubts(&compile(&scenario)), "");
    assert_eq!(doubts(&compile(&scenario.variant("unasked").unwrap())), "");
    let idle = doubts(&compile(&scenario.variant("idle").unwrap()));
    assert!(idle.contains("nothing starts or reads the fact `idle`"), "{idle}");
}

#[test]
fn many_doubts_are_counted_and_not_all_shown() {
    let facts: String = (0..500).map(|n| format!("  idle_{n}: {{}}\n")).collect();
    let said = doubts_of(&format!("{HEAD}\nfacts:\n{facts}"));
    assert_eq!(said.matches("warning[W1003]").count(), 20);
    assert!(said.ends_with("500 warnings (480 not shown)\n"), "{said}");
}

#[test]
fn many_errors_are_counted_and_not_all_shown() {
    let rules: String = (0..500)
        .map(|n| format!("  r_{n}: {{ when: at_wra(north, south), then: [ {{ start: calm }} ] }}\n"))
        .collect();
    let text = format!(
        "{HEAD}\nfacts: {{ calm: {{}} }}\nrules:\n{}",
        rules.replace("when: at_wra(north, south)", "when: \"at_wra(north, south)\"")
    );
    let error = Scenario::from_text("two.yaml", text.as_str())
        .unwrap()
        .compile()
        .unwrap_err()
        .to_string();
    assert_eq!(error.matches("error[E").count(), 20, "{error}");
    assert!(error.ends_with("500 errors (480 not shown)\n"), "{error}");
}
