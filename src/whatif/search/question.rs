//! What is asked, checked before any run.

use serde::Serialize;

use super::error::SearchError;
use super::sets;
use super::{Reach, Search};
use crate::Scenario;
use crate::diagnostic::{Diagnostic, Diagnostics, suggest};
use crate::document::{Clash, Document, Node};
use crate::language::value::Fixed;
use crate::model::{Lever, OutcomeId, Type};
use crate::program::Compiled;
use crate::scenario::CompileError;

/// The most sets that are looked at.
const MOST_SETS: usize = 20_000;

/// A lever as reports tell of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LeverLine {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// The id of the actor who could pull it.
    pub by: Option<String>,
    /// That actor's name.
    pub by_name: Option<String>,
    /// What it costs.
    pub cost: Fixed,
}

/// A search that makes sense.
pub(super) struct Question<'s> {
    pub scenario: &'s Scenario,
    pub compiled: Compiled,
    pub outcome: OutcomeId,
    /// Whether the outcome is a statement; a number otherwise.
    pub truth: bool,
    /// By name.
    pub levers: Vec<LeverLine>,
    /// Pairs of levers, by their places, that set one thing to different values.
    pub clashes: Vec<([usize; 2], Clash)>,
    max_cost: Option<f64>,
}

impl<'s> Question<'s> {
    /// Checks everything that can be checked without a run. Each lever is pulled alone, so that a broken one is not taken for one that
    /// does not fit with others.
    pub fn ask(scenario: &'s Scenario, search: &Search) -> Result<Self, SearchError> {
        let compiled = scenario.compile()?;
        let mut out = Diagnostics::default();
        let outcome = outcome(&compiled, search, &mut out);
        let levers = levers(&compiled, search, &mut out);
        if !out.has_errors() {
            for lever in &levers {
                check(scenario, lever, &search.outcome, &mut out)?;
            }
        }
        let (Some((outcome, truth)), false) = (outcome, out.has_errors()) else {
            return Err(refuse(&compiled, out));
        };
        let mut lines: Vec<LeverLine> = levers.iter().map(|lever| line(&compiled, lever)).collect();
        lines.sort_by(|a, b| a.id.cmp(&b.id));
        let mut clashes = Vec::new();
        for (place, one) in lines.iter().enumerate() {
            for (other_place, other) in lines.iter().enumerate().skip(place + 1) {
                if let Some(clash) = scenario.document().clash(&one.id, &other.id)? {
                    clashes.push(([place, other_place], clash));
                }
            }
        }
        Ok(Question {
            scenario,
            compiled,
            outcome,
            truth,
            levers: lines,
            clashes,
            max_cost: search.max_cost,
        })
    }

    /// The place of a lever among all.
    pub fn place(&self, id: &str) -> Option<usize> {
        self.levers.iter().position(|lever| lever.id == id)
    }

    /// The names of a set.
    pub fn names(&self, set: &[usize]) -> Vec<String> {
        set.iter()
            .filter_map(|place| self.levers.get(*place))
            .map(|lever| lever.id.clone())
            .collect()
    }

    /// What a set costs.
    pub fn cost(&self, set: &[usize]) -> Fixed {
        let costs = set.iter().filter_map(|place| self.levers.get(*place));
        Fixed::checked_sum(costs.map(|lever| lever.cost)).unwrap_or(Fixed::MAX)
    }

    pub fn too_dear(&self, set: &[usize]) -> bool {
        self.max_cost.is_some_and(|most| self.cost(set).to_f64() > most)
    }
}

fn refuse(compiled: &Compiled, diagnostics: Diagnostics) -> SearchError {
    SearchError::Input(CompileError {
        sources: compiled.sources().clone(),
        diagnostics,
    })
}

fn line(compiled: &Compiled, lever: &Lever) -> LeverLine {
    LeverLine {
        id: lever.name.clone(),
        title: lever.title.clone(),
        by: lever.by.map(|actor| compiled.entity_id(actor).to_owned()),
        by_name: lever.by.map(|actor| compiled.describe(actor).to_owned()),
        cost: lever.cost,
    }
}

/// The outcome and whether it is a statement; also checks that the threshold is one for it.
fn outcome(compiled: &Compiled, search: &Search, out: &mut Diagnostics) -> Option<(OutcomeId, bool)> {
    let table = compiled.outcome_table();
    let id = &search.outcome;
    let Some((place, outcome)) = table.iter().find(|(_, outcome)| outcome.name == *id) else {
        let names: Vec<&str> = table.values().map(|outcome| outcome.name.as_str()).collect();
        let mut error = Diagnostic::placeless("E1301", format!("there is no outcome `{id}`"));
        if let Some(near) = suggest(id, names.iter().copied()) {
            error = error.help(format!("did you mean `{near}`?"));
        }
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        out.push(match names.is_empty() {
            true => error.help("declare one under `outcomes:`"),
            false => error.help(format!("there are {}", names.join(", "))),
        });
        return None;
    };
    if outcome.is.ty == Type::Date {
        let message = format!("the outcome `{id}` is a date, which has neither a probability nor a mean");
        out.push(Diagnostic::error("E1301", outcome.about.span, message).help(
            "declare an outcome that asks whether it comes, or comes in time: `first(e) <= 2030-01-01`",
        ));
        return None;
    }
    let truth = outcome.is.ty == Type::Boolean;
    let threshold = search.reach.threshold();
    if !threshold.is_finite() || truth && !(0.0..=1.0).contains(&threshold) {
        let message = format!("a probability cannot be {} {threshold}", search.reach.word());
        let error = match truth {
            true => Diagnostic::placeless("E1302", message)
                .help(format!("`{id}` is a statement: give a number from 0 to 1")),
            false => Diagnostic::placeless("E1302", format!("{threshold} is no threshold")),
        };
        out.push(error);
    }
    Some((place, truth))
}

