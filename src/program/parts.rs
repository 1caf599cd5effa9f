//! The parts of a flat program.

use super::ground::{
    AtomId, BlockId, GroundArgs, GroundEventId, GroundEventKey, GroundFact, GroundMeasure, InstanceId,
    SettlementId, SlotId, TemplateId,
};
use super::network::NodeId;
use super::number::NumberId;
use super::possible::Binding;
use crate::ids::ids;
use crate::language::value::{Day, Duration, Fixed};
use crate::model::{BranchingId, EntityId, NormWord, RuleId, When, WordId};

ids! {
    /// One place in a rule that draws a chance.
    ChanceId;
    /// One place in a rule that makes a choice.
    ChoiceId;
    /// How often something was triggered in this run, where the calendar does not tell.
    CounterId;
    /// Something watched for outcomes and invariants.
    MonitorId;
}

/// A stored fact that may hold at some time.
#[derive(Clone, Debug)]
pub struct Atom {
    /// Which fact.
    pub fact: GroundFact,
    /// Its node in the network.
    pub node: NodeId,
    /// Whether it holds before the first day.
    pub initially: bool,
}

/// A derived fact that may hold at some time.
#[derive(Clone, Debug)]
pub struct Derived {
    /// Which fact.
    pub fact: GroundFact,
    /// Its node in the network.
    pub node: NodeId,
    /// The instances that derive it.
    pub by: Vec<InstanceId>,
}

/// A measure that something reads or changes.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Which measure.
    pub measure: GroundMeasure,
    /// Its value before the first day.
    pub initially: Fixed,
    /// Its bounds.
    pub bounds: (Fixed, Fixed),
}

/// An event that may be raised.
#[derive(Clone, Debug)]
pub struct GroundEvent {
    /// Which event.
    pub key: GroundEventKey,
    /// For an institutional event: without this the act is void.
    pub requires: Option<NodeId>,
    /// Instances it triggers, in canonical order.
    pub fires: Vec<InstanceId>,
    /// Occurrence counters that advance on each day it happens.
    pub counts: Vec<CounterId>,
    /// Norms whose goal or limit it matches.
    pub norms: Vec<TemplateId>,
    /// Monitors that look for it.
    pub monitors: Vec<MonitorId>,
}

/// A rule with all its variables bound.
#[derive(Clone, Debug)]
pub struct Instance {
    /// The rule.
    pub rule: RuleId,
    /// The values of its own variables.
    pub binding: Binding,
    /// For a `when:` rule, its rising condition.
    pub when: Option<NodeId>,
    /// Its `if:`; for a deriving rule, its whole body.
    pub guard: NodeId,
    /// What it does; none for a deriving rule.
    pub block: Option<BlockId>,
    /// Occurrence counters that advance when it is triggered at rest.
    pub counts: Vec<CounterId>,
}

/// Effects that are committed together, all from one place of one instance.
#[derive(Clone, Debug)]
pub struct Block {
    /// Whose effects these are.
    pub source: InstanceId,
    /// The effects.
    pub ops: Box<[Op]>,
}

/// A ground effect.
#[derive(Clone, Debug)]
pub enum Op {
    /// A fact begins to hold.
    Start(AtomId),
    /// A fact ceases to hold.
    End(AtomId),
    /// A measure gets a value.
    Set(SlotId, NumberId),
    /// A measure changes by an amount.
    Add(SlotId, NumberId),
    /// An event is raised in the next wave.
    Raise(GroundEventId),
    /// An event is put on the agenda.
    Schedule(GroundEventId, Duration),
    /// An event is put on the agenda; on its day it happens at rest, unless the node holds.
    ScheduleUnless(GroundEventId, Duration, NodeId),
    /// A norm arises.
    Impose(TemplateId),
    /// A chance is drawn.
    Draw(ChanceId),
    /// A choice is made.
    Choose(ChoiceId),
}

