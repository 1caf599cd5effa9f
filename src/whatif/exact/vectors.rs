//! Masses over later tails. States that came from one another share theirs, each with a factor of its own.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::bits::Bits;
use super::tails::{DeltaId, DueId, KindsId, TailId, Tails};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::Program;

crate::ids::ids! {
    /// Masses over tails.
    VectorId;
}

/// Masses over tails that differ in their days alone.
#[derive(Clone, Debug)]
struct Vector {
    /// Ascending, each tail once.
    masses: Vec<(TailId, f64)>,
    total: f64,
    /// The first day on which any of them has something due.
    first: Day,
    kinds: KindsId,
    deadlines: bool,
}

/// All vectors in use.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    list: Vec<Option<Vector>>,
    free: Vec<VectorId>,
    split: FxHashMap<VectorId, Vec<(DueId, VectorId)>>,
    applied: FxHashMap<(VectorId, DeltaId), VectorId>,
    pruned: FxHashMap<(VectorId, u32), VectorId>,
    dated: FxHashMap<(VectorId, Day), Vec<(Day, VectorId)>>,
    /// How many masses were moved.
    pub moved: usize,
}

impl Vectors {
    /// Turns to another day: nothing known of the last one holds.
    pub fn clear_day(&mut self) {
        self.split.clear();
        self.applied.clear();
        self.pruned.clear();
        self.dated.clear();
    }

    /// Forgets all vectors but these.
    pub fn keep(&mut self, used: &Bits) {
        self.clear_day();
        self.free.clear();
        for (place, vector) in self.list.iter_mut().enumerate() {
            if !used.has(place) {
                *vector = None;
                self.free.push(VectorId::from_index(place));
            }
        }
        // The lowest numbers are given out first.
        self.free.reverse();
    }

    /// How many numbers were given out.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Takes in masses; the tails must be alike but for their days.
    fn put(&mut self, tails: &Tails, mut masses: Vec<(TailId, f64)>) -> VectorId {
        // Stable, so that equal tails are summed in the order in which they came.
        masses.sort_by_key(|(tail, _)| *tail);
        masses.dedup_by(|later, kept| {
            let same = later.0 == kept.0;
            if same {
                kept.1 += later.1;
            }
            same
        });
        self.moved += masses.len();
        let some = masses.first().map(|(tail, _)| *tail);
        let vector = Vector {
            total: masses.iter().fold(0.0, |sum, (_, mass)| sum + mass),
            first: masses
                .iter()
                .filter_map(|(tail, _)| tails.first(*tail))
                .min()
                .unwrap_or(Day::NEVER),
            kinds: some.map_or_else(|| KindsId::from_index(0), |tail| tails.kinds(tail)),
            deadlines: masses.iter().any(|(tail, _)| tails.has_deadlines(*tail)),
            masses,
        };
        match self.free.pop() {
            Some(id) => {
                if let Some(place) = self.list.get_mut(id.index()) {
                    *place = Some(vector);
                }
                id
            }
            None => {
                self.list.push(Some(vector));
                VectorId::from_index(self.list.len() - 1)
            }
        }
    }

    fn get(&self, id: VectorId) -> Option<&Vector> {
        self.list.get(id.index()).and_then(Option::as_ref)
    }

    fn masses(&self, id: VectorId) -> &[(TailId, f64)] {
        self.get(id).map_or(&[], |vector| &vector.masses)
    }

    /// All mass on one tail.
    pub fn one(&mut self, tails: &Tails, tail: TailId) -> VectorId {
        self.put(tails, vec![(tail, 1.0)])
    }

    /// The sum of all masses.
    pub fn total(&self, id: VectorId) -> f64 {
        self.get(id).map_or(0.0, |vector| vector.total)
    }

    /// What comes, without days.
    pub fn kinds(&self, id: VectorId) -> KindsId {
        self.get(id)
            .map_or_else(|| KindsId::from_index(0), |vector| vector.kinds)
    }

    /// The sum of vectors with their factors, as one vector and its factor.
    pub fn sum(&mut self, tails: &Tails, parts: &mut Vec<(VectorId, f64)>) -> (VectorId, f64) {
        merge(parts);
        if let [one] = parts.as_slice() {
            return *one;
        }
        let size = parts.iter().map(|(id, _)| self.masses(*id).len()).sum();
        let mut masses = Vec::with_capacity(size);
        for (id, factor) in parts {
            masses.extend(
                self.masses(*id)
                    .iter()
                    .map(|(tail, mass)| (*tail, mass * *factor)),
            );
        }
        (self.put(tails, masses), 1.0)
    }

