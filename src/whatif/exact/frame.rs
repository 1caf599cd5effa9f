//! What one day can touch. A day's work reads and writes few of the facts and measures of a state; states that differ in
//! the others alone are worked out together, and keep their difference as a label (the frame problem of McCarthy and
//! Hayes, 1969, put to use).

use indexmap::IndexSet;
use rustc_hash::{FxBuildHasher, FxHashMap};
use smallvec::SmallVec;

use super::bits::Bits;
use super::closure::Closure;
use super::layout::Layout;
use super::mask::Mask;
use super::pack::Packed;
use super::readers::Readers;
use super::tails::{DueId, Tails};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{NodeId, Program};

/// Which parts of a packed state a day can touch.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Frame {
    /// Bits that are read or written.
    pub bits: Vec<u64>,
    /// Measures of the layout that are read or written.
    pub slots: Bits,
}

crate::ids::ids! {
    /// A frame.
    FrameId;
    /// What of a state a day leaves alone.
    LabelId;
}

/// What of a state lies outside a frame: its bits, then its measures.
type Label = SmallVec<[u64; 8]>;

/// All frames and labels met so far.
#[derive(Debug)]
pub(crate) struct Frames {
    known: FxHashMap<(DueId, u64, u32, u32), FrameId>,
    frames: IndexSet<Frame, FxBuildHasher>,
    labels: IndexSet<(FrameId, Label), FxBuildHasher>,
    pub readers: Readers,
}

impl Frames {
    /// `risky` are the comparisons that can fail: what they read belongs to every frame.
    pub fn new(program: &Program, layout: &Layout, risky: &[NodeId]) -> Self {
        let mut frames = Frames {
            known: FxHashMap::default(),
            frames: IndexSet::default(),
            labels: IndexSet::default(),
            readers: Readers::of(program, risky),
        };
        let mut slots = Bits::new(layout.slots.len());
        (0..layout.slots.len()).for_each(|place| {
            slots.add(place);
        });
        // Number 0 holds everything.
        frames.frames.insert(Frame {
            bits: vec![u64::MAX; layout.bit_words],
            slots,
        });
        frames
    }

    /// The frame that holds everything, and the label of what lies outside it.
    pub fn everything(&mut self) -> LabelId {
        LabelId::from_index(self.labels.insert_full((FrameId::from_index(0), Label::new())).0)
    }

    /// The frame of a day: what is due, which groups of periodic rules tick, what is left out, which era.
    pub fn find(
        &mut self,
        program: &Program,
        layout: &Layout,
        (due_id, tails): (DueId, &Tails),
        ticks: u64,
        (mask_id, mask): (u32, &Mask),
        (era, date): (u32, Day),
    ) -> FrameId {
        let key = (due_id, ticks, mask_id, era);
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let mut closure = Closure::new(program, layout, mask, &self.readers);
        let due = tails.shown(tails.due(due_id).iter().map(|(coming, _)| *coming));
        closure.day(&due, ticks, date);
        let frame = closure.frame();
        let id = FrameId::from_index(self.frames.insert_full(frame).0);
        self.known.insert(key, id);
        id
    }

    /// Splits a state into what the day can touch, and the label of the rest.
    pub fn split(&mut self, layout: &Layout, packed: &Packed, id: FrameId) -> (Packed, LabelId) {
        let Some(frame) = self.frames.get_index(id.index()) else {
            return (packed.clone(), self.everything());
        };
        let mut inside = packed.clone();
        let mut label = Label::new();
        for (word, touched) in inside.0.iter_mut().zip(&frame.bits) {
            label.push(*word & !touched);
            *word &= touched;
        }
        let values = inside.0.iter_mut().skip(layout.bit_words);
        for (place, (word, initially)) in values.zip(&layout.initially).enumerate() {
            if frame.slots.has(place) {
                label.push(0);
            } else {
                label.push(*word);
                *word = initially.micros().cast_unsigned();
            }
        }
        (
            inside,
            LabelId::from_index(self.labels.insert_full((id, label)).0),
        )
    }

    /// The whole state: what the day left of its part, and the label.
    pub fn join(&self, layout: &Layout, inside: &Packed, label: LabelId) -> Packed {
        let mut whole = inside.clone();
        let Some((frame, label)) = self.labels.get_index(label.index()) else {
            return whole;
        };
        let Some(frame) = self.frames.get_index(frame.index()) else {
            return whole;
        };
        if label.is_empty() {
            return whole;
        }
        let (bits, slots) = label.split_at(layout.bit_words.min(label.len()));
        for (word, (touched, outside)) in whole.0.iter_mut().zip(frame.bits.iter().zip(bits)) {
            *word = *word & touched | outside;
        }
        let values = whole.0.iter_mut().skip(layout.bit_words);
        for (place, (word, outside)) in values.zip(slots).enumerate() {
            if !frame.slots.has(place) {
                *word = *outside;
            }
        }
        whole
    }
}
