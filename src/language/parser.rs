//! From tokens to the syntax tree: operators by precedence (Pratt). Values are in `operand.rs`.
//!
//! One error per text, and no recovery: an expression is a line or two, and the next error is mostly a
//! consequence of the first. A tree is never higher than [`MAX_HEIGHT`], so that whoever walks it (printing,
//! typing, dropping) may recurse.

use std::ops::Range;

use super::ast::{BinaryOp, Expr, ExprKind, UnaryOp};
use super::excerpt::{Excerpt, Parsed};
use super::lexer::Lexer;
use super::operator::Power;
use super::token::{Token, TokenKind, Word};
use crate::diagnostic::Diagnostic;

/// How deep parentheses may nest.
const MAX_NESTING: usize = 100;
/// How high a tree may be; a chain `a or b or c` is as high as it has operators.
pub(super) const MAX_HEIGHT: usize = 256;

/// A part of the tree, the bytes it stands on and its height.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) kind: ExprKind,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) height: usize,
}

impl Part {
    pub(super) fn leaf(kind: ExprKind, token: Token<'_>) -> Part {
        Part {
            kind,
            start: token.start,
            end: token.end,
            height: 1,
        }
    }
}

/// Reads one text with one token of lookahead.
pub(super) struct Parser<'a> {
    pub(super) excerpt: Excerpt<'a>,
    lexer: Lexer<'a>,
    /// The token not yet taken.
    pub(super) peek: Token<'a>,
    /// Where the last token taken ends.
    pub(super) last_end: usize,
    nesting: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(excerpt: Excerpt<'a>) -> Parsed<Self> {
        let mut lexer = Lexer::new(excerpt);
        let peek = lexer.next()?;
        Ok(Parser {
            excerpt,
            lexer,
            peek,
            last_end: 0,
            nesting: 0,
        })
    }

    /// The whole text as one expression.
    pub(super) fn whole_expression(mut self) -> Parsed<Expr> {
        let part = self.expression(false)?;
        self.end()?;
        Ok(self.place(part))
    }

    /// An expression up to what cannot continue it; `given` belongs to it only as the argument of `p(...)`.
    pub(super) fn expression(&mut self, given: bool) -> Parsed<Part> {
        self.parse(Power::If, given)
    }

    /// An expression whose operators bind at least as tightly as `min`.
    pub(super) fn parse(&mut self, min: Power, given: bool) -> Parsed<Part> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(self.too_deep(self.peek.start..self.peek.end));
        }
        let mut left = self.prefix(min)?;
        while let TokenKind::Operator(op) = self.peek.kind {
            let power = op.power();
            if power < min || (op == BinaryOp::Given && !given) {
                break;
            }
            self.advance()?;
            let right = self.parse(power.tighter(), false)?;
            if !power.chains() && self.continues(power) {
                return Err(self.chained(left, op, right));
            }
            left = self.join(left, op, right)?;
        }
        self.nesting -= 1;
        Ok(left)
    }

    fn prefix(&mut self, min: Power) -> Parsed<Part> {
        match self.peek.kind {
            TokenKind::Word(Word::Not) => {
                self.check_operand(min, Power::Not, "not")?;
                self.unary(UnaryOp::Not)
            }
            TokenKind::Operator(BinaryOp::Subtract) => self.unary(UnaryOp::Negate),
            TokenKind::Word(Word::If) => {
                self.check_operand(min, Power::If, "if")?;
                self.conditional()
            }
            _ => self.operand(),
        }
    }

    /// `a == not b` and `a + if c then d else e` read ambiguously: parentheses say what is meant.
    fn check_operand(&self, min: Power, own: Power, word: &str) -> Parsed<()> {
        if min <= own {
            return Ok(());
        }
        let error = self.error_here("E0310", format!("`{word}` needs parentheses after an operator"));
        let example = if word == "not" {
            "a == (not b)"
        } else {
            "a + (if c then d else e)"
        };
        Err(Box::new(error.help(format!("write it as in `{example}`"))))
    }

    fn unary(&mut self, op: UnaryOp) -> Parsed<Part> {
        let start = self.advance()?.start;
        let operand = self.parse(op.power(), false)?;
        let (height, end) = (operand.height, operand.end);
        let kind = ExprKind::Unary(op, Box::new(self.place(operand)));
        self.grown(Part {
            kind,
            start,
            end,
            height,
        })
    }

    fn conditional(&mut self) -> Parsed<Part> {
        let start = self.advance()?.start;
        let condition = self.expression(false)?;
        self.expect(Word::Then, "then", start)?;
        let yes = self.expression(false)?;
        self.expect(Word::Else, "else", start)?;
        let no = self.expression(false)?;
        let height = condition.height.max(yes.height).max(no.height);
        let end = no.end;
        let [condition, yes, no] = [condition, yes, no].map(|part| Box::new(self.place(part)));
        self.grown(Part {
            kind: ExprKind::If(condition, yes, no),
            start,
            end,
            height,
        })
    }

    fn expect(&mut self, word: Word, text: &str, start: usize) -> Parsed<()> {
        if self.peek.kind == TokenKind::Word(word) {
            self.advance()?;
            return Ok(());
        }
        let found = self.found();
        let error = self.error_here("E0306", format!("expected `{text}`, found {found}"));
        let error = error.also(self.excerpt.span(start..start + 2), "of this `if`");
        Err(Box::new(error.help(
            "a condition between two values is `if c then a else b`; `else` is always written",
        )))
    }

    fn join(&self, left: Part, op: BinaryOp, right: Part) -> Parsed<Part> {
        let height = left.height.max(right.height);
        let (start, end) = (left.start, right.end);
        let kind = ExprKind::Binary(op, Box::new(self.place(left)), Box::new(self.place(right)));
        self.grown(Part {
            kind,
            start,
            end,
            height,
        })
    }

    /// One higher than its highest child, if that is allowed.
    pub(super) fn grown(&self, mut part: Part) -> Parsed<Part> {
        part.height += 1;
        if part.height > MAX_HEIGHT {
            return Err(self.too_deep(part.start..part.end));
        }
        Ok(part)
    }

    pub(super) fn place(&self, part: Part) -> Expr {
        Expr {
            span: self.excerpt.span(part.start..part.end),
            kind: part.kind,
        }
    }

    /// Takes the token under view.
    pub(super) fn advance(&mut self) -> Parsed<Token<'a>> {
        let next = self.lexer.next()?;
        self.last_end = self.peek.end;
        Ok(std::mem::replace(&mut self.peek, next))
    }

    /// Whether the token under view is an operator of that power.
    fn continues(&self, power: Power) -> bool {
        matches!(self.peek.kind, TokenKind::Operator(op) if op.power() == power)
    }

    fn chained(&mut self, left: Part, op: BinaryOp, middle: Part) -> Box<Diagnostic> {
        let TokenKind::Operator(next) = self.peek.kind else {
            return Box::new(self.leftover());
        };
        let (op_text, next_text) = (op.symbol(), next.symbol());
        let at = self.peek.start..self.peek.end;
        let error = self.excerpt.error(
            "E0308",
            at,
            format!("`{op_text}` and `{next_text}` cannot follow each other"),
        );
        if op == BinaryOp::Given {
            return Box::new(error.help("write one condition after `given`, as in `p(a given b and c)`"));
        }
        let right = self
            .advance()
            .and_then(|_| self.parse(op.power().tighter(), false));
        match right {
            Ok(right) if op != BinaryOp::In && next != BinaryOp::In && !self.continues(op.power()) => {
                let range = left.start..right.end;
                let [left, middle, right] = [left, middle, right].map(|part| self.place(part));
                let mended = format!("{left} {op_text} {middle} and {middle} {next_text} {right}");
                self.excerpt.mend(error, range, &mended)
            }
            _ => Box::new(error.help("compare two at a time: `a < b and b < c`")),
        }
    }

    fn too_deep(&self, range: Range<usize>) -> Box<Diagnostic> {
        let error = self
            .excerpt
            .error("E0311", range, "this expression is too deep to be read");
        Box::new(
            error
                .help("write the parts as facts that rules derive, or as items of a YAML list of conditions"),
        )
    }
}
