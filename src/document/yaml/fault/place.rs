//! A place in a text, and what stands around it.

use crate::diagnostic::{Diagnostic, SourceId, Span};

/// A place in a text that could not be read.
#[derive(Clone, Copy)]
pub(super) struct Place<'t> {
    pub text: &'t str,
    pub source: SourceId,
    pub at: usize,
}

impl<'t> Place<'t> {
    pub fn error(self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        let end = self
            .rest()
            .chars()
            .next()
            .filter(|c| *c != '\n')
            .map_or(0, char::len_utf8);
        Diagnostic::error(code, self.span(self.at, self.at + end), message)
    }

    pub fn unknown(self) -> Diagnostic {
        self.error("E0104", "this is not valid YAML from here on")
            .help("look at the indentation, the colons and the quotes of this line and the one before")
    }

    pub fn span(self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    pub fn before(self) -> &'t str {
        self.text.get(..self.at).unwrap_or("")
    }

    pub fn rest(self) -> &'t str {
        self.text.get(self.at..).unwrap_or("")
    }

    pub fn line_start(self) -> usize {
        self.before().rfind('\n').map_or(0, |at| at + 1)
    }

    pub fn is_first_of_its_line(self) -> bool {
        self.text
            .get(self.line_start()..self.at)
            .is_some_and(|before| before.trim().is_empty())
    }

    /// The rest of the line, without its comment and trailing blanks.
    pub fn line_rest(self) -> &'t str {
        let line = self.rest().lines().next().unwrap_or("");
        line.find(" #")
            .and_then(|at| line.get(..at))
            .unwrap_or(line)
            .trim_end()
    }

    pub fn moved(self, at: usize) -> Self {
        Place { at, ..self }
    }
}

pub(super) fn leading(line: &str) -> usize {
    line.len() - line.trim_start_matches([' ', '\t']).len()
}
