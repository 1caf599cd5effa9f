//! The expression language: lexer, parser, syntax tree.
