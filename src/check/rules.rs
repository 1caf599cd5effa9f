//! Rules that can never fire, guards that are always the same, and `if:` beside `when:`.

use std::collections::BTreeSet;

use super::authored::Authored;
use super::reach::Reach;
use super::terms::{conjuncts, key, started};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{
    Body, Comparison, EffectKind, EventClass, Model, Rule, RuleId, Term, TermKind, Trigger, Value, VariableId,
};
use crate::program::{Compiled, InstanceId, Program};

/// `waiting` are the rules of which it is told already that they wait for ever.
pub(super) fn check(
    compiled: &Compiled,
    authored: &Authored<'_>,
    reach: &Reach,
    waiting: &BTreeSet<RuleId>,
    out: &mut Diagnostics,
) {
    let (model, program) = (compiled.model(), compiled.program());
    let own: Vec<(RuleId, &Rule)> = model
        .rules
        .iter()
        .filter(|(_, rule)| authored.own(key(rule)))
        .collect();
    if own.is_empty() {
        return;
    }
    let mut fires: Vec<RuleId> = Vec::new();
    let mut known: Vec<RuleId> = Vec::new();
    for (id, instance) in program.instances.iter() {
        known.push(instance.rule);
        if works(program, reach, id) {
            fires.push(instance.rule);
        }
    }
    if let Some(closed) = &program.closed {
        // What no event can change has no instances: it is known how many there would be.
        for (id, tally) in model.rules.ids().zip(closed.tallies(model)) {
            known.extend((tally.instances > 0).then_some(id));
            fires.extend((tally.holding > 0).then_some(id));
        }
        known.sort_unstable();
        fires.sort_unstable();
    }
    fires.dedup();
    known.dedup();
    for (id, rule) in own {
        let before = out.iter().count();
        guards(model, rule, out);
        beside(model, rule, out);
        // What is always false is reason enough, and said.
        let said = out.iter().skip(before).any(|said| said.code.0 == "W1002") || waiting.contains(&id);
        if !said && fires.binary_search(&id).is_err() {
            let has_instances = known.binary_search(&id).is_ok();
            never(compiled, authored, reach, rule, has_instances, out);
        }
    }
}

fn works(program: &Program, reach: &Reach, id: InstanceId) -> bool {
    match program.instances[id].block {
        Some(_) => reach.fires(id),
        None => reach.may_hold(program.instances[id].guard),
    }
}

