//! What the author wrote: YAML as a tree in which every node remembers its place.
//!
//! A file becomes a `tree` in `yaml`. `load` follows `from:` and `uses:` down to the `vocabulary`, `merge` lays one
//! document over the other, and the result is a [`Document`], of which `variant` and `levers` make others. `fields` helps the
//! floor above to read the tree; `build` makes one in Rust.

mod build;
mod chain;
pub(crate) mod codes;
mod error;
mod fields;
mod file;
mod levers;
mod load;
mod merge;
mod redeclared;
mod remedies;
pub mod tree;
mod variant;
mod vocabulary;
mod yaml;

pub use build::Tree;
pub use error::LoadError;
pub use fields::{Fields, boolean, check_id, is_id, members, wrong_kind};
pub use levers::Clash;
pub use load::{Document, Loader};
pub use tree::{Entry, Map, Node, Scalar, ScalarKind, Value, normal_key};
pub use vocabulary::Vocabulary;

#[cfg(test)]
mod tests;
