//! Kinds: what specialises what, which attributes each has, where their entities are written.

use std::collections::{BTreeMap, BTreeSet};

use indexmap::IndexMap;

use super::{read, sections::CORE, types};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::{Entry, Map, Node};
use crate::model::{Attribute, AttributeId, Kind, KindId, Model, ROOT_KIND, Type};

/// Where the default of an attribute is written, for the kinds that (re)declare the attribute.
pub(crate) type Defaults<'t> = BTreeMap<(KindId, AttributeId), &'t Node>;

/// Keys of entities that no attribute may be called.
const TAKEN: &[&str] = &["kind", "name", "about", "note", "source", "status", "codes"];

/// A kind as written.
struct Written<'t> {
    id: KindId,
    is_a: Option<&'t Node>,
    attributes: Option<&'t Node>,
}

/// Fills the tables of kinds, attributes, words and enumerations. The root kind is there already.
pub(crate) fn decode<'t>(model: &mut Model, root: &'t Map, out: &mut Diagnostics) -> Defaults<'t> {
    let mut written: Vec<Written<'t>> = Vec::new();
    for (name, entry) in read::section(root, "kinds", out) {
        if name == ROOT_KIND {
            let message = format!("`{ROOT_KIND}` is the kind of everything and cannot be declared again");
            out.push(Diagnostic::error("E0421", entry.key, message));
        } else if let Some(kind) = read::id(name, entry.key, "a kind", out)
            .then(|| header(model, name, entry, out))
            .flatten()
        {
            written.push(kind);
        } else {
            model.broken.insert(name.to_owned());
        }
    }
    for kind in &written {
        let parent = kind
            .is_a
            .and_then(|node| parent(model, node, out))
            .unwrap_or_else(|| model.root_kind());
        model.kinds[kind.id].is_a = Some(parent);
    }
    break_circles(model, &written, out);
    let mut defaults = Defaults::new();
    // Parents first: a kind begins with what it inherits.
    written.sort_by_key(|kind| (model.lineage(kind.id).count(), kind.id));
    for kind in &written {
        attributes(model, kind, &mut defaults, out);
    }
    places(model, out);
    defaults
}

/// Everything but the parent and the attributes.
fn header<'t>(model: &mut Model, name: &str, entry: &'t Entry, out: &mut Diagnostics) -> Option<Written<'t>> {
    read::map(&entry.node, &format!("the kind `{name}`"), out)?;
    let mut fields = read::fields(entry, format!("the kind `{name}`"), out)?;
    let is_a = fields.opt("is_a");
    let about = fields.opt("about");
    let note = fields.opt("note");
    let section = fields.opt("section");
    let nested = fields.opt("nested");
    let attributes = fields.opt("attributes");
    fields.done();
    let mut text = |node: Option<&Node>, key: &str| node.and_then(|node| read::text(node, key, out));
    let about = text(about, "about");
    text(note, "note");
    let section = text(section, "section");
    let nested = text(nested, "nested");
    let kind = Kind {
        name: name.to_owned(),
        is_a: None,
        about,
        section,
        nested,
        attributes: IndexMap::new(),
        span: entry.key,
    };
    let id = model.kinds.push(kind);
    model.names.kinds.insert(name.to_owned(), id);
    Some(Written { id, is_a, attributes })
}

fn parent(model: &Model, node: &Node, out: &mut Diagnostics) -> Option<KindId> {
    let name = read::text(node, "is_a", out)?;
    let kind = kind_named(model, &name, node.span, out);
    // The mistake is told; with the kind that was probably meant, it is told once.
    kind.or_else(|| {
        let near = suggest(&name, model.names.kinds.keys().map(String::as_str))?;
        model.names.kinds.get(near).copied()
    })
}

/// A kind by name, with a suggestion where there is none.
pub(crate) fn kind_named(model: &Model, name: &str, span: Span, out: &mut Diagnostics) -> Option<KindId> {
    let known = model.names.kinds.get(name).copied();
    if known.is_none() && !model.broken.contains(name) {
        let mut diagnostic = Diagnostic::error("E0402", span, format!("no kind `{name}`"));
        if let Some(other) = suggest(name, model.names.kinds.keys().map(String::as_str)) {
            diagnostic = diagnostic
                .help(format!("did you mean `{other}`?"))
                .fix(span, other);
        } else {
            diagnostic = diagnostic
                .help(format!(
                    "a kind of your own is declared: `kinds: {{ {name}: {{ is_a: actor }} }}`"
                ))
                .help("`demarche vocabulary` lists those there are");
        }
        out.push(diagnostic);
    }
    known
}

