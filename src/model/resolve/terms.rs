//! The entry points of a [`Scope`], and the dispatch over the forms of expressions.

use super::{Mode, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Node, Value as Tree};
use crate::language::ast::{Expr, ExprKind, UnaryOp};
use crate::language::parse_expression;
use crate::language::value::{Day, Duration};
use crate::model::{Term, TermKind, Type, Value};

/// How many entities a message names that could have stood instead.
const NAMED: usize = 6;

impl Scope<'_> {
    /// Types a parsed expression. `expected` directs enum words and must be met where given.
    pub fn term(&mut self, expr: &Expr, expected: Option<Type>, out: &mut Diagnostics) -> Option<Term> {
        (self.bare, self.worded) = (None, None);
        let term = match expected {
            Some(Type::Set(_)) => self.set(expr, out)?,
            _ => self.infer(expr, expected, out)?,
        };
        if let (Mode::Invariant, Some(bare), Some(worded)) = (self.mode, self.bare, self.worded) {
            let message =
                "an invariant is either a condition on each day's close or a statement about the whole run";
            out.push(
                Diagnostic::error("E0510", bare, message)
                    .also(worded, "this word speaks of the whole run")
                    .help(
                        "write two invariants, or put the condition inside `held(...)` or `never(not ...)`",
                    ),
            );
            return None;
        }
        match expected {
            Some(wanted) => self.expect(term, &expr.to_string(), wanted, out),
            None => Some(term),
        }
    }

    /// Parses and types one expression of a type known beforehand (an attribute's value, `within:`, ...).
    pub fn typed(&mut self, node: &Node, expected: Type, out: &mut Diagnostics) -> Option<Term> {
        let expr = self.parse(node, out)?;
        self.term(&expr, Some(expected), out)
    }

    /// Parses and types one expression of any type (`is:` of an outcome).
    pub fn any(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Term> {
        let expr = self.parse(node, out)?;
        self.term(&expr, None, out)
    }

    /// One condition or a list of them; the list means all of these, and so does `and` at the top.
    pub fn condition(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Vec<Term>> {
        let one = std::slice::from_ref(node);
        let nodes = if let Tree::List(nodes) = &node.value {
            nodes.as_slice()
        } else {
            one
        };
        let mut all = Vec::with_capacity(nodes.len());
        let mut complete = true;
        for node in nodes {
            match self.typed(node, Type::Boolean, out) {
                Some(Term {
                    kind: TermKind::And(parts),
                    ..
                }) => all.extend(parts),
                Some(term) => all.push(term),
                None => complete = false,
            }
        }
        complete.then_some(all)
    }

    /// Parses an expression without typing it.
    pub fn parse(&self, node: &Node, out: &mut Diagnostics) -> Option<Expr> {
        parse_expression(&self.model.sources, node)
            .map_err(|diagnostic| out.push(*diagnostic))
            .ok()
    }

    /// The term of an expression. `expected` only directs words whose type the rest cannot tell.
    pub(super) fn infer(
        &mut self,
        expr: &Expr,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let span = expr.span;
        let value = |ty, value| {
            Some(Term {
                span,
                ty,
                kind: TermKind::Value(value),
            })
        };
        match &expr.kind {
            ExprKind::Boolean(b) => value(Type::Boolean, Value::Boolean(*b)),
            ExprKind::Number(n) => value(Type::Number, Value::Number(*n)),
            ExprKind::Date(day) => value(Type::Date, Value::Date(*day)),
            ExprKind::Duration(duration) => value(Type::Duration, Value::Duration(*duration)),
            ExprKind::Never if expected == Some(Type::Date) => value(Type::Date, Value::Date(Day::NEVER)),
            ExprKind::Never => value(Type::Duration, Value::Duration(Duration::Never)),
            ExprKind::Wildcard => {
                let message =
                    "`_` matches anything and stands only as an argument, as in `at_war(russia, _)`";
                out.push(Diagnostic::error("E0507", span, message));
                None
            }
            ExprKind::Name(name) => self.name(name, span, expected, out),
            ExprKind::Field(base, field) => self.field(base, field, span, out),
            ExprKind::Call(head, args) => self.call(head, args, span, expected, out),
            ExprKind::Unary(UnaryOp::Not, inner) => {
                let term = self.boolean(inner, out)?;
                Some(Term {
                    span,
                    ty: Type::Boolean,
                    kind: TermKind::Not(Box::new(term)),
                })
            }
            ExprKind::Unary(UnaryOp::Negate, inner) => self.negate(inner, span, out),
            ExprKind::Binary(op, a, b) => self.binary(*op, a, b, span, out),
            ExprKind::If(condition, a, b) => self.branch(condition, a, b, span, expected, out),
            ExprKind::Quantifier(quantifier) => self.quantifier(quantifier, span, out),
        }
    }

    /// A part that must be true or false.
    pub(super) fn boolean(&mut self, expr: &Expr, out: &mut Diagnostics) -> Option<Term> {
        let term = self.infer(expr, Some(Type::Boolean), out)?;
        self.expect(term, &expr.to_string(), Type::Boolean, out)
    }

    /// Reports a term that is not of the type wanted.
    pub(super) fn expect(&self, term: Term, text: &str, wanted: Type, out: &mut Diagnostics) -> Option<Term> {
        if self.model.fits(term.ty, wanted) {
            return Some(term);
        }
        let (is, wants) = (self.model.type_phrase(term.ty), self.model.type_phrase(wanted));
        let mut diagnostic = Diagnostic::error(
            "E0504",
            term.span,
            format!("`{text}` is {is}, but {wants} is wanted here"),
        );
        match (term.ty, wanted) {
            (Type::Entity(_), Type::Set(_)) => diagnostic = diagnostic.help(format!("write `[{text}]`")),
            (Type::Number, Type::Duration) => {
                diagnostic = diagnostic.help(format!(
                    "say in which unit, as in `{text} days` or `{text} months`"
                ));
            }
            (Type::Date, Type::Duration) => {
                diagnostic = diagnostic.help(
                    "say how long, as in `30 days`; the last day of a duty is `due:`, and what happens on a day stands in \
                     the `timeline:`",
                );
            }
            (Type::Duration, Type::Date) => {
                diagnostic = diagnostic
                    .help("say on which day, as in `2031-07-01`; so long after it arises, a duty has `within: 30 days`");
            }
            (Type::Rate(_), Type::Number) => {
                diagnostic = diagnostic.help(format!("say for how long, as in `{text} over 1 month`"));
            }
            (Type::Number, Type::Boolean) => {
                diagnostic = diagnostic.help(format!("compare it, as in `{text} >= 1`"));
            }
            (Type::Date, Type::Boolean) => {
                diagnostic = diagnostic.help(format!("compare it, as in `{text} <= 2030-12-31`"));
            }
            (Type::Entity(_), Type::Entity(kind)) => {
                let all = self.model.members_of(kind);
                let names: Vec<String> = all
                    .iter()
                    .take(NAMED)
                    .filter_map(|id| self.model.entities.find(*id))
                    .map(|entity| format!("`{}`", entity.id))
                    .collect();
                if let Some(kind) = self.model.kinds.find(kind).filter(|_| !names.is_empty()) {
                    let more = if all.len() > NAMED { ", ..." } else { "" };
                    diagnostic =
                        diagnostic.help(format!("of kind `{}`: {}{more}", kind.name, names.join(", ")));
                }
            }
            (Type::Set(_), Type::Boolean) => {
                diagnostic = diagnostic.help(format!(
                    "ask for a member: `x in {text}`, `any(x in {text} where ...)`"
                ));
            }
            _ => {}
        }
        out.push(diagnostic);
        None
    }

    /// `if c then a else b`
    fn branch(
        &mut self,
        condition: &Expr,
        a: &Expr,
        b: &Expr,
        span: Span,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let c = self.boolean(condition, out);
        let (one, other) = self.pair(a, b, expected, out);
        let (c, one, other) = (c?, one?, other?);
        let Some(ty) = self.model.join(one.ty, other.ty) else {
            let (is, but) = (self.model.type_phrase(one.ty), self.model.type_phrase(other.ty));
            let message = format!("`{a}` is {is} and `{b}` is {but}: both ways of an `if` need one type");
            out.push(Diagnostic::error("E0511", span, message));
            return None;
        };
        if matches!(ty, Type::Entity(_) | Type::Set(_)) && self.model.reads_state(&c) {
            let message = "which entity is meant must be known beforehand, but this condition changes while time passes";
            out.push(
                Diagnostic::error("E0513", c.span, message)
                    .help("write one condition or rule for each of the two"),
            );
            return None;
        }
        Some(Term {
            span,
            ty,
            kind: TermKind::If(Box::new(c), Box::new(one), Box::new(other)),
        })
    }

    /// Types two expressions that should agree, the one that can be typed by itself first.
    pub(super) fn pair(
        &mut self,
        a: &Expr,
        b: &Expr,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> (Option<Term>, Option<Term>) {
        if expected.is_none() && self.needs_direction(a) && !self.needs_direction(b) {
            let other = self.infer(b, None, out);
            // Without the other's type a word cannot be judged: no second error.
            let one = other
                .as_ref()
                .and_then(|other| self.infer(a, Some(other.ty), out));
            return (one, other);
        }
        let one = self.infer(a, expected, out);
        let directed = expected.or(one.as_ref().map(|one| one.ty));
        if one.is_none() && self.needs_direction(b) {
            return (None, None);
        }
        let other = self.infer(b, directed, out);
        (one, other)
    }

    /// Whether an expression says its type only once another type is known: words and `never`.
    fn needs_direction(&self, expr: &Expr) -> bool {
        match &expr.kind {
            ExprKind::Never => true,
            ExprKind::Name(name) => self.is_word(name),
            ExprKind::If(_, a, b) => self.needs_direction(a) || self.needs_direction(b),
            _ => false,
        }
    }

    /// A set known at load: a set-valued path or attribute, or all entities of a kind.
    pub fn set(&mut self, expr: &Expr, out: &mut Diagnostics) -> Option<Term> {
        let any = Type::Set(self.model.root_kind());
        let term = self.infer(expr, Some(any), out)?;
        if matches!(term.ty, Type::Set(_)) {
            return Some(term);
        }
        let is = self.model.type_phrase(term.ty);
        let message = format!("`{expr}` is {is}, but a set or a kind is wanted here");
        out.push(Diagnostic::error("E0504", expr.span, message));
        None
    }
}
