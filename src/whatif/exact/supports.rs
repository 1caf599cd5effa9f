//! The lists of tails over which masses lie. Many vectors lie over the same ones, so that what a day makes of a list is
//! worked out once, and adding masses up is mostly adding numbers side by side.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::bits::Bits;
use super::tails::{DeltaId, DueId, KindsId, TailId, Tails};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::Program;

crate::ids::ids! {
    /// A list of tails.
    SupportId;
}

/// A list of tails, ascending, each once.
#[derive(Clone, Debug)]
struct Support {
    tails: Rc<[TailId]>,
    about: About,
}

/// What is often asked of a list.
#[derive(Clone, Copy, Debug)]
pub(super) struct About {
    /// How many there are.
    pub len: usize,
    /// The first day on which any of them has something due.
    pub first: Day,
    pub kinds: KindsId,
    pub deadlines: bool,
}

/// Where masses go: to a list, each from one place to another.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub to: SupportId,
    /// From where to where; none if each stays at its place.
    pub places: Option<Box<[(u32, u32)]>>,
}

/// A list made of two.
#[derive(Clone, Debug)]
pub(super) struct Union {
    pub both: SupportId,
    /// The places of the second one's tails in it.
    pub places: Box<[u32]>,
}

/// The parts of a list by a key, with what goes to each.
type Parts<K> = Rc<[(K, Move)]>;

/// Tails that masses go to, each with the place that its mass comes from.
type Goes = Vec<(TailId, u32)>;

/// All lists in use.
#[derive(Debug, Default)]
pub(super) struct Supports {
    list: Vec<Option<Support>>,
    free: Vec<SupportId>,
    known: FxHashMap<Rc<[TailId]>, SupportId>,
    /// What is known of them on the present day.
    unions: FxHashMap<(SupportId, SupportId), Rc<Union>>,
    split: FxHashMap<SupportId, Parts<DueId>>,
    applied: FxHashMap<(SupportId, DeltaId), Rc<Move>>,
    pruned: FxHashMap<(SupportId, u32), Rc<Move>>,
    dated: FxHashMap<(SupportId, Day), Parts<Day>>,
}

fn place(index: usize) -> u32 {
    // Budgets keep every list far below four thousand million elements.
    u32::try_from(index).unwrap_or(u32::MAX)
}

impl Supports {
    /// Turns to another day: nothing known of the last one holds.
    pub fn clear_day(&mut self) {
        self.unions.clear();
        self.split.clear();
        self.applied.clear();
        self.pruned.clear();
        self.dated.clear();
    }

    /// Forgets all lists but these.
    pub fn keep(&mut self, used: &Bits) {
        self.clear_day();
        self.free.clear();
        for (place, entry) in self.list.iter_mut().enumerate() {
            if !used.has(place) {
                if let Some(support) = entry.take() {
                    self.known.remove(&support.tails);
                }
                self.free.push(SupportId::from_index(place));
            }
        }
        // The lowest numbers are given out first.
        self.free.reverse();
    }

