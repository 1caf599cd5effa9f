//! The tokens of the expression language.

use super::ast::BinaryOp;
use super::value::{Day, Duration, Number};

/// A token and the bytes of its text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Token<'a> {
    pub(super) kind: TokenKind<'a>,
    pub(super) start: usize,
    pub(super) end: usize,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum TokenKind<'a> {
    Name(&'a str),
    Word(Word),
    Number(Number),
    Date(Day),
    Duration(Duration),
    Operator(BinaryOp),
    Open,
    Close,
    Comma,
    Dot,
    /// `_`
    Wildcard,
    /// Only in types.
    Pipe,
    /// Nowhere: lexed so that the parser can say what to write in its place.
    Colon,
    End,
}

/// The words with a meaning of their own that are not infix operators (those are [`TokenKind::Operator`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    True,
    False,
    Never,
    Not,
    If,
    Then,
    Else,
    Where,
    Satisfy,
    Give,
}

impl<'a> TokenKind<'a> {
    /// What a word in letters means.
    pub(super) fn of_word(word: &'a str) -> TokenKind<'a> {
        use TokenKind::{Operator, Word as W};
        match word {
            "true" => W(Word::True),
            "false" => W(Word::False),
            "never" => W(Word::Never),
            "not" => W(Word::Not),
            "if" => W(Word::If),
            "then" => W(Word::Then),
            "else" => W(Word::Else),
            "where" => W(Word::Where),
            "satisfy" => W(Word::Satisfy),
            "give" => W(Word::Give),
            "and" => Operator(BinaryOp::And),
            "or" => Operator(BinaryOp::Or),
            "in" => Operator(BinaryOp::In),
            "over" => Operator(BinaryOp::Over),
            "given" => Operator(BinaryOp::Given),
            name => TokenKind::Name(name),
        }
    }

    /// The name that stands here where a name is wanted. `over`, `given`, `where`, `satisfy` and `give` mean
    /// something only after a value, so they may also be names (a deferral has the attribute `over`).
    pub(super) fn name(&self) -> Option<&'a str> {
        match self {
            TokenKind::Name(name) => Some(name),
            TokenKind::Operator(BinaryOp::Over) => Some("over"),
            TokenKind::Operator(BinaryOp::Given) => Some("given"),
            TokenKind::Word(Word::Where) => Some("where"),
            TokenKind::Word(Word::Satisfy) => Some("satisfy"),
            TokenKind::Word(Word::Give) => Some("give"),
            _ => None,
        }
    }

    /// Whether it is a word of the language that can never be a name.
    pub(super) fn is_reserved(&self) -> bool {
        match self {
            TokenKind::Word(_) => self.name().is_none(),
            TokenKind::Operator(op) => matches!(op, BinaryOp::And | BinaryOp::Or | BinaryOp::In),
            _ => false,
        }
    }
}