/// A duty or a prohibition that an instance can create.
#[derive(Clone, Debug)]
pub struct Template {
    /// Which instance.
    pub source: InstanceId,
    /// Which of the effects of its rule, counted in order over branches and `else:`.
    pub ordinal: usize,
    /// What is asked.
    pub goal: GroundGoal,
    /// Whose it is.
    pub of: EntityId,
    /// To whom it is owed.
    pub to: Option<EntityId>,
    /// Under which provision.
    pub under: Option<EntityId>,
    /// By when.
    pub deadline: GroundDeadline,
    /// It is released once this fails.
    pub while_: Option<NodeId>,
    /// What follows a breach, if anything.
    pub otherwise: Option<BlockId>,
    /// The event `breach(of, under)`.
    pub breach: GroundEventId,
    /// The nodes of `owed`, `met`, `broken` that speak of this norm, where something reads them.
    pub flags: NormFlags,
    /// Occurrence counters that advance when it is breached: of what its `else:` draws.
    pub counts: Vec<CounterId>,
    /// Events by which it cannot be fulfilled in the wave in which it arises: those that bring it about.
    pub triggers: Vec<GroundEventId>,
}

/// The input nodes that tell about a norm.
#[derive(Clone, Copy, Debug, Default)]
pub struct NormFlags {
    /// `owed`
    pub owed: Option<NodeId>,
    /// `met`
    pub met: Option<NodeId>,
    /// `broken`
    pub broken: Option<NodeId>,
}

/// What a norm asks.
#[derive(Clone, Debug)]
pub enum GroundGoal {
    /// One of these events, in ascending order.
    Do(Vec<GroundEventId>),
    /// This node at some rest.
    Reach(NodeId),
    /// None of these events, in ascending order.
    Refrain(Vec<GroundEventId>),
}

/// By when a duty must be fulfilled.
#[derive(Clone, Debug)]
pub enum GroundDeadline {
    /// No deadline.
    Open,
    /// So long after it arose.
    Within(Duration),
    /// On this day at the latest.
    Due(Day),
    /// Before any of these events, in ascending order.
    Before(Vec<GroundEventId>),
}

/// A question about norms that some condition asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flag {
    /// Which question.
    pub word: NormWord,
    /// Whose norm.
    pub of: EntityId,
    /// Under which provision.
    pub under: Option<EntityId>,
}

/// A ground chance or choice, however many rules settle it.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Its name.
    pub branching: BranchingId,
    /// Its arguments.
    pub args: GroundArgs,
    /// The hash of name and arguments that keys its draws.
    pub key: u64,
    /// Per branch of the branching, in its order: the hash that keys its draw.
    pub branch_keys: Vec<u64>,
    /// Which time this is.
    pub counter: Counter,
    /// How the author settled it.
    pub fix: GroundFix,
    /// Whether it may come up more than once in a day.
    pub recurs: bool,
}

/// Where the ordinal of a settlement comes from.
#[derive(Clone, Debug)]
pub enum Counter {
    /// From the calendar: its rules are all periodic. All days on which any of them ticks.
    Calendar(std::sync::Arc<[Day]>),
    /// Counted in the run.
    Stored(CounterId),
}

/// A `fix:` on a settlement.
#[derive(Clone, Debug)]
pub enum GroundFix {
    /// None.
    Open,
    /// Always this word; the number is the entry of `fix:`.
    Always(WordId, usize),
    /// At these times.
    At(Vec<(When, WordId)>, usize),
    /// By a rule of thumb.
    Thumb(Thumb, usize),
}

/// A rule of thumb: which option, by conditions.
#[derive(Clone, Debug)]
pub enum Thumb {
    /// This one.
    Word(WordId),
    /// By a condition.
    If(NodeId, Box<Thumb>, Box<Thumb>),
}

/// One place that draws a chance.
#[derive(Clone, Debug)]
pub struct GroundChance {
    /// What it settles.
    pub settlement: SettlementId,
    /// Whose effect it is.
    pub source: InstanceId,
    /// Its branches, in the order of the branching's words.
    pub branches: Vec<GroundBranch>,
    /// The place of each branch among the branching's words and its probability, where these are known at load and
    /// right.
    pub known: Option<Vec<(usize, f64)>>,
}

