//! `derive:`: the facts that hold as long as a rule's conditions do.

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Node;
use crate::model::decode::read::one_or_many;
use crate::model::resolve::{Scope, as_call};
use crate::model::{Callable, FactId, Term};

/// The heads of a deriving rule.
pub(super) fn decode(
    scope: &mut Scope<'_>,
    node: &Node,
    out: &mut Diagnostics,
) -> Option<Vec<(FactId, Vec<Term>)>> {
    let heads: Vec<_> = one_or_many(node)
        .iter()
        .map(|node| head(scope, node, out))
        .collect();
    heads.into_iter().collect()
}

fn head(scope: &mut Scope<'_>, node: &Node, out: &mut Diagnostics) -> Option<(FactId, Vec<Term>)> {
    let expr = scope.parse(node, out)?;
    let Some((head, args)) = as_call(&expr) else {
        let message = format!("`{expr}` is no fact; `derive:` names one, such as `bound(g, p)`");
        out.push(Diagnostic::error("E0613", expr.span, message));
        return None;
    };
    match scope.callable(&head.name) {
        Some(Callable::Fact(id)) => {
            let fact = scope.model.facts.find(id)?;
            let args = scope.fact_arguments(&head, args, fact, out)?;
            Some((id, args))
        }
        Some(other) => {
            let noun = other.noun();
            let message = format!("`{}` is declared as a {noun}; only facts are derived", head.name);
            out.push(Diagnostic::error("E0613", head.span, message));
            None
        }
        // The first pass has declared it, or has said why it could not.
        None => None,
    }
}
