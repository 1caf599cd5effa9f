//! Every state a traced run went through, replayed once from its trace.
//!
//! A [`Moment`] counts the entries of the trace that have taken effect. What entry `i` read is the state at
//! `Moment(i)`: within a wave the trace lists what was read before what was committed.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;

use indexmap::IndexSet;

use crate::engine::{Entry, Run, What};
use crate::ids::{Id as _, Table};
use crate::language::value::{Day, Fixed};
use crate::model::{EventId, FactId, Initial, MeasureId, Model};
use crate::program::{
    AtomId, ClosedFact, DerivedId, GroundArgs, GroundEventId, GroundFact, GroundMeasure, GroundValue,
    InstanceId, Measures, Node, NodeId, NumberFault, NumberId, Program, Reading, SlotId, Truths,
    compare_args, fixed, matches,
};

use super::norms::{NormLife, Norms};

/// Most closed facts that are ground only to know how high they stand.
const MOST_LOW: usize = 1_000;

/// A place in the run: how many entries of its trace have taken effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Moment(pub usize);

/// A ground fact that can hold: stored or derived.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Holder {
    Atom(AtomId),
    Derived(DerivedId),
    /// One that no event can change and that has no node.
    Closed(ClosedFact),
}

/// A run with all its states.
pub(super) struct History<'r> {
    pub run: &'r Run<'r>,
    pub model: &'r Model,
    pub program: &'r Program,
    pub entries: &'r [Entry],
    pub norms: Norms,
    /// When each event happened and when it was void, by entry.
    pub happened: HashMap<GroundEventId, Vec<usize>>,
    pub void: HashMap<GroundEventId, Vec<usize>>,
    /// When each rule instance fired, by entry.
    pub fired: HashMap<InstanceId, Vec<usize>>,
    initial: Truths,
    changes: HashMap<NodeId, Vec<(usize, bool)>>,
    amounts: HashMap<SlotId, Vec<(usize, Fixed)>>,
    holders: HashMap<GroundFact, Holder>,
    facts: HashMap<FactId, Vec<Holder>>,
    slots: HashMap<GroundMeasure, SlotId>,
    events: HashMap<EventId, Vec<GroundEventId>>,
    /// Closed facts whose reasons were asked for and are not ground.
    wanted: RefCell<IndexSet<GroundFact>>,
    /// Closed facts that are not told and not ground, and by which something told may look lower than it is.
    low: RefCell<IndexSet<GroundFact>>,
}

struct Replay<'p> {
    program: &'p Program,
    measures: Table<SlotId, Fixed>,
}

struct Snapshot<'p> {
    truths: &'p Truths,
    measures: &'p Table<SlotId, Fixed>,
}

impl Reading for Snapshot<'_> {
    fn holds(&self, node: NodeId) -> bool {
        self.truths.holds(node)
    }

    fn measure(&self, slot: SlotId) -> Fixed {
        self.measures.find(slot).copied().unwrap_or(Fixed::ZERO)
    }
}

impl Measures for Replay<'_> {
    fn number(&self, truths: &Truths, id: NumberId) -> Result<Fixed, NumberFault> {
        fixed(
            &self.program.numbers,
            id,
            &Snapshot {
                truths,
                measures: &self.measures,
            },
        )
    }
}

impl<'r> History<'r> {
    /// Replays a run.
    pub fn new(run: &'r Run<'r>) -> Self {
        let (model, program) = (run.compiled.model(), run.compiled.program());
        let entries = run.trace.entries.as_slice();
        let mut history = History {
            run,
            model,
            program,
            entries,
            norms: Norms::new(program, model, entries),
            happened: HashMap::new(),
            void: HashMap::new(),
            fired: HashMap::new(),
            initial: program.network.truths(),
            changes: HashMap::new(),
            amounts: HashMap::new(),
            holders: HashMap::new(),
            facts: HashMap::new(),
            slots: program
                .slots
                .iter()
                .map(|(id, slot)| (slot.measure.clone(), id))
                .collect(),
            events: HashMap::new(),
            wanted: RefCell::default(),
            low: RefCell::default(),
        };
        let atoms = program.atoms.ids().map(Holder::Atom);
        for holder in atoms.chain(program.derived.ids().map(Holder::Derived)) {
            let fact = history.fact_of(holder).into_owned();
            history.facts.entry(fact.fact).or_default().push(holder);
            history.holders.insert(fact, holder);
        }
        for (id, event) in program.events.iter() {
            history.events.entry(event.key.event).or_default().push(id);
        }
        for (at, entry) in entries.iter().enumerate() {
            match &entry.what {
                What::Happened { event, .. } => history.happened.entry(*event).or_default().push(at),
                What::Void { event, .. } => history.void.entry(*event).or_default().push(at),
                What::Fired { instance, .. } => history.fired.entry(*instance).or_default().push(at),
                _ => {}
            }
        }
        history.replay();
        history
    }

