//! Where in the files the condition stands that could not be computed.

use crate::diagnostic::Span;
use crate::model::RuleId;
use crate::program::{Compiled, Formula, GroundFix, GroundGoal, InstanceId, MonitorId, NodeId, Op, Thumb};

/// Who reads a condition.
pub(crate) enum Reader {
    /// An instance of a rule.
    Instance(InstanceId),
    /// Something else, in words, and its place.
    Other(String, Span),
}

/// One that reads the condition, itself or as a part of a greater one: rules first, then what a scenario asks.
pub(crate) fn reader(compiled: &Compiled, node: NodeId) -> Option<Reader> {
    let (program, model) = (compiled.program(), compiled.model());
    let reads = |of: NodeId| program.network.reaches(of, node);
    let guarded = program
        .instances
        .iter()
        .find(|(_, instance)| reads(instance.guard) || instance.when.is_some_and(reads));
    if let Some((id, _)) = guarded {
        return Some(Reader::Instance(id));
    }
    let norm = program.templates.values().find(|norm| {
        norm.while_.is_some_and(reads) || matches!(norm.goal, GroundGoal::Reach(goal) if reads(goal))
    });
    if let Some(norm) = norm {
        return Some(Reader::Instance(norm.source));
    }
    let choice = program.choices.values().find(|choice| {
        choice.default.as_ref().is_some_and(|thumb| thumb_reads(thumb, &reads))
            || choice.options.iter().any(|option| reads(option.open))
            || matches!(&program.settlements[choice.settlement].fix, GroundFix::Thumb(thumb, _) if thumb_reads(thumb, &reads))
    });
    if let Some(choice) = choice {
        return Some(Reader::Instance(choice.source));
    }
    let unless = |op: &Op| matches!(op, Op::ScheduleUnless(_, _, unless) if reads(*unless));
    if let Some(block) = program.blocks.values().find(|block| block.ops.iter().any(unless)) {
        return Some(Reader::Instance(block.source));
    }
    if let Some(event) = program
        .events
        .values()
        .find(|event| event.requires.is_some_and(reads))
    {
        let event = &model.events[event.key.event];
        return Some(Reader::Other(
            format!("what `{}` requires", event.name),
            event.about.span,
        ));
    }
    let watches = |formula: &Formula| {
        program
            .monitors
            .iter()
            .any(|(id, monitor)| monitor.node.is_some_and(reads) && contains(formula, id))
    };
    if let Some((id, _)) = program.outcomes.iter().find(|(_, formula)| watches(formula)) {
        let outcome = &model.outcomes[id];
        return Some(Reader::Other(
            format!("the outcome `{}`", outcome.name),
            outcome.about.span,
        ));
    }
    let mut expected = model.expectations.iter().zip(&program.expectations);
    if let Some((claim, _)) = expected.find(|(_, formula)| formula.as_ref().is_some_and(watches)) {
        return Some(Reader::Other(
            format!("the expectation `{}`", claim.name),
            claim.span,
        ));
    }
    let mut invariants = model
        .invariants
        .iter()
        .zip(program.invariants.iter().zip(&program.histories));
    let invariant =
        invariants.find(|(_, (close, history))| reads(**close) || history.as_ref().is_some_and(watches));
    if let Some((claim, _)) = invariant {
        return Some(Reader::Other(
            format!("the invariant `{}`", claim.name),
            claim.span,
        ));
    }
    let mut positions = model.positions.iter().zip(&program.positions);
    let (position, _) = positions.find(|(_, node)| reads(**node))?;
    let position = &model.entities[position.entity];
    Some(Reader::Other(
        format!("the position `{}`", position.id),
        position.about.span,
    ))
}

/// Where a rule is written: its id.
pub(crate) fn of_rule(compiled: &Compiled, rule: RuleId) -> Span {
    compiled.model().rules[rule].about.span
}

fn thumb_reads(thumb: &Thumb, reads: &impl Fn(NodeId) -> bool) -> bool {
    match thumb {
        Thumb::Word(_) => false,
        Thumb::If(condition, a, b) => reads(*condition) || thumb_reads(a, reads) || thumb_reads(b, reads),
    }
}

fn contains(formula: &Formula, id: MonitorId) -> bool {
    let inside = |part: &Formula| contains(part, id);
    match formula {
        Formula::Value(_) => false,
        Formula::Monitor(other) => *other == id,
        Formula::Not(inner) => inside(inner),
        Formula::And(parts)
        | Formula::Or(parts)
        | Formula::Count(parts)
        | Formula::Min(parts)
        | Formula::Max(parts) => parts.iter().any(inside),
        Formula::Compare(_, a, b) | Formula::Arithmetic(_, a, b) => inside(a) || inside(b),
        Formula::Sum(parts) => parts
            .iter()
            .any(|(condition, amount)| inside(condition) || inside(amount)),
        Formula::If(condition, a, b) => inside(condition) || inside(a) || inside(b),
    }
}
