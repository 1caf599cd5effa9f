//! The truth of a condition at all corners of a cube at once, sixty-four in a word.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::{SmallVec, smallvec};

use super::cube::{Corners, Free};
use crate::engine::World;
use crate::ids::Id as _;
use crate::program::{Node, NodeId, Program};
use crate::whatif::exact::bits::Bits;
use crate::whatif::exact::layout::Layout;
use crate::whatif::exact::readers::Readers;

/// The numbers of sixty-four corners have these bits.
const LANES: [u64; 6] = [
    0xAAAA_AAAA_AAAA_AAAA,
    0xCCCC_CCCC_CCCC_CCCC,
    0xF0F0_F0F0_F0F0_F0F0,
    0xFF00_FF00_FF00_FF00,
    0xFFFF_0000_FFFF_0000,
    0xFFFF_FFFF_0000_0000,
];

/// All conditions that hang on the free facts.
pub(super) fn above(program: &Program, layout: &Layout, free: &Free, readers: &Readers) -> Bits {
    let mut above = Bits::new(program.network.len());
    let facts = free.places().iter();
    let mut open: Vec<NodeId> = facts
        .filter_map(|place| layout.atoms.get(*place as usize).map(|(_, node)| *node))
        .collect();
    while let Some(node) = open.pop() {
        if above.add(node.index()) {
            open.extend(readers.of_node(node));
        }
    }
    above
}

/// Conditions over the corners of a cube.
pub(super) struct Lanes<'l> {
    program: &'l Program,
    /// A state at one of the corners: what does not hang on the free facts is read off it.
    world: &'l World,
    above: &'l Bits,
    facts: FxHashMap<NodeId, u32>,
    words: usize,
    known: FxHashMap<NodeId, Corners>,
}

impl<'l> Lanes<'l> {
    pub fn new(
        program: &'l Program,
        layout: &Layout,
        free: &Free,
        above: &'l Bits,
        world: &'l World,
    ) -> Self {
        let fact = |place: &u32| Some((layout.atoms.get(*place as usize)?.1, free.bit(*place)?));
        Lanes {
            program,
            world,
            above,
            facts: free.places().iter().filter_map(fact).collect(),
            words: free.corners().div_ceil(64),
            known: FxHashMap::default(),
        }
    }

    /// The corners at which a condition holds; none if it compares numbers that hang on the free facts, or hangs on itself.
    pub fn of(&mut self, node: NodeId) -> Option<Corners> {
        // What a condition is made of comes before it, and may lie deeper than a stack is.
        let mut open: SmallVec<[NodeId; 8]> = smallvec![node];
        while let Some(next) = open.last().copied() {
            let before = open.len();
            if !self.known.contains_key(&next) {
                self.unknown_parts(next, &mut open)?;
                if open.len() > before {
                    continue;
                }
                let corners = self.work_out(next)?;
                self.known.insert(next, corners);
            }
            open.pop();
        }
        self.part(node)
    }

    /// Adds the parts of a condition whose corners are not known yet. None if it hangs on itself.
    fn unknown_parts(&self, node: NodeId, open: &mut SmallVec<[NodeId; 8]>) -> Option<()> {
        let network = &self.program.network;
        if !self.above.has(node.index()) || self.facts.contains_key(&node) {
            return Some(());
        }
        if network.component(node).is_some() {
            return None;
        }
        network.each_part(node, &mut |part| {
            if !self.known.contains_key(&part) {
                open.push(part);
            }
        });
        Some(())
    }

    /// The corners of a condition that are known.
    fn part(&self, node: NodeId) -> Option<Corners> {
        self.known.get(&node).map(Rc::clone)
    }

    fn all(&self, truth: bool) -> Corners {
        let word = if truth { u64::MAX } else { 0 };
        (0..self.words).map(|_| word).collect()
    }

    /// The corners at which a condition holds, from those of its parts.
    fn work_out(&self, node: NodeId) -> Option<Corners> {
        if !self.above.has(node.index()) {
            return Some(self.all(self.world.holds(node)));
        }
        if let Some(bit) = self.facts.get(&node) {
            let lanes = |word: usize| match LANES.get(*bit as usize) {
                Some(lanes) => *lanes,
                None if word >> (bit - 6) & 1 == 1 => u64::MAX,
                None => 0,
            };
            return Some((0..self.words).map(lanes).collect());
        }
        let network = &self.program.network;
        match network.node(node) {
            Node::Constant(_) | Node::Fact(_) | Node::Flag(_) | Node::Compare(..) => None,
            Node::Not(inner) => Some(self.part(*inner)?.iter().map(|word| !word).collect()),
            Node::And(parts) => self.junction(parts, true),
            Node::Or(parts) => self.junction(parts, false),
            Node::Derived(head) => self.junction(network.bodies(*head), false),
            Node::AtLeast(parts, least) => self.at_least(parts, *least),
        }
    }

    fn junction(&self, parts: &[NodeId], all: bool) -> Option<Corners> {
        let mut words: Vec<u64> = self.all(all).to_vec();
        for part in parts {
            for (word, part) in words.iter_mut().zip(self.part(*part)?.iter()) {
                *word = if all { *word & part } else { *word | part };
            }
        }
        Some(words.into())
    }

    /// Counts in all lanes at once: digit by digit, carrying.
    fn at_least(&self, parts: &[NodeId], least: u32) -> Option<Corners> {
        let digits = (usize::BITS - parts.len().leading_zeros()) as usize;
        let parts: Vec<Corners> = parts.iter().map(|part| self.part(*part)).collect::<Option<_>>()?;
        if least.checked_shr(u32::try_from(digits).ok()?).unwrap_or(0) != 0 {
            return Some(self.all(false));
        }
        let mut sum = vec![0u64; digits];
        let mut words = Vec::with_capacity(self.words);
        for place in 0..self.words {
            sum.fill(0);
            for part in &parts {
                let mut carry = part.get(place).copied().unwrap_or(0);
                for digit in &mut sum {
                    (*digit, carry) = (*digit ^ carry, *digit & carry);
                }
            }
            // At least as great, from the highest digit down: greater so far, or equal so far.
            let (mut greater, mut equal) = (0u64, u64::MAX);
            for (place, digit) in sum.iter().enumerate().rev() {
                if least >> place & 1 == 1 {
                    equal &= digit;
                } else {
                    greater |= equal & digit;
                    equal &= !digit;
                }
            }
            words.push(greater | equal);
        }
        Some(words.into())
    }
}
