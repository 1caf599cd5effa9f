//! Small files that ask for much: each is answered, or told what is too much, in less than a gigabyte.

#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test that cannot go on shall stop")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

/// What the command prints about a scenario, and its exit code. It may have a gigabyte of addresses, and no more.
fn told(name: &str, text: &str, args: &[&str]) -> (Option<i32>, String) {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("hungry");
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(format!("{name}.yaml"));
    std::fs::write(&file, text).expect("a file");
    let output = Command::new("sh")
        .args([
            "-c",
            "ulimit -v 1000000; exec \"$@\"",
            "sh",
            env!("CARGO_BIN_EXE_demarche"),
        ])
        .arg(args.first().expect("a command"))
        .arg(&file)
        .args(args.iter().skip(1))
        // Each thread has addresses of its own.
        .env("RAYON_NUM_THREADS", "2")
        .output()
        .expect("the binary runs");
    let all = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(all).expect("UTF-8"))
}

/// So many countries in a ring of neighbours, all of them large.
fn ring(countries: usize, rules: &str) -> String {
    let mut text = String::from(
        "demarche: 1
title: A ring
period: { from: 2024-01-01, to: 2024-12-31 }
kinds: { land: { about: A country } }
facts:
  near: { args: { one: land, other: land }, symmetric: true, says: \"{one} is near {other}\" }
  big: { args: { who: land }, says: \"{who} is large\" }
  chosen: { args: { who: land }, says: \"{who} is chosen\" }
  knot: { args: { one: land, other: land, third: land }, says: \"{one}, {other} and {third} are a knot\" }
  linked: { args: { one: land, other: land }, says: \"{one} is linked with {other}\" }
outcomes: { told: { is: at_end(chosen(s1)), says: one is chosen } }
entities:
",
    );
    for at in 0..countries {
        writeln!(text, "  s{at}: {{ kind: land }}").expect("a text grows");
    }
    text.push_str("start:\n");
    for at in 0..countries {
        let next = (at + 1) % countries;
        writeln!(text, "  near(s{at}, s{next}): true\n  big(s{at}): true").expect("a text grows");
    }
    format!("{text}rules:\n{rules}")
}

#[test]
fn many_bindings_that_derive_few_facts_take_little() {
    let rules = "  chosen_by_any: { says: chosen, for: { a: land, b: land, c: land, d: land }, if: [ \"not near(a, b)\", \"not near(c, d)\" ], derive: chosen(a) }\n";
    let (code, told) = told("few_facts", &ring(100, rules), &["outcomes"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("always"), "{told}");
}

/// Few of many bindings hold: what could hold is more than can be ground, what does hold is not.
const GUARDED: &str = "
  by_size: { says: chosen, for: { a: land }, if: big(a), derive: chosen(a) }
  by_distance: { says: chosen, for: { a: land, b: land, c: land, d: land }, if: [ \"not big(a)\", \"not near(b, c)\", \"not near(c, d)\" ], derive: chosen(a) }
";

#[test]
fn a_scenario_is_not_refused_for_bindings_that_do_not_hold() {
    for more in [
        "",
        "  links: { says: linked, for: { a: land, b: land }, if: \"not near(a, b)\", derive: \"linked(a, b)\" }\n",
    ] {
        let text = ring(110, &format!("{GUARDED}{more}"));
        for command in ["outcomes", "check"] {
            let (code, told) = told("guarded", &text, &[command]);
            assert_eq!(code, Some(0), "{told}");
        }
    }
}

#[test]
fn a_reason_is_given_where_there_are_millions() {
    let (code, told) = told("reasons", &ring(110, GUARDED), &["why", "chosen(s1)"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(
        told.contains("rule `by_size`") && told.contains("s1 is large"),
        "{told}"
    );
    assert!(!told.contains("(...)"), "{told}");
}

#[test]
fn a_condition_that_looks_at_too_many_members_is_an_error_that_names_its_rule() {
    let rules = "
  knots: { says: a knot, for: { a: land, b: land, c: land }, if: \"any(x in land where all(z in land satisfy near(z, a) or near(z, b) or not near(z, c)))\", derive: \"knot(a, b, c)\" }
  by_knot: { says: chosen, for: { a: land }, if: \"knot(a, a, a)\", derive: chosen(a) }
";
    let (code, told) = told("members", &ring(99, rules), &["outcomes"]);
    assert_eq!(code, Some(2), "{told}");
    assert!(told.contains("E0801") && told.contains("`knots`"), "{told}");
}

#[test]
fn an_agenda_of_thousands_of_days_is_given_up_in_time() {
    let text = "demarche: 1
title: A long agenda
period: { from: 2024-01-01, to: 2090-12-31 }
facts: { lit: { says: it is lit } }
events: { ring: { is: physical, says: a ring } }
assumptions: { half: { value: 0.5, range: [ 0, 1 ], why: a coin } }
rules:
  rings_later: { says: a ring is arranged, every: 1 day, then: [ { chance: coin, branches: { yes: { p: half, then: [ { happen: ring, after: 8000 days } ] }, no: { p: rest } } } ] }
  lights: { says: it is lit, on: ring, then: [ start: lit ] }
outcomes: { lit: { is: at_end(lit), says: it is lit } }
";
    let (code, told) = told("agenda", text, &["outcomes", "--runs", "10"]);
    assert_eq!(code, Some(0), "{told}");
    assert!(told.contains("the states could not be counted out"), "{told}");
}
