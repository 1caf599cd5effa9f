//! Masses over later tails. States that came from one another share theirs, each with a factor of its own.

use std::cmp::Ordering;
use std::ops::Range;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::tails::{DeltaId, DueId, KindsId, TailId, Tails};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::Program;

crate::ids::ids! {
    /// Masses over tails.
    VectorId;
}

type Masses = Vec<(TailId, f64)>;

/// Masses over tails that differ in their days alone.
#[derive(Clone, Copy, Debug)]
struct Vector {
    /// Where its masses lie in the pool: ascending by tail, each tail once.
    start: usize,
    end: usize,
    known: Known,
}

/// What is often asked of a vector.
#[derive(Clone, Copy, Debug)]
struct Known {
    total: f64,
    /// The first day on which any of its tails has something due.
    first: Day,
    kinds: KindsId,
    deadlines: bool,
}

/// All vectors in use. Their masses lie in one pool, which is tidied up from time to time.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    list: Vec<Option<Vector>>,
    free: Vec<VectorId>,
    pool: Masses,
    old: Masses,
    /// What is known of them on the present day.
    split: FxHashMap<VectorId, Range<usize>>,
    splits: Vec<(DueId, VectorId)>,
    applied: FxHashMap<(VectorId, DeltaId), VectorId>,
    pruned: FxHashMap<(VectorId, u32), VectorId>,
    dated: FxHashMap<(VectorId, Day), Range<usize>>,
    dates: Vec<(Day, VectorId)>,
    /// Two lists to add masses up in.
    sums: (Masses, Masses),
    /// How many masses were moved.
    pub moved: usize,
}

impl Vectors {
    /// Turns to another day: nothing known of the last one holds.
    pub fn clear_day(&mut self) {
        self.split.clear();
        self.splits.clear();
        self.dates.clear();
        self.applied.clear();
        self.pruned.clear();
        self.dated.clear();
    }

    /// Forgets all vectors but these.
    pub fn keep(&mut self, used: &Bits) {
        self.clear_day();
        self.free.clear();
        // The memory of the last time but one.
        let mut pool = std::mem::take(&mut self.old);
        pool.clear();
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
        self.old = std::mem::replace(&mut self.pool, pool);
        // The lowest numbers are given out first.
        self.free.reverse();
    }

    /// How many masses are kept, those of vectors that nobody uses any more among them.
    pub fn kept(&self) -> usize {
        self.pool.len()
    }

    /// How many numbers were given out.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Takes in masses; the tails must be alike but for their days.
    fn put(&mut self, tails: &Tails, mut masses: Masses) -> VectorId {
        merge(&mut masses);
        self.put_merged(tails, &masses)
    }

    /// Takes in masses that ascend by tail.
    fn put_merged(&mut self, tails: &Tails, masses: &[(TailId, f64)]) -> VectorId {
        let mut known = Known {
            total: 0.0,
            first: Day::NEVER,
            deadlines: false,
            kinds: masses
                .first()
                .map_or_else(|| KindsId::from_index(0), |(tail, _)| tails.kinds(*tail)),
        };
        for (tail, mass) in masses {
            let (first, deadlines) = tails.about(*tail);
            known.total += mass;
            known.first = known.first.min(first.unwrap_or(Day::NEVER));
            known.deadlines |= deadlines;
        }
        self.put_known(known, masses)
    }