    fn replay(&mut self) {
        let program = self.program;
        let network = &program.network;
        let mut truths = network.truths();
        for atom in program.atoms.values() {
            network.put(&mut truths, atom.node, atom.initially);
        }
        let mut replay = Replay {
            program,
            measures: program.slots.values().map(|slot| slot.initially).collect(),
        };
        // The run has computed these very states without a fault, so none is to be expected here.
        let _ = network.settle(&mut truths, &replay, &mut |_| {});
        self.initial = truths.clone();
        let flags = self.norms.flag_changes(program);
        let mut next_flag = flags.iter().peekable();
        let mut due = false;
        for at in 0..=self.entries.len() {
            let what = self.entries.get(at).map(|entry| &entry.what);
            while let Some((_, node, truth)) = next_flag.next_if(|(from, ..)| *from <= at) {
                network.put(&mut truths, *node, *truth);
                self.changes.entry(*node).or_default().push((at, *truth));
                due = true;
            }
            // One commit is one step: what lies between its entries was never a state.
            if due && !self.commits(at) {
                let changes = &mut self.changes;
                let mut changed = Vec::new();
                let _ = network.settle(&mut truths, &replay, &mut |node| changed.push(node));
                for node in changed {
                    changes.entry(node).or_default().push((at, truths.holds(node)));
                }
                due = false;
            }
            match what {
                Some(What::Started { atom, .. } | What::Ended { atom, .. }) => {
                    let truth = matches!(what, Some(What::Started { .. }));
                    let node = program.atoms[*atom].node;
                    network.put(&mut truths, node, truth);
                    self.changes.entry(node).or_default().push((at + 1, truth));
                    due = true;
                }
                Some(What::Measured { slot, to, .. }) => {
                    replay.measures[*slot] = *to;
                    network.touch(&mut truths, *slot);
                    self.amounts.entry(*slot).or_default().push((at + 1, *to));
                    due = true;
                }
                _ => {}
            }
        }
    }

    /// Whether an entry is a change of facts or measures, part of one commit with its neighbours.
    pub fn commits(&self, entry: usize) -> bool {
        let what = self.entries.get(entry).map(|entry| &entry.what);
        matches!(
            what,
            Some(What::Started { .. } | What::Ended { .. } | What::Measured { .. })
        )
    }

    /// The last moment of the run.
    pub fn end(&self) -> Moment {
        Moment(self.entries.len())
    }

    /// The state at the close of a day.
    pub fn close_of(&self, day: Day) -> Moment {
        Moment(self.entries.partition_point(|entry| entry.day <= day))
    }

    /// The state before a day opens.
    pub fn opening_of(&self, day: Day) -> Moment {
        Moment(self.entries.partition_point(|entry| entry.day < day))
    }

    /// The day of the last entry that has taken effect; none before the first.
    pub fn day_before(&self, at: Moment) -> Option<Day> {
        at.0.checked_sub(1)
            .and_then(|last| self.entries.get(last))
            .map(|entry| entry.day)
    }

    /// The day of an entry.
    pub fn day_of(&self, entry: usize) -> Day {
        self.entries
            .get(entry)
            .map_or(self.program.period.1, |entry| entry.day)
    }

    /// Whether a node held.
    pub fn node(&self, node: NodeId, at: Moment) -> bool {
        if let Node::Constant(truth) = self.program.network.node(node) {
            return *truth;
        }
        self.last_change(node, at)
            .map_or_else(|| self.initial.holds(node), |(_, truth)| truth)
    }

