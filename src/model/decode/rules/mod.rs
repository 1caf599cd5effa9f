//! Rules: what makes them fire, over which variables, and what follows.
//!
//! Two passes over `rules:`. [`signatures`] learns which facts are derived and which chances and choices there are, so that
//! whatever is decoded next can speak of them. [`bodies`] decodes the rules themselves.

pub(crate) mod codes;
mod heads;
mod lints;
mod overrides;
mod signals;
mod signatures;
#[cfg(test)]
mod tests;
mod variables;
mod written;

pub(crate) use signatures::signatures;

use written::Written;

use super::effects::{Context, effects};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Node;
use crate::ids::Table;
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::{Mode, Scope};
use crate::model::{
    Body, EventClass, EventPattern, KindId, Model, Rule, Term, Trigger, Type, Value, Variable,
};

/// Second pass: the rules themselves, with everything else in place.
pub(crate) fn bodies(model: &mut Model, rules: &Node, out: &mut Diagnostics) {
    let mut table = Table::default();
    let mut names = std::collections::BTreeMap::new();
    let mut overriding = Vec::new();
    for rule in written::rules(rules, out) {
        let mut found = Diagnostics::default();
        let (name, key, overrides) = (rule.name, rule.key, rule.overrides);
        let decoded = decode(model, rule, &mut found);
        if decoded.is_none() && !found.has_errors() && !out.has_errors() && model.broken.is_empty() {
            let message = format!("the rule `{}` cannot be understood", name);
            found.push(Diagnostic::error("E0600", key, message));
        }
        out.extend(found);
        let Some(decoded) = decoded else {
            model.broken.insert(name.to_owned());
            continue;
        };
        let id = table.push(decoded);
        names.insert(name.to_owned(), id);
        overriding.extend(overrides.map(|node| (id, node)));
    }
    model.rules = table;
    model.names.rules = names;
    overrides::resolve(model, &overriding, out);
    signals::check(model, out);
}

/// One rule, all but its overrides.
fn decode(model: &Model, rule: Written<'_>, out: &mut Diagnostics) -> Option<Rule> {
    let mut scope = Scope::new(model, Mode::State).of_rule();
    let domains = rule
        .variables
        .map_or(Some(Vec::new()), |node| variables::bind(&mut scope, node, out));
    let bound = scope.variables().len();
    let says = rule.says.map(|node| scope.phrase(node, &[], out));
    let trigger = trigger(&mut scope, &rule, out);
    let conditions = rule
        .condition
        .map_or(Some(Vec::new()), |node| scope.condition(node, out));
    let mut context = Context::of_rule();
    match &trigger {
        Some(Trigger::On(patterns)) => context.signal = signal(model, patterns),
        Some(Trigger::Every(term)) => context.every = period(model, term, out),
        _ => {}
    }
    let body = match (rule.derive, rule.then) {
        (Some(derive), _) => heads::decode(&mut scope, derive, out).map(Body::Derive),
        (None, Some(then)) => effects(&mut scope, &context, then, out).map(Body::Then),
        (None, None) => None,
    };
    written::check_shape(&rule, out)?;
    let mut domains = domains?.into_iter();
    let variables: Table<_, Variable> = (scope.variables().iter())
        .map(|variable| Variable {
            name: variable.name.clone(),
            kind: kind_of(model, variable.ty),
            domain: domains.next(),
            span: variable.span,
        })
        .collect();
    let says = match says {
        None => None,
        Some(phrase) => Some(phrase?),
    };
    let decoded = Rule {
        name: rule.name.to_owned(),
        says,
        variables,
        bound,
        trigger: trigger?,
        conditions: conditions?,
        body: body?,
        overrides: Vec::new(),
        about: rule.common.read(model, rule.key, out),
    };
    for variable in scope
        .variables()
        .iter()
        .take(bound)
        .filter(|variable| !variable.used)
    {
        lints::unused(rule.name, variable, out);
    }
    lints::numbers(model, &decoded, out);
    Some(decoded)
}

/// `on:`, `when:` or `every:`; nothing for a deriving rule.
fn trigger(scope: &mut Scope<'_>, rule: &Written<'_>, out: &mut Diagnostics) -> Option<Trigger> {
    let on = rule.on.map(|node| scope.pattern(node, out).map(Trigger::On));
    let when = rule
        .when
        .map(|node| scope.condition(node, out).map(Trigger::When));
    let every = rule.every.map(|node| every(scope, node, out).map(Trigger::Every));
    // More than one is reported as the shape of the rule.
    on.or(when).or(every).unwrap_or(Some(Trigger::Always))
}

fn every(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<Term> {
    let often = match node.as_text().unwrap_or_default() {
        "day" | "daily" => Some("1 day"),
        "week" | "weekly" => Some("1 week"),
        "month" | "monthly" => Some("1 month"),
        "quarter" | "quarterly" => Some("3 months"),
        "year" | "yearly" | "annually" => Some("1 year"),
        _ => None,
    };
    if let Some(often) = often {
        let message = "how often a rule fires is a duration, with a number";
        out.push(Diagnostic::error("E0504", node.span, message).fix(node.span, often));
        return None;
    }
    scope.within(Mode::Static, |scope| scope.typed(node, Type::Duration, out))
}

/// How long a tick is, where that does not depend on variables.
fn period(model: &Model, term: &Term, out: &mut Diagnostics) -> Option<crate::language::value::Duration> {
    use crate::language::value::Duration;
    match evaluate(term, model, &|_| None)? {
        Ok(Value::Duration(time)) => {
            if time == Duration::Never || time.is_zero() || time.is_negative() {
                let message = format!("a rule cannot fire every `{time}`");
                out.push(
                    Diagnostic::error("E0601", term.span, message).help("write a duration such as `1 month`"),
                );
            }
            Some(time)
        }
        Ok(_) => None,
        Err(fault) => {
            out.push(fault);
            None
        }
    }
}

/// The first signal among the events of a trigger.
fn signal(model: &Model, patterns: &[EventPattern]) -> Option<crate::model::EventId> {
    let is_signal = |pattern: &&EventPattern| {
        model
            .events
            .find(pattern.event)
            .is_some_and(|event| matches!(event.class, EventClass::Signal))
    };
    patterns.iter().find(is_signal).map(|pattern| pattern.event)
}

fn kind_of(model: &Model, ty: Type) -> KindId {
    match ty {
        Type::Entity(kind) | Type::Set(kind) => kind,
        // Rules bind entities only.
        _ => model.root_kind(),
    }
}
