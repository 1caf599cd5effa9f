//! Assumptions: numbers, durations, dates and truths that are nobody's fact.

use std::collections::BTreeMap;

use super::about::Common;
use super::declarations::unique;
use super::read;
use super::rivals::rivals;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Entry, Map, Node};
use crate::language::value::{Duration, RateUnit};
use crate::language::{Literal, parse_literal, parse_rate_unit};
use crate::model::resolve::{Mode, Scope, Wanted};
use crate::model::{Assumption, AssumptionEntry, AssumptionId, Callable, Model, Type, Value};

/// Distributions over a range that sweeps know.
const SHAPES: &[&str] = &["uniform", "triangular", "beta", "normal"];

/// An assumption while its entries are gathered.
struct Gathered {
    entries: Vec<AssumptionEntry>,
    ty: Type,
    arity: usize,
}

/// Fills the table of assumptions. Entities must be numbered: indexes name them.
pub(crate) fn decode(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    let mut gathered: BTreeMap<String, Gathered> = BTreeMap::new();
    for (key, entry) in read::section(root, "assumptions", out) {
        let name = key.split('(').next().unwrap_or(key).trim();
        let read = read::id(name, entry.key, "an assumption", out)
            .then(|| Scope::new(model, Mode::Static).ground_key(key, entry.key, Wanted::Declaration, out))
            .flatten()
            .and_then(|key| self::entry(model, &key.name, key.args, entry, out));
        match read {
            Some((entry, ty)) => add(&mut gathered, name, entry, ty, out),
            None => {
                model.broken.insert(name.to_owned());
            }
        }
    }
    for (name, span) in root
        .get("assumptions")
        .and_then(Node::as_map)
        .iter()
        .flat_map(|map| &map.removed)
    {
        model.names.removed.insert(name.clone(), *span);
    }
    for (name, mut all) in gathered {
        let span = all.entries.first().map(|entry| entry.about.span);
        if span.is_none_or(|span| unique(model, &name, span, "the assumption", out).is_none()) {
            model.broken.insert(name);
            continue;
        }
        let patterns: Vec<&[Option<Value>]> =
            all.entries.iter().map(|entry| entry.index.as_slice()).collect();
        if let Some((one, other)) = rivals(&patterns)
            && let (Some(one), Some(other)) = (all.entries.get(one), all.entries.get(other))
        {
            out.push(
                Diagnostic::error(
                    "E0702",
                    other.about.span,
                    format!("two entries of `{name}` fit the same arguments, and neither is more specific"),
                )
                .also(one.about.span, "the other one")
                .help("add an entry for the arguments that both fit; it will count there"),
            );
        }
        // Most specific first; sections come in alphabetical order and the sort is stable.
        all.entries
            .sort_by_key(|entry| entry.index.iter().filter(|index| index.is_none()).count());
        let assumption = Assumption {
            name: name.clone(),
            arity: all.arity,
            ty: all.ty,
            entries: all.entries,
        };
        let id: AssumptionId = model.assumptions.push(assumption);
        model.names.callables.insert(name, Callable::Assumption(id));
    }
}

/// Puts an entry beside those of the same name; all must have one type and one number of indexes.
fn add(
    all: &mut BTreeMap<String, Gathered>,
    name: &str,
    entry: AssumptionEntry,
    ty: Type,
    out: &mut Diagnostics,
) {
    let arity = entry.index.len();
    let Some(known) = all.get_mut(name) else {
        all.insert(
            name.to_owned(),
            Gathered {
                entries: vec![entry],
                ty,
                arity,
            },
        );
        return;
    };
    let first = known.entries.first().map(|first| first.about.span);
    let problem = if known.arity != arity {
        Some(format!(
            "`{name}` has {} indexes in one place and {arity} here",
            known.arity
        ))
    } else if known.ty != ty {
        Some(format!(
            "`{name}` is of another type here than in its other entries"
        ))
    } else {
        None
    };
    match problem {
        Some(message) => {
            let diagnostic = Diagnostic::error("E0702", entry.about.span, message);
            out.push(match first {
                Some(first) => diagnostic.also(first, "the first entry"),
                None => diagnostic,
            });
        }
        None => known.entries.push(entry),
    }
}

/// One entry with its value and range.
fn entry(
    model: &Model,
    name: &str,
    index: Vec<Option<Value>>,
    entry: &Entry,
    out: &mut Diagnostics,
) -> Option<(AssumptionEntry, Type)> {
    if entry.node.as_map().is_none() {
        let message = format!("the assumption `{name}` must be a map");
        let text = entry.node.as_text().unwrap_or("0.5");
        let help = format!("write `{{ value: {text}, range: [low, high], why: ... }}`");
        out.push(Diagnostic::error("E0702", entry.node.span, message).help(help));
        return None;
    }
    let mut fields = read::fields(entry, format!("the assumption `{name}`"), out)?;
    let value = fields.req("value");
    let range = fields.opt("range");
    let unit = fields.opt("unit");
    let shape = fields.opt("shape");
    let why = fields.opt("why");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let mut about = common.read(model, entry.key, out);
    if let Some(says) = says.and_then(|node| read::text(node, "says", out)) {
        about.name.get_or_insert(says);
    }
    let why = why.and_then(|node| read::text(node, "why", out));
    let shape = shape.and_then(|node| self::shape(node, out));
    let value_span = value?.span;
    let (value, mut ty) = literal(model, value?, out)?;
    if let Some(unit) = unit {
        ty = Type::Rate(rate(model, unit, ty, out)?);
    }
    let range_span = range.map_or(entry.key, |node| node.span);
    let range = match range {
        Some(node) => Some(self::range(model, node, out)?),
        None => None,
    };
    match &range {
        Some((low, high)) => check_range(low, &value, high, [value_span, range_span], out),
        None if !matches!(value, Value::Boolean(_)) => {
            let message = format!("the assumption `{name}` has no range");
            let help =
                "say how far it may be off: `range: [low, high]`; without it no sensitivity can be given";
            out.push(Diagnostic::warning("W0701", entry.key, message).help(help));
        }
        None => {}
    }
    Some((
        AssumptionEntry {
            index,
            value,
            range,
            shape,
            why,
            about,
        },
        ty,
    ))
}

