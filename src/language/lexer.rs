//! From text to tokens, one at a time and without allocating; most of it is about what is *not* a token.

use std::ops::Range;

use super::ast::BinaryOp;
use super::excerpt::{Excerpt, Parsed};
use super::numeral;
use super::token::{Token, TokenKind};
use crate::diagnostic::Diagnostic;

/// Reads tokens from an excerpt.
#[derive(Debug)]
pub(super) struct Lexer<'a> {
    excerpt: Excerpt<'a>,
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(super) fn new(excerpt: Excerpt<'a>) -> Self {
        Lexer { excerpt, at: 0 }
    }

    /// The next token; [`TokenKind::End`] for ever at the end.
    pub(super) fn next(&mut self) -> Parsed<Token<'a>> {
        let rest = self.excerpt.rest(self.at);
        let blanks = rest.len() - rest.trim_start().len();
        let start = self.at + blanks;
        let rest = self.excerpt.rest(start);
        let (kind, len) = match rest.chars().next() {
            None => (TokenKind::End, 0),
            Some(c) if c.is_ascii_digit() => numeral::lex(&self.excerpt, start)?,
            Some(c) if is_name_char(c) => self.word(start, rest)?,
            Some(c) => self.sign(start, rest, c)?,
        };
        // The end of the text is where its last word ends, not after trailing blanks.
        let start = if kind == TokenKind::End { self.at } else { start };
        self.at = start + len;
        Ok(Token {
            kind,
            start,
            end: self.at,
        })
    }

    /// A name, a keyword, `_`, or something that would like to be a name.
    fn word(&self, start: usize, rest: &'a str) -> Parsed<(TokenKind<'a>, usize)> {
        let word = word_at(rest);
        if word == "_" {
            return Ok((TokenKind::Wildcard, 1));
        }
        if is_name(word) {
            return Ok((TokenKind::of_word(word), word.len()));
        }
        let range = start..start + word.len();
        Err(bad_name(&self.excerpt, range, word))
    }

    fn sign(&self, start: usize, rest: &str, first: char) -> Parsed<(TokenKind<'a>, usize)> {
        use TokenKind::Operator;
        // What other languages write comes first, since it begins like what we write.
        if let Some((wrong, remedy)) = FOREIGN.iter().find(|(wrong, _)| rest.starts_with(wrong)) {
            return Err(self.foreign(start..start + wrong.len(), wrong, remedy));
        }
        let two = match rest.get(..2) {
            Some("==") => Some(BinaryOp::Equal),
            Some("!=") => Some(BinaryOp::NotEqual),
            Some("<=") => Some(BinaryOp::LessEqual),
            Some(">=") => Some(BinaryOp::GreaterEqual),
            _ => None,
        };
        if let Some(op) = two {
            return Ok((Operator(op), 2));
        }
        let kind = match first {
            '<' => Operator(BinaryOp::Less),
            '>' => Operator(BinaryOp::Greater),
            '+' => Operator(BinaryOp::Add),
            '-' => Operator(BinaryOp::Subtract),
            '*' => Operator(BinaryOp::Multiply),
            '/' => Operator(BinaryOp::Divide),
            '(' => TokenKind::Open,
            ')' => TokenKind::Close,
            ',' => TokenKind::Comma,
            '.' => self.dot(start, rest)?,
            '|' => TokenKind::Pipe,
            ':' => TokenKind::Colon,
            '=' => return Err(self.foreign(start..start + 1, "=", &Remedy::Write("=="))),
            '!' => return Err(self.foreign(start..start + 1, "!", &Remedy::Write("not "))),
            '&' => return Err(self.foreign(start..start + 1, "&", &Remedy::Write("and"))),
            other => return Err(self.stranger(start, other)),
        };
        Ok((kind, 1))
    }

    fn dot(&self, start: usize, rest: &str) -> Parsed<TokenKind<'a>> {
        let digits = rest
            .get(1..)
            .unwrap_or("")
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        // After a name or a call it can only be a path, faulty as it is.
        let before = self.excerpt.slice(0..start).chars().next_back();
        if digits == 0 || before.is_some_and(|c| is_name_char(c) || c == ')') {
            return Ok(TokenKind::Dot);
        }
        let range = start..start + 1 + digits;
        let text = self.excerpt.slice(range.clone());
        let error = self.excerpt.error(
            "E0303",
            range.clone(),
            format!("`{text}` has no digit before the point"),
        );
        Err(self.excerpt.mend(error, range, &format!("0{text}")))
    }

    fn foreign(&self, range: Range<usize>, wrong: &str, remedy: &Remedy) -> Box<Diagnostic> {
        let error = self.excerpt.error(
            "E0301",
            range.clone(),
            format!("`{wrong}` is not an operator here"),
        );
        match remedy {
            Remedy::Write(right) => self.excerpt.mend(error, range, right),
            Remedy::Help(help) => Box::new(error.help(*help)),
        }
    }

    /// A character that has no meaning at all.
    fn stranger(&self, start: usize, c: char) -> Box<Diagnostic> {
        let shown = if c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}') {
            format!("the invisible character U+{:04X}", u32::from(c))
        } else {
            format!("`{c}`")
        };
        let error = self.excerpt.error(
            "E0301",
            start..start + c.len_utf8(),
            format!("{shown} has no meaning in an expression"),
        );
        let help = match c {
            '\'' if self.after_digit(start) => "digits stand together, without a sign between them: `1000`",
            '"' | '\'' | '`' => "names and enum words are written without quotes",
            '\u{2018}'..='\u{201f}' | '«' | '»' => {
                "this is a typographic quote; names and enum words are written without quotes"
            }
            '#' => "a `#` begins a comment in YAML; a note belongs under `note:`",
            '[' | ']' => {
                "a set of names is an attribute, or a list in YAML; conditions that must all hold are a YAML list"
            }
            '{' | '}' => "braces stand only in `says:`; an argument is written in parentheses",
            '%' => "write a share as a number between 0 and 1",
            '^' => "there is no power; a rate over a time is `rate over 6 months`",
            ';' => {
                "several names are a list with commas, `[ a, b ]`; conditions that must all hold are joined by `and`"
            }
            '?' => "write `if c then a else b`",
            '\u{2013}' | '\u{2014}' => "write the minus sign as `-`",
            _ => return Box::new(error),
        };
        Box::new(error.help(help))
    }
}

