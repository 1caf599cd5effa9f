//! Why a document could not be loaded.

use std::fmt;

use crate::diagnostic::{Diagnostics, Options, Sources};

/// Why a document could not be loaded: at least one error, perhaps with warnings, and the texts they point into.
/// Its `Display` is the whole report, without colour.
#[derive(Clone, Debug)]
pub struct LoadError {
    /// All texts that were read.
    pub sources: Sources,
    /// What is wrong.
    pub diagnostics: Diagnostics,
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostics.render(&self.sources, Options::default()))
    }
}

impl std::error::Error for LoadError {}
