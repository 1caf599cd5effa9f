//! What is told of tests. Serialised as it stands: the names of fields are what programs read.

use serde::Serialize;
use serde_json::Value;

use super::covered::Coverage;
use crate::program::Compiled;
use crate::report::Story;
use crate::report::outcomes::share;
use crate::report::words::{count, written};
use crate::whatif::{Answer, Extent, Invariants, Judgement, Method, Reachable, RuleCoverage, Trial, Tried};

/// Whether a line of a scenario holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LineStatus {
    /// It does.
    Holds,
    /// A sample leaves it open, or what it speaks of never happens.
    Open,
    /// It does not.
    Fails,
}

/// A line of `expect:` or `invariants:`, tested.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TriedLine {
    /// Its id.
    pub id: String,
    /// As written.
    pub text: String,
    /// Why the author expects it.
    pub why: Option<String>,
    /// Whether it holds.
    pub status: LineStatus,
    /// How often it is so, or where it is not, in words.
    pub detail: String,
    /// The shortest story that breaks it, in lines; of invariants in all reachable states.
    pub story: Option<String>,
}

/// A scenario or one of its variants, tested.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct WorldTrial {
    /// The variant; none for the scenario itself.
    pub variant: Option<String>,
    /// What it calls itself.
    pub title: String,
    /// What it expects.
    pub expectations: Vec<TriedLine>,
    /// What it says must always hold.
    pub invariants: Vec<TriedLine>,
    /// How the expectations were counted.
    pub method: Option<Method>,
    /// In how many states the invariants were looked at.
    pub states: Option<usize>,
    /// Whether these are all that can be reached.
    pub exhaustive: Option<bool>,
    /// How far the look at the states came, in words.
    pub extent: Option<String>,
}

/// A file, tested.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FileTrial {
    /// Its path.
    pub file: String,
    /// The scenario and those of its variants that are written in the file.
    pub worlds: Vec<WorldTrial>,
    /// Why it could not be tested, for programs.
    pub errors: Option<Value>,
    /// The same for people.
    #[serde(skip)]
    pub error_text: String,
}

/// Files, tested.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Trials {
    /// In the order in which they were tested.
    pub files: Vec<FileTrial>,
    /// What was seen of the rules, if that was asked for.
    pub coverage: Option<Coverage>,
}

impl WorldTrial {
    /// Puts a test in words.
    pub fn of(compiled: &Compiled, variant: Option<&str>, trial: &Trial<'_>) -> WorldTrial {
        let expected = |tried: &Tried| expectation(tried, trial.how.as_ref());
        let extent = trial.invariants.as_ref().map(extent);
        let reachable = trial.invariants.as_ref().map(|found| &found.reachable);
        WorldTrial {
            variant: variant.map(str::to_owned),
            title: compiled.title().to_owned(),
            expectations: trial.expectations.iter().map(expected).collect(),
            invariants: trial
                .invariants
                .as_ref()
                .map_or_else(Vec::new, |found| invariants(compiled, found)),
            method: trial.how.clone(),
            states: reachable.map(|found| found.states),
            exhaustive: reachable.map(|found| found.extent == Extent::Complete),
            extent,
        }
    }

    /// All its lines.
    pub fn lines(&self) -> impl Iterator<Item = &TriedLine> {
        self.expectations.iter().chain(&self.invariants)
    }
}

impl FileTrial {
    /// Whether it could be tested and nothing failed.
    pub fn passed(&self) -> bool {
        self.errors.is_none() && !self.failed()
    }

    /// Whether anything in it failed.
    pub fn failed(&self) -> bool {
        self.lines().any(|line| line.status == LineStatus::Fails)
    }

    pub(super) fn lines(&self) -> impl Iterator<Item = &TriedLine> {
        self.worlds.iter().flat_map(WorldTrial::lines)
    }
}

impl Trials {
    /// Whether any file could not be tested.
    pub fn wrong(&self) -> bool {
        self.files.iter().any(|file| file.errors.is_some())
    }

    /// Whether anything failed.
    pub fn failed(&self) -> bool {
        self.files.iter().any(FileTrial::failed)
    }

    /// Adds what was seen of the rules of one scenario.
    pub fn cover(&mut self, rules: &[RuleCoverage]) {
        self.coverage.get_or_insert_default().add(rules);
    }
}

