//! The expression language: values, lexer, parser, syntax tree.
pub mod ast;
pub mod value;
