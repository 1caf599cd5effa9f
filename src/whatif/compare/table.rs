//! The comparison: figures side by side, differences to the base, reasons.

use serde::Serialize;

use crate::engine::Seed;
use crate::program::Compiled;
use crate::whatif::estimate::difference;
use crate::whatif::{Budget, Estimate, Law, Method, Outcomes};

use super::alternative::{Alternative, positions};
use super::edits::{Edit, edits};
use super::error::CompareError;
use super::groups::{Reasons, reasons};
use super::pairs::{PairedSample, pairs};
use super::tally::Shift;

/// Two scenarios or more, side by side; the first is the base.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// The scenarios, the base first.
    pub scenarios: Vec<ScenarioColumn>,
    /// How many runs were compared in pairs.
    pub runs: u64,
    /// Under which seed.
    pub seed: u64,
    /// The outcomes, in the order of the base; then what only others have.
    pub outcomes: Vec<OutcomeRow>,
    /// How many of its positions each actor sees met at the end.
    pub positions: Vec<PositionRow>,
    /// Each other scenario against the base.
    pub against: Vec<Against>,
}

/// One scenario of a comparison.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ScenarioColumn {
    /// How the comparison calls it.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How its figures were found.
    #[serde(flatten)]
    pub how: Method,
}

/// One outcome in all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OutcomeRow {
    /// Its id.
    pub id: String,
    /// Its words.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// Its law in each scenario; none where there is no such outcome.
    pub laws: Vec<Option<Law>>,
}

/// The positions of one actor in all scenarios.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PositionRow {
    /// The actor's id.
    pub actor: String,
    /// How texts call it.
    pub name: String,
    /// In each scenario; none where it has no positions.
    pub met: Vec<Option<MetPositions>>,
}

/// How many positions of an actor are met. A count, never a weighted sum: how much one is worth beside another, only the
/// actor could say.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct MetPositions {
    /// How many are met at the end, on average.
    pub met: f64,
    /// Of how many.
    pub of: usize,
    /// Each with how likely it is met, the weightiest first.
    pub each: Vec<(String, Estimate)>,
}

/// One scenario against the base.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Against {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What is written otherwise.
    pub edits: Vec<Edit>,
    /// The differences of the outcomes that both have.
    pub differences: Vec<Difference>,
    /// The same runs in both worlds.
    pub pairs: PairedSample,
    /// Why runs changed.
    pub reasons: Reasons,
}

/// The difference of one outcome, the variant less the base.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// The outcome's id.
    pub id: String,
    /// Its words.
    pub says: Option<String>,
    /// Its unit, as written.
    pub unit: Option<String>,
    /// Exactly, where both figures are exact: of probabilities, of means, of the probabilities that a date comes.
    pub exact: Option<f64>,
    /// Paired runs in which it changed.
    pub changed: u64,
    /// How, over the paired runs.
    #[serde(flatten)]
    pub shift: Shift,
}

impl Difference {
    /// The difference, exact where it can be.
    pub fn best(&self) -> Estimate {
        match self.exact {
            Some(exact) => Estimate::exact(exact),
            None => self.shift.difference(),
        }
    }
}

