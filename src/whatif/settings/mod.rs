//! Settings: a value for an assumption, or for anything else that is written in a scenario. Sweeps and sensitivity
//! are made of them.

pub(crate) mod codes;
mod declared;
mod error;
mod range;
mod scale;
mod shape;
mod target;
mod text;

use serde::Serialize;

use crate::Scenario;
use crate::diagnostic::{Diagnostic, Diagnostics, Sources};
use crate::document::Document;

pub(crate) use declared::{Declared, declared, find as find_declared};
pub use error::WhatIfError;
pub use range::Range;
pub(crate) use range::share;
pub use scale::Scale;
pub use shape::Shape;
pub(crate) use target::Target;
pub(crate) use text::split_values;

/// How the overlay is called in messages.
const SOURCE: &str = "<setting>";

/// One thing of a scenario with the value it is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// An assumption as it is written, `consent(usa)`, or the path of any value,
    /// `agreements.treaty.provisions.guarantee.duty`.
    pub target: String,
    /// The value as it would be written in a scenario: `0.3`, `15 years`, `send_forces`, `[usa, turkey]`; `null`
    /// removes what the path names.
    pub value: String,
}

impl Setting {
    /// A setting.
    pub fn new(target: impl Into<String>, value: impl Into<String>) -> Self {
        Setting {
            target: target.into(),
            value: value.into(),
        }
    }
}

/// `attack_hazard = 0.06`
impl std::fmt::Display for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = {}", self.target, self.value)
    }
}

impl Scenario {
    /// The scenario with some of its values set; everything else, its title and variants among it, stays.
    ///
    /// An assumption set beyond its `range:` has its range widened to hold the value.
    ///
    /// # Errors
    ///
    /// A target that is not there, two settings of one thing, a value that is no YAML. What a value means, and so
    /// whether its type fits, is said when the result is compiled.
    pub fn with_settings(&self, settings: &[Setting]) -> Result<Scenario, WhatIfError> {
        if settings.is_empty() {
            return Ok(self.clone());
        }
        let document = self.document();
        let mut overlay = text::Overlay::default();
        for setting in settings {
            let placed = match Target::find(document, &setting.target)? {
                Target::Assumption(key) => {
                    check_sort(document, &key, &setting.value)?;
                    overlay.assumption(document, &key, &setting.value)
                }
                Target::Path(path) => overlay.put(&path, setting.value.trim()),
            };
            if !placed {
                let message = format!(
                    "`{}` is set twice, or together with something under it",
                    setting.target
                );
                return Err(refuse(
                    document.sources(),
                    Diagnostic::placeless("E1201", message).help("give each value once"),
                ));
            }
        }
        Ok(Scenario::from(document.amended(SOURCE, overlay.to_yaml())?))
    }
}

/// Whether a value is of the sort of its assumption, as far as that can be told from how both are written. A duration
/// may change its family where the scenario lets it.
fn check_sort(document: &Document, key: &str, value: &str) -> Result<(), WhatIfError> {
    let Some(declared) = find_declared(document, key) else {
        return Ok(());
    };
    let Some((is, _)) = Scale::read(&declared.value) else {
        return Ok(());
    };
    let duration = |scale| matches!(scale, Scale::Days | Scale::Months);
    let found = Scale::read(value).map(|(scale, _)| scale);
    let message = match found {
        Some(found) if found.words() == is.words() || duration(found) && duration(is) => return Ok(()),
        None if duration(is) || is == Scale::Date => return Ok(()),
        Some(found) => format!(
            "`{key}` is {}, and `{}` is {}",
            is.words(),
            value.trim(),
            found.words()
        ),
        None => format!("`{key}` is {}, and `{}` is none", is.words(), value.trim()),
    };
    let error = Diagnostic::placeless("E1207", message).also(declared.span, "declared here");
    Err(refuse(
        document.sources(),
        error.help("write a value like the declared one"),
    ))
}

/// An error by one message.
pub(crate) fn refuse(sources: &Sources, diagnostic: Diagnostic) -> WhatIfError {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(diagnostic);
    WhatIfError::Input(crate::CompileError {
        sources: sources.clone(),
        diagnostics,
    })
}
