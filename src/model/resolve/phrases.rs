//! Texts with places to fill: `{g} owes {s} help[ at {at}]`.

use super::{Mode, Scope};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::document::Node;
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::language::template::{Part, Template};
use crate::model::{Parameter, Phrase, PhrasePart, Term, TermKind, Type, Value};

impl Scope<'_> {
    /// A `says:` text. `defaults` are the declared arguments whose defaults silence `[...]` parts.
    pub fn phrase(&mut self, node: &Node, defaults: &[Parameter], out: &mut Diagnostics) -> Option<Phrase> {
        let template = Template::parse(&self.model.sources, node)
            .map_err(|fault| out.push(*fault))
            .ok()?;
        // A variable that only a text mentions is not used.
        let used: Vec<bool> = self.variables.iter().map(|variable| variable.used).collect();
        let parts = self.within(Mode::Static, |scope| scope.parts(&template.parts, defaults, out));
        for (variable, used) in self.variables.iter_mut().zip(used) {
            variable.used = used;
        }
        Some(Phrase { parts: parts? })
    }

    fn parts(
        &mut self,
        parts: &[Part],
        defaults: &[Parameter],
        out: &mut Diagnostics,
    ) -> Option<Vec<PhrasePart>> {
        let mut all = Vec::with_capacity(parts.len());
        let mut complete = true;
        for part in parts {
            let part = match part {
                Part::Text(text) => Some(PhrasePart::Text(text.clone())),
                Part::Path(path) => self.slot(path, defaults, out),
                Part::Optional(inner) => self.parts(inner, defaults, out).map(PhrasePart::Optional),
            };
            match part {
                Some(part) => all.push(part),
                None => complete = false,
            }
        }
        complete.then_some(all)
    }

    fn slot(&mut self, path: &[Ident], defaults: &[Parameter], out: &mut Diagnostics) -> Option<PhrasePart> {
        let (first, fields) = path.split_first()?;
        let name = Expr {
            span: first.span,
            kind: ExprKind::Name(first.name.clone()),
        };
        let expr = fields.iter().fold(name, |base, field| Expr {
            span: base.span.to(field.span),
            kind: ExprKind::Field(Box::new(base), field.clone()),
        });
        let mut said = Diagnostics::default();
        let term = self.infer(&expr, None, &mut said);
        for diagnostic in said.iter().cloned() {
            let helpless =
                diagnostic.code.0 == "E0501" && diagnostic.help.is_empty() && diagnostic.fix.is_none();
            let names: Vec<String> = self
                .variables
                .iter()
                .map(|variable| format!("`{{{}}}`", variable.name))
                .collect();
            out.push(match helpless && !names.is_empty() {
                true => diagnostic.help(format!("here a text can say {}", names.join(", "))),
                false => diagnostic,
            });
        }
        let term = term?;
        if let Some(field) = self.unspeakable(&term) {
            let message = format!("`{{{expr}}}` is {field} and cannot be told in a text");
            out.push(Diagnostic::error("E0517", expr.span, message));
            return None;
        }
        let default = defaults
            .iter()
            .find(|p| fields.is_empty() && p.name == first.name);
        Some(PhrasePart::Slot {
            default: default.and_then(|p| p.default.clone()),
            term,
        })
    }

    /// What a term is if no text can print it.
    fn unspeakable(&self, term: &Term) -> Option<String> {
        match (&term.kind, term.ty) {
            (TermKind::Value(Value::Boolean(_)), _) | (_, Type::Boolean | Type::Condition) => {
                Some(self.model.type_phrase(term.ty))
            }
            _ => None,
        }
    }
}
