//! The first pass: which facts are derived, with what arguments, and which chances and choices there are.
//!
//! What is wrong with a rule itself is told by the second pass; here only what concerns several rules together, and the
//! arguments of names that no declaration explains.

use std::collections::{BTreeMap, BTreeSet};

use super::{variables, written};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::Node;
use crate::language::ast::{Expr, Ident};
use crate::model::decode::about;
use crate::model::decode::read::one_or_many;
use crate::model::resolve::{Mode, Scope, as_call};
use crate::model::{Branching, Callable, Fact, Model, Parameter, Type};

/// Where a name is used with arguments of certain types.
struct Use {
    name: String,
    span: Span,
    /// Names and types of the arguments; `None` if they could not be read.
    args: Option<Vec<(String, Type)>>,
}

/// A chance or choice in one rule.
struct Settled {
    at: Use,
    is_choice: bool,
    words: BTreeSet<String>,
}

/// First pass over `rules:`: which facts are derived, signatures of undeclared ones, names of chances and choices.
/// Needs kinds, entity ids, facts, measures, quantities, events and assumptions by name.
pub(crate) fn signatures(model: &mut Model, rules: &Node, out: &mut Diagnostics) {
    let mut heads = Vec::new();
    let mut branchings = Vec::new();
    // Whatever is wrong with keys and variables is told in the second pass.
    let mut later = Diagnostics::default();
    for rule in &written::rules(rules, &mut later) {
        let mut scope = Scope::new(model, Mode::Static).of_rule();
        if let Some(node) = rule.variables {
            variables::bind(&mut scope, node, &mut later);
        }
        for node in rule.derive.into_iter().flat_map(one_or_many) {
            heads.extend(derived(&mut scope, node, &mut later, out));
        }
        if let Some(node) = rule.then {
            collect(&mut scope, node, &mut branchings, &mut later, out);
        }
    }
    declare_derived(model, heads, out);
    declare_branchings(model, branchings, out);
}

/// The head of a deriving rule.
fn derived(
    scope: &mut Scope<'_>,
    node: &Node,
    later: &mut Diagnostics,
    out: &mut Diagnostics,
) -> Option<Use> {
    let expr = scope.parse(node, later)?;
    let (head, args) = as_call(&expr)?;
    if scope.callable(&head.name).is_some() {
        // Its arguments are checked against its declaration.
        return Some(Use {
            name: head.name,
            span: head.span,
            args: Some(Vec::new()),
        });
    }
    Some(used(scope, head, args, out))
}

/// Types arguments that no declaration explains.
fn used(scope: &mut Scope<'_>, head: Ident, args: &[Expr], out: &mut Diagnostics) -> Use {
    let typed: Vec<_> = (args.iter().enumerate())
        .map(|(at, arg)| {
            let term = scope.term(arg, None, out)?;
            let name = as_call(arg).map_or_else(|| format!("arg{}", at + 1), |(ident, _)| ident.name);
            Some((name, term.ty))
        })
        .collect();
    Use {
        name: head.name,
        span: head.span,
        args: typed.into_iter().collect(),
    }
}

/// Chances and choices in a list of effects, however deep.
fn collect(
    scope: &mut Scope<'_>,
    node: &Node,
    found: &mut Vec<Settled>,
    later: &mut Diagnostics,
    out: &mut Diagnostics,
) {
    for map in one_or_many(node).iter().filter_map(Node::as_map) {
        for (key, list, is_choice) in [("chance", "branches", false), ("choice", "options", true)] {
            let Some(head) = map.get(key) else { continue };
            let branches = map.get(list).and_then(Node::as_map);
            let words = branches
                .map(|map| map.entries.keys().cloned().collect())
                .unwrap_or_default();
            if let Some(expr) = scope.parse(head, later)
                && let Some((head, args)) = as_call(&expr)
            {
                let at = used(scope, head, args, out);
                found.push(Settled { at, is_choice, words });
            }
            for branch in branches.into_iter().flat_map(|map| map.entries.values()) {
                if let Some(then) = branch.node.as_map().and_then(|map| map.get("then")) {
                    collect(scope, then, found, later, out);
                }
            }
        }
        if let Some(otherwise) = map.get("else") {
            collect(scope, otherwise, found, later, out);
        }
    }
}

