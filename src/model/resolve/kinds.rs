//! Which types fit which, and how messages call them.

use crate::model::{EnumId, KindId, Model, Term, TermKind, Type};

impl Model {
    /// A kind and what it specialises, up to the root.
    pub(crate) fn lineage(&self, kind: KindId) -> impl Iterator<Item = KindId> + use<'_> {
        // A cycle in `is_a` is reported elsewhere; here it must only not hang.
        std::iter::successors(Some(kind), |kind| self.kinds.find(*kind).and_then(|k| k.is_a))
            .take(self.kinds.len())
    }

    /// The most special kind that covers both.
    pub(crate) fn common_kind(&self, one: KindId, other: KindId) -> KindId {
        self.lineage(one)
            .find(|ancestor| self.kind_is_a(other, *ancestor))
            .unwrap_or(one)
    }

    /// Whether one of the kinds covers the other, so that an entity can be of both.
    pub(crate) fn related(&self, one: KindId, other: KindId) -> bool {
        self.kind_is_a(one, other) || self.kind_is_a(other, one)
    }

    /// Whether a value of type `given` may stand where `wanted` is asked for. Nothing is converted.
    pub(crate) fn fits(&self, given: Type, wanted: Type) -> bool {
        match (given, wanted) {
            (Type::Entity(given), Type::Entity(wanted)) | (Type::Set(given), Type::Set(wanted)) => {
                self.kind_is_a(given, wanted)
            }
            (Type::Enum(given), Type::Enum(wanted)) => self
                .words_of(given)
                .iter()
                .all(|word| self.words_of(wanted).contains(word)),
            (Type::Boolean | Type::Condition, Type::Boolean | Type::Condition) => true,
            _ => given == wanted,
        }
    }

    /// Whether two values of these types can be equal.
    pub(crate) fn comparable(&self, one: Type, other: Type) -> bool {
        match (one, other) {
            (Type::Entity(a), Type::Entity(b)) | (Type::Set(a), Type::Set(b)) => self.related(a, b),
            (Type::Enum(a), Type::Enum(b)) => self
                .words_of(a)
                .iter()
                .any(|word| self.words_of(b).contains(word)),
            (Type::Text, _) => false,
            _ => one == other,
        }
    }

    /// The type of `if c then one else other`.
    pub(crate) fn join(&self, one: Type, other: Type) -> Option<Type> {
        match (one, other) {
            (Type::Entity(a), Type::Entity(b)) => Some(Type::Entity(self.common_kind(a, b))),
            (Type::Set(a), Type::Set(b)) => Some(Type::Set(self.common_kind(a, b))),
            _ if self.fits(one, other) => Some(other),
            _ if self.fits(other, one) => Some(one),
            _ => None,
        }
    }

    /// The words that an enumeration allows.
    pub(crate) fn words_of(&self, id: EnumId) -> &[crate::model::WordId] {
        self.enums.find(id).map_or(&[], Vec::as_slice)
    }

    /// A word of an enumeration by its text.
    pub(crate) fn word_in(&self, id: EnumId, text: &str) -> Option<crate::model::WordId> {
        self.words_of(id)
            .iter()
            .copied()
            .find(|word| self.words.find(*word).is_some_and(|w| w == text))
    }

    /// A kind's name in backticks with its article.
    pub(crate) fn kind_text(&self, kind: KindId) -> String {
        let name = self.kinds.find(kind).map_or("", |k| k.name.as_str());
        format!("{} `{name}`", article(name))
    }

    /// What a message calls a value of this type: "a number", "an `actor`", "a set of `actor`".
    pub(crate) fn type_phrase(&self, ty: Type) -> String {
        match ty {
            Type::Number => "a number".to_owned(),
            Type::Rate(unit) => format!("a rate {unit}"),
            Type::Boolean | Type::Condition => "a condition (true or false)".to_owned(),
            Type::Text => "a text".to_owned(),
            Type::Date => "a date".to_owned(),
            Type::Duration => "a duration".to_owned(),
            Type::Enum(id) => format!("one of {}", self.word_list(id)),
            Type::Entity(kind) => self.kind_text(kind),
            Type::Set(kind) => format!(
                "a set of `{}`",
                self.kinds.find(kind).map_or("", |k| k.name.as_str())
            ),
        }
    }

    /// The words of an enumeration for a message: "`a`, `b`, `c`".
    pub(crate) fn word_list(&self, id: EnumId) -> String {
        let words = self.words_of(id).iter().filter_map(|word| self.words.find(*word));
        words
            .map(|word| format!("`{word}`"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// Whether the value of a term can change while time passes.
    pub(crate) fn reads_state(&self, term: &Term) -> bool {
        term.any(&mut |part| match &part.kind {
            TermKind::Fact(..) | TermKind::Measure(..) | TermKind::Quantity(..) | TermKind::Norm(..) => true,
            TermKind::Temporal(_) | TermKind::Outcome(_) | TermKind::Probability(..) => true,
            TermKind::Attribute(..) => self.is_condition(part),
            _ => false,
        })
    }

    /// Whether a term reads an attribute that holds a condition.
    pub(crate) fn is_condition(&self, term: &Term) -> bool {
        let TermKind::Attribute(base, id) = &term.kind else {
            return false;
        };
        let Type::Entity(kind) = base.ty else { return false };
        let attributes = self.kinds.find(kind).map(|k| &k.attributes);
        attributes.is_some_and(|all| all.values().any(|a| a.id == *id && a.ty == Type::Condition))
    }
}

/// "a" or "an".
pub(crate) fn article(word: &str) -> &'static str {
    if word.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
