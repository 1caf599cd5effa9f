//! Values of attributes: what is written, or else the default, worked out on demand so that order of writing does not matter.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::entities::Written;
use super::kinds::Defaults;
use super::order::{Reads, in_order};
use super::read;
use crate::diagnostic::{Diagnostic, Diagnostics, Span};
use crate::document::{Node, Value as Tree};
use crate::ids::Id as _;
use crate::model::resolve::constant::{Known, evaluate, evaluate_with};
use crate::model::resolve::{Mode, Scope};
use crate::model::{
    AttributeId, AttributeValue, EntityId, KindId, Model, Term, TermKind, Type, Value, VariableId,
};

/// How deep one value may hang on others before it is refused; it keeps recursion off the end of the stack.
const DEPTH: usize = 200;

/// The text of an attribute, typed but not yet worked out.
#[derive(Clone, Debug)]
enum Typed {
    /// A text, as written.
    Text(String),
    /// One expression.
    Term(Term),
    /// The members of a set, one by one.
    Members(Vec<Term>),
    /// A condition, to be read while time passes.
    Condition(Term),
}

/// An attribute of an entity.
type Slot = (EntityId, AttributeId);

/// Works out all attribute values and stores them in the entities.
pub(crate) fn decode(
    model: &mut Model,
    written: &Written<'_>,
    defaults: &Defaults<'_>,
    out: &mut Diagnostics,
) {
    let shared = kind_defaults(model, defaults, out);
    let slots = slots(model, written, defaults, &shared, out);
    let mut evaluation = Evaluation {
        model,
        slots: &slots,
        done: BTreeMap::new(),
        stack: Vec::new(),
        out,
    };
    let all: Vec<Slot> = slots.keys().copied().collect();
    for (entity, attribute) in all {
        evaluation.value(entity, attribute);
    }
    let mut done = evaluation.done;
    for entity in model.entities.ids().collect::<Vec<_>>() {
        let kind = model.entities[entity].kind;
        let ids: Vec<AttributeId> = model.kinds[kind]
            .attributes
            .values()
            .map(|attribute| attribute.id)
            .collect();
        for attribute in ids {
            let value = match slots.get(&(entity, attribute)).map(|slot| &slot.typed) {
                Some(Typed::Condition(term)) => Some(AttributeValue::Condition(term.clone())),
                _ => done
                    .remove(&(entity, attribute))
                    .flatten()
                    .map(AttributeValue::Value),
            };
            if let Some(value) = value {
                model.entities[entity].values.insert(attribute, value);
            }
        }
    }
}

/// What fills one attribute of one entity.
struct Filling {
    typed: Typed,
    /// Whether variable 0 stands for the entity: so in a default, which is typed once for a kind.
    shared: bool,
    span: Span,
}

/// Types every default once per kind, with variable 0 as the entity: each mistake is told once, even of a kind without entities.
fn kind_defaults(
    model: &Model,
    defaults: &Defaults<'_>,
    out: &mut Diagnostics,
) -> BTreeMap<(KindId, AttributeId), Option<Rc<Typed>>> {
    let mut typed: BTreeMap<(KindId, AttributeId), Option<Rc<Typed>>> = BTreeMap::new();
    let mut order: Vec<KindId> = model.kinds.ids().collect();
    order.sort_by_key(|kind| model.lineage(*kind).count());
    for id in order {
        let kind = &model.kinds[id];
        for (name, attribute) in &kind.attributes {
            let Some(node) = defaults.get(&(id, attribute.id)) else {
                continue;
            };
            let inherited = kind.is_a.filter(|up| {
                let above = model.kinds[*up]
                    .attributes
                    .get(name)
                    .is_some_and(|above| above.ty == attribute.ty);
                above
                    && defaults
                        .get(&(*up, attribute.id))
                        .is_some_and(|above| std::ptr::eq(*above, *node))
            });
            let value = match inherited.and_then(|up| typed.get(&(up, attribute.id))) {
                Some(above) => above.clone(),
                None => {
                    let this = |id| Term {
                        span: attribute.span,
                        ty: Type::Entity(id),
                        kind: TermKind::Variable(VariableId::from_index(0)),
                    };
                    let mut scope = scope(model, attribute.ty, id, this(id), name);
                    // No name can hide behind a variable that is not a name.
                    scope.bind(" this", Type::Entity(id), attribute.span);
                    type_value(&mut scope, node, name, attribute.ty, out).map(Rc::new)
                }
            };
            typed.insert((id, attribute.id), value);
        }
    }
    typed
}