/// A rule that can never fire, with the reason as far as it can be told.
fn never(
    compiled: &Compiled,
    authored: &Authored<'_>,
    reach: &Reach,
    rule: &Rule,
    has_instances: bool,
    out: &mut Diagnostics,
) {
    let model = compiled.model();
    let verb = match rule.body {
        Body::Derive(_) => "can never hold",
        Body::Then(_) => "can never fire",
    };
    let message = format!("the rule `{}` {verb}", rule.name);
    let warn = |place: Span| Diagnostic::warning("W1001", place, message.clone());
    for variable in rule.variables.values() {
        if let Some(Term {
            kind: TermKind::Members(kind),
            span,
            ..
        }) = &variable.domain
            && model.members_of(*kind).is_empty()
        {
            let kind = &model.kinds[*kind].name;
            out.push(
                warn(*span)
                    .label(format!("there is no `{kind}`"))
                    .help("leave the rule out, or write what it is about"),
            );
            return;
        }
    }
    if let Trigger::On(patterns) = &rule.trigger
        && let Some(first) = patterns.first()
    {
        let program = compiled.program();
        let raised = |event| {
            program
                .events
                .iter()
                .filter(move |(_, ground)| ground.key.event == event)
        };
        let name = &model.events[first.event].name;
        if patterns
            .iter()
            .all(|pattern| raised(pattern.event).next().is_none())
        {
            out.push(
                warn(first.span)
                    .label(format!("nothing raises `{name}`"))
                    .help(format!(
                        "raise it by a rule's `happen: {name}`, or let it happen in the `timeline:`"
                    )),
            );
            return;
        }
        if patterns
            .iter()
            .flat_map(|pattern| raised(pattern.event))
            .all(|(id, _)| !reach.happens(id))
        {
            let event = &model.events[first.event];
            let required =
                matches!(&event.class, EventClass::Institutional(requires) if !requires.is_empty());
            out.push(if first.event == model.breach {
                warn(first.span).label("nothing is ever owed that could be broken")
            } else if required {
                warn(first.span)
                    .label(format!("`{name}` is always void, or what raises it never fires"))
                    .also(event.about.span, "declared here")
            } else {
                warn(first.span).label(format!("what raises `{name}` never fires"))
            });
            return;
        }
    }
    let mut all = Vec::new();
    if let Trigger::When(conditions) = &rule.trigger {
        conjuncts(conditions, &mut all);
    }
    conjuncts(&rule.conditions, &mut all);
    for condition in all {
        let TermKind::Fact(fact, _) = &condition.kind else {
            continue;
        };
        let program = compiled.program();
        let known = program.atoms.values().any(|atom| atom.fact.fact == *fact)
            || program.derived.values().any(|derived| derived.fact.fact == *fact)
            || program
                .closed
                .as_ref()
                .is_some_and(|closed| closed.any_possible(model, *fact));
        if !known {
            let declared = &model.facts[*fact];
            // Then the fact itself is what is wrong, and it says so.
            let said = authored.own(declared.about.span)
                && out.iter().any(|said| {
                    said.code.0 == "W1004"
                        && said
                            .primary
                            .as_ref()
                            .is_some_and(|label| label.span == declared.about.span)
                });
            if !said {
                let why = if started(model).binary_search(fact).is_ok() {
                    "what would start it never happens"
                } else {
                    "nothing starts it"
                };
                out.push(
                    warn(condition.span)
                        .label(format!("`{}` never holds: {why}", declared.name))
                        .also(declared.about.span, "declared here"),
                );
            }
            return;
        }
    }
    let why = match (has_instances, &rule.trigger) {
        (true, Trigger::Every(_)) => "its conditions never hold together on a tick",
        (true, _) => "its conditions never hold together",
        (false, Trigger::On(_)) => "no event that is ever raised fits its pattern and its conditions",
        (false, _) => "no values of its variables meet its conditions",
    };
    out.push(
        warn(key(rule))
            .label(why)
            .help("look at what its conditions read, and whether anything can bring that about"),
    );
}

/// Conditions that are the same whatever happens.
fn guards(model: &Model, rule: &Rule, out: &mut Diagnostics) {
    let mut lists: Vec<&[Term]> = vec![&rule.conditions];
    if let Trigger::When(conditions) = &rule.trigger {
        lists.push(conditions);
    }
    if let Body::Then(effects) = &rule.body {
        for_each_effect(effects, &mut |effect| match &effect.kind {
            EffectKind::Choice(choice) => {
                lists.extend(choice.options.iter().map(|o| o.conditions.as_slice()))
            }
            EffectKind::Happen(happen) => lists.extend(happen.unless.as_deref()),
            EffectKind::Norm(norm) => lists.push(&norm.while_),
            _ => {}
        });
    }
    for list in lists {
        let mut all = Vec::new();
        conjuncts(list, &mut all);
        for (at, condition) in all.iter().enumerate() {
            if let Some(truth) = always(model, condition) {
                let word = if truth { "always true" } else { "never true" };
                let message = format!("this condition of the rule `{}` is {word}", rule.name);
                let help = if truth {
                    "leave it out"
                } else {
                    "nothing follows from it; mend the condition, or leave out what hangs on it"
                };
                out.push(Diagnostic::warning("W1002", condition.span, message).help(help));
            } else if let TermKind::Not(inner) = &condition.kind
                && let Some(other) = all.iter().enumerate().find_map(|(place, other)| {
                    (place != at && text(model, other) == text(model, inner)).then_some(other)
                })
            {
                let message = format!(
                    "these conditions of the rule `{}` are never true together",
                    rule.name
                );
                out.push(
                    Diagnostic::warning("W1002", condition.span, message)
                        .also(other.span, "this is the contrary"),
                );
            }
        }
    }
}

/// The text of a term without blanks and brackets around it, to compare what two terms say.
fn text(model: &Model, term: &Term) -> String {
    let text: String = model.sources.slice(term.span).split_whitespace().collect();
    let inner = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'));
    inner.map(str::to_owned).unwrap_or(text)
}

