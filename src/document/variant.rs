//! Variants: the named overlays of a document, and what else it says about itself.

use std::sync::Arc;

use super::fields::wrong_kind;
use super::tree::{Map, Node};
use super::{Document, LoadError};
use crate::diagnostic::{Diagnostic, Diagnostics, Sources, Span, suggest};

impl Document {
    /// All texts: the vocabulary first, then the file itself and those it builds on.
    pub fn sources(&self) -> &Sources {
        &self.sources
    }

    /// The merged tree, always a map, without the sections of [`heading`](Self::heading) and without
    /// `demarche:` and `from:`. `uses:` is the list of all behaviour in use.
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The sections that are not inherited through `from:`: `title question about note expect variants levers`.
    pub fn heading(&self) -> &Map {
        &self.heading
    }

    /// What the document calls itself.
    pub fn title(&self) -> Option<&str> {
        self.heading.get("title").and_then(Node::as_text)
    }

    /// What is doubtful but not wrong.
    pub fn warnings(&self) -> &Diagnostics {
        &self.warnings
    }

    /// The names of the variants, in the order in which they were written.
    pub fn variant_ids(&self) -> impl Iterator<Item = &str> {
        ids(self.heading.get("variants"))
    }

    /// The names of the levers, in the order in which they were written.
    pub fn lever_ids(&self) -> impl Iterator<Item = &str> {
        ids(self.heading.get("levers"))
    }

    /// The document as one of its variants: this one with the overlay, or the scenario in the variant's file.
    pub fn variant(&self, id: &str) -> Result<Document, LoadError> {
        let overlay = self.named("variants", "variant", id)?;
        let Some(file) = overlay.as_map().and_then(|map| map.entries.get("file")) else {
            return self.with(overlay);
        };
        let alone = overlay.as_map().is_some_and(|map| map.entries.len() == 1);
        match file.node.as_text() {
            Some(name) if alone => self.elsewhere(name, file.node.span),
            Some(_) => Err(self.refuse(
                Diagnostic::error("E0207", overlay.span, format!("the variant `{id}` is written in a file and here"))
                    .help("a file says everything about its variant: leave `{ file: ... }` alone, or write the variant here"),
            )),
            None => Err(self.refuse(wrong_kind(&file.node, "`file`", "a path"))),
        }
    }

    /// What is to be said if the file of a variant, named at `file`, cannot be read.
    pub(crate) fn missing_file(&self, file: &Node) -> Diagnostics {
        let mut out = Diagnostics::default();
        let Some(name) = file.as_text() else {
            return out;
        };
        if let Some(error) = self.unreadable(name, file.span) {
            out.push(error);
        }
        out
    }

    /// This document with the overlay in `text` laid over it that keeps this document's own `title:`, `expect:`,
    /// `variants:` and so on: the same scenario with other values, not another one.
    pub fn amended(&self, name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Document, LoadError> {
        Ok(self.with_text(name, text)?.headed(self.heading.clone()))
    }

    pub(super) fn named(&self, section: &str, what: &str, id: &str) -> Result<&Node, LoadError> {
        let Some(node) = self.heading.get(section) else {
            return Err(self.refuse(Diagnostic::placeless(
                "E0206",
                format!("there is no {what} `{id}`: the scenario has none"),
            )));
        };
        let Some(map) = node.as_map() else {
            return Err(self.refuse(wrong_kind(
                node,
                &format!("`{section}`"),
                &format!("a map of {what}s by name"),
            )));
        };
        if let Some(found) = map.get(id) {
            return Ok(found);
        }
        let error = Diagnostic::placeless("E0206", format!("there is no {what} `{id}`"));
        let known: Vec<String> = ids(Some(node)).map(|id| format!("`{id}`")).collect();
        let error = match suggest(id, ids(Some(node))) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error,
        };
        Err(self.refuse(error.help(format!("there are {}", known.join(", ")))))
    }

    pub(super) fn refuse(&self, diagnostic: Diagnostic) -> LoadError {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        LoadError {
            sources: self.sources.clone(),
            diagnostics,
        }
    }

    /// The place where the document itself begins, for messages about something it lacks.
    pub fn start(&self) -> Span {
        Span {
            end: self.root.span.start,
            ..self.root.span
        }
    }
}

fn ids(section: Option<&Node>) -> impl Iterator<Item = &str> {
    section
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|map| map.entries.keys().map(String::as_str))
}