impl Lexer<'_> {
    fn after_digit(&self, at: usize) -> bool {
        self.excerpt.slice(0..at).ends_with(|c: char| c.is_ascii_digit())
    }
}

enum Remedy {
    Write(&'static str),
    Help(&'static str),
}

/// What other languages write, longer before shorter.
const FOREIGN: &[(&str, Remedy)] = &[
    (
        "+=",
        Remedy::Help("a measure changes by an effect: `add: fund(g)` and below it `by: one_step`"),
    ),
    (
        "-=",
        Remedy::Help("a measure changes by an effect: `add: fund(g)` and below it `by: -one_step`"),
    ),
    ("===", Remedy::Write("==")),
    ("!==", Remedy::Write("!=")),
    (
        "=>",
        Remedy::Help("at least is written `>=`; what follows from a condition stands under `then:`"),
    ),
    ("=<", Remedy::Write("<=")),
    ("<>", Remedy::Write("!=")),
    ("&&", Remedy::Write("and")),
    ("||", Remedy::Write("or")),
    (
        "->",
        Remedy::Help("what follows stands under `then:`; one of two values is `if c then a else b`"),
    ),
    (
        "**",
        Remedy::Help("there is no power; a rate over a time is `rate over 6 months`"),
    ),
    ("≤", Remedy::Write("<=")),
    ("≥", Remedy::Write(">=")),
    ("≠", Remedy::Write("!=")),
    ("×", Remedy::Write("*")),
    ("÷", Remedy::Write("/")),
    ("−", Remedy::Write("-")),
];

fn is_name_char(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// `snake_case`, beginning with a letter.
pub(super) fn is_name(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The longest run at the start of a text that was meant as one word: `send-forces` too, for its message.
pub(super) fn word_at(rest: &str) -> &str {
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let joins = c == '-' && chars.peek().is_some_and(|&(_, next)| is_name_char(next));
        if !is_name_char(c) && !joins {
            return rest.get(..at).unwrap_or(rest);
        }
    }
    rest
}

/// The message for a word that is not `snake_case`, with the word it should be.
pub(super) fn bad_name(excerpt: &Excerpt<'_>, range: Range<usize>, word: &str) -> Box<Diagnostic> {
    let error = excerpt.error("E0302", range.clone(), format!("`{word}` is not a name"));
    if !word.is_ascii() || word.starts_with(|c: char| c.is_ascii_digit()) {
        return Box::new(error.help("names begin with a letter and are written with a to z, 0 to 9 and `_`"));
    }
    let name = snake_case(word);
    if !is_name(&name) {
        return Box::new(error.help("names begin with a letter and are written with a to z, 0 to 9 and `_`"));
    }
    if let Some(duration) = iso_duration(word) {
        let error = error.help("a duration is a number in figures and a unit");
        return excerpt.mend(error, range, &duration);
    }
    if let Some((left, right)) = word.split_once('-') {
        let (left, right) = (snake_case(left), snake_case(right));
        return Box::new(error.help(format!(
            "write `{name}` for one name, or `{left} - {right}` to subtract"
        )));
    }
    excerpt.mend(error, range, &name)
}

/// `P30D` as `30 days`: how standards write durations of one unit.
fn iso_duration(word: &str) -> Option<String> {
    let (count, unit) = word
        .strip_prefix('P')?
        .split_at_checked(word.len().checked_sub(2)?)?;
    let unit = match unit {
        "D" => "days",
        "W" => "weeks",
        "M" => "months",
        "Y" => "years",
        _ => return None,
    };
    (!count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit())).then(|| format!("{count} {unit}"))
}

fn snake_case(word: &str) -> String {
    let mut name = String::with_capacity(word.len() + 4);
    let mut after_lower = false;
    for c in word.trim_matches('_').chars() {
        if c.is_ascii_uppercase() && after_lower {
            name.push('_');
        }
        after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
        name.push(if c == '-' { '_' } else { c.to_ascii_lowercase() });
    }
    name
}
