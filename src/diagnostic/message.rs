//! One message: what is wrong, where, and how to mend it.

use super::Span;

/// A stable code such as `E0203` or `W0101`; letters E (error) or W (warning).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub &'static str);

/// How serious a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The scenario cannot be used.
    Error,
    /// The scenario can be used, but probably does not say what its author means.
    Warning,
}

/// A place with a few words about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is to be seen there; may be empty.
    pub text: String,
}

/// A known repair: replace the text of `span` by `replacement`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What to replace.
    pub span: Span,
    /// By what.
    pub replacement: String,
}

/// One message to the author.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its stable code.
    pub code: Code,
    /// Error or warning.
    pub severity: Severity,
    /// Lowercase, no final period, the author's words in backticks.
    pub message: String,
    /// The place at fault; `None` for a problem that has no place in a text (a missing file).
    pub primary: Option<Label>,
    /// Second places that help ("declared here").
    pub secondary: Vec<Label>,
    /// Remedies in words, apart from the message.
    pub help: Vec<String>,
    /// A repair as a patch, where one is known.
    pub fix: Option<Fix>,
}

impl Diagnostic {
    /// An error at a place.
    pub fn error(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, Some(span), message)
    }

    /// A warning at a place.
    pub fn warning(code: &'static str, span: Span, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, Some(span), message)
    }

    /// An error without a place in a text.
    pub fn placeless(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, None, message)
    }

    fn new(code: &'static str, severity: Severity, span: Option<Span>, message: impl Into<String>) -> Self {
        Diagnostic {
            code: Code(code),
            severity,
            message: brief(message.into()),
            primary: span.map(|span| Label {
                span,
                text: String::new(),
            }),
            secondary: Vec::new(),
            help: Vec::new(),
            fix: None,
        }
    }

    /// Words at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(label) = &mut self.primary {
            label.text = brief(text.into());
        }
        self
    }

    /// A second place.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label {
            span,
            text: brief(text.into()),
        });
        self
    }

    /// A remedy in words.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help.push(brief(text.into()));
        self
    }

    /// A repair as a patch.
    #[must_use]
    pub fn fix(mut self, span: Span, replacement: impl Into<String>) -> Self {
        self.fix = Some(Fix {
            span,
            replacement: replacement.into(),
        });
        self
    }
}

/// Most characters of a message, and of one thing that it quotes.
const LONGEST: usize = 2000;
const LONGEST_QUOTED: usize = 100;

/// A message that can be read: what is quoted in it is shortened if it is very long.
fn brief(text: String) -> String {
    if text.len() <= LONGEST {
        return text;
    }
    let cut = |text: &str, most: usize| match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or("")),
        None => text.to_owned(),
    };
    let quoted = |(at, part): (usize, &str)| match at % 2 {
        0 => part.to_owned(),
        _ => cut(part, LONGEST_QUOTED),
    };
    let parts: Vec<String> = text.split('`').enumerate().map(quoted).collect();
    cut(&parts.join("`"), LONGEST)
}

/// All messages of one phase, in the order of their places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds a message.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all messages of another phase.
    pub fn extend(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Whether any message is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|d| d.severity == Severity::Error)
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The messages.
    pub fn iter(&self) -> impl Iterator<Item = &Diagnostic> {
        self.list.iter()
    }
}
