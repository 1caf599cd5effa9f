//! The expression language: what stands in conditions, amounts, patterns, types and `says:` texts.
//!
//! A YAML value enters through one of the `parse_` functions (`read.rs`), is cut into tokens (`lexer.rs`) and
//! becomes a tree ([`ast`]) that still knows where each word stood. Nothing is looked up here: what a name
//! means, and whether the types fit, is for the model above.

pub mod ast;
pub(crate) mod codes;
pub mod template;
pub mod value;

mod atom;
mod complaint;
mod excerpt;
mod lexer;
mod numeral;
mod operand;
mod operator;
mod parser;
mod print;
mod read;
mod token;
mod types;

pub use atom::{Atom, Literal, Pattern};
pub use excerpt::Parsed;
pub use read::{
    parse_call, parse_conditions, parse_date, parse_duration, parse_expression, parse_expression_at,
    parse_id, parse_key, parse_literal, parse_name, parse_number, parse_pattern, parse_rate_unit,
};
pub use template::Template;
pub use types::{TypeExpr, TypeKind, parse_type};

#[cfg(test)]
mod tests;
