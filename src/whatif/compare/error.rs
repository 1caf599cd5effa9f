//! Why scenarios could not be compared.

use crate::diagnostic::Diagnostic;
use crate::engine::RunError;

/// Why scenarios could not be compared. All but [`Run`](Self::Run) are found before anything is run.
#[derive(Clone, Debug, thiserror::Error)]
pub enum CompareError {
    /// There is nothing to compare with.
    #[error("one scenario alone cannot be compared")]
    Alone,
    /// Two scenarios share no outcome of one type, so nothing can be said about both.
    #[error("`{base}` and `{other}` have no outcome in common")]
    NothingInCommon {
        /// The base.
        base: String,
        /// The scenario that is compared with it.
        other: String,
        /// The ids of the outcomes of the base.
        has: Vec<String>,
        /// Those of the other.
        but: Vec<String>,
    },
    /// No run was asked for.
    #[error("a comparison needs at least one run")]
    NoRuns,
    /// A run failed in one of the worlds.
    #[error("in `{scenario}`: {error}")]
    Run {
        /// In which.
        scenario: String,
        /// Why.
        error: Box<RunError>,
    },
}

impl CompareError {
    /// The error as a message with a code and a remedy; of a run that failed see [`RunError::diagnostic`].
    pub fn diagnostic(&self) -> Diagnostic {
        let names = |ids: &[String]| match ids {
            [] => String::from("none"),
            ids => {
                let quoted: Vec<String> = ids.iter().map(|id| format!("`{id}`")).collect();
                quoted.join(", ")
            }
        };
        match self {
            CompareError::Alone => Diagnostic::placeless("E1101", self.to_string())
                .help("name a variant (`--variant ID`, `--all-variants`) or a second file"),
            CompareError::NothingInCommon { base, other, has, but } => {
                Diagnostic::placeless("E1102", self.to_string())
                    .help(format!("`{base}` has {}", names(has)))
                    .help(format!("`{other}` has {}", names(but)))
                    .help("scenarios are compared by outcomes of one id and one type; let both build on one file with `from:`")
            }
            CompareError::NoRuns => Diagnostic::placeless("E1103", self.to_string())
                .help("runs are compared in pairs also where the figures are exact: the reasons come from them"),
            CompareError::Run { error, .. } => {
                let mut diagnostic = error.diagnostic();
                diagnostic.message = self.to_string();
                diagnostic
            }
        }
    }
}
