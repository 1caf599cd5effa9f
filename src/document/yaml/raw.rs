//! What the YAML library hands over, before it is a tree of ours: every node with its place, keys too.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::options::{DuplicateKeyPolicy, MergeKeyPolicy, NonFiniteFloatPolicy};
use serde_saphyr::{Error, Location, Options, Spanned};

/// The limits on one text. They stop a hostile file in milliseconds and let a generated one of some megabytes in.
pub(super) mod limits {
    /// How deep collections may nest.
    pub(crate) const DEPTH: usize = 64;
    /// How many scalars and collections a text may hold.
    pub(crate) const NODES: usize = 600_000;
    /// How many `*aliases` a text may use.
    pub(crate) const ALIASES: usize = 256;
    /// How many nodes those aliases may stand for, together.
    pub(crate) const REPLAYED: usize = 20_000;
}

/// A value as the library tells it. Booleans and numbers come without their value:
/// the source text is kept instead, since `1.10` is not `1.1` to an author.
pub(super) enum Raw<'t> {
    /// A plain boolean or number, to be read from its source text.
    Typed,
    /// `null`, `~` or nothing at all.
    Null,
    /// Any other scalar, with escapes and folding resolved.
    Text(Cow<'t, str>),
    /// A sequence.
    List(Vec<Item<'t>>),
    /// A mapping, duplicates included.
    Map(Vec<(Item<'t>, Item<'t>)>),
}

/// A value with its place in bytes; the library's own places are three times as large.
pub(super) struct Item<'t> {
    pub value: Raw<'t>,
    pub start: u32,
    pub end: u32,
    /// Whether an `*alias` put it here, so that the place is not where it is used.
    pub aliased: bool,
}

/// The stack for reading, in bytes. The library recurses with large frames: at the greatest depth an unoptimised
/// build needs more than the 2 MB that threads have by default.
const STACK: usize = 16 * 1024 * 1024;

/// Reads a text on the caller's stack, which must be [deep](on_deep_stack) if the text is not known to be shallow.
pub(super) fn read(text: &str) -> Result<Item<'_>, Error> {
    serde_saphyr::from_str_with_options(text, options())
}

/// Does some reading on a thread of its own, whose stack suffices for any text. `None` if the library panicked:
/// no panic of a library reaches a caller of ours. Without threads the caller's own stack has to do.
pub(in crate::document) fn on_deep_stack<T: Send>(work: impl Fn() -> T + Sync) -> Option<T> {
    std::thread::scope(|scope| {
        match std::thread::Builder::new()
            .stack_size(STACK)
            .spawn_scoped(scope, &work)
        {
            Ok(reader) => reader.join().ok(),
            Err(_) => Some(work()),
        }
    })
}

/// Where an error is, in bytes of `text`: errors count characters.
pub(super) fn byte_of(text: &str, location: Location) -> usize {
    let Ok(index) = usize::try_from(location.span().offset()) else {
        return text.len();
    };
    text.char_indices().nth(index).map_or(text.len(), |(at, _)| at)
}

fn options() -> Options {
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_depth: limits::DEPTH,
            max_nodes: limits::NODES,
            max_events: 4 * limits::NODES,
            max_aliases: limits::ALIASES,
            flow_nesting_limit: 2 * limits::DEPTH,
        },
        alias_limits: serde_saphyr::alias_limits! { max_total_replayed_events: limits::REPLAYED },
        // Duplicates and merge keys are told by us, all of them and with both places.
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        merge_keys: MergeKeyPolicy::AsOrdinary,
        strict_booleans: true,
        reject_unsupported_tags: true,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        with_snippet: false,
    }
}

impl<'de> Deserialize<'de> for Raw<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

impl<'de> Deserialize<'de> for Item<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let Spanned {
            value,
            referenced,
            defined,
        } = Spanned::<Raw<'de>>::deserialize(deserializer)?;
        let byte = |n: Option<u64>| n.and_then(|n| u32::try_from(n).ok()).unwrap_or(0);
        let start = byte(defined.span().byte_offset());
        let end = start.saturating_add(byte(defined.span().byte_len()));
        Ok(Item {
            value,
            start,
            end,
            aliased: referenced != defined,
        })
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_i128<E>(self, _: i128) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_u128<E>(self, _: u128) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(Raw::Typed)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Raw::Null)
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Raw::Null)
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Raw::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Raw::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Raw::Text(Cow::Owned(text)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Raw::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        let mut map = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            map.push(entry);
        }
        Ok(Raw::Map(map))
    }
}
