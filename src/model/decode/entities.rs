//! Entities: ids, kinds, nesting. Their attributes get values later, once every name is known.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::about::Common;
use super::{about, kinds, read};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Entry, Map, Node, wrong_kind};
use crate::model::{AttributeId, Entity, EntityId, Kind, KindId, Model, Type};

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
    let is_id = read::id(name, entry.key, "an entity", out);
    if !is_id {
        // What else the file calls it by is no second mistake.
        for word in name.split(|c: char| !c.is_ascii_alphanumeric()) {
            model.broken.insert(word.to_ascii_lowercase());
        }
    }
    let kind = is_id
        .then(|| element(&id, name, &entry.node, out))
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

/// The map of an entity.
fn element<'t>(id: &str, name: &str, node: &'t Node, out: &mut Diagnostics) -> Option<&'t Map> {
    let map = node.as_map();
    if map.is_none() {
        let error = wrong_kind(node, &format!("`{id}`"), "a map");
        let text = node.as_text().filter(|_| error.help.is_empty());
        out.push(match text {
            Some(text) => error.help(format!(
                "write `{name}: {{ name: \"{text}\" }}`, with its `kind:` if it has one"
            )),
            None => error,
        });
    }
    map
}

/// The kind written, or else that of the section.
fn kind_of(
    model: &mut Model,
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
        let declared = model.kinds[kind].span;
        let fresh = model.kinds[kind].is_a == Some(model.root_kind()) && is_own(model, declared);
        if fresh {
            // Whatever it lacks for standing here is no second mistake.
            model.broken.insert(name.clone());
        }
        let wanted = &model.kinds[wanted];
        let message = format!(
            "`{id}` is of kind `{name}`, which does not belong in `{}`",
            place.key
        );
        let diagnostic = Diagnostic::error("E0408", node.span, message);
        let belongs = model
            .lineage(kind)
            .find_map(|kind| model.kinds[kind].section.as_deref());
        let diagnostic = diagnostic.also(
            wanted.span,
            format!("`{}` holds entities of kind `{}`", place.key, wanted.name),
        );
        out.push(match belongs {
            Some(section) => diagnostic.help(format!("write it under `{section}:`")),
            None if fresh => diagnostic
                .also(declared, "declared here without `is_a:`")
                .help(format!(
                    "if it belongs here, declare the kind with `is_a: {}`",
                    wanted.name
                ))
                .help("else write it under `entities:`"),
            None => diagnostic.help("write it under `entities:`"),
        });
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
    let strange: Vec<(&String, &Entry)> = (map.entries.iter())
        .filter(|(key, _)| !known.contains(key.as_str()) && !model.broken.contains(*key))
        .collect();
    let lost = model.broken.contains(&kind.name);
    if !lost && !kind_missing(model, found, map, &strange, out) {
        for (key, entry) in strange {
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
            diagnostic = diagnostic.help(match &attribute.about {
                Some(about) => format!("`{name}`: {about}"),
                None => format!("`{name}:` is {}", model.type_phrase(attribute.ty)),
            });
            if let Some(span) = map.removed.get(name) {
                diagnostic = diagnostic.also(*span, "removed here");
            }
            let needed = format!("every `{}` has it", kind.name);
            out.push(diagnostic.also(attribute.span, needed));
        }
    }
}

/// Whether a place is in a file of the author's and not in the vocabulary.
fn is_own(model: &Model, span: Span) -> bool {
    let source = model.sources.get(span.source);
    source.is_some_and(|source| !source.name.starts_with("vocabulary/") && !source.name.starts_with('<'))
}

/// Where `kind:` was left out and just one kind has all that is written, that is the one mistake.
fn kind_missing(
    model: &Model,
    found: &Found<'_>,
    map: &Map,
    strange: &[(&String, &Entry)],
    out: &mut Diagnostics,
) -> bool {
    if map.get("kind").is_some() || map.get("type").is_some() || strange.is_empty() {
        return false;
    }
    let fits = |sub: &Kind| strange.iter().all(|(key, _)| sub.attributes.contains_key(*key));
    let above = |sub: &Kind| sub.is_a.is_some_and(|up| fits(&model.kinds[up]));
    let kinds: Vec<&Kind> = (model.kinds.iter())
        .filter(|(id, sub)| model.kind_is_a(*id, found.kind) && fits(sub) && !above(sub))
        .filter(|(_, sub)| {
            sub.attributes.iter().all(|(name, attribute)| {
                attribute.has_default || map.get(name).is_some() || name == "part_of"
            })
        })
        .map(|(_, sub)| sub)
        .collect();
    // What the author has declared is nearer than what the vocabulary has.
    let own: Vec<&Kind> = kinds
        .iter()
        .copied()
        .filter(|kind| is_own(model, kind.span))
        .collect();
    let kinds = if own.is_empty() { kinds } else { own };
    let kinds: Vec<&str> = kinds.iter().map(|kind| kind.name.as_str()).collect();
    let names: Vec<String> = strange.iter().map(|(key, _)| format!("`{key}`")).collect();
    let message = format!("`{}` does not say of which `kind` it is", found.id);
    let error = Diagnostic::error("E0408", found.entry.key, message);
    let what = names.join(" and ");
    out.push(match kinds.as_slice() {
        [] => return false,
        [only] => error.help(format!("`{only}` has {what}: write `kind: {only}`")),
        all => {
            let all: Vec<String> = all.iter().map(|kind| format!("`{kind}`")).collect();
            error.help(format!(
                "with {what} there are {}: write one of them as `kind:`",
                all.join(", ")
            ))
        }
    });
    true
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
    let own: Vec<_> = model.kinds[found.kind]
        .attributes
        .keys()
        .map(|name| format!("`{name}`"))
        .collect();
    let names_kind = found
        .entry
        .node
        .as_map()
        .is_some_and(|map| map.get("kind").is_some());
    // `amount` is as near to `about` as a slip of the pen, and means something else.
    let near = suggest(key, known.iter().copied())
        .filter(|near| !Common::KEYS.contains(near) || strsim::damerau_levenshtein(key, near) < 2);
    if let Some(first) = sub_kinds.first() {
        diagnostic = diagnostic.help(format!("a {first} has it: say `kind:`"));
    } else if key == "type" && !names_kind {
        diagnostic = diagnostic
            .help("what it is stands under `kind:`")
            .fix(span, "kind");
    } else if let Some(other) = near {
        diagnostic = diagnostic
            .help(format!("did you mean `{other}`?"))
            .fix(span, other);
    } else {
        if !own.is_empty() {
            diagnostic = diagnostic.help(format!("its attributes are {}", own.join(", ")));
        }
        let declared = &model.kinds[found.kind];
        if is_own(model, declared.span) {
            diagnostic = diagnostic
                .also(declared.span, "the kind is declared here")
                .help(format!(
                    "if every `{kind}` has it, declare it there, as in `{key}: number`"
                ));
        }
    }
    out.push(diagnostic);
}
