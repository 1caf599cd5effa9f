//! What declarations compute, require and say, once every name is known.

use std::collections::BTreeMap;

use super::declarations::Bodies;
use super::order::{Reads, in_order};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::Node;
use crate::language::ast::{Expr, ExprKind};
use crate::language::parse_expression;
use crate::language::value::Fixed;
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::{Mode, Scope};
use crate::model::{Callable, EventClass, Model, Parameter, QuantityId, Type, Value};

/// `is:` of all quantities, each after those it reads: their types follow from what they compute.
pub(crate) fn quantities(model: &mut Model, bodies: &Bodies<'_>, out: &mut Diagnostics) {
    let mut nodes: BTreeMap<QuantityId, &Node> = BTreeMap::new();
    let mut reads: Reads<QuantityId> = Reads::new();
    for (callable, node) in &bodies.quantities {
        let Callable::Quantity(id) = callable else {
            continue;
        };
        nodes.insert(*id, node);
        let others = reads.entry(*id).or_default();
        // What does not parse is reported when its turn comes.
        if let Ok(expr) = parse_expression(&model.sources, node) {
            names_called(&expr, &mut |name| {
                if let Some(Callable::Quantity(other)) = model.names.callables.get(name) {
                    others.insert(*other);
                }
            });
        }
    }
    match in_order(reads) {
        Ok(order) => {
            for id in order {
                if let Some(node) = nodes.get(&id) {
                    quantity(model, id, node, out);
                }
            }
        }
        Err(circle) => {
            let names: Vec<_> = circle
                .iter()
                .map(|id| format!("`{}`", model.quantities[*id].name))
                .collect();
            let message = format!(
                "quantities read each other in a circle: {}",
                names.join(" reads ")
            );
            if let Some(node) = circle.first().and_then(|id| nodes.get(id)) {
                out.push(Diagnostic::error("E0411", node.span, message));
            }
            let all: Vec<_> = model
                .quantities
                .values()
                .map(|quantity| quantity.name.clone())
                .collect();
            model.broken.extend(all);
        }
    }
}

fn quantity(model: &mut Model, id: QuantityId, node: &Node, out: &mut Diagnostics) {
    let span = model.quantities[id].about.span;
    let mut scope = Scope::new(model, Mode::State);
    scope.bind_all(&model.quantities[id].args, span);
    let term = scope.any(node, out).filter(|term| {
        let number = matches!(term.ty, Type::Number | Type::Rate(_));
        if !number {
            let message = format!(
                "`{}` must compute a number, and this is {}",
                model.quantities[id].name,
                model.type_phrase(term.ty)
            );
            let help = "a condition that is derived is a fact with a deriving rule";
            out.push(Diagnostic::error("E0423", node.span, message).help(help));
        }
        number
    });
    match term {
        Some(term) => model.quantities[id].is = term,
        None => {
            let name = model.quantities[id].name.clone();
            model.broken.insert(name);
        }
    }
}

/// Calls `see` with every name that stands alone or is called.
fn names_called(expr: &Expr, see: &mut dyn FnMut(&str)) {
    match &expr.kind {
        ExprKind::Name(name) => see(name),
        ExprKind::Call(head, args) => {
            see(&head.name);
            args.iter().for_each(|arg| names_called(arg, see));
        }
        ExprKind::Field(base, _) => names_called(base, see),
        ExprKind::Unary(_, a) => names_called(a, see),
        ExprKind::Binary(_, a, b) => [a, b].into_iter().for_each(|part| names_called(part, see)),
        ExprKind::If(a, b, c) => [a, b, c].into_iter().for_each(|part| names_called(part, see)),
        ExprKind::Quantifier(quantifier) => {
            names_called(&quantifier.set, see);
            quantifier
                .condition
                .iter()
                .chain(&quantifier.body)
                .for_each(|part| names_called(part, see));
        }
        ExprKind::Boolean(_)
        | ExprKind::Number(_)
        | ExprKind::Date(_)
        | ExprKind::Duration(_)
        | ExprKind::Never
        | ExprKind::Wildcard => {}
    }
}

