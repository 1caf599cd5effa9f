//! Where text goes: results to standard output, errors to standard error, colour only where someone sees it.

use std::io::{self, ErrorKind, IsTerminal as _, Write as _};

use clap::ValueEnum;
use serde::Serialize;
use terminal_size::{Width, terminal_size};

use super::failure::Failure;
use crate::diagnostic::Options;
use crate::report::WIDTH;

/// For whom a result is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    Text,
    /// For programs
    Json,
}

/// How and where to write.
#[derive(Clone, Copy, Debug)]
pub struct Output {
    /// For whom.
    pub format: Format,
    /// Columns of the terminal, or 100 where there is none.
    pub width: usize,
}

impl Output {
    /// Looks at the terminal.
    pub fn new(format: Format) -> Self {
        let width = terminal_size().map_or(WIDTH, |(Width(width), _)| usize::from(width));
        Output { format, width }
    }

    /// Writes a result: its text, or itself as JSON.
    pub fn result(&self, value: &impl Serialize, text: impl FnOnce(usize) -> String) -> Result<(), Failure> {
        match self.format {
            Format::Text => self.text(&text(self.width)),
            Format::Json => {
                let mut json =
                    serde_json::to_string_pretty(value).map_err(|error| Failure::said(error.to_string()))?;
                json.push('\n');
                self.text(&json)
            }
        }
    }

    /// Writes text to standard output as it is.
    pub fn text(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::BrokenPipe => Err(Failure::ClosedPipe),
            Err(error) => Err(Failure::said(format!("the result cannot be written: {error}"))),
        }
    }

    /// Writes a failure to standard error. Nothing can be done if that fails too.
    pub fn fail(&self, failure: &Failure) {
        let mut err = io::stderr().lock();
        let text = match self.format {
            Format::Text => failure.text(self.options(err.is_terminal())),
            Format::Json => format!("{:#}\n", failure.json()),
        };
        let _ = err.write_all(text.as_bytes());
    }

    /// How messages are rendered for a stream that is a terminal or not.
    pub fn options(&self, terminal: bool) -> Options {
        let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Options {
            color: terminal && !unwanted,
            width: self.width.max(80),
            ..Options::default()
        }
    }
}
