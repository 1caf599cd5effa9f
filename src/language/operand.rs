//! The values of expressions: literals, names with fields, calls, quantifiers, parentheses.

use super::ast::{BinaryOp, Expr, ExprKind, Ident, Quantifier, QuantifierKind};
use super::excerpt::Parsed;
use super::operator::Power;
use super::parser::{Parser, Part};
use super::token::{Token, TokenKind, Word};
use crate::diagnostic::Diagnostic;

impl<'a> Parser<'a> {
    /// A value with its fields.
    pub(super) fn operand(&mut self) -> Parsed<Part> {
        let literal = match self.peek.kind {
            TokenKind::Open => {
                let part = self.parentheses()?;
                return self.fields(part);
            }
            TokenKind::Wildcard => return Err(Box::new(self.misplaced_wildcard())),
            TokenKind::Number(number) => ExprKind::Number(number),
            TokenKind::Date(day) => ExprKind::Date(day),
            TokenKind::Duration(duration) => ExprKind::Duration(duration),
            TokenKind::Word(Word::True) => ExprKind::Boolean(true),
            TokenKind::Word(Word::False) => ExprKind::Boolean(false),
            TokenKind::Word(Word::Never) => {
                let token = self.advance()?;
                // The word is a date, `never(e)` asks about an event: the parenthesis tells them apart.
                if self.peek.kind == TokenKind::Open {
                    return self.called(token, "never");
                }
                return self.plain(Part::leaf(ExprKind::Never, token));
            }
            kind => match kind.name() {
                Some(name) => return self.named(name),
                None => return Err(Box::new(self.no_value())),
            },
        };
        let token = self.advance()?;
        self.plain(Part::leaf(literal, token))
    }

    /// A literal has no fields.
    fn plain(&self, part: Part) -> Parsed<Part> {
        if self.peek.kind != TokenKind::Dot {
            return Ok(part);
        }
        let text = self.excerpt.slice(part.start..part.end);
        Err(Box::new(self.error_here(
            "E0306",
            format!("`{text}` has no attributes, so no `.` can follow it"),
        )))
    }

    fn parentheses(&mut self) -> Parsed<Part> {
        let open = self.advance()?;
        let inner = self.expression(false)?;
        self.close(open, "`)`")?;
        Ok(Part {
            start: open.start,
            end: self.last_end,
            ..inner
        })
    }

    /// Takes the `)` that belongs to `open`.
    fn close(&mut self, open: Token<'a>, wanted: &str) -> Parsed<()> {
        match self.peek.kind {
            TokenKind::Close => self.advance().map(|_| ()),
            TokenKind::End => {
                let place = open.start..open.end;
                let error = self.excerpt.error("E0307", place, "this `(` is never closed");
                Err(Box::new(error.help(
                    "a value in `{ }` or `[ ]` ends at the first comma unless it is quoted",
                )))
            }
            _ => Err(Box::new(self.unexpected(wanted))),
        }
    }

    fn named(&mut self, name: &'a str) -> Parsed<Part> {
        let token = self.advance()?;
        if self.peek.kind != TokenKind::Open {
            return self.fields(Part::leaf(ExprKind::Name(name.to_owned()), token));
        }
        let quantifier = match name {
            "count" => QuantifierKind::Count,
            "any" => QuantifierKind::Any,
            "all" => QuantifierKind::All,
            "sum" => QuantifierKind::Sum,
            _ => return self.called(token, name),
        };
        let part = self.quantifier(quantifier, token)?;
        self.fields(part)
    }

    /// `.name` as often as it follows.
    fn fields(&mut self, mut part: Part) -> Parsed<Part> {
        while self.peek.kind == TokenKind::Dot {
            self.advance()?;
            let field = self.ident("the name of an attribute")?;
            if self.peek.kind == TokenKind::Open {
                let base = self.excerpt.slice(part.start..part.end);
                let range = part.start..self.last_end;
                let error = self
                    .excerpt
                    .error("E0313", range, format!("`{}` cannot be called", field.name));
                let help = format!(
                    "facts and events are called by their name alone: `{}({base})`",
                    field.name
                );
                return Err(Box::new(error.help(help)));
            }
            let (start, end, height) = (part.start, self.last_end, part.height);
            let kind = ExprKind::Field(Box::new(self.place(part)), field);
            part = self.grown(Part {
                kind,
                start,
                end,
                height,
            })?;
        }
        Ok(part)
    }

    /// A name where nothing else can stand.
    pub(super) fn ident(&mut self, wanted: &str) -> Parsed<Ident> {
        let Some(name) = self.peek.kind.name() else {
            if self.peek.kind.is_reserved() {
                return Err(Box::new(self.reserved()));
            }
            let code = if self.peek.kind == TokenKind::End {
                "E0306"
            } else {
                "E0302"
            };
            return Err(Box::new(
                self.error_here(code, format!("expected {wanted}, found {}", self.found())),
            ));
        };
        let token = self.advance()?;
        Ok(self.ident_at(token, name))
    }

    fn ident_at(&self, token: Token<'a>, name: &str) -> Ident {
        Ident {
            name: name.to_owned(),
            span: self.excerpt.span(token.start..token.end),
        }
    }

    /// The arguments after a name.
    fn called(&mut self, name: Token<'a>, text: &str) -> Parsed<Part> {
        let open = self.advance()?;
        if self.peek.kind == TokenKind::Close {
            let range = name.start..self.peek.end;
            let error = self.excerpt.error(
                "E0313",
                range.clone(),
                "a name without arguments has no parentheses",
            );
            return Err(self.excerpt.mend(error, range, text));
        }
        let (mut arguments, mut height) = (Vec::new(), 0);
        loop {
            let argument = self.argument(text == "p")?;
            height = height.max(argument.height);
            arguments.push(self.place(argument));
            if self.peek.kind != TokenKind::Comma {
                break;
            }
            self.advance()?;
        }
        self.close(open, "`,` or `)`")?;
        let kind = ExprKind::Call(self.ident_at(name, text), arguments);
        let part = self.grown(Part {
            kind,
            start: name.start,
            end: self.last_end,
            height,
        })?;
        self.fields(part)
    }

