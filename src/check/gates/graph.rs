//! What needs what: a graph of alternatives and requirements, built backwards from a goal.

use rustc_hash::FxHashMap;

use crate::diagnostic::Span;
use crate::model::{AttributeId, BranchingId, EntityId, EventId, RuleId, WordId};
use crate::program::{GroundArgs, GroundFact, GroundMeasure, GroundValue};

/// A place in the table of nodes.
pub(super) type Ix = usize;

/// What is there from the first day, or asks for nothing.
pub(super) const GIVEN: Ix = 0;
/// What cannot be.
pub(super) const NEVER: Ix = 1;

/// What a node stands for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum What {
    /// A fact that begins to hold.
    Fact(GroundFact),
    /// A fact that ceases to hold.
    NoFact(GroundFact),
    /// An event, with open arguments where any will do.
    Event(EventId, Vec<Option<GroundValue>>),
    /// A measure that changes.
    Measure(GroundMeasure),
    /// A condition among the attributes of an entity, or its contrary.
    Gate(EntityId, AttributeId, bool),
    /// A chance or choice that falls one way.
    Settled(Settled),
    /// A rule with its variables bound.
    Rule(RuleId, Vec<Option<EntityId>>),
    /// Nothing of its own: a conjunction or an alternative, by number.
    Join(usize),
}

/// A chance or choice that falls one way.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Settled {
    pub branching: BranchingId,
    pub args: GroundArgs,
    pub word: WordId,
    /// Who chooses; none for a chance.
    pub by: Option<EntityId>,
}

/// How a node hangs on its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// On all of them.
    All,
    /// On any of them.
    Any,
    /// On so many of them.
    AtLeast(usize),
}

/// A node.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub what: What,
    pub needs: Needs,
    pub parts: Vec<Ix>,
    /// Where it is written, where that says more than its name.
    pub place: Option<Span>,
    /// Whether nothing in the scenario raises it, so that somebody must from outside.
    pub outside: bool,
}

/// The graph.
#[derive(Clone, Debug)]
pub(super) struct Graph {
    pub nodes: Vec<Node>,
    known: FxHashMap<What, Ix>,
}

impl Graph {
    pub fn new() -> Self {
        let mut graph = Graph {
            nodes: Vec::new(),
            known: FxHashMap::default(),
        };
        // GIVEN and NEVER.
        graph.push(What::Join(0), Needs::All, Vec::new());
        graph.push(What::Join(1), Needs::Any, Vec::new());
        graph
    }

    pub fn node(&self, ix: Ix) -> Option<&Node> {
        self.nodes.get(ix)
    }

    /// The parts of a node; none of a node that does not exist.
    pub fn parts(&self, ix: Ix) -> &[Ix] {
        self.nodes.get(ix).map_or(&[], |node| node.parts.as_slice())
    }

    fn push(&mut self, what: What, needs: Needs, parts: Vec<Ix>) -> Ix {
        self.nodes.push(Node {
            what,
            needs,
            parts,
            place: None,
            outside: false,
        });
        self.nodes.len() - 1
    }

    /// The node of that meaning, and whether it is new: then its parts are still to be found.
    pub fn named(&mut self, what: What, needs: Needs) -> (Ix, bool) {
        if let Some(ix) = self.known.get(&what) {
            return (*ix, false);
        }
        let ix = self.push(what.clone(), needs, Vec::new());
        self.known.insert(what, ix);
        (ix, true)
    }

    pub fn all(&mut self, parts: impl IntoIterator<Item = Ix>) -> Ix {
        let mut kept: Vec<Ix> = parts.into_iter().filter(|part| *part != GIVEN).collect();
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [] => GIVEN,
            _ if kept.contains(&NEVER) => NEVER,
            [one] => *one,
            _ => self.join(Needs::All, kept),
        }
    }

    pub fn any(&mut self, parts: impl IntoIterator<Item = Ix>) -> Ix {
        let mut kept: Vec<Ix> = parts.into_iter().filter(|part| *part != NEVER).collect();
        kept.sort_unstable();
        kept.dedup();
        match kept.as_slice() {
            [] => NEVER,
            _ if kept.contains(&GIVEN) => GIVEN,
            [one] => *one,
            _ => self.join(Needs::Any, kept),
        }
    }

    pub fn at_least(&mut self, parts: &[Ix], least: i64) -> Ix {
        let given = parts.iter().filter(|part| **part == GIVEN).count();
        let open: Vec<Ix> = parts
            .iter()
            .copied()
            .filter(|part| *part != GIVEN && *part != NEVER)
            .collect();
        let least = least - i64::try_from(given).unwrap_or(i64::MAX);
        match usize::try_from(least) {
            Err(_) | Ok(0) => GIVEN,
            Ok(least) if least > open.len() => NEVER,
            Ok(1) => self.any(open),
            Ok(least) if least == open.len() => self.all(open),
            Ok(least) => self.join(Needs::AtLeast(least), open),
        }
    }

    fn join(&mut self, needs: Needs, parts: Vec<Ix>) -> Ix {
        let number = self.nodes.len();
        self.push(What::Join(number), needs, parts)
    }

    /// Whether a node comes to be once these of its parts have.
    pub fn met(&self, ix: Ix, test: impl Fn(Ix) -> bool) -> bool {
        let Some(node) = self.nodes.get(ix) else {
            return false;
        };
        match node.needs {
            Needs::All => node.parts.iter().all(|part| test(*part)),
            Needs::Any => node.parts.iter().any(|part| test(*part)),
            Needs::AtLeast(least) => node.parts.iter().filter(|part| test(**part)).count() >= least,
        }
    }
}
