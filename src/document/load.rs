//! From a file, a text or a tree to a [`Document`]: vocabulary, the chain of `from:`, and overlays on top.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::file::Files;
use super::tree::{Entry, Map, Node, Value};
use super::vocabulary::{Vocabulary, root_is_no_map};
use super::{LoadError, Tree, chain, file, merge, redeclared, yaml};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Sources, Span};

/// What a file says about itself alone: these sections are not inherited.
pub(super) const HEADING: [&str; 7] = [
    "title", "question", "about", "note", "expect", "variants", "levers",
];

/// The sections that hold overlays, in which `null` means something once they are laid over a document.
const OVERLAYS: [&str; 2] = ["variants", "levers"];

/// How many files a chain of `from:` may have.
const LONGEST_CHAIN: usize = 32;

/// Everything that was written about one scenario: its vocabulary, its chain of files and its overlays, merged.
#[derive(Clone, Debug)]
pub struct Document {
    pub(super) sources: Sources,
    pub(super) root: Node,
    pub(super) heading: Map,
    pub(super) warnings: Diagnostics,
    /// The chain without vocabulary, the lowest first; kept because `uses:` in an overlay adds behaviour below it.
    layers: Vec<Arc<Layer>>,
    vocabulary: Arc<Vocabulary>,
    /// The sections to which the vocabulary contributes.
    sections: Arc<[String]>,
    /// Which file each source is.
    files: Vec<(SourceId, PathBuf)>,
    /// Where files are read from.
    from: Files,
}

/// One document of a chain, taken apart.
#[derive(Clone, Debug)]
struct Layer {
    span: Span,
    /// The sections that are merged.
    body: Map,
    /// The sections that are not.
    heading: Map,
    /// The names under `uses:`.
    uses: Vec<Node>,
}

/// Loads documents; one holds the vocabulary on which they stand, and perhaps the files.
#[derive(Clone, Debug)]
pub struct Loader {
    vocabulary: Arc<Vocabulary>,
    from: Files,
}

impl Default for Loader {
    fn default() -> Self {
        Loader {
            vocabulary: Vocabulary::embedded(),
            from: Files::Disk,
        }
    }
}

impl Loader {
    /// A loader with another vocabulary than the embedded one.
    pub fn with_vocabulary(vocabulary: Arc<Vocabulary>) -> Self {
        Loader {
            vocabulary,
            from: Files::Disk,
        }
    }

    /// The same loader, reading these files and none from the disk: paths with their bytes, to which `from:` and
    /// `{ file: ... }` refer as they would on disk.
    #[must_use]
    pub fn with_files<P: AsRef<Path>>(self, files: impl IntoIterator<Item = (P, Vec<u8>)>) -> Self {
        Loader {
            from: Files::memory(files),
            ..self
        }
    }

    /// Loads a file and what it builds on.
    pub fn open(&self, path: impl AsRef<Path>) -> Result<Document, LoadError> {
        let mut load = self.begin();
        let first = load.file(path.as_ref(), None);
        load.finish(first)
    }

    /// Loads a text. `name` is shown in messages; a relative `from:` starts at its folder.
    pub fn parse(&self, name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Document, LoadError> {
        let mut load = self.begin();
        let first = load.text(name.into(), text.into());
        load.finish(first)
    }

    /// Loads a tree built in Rust, as the source `<rust>`.
    pub fn build(&self, tree: &Tree) -> Result<Document, LoadError> {
        self.parse("<rust>", tree.to_yaml())
    }

    fn begin(&self) -> Load {
        Load {
            sources: self.vocabulary.sources(),
            diagnostics: self.vocabulary.diagnostics().clone(),
            vocabulary: Arc::clone(&self.vocabulary),
            files: Vec::new(),
            from: self.from.clone(),
        }
    }
}

/// One loading under way.
struct Load {
    sources: Sources,
    diagnostics: Diagnostics,
    vocabulary: Arc<Vocabulary>,
    files: Vec<(SourceId, PathBuf)>,
    from: Files,
}

/// A document of the chain as it was read.
struct Read {
    source: SourceId,
    node: Node,
}

impl Load {
    fn file(&mut self, path: &Path, wanted: Option<Span>) -> Option<Read> {
        let text = match file::read(&self.from, path, wanted, &mut self.sources) {
            Ok(text) => text,
            Err(diagnostic) => {
                self.diagnostics.push(*diagnostic);
                return None;
            }
        };
        let text: Arc<str> = text.into();
        let source = self.sources.add(file::display(path), Arc::clone(&text));
        self.files.push((source, path.to_owned()));
        let read = self.read(source, &text)?;
        chain::require_version(
            read.node.as_map()?,
            Span::new(source, 0, 0),
            &mut self.diagnostics,
        );
        Some(read)
    }

    fn text(&mut self, name: String, text: Arc<str>) -> Option<Read> {
        let text = match text.strip_prefix('\u{FEFF}') {
            Some(rest) => Arc::from(rest),
            None => text,
        };
        let path = PathBuf::from(&name);
        let source = self.sources.add(name, Arc::clone(&text));
        self.files.push((source, path));
        self.read(source, &text)
    }

