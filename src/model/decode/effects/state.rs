//! `start`, `end`, `set`, `add`, `happen`.

use super::{Context, Decoded, lift};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Fields, Node};
use crate::model::resolve::{Mode, Scope, as_call};
use crate::model::{Argument, Callable, EffectKind, FactId, Happen, MeasureId, Model, Term, TermKind, Type};

/// `start: bound(g, p)`
pub(super) fn start(scope: &mut Scope<'_>, context: &Context, node: &Node, out: &mut Diagnostics) -> Decoded {
    let mut fields = Fields::new(node, "the effect `start`", out);
    let node = fields.req("start");
    fields.done();
    let (id, args, span) = fact(scope, context, "start", node?, out)?;
    let args: Option<Vec<Term>> = args.into_iter().collect();
    let Some(args) = args else {
        let message = "`start:` begins one certain fact, but `_` stands for any";
        out.push(
            Diagnostic::error("E0507", span, message).help("bind a variable with `for:` and write it here"),
        );
        return None;
    };
    Some(EffectKind::Start(id, args))
}

/// `end: holds(g, _)`
pub(super) fn end(scope: &mut Scope<'_>, context: &Context, node: &Node, out: &mut Diagnostics) -> Decoded {
    let mut fields = Fields::new(node, "the effect `end`", out);
    let node = fields.req("end");
    fields.done();
    let (id, args, _) = fact(scope, context, "end", node?, out)?;
    Some(EffectKind::End(id, args))
}

/// `set: losses(g)` with `to:`, `add: losses(g)` with `by:`
pub(super) fn measure(
    scope: &mut Scope<'_>,
    context: &Context,
    head: &str,
    node: &Node,
    out: &mut Diagnostics,
) -> Decoded {
    let mut fields = Fields::new(node, format!("the effect `{head}`"), out);
    let node = if head == "set" {
        fields.req("set")
    } else {
        fields.req("add")
    };
    let amount = if head == "set" {
        fields.req("to")
    } else {
        fields.req("by")
    };
    fields.done();
    let amount = amount.and_then(|node| scope.typed(node, Type::Number, out));
    let (id, args) = target(scope, context, head, node?, out)?;
    Some(match head {
        "set" => EffectKind::Set(id, args, amount?),
        _ => EffectKind::Add(id, args, amount?),
    })
}

/// `happen: attack(a, s)` with `after:` and `unless:`
pub(super) fn happen(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Decoded {
    let mut fields = Fields::new(node, "the effect `happen`", out);
    let event = fields.req("happen");
    let after = fields.opt("after");
    let unless = fields.opt("unless");
    fields.done();
    let after = after.map(|node| duration(scope, node, out));
    let unless = unless.map(|node| scope.condition(node, out));
    let event = event?;
    let (id, args) = scope.happening(event, out)?;
    Some(EffectKind::Happen(Happen {
        event: id,
        args,
        after: lift(after)?,
        unless: lift(unless)?,
    }))
}

/// A duration known at load.
pub(super) fn duration(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<Term> {
    scope.within(Mode::Static, |scope| scope.typed(node, Type::Duration, out))
}

/// The error about a rule on a signal that does more than change a posture.
pub(super) fn acting(model: &Model, context: &Context, span: Span, message: String) -> Diagnostic {
    let signal = context.signal.and_then(|id| model.events.find(id));
    let error = Diagnostic::error("E0607", span, message);
    let name = signal.map_or("", |event| event.name.as_str());
    let error = error.help(format!(
        "a rule on `{name}` changes only facts and measures with `posture: true`; what follows from them is for a rule with `when:`"
    ));
    match signal {
        Some(event) => error.also(event.about.span, "declared as a signal here"),
        None => error,
    }
}

/// The fact that begins or ends.
fn fact(
    scope: &mut Scope<'_>,
    context: &Context,
    verb: &str,
    node: &Node,
    out: &mut Diagnostics,
) -> Option<(FactId, Vec<Argument>, Span)> {
    let expr = scope.parse(node, out)?;
    let model = scope.model;
    if let Some((head, _)) = as_call(&expr)
        && let Some(other) = scope.callable(&head.name)
        && !matches!(other, Callable::Fact(_))
    {
        let noun = other.noun();
        let message = format!(
            "`{}` is declared as {} {noun}, and only facts {verb}",
            head.name,
            article(noun)
        );
        let help = match other {
            Callable::Event(_) => "raise an event with `happen:`",
            Callable::Measure(_) => "change a measure with `set:` and `to:`, or `add:` and `by:`",
            _ => "declare a fact for it",
        };
        out.push(Diagnostic::error("E0605", head.span, message).help(help));
        return None;
    }
    let term = scope.within(Mode::State, |scope| scope.term(&expr, Some(Type::Boolean), out))?;
    let TermKind::Fact(id, args) = term.kind else {
        let message = format!("`{expr}` is no fact: `{verb}:` names one, such as `bound(g, p)`");
        out.push(Diagnostic::error("E0605", expr.span, message));
        return None;
    };
    let fact = model.facts.find(id)?;
    if fact.derived {
        let message = format!("`{}` is derived, so nothing can {verb} it", fact.name);
        out.push(
            Diagnostic::error("E0606", expr.span, message)
                .also(fact.about.span, "declared here; a rule has it under `derive:`")
                .help(format!(
                    "it holds as long as the conditions of that rule do: {verb} one of the facts they read"
                )),
        );
        return None;
    }
    if context.signal.is_some() && !fact.posture {
        let message = format!("a signal cannot act, but it would {verb} `{}`", fact.name);
        out.push(acting(model, context, expr.span, message).also(fact.about.span, "this is no posture"));
        return None;
    }
    Some((id, args, expr.span))
}

/// The measure that changes.
fn target(
    scope: &mut Scope<'_>,
    context: &Context,
    verb: &str,
    node: &Node,
    out: &mut Diagnostics,
) -> Option<(MeasureId, Vec<Term>)> {
    let expr = scope.parse(node, out)?;
    let model = scope.model;
    if let Some((head, _)) = as_call(&expr)
        && let Some(other) = scope.callable(&head.name)
        && !matches!(other, Callable::Measure(_))
    {
        let noun = other.noun();
        let message = format!(
            "`{}` is declared as {} {noun}; `{verb}:` changes measures",
            head.name,
            article(noun)
        );
        let help = match other {
            Callable::Fact(_) => "a fact begins with `start:` and ceases with `end:`",
            Callable::Event(_) => "raise an event with `happen:`",
            _ => "it is computed and cannot be changed: change what it reads",
        };
        out.push(Diagnostic::error("E0605", head.span, message).help(help));
        return None;
    }
    let term = scope.term(&expr, Some(Type::Number), out)?;
    let TermKind::Measure(id, args) = term.kind else {
        let message = format!("`{expr}` is no measure: `{verb}:` names one, such as `losses(g)`");
        out.push(Diagnostic::error("E0605", expr.span, message));
        return None;
    };
    let measure = model.measures.find(id)?;
    if context.signal.is_some() && !measure.posture {
        let message = format!("a signal cannot act, but it would {verb} `{}`", measure.name);
        out.push(acting(model, context, expr.span, message).also(measure.about.span, "this is no posture"));
        return None;
    }
    Some((id, args))
}

fn article(noun: &str) -> &'static str {
    crate::model::resolve::kinds::article(noun)
}
