//! States within a day: after a commit, before the wave it raised. Packed so that equal ones merge.

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::coming::{LatentId, order};
use super::layout::Layout;
use super::pack::Packed;
use crate::engine::{Arranged, Fault, World};
use crate::ids::Id as _;
use crate::language::value::{Day, Duration, Fixed};
use crate::program::{AtomId, GroundEventId, Program, SlotId};

crate::ids::ids! {
    /// What no branch changes.
    GroundId;
    /// What branches have done besides facts.
    DoneId;
}

/// A state within a day. What a branch of a chance can change at once stands apart, so that a branch is applied
/// without opening the rest.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Mid {
    /// The facts, by the layout's bits.
    facts: SmallVec<[u64; 2]>,
    pub ground: GroundId,
    done: DoneId,
}

/// What no branch changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Ground {
    /// Everything that a closed state has, measures as they were before the branches, without facts.
    base: Packed,
    /// Chances drawn today that show later.
    pub latent: Latents,
    /// What the rest of the day must know of its past.
    past: SmallVec<[u64; 6]>,
    /// The numbers of the mask under which the day is worked out, and of its era.
    pub mask: u32,
    pub era: u32,
}

/// What branches have done besides facts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Done {
    /// Measures that branches changed, by the layout's place, ascending.
    measures: SmallVec<[(u32, Fixed); 2]>,
    /// Events of the next wave, ascending, each once.
    raised: SmallVec<[GroundEventId; 4]>,
    /// Events put on the agenda today, in their order, each once.
    arranged: SmallVec<[Arranged; 2]>,
}

/// The parts of states within a day that many of them share.
#[derive(Debug, Default)]
pub(crate) struct Mids {
    grounds: IndexSet<Ground, FxBuildHasher>,
    done: IndexSet<Done, FxBuildHasher>,
    /// What was done, and one change more.
    after: FxHashMap<(DoneId, Change), DoneId>,
}

/// Chances that show so much later.
pub(crate) type Latents = SmallVec<[(LatentId, Duration); 2]>;

/// What a branch does, where that is simple enough to be applied to a packed state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Change {
    /// A fact of the layout begins (true) or ceases to hold.
    Fact(u32, bool),
    /// A measure of the layout takes a value.
    Measure(u32, Fixed),
    /// An event is raised in the next wave.
    Raise(GroundEventId),
    /// An event is put on the agenda.
    Arrange(Arranged),
}

impl Mid {
    /// The same, with the facts of another state.
    pub fn with_facts(&self, layout: &Layout, packed: &Packed) -> Mid {
        Mid {
            facts: layout.facts_of(packed),
            ..self.clone()
        }
    }
}

impl Mids {
    /// The events of the next wave.
    pub fn raised(&self, mid: &Mid) -> &[GroundEventId] {
        let done = self.done.get_index(mid.done.index());
        done.map_or(&[], |done| &done.raised)
    }

    /// Whether nothing but events and facts tells what was done today.
    pub fn untouched(&self, mid: &Mid) -> bool {
        let done = self.done.get_index(mid.done.index());
        let ground = self.ground(mid.ground);
        done.is_some_and(|done| done.measures.is_empty() && done.arranged.is_empty())
            && ground.is_some_and(|ground| ground.latent.is_empty())
    }

    /// What is shared of a state.
    pub fn ground(&self, id: GroundId) -> Option<&Ground> {
        self.grounds.get_index(id.index())
    }

    /// The state with one more change.
    pub fn apply(&mut self, mid: &mut Mid, change: Change) {
        if let Change::Fact(bit, truth) = change {
            if let Some(word) = mid.facts.get_mut(bit as usize >> 6) {
                let mask = 1u64 << (bit & 63);
                *word = if truth { *word | mask } else { *word & !mask };
            }
            return;
        }
        let before = mid.done;
        mid.done = match self.after.get(&(before, change)) {
            Some(known) => *known,
            None => {
                let Some(mut done) = self.done.get_index(before.index()).cloned() else {
                    return;
                };
                done.apply(change);
                let after = DoneId::from_index(self.done.insert_full(done).0);
                self.after.insert((before, change), after);
                after
            }
        };
    }
}

