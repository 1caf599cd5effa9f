//! Thresholds against the sets they count, and `all` over nothing.

use super::authored::Authored;
use super::terms;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::ScalarKind;
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::walk::for_each_term;
use crate::model::{
    Comparison, EntityId, Model, Quantifier, QuantifierKind, Rule, Term, TermKind, Value, VariableId,
};
use crate::program::Compiled;

/// Thresholds written as numbers that no count can reach.
pub(super) fn errors(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) {
    each_threshold(compiled.model(), authored, &mut |found| {
        if found.needed > found.size && found.literal {
            out.push(
                Diagnostic::error("E1001", found.place, found.message())
                    .help("lower the threshold, or add to the set that is counted"),
            );
        }
    });
}

/// Thresholds that an assumption puts out of reach, thresholds of nothing, and `all` over nothing.
pub(super) fn warn(compiled: &Compiled, authored: &Authored<'_>, out: &mut Diagnostics) {
    let model = compiled.model();
    each_threshold(model, authored, &mut |found| {
        if found.needed > found.size && !found.literal {
            out.push(
                Diagnostic::warning("W1010", found.place, found.message())
                    .help("lower the number behind it, or add to the set that is counted"),
            );
        } else if let Some(millionths) = found.share.filter(|_| found.size > 1) {
            let message = format!("a count is a whole number, so this asks for 1 of {}", found.size);
            // A third has no last decimal: each member may be off by a millionth.
            let many = (millionths - 1)
                .saturating_mul(found.size)
                .saturating_add(999_999)
                / 1_000_000;
            out.push(Diagnostic::warning("W1015", found.place, message).help(format!(
                "if a share is meant, write how many that are: `{}`",
                many.max(1)
            )));
        } else if found.needed <= 0 {
            let message = if found.size == 0 {
                format!(
                    "there is nobody to count for `{}`, so its threshold is met at once",
                    found.whose
                )
            } else {
                format!("a threshold of {} is met at once", found.needed)
            };
            out.push(
                Diagnostic::warning("W1011", found.place, message)
                    .help("write how many are needed, or leave the condition out"),
            );
        }
    });
    every_of_none(model, authored, out);
}

/// A threshold of one entity.
struct Threshold<'m> {
    whose: &'m str,
    /// How many must be counted.
    needed: i64,
    /// How many can be.
    size: i64,
    /// Where it is written.
    place: Span,
    /// Whether a number stands there, and not a name.
    literal: bool,
    /// What stands there, in millionths, if it is between 0 and 1, as a share of the set would be.
    share: Option<i64>,
}

impl Threshold<'_> {
    fn message(&self) -> String {
        format!(
            "`{}` needs {} of a set that has {}",
            self.whose, self.needed, self.size
        )
    }
}

/// Visits `count(... in p.some_set ...) >= p.some_number` for each entity that `p` can be and that the author wrote.
fn each_threshold<'m>(model: &'m Model, authored: &Authored<'_>, visit: &mut dyn FnMut(Threshold<'m>)) {
    let mut seen: Vec<(EntityId, Span)> = Vec::new();
    for rule in model.rules.values() {
        for_each_term(rule, &mut |term| {
            term.walk(&mut |part| {
                let TermKind::Compare(comparison, a, b) = &part.kind else {
                    return;
                };
                let (quantifier, bound, comparison) = match (&a.kind, &b.kind) {
                    (TermKind::Quantifier(quantifier), _) => (quantifier, b, *comparison),
                    (_, TermKind::Quantifier(quantifier)) => (quantifier, a, mirrored(*comparison)),
                    _ => return,
                };
                let TermKind::Attribute(of, attribute) = &bound.kind else {
                    return;
                };
                if quantifier.kind != QuantifierKind::Count {
                    return;
                }
                for (entity, binding) in owners(model, rule, of) {
                    let bind = |id: VariableId| {
                        binding
                            .filter(|bound| *bound == id)
                            .map(|_| Value::Entity(entity))
                    };
                    let Some(size) = size(model, quantifier, &bind) else {
                        continue;
                    };
                    let Some((needed, share)) = needed(model, bound, comparison, &bind) else {
                        continue;
                    };
                    let written = authored.attribute(entity, *attribute);
                    let place = written.map_or(model.entities[entity].about.span, |node| node.span);
                    // A default is mended where the entity stands.
                    if !authored.own(place) || seen.contains(&(entity, place)) {
                        continue;
                    }
                    seen.push((entity, place));
                    let literal = written.and_then(|node| node.as_scalar());
                    visit(Threshold {
                        whose: &model.entities[entity].id,
                        needed,
                        size,
                        place,
                        literal: literal.is_some_and(|scalar| scalar.kind == ScalarKind::Number),
                        share,
                    });
                }
            });
        });
    }
}

