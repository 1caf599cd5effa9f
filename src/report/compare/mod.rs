//! Comparisons as text: the table in blocks as wide as the terminal, then each variant with its differences and reasons.
//!
//! - `figures`: probabilities, amounts, dates and their differences in few characters
//! - `table`: figures side by side
//! - `against`: one variant against the base
//! - `counterfactual`: one run in both worlds

mod against;
mod counterfactual;
mod figures;
mod table;

use std::fmt;

use super::WIDTH;
use super::wrap::hang;
use crate::whatif::{Comparison, Counterfactual, Edit};

impl Comparison {
    /// The comparison for people, in lines of at most `width` columns where no single word is longer.
    pub fn text(&self, width: usize) -> String {
        let mut out = table::head(self, width);
        out += &table::tables(self, width);
        for (at, against) in self.against.iter().enumerate() {
            out.push('\n');
            out += &against::told(self, at + 1, against, width);
        }
        if self.against.iter().any(|against| against.pairs.changed > 0) {
            out.push('\n');
            let hint = "a run number goes behind `--run`: `demarche compare FILE --variant ID --run N` shows that run in \
                        both worlds";
            hang(&mut out, "", "", hint, width);
        }
        out
    }
}

impl fmt::Display for Comparison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(WIDTH))
    }
}

impl Counterfactual {
    /// The counterfactual for people, in lines of at most `width` columns where no single word is longer.
    pub fn text(&self, width: usize) -> String {
        counterfactual::told(self, width)
    }
}

impl fmt::Display for Counterfactual {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(WIDTH))
    }
}

/// How many edits are told; two files that share little would fill the page.
const EDITS: usize = 12;

/// What is written otherwise.
fn written(edits: &[Edit], width: usize, out: &mut String) {
    if edits.is_empty() {
        out.push_str("  nothing is written otherwise\n");
        return;
    }
    out.push_str("  written otherwise\n");
    for edit in edits.iter().take(EDITS) {
        hang(out, "    ", "      ", &edit.text, width);
    }
    if let Some(more) = edits.len().checked_sub(EDITS).filter(|more| *more > 0) {
        out.push_str(&format!("    and {more} more; `--format json` has them all\n"));
    }
}
