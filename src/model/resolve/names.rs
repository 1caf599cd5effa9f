//! Names and paths: `g`, `germany`, `treaty.guarantee`, `p.part_of.parties`.

use super::Mode;
use super::{Scope, kinds::article, with_suggestion};
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::ids::Id as _;
use crate::language::ast::{Expr, ExprKind, Ident};
use crate::model::{Attribute, EntityId, KindId, Term, TermKind, Type, Value};

impl<'m> Scope<'m> {
    /// A name without arguments. Variables come first, then the words of an expected enumeration, then attributes
    /// of `this`, then sets and entities, then what takes no arguments.
    pub(super) fn name(
        &mut self,
        name: &str,
        span: Span,
        expected: Option<Type>,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if let Some((id, variable)) = self.variable(name) {
            let ty = variable.ty;
            if let Some(variable) = self.variables.get_mut(id.index()) {
                variable.used = true;
            }
            let term = Term {
                span,
                ty,
                kind: TermKind::Variable(id),
            };
            return Some(term);
        }
        if self.lost.iter().any(|lost| lost == name) {
            return None;
        }
        if let Some(Type::Enum(words)) = expected
            && let Some(word) = self.model.word_in(words, name)
        {
            return Some(Term {
                span,
                ty: Type::Enum(words),
                kind: TermKind::Value(Value::Word(word)),
            });
        }
        if let Some(term) = self.sibling(name, span, out) {
            return term;
        }
        if let Some(Type::Set(_)) = expected
            && let Some(kind) = self.kind_named(name)
        {
            return Some(Term {
                span,
                ty: Type::Set(kind),
                kind: TermKind::Members(kind),
            });
        }
        if let Some(entity) = self.model.by_id.get(name) {
            return Some(self.entity(*entity, span));
        }
        if let Some(term) = self.call_without_arguments(name, span, out) {
            return term;
        }
        self.unknown_name(name, span, expected, out);
        None
    }

    /// Whether a bare name can only be typed by what is expected of it: a word of an enumeration.
    pub(super) fn is_word(&self, name: &str) -> bool {
        let sibling = self
            .this
            .as_ref()
            .is_some_and(|(kind, _)| self.attribute_of(*kind, name).is_some());
        self.variable(name).is_none()
            && !sibling
            && !self.model.by_id.contains_key(name)
            && !self.is_callable(name)
            && !self.is_broken(name)
    }

    /// The term of an entity.
    pub(super) fn entity(&self, id: EntityId, span: Span) -> Term {
        let kind = self
            .model
            .entities
            .find(id)
            .map_or(KindId::from_index(0), |entity| entity.kind);
        Term {
            span,
            ty: Type::Entity(kind),
            kind: TermKind::Value(Value::Entity(id)),
        }
    }

    /// A kind by its name.
    pub(super) fn kind_named(&self, name: &str) -> Option<KindId> {
        self.model.names.kinds.get(name).copied()
    }

    /// An attribute of `this` by its bare name; the inner `None` means that reading it was an error.
    fn sibling(&mut self, name: &str, span: Span, out: &mut Diagnostics) -> Option<Option<Term>> {
        if self.except.as_deref() == Some(name) {
            return None;
        }
        let (kind, this) = self.this.clone()?;
        let attribute = self.attribute_of(kind, name)?;
        Some(self.read_attribute(this, attribute, name, span, out))
    }

