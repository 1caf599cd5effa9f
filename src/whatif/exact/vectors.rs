//! Masses over later tails. States that came from one another share theirs, each with a factor of its own.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::supports::{Move, SupportId, Supports};
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
    support: SupportId,
    /// Where its masses lie in the pool, one for each tail of its support.
    start: usize,
    end: usize,
    total: f64,
    /// The first day on which any of the tails has something due.
    first: Day,
    kinds: KindsId,
    deadlines: bool,
}

/// The parts of a vector.
#[derive(Clone, Debug)]
pub(super) enum Parts<K> {
    /// It is its only part.
    Whole(K, VectorId),
    /// These, by their places.
    These(Range<usize>),
}

impl<K> Parts<K> {
    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Parts::Whole(..) => 1,
            Parts::These(places) => places.len(),
        }
    }
}

/// All vectors in use. Their masses lie in one pool, which is tidied up from time to time.
#[derive(Debug, Default)]
pub(crate) struct Vectors {
    list: Vec<Option<Vector>>,
    free: Vec<VectorId>,
    pool: Vec<f64>,
    old: Vec<f64>,
    supports: Supports,
    /// What is known of them on the present day.
    split: FxHashMap<VectorId, Range<usize>>,
    splits: Vec<(DueId, VectorId)>,
    applied: FxHashMap<(VectorId, DeltaId), VectorId>,
    pruned: FxHashMap<(VectorId, u32), VectorId>,
    dated: FxHashMap<(VectorId, Day), Range<usize>>,
    dates: Vec<(Day, VectorId)>,
    /// How many masses were moved.
    pub moved: usize,
}

