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
    /// Facts of whose derivations all that looks low is noted, each at its moment.
    pub noted: HashSet<(DerivedId, Moment)>,
    /// The facts whose reasons are being told, each for the one before it.
    telling: Vec<NodeId>,
    /// The last of them, if it is one of facts that derive each other.
    rising: Option<Rising>,
}

/// A fact whose derivation is being told, one of facts that derive each other.
#[derive(Clone, Copy, Debug)]
struct Rising {
    at: Moment,
    component: u32,
    height: u32,
}

impl<'h, 'r> Prover<'h, 'r> {
    pub fn new(history: &'h History<'r>) -> Self {
        Prover {
            history,
            told: HashSet::new(),
            makers: Makers::of(history.program),
            heights: HashMap::new(),
            noted: HashSet::new(),
            telling: Vec::new(),
            rising: None,
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
        // What held before it brought about what it hangs on now had other reasons then than those being told.
        let told_above = self.told.contains(&Told::Holds(node, since)) && !self.telling.contains(&node);
        let Some(left) = left.deeper().filter(|_| !told_above) else {
            return Reason {
                told_above,
                cut: !told_above,
                ..reason
            };
        };
        self.told.insert(Told::Holds(node, since));
        let rising = self.rising_to(holder, at);
        let rising = std::mem::replace(&mut self.rising, rising);
        self.telling.push(node);
        let (because, premises) = match (cause, holder) {
            (Some((by, Some((entry, atom)))), _) => {
                self.cause(by, entry, &|op| matches!(op, Op::Start(id) if *id == atom), left)
            }
            (_, Holder::Derived(id)) => match self.derivation(id, at) {
                Some(instance) => {
                    self.note_what_looks_low(id, at);
                    (
                        Some(history.by_rule(instance, "")),
                        self.premises(instance, at, left),
                    )
                }
                None => (None, Vec::new()),
            },
            _ => (None, Vec::new()),
        };
        self.telling.pop();
        self.rising = rising;
        Reason {
            because,
            premises,
            ..reason
        }
    }

    fn rising_to(&mut self, holder: Holder, at: Moment) -> Option<Rising> {
        let history = self.history;
        let Holder::Derived(id) = holder else {
            return None;
        };
        Some(Rising {
            at,
            component: history.program.network.component(history.node_of(holder))?,
            height: self.heights(at).of(id)?,
        })
    }

    /// Whether a fact that holds rests on the one whose derivation is being told, or may: of several of which one is
    /// enough it is no reason.
    pub fn rests_on_this(&mut self, holder: Holder, at: Moment) -> bool {
        let height = self.height(holder, at);
        self.is_as_high(height)
    }

    /// Whether something that stands so high among facts that derive each other stands no lower than the one being told.
    pub fn is_as_high(&self, height: Option<u32>) -> bool {
        self.rising
            .is_some_and(|rising| height.is_some_and(|height| height >= rising.height))
    }

    /// How high a fact stands among those that derive each other, of which the derivation of one is being told; none for
    /// all others.
    pub fn height(&mut self, holder: Holder, at: Moment) -> Option<u32> {
        let history = self.history;
        let (rising, Holder::Derived(id)) = (self.rising?, holder) else {
            return None;
        };
        let component = history.program.network.component(history.node_of(holder));
        let one_of_them = rising.at == at && component == Some(rising.component);
        one_of_them.then(|| self.heights(at).of(id)).flatten()
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

    fn heights(&mut self, at: Moment) -> &Heights {
        let history = self.history;
        self.heights.entry(at).or_insert_with(|| Heights::at(history, at))
    }

    fn derivation(&mut self, id: DerivedId, at: Moment) -> Option<InstanceId> {
        let history = self.history;
        self.heights(at).derivation(history, id, at)
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
