//! Two rules that can want the contrary in one wave, neither overriding the other.

use std::collections::{BTreeMap, BTreeSet};

use super::authored::Authored;
use super::reach::Reach;
use super::terms::key;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Body, Effect, EffectKind, FactId, MeasureId, Model, Rule, RuleId};
use crate::program::{
    AtomId, BlockId, Compiled, InstanceId, Node, NodeId, NumberId, Op, Program, SlotId, number_reads, spell,
};

/// More pairs of instances than this are not looked at: one of them is enough to see it.
const PAIRS: usize = 200_000;

/// What an effect wants of a fact or a measure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Want {
    Start(AtomId),
    End(AtomId),
    Set(SlotId, NumberId),
    Add(SlotId),
}

/// What an effect speaks of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum About {
    Fact(AtomId),
    Measure(SlotId),
}

impl Want {
    fn about(self) -> About {
        match self {
            Want::Start(atom) | Want::End(atom) => About::Fact(atom),
            Want::Set(slot, _) | Want::Add(slot) => About::Measure(slot),
        }
    }

    fn contradicts(self, other: Want, program: &Program) -> bool {
        match (self, other) {
            (Want::Start(_), Want::End(_))
            | (Want::End(_), Want::Start(_))
            | (Want::Set(..), Want::Add(_))
            | (Want::Add(_), Want::Set(..)) => true,
            (Want::Set(_, a), Want::Set(_, b)) => program.numbers[a] != program.numbers[b],
            _ => false,
        }
    }
}

pub(super) fn check(compiled: &Compiled, authored: &Authored<'_>, reach: &Reach, out: &mut Diagnostics) {
    let (model, program) = (compiled.model(), compiled.program());
    let own = |id: RuleId| authored.own(key(&model.rules[id]));
    if !model.rules.ids().any(own) {
        return;
    }
    let mut by: BTreeMap<About, Vec<(InstanceId, Want)>> = BTreeMap::new();
    for (id, instance) in program.instances.iter() {
        if let Some(block) = instance.block
            && reach.fires(id)
        {
            wants(program, block, &mut |want| {
                by.entry(want.about()).or_default().push((id, want))
            });
        }
    }
    let mut told: BTreeSet<(RuleId, RuleId)> = BTreeSet::new();
    let mut left = PAIRS;
    for (about, all) in by {
        for (at, (a, wanted)) in all.iter().enumerate() {
            for (b, other) in all.iter().skip(at + 1) {
                left = match left.checked_sub(1) {
                    Some(left) => left,
                    None => return,
                };
                let rules = (program.instances[*a].rule, program.instances[*b].rule);
                if rules.0 == rules.1
                    || !wanted.contradicts(*other, program)
                    || !(own(rules.0) || own(rules.1))
                    || program.overrides.contains(&rules)
                    || program.overrides.contains(&(rules.1, rules.0))
                    || told.contains(&rules)
                    || excluded(program, *a, *b)
                {
                    continue;
                }
                if let Some(when) = together(program, *a, *b) {
                    told.insert(rules);
                    // The author's own rule comes first.
                    let pair = if own(rules.0) {
                        [(rules.0, *wanted), (rules.1, *other)]
                    } else {
                        [(rules.1, *other), (rules.0, *wanted)]
                    };
                    out.push(tell(model, program, about, pair, &when));
                }
            }
        }
    }
}

fn tell(
    model: &Model,
    program: &Program,
    about: About,
    [(first, wanted), (second, other)]: [(RuleId, Want); 2],
    when: &str,
) -> Diagnostic {
    let (first, second) = (&model.rules[first], &model.rules[second]);
    let what = match about {
        About::Fact(atom) => {
            let fact = &program.atoms[atom].fact;
            spell(model, &model.facts[fact.fact].name, &fact.args)
        }
        About::Measure(slot) => {
            let measure = &program.slots[slot].measure;
            spell(model, &model.measures[measure.measure].name, &measure.args)
        }
    };
    let message = format!(
        "the rules `{}` and `{}` can contradict each other over `{what}`",
        first.name, second.name
    );
    Diagnostic::warning("W1009", place(program, first, wanted), message)
        .label(format!("{} {when}", verb(wanted)))
        .also(place(program, second, other), verb(other))
        .help(format!(
            "give them conditions that exclude each other, or say which prevails: `overrides: {}`",
            second.name
        ))
}

fn verb(want: Want) -> &'static str {
    match want {
        Want::Start(_) => "this starts it",
        Want::End(_) => "this ends it",
        Want::Set(..) => "this sets it",
        Want::Add(_) => "this adds to it",
    }
}

