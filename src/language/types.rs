//! How types are written: `number`, `consult | assist`, `set of actor`, `actor`.

use std::fmt;

use super::ast::Ident;
use super::excerpt::{Excerpt, Parsed};
use super::parser::Parser;
use super::token::TokenKind;
use crate::diagnostic::{Diagnostic, Sources, Span};
use crate::document::tree::Node;

/// A type as written; kinds are not looked up yet.
#[derive(Clone, Debug, PartialEq)]
pub struct TypeExpr {
    /// Where it stands.
    pub span: Span,
    /// What it says.
    pub kind: TypeKind,
}

/// The forms of types.
#[derive(Clone, Debug, PartialEq)]
pub enum TypeKind {
    /// `number`
    Number,
    /// `boolean`
    Boolean,
    /// `text`
    Text,
    /// `date`
    Date,
    /// `duration`
    Duration,
    /// `condition`
    Condition,
    /// `consult | assist | send_forces`: two or more different words.
    Enum(Vec<Ident>),
    /// `set of actor`
    SetOf(Ident),
    /// `actor`
    Kind(Ident),
}

const HELP: &str = "a type is `number`, `boolean`, `text`, `date`, `duration`, `condition`, words `a | b`, a kind, or `set of` a kind";

/// Reads a type.
pub fn parse_type(sources: &Sources, node: &Node) -> Parsed<TypeExpr> {
    let mut parser = Parser::new(Excerpt::of_node(sources, node, "a type")?)?;
    let kind = type_kind(&mut parser)?;
    if parser.peek.kind != TokenKind::End {
        let message = format!("a type cannot go on with {}", parser.found());
        return Err(Box::new(parser.error_here("E0319", message).help(HELP)));
    }
    Ok(TypeExpr {
        span: node.span,
        kind,
    })
}

fn type_kind(parser: &mut Parser<'_>) -> Parsed<TypeKind> {
    let first = type_name(parser)?;
    if parser.peek.kind == TokenKind::Pipe {
        return words(parser, first);
    }
    if parser.peek.kind == TokenKind::Name("of") {
        if first.name == "set" {
            parser.advance()?;
            return type_name(parser).map(TypeKind::SetOf);
        }
        let error = Diagnostic::error("E0319", first.span, format!("`{} of` is not a type", first.name));
        return Err(Box::new(
            error.help("several entities of one kind are `set of` that kind"),
        ));
    }
    Ok(match first.name.as_str() {
        "number" => TypeKind::Number,
        "boolean" => TypeKind::Boolean,
        "text" => TypeKind::Text,
        "date" => TypeKind::Date,
        "duration" => TypeKind::Duration,
        "condition" => TypeKind::Condition,
        "set" => {
            let error = Diagnostic::error("E0319", first.span, "a set of what?");
            return Err(Box::new(error.help("write it as in `set of actor`")));
        }
        other => match foreign(other) {
            Some(right) => {
                let error = Diagnostic::error("E0319", first.span, format!("`{other}` is not a type"));
                return Err(Box::new(error.help(format!("write `{right}`"))));
            }
            None => TypeKind::Kind(first),
        },
    })
}

/// The words of an enum, the first of them taken.
fn words(parser: &mut Parser<'_>, first: Ident) -> Parsed<TypeKind> {
    let mut words = vec![first];
    while parser.peek.kind == TokenKind::Pipe {
        parser.advance()?;
        let word = type_name(parser)?;
        if let Some(before) = words.iter().find(|before| before.name == word.name) {
            let error = Diagnostic::error(
                "E0319",
                word.span,
                format!("`{}` stands twice in this type", word.name),
            );
            return Err(Box::new(error.also(before.span, "first here")));
        }
        words.push(word);
    }
    Ok(TypeKind::Enum(words))
}

fn type_name(parser: &mut Parser<'_>) -> Parsed<Ident> {
    if parser.peek.kind.name().is_none() && !parser.peek.kind.is_reserved() {
        let message = format!("expected a type, found {}", parser.found());
        return Err(Box::new(parser.error_here("E0319", message).help(HELP)));
    }
    parser.ident("a type")
}

/// What other languages call our types.
fn foreign(name: &str) -> Option<&'static str> {
    Some(match name {
        "string" | "str" => "text",
        "bool" => "boolean",
        "int" | "integer" | "float" | "decimal" | "real" | "percent" | "percentage" => "number",
        "datetime" | "timestamp" | "day" => "date",
        "timespan" | "period" => "duration",
        _ => return None,
    })
}

impl fmt::Display for TypeExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            TypeKind::Number => f.write_str("number"),
            TypeKind::Boolean => f.write_str("boolean"),
            TypeKind::Text => f.write_str("text"),
            TypeKind::Date => f.write_str("date"),
            TypeKind::Duration => f.write_str("duration"),
            TypeKind::Condition => f.write_str("condition"),
            TypeKind::SetOf(kind) => write!(f, "set of {kind}"),
            TypeKind::Kind(kind) => write!(f, "{kind}"),
            TypeKind::Enum(words) => {
                for (at, word) in words.iter().enumerate() {
                    write!(f, "{}{word}", if at == 0 { "" } else { " | " })?;
                }
                Ok(())
            }
        }
    }
}
