//! `for:`: each variable after those that its domain reads, whatever the order of writing.

use std::collections::BTreeMap;

use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Node, is_id};
use crate::language::ast::{Expr, ExprKind};
use crate::model::resolve::{Mode, Scope};
use crate::model::{Model, Term, TermKind, Type};

/// Binds the variables and gives their domains, in the order of their ids. What fails is bound as broken.
pub(super) fn bind(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<Vec<Term>> {
    let Some(map) = node.as_map() else {
        let message = format!(
            "`for` must be a map from variables to what they range over, and this is {}",
            node.describe()
        );
        out.push(
            Diagnostic::error("E0604", node.span, message).help("write `for: { p: guarantee, g: p.by }`"),
        );
        return None;
    };
    let mut complete = true;
    let mut open: BTreeMap<&str, (Span, Expr)> = BTreeMap::new();
    for (name, entry) in &map.entries {
        if !is_id(name) {
            let message = format!("`{name}` cannot be a variable: names are `snake_case`");
            out.push(Diagnostic::error("E0604", entry.key, message));
            complete = false;
            continue;
        }
        match scope.parse(&entry.node, out) {
            Some(expr) => {
                open.insert(name, (entry.key, expr));
            }
            None => {
                scope.bind_broken(name);
                complete = false;
            }
        }
    }
    let mut domains = Vec::with_capacity(open.len());
    while !open.is_empty() {
        let ready = open.iter().find(|(name, (_, expr))| {
            !open
                .keys()
                .any(|other| other != *name && reads(scope.model, expr, other))
                && !reads(scope.model, expr, name)
        });
        let Some(name) = ready.map(|(name, _)| *name) else {
            circle(&open, out);
            open.keys().for_each(|name| scope.bind_broken(name));
            return None;
        };
        let Some((key, expr)) = open.remove(name) else {
            break;
        };
        match domain(scope, name, &expr, out) {
            Some(term) => {
                let kind = if let Type::Set(kind) = term.ty {
                    kind
                } else {
                    scope.model.root_kind()
                };
                scope.bind(name, Type::Entity(kind), key);
                domains.push(term);
            }
            None => {
                scope.bind_broken(name);
                complete = false;
            }
        }
    }
    complete.then_some(domains)
}

/// A kind, or a path to a set.
fn domain(scope: &mut Scope<'_>, name: &str, expr: &Expr, out: &mut Diagnostics) -> Option<Term> {
    if let ExprKind::Name(of) = &expr.kind {
        // A bare name is a kind: no variable or entity is a set.
        let model = scope.model;
        if let Some(kind) = model.names.kinds.get(of) {
            return Some(Term {
                span: expr.span,
                ty: Type::Set(*kind),
                kind: TermKind::Members(*kind),
            });
        }
        if !model.broken.contains(of) {
            out.push(no_kind(scope, name, of, expr.span));
        }
        return None;
    }
    let term = scope.within(Mode::Static, |scope| scope.set(expr, out))?;
    Some(term)
}

fn no_kind(scope: &Scope<'_>, name: &str, of: &str, span: Span) -> Diagnostic {
    let model = scope.model;
    if let Some(entity) = model.by_id.get(of).and_then(|id| model.entities.find(*id)) {
        let kind = model
            .kinds
            .find(entity.kind)
            .map_or("", |kind| kind.name.as_str());
        let message = format!("`{of}` is one entity; a variable ranges over a kind or a set");
        return Diagnostic::error("E0604", span, message).help(format!(
            "leave `{name}` out and write `{of}` in the rule, or range over `{kind}`"
        ));
    }
    let error = Diagnostic::error(
        "E0604",
        span,
        format!("no kind `{of}` for `{name}` to range over"),
    );
    match suggest(of, model.names.kinds.keys().map(String::as_str)) {
        Some(near) => error.help(format!("did you mean `{near}`?")).fix(span, near),
        None => error.help("a variable ranges over a kind, or over a set such as `p.by`"),
    }
}

/// Whether a domain reads a variable: a bare name is a kind, so only paths do.
fn reads(model: &Model, expr: &Expr, variable: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == variable && !model.names.kinds.contains_key(name),
        _ => mentions(expr, variable),
    }
}

fn mentions(expr: &Expr, variable: &str) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name == variable,
        ExprKind::Field(base, _) | ExprKind::Unary(_, base) => mentions(base, variable),
        ExprKind::Call(_, args) => args.iter().any(|arg| mentions(arg, variable)),
        ExprKind::Binary(_, a, b) => mentions(a, variable) || mentions(b, variable),
        ExprKind::If(c, a, b) => mentions(c, variable) || mentions(a, variable) || mentions(b, variable),
        _ => false,
    }
}

fn circle(open: &BTreeMap<&str, (Span, Expr)>, out: &mut Diagnostics) {
    let names: Vec<_> = open.keys().map(|name| format!("`{name}`")).collect();
    let mut places = open.values().map(|(key, _)| *key);
    let Some(first) = places.next() else { return };
    let message = format!(
        "the variables {} range over each other in a circle",
        names.join(", ")
    );
    let mut diagnostic = Diagnostic::error("E0604", first, message);
    for place in places {
        diagnostic = diagnostic.also(place, "in the same circle");
    }
    out.push(diagnostic.help("let one of them range over a kind"));
}
