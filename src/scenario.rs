//! The door to the crate: a scenario is opened, perhaps as one of its variants, and compiled into a model.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostics, Options, Sources};
use crate::document::{Document, LoadError, Loader, Tree, Vocabulary};
use crate::model::decode;
use crate::program::{Compiled, GroundBudget};

/// What an author wrote: read and merged, not yet resolved or typed.
///
/// # Example
///
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let text = "
/// demarche: 1
/// title: Two states and a promise
/// period: { from: 2024-01-01, to: 2024-12-31 }
/// actors:
///   north: { kind: state }
///   south: { kind: state }
/// ";
/// let model = demarche::Scenario::from_text("promise.yaml", text)?.compile()?;
/// assert_eq!(model.title(), "Two states and a promise");
/// assert_eq!(model.members("state").len(), 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Scenario {
    document: Arc<Document>,
}

impl Scenario {
    /// Reads a file, what it builds on with `from:`, and the vocabulary it uses.
    ///
    /// # Errors
    ///
    /// Whatever is wrong with the texts as texts; the error displays all of it, with places.
    pub fn open(path: impl AsRef<Path>) -> Result<Scenario, LoadError> {
        Loader::default().open(path).map(Scenario::from)
    }

    /// Reads a text. `name` is shown in messages; a relative `from:` starts at its folder.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open).
    pub fn from_text(name: impl Into<String>, text: impl Into<Arc<str>>) -> Result<Scenario, LoadError> {
        Loader::default().parse(name, text).map(Scenario::from)
    }

    /// A scenario of nothing but the vocabulary, all of behaviour included: what its words mean, for those who list them.
    ///
    /// # Errors
    ///
    /// None is to be expected of the vocabulary that comes with the crate.
    pub fn vocabulary() -> Result<Scenario, LoadError> {
        let vocabulary = Vocabulary::embedded();
        let uses: Vec<&str> = vocabulary.behaviours().collect();
        let text = format!(
            "demarche: 1\ntitle: The vocabulary\nperiod: {{ from: 2000-01-01, to: 2000-12-31 }}\nuses: [ {} ]\n",
            uses.join(", ")
        );
        Scenario::from_text("<vocabulary>", text)
    }

    /// Takes a scenario that was built in Rust.
    ///
    /// # Errors
    ///
    /// As [`open`](Self::open); places are in the source `<rust>`, which shows the tree as YAML.
    pub fn from_tree(tree: &Tree) -> Result<Scenario, LoadError> {
        Loader::default().build(tree).map(Scenario::from)
    }

    /// The scenario as one of its variants.
    ///
    /// # Errors
    ///
    /// There is no such variant, or its overlay does not fit.
    pub fn variant(&self, id: &str) -> Result<Scenario, LoadError> {
        self.document.variant(id).map(Scenario::from)
    }

    /// The scenario with one of its levers pulled.
    ///
    /// # Errors
    ///
    /// There is no such lever, or its overlay does not fit.
    pub fn lever(&self, id: &str) -> Result<Scenario, LoadError> {
        self.document.lever(id).map(Scenario::from)
    }

    /// The scenario with several of its levers pulled at once, whatever the order in which they are named.
    ///
    /// # Errors
    ///
    /// There is no such lever, an overlay does not fit, or two of the levers set one thing to different values.
    pub fn levers(&self, ids: &[&str]) -> Result<Scenario, LoadError> {
        self.document.levers(ids).map(Scenario::from)
    }

    /// The scenario as one of its variants, which keeps the levers of this one unless it declares its own.
    ///
    /// # Errors
    ///
    /// As [`variant`](Self::variant).
    pub fn variant_with_levers(&self, id: &str) -> Result<Scenario, LoadError> {
        self.document.variant_with_levers(id).map(Scenario::from)
    }

    /// The scenario under one more overlay, given as a text.
    ///
    /// # Errors
    ///
    /// The overlay cannot be read or does not fit.
    pub fn with(&self, name: impl Into<String>, overlay: impl Into<Arc<str>>) -> Result<Scenario, LoadError> {
        self.document.with_text(name, overlay).map(Scenario::from)
    }

    /// What was read: the merged tree with its places.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// Resolves every name, types every expression, builds the graph, and grounds the rules: nothing that an author
    /// could have been told at load can fail afterwards.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the scenario; the error displays all of it, with places and remedies.
    pub fn compile(&self) -> Result<Compiled, CompileError> {
        self.compile_within(GroundBudget::default())
    }

    /// As [`compile`](Self::compile), giving up on a rule that needs more than the budget.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile).
    pub fn compile_within(&self, budget: GroundBudget) -> Result<Compiled, CompileError> {
        let (mut model, diagnostics) = decode::decode(&self.document);
        if diagnostics.has_errors() {
            return Err(CompileError {
                sources: model.sources,
                diagnostics,
            });
        }
        model.warnings = diagnostics;
        model.document = Some(Arc::clone(&self.document));
        let compiled = Compiled::new(model, budget).map_err(|failed| {
            let (model, diagnostics) = *failed;
            CompileError {
                sources: model.sources,
                diagnostics,
            }
        })?;
        let diagnostics = compiled.errors();
        if diagnostics.has_errors() {
            return Err(CompileError {
                sources: compiled.model().sources().clone(),
                diagnostics,
            });
        }
        Ok(compiled)
    }
}

impl From<Document> for Scenario {
    fn from(document: Document) -> Self {
        Scenario {
            document: Arc::new(document),
        }
    }
}

impl Compiled {
    /// A variant of the same scenario, compiled.
    ///
    /// # Errors
    ///
    /// There is no such variant, its overlay does not fit, or the result does not compile.
    pub fn variant(&self, id: &str) -> Result<Compiled, CompileError> {
        match &self.model().document {
            Some(document) => Scenario {
                document: Arc::clone(document),
            }
            .variant(id)?
            .compile(),
            // Every model that `compile` hands out remembers its document.
            None => Err(CompileError {
                sources: self.model().sources.clone(),
                diagnostics: Diagnostics::default(),
            }),
        }
    }
}

/// Why a scenario could not be compiled: at least one error, perhaps with warnings, and the texts they point into.
/// Its `Display` is the whole report, without colour.
#[derive(Clone, Debug)]
pub struct CompileError {
    /// All texts that were read.
    pub sources: Sources,
    /// What is wrong.
    pub diagnostics: Diagnostics,
}

impl fmt::Display for CompileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostics.render(&self.sources, Options::default()))
    }
}

impl std::error::Error for CompileError {}

impl From<LoadError> for CompileError {
    fn from(error: LoadError) -> Self {
        CompileError {
            sources: error.sources,
            diagnostics: error.diagnostics,
        }
    }
}
