//! `chance` and `choice`.

use super::norms::entity;
use super::{Context, Decoded, Inside, effects, lift};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::{Entry, Fields, Map, Node};
use crate::model::resolve::{Mode, Scope, as_call};
use crate::model::{Branch, BranchingId, Chance, Choice, ChoiceOption, EffectKind, Term, Type, WordId};

/// `chance: vote(g, t)` with `branches:`
pub(super) fn chance(
    scope: &mut Scope<'_>,
    context: &Context,
    node: &Node,
    out: &mut Diagnostics,
) -> Decoded {
    let mut fields = Fields::new(node, "the chance", out);
    let head = fields.req("chance");
    let branches = fields.req("branches");
    fields.done();
    let here = head.map_or(node.span, |head| head.span);
    let named = head.and_then(|head| branching(scope, head, out));
    let inner = context.within(Inside::Chance(here));
    let branches = map(branches?, "branches", out)?;
    let list: Vec<_> = in_order(branches)
        .map(|(name, entry)| branch(scope, &inner, name, entry, out))
        .collect();
    one_rest(branches, &list, out);
    let (branching, args) = named?;
    let branches = list.into_iter().collect::<Option<Vec<Branch>>>()?;
    Some(EffectKind::Chance(Chance {
        branching,
        args,
        branches,
    }))
}

/// `choice: end_or_continue` with `by:`, `options:` and maybe `default:`
pub(super) fn choice(
    scope: &mut Scope<'_>,
    context: &Context,
    node: &Node,
    out: &mut Diagnostics,
) -> Decoded {
    let mut fields = Fields::new(node, "the choice", out);
    let head = fields.req("choice");
    let by = fields.req("by");
    let default = fields.opt("default");
    let options = fields.req("options");
    fields.done();
    let here = head.map_or(node.span, |head| head.span);
    if let Inside::Chance(outer) | Inside::Choice(outer) = context.inside {
        let what = if matches!(context.inside, Inside::Chance(_)) {
            "a chance"
        } else {
            "another choice"
        };
        out.push(
            Diagnostic::error("E0608", here, format!("a choice cannot stand inside {what}"))
                .also(outer, format!("{what} is settled here"))
                .help("let the branch raise an event with `happen:`, and let a rule `on:` that event offer the choice"),
        );
    }
    let by = by.and_then(|node| entity(scope, node, out));
    let named = head.and_then(|head| branching(scope, head, out));
    let inner = context.within(Inside::Choice(here));
    let options = map(options?, "options", out)?;
    let words = options
        .entries
        .keys()
        .filter_map(|name| word(scope, name))
        .collect::<Vec<_>>();
    let default = match (default, scope.model.enum_of(&words)) {
        (Some(node), Some(words)) => Some(scope.typed(node, Type::Enum(words), out)),
        _ => None,
    };
    let list: Vec<_> = in_order(options)
        .map(|(name, entry)| option(scope, &inner, name, entry, out))
        .collect();
    let (branching, args) = named?;
    let options = list.into_iter().collect::<Option<Vec<ChoiceOption>>>()?;
    Some(EffectKind::Choice(Choice {
        branching,
        args,
        by: by?,
        default: lift(default)?,
        options,
    }))
}

