//! stub
use super::authored::Authored;
use crate::diagnostic::Diagnostics;
use crate::program::Compiled;
pub(super) fn warn(_: &Compiled, _: &Authored<'_>, _: &mut Diagnostics) {}
