//! Looking through a term.

use crate::model::{Argument, EventPattern, Observed, Temporal, Term, TermKind, VariableId};

impl Term {
    /// Calls `visit` with each direct part of the term, in the order of writing.
    pub(crate) fn for_each_part<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        match &self.kind {
            TermKind::Value(_) | TermKind::Variable(_) | TermKind::Members(_) | TermKind::Outcome(_) => {}
            TermKind::Attribute(a, _) | TermKind::Not(a) | TermKind::Negate(a) | TermKind::Size(a) => visit(a),
            TermKind::Fact(_, args) => args.iter().flatten().for_each(visit),
            TermKind::Measure(_, terms)
            | TermKind::Quantity(_, terms)
            | TermKind::Assumption(_, terms)
            | TermKind::And(terms)
            | TermKind::Or(terms)
            | TermKind::Min(terms)
            | TermKind::Max(terms) => terms.iter().for_each(visit),
            TermKind::Norm(_, who, under) => {
                let both: [&'t Argument; 2] = [who, under];
                both.into_iter().flatten().for_each(visit);
            }
            TermKind::Compare(_, a, b)
            | TermKind::Arithmetic(_, a, b)
            | TermKind::In(a, b)
            | TermKind::Over(a, b) => {
                visit(a);
                visit(b);
            }
            TermKind::If(c, a, b) => {
                visit(c);
                visit(a);
                visit(b);
            }
            TermKind::Quantifier(q) => {
                visit(&q.set);
                q.condition.iter().for_each(&mut *visit);
                q.body.iter().for_each(visit);
            }
            TermKind::Temporal(word) => match word {
                Temporal::Ever(seen) | Temporal::Times(seen) | Temporal::First(seen) => match seen {
                    Observed::Events(patterns) => for_each_argument(patterns, visit),
                    Observed::Condition(term) => visit(term),
                },
                Temporal::AtEnd(term) | Temporal::Held(term) => visit(term),
            },
            TermKind::Probability(a, given) => {
                visit(a);
                given.iter().for_each(|g| visit(g));
            }
        }
    }

    /// Calls `visit` with the term and all its parts, however deep.
    pub(crate) fn walk<'t>(&'t self, visit: &mut dyn FnMut(&'t Term)) {
        visit(self);
        self.for_each_part(&mut |part| part.walk(visit));
    }

    /// Whether the test holds for the term or any of its parts.
    pub(crate) fn any(&self, test: &mut dyn FnMut(&Term) -> bool) -> bool {
        let mut found = test(self);
        if !found {
            self.for_each_part(&mut |part| found = found || part.any(test));
        }
        found
    }

    /// Whether a variable occurs in the term.
    pub(crate) fn mentions(&self, variable: VariableId) -> bool {
        self.any(&mut |part| part.kind == TermKind::Variable(variable))
    }

    /// Whether it speaks of probabilities, so that no single run can tell.
    pub(crate) fn is_probabilistic(&self) -> bool {
        self.any(&mut |part| matches!(part.kind, TermKind::Probability(..)))
    }
}

/// Calls `visit` with each argument of the patterns.
pub(crate) fn for_each_argument<'t>(patterns: &'t [EventPattern], visit: &mut dyn FnMut(&'t Term)) {
    patterns.iter().flat_map(|pattern| pattern.args.iter().flatten()).for_each(visit);
}