/// Defaults of arguments and bounds of measures: known at load, so they need attributes and assumptions.
pub(crate) fn constants(model: &mut Model, bodies: &Bodies<'_>, out: &mut Diagnostics) {
    for (callable, index, node) in &bodies.defaults {
        let Callable::Event(id) = callable else { continue };
        let Some(ty) = model.events[*id].args.get(*index).map(|parameter| parameter.ty) else {
            continue;
        };
        let value = constant(model, node, ty, out);
        if let (Some(value), Some(parameter)) = (value, model.events[*id].args.get_mut(*index)) {
            parameter.default = Some(value);
        }
    }
    for (callable, span, [from, to, default]) in &bodies.bounds {
        let Callable::Measure(id) = callable else { continue };
        let mut fixed = |node: &Option<&Node>| node.and_then(|node| self::fixed(model, node, out));
        let (low, high) = (fixed(from), fixed(to));
        let default = default.map(|node| (node.span, fixed(&Some(node))));
        let measure = &mut model.measures[*id];
        let (Some(low), Some(high)) = (low, high) else {
            continue;
        };
        (measure.from, measure.to) = (low, high);
        measure.default = default
            .and_then(|(_, value)| value)
            .unwrap_or_else(|| Fixed::ZERO.clamp(low, high.max(low)));
        if low >= high {
            let message = format!(
                "`{}` runs from {low} to {high}, which leaves it no room",
                measure.name
            );
            out.push(Diagnostic::error("E0420", *span, message));
        } else if let Some((span, Some(value))) = default
            && !(low..=high).contains(&value)
        {
            let message = format!("the default of `{}` lies outside {low} to {high}", measure.name);
            let help = "give a default between the two, or move `from:` or `to:`";
            out.push(Diagnostic::error("E0420", span, message).help(help));
        }
    }
}

/// A value of a known type, worked out at load.
pub(crate) fn constant(model: &Model, node: &Node, ty: Type, out: &mut Diagnostics) -> Option<Value> {
    let term = Scope::new(model, Mode::Static).typed(node, ty, out)?;
    match evaluate(&term, model, &|_| None)? {
        Ok(value) => Some(value),
        Err(diagnostic) => {
            out.push(diagnostic);
            None
        }
    }
}

/// A number with six decimals.
pub(crate) fn fixed(model: &Model, node: &Node, out: &mut Diagnostics) -> Option<Fixed> {
    let Value::Number(number) = constant(model, node, Type::Number, out)? else {
        return None;
    };
    let fixed = number.fixed().or_else(|| Fixed::from_f64(number.float()));
    if fixed.is_none() {
        out.push(Diagnostic::error(
            "E0420",
            node.span,
            format!(
                "`{}` is too large for a measure",
                model.sources.slice(node.span).trim()
            ),
        ));
    }
    fixed
}

/// `requires:` and `says:`.
pub(crate) fn texts(model: &mut Model, bodies: &Bodies<'_>, out: &mut Diagnostics) {
    for (callable, node) in &bodies.requires {
        let Callable::Event(id) = callable else { continue };
        let event = &model.events[*id];
        let mut scope = Scope::new(model, Mode::State);
        scope.bind_all(&event.args, event.about.span);
        let conditions = scope.condition(node, out);
        if let (EventClass::Institutional(requires), Some(conditions)) =
            (&mut model.events[*id].class, conditions)
        {
            *requires = conditions;
        }
    }
    for (callable, node) in &bodies.says {
        let (args, span): (&[Parameter], Span) = match callable {
            Callable::Fact(id) => (&model.facts[*id].args, model.facts[*id].about.span),
            Callable::Measure(id) => (&model.measures[*id].args, model.measures[*id].about.span),
            Callable::Quantity(id) => (&model.quantities[*id].args, model.quantities[*id].about.span),
            Callable::Event(id) => (&model.events[*id].args, model.events[*id].about.span),
            Callable::Assumption(_) => continue,
        };
        let mut scope = Scope::new(model, Mode::Static);
        scope.bind_all(args, span);
        let phrase = scope.phrase(node, args, out);
        match callable {
            Callable::Fact(id) => model.facts[*id].says = phrase,
            Callable::Measure(id) => model.measures[*id].says = phrase,
            Callable::Quantity(id) => model.quantities[*id].says = phrase,
            Callable::Event(id) => model.events[*id].says = phrase,
            Callable::Assumption(_) => {}
        }
    }
}