fn expectation(tried: &Tried, how: Option<&Method>) -> TriedLine {
    let expected = &tried.expected;
    let status = match expected.verdict {
        Judgement::Holds => LineStatus::Holds,
        Judgement::Fails => LineStatus::Fails,
        Judgement::CannotTell | Judgement::NeverHappens => LineStatus::Open,
    };
    let sampled = match how {
        Some(Method::Sampled { runs, .. }) => Some(*runs),
        _ => None,
    };
    let mut detail = match (tried.each_run, status, expected.figures.first()) {
        (_, LineStatus::Holds, None) => "whoever chooses what".to_owned(),
        (_, _, None) => "not under every strategy of those who choose".to_owned(),
        (true, LineStatus::Holds, _) => match sampled {
            Some(runs) => format!("in each of {runs} sampled runs"),
            None => "in every run".to_owned(),
        },
        (true, _, Some(Answer { p: Some(p), .. })) if p.value <= 0.0 && sampled.is_none() => {
            "in no run".to_owned()
        }
        (true, _, Some(Answer { p: Some(p), .. })) => format!("only in {} of the runs", share(p)),
        _ => {
            let figures = expected.figures.iter().map(|answer| match &answer.p {
                Some(p) => share(p),
                None => "its condition never happens".to_owned(),
            });
            figures.collect::<Vec<_>>().join(", ")
        }
    };
    match expected.verdict {
        Judgement::CannotTell => detail += "; the sample cannot tell",
        Judgement::NeverHappens => detail += "; it speaks of what never happens",
        Judgement::Holds | Judgement::Fails => {}
    }
    if let Some(number) = tried.fails_in {
        detail += &format!("; not in run {}", number.0);
    }
    TriedLine {
        id: expected.id.clone(),
        text: written(&expected.text),
        why: expected.why.clone(),
        status,
        detail,
        story: None,
    }
}

fn extent(found: &Invariants<'_>) -> String {
    let states = count(found.reachable.states, "state");
    match found.reachable.extent {
        Extent::Complete => format!("all reachable states, {states}"),
        Extent::Fewer(settlements) => {
            let stories = match settlements {
                0 | 1 => "not all that can be reached".to_owned(),
                few => format!(
                    "every story with fewer than {few} settlements of chance and choice, and not all that can be reached"
                ),
            };
            let runs = match &found.sampled {
                Some(sampled) if sampled.runs > 0 => format!("; besides, {} sampled runs", sampled.runs),
                _ => "; no runs could be sampled, for a choice has no default".to_owned(),
            };
            format!("{states}: {stories}{runs}")
        }
    }
}

fn invariants(compiled: &Compiled, found: &Invariants<'_>) -> Vec<TriedLine> {
    let claims = compiled.invariants().iter().enumerate();
    let line = |(place, claim): (usize, &crate::model::Claim)| {
        let (status, detail, story) = verdict(place, found);
        TriedLine {
            id: claim.name.clone(),
            text: written(&claim.text),
            why: claim.why.clone(),
            status,
            detail,
            story,
        }
    };
    claims.map(line).collect()
}

fn verdict(place: usize, found: &Invariants<'_>) -> (LineStatus, String, Option<String>) {
    let reachable: &Reachable<'_> = &found.reachable;
    if let Some(witness) = reachable.broken.iter().find(|witness| witness.invariant == place) {
        let settled = match witness.settlements {
            0 => "whatever is drawn and chosen".to_owned(),
            some => format!("after {} of chance or choice", count(some as usize, "settlement")),
        };
        let story = Story::of(&witness.run).happenings_text();
        return (
            LineStatus::Fails,
            format!("broken on {}, {settled}", witness.day),
            Some(story),
        );
    }
    let sampled = found.sampled.as_ref();
    if let Some((_, number, day)) = sampled.and_then(|runs| runs.broken.iter().find(|(at, ..)| *at == place))
    {
        return (
            LineStatus::Fails,
            format!("broken in run {} on {day}", number.0),
            None,
        );
    }
    let detail = match reachable.extent {
        Extent::Complete => "in all reachable states".to_owned(),
        Extent::Fewer(_) => "as far as was looked".to_owned(),
    };
    (LineStatus::Holds, detail, None)
}