    /// How many numbers were given out.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn about(&self, id: SupportId) -> About {
        let support = self.list.get(id.index()).and_then(Option::as_ref);
        support.map_or(
            About {
                len: 0,
                first: Day::NEVER,
                kinds: KindsId::from_index(0),
                deadlines: false,
            },
            |support| support.about,
        )
    }

    fn tails(&self, id: SupportId) -> Rc<[TailId]> {
        let support = self.list.get(id.index()).and_then(Option::as_ref);
        support.map_or_else(|| Rc::from([]), |support| Rc::clone(&support.tails))
    }

    /// Takes in a list of tails that are alike but for their days, ascending, each once.
    pub fn put(&mut self, tails: &Tails, list: Vec<TailId>) -> SupportId {
        if let Some(known) = self.known.get(list.as_slice()) {
            return *known;
        }
        let mut about = About {
            len: list.len(),
            first: Day::NEVER,
            kinds: list
                .first()
                .map_or_else(|| KindsId::from_index(0), |tail| tails.kinds(*tail)),
            deadlines: false,
        };
        for tail in &list {
            let (first, deadlines) = tails.about(*tail);
            about.first = about.first.min(first.unwrap_or(Day::NEVER));
            about.deadlines |= deadlines;
        }
        let list: Rc<[TailId]> = list.into();
        let support = Some(Support {
            tails: Rc::clone(&list),
            about,
        });
        let id = match self.free.pop() {
            Some(id) => {
                if let Some(place) = self.list.get_mut(id.index()) {
                    *place = support;
                }
                id
            }
            None => {
                self.list.push(support);
                SupportId::from_index(self.list.len() - 1)
            }
        };
        self.known.insert(list, id);
        id
    }

    /// Takes in the tails that masses go to, each with the place that its mass comes from; `whole` if they come from all
    /// places.
    fn put_move(&mut self, tails: &Tails, mut goes: Goes, whole: bool) -> Move {
        let ascends = goes
            .windows(2)
            .all(|pair| matches!(pair, [(a, _), (b, _)] if a < b));
        if !ascends {
            // Stable, so that the sums do not depend on anything but the order of places.
            goes.sort_by_key(|(tail, _)| *tail);
        }
        let mut list: Vec<TailId> = Vec::with_capacity(goes.len());
        let mut places = Vec::with_capacity(goes.len());
        for (tail, from) in goes {
            if list.last() != Some(&tail) {
                list.push(tail);
            }
            places.push((from, place(list.len() - 1)));
        }
        Move {
            to: self.put(tails, list),
            places: (!(ascends && whole)).then(|| places.into()),
        }
    }

    /// Two lists in one.
    pub fn union(&mut self, tails: &Tails, left: SupportId, right: SupportId) -> Rc<Union> {
        if let Some(known) = self.unions.get(&(left, right)) {
            return Rc::clone(known);
        }
        let (a, b) = (self.tails(left), self.tails(right));
        let mut both: Vec<TailId> = a.iter().chain(b.iter()).copied().collect();
        both.sort_unstable();
        both.dedup();
        let mut at = 0;
        let place_of = |tail: &TailId| {
            while both.get(at).is_some_and(|other| other < tail) {
                at += 1;
            }
            place(at)
        };
        let places = b.iter().map(place_of).collect();
        let union = Rc::new(Union {
            both: self.put(tails, both),
            places,
        });
        self.unions.insert((left, right), Rc::clone(&union));
        union
    }

    /// What of a list is due today, and what remains of it then.
    pub fn split(&mut self, tails: &mut Tails, id: SupportId) -> Parts<DueId> {
        if let Some(known) = self.split.get(&id) {
            return Rc::clone(known);
        }
        let list = self.tails(id);
        let mut parts: Vec<((DueId, KindsId), Goes)> = Vec::new();
        for (from, tail) in list.iter().enumerate() {
            let (due, rest) = tails.split(*tail);
            put_under(&mut parts, (due, tails.kinds(rest)), (rest, place(from)));
        }
        let parts: Parts<DueId> = parts
            .into_iter()
            .map(|((due, _), goes)| {
                let whole = goes.len() == list.len();
                (due, self.put_move(tails, goes, whole))
            })
            .collect();
        self.split.insert(id, Rc::clone(&parts));
        parts
    }

    /// The list after today.
    pub fn apply(&mut self, program: &Program, tails: &mut Tails, id: SupportId, delta: DeltaId) -> Rc<Move> {
        if let Some(known) = self.applied.get(&(id, delta)) {
            return Rc::clone(known);
        }
        let list = self.tails(id);
        let goes = list
            .iter()
            .enumerate()
            .map(|(from, tail)| (tails.apply(program, *tail, delta), place(from)))
            .collect();
        let after = Rc::new(self.put_move(tails, goes, true));
        self.applied.insert((id, delta), Rc::clone(&after));
        after
    }

    /// The list without events and duties of no consequence; `mask` numbers these sets.
    pub fn prune(
        &mut self,
        tails: &mut Tails,
        id: SupportId,
        mask: u32,
        (events, duties): (&Bits, &Bits),
    ) -> Rc<Move> {
        if let Some(known) = self.pruned.get(&(id, mask)) {
            return Rc::clone(known);
        }
        let list = self.tails(id);
        let goes = list
            .iter()
            .enumerate()
            .map(|(from, tail)| (tails.prune(*tail, mask, events, duties), place(from)))
            .collect();
        let after = Rc::new(self.put_move(tails, goes, true));
        self.pruned.insert((id, mask), Rc::clone(&after));
        after
    }

    /// The parts of a list by the day on which they go on, which is `next` at the latest.
    pub fn by_day(&mut self, tails: &Tails, id: SupportId, next: Day) -> Parts<Day> {
        if let Some(known) = self.dated.get(&(id, next)) {
            return Rc::clone(known);
        }
        let list = self.tails(id);
        let mut parts: Vec<(Day, Goes)> = Vec::new();
        for (from, tail) in list.iter().enumerate() {
            let day = tails.first(*tail).map_or(next, |first| first.min(next));
            put_under(&mut parts, day, (*tail, place(from)));
        }
        let parts: Parts<Day> = parts
            .into_iter()
            .map(|(day, goes)| {
                let whole = goes.len() == list.len();
                (day, self.put_move(tails, goes, whole))
            })
            .collect();
        self.dated.insert((id, next), Rc::clone(&parts));
        parts
    }
}

/// Adds an element to the part that stands under a key.
fn put_under<K: PartialEq, T>(parts: &mut Vec<(K, Vec<T>)>, key: K, element: T) {
    match parts.iter_mut().find(|(other, _)| *other == key) {
        Some((_, part)) => part.push(element),
        None => parts.push((key, vec![element])),
    }
}
