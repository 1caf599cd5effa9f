//! What is given before the first day and on days: `start:`, `timeline:`, `fix:`.

use std::collections::{BTreeMap, BTreeSet};

use super::about::Common;
use super::rivals::rivals;
use super::{about, bodies, read, sections};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Entry, Map, Node};
use crate::language::value::Day;
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::{GroundKey, Mode, Scope, Target, Wanted};
use crate::model::{
    Annotations, BranchingId, FactId, Fix, Initial, MeasureId, Model, Scripted, Settled, Type, Value, When,
    WordId,
};

/// `start:` - what holds before the first day.
pub(crate) fn start(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    let mut all: Vec<(GroundKey, &Entry)> = Vec::new();
    for (key, entry) in read::section(root, "start", out) {
        let key = Scope::new(model, Mode::Static).ground_key(key, entry.key, Wanted::State, out);
        if let Some(key) = key {
            all.push((key, entry));
        }
    }
    // `at_war(a, b)` and `at_war(b, a)` are one fact, and so written twice.
    let mut seen: BTreeMap<String, Span> = BTreeMap::new();
    for (key, entry) in all {
        let canonical = canonical_atom(model, &key);
        if let Some(other) = seen.insert(canonical, entry.key) {
            let message = format!(
                "`{}` says a second time how it stands",
                model.atom_text(&key.name, &key.args)
            );
            out.push(Diagnostic::error("E0703", entry.key, message).also(other, "said here before"));
            continue;
        }
        let decoded = initial(model, &key, entry, out);
        model.start.extend(decoded);
    }
}

/// One text for both ways of writing a symmetric fact.
fn canonical_atom(model: &Model, key: &GroundKey) -> String {
    let mut args = key.args.clone();
    if let Target::Fact(id) = key.target
        && model.facts[id].symmetric
    {
        args.sort_by_key(|arg| arg.as_ref().map(|value| model.value_text(value)));
    }
    model.atom_text(&key.name, &args)
}

fn initial(
    model: &Model,
    key: &GroundKey,
    entry: &Entry,
    out: &mut Diagnostics,
) -> Option<(Initial, Annotations)> {
    let (node, about) = value_and_annotations(model, entry, &key.name, out)?;
    let args: Vec<Value> = key.args.iter().flatten().cloned().collect();
    let fine = |value: &Value| matches!(value, Value::Number(number) if number.fixed().is_none());
    if args.iter().any(fine) {
        out.push(too_fine(entry.key));
        return None;
    }
    let initial = match key.target {
        Target::Fact(id) => fact(model, id, args, node, entry, out),
        Target::Measure(id) => measure(model, id, args, node, out),
        _ => None,
    };
    Some((initial?, about))
}

/// `true`, or `{ is: true, source: article P7 }`.
fn value_and_annotations<'t>(
    model: &Model,
    entry: &'t Entry,
    name: &str,
    out: &mut Diagnostics,
) -> Option<(&'t Node, Annotations)> {
    if entry.node.as_map().is_none() {
        return Some((&entry.node, about::none(entry.key)));
    }
    let mut fields = read::fields(entry, format!("the start of `{name}`"), out)?;
    let is = fields.req("is");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    Some((is?, about))
}

fn fact(
    model: &Model,
    id: FactId,
    args: Vec<Value>,
    node: &Node,
    entry: &Entry,
    out: &mut Diagnostics,
) -> Option<Initial> {
    let fact = &model.facts[id];
    if fact.derived {
        let message = format!("`{}` is derived by rules, so it cannot be started", fact.name);
        let deriving = model.rules.values().find(|rule| match &rule.body {
            crate::model::Body::Derive(heads) => heads.iter().any(|(head, _)| *head == id),
            crate::model::Body::Then(_) => false,
        });
        let mut diagnostic = Diagnostic::error("E0703", entry.key, message);
        if let Some(rule) = deriving {
            diagnostic = diagnostic.also(rule.about.span, "this rule derives it");
        }
        out.push(diagnostic.help("start the facts from which it follows"));
        return None;
    }
    let holds = read::boolean(node, &fact.name, out)?;
    Some(Initial::Fact(id, args, holds))
}

