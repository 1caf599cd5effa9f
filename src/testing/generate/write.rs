//! Trees of text, written as YAML.

use std::fmt::Write as _;

/// What may stand under a key.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A text, a number, a truth.
    Text(String),
    /// Keys in order.
    Map(Vec<(String, Part)>),
    /// One after the other.
    List(Vec<Part>),
}

impl From<&str> for Part {
    fn from(text: &str) -> Self {
        Part::Text(text.to_owned())
    }
}

impl From<String> for Part {
    fn from(text: String) -> Self {
        Part::Text(text)
    }
}

impl Part {
    /// A map.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Part)>) -> Part {
        Part::Map(
            entries
                .into_iter()
                .map(|(key, part)| (key.into(), part))
                .collect(),
        )
    }

    /// A list of texts.
    pub fn texts(texts: impl IntoIterator<Item = String>) -> Part {
        Part::List(texts.into_iter().map(Part::Text).collect())
    }

    /// The same with one more key, if it is a map.
    #[must_use]
    pub fn and(mut self, key: &str, part: impl Into<Part>) -> Part {
        if let Part::Map(entries) = &mut self {
            entries.push((key.to_owned(), part.into()));
        }
        self
    }

    /// All texts in it; keys are none.
    pub(crate) fn each_text(&self, visit: &mut impl FnMut(&str)) {
        match self {
            Part::Text(text) => visit(text),
            Part::Map(entries) => entries.iter().for_each(|(_, part)| part.each_text(visit)),
            Part::List(parts) => parts.iter().for_each(|part| part.each_text(visit)),
        }
    }

    /// The same with every text, and every key, written otherwise.
    pub(crate) fn rewritten(&self, write: &impl Fn(&str) -> String) -> Part {
        match self {
            Part::Text(text) => Part::Text(write(text)),
            Part::Map(entries) => Part::Map(
                entries
                    .iter()
                    .map(|(key, part)| (write(key), part.rewritten(write)))
                    .collect(),
            ),
            Part::List(parts) => Part::List(parts.iter().map(|part| part.rewritten(write)).collect()),
        }
    }

    /// The same with the keys of every map the other way round, but for `args:`, which count by place.
    #[must_use]
    pub fn turned(&self) -> Part {
        match self {
            Part::Text(text) => Part::Text(text.clone()),
            Part::List(parts) => Part::List(parts.iter().map(Part::turned).collect()),
            Part::Map(entries) => {
                let entry = |(key, part): &(String, Part)| match key.as_str() {
                    "args" => (key.clone(), part.clone()),
                    _ => (key.clone(), part.turned()),
                };
                Part::Map(entries.iter().rev().map(entry).collect())
            }
        }
    }

    /// The same with what another map holds laid over it: maps key by key, anything else in its place.
    #[must_use]
    pub fn under(&self, over: &Part) -> Part {
        let (Part::Map(below), Part::Map(above)) = (self, over) else {
            return over.clone();
        };
        let mut all = below.clone();
        for (key, part) in above {
            match all.iter_mut().find(|(other, _)| other == key) {
                Some((_, place)) => *place = place.under(part),
                None => all.push((key.clone(), part.clone())),
            }
        }
        Part::Map(all)
    }

    /// As a YAML document.
    pub fn yaml(&self) -> String {
        let mut out = String::new();
        self.block(0, &mut out);
        out
    }

    /// In one line, where it is short and holds nothing that would need quotes there.
    fn flow(&self) -> Option<String> {
        let text = match self {
            Part::Text(text) => return (!text.contains([',', '[', '{'])).then(|| text.clone()),
            Part::Map(entries) if entries.is_empty() => String::from("{}"),
            Part::List(parts) if parts.is_empty() => String::from("[]"),
            Part::Map(entries) => {
                let entries: Option<Vec<String>> = entries
                    .iter()
                    .map(|(key, part)| {
                        Some(format!("{key}: {}", part.flow().filter(|_| !key.contains(','))?))
                    })
                    .collect();
                format!("{{ {} }}", entries?.join(", "))
            }
            Part::List(parts) => {
                let parts: Option<Vec<String>> = parts.iter().map(Part::flow).collect();
                format!("[{}]", parts?.join(", "))
            }
        };
        (text.len() < 60).then_some(text)
    }

    fn block(&self, depth: usize, out: &mut String) {
        let indent = "  ".repeat(depth);
        match self {
            Part::Text(text) => {
                let _ = writeln!(out, "{indent}{text}");
            }
            Part::Map(entries) => {
                for (key, part) in entries {
                    let _ = write!(out, "{indent}{key}:");
                    part.after_key(depth, out);
                }
            }
            Part::List(parts) => {
                for part in parts {
                    let mut inner = String::new();
                    part.block(depth + 1, &mut inner);
                    let rest = inner.trim_start();
                    let _ = writeln!(out, "{indent}- {}", rest.trim_end());
                }
            }
        }
    }

    fn after_key(&self, depth: usize, out: &mut String) {
        match (self, self.flow()) {
            (Part::Text(text), _) => {
                let _ = writeln!(out, " {text}");
            }
            (_, Some(flow)) if depth > 0 => {
                let _ = writeln!(out, " {flow}");
            }
            _ => {
                out.push('\n');
                self.block(depth + 1, out);
            }
        }
    }
}