impl Done {
    fn apply(&mut self, change: Change) {
        match change {
            Change::Fact(..) => {}
            Change::Measure(place, value) => match self.measures.binary_search_by_key(&place, |(p, _)| *p) {
                Ok(at) => {
                    if let Some(entry) = self.measures.get_mut(at) {
                        entry.1 = value;
                    }
                }
                Err(at) => self.measures.insert(at, (place, value)),
            },
            Change::Raise(event) => {
                if let Err(place) = self.raised.binary_search(&event) {
                    self.raised.insert(place, event);
                }
            }
            Change::Arrange(arranged) => {
                if let Err(place) = self.arranged.binary_search_by_key(&order(&arranged), order) {
                    self.arranged.insert(place, arranged);
                }
            }
        }
    }
}

impl Layout {
    /// The place of a fact among the layout's bits; none if nothing reads it.
    pub fn place_of(&self, atom: AtomId) -> Option<u32> {
        let place = self.atoms.binary_search_by_key(&atom, |(id, _)| *id).ok()?;
        u32::try_from(place).ok()
    }

    /// The place of a measure among the layout's words; none if nothing reads it.
    pub fn place_of_slot(&self, slot: SlotId) -> Option<u32> {
        u32::try_from(self.slots.binary_search(&slot).ok()?).ok()
    }

    /// The bits of a state that are facts.
    fn facts_of(&self, packed: &Packed) -> SmallVec<[u64; 2]> {
        let words = self.atoms.len().div_ceil(64);
        let mut facts: SmallVec<[u64; 2]> = packed.0.iter().copied().take(words).collect();
        // The last word of facts also holds other bits.
        if let (Some(last), used @ 1..) = (facts.last_mut(), self.atoms.len() % 64) {
            *last &= (1u64 << used) - 1;
        }
        facts
    }

    /// The state of a world just after a commit, worked out under a mask and in an era.
    pub fn pack_mid(
        &self,
        program: &Program,
        world: &World,
        latent: Latents,
        (mask, era): (u32, u32),
        mids: &mut Mids,
    ) -> Mid {
        let mut base = self.pack_open(world);
        let facts = self.facts_of(&base);
        for (word, facts) in base.0.iter_mut().zip(&facts) {
            *word &= !facts;
        }
        let mut arranged: SmallVec<[Arranged; 2]> = world.arranged().iter().copied().collect();
        arranged.sort_unstable_by_key(order);
        arranged.dedup();
        let ground = Ground {
            base,
            latent,
            past: world.past_of_day(program),
            mask,
            era,
        };
        let done = Done {
            measures: SmallVec::new(),
            raised: world.raised(),
            arranged,
        };
        Mid {
            facts,
            ground: GroundId::from_index(mids.grounds.insert_full(ground).0),
            done: DoneId::from_index(mids.done.insert_full(done).0),
        }
    }

    /// Makes a world in this state, on the open day `date`.
    pub fn unpack_mid(
        &self,
        program: &Program,
        (mid, mids): (&Mid, &Mids),
        date: Day,
        scratch: &mut World,
    ) -> Result<(), Fault> {
        let (Some(ground), Some(done)) = (mids.ground(mid.ground), mids.done.get_index(mid.done.index()))
        else {
            return Ok(());
        };
        let mut base = ground.base.clone();
        for (word, facts) in base.0.iter_mut().zip(&mid.facts) {
            *word |= facts;
        }
        for (place, value) in &done.measures {
            if let Some(word) = base.0.get_mut(self.bit_words + *place as usize) {
                *word = value.micros().cast_unsigned();
            }
        }
        self.unpack_open(program, &base, date, scratch)?;
        scratch.within_day(program, date, &done.raised, &done.arranged, &ground.past);
        Ok(())
    }
}