fn measure(
    model: &Model,
    id: MeasureId,
    args: Vec<Value>,
    node: &Node,
    out: &mut Diagnostics,
) -> Option<Initial> {
    let measure = &model.measures[id];
    let value = bodies::fixed(model, node, out)?;
    if value < measure.from || value > measure.to {
        let message = format!(
            "`{}` runs from {} to {}, so it cannot start at {value}",
            measure.name, measure.from, measure.to
        );
        out.push(Diagnostic::error("E0703", node.span, message).also(measure.about.span, "declared here"));
        return None;
    }
    Some(Initial::Measure(id, args, value))
}

/// `timeline:` - what happens on a given day, in the order of the days.
pub(crate) fn timeline(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    for (name, entry) in read::section(root, "timeline", out) {
        if read::id(name, entry.key, "an entry of the timeline", out) {
            let scripted = scripted(model, name, entry, out);
            model.timeline.extend(scripted);
        }
    }
    model
        .timeline
        .sort_by(|a, b| a.on.cmp(&b.on).then_with(|| a.name.cmp(&b.name)));
}

fn scripted(model: &Model, name: &str, entry: &Entry, out: &mut Diagnostics) -> Option<Scripted> {
    let mut fields = read::fields(entry, format!("`{name}` of the timeline"), out)?;
    let on = fields.req("on");
    let happen = fields.req("happen");
    let says = fields.opt("says");
    let common = Common::take(&mut fields);
    fields.done();
    let about = common.read(model, entry.key, out);
    let says = says.and_then(|node| read::text(node, "says", out));
    let on = on.and_then(|node| match sections::spelt_otherwise(node) {
        Some(diagnostic) => {
            out.push(diagnostic);
            None
        }
        None => Some((node, bodies::constant(model, node, Type::Date, out)?)),
    });
    if let Some(list) = happen.filter(|node| node.as_list().is_some()) {
        let message = format!("one event happens at `{name}`, and this is a list");
        let help = "write an entry for each, with a name of its own; they may be on one day";
        out.push(Diagnostic::error("E0316", list.span, message).help(help));
        return None;
    }
    let mut scope = Scope::new(model, Mode::Static);
    let (event, terms) = happen.and_then(|node| scope.happening(node, out))?;
    let mut args = Vec::with_capacity(terms.len());
    for term in &terms {
        match evaluate(term, model, &|_| None)? {
            Ok(Value::Number(number)) if number.fixed().is_none() => {
                out.push(too_fine(term.span));
                return None;
            }
            Ok(value) => args.push(value),
            Err(diagnostic) => {
                out.push(diagnostic);
                return None;
            }
        }
    }
    let (node, Value::Date(on)) = on? else { return None };
    let (first, last) = model.period;
    // A period that could not be read, or that ends before it begins, was reported.
    let known = first <= last && first != Day::NEVER;
    if known && (on < first || on > last) {
        let message =
            format!("`{name}` is on {on}, outside the period {first} to {last}, so it never happens");
        let help = "correct the date or the `period:`; what was so before goes under `start:`";
        out.push(Diagnostic::warning("W0702", node.span, message).help(help));
    }
    Some(Scripted {
        name: name.to_owned(),
        on,
        event,
        args,
        says,
        about,
    })
}

/// A number that no fact, measure or event can carry.
fn too_fine(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0803",
        span,
        "this cannot be an argument of a fact, a measure or an event",
    )
    .help("arguments are entities, words, dates, durations and numbers of at most six decimals")
}

/// `fix:` - chances and choices settled beforehand.
pub(crate) fn fixes(model: &mut Model, root: &Map, out: &mut Diagnostics) {
    for (key, entry) in read::section(root, "fix", out) {
        let Some(key) = Scope::new(model, Mode::Static).ground_key(key, entry.key, Wanted::Branching, out)
        else {
            continue;
        };
        let Target::Branching(branching) = key.target else {
            continue;
        };
        if let Some(settled) = settled(model, branching, &entry.node, out) {
            model.fixes.push(Fix {
                branching,
                args: key.args,
                settled,
                span: entry.key,
            });
        }
    }
    let branchings: BTreeSet<BranchingId> = model.fixes.iter().map(|fix| fix.branching).collect();
    for branching in branchings {
        let all: Vec<&Fix> = model
            .fixes
            .iter()
            .filter(|fix| fix.branching == branching)
            .collect();
        let patterns: Vec<&[Option<Value>]> = all.iter().map(|fix| fix.args.as_slice()).collect();
        if let Some((one, other)) = rivals(&patterns)
            && let (Some(one), Some(other)) = (all.get(one), all.get(other))
        {
            let name = model.branchings.find(branching).map_or("", |b| b.name.as_str());
            out.push(
                Diagnostic::error(
                    "E0705",
                    other.span,
                    format!("two entries for `{name}` fit the same arguments, and neither is more specific"),
                )
                .also(one.span, "the other one")
                .help("add an entry for the arguments that both fit; it will count there"),
            );
        }
    }
}

