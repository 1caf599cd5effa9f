//! What can still matter: facts, measures, norms and events on which nothing asked for can depend any more are dropped
//! from the state, and rules that touch only those are left out.
//!
//! Two analyses, forth and back. Some facts shut things off: once a text is concluded, no further round of talks is held.
//! [`super::reach`] asks, given those facts and what is on the agenda, which instances can ever fire again; a fact that
//! holds and that nothing which can still fire ends, holds for good. [`super::matter`] asks which of these can still
//! change what has not been decided. Neither looks at a measure, nor at any fact that may itself be dropped, and what
//! they find out to be impossible stays impossible, so that both verdicts hold from here on.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::bits::Bits;
use super::classes::{Classes, Verdict};
use super::coming::Coming;
use super::conditions::Conditions;
use super::effects::Effects;
use super::hazards::Hazards;
use super::layout::Layout;
use super::matter::Matter;
use super::pack::Packed;
use super::reach::{Reach, Seen};
use crate::ids::Id as _;
use crate::program::{Program, TemplateId};

/// Which parts of a packed state are dropped, and what does not act.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Mask {
    /// The bits that are kept.
    pub bits: Vec<u64>,
    /// Measures of the layout that are dropped.
    pub slots: Bits,
    /// Rule instances that are left out.
    pub muted: Bits,
    /// Events that make no difference.
    pub events: Bits,
    /// Norms that make no difference.
    pub duties: Bits,
}

impl Mask {
    /// Whether a fact of the layout is kept.
    pub fn keeps(&self, place: u32) -> bool {
        let word = self.bits.get(place as usize >> 6);
        word.is_none_or(|word| word >> (place & 63) & 1 == 1)
    }
}

/// On what a verdict rests: bits of the state, how much of the script is past, norms, and what comes.
pub(super) type Key = SmallVec<[u64; 12]>;

/// Finds masks, and remembers those found.
#[derive(Debug)]
pub(crate) struct Masks {
    known: FxHashMap<Key, Verdict>,
    classes: Classes,
    hazards: Hazards,
    conditions: Conditions,
    effects: Effects,
}

impl Masks {
    pub fn new(program: &Program, layout: &Layout) -> Self {
        Masks {
            known: FxHashMap::default(),
            classes: Classes::new(program, layout),
            hazards: Hazards::of(program),
            conditions: Conditions::of(program, layout),
            effects: Effects::of(program),
        }
    }

    /// The mask behind a number.
    pub fn get(&self, id: u32) -> Option<&Mask> {
        self.classes.mask(id)
    }

    /// The state without what does not matter.
    pub fn masked(&self, layout: &Layout, packed: &Packed, verdict: Verdict) -> Packed {
        self.classes.masked(layout, packed, verdict)
    }

    /// Comparisons that can fail.
    pub fn risky(&self) -> &[crate::program::NodeId] {
        &self.hazards.nodes
    }

    /// Whether a verdict drops a fact of the layout.
    pub fn drops(&self, verdict: Verdict, place: u32) -> bool {
        self.classes.drops(verdict, place)
    }

    /// What of a closed state must still be told apart, with these things to come and so many scripted events past. Of the
    /// facts in `free` nothing is known.
    pub fn find(
        &mut self,
        program: &Program,
        layout: &Layout,
        (packed, free): (&Packed, &[u64]),
        coming: &[Coming],
        scripts: u32,
    ) -> Verdict {
        let (norms, _) = packed.norms(layout);
        let mut key: Key = packed
            .0
            .iter()
            .zip(&layout.telling)
            .map(|(word, telling)| word & telling)
            .collect();
        key.push(u64::from(scripts));
        key.extend(norms.iter().copied());
        key.push(u64::MAX);
        key.extend(coming.iter().map(|coming| match coming {
            Coming::Event(event) => event.index() as u64,
            Coming::Unless(event, node) => 1 << 63 | (event.index() as u64) << 32 | node.index() as u64,
            Coming::Deadline(duty) => 1 << 62 | duty.index() as u64,
            Coming::Latent(latent) => 3 << 61 | latent.index() as u64,
        }));
        if !free.is_empty() {
            key.push(u64::MAX);
            key.extend_from_slice(free);
        }
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let templates: Vec<TemplateId> = norms
            .iter()
            .map(|word| TemplateId::from_index(usize::try_from(*word).unwrap_or(0)))
            .collect();
        let seen = Seen {
            packed,
            free,
            coming,
            norms: &templates,
            scripts: scripts as usize,
        };
        // Where nothing is undecided and nothing can fail, nothing matters, whatever may still come about.
        if self.over(program, layout, packed)
            && let Some(verdict) = self.classes.of_nothing(layout, &key)
        {
            self.known.insert(key, verdict);
            return verdict;
        }
        let effects = &self.effects;
        let reach = Reach::new(program, (&self.conditions, effects), &seen);
        let matter = Matter::new(program, layout, &reach, (&self.hazards, effects), &seen);
        let verdict = self.classes.find(layout, &matter, &key);
        self.known.insert(key, verdict);
        verdict
    }

    /// Whether all that is asked is decided.
    fn over(&self, program: &Program, layout: &Layout, packed: &Packed) -> bool {
        self.hazards.none()
            && program.positions.is_empty()
            && layout.counters.is_empty()
            && layout
                .monitors
                .iter()
                .all(|(id, kept)| kept.decided(layout, packed, id))
    }
}
