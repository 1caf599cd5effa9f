//! What a state still has before it on later days: events on the agenda and deadlines of duties. A day reads only what
//! is due on it, so states that differ in the rest alone are worked out together.
//!
//! A tail is kept in two parts, what was arranged for soon and what was arranged for later, so that a clock of many years
//! and the answers of the next weeks are not multiplied with each other.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::bits::Bits;
use super::coming::{Coming, Delta, Due, Latent, LatentId};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{GroundDeadline, Program};

crate::ids::ids! {
    /// What still comes.
    TailId;
    /// What comes, without its days.
    KindsId;
    /// What is due on a day.
    DueId;
    /// What a day adds.
    DeltaId;
}

type Tail = SmallVec<[(Day, Coming); 4]>;

/// What is often asked of a tail.
#[derive(Clone, Copy, Debug)]
struct About {
    first: Option<Day>,
    deadlines: bool,
    kinds: KindsId,
}

/// All tails met so far.
#[derive(Debug)]
pub(crate) struct Tails {
    tails: IndexSet<Tail, FxBuildHasher>,
    /// How many things come in all of them together.
    entries: usize,
    about: Vec<About>,
    kinds: IndexSet<SmallVec<[Coming; 4]>, FxBuildHasher>,
    dues: IndexSet<Due, FxBuildHasher>,
    deltas: IndexSet<Delta, FxBuildHasher>,
    /// By delta: whether it adds nothing.
    idle: Vec<bool>,
    latents: IndexSet<Latent, FxBuildHasher>,
    /// For the present day: what each tail is split into.
    split: FxHashMap<TailId, (DueId, TailId)>,
    /// For the present day: what each delta makes of each tail.
    applied: FxHashMap<(TailId, DeltaId), TailId>,
    /// What is left of a tail without events of no consequence, by mask.
    pruned: FxHashMap<(TailId, u32), TailId>,
    today: Day,
    last: Day,
}

/// Nothing.
pub(crate) const NO_DUE: usize = 0;

impl Tails {
    pub fn new(program: &Program) -> Self {
        let mut tails = Tails {
            tails: IndexSet::default(),
            entries: 0,
            about: Vec::new(),
            kinds: IndexSet::default(),
            dues: IndexSet::default(),
            deltas: IndexSet::default(),
            idle: vec![true],
            latents: IndexSet::default(),
            split: FxHashMap::default(),
            applied: FxHashMap::default(),
            pruned: FxHashMap::default(),
            today: program.period.0,
            last: program.period.1,
        };
        tails.dues.insert(Due::new());
        tails.deltas.insert(Delta::default());
        tails
    }

    /// The tail with nothing in it.
    pub fn empty(&mut self) -> TailId {
        self.intern(Tail::new())
    }

    /// Turns to another day.
    pub fn on(&mut self, today: Day) {
        self.today = today;
        self.split.clear();
        self.applied.clear();
    }

    fn intern(&mut self, tail: Tail) -> TailId {
        let count = tail.len();
        let (place, new) = self.tails.insert_full(tail);
        if new {
            self.entries += count;
            let mut kinds: SmallVec<[Coming; 4]> = self
                .tails
                .get_index(place)
                .into_iter()
                .flatten()
                .map(|(_, coming)| *coming)
                .filter(|coming| !matches!(coming, Coming::Deadline(_)))
                .collect();
            kinds.sort_unstable();
            kinds.dedup();
            let entries = self.get(TailId::from_index(place));
            let about = About {
                first: entries
                    .first()
                    .map(|(day, _)| *day)
                    .filter(|day| *day != Day::NEVER),
                deadlines: entries
                    .iter()
                    .any(|(_, coming)| matches!(coming, Coming::Deadline(_))),
                kinds: KindsId::from_index(self.kinds.insert_full(kinds).0),
            };
            self.about.push(about);
        }
        TailId::from_index(place)
    }

    fn get(&self, id: TailId) -> &[(Day, Coming)] {
        self.tails.get_index(id.index()).map_or(&[], |tail| tail)
    }

    /// What the tails that were met take up, in units of about thirty-two bytes.
    pub fn kept(&self) -> usize {
        16 * self.about.len() + self.entries / 2
    }