/// The effect of a rule that wants it.
fn place(program: &Program, rule: &Rule, want: Want) -> Span {
    let mut found = None;
    if let Body::Then(effects) = &rule.body {
        for_each_effect(effects, &mut |effect| {
            if found.is_none() && is(program, effect, want) {
                found = Some(effect.span);
            }
        });
    }
    found.unwrap_or(key(rule))
}

fn is(program: &Program, effect: &Effect, want: Want) -> bool {
    let fact = |atom: AtomId| -> FactId { program.atoms[atom].fact.fact };
    let measure = |slot: SlotId| -> MeasureId { program.slots[slot].measure.measure };
    match (&effect.kind, want) {
        (EffectKind::Start(id, _), Want::Start(atom)) | (EffectKind::End(id, _), Want::End(atom)) => {
            *id == fact(atom)
        }
        (EffectKind::Set(id, ..), Want::Set(slot, _)) | (EffectKind::Add(id, ..), Want::Add(slot)) => {
            *id == measure(slot)
        }
        _ => false,
    }
}

/// What the effects of a block want, those of its branches and options too.
fn wants(program: &Program, block: BlockId, visit: &mut impl FnMut(Want)) {
    for op in &program.blocks[block].ops {
        match op {
            Op::Start(atom) => visit(Want::Start(*atom)),
            Op::End(atom) => visit(Want::End(*atom)),
            Op::Set(slot, number) => visit(Want::Set(*slot, *number)),
            Op::Add(slot, _) => visit(Want::Add(*slot)),
            Op::Draw(chance) => {
                for branch in &program.chances[*chance].branches {
                    wants(program, branch.block, visit);
                }
            }
            Op::Choose(choice) => {
                for option in &program.choices[*choice].options {
                    wants(program, option.block, visit);
                }
            }
            Op::Raise(_) | Op::Schedule(..) | Op::ScheduleUnless(..) | Op::Impose(_) => {}
        }
    }
}

/// What sets off both in one wave, if that is plain: one event, one day of the calendar, one condition.
fn together(program: &Program, a: InstanceId, b: InstanceId) -> Option<String> {
    let (first, second) = (&program.instances[a], &program.instances[b]);
    if let (Some(one), Some(other)) = (first.when, second.when) {
        return (one == other).then(|| "as soon as both conditions become true".to_owned());
    }
    let triggers = program.triggers(b);
    if program
        .triggers(a)
        .iter()
        .any(|event| triggers.binary_search(event).is_ok())
    {
        return Some("on the same event".to_owned());
    }
    let ticks = |id: InstanceId| {
        let mut groups = program.tick_groups.iter();
        groups.find(move |group| group.instances.binary_search(&id).is_ok())
    };
    let (one, other) = (ticks(a)?, ticks(b)?);
    let day = one
        .days
        .iter()
        .find(|day| other.days.binary_search(day).is_ok())?;
    Some(format!("on the same tick, such as that of {day}"))
}

/// Whether the conditions of the two plainly exclude each other; where both compare one measure, that is left open.
fn excluded(program: &Program, a: InstanceId, b: InstanceId) -> bool {
    let (one, other) = (parts(program, a), parts(program, b));
    let contrary = |part: &NodeId, others: &BTreeSet<NodeId>| match program.network.node(*part) {
        Node::Not(inner) => others.contains(inner),
        _ => false,
    };
    if one.iter().any(|part| contrary(part, &other)) || other.iter().any(|part| contrary(part, &one)) {
        return true;
    }
    let slots = |parts: &BTreeSet<NodeId>| -> BTreeSet<SlotId> {
        let mut slots = Vec::new();
        for part in parts {
            let inner = match program.network.node(*part) {
                Node::Not(inner) => *inner,
                _ => *part,
            };
            if let Node::Compare(_, a, b) = program.network.node(inner) {
                number_reads(&program.numbers, *a, &mut Vec::new(), &mut slots);
                number_reads(&program.numbers, *b, &mut Vec::new(), &mut slots);
            }
        }
        slots.into_iter().collect()
    };
    !slots(&one).is_disjoint(&slots(&other))
}

/// Everything that must hold for an instance to fire.
fn parts(program: &Program, id: InstanceId) -> BTreeSet<NodeId> {
    let instance = &program.instances[id];
    let mut found = BTreeSet::new();
    let mut open: Vec<NodeId> = std::iter::once(instance.guard).chain(instance.when).collect();
    while let Some(node) = open.pop() {
        if found.insert(node)
            && let Node::And(parts) = program.network.node(node)
        {
            open.extend(parts.iter().copied());
        }
    }
    found
}
