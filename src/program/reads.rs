//! What a term reads: the state, or only what is known at load; and which variables.

use crate::model::{Term, TermKind, Type, VariableId};

/// Whether a term's value is known once its variables are.
pub(crate) fn is_static(term: &Term) -> bool {
    let mut fixed = true;
    walk(term, &mut |part| {
        let reads_state = match &part.kind {
            TermKind::Fact(..)
            | TermKind::Measure(..)
            | TermKind::Quantity(..)
            | TermKind::Norm(..)
            | TermKind::Temporal(_)
            | TermKind::Outcome(_)
            | TermKind::Probability(..) => true,
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
    walk(term, &mut |part| match &part.kind {
        TermKind::Variable(id) if !seen.contains(id) => seen.push(*id),
        TermKind::Quantifier(quantifier) => own.push(quantifier.variable),
        _ => {}
    });
    seen.retain(|id| !own.contains(id));
    seen
}

/// The parts of a conjunction, nested ones too.
pub(crate) fn conjuncts(term: &Term) -> Vec<&Term> {
    match &term.kind {
        TermKind::And(parts) => parts.iter().flat_map(conjuncts).collect(),
        _ => vec![term],
    }
}

/// Visits a term and all its parts.
pub(crate) fn walk<'t>(term: &'t Term, visit: &mut impl FnMut(&'t Term)) {
    visit(term);
    let mut each = |term: &'t Term| walk(term, visit);
    match &term.kind {
        TermKind::Value(_) | TermKind::Variable(_) | TermKind::Members(_) | TermKind::Outcome(_) => {}
        TermKind::Attribute(inner, _) | TermKind::Not(inner) | TermKind::Negate(inner) | TermKind::Size(inner) => {
            each(inner);
        }
        TermKind::Fact(_, args) => args.iter().flatten().for_each(each),
        TermKind::Measure(_, parts)
        | TermKind::Quantity(_, parts)
        | TermKind::Assumption(_, parts)
        | TermKind::And(parts)
        | TermKind::Or(parts)
        | TermKind::Min(parts)
        | TermKind::Max(parts) => parts.iter().for_each(each),
        TermKind::Norm(_, who, under) => who.iter().chain(under.iter()).for_each(each),
        TermKind::Compare(_, a, b)
        | TermKind::In(a, b)
        | TermKind::Arithmetic(_, a, b)
        | TermKind::Over(a, b) => {
            each(a);
            each(b);
        }
        TermKind::If(c, a, b) => {
            each(c);
            each(a);
            each(b);
        }
        TermKind::Quantifier(quantifier) => {
            each(&quantifier.set);
            quantifier.condition.iter().for_each(&mut each);
            quantifier.body.iter().for_each(&mut each);
        }
        TermKind::Temporal(_) | TermKind::Probability(..) => {}
    }
}
