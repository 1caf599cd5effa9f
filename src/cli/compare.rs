//! `demarche compare`: what changes between versions of one situation, and why.

use std::path::PathBuf;

use clap::Args;

use super::common::{MOST_RUNS, Sampling};
use super::failure::Failure;
use super::progress::Bar;
use super::{Ending, Output};
use crate::Scenario;
use crate::engine::{RunNumber, Seed};
use crate::program::Compiled;
use crate::whatif::{Alternative, CompareError, Counterfactual, Progress, compare};

/// Compare scenarios: figures side by side, differences to the first, and the reasons
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche compare scenarios/istanbul/baseline.yaml --all-variants
  demarche compare scenarios/istanbul/baseline.yaml --variant senate_refuses --variant without_russia
  demarche compare scenarios/istanbul/senate_refuses.yaml scenarios/istanbul/referendum_fails.yaml
  demarche compare scenarios/istanbul/baseline.yaml --variant senate_refuses --run 16

The first file is the base. Runs are compared in pairs: the same seed and number in both worlds. `--run N` shows one \
run in both: the counterfactual. The same seed gives the same figures on every machine and with any number of threads.")]
pub struct Compare {
    /// The scenarios, YAML files; the first is the base
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Compare with this variant of the first file; may be given several times
    #[arg(long, value_name = "ID")]
    variant: Vec<String>,
    /// Compare with all variants of the first file
    #[arg(long, conflicts_with = "variant")]
    all_variants: bool,
    /// Show this run in both worlds
    #[arg(long, value_name = "N", conflicts_with_all = ["runs", "method"])]
    run: Option<u64>,
    #[command(flatten)]
    sampling: Sampling,
    /// How many runs are compared in pairs; also the size of a sample
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u64).range(1..=MOST_RUNS))]
    runs: u64,
}

impl Compare {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let all = self.compiled()?;
        let sides: Vec<Alternative<'_>> = all
            .iter()
            .map(|(id, compiled)| Alternative::new(id, compiled))
            .collect();
        match self.run {
            Some(number) => self.one_run(&sides, number, output),
            None => self.all_runs(&sides, output),
        }
    }

    /// The scenarios under their names, the base first.
    fn compiled(&self) -> Result<Vec<(String, Compiled)>, Failure> {
        let mut all = Vec::new();
        let mut first = None;
        for file in &self.files {
            let scenario = Scenario::open(file)?;
            let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned());
            let path = file.display().to_string();
            let id = match stem {
                Some(stem) if !all.iter().any(|(other, _)| *other == stem) => stem,
                _ => path,
            };
            all.push((id, scenario.compile()?));
            first.get_or_insert(scenario);
        }
        let Some(base) = first else { return Ok(all) };
        let variants: Vec<String> = if self.all_variants {
            base.document().variant_ids().map(str::to_owned).collect()
        } else {
            self.variant.clone()
        };
        for id in variants {
            let compiled = base.variant(&id)?.compile()?;
            all.push((id, compiled));
        }
        if all.len() < 2 {
            return Err(CompareError::Alone.into());
        }
        Ok(all)
    }

    fn all_runs(&self, sides: &[Alternative<'_>], output: &Output) -> Result<Ending, Failure> {
        let budget = self.sampling.budget(self.runs);
        let bar = Bar::new();
        let comparison = compare(sides, &budget, &|progress| match progress {
            Progress::Pairs(runs) => bar.begin("comparing runs in pairs", runs),
            Progress::Figures(id) => bar.waits(&format!("finding the figures of `{id}`")),
            Progress::Reasons(id, runs) => bar.begin(&format!("looking for the reasons of `{id}`"), runs),
            Progress::Ran(runs) => bar.add(runs),
        });
        drop(bar);
        let comparison = comparison?;
        output.result(&comparison, |width| comparison.text(width))?;
        Ok(Ending::Fine)
    }

    fn one_run(&self, sides: &[Alternative<'_>], number: u64, output: &Output) -> Result<Ending, Failure> {
        let Some((base, others)) = sides.split_first() else {
            return Err(CompareError::Alone.into());
        };
        let told: Vec<Counterfactual> = others
            .iter()
            .map(|other| base.counterfactual(*other, Seed(self.sampling.seed), RunNumber(number)))
            .collect::<Result<_, _>>()?;
        output.result(&told, |width| {
            let texts: Vec<String> = told.iter().map(|both| both.text(width)).collect();
            texts.join("\n")
        })?;
        Ok(Ending::Fine)
    }
}
