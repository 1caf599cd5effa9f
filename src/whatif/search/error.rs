//! Why a search could not be done.

use crate::document::LoadError;
use crate::engine::RunError;
use crate::scenario::CompileError;

/// Why a search could not be done.
#[derive(Debug, thiserror::Error)]
pub enum SearchError {
    /// The scenario, one of its levers or the question is wrong; found before any run.
    #[error("{0}")]
    Input(CompileError),
    /// A run failed.
    #[error("{error}")]
    Run {
        /// The levers that were pulled in it.
        levers: Vec<String>,
        /// What went wrong.
        error: Box<RunError>,
    },
}

impl SearchError {
    /// A failed run, whose message says which levers were pulled.
    pub(super) fn run(levers: Vec<String>, mut error: RunError) -> Self {
        if !levers.is_empty() {
            let named: Vec<String> = levers.iter().map(|id| format!("`{id}`")).collect();
            error
                .help
                .push(format!("it happened with {} pulled", named.join(", ")));
        }
        SearchError::Run {
            levers,
            error: Box::new(error),
        }
    }
}

impl From<CompileError> for SearchError {
    fn from(error: CompileError) -> Self {
        SearchError::Input(error)
    }
}

impl From<LoadError> for SearchError {
    fn from(error: LoadError) -> Self {
        SearchError::Input(error.into())
    }
}
