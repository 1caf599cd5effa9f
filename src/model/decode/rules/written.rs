//! A rule as it is written: its keys, and which of them go together.

use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Fields, Node};
use crate::model::decode::{about::Common, read};

/// The keys of one rule.
pub(super) struct Written<'t> {
    pub name: &'t str,
    pub key: Span,
    pub says: Option<&'t Node>,
    pub variables: Option<&'t Node>,
    pub on: Option<&'t Node>,
    pub when: Option<&'t Node>,
    pub every: Option<&'t Node>,
    pub condition: Option<&'t Node>,
    pub then: Option<&'t Node>,
    pub derive: Option<&'t Node>,
    pub overrides: Option<&'t Node>,
    pub common: Common<'t>,
}

/// All rules by name, in the order of their names.
pub(super) fn rules<'t>(rules: &'t Node, out: &mut Diagnostics) -> Vec<Written<'t>> {
    let mut all = Vec::new();
    let Some(map) = read::map(rules, "`rules`", out) else {
        return all;
    };
    let mut entries: Vec<_> = map
        .entries
        .iter()
        .map(|(name, entry)| (name.as_str(), entry))
        .collect();
    entries.sort_by_key(|(name, _)| *name);
    for (name, entry) in entries {
        read::id(name, entry.key, "a rule", out);
        if entry.node.as_map().is_none() {
            let message = format!(
                "the rule `{name}` must be a map, and this is {}",
                entry.node.describe()
            );
            out.push(Diagnostic::error("E0220", entry.node.span, message));
            continue;
        }
        let mut fields = Fields::new(&entry.node, format!("the rule `{name}`"), out).at(entry.key);
        let common = Common::take(&mut fields);
        let rule = Written {
            name,
            key: entry.key,
            says: fields.opt("says"),
            variables: fields.opt("for"),
            on: fields.opt("on"),
            when: fields.opt("when"),
            every: fields.opt("every"),
            condition: fields.opt("if"),
            then: fields.opt("then"),
            derive: fields.opt("derive"),
            overrides: fields.opt("overrides"),
            common,
        };
        fields.done();
        all.push(rule);
    }
    all
}

/// A rule derives, or else it has one trigger and effects.
pub(super) fn check_shape(rule: &Written<'_>, out: &mut Diagnostics) -> Option<()> {
    let name = rule.name;
    let triggers: Vec<_> = [("on", rule.on), ("when", rule.when), ("every", rule.every)]
        .into_iter()
        .filter_map(|(key, node)| node.map(|node| (key, node)))
        .collect();
    match (rule.derive, rule.then, triggers.as_slice()) {
        (Some(_), None, []) | (None, Some(_), [_]) => return Some(()),
        (Some(derive), Some(then), _) => out.push(
            Diagnostic::error(
                "E0602",
                then.span,
                format!("the rule `{name}` has both `derive:` and `then:`"),
            )
            .also(derive.span, "it derives this")
            .help("what is derived holds as long as the conditions do, effects follow once: write two rules"),
        ),
        (Some(_), None, [(key, node), ..]) => out.push(
            Diagnostic::error(
                "E0602",
                node.span,
                format!("the rule `{name}` derives, so it has no `{key}:`"),
            )
            .help("a derived fact holds as long as its conditions do: put them under `if:`")
            .help("for a fact that begins at a moment and lasts, write `then:` with `start:`"),
        ),
        (None, Some(_), []) => out.push(
            Diagnostic::error(
                "E0601",
                rule.key,
                format!("the rule `{name}` does not say when it fires"),
            )
            .help("add `on:` an event, `when:` a condition becomes true, or `every:` a duration"),
        ),
        (None, Some(_), [(one, first), (other, second), ..]) => out.push(
            Diagnostic::error(
                "E0601",
                second.span,
                format!("the rule `{name}` has both `{one}:` and `{other}:`"),
            )
            .also(first.span, "the other one")
            .help("a rule fires for one reason: write two rules, or put a condition under `if:`"),
        ),
        (None, None, _) => out.push(
            Diagnostic::error(
                "E0601",
                rule.key,
                format!("nothing follows from the rule `{name}`"),
            )
            .help("add `then:` with effects, or `derive:` a fact"),
        ),
    }
    None
}
