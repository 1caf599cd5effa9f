//! Why a fact holds: the rule that made it so, and what that rule read.

use std::collections::{HashMap, HashSet};

use crate::engine::{NormSerial, What};
use crate::ids::Id as _;
use crate::model::{TermKind, Value};
use crate::program::{DerivedId, InstanceId, NodeId, Op};

use super::height::Heights;
use super::nearest::Makers;
use super::state::{History, Holder, Moment};
use super::terms::{Env, View, binding_of, conditions_of};
use super::tree::{Reason, Verdict};
use super::why::Depth;

/// What has been told, so that it is not told twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Told {
    /// Why a node holds since a moment.
    Holds(NodeId, Option<Moment>),
    /// Why a node does not hold since a moment.
    Missing(NodeId, Option<Moment>),
    /// Why an event happened, was void, or how a chance fell: by entry.
    Entry(usize),
    /// Why an event did not happen.
    Never(crate::program::GroundEventId),
    /// The life of a norm.
    Norm(NormSerial),
    /// What is written in the scenario; told again it is left out, being one line.
    Written(String),
}

/// Builds the trees of one answer, in the order in which they are printed.
pub(super) struct Prover<'h, 'r> {
    pub history: &'h History<'r>,
    pub told: HashSet<Told>,
    pub makers: Makers,
    heights: HashMap<Moment, Heights>,
}

impl<'h, 'r> Prover<'h, 'r> {
    pub fn new(history: &'h History<'r>) -> Self {
        Prover {
            history,
            told: HashSet::new(),
            makers: Makers::of(history.program),
            heights: HashMap::new(),
        }
    }

    pub fn view(&self, at: Moment) -> View<'h, 'r> {
        View {
            history: self.history,
            at,
        }
    }

    /// A fact, as it stands and as it should stand.
    pub fn fact(&mut self, holder: Holder, at: Moment, wanted: bool, left: Depth) -> Reason {
        let history = self.history;
        let (node, fact) = (history.node_of(holder), history.fact_of(holder));
        let holds = history.node(node, at);
        let reason =
            Reason::new(verdict(holds, wanted), history.fact_words(&fact)).atom(history.fact_atom(&fact));
        if (holds || wanted) && history.want(holder, &fact) {
            return Reason { cut: true, ..reason };
        }
        match (holds, wanted) {
            (true, true) => self.holding(reason, holder, at, left),
            // What stands in the way is told briefly: it is not what was asked.
            (true, false) => self.holding(reason, holder, at, left.shallow()),
            (false, false) => self.ended(reason, holder, at),
            (false, true) => {
                let told = Told::Missing(node, history.since(node, at));
                if left.missing_deeper().is_none() {
                    return self.cut(reason, &told);
                }
                if !self.told.insert(told) {
                    return Reason {
                        told_above: true,
                        ..reason
                    };
                }
                let premises = self.missing_fact(holder, at, left);
                reason.premises(premises)
            }
        }
    }

    fn holding(&mut self, mut reason: Reason, holder: Holder, at: Moment, left: Depth) -> Reason {
        let history = self.history;
        let node = history.node_of(holder);
        let since = history.since(node, at);
        reason.day = since.and_then(|since| history.day_before(since));
        let cause = match holder {
            Holder::Atom(atom) => {
                let started = since.and_then(|since| since.0.checked_sub(1));
                match started.and_then(|entry| Some((entry, &history.entries.get(entry)?.what))) {
                    Some((entry, What::Started { by, .. })) => Some((by.as_slice(), Some((entry, atom)))),
                    _ => {
                        return reason.because(history.at_start(&history.fact_of(holder)));
                    }
                }
            }
            Holder::Derived(_) | Holder::Closed(_) => None,
        };
        let Some(left) = left.deeper() else {
            return self.cut(reason, &Told::Holds(node, since));
        };
        if !self.told.insert(Told::Holds(node, since)) {
            return Reason {
                told_above: true,
                ..reason
            };
        }
        let (because, premises) = match (cause, holder) {
            (Some((by, Some((entry, atom)))), _) => {
                self.cause(by, entry, &|op| matches!(op, Op::Start(id) if *id == atom), left)
            }
            (_, Holder::Derived(id)) => match self.derivation(id, at) {
                Some(instance) => (
                    Some(history.by_rule(instance, "")),
                    self.premises(instance, at, left),
                ),
                None => (None, Vec::new()),
            },
            _ => (None, Vec::new()),
        };
        Reason {
            because,
            premises,
            ..reason
        }
    }

    /// A statement whose reasons lie too deep, unless they were told.
    pub fn cut(&self, reason: Reason, told: &Told) -> Reason {
        let told_above = self.told.contains(told);
        Reason {
            told_above,
            cut: !told_above,
            ..reason
        }
    }

    /// A fact that does not hold and need not: when it ended, if it ever held.
    fn ended(&self, mut reason: Reason, holder: Holder, at: Moment) -> Reason {
        let history = self.history;
        let Some(since) = history.since(history.node_of(holder), at) else {
            return reason;
        };
        if let Some(entry) = since
            .0
            .checked_sub(1)
            .and_then(|entry| history.entries.get(entry))
        {
            reason.day = Some(entry.day);
            if let What::Ended { by, .. } = &entry.what {
                reason.because = by.first().map(|instance| history.by_rule(*instance, ""));
            }
        }
        reason
    }

    fn derivation(&mut self, id: DerivedId, at: Moment) -> Option<InstanceId> {
        let history = self.history;
        let heights = self.heights.entry(at).or_insert_with(|| Heights::at(history, at));
        heights.derivation(history, id, at)
    }

    /// What an instance read: what its variables range over, and its conditions.
    pub fn premises(&mut self, instance: InstanceId, at: Moment, left: Depth) -> Vec<Reason> {
        let history = self.history;
        let env = binding_of(history, instance);
        let rule = &history.model.rules[history.program.instances[instance].rule];
        let mut premises = self.ranges(instance, &env);
        for condition in conditions_of(rule) {
            premises.extend(self.condition(condition, &env, at, true, left));
        }
        premises
    }

    /// That the variables of an instance are in the sets they range over.
    pub fn ranges(&mut self, instance: InstanceId, env: &Env) -> Vec<Reason> {
        let history = self.history;
        let rule = &history.model.rules[history.program.instances[instance].rule];
        let view = self.view(Moment(0));
        let bound = rule.variables.iter().take(rule.bound);
        let reasons: Vec<Reason> = bound
            .filter_map(|(id, variable)| {
                let domain = variable.domain.as_ref()?;
                if matches!(domain.kind, TermKind::Members(_)) {
                    return None;
                }
                let Some(Value::Entity(entity)) = env.get(id.index()).cloned().flatten() else {
                    return None;
                };
                let statement = format!(
                    "{} is among {}",
                    history.model.describe(entity),
                    view.path(domain, env)
                );
                let because = history.as_written(view.owner(domain, env));
                Some(Reason::new(Verdict::Holds, statement).because(because))
            })
            .collect();
        reasons
            .into_iter()
            .filter(|reason| self.told.insert(Told::Written(reason.statement.clone())))
            .collect()
    }
}

/// How it stands with a statement that should, or should not, hold.
pub(super) fn verdict(holds: bool, wanted: bool) -> Verdict {
    match (holds, wanted) {
        (true, true) => Verdict::Holds,
        (false, true) => Verdict::Missing,
        (false, false) => Verdict::Absent,
        (true, false) => Verdict::Unwanted,
    }
}
