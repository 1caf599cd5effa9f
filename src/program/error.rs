//! What can go wrong while grounding.

use crate::diagnostic::{Diagnostic, Span};
use crate::model::{Model, RuleId};

/// A problem found while binding variables.
#[derive(Clone, Debug)]
pub enum GroundError {
    /// A rule has too many bindings.
    TooMany {
        /// Its name.
        rule: String,
        /// Where it is written.
        span: Span,
        /// Instances found before the search was given up.
        found: usize,
        /// Steps taken before the search was given up.
        steps: usize,
    },
    /// Something that must be known at load reads the state.
    NotKnown(Span),
    /// A set, or a number of more than six decimals, as an argument of a fact, a measure or an event.
    NotAnArgument(Span),
    /// Derived facts that depend on each other through a negation, a count or a comparison.
    NotStratified {
        /// The facts on the cycle, in words, each reading the next.
        cycle: Vec<String>,
        /// Where rules that derive them are written.
        rules: Vec<(String, Span)>,
    },
    /// A message from below.
    Said(Box<Diagnostic>),
}

impl GroundError {
    pub(crate) fn too_many(model: &Model, rule: RuleId, found: usize, steps: usize) -> Self {
        let rule = &model.rules[rule];
        GroundError::TooMany {
            rule: rule.name.clone(),
            span: rule.about.span,
            found,
            steps,
        }
    }

    pub(crate) fn not_known(span: Span) -> Self {
        GroundError::NotKnown(span)
    }

    pub(crate) fn not_an_argument(span: Span) -> Self {
        GroundError::NotAnArgument(span)
    }

    /// The message for the author.
    pub fn diagnostic(self) -> Diagnostic {
        match self {
            GroundError::TooMany { rule, span, found, steps } => Diagnostic::error(
                "E0801",
                span,
                format!("rule `{rule}` has too many bindings: {found} found after {steps} steps"),
            )
            .help("let its variables range over attributes (`g: p.by`) instead of whole kinds, or add a condition that ties them together"),
            GroundError::NotKnown(span) => {
                Diagnostic::error("E0802", span, "this must be known before the first day, but it depends on what happens")
                    .help("use attributes and assumptions here, or write one rule per case")
            }
            GroundError::NotAnArgument(span) => {
                Diagnostic::error("E0803", span, "this cannot be an argument of a fact, a measure or an event")
                    .help("arguments are entities, words, dates, durations and numbers of at most six decimals")
            }
            GroundError::NotStratified { cycle, rules } => {
                let mut message = String::from("these facts depend on their own absence: ");
                message.push_str(&cycle.join(" reads "));
                let mut rules = rules.into_iter();
                let mut diagnostic = match rules.next() {
                    Some((name, span)) => Diagnostic::error("E0804", span, message).label(format!("`{name}` closes the cycle")),
                    None => Diagnostic::placeless("E0804", message),
                };
                for (name, span) in rules {
                    diagnostic = diagnostic.also(span, format!("`{name}` is on it"));
                }
                diagnostic.help("between facts that derive each other no `not`, `count`, `all` or comparison may stand; start a fact by a `when:` rule instead")
            }
            GroundError::Said(diagnostic) => *diagnostic,
        }
    }
}
