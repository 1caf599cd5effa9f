//! What a scenario says, as a number.

use std::hash::Hasher as _;

use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::document::{Document, Node, ScalarKind, Value};

/// SipHash-1-3 of 128 bits of the resolved document, in hexadecimal digits. Keys count in alphabetical order; places,
/// comments and the file's own heading (title, variants, expectations) do not count.
pub(super) fn content(document: &Document) -> String {
    let mut hasher = SipHasher13::new();
    add(&mut hasher, document.root());
    format!("{:032x}", hasher.finish128().as_u128())
}

fn add(hasher: &mut SipHasher13, node: &Node) {
    match &node.value {
        Value::Null => hasher.write(b"n"),
        Value::Scalar(scalar) => {
            hasher.write(match scalar.kind {
                ScalarKind::Boolean => b"b",
                ScalarKind::Number => b"d",
                ScalarKind::Text => b"t",
            });
            text(hasher, &scalar.text);
        }
        Value::List(items) => {
            hasher.write(b"l");
            length(hasher, items.len());
            for item in items {
                add(hasher, item);
            }
        }
        Value::Map(map) => {
            hasher.write(b"m");
            length(hasher, map.entries.len());
            let mut entries: Vec<_> = map.entries.iter().collect();
            entries.sort_by(|a, b| a.0.cmp(b.0));
            for (key, entry) in entries {
                text(hasher, key);
                add(hasher, &entry.node);
            }
        }
    }
}

fn text(hasher: &mut SipHasher13, text: &str) {
    length(hasher, text.len());
    hasher.write(text.as_bytes());
}

fn length(hasher: &mut SipHasher13, length: usize) {
    hasher.write(&(length as u64).to_le_bytes());
}

#[cfg(test)]
mod tests {
    use super::content;
    use crate::document::Document;

    #[test]
    fn only_what_is_said_counts() {
        let of = |text: &str| content(&Document::parse("a.yaml", text).unwrap());
        let one = of("title: A\nactors: { a: { kind: state }, b: { kind: state } }\n");
        assert_eq!(
            one,
            of("title: B # else\nactors:\n  b: { kind: state }\n  a: { kind: state }\n")
        );
        assert_ne!(
            one,
            of("title: A\nactors: { a: { kind: state }, c: { kind: state } }\n")
        );
    }
}
