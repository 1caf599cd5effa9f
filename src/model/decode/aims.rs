//! What the scenario asks and claims: outcomes, positions, expectations, invariants, and the names of its variants.

use super::about::Common;
use super::{read, sections};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Entry, Map, Node};
use crate::language::value::{Fixed, Number};
use crate::model::resolve::{Mode, Scope};
use crate::model::{
    AttributeValue, Claim, Entity, Lever, Model, Outcome, Position, Term, TermKind, Type, Value,
};

/// The kind whose entities are positions.
const POSITION: &str = "position";

/// `outcomes:` in the order of writing.
pub(crate) fn outcomes(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    for (name, entry) in read::section_as_written(root, "outcomes", out) {
        let outcome = read::id(name, entry.key, "an outcome", out)
            .then(|| outcome(model, name, entry, out))
            .flatten();
        match outcome {
            Some(outcome) => {
                let id = model.outcomes.push(outcome);
                model.names.outcomes.insert(name.to_owned(), id);
            }
            None => {
                model.broken.insert(name.to_owned());
            }
        }
    }
}

fn outcome(model: &Model, name: &str, entry: &Entry, out: &mut Diagnostics) -> Option<Outcome> {
    let mut fields = read::fields(entry, format!("the outcome `{name}`"), out)?;
    let is = fields.req("is");
    let says = fields.opt("says");
    let unit = fields.opt("unit");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    let says = says.and_then(|node| read::text(node, "says", out));
    let unit = unit.and_then(|node| read::text(node, "unit", out));
    let node = is?;
    let is = Scope::new(model, Mode::Outcome).any(node, out)?;
    if !matches!(is.ty, Type::Boolean | Type::Number | Type::Date) {
        let message = format!("the outcome `{name}` is {}", model.type_phrase(is.ty));
        let help = "an outcome is a truth (its probability is reported), a number or a date";
        out.push(Diagnostic::error("E0706", node.span, message).help(help));
        return None;
    }
    Some(Outcome {
        name: name.to_owned(),
        is,
        says,
        unit,
        about,
    })
}

/// Positions are entities; this gathers what the reports read of them, in canonical order.
pub(crate) fn positions(model: &mut Model) {
    let Some(kind) = model.names.kinds.get(POSITION).copied() else {
        return;
    };
    let mut all = Vec::new();
    for (id, entity) in model
        .entities
        .iter()
        .filter(|(_, entity)| model.kind_is_a(entity.kind, kind))
    {
        let Some(AttributeValue::Value(Value::Entity(of))) = attribute(model, entity, "of") else {
            continue;
        };
        let Some(AttributeValue::Condition(met_if)) = attribute(model, entity, "met_if") else {
            continue;
        };
        let priority = match attribute(model, entity, "priority") {
            Some(AttributeValue::Value(Value::Number(number))) => fixed(*number),
            _ => Fixed::ONE,
        };
        all.push(Position {
            entity: id,
            of: *of,
            priority,
            met_if: met_if.clone(),
        });
    }
    model.positions = all;
}

fn fixed(number: Number) -> Fixed {
    number
        .fixed()
        .or_else(|| Fixed::from_f64(number.float()))
        .unwrap_or(Fixed::MAX)
}

fn attribute<'m>(model: &'m Model, entity: &'m Entity, name: &str) -> Option<&'m AttributeValue> {
    entity
        .values
        .get(&model.kinds.find(entity.kind)?.attributes.get(name)?.id)
}

/// `expect:` and `invariants:` in the order of writing.
pub(crate) fn claims(
    model: &Model,
    root: &Map,
    section: &str,
    mode: Mode,
    out: &mut Diagnostics,
) -> Vec<Claim> {
    let mut all = Vec::new();
    for (name, entry) in read::section_as_written(root, section, out) {
        if read::id(name, entry.key, "a claim", out) {
            all.extend(claim(model, name, entry, mode, out));
        }
    }
    all
}

/// `EXPR`, or `{ is: EXPR, why: TEXT }`.
fn claim(model: &Model, name: &str, entry: &Entry, mode: Mode, out: &mut Diagnostics) -> Option<Claim> {
    let (node, why) = if entry.node.as_map().is_some() {
        let mut fields = read::fields(entry, format!("the claim `{name}`"), out)?;
        let is = fields.req("is");
        let why = fields.opt("why");
        let common = Common::take(&mut fields);
        fields.done();
        common.read(model, entry.key, out);
        (is?, why.and_then(|node| read::text(node, "why", out)))
    } else {
        (&entry.node, None)
    };
    let mut scope = Scope::new(model, mode);
    let is = match mode {
        Mode::Invariant => all_of(scope.condition(node, out)?, node),
        _ => scope.typed(node, Type::Boolean, out)?,
    };
    let probabilistic = is.is_probabilistic();
    let text = written(node);
    Some(Claim {
        name: name.to_owned(),
        is,
        text,
        probabilistic,
        why,
        span: entry.key,
    })
}