    /// What of a vector is due today, and what remains of it then.
    pub fn split(&mut self, tails: &mut Tails, id: VectorId, today: Day) -> Vec<(DueId, VectorId)> {
        if self.get(id).is_none_or(|vector| vector.first > today) {
            return vec![(DueId::from_index(super::tails::NO_DUE), id)];
        }
        if let Some(known) = self.split.get(&id) {
            return known.clone();
        }
        let mut parts: Vec<(DueId, KindsId, Vec<(TailId, f64)>)> = Vec::new();
        for (tail, mass) in self.masses(id).to_vec() {
            let (due, rest) = tails.split(tail);
            let kinds = tails.kinds(rest);
            match parts.iter_mut().find(|(d, k, _)| (*d, *k) == (due, kinds)) {
                Some((.., part)) => part.push((rest, mass)),
                None => parts.push((due, kinds, vec![(rest, mass)])),
            }
        }
        let split: Vec<(DueId, VectorId)> = parts
            .into_iter()
            .map(|(due, _, masses)| (due, self.put(tails, masses)))
            .collect();
        self.split.insert(id, split.clone());
        split
    }

    /// The vector after today.
    pub fn apply(&mut self, program: &Program, tails: &mut Tails, id: VectorId, delta: DeltaId) -> VectorId {
        let deadlines = self.get(id).is_some_and(|vector| vector.deadlines);
        if !deadlines && tails.adds_nothing(delta) {
            return id;
        }
        if let Some(known) = self.applied.get(&(id, delta)) {
            return *known;
        }
        let masses = self.masses(id).to_vec();
        let masses = masses
            .into_iter()
            .map(|(tail, mass)| (tails.apply(program, tail, delta), mass))
            .collect();
        let after = self.put(tails, masses);
        self.applied.insert((id, delta), after);
        after
    }

    /// The vector without events and duties of no consequence.
    pub fn prune(
        &mut self,
        tails: &mut Tails,
        id: VectorId,
        mask: u32,
        events: &Bits,
        duties: &Bits,
    ) -> VectorId {
        if let Some(known) = self.pruned.get(&(id, mask)) {
            return *known;
        }
        let masses = self.masses(id).to_vec();
        let pruned: Vec<(TailId, f64)> = masses
            .iter()
            .map(|(tail, mass)| (tails.prune(*tail, mask, events, duties), *mass))
            .collect();
        let after = if pruned == masses {
            id
        } else {
            self.put(tails, pruned)
        };
        self.pruned.insert((id, mask), after);
        after
    }

    /// The parts of a vector by the day on which they go on, which is `next` at the latest.
    pub fn by_day(&mut self, tails: &Tails, id: VectorId, next: Day) -> SmallVec<[(Day, VectorId); 1]> {
        if self.get(id).is_none_or(|vector| vector.first >= next) {
            return smallvec::smallvec![(next, id)];
        }
        if let Some(known) = self.dated.get(&(id, next)) {
            return known.iter().copied().collect();
        }
        let mut parts: Vec<(Day, Vec<(TailId, f64)>)> = Vec::new();
        for (tail, mass) in self.masses(id).to_vec() {
            let day = tails.first(tail).map_or(next, |first| first.min(next));
            match parts.iter_mut().find(|(other, _)| *other == day) {
                Some((_, part)) => part.push((tail, mass)),
                None => parts.push((day, vec![(tail, mass)])),
            }
        }
        let dated: Vec<(Day, VectorId)> = parts
            .into_iter()
            .map(|(day, masses)| (day, self.put(tails, masses)))
            .collect();
        self.dated.insert((id, next), dated.clone());
        dated.into_iter().collect()
    }
}

/// Adds up what stands under one key; the keys ascend afterwards.
pub(crate) fn merge<K: Ord + Copy>(list: &mut Vec<(K, f64)>) {
    if list.len() < 2 {
        return;
    }
    // Stable, so that the sums do not depend on anything but the order of coming.
    list.sort_by_key(|(key, _)| *key);
    list.dedup_by(|later, kept| {
        let same = later.0 == kept.0;
        if same {
            kept.1 += later.1;
        }
        same
    });
}
