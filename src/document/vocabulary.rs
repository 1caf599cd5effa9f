//! The vocabulary every scenario stands on: embedded texts, read once.

use std::sync::{Arc, OnceLock};

use indexmap::IndexMap;

use super::tree::{Map, Node, Value};
use super::{merge, redeclared, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Sources, Span};

/// The texts of `seeds/vocabulary/` as `(path below it, text)`, in the order of their paths: law, then behaviour.
const EMBEDDED: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));

/// A vocabulary: law, always there, and behaviour, taken by name with `uses:`.
///
/// Its texts are the first sources of every document, in a fixed order. So the trees can be read once and shared:
/// the places in them are good in every document.
#[derive(Debug, Default)]
pub struct Vocabulary {
    sources: Sources,
    law: Map,
    behaviour: IndexMap<String, Map>,
    /// Title and description of each file, by its path without the ending.
    headings: IndexMap<String, (Option<String>, Option<String>)>,
    diagnostics: Diagnostics,
}

impl Vocabulary {
    /// The vocabulary that comes with the crate.
    pub fn embedded() -> Arc<Vocabulary> {
        static ONCE: OnceLock<Arc<Vocabulary>> = OnceLock::new();
        Arc::clone(ONCE.get_or_init(|| Arc::new(Vocabulary::new(EMBEDDED.iter().copied()))))
    }

    /// A vocabulary of other texts: `(path, text)` with paths such as `law/guarantee.yaml` and `behaviour/war.yaml`.
    /// Mistakes in them are told by each document that is built on it.
    pub fn new<'t>(texts: impl IntoIterator<Item = (&'t str, &'t str)>) -> Self {
        let mut texts: Vec<_> = texts.into_iter().collect();
        texts.sort_by_key(|(path, _)| (!path.starts_with("law/"), *path));
        // One deep stack for all: a thread for each of the small files would take longer than reading it.
        yaml::on_deep_stack(|| Vocabulary::read_all(&texts)).unwrap_or_else(|| {
            let mut broken = Vocabulary::default();
            broken
                .diagnostics
                .push(Diagnostic::placeless("E0104", "the vocabulary could not be read"));
            broken
        })
    }

    fn read_all(texts: &[(&str, &str)]) -> Self {
        let mut vocabulary = Vocabulary::default();
        for (path, text) in texts {
            let source = vocabulary.sources.add(format!("vocabulary/{path}"), *text);
            let map = vocabulary.read(source, text);
            let said = |key: &str| map.get(key).and_then(Node::as_text).map(str::to_owned);
            let name = path.strip_suffix(".yaml").unwrap_or(path).to_owned();
            vocabulary.headings.insert(name, (said("title"), said("about")));
            match path
                .strip_prefix("behaviour/")
                .and_then(|name| name.strip_suffix(".yaml"))
            {
                Some(name) => {
                    vocabulary.behaviour.insert(name.to_owned(), map);
                }
                None => {
                    redeclared::side_by_side(&vocabulary.law, &map, &mut vocabulary.diagnostics);
                    merge::apply(&mut vocabulary.law, map, &mut vocabulary.diagnostics);
                }
            }
        }
        vocabulary
    }

    fn read(&mut self, source: SourceId, text: &str) -> Map {
        let (node, diagnostics) = yaml::parse_here(source, text);
        self.diagnostics.extend(diagnostics);
        match node {
            Some(Node {
                value: Value::Map(mut map),
                ..
            }) => {
                map.entries.shift_remove("demarche");
                map
            }
            Some(Node { span, .. }) => {
                self.diagnostics.push(root_is_no_map(span));
                Map::default()
            }
            None => Map::default(),
        }
    }

    /// The texts, as the first sources of a document.
    pub(super) fn sources(&self) -> Sources {
        self.sources.clone()
    }

    /// All of law, merged.
    pub(super) fn law(&self) -> Map {
        self.law.clone()
    }

    /// One file of behaviour.
    pub(super) fn behaviour(&self, name: &str) -> Option<&Map> {
        self.behaviour.get(name)
    }

    /// What can be named in `uses:`.
    pub fn behaviours(&self) -> impl Iterator<Item = &str> {
        self.behaviour.keys().map(String::as_str)
    }

    /// The files in their order, law first: path without the ending (`law/guarantee`), title, what it is about.
    pub fn files(&self) -> impl Iterator<Item = (&str, Option<&str>, Option<&str>)> {
        self.headings
            .iter()
            .map(|(name, (title, about))| (name.as_str(), title.as_deref(), about.as_deref()))
    }

    /// What is wrong with the vocabulary itself.
    pub(super) fn diagnostics(&self) -> &Diagnostics {
        &self.diagnostics
    }
}

/// The error about a text that is a list or a single value.
pub(super) fn root_is_no_map(span: Span) -> Diagnostic {
    Diagnostic::error(
        "E0201",
        span,
        "a scenario is a map of sections, and this is not a map",
    )
    .help("begin with `demarche: 1` and `title: ...`, each key at the start of a line")
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;

    #[test]
    fn two_files_side_by_side_must_not_declare_one_word() {
        let law = "demarche: 1\nfacts: { calm: {} }\n";
        let twice = Vocabulary::read_all(&[("law/a.yaml", law), ("law/b.yaml", law)]);
        let codes: Vec<&str> = twice.diagnostics.iter().map(|d| d.code.0).collect();
        assert_eq!(codes, ["E0215"]);
    }
}
