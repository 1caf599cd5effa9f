//! Sweeps: a row for each point, the same bytes however it was run.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use demarche::report::RowFormat;
use demarche::whatif::{Axis, Budget, Design, Row, Sweep, Wanted};
use demarche::{Scenario, Seed};

const TEXT: &str = "
demarche: 1
title: Two votes, and how long
period: { from: 2024-01-01, to: 2024-12-31 }
facts:
  passed: { args: { who: state } }
events:
  done: { is: physical }
actors:
  north: { kind: state }
  south: { kind: state }
assumptions:
  hope(north): { value: 0.5, range: [0, 1], why: none }
  hope(south): { value: 0.25, range: [0.1, 0.4], shape: triangular, why: none }
  wait: { value: 2 months, range: [1 month, 5 months], why: none }
  needed: { value: 1, range: [0, 3], why: none }
  bare: { value: 0.5, why: none }
  fervour: { value: 0, range: [0, 1], why: none }
timeline:
  go: { on: 2024-01-02, happen: done }
rules:
  vote:
    for: { a: state }
    on: done
    then:
      - chance: vote(a)
        branches:
          yes: { p: hope(a) + fervour * count(b in state where passed(b)), then: [{ start: passed(a) }] }
          no: { p: rest }
  again:
    every: wait
    if: count(a in state where passed(a)) >= needed
    then: [{ happen: done }]
outcomes:
  both: { is: at_end(passed(north)) and at_end(passed(south)) }
  passed: { is: count(a in state where at_end(passed(a))) }
  first_time: { is: first(done) }
";

fn scenario() -> Scenario {
    Scenario::from_text("votes.yaml", TEXT).unwrap_or_else(|error| panic!("{error}"))
}

fn plan(over: &[&str], design: Design) -> Sweep {
    Sweep {
        axes: over
            .iter()
            .map(|text| Axis::parse(text).unwrap_or_else(|error| panic!("{error}")))
            .collect(),
        design,
        outcomes: Vec::new(),
    }
}