impl Vectors {
    /// Turns to another day: nothing known of the last one holds.
    pub fn clear_day(&mut self) {
        self.supports.clear_day();
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
        let mut supports = Bits::new(self.supports.len());
        // The memory of the last time but one.
        let mut pool = std::mem::take(&mut self.old);
        pool.clear();
        for (place, entry) in self.list.iter_mut().enumerate() {
            match entry {
                Some(vector) if used.has(place) => {
                    supports.add(vector.support.index());
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
        self.supports.keep(&supports);
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

    /// Takes in masses that lie in the pool.
    fn put(&mut self, support: SupportId, masses: Range<usize>, total: f64) -> VectorId {
        let about = self.supports.about(support);
        let vector = Some(Vector {
            support,
            start: masses.start,
            end: masses.end,
            total,
            first: about.first,
            kinds: about.kinds,
            deadlines: about.deadlines,
        });
        match self.free.pop() {
            Some(id) => {
                if let Some(place) = self.list.get_mut(id.index()) {
                    *place = vector;
                }
                id
            }
            None => {
                self.list.push(vector);
                VectorId::from_index(self.list.len() - 1)
            }
        }
    }

    /// Room for so many masses at the end of the pool.
    fn room(&mut self, len: usize) -> Range<usize> {
        self.moved += len;
        let start = self.pool.len();
        self.pool.resize(start + len, 0.0);
        start..start + len
    }

    fn get(&self, id: VectorId) -> Option<&Vector> {
        self.list.get(id.index()).and_then(Option::as_ref)
    }

    /// All mass on one tail.
    pub fn one(&mut self, tails: &Tails, tail: TailId) -> VectorId {
        let support = self.supports.put(tails, vec![tail]);
        let masses = self.room(1);
        self.pool
            .iter_mut()
            .skip(masses.start)
            .for_each(|mass| *mass = 1.0);
        self.put(support, masses, 1.0)
    }

    /// Whether any of the tails has deadlines.
    pub fn has_deadlines(&self, id: VectorId) -> bool {
        self.get(id).is_some_and(|vector| vector.deadlines)
    }

    /// Whether nothing is due later.
    pub fn idle(&self, id: VectorId) -> bool {
        let vector = self.get(id);
        vector.is_some_and(|vector| {
            vector.end - vector.start == 1 && vector.first == Day::NEVER && !vector.deadlines
        })
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
        let vectors = parts.iter().map(|((_, _, id), _)| self.get(*id));
        let mut supports = vectors.flatten().map(|vector| vector.support);
        let Some(mut support) = supports.next() else {
            return (VectorId::from_index(0), 0.0);
        };
        let others: smallvec::SmallVec<[SupportId; 8]> = supports.collect();
        for other in others {
            if other != support {
                support = self.supports.union(tails, support, other).both;
            }
        }
        let room = self.room(self.supports.about(support).len);
        let mut total = 0.0;
        for ((_, _, id), factor) in parts {
            let Some(vector) = self.get(*id).copied() else {
                continue;
            };
            total += vector.total * factor;
            let union =
                (vector.support != support).then(|| self.supports.union(tails, support, vector.support));
            let (before, sum) = self.pool.split_at_mut(room.start);
            let masses = before.get(vector.start..vector.end).unwrap_or_default();
            match union {
                None => {
                    for (sum, mass) in sum.iter_mut().zip(masses) {
                        *sum += mass * factor;
                    }
                }
                Some(union) => {
                    for (place, mass) in union.places.iter().zip(masses) {
                        if let Some(sum) = sum.get_mut(*place as usize) {
                            *sum += mass * factor;
                        }
                    }
                }
            }
        }
        (self.put(support, room, total), 1.0)
    }

    /// The masses of a vector at other places.
    fn go(&mut self, vector: Vector, how: &Move) -> VectorId {
        let Some(places) = &how.places else {
            // They may stay where they are.
            return self.put(how.to, vector.start..vector.end, vector.total);
        };
        let room = self.room(self.supports.about(how.to).len);
        let (before, after) = self.pool.split_at_mut(room.start);
        let masses = before.get(vector.start..vector.end).unwrap_or_default();
        let mut total = 0.0;
        for (from, to) in places {
            if let (Some(mass), Some(sum)) = (masses.get(*from as usize), after.get_mut(*to as usize)) {
                *sum += mass;
                total += mass;
            }
        }
        self.put(how.to, room, total)
    }

    /// What of a vector is due today, and what remains of it then.
    pub fn split(&mut self, tails: &mut Tails, id: VectorId, today: Day) -> Parts<DueId> {
        let due = self.get(id).copied().filter(|vector| vector.first <= today);
        let Some(vector) = due else {
            return Parts::Whole(DueId::from_index(super::tails::NO_DUE), id);
        };
        if let Some(known) = self.split.get(&id) {
            return Parts::These(known.clone());
        }
        let start = self.splits.len();
        for (due, how) in self.supports.split(tails, vector.support).iter() {
            let part = self.go(vector, how);
            self.splits.push((*due, part));
        }
        let places = start..self.splits.len();
        self.split.insert(id, places.clone());
        Parts::These(places)
    }

    /// A part of a split.
    pub fn due_part(&self, parts: &Parts<DueId>, place: usize) -> Option<(DueId, VectorId)> {
        match parts {
            Parts::Whole(due, vector) => Some((*due, *vector)),
            Parts::These(places) => self.splits.get(places.start + place).copied(),
        }
    }

    /// The vector after today.
    pub fn apply(&mut self, program: &Program, tails: &mut Tails, id: VectorId, delta: DeltaId) -> VectorId {
        let Some(vector) = self.get(id).copied() else {
            return id;
        };
        if !vector.deadlines && tails.adds_nothing(delta) {
            return id;
        }
        if let Some(known) = self.applied.get(&(id, delta)) {
            return *known;
        }
        let how = self.supports.apply(program, tails, vector.support, delta);
        let after = self.go(vector, &how);
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
        let Some(vector) = self.get(id).copied() else {
            return id;
        };
        let how = self.supports.prune(tails, vector.support, mask, (events, duties));
        let same = how.places.is_none() && how.to == vector.support;
        let after = if same { id } else { self.go(vector, &how) };
        self.pruned.insert((id, mask), after);
        after
    }

    /// The parts of a vector by the day on which they go on, which is `next` at the latest.
    pub fn by_day(&mut self, tails: &Tails, id: VectorId, next: Day) -> Parts<Day> {
        let earlier = self.get(id).copied().filter(|vector| vector.first < next);
        let Some(vector) = earlier else {
            return Parts::Whole(next, id);
        };
        if let Some(known) = self.dated.get(&(id, next)) {
            return Parts::These(known.clone());
        }
        let start = self.dates.len();
        for (day, how) in self.supports.by_day(tails, vector.support, next).iter() {
            let part = self.go(vector, how);
            self.dates.push((*day, part));
        }
        let places = start..self.dates.len();
        self.dated.insert((id, next), places.clone());
        Parts::These(places)
    }

    /// A part by its day.
    pub fn dated_part(&self, parts: &Parts<Day>, place: usize) -> Option<(Day, VectorId)> {
        match parts {
            Parts::Whole(day, vector) => Some((*day, *vector)),
            Parts::These(places) => self.dates.get(places.start + place).copied(),
        }
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