/// The entities whose attribute a term reads, with the variable that stands for them.
fn owners(model: &Model, rule: &Rule, of: &Term) -> Vec<(EntityId, Option<VariableId>)> {
    match &of.kind {
        TermKind::Value(Value::Entity(entity)) => vec![(*entity, None)],
        TermKind::Variable(id) => match rule.variables.find(*id) {
            Some(variable) => {
                let members = model.members_of(variable.kind).into_iter();
                members.map(|entity| (entity, Some(*id))).collect()
            }
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn size(model: &Model, quantifier: &Quantifier, bind: &dyn Fn(VariableId) -> Option<Value>) -> Option<i64> {
    match evaluate(&quantifier.set, model, bind)? {
        Ok(Value::Set(members)) => i64::try_from(members.len()).ok(),
        _ => None,
    }
}

/// How many a comparison asks for at least, and the share, in millionths, if one was written.
fn needed(
    model: &Model,
    bound: &Term,
    comparison: Comparison,
    bind: &dyn Fn(VariableId) -> Option<Value>,
) -> Option<(i64, Option<i64>)> {
    let Ok(Value::Number(number)) = evaluate(bound, model, bind)? else {
        return None;
    };
    let micros = number.fixed()?.micros();
    let floor = micros.div_euclid(1_000_000);
    let needed = match comparison {
        Comparison::Greater => floor + 1,
        Comparison::GreaterEqual if micros.rem_euclid(1_000_000) == 0 => floor,
        Comparison::GreaterEqual => floor + 1,
        _ => return None,
    };
    Some((needed, (1..1_000_000).contains(&micros).then_some(micros)))
}

fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Less => Comparison::Greater,
        Comparison::LessEqual => Comparison::GreaterEqual,
        Comparison::Greater => Comparison::Less,
        Comparison::GreaterEqual => Comparison::LessEqual,
        same => same,
    }
}

/// `all(x in S satisfy c)` where S is empty holds at once.
fn every_of_none(model: &Model, authored: &Authored<'_>, out: &mut Diagnostics) {
    let warn = |place: Span, what: String| {
        Diagnostic::warning(
            "W1011",
            place,
            format!("{what}, so `all` of them is true at once"),
        )
        .help("name who must, or leave the condition out")
    };
    let mut found = Vec::new();
    // In what the author wrote, with sets that are known as they stand.
    terms::each(model, &mut |term| {
        term.walk(&mut |part| {
            if let TermKind::Quantifier(quantifier) = &part.kind
                && quantifier.kind == QuantifierKind::All
                && authored.own(part.span)
                && size(model, quantifier, &|_| None) == Some(0)
            {
                found.push(warn(quantifier.set.span, "this set is empty".to_owned()));
            }
        });
    });
    // In rules about entities that the author wrote.
    for rule in model.rules.values() {
        for_each_term(rule, &mut |term| {
            term.walk(&mut |part| {
                let TermKind::Quantifier(quantifier) = &part.kind else {
                    return;
                };
                let TermKind::Attribute(of, attribute) = &quantifier.set.kind else {
                    return;
                };
                if quantifier.kind != QuantifierKind::All || quantifier.condition.is_some() {
                    return;
                }
                for (entity, _) in owners(model, rule, of) {
                    let Some(node) = authored.attribute(entity, *attribute) else {
                        continue;
                    };
                    let id = &model.entities[entity].id;
                    let name = &model.attributes[*attribute];
                    if authored.own(node.span)
                        && matches!(model.value(entity, name), Some(Value::Set(all)) if all.is_empty())
                    {
                        found.push(warn(node.span, format!("`{name}` of `{id}` is empty")));
                    }
                }
            });
        });
    }
    for diagnostic in found {
        if !out.iter().any(|said| *said == diagnostic) {
            out.push(diagnostic);
        }
    }
}