fn rows(over: &[&str], design: Design, budget: &Budget) -> Vec<Row> {
    let scenario = scenario();
    let sweep = scenario
        .sweep(&plan(over, design), budget)
        .unwrap_or_else(|error| panic!("{error}"));
    let mut rows = Vec::new();
    sweep
        .rows(0, &mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(rows.len(), sweep.points());
    rows
}

fn values(row: &Row) -> Vec<&str> {
    row.settings
        .iter()
        .map(|setting| setting.value.as_str())
        .collect()
}

fn refused(over: &[&str], design: Design) -> String {
    let axes = over
        .iter()
        .map(|text| Axis::parse(text))
        .collect::<Result<Vec<_>, _>>();
    let axes = match axes {
        Ok(axes) => axes,
        Err(error) => return error.to_string(),
    };
    let plan = Sweep {
        axes,
        design,
        outcomes: Vec::new(),
    };
    scenario()
        .sweep(&plan, &Budget::default())
        .map(|_| ())
        .unwrap_err()
        .to_string()
}

#[test]
fn a_grid_has_every_value_with_every_other_and_the_exact_figures() {
    let over = ["hope(north)=0.25..0.75:3", "needed=3", "hope(south)=0.1,0.4"];
    let rows = rows(&over, Design::Grid, &Budget::default());
    let settings: Vec<Vec<&str>> = rows.iter().map(values).collect();
    assert_eq!(
        settings,
        [
            ["0.25", "3", "0.1"],
            ["0.25", "3", "0.4"],
            ["0.5", "3", "0.1"],
            ["0.5", "3", "0.4"],
            ["0.75", "3", "0.1"],
            ["0.75", "3", "0.4"]
        ]
    );
    for row in rows {
        let (north, south): (f64, f64) = (
            row.settings[0].value.parse().unwrap(),
            row.settings[2].value.parse().unwrap(),
        );
        assert!(row.exact);
        assert!(
            (row.figures[0].value.value - north * south).abs() < 1e-12,
            "{row:?}"
        );
        assert!(
            (row.figures[1].value.value - north - south).abs() < 1e-12,
            "{row:?}"
        );
        assert_eq!(row.figures[2].median.unwrap().to_string(), "2024-01-02");
    }
}

#[test]
fn a_name_alone_takes_the_declared_range() {
    let of = |over: &str| -> Vec<String> {
        rows(&[over], Design::Grid, &Budget::default())
            .iter()
            .map(|row| row.settings[0].value.clone())
            .collect()
    };
    assert_eq!(of("hope(south):4"), ["0.1", "0.2", "0.3", "0.4"]);
    assert_eq!(
        of("wait"),
        ["1 month", "2 months", "3 months", "4 months", "5 months"]
    );
    // Written whole, so whole it stays: five steps from 0 to 3 are four values.
    assert_eq!(of("needed"), ["0", "1", "2", "3"]);
}

#[test]
fn drawn_designs_follow_the_shape_and_cover_the_range_evenly() {
    let designs = [
        Design::LatinHypercube { points: 32 },
        Design::Sobol { points: 32 },
    ];
    for design in designs {
        let rows = rows(
            &["hope(north)", "hope(south)", "needed"],
            design,
            &Budget::default(),
        );
        let column = |at: usize| -> Vec<f64> {
            let mut all: Vec<f64> = rows
                .iter()
                .map(|row| row.settings[at].value.parse().unwrap())
                .collect();
            all.sort_by(f64::total_cmp);
            all
        };
        let north = column(0);
        assert!(
            north
                .iter()
                .enumerate()
                .all(|(i, x)| (x * 32.0 - i as f64 - 0.5).abs() <= 0.501),
            "{design:?} {north:?}"
        );
        // Triangular on [0.1, 0.4] about 0.25: half of the mass within 0.0439 of the middle.
        let south = column(1);
        assert!(
            (south[8] - 0.25 + 0.0439).abs() < 0.01 && (south[24] - 0.25 - 0.0439).abs() < 0.01,
            "{south:?}"
        );
        let needed = column(2);
        assert_eq!(
            (needed[7], needed[8], needed[31]),
            (0.0, 1.0, 3.0),
            "each of four values is equally likely"
        );
    }
}

#[test]
fn the_same_rows_come_from_any_number_of_threads() {
    let budget = Budget {
        wanted: Wanted::Sampled,
        runs: 500,
        seed: Seed(7),
        ..Budget::default()
    };
    let of = |threads| {
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        let rows = pool.install(|| {
            rows(
                &["hope(north)", "hope(south)"],
                Design::Sobol { points: 9 },
                &budget,
            )
        });
        rows.iter().map(|row| RowFormat::Csv.row(row)).collect::<String>()
    };
    let one = of(1);
    assert_eq!(one, of(4));
    assert_eq!(one.lines().count(), 9);
    assert!(one.lines().all(|line| line.contains(",sampled,")), "{one}");
}

#[test]
fn a_sweep_whose_first_point_cannot_be_counted_out_samples_every_point() {
    let budget = Budget {
        steps: 0,
        runs: 100,
        ..Budget::default()
    };
    let scenario = scenario();
    let sweep = scenario
        .sweep(&plan(&["hope(north):2"], Design::Grid), &budget)
        .unwrap();
    let method = &sweep.header().method;
    assert!(
        method.starts_with("sampled, 100 runs each, with 95 % intervals, because the states"),
        "{method}"
    );
    assert!(!sweep.row(1).unwrap().exact);
}

#[test]
fn what_makes_no_sense_is_said_before_anything_runs() {
    let said = |over: &[&str], design, words: &str| {
        let message = refused(over, design);
        assert!(message.contains(words), "{over:?}: {message}");
    };
    said(&["hop(north)"], Design::Grid, "did you mean `hope(north)`?");
    said(
        &["hope(north)=0.5..0.5"],
        Design::Grid,
        "its ends are equal: it is empty",
    );
    said(
        &["hope(north)=0.7..0.5"],
        Design::Grid,
        "the low end comes first: `0.5..0.7`",
    );
    said(
        &["wait=30 days..2 months"],
        Design::Grid,
        "both ends must be of one sort",
    );
    said(
        &["wait=1 month..5 monhts"],
        Design::Grid,
        "did you mean `months`?",
    );
    said(
        &["bare"],
        Design::Grid,
        "`bare` is 0.5 and has no range to move in",
    );
    said(
        &["period.to"],
        Design::Grid,
        "is no assumption and declares no range",
    );
    said(&["hope(north):0"], Design::Grid, "in 0 steps has no values");
    said(
        &["hope(north)"],
        Design::Sobol { points: 0 },
        "a design of 0 points",
    );
    said(
        &["hope(north)"],
        Design::LatinHypercube { points: 0 },
        "a design of 0 points",
    );
    said(
        &["hope(north)"],
        Design::Sobol { points: 100_000 },
        "more than the 65536",
    );
    said(
        &["hope(north):1000", "hope(south):1000", "wait:5"],
        Design::Grid,
        "the grid has more than 1000000 points",
    );
    said(&[], Design::Grid, "nothing to sweep over");
    said(
        &["hope(north)=0.1,,0.2"],
        Design::Grid,
        "a value of `hope(north)` is empty",
    );
    said(&["hope(north)=0.1,0.1"], Design::Grid, "`0.1` stands twice");
    said(
        &["hope(north)=0.1,5 days"],
        Design::Grid,
        "`hope(north)` is a number, and `5 days` is a duration in days",
    );
    said(
        &["hope(north)", "hope(north)=0.1,0.2"],
        Design::Grid,
        "is set twice",
    );
    said(
        &["actors.north.kind=state,stat"],
        Design::Grid,
        "under actors.north.kind = stat:",
    );
}

#[test]
fn a_run_that_fails_names_its_settings() {
    let scenario = scenario();
    let plan = plan(&["fervour=0,1"], Design::Grid);
    let sweep = scenario
        .sweep(&plan, &Budget::default())
        .unwrap_or_else(|error| panic!("{error}"));
    let mut seen = 0;
    let error = sweep
        .rows(0, &mut |_| {
            seen += 1;
            ControlFlow::Continue(())
        })
        .unwrap_err()
        .to_string();
    assert_eq!(seen, 1, "the row before is handed over");
    assert!(
        error.starts_with("under fervour = 1:\n") && error.contains("1.5"),
        "{error}"
    );
}

/// A folder of its own.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path =
            PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("sweep-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        std::fs::write(path.join("votes.yaml"), TEXT).unwrap();
        Folder(path)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_demarche"));
        command
            .current_dir(&self.0)
            .args(["sweep", "votes.yaml"])
            .args(args)
            .output()
            .unwrap()
    }

    fn fine(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(
            output.status.code(),
            Some(0),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        assert_eq!(
            String::from_utf8_lossy(&output.stderr),
            "",
            "no progress bar where nobody sees it"
        );
        String::from_utf8(output.stdout).unwrap()
    }

    fn refused(&self, args: &[&str]) -> String {
        let output = self.run(args);
        assert_eq!(
            output.status.code(),
            Some(2),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        String::from_utf8(output.stderr).unwrap()
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn read(path: &Path) -> Vec<u8> {
    std::fs::read(path).unwrap()
}

#[test]
fn a_sweep_that_was_broken_off_goes_on_to_the_same_bytes() {
    let folder = Folder::new("broken");
    for name in ["whole.csv", "whole.jsonl"] {
        let args = [
            "--over",
            "hope(north):3",
            "--over",
            "wait=1 month,3 months",
            "--method",
            "sampled",
            "--runs",
            "50",
        ];
        let told = folder.fine(&[&args[..], &["--out", name]].concat());
        assert_eq!(told, format!("6 points in {name}\n"));
        let whole = read(&folder.file(name));
        let part = name.replace("whole", "part");
        // Wherever it breaks off: in the header, at its end, within a row, after a row, at the end.
        let header = whole.len()
            - whole
                .split_inclusive(|b| *b == b'\n')
                .rev()
                .take(6)
                .map(<[u8]>::len)
                .sum::<usize>();
        let places = [10, header, header + 5, whole.len() - 1];
        for at in if part.ends_with("csv") {
            &places[..]
        } else {
            &places[2..3]
        } {
            let at = *at;
            std::fs::write(folder.file(&part), &whole[..at]).unwrap();
            folder.fine(&[&args[..], &["--out", &part]].concat());
            assert!(read(&folder.file(&part)) == whole, "{part} broken off at {at}");
        }
        let told = folder.fine(&[&args[..], &["--out", &part]].concat());
        assert_eq!(told, format!("6 points in {part}, 6 of them were there\n"));
    }
}

#[test]
fn a_file_of_another_sweep_is_refused_and_left_as_it_is() {
    let folder = Folder::new("another");
    let args = ["--over", "hope(north):3", "--out", "a.csv"];
    folder.fine(&args);
    let before = read(&folder.file("a.csv"));
    let message = folder.refused(&["--over", "hope(north):4", "--out", "a.csv"]);
    insta::assert_snapshot!(message);
    let message = folder.refused(&[&args[..], &["--seed", "2"]].concat());
    assert!(
        message.contains("`# seed: 1`") && message.contains("`# seed: 2`"),
        "{message}"
    );
    std::fs::write(
        folder.file("votes.yaml"),
        TEXT.replace("value: 0.25", "value: 0.3"),
    )
    .unwrap();
    assert!(folder.refused(&args).contains("`# document: "));
    assert_eq!(read(&folder.file("a.csv")), before);
    // The same thing said in other words is the same scenario.
    std::fs::write(folder.file("votes.yaml"), format!("# a remark\n{TEXT}")).unwrap();
    folder.fine(&args);
    std::fs::write(folder.file("a.csv"), "my,own,data\n").unwrap();
    folder.refused(&args);
    assert_eq!(read(&folder.file("a.csv")), b"my,own,data\n");
    let mut torn = before.clone();
    torn.extend_from_slice(b"3,0.5,exact,1\n");
    std::fs::write(folder.file("a.csv"), &torn).unwrap();
    std::fs::write(folder.file("votes.yaml"), TEXT).unwrap();
    assert!(
        folder
            .refused(&args)
            .contains("is one more than the sweep has points")
    );
    assert_eq!(read(&folder.file("a.csv")), torn);
    assert!(
        folder
            .refused(&["--over", "wait", "--out", "a.txt"])
            .contains("neither in `.csv` nor in `.jsonl`")
    );
}

#[test]
fn rows_go_to_standard_output_as_csv_or_as_json_lines() {
    let folder = Folder::new("stdout");
    let args = [
        "--over",
        "hope(north)=0,1",
        "--over",
        "wait=1 month,3 months",
        "--outcome",
        "passed",
        "--outcome",
        "first_time",
    ];
    // The hash is of the vocabulary, too, which grows.
    let hidden = |line: &str| match line.strip_prefix("# document: ") {
        Some(hash) => format!("# document: {} digits\n", hash.len()),
        None => format!("{line}\n"),
    };
    let csv = folder.fine(&args);
    insta::assert_snapshot!(csv.lines().map(hidden).collect::<String>());
    let lines = folder.fine(&[&args[..], &["--format", "json"]].concat());
    let lines: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0]["scenario"], "votes.yaml");
    assert_eq!(
        lines[3]["settings"],
        serde_json::json!({ "hope(north)": 1, "wait": "1 month" })
    );
    assert_eq!(lines[3]["outcomes"]["first_time"]["median"], "2024-01-02");
    assert!(
        folder
            .refused(&["--over", "wait", "--outcome", "bth"])
            .contains("did you mean `both`?")
    );
}
