//! `demarche test`: scenarios against what they say themselves.

use std::collections::BTreeSet;
use std::fs;
use std::io::IsTerminal as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::common::{MOST_RUNS, Sampling};
use super::failure::Failure;
use super::output::Format;
use super::progress::Bar;
use super::{Ending, Output};
use crate::Scenario;
use crate::document::Node;
use crate::report::{FileTrial, Trials, WorldTrial};
use crate::whatif::{Budget, RuleCoverage, TrialBudget};

/// Test scenarios against their own `expect:` and `invariants:`, with their variants
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche test scenarios/precedents/belgium_1914.yaml
  demarche test scenarios --junit tests.xml
  demarche test scenarios/istanbul/baseline.yaml --coverage
  demarche test my_talks.yaml --runs 50000 --states 500000

What is expected without `p` must hold in every run, choices falling as `fix:` or their defaults say; where a choice \
has neither, whoever chooses what. Invariants are looked at in \
every state that can be reached, whatever is drawn and whatever is chosen; if these are more than `--states`, in the nearest ones \
and in sampled runs, and the answer says so. Variants written in a file are tested with it; one in a file of its own is tested \
where that file is named. In a folder every `.yaml` file with a line `demarche:` is a scenario.

Exit code 1 means that something failed, 2 that a file could not be tested.")]
pub struct Test {
    /// Scenarios, and folders of them
    #[arg(required = true, value_name = "FILE_OR_FOLDER")]
    paths: Vec<PathBuf>,
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs a sample has
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=MOST_RUNS))]
    runs: u64,
    /// In how many states of one scenario invariants are looked at, at most
    #[arg(long, value_name = "N", default_value_t = 50_000)]
    states: usize,
    /// Also tells which rules never fired, and whose `if:` was never true or never false
    #[arg(long)]
    coverage: bool,
    /// Writes the results for a build server
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
}

impl Test {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let files = files(&self.paths)?;
        let default = TrialBudget::default();
        let sampling = self.sampling.budget(self.runs);
        let budget = TrialBudget {
            outcomes: Budget {
                wanted: sampling.wanted,
                runs: sampling.runs,
                seed: sampling.seed,
                ..default.outcomes
            },
            states: self.states,
            coverage: self.coverage,
        };
        let mut trials = Trials::default();
        let bar = Bar::new();
        for file in &files {
            bar.waits(&format!("testing {}", file.display()));
            let (trial, covered) = test(file, &budget, output);
            for rules in covered {
                trials.cover(&rules);
            }
            if output.format == Format::Text {
                bar.aside(|| output.text(&trial.line()))?;
            }
            trials.files.push(trial);
        }
        drop(bar);
        if let Some(path) = &self.junit {
            fs::write(path, trials.junit())
                .map_err(|error| Failure::said(format!("`{}` cannot be written: {error}", path.display())))?;
        }
        output.result(&trials, |width| trials.rest(width))?;
        Ok(match (trials.wrong(), trials.failed()) {
            (true, _) => Ending::Wrong,
            (false, true) => Ending::Unexpected,
            (false, false) => Ending::Fine,
        })
    }
}

/// A file with its variants.
fn test(file: &Path, budget: &TrialBudget, output: &Output) -> (FileTrial, Vec<Vec<RuleCoverage>>) {
    let mut told = FileTrial {
        file: file.display().to_string(),
        worlds: Vec::new(),
        errors: None,
        error_text: String::new(),
    };
    let mut covered = Vec::new();
    let tested = Scenario::open(file).map_err(Failure::from).and_then(|scenario| {
        world(&scenario, None, budget, &mut told, &mut covered)?;
        for id in written_here(&scenario) {
            world(
                &scenario.variant(&id)?,
                Some(&id),
                budget,
                &mut told,
                &mut covered,
            )?;
        }
        Ok(())
    });
    if let Err(failure) = tested {
        told.error_text = failure.text(output.options(std::io::stdout().is_terminal()));
        told.errors = failure.json().get("errors").cloned();
    }
    (told, covered)
}

fn world(
    scenario: &Scenario,
    variant: Option<&str>,
    budget: &TrialBudget,
    told: &mut FileTrial,
    covered: &mut Vec<Vec<RuleCoverage>>,
) -> Result<(), Failure> {
    let compiled = scenario.compile()?;
    let trial = compiled.trial(budget)?;
    told.worlds.push(WorldTrial::of(&compiled, variant, &trial));
    if budget.coverage {
        covered.push(trial.coverage);
    }
    Ok(())
}

/// The variants that are not in files of their own.
fn written_here(scenario: &Scenario) -> Vec<String> {
    let document = scenario.document();
    let variants = document.heading().get("variants").and_then(Node::as_map);
    let elsewhere = |id: &str| {
        let overlay = variants.and_then(|variants| variants.get(id));
        overlay
            .and_then(Node::as_map)
            .is_some_and(|map| map.get("file").is_some())
    };
    let ids = document.variant_ids().filter(|id| !elsewhere(id));
    ids.map(str::to_owned).collect()
}

/// The files that are named, and those in folders that are named, in order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Failure> {
    let mut found = Vec::new();
    for path in paths {
        if path.is_dir() {
            let before = found.len();
            walk(path, &mut found, &mut BTreeSet::new())?;
            if found.len() == before {
                return Err(Failure::said(format!(
                    "there are no scenarios in `{}`",
                    path.display()
                )));
            }
        } else {
            found.push(path.clone());
        }
    }
    let mut seen = BTreeSet::new();
    found.retain(|path| seen.insert(path.clone()));
    Ok(found)
}

/// Each folder once, by whatever links it is reached.
fn walk(folder: &Path, found: &mut Vec<PathBuf>, seen: &mut BTreeSet<PathBuf>) -> Result<(), Failure> {
    let unread =
        |error: std::io::Error| Failure::said(format!("`{}` cannot be read: {error}", folder.display()));
    if !seen.insert(fs::canonicalize(folder).map_err(unread)?) {
        return Ok(());
    }
    let mut inside: Vec<PathBuf> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        inside.push(entry.map_err(unread)?.path());
    }
    inside.sort();
    for path in inside {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or(".");
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            walk(&path, found, seen)?;
        } else if path.extension().is_some_and(|end| end == "yaml" || end == "yml") {
            // What is no UTF-8 is named, and refused in its own words.
            let is_scenario = match fs::read(&path) {
                Ok(bytes) => match std::str::from_utf8(&bytes) {
                    Ok(text) => text
                        .lines()
                        .any(|line| line.trim_start_matches('\u{feff}').starts_with("demarche:")),
                    Err(_) => true,
                },
                Err(_) => true,
            };
            if is_scenario {
                found.push(path);
            }
        }
    }
    Ok(())
}