/// A branch of a chance.
#[derive(Clone, Debug)]
pub struct GroundBranch {
    /// Its name.
    pub word: WordId,
    /// Its place among the branching's words.
    pub place: usize,
    /// Its probability; none for `rest`.
    pub p: Option<NumberId>,
    /// What follows.
    pub block: BlockId,
}

/// One place that makes a choice.
#[derive(Clone, Debug)]
pub struct GroundChoice {
    /// What it settles.
    pub settlement: SettlementId,
    /// Whose effect it is.
    pub source: InstanceId,
    /// Who chooses.
    pub by: EntityId,
    /// How it is settled where nobody says.
    pub default: Option<Thumb>,
    /// The options.
    pub options: Vec<GroundOption>,
}

/// An option of a choice.
#[derive(Clone, Debug)]
pub struct GroundOption {
    /// Its name.
    pub word: WordId,
    /// Whether it is open.
    pub open: NodeId,
    /// What follows.
    pub block: BlockId,
}

/// All rules that tick with one period.
#[derive(Clone, Debug)]
pub struct TickGroup {
    /// The period.
    pub every: Duration,
    /// Its instances, in canonical order.
    pub instances: Vec<InstanceId>,
    /// Its ticks, ascending.
    pub days: Vec<Day>,
    /// Whether a tick can do anything: any of the guards.
    pub active: NodeId,
    /// Whether its ticks count even where no guard holds.
    pub counts: bool,
}

/// Something watched for outcomes and invariants.
#[derive(Clone, Debug)]
pub struct Monitor {
    /// What to remember.
    pub keep: Keep,
    /// A condition read at each day's close; none where events are watched.
    pub node: Option<NodeId>,
}

/// What a monitor remembers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Keep {
    /// Whether at least once.
    Ever,
    /// How many times.
    Times,
    /// The first day.
    First,
    /// Whether at the close of the last day.
    AtEnd,
    /// On how many days.
    Held,
}

/// A ground formula over monitors: the value of an outcome.
#[derive(Clone, Debug)]
pub enum Formula {
    /// A truth, a number or a day known at load.
    Value(OutcomeValue),
    /// What a monitor remembers.
    Monitor(MonitorId),
    /// `not`
    Not(Box<Formula>),
    /// All of these.
    And(Vec<Formula>),
    /// Any of these.
    Or(Vec<Formula>),
    /// A comparison; false where a first day never came.
    Compare(crate::model::Comparison, Box<Formula>, Box<Formula>),
    /// `+ - * /`
    Arithmetic(crate::model::Operator, Box<Formula>, Box<Formula>),
    /// How many of these are true.
    Count(Vec<Formula>),
    /// The sum of those whose condition is true.
    Sum(Vec<(Formula, Formula)>),
    /// The least.
    Min(Vec<Formula>),
    /// The greatest.
    Max(Vec<Formula>),
    /// One or the other.
    If(Box<Formula>, Box<Formula>, Box<Formula>),
}

impl Formula {
    /// Visits the monitors it reads.
    pub(crate) fn each_monitor(&self, visit: &mut impl FnMut(MonitorId)) {
        match self {
            Formula::Value(_) => {}
            Formula::Monitor(id) => visit(*id),
            Formula::Not(inner) => inner.each_monitor(visit),
            Formula::And(parts)
            | Formula::Or(parts)
            | Formula::Count(parts)
            | Formula::Min(parts)
            | Formula::Max(parts) => parts.iter().for_each(|part| part.each_monitor(visit)),
            Formula::Compare(_, a, b) | Formula::Arithmetic(_, a, b) => {
                a.each_monitor(visit);
                b.each_monitor(visit);
            }
            Formula::Sum(parts) => {
                for (condition, amount) in parts {
                    condition.each_monitor(visit);
                    amount.each_monitor(visit);
                }
            }
            Formula::If(condition, a, b) => {
                condition.each_monitor(visit);
                a.each_monitor(visit);
                b.each_monitor(visit);
            }
        }
    }
}

/// The value of an outcome in one run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OutcomeValue {
    /// True or false.
    Truth(bool),
    /// A number.
    Number(Fixed),
    /// A day; `Day::NEVER` where it never came.
    Date(Day),
}
