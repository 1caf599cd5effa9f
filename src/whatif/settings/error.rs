//! Why a question about many worlds could not be answered.

use std::fmt;

use super::Setting;
use crate::CompileError;
use crate::document::LoadError;
use crate::engine::RunError;

/// Why a sweep or a sensitivity could not be worked out.
#[derive(Clone, Debug)]
pub enum WhatIfError {
    /// The question or the scenario is wrong; nothing was run.
    Input(CompileError),
    /// The scenario cannot be compiled under these settings together, though under each alone.
    Compile {
        /// The settings.
        settings: Vec<Setting>,
        /// What is wrong.
        error: CompileError,
    },
    /// A run of the scenario fails under these settings.
    Run {
        /// The settings.
        settings: Vec<Setting>,
        /// What is wrong.
        error: Box<RunError>,
    },
}

impl WhatIfError {
    pub(crate) fn run(settings: &[Setting], error: RunError) -> Self {
        WhatIfError::Run {
            settings: settings.to_vec(),
            error: Box::new(error),
        }
    }

    pub(crate) fn compile(settings: &[Setting], error: CompileError) -> Self {
        WhatIfError::Compile {
            settings: settings.to_vec(),
            error,
        }
    }

    /// The settings under which it failed; none if the question itself is wrong.
    pub fn settings(&self) -> &[Setting] {
        match self {
            WhatIfError::Input(_) => &[],
            WhatIfError::Compile { settings, .. } | WhatIfError::Run { settings, .. } => settings,
        }
    }
}

/// `attack_hazard = 0.06, deferral_term = 5 years`
fn list(settings: &[Setting]) -> String {
    let all: Vec<String> = settings.iter().map(Setting::to_string).collect();
    all.join(", ")
}

impl fmt::Display for WhatIfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = self.settings();
        if !settings.is_empty() {
            writeln!(f, "under {}:", list(settings))?;
        }
        match self {
            WhatIfError::Input(error) | WhatIfError::Compile { error, .. } => error.fmt(f),
            WhatIfError::Run { error, .. } => error.fmt(f),
        }
    }
}

impl std::error::Error for WhatIfError {}

impl From<LoadError> for WhatIfError {
    fn from(error: LoadError) -> Self {
        WhatIfError::Input(error.into())
    }
}

impl From<CompileError> for WhatIfError {
    fn from(error: CompileError) -> Self {
        WhatIfError::Input(error)
    }
}
