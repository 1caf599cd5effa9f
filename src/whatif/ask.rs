//! `p(...)` asked beside a scenario: laid over it, so that it is resolved and ground like its own expectations.

use crate::Scenario;
use crate::program::Compiled;
use crate::scenario::CompileError;

/// How these questions are called in messages about them.
const SOURCE: &str = "--p";

/// What makes a claim of a question; one that cannot fail.
const BEFORE: &str = "p(";
const AFTER: &str = ") >= 0";

/// The question of such a claim.
pub(crate) fn question(claim: &str) -> &str {
    let inner = claim.strip_prefix(BEFORE).unwrap_or(claim);
    inner.strip_suffix(AFTER).unwrap_or(inner)
}

impl Scenario {
    /// The scenario compiled with probabilities that [`outcomes`](Compiled::outcomes) shall tell beside its own: each a
    /// statement about a whole run as in `expect:`, or one `given` another: `peace_holds given ever(ratify(usa, treaty))`.
    ///
    /// # Errors
    ///
    /// As [`compile`](Self::compile); also, a question cannot be read.
    pub fn compile_asking<Q: AsRef<str>>(&self, questions: &[Q]) -> Result<Compiled, CompileError> {
        // What is wrong with the scenario itself shall not be blamed on a question.
        let compiled = self.compile()?;
        if questions.is_empty() {
            return Ok(compiled);
        }
        let document = self.document();
        let quoted = |text: &str| {
            text.split_whitespace()
                .collect::<Vec<_>>()
                .join(" ")
                .replace('\'', "''")
        };
        let lines = questions.iter().enumerate().map(|(place, text)| {
            let text = quoted(text.as_ref());
            format!("  asked_{place}: '{BEFORE}{text}{AFTER}'\n")
        });
        let read = document.with_text(SOURCE, format!("expect:\n{}", lines.collect::<String>()))?;
        let mut heading = document.heading().clone();
        if let Some(asked) = read.heading().entries.get("expect") {
            heading.entries.insert("asked".to_owned(), asked.clone());
        }
        Scenario::from(read.headed(heading)).compile()
    }
}
