//! Types as written: kinds are looked up, words become enumerations.

use super::kinds::kind_named;
use crate::diagnostic::Diagnostics;
use crate::document::Node;
use crate::language::{TypeKind, parse_type};
use crate::model::{Model, Type};

/// A type; words that are new become known.
pub(crate) fn decode(model: &mut Model, node: &Node, out: &mut Diagnostics) -> Option<Type> {
    let written = parse_type(&model.sources, node)
        .map_err(|error| out.push(*error))
        .ok()?;
    Some(match written.kind {
        TypeKind::Number => Type::Number,
        TypeKind::Boolean => Type::Boolean,
        TypeKind::Text => Type::Text,
        TypeKind::Date => Type::Date,
        TypeKind::Duration => Type::Duration,
        TypeKind::Condition => Type::Condition,
        TypeKind::Enum(words) => {
            let words: Vec<_> = words.iter().map(|word| model.intern_word(&word.name)).collect();
            Type::Enum(model.intern_enum(&words))
        }
        TypeKind::SetOf(kind) => Type::Set(kind_named(model, &kind.name, kind.span, out)?),
        TypeKind::Kind(kind) => Type::Entity(kind_named(model, &kind.name, kind.span, out)?),
    })
}
