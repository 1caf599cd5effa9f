//! Why a command could not do its work.

use serde_json::{Value, json};

use crate::check::gates::GoalError;
use crate::diagnostic::{Diagnostic, Diagnostics, Options, Sources};
use crate::document::LoadError;
use crate::engine::RunError;
use crate::explain::ExplainError;
use crate::scenario::CompileError;
use crate::whatif::{CompareError, SearchError, WhatIfError};

/// Why a command could not do its work.
#[derive(Debug)]
pub enum Failure {
    /// The scenario is wrong.
    Input(Box<(Diagnostics, Sources)>),
    /// The run ran into a contradiction.
    Run(Box<RunError>),
    /// Nobody reads on: no failure, but the end.
    ClosedPipe,
}

impl Failure {
    /// A failure in plain words, lowercase.
    pub fn said(message: impl Into<String>) -> Self {
        Failure::diagnostic(Diagnostic::placeless("E0001", message), Sources::default())
    }

    /// A failure by one message.
    pub fn diagnostic(diagnostic: Diagnostic, sources: Sources) -> Self {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(diagnostic);
        Failure::Input(Box::new((diagnostics, sources)))
    }

    /// For people.
    pub fn text(&self, options: Options) -> String {
        match self {
            Failure::Input(input) => input.0.render(&input.1, options),
            Failure::Run(error) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(error.diagnostic());
                let mut path = String::new();
                for line in &error.path {
                    path += &format!("  {line}\n");
                }
                if !path.is_empty() {
                    path.insert_str(0, "what happened on that day before:\n");
                }
                diagnostics.render_with(&error.sources, options, &path)
            }
            Failure::ClosedPipe => String::new(),
        }
    }

    /// For programs: `{ "errors": [...] }`, each as [`Diagnostics::to_json`] gives it; that of
    /// a run that failed also with `day` and `path`.
    pub fn json(&self) -> Value {
        match self {
            Failure::Input(input) => json!({ "errors": input.0.to_json(&input.1) }),
            Failure::Run(error) => {
                let mut diagnostics = Diagnostics::default();
                diagnostics.push(error.diagnostic());
                let mut errors = diagnostics.to_json(&error.sources);
                if let Some(fault) = errors.get_mut(0).and_then(Value::as_object_mut) {
                    fault.insert("day".to_owned(), json!(error.day));
                    fault.insert("path".to_owned(), json!(error.path));
                }
                json!({ "errors": errors })
            }
            Failure::ClosedPipe => json!({ "errors": [] }),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        Failure::Input(Box::new((error.diagnostics, error.sources)))
    }
}

impl From<CompileError> for Failure {
    fn from(error: CompileError) -> Self {
        Failure::Input(Box::new((error.diagnostics, error.sources)))
    }
}

impl From<ExplainError> for Failure {
    fn from(error: ExplainError) -> Self {
        match error {
            ExplainError::Query { sources, diagnostics } => Failure::Input(Box::new((diagnostics, sources))),
            other => Failure::said(other.to_string()),
        }
    }
}

impl From<GoalError> for Failure {
    fn from(error: GoalError) -> Self {
        match error {
            GoalError::Unread(unread) => Failure::Input(Box::new((unread.1, unread.0))),
            other => Failure::said(other.to_string()),
        }
    }
}

impl From<CompareError> for Failure {
    fn from(error: CompareError) -> Self {
        match error {
            // Which world it was belongs into the message.
            CompareError::Run { scenario, mut error } => {
                error.message = format!("in `{scenario}`: {}", error.message);
                Failure::Run(error)
            }
            other => Failure::diagnostic(other.diagnostic(), Sources::default()),
        }
    }
}

impl From<RunError> for Failure {
    fn from(error: RunError) -> Self {
        Failure::Run(Box::new(error))
    }
}

impl From<WhatIfError> for Failure {
    fn from(error: WhatIfError) -> Self {
        let settings: Vec<String> = error.settings().iter().map(|set| format!("`{set}`")).collect();
        let under = format!("this is so under {}", settings.join(", "));
        match error {
            WhatIfError::Input(error) => error.into(),
            WhatIfError::Compile { error, .. } => {
                let mut diagnostics = Diagnostics::default();
                for (place, diagnostic) in error.diagnostics.iter().cloned().enumerate() {
                    diagnostics.push(if place == 0 {
                        diagnostic.help(&under)
                    } else {
                        diagnostic
                    });
                }
                Failure::Input(Box::new((diagnostics, error.sources)))
            }
            WhatIfError::Run { mut error, .. } => {
                error.help.push(under);
                Failure::Run(error)
            }
        }
    }
}

impl From<SearchError> for Failure {
    fn from(error: SearchError) -> Self {
        match error {
            SearchError::Input(error) => error.into(),
            SearchError::Run { error, .. } => Failure::Run(error),
        }
    }
}
