//! What the author wrote: YAML as a tree in which every node remembers its place.

pub mod tree;