/// Every attribute of every entity that has text, typed.
fn slots(
    model: &Model,
    written: &Written<'_>,
    defaults: &Defaults<'_>,
    shared: &BTreeMap<(KindId, AttributeId), Option<Rc<Typed>>>,
    out: &mut Diagnostics,
) -> BTreeMap<Slot, Filling> {
    let mut slots = BTreeMap::new();
    for (id, entity) in model.entities.iter() {
        let kind = &model.kinds[entity.kind];
        let this = Term {
            span: entity.about.span,
            ty: Type::Entity(entity.kind),
            kind: TermKind::Value(Value::Entity(id)),
        };
        for (name, attribute) in &kind.attributes {
            let parent = entity
                .id
                .rsplit_once('.')
                .filter(|_| name == "part_of")
                .and_then(|(parent, _)| model.by_id.get(parent));
            if let Some(parent) = parent {
                let term = Term {
                    ty: attribute.ty,
                    kind: TermKind::Value(Value::Entity(*parent)),
                    ..this.clone()
                };
                slots.insert(
                    (id, attribute.id),
                    Filling {
                        typed: Typed::Term(term),
                        shared: false,
                        span: this.span,
                    },
                );
                continue;
            }
            let own = written.get(&(id, attribute.id)).copied();
            let default = defaults.get(&(entity.kind, attribute.id)).copied();
            let inherited = shared.get(&(entity.kind, attribute.id));
            let (node, typed, is_shared) = match (own, default, inherited) {
                (None, Some(node), Some(Some(typed))) if attribute.ty != Type::Condition => {
                    (node, Some(Typed::clone(typed)), true)
                }
                // A default that is broken was reported for its kind.
                (None, Some(_), Some(None)) => continue,
                (Some(node), ..) | (None, Some(node), _) => {
                    let mut scope = scope(model, attribute.ty, entity.kind, this.clone(), name);
                    (node, type_value(&mut scope, node, name, attribute.ty, out), false)
                }
                (None, None, _) => continue,
            };
            if let Some(typed) = typed {
                slots.insert(
                    (id, attribute.id),
                    Filling {
                        typed,
                        shared: is_shared,
                        span: node.span,
                    },
                );
            }
        }
    }
    slots
}

fn scope<'m>(model: &'m Model, ty: Type, kind: KindId, this: Term, attribute: &str) -> Scope<'m> {
    let mode = if ty == Type::Condition {
        Mode::State
    } else {
        Mode::Static
    };
    Scope::new(model, mode).of_entity(kind, this).except(attribute)
}