/// The author's words, on one line.
fn written(node: &Node) -> String {
    let texts: Vec<_> = read::one_or_many(node).iter().filter_map(Node::as_text).collect();
    texts
        .join(" and ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// One term for a list of conditions.
pub(crate) fn all_of(mut terms: Vec<Term>, node: &Node) -> Term {
    match terms.pop() {
        Some(only) if terms.is_empty() => only,
        last => {
            terms.extend(last);
            Term {
                span: node.span,
                ty: Type::Boolean,
                kind: TermKind::And(terms),
            }
        }
    }
}

/// Ids and titles of `variants:`; overlays are only looked at for unknown sections, because each is decoded when it is used.
pub(crate) fn variants(model: &mut Model, heading: &Map, out: &mut Diagnostics) {
    for (name, entry) in read::section_as_written(heading, "variants", out) {
        let Some(map) = overlay(model, name, entry, "a variant", &["file"], out) else {
            continue;
        };
        let title = map.get("title").and_then(|node| read::text(node, "title", out));
        model
            .variants
            .push((name.to_owned(), title.unwrap_or_else(|| name.replace('_', " "))));
    }
    for (name, entry) in read::section_as_written(heading, "levers", out) {
        let Some(map) = overlay(model, name, entry, "a lever", &["by", "cost"], out) else {
            continue;
        };
        let lever = lever(model, name, map, entry, out);
        model.levers.push(lever);
    }
}

/// The sections of an overlay; those that make no sense in one are reported.
fn overlay<'t>(
    model: &Model,
    name: &str,
    entry: &'t Entry,
    what: &str,
    own: &[&str],
    out: &mut Diagnostics,
) -> Option<&'t Map> {
    if !read::id(name, entry.key, what, out) {
        return None;
    }
    let map = read::map(&entry.node, &format!("{what} `{name}`"), out)?;
    sections::check_overlay_keys(model, map, own, out);
    for key in ["from", "variants", "levers", "demarche"] {
        if let Some(entry) = map.entries.get(key) {
            let message = format!("{what} has no `{key}`");
            let help = "it is laid over the scenario in which it stands; for more than that give it a file of its own";
            out.push(Diagnostic::error("E0709", entry.key, message).help(help));
        }
    }
    Some(map)
}

/// `by:` is an entity, `cost:` a number that is not below zero.
fn lever(model: &Model, name: &str, map: &Map, entry: &Entry, out: &mut Diagnostics) -> Lever {
    let by = map.get("by").and_then(|node| read::text(node, "by", out));
    let actor = by.as_deref().and_then(|by| model.by_id.get(by.trim()).copied());
    if let Some(by) = &by
        && actor.is_none()
        && !model.broken.contains(by.trim())
    {
        let span = map.get("by").map_or(entry.key, |node| node.span);
        let mut diagnostic = Diagnostic::error(
            "E0710",
            span,
            format!("no entity `{by}` that could bring `{name}` about"),
        );
        if let Some(other) = crate::diagnostic::suggest(by, model.by_id.keys().map(String::as_str)) {
            diagnostic = diagnostic.help(format!("did you mean `{other}`?"));
        }
        out.push(diagnostic);
    }
    let cost = match map.get("cost") {
        None => Fixed::ONE,
        Some(node) => cost(node, out),
    };
    let title = map.get("title").and_then(|node| read::text(node, "title", out));
    Lever {
        name: name.to_owned(),
        title: title.unwrap_or_else(|| name.replace('_', " ")),
        by: actor,
        cost,
        span: entry.key,
    }
}

fn cost(node: &Node, out: &mut Diagnostics) -> Fixed {
    let number = node.as_text().and_then(|text| Number::parse(text.trim()).ok());
    out.push(match number.map(fixed) {
        Some(cost) if cost >= Fixed::ZERO => return cost,
        Some(_) => Diagnostic::error("E0710", node.span, "the `cost` of a lever is below zero"),
        None => Diagnostic::error("E0710", node.span, "the `cost` of a lever is a number")
            .help("write it without a unit, as in `cost: 2`; what one unit is can stand under `about:`"),
    });
    Fixed::ZERO
}
