//! What the parser says where an expression goes wrong.

use super::ast::BinaryOp;
use super::excerpt::Parsed;
use super::parser::Parser;
use super::token::{TokenKind, Word};
use super::value::TimeUnit;
use crate::diagnostic::Diagnostic;

impl Parser<'_> {
    /// An error at the token under view.
    pub(super) fn error_here(&self, code: &'static str, message: impl Into<String>) -> Diagnostic {
        self.excerpt.error(code, self.peek.start..self.peek.end, message)
    }

    /// The token under view, for "found ...".
    pub(super) fn found(&self) -> String {
        match self.peek.kind {
            TokenKind::End => "the end of the text".to_owned(),
            _ => format!("`{}`", self.excerpt.slice(self.peek.start..self.peek.end)),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Parsed<()> {
        if self.peek.kind == TokenKind::End {
            return Ok(());
        }
        Err(Box::new(self.leftover()))
    }

    /// Where a value should begin, something else does.
    pub(super) fn no_value(&self) -> Diagnostic {
        if self.peek.kind == TokenKind::End {
            let message = if self.last_end == 0 {
                "there is no expression"
            } else {
                "the expression ends too early"
            };
            let error = self.error_here("E0306", message);
            return if self.excerpt.is_exact() {
                error.label("a value is missing here")
            } else {
                error
            };
        }
        let error = self.error_here("E0306", format!("expected a value, found {}", self.found()));
        match self.peek.kind {
            TokenKind::Operator(BinaryOp::And | BinaryOp::Or | BinaryOp::In) | TokenKind::Word(_) => {
                error.help("this is a word of the language, not a name")
            }
            TokenKind::Colon => error.help("a `:` belongs to YAML; conditions have none"),
            _ => error,
        }
    }

    /// A complete expression is followed by something that does not continue it.
    pub(super) fn leftover(&self) -> Diagnostic {
        let found = self.found();
        match self.peek.kind {
            TokenKind::Close => self.error_here("E0307", "this `)` closes nothing"),
            TokenKind::Comma => self
                .error_here("E0312", "a `,` stands only between arguments")
                .help("several names are a list, `[ a, b ]`; conditions that must all hold are a YAML list, or joined by `and`"),
            _ => self.unexpected_after_value(format!("an operator is missing before {found}")),
        }
    }

    /// Something else was wanted where a value has just ended, mostly inside parentheses.
    pub(super) fn unexpected(&self, wanted: &str) -> Diagnostic {
        let found = self.found();
        self.unexpected_after_value(format!("expected {wanted}, found {found}"))
    }

    fn unexpected_after_value(&self, message: String) -> Diagnostic {
        let here = |code, message: &str| self.error_here(code, message);
        match self.peek.kind {
            TokenKind::End => here("E0306", &message),
            TokenKind::Operator(BinaryOp::Given) => here("E0314", "`given` stands only inside `p(...)`")
                .help("a probability under a condition is `p(a given b)`; it stands in `expect:`"),
            TokenKind::Pipe => here("E0301", "`|` is not an operator here").help("write `or`"),
            TokenKind::Colon => here("E0301", "a `:` has no meaning in an expression")
                .help("a condition on a variable is written with `where`, as in `count(x in s where c)`"),
            TokenKind::Word(Word::Then | Word::Else) => {
                here("E0312", &message).help("`then` and `else` belong to `if c then a else b`")
            }
            TokenKind::Word(Word::Where | Word::Satisfy | Word::Give) => here("E0312", &message)
                .help("it belongs to `count`, `any`, `all` or `sum`, as in `count(x in s where c)`"),
            TokenKind::Word(Word::If) => {
                here("E0312", &message).help("the condition comes first: `if c then a else b`")
            }
            TokenKind::Name(name) => match synonym(name) {
                Some(help) => here("E0312", &message).help(help),
                None if TimeUnit::of_word(name).is_some() => here("E0312", &message)
                    .help("a duration is a number in figures and a unit, as in `30 days`"),
                None if self.after_digit() => {
                    here("E0312", &message).help("a number has no unit; name the unit in `about:` or `says:`")
                }
                None if self.after_name() => here("E0312", &message).help(
                    "this is read as an expression: things are called by their ids, each one word, and words for readers stand \
                     under `name:`, `says:` or `about:`",
                ),
                None => here("E0312", &message),
            },
            TokenKind::Duration(_) => here("E0312", &message)
                .help("a duration has one unit, as in `33 days`; days and months do not add up"),
            _ => here("E0312", &message),
        }
    }

    /// Whether what stands before is a number.
    fn after_digit(&self) -> bool {
        let before = self.excerpt.slice(0..self.peek.start).trim_end();
        before.ends_with(|c: char| c.is_ascii_digit())
    }

    /// Whether what stands before is a name.
    fn after_name(&self) -> bool {
        let before = self.excerpt.slice(0..self.peek.start).trim_end();
        before.ends_with(|c: char| c.is_ascii_lowercase() || c == '_')
    }

    pub(super) fn misplaced_wildcard(&self) -> Diagnostic {
        self.error_here("E0315", "`_` stands only as an argument")
            .help("it matches anything, as in `attack(_, ukraine)`")
    }

    pub(super) fn reserved(&self) -> Diagnostic {
        let found = self.found();
        self.error_here(
            "E0317",
            format!("{found} is a word of the language and cannot be a name"),
        )
    }
}

/// Words that authors use where the language has another.
fn synonym(word: &str) -> Option<&'static str> {
    Some(match word {
        "is" | "equals" | "eq" => "equality is written `==`",
        "isnt" | "ne" => "inequality is written `!=`",
        "xor" => "exactly one of two is written `a != b`",
        "implies" => "`a implies b` is written `not a or b`",
        "unless" => "`a unless b` is written `a and not b`",
        "has" | "contains" | "includes" => "membership is written `x in s`",
        "before" | "until" => "an earlier day is smaller: `first(a) < first(b)`",
        "after" | "since" => "a later day is greater: `first(a) > first(b)`",
        "to" => "two ends are a list: `[ 0.2, 0.8 ]`",
        "working" | "business" | "calendar" => {
            "time is counted in days, weeks, months or years of the calendar; every day counts"
        }
        "per" => "a rate has its unit where it is declared: `unit: per year`",
        "mod" => "there is no remainder",
        "hour" | "hours" | "quarter" | "quarters" | "decade" | "decades" | "yr" | "yrs" => {
            "time is counted in days, weeks, months or years"
        }
        "satisfies" => "write `satisfy`",
        "gives" => "write `give`",
        _ => return None,
    })
}
