//! What a run came to: outcomes, positions, expectations, invariants, fixes.

use indexmap::IndexMap;

use super::{ActorPositions, ClaimLine, OutcomeLine, PositionLine, Story, Tally, UnusedFix, Verdict};
use crate::engine::{Run, Way, What};
use crate::language::value::Day;
use crate::model::{Claim, EntityId};
use crate::program::OutcomeValue;
use crate::report::words::written;

/// The story of a run without its happenings.
pub(super) fn story(run: &Run<'_>) -> Story {
    let model = run.compiled.model();
    let (from, to) = model.period();
    Story {
        title: model.title().to_owned(),
        question: model.question().map(str::to_owned),
        from,
        to,
        seed: run.seed.0,
        run: run.number.0,
        settled: Tally::default(),
        happenings: Vec::new(),
        idle: Vec::new(),
        norms: Vec::new(),
        outcomes: outcomes(run),
        positions: positions(run),
        expectations: expectations(run),
        invariants: invariants(run),
        unused_fixes: unused_fixes(run),
    }
}

fn outcomes(run: &Run<'_>) -> Vec<OutcomeLine> {
    let declared = run.compiled.outcome_table().values();
    let line = |(outcome, value): (&crate::model::Outcome, &Option<OutcomeValue>)| {
        let (value, mut shown) = match value {
            Some(OutcomeValue::Truth(truth)) => (
                serde_json::json!(truth),
                if *truth { "yes" } else { "no" }.to_owned(),
            ),
            Some(OutcomeValue::Number(number)) => (serde_json::json!(number), number.to_string()),
            Some(OutcomeValue::Date(Day::NEVER)) => (serde_json::Value::Null, "never".to_owned()),
            Some(OutcomeValue::Date(day)) => (serde_json::json!(day), day.to_string()),
            None => (serde_json::Value::Null, "cannot be computed".to_owned()),
        };
        if let Some(unit) = &outcome.unit {
            shown = format!("{shown} {unit}");
        }
        OutcomeLine {
            id: outcome.name.clone(),
            text: outcome.says.clone(),
            value,
            shown,
        }
    };
    declared.zip(&run.decided.outcomes).map(line).collect()
}

fn positions(run: &Run<'_>) -> Vec<ActorPositions> {
    let model = run.compiled.model();
    let mut by_actor: IndexMap<EntityId, Vec<PositionLine>> = IndexMap::new();
    for (position, met) in model.positions().iter().zip(&run.decided.positions) {
        by_actor.entry(position.of).or_default().push(PositionLine {
            id: model.entity_id(position.entity).to_owned(),
            name: model.describe(position.entity).to_owned(),
            priority: position.priority,
            text: written(model.sources().slice(position.met_if.span)),
            met: *met,
        });
    }
    let actor = |(actor, mut positions): (EntityId, Vec<PositionLine>)| {
        positions.sort_by_key(|position| std::cmp::Reverse(position.priority));
        ActorPositions {
            actor: model.entity_id(actor).to_owned(),
            name: model.describe(actor).to_owned(),
            met: positions.iter().filter(|position| position.met).count(),
            all: positions.len(),
            positions,
        }
    };
    let mut actors: Vec<ActorPositions> = by_actor.into_iter().map(actor).collect();
    actors.sort_by(|a, b| a.actor.cmp(&b.actor));
    actors
}

fn claim(claim: &Claim, verdict: Verdict, broken: Option<Day>) -> ClaimLine {
    ClaimLine {
        id: claim.name.clone(),
        text: written(&claim.text),
        why: claim.why.clone(),
        verdict,
        broken,
    }
}

fn expectations(run: &Run<'_>) -> Vec<ClaimLine> {
    let claims = run.compiled.expectations().iter().zip(&run.decided.expectations);
    let verdict = |holds: &Option<bool>| match holds {
        Some(true) => Verdict::Holds,
        Some(false) => Verdict::Fails,
        None => Verdict::NotChecked,
    };
    claims
        .map(|(expected, holds)| claim(expected, verdict(holds), None))
        .collect()
}

fn invariants(run: &Run<'_>) -> Vec<ClaimLine> {
    let claims = run.compiled.invariants().iter().zip(&run.decided.broken);
    let verdict = |broken: &Option<Day>| {
        if broken.is_some() {
            Verdict::Fails
        } else {
            Verdict::Holds
        }
    };
    claims
        .map(|(invariant, broken)| claim(invariant, verdict(broken), *broken))
        .collect()
}

fn unused_fixes(run: &Run<'_>) -> Vec<UnusedFix> {
    let model = run.compiled.model();
    let used = |place: usize| {
        run.trace
            .entries
            .iter()
            .any(|entry| matches!(entry.what, What::Settled { way: Way::Fixed(by), .. } if by == place))
    };
    let unused = model
        .fixes()
        .iter()
        .enumerate()
        .filter(|(place, _)| !used(*place));
    unused
        .map(|(_, fix)| {
            let file = model
                .sources()
                .get(fix.span.source)
                .map_or("", |source| source.name.as_str());
            let (line, _) = model.sources().line_column(fix.span);
            let name = model.atom_text(&model.branchings()[fix.branching].name, &fix.args);
            UnusedFix {
                name,
                place: format!("{file}:{line}"),
            }
        })
        .collect()
}
