use super::compile;
use crate::diagnostic::Diagnostics;
use crate::model::Value;
use crate::model::resolve::constant::evaluate;
use crate::model::resolve::{Mode, Scope};

/// The value of an expression in the little world, as text; `state` if it reads the state.
fn value(text: &str) -> String {
    // The expression stands where no one types it, so that the claims are about evaluation alone.
    let (model, told) = compile(&format!("note: >-\n  {text}\n"));
    assert_eq!(told, Vec::<String>::new());
    let Some((id, source)) = model.sources.iter().last() else {
        return String::new();
    };
    let start = source.text.rfind(text).unwrap_or(0);
    let span = crate::diagnostic::Span::new(id, start, start + text.len());
    let mut out = Diagnostics::default();
    let expr = match crate::language::parse_expression_at(&model.sources, text, span) {
        Ok(expr) => expr,
        Err(error) => return error.message,
    };
    let term = Scope::new(&model, Mode::State).term(&expr, None, &mut out);
    let Some(term) = term else {
        return out.iter().map(|d| d.message.clone()).collect();
    };
    match evaluate(&term, &model, &|_| None) {
        None => "state".to_owned(),
        Some(Ok(Value::Set(set))) => format!("{} members", set.len()),
        Some(Ok(value)) => model.value_text(&value),
        Some(Err(fault)) => fault.message,
    }
}

#[test]
fn attributes_and_assumptions_are_known_at_load() {
    assert_eq!(value("treaty.threshold"), "2");
    assert_eq!(value("treaty.guarantee.within"), "30 days");
    assert_eq!(value("consent(north)"), "0.4");
    assert_eq!(value("consent(south)"), "0.7");
    assert_eq!(value("treaty.parties"), "2 members");
}

#[test]
fn numbers_are_reckoned_exactly() {
    assert_eq!(value("0.1 + 0.2 == 0.3"), "true");
    assert_eq!(value("1 / 3"), "0.333333");
    assert_eq!(value("1 / (share - 0.5)"), "a division by zero");
    assert_eq!(value("max(share, 0.7) - min(share, 0.7)"), "0.2");
}

#[test]
fn time_is_reckoned_in_its_family() {
    assert_eq!(value("2024-01-31 + 1 month"), "2024-02-29");
    assert_eq!(value("2024-03-01 - 2024-02-01"), "29 days");
    assert_eq!(value("2024-03-01 - 1 day"), "2024-02-29");
    assert_eq!(value("patience / 2"), "1 year");
    assert_eq!(
        value("1 day / 2"),
        "the result is no whole number of days or months"
    );
    assert_eq!(value("hazard over 1 year"), "0.06");
}

#[test]
fn what_holds_in_every_state_is_known() {
    assert_eq!(value("calm"), "state");
    assert_eq!(value("calm and 1 > 2"), "false");
    assert_eq!(value("calm or north in treaty.parties"), "true");
    assert_eq!(value("any(g in treaty.parties where g == north or calm)"), "true");
    assert_eq!(
        value("all(g in treaty.parties where calm satisfy g in state)"),
        "true"
    );
    assert_eq!(value("count(g in state where g in treaty.guarantee.by)"), "1");
    assert_eq!(value("sum(g in treaty.parties give consent(g))"), "1.1");
}
