//! Entities: ids, kinds, nesting. Their attributes get values later, once every name is known.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::about::Common;
use super::{about, kinds, read};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Entry, Map, Node};
use crate::model::{AttributeId, Entity, EntityId, KindId, Model, Type};

/// What an author wrote for the attributes of an entity.
pub(crate) type Written<'t> = BTreeMap<(EntityId, AttributeId), &'t Node>;

/// An entity as found in the tree, not yet numbered.
struct Found<'t> {
    id: String,
    parent: Option<String>,
    kind: KindId,
    entry: &'t Entry,
}

/// Which kind an entity has where none is written.
#[derive(Clone, Copy)]
struct Place<'p> {
    /// The kind that declares the section or the nesting key; none in `entities:`.
    kind: Option<KindId>,
    key: &'p str,
}

/// Numbers all entities in the order of their ids and returns what is written for their attributes.
pub(crate) fn decode<'t>(model: &mut Model, root: &'t Map, out: &mut Diagnostics) -> Written<'t> {
    let mut found = Vec::new();
    let sections: Vec<(String, KindId)> = model
        .kinds
        .iter()
        .filter_map(|(id, kind)| Some((kind.section.clone()?, id)))
        .collect();
    let general = [("entities".to_owned(), None)].into_iter();
    for (section, kind) in general.chain(sections.into_iter().map(|(section, kind)| (section, Some(kind)))) {
        for (name, entry) in read::section(root, &section, out) {
            collect(
                model,
                name,
                None,
                entry,
                Place { kind, key: &section },
                &mut found,
                out,
            );
        }
        remember_removed(model, root.get(&section), "");
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    report_twins(&mut found, out);
    number(model, &found);
    let mut written = Written::new();
    for found in &found {
        values(model, found, &mut written, out);
    }
    written
}

/// Collects an entity and what is nested in it.
fn collect<'t>(
    model: &mut Model,
    name: &str,
    parent: Option<&Found<'t>>,
    entry: &'t Entry,
    place: Place<'_>,
    found: &mut Vec<Found<'t>>,
    out: &mut Diagnostics,
) {
    let id = parent.map_or_else(|| name.to_owned(), |parent| format!("{}.{name}", parent.id));
    let kind = read::id(name, entry.key, "an entity", out)
        .then(|| read::map(&entry.node, &format!("`{id}`"), out))
        .flatten()
        .and_then(|map| kind_of(model, &id, map, entry, place, out));
    let Some(kind) = kind else {
        mark_broken(model, &id, &entry.node);
        return;
    };
    let this = Found {
        id,
        parent: parent.map(|parent| parent.id.clone()),
        kind,
        entry,
    };
    let nests: Vec<(String, KindId)> = model
        .kinds
        .iter()
        .filter_map(|(id, kind)| Some((kind.nested.clone()?, id)))
        .collect();
    for (key, nested) in nests {
        let Some(node) = entry.node.as_map().and_then(|map| map.get(&key)) else {
            continue;
        };
        let Some(map) = read::map(node, &format!("`{key}` of `{}`", this.id), out) else {
            continue;
        };
        remember_removed(model, Some(node), &format!("{}.", this.id));
        if !may_nest(model, kind, nested) {
            wrong_parent(model, &this, &key, nested, node.span, out);
            for (name, entry) in &map.entries {
                mark_broken(model, &format!("{}.{name}", this.id), &entry.node);
            }
            continue;
        }
        for (name, entry) in &map.entries {
            if let Some(attribute) = model.kinds[kind].attributes.get(name) {
                let message = format!(
                    "`{}.{name}` would be both an attribute and a part of `{}`",
                    this.id, this.id
                );
                let diagnostic = Diagnostic::error("E0414", entry.key, message);
                out.push(
                    diagnostic
                        .also(attribute.span, "the attribute")
                        .help("give the part another id"),
                );
            }
            collect(
                model,
                name,
                Some(&this),
                entry,
                Place {
                    kind: Some(nested),
                    key: &key,
                },
                found,
                out,
            );
        }
    }
    found.push(this);
}