/// A number, a duration, a date or a truth, as written.
fn literal(model: &Model, node: &Node, out: &mut Diagnostics) -> Option<(Value, Type)> {
    let literal = parse_literal(&model.sources, node)
        .map_err(|error| out.push(*error))
        .ok()?;
    Some(match literal {
        Literal::Number(number) => (Value::Number(number), Type::Number),
        Literal::Duration(duration) => (Value::Duration(duration), Type::Duration),
        Literal::Never => (Value::Duration(Duration::Never), Type::Duration),
        Literal::Date(day) => (Value::Date(day), Type::Date),
        Literal::Boolean(truth) => (Value::Boolean(truth), Type::Boolean),
    })
}

fn rate(model: &Model, node: &Node, ty: Type, out: &mut Diagnostics) -> Option<RateUnit> {
    let unit = parse_rate_unit(&model.sources, node)
        .map_err(|error| out.push(*error))
        .ok()?;
    if ty != Type::Number {
        out.push(Diagnostic::error(
            "E0702",
            node.span,
            "only a number can be a rate",
        ));
        return None;
    }
    Some(unit)
}

fn shape(node: &Node, out: &mut Diagnostics) -> Option<String> {
    let written = read::text(node, "shape", out)?;
    if !SHAPES.contains(&written.as_str()) {
        let all: Vec<_> = SHAPES.iter().map(|shape| format!("`{shape}`")).collect();
        let message = format!("no shape is called `{written}`");
        out.push(
            Diagnostic::error("E0702", node.span, message)
                .help(format!("a shape is one of {}", all.join(", "))),
        );
        return None;
    }
    Some(written)
}

/// `[low, high]`
fn range(model: &Model, node: &Node, out: &mut Diagnostics) -> Option<(Value, Value)> {
    let Some([low, high]) = node.as_list() else {
        let message = "a range is a list of two values";
        let error = Diagnostic::error("E0702", node.span, message).help("write `range: [low, high]`");
        out.push(match node.as_text().and_then(two_ends) {
            Some((low, high)) => error.fix(node.span, format!("[ {low}, {high} ]")),
            None => error,
        });
        return None;
    };
    let (low, high) = (literal(model, low, out), literal(model, high, out));
    Some((low?.0, high?.0))
}

/// `0.5 to 0.9`, `5-40`: the ends of a range that is written as a text.
fn two_ends(text: &str) -> Option<(&str, &str)> {
    let (low, high) = [" to ", "..", "\u{2013}", " - ", "-"]
        .iter()
        .find_map(|between| text.split_once(between))?;
    let (low, high) = (low.trim(), high.trim());
    let number = |end: &str| end.parse::<f64>().is_ok();
    let begins = |end: &str| end.starts_with(|c: char| c.is_ascii_digit());
    ((number(low) && number(high)) || (low.contains(' ') && begins(low) && begins(high)))
        .then_some((low, high))
}

fn check_range(low: &Value, value: &Value, high: &Value, [own, span]: [Span; 2], out: &mut Diagnostics) {
    let (message, help) = match (ordered(low, value), ordered(value, high)) {
        (Some(true), Some(true)) => return,
        (Some(_), Some(_)) if ordered(low, high) == Some(false) => {
            ("the range begins above its end", "write the lower end first")
        }
        (None, _) | (_, None) => (
            "the range and the value are not of one sort",
            "write all three alike, as in `{ value: 30 days, range: [ 10 days, 60 days ] }`",
        ),
        _ => {
            out.push(
                Diagnostic::error("E0702", own, "the value lies outside its own range")
                    .also(span, "the range")
                    .help("the range is where the value may lie: widen it, or correct the value"),
            );
            return;
        }
    };
    out.push(Diagnostic::error("E0702", span, message).help(help));
}

/// Whether two values are in ascending order; `None` if they do not compare.
fn ordered(low: &Value, high: &Value) -> Option<bool> {
    match (low, high) {
        (Value::Number(low), Value::Number(high)) => Some(low.float() <= high.float()),
        (Value::Duration(low), Value::Duration(high)) => low.compare(*high).map(|order| order.is_le()),
        (Value::Date(low), Value::Date(high)) => Some(low <= high),
        (Value::Boolean(_), Value::Boolean(_)) => Some(true),
        _ => None,
    }
}