    fn read(&mut self, source: SourceId, text: &str) -> Option<Read> {
        let (node, diagnostics) = yaml::parse(source, text);
        self.diagnostics.extend(diagnostics);
        let node = node?;
        if node.as_map().is_none() {
            self.diagnostics.push(root_is_no_map(node.span));
            return None;
        }
        Some(Read { source, node })
    }

    fn finish(mut self, first: Option<Read>) -> Result<Document, LoadError> {
        let layers = self.chain(first);
        self.document(layers)
    }

    /// The layers below and including `first`, the lowest first.
    fn chain(&mut self, first: Option<Read>) -> Vec<Arc<Layer>> {
        let mut layers = Vec::new();
        let mut path: Vec<(PathBuf, String)> = Vec::new();
        let mut next = first;
        while let Some(Read { source, node }) = next.take() {
            let here = self.path_of(source);
            path.push((self.from.identity(&here), file::display(&here)));
            let (layer, from) = self.layer(node);
            layers.push(Arc::new(layer));
            let Some((from, span)) = from else { break };
            let target = here.parent().unwrap_or(Path::new("")).join(from);
            if let Some(cycle) = chain::cycle(&path, &self.from.identity(&target), span) {
                self.diagnostics.push(cycle);
                break;
            }
            if path.len() == LONGEST_CHAIN {
                self.diagnostics.push(
                    Diagnostic::error(
                        "E0204",
                        span,
                        format!("the chain of `from:` is longer than {LONGEST_CHAIN} files"),
                    )
                    .help("let this file build on one nearer to the root"),
                );
                break;
            }
            next = self.file(&target, Some(span));
        }
        layers.reverse();
        layers
    }

    fn path_of(&self, source: SourceId) -> PathBuf {
        path_of(&self.files, source)
    }

    /// Takes a document of the chain apart; also returns its `from:`.
    fn layer(&mut self, node: Node) -> (Layer, Option<(String, Span)>) {
        let span = node.span;
        let mut body = match node.value {
            Value::Map(map) => map,
            _ => Map::default(),
        };
        chain::check_version(&body, &mut self.diagnostics);
        body.entries.shift_remove("demarche");
        let uses = body
            .entries
            .shift_remove("uses")
            .map(|entry| chain::uses(entry, &mut self.diagnostics));
        let from = body.entries.shift_remove("from");
        let from = from.and_then(|entry| chain::from(&entry, &mut self.diagnostics));
        let mut heading = Map::default();
        for key in HEADING {
            let Some(entry) = body.entries.shift_remove(key) else {
                continue;
            };
            if OVERLAYS.contains(&key) && entry.node.as_map().is_some() {
                heading.entries.insert(key.to_owned(), entry);
            } else {
                // Nothing is inherited, so there is nothing that a `null` could remove.
                let alone = Map {
                    entries: [(key.to_owned(), entry)].into_iter().collect(),
                    ..Map::default()
                };
                merge::apply(&mut heading, alone, &mut self.diagnostics);
            }
        }
        let uses = uses.unwrap_or_default();
        (
            Layer {
                span,
                body,
                heading,
                uses,
            },
            from,
        )
    }

    /// Merges vocabulary and layers.
    fn document(mut self, layers: Vec<Arc<Layer>>) -> Result<Document, LoadError> {
        let Some(top) = layers.last().cloned() else {
            return Err(LoadError {
                sources: self.sources,
                diagnostics: self.diagnostics,
            });
        };
        let named: Vec<Node> = layers
            .iter()
            .flat_map(|layer| layer.uses.iter().cloned())
            .collect();
        let (uses, behaviours) = chain::behaviours(named, &self.vocabulary, &mut self.diagnostics);
        let mut root = self.vocabulary.law();
        for map in behaviours {
            redeclared::side_by_side(&root, &map, &mut self.diagnostics);
            merge::apply(&mut root, map, &mut self.diagnostics);
        }
        let sections: Arc<[String]> = root.entries.keys().cloned().collect();
        for layer in &layers {
            self.lay(&mut root, layer, &sections);
        }
        if let Some(first) = uses.first() {
            let span = first.span;
            let list = Node {
                span,
                value: Value::List(uses),
            };
            root.entries.insert(
                "uses".to_owned(),
                Entry {
                    key: span,
                    node: list,
                },
            );
        }
        self.merged(root, &top, layers, sections)
    }

    /// One more layer on top of a document that uses no behaviour that is not in use: what lies below is merged already.
    fn over(mut self, below: &Document, layer: Layer) -> Result<Document, LoadError> {
        let mut root = below.root.as_map().cloned().unwrap_or_default();
        self.lay(&mut root, &layer, &below.sections);
        let top = Arc::new(layer);
        let mut layers = below.layers.clone();
        layers.push(Arc::clone(&top));
        self.merged(root, &top, layers, Arc::clone(&below.sections))
    }

