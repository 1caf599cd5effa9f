//! The texts of `says:`: words with `{who}` in them, and parts `[ at {at}]` that may be left out.

use std::fmt;
use std::ops::Range;

use super::ast::Ident;
use super::excerpt::{Excerpt, Parsed};
use super::lexer::{bad_name, is_name};
use super::token::TokenKind;
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::document::tree::Node;

/// A text with placeholders. Runs of blanks and line ends count as one blank.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// Where it stands.
    pub span: Span,
    /// What it consists of.
    pub parts: Vec<Part>,
}

/// A part of a [`Template`].
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// Words, as they are.
    Text(String),
    /// `{who}`, `{p.within}`: a name and attributes, at least one.
    Path(Vec<Ident>),
    /// `[ at {at}]`: printed unless all its placeholders have their defaults. Holds a placeholder, and no
    /// optional part.
    Optional(Vec<Part>),
}

/// What stands for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece {
    /// A value that was given.
    Text(String),
    /// A value that is the default of its argument: no reason to print an optional part.
    Default(String),
}

impl Template {
    /// Reads a text.
    pub fn parse(sources: &Sources, node: &Node) -> Parsed<Template> {
        let excerpt = Excerpt::of_node(sources, node, "a text")?;
        let text = excerpt.text();
        let mut reader = Reader {
            excerpt,
            at: text.len() - text.trim_start().len(),
            end: text.trim_end().len(),
        };
        if reader.at >= reader.end {
            return Err(Box::new(Diagnostic::error(
                "E0320",
                node.span,
                "this text is empty",
            )));
        }
        let parts = reader.parts(None)?;
        Ok(Template {
            span: node.span,
            parts,
        })
    }

    /// All placeholders, from left to right, to be checked against what they may name.
    pub fn paths(&self) -> impl Iterator<Item = &[Ident]> {
        let parts = self.parts.iter().flat_map(|part| match part {
            Part::Optional(parts) => parts.as_slice(),
            other => std::slice::from_ref(other),
        });
        parts.filter_map(|part| match part {
            Part::Path(path) => Some(path.as_slice()),
            Part::Text(_) | Part::Optional(_) => None,
        })
    }

    /// The text with each placeholder replaced.
    pub fn render(&self, piece: &mut dyn FnMut(&[Ident]) -> Piece) -> String {
        let mut text = String::new();
        render_parts(&self.parts, piece, &mut text);
        text
    }
}

/// Appends the parts; says whether any placeholder was not its default.
fn render_parts(parts: &[Part], piece: &mut dyn FnMut(&[Ident]) -> Piece, text: &mut String) -> bool {
    let mut given = false;
    for part in parts {
        match part {
            Part::Text(words) => text.push_str(words),
            Part::Path(path) => match piece(path) {
                Piece::Text(value) => {
                    given = true;
                    text.push_str(&value);
                }
                Piece::Default(value) => text.push_str(&value),
            },
            Part::Optional(parts) => {
                let before = text.len();
                if !render_parts(parts, piece, text) {
                    text.truncate(before);
                }
            }
        }
    }
    given
}

struct Reader<'a> {
    excerpt: Excerpt<'a>,
    at: usize,
    end: usize,
}

