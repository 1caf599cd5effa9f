//! What a rule may say but probably should not: numbers of its own, variables for nothing.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::language::value::Number;
use crate::model::resolve::BoundVariable;
use crate::model::resolve::walk::{for_each_effect, for_each_term};
use crate::model::{Body, EffectKind, Model, Rule, Term, TermKind, Value};

/// Numbers other than 0 and 1 are assumptions, and belong where their range and reason can stand.
pub(super) fn numbers(model: &Model, rule: &Rule, out: &mut Diagnostics) {
    let mut defaults: Vec<&Term> = Vec::new();
    if let Body::Then(effects) = &rule.body {
        for_each_effect(effects, &mut |effect| {
            if let EffectKind::Happen(happen) = &effect.kind
                && let Some(event) = model.events.find(happen.event)
            {
                let filled = event.args.iter().zip(&happen.args);
                let filled = filled.filter(|(parameter, arg)| match &arg.kind {
                    TermKind::Value(value) => parameter.default.as_ref() == Some(value),
                    _ => false,
                });
                defaults.extend(filled.map(|(_, arg)| arg));
            }
        });
    }
    for_each_term(rule, &mut |term| {
        term.walk(&mut |part| {
            if let TermKind::Value(Value::Number(number)) = &part.kind
                && !plain(*number)
                && !defaults.iter().any(|default| std::ptr::eq(*default, part))
            {
                let message = format!("the number {number} stands in the rule `{}` without a reason", rule.name);
                out.push(
                    Diagnostic::warning("W0601", part.span, message)
                        .help("declare it under `assumptions:` with `value`, `range` and `why`, and write its name here"),
                );
            }
        });
    });
}

fn plain(number: Number) -> bool {
    number.float() == 0.0 || number.float() == 1.0
}

/// A variable that nothing reads only multiplies the rule.
pub(super) fn unused(rule: &str, variable: &BoundVariable, out: &mut Diagnostics) {
    let message = format!("the rule `{rule}` never uses its variable `{}`", variable.name);
    out.push(
        Diagnostic::warning("W0602", variable.span, message)
            .help("leave it out; or write it where `_` stands"),
    );
}