    fn lay(&mut self, root: &mut Map, layer: &Layer, sections: &[String]) {
        let mut body = layer.body.clone();
        chain::keep_vocabulary(&mut body, sections, &mut self.diagnostics);
        redeclared::over_the_vocabulary(root, &body, &self.sources, &mut self.diagnostics);
        merge::apply(root, body, &mut self.diagnostics);
    }

    fn merged(
        self,
        root: Map,
        top: &Layer,
        layers: Vec<Arc<Layer>>,
        sections: Arc<[String]>,
    ) -> Result<Document, LoadError> {
        if self.diagnostics.has_errors() {
            return Err(LoadError {
                sources: self.sources,
                diagnostics: self.diagnostics,
            });
        }
        Ok(Document {
            sources: self.sources,
            root: Node {
                span: top.span,
                value: Value::Map(root),
            },
            heading: top.heading.clone(),
            warnings: self.diagnostics,
            layers,
            vocabulary: self.vocabulary,
            sections,
            files: self.files,
            from: self.from,
        })
    }
}

/// Which file a source is.
fn path_of(files: &[(SourceId, PathBuf)], source: SourceId) -> PathBuf {
    let found = files.iter().find(|(id, _)| *id == source);
    found.map(|(_, path)| path.clone()).unwrap_or_default()
}

impl Document {
    /// Loads a file and what it builds on, with the vocabulary of the crate.
    pub fn open(path: impl AsRef<Path>) -> Result<Document, LoadError> {
        Loader::default().open(path)
    }

    /// Loads a text, with the vocabulary of the crate. A relative `from:` in it starts at the folder of `name`.
    pub fn parse(name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Document, LoadError> {
        Loader::default().parse(name, text)
    }

    /// Loads a tree built in Rust, with the vocabulary of the crate.
    pub fn build(tree: &Tree) -> Result<Document, LoadError> {
        Loader::default().build(tree)
    }

    /// Whether a place stands in the uppermost text: the file that was opened, not those it builds on; of a variant or
    /// lever written in place, its overlay alone.
    pub fn is_uppermost(&self, place: Span) -> bool {
        self.layers.last().is_some_and(|top| {
            top.span.source == place.source && (top.span.start..=top.span.end).contains(&place.start)
        })
    }

    /// This document with `overlay` laid over it, whose places lie in this document's sources.
    /// The overlay's own `title:`, `expect:` and so on take the place of this document's.
    pub fn with(&self, overlay: &Node) -> Result<Document, LoadError> {
        let mut load = self.load();
        if overlay.as_map().is_none() {
            load.diagnostics.push(root_is_no_map(overlay.span));
        }
        let (layer, from) = load.layer(overlay.clone());
        if let Some((_, span)) = from {
            load.diagnostics.push(
                Diagnostic::error("E0207", span, "an overlay written in place has no `from:`")
                    .help("what it changes is the document it stands in; for another root write a file and `{ file: ... }`"),
            );
        }
        if layer.uses.is_empty() {
            return load.over(self, layer);
        }
        let mut layers = self.layers.clone();
        layers.push(Arc::new(layer));
        load.document(layers)
    }

    /// This document under another heading, whose places lie in its sources.
    pub(crate) fn headed(mut self, heading: Map) -> Document {
        self.heading = heading;
        self
    }

    /// This document with the overlay in `text` laid over it.
    pub fn with_text(
        &self,
        name: impl Into<String>,
        text: impl Into<Arc<str>>,
    ) -> Result<Document, LoadError> {
        let mut load = self.load();
        let read = load.text(name.into(), text.into());
        match read {
            Some(read) => {
                let mut grown = self.clone();
                grown.sources = load.sources;
                grown.files = load.files;
                grown.warnings = load.diagnostics;
                grown.with(&read.node)
            }
            None => Err(LoadError {
                sources: load.sources,
                diagnostics: load.diagnostics,
            }),
        }
    }

    /// The scenario in another file, named at `wanted` in one of this document's files.
    pub(super) fn elsewhere(&self, name: &str, wanted: Span) -> Result<Document, LoadError> {
        let mut load = self.load();
        load.diagnostics = self.vocabulary.diagnostics().clone();
        let here = load.path_of(wanted.source);
        let first = load.file(&here.parent().unwrap_or(Path::new("")).join(name), Some(wanted));
        load.finish(first)
    }

    /// Why a file, named at `wanted` in one of this document's files, cannot be read; none if there is such a file.
    pub(super) fn unreadable(&self, name: &str, wanted: Span) -> Option<Diagnostic> {
        let here = path_of(&self.files, wanted.source);
        let path = here.parent().unwrap_or(Path::new("")).join(name);
        if self.from.has(&path) {
            return None;
        }
        let mut sources = self.sources.clone();
        file::read(&self.from, &path, Some(wanted), &mut sources)
            .err()
            .map(|error| *error)
    }

    fn load(&self) -> Load {
        Load {
            sources: self.sources.clone(),
            diagnostics: self.warnings.clone(),
            vocabulary: Arc::clone(&self.vocabulary),
            files: self.files.clone(),
            from: self.from.clone(),
        }
    }
}
