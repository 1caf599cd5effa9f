//! What of the graph can come to be, what in it waits for itself, and what must come before what.

use std::collections::{BTreeMap, VecDeque};

use petgraph::algo::tarjan_scc;
use petgraph::graph::{DiGraph, NodeIndex};

use super::graph::{GIVEN, Graph, Ix, Needs, What};

/// Which nodes can come to be: the least set closed under the graph.
pub(super) fn reached(graph: &Graph) -> Vec<bool> {
    let mut reached = vec![false; graph.nodes.len()];
    let mut above: Vec<Vec<Ix>> = vec![Vec::new(); graph.nodes.len()];
    for (ix, node) in graph.nodes.iter().enumerate() {
        for part in &node.parts {
            if let Some(above) = above.get_mut(*part) {
                above.push(ix);
            }
        }
    }
    let mut open: VecDeque<Ix> = (0..graph.nodes.len()).collect();
    while let Some(ix) = open.pop_front() {
        if reached.get(ix) != Some(&false) || !graph.met(ix, |part| reached.get(part) == Some(&true)) {
            continue;
        }
        if let Some(place) = reached.get_mut(ix) {
            *place = true;
        }
        open.extend(above.get(ix).into_iter().flatten().copied());
    }
    reached
}

/// The nodes that cannot come to be and need one of these, themselves included.
pub(super) fn above<'a>(
    graph: &Graph,
    reached: &[bool],
    these: impl Iterator<Item = &'a Ix>,
) -> impl Iterator<Item = Ix> {
    let mut needed: Vec<bool> = vec![false; graph.nodes.len()];
    for ix in these {
        if let Some(place) = needed.get_mut(*ix) {
            *place = true;
        }
    }
    loop {
        let mut more = false;
        for ix in 0..graph.nodes.len() {
            let stuck = reached.get(ix) == Some(&false) && needed.get(ix) == Some(&false);
            if stuck
                && graph
                    .parts(ix)
                    .iter()
                    .any(|part| needed.get(*part) == Some(&true))
            {
                more = true;
                if let Some(place) = needed.get_mut(ix) {
                    *place = true;
                }
            }
        }
        if !more {
            break;
        }
    }
    (0..graph.nodes.len()).filter(move |ix| needed.get(*ix) == Some(&true))
}

/// How many loops of one knot are told.
const TOLD: usize = 3;

/// The loops in what cannot come to be, for each knot of nodes that need each other: the one that runs through most of the
/// author's gates first, of those the shortest. In a loop each node needs the next and the last the first.
pub(super) fn loops(graph: &Graph, reached: &[bool], is_gate: impl Fn(Ix) -> bool) -> Vec<Vec<Vec<Ix>>> {
    let stuck = |ix: Ix| reached.get(ix) == Some(&false);
    let mut needs: DiGraph<Ix, (), u32> = DiGraph::new();
    let mut at: BTreeMap<Ix, NodeIndex> = BTreeMap::new();
    for ix in (0..graph.nodes.len()).filter(|ix| stuck(*ix)) {
        at.insert(ix, needs.add_node(ix));
    }
    for (ix, from) in &at {
        for part in graph.parts(*ix) {
            if let Some(to) = at.get(part) {
                needs.add_edge(*from, *to, ());
            }
        }
    }
    let named = |ix: &Ix| {
        let what = graph.node(*ix).map(|node| &node.what);
        matches!(what, Some(What::Fact(_) | What::NoFact(_) | What::Event(..)))
    };
    let mut found = Vec::new();
    for knot in tarjan_scc(&needs) {
        let mut knot: Vec<Ix> = knot
            .into_iter()
            .filter_map(|node| needs.node_weight(node).copied())
            .collect();
        knot.sort_unstable();
        let mut from: Vec<Ix> = knot.iter().copied().filter(|ix| is_gate(*ix)).collect();
        if from.is_empty() {
            from = knot.iter().copied().filter(named).collect();
        }
        let gates = |round: &[Ix]| -> Vec<Ix> {
            let mut gates: Vec<Ix> = round.iter().copied().filter(|ix| is_gate(*ix)).collect();
            gates.sort_unstable();
            gates
        };
        let mut rounds: Vec<Vec<Ix>> = from
            .iter()
            .filter_map(|start| round(graph, &knot, *start))
            .collect();
        rounds
            .sort_by_cached_key(|round| (std::cmp::Reverse(gates(round).len()), round.len(), round.clone()));
        let mut told: Vec<Vec<Ix>> = Vec::new();
        for round in rounds {
            // One that runs through no other gates says nothing new.
            let new = told.iter().all(|known| {
                let known = gates(known);
                known.is_empty() || !gates(&round).iter().all(|gate| known.contains(gate))
            });
            if told.is_empty() || new && !gates(&round).is_empty() {
                told.push(round);
            }
        }
        told.truncate(TOLD);
        if !told.is_empty() {
            found.push(told);
        }
    }
    found.sort();
    found
}

