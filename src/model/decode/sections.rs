//! The top level of a scenario: which keys there are, what the scenario is called, its period and its sources.

use std::collections::BTreeSet;

use super::read;
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Fields, Map, Node, Value};
use crate::language::parse_date;
use crate::language::value::Day;
use crate::model::{Model, Reference, Type};

/// The sections that every scenario may have, whatever its vocabulary.
pub(crate) const CORE: &[&str] = &[
    "demarche",
    "title",
    "question",
    "about",
    "note",
    "period",
    "from",
    "uses",
    "sources",
    "kinds",
    "facts",
    "measures",
    "quantities",
    "events",
    "rules",
    "entities",
    "assumptions",
    "start",
    "timeline",
    "fix",
    "outcomes",
    "variants",
    "levers",
    "expect",
    "invariants",
];

/// Reports top-level keys that neither the core nor any kind knows, and what holds names without being a map. The names
/// written there are not known; to speak of each of them again would hide the one mistake.
pub(crate) fn check_keys(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    check_overlay_keys(model, root, &[], out);
    let known = known(model, &[]);
    let lost = root.entries.iter().filter(|(key, entry)| match entry.node.value {
        Value::Map(_) => !known.contains(key.as_str()),
        _ => true,
    });
    let lost: Vec<&Node> = lost.map(|(_, entry)| &entry.node).collect();
    drop(known);
    for node in lost {
        lose(model, node, "");
    }
}

/// Remembers the names that are written in a section which cannot be read.
fn lose(model: &mut Model, node: &Node, prefix: &str) {
    match &node.value {
        Value::Map(map) => {
            for (name, entry) in &map.entries {
                let id = format!("{prefix}{name}");
                model.broken.insert(id.clone());
                for (key, inner) in entry.node.as_map().iter().flat_map(|map| &map.entries) {
                    if nests(model, key).is_some() {
                        lose(model, &inner.node, &format!("{id}."));
                    }
                }
            }
        }
        Value::List(list) => list.iter().for_each(|item| lose(model, item, prefix)),
        Value::Scalar(_) | Value::Null => {}
    }
}

/// The keys that a scenario or an overlay may have.
fn known<'m>(model: &'m Model, own: &[&'m str]) -> BTreeSet<&'m str> {
    let sections = model.kinds.values().filter_map(|kind| kind.section.as_deref());
    CORE.iter().chain(own).copied().chain(sections).collect()
}

/// As [`check_keys`], for an overlay that may have keys of its own.
pub(crate) fn check_overlay_keys(model: &Model, map: &Map, own: &[&str], out: &mut Diagnostics) {
    let known = known(model, own);
    for (key, entry) in &map.entries {
        if known.contains(key.as_str()) {
            continue;
        }
        let mut diagnostic = Diagnostic::error("E0401", entry.key, format!("no section is called `{key}`"));
        if let Some(kind) = model
            .names
            .kinds
            .get(key)
            .and_then(|kind| model.kinds.find(*kind))
        {
            let section = model.names.kinds.get(&kind.name).and_then(|kind| {
                model
                    .lineage(*kind)
                    .find_map(|kind| model.kinds[kind].section.clone())
            });
            let section = section.unwrap_or_else(|| "entities".to_owned());
            diagnostic = diagnostic.help(format!(
                "`{key}` is a kind; its entities are written under `{section}:`"
            ));
        } else if let Some(inside) = nests(model, key) {
            diagnostic = diagnostic.help(format!(
                "`{key}:` stands inside an element of `{inside}:`, indented below its name"
            ));
        } else if let Some(inside) = holder(model, key) {
            let value = entry.node.as_text().unwrap_or("...");
            let inner = if inside == "assumptions" && entry.node.as_map().is_none() {
                format!("{{ value: {value} }}")
            } else {
                "{ ... }".to_owned()
            };
            diagnostic = diagnostic.help(format!(
                "it stands under `{inside}:`, so write `{inside}: {{ {key}: {inner} }}`"
            ));
        } else if let Some((section, rest)) =
            key.split_once('.').filter(|(section, _)| known.contains(section))
        {
            let path: Vec<&str> = rest.split('.').collect();
            let value = entry.node.as_text().unwrap_or("...").to_owned();
            let inner = path
                .iter()
                .rev()
                .fold(value, |inner, key| format!("{{ {key}: {inner} }}"));
            diagnostic = diagnostic.help(format!("one inside the other: `{section}: {inner}`"));
        } else if let Some(other) = suggest(key, known.iter().copied()).or_else(|| synonym(key)) {
            diagnostic = diagnostic
                .help(format!("did you mean `{other}`?"))
                .fix(entry.key, other);
        } else {
            diagnostic = diagnostic
                .help("entities of a kind without a section of its own are written under `entities:`");
        }
        out.push(diagnostic);
    }
}

/// The section in which something of that name is written.
fn holder<'m>(model: &'m Model, key: &str) -> Option<&'m str> {
    use crate::model::Callable;
    if let Some(entity) = model.by_id.get(key).and_then(|id| model.entities.find(*id)) {
        return model
            .lineage(entity.kind)
            .find_map(|kind| model.kinds.find(kind)?.section.as_deref())
            .or(Some("entities"));
    }
    if model.rules.values().any(|rule| rule.name == key) {
        return Some("rules");
    }
    if model.names.outcomes.contains_key(key) {
        return Some("outcomes");
    }
    if model.timeline.iter().any(|scripted| scripted.name == key) {
        return Some("timeline");
    }
    Some(match model.names.callables.get(key.split('(').next()?)? {
        Callable::Fact(_) => "facts",
        Callable::Measure(_) => "measures",
        Callable::Quantity(_) => "quantities",
        Callable::Event(_) => "events",
        Callable::Assumption(_) => "assumptions",
    })
}