impl Reader<'_> {
    /// The parts up to the end, or up to the `]` that belongs to the `[` at `open`.
    fn parts(&mut self, open: Option<usize>) -> Parsed<Vec<Part>> {
        let mut parts = Vec::new();
        let mut words = String::new();
        while let Some(c) = self.peek() {
            let here = self.at;
            self.at += c.len_utf8();
            let part = match c {
                '{' => Part::Path(self.path(here)?),
                '[' if open.is_none() => Part::Optional(self.optional(here)?),
                '[' => return Err(self.fault(here, "an optional part cannot stand inside another", "")),
                ']' if open.is_some() => {
                    push_words(&mut parts, &mut words);
                    return Ok(parts);
                }
                '}' | ']' => return Err(self.fault(here, &format!("this `{c}` closes nothing"), "")),
                c if c.is_whitespace() => {
                    if !words.ends_with(' ') {
                        words.push(' ');
                    }
                    continue;
                }
                c => {
                    words.push(c);
                    continue;
                }
            };
            push_words(&mut parts, &mut words);
            parts.push(part);
        }
        match open {
            Some(open) => Err(self.fault(open, "this `[` is never closed", "")),
            None => {
                push_words(&mut parts, &mut words);
                Ok(parts)
            }
        }
    }

    fn peek(&self) -> Option<char> {
        self.excerpt.slice(self.at..self.end).chars().next()
    }

    fn optional(&mut self, open: usize) -> Parsed<Vec<Part>> {
        let parts = self.parts(Some(open))?;
        if parts.iter().any(|part| matches!(part, Part::Path(_))) {
            return Ok(parts);
        }
        Err(self.fault(
            open,
            "this optional part has no placeholder, so it would never be left out",
            "square brackets enclose what is left out at its default, as in `[ at {at}]`; else write `( )`",
        ))
    }

    /// What stands between `{` and `}`.
    fn path(&mut self, open: usize) -> Parsed<Vec<Ident>> {
        let rest = self.excerpt.slice(self.at..self.end);
        let Some(len) = rest
            .find(['{', '}', '[', ']'])
            .filter(|&len| rest.get(len..).is_some_and(|r| r.starts_with('}')))
        else {
            return Err(self.fault(open, "this `{` is never closed", ""));
        };
        let inside = self.excerpt.slice(self.at..self.at + len);
        let mut start = self.at;
        self.at += len + 1;
        if inside.trim().is_empty() {
            return Err(self.fault(
                open,
                "this placeholder names nothing",
                "write an argument, as in `{who}`",
            ));
        }
        let mut path = Vec::new();
        for segment in inside.split('.') {
            let blanks = segment.len() - segment.trim_start().len();
            let name = segment.trim();
            path.push(self.segment(start + blanks..start + blanks + name.len(), name)?);
            start += segment.len() + 1;
        }
        Ok(path)
    }

    fn segment(&self, range: Range<usize>, name: &str) -> Parsed<Ident> {
        if name.is_empty() {
            return Err(Box::new(self.excerpt.error(
                "E0320",
                range,
                "a name is missing beside this `.`",
            )));
        }
        if name.contains(|c: char| c != '_' && c != '-' && !c.is_alphanumeric()) {
            let error = self
                .excerpt
                .error("E0320", range, format!("`{name}` is not a placeholder"));
            let help = "a placeholder is a name and attributes, as in `{p.within}`; it holds no expression";
            return Err(Box::new(error.help(help)));
        }
        if !is_name(name) {
            return Err(bad_name(&self.excerpt, range, name));
        }
        if TokenKind::of_word(name).is_reserved() {
            let message = format!("`{name}` is a word of the language and cannot be a name");
            return Err(Box::new(self.excerpt.error("E0317", range, message)));
        }
        Ok(Ident {
            name: name.to_owned(),
            span: self.excerpt.span(range),
        })
    }

    /// An error at one bracket.
    fn fault(&self, at: usize, message: &str, help: &str) -> Box<Diagnostic> {
        let error = self.excerpt.error("E0320", at..at + 1, message);
        Box::new(if help.is_empty() { error } else { error.help(help) })
    }
}

fn push_words(parts: &mut Vec<Part>, words: &mut String) {
    if !words.is_empty() {
        parts.push(Part::Text(std::mem::take(words)));
    }
}

/// As it is written.
impl fmt::Display for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.parts.iter().try_for_each(|part| part.fmt(f))
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Part::Text(words) => f.write_str(words),
            Part::Path(path) => {
                for (at, ident) in path.iter().enumerate() {
                    write!(f, "{}{ident}", if at == 0 { "{" } else { "." })?;
                }
                f.write_str("}")
            }
            Part::Optional(parts) => {
                f.write_str("[")?;
                parts.iter().try_for_each(|part| part.fmt(f))?;
                f.write_str("]")
            }
        }
    }
}