/// Kinds that specialise each other in a circle are reported once and hung under the root.
fn break_circles(model: &mut Model, written: &[Written<'_>], out: &mut Diagnostics) {
    for kind in written {
        let mut path = vec![kind.id];
        while let Some(up) = path.last().and_then(|last| model.kinds[*last].is_a) {
            if up == kind.id {
                let names: Vec<_> = path
                    .iter()
                    .chain([&up])
                    .map(|id| format!("`{}`", model.kinds[*id].name))
                    .collect();
                let message = format!(
                    "kinds specialise each other in a circle: {}",
                    names.join(" is a ")
                );
                let span = kind.is_a.map_or(model.kinds[kind.id].span, |node| node.span);
                out.push(Diagnostic::error("E0403", span, message));
                model.kinds[kind.id].is_a = Some(model.root_kind());
                break;
            }
            if path.contains(&up) {
                // A circle further up; it is broken when its own turn comes.
                break;
            }
            path.push(up);
        }
    }
}

fn attributes<'t>(model: &mut Model, kind: &Written<'t>, defaults: &mut Defaults<'t>, out: &mut Diagnostics) {
    let inherited = model.kinds[kind.id]
        .is_a
        .map(|up| (up, model.kinds[up].attributes.clone()));
    let (up, mut all) = inherited.unwrap_or((kind.id, IndexMap::new()));
    for attribute in all.values() {
        if let Some(node) = defaults.get(&(up, attribute.id)).copied() {
            defaults.insert((kind.id, attribute.id), node);
        }
    }
    let map = kind
        .attributes
        .and_then(|node| read::map(node, "`attributes`", out));
    if kind.attributes.is_some() && map.is_none() {
        // What it has is not known, so nobody is told that it lacks something.
        let name = model.kinds[kind.id].name.clone();
        model.broken.insert(name);
    }
    let ids = attribute_ids(model, &all, map);
    for (name, entry) in map.into_iter().flat_map(|map| &map.entries) {
        if TAKEN.contains(&name.as_str()) {
            let message =
                format!("`{name}` is a key that every entity has, so no attribute can be called so");
            out.push(Diagnostic::error("E0421", entry.key, message));
            continue;
        }
        if !read::id(name, entry.key, "an attribute", out) {
            model.broken.insert(name.clone());
            continue;
        }
        let before = all.get(name).cloned();
        let Some((ty, default, about)) = declaration(model, name, entry, before.as_ref(), out) else {
            // Nobody can read it, and nobody is told again.
            model.broken.insert(name.clone());
            continue;
        };
        let Some(id) = ids.get(name).copied() else {
            continue;
        };
        if let Some(node) = default {
            defaults.insert((kind.id, id), node);
        }
        let has_default = default.is_some() || before.as_ref().is_some_and(|before| before.has_default);
        let about = about.or_else(|| before.and_then(|before| before.about));
        all.insert(
            name.clone(),
            Attribute {
                id,
                ty,
                has_default,
                about,
                span: entry.key,
            },
        );
    }
    model.kinds[kind.id].attributes = all;
}

/// The ids of all attributes that a kind writes: inherited ones keep theirs, new ones get theirs in alphabetical order.
fn attribute_ids(
    model: &mut Model,
    inherited: &IndexMap<String, Attribute>,
    map: Option<&Map>,
) -> BTreeMap<String, AttributeId> {
    let names: BTreeSet<&String> = map.into_iter().flat_map(|map| map.entries.keys()).collect();
    let mut id = |name: &String| match inherited.get(name) {
        Some(before) => before.id,
        None => {
            let id = model.attributes.push(name.clone());
            model.names.attributes.entry(name.clone()).or_default().push(id);
            id
        }
    };
    names.into_iter().map(|name| (name.clone(), id(name))).collect()
}

