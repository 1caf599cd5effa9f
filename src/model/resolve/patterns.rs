//! Events in `on:`, duties, prohibitions and temporal words; and events to be raised.

use super::arguments::Open;
use super::{Scope, as_call, with_suggestion};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Node;
use crate::language::ast::{BinaryOp, Expr, ExprKind, Ident};
use crate::model::{Argument, Callable, EventId, EventPattern, Term};

impl Scope<'_> {
    /// `attack(a, s) or declare_war(a, s)`: omitted trailing arguments and `_` match anything.
    pub fn pattern(&mut self, node: &Node, out: &mut Diagnostics) -> Option<Vec<EventPattern>> {
        let expr = self.parse(node, out)?;
        self.events(&expr, out)
    }

    /// The events of a pattern, joined by `or`.
    pub(super) fn events(&mut self, expr: &Expr, out: &mut Diagnostics) -> Option<Vec<EventPattern>> {
        if let ExprKind::Binary(BinaryOp::Or, a, b) = &expr.kind {
            let (one, other) = (self.events(a, out), self.events(b, out));
            let mut all = one?;
            all.extend(other?);
            return Some(all);
        }
        let (event, args) = self.event(expr, Open::Trailing, out)?;
        Some(vec![EventPattern {
            event,
            args,
            span: expr.span,
        }])
    }

    /// One event to be raised, all arguments given or filled from defaults (`happen:`; in the timeline evaluate the terms).
    pub fn happening(&mut self, node: &Node, out: &mut Diagnostics) -> Option<(EventId, Vec<Term>)> {
        let expr = self.parse(node, out)?;
        if let ExprKind::Binary(BinaryOp::Or | BinaryOp::And, ..) = expr.kind {
            let message = "one event happens here, not a combination";
            out.push(
                Diagnostic::error("E0515", expr.span, message).help("write one `happen:` for each event"),
            );
            return None;
        }
        let (event, args) = self.event(&expr, Open::Defaults, out)?;
        Some((event, args.into_iter().collect::<Option<Vec<Term>>>()?))
    }

    fn event(&mut self, expr: &Expr, open: Open, out: &mut Diagnostics) -> Option<(EventId, Vec<Argument>)> {
        let Some((head, args)) = as_call(expr) else {
            out.push(
                Diagnostic::error("E0515", expr.span, format!("`{expr}` is no event"))
                    .help("write an event such as `attack(a, s)`, or several joined by `or`; conditions go to `if:`"),
            );
            return None;
        };
        let Some(Callable::Event(id)) = self.callable(&head.name) else {
            self.no_event(&head, open, out);
            return None;
        };
        let event = self.model.events.find(id)?;
        let before = out.iter().count();
        let args = self.arguments(&head, args, &event.args, event.about.span, open, out)?;
        if open == Open::Trailing {
            for term in args.iter().flatten().filter(|term| self.model.reads_state(term)) {
                let message = format!(
                    "an argument of `{}` here must be known beforehand, but this changes while time passes",
                    head.name
                );
                out.push(
                    Diagnostic::error("E0513", term.span, message)
                        .help("write `_` and put the condition into `if:`"),
                );
            }
        }
        (out.iter().count() == before).then_some((id, args))
    }

    fn no_event(&self, head: &Ident, open: Open, out: &mut Diagnostics) {
        let name = head.name.as_str();
        if self.is_broken(name) {
            return;
        }
        if let Some(callable) = self.callable(name) {
            let noun = callable.noun();
            let message = format!("`{name}` is {} {noun}, not an event", super::kinds::article(noun));
            let help = match open {
                Open::Defaults => "a fact begins with `start:` and ceases with `end:`; only events happen",
                _ => {
                    "`on:` and `duty:` wait for an event; `when:`, and `met_when:` in a duty, wait for a condition to \
                     become true"
                }
            };
            out.push(Diagnostic::error("E0515", head.span, message).help(help));
            return;
        }
        let known = self.model.names.callables.iter();
        let known = known
            .filter(|(_, callable)| matches!(callable, Callable::Event(_)))
            .map(|(name, _)| name.as_str());
        out.push(
            with_suggestion(
                self.model,
                "E0501",
                head.span,
                format!("no event `{name}`"),
                name,
                known,
            )
            .0,
        );
    }
}