/// Marks declared facts as derived, and declares those that only rules know.
fn declare_derived(model: &mut Model, heads: Vec<Use>, out: &mut Diagnostics) {
    let mut unknown: BTreeMap<String, Vec<Use>> = BTreeMap::new();
    for head in heads {
        match model.names.callables.get(&head.name) {
            Some(Callable::Fact(id)) => model.facts[*id].derived = true,
            // Told where the rule is decoded.
            Some(_) => {}
            None if model.broken.contains(&head.name) => {}
            None => unknown.entry(head.name.clone()).or_default().push(head),
        }
    }
    for (name, uses) in unknown {
        let Some(span) = uses.first().map(|first| first.span) else {
            continue;
        };
        let Some(args) = agree(model, "fact", &uses, out) else {
            model.broken.insert(name);
            continue;
        };
        let facts = model.facts.values().map(|fact| fact.name.as_str());
        if let Some(near) = suggest(&name, facts) {
            out.push(
                Diagnostic::warning(
                    "W0603",
                    span,
                    format!("`{name}` is derived here but not declared under `facts:`"),
                )
                .help(format!(
                    "did you mean `{near}`? else declare `{name}` with its arguments and `says:`"
                )),
            );
        }
        let args = args
            .into_iter()
            .map(|(name, ty)| Parameter {
                name,
                ty,
                default: None,
            })
            .collect();
        let fact = Fact {
            name: name.clone(),
            args,
            symmetric: false,
            posture: false,
            derived: true,
            says: None,
            about: about::none(span),
        };
        let id = model.facts.push(fact);
        model.names.callables.insert(name, Callable::Fact(id));
    }
}

/// Declares chances and choices, in the order of their names.
fn declare_branchings(model: &mut Model, found: Vec<Settled>, out: &mut Diagnostics) {
    let mut by_name: BTreeMap<String, Vec<Settled>> = BTreeMap::new();
    for settled in found {
        by_name.entry(settled.at.name.clone()).or_default().push(settled);
    }
    for (name, all) in by_name {
        let Some(first) = all.first() else { continue };
        let (is_choice, span) = (first.is_choice, first.at.span);
        let words = first.words.clone();
        let agreed = one_sort(&name, &all, out) & same_words(&name, &all, out);
        let uses: Vec<_> = all.into_iter().map(|settled| settled.at).collect();
        let args = agree(model, if is_choice { "choice" } else { "chance" }, &uses, out);
        let (true, Some(args)) = (agreed, args) else {
            model.broken.insert(name);
            continue;
        };
        let words: Vec<_> = words.iter().map(|word| model.intern_word(word)).collect();
        model.intern_enum(&words);
        let args = args.into_iter().map(|(_, ty)| ty).collect();
        let id = model.branchings.push(Branching {
            name: name.clone(),
            args,
            is_choice,
            words,
            span,
        });
        model.names.branchings.insert(name, id);
    }
}

/// Whether a name is always a chance or always a choice.
fn one_sort(name: &str, all: &[Settled], out: &mut Diagnostics) -> bool {
    let chance = all.iter().find(|settled| !settled.is_choice);
    let choice = all.iter().find(|settled| settled.is_choice);
    let (Some(chance), Some(choice)) = (chance, choice) else {
        return true;
    };
    out.push(
        Diagnostic::error(
            "E0609",
            choice.at.span,
            format!("`{name}` is both a choice and a chance"),
        )
        .also(chance.at.span, "a chance here")
        .help("what an actor decides and what falls by chance need two names"),
    );
    false
}

/// Whether all rules give a chance or choice the same branches.
fn same_words(name: &str, all: &[Settled], out: &mut Diagnostics) -> bool {
    let Some((first, rest)) = all.split_first() else {
        return true;
    };
    let Some(other) = rest.iter().find(|other| other.words != first.words) else {
        return true;
    };
    let list = |settled: &Settled| {
        settled
            .words
            .iter()
            .map(|w| format!("`{w}`"))
            .collect::<Vec<_>>()
            .join(", ")
    };
    out.push(
        Diagnostic::error(
            "E0609",
            other.at.span,
            format!("`{name}` has other branches here ({})", list(other)),
        )
        .also(first.at.span, format!("here it has {}", list(first)))
        .help("one name is one draw: the rules that share it need the same branches"),
    );
    false
}

/// The argument types that cover all uses of a name; `None` where they disagree or one could not be read.
fn agree(model: &Model, what: &str, uses: &[Use], out: &mut Diagnostics) -> Option<Vec<(String, Type)>> {
    let (first, rest) = uses.split_first()?;
    let mut types = first.args.clone()?;
    for other in rest {
        let args = other.args.as_ref()?;
        if args.len() != types.len() {
            let message = format!("the {what} `{}` has {} arguments here", other.name, args.len());
            let elsewhere = format!("and {} here", types.len());
            out.push(
                Diagnostic::error("E0609", other.span, message)
                    .also(first.span, elsewhere)
                    .help("give both the same arguments, or one of them another name"),
            );
            return None;
        }
        for ((_, ty), (name, given)) in types.iter_mut().zip(args) {
            let Some(joined) = model.join(*ty, *given) else {
                let (is, was) = (model.type_phrase(*given), model.type_phrase(*ty));
                let message = format!("`{name}` of the {what} `{}` is {is} here", other.name);
                out.push(
                    Diagnostic::error("E0609", other.span, message)
                        .also(first.span, format!("and {was} here"))
                        .help("give both the same arguments, or one of them another name"),
                );
                return None;
            };
            *ty = joined;
        }
    }
    Some(types)
}