    /// Takes in masses that ascend by tail, of which everything is known.
    fn put_known(&mut self, known: Known, masses: &[(TailId, f64)]) -> VectorId {
        self.moved += masses.len();
        let start = self.pool.len();
        self.pool.extend_from_slice(masses);
        let vector = Vector {
            start,
            end: self.pool.len(),
            known,
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
        self.get(id).is_some_and(|vector| vector.known.deadlines)
    }

    /// The sum of all masses.
    pub fn total(&self, id: VectorId) -> f64 {
        self.get(id).map_or(0.0, |vector| vector.known.total)
    }

    /// What comes, without days.
    pub fn kinds(&self, id: VectorId) -> KindsId {
        self.get(id)
            .map_or_else(|| KindsId::from_index(0), |vector| vector.known.kinds)
    }

    /// The sum of vectors with their factors, as one vector and its factor.
    pub fn sum<P>(&mut self, parts: &[((P, KindsId, VectorId), f64)]) -> (VectorId, f64) {
        if let [((_, _, one), factor)] = parts {
            return (*one, *factor);
        }
        let (mut sum, mut spare) = std::mem::take(&mut self.sums);
        sum.clear();
        let mut known = Known {
            total: 0.0,
            first: Day::NEVER,
            kinds: KindsId::from_index(0),
            deadlines: false,
        };
        for ((_, _, id), factor) in parts {
            if let Some(vector) = self.get(*id) {
                known.total += vector.known.total * factor;
                known.first = known.first.min(vector.known.first);
                known.kinds = vector.known.kinds;
                known.deadlines |= vector.known.deadlines;
            }
        }
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
        let id = self.put_known(known, &sum);
        self.sums = (sum, spare);
        (id, 1.0)
    }

    /// What of a vector is due today, and what remains of it then: places of [`due_part`](Self::due_part).
    pub fn split(&mut self, tails: &mut Tails, id: VectorId, today: Day) -> Range<usize> {
        let start = self.splits.len();
        if self.get(id).is_none_or(|vector| vector.known.first > today) {
            self.splits.push((DueId::from_index(super::tails::NO_DUE), id));
            return start..start + 1;
        }
        if let Some(known) = self.split.get(&id) {
            return known.clone();
        }
        let mut parts: Vec<(DueId, KindsId, Masses)> = Vec::new();
        for (tail, mass) in self.masses(id) {
            let (due, rest) = tails.split(*tail);
            let kinds = tails.kinds(rest);
            match parts.iter_mut().find(|(d, k, _)| (*d, *k) == (due, kinds)) {
                Some((.., part)) => part.push((rest, *mass)),
                None => parts.push((due, kinds, vec![(rest, *mass)])),
            }
        }
        for (due, _, masses) in parts {
            let part = self.put(tails, masses);
            self.splits.push((due, part));
        }
        let places = start..self.splits.len();
        self.split.insert(id, places.clone());
        places
    }

    /// A part by its place.
    pub fn due_part(&self, place: usize) -> Option<(DueId, VectorId)> {
        self.splits.get(place).copied()
    }

    /// The vector after today.
    pub fn apply(&mut self, program: &Program, tails: &mut Tails, id: VectorId, delta: DeltaId) -> VectorId {
        let deadlines = self.get(id).is_some_and(|vector| vector.known.deadlines);
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
        let pruned: Masses = masses
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

    /// The parts of a vector by the day on which they go on, which is `next` at the latest: places of
    /// [`dated_part`](Self::dated_part).
    pub fn by_day(&mut self, tails: &Tails, id: VectorId, next: Day) -> Range<usize> {
        let start = self.dates.len();
        if self.get(id).is_none_or(|vector| vector.known.first >= next) {
            self.dates.push((next, id));
            return start..start + 1;
        }
        if let Some(known) = self.dated.get(&(id, next)) {
            return known.clone();
        }
        let mut parts: Vec<(Day, Masses)> = Vec::new();
        for (tail, mass) in self.masses(id) {
            let day = tails.first(*tail).map_or(next, |first| first.min(next));
            match parts.iter_mut().find(|(other, _)| *other == day) {
                Some((_, part)) => part.push((*tail, *mass)),
                None => parts.push((day, vec![(*tail, *mass)])),
            }
        }
        for (day, masses) in parts {
            let part = self.put_merged(tails, &masses);
            self.dates.push((day, part));
        }
        let places = start..self.dates.len();
        self.dated.insert((id, next), places.clone());
        places
    }

    /// A part by its place.
    pub fn dated_part(&self, place: usize) -> Option<(Day, VectorId)> {
        self.dates.get(place).copied()
    }
}

/// The sum of two lists that ascend by tail, the second times `factor`.
fn add(left: &[(TailId, f64)], right: &[(TailId, f64)], factor: f64, sum: &mut Masses) {
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
