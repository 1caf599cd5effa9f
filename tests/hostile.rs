//! Files made to do harm: none may panic, hang, or take more than a gigabyte, and each is refused in words (exit code 2)
//! or read as what it says.
//!
//! Each case runs the command in a process of its own, whose memory and time are limited by the system. What takes a
//! release build is ignored by default:
//!
//! ```console
//! $ cargo test --release --test hostile -- --include-ignored --test-threads 1
//! ```

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, iter};

/// A frame, and a stage with a fact, a measure and an event.
const HEAD: &str = "demarche: 1\ntitle: x\nperiod: { from: 2024-01-01, to: 2024-12-31 }\n";
const STAGE: &str = "demarche: 1
title: x
period: { from: 2024-01-01, to: 2024-12-31 }
actors: { a: { kind: state }, b: { kind: state } }
facts: { calm: { args: { who: state }, says: \"{who} is calm\" } }
measures: { m: { args: { of: state }, from: 0, to: 10, default: 1, says: \"m of {of}\" } }
events: { go: { args: { who: state }, is: physical, says: \"{who} goes\" } }
timeline: { t: { on: 2024-02-01, happen: go(a) } }
start: { calm(a): true }
";

/// A folder of its own for each case.
fn folder(case: &str) -> PathBuf {
    let name = format!("hostile-{}-{case}", std::process::id());
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

struct Said {
    code: i32,
    text: String,
}

impl Said {
    fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{}", self.text);
        for word in words {
            assert!(self.text.contains(word), "`{word}` is not in:\n{}", self.text);
        }
    }

    fn read(&self) {
        assert!([0, 1].contains(&self.code), "{}: {}", self.code, self.text);
    }
}

/// What the command says about a file, with a gigabyte of memory, little of it for the stack, and a minute (of processor
/// time) at most.
fn ask(folder: &Path, arguments: &[&str]) -> Said {
    // The address space holds more than what is taken: stacks of threads, arenas of the allocator.
    let limits = "ulimit -v 1500000; ulimit -s 512; ulimit -t 60; exec \"$@\"";
    let ran = Command::new("sh")
        .current_dir(folder)
        .args(["-c", limits, "sh", env!("CARGO_BIN_EXE_demarche")])
        .args(arguments)
        .env("MALLOC_ARENA_MAX", "2")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&ran.stdout).into_owned() + &String::from_utf8_lossy(&ran.stderr);
    assert!(!text.contains("panicked"), "{text}");
    assert!(text.len() < 1_000_000, "{} bytes are said", text.len());
    let code = ran.status.code();
    Said {
        code: code.unwrap_or_else(|| panic!("killed by a signal ({}): {text}", ran.status)),
        text,
    }
}

fn check(case: &str, text: impl AsRef<[u8]>) -> Said {
    asked(case, "check", text)
}

fn asked(case: &str, command: &str, text: impl AsRef<[u8]>) -> Said {
    let folder = folder(case);
    fs::write(folder.join("a.yaml"), text).unwrap();
    let said = ask(&folder, &[command, "a.yaml"]);
    fs::remove_dir_all(folder).unwrap();
    said
}

fn many(from: usize, line: impl Fn(usize) -> String) -> String {
    (0..from).map(line).collect()
}

fn repeated(text: &str, times: usize) -> String {
    iter::repeat_n(text, times).collect()
}

#[test]
fn alias_bombs_are_refused() {
    let laughs = many(9, |at| {
        let (this, before) = (b'b' + at as u8, b'a' + at as u8);
        let nine = vec![format!("*{}", before as char); 9].join(",");
        format!("{}: &{} [{nine}]\n", this as char, this as char)
    });
    let first = "a: &a [x,x,x,x,x,x,x,x,x]\n";
    check("laughs", first.to_owned() + &laughs).refused(&["E0119", "stand for too much", "--> a.yaml:"]);
    let wide = format!(
        "a: &a \"{}\"\nb: [{}]\n",
        repeated("x", 100_000),
        repeated("*a,", 5_000)
    );
    check("wide", wide).refused(&["E0119", "more `*aliases` than the 256 allowed"]);
    check("itself", "a: &a [*a]\n").refused(&["E0118"]);
}

#[test]
fn depth_is_refused_in_yaml() {
    let depth = 100_000;
    for (case, text) in [
        (
            "lists",
            "a: ".to_owned() + &repeated("[", depth) + &repeated("]", depth),
        ),
        (
            "maps",
            "a: ".to_owned() + &repeated("{a: ", depth) + "1" + &repeated("}", depth),
        ),
        ("dashes", repeated("- ", depth) + "x\n"),
        ("questions", repeated("? ", depth) + "x\n"),
        ("blocks", many(3_000, |at| repeated(" ", at) + "a:\n")),
    ] {
        check(case, text).refused(&["E0119", "nest more than 64 deep", "--> a.yaml:"]);
    }
}

#[test]
fn depth_is_refused_in_expressions() {
    let depth = 100_000;
    for (case, text) in [
        (
            "parentheses",
            repeated("(", depth) + "calm(a)" + &repeated(")", depth),
        ),
        ("nots", repeated("not ", depth) + "calm(a)"),
        ("minuses", repeated("-", depth) + "m(a) > 1"),
        ("ands", repeated("calm(a) and ", depth) + "calm(a)"),
        ("sums", repeated("m(a) + ", depth) + "m(a) > 1"),
        ("ifs", repeated("if calm(a) then m(a) else ", 20_000) + "m(a) > 1"),
        ("paths", "a".to_owned() + &repeated(".b", depth)),
    ] {
        let text = format!("{STAGE}outcomes: {{ o: {{ is: \"at_end({text})\" }} }}\n");
        check(case, text).refused(&["E0311", "too deep", "--> a.yaml:"]);
    }
    let brackets = STAGE.replace(
        "{who} goes",
        &(repeated("[ a {who}", 20_000) + &repeated("]", 20_000)),
    );
    check("brackets", brackets).refused(&["E0320"]);
}

#[test]
fn chains_of_facts_derived_from_each_other_need_no_deep_stack() {
    let links = 10_000;
    let facts = many(links, |at| format!("  d{at}: {{ says: d{at} }}\n"));
    let rules = many(links - 1, |at| {
        format!("  r{at}: {{ if: d{at}, derive: d{} }}\n", at + 1)
    });
    let chain = |members: usize, base: &str| {
        let entities = many(members, |at| format!("  m{at}: {{ kind: member }}\n"));
        format!(
            "demarche: 1
title: x
period: {{ from: 2000-01-01, to: 2003-06-01 }}
kinds: {{ member: {{ about: one of them }} }}
facts:
  f: {{ args: {{ who: member }}, says: \"{{who}} has f\" }}
{facts}events: {{ go: {{ is: physical, says: it goes }}, turn: {{ is: physical, says: a turn }} }}
entities:
{entities}rules:
  coin: {{ for: {{ m: member }}, every: 1 year, if: not f(m), then: [ {{ chance: has(m), branches: {{ yes: {{ p: 0.3, then: [ start: f(m) ] }}, no: {{ p: rest }} }} }} ] }}
  turns: {{ every: 1 year, then: [ happen: turn ] }}
  base: {{ if: {base}, derive: d0 }}
  end: {{ on: turn, if: d{}, then: [ happen: go ] }}
{rules}outcomes: {{ o: {{ is: ever(go), says: it goes }} }}
",
            links - 1
        )
    };
    // The states of eight are kept as a table, those of three one by one.
    for (case, members, base, probability) in [
        ("table", 8, "f(m0) and f(m1)", "43.2 %"),
        ("apart", 3, "not (f(m0) and f(m1))", "91.0 %"),
        ("counted", 8, "count(m in member where f(m)) >= 7", "18.0 %"),
    ] {
        let folder = folder(case);
        fs::write(folder.join("a.yaml"), chain(members, base)).unwrap();
        let exact = ask(&folder, &["outcomes", "a.yaml"]).text;
        assert!(exact.contains("exact") && exact.contains(probability), "{exact}");
        ask(&folder, &["check", "a.yaml"]).read();
        ask(&folder, &["run", "a.yaml"]).read();
        let sampled = ["outcomes", "a.yaml", "--method", "sampled", "--runs", "20"];
        ask(&folder, &sampled).read();
        let fact = format!("d{}", links / 2);
        ask(&folder, &["why", "a.yaml", &fact]).read();
        ask(&folder, &["why", "a.yaml", "--not", &fact]).read();
        fs::remove_dir_all(folder).unwrap();
    }
}

#[test]
fn a_file_of_a_hundred_megabytes_is_refused_unread() {
    let text = HEAD.to_owned() + "note: \"" + &repeated("x", 100_000_000) + "\"\n";
    check("hundred", text).refused(&["E0101", "larger than 32 MB"]);
    let folder = folder("zero");
    ask(&folder, &["check", "/dev/zero"]).refused(&["E0101", "a pipe or a device"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn pipes_folders_and_circles_are_refused() {
    let folder = folder("pipe");
    let made = Command::new("mkfifo").arg(folder.join("pipe.yaml")).status();
    if made.is_ok_and(|status| status.success()) {
        ask(&folder, &["check", "pipe.yaml"]).refused(&[
            "E0101",
            "a pipe or a device",
            "save what comes out",
        ]);
        fs::write(folder.join("b.yaml"), "demarche: 1\nfrom: pipe.yaml\n").unwrap();
        ask(&folder, &["check", "b.yaml"]).refused(&["E0101", "--> b.yaml:2:7"]);
        fs::write(
            folder.join("c.yaml"),
            HEAD.to_owned() + "variants: { v: { file: pipe.yaml } }\n",
        )
        .unwrap();
        ask(&folder, &["check", "c.yaml"]).refused(&["E0101", "--> c.yaml:4:24"]);
    }
    ask(&folder, &["check", "."]).refused(&["E0101", "is a folder"]);
    fs::write(folder.join("self.yaml"), "demarche: 1\nfrom: ./self.yaml\n").unwrap();
    ask(&folder, &["check", "self.yaml"]).refused(&["E0203", "builds on itself"]);
    fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_million_rules_and_more_than_a_file_may_hold_are_refused() {
    let rules = many(300_000, |at| format!("  r{at}: {{ on: go(a), then: [] }}\n"));
    check("rules", format!("{STAGE}rules:\n{rules}")).refused(&["E0119", "600000 values", "split it"]);
    let list = format!("{HEAD}uses:\n{}", repeated("  - a\n", 700_000));
    check("list", list).refused(&["E0119", "600000 values"]);
}

#[test]
fn long_names_are_refused_or_shortened_in_messages() {
    let long = repeated("a", 1_000_000);
    check("key", format!("{HEAD}actors:\n  {long}: {{ kind: state }}\n")).refused(&[
        "E0119",
        "longer than the 1024 characters",
        "--> a.yaml:5:3",
    ]);
    let unknown = check(
        "unknown",
        format!("{STAGE}outcomes: {{ o: {{ is: \"{long}(b)\" }} }}\n"),
    );
    unknown.refused(&["E0501", "…`"]);
    assert!(unknown.text.len() < 5_000, "{} bytes", unknown.text.len());
    // The mend of a line is shown with the whole line, unless that is endless.
    let line = many(2_000, |at| format!("A{at}: {{ kind: bad }}, "));
    let line = check("line", format!("{HEAD}actors: {{ {line} }}\n"));
    line.refused(&["E0223", "`A0`"]);
    assert!(line.text.len() < 50_000, "{} bytes", line.text.len());
}

#[test]
fn ranges_that_explode_name_the_rule_and_its_bindings() {
    let states = many(200, |at| format!("  s{at}: {{ kind: state }}\n"));
    let stage = STAGE.replace(
        "actors: { a: { kind: state }, b: { kind: state } }",
        &format!("actors:\n{states}"),
    );
    let stage = stage.replace("(a)", "(s1)");
    let rule = "rules: { r: { on: go(a), for: { a: state, b: state, c: state, d: state }, then: [ start: calm(b) ] } }\n";
    check("bindings", stage.clone() + rule).refused(&[
        "E0801",
        "rule `r`",
        "too many bindings: 1000001 and more",
    ]);
    let inside = "calm(a) satisfy all(b in state where calm(b) satisfy all(c in state where calm(c) satisfy \
                  all(d in state where calm(d) satisfy m(a) + m(b) > m(c) + m(d))))";
    let condition = format!("invariants: {{ i: \"all(a in state where {inside})\" }}\n");
    check("parts", stage + &condition).refused(&["E0805"]);
}

#[test]
fn the_edges_of_the_calendar_are_errors_or_the_end() {
    for (case, from, code) in [
        ("before", "-9999-01-01", "E0304"),
        ("zero", "0000-01-01", "E0304"),
    ] {
        check(case, STAGE.replace("2024-01-01", from)).refused(&[code, "--> a.yaml:3:"]);
    }
    check("after", STAGE.replace("2024-12-31", "10000-01-01")).refused(&["E0321", "9999-12-31"]);
    let whole = STAGE
        .replace("2024-01-01", "0001-01-01")
        .replace("2024-12-31", "9999-12-31");
    let rule = |then: &str| format!("rules: {{ r: {{ on: go(a), then: [ {{ {then} }} ] }} }}\n");
    for (case, then) in [
        ("late", "happen: go(b), after: 9000 years"),
        ("later", "happen: go(b), after: 9000 years + 9000 years"),
        ("latest", "happen: go(b), after: never"),
        ("owed", "duty: go(b), of: a, within: 9999 years"),
    ] {
        asked(case, "run", whole.clone() + &rule(then)).read();
        asked(
            case,
            "outcomes",
            whole.clone() + &rule(then) + "outcomes: { o: { is: \"first(go(b))\" } }\n",
        )
        .read();
    }
    check(
        "long",
        whole.clone() + &rule("happen: go(b), after: 999999999999 years"),
    )
    .refused(&["E0305", "too long"]);
    let every = |text: &str| format!("rules: {{ r: {{ every: {text}, then: [ happen: go(b) ] }} }}\n");
    asked("rare", "run", whole.clone() + &every("9999 years")).read();
    check("often", whole + &every("0 days")).refused(&["E0601"]);
}

#[test]
fn a_run_too_long_to_be_told_says_so_and_is_counted_all_the_same() {
    let daily = STAGE
        .replace("2024-01-01", "0001-01-01")
        .replace("2024-12-31", "9999-12-31")
        + "rules: { r: { every: 1 day, then: [ happen: go(b) ] } }\noutcomes: { o: { is: times(go(b)) } }\n";
    asked("told", "run", &daily).refused(&["R0910", "rule `r`", "--> a.yaml:10:", "shorten the period"]);
    let owed = daily.replace(
        "happen: go(b) ] }",
        "{ duty: go(a), of: a, within: 9000 years } ] }, s: { when: calm(a), then: [ { happen: go(b), after: 9000 years } ] }",
    );
    asked("owed", "run", owed).refused(&[
        "R0910",
        "24496 duties and events are open at once",
        "rule `r`",
        "--> a.yaml:10:",
    ]);
}

#[test]
fn measures_stop_at_their_bounds_and_never_wrap() {
    let stage = STAGE.replace("to: 10", "to: 9223372036854");
    let rule = |effects: &str| format!("rules: {{ r: {{ on: go(a), then: [ {effects} ] }} }}\n");
    let claims = "expect: { top: \"at_end(m(a) == 9223372036854)\", bottom: \"at_end(m(b) == 0)\" }\n";
    let added = "{ add: m(a), by: 9223372036854 }, { add: m(a), by: 9223372036854 }, { add: m(b), by: -9223372036854 }";
    let said = asked("bounds", "test", stage.clone() + &rule(added) + claims);
    assert_eq!(said.code, 0, "{}", said.text);
    let product = rule("{ add: m(a), by: \"m(a) * 9223372036854 * 10\" }");
    asked("product", "run", stage + &product).refused(&["R0909", "leaves the range of numbers"]);
    check("declared", STAGE.replace("to: 10", "to: 9999999999999999999"))
        .refused(&["E0420", "too large for a measure"]);
}

#[test]
fn numbers_of_other_formats_are_refused_by_their_names() {
    let value = |text: &str| format!("{STAGE}assumptions: {{ x: {{ value: {text} }} }}\n");
    for text in ["1e400", "-1e400", "0x10", "0o17", "1_000"] {
        let named = format!("`{}`", text.trim_start_matches('-'));
        check("number", value(text)).refused(&["E0303", &named, "--> a.yaml:10:"]);
    }
    for text in [".nan", ".inf", "-.inf", "12:30:45"] {
        check("number", value(text)).refused(&["--> a.yaml:10:"]);
    }
    check("digits", value(&repeated("1", 100_000))).refused(&["E0303", "too large"]);
    check("decimals", value(&("0.".to_owned() + &repeated("1", 100_000)))).read();
    check("nothing", value("-0")).read();
    check("yes", format!("{STAGE}invariants: {{ i: yes }}\n")).refused(&["--> a.yaml:10:"]);
}

#[test]
fn bytes_that_are_no_text_are_refused_and_line_ends_of_all_kinds_are_read() {
    let with = |bytes: &[u8]| [STAGE.as_bytes(), bytes].concat();
    check("utf8", with(b"note: \xff\xfe\xc3\x28\n")).refused(&["E0102", "not UTF-8", "--> a.yaml:10:"]);
    check("nul", with(b"note: \"a\0b\"\n")).refused(&["E0102", "U+0000", "--> a.yaml:10:"]);
    check("nuls", vec![0; 1000]).refused(&["E0102"]);
    let wide: Vec<u8> = STAGE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("utf16", [b"\xff\xfe".as_slice(), &wide].concat()).refused(&["E0102", "UTF-16"]);
    check("utf16_bare", wide).refused(&["E0102"]);
    check("bom", [b"\xef\xbb\xbf", STAGE.as_bytes()].concat()).read();
    check("crlf", STAGE.replace('\n', "\r\n")).read();
    check("cr", STAGE.replace('\n', "\r")).read();
    check("twice", format!("{STAGE}title: again\n")).refused(&["E0113", "--> a.yaml:10:"]);
    check("documents", repeated("---\n", 100_000)).refused(&["E0117"]);
    check("blank", repeated("\n", 100_000)).refused(&["E0103"]);
}

#[test]
#[ignore = "tens of megabytes: cargo test --release --test hostile -- --include-ignored --test-threads 1"]
fn as_much_as_a_file_may_hold_is_read_within_a_gigabyte() {
    let megabytes = 1_000_000;
    for (case, text) in [
        (
            "scalar",
            format!("{HEAD}note: \"{}\"\n", repeated("x", 30 * megabytes)),
        ),
        (
            "plain",
            format!("{HEAD}note: {}\n", repeated("x y ", 7 * megabytes)),
        ),
        (
            "block",
            format!("{HEAD}note: |\n{}", repeated("  xxxxxxx\n", 3 * megabytes)),
        ),
        (
            "actors",
            format!(
                "{HEAD}actors:\n{}",
                many(110_000, |at| format!("  actor_{at}: {{ kind: state }}\n"))
            ),
        ),
        (
            "timeline",
            STAGE.replace(
                "timeline: { t: { on: 2024-02-01, happen: go(a) } }\n",
                &format!(
                    "timeline:\n{}",
                    many(90_000, |at| format!(
                        "  t{at}: {{ on: 2024-02-01, happen: go(a) }}\n"
                    ))
                ),
            ),
        ),
        (
            "outcomes",
            format!(
                "{STAGE}outcomes:\n{}",
                many(110_000, |at| format!("  o{at}: {{ is: \"ever(go(a))\" }}\n"))
            ),
        ),
        (
            "rules",
            format!(
                "{STAGE}rules:\n{}",
                many(40_000, |at| format!(
                    "  r{at}: {{ on: go(a), if: calm(a), then: [ happen: go(b) ] }}\n"
                ))
            ),
        ),
        (
            "invariants",
            format!(
                "{STAGE}invariants:\n{}",
                many(180_000, |at| format!("  i{at}: calm(a)\n"))
            ),
        ),
    ] {
        check(case, text).read();
    }
    for (case, text, code) in [
        (
            "texts",
            format!(
                "{HEAD}note: [{}]\n",
                repeated("\"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\", ", 590_000)
            ),
            "E0220",
        ),
        (
            "unknown",
            format!("{HEAD}uses:\n{}", repeated("  - a\n", 590_000)),
            "E0205",
        ),
        (
            "ids",
            format!(
                "{HEAD}actors:\n{}",
                many(140_000, |at| format!("  Bad-{at}: {{ kind: nope }}\n"))
            ),
            "E0223",
        ),
        ("nuls", repeated("\0", 30 * megabytes), "E0102"),
        ("blanks", repeated("\n", 30 * megabytes), "E0103"),
        (
            "sum",
            format!(
                "{STAGE}invariants: {{ i: \"{}x\" }}\n",
                repeated("x + ", 7 * megabytes)
            ),
            "E0311",
        ),
    ] {
        check(case, text).refused(&[code]);
    }
}

#[test]
#[ignore = "a million instances: cargo test --release --test hostile -- --include-ignored --test-threads 1"]
fn as_many_instances_as_allowed_are_told_within_a_gigabyte() {
    let states = many(900, |at| format!("  s{at}: {{ kind: state }}\n"));
    let stage = STAGE.replace(
        "actors: { a: { kind: state }, b: { kind: state } }",
        &format!("actors:\n{states}"),
    );
    let stage = stage.replace("(a)", "(s1)");
    let rule =
        "rules: { r: { on: go(a), for: { a: state, b: state, c: state }, then: [ start: calm(b) ] } }\n";
    asked("instances", "check", stage.clone() + rule).read();
    asked("instances", "run", stage + rule).refused(&["R0910", "rule `r`"]);
    let busy = many(40_000, |at| {
        format!("  r{at}: {{ on: go(a), if: calm(a), then: [ happen: go(b) ] }}\n")
    });
    asked("busy", "check", format!("{STAGE}rules:\n{busy}")).read();
}