    /// An attribute as a kind has it.
    fn attribute_of(&self, kind: KindId, name: &str) -> Option<&'m Attribute> {
        self.model.kinds.find(kind)?.attributes.get(name)
    }

    /// `base.field`
    pub(super) fn field(
        &mut self,
        base: &Expr,
        field: &Ident,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        if let Some(path) = path_text(base)
            && (self.is_broken(&path) || self.is_broken(&format!("{path}.{}", field.name)))
        {
            return None;
        }
        let inner = self.infer(base, None, out)?;
        if let TermKind::Value(Value::Entity(id)) = &inner.kind
            && let Some(nested) = self
                .model
                .entities
                .find(*id)
                .and_then(|e| e.nested.get(&field.name))
        {
            return Some(self.entity(*nested, span));
        }
        let Type::Entity(kind) = inner.ty else {
            self.no_attributes(&inner, base, field, out);
            return None;
        };
        match self.attribute_of(kind, &field.name) {
            Some(attribute) => {
                self.read_attribute(inner, attribute, &format!("{base}.{}", field.name), span, out)
            }
            None => {
                self.unknown_attribute(&inner, kind, base, field, out);
                None
            }
        }
    }

    fn read_attribute(
        &mut self,
        base: Term,
        attribute: &Attribute,
        text: &str,
        span: Span,
        out: &mut Diagnostics,
    ) -> Option<Term> {
        let ty = match attribute.ty {
            Type::Condition => {
                self.read_state(&format!("the condition `{text}`"), span, out)?;
                Type::Boolean
            }
            ty => ty,
        };
        Some(Term {
            span,
            ty,
            kind: TermKind::Attribute(Box::new(base), attribute.id),
        })
    }

    fn no_attributes(&self, inner: &Term, base: &Expr, field: &Ident, out: &mut Diagnostics) {
        let text = self.model.type_phrase(inner.ty);
        let message = format!("`{base}` is {text} and has no attribute `{}`", field.name);
        let mut diagnostic = Diagnostic::error("E0502", field.span, message);
        if matches!(inner.ty, Type::Set(_)) {
            diagnostic = diagnostic.help(format!(
                "ask its members: `any(x in {base} where x.{} ...)`",
                field.name
            ));
        }
        out.push(diagnostic);
    }

    /// Names the sub-kinds that have the attribute, or the nearest attribute.
    fn unknown_attribute(
        &self,
        inner: &Term,
        kind: KindId,
        base: &Expr,
        field: &Ident,
        out: &mut Diagnostics,
    ) {
        if self.is_broken(&field.name)
            || self
                .model
                .kinds
                .find(kind)
                .is_none_or(|k| self.is_broken(&k.name))
        {
            return;
        }
        let of_kind = self.model.kind_text(kind);
        let below: Vec<_> = (self.model.kinds.iter())
            .filter(|(id, k)| self.model.kind_is_a(*id, kind) && k.attributes.contains_key(&field.name))
            .filter(|(_, k)| {
                // Only the most general ones: their sub-kinds inherit it.
                k.is_a
                    .is_none_or(|up| self.attribute_of(up, &field.name).is_none())
            })
            .collect();
        if let [(_, first), rest @ ..] = below.as_slice() {
            let names: Vec<_> = below.iter().map(|(_, k)| format!("`{}`", k.name)).collect();
            let message = format!(
                "`{base}` is {of_kind}, and not every one has `{}`: only {}",
                field.name,
                names.join(", ")
            );
            let mut diagnostic = Diagnostic::error("E0503", field.span, message);
            if let TermKind::Variable(id) = inner.kind
                && let Some(variable) = self.variables.get(id.index())
            {
                diagnostic = diagnostic.also(variable.span, format!("declared as {of_kind}"));
            }
            if rest.is_empty() {
                diagnostic =
                    diagnostic.help(format!("declare it as {} `{}`", article(&first.name), first.name));
            }
            out.push(diagnostic);
            return;
        }
        let nested = match &inner.kind {
            TermKind::Value(Value::Entity(id)) => self.model.entities.find(*id).map(|entity| &entity.nested),
            _ => None,
        };
        let attributes = self.model.kinds.find(kind).map(|k| &k.attributes);
        let known = attributes
            .iter()
            .flat_map(|all| all.keys())
            .chain(nested.iter().flat_map(|all| all.keys()));
        let message = match nested {
            Some(_) => format!(
                "`{base}`, {of_kind}, has neither an attribute nor a part `{}`",
                field.name
            ),
            None => format!("`{base}` is {of_kind} and has no attribute `{}`", field.name),
        };
        let known: Vec<&str> = known.map(String::as_str).collect();
        let path = format!("{base}.{}", field.name);
        if let Some(removed) = self.model.names.removed.get(&path) {
            let diagnostic = Diagnostic::error("E0502", field.span, message);
            out.push(diagnostic.also(*removed, format!("`{path}` was removed here")));
            return;
        }
        let all: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
        let (diagnostic, found) =
            with_suggestion(self.model, "E0502", field.span, message, &field.name, known);
        out.push(match found || all.is_empty() {
            true => diagnostic,
            false => diagnostic.help(format!("it has {}", all.join(", "))),
        });
    }

    /// A name that means nothing here.
    fn unknown_name(&self, name: &str, span: Span, expected: Option<Type>, out: &mut Diagnostics) {
        if self.is_broken(name) {
            return;
        }
        if let Some(Type::Enum(words)) = expected {
            let known = self
                .model
                .words_of(words)
                .iter()
                .filter_map(|word| self.model.words.find(*word));
            let message = format!("`{name}` is none of {}", self.model.word_list(words));
            out.push(
                with_suggestion(
                    self.model,
                    "E0508",
                    span,
                    message,
                    name,
                    known.map(String::as_str),
                )
                .0,
            );
            return;
        }
        if self.kind_named(name).is_some() {
            let message = format!("`{name}` is a kind; a single entity, fact or variable is wanted here");
            let diagnostic = Diagnostic::error("E0501", span, message);
            out.push(diagnostic.help(format!(
                "for all of them write `any(x in {name} where ...)` or `count(x in {name} where ...)`"
            )));
            return;
        }
        let siblings = self
            .this
            .iter()
            .filter_map(|(kind, _)| self.model.kinds.find(*kind));
        let siblings = siblings.flat_map(|kind| kind.attributes.keys().map(String::as_str));
        let variables = self
            .visible
            .iter()
            .filter_map(|id| self.variables.get(id.index()));
        let plain = self
            .callable_names()
            .filter(|(_, arity)| *arity == 0)
            .map(|(name, _)| name);
        let entities = self.model.by_id.keys().map(String::as_str);
        let whole_run = matches!(self.mode, Mode::Outcome | Mode::Expectation | Mode::Invariant);
        let events = self
            .model
            .events
            .values()
            .map(|event| event.name.as_str())
            .filter(|_| whole_run);
        let outcomes = self.model.names.outcomes.keys().map(String::as_str);
        let outcomes = outcomes.filter(|_| self.mode == Mode::Expectation);
        let known = variables
            .map(|v| v.name.as_str())
            .chain(siblings)
            .chain(entities)
            .chain(plain)
            .chain(events)
            .chain(outcomes);
        let what = match self.mode {
            Mode::Expectation => "no entity, fact, event or outcome",
            Mode::Outcome | Mode::Invariant => "no entity, fact or event",
            Mode::Static if !self.visible.is_empty() || self.in_rule => "no variable, entity or assumption",
            Mode::Static if self.this.is_some() => "no entity, attribute or assumption",
            Mode::Static => "no entity or assumption",
            _ => "no entity, fact or variable",
        };
        let (mut diagnostic, found) =
            with_suggestion(self.model, "E0501", span, format!("{what} `{name}`"), name, known);
        if ["today", "now", "date", "year"].contains(&name) && !found {
            diagnostic = diagnostic.help(
                "conditions do not read the date: what happens on a day stands in the `timeline:`, what happens later \
                 has `after:`",
            );
        } else if self.in_rule && !found {
            diagnostic = match expected {
                Some(Type::Entity(kind)) => {
                    let kind = self.model.kinds.find(kind).map_or("", |k| k.name.as_str());
                    diagnostic.help(format!(
                        "if it is a variable, declare it: `for: {{ {name}: {kind} }}`"
                    ))
                }
                _ => diagnostic.help("if it is a variable, declare it under `for:`"),
            };
        } else if let Some(longer) = self.nested_named(name) {
            diagnostic = diagnostic.help(format!("write the whole path: `{longer}`"));
        } else if !found {
            diagnostic = match expected {
                Some(Type::Entity(kind) | Type::Set(kind)) => {
                    diagnostic.help(self.how_to_declare(name, kind))
                }
                Some(Type::Number) => {
                    diagnostic.help("a number is wanted here, or an assumption that holds one")
                }
                Some(Type::Duration) => diagnostic.help("a duration is wanted here, as in `30 days`"),
                _ => diagnostic,
            };
        }
        out.push(diagnostic);
    }

    /// How an entity of a kind is declared, where it could stand.
    fn how_to_declare(&self, name: &str, kind: KindId) -> String {
        let mut lineage = self.model.lineage(kind);
        let section = lineage.find_map(|kind| self.model.kinds.find(kind)?.section.as_deref());
        let kind = self.model.kinds.find(kind).map_or("", |kind| kind.name.as_str());
        match section {
            Some(section) => format!("declare it: `{section}: {{ {name}: {{ kind: {kind} }} }}`"),
            None if kind == crate::model::ROOT_KIND => {
                "it must be declared, for example under `actors:`".to_owned()
            }
            None => format!("declare it, of kind `{kind}`"),
        }
    }

    /// The only nested entity with that last part.
    fn nested_named(&self, name: &str) -> Option<&str> {
        let mut all = self
            .model
            .by_id
            .keys()
            .filter(|id| id.rsplit('.').next() == Some(name));
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }
}

/// A path of plain names as text: `treaty.guarantee`.
fn path_text(expr: &Expr) -> Option<String> {
    match &expr.kind {
        ExprKind::Name(name) => Some(name.clone()),
        ExprKind::Field(base, field) => Some(format!("{}.{}", path_text(base)?, field.name)),
        _ => None,
    }
}