/// The kind written, or else that of the section.
fn kind_of(
    model: &Model,
    id: &str,
    map: &Map,
    entry: &Entry,
    place: Place<'_>,
    out: &mut Diagnostics,
) -> Option<KindId> {
    let Some(node) = map.get("kind") else {
        if place.kind.is_none() {
            let diagnostic = Diagnostic::error("E0408", entry.key, format!("`{id}` needs a `kind`"));
            out.push(diagnostic.help("in `entities:` no kind goes without saying"));
        }
        return place.kind;
    };
    let name = read::text(node, "kind", out)?;
    let kind = kinds::kind_named(model, &name, node.span, out)?;
    if let Some(wanted) = place.kind
        && !model.kind_is_a(kind, wanted)
    {
        let wanted = &model.kinds[wanted];
        let message = format!(
            "`{id}` is of kind `{name}`, which does not belong in `{}`",
            place.key
        );
        let diagnostic = Diagnostic::error("E0408", node.span, message);
        let belongs = model
            .lineage(kind)
            .find_map(|kind| model.kinds[kind].section.as_deref())
            .unwrap_or("entities");
        out.push(
            diagnostic
                .also(
                    wanted.span,
                    format!("`{}` holds entities of kind `{}`", place.key, wanted.name),
                )
                .help(format!("write it under `{belongs}:`")),
        );
    }
    Some(kind)
}

/// Whether entities of kind `nested` stand in entities of kind `kind`.
fn may_nest(model: &Model, kind: KindId, nested: KindId) -> bool {
    match model.kinds[nested]
        .attributes
        .get("part_of")
        .map(|attribute| attribute.ty)
    {
        Some(Type::Entity(whole)) => model.kind_is_a(kind, whole),
        // Reported where the kind is declared.
        _ => true,
    }
}

fn wrong_parent(
    model: &Model,
    this: &Found<'_>,
    key: &str,
    nested: KindId,
    span: Span,
    out: &mut Diagnostics,
) {
    let kind = &model.kinds[this.kind].name;
    let message = format!("`{}` is of kind `{kind}`, in which no `{key}` stand", this.id);
    let place = model.kinds[nested].attributes.get("part_of");
    let mut diagnostic = Diagnostic::error("E0414", span, message);
    if let Some(attribute) = place {
        diagnostic = diagnostic.also(
            attribute.span,
            format!("they stand in {}", model.type_phrase(attribute.ty)),
        );
    }
    out.push(diagnostic);
}

/// An entity that cannot be used, and all that may be nested in it.
fn mark_broken(model: &mut Model, id: &str, node: &Node) {
    model.broken.insert(id.to_owned());
    let nests: Vec<String> = model
        .kinds
        .values()
        .filter_map(|kind| kind.nested.clone())
        .collect();
    for key in nests {
        let Some(map) = node.as_map().and_then(|map| map.get(&key)).and_then(Node::as_map) else {
            continue;
        };
        for (name, entry) in &map.entries {
            mark_broken(model, &format!("{id}.{name}"), &entry.node);
        }
    }
}

fn remember_removed(model: &mut Model, node: Option<&Node>, prefix: &str) {
    for (name, span) in node.and_then(Node::as_map).iter().flat_map(|map| &map.removed) {
        model.names.removed.insert(format!("{prefix}{name}"), *span);
    }
}

/// One id in two sections: the second is reported and dropped.
fn report_twins(found: &mut Vec<Found<'_>>, out: &mut Diagnostics) {
    let mut first: BTreeMap<String, Span> = BTreeMap::new();
    found.retain(|found| match first.get(&found.id) {
        None => {
            first.insert(found.id.clone(), found.entry.key);
            true
        }
        Some(other) => {
            let message = format!("two entities are called `{}`", found.id);
            let diagnostic = Diagnostic::error("E0407", found.entry.key, message);
            out.push(
                diagnostic
                    .also(*other, "the other one")
                    .help("an id is unique over all sections"),
            );
            false
        }
    });
}

