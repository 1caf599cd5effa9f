//! Explanations of the codes of this folder: `check --code E0501`.