/// What other people call our sections.
fn synonym(key: &str) -> Option<&'static str> {
    Some(match key.to_ascii_lowercase().as_str() {
        "parties" | "players" | "agents" | "states" | "countries" | "people" => "actors",
        "treaties" | "treaty" | "deals" | "deal" | "contracts" | "texts" => "agreements",
        "goals" | "interests" | "demands" | "preferences" => "positions",
        "parameters" | "params" | "numbers" | "constants" | "settings" | "values" => "assumptions",
        "schedule" | "calendar" | "dates" | "history" | "script" => "timeline",
        "initial" | "initially" | "beginning" | "state" => "start",
        "questions" | "results" | "indicators" | "metrics" => "outcomes",
        "tests" | "test" | "expectations" | "checks" | "assertions" => "expect",
        "scenarios" | "versions" | "alternatives" | "what_if" | "whatifs" | "overlays" => "variants",
        "actions" | "measures_taken" | "options" => "levers",
        "types" | "definitions" | "classes" | "words" => "kinds",
        "laws" | "logic" => "rules",
        "references" | "bibliography" | "citations" => "sources",
        "variables" => "measures",
        _ => return None,
    })
}

/// The section in whose elements a nested section of that name stands.
fn nests<'m>(model: &'m Model, key: &str) -> Option<&'m str> {
    let nested = model
        .kinds
        .values()
        .find(|kind| kind.nested.as_deref() == Some(key))?;
    let part_of = nested.attributes.get("part_of")?;
    let Type::Entity(whole) = part_of.ty else {
        return None;
    };
    model
        .lineage(whole)
        .find_map(|kind| model.kinds.find(kind)?.section.as_deref())
}

/// Title, question, remarks: what a scenario says about itself.
pub(crate) fn heading(model: &mut Model, heading: &Map, out: &mut Diagnostics) {
    let mut text = |key: &str| heading.get(key).and_then(|node| read::text(node, key, out));
    model.title = text("title").unwrap_or_default();
    model.question = text("question");
    model.about = text("about");
    model.note = text("note");
}

