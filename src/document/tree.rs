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

impl Node {
    /// The mapping, if it is one.
    pub fn as_map(&self) -> Option<&Map> {
        match &self.value {
            Value::Map(map) => Some(map),
            _ => None,
        }
    }

    /// The sequence, if it is one.
    pub fn as_list(&self) -> Option<&[Node]> {
        match &self.value {
            Value::List(list) => Some(list),
            _ => None,
        }
    }

    /// The scalar, if it is one.
    pub fn as_scalar(&self) -> Option<&Scalar> {
        match &self.value {
            Value::Scalar(scalar) => Some(scalar),
            _ => None,
        }
    }

    /// The text of a scalar, whatever its kind.
    pub fn as_text(&self) -> Option<&str> {
        self.as_scalar().map(|scalar| scalar.text.as_str())
    }

    /// What it is, in the words of a message.
    pub fn describe(&self) -> &'static str {
        match &self.value {
            Value::Null => "`null`",
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.kind {
                ScalarKind::Boolean => "a truth value",
                ScalarKind::Number => "a number",
                ScalarKind::Text => "a text",
            },
        }
    }

    /// Whether both hold the same, wherever it was written.
    pub fn same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (Value::Null, Value::Null) => true,
            (Value::Scalar(a), Value::Scalar(b)) => a.text == b.text && a.kind == b.kind,
            (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (Value::Map(a), Value::Map(b)) => {
                a.entries.len() == b.entries.len()
                    && a.entries
                        .iter()
                        .all(|(key, entry)| b.get(key).is_some_and(|node| entry.node.same(node)))
            }
            _ => false,
        }
    }
}

impl Map {
    /// The value under a key, which must be written as [`normal_key`] writes it.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entries.get(key).map(|entry| &entry.node)
    }
}

/// The one way to write a key: `at_war( russia,ukraine )` becomes `at_war(russia, ukraine)`.
pub fn normal_key(key: String) -> String {
    if !key.contains('(') {
        return key;
    }
    let mut normal = String::with_capacity(key.len() + 2);
    let mut blank = false;
    for c in key.chars() {
        match c {
            c if c.is_whitespace() => blank = true,
            '(' | ')' => {
                normal.push(c);
                blank = false;
            }
            ',' => {
                normal.push_str(", ");
                blank = false;
            }
            c => {
                if blank && !normal.is_empty() && !normal.ends_with(['(', ' ']) {
                    normal.push(' ');
                }
                normal.push(c);
                blank = false;
            }
        }
    }
    normal.trim_end().to_owned()
}
