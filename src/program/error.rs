//! What can go wrong while grounding.

use crate::diagnostic::{Diagnostic, Span};
use crate::language::value::Duration;
use crate::model::{Model, Rule, RuleId, TermKind};

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
        /// Over how many entities each of its variables ranges, where that is a whole kind.
        ranges: Vec<(String, usize)>,
        /// Whether bindings count for which its condition can never hold.
        unguarded: bool,
    },
    /// The conditions and amounts of a rule, or of what a scenario asks, have too many parts.
    TooLarge {
        /// The rule that took most; none where it is no rule.
        rule: Option<(String, Span)>,
        /// Parts counted for it before it was given up.
        parts: usize,
        /// Where it was given up.
        span: Span,
    },
    /// An amount, or a condition, hangs on too many others.
    TooDeep(Span),
    /// Quantities and conditions of entities that read each other, in words, each reading the next.
    Circle(Vec<String>, Span),
    /// A duration below zero.
    Backwards(Duration, Span),
    /// A number that measures cannot reach.
    Unreachable(Span),
    /// Probabilities known before the first day that are no distribution.
    NoDistribution {
        /// What is wrong with them, in words.
        message: String,
        /// The probability at fault, or the last of those that add up wrongly.
        span: Span,
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
    pub(crate) fn too_many(model: &Model, rule: RuleId, found: usize, unguarded: bool) -> Self {
        let rule = &model.rules[rule];
        GroundError::TooMany {
            rule: rule.name.clone(),
            span: rule.about.span,
            found,
            ranges: ranges(model, rule),
            unguarded,
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
            GroundError::TooMany {
                rule,
                span,
                found,
                ranges,
                unguarded,
            } => {
                let message = format!("rule `{rule}` has too many bindings: {found} and more");
                let mut diagnostic = Diagnostic::error("E0801", span, message);
                if ranges.len() > 1 {
                    let all = ranges
                        .iter()
                        .fold(1usize, |all, (_, size)| all.saturating_mul(*size));
                    let each: Vec<String> = ranges
                        .iter()
                        .map(|(name, size)| format!("`{name}` {size}"))
                        .collect();
                    let many = if all == usize::MAX {
                        String::from("countless")
                    } else {
                        all.to_string()
                    };
                    diagnostic = diagnostic.label(format!("{many} combinations: {}", each.join(", ")));
                }
                diagnostic.help(if unguarded {
                    "its `if:` does not narrow them, for what it draws is named by fewer variables or drawn by other rules too, and each time counts, whatever the condition: name it by all of them, as in `chance: vote(a, b)`, or let them range over attributes (`g: p.by`)"
                } else {
                    "let its variables range over attributes (`g: p.by`) instead of whole kinds, or add a condition that ties them together"
                })
            }
            GroundError::TooLarge { rule, parts, span } => {
                let help = "`count`, `any`, `all` and `sum` inside each other multiply: let them range over smaller sets, or derive a fact for the inner one";
                match rule {
                    Some((name, place)) => {
                        let message = format!(
                            "the conditions and amounts of rule `{name}` come to more than {parts} parts"
                        );
                        Diagnostic::error("E0805", place, message).help(help)
                    }
                    None => {
                        let message = format!("this comes to more than {parts} parts");
                        Diagnostic::error("E0805", span, message).help(help)
                    }
                }
            }
            GroundError::TooDeep(span) => Diagnostic::error(
                "E0805",
                span,
                "too many other amounts and conditions hang on each other below this",
            )
            .help("start a fact or set a measure on the way, so that each step is worked out by itself"),
            GroundError::Circle(names, span) => {
                let message = format!("these read each other in a circle: {}", names.join(" reads "));
                Diagnostic::error("E0411", span, message)
            }
            GroundError::Backwards(duration, span) => Diagnostic::error(
                "E0806",
                span,
                format!("time does not run backwards, but this is {duration}"),
            ),
            GroundError::Unreachable(span) => {
                Diagnostic::error("E0807", span, "this number is out of reach of every measure")
                    .help("numbers that are compared reach to about nine million million")
            }
            GroundError::NoDistribution { message, span } => Diagnostic::error("E0808", span, message).help(
                "each must be between 0 and 1 and together they must make 1; let one branch be `p: rest`",
            ),
            GroundError::NotKnown(span) => Diagnostic::error(
                "E0802",
                span,
                "this must be known before the first day, but it depends on what happens",
            )
            .help("use attributes and assumptions here, or write one rule per case"),
            GroundError::NotAnArgument(span) => Diagnostic::error(
                "E0803",
                span,
                "this cannot be an argument of a fact, a measure or an event",
            )
            .help("arguments are entities, words, dates, durations and numbers of at most six decimals"),
            GroundError::NotStratified { cycle, rules } => {
                let mut message = String::from("these facts depend on their own absence: ");
                message.push_str(&cycle.join(" reads "));
                let mut rules = rules.into_iter();
                let mut diagnostic = match rules.next() {
                    Some((name, span)) => {
                        Diagnostic::error("E0804", span, message).label(format!("`{name}` closes the cycle"))
                    }
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

/// Over how many entities each variable ranges that ranges over a whole kind.
fn ranges(model: &Model, rule: &Rule) -> Vec<(String, usize)> {
    let declared = rule.variables.values().take(rule.bound);
    let sizes = declared.filter_map(|variable| match variable.domain.as_ref()?.kind {
        TermKind::Members(kind) => Some((variable.name.clone(), model.members_of(kind).len())),
        _ => None,
    });
    sizes.collect()
}