    fn argument(&mut self, given: bool) -> Parsed<Part> {
        if self.peek.kind != TokenKind::Wildcard {
            return self.expression(given);
        }
        let token = self.advance()?;
        match self.peek.kind {
            TokenKind::Comma | TokenKind::Close | TokenKind::End => Ok(Part::leaf(ExprKind::Wildcard, token)),
            _ => Err(Box::new(self.unexpected("`,` or `)` after `_`"))),
        }
    }

    /// The inside of `count(...)` and its like.
    fn quantifier(&mut self, kind: QuantifierKind, name: Token<'a>) -> Parsed<Part> {
        let open = self.advance()?;
        let variable = self.variable(kind)?;
        let set = self.parse(Power::Sum, false)?;
        let mut height = set.height;
        let set = Box::new(self.place(set));
        let mut clause = |parser: &mut Self| -> Parsed<Box<Expr>> {
            parser.advance()?;
            let part = parser.expression(false)?;
            height = height.max(part.height);
            Ok(Box::new(parser.place(part)))
        };
        let mut condition = None;
        if self.peek.kind == TokenKind::Word(Word::Where) {
            condition = Some(clause(self)?);
        }
        let mut body = None;
        if kind
            .body()
            .is_some_and(|(word, _)| self.peek.kind == TokenKind::Word(word))
        {
            body = Some(clause(self)?);
        }
        if !matches!(self.peek.kind, TokenKind::Close | TokenKind::End) {
            return Err(self.wrong_clause(kind, condition.is_some(), body.is_some()));
        }
        self.close(open, "`)`")?;
        if let (Some((_, word)), None) = (kind.body(), &body) {
            let range = name.start..self.last_end;
            let error = self
                .excerpt
                .error("E0309", range, format!("`{}` needs `{word}`", kind.word()));
            return Err(Box::new(error.help(kind.form())));
        }
        let quantifier = Quantifier {
            kind,
            variable,
            set,
            condition,
            body,
        };
        let (start, end) = (name.start, self.last_end);
        self.grown(Part {
            kind: ExprKind::Quantifier(quantifier),
            start,
            end,
            height,
        })
    }

    /// `x in`
    fn variable(&mut self, kind: QuantifierKind) -> Parsed<Ident> {
        let wildcard = self.peek.kind == TokenKind::Wildcard;
        let variable = match self.peek.kind.name() {
            Some(name) => {
                let token = self.advance()?;
                Some(self.ident_at(token, name))
            }
            None => None,
        };
        match variable {
            Some(variable) if self.peek.kind == TokenKind::Operator(BinaryOp::In) => {
                self.advance()?;
                Ok(variable)
            }
            _ => {
                let message = format!("`{}` needs a variable and what it ranges over", kind.word());
                let error = self.error_here("E0309", message).help(kind.form());
                Err(Box::new(if wildcard {
                    error.help("`size(s)` is how many `s` has")
                } else if kind == QuantifierKind::Count {
                    error.help("how often an event happens is `times(sign(treaty))`")
                } else {
                    error
                }))
            }
        }
    }

    /// What stands where `where`, `satisfy`, `give` or `)` should.
    fn wrong_clause(&self, kind: QuantifierKind, has_condition: bool, has_body: bool) -> Box<Diagnostic> {
        let foreign = matches!(
            self.peek.kind,
            TokenKind::Colon | TokenKind::Pipe | TokenKind::Word(Word::If)
        );
        let own = matches!(
            self.peek.kind,
            TokenKind::Word(Word::Where | Word::Satisfy | Word::Give)
        );
        if !foreign && !own {
            return Box::new(self.unexpected(if has_condition { "`)`" } else { "`where` or `)`" }));
        }
        let error = self.error_here(
            "E0309",
            format!("unexpected {} in `{}`", self.found(), kind.word()),
        );
        let error = error.help(kind.form());
        // "count(x in s satisfy c)" can only mean `where`; "all(x in s give e)" may mean two things.
        let means_where = !has_condition && !has_body && (foreign || kind.body().is_none());
        if !means_where {
            return Box::new(error);
        }
        let touches = self.last_end == self.peek.start;
        self.excerpt.mend(
            error,
            self.peek.start..self.peek.end,
            if touches { " where" } else { "where" },
        )
    }
}

impl QuantifierKind {
    /// The word that begins it.
    pub fn word(self) -> &'static str {
        match self {
            QuantifierKind::Count => "count",
            QuantifierKind::Any => "any",
            QuantifierKind::All => "all",
            QuantifierKind::Sum => "sum",
        }
    }

    /// The word before its body, for those that have one.
    fn body(self) -> Option<(Word, &'static str)> {
        match self {
            QuantifierKind::Count | QuantifierKind::Any => None,
            QuantifierKind::All => Some((Word::Satisfy, "satisfy")),
            QuantifierKind::Sum => Some((Word::Give, "give")),
        }
    }

    fn form(self) -> &'static str {
        match self {
            QuantifierKind::Count => "the form is `count(x in s where c)`",
            QuantifierKind::Any => "the form is `any(x in s where c)`",
            QuantifierKind::All => {
                "the form is `all(x in s where c satisfy d)`, where `where c` may be left out"
            }
            QuantifierKind::Sum => {
                "the form is `sum(x in s where c give e)`, where `where c` may be left out"
            }
        }
    }
}
