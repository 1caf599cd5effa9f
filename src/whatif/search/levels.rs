//! Sets of one size after the other, and what is kept of them.

use std::cmp::Ordering;

use rayon::prelude::*;

use super::error::SearchError;
use super::found::{Found, Pulled, Verdict};
use super::question::Question;
use super::sets;
use super::weigh::Scale;
use crate::whatif::outcomes::Method;
use crate::whatif::watch::Tick;

impl Found {
    /// Weighs all sets of one size.
    pub(super) fn level(
        &mut self,
        question: &Question<'_>,
        scale: &Scale<'_>,
        size: usize,
        tick: &Tick<'_>,
    ) -> Result<(), SearchError> {
        let sets = self.candidates(question, size);
        tick.expect(sets.len());
        let weighed: Vec<_> = sets
            .par_iter()
            .map(|set| {
                let weighed = scale.weigh(question, set);
                tick.one();
                weighed
            })
            .collect();
        for result in weighed {
            match result? {
                Err(unfit) => self.unfit.push(unfit),
                Ok(pulled) => {
                    self.weighed += 1;
                    self.sampled += usize::from(
                        pulled.figure.interval.is_some() && matches!(self.how, Method::Exact { .. }),
                    );
                    self.sort_in(pulled);
                }
            }
        }
        Ok(())
    }

    /// The sets of one size that are worth weighing.
    fn candidates(&mut self, question: &Question<'_>, size: usize) -> Vec<Vec<usize>> {
        let found: Vec<Vec<usize>> = self
            .sets
            .iter()
            .filter_map(|set| set.levers.iter().map(|id| question.place(id)).collect())
            .collect();
        let mut candidates = Vec::new();
        for set in sets::of_size(question.levers.len(), size) {
            let clashes = |pair: &[usize; 2]| set.contains(&pair[0]) && set.contains(&pair[1]);
            if question.clashes.iter().any(|(pair, _)| clashes(pair)) {
                continue;
            }
            if question.too_dear(&set) {
                self.too_dear += 1;
            } else if found
                .iter()
                .any(|part| part.iter().all(|lever| set.contains(lever)))
            {
                self.larger += 1;
            } else {
                candidates.push(set);
            }
        }
        candidates
    }

    fn sort_in(&mut self, pulled: Pulled) {
        let missing = self.reach.missing(pulled.figure.value);
        let nearer = self
            .nearest
            .as_ref()
            .is_none_or(|known| missing < self.reach.missing(known.figure.value));
        if self.reach.met(pulled.figure.value) {
            self.sets.push(pulled);
        } else {
            if nearer {
                self.nearest = Some(pulled.clone());
            }
            if pulled.verdict == Verdict::Undecided {
                self.undecided.push(pulled);
            }
        }
    }

    /// Puts what was found in order.
    pub(super) fn conclude(&mut self) {
        let reach = self.reach;
        let all = self.undecided.clone();
        self.undecided.retain(|set| {
            let missing = reach.missing(set.figure.value);
            !all.iter().any(|other| {
                other.levers.len() < set.levers.len()
                    && other.levers.iter().all(|lever| set.levers.contains(lever))
                    && reach.missing(other.figure.value) <= missing
            })
        });
        for sets in [&mut self.sets, &mut self.undecided] {
            sets.sort_by(|a, b| a.levers.len().cmp(&b.levers.len()).then_with(|| dearer(a, b)));
        }
        self.cheapest = (0..self.sets.len()).min_by(|a, b| match (self.sets.get(*a), self.sets.get(*b)) {
            (Some(a), Some(b)) => a
                .cost
                .cmp(&b.cost)
                .then(a.levers.len().cmp(&b.levers.len()))
                .then_with(|| dearer(a, b)),
            _ => Ordering::Equal,
        });
        if !self.sets.is_empty() {
            self.nearest = None;
        }
    }
}

fn dearer(a: &Pulled, b: &Pulled) -> Ordering {
    a.cost.cmp(&b.cost).then_with(|| a.levers.cmp(&b.levers))
}
