//! What a term reads: the state, or only what is known at load; and which variables.

use crate::ids::Id as _;
use crate::model::{EntityId, Term, TermKind, Type, VariableId};

/// Whether a term's value is known once its variables are.
pub(crate) fn is_static(term: &Term) -> bool {
    let mut fixed = true;
    term.walk(&mut |part| {
        let reads_state = match &part.kind {
            kind if kind.reads_the_state() => true,
            // A condition attribute reads as a boolean; a plain boolean attribute is rare enough to be treated alike.
            TermKind::Attribute(..) => part.ty == Type::Boolean,
            _ => false,
        };
        fixed &= !reads_state;
    });
    fixed
}

/// The free variables of a term, each once; those its own quantifiers bind are not among them.
pub(crate) fn variables(term: &Term) -> Vec<VariableId> {
    let (mut seen, mut own) = (Vec::new(), Vec::new());
    term.walk(&mut |part| match &part.kind {
        TermKind::Variable(id) if !seen.contains(id) => seen.push(*id),
        TermKind::Quantifier(quantifier) => own.push(quantifier.variable),
        _ => {}
    });
    seen.retain(|id| !own.contains(id));
    seen
}

/// Whether all free variables of a term have values.
pub(crate) fn all_bound(term: &Term, binding: &[Option<EntityId>]) -> bool {
    let is_bound = |v: &VariableId| binding.get(v.index()).is_some_and(Option::is_some);
    match &term.kind {
        TermKind::Value(_) => true,
        TermKind::Variable(v) => is_bound(v),
        TermKind::Attribute(of, _) => all_bound(of, binding),
        _ => variables(term).iter().all(is_bound),
    }
}

/// The parts of a conjunction, nested ones too.
pub(crate) fn conjuncts(term: &Term) -> Vec<&Term> {
    match &term.kind {
        TermKind::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![term],
    }
}