/// The levers that may be pulled.
fn levers<'c>(compiled: &'c Compiled, search: &Search, out: &mut Diagnostics) -> Vec<&'c Lever> {
    let all = compiled.levers();
    if all.is_empty() {
        out.push(
            Diagnostic::placeless("E1303", "the scenario declares no levers").help(
                "write what someone could change under `levers:`, each an overlay with `by:` and `cost:`",
            ),
        );
        return Vec::new();
    }
    if search.size == 0 {
        out.push(
            Diagnostic::placeless("E1303", "a set of no levers changes nothing")
                .help("ask for sets of at least one"),
        );
    }
    if let Some(most) = search.max_cost.filter(|most| most.is_nan() || *most < 0.0) {
        out.push(Diagnostic::placeless(
            "E1303",
            format!("nothing costs at most {most}"),
        ));
    }
    let owner = |lever: &Lever| lever.by.map(|actor| compiled.entity_id(actor));
    for actor in &search.by {
        if !all.iter().any(|lever| owner(lever) == Some(actor)) {
            let mut owners: Vec<&str> = all.iter().filter_map(owner).collect();
            owners.sort_unstable();
            owners.dedup();
            let mut error = Diagnostic::placeless("E1303", format!("no lever is pulled by `{actor}`"));
            if let Some(near) = suggest(actor, owners.iter().copied()) {
                error = error.help(format!("did you mean `{near}`?"));
            }
            let owners: Vec<String> = owners.iter().map(|owner| format!("`{owner}`")).collect();
            out.push(match owners.is_empty() {
                true => error.help("no lever says `by:` whom it is pulled"),
                false => error.help(format!("levers are pulled by {}", owners.join(", "))),
            });
        }
    }
    let wanted = |lever: &&Lever| {
        let by = search.by.is_empty() || search.by.iter().any(|actor| owner(lever) == Some(actor));
        by && search.max_cost.is_none_or(|most| lever.cost.to_f64() <= most)
    };
    let wanted: Vec<&Lever> = all.iter().filter(wanted).collect();
    if wanted.is_empty() && !out.has_errors() {
        let least = all.iter().map(|lever| lever.cost).min().unwrap_or_default();
        out.push(
            Diagnostic::placeless("E1303", "no lever costs so little")
                .help(format!("the cheapest of all costs {least}")),
        );
    }
    if sets::how_many(wanted.len(), search.size).is_none_or(|sets| sets > MOST_SETS) {
        let message = format!(
            "{} levers make more than {MOST_SETS} sets of up to {}",
            wanted.len(),
            search.size
        );
        out.push(
            Diagnostic::placeless("E1306", message)
                .help("ask for smaller sets, for the levers of one actor, or for those that cost less"),
        );
    }
    wanted
}

/// Pulls one lever alone.
fn check(
    scenario: &Scenario,
    lever: &Lever,
    outcome: &str,
    out: &mut Diagnostics,
) -> Result<(), SearchError> {
    let pulled = scenario.lever(&lever.name)?;
    let (before, after) = (scenario.document(), pulled.document());
    if before.says_the_same(after) {
        let message = format!("the lever `{}` changes nothing", lever.name);
        out.push(
            Diagnostic::error("E1304", lever.span, message).help("what it sets is so already, without it"),
        );
        return Ok(());
    }
    let of = |document: &Document| {
        let outcomes = document.root().as_map().and_then(|root| root.get("outcomes"));
        outcomes.and_then(Node::as_map)?.get(outcome).cloned()
    };
    let same = match (of(before), of(after)) {
        (Some(before), Some(after)) => before.same(&after),
        _ => false,
    };
    if !same {
        let message = format!(
            "the lever `{}` changes the outcome `{outcome}` itself",
            lever.name
        );
        out.push(
            Diagnostic::error("E1305", lever.span, message)
                .help("a lever changes what happens, not what is asked; leave the outcome as it is"),
        );
        return Ok(());
    }
    pulled.compile()?;
    Ok(())
}

impl Reach {
    fn word(self) -> &'static str {
        match self {
            Reach::AtLeast(_) => "at least",
            Reach::AtMost(_) => "at most",
        }
    }
}
