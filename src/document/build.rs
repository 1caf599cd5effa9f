//! Trees built in Rust. They are written out as YAML and read back: one path, and messages that show real text.

use std::fmt::Write as _;

/// A tree to be loaded with [`Document::build`](super::Document::build).
///
/// ```
/// use demarche::document::Tree;
///
/// let tree = Tree::map([
///     ("title", Tree::from("A short negotiation")),
///     ("actors", Tree::map([("ukraine", Tree::map([("kind", "state")]))])),
/// ]);
/// assert!(tree.to_yaml().starts_with("title: A short negotiation\n"));
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Tree {
    /// The word `null`; in an overlay it removes.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A number, as it shall be written.
    Number(String),
    /// A text: words, a name, an expression.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// A map in the order in which it shall be written. A key that stands here twice is an error when loaded.
    Map(Vec<(String, Tree)>),
}

impl Tree {
    /// A map of the given entries.
    pub fn map<K: Into<String>, V: Into<Tree>>(entries: impl IntoIterator<Item = (K, V)>) -> Tree {
        Tree::Map(
            entries
                .into_iter()
                .map(|(key, value)| (key.into(), value.into()))
                .collect(),
        )
    }

    /// A list of the given items.
    pub fn list<V: Into<Tree>>(items: impl IntoIterator<Item = V>) -> Tree {
        Tree::List(items.into_iter().map(Into::into).collect())
    }

    /// The tree as YAML, as it is shown in messages.
    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        if !out.ends_with('\n') {
            out.push('\n');
        }
        out.trim_start().to_owned()
    }

    /// Writes what follows a key or a dash, with the blank or line end before it.
    fn write(&self, out: &mut String, depth: usize) {
        match self {
            Tree::Null => *out += " null\n",
            Tree::Boolean(value) => {
                let _ = writeln!(out, " {value}");
            }
            Tree::Number(number) => {
                let _ = writeln!(out, " {number}");
            }
            Tree::Text(text) => {
                let _ = writeln!(out, " {}", scalar(text));
            }
            Tree::List(items) if items.is_empty() => *out += " []\n",
            Tree::List(items) => {
                out.push('\n');
                for item in items {
                    indent(out, depth);
                    out.push('-');
                    item.write(out, depth + 1);
                }
            }
            Tree::Map(entries) if entries.is_empty() => *out += " {}\n",
            Tree::Map(entries) => {
                out.push('\n');
                for (key, value) in entries {
                    indent(out, depth);
                    *out += &scalar(key);
                    out.push(':');
                    value.write(out, depth + 1);
                }
            }
        }
    }
}

fn indent(out: &mut String, depth: usize) {
    out.extend(std::iter::repeat_n("  ", depth));
}

/// A text without quotes where YAML reads it back as it is, else in double quotes.
fn scalar(text: &str) -> String {
    let word = |c: char| c.is_alphanumeric() || " _.,()+*/<>=!-".contains(c);
    let plain = text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text.chars().all(word)
        && !text.ends_with(' ')
        && !["true", "false", "null"].contains(&text.to_lowercase().as_str());
    if plain {
        return text.to_owned();
    }
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' => quoted += "\\\"",
            '\\' => quoted += "\\\\",
            '\n' => quoted += "\\n",
            c if c.is_control() || ('\u{2028}'..='\u{2029}').contains(&c) || c == '\u{FEFF}' => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Tree::Text(text.to_owned())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Tree::Text(text)
    }
}

impl From<bool> for Tree {
    fn from(value: bool) -> Self {
        Tree::Boolean(value)
    }
}

impl From<i64> for Tree {
    fn from(number: i64) -> Self {
        Tree::Number(number.to_string())
    }
}

/// A number that is not finite becomes a text, which is refused where a number is needed.
impl From<f64> for Tree {
    fn from(number: f64) -> Self {
        match number.is_finite() {
            true => Tree::Number(number.to_string()),
            false => Tree::Text(number.to_string()),
        }
    }
}

impl From<serde_json::Value> for Tree {
    fn from(value: serde_json::Value) -> Self {
        use serde_json::Value as Json;
        match value {
            Json::Null => Tree::Null,
            Json::Bool(value) => Tree::Boolean(value),
            Json::Number(number) => match number.as_i64() {
                Some(whole) => Tree::from(whole),
                None => number
                    .as_f64()
                    .map_or_else(|| Tree::Number(number.to_string()), Tree::from),
            },
            Json::String(text) => Tree::Text(text),
            Json::Array(items) => Tree::list(items),
            Json::Object(entries) => Tree::map(entries),
        }
    }
}
