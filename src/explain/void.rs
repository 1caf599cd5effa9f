//! What each void act of a run was missing: one look for reports that tell whole stories.

use std::collections::BTreeMap;

use crate::engine::{Run, What};

use super::opened::answered;
use super::prover::Prover;
use super::tree::Reason;
use super::why::Depth;

impl Run<'_> {
    /// For each act of the trace that was void, by the place of its entry: the first of its requirements that did not
    /// hold, told as [`why_not`](Self::why_not) tells it.
    pub fn void_acts(&self) -> BTreeMap<usize, Vec<Reason>> {
        let acts = self
            .trace
            .entries
            .iter()
            .enumerate()
            .filter_map(|(entry, what)| match what.what {
                What::Void { event, .. } => Some((entry, event)),
                _ => None,
            });
        let acts: Vec<_> = acts.collect();
        if acts.is_empty() {
            return BTreeMap::new();
        }
        let near = Depth { proof: 1, missing: 1 };
        answered(self, |history| {
            // Each with a prover of its own, so that nothing is left out because another act told it before.
            let missing = |entry, event| Prover::new(history).void(event, entry, near).premises;
            acts.iter()
                .map(|(entry, event)| (*entry, missing(*entry, *event)))
                .collect()
        })
    }
}
