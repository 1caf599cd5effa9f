//! Operators: which types they take and give.

use super::{Mode, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::language::ast::{BinaryOp, Expr};
use crate::language::value::Duration;
use crate::model::{AttributeValue, Comparison, Operator, Term, TermKind, Type, Value};

impl Scope<'_> {
    /// `a op b`
    pub(super) fn binary(
        &mut self,
        op: BinaryOp,
        a: &Expr,
        b: &Expr,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        match op {
            BinaryOp::And => self.junction(a, b, span, true, out),
            BinaryOp::Or => self.junction(a, b, span, false, out),
            BinaryOp::Equal => self.compare(Comparison::Equal, a, b, span, out),
            BinaryOp::NotEqual => self.compare(Comparison::NotEqual, a, b, span, out),
            BinaryOp::Less => self.compare(Comparison::Less, a, b, span, out),
            BinaryOp::LessEqual => self.compare(Comparison::LessEqual, a, b, span, out),
            BinaryOp::Greater => self.compare(Comparison::Greater, a, b, span, out),
            BinaryOp::GreaterEqual => self.compare(Comparison::GreaterEqual, a, b, span, out),
            BinaryOp::In => self.member(a, b, span, out),
            BinaryOp::Add => self.arithmetic(Operator::Add, a, b, span, out),
            BinaryOp::Subtract => self.arithmetic(Operator::Subtract, a, b, span, out),
            BinaryOp::Multiply => self.arithmetic(Operator::Multiply, a, b, span, out),
            BinaryOp::Divide => self.arithmetic(Operator::Divide, a, b, span, out),
            BinaryOp::Over => self.over(a, b, span, out),
            BinaryOp::Given => {
                let message = "`given` stands only inside `p(...)`, as in `p(peace_holds given ever(ratify(usa, treaty)))`";
                out.push(Diagnostic::error("E0509", span, message));
                None
            }
        }
    }

    /// `a and b`, `a or b`, flattened.
    fn junction(&mut self, a: &Expr, b: &Expr, span: Span, and: bool, out: &mut Diagnostics) -> Option<Term> {
        let (one, other) = (self.boolean(a, out), self.boolean(b, out));
        let mut parts = Vec::new();
        for term in [one?, other?] {
            match term.kind {
                TermKind::And(inner) if and => parts.extend(inner),
                TermKind::Or(inner) if !and => parts.extend(inner),
                _ => parts.push(term),
            }
        }
        let kind = if and {
            TermKind::And(parts)
        } else {
            TermKind::Or(parts)
        };
        Some(Term {
            span,
            ty: Type::Boolean,
            kind,
        })
    }

    fn compare(
        &mut self,
        op: Comparison,
        a: &Expr,
        b: &Expr,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let (one, other) = self.pair(a, b, None, out);
        let (one, other) = (one?, other?);
        if !self.model.comparable(one.ty, other.ty) {
            let (is, but) = (self.model.type_phrase(one.ty), self.model.type_phrase(other.ty));
            let mut diagnostic = Diagnostic::error(
                "E0511",
                span,
                format!("`{a}` is {is} and `{b}` is {but}: they cannot be compared"),
            );
            if let (Type::Rate(_), Type::Number) | (Type::Number, Type::Rate(_)) = (one.ty, other.ty) {
                diagnostic = diagnostic.help("say over which time: `rate over 1 year`");
            }
            if let (Type::Entity(_), Type::Set(_)) = (one.ty, other.ty) {
                diagnostic = diagnostic.help(format!("write `{a} in {b}`"));
            }
            if let (Type::Duration, Type::Number) = (one.ty, other.ty) {
                diagnostic = diagnostic.help(format!("say in which unit, as in `{b} days` or `{b} months`"));
            }
            if let (Type::Boolean, Type::Number) = (one.ty, other.ty)
                && self.mode == Mode::Expectation
                && !self.in_probability
            {
                diagnostic = diagnostic.help(format!("how likely it is, is `p({a})`"));
            }
            out.push(diagnostic);
            return None;
        }
        let ordered = matches!(one.ty, Type::Number | Type::Rate(_) | Type::Date | Type::Duration);
        if !ordered && !matches!(op, Comparison::Equal | Comparison::NotEqual) {
            let is = self.model.type_phrase(one.ty);
            let message = format!("`{a}` is {is}, which has no order: only `==` and `!=` can compare it");
            out.push(Diagnostic::error("E0511", span, message));
            return None;
        }
        if (one.is_probabilistic() || other.is_probabilistic())
            && !matches!(op, Comparison::LessEqual | Comparison::GreaterEqual)
        {
            let message = "a probability is compared with `<=` and `>=` only";
            out.push(
                Diagnostic::error("E0519", span, message)
                    .help("a range says more than an exact figure: `p(x) >= 0.3`"),
            );
            return None;
        }
        let both = [one, other];
        self.one_family(&both, out)?;
        let [one, other] = both;
        Some(Term {
            span,
            ty: Type::Boolean,
            kind: TermKind::Compare(op, Box::new(one), Box::new(other)),
        })
    }

    /// `x in s`
    fn member(&mut self, a: &Expr, b: &Expr, span: Span, out: &mut Diagnostics) -> Option<Term> {
        let one = self.infer(a, None, out);
        let set = self.set(b, out)?;
        let one = one?;
        let (Type::Entity(kind), Type::Set(of)) = (one.ty, set.ty) else {
            let is = self.model.type_phrase(one.ty);
            let message = format!("`{a}` is {is}; only entities are members of sets");
            out.push(Diagnostic::error("E0504", a.span, message));
            return None;
        };
        if !self.model.related(kind, of) {
            let (is, sort) = (self.model.type_phrase(one.ty), self.model.type_phrase(set.ty));
            let message = format!("`{a}` is {is} and can never be in `{b}`, {sort}");
            out.push(Diagnostic::error("E0511", span, message));
            return None;
        }
        Some(Term {
            span,
            ty: Type::Boolean,
            kind: TermKind::In(Box::new(one), Box::new(set)),
        })
    }

    fn arithmetic(
        &mut self,
        op: Operator,
        a: &Expr,
        b: &Expr,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let (one, other) = (self.infer(a, None, out), self.infer(b, None, out));
        let (one, other) = (one?, other?);
        let ty = match (op, one.ty, other.ty) {
            (_, Type::Number, Type::Number) => Type::Number,
            (Operator::Add | Operator::Subtract, Type::Rate(x), Type::Rate(y)) if x == y => Type::Rate(x),
            (Operator::Add | Operator::Subtract, Type::Duration, Type::Duration) => Type::Duration,
            (Operator::Add | Operator::Subtract, Type::Date, Type::Duration) => Type::Date,
            (Operator::Subtract, Type::Date, Type::Date) => Type::Duration,
            (Operator::Multiply | Operator::Divide, ty @ (Type::Rate(_) | Type::Duration), Type::Number) => {
                ty
            }
            (Operator::Multiply, Type::Number, ty @ (Type::Rate(_) | Type::Duration)) => ty,
            (_, x, y) => {
                let (sign, is, but) = (sign(op), self.model.type_phrase(x), self.model.type_phrase(y));
                let message = format!("`{a}` is {is} and `{b}` is {but}: `{sign}` has no meaning for them");
                out.push(Diagnostic::error("E0512", span, message));
                return None;
            }
        };
        let both = [one, other];
        let told = |term: &Term| term.any(&mut |part| matches!(part.kind, TermKind::Temporal(_)));
        if matches!(ty, Type::Date | Type::Duration) && both.iter().any(told) {
            let message = "a day that only a story tells can be compared with another, and nothing else";
            out.push(
                Diagnostic::error("E0513", span, message)
                    .help("which came first is `first(a) < first(b)`")
                    .help("for a time between two events let the first raise a third `after: 90 days`, and compare with that one"),
            );
            return None;
        }
        if both.iter().all(|term| term.ty == Type::Duration) {
            self.one_family(&both, out)?;
        }
        let [one, other] = both;
        Some(Term {
            span,
            ty,
            kind: TermKind::Arithmetic(op, Box::new(one), Box::new(other)),
        })
    }

    /// `-a`
    pub(super) fn negate(&mut self, inner: &Expr, span: Span, out: &mut Diagnostics) -> Option<Term> {
        let term = self.infer(inner, None, out)?;
        if term.ty == Type::Number {
            return Some(Term {
                span,
                ty: term.ty,
                kind: TermKind::Negate(Box::new(term)),
            });
        }
        let message = format!(
            "`{inner}` is {}: only numbers have a negative",
            self.model.type_phrase(term.ty)
        );
        out.push(Diagnostic::error("E0512", span, message));
        None
    }

    /// `rate over duration`
    fn over(&mut self, a: &Expr, b: &Expr, span: Span, out: &mut Diagnostics) -> Option<Term> {
        let (rate, time) = (self.infer(a, None, out), self.infer(b, Some(Type::Duration), out));
        let (rate, time) = (rate?, time?);
        if !matches!(rate.ty, Type::Rate(_)) {
            let message = format!("`{a}` is {}, not a rate", self.model.type_phrase(rate.ty));
            let help = "give the assumption it comes from `unit: per year` (or per month, week, day)";
            let binds = "`over` binds tighter than `*` and `/`: write `(rate * x) over 1 month`";
            out.push(Diagnostic::error("E0512", a.span, message).help(help).help(binds));
            return None;
        }
        let time = self.expect(time, &b.to_string(), Type::Duration, out)?;
        Some(Term {
            span,
            ty: Type::Number,
            kind: TermKind::Over(Box::new(rate), Box::new(time)),
        })
    }

    /// Reports durations of which some are in days and others in months, as far as that is known at load.
    pub(super) fn one_family(&self, terms: &[Term], out: &mut Diagnostics) -> Option<()> {
        let mut known = terms
            .iter()
            .filter_map(|term| Some((self.family(term)?, term.span)));
        let Some((first, place)) = known.next() else {
            return Some(());
        };
        let Some((_, other)) = known.find(|(family, _)| *family != first) else {
            return Some(());
        };
        let message = "days and months neither mix nor compare: a month has no fixed number of days";
        out.push(
            Diagnostic::error("E0514", other, message)
                .also(
                    place,
                    format!(
                        "this is counted in {}",
                        if first == Family::Days { "days" } else { "months" }
                    ),
                )
                .help("write both in days (or weeks), or both in months (or years)"),
        );
        None
    }

    /// In what a duration is counted, if that is certain.
    fn family(&self, term: &Term) -> Option<Family> {
        if term.ty != Type::Duration {
            return None;
        }
        match &term.kind {
            TermKind::Value(value) => family_of(value),
            TermKind::Assumption(id, _) => {
                let entries = &self.model.assumptions.find(*id)?.entries;
                let first = family_of(&entries.first()?.value)?;
                entries
                    .iter()
                    .all(|entry| family_of(&entry.value) == Some(first))
                    .then_some(first)
            }
            TermKind::Attribute(base, id) => {
                let TermKind::Value(Value::Entity(entity)) = base.kind else {
                    return None;
                };
                match self.model.entities.find(entity)?.values.get(id)? {
                    AttributeValue::Value(value) => family_of(value),
                    AttributeValue::Condition(_) => None,
                }
            }
            TermKind::Arithmetic(_, a, b) if a.ty == Type::Date && b.ty == Type::Date => Some(Family::Days),
            TermKind::Arithmetic(_, a, b) => self.family(a).or_else(|| self.family(b)),
            TermKind::Min(terms) | TermKind::Max(terms) => terms.iter().find_map(|term| self.family(term)),
            TermKind::If(_, a, b) => self.family(a).filter(|family| self.family(b) == Some(*family)),
            _ => None,
        }
    }
}

/// In what a duration is counted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Days,
    Months,
}

fn family_of(value: &Value) -> Option<Family> {
    match value {
        Value::Duration(Duration::Days(_)) => Some(Family::Days),
        Value::Duration(Duration::Months(_)) => Some(Family::Months),
        _ => None,
    }
}

fn sign(op: Operator) -> &'static str {
    match op {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}