/// Types what is written for an attribute.
fn type_value(
    scope: &mut Scope<'_>,
    node: &Node,
    name: &str,
    ty: Type,
    out: &mut Diagnostics,
) -> Option<Typed> {
    match ty {
        Type::Text => read::text(node, name, out).map(Typed::Text),
        Type::Condition => {
            let mut all = scope.condition(node, out)?;
            let term = match all.len() {
                1 => all.pop()?,
                _ => Term {
                    span: node.span,
                    ty: Type::Boolean,
                    kind: TermKind::And(all),
                },
            };
            Some(Typed::Condition(term))
        }
        Type::Set(kind) => match &node.value {
            Tree::List(list) => {
                let members: Vec<_> = list
                    .iter()
                    .map(|node| scope.typed(node, Type::Entity(kind), out))
                    .collect();
                members
                    .into_iter()
                    .collect::<Option<Vec<Term>>>()
                    .map(Typed::Members)
            }
            Tree::Map(map) => {
                let members: Vec<_> = map
                    .entries
                    .iter()
                    .map(|(key, entry)| {
                        if !read::is_empty(&entry.node) {
                            let message =
                                format!("`{key}` is a member of the set `{name}` and can hold nothing");
                            let diagnostic = Diagnostic::error("E0413", entry.node.span, message);
                            out.push(diagnostic.help(format!(
                                "write `{key}: {{}}`, or `{key}: null` in an overlay to remove it"
                            )));
                        }
                        scope.typed(&read::key_node(key, entry.key), Type::Entity(kind), out)
                    })
                    .collect();
                members
                    .into_iter()
                    .collect::<Option<Vec<Term>>>()
                    .map(Typed::Members)
            }
            _ => match sentence(node) {
                Some(names) => {
                    let list = format!("[ {} ]", names.join(", "));
                    let message = format!("`{name}` is a set, and a set is written as a list");
                    out.push(Diagnostic::error("E0504", node.span, message).fix(node.span, list));
                    None
                }
                None => scope.typed(node, ty, out).map(Typed::Term),
            },
        },
        Type::Entity(kind) if node.as_list().is_some() => {
            let kind = model_kind(scope, kind);
            let message = format!("`{name}` is one `{kind}`, and this is a list");
            out.push(Diagnostic::error("E0504", node.span, message).help(format!(
                "write one of them; where the kind shall have several, declare `{name}: set of {kind}` there"
            )));
            None
        }
        _ => scope.typed(node, ty, out).map(Typed::Term),
    }
}

fn model_kind(scope: &Scope<'_>, kind: KindId) -> String {
    scope
        .model
        .kinds
        .find(kind)
        .map_or_else(String::new, |kind| kind.name.clone())
}

/// The names of a set that is written as a sentence: `port, dockers and clerks`.
fn sentence(node: &Node) -> Option<Vec<&str>> {
    let words = node.as_text()?.split([',', ' ']).filter(|word| !word.is_empty());
    let names: Vec<&str> = words.filter(|word| *word != "and").collect();
    let ids = names
        .iter()
        .all(|name| crate::document::is_id(name) && !["or", "not", "if"].contains(name));
    (names.len() > 1 && ids).then_some(names)
}

/// Working values out, each once, whatever it reads first.
struct Evaluation<'a> {
    model: &'a Model,
    slots: &'a BTreeMap<Slot, Filling>,
    /// Values found; `None` for what failed and was reported.
    done: BTreeMap<Slot, Option<Value>>,
    stack: Vec<Slot>,
    out: &'a mut Diagnostics,
}

impl Evaluation<'_> {
    fn value(&mut self, entity: EntityId, attribute: AttributeId) -> Option<Value> {
        let slot = (entity, attribute);
        if let Some(known) = self.done.get(&slot) {
            return known.clone();
        }
        let filling = self.slots.get(&slot)?;
        if self.stack.contains(&slot) || self.stack.len() >= DEPTH {
            self.report_circle(slot, filling.span);
            return None;
        }
        self.stack.push(slot);
        let value = match &filling.typed {
            Typed::Text(text) => Some(Value::Text(text.clone())),
            Typed::Condition(_) => None,
            Typed::Term(term) => self.work_out(term, entity, filling.shared),
            Typed::Members(members) => {
                let mut set = Vec::new();
                let mut whole = true;
                for member in members {
                    match self.work_out(member, entity, filling.shared) {
                        Some(Value::Entity(member)) => set.push(member),
                        _ => whole = false,
                    }
                }
                set.sort();
                set.dedup();
                whole.then_some(Value::Set(set))
            }
        };
        self.stack.pop();
        self.done.insert(slot, value.clone());
        value
    }

    fn work_out(&mut self, term: &Term, entity: EntityId, shared: bool) -> Option<Value> {
        let model = self.model;
        let mut known = Reader {
            evaluation: self,
            this: shared.then_some(entity),
        };
        // Nothing comes back for what reads the state: its type was checked, so it was reported there.
        match evaluate_with(term, model, &mut known)? {
            Ok(value) => Some(value),
            Err(diagnostic) => {
                self.out.push(diagnostic);
                None
            }
        }
    }

    fn report_circle(&mut self, slot: Slot, span: Span) {
        let name = |(entity, attribute): Slot| {
            format!(
                "`{}.{}`",
                self.model.entities[entity].id, self.model.attributes[attribute]
            )
        };
        let Some(first) = self.stack.iter().position(|on| *on == slot) else {
            let message = format!(
                "{} hangs on more than {DEPTH} other values, one on the other",
                name(slot)
            );
            self.out.push(Diagnostic::error("E0411", span, message));
            return;
        };
        let around = self.stack.iter().skip(first).chain([&slot]);
        let path: Vec<_> = around.map(|slot| name(*slot)).collect();
        let message = format!("values read each other in a circle: {}", path.join(" reads "));
        let mut diagnostic = Diagnostic::error("E0411", span, message);
        for other in self.stack.iter().skip(first + 1) {
            if let Some(filling) = self.slots.get(other) {
                diagnostic = diagnostic.also(filling.span, format!("{} is written here", name(*other)));
            }
        }
        self.out.push(diagnostic);
    }
}

