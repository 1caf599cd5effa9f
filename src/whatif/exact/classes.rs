//! States with the same future, as far as it matters.
//!
//! A fact that shuts something off tells what can still come about, so that it cannot simply be dropped where nothing that matters
//! reads it: without it more could come about than can. But where two states differ only in such facts, and the same
//! conditions can still change, the others have the same truth for good, and the same rules, events, norms and measures
//! matter, then whatever matters does the same in both from here on. So the first that was met stands for all of them.

use indexmap::{Equivalent, IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;
use smallvec::{SmallVec, smallvec};

use super::found::Found;
use super::layout::Layout;
use super::mask::{Key, Mask};
use super::matter::Matter;
use super::pack::Packed;
use crate::program::{NodeId, Program};

/// What was found about a state.
#[derive(Clone, Copy, Debug)]
pub(super) struct Verdict {
    /// The number of its mask.
    pub mask: u32,
    /// That of the mask under which its days are worked out.
    pub quiet: u32,
    /// The number of its class.
    class: u32,
}

/// States that differ only in facts that are not read.
#[derive(Clone, Debug)]
struct Class {
    /// The bits in which they may differ, and what these are in the first.
    differ: Few,
    first: Few,
    verdict: Verdict,
}

/// Words of facts.
type Few = SmallVec<[u64; 2]>;

/// What all states of a class have in common: what matters, and what of their key is read.
type Common = (Found, Key);

/// All masks and classes met so far.
#[derive(Debug)]
pub(super) struct Classes {
    masks: IndexSet<Mask, FxBuildHasher>,
    classes: IndexMap<Common, Class, FxBuildHasher>,
    nothing: Found,
}

impl Classes {
    pub fn new(program: &Program, layout: &Layout) -> Self {
        let mut masks = IndexSet::default();
        // Number 0 drops nothing.
        masks.insert(Mask {
            bits: vec![u64::MAX; layout.bit_words],
            ..Mask::default()
        });
        Classes {
            masks,
            classes: IndexMap::default(),
            nothing: Found::nothing(program),
        }
    }

    /// The mask behind a number.
    pub fn mask(&self, id: u32) -> Option<&Mask> {
        self.masks.get_index(id as usize)
    }

    fn put(&mut self, mask: Mask) -> u32 {
        u32::try_from(self.masks.insert_full(mask).0).unwrap_or(0)
    }

    /// What was found about the first state of the same class.
    pub fn find(&mut self, layout: &Layout, matter: &Matter<'_, '_>, key: &Key) -> Verdict {
        let reads = |node| matter.found.reads(node);
        let (differ, first, key) = split(layout, reads, key);
        if let Some(class) = self.classes.get(&Sought(&matter.found, &key)) {
            return class.verdict;
        }
        let mask = matter.mask();
        let quiet = matter.quiet(&mask);
        let verdict = Verdict {
            mask: self.put(mask),
            quiet: self.put(quiet),
            class: u32::try_from(self.classes.len()).unwrap_or(u32::MAX),
        };
        let class = Class {
            differ,
            first,
            verdict,
        };
        self.classes.insert((matter.found.clone(), key), class);
        verdict
    }

    /// What was found about the first state of the class of which nothing matters, if there was one.
    pub fn of_nothing(&self, layout: &Layout, key: &Key) -> Option<Verdict> {
        let (_, _, key) = split(layout, |_| false, key);
        let class = self.classes.get(&Sought(&self.nothing, &key))?;
        Some(class.verdict)
    }

    /// Whether a verdict drops a fact of the layout.
    pub fn drops(&self, verdict: Verdict, place: u32) -> bool {
        let class = self.classes.get_index(verdict.class as usize);
        let differs = class.and_then(|(_, class)| class.differ.get(place as usize >> 6));
        let differs = differs.is_some_and(|word| word >> (place & 63) & 1 == 1);
        differs || !self.mask(verdict.mask).is_none_or(|mask| mask.keeps(place))
    }

    /// The state without what does not matter.
    pub fn masked(&self, layout: &Layout, packed: &Packed, verdict: Verdict) -> Packed {
        let Some(mask) = self.mask(verdict.mask) else {
            return packed.clone();
        };
        let mut masked = layout.masked(packed, mask);
        if let Some((_, class)) = self.classes.get_index(verdict.class as usize) {
            let bits = masked.0.iter_mut().zip(class.differ.iter().zip(&class.first));
            for (word, (differ, first)) in bits {
                *word = *word & !differ | first;
            }
        }
        masked
    }
}

/// A key without the facts that shut something off and are not read, with their places and what they are.
fn split(layout: &Layout, reads: impl Fn(NodeId) -> bool, key: &Key) -> (Few, Few, Key) {
    let mut differ: Few = smallvec![0; layout.bit_words];
    for (place, ((_, node), shuts)) in layout.atoms.iter().zip(&layout.shuts).enumerate() {
        if *shuts
            && !reads(*node)
            && let Some(word) = differ.get_mut(place >> 6)
        {
            *word |= 1u64 << (place & 63);
        }
    }
    let (mut rest, mut first) = (key.clone(), Few::new());
    for (word, differ) in rest.iter_mut().zip(&differ) {
        first.push(*word & differ);
        *word &= !differ;
    }
    (differ, first, rest)
}

/// What all states of a class have in common, to look it up.
#[derive(Hash)]
struct Sought<'s>(&'s Found, &'s Key);

impl Equivalent<Common> for Sought<'_> {
    fn equivalent(&self, (found, key): &Common) -> bool {
        self.0 == found && self.1 == key
    }
}