    /// The last change of a node up to a moment.
    fn last_change(&self, node: NodeId, at: Moment) -> Option<(usize, bool)> {
        let changes = self.changes.get(&node)?;
        let count = changes.partition_point(|(from, _)| *from <= at.0);
        changes.get(count.checked_sub(1)?).copied()
    }

    /// The moments up to `at` from which a node held anew, in order; `Moment(0)` if it held at the start.
    pub fn risings(&self, node: NodeId, at: Moment) -> Vec<Moment> {
        let start = self.initial.holds(node).then_some(Moment(0));
        let changes = self.changes.get(&node).map_or(&[][..], Vec::as_slice);
        let later = changes
            .iter()
            .filter(|(from, truth)| *truth && *from <= at.0)
            .map(|(from, _)| Moment(*from));
        start.into_iter().chain(later).collect()
    }

    /// Since when a node has held or not held without a break; none: from the start.
    pub fn since(&self, node: NodeId, at: Moment) -> Option<Moment> {
        self.last_change(node, at).map(|(from, _)| Moment(from))
    }

    /// The value of a measure.
    pub fn amount(&self, measure: MeasureId, args: GroundArgs, at: Moment) -> Fixed {
        let key = GroundMeasure { measure, args };
        match self.slots.get(&key) {
            Some(slot) => {
                let changes = self.amounts.get(slot).map_or(&[][..], Vec::as_slice);
                let count = changes.partition_point(|(from, _)| *from <= at.0);
                let last = count.checked_sub(1).and_then(|last| changes.get(last));
                last.map_or(self.program.slots[*slot].initially, |(_, value)| *value)
            }
            None => self.written_amount(&key),
        }
    }

    /// The value of a measure that nothing reads or changes.
    fn written_amount(&self, key: &GroundMeasure) -> Fixed {
        let written = self.model.start.iter().find_map(|(initial, _)| match initial {
            Initial::Measure(id, args, value) if *id == key.measure => {
                let same = args
                    .iter()
                    .map(GroundValue::of)
                    .eq(key.args.iter().cloned().map(Some));
                same.then_some(*value)
            }
            _ => None,
        });
        let default = || {
            self.model
                .measures
                .find(key.measure)
                .map_or(Fixed::ZERO, |measure| measure.default)
        };
        written.unwrap_or_else(default)
    }

    /// The slot of a measure, if anything reads or changes it.
    pub fn slot(&self, measure: MeasureId, args: &GroundArgs) -> Option<SlotId> {
        self.slots
            .get(&GroundMeasure {
                measure,
                args: args.clone(),
            })
            .copied()
    }

    /// What holds a ground fact; none if it can never hold. Arguments of a symmetric fact may stand in any order.
    pub fn holder(&self, fact: FactId, args: &GroundArgs) -> Option<Holder> {
        let args = self.canonical(fact, args.clone());
        let fact = GroundFact { fact, args };
        let known = self.holders.get(&fact).copied();
        known.or_else(|| {
            let closed = self.program.closed.as_ref()?;
            Some(Holder::Closed(closed.find(self.model, &fact)?))
        })
    }

    /// Asks for the rules behind a closed fact; false where they are there.
    pub fn want(&self, holder: Holder, fact: &GroundFact) -> bool {
        let closed = matches!(holder, Holder::Closed(_));
        if closed {
            self.wanted.borrow_mut().insert(fact.clone());
        }
        closed
    }

    /// The closed facts whose rules were asked for.
    pub fn wanted(&self) -> Vec<GroundFact> {
        self.wanted.borrow().iter().cloned().collect()
    }

    /// Notes a closed fact by which something told may look lower than it is; false once there are too many to look into.
    pub fn looks_low(&self, closed: ClosedFact) -> bool {
        let mut low = self.low.borrow_mut();
        low.insert(closed.ground());
        low.len() <= MOST_LOW
    }

    /// The closed facts by which something told may look lower than it is; none where there are too many.
    pub fn low(&self) -> Vec<GroundFact> {
        let low = self.low.borrow();
        match low.len() > MOST_LOW {
            true => Vec::new(),
            false => low.iter().cloned().collect(),
        }
    }