/// A shortest way from a node back to itself within a knot.
fn round(graph: &Graph, knot: &[Ix], start: Ix) -> Option<Vec<Ix>> {
    let mut came_from: BTreeMap<Ix, Ix> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(ix) = open.pop_front() {
        for part in graph.parts(ix) {
            if knot.binary_search(part).is_err() || came_from.contains_key(part) {
                continue;
            }
            came_from.insert(*part, ix);
            if *part == start {
                let mut way = Vec::new();
                let mut at = start;
                while let Some(before) = came_from.get(&at) {
                    way.push(*before);
                    at = *before;
                    if at == start {
                        break;
                    }
                }
                way.reverse();
                return Some(way);
            }
            open.push_back(*part);
        }
    }
    None
}

/// For each node the nodes without which it cannot come to be (its landmarks, as in Keyder, Richter and Helmert, "Sound and
/// complete landmarks for and/or graphs", ECAI 2010), counted among those that `counts` chooses.
pub(super) struct Landmarks {
    /// The nodes that count, in order.
    pub chosen: Vec<Ix>,
    words: usize,
    sets: Vec<u64>,
}

impl Landmarks {
    /// More words than this are too many.
    const MOST: usize = 50_000_000;

    /// None if the graph is too large.
    pub fn of(graph: &Graph, reached: &[bool], counts: impl Fn(Ix) -> bool) -> Option<Landmarks> {
        let is_reached = |ix: Ix| reached.get(ix) == Some(&true);
        let chosen: Vec<Ix> = (0..graph.nodes.len())
            .filter(|ix| is_reached(*ix) && counts(*ix))
            .collect();
        let words = chosen.len().div_ceil(64).max(1);
        if words.checked_mul(graph.nodes.len())? > Self::MOST {
            return None;
        }
        let mut marks = Landmarks {
            sets: vec![u64::MAX; words * graph.nodes.len()],
            words,
            chosen,
        };
        marks.put(GIVEN, &vec![0; words]);
        loop {
            let mut changed = false;
            for (ix, node) in graph.nodes.iter().enumerate() {
                if ix == GIVEN || !is_reached(ix) {
                    continue;
                }
                let parts: Vec<&[u64]> = node
                    .parts
                    .iter()
                    .filter(|part| is_reached(**part))
                    .map(|part| marks.set(*part))
                    .collect();
                let mut set = vec![0u64; words];
                match node.needs {
                    Needs::All => parts.iter().for_each(|part| join(&mut set, part, |a, b| a | b)),
                    Needs::Any => {
                        set.fill(u64::MAX);
                        parts.iter().for_each(|part| join(&mut set, part, |a, b| a & b));
                    }
                    Needs::AtLeast(least) => {
                        for bit in 0..marks.chosen.len() {
                            let lacking = parts.iter().filter(|part| !has(part, bit)).count();
                            if lacking < least {
                                add(&mut set, bit);
                            }
                        }
                    }
                }
                if let Ok(bit) = marks.chosen.binary_search(&ix) {
                    add(&mut set, bit);
                }
                if marks.set(ix) != set.as_slice() {
                    marks.put(ix, &set);
                    changed = true;
                }
            }
            if !changed {
                return Some(marks);
            }
        }
    }

    fn set(&self, ix: Ix) -> &[u64] {
        self.sets
            .get(ix * self.words..(ix + 1) * self.words)
            .unwrap_or(&[])
    }

    fn put(&mut self, ix: Ix, set: &[u64]) {
        if let Some(place) = self.sets.get_mut(ix * self.words..(ix + 1) * self.words) {
            place.copy_from_slice(set);
        }
    }

    /// The landmarks of a node, itself included if it counts.
    pub fn before(&self, ix: Ix) -> Vec<Ix> {
        let set = self.set(ix);
        let chosen = self.chosen.iter().enumerate();
        chosen
            .filter(|(bit, _)| has(set, *bit))
            .map(|(_, ix)| *ix)
            .collect()
    }
}

fn has(set: &[u64], bit: usize) -> bool {
    set.get(bit / 64)
        .is_some_and(|word| word & (1 << (bit % 64)) != 0)
}

fn add(set: &mut [u64], bit: usize) {
    if let Some(word) = set.get_mut(bit / 64) {
        *word |= 1 << (bit % 64);
    }
}

fn join(set: &mut [u64], other: &[u64], with: impl Fn(u64, u64) -> u64) {
    for (word, other) in set.iter_mut().zip(other) {
        *word = with(*word, *other);
    }
}