/// What a comparison is doing, for those who show it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress<'a> {
    /// It compares runs in pairs: so many runs, over all worlds.
    Pairs(u64),
    /// It looks for the figures of a scenario.
    Figures(&'a str),
    /// It replays changed runs: so many, over both worlds.
    Reasons(&'a str, u64),
    /// So many more runs are done.
    Ran(u64),
}

impl Compiled {
    /// Holds other scenarios against this one, with [`Budget::runs`] paired runs each. For progress, and to give the
    /// scenarios names of one's own, see [`compare`].
    ///
    /// ```
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// use demarche::whatif::Budget;
    ///
    /// let base = demarche::Scenario::open("scenarios/bench/guarantors_9.yaml")?.compile()?;
    /// let ten = base.variant("ten")?;
    /// let comparison = base.compare(&[&ten], &Budget { runs: 100, ..Budget::default() })?;
    /// let edits = &comparison.against[0].edits;
    /// assert_eq!(edits[0].text, "treaty parties: with willow");
    /// println!("{comparison}");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`compare`].
    pub fn compare(&self, others: &[&Compiled], budget: &Budget) -> Result<Comparison, CompareError> {
        let ids: Vec<String> = (1..=others.len())
            .map(|number| format!("variant {number}"))
            .collect();
        let mut all = vec![Alternative::new("base", self)];
        all.extend(
            ids.iter()
                .zip(others)
                .map(|(id, other)| Alternative::new(id, other)),
        );
        compare(&all, budget, &|_| {})
    }
}

/// Compares scenarios; the first is the base.
///
/// Figures are exact where they can be, and so are then their differences. Beside them `budget.runs` runs are always made in
/// every world with the same seed and numbers: they tell which runs changed and why.
///
/// # Errors
///
/// Before anything is run: fewer than two scenarios, no runs, no outcome in common with the base, a choice that nobody
/// settles. Afterwards: a run that fails, with the name of the world in which it does.
pub fn compare(
    scenarios: &[Alternative<'_>],
    budget: &Budget,
    progress: &(dyn Fn(Progress<'_>) + Sync),
) -> Result<Comparison, CompareError> {
    let (base, others) = match scenarios.split_first() {
        Some((base, others)) if !others.is_empty() => (*base, others),
        _ => return Err(CompareError::Alone),
    };
    let worlds = u64::try_from(scenarios.len()).unwrap_or(u64::MAX);
    progress(Progress::Pairs(budget.runs.saturating_mul(worlds)));
    let ran = |runs| progress(Progress::Ran(runs));
    let samples = pairs(base, others, budget.seed, budget.runs, &ran)?;
    let mut figures = Vec::new();
    for side in scenarios {
        progress(Progress::Figures(side.id));
        figures.push(
            side.compiled
                .outcomes(budget)
                .map_err(|error| side.failed(error))?,
        );
    }
    let mut against = Vec::new();
    for ((side, sample), outcomes) in others.iter().zip(samples).zip(figures.iter().skip(1)) {
        let replays = u64::try_from(sample.first_changed.len()).unwrap_or(u64::MAX);
        progress(Progress::Reasons(side.id, replays.saturating_mul(2)));
        against.push(Against {
            id: side.id.to_owned(),
            title: side.compiled.title().to_owned(),
            edits: edits(base.compiled, side.compiled),
            differences: figures
                .first()
                .map(|base| differences(base, outcomes, &sample))
                .unwrap_or_default(),
            reasons: reasons(base, *side, Seed(sample.seed), &sample.first_changed, &ran)?,
            pairs: sample,
        });
    }
    Ok(Comparison {
        scenarios: scenarios
            .iter()
            .zip(&figures)
            .map(|(side, outcomes)| ScenarioColumn {
                id: side.id.to_owned(),
                title: outcomes.title.clone(),
                how: outcomes.how.clone(),
            })
            .collect(),
        runs: budget.runs,
        seed: budget.seed.0,
        outcomes: rows(&figures),
        positions: met(scenarios, &figures),
        against,
    })
}

fn rows(figures: &[Outcomes]) -> Vec<OutcomeRow> {
    let mut rows: Vec<OutcomeRow> = Vec::new();
    for outcome in figures.iter().flat_map(|outcomes| &outcomes.outcomes) {
        if rows.iter().any(|row| row.id == outcome.id) {
            continue;
        }
        let law = |outcomes: &Outcomes| {
            let found = outcomes.outcomes.iter().find(|other| other.id == outcome.id)?;
            Some(found.law.clone())
        };
        rows.push(OutcomeRow {
            id: outcome.id.clone(),
            says: outcome.says.clone(),
            unit: outcome.unit.clone(),
            laws: figures.iter().map(law).collect(),
        });
    }
    rows
}

fn met(scenarios: &[Alternative<'_>], figures: &[Outcomes]) -> Vec<PositionRow> {
    let mut rows: Vec<PositionRow> = Vec::new();
    for (column, (side, outcomes)) in scenarios.iter().zip(figures).enumerate() {
        let model = side.compiled.model();
        for (actor, places) in positions(side.compiled) {
            let each: Vec<(String, Estimate)> = places
                .iter()
                .filter_map(|place| outcomes.positions.get(*place))
                .map(|(id, _, p)| (id.clone(), *p))
                .collect();
            let met = MetPositions {
                met: each.iter().fold(0.0, |sum, (_, p)| sum + p.value),
                of: each.len(),
                each,
            };
            let id = model.entity_id(actor);
            let at = rows.iter().position(|row| row.actor == id).unwrap_or_else(|| {
                rows.push(PositionRow {
                    actor: id.to_owned(),
                    name: model.describe(actor).to_owned(),
                    met: vec![None; scenarios.len()],
                });
                rows.len() - 1
            });
            if let Some(cell) = rows.get_mut(at).and_then(|row| row.met.get_mut(column)) {
                *cell = Some(met);
            }
        }
    }
    rows
}

fn differences(base: &Outcomes, variant: &Outcomes, sample: &PairedSample) -> Vec<Difference> {
    let both_exact = matches!(
        (&base.how, &variant.how),
        (Method::Exact { .. }, Method::Exact { .. })
    );
    let paired = sample.outcomes.iter();
    paired
        .filter_map(|paired| {
            let of = |outcomes: &Outcomes| outcomes.outcomes.iter().find(|one| one.id == paired.id).cloned();
            let (here, there) = (of(base)?, of(variant)?);
            let exact = both_exact.then(|| exact(&here.law, &there.law)).flatten();
            Some(Difference {
                id: here.id,
                says: here.says,
                unit: here.unit,
                exact,
                changed: paired.changed,
                shift: paired.shift,
            })
        })
        .collect()
}

fn exact(base: &Law, variant: &Law) -> Option<f64> {
    match (base, variant) {
        (Law::Truth { p: a }, Law::Truth { p: b })
        | (Law::Number { mean: a, .. }, Law::Number { mean: b, .. }) => Some(difference(b.value, a.value)),
        (Law::Date { never: a, .. }, Law::Date { never: b, .. }) => Some(difference(a.value, b.value)),
        _ => None,
    }
}