/// Fills the table; ids ascend with names.
fn number(model: &mut Model, found: &[Found<'_>]) {
    for found in found {
        let entity = Entity {
            id: found.id.clone(),
            kind: found.kind,
            values: IndexMap::default(),
            nested: IndexMap::new(),
            about: about::none(found.entry.key),
        };
        let id = model.entities.push(entity);
        model.by_id.insert(found.id.clone(), id);
        let parent = found
            .parent
            .as_ref()
            .and_then(|parent| model.by_id.get(parent))
            .copied();
        if let (Some(parent), Some((_, own))) = (parent, found.id.rsplit_once('.')) {
            // A parent sorts before its parts.
            model.entities[parent].nested.insert(own.to_owned(), id);
        }
    }
}

/// Sorts what is written into attributes, annotations and unknown keys.
fn values<'t>(model: &mut Model, found: &Found<'t>, written: &mut Written<'t>, out: &mut Diagnostics) {
    let Some(&entity) = model.by_id.get(&found.id) else {
        return;
    };
    let Some(map) = found.entry.node.as_map() else {
        return;
    };
    model.entities[entity].about = Common::of(map).read(model, found.entry.key, out);
    let kind = &model.kinds[found.kind];
    let mut known: BTreeSet<&str> = ["kind"].into_iter().chain(Common::KEYS.iter().copied()).collect();
    known.extend(model.kinds.values().filter_map(|kind| kind.nested.as_deref()));
    for (name, attribute) in &kind.attributes {
        known.insert(name);
        if let Some(node) = map.get(name) {
            written.insert((entity, attribute.id), node);
        }
    }
    for (key, entry) in &map.entries {
        if !known.contains(key.as_str()) && !model.broken.contains(key) {
            unknown_attribute(model, found, key, entry.key, &known, out);
        }
    }
    let nested_here = found.parent.is_some();
    for (name, attribute) in &kind.attributes {
        let filled = nested_here && name == "part_of";
        let written_here = written.contains_key(&(entity, attribute.id));
        if filled && written_here {
            let message = format!("`part_of` of `{}` follows from where it stands", found.id);
            let span = map.entries.get(name).map_or(found.entry.key, |entry| entry.key);
            out.push(Diagnostic::error("E0414", span, message).help("leave it out"));
            written.remove(&(entity, attribute.id));
        }
        if !filled && !attribute.has_default && !written_here {
            let mut diagnostic =
                Diagnostic::error("E0410", found.entry.key, format!("`{}` needs `{name}`", found.id));
            if let Some(about) = &attribute.about {
                diagnostic = diagnostic.help(format!("`{name}`: {about}"));
            }
            if let Some(span) = map.removed.get(name) {
                diagnostic = diagnostic.also(*span, "removed here");
            }
            let needed = format!("every `{}` has it", kind.name);
            out.push(diagnostic.also(attribute.span, needed));
        }
    }
}

fn unknown_attribute(
    model: &Model,
    found: &Found<'_>,
    key: &str,
    span: Span,
    known: &BTreeSet<&str>,
    out: &mut Diagnostics,
) {
    let kind = &model.kinds[found.kind].name;
    let mut diagnostic = Diagnostic::error(
        "E0409",
        span,
        format!("`{}`, of kind `{kind}`, has no `{key}`", found.id),
    );
    let sub_kinds: Vec<_> = (model.kinds.iter())
        .filter(|(id, sub)| model.kind_is_a(*id, found.kind) && sub.attributes.contains_key(key))
        .map(|(_, sub)| format!("`{}`", sub.name))
        .collect();
    if let Some(first) = sub_kinds.first() {
        diagnostic = diagnostic.help(format!("a {first} has it: say `kind:`"));
    } else if let Some(other) = suggest(key, known.iter().copied()) {
        diagnostic = diagnostic
            .help(format!("did you mean `{other}`?"))
            .fix(span, other);
    } else {
        let own: Vec<_> = model.kinds[found.kind]
            .attributes
            .keys()
            .map(|name| format!("`{name}`"))
            .collect();
        if !own.is_empty() {
            diagnostic = diagnostic.help(format!("its attributes are {}", own.join(", ")));
        }
    }
    out.push(diagnostic);
}