/// `TYPE` or `{ type: TYPE, default: EXPR, about: TEXT }`; a redeclared attribute may leave the type out.
fn declaration<'t>(
    model: &mut Model,
    name: &str,
    entry: &'t Entry,
    before: Option<&Attribute>,
    out: &mut Diagnostics,
) -> Option<(Type, Option<&'t Node>, Option<String>)> {
    if entry.node.as_map().is_none() {
        let ty = types::decode(model, &entry.node, out)?;
        narrows(model, name, ty, entry.node.span, before, out)?;
        return Some((ty, None, None));
    }
    let mut fields = read::fields(entry, format!("the attribute `{name}`"), out)?;
    let ty = if before.is_some() {
        fields.opt("type")
    } else {
        fields.req("type")
    };
    let default = fields.opt("default");
    let about = fields.opt("about");
    fields.done();
    let about = about.and_then(|node| read::text(node, "about", out));
    let ty = match (ty, before) {
        (Some(node), _) => {
            let ty = types::decode(model, node, out)?;
            narrows(model, name, ty, node.span, before, out)?;
            ty
        }
        (None, Some(before)) => before.ty,
        (None, None) => return None,
    };
    Some((ty, default, about))
}

/// A redeclared attribute must hold what the inherited one holds, or less.
fn narrows(
    model: &Model,
    name: &str,
    ty: Type,
    span: Span,
    before: Option<&Attribute>,
    out: &mut Diagnostics,
) -> Option<()> {
    let Some(before) = before else { return Some(()) };
    let same_sort = (ty == Type::Condition) == (before.ty == Type::Condition);
    if same_sort && model.fits(ty, before.ty) {
        return Some(());
    }
    let (now, then) = (model.type_phrase(ty), model.type_phrase(before.ty));
    let message = format!("`{name}` is inherited as {then} and cannot become {now}");
    let help = "a sub-kind may only narrow an attribute or give it another default; else use another name";
    out.push(
        Diagnostic::error("E0405", span, message)
            .also(before.span, "inherited from here")
            .help(help),
    );
    None
}

/// Sections and nesting keys: each declared once, none that the core uses itself. A place that cannot be is forgotten, so
/// that nothing is looked for there.
fn places(model: &mut Model, out: &mut Diagnostics) {
    let mut seen: BTreeMap<String, KindId> = BTreeMap::new();
    for id in model.kinds.ids().collect::<Vec<_>>() {
        if !is_free(
            model,
            id,
            model.kinds[id].section.as_deref(),
            "section",
            &mut seen,
            out,
        ) {
            model.kinds[id].section = None;
        }
        if !is_free(
            model,
            id,
            model.kinds[id].nested.as_deref(),
            "nested",
            &mut seen,
            out,
        ) {
            model.kinds[id].nested = None;
        }
        let kind = &model.kinds[id];
        let part_of = kind.attributes.get("part_of").map(|attribute| attribute.ty);
        if kind.nested.is_some()
            && !matches!(part_of, Some(Type::Entity(_)))
            && !model.broken.contains("part_of")
        {
            let message = format!("`{}` is nested, so it needs to say in what", kind.name);
            let help = "give it the attribute `part_of`, of the kind in which it stands";
            out.push(Diagnostic::error("E0404", kind.span, message).help(help));
        }
    }
}

/// Whether a place for the entities of a kind is taken neither by the core nor by another kind.
fn is_free(
    model: &Model,
    id: KindId,
    place: Option<&str>,
    key: &str,
    seen: &mut BTreeMap<String, KindId>,
    out: &mut Diagnostics,
) -> bool {
    let Some(place) = place else { return true };
    let kind = &model.kinds[id];
    if CORE.contains(&place) || TAKEN.contains(&place) {
        let message = format!(
            "`{place}` has a meaning of its own, so `{}` cannot be written there",
            kind.name
        );
        out.push(Diagnostic::error("E0404", kind.span, message));
        return false;
    }
    if let Some(other) = seen.get(place) {
        let other = &model.kinds[*other];
        let message = format!("two kinds say `{key}: {place}`");
        out.push(Diagnostic::error("E0404", kind.span, message).also(other.span, "the other one"));
        return false;
    }
    seen.insert(place.to_owned(), id);
    true
}