/// What an evaluation may ask: attributes of any entity, and variable 0 in a default.
struct Reader<'r, 'a> {
    evaluation: &'r mut Evaluation<'a>,
    this: Option<EntityId>,
}

impl Known for Reader<'_, '_> {
    fn variable(&mut self, id: VariableId) -> Option<Value> {
        self.this.filter(|_| id.index() == 0).map(Value::Entity)
    }

    fn attribute(&mut self, entity: EntityId, attribute: AttributeId) -> Option<Result<Value, Diagnostic>> {
        self.evaluation.value(entity, attribute).map(Ok)
    }
}

/// Conditions that read each other in a circle could never be read.
pub(crate) fn check_conditions(model: &Model, out: &mut Diagnostics) {
    let mut all: Reads<Slot> = Reads::new();
    for (id, entity) in model.entities.iter() {
        for (attribute, value) in &entity.values {
            if let AttributeValue::Condition(term) = value {
                let mut reads = BTreeSet::new();
                conditions_read(model, term, &mut Vec::new(), &mut reads);
                all.insert((id, *attribute), reads);
            }
        }
    }
    let Err(path) = in_order(all) else { return };
    let name = |(entity, attribute): &Slot| {
        format!(
            "`{}.{}`",
            model.entities[*entity].id, model.attributes[*attribute]
        )
    };
    let span =
        path.first().and_then(
            |(entity, attribute)| match model.entities[*entity].values.get(attribute) {
                Some(AttributeValue::Condition(term)) => Some(term.span),
                _ => None,
            },
        );
    let around: Vec<_> = path.iter().map(name).collect();
    let message = format!(
        "conditions read each other in a circle: {}",
        around.join(" reads ")
    );
    out.push(match span {
        Some(span) => Diagnostic::error("E0411", span, message),
        None => Diagnostic::placeless("E0411", message),
    });
}

/// The conditions that a condition reads, as far as paths are known at load.
fn conditions_read(
    model: &Model,
    term: &Term,
    bound: &mut Vec<(VariableId, Value)>,
    reads: &mut BTreeSet<Slot>,
) {
    let known = |id: VariableId| {
        bound
            .iter()
            .rev()
            .find(|(variable, _)| *variable == id)
            .map(|(_, value)| value.clone())
    };
    match &term.kind {
        TermKind::Attribute(base, attribute) if term.ty == Type::Boolean => {
            if let Some(Ok(Value::Entity(entity))) = evaluate(base, model, &known)
                && matches!(
                    model.entities[entity].values.get(attribute),
                    Some(AttributeValue::Condition(_))
                )
            {
                reads.insert((entity, *attribute));
            }
        }
        TermKind::Quantifier(quantifier) if term.any(&mut reads_condition) => {
            if let Some(Ok(Value::Set(members))) = evaluate(&quantifier.set, model, &known) {
                for member in members {
                    bound.push((quantifier.variable, Value::Entity(member)));
                    for part in quantifier.condition.iter().chain(&quantifier.body) {
                        conditions_read(model, part, bound, reads);
                    }
                    bound.pop();
                }
            }
        }
        _ => term.for_each_part(&mut |part| conditions_read(model, part, bound, reads)),
    }
}

fn reads_condition(term: &Term) -> bool {
    term.ty == Type::Boolean && matches!(term.kind, TermKind::Attribute(..))
}
