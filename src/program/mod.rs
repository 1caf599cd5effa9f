//! From a typed model to a flat program: everything bound, numbered and indexed, so that a run looks nothing up.
//!
//! 1. [`possible`](self) finds what can ever be, and so which rule instances there are.
//! 2. Each instance's conditions become nodes of one shared truth network, its effects flat operations.
//! 3. Indexes say what an event triggers, what a change touches, which rules tick on which day.

mod amounts;
mod build;
mod calendar;
mod closed;
pub(crate) mod codes;
mod compiled;
mod conditions;
mod effects;
mod error;
mod finish;
mod formula;
mod ground;
mod instances;
mod limits;
mod network;
mod number;
mod parts;
mod plan;
mod possible;
mod probabilities;
mod questions;
mod reads;
mod settlements;

pub use closed::{Closed, Tally};
pub(crate) use closed::{ClosedFact, Opened};
pub use compiled::Compiled;
pub use error::GroundError;
pub use ground::*;
pub use network::{FlagId, Measures, Network, Node, NodeId, Truths};
pub(crate) use number::reads as number_reads;
pub use number::{NumberFault, NumberId, NumberNode, Numbers, Reading, fixed, float};
pub use parts::*;
pub(crate) use possible::canonical;
pub use possible::{Binding, GroundBudget};
pub use probabilities::Probabilities;
pub(crate) use probabilities::{SLACK, distribution};
pub use questions::{Claimed, Question, QuestionId, Share};
pub(crate) use reads::{conjuncts, variables};

use std::collections::HashSet;
use std::sync::Arc;

use crate::ids::Table;
use crate::language::value::Day;
use crate::model::{OutcomeId, RuleId};

/// A flat program: what the engine runs. Its tables stand in canonical order, whatever the order of the files.
#[derive(Clone, Debug)]
pub struct Program {
    /// First and last day, both included.
    pub period: (Day, Day),
    /// Every condition.
    pub network: Network,
    /// Every number expression.
    pub numbers: Numbers,
    /// Stored facts.
    pub atoms: Table<AtomId, Atom>,
    /// Derived facts that no event can change, where there are so many that they have neither instances nor nodes of
    /// their own.
    pub closed: Option<Arc<Closed>>,
    /// Derived facts that have nodes.
    pub derived: Table<DerivedId, Derived>,
    /// Measures.
    pub slots: Table<SlotId, Slot>,
    /// Events.
    pub events: Table<GroundEventId, GroundEvent>,
    /// Rule instances.
    pub instances: Table<InstanceId, Instance>,
    /// Effects.
    pub blocks: Table<BlockId, Block>,
    /// Norms that can arise.
    pub templates: Table<TemplateId, Template>,
    /// Questions about norms, with their nodes.
    pub flags: Table<FlagId, (Flag, NodeId)>,
    /// Chances and choices by name.
    pub settlements: Table<SettlementId, Settlement>,
    /// Places that draw.
    pub chances: Table<ChanceId, GroundChance>,
    /// Places that choose.
    pub choices: Table<ChoiceId, GroundChoice>,
    /// How many occurrence counters a run keeps.
    pub counters: usize,
    /// Rising conditions: by node, the instances that wait for it. Sorted by node.
    pub whens: Vec<(NodeId, InstanceId)>,
    /// For each instance, the events that trigger it.
    pub(crate) triggers: Table<InstanceId, Vec<GroundEventId>>,
    /// For each node, whether a `when:` rule waits for it.
    pub(crate) rising: Table<NodeId, bool>,
    /// Periodic rules.
    pub tick_groups: Vec<TickGroup>,
    /// Scripted events by day, each with its place in the model's timeline.
    pub timeline: Vec<(Day, GroundEventId, usize)>,
    /// What is watched.
    pub monitors: Table<MonitorId, Monitor>,
    /// The outcomes.
    pub outcomes: Table<OutcomeId, Formula>,
    /// Expectations that one run can tell; none for probabilistic ones. In the model's order.
    pub expectations: Vec<Option<Formula>>,
    /// What `p(...)` asks of all runs together: by the expectations, then by whoever asks beside them.
    pub questions: Table<QuestionId, Question>,
    /// For each expectation that speaks of probabilities, what it claims of them. In the model's order.
    pub claims: Vec<Option<Claimed>>,
    /// The questions asked beside the scenario, in the model's order.
    pub asked: Vec<Option<Claimed>>,
    /// Invariants, as nodes read at each day's close. In the model's order.
    pub invariants: Vec<NodeId>,
    /// For each invariant that speaks of the whole run, its formula; its node is always true.
    pub histories: Vec<Option<Formula>>,
    /// For each position of the model, the node of its `met_if`.
    pub positions: Vec<NodeId>,
    /// `(a, b)` where rule `a` overrides rule `b`, transitively.
    pub overrides: HashSet<(RuleId, RuleId)>,
    /// How many instances each rule has.
    pub instance_counts: Table<RuleId, usize>,
}

impl Program {
    /// The events that trigger an instance; none for ticks and rising conditions.
    pub fn triggers(&self, instance: InstanceId) -> &[GroundEventId] {
        self.triggers.find(instance).map_or(&[], Vec::as_slice)
    }

    /// Whether a `when:` rule waits for this node.
    #[inline]
    pub fn rises(&self, node: NodeId) -> bool {
        self.rising.find(node).copied().unwrap_or(false)
    }

    /// The rising conditions that are this node, each with its place in `whens`.
    pub fn waiting_for(&self, node: NodeId) -> impl Iterator<Item = (usize, InstanceId)> + '_ {
        let from = self.whens.partition_point(|(other, _)| *other < node);
        self.whens
            .iter()
            .enumerate()
            .skip(from)
            .take_while(move |(_, (other, _))| *other == node)
            .map(|(place, (_, instance))| (place, *instance))
    }
}
