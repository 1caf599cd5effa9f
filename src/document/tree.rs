//! The spanned tree: what YAML said, each node with its place.

use indexmap::IndexMap;

use crate::diagnostic::Span;

/// A value with its place.
#[derive(Clone, Debug)]
pub struct Node {
    /// The text it was read from; for a collection, from its first key or bracket to its last child.
    pub span: Span,
    /// What stands there.
    pub value: Value,
}

/// What a [`Node`] holds.
#[derive(Clone, Debug)]
pub enum Value {
    /// The written word `null`; in an overlay it removes. No other empty value reaches the tree.
    Null,
    /// Any scalar, by its source text.
    Scalar(Scalar),
    /// A sequence.
    List(Vec<Node>),
    /// A mapping.
    Map(Map),
}

/// A scalar. Its type is decided by whoever reads it, from the source text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scalar {
    /// The text without quotes and with escapes and folding resolved.
    pub text: String,
    /// Whether it was written without quotes on one line or more, so that columns inside it can be told
    /// from the raw source slice of its span.
    pub plain: bool,
    /// What a YAML reader takes a plain scalar for.
    pub kind: ScalarKind,
}

/// What YAML takes a plain scalar for; quoted and block scalars are always text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScalarKind {
    /// `true` or `false`, nothing else.
    Boolean,
    /// A decimal number.
    Number,
    /// Anything else.
    Text,
}

/// A mapping in the order in which it was written.
#[derive(Clone, Debug, Default)]
pub struct Map {
    /// The entries by key.
    pub entries: IndexMap<String, Entry>,
    /// Keys that an overlay removed by `null`, with the place of that `null`: second place of "needs `value`".
    pub removed: IndexMap<String, Span>,
}

/// One entry of a [`Map`].
#[derive(Clone, Debug)]
pub struct Entry {
    /// Where the key stands (in the file that wrote it last).
    pub key: Span,
    /// Its value.
    pub node: Node,
}
