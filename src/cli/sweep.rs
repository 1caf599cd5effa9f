//! `demarche sweep`: the outcomes at every point of a design.

use std::ops::ControlFlow;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::common::{MOST_RUNS, Sampling, Which};
use super::failure::Failure;
use super::output::Format;
use super::progress::Bar;
use super::sweep_file::SweepFile;
use super::{Ending, Output};
use crate::report::RowFormat;
use crate::whatif::{Axis, Design, PreparedSweep, Row, Sweep as Plan};

/// Work out the outcomes over ranges of assumptions and lists of any values, a row for each point
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche sweep scenarios/istanbul/deferral_ends.yaml --over 'reliability(_)=0.2..0.9:8' \\
      --outcome forces_sent
  demarche sweep scenarios/istanbul/baseline.yaml --over 'deferral_term=5 years,15 years,30 years' \\
      --over agreements.treaty.provisions.guarantee.duty=consult,assist,send_forces --out duty.csv
  demarche sweep scenarios/istanbul/baseline.yaml --over attack_hazard --over 'consent(usa)' \\
      --design sobol --points 64 --runs 20000 --out hazard.jsonl

What moves is an assumption by its name, or any value by the keys that lead to it. NAME alone takes the range that
the assumption declares. A grid divides a range evenly; the other designs follow its `shape:`, uniform where none is
written. Whole numbers stay whole, durations move in days or months.

The result is CSV, or JSON Lines with `--out FILE.jsonl` or `--format json`. With `--out` a sweep that was broken off
goes on where its file ends when the same command is given again.")]
pub struct Sweep {
    #[command(flatten)]
    which: Which,
    /// What moves: NAME, NAME:STEPS, NAME=LOW..HIGH[:STEPS] or NAME=VALUE,VALUE,...; may be given again
    #[arg(long, value_name = "AXIS", required = true)]
    over: Vec<String>,
    /// How points are laid over what moves
    #[arg(long, value_enum, default_value_t = Layout::Grid)]
    design: Layout,
    /// How many points a Latin hypercube or a Sobol sequence has [default: 64]
    #[arg(long, value_name = "N")]
    points: Option<usize>,
    /// Only this outcome; may be given again
    #[arg(long, value_name = "ID")]
    outcome: Vec<String>,
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs a sample has, at each point
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=MOST_RUNS))]
    runs: u64,
    /// The file to write to, `.csv` or `.jsonl`; it is continued if it holds the beginning of this very sweep
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Layout {
    /// Every value with every other
    Grid,
    /// A Latin hypercube
    Lhs,
    /// A scrambled Sobol sequence
    Sobol,
}

impl Sweep {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let format = self.row_format(output)?;
        let plan = Plan {
            axes: self
                .over
                .iter()
                .map(|text| Axis::parse(text))
                .collect::<Result<Vec<_>, _>>()?,
            design: self.layout()?,
            outcomes: self.outcome.clone(),
        };
        let scenario = self.which.open()?;
        let sweep = scenario.sweep(&plan, &self.sampling.budget(self.runs))?;
        let targets: Vec<&str> = sweep.axes().iter().map(|axis| axis.target.as_str()).collect();
        let file = self.which.file.display().to_string();
        let mut origin = vec![("scenario", file.as_str())];
        origin.extend(self.which.variant.as_deref().map(|id| ("variant", id)));
        let header = format.header(sweep.header(), &targets, &origin);
        match &self.out {
            Some(path) => {
                let mut file = SweepFile::open(path, &header, sweep.points(), &|point| {
                    format.begins(point, &sweep.settings(point))
                })?;
                let found = file.found();
                rows(&sweep, found, &mut |row| file.add(&format.row(row)))?;
                let told =
                    json!({ "out": path.display().to_string(), "points": sweep.points(), "found": found });
                output.result(&told, |_| {
                    let before = match found {
                        0 => String::new(),
                        found => format!(", {found} of them were there"),
                    };
                    format!("{} points in {}{before}\n", sweep.points(), path.display())
                })?;
            }
            None => {
                output.text(&header)?;
                rows(&sweep, 0, &mut |row| output.text(&format.row(row)))?;
            }
        }
        Ok(Ending::Fine)
    }

    fn layout(&self) -> Result<Design, Failure> {
        let points = self.points.unwrap_or(64);
        match self.design {
            Layout::Grid if self.points.is_some() => Err(Failure::said(
                "a grid has as many points as its values make; `--points` is for `--design lhs` and `sobol`",
            )),
            Layout::Grid => Ok(Design::Grid),
            Layout::Lhs => Ok(Design::LatinHypercube { points }),
            Layout::Sobol => Ok(Design::Sobol { points }),
        }
    }

    fn row_format(&self, output: &Output) -> Result<RowFormat, Failure> {
        let Some(path) = &self.out else {
            return Ok(match output.format {
                Format::Text => RowFormat::Csv,
                Format::Json => RowFormat::JsonLines,
            });
        };
        match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => Ok(RowFormat::Csv),
            Some("jsonl") => Ok(RowFormat::JsonLines),
            _ => Err(Failure::said(format!(
                "`{}` ends neither in `.csv` nor in `.jsonl`, so that it is not clear what to write",
                path.display()
            ))),
        }
    }
}

/// Works out the rows from number `from` on and hands them over.
fn rows(
    sweep: &PreparedSweep<'_>,
    from: usize,
    each: &mut dyn FnMut(&Row) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let bar = Bar::new();
    bar.begin("working out points", sweep.points() as u64);
    bar.skip(from as u64);
    let mut failed = None;
    sweep.rows(from, &mut |row| match each(&row) {
        Ok(()) => {
            bar.add(1);
            ControlFlow::Continue(())
        }
        Err(failure) => {
            failed = Some(failure);
            ControlFlow::Break(())
        }
    })?;
    failed.map_or(Ok(()), Err)
}