    /// The arguments in the order in which the program keeps them.
    pub fn canonical(&self, fact: FactId, mut args: GroundArgs) -> GroundArgs {
        if let (true, [a, b]) = (self.model.facts[fact].symmetric, args.as_slice())
            && compare_args(std::slice::from_ref(a), std::slice::from_ref(b)).is_gt()
        {
            args.reverse();
        }
        args
    }

    /// The node of a fact.
    pub fn node_of(&self, holder: Holder) -> NodeId {
        match holder {
            Holder::Atom(id) => self.program.atoms[id].node,
            Holder::Derived(id) => self.program.derived[id].node,
            Holder::Closed(_) => {
                let closed = self.program.closed.as_ref();
                let holds = closed.is_some_and(|closed| closed.holds(&self.fact_of(holder)));
                self.program.network.constant(holds)
            }
        }
    }

    /// The ground fact.
    pub fn fact_of(&self, holder: Holder) -> Cow<'r, GroundFact> {
        match holder {
            Holder::Atom(id) => Cow::Borrowed(&self.program.atoms[id].fact),
            Holder::Derived(id) => Cow::Borrowed(&self.program.derived[id].fact),
            Holder::Closed(closed) => Cow::Owned(closed.ground()),
        }
    }

    /// All facts that can hold and match a pattern, in canonical order.
    pub fn matching(&self, fact: FactId, pattern: &[Option<GroundValue>]) -> Vec<Holder> {
        let symmetric = self.model.facts[fact].symmetric;
        let turned: Vec<Option<GroundValue>> = pattern.iter().rev().cloned().collect();
        let fits = |holder: &&Holder| {
            let args = &self.fact_of(**holder).args;
            matches(pattern, args) || symmetric && matches(&turned, args)
        };
        let known = self.facts.get(&fact).into_iter().flatten().filter(fits).copied();
        let Some(closed) = self
            .program
            .closed
            .as_ref()
            .filter(|closed| closed.is_closed(fact))
        else {
            return known.collect();
        };
        let exact: Option<GroundArgs> = pattern.iter().cloned().collect();
        if let Some(args) = exact {
            return self.holder(fact, &args).into_iter().collect();
        }
        let possible = closed.possible_matching(self.model, fact, pattern);
        let opened = |fact: ClosedFact| self.holders.get(&fact.ground()).copied();
        let holder = |fact: ClosedFact| opened(fact).unwrap_or(Holder::Closed(fact));
        possible.into_iter().map(holder).collect()
    }

    /// All events that can happen and match a pattern, in canonical order.
    pub fn events_matching<'p>(
        &'p self,
        event: EventId,
        pattern: &'p [Option<GroundValue>],
    ) -> impl Iterator<Item = GroundEventId> + 'p {
        let all = self.events.get(&event).into_iter().flatten().copied();
        all.filter(|id| matches(pattern, &self.program.events[*id].key.args))
    }

    /// The last time an event happened up to a moment, by entry.
    pub fn last_happened(&self, event: GroundEventId, at: Moment) -> Option<usize> {
        last_before(self.happened.get(&event), at)
    }

    /// The last time an instance fired up to a moment, by entry.
    pub fn last_fired(&self, instance: InstanceId, at: Moment) -> Option<usize> {
        last_before(self.fired.get(&instance), at)
    }

    /// The last entry before a moment for which `of` says yes.
    pub fn last_entry(&self, at: Moment, of: impl Fn(&What) -> bool) -> Option<usize> {
        let before = self.entries.get(..at.0).unwrap_or(self.entries);
        before.iter().rposition(|entry| of(&entry.what))
    }

    /// The lives of the norms that match.
    pub fn norms_of(&self, matching: impl Fn(&NormLife) -> bool) -> impl Iterator<Item = &NormLife> {
        self.norms.all.iter().filter(move |life| matching(life))
    }
}

fn last_before(entries: Option<&Vec<usize>>, at: Moment) -> Option<usize> {
    entries
        .into_iter()
        .flatten()
        .rev()
        .find(|entry| **entry < at.0)
        .copied()
}

/// The index of an instance, for a canonical order.
pub(super) fn order_of(instance: InstanceId) -> usize {
    instance.index()
}