/// The truth of a condition that reads nothing an author could change: no state, no attribute, no assumption.
fn always(model: &Model, condition: &Term) -> Option<bool> {
    if let TermKind::Compare(comparison, a, b) = &condition.kind {
        if text(model, a) == text(model, b) && !model.sources.slice(a.span).trim().is_empty() {
            use Comparison::{Equal, GreaterEqual, LessEqual};
            return Some(matches!(comparison, Equal | LessEqual | GreaterEqual));
        }
        if let Some(truth) = within_bounds(model, *comparison, a, b) {
            return Some(truth);
        }
    }
    if condition.any(&mut |part| {
        matches!(
            part.kind,
            TermKind::Attribute(..) | TermKind::Assumption(..) | TermKind::Variable(_) | TermKind::Members(_)
        )
    }) {
        return None;
    }
    match evaluate(condition, model, &|_: VariableId| None)? {
        Ok(Value::Boolean(truth)) => Some(truth),
        _ => None,
    }
}

/// A measure compared with a number that it can never pass.
fn within_bounds(model: &Model, comparison: Comparison, a: &Term, b: &Term) -> Option<bool> {
    use Comparison::{Equal, Greater, GreaterEqual, Less, LessEqual, NotEqual};
    if !matches!(a.kind, TermKind::Measure(..)) && matches!(b.kind, TermKind::Measure(..)) {
        let turned = match comparison {
            Less => Greater,
            LessEqual => GreaterEqual,
            Greater => Less,
            GreaterEqual => LessEqual,
            same => same,
        };
        return within_bounds(model, turned, b, a);
    }
    let TermKind::Measure(measure, _) = &a.kind else {
        return None;
    };
    let TermKind::Value(Value::Number(number)) = &b.kind else {
        return None;
    };
    let declared = &model.measures[*measure];
    let (low, high, number) = (declared.from.to_f64(), declared.to.to_f64(), number.float());
    match comparison {
        Less if high < number => Some(true),
        Less if low >= number => Some(false),
        LessEqual if high <= number => Some(true),
        LessEqual if low > number => Some(false),
        Greater if low > number => Some(true),
        Greater if high <= number => Some(false),
        GreaterEqual if low >= number => Some(true),
        GreaterEqual if high < number => Some(false),
        Equal if number < low || number > high => Some(false),
        NotEqual if number < low || number > high => Some(true),
        _ => None,
    }
}

/// `if:` beside `when:` that reads the state: where it becomes true later than the `when:`, nothing happens.
fn beside(model: &Model, rule: &Rule, out: &mut Diagnostics) {
    let Trigger::When(when) = &rule.trigger else {
        return;
    };
    let (mut rising, mut guards) = (Vec::new(), Vec::new());
    conjuncts(when, &mut rising);
    conjuncts(&rule.conditions, &mut guards);
    let risen: Vec<String> = rising.iter().map(|term| text(model, term)).collect();
    let missed = guards
        .into_iter()
        .find(|guard| reads_state(model, guard) && !risen.contains(&text(model, guard)));
    if let (Some(guard), Some(first)) = (missed, rising.first()) {
        let message = format!(
            "the rule `{}` misses what becomes true under `if:` after its `when:`",
            rule.name
        );
        out.push(
            Diagnostic::warning("W1005", guard.span, message)
                .label("read once, when the `when:` becomes true")
                .also(first.span, "this sets it off")
                .help("write the condition under `when:` as well; then the rule fires when the last of them becomes true"),
        );
    }
}

fn reads_state(model: &Model, term: &Term) -> bool {
    term.any(&mut |part| match &part.kind {
        TermKind::Fact(..) | TermKind::Measure(..) | TermKind::Quantity(..) | TermKind::Norm(..) => true,
        TermKind::Attribute(_, attribute) => model.entities.values().any(|entity| {
            matches!(
                entity.values.get(attribute),
                Some(crate::model::AttributeValue::Condition(inner)) if !matches!(inner.kind, TermKind::Value(_))
            )
        }),
        _ => false,
    })
}