    /// The first day on which something is due.
    pub fn first(&self, id: TailId) -> Option<Day> {
        self.about.get(id.index())?.first
    }

    /// The first day on which something is due, and whether there are deadlines.
    #[inline]
    pub fn about(&self, id: TailId) -> (Option<Day>, bool) {
        self.about
            .get(id.index())
            .map_or((None, false), |about| (about.first, about.deadlines))
    }

    /// Whether nothing comes at all.
    pub fn is_empty(&self, id: TailId) -> bool {
        self.get(id).is_empty()
    }

    /// What comes, without days.
    pub fn kinds(&self, id: TailId) -> KindsId {
        self.about
            .get(id.index())
            .map_or_else(|| KindsId::from_index(0), |about| about.kinds)
    }

    /// The list behind an id.
    pub fn list(&self, id: KindsId) -> &[Coming] {
        self.kinds.get_index(id.index()).map_or(&[], |kinds| kinds)
    }

    /// What is due behind an id.
    pub fn due(&self, id: DueId) -> &[(Coming, bool)] {
        self.dues.get_index(id.index()).map_or(&[], |due| due)
    }

    /// A number for what a day adds.
    pub fn delta(&mut self, delta: Delta) -> DeltaId {
        let idle = delta.arranged.is_empty() && delta.arisen.is_empty() && delta.latent.is_empty();
        let (place, new) = self.deltas.insert_full(delta);
        if new {
            self.idle.push(idle);
        }
        DeltaId::from_index(place)
    }

    /// What of a tail is due today, and what remains.
    pub fn split(&mut self, id: TailId) -> (DueId, TailId) {
        if self.first(id).is_none_or(|first| first > self.today) {
            return (DueId::from_index(NO_DUE), id);
        }
        if let Some(known) = self.split.get(&id) {
            return *known;
        }
        let entries = self.get(id);
        let count = entries.partition_point(|(day, _)| *day <= self.today);
        let (due, rest) = entries.split_at(count);
        let again = |coming: &Coming| {
            matches!(coming, Coming::Deadline(_)) && rest.iter().any(|(_, other)| other == coming)
        };
        let due: Due = due.iter().map(|(_, coming)| (*coming, again(coming))).collect();
        let rest: Tail = rest.iter().copied().collect();
        let split = (DueId::from_index(self.dues.insert_full(due).0), self.intern(rest));
        self.split.insert(id, split);
        split
    }

    /// Everything due in either list.
    pub fn both(&mut self, a: DueId, b: DueId) -> DueId {
        match (a.index(), b.index()) {
            (_, NO_DUE) => a,
            (NO_DUE, _) => b,
            _ => {
                let mut due: Due = self.due(a).iter().chain(self.due(b)).copied().collect();
                due.sort_unstable();
                due.dedup_by(|a, b| a == b && !matches!(a.0, Coming::Latent(_)));
                DueId::from_index(self.dues.insert_full(due).0)
            }
        }
    }

    /// Whether a tail has deadlines.
    pub fn has_deadlines(&self, id: TailId) -> bool {
        self.about.get(id.index()).is_some_and(|about| about.deadlines)
    }

    /// Whether a delta adds nothing.
    pub fn adds_nothing(&self, id: DeltaId) -> bool {
        self.idle.get(id.index()).copied().unwrap_or(true)
    }

    /// A number for a chance that shows later.
    pub fn latent(&mut self, latent: Latent) -> LatentId {
        LatentId::from_index(self.latents.insert_full(latent).0)
    }

    /// The same list with all that may happen in place of chances that have not shown, ascending.
    pub fn shown(&self, coming: impl Iterator<Item = Coming>) -> SmallVec<[Coming; 8]> {
        let mut shown: SmallVec<[Coming; 8]> = SmallVec::new();
        for coming in coming {
            match coming {
                Coming::Latent(id) => {
                    let latent = self.latents.get_index(id.index());
                    shown.extend(latent.into_iter().flat_map(Latent::events));
                }
                other => shown.push(other),
            }
        }
        shown.sort_unstable();
        shown.dedup();
        shown
    }

    /// How many chances show among what is due.
    pub fn latents_in(&self, due: DueId) -> usize {
        let latent = |(coming, _): &&(Coming, bool)| matches!(coming, Coming::Latent(_));
        self.due(due).iter().filter(latent).count()
    }

