//! Masses over later tails. States that came from one another share theirs, each with a factor of its own.

use std::cmp::Ordering;

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
#[derive(Clone, Copy, Debug)]
struct Vector {
    /// Where its masses lie in the pool: ascending by tail, each tail once.
    start: usize,
    end: usize,
    total: f64,
    /// The first day on which any of them has something due.
    first: Day,
    kinds: KindsId,
    deadlines: bool,
}

/// All vectors in use. Their masses lie in one pool, which is tidied up from time to time.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    list: Vec<Option<Vector>>,
    free: Vec<VectorId>,
    pool: Vec<(TailId, f64)>,
    split: FxHashMap<VectorId, Parts<DueId>>,
    applied: FxHashMap<(VectorId, DeltaId), VectorId>,
    pruned: FxHashMap<(VectorId, u32), VectorId>,
    dated: FxHashMap<(VectorId, Day), Parts<Day>>,
    /// Two lists to add masses up in.
    sums: (Vec<(TailId, f64)>, Vec<(TailId, f64)>),
    /// How many masses were moved.
    pub moved: usize,
}

/// Parts of a vector, each with what sets it apart.
type Parts<K> = SmallVec<[(K, VectorId); 2]>;

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
        let mut pool = Vec::new();
        for (place, entry) in self.list.iter_mut().enumerate() {
            match entry {
                Some(vector) if used.has(place) => {
                    let start = pool.len();
                    pool.extend_from_slice(self.pool.get(vector.start..vector.end).unwrap_or_default());
                    (vector.start, vector.end) = (start, pool.len());
                }
                _ => {
                    *entry = None;
                    self.free.push(VectorId::from_index(place));
                }
            }
        }
        self.pool = pool;
        // The lowest numbers are given out first.
        self.free.reverse();
    }

    /// How many numbers were given out.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Takes in masses; the tails must be alike but for their days.
    fn put(&mut self, tails: &Tails, mut masses: Vec<(TailId, f64)>) -> VectorId {
        merge(&mut masses);
        self.put_merged(tails, &masses)
    }

    /// Takes in masses that ascend by tail.
    fn put_merged(&mut self, tails: &Tails, masses: &[(TailId, f64)]) -> VectorId {
        self.moved += masses.len();
        let start = self.pool.len();
        self.pool.extend_from_slice(masses);
        let some = masses.first().map(|(tail, _)| *tail);
        let mut vector = Vector {
            start,
            end: self.pool.len(),
            total: 0.0,
            first: Day::NEVER,
            kinds: some.map_or_else(|| KindsId::from_index(0), |tail| tails.kinds(tail)),
            deadlines: false,
        };
        for (tail, mass) in masses {
            let (first, deadlines) = tails.about(*tail);
            vector.total += mass;
            vector.first = vector.first.min(first.unwrap_or(Day::NEVER));
            vector.deadlines |= deadlines;
        }
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
        self.get(id)
            .and_then(|vector| self.pool.get(vector.start..vector.end))
            .unwrap_or_default()
    }

    /// All mass on one tail.
    pub fn one(&mut self, tails: &Tails, tail: TailId) -> VectorId {
        self.put(tails, vec![(tail, 1.0)])
    }

    /// Whether any of the tails has deadlines.
    pub fn has_deadlines(&self, id: VectorId) -> bool {
        self.get(id).is_some_and(|vector| vector.deadlines)
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
    pub fn sum<P>(&mut self, tails: &Tails, parts: &[((P, KindsId, VectorId), f64)]) -> (VectorId, f64) {
        if let [((_, _, one), factor)] = parts {
            return (*one, *factor);
        }
        let (mut sum, mut spare) = std::mem::take(&mut self.sums);
        sum.clear();
        if parts.len() > 8 {
            for ((_, _, id), factor) in parts {
                sum.extend(self.masses(*id).iter().map(|(tail, mass)| (*tail, mass * factor)));
            }
            merge(&mut sum);
        } else {
            for ((_, _, id), factor) in parts {
                spare.clear();
                add(&sum, self.masses(*id), *factor, &mut spare);
                std::mem::swap(&mut sum, &mut spare);
            }
        }
        let id = self.put_merged(tails, &sum);
        self.sums = (sum, spare);
        (id, 1.0)
    }

    /// What of a vector is due today, and what remains of it then.
    pub fn split(&mut self, tails: &mut Tails, id: VectorId, today: Day) -> Parts<DueId> {
        if self.get(id).is_none_or(|vector| vector.first > today) {
            return smallvec::smallvec![(DueId::from_index(super::tails::NO_DUE), id)];
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
        let split: Parts<DueId> = parts
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
    pub fn by_day(&mut self, tails: &Tails, id: VectorId, next: Day) -> Parts<Day> {
        if self.get(id).is_none_or(|vector| vector.first >= next) {
            return smallvec::smallvec![(next, id)];
        }
        if let Some(known) = self.dated.get(&(id, next)) {
            return known.clone();
        }
        let mut parts: Vec<(Day, Vec<(TailId, f64)>)> = Vec::new();
        for (tail, mass) in self.masses(id).to_vec() {
            let day = tails.first(tail).map_or(next, |first| first.min(next));
            match parts.iter_mut().find(|(other, _)| *other == day) {
                Some((_, part)) => part.push((tail, mass)),
                None => parts.push((day, vec![(tail, mass)])),
            }
        }
        let dated: Parts<Day> = parts
            .into_iter()
            .map(|(day, masses)| (day, self.put(tails, masses)))
            .collect();
        self.dated.insert((id, next), dated.clone());
        dated
    }
}

/// The sum of two lists that ascend by tail, the second times `factor`.
fn add(left: &[(TailId, f64)], right: &[(TailId, f64)], factor: f64, sum: &mut Vec<(TailId, f64)>) {
    sum.reserve(left.len() + right.len());
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    while let (Some((a, mass)), Some((b, more))) = (left.peek(), right.peek()) {
        match a.cmp(b) {
            Ordering::Less => {
                sum.push((*a, *mass));
                left.next();
            }
            Ordering::Greater => {
                sum.push((*b, more * factor));
                right.next();
            }
            Ordering::Equal => {
                sum.push((*a, mass + more * factor));
                left.next();
                right.next();
            }
        }
    }
    sum.extend(left);
    sum.extend(right.map(|(tail, mass)| (*tail, mass * factor)));
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
