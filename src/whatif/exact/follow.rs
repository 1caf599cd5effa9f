//! Following what conditions and numbers read, down to facts and measures.

use smallvec::{SmallVec, smallvec};

use crate::program::{GroundChoice, GroundFix, Node, NodeId, NumberId, Program, SlotId, Thumb, number_reads};

/// What a condition is made of.
pub(super) enum Input {
    Node(NodeId),
    Number(NumberId),
}

/// Visits what a condition reads itself.
pub(super) fn inputs(program: &Program, node: NodeId, visit: &mut impl FnMut(Input)) {
    let network = &program.network;
    network.each_part(node, &mut |part| visit(Input::Node(part)));
    if let Node::Compare(_, a, b) = network.node(node) {
        visit(Input::Number(*a));
        visit(Input::Number(*b));
    }
}

/// Notes what is read.
pub(super) trait Follow<'p> {
    fn program(&self) -> &'p Program;

    /// Notes a condition. Whether what it reads is to be noted too.
    fn note(&mut self, node: NodeId) -> bool;

    /// Notes a number. Whether what it reads is to be noted: once is enough.
    fn note_number(&mut self, _: NumberId) -> bool {
        true
    }

    /// Notes a measure.
    fn note_measure(&mut self, slot: SlotId);

    /// A condition is read. What it is made of may lie deeper than a stack is.
    fn node(&mut self, node: NodeId) {
        let mut open: SmallVec<[NodeId; 8]> = smallvec![node];
        self.all(&mut open);
    }

    /// A condition is read, if there is one.
    fn maybe(&mut self, node: Option<NodeId>) {
        if let Some(node) = node {
            self.node(node);
        }
    }

    /// A number is read.
    fn number(&mut self, number: NumberId) {
        let mut open = SmallVec::new();
        self.within(number, &mut open);
        self.all(&mut open);
    }

    /// Conditions are read.
    fn all(&mut self, open: &mut SmallVec<[NodeId; 8]>) {
        while let Some(node) = open.pop() {
            if self.note(node) {
                inputs(self.program(), node, &mut |input| match input {
                    Input::Node(node) => open.push(node),
                    Input::Number(number) => self.within(number, open),
                });
            }
        }
    }

    /// Notes a number and the measures it reads, and tells the conditions that it reads.
    fn within(&mut self, number: NumberId, open: &mut SmallVec<[NodeId; 8]>) {
        if !self.note_number(number) {
            return;
        }
        let (mut nodes, mut slots) = (Vec::new(), Vec::new());
        number_reads(&self.program().numbers, number, &mut nodes, &mut slots);
        slots.into_iter().for_each(|slot| self.note_measure(slot));
        open.extend(nodes);
    }

    /// What settles a choice is read: which options are open, its default, its `fix:`.
    fn choice(&mut self, choice: &GroundChoice) {
        for option in &choice.options {
            self.node(option.open);
        }
        if let Some(thumb) = &choice.default {
            self.thumb(thumb);
        }
        if let GroundFix::Thumb(thumb, _) = &self.program().settlements[choice.settlement].fix {
            self.thumb(thumb);
        }
    }

    /// A rule of thumb is read.
    fn thumb(&mut self, thumb: &Thumb) {
        if let Thumb::If(condition, a, b) = thumb {
            self.node(*condition);
            self.thumb(a);
            self.thumb(b);
        }
    }
}
