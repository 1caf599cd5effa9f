//! What a code means. Each floor keeps the table of the codes it gives in a file `codes.rs` of its own; the floor of
//! reports joins them, since only it stands above them all.

use serde::Serialize;

use super::Severity;

/// The explanation of one code: what `demarche check --code E0501` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// `E0501`; E is for errors, W for warnings, R for faults that only a run can show.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it is a problem, and what to do.
    pub text: &'static str,
    /// A small text that earns the code.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

impl Explanation {
    /// In the order in which a page shows it.
    pub(crate) const fn new(
        code: &'static str,
        title: &'static str,
        text: &'static str,
        bad: &'static str,
        good: &'static str,
    ) -> Self {
        Explanation {
            code,
            title,
            text,
            bad,
            good,
        }
    }

    /// Error or warning, from the first letter of the code.
    pub fn severity(&self) -> Severity {
        if self.code.starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }
}