fn settled(model: &Model, id: BranchingId, node: &Node, out: &mut Diagnostics) -> Option<Settled> {
    let branching = &model.branchings[id];
    if let Some(map) = node.as_map() {
        let all: Vec<Option<(When, WordId)>> = (map.entries.iter())
            .map(|(key, entry)| {
                Some((
                    when(model, key, entry.key, out)?,
                    word(model, id, &entry.node, out)?,
                ))
            })
            .collect();
        let mut all = all.into_iter().collect::<Option<Vec<_>>>()?;
        all.sort();
        return Some(Settled::At(all));
    }
    let text = node.as_text().unwrap_or_default().trim();
    let is_word = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    if is_word || node.as_text().is_none() {
        return word(model, id, node, out).map(Settled::Always);
    }
    if !branching.is_choice {
        let message = format!(
            "`{}` is a chance, so it is fixed to one of its branches, not by a rule of thumb",
            branching.name
        );
        let help = format!("its branches are {}", words(model, id));
        out.push(
            Diagnostic::error("E0705", node.span, message)
                .also(branching.span, "the chance")
                .help(help),
        );
        return None;
    }
    let words = model.enum_of(&branching.words)?;
    Scope::new(model, Mode::State)
        .typed(node, Type::Enum(words), out)
        .map(Settled::Thumb)
}

/// `2` or `2018-11-04`
fn when(model: &Model, key: &str, span: Span, out: &mut Diagnostics) -> Option<When> {
    if let Ok(occurrence) = key.parse::<u32>() {
        if occurrence == 0 {
            out.push(Diagnostic::error("E0705", span, "occurrences count from 1"));
            return None;
        }
        return Some(When::Occurrence(occurrence));
    }
    if !key.contains('-') {
        let message = format!("`{key}` is neither a date nor the number of an occurrence");
        out.push(Diagnostic::error("E0705", span, message).help("write `{ 2: stay, 2018-11-04: stay }`"));
        return None;
    }
    let day: Day = sections::day(model, &read::key_node(key, span), out)?;
    let (first, last) = model.period;
    let known = first <= last && first != Day::NEVER;
    if known && (day < first || day > last) {
        let message = format!("{day} lies outside the period {first} to {last}");
        let help = "correct the date or the `period:`";
        out.push(Diagnostic::warning("W0702", span, message).help(help));
    }
    Some(When::On(day))
}

fn word(model: &Model, id: BranchingId, node: &Node, out: &mut Diagnostics) -> Option<WordId> {
    let branching = &model.branchings[id];
    let written = read::text(node, &branching.name, out)?;
    let found = branching
        .words
        .iter()
        .copied()
        .find(|word| model.words[*word] == written.trim());
    if found.is_none() {
        let what = if branching.is_choice { "option" } else { "branch" };
        let message = format!("`{}` has no {what} `{}`", branching.name, written.trim());
        let known = branching.words.iter().map(|word| model.words[*word].as_str());
        let mut diagnostic =
            Diagnostic::error("E0705", node.span, message).also(branching.span, "settled here");
        diagnostic = match crate::diagnostic::suggest(written.trim(), known) {
            Some(other) => diagnostic
                .help(format!("did you mean `{other}`?"))
                .fix(node.span, other),
            None => diagnostic.help(format!("there are {}", words(model, id))),
        };
        out.push(diagnostic);
    }
    found
}

/// All words of a chance or choice, for messages.
fn words(model: &Model, id: BranchingId) -> String {
    let all = model.branchings[id]
        .words
        .iter()
        .map(|word| format!("`{}`", model.words[*word]));
    all.collect::<Vec<_>>().join(", ")
}