    /// Lets the last chance among what is due show: its branches with what is due then.
    pub fn show(&mut self, due: DueId) -> Option<Vec<(f64, DueId)>> {
        let list: Due = self.due(due).iter().copied().collect();
        let (Coming::Latent(id), _) = *list.last()? else {
            return None;
        };
        let latent = self.latents.get_index(id.index())?.clone();
        let rest = list.split_last().map_or(&[][..], |(_, rest)| rest);
        let branches = latent.branches.into_iter().map(|(p, events)| {
            let mut due: Due = rest.iter().copied().collect();
            for event in events {
                if let Err(place) = due.binary_search(&(event, false)) {
                    due.insert(place, (event, false));
                }
            }
            (f64::from_bits(p), DueId::from_index(self.dues.insert_full(due).0))
        });
        Some(branches.collect())
    }

    /// The tail after today.
    pub fn apply(&mut self, program: &Program, id: TailId, delta: DeltaId) -> TailId {
        if self.adds_nothing(delta) && !self.has_deadlines(id) {
            return id;
        }
        if let Some(known) = self.applied.get(&(id, delta)) {
            return *known;
        }
        let Some(what) = self.deltas.get_index(delta.index()) else {
            return id;
        };
        let mut tail: Tail = self
            .get(id)
            .iter()
            .filter(|(_, coming)| match coming {
                Coming::Deadline(duty) => what.lasting.binary_search(duty).is_ok(),
                _ => true,
            })
            .copied()
            .collect();
        let (today, last) = (self.today, self.last);
        let mut add = |day: Day, coming: Coming| {
            // A last day after the period is never due, but tells that the duty is owed once more.
            let deadline = matches!(coming, Coming::Deadline(_));
            let day = if deadline && day > last { Day::NEVER } else { day };
            if (day <= last || deadline) && day > today {
                match tail.binary_search(&(day, coming)) {
                    Err(place) => tail.insert(place, (day, coming)),
                    // The same event twice is once; the same chance twice is two chances.
                    Ok(place) if matches!(coming, Coming::Latent(_)) => tail.insert(place, (day, coming)),
                    Ok(_) => {}
                }
            }
        };
        for (event, after, unless) in &what.arranged {
            let coming = unless.map_or(Coming::Event(*event), |node| Coming::Unless(*event, node));
            add(today + *after, coming);
        }
        for (latent, after) in &what.latent {
            add(today + *after, Coming::Latent(*latent));
        }
        for duty in &what.arisen {
            match program.templates[*duty].deadline {
                GroundDeadline::Within(after) => add(today + after, Coming::Deadline(*duty)),
                GroundDeadline::Due(day) => add(day, Coming::Deadline(*duty)),
                GroundDeadline::Open | GroundDeadline::Before(_) => {}
            }
        }
        let after = self.intern(tail);
        self.applied.insert((id, delta), after);
        after
    }

    /// Whether something of no consequence may come, duties aside.
    pub fn loses(&self, id: KindsId, events: &Bits) -> bool {
        let none = Bits::default();
        self.list(id)
            .iter()
            .any(|coming| self.dead(*coming, events, &none))
    }

    /// Whether something is of no consequence.
    fn dead(&self, coming: Coming, events: &Bits, duties: &Bits) -> bool {
        let plain = |coming: Coming| match coming {
            Coming::Event(event) | Coming::Unless(event, _) => events.has(event.index()),
            Coming::Deadline(duty) => duties.has(duty.index()),
            Coming::Latent(_) => false,
        };
        match coming {
            Coming::Latent(id) => self
                .latents
                .get_index(id.index())
                .is_some_and(|latent| latent.events().all(plain)),
            other => plain(other),
        }
    }

    /// The tail without events and duties of no consequence. `mask` numbers the sets.
    pub fn prune(&mut self, id: TailId, mask: u32, events: &Bits, duties: &Bits) -> TailId {
        if let Some(known) = self.pruned.get(&(id, mask)) {
            return *known;
        }
        let tail: Tail = self
            .get(id)
            .iter()
            .filter(|(_, coming)| !self.dead(*coming, events, duties))
            .copied()
            .collect();
        let after = self.intern(tail);
        self.pruned.insert((id, mask), after);
        after
    }
}
