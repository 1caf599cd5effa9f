//! `overrides:`: which rule gives way to which, without circles.

use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::Node;
use crate::model::decode::read::{one_or_many, text};
use crate::model::{Model, RuleId};

/// Fills `overrides` of all rules and reports circles.
pub(super) fn resolve(model: &mut Model, written: &[(RuleId, &Node)], out: &mut Diagnostics) {
    let mut edges: Vec<(RuleId, RuleId, Span)> = Vec::new();
    for (rule, node) in written {
        for name in one_or_many(node) {
            let Some(other) = text(name, "overrides", out) else {
                continue;
            };
            match model.names.rules.get(&other) {
                Some(id) if id == rule => {
                    let message = format!("the rule `{other}` overrides itself");
                    out.push(Diagnostic::error("E0612", name.span, message));
                }
                Some(id) => edges.push((*rule, *id, name.span)),
                None if model.broken.contains(&other) => {}
                None => {
                    let mut diagnostic = Diagnostic::error("E0612", name.span, format!("no rule `{other}`"));
                    if let Some(near) = suggest(&other, model.names.rules.keys().map(String::as_str)) {
                        diagnostic = diagnostic
                            .help(format!("did you mean `{near}`?"))
                            .fix(name.span, near);
                    }
                    out.push(diagnostic);
                }
            }
        }
    }
    circles(model, &edges, out);
    for (rule, other, _) in edges {
        let list = &mut model.rules[rule].overrides;
        if !list.contains(&other) {
            list.push(other);
        }
    }
    model.rules.values_mut().for_each(|rule| rule.overrides.sort());
}

/// Reports each circle once, at the first of its rules by name.
fn circles(model: &Model, edges: &[(RuleId, RuleId, Span)], out: &mut Diagnostics) {
    for (start, first, span) in edges {
        let Some(path) = path(edges, *first, *start) else {
            continue;
        };
        if path.iter().any(|rule| rule < start) {
            continue;
        }
        let name = |id: &RuleId| {
            model
                .rules
                .find(*id)
                .map_or(String::new(), |rule| format!("`{}`", rule.name))
        };
        let names: Vec<_> = std::iter::once(start).chain(&path).map(name).collect();
        let message = format!("rules override each other in a circle: {}", names.join(" over "));
        out.push(Diagnostic::error("E0612", *span, message).help("decide which of them gives way"));
    }
}

/// A way from one rule to another along `overrides:`.
fn path(edges: &[(RuleId, RuleId, Span)], from: RuleId, to: RuleId) -> Option<Vec<RuleId>> {
    let mut trails = vec![vec![from]];
    let mut seen = vec![from];
    while let Some(trail) = trails.pop() {
        let last = *trail.last()?;
        if last == to {
            return Some(trail);
        }
        for (_, next, _) in edges.iter().filter(|(rule, ..)| *rule == last) {
            if !seen.contains(next) {
                seen.push(*next);
                trails.push(trail.iter().copied().chain([*next]).collect());
            }
        }
    }
    None
}