/// The name of a chance or choice with its arguments. The first pass has declared it, or has said why it could not.
fn branching(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<(BranchingId, Vec<Term>)> {
    let expr = scope.parse(node, out)?;
    let Some((head, args)) = as_call(&expr) else {
        let message = format!("`{expr}` is no name; write `vote` or `vote(g, t)`");
        out.push(Diagnostic::error("E0613", expr.span, message));
        return None;
    };
    let id = *scope.model.names.branchings.get(&head.name)?;
    let types = &scope.model.branchings.find(id)?.args;
    let terms: Vec<_> = scope.within(Mode::Static, |scope| {
        args.iter()
            .zip(types)
            .map(|(arg, ty)| scope.term(arg, Some(*ty), out))
            .collect()
    });
    Some((id, terms.into_iter().collect::<Option<Vec<Term>>>()?))
}

fn branch(
    scope: &mut Scope<'_>,
    context: &Context,
    name: &str,
    entry: &Entry,
    out: &mut Diagnostics,
) -> Option<Branch> {
    let mut fields = Fields::new(&entry.node, format!("the branch `{name}`"), out).at(entry.key);
    let p = fields.req("p");
    let then = fields.opt("then");
    let says = fields.opt("says");
    fields.done();
    let rest = p.is_some_and(is_rest);
    let p = p.map(|node| {
        if rest {
            Some(None)
        } else {
            probability(scope, context, node, out).map(Some)
        }
    });
    let then = then.map(|node| effects(scope, context, node, out));
    let says = says.map(|node| scope.phrase(node, &[], out));
    Some(Branch {
        word: word(scope, name)?,
        p: p??,
        then: lift(then)?.unwrap_or_default(),
        says: lift(says)?,
        span: entry.key,
    })
}

fn option(
    scope: &mut Scope<'_>,
    context: &Context,
    name: &str,
    entry: &Entry,
    out: &mut Diagnostics,
) -> Option<ChoiceOption> {
    let mut fields = Fields::new(&entry.node, format!("the option `{name}`"), out).at(entry.key);
    let conditions = fields.opt("if");
    let then = fields.opt("then");
    let says = fields.opt("says");
    fields.done();
    let conditions = conditions.map(|node| scope.condition(node, out));
    let then = then.map(|node| effects(scope, context, node, out));
    let says = says.map(|node| scope.phrase(node, &[], out));
    Some(ChoiceOption {
        word: word(scope, name)?,
        conditions: lift(conditions)?.unwrap_or_default(),
        then: lift(then)?.unwrap_or_default(),
        says: lift(says)?,
        span: entry.key,
    })
}

/// `p:` a number; or a bare rate, where the rule ticks in its unit: then its number is the probability.
fn probability(scope: &mut Scope<'_>, context: &Context, node: &Node, out: &mut Diagnostics) -> Option<Term> {
    let term = scope.any(node, out)?;
    match term.ty {
        Type::Number => Some(term),
        Type::Rate(unit) if context.every == Some(unit.duration()) => Some(term),
        Type::Rate(unit) => {
            let message = format!("a rate {unit} is no probability by itself");
            let error = Diagnostic::error("E0611", term.span, message);
            out.push(match context.every {
                Some(tick) => error.help(format!("the rule ticks every {tick}: write `... over {tick}`")),
                None => error.help(format!("say for how long, as in `... over {}`", unit.duration())),
            });
            None
        }
        ty => {
            let message = format!(
                "a probability is a number, and this is {}",
                scope.model.type_phrase(ty)
            );
            out.push(Diagnostic::error("E0504", term.span, message));
            None
        }
    }
}

/// At most one branch may say `p: rest`.
fn one_rest(branches: &Map, list: &[Option<Branch>], out: &mut Diagnostics) {
    if branches.entries.is_empty() {
        return;
    }
    let mut rests = list.iter().flatten().filter(|branch| branch.p.is_none());
    if let (Some(first), Some(second)) = (rests.next(), rests.next()) {
        out.push(
            Diagnostic::error(
                "E0610",
                second.span,
                "only one branch can have the rest of the probability",
            )
            .also(first.span, "the other one"),
        );
    }
}

/// Branches and options in alphabetical order, in which probabilities are summed.
fn in_order(map: &Map) -> impl Iterator<Item = (&str, &Entry)> {
    let mut entries: Vec<_> = map
        .entries
        .iter()
        .map(|(name, entry)| (name.as_str(), entry))
        .collect();
    entries.sort_by_key(|(name, _)| *name);
    entries.into_iter()
}

fn map<'t>(node: &'t Node, key: &str, out: &mut Diagnostics) -> Option<&'t Map> {
    let found = node.as_map().filter(|map| !map.entries.is_empty());
    if found.is_none() {
        let message = format!("`{key}` must be a map with at least one entry");
        let value = if key == "branches" { "{ p: rest }" } else { "{}" };
        let names = node.as_list().unwrap_or_default();
        let mut names: Vec<&str> = names.iter().filter_map(|item| item.as_text()).collect();
        if names.is_empty() {
            names.push("stay");
        }
        let entries: Vec<String> = names.iter().map(|name| format!("{name}: {value}")).collect();
        let help = format!(
            "write `{key}: {{ {} }}`, or each on a line of its own",
            entries.join(", ")
        );
        out.push(Diagnostic::error("E0610", node.span, message).help(help));
    }
    found
}

fn is_rest(node: &Node) -> bool {
    node.as_text().is_some_and(|text| text.trim() == "rest")
}

/// The first pass has interned all names of branches and options.
fn word(scope: &Scope<'_>, name: &str) -> Option<WordId> {
    scope
        .model
        .words
        .iter()
        .find(|(_, word)| *word == name)
        .map(|(id, _)| id)
}
