//! Settings as the text of an overlay.

use std::fmt::Write as _;

use indexmap::IndexMap;

use super::Range;
use super::declared::find;
use crate::document::Document;

/// An overlay under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Overlay {
    entries: IndexMap<String, Part>,
}

#[derive(Clone, Debug)]
enum Part {
    Value(String),
    Map(Overlay),
}

impl Overlay {
    /// Puts a value at the end of a path; false if something is there already.
    pub fn put(&mut self, path: &[String], value: &str) -> bool {
        match path {
            [] => false,
            [key] => {
                let free = !self.entries.contains_key(key);
                self.entries.insert(key.clone(), Part::Value(value.to_owned()));
                free
            }
            [key, rest @ ..] => {
                let part = self
                    .entries
                    .entry(key.clone())
                    .or_insert_with(|| Part::Map(Overlay::default()));
                match part {
                    Part::Map(map) => map.put(rest, value),
                    Part::Value(_) => false,
                }
            }
        }
    }

    /// Puts the value of an assumption, and its range if it must grow to hold the value or the assumption is new.
    pub fn assumption(&mut self, document: &Document, key: &str, value: &str) -> bool {
        let value = value.trim();
        let path = |last: &str| ["assumptions", key, last].map(str::to_owned);
        if !self.put(&path("value"), value) {
            return false;
        }
        let Some(declared) = find(document, key) else {
            return true;
        };
        let Some(range) = &declared.range else {
            return declared.key == key || self.put(&path("range"), &format!("[{value}, {value}]"));
        };
        let (low, high) = range.ends();
        let grown = match Range::position(value) {
            Some(at) if at < low => format!("[{value}, {}]", range.high),
            Some(at) if at > high => format!("[{}, {value}]", range.low),
            _ if declared.key == key => return true,
            _ => format!("[{}, {}]", range.low, range.high),
        };
        self.put(&path("range"), &grown)
    }

    pub fn to_yaml(&self) -> String {
        let mut out = String::new();
        self.write(&mut out, 0);
        out
    }

    fn write(&self, out: &mut String, depth: usize) {
        for (key, part) in &self.entries {
            let indent = "  ".repeat(depth);
            let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_');
            let key = if plain {
                key.clone()
            } else {
                format!("\"{}\"", key.replace('\\', "\\\\").replace('"', "\\\""))
            };
            match part {
                Part::Value(value) => {
                    let _ = writeln!(out, "{indent}{key}: {value}");
                }
                Part::Map(map) => {
                    let _ = writeln!(out, "{indent}{key}:");
                    map.write(out, depth + 1);
                }
            }
        }
    }
}

/// The values of a list with commas between them; those within brackets or quotes are part of a value.
pub(crate) fn split_values(text: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let (mut depth, mut quote) = (0_i32, None);
    for c in text.chars() {
        match (c, quote) {
            (_, Some(open)) if c == open => quote = None,
            (_, Some(_)) => {}
            ('"' | '\'', None) => quote = Some(c),
            ('(' | '[' | '{', None) => depth += 1,
            (')' | ']' | '}', None) => depth -= 1,
            (',', None) if depth == 0 => {
                values.push(String::new());
                continue;
            }
            _ => {}
        }
        if let Some(value) = values.last_mut() {
            value.push(c);
        }
    }
    values.into_iter().map(|value| value.trim().to_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::split_values;

    #[test]
    fn commas_within_brackets_belong_to_a_value() {
        assert_eq!(
            split_values("consult, \"a, b\", [usa, turkey], f(a, b)"),
            ["consult", "\"a, b\"", "[usa, turkey]", "f(a, b)"]
        );
    }
}