/// `period: { from: DATE, to: DATE }`
pub(crate) fn period(model: &mut Model, root: &Map, start: Span, out: &mut Diagnostics) {
    let Some(entry) = root.entries.get("period") else {
        let diagnostic = Diagnostic::error("E0701", start, "the scenario needs a `period`");
        out.push(
            diagnostic.help("write `period: { from: 2022-03-29, to: 2032-03-29 }`; both days are included"),
        );
        return;
    };
    let mut fields = Fields::new(&entry.node, "the period", out).at(entry.key);
    let (from, to) = (fields.req("from"), fields.req("to"));
    fields.done();
    let (Some(from), Some(to)) = (from, to) else {
        return;
    };
    let (Some(first), Some(last)) = (day(model, from, out), day(model, to, out)) else {
        return;
    };
    if last < first {
        let diagnostic = Diagnostic::error(
            "E0701",
            to.span,
            format!("the period ends on {last}, before it begins"),
        );
        out.push(
            diagnostic
                .also(from.span, "it begins here")
                .help("the first day stands behind `from:`, the last behind `to:`"),
        );
    }
    model.period = (first, last);
}

/// A date as written, neither `never` nor computed.
pub(crate) fn day(model: &Model, node: &Node, out: &mut Diagnostics) -> Option<Day> {
    let day = match parse_date(&model.sources, node) {
        Ok(day) => day,
        Err(error) => {
            out.push(spelt_otherwise(node).unwrap_or(*error));
            return None;
        }
    };
    if day == Day::NEVER {
        out.push(Diagnostic::error(
            "E0701",
            node.span,
            "a day of the calendar is wanted here, not `never`",
        ));
        return None;
    }
    Some(day)
}

/// A date as people write it elsewhere: `1 March 2030`, `01.03.2030`, `2030/03/01`.
pub(crate) fn spelt_otherwise(node: &Node) -> Option<Diagnostic> {
    let text = node.as_text()?;
    let parts: Vec<&str> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|part| !part.is_empty())
        .collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let number = |part: &str| part.parse::<i16>().ok().filter(|_| part.len() <= 4);
    let month = |part: &str| Day::month_of(part);
    let (year, month, day) = match (number(a), number(b), number(c)) {
        (Some(year), Some(month), Some(day)) if a.len() == 4 => (year, month, day),
        (Some(day), Some(month), Some(year)) if c.len() == 4 && text.contains('.') => (year, month, day),
        (Some(day), None, Some(year)) if c.len() == 4 => (year, month(b)?, day),
        (None, Some(day), Some(year)) if c.len() == 4 => (year, month(a)?, day),
        _ => {
            return text.contains('/').then(|| {
                Diagnostic::error("E0304", node.span, format!("`{text}` is no date"))
                    .help("a date is written year, month, day, as in `2030-03-01`")
            });
        }
    };
    let written = format!("{year:04}-{month:02}-{day:02}");
    let error = Diagnostic::error("E0304", node.span, format!("`{text}` is no date"))
        .help("a date is written year, month, day");
    (written != text && Day::parse(&written).is_ok()).then(|| error.fix(node.span, written))
}

/// `sources: { article: { title: ..., publisher: ..., date: ... } }`
pub(crate) fn sources(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    for (name, entry) in read::section_as_written(root, "sources", out) {
        let fields = read::id(name, entry.key, "a source", out)
            .then(|| read::fields(entry, format!("the source `{name}`"), out))
            .flatten();
        let Some(mut fields) = fields else {
            model.broken.insert(name.to_owned());
            continue;
        };
        let title = fields.req("title");
        let details = ["author", "publisher", "date", "note"].map(|key| (key, fields.opt(key)));
        fields.done();
        let title = title
            .and_then(|node| read::text(node, "title", out))
            .unwrap_or_default();
        let mut reference = Reference {
            title,
            details: Default::default(),
        };
        for (key, node) in details {
            if let Some(text) = node.and_then(|node| read::text(node, key, out)) {
                reference.details.insert(key.to_owned(), text);
            }
        }
        model.bibliography.insert(name.to_owned(), reference);
    }
}
