//! The way to a goal: the steps that every story takes which reaches it, and what each of them waits for.

use std::collections::BTreeMap;

use serde::Serialize;

use super::build::{Builder, Env};
use super::deadlock::Deadlock;
use super::goal::{Goal, GoalError};
use super::graph::{GIVEN, Graph, Ix, NEVER, Needs, Settled, What};
use super::names::{nearest, question, said, spelled};
use super::solve::{Landmarks, loops, reached};
use crate::check::authored::Authored;
use crate::model::{EntityId, Model};
use crate::program::{Compiled, GroundFix, GroundValue};

/// How many names stand for an alternative.
const NAMES: usize = 12;

/// The sequence view of a goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Gates {
    /// The goal, as it was asked for.
    pub goal: String,
    /// Whether it holds before the first day.
    pub given: bool,
    /// Whether any story can reach it, as far as order alone tells.
    pub reachable: bool,
    /// What every story does that reaches it, earlier stages first; the goal is the last.
    pub steps: Vec<Step>,
    /// Who can stand in the way alone.
    pub blockers: Vec<Blocker>,
    /// Who can stand in the way together.
    pub groups: Vec<Group>,
    /// If it cannot be reached: what waits for each other.
    pub deadlocks: Vec<Deadlock>,
    /// If it cannot be reached: what nothing brings about.
    pub missing: Vec<String>,
}

/// What a [`Step`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// An event.
    Event,
    /// An event that nothing in the scenario raises.
    Outside,
    /// A chance falls this way.
    Chance,
    /// A choice is made this way.
    Choice,
    /// Something holds, ends or changes, in one of several ways.
    State,
    /// So many of several.
    Count,
}

/// Something that must come before the goal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Step {
    /// From 1.
    pub number: usize,
    /// From 1: steps of one stage do not wait for each other.
    pub stage: usize,
    /// What it is.
    pub kind: StepKind,
    /// As scenarios spell it.
    pub what: String,
    /// In the words of `says:`.
    pub says: Option<String>,
    /// The numbers of the steps that it waits for, those left out that these wait for themselves.
    pub after: Vec<usize>,
    /// The ways in which it can come about, where there are several; of a count, what is counted.
    pub ways: Vec<String>,
}

/// A chance or choice that must fall one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocker {
    /// The chance or choice, as scenarios spell it.
    pub question: String,
    /// Who chooses; none for a chance.
    pub by: Option<String>,
    /// The entities that it is about.
    pub about: Vec<String>,
    /// The branch or option that the goal needs.
    pub needs: String,
    /// The others.
    pub instead: Vec<String>,
    /// How `fix:` settles it every time, if it does.
    pub fixed: Option<String>,
}

/// Chances and choices of which enough must fall one way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The number of the step that counts them.
    pub step: usize,
    /// How many of the members block the goal together.
    pub enough: usize,
    /// What each member of the count hangs on alone.
    pub members: Vec<Blocker>,
}

/// The view of a goal.
pub(super) fn gates(compiled: &Compiled, authored: &Authored<'_>, goal: &Goal) -> Result<Gates, GoalError> {
    let model = compiled.model();
    let mut builder = Builder::new(compiled, authored);
    let (root, text) = match goal {
        Goal::Condition(term, text) => (builder.condition(term, &Env::new(), true), text),
        Goal::Events(patterns, text) => {
            let events: Vec<Ix> = patterns
                .iter()
                .map(|pattern| {
                    let args = builder.pattern(&pattern.args, &Env::new());
                    builder.event(pattern.event, args)
                })
                .collect();
            (builder.graph.any(events), text)
        }
    };
    if !builder.finish() {
        return Err(GoalError::TooLarge(text.clone()));
    }
    let graph = &builder.graph;
    let reached = reached(graph);
    let mut gates = Gates {
        goal: text.clone(),
        given: root == GIVEN,
        reachable: reached.get(root) == Some(&true),
        steps: Vec::new(),
        blockers: Vec::new(),
        groups: Vec::new(),
        deadlocks: Vec::new(),
        missing: Vec::new(),
    };
    if gates.reachable {
        let view = View {
            compiled,
            model,
            graph,
            reached: &reached,
        };
        view.sequence(root, &mut gates)
            .ok_or_else(|| GoalError::TooLarge(text.clone()))?;
    } else {
        let below = below(graph, root, &reached);
        gates.deadlocks = loops(graph, &reached, |ix| is_gate(graph, authored, ix))
            .iter()
            .filter(|knot| knot.iter().flatten().any(|ix| below.binary_search(ix).is_ok()))
            .flat_map(|knot| Deadlock::all(model, authored, graph, knot))
            .collect();
        gates.missing = missing(model, graph, &below);
    }
    Ok(gates)
}

/// Whether a node is a gate that the author wrote.
pub(super) fn is_gate(graph: &Graph, authored: &Authored<'_>, ix: Ix) -> bool {
    graph.node(ix).is_some_and(|node| {
        matches!(node.what, What::Gate(..) | What::Rule(..) | What::Event(..))
            && node.place.is_some_and(|place| authored.anywhere(place))
    })
}

/// The unreached nodes on which an unreached one hangs, in order.
fn below(graph: &Graph, root: Ix, reached: &[bool]) -> Vec<Ix> {
    let mut found = vec![root];
    let mut at = 0;
    while let Some(ix) = found.get(at).copied() {
        at += 1;
        for part in graph.parts(ix) {
            if reached.get(*part) == Some(&false) && !found.contains(part) {
                found.push(*part);
            }
        }
    }
    found.sort_unstable();
    found
}

/// What nothing at all brings about.
fn missing(model: &Model, graph: &Graph, below: &[Ix]) -> Vec<String> {
    let mut found: Vec<String> = below
        .iter()
        .filter_map(|ix| graph.node(*ix))
        .filter(|node| node.parts.iter().all(|part| *part == NEVER))
        .filter(|node| matches!(node.what, What::Fact(_) | What::NoFact(_) | What::Measure(_)))
        .map(|node| spelled(model, &node.what))
        .collect();
    found.sort();
    found
}

/// What a view is made from.
struct View<'v> {
    compiled: &'v Compiled,
    model: &'v Model,
    graph: &'v Graph,
    reached: &'v [bool],
}

impl View<'_> {
    /// Fills in steps and blockers; none if the graph is too large.
    fn sequence(&self, root: Ix, gates: &mut Gates) -> Option<()> {
        let marks = Landmarks::of(self.graph, self.reached, |ix| {
            self.graph.node(ix).is_some_and(|node| {
                matches!(node.needs, Needs::AtLeast(_))
                    || !matches!(node.what, What::Join(_) | What::Rule(..) | What::Gate(..))
            })
        })?;
        let mut all: Vec<Ix> = marks.before(root);
        all.retain(|ix| *ix == root || self.is_step(*ix));
        let before: BTreeMap<Ix, Vec<Ix>> = all
            .iter()
            .map(|ix| {
                let mut before = marks.before(*ix);
                before.retain(|other| other != ix && all.binary_search(other).is_ok());
                (*ix, before)
            })
            .collect();
        let empty = Vec::new();
        let of = |ix: &Ix| before.get(ix).unwrap_or(&empty);
        let mut order = all.clone();
        order.sort_by_cached_key(|ix| (of(ix).len(), self.name(*ix), *ix));
        let mut stages: BTreeMap<Ix, usize> = BTreeMap::new();
        for ix in &order {
            let stage = of(ix)
                .iter()
                .filter_map(|other| stages.get(other))
                .max()
                .map_or(1, |most| most + 1);
            stages.insert(*ix, stage);
        }
        order.sort_by_cached_key(|ix| (stages.get(ix).copied(), self.name(*ix), *ix));
        let number = |ix: &Ix| order.iter().position(|other| other == ix).map(|at| at + 1);
        for (at, ix) in order.iter().enumerate() {
            let node = self.graph.node(*ix)?;
            let after = of(ix)
                .iter()
                .filter(|other| !of(ix).iter().any(|between| of(between).contains(other)))
                .filter_map(number);
            let mut after: Vec<usize> = after.collect();
            after.sort_unstable();
            gates.steps.push(Step {
                number: at + 1,
                stage: stages.get(ix).copied().unwrap_or(1),
                kind: self.kind(*ix),
                what: self.name(*ix),
                says: said(self.model, &node.what),
                after,
                ways: self.ways(*ix),
            });
            if let What::Settled(settled) = &node.what {
                gates.blockers.push(self.blocker(settled));
            }
        }
        for (at, ix) in order.iter().enumerate() {
            if let Some(group) = self.group(*ix, at + 1, &marks, &all) {
                gates.groups.push(group);
            }
        }
        Some(())
    }

    /// What has but one way to come about is told by what it needs.
    fn is_step(&self, ix: Ix) -> bool {
        let Some(node) = self.graph.node(ix) else {
            return false;
        };
        match node.what {
            What::Event(..) | What::Settled(_) => true,
            What::Join(_) => matches!(node.needs, Needs::AtLeast(_)),
            What::Fact(_) | What::NoFact(_) | What::Measure(_) => {
                self.open_ways(ix).len() > 1 && node.needs == Needs::Any
            }
            What::Gate(..) | What::Rule(..) => false,
        }
    }

    fn open_ways(&self, ix: Ix) -> Vec<Ix> {
        let parts = self.graph.parts(ix).iter().copied();
        parts
            .filter(|part| self.reached.get(*part) == Some(&true))
            .collect()
    }

    fn kind(&self, ix: Ix) -> StepKind {
        match self.graph.node(ix).map(|node| (&node.what, node.outside)) {
            Some((What::Event(..), true)) => StepKind::Outside,
            Some((What::Event(..), false)) => StepKind::Event,
            Some((What::Settled(settled), _)) if settled.by.is_some() => StepKind::Choice,
            Some((What::Settled(_), _)) => StepKind::Chance,
            Some((What::Join(_), _)) => StepKind::Count,
            _ => StepKind::State,
        }
    }

    fn name(&self, ix: Ix) -> String {
        match self.graph.node(ix) {
            Some(node) => match node.needs {
                Needs::AtLeast(least) if matches!(node.what, What::Join(_)) => {
                    format!("{least} of {}", node.parts.len())
                }
                _ if matches!(node.what, What::Join(_)) => "the goal".to_owned(),
                _ => spelled(self.model, &node.what),
            },
            None => String::new(),
        }
    }

    /// The ways to a step, by name: of a count its members, else the first thing that each way needs.
    fn ways(&self, ix: Ix) -> Vec<String> {
        let Some(node) = self.graph.node(ix) else {
            return Vec::new();
        };
        let counted = matches!(node.needs, Needs::AtLeast(_));
        let several = node.needs == Needs::Any && self.is_step(ix);
        if !counted && !several {
            return Vec::new();
        }
        let mut ways: Vec<String> = self
            .open_ways(ix)
            .into_iter()
            .filter_map(|part| {
                let first = nearest(self.graph, part, NAMES);
                // A way by an event is told by the event; the draw that raises it comes later in the list.
                let told = first.iter().find(|ix| {
                    !matches!(
                        self.graph.node(**ix).map(|node| &node.what),
                        Some(What::Settled(_))
                    )
                });
                told.or(first.first()).map(|ix| self.name(*ix))
            })
            .collect();
        ways.sort();
        ways.dedup();
        ways
    }

    fn blocker(&self, settled: &Settled) -> Blocker {
        let model = self.model;
        let branching = &model.branchings[settled.branching];
        let others = branching.words.iter().filter(|word| **word != settled.word);
        let program = self.compiled.program();
        let fixed = program
            .settlements
            .values()
            .find(|known| known.branching == settled.branching && known.args == settled.args)
            .and_then(|known| match known.fix {
                GroundFix::Always(word, _) => Some(model.words[word].clone()),
                _ => None,
            });
        let about = settled.args.iter().filter_map(|arg| match arg {
            GroundValue::Entity(entity) => Some(*entity),
            _ => None,
        });
        let describe = |entity: EntityId| model.describe(entity).to_owned();
        Blocker {
            question: question(model, settled),
            by: settled.by.map(describe),
            about: about.map(describe).collect(),
            needs: model.words[settled.word].clone(),
            instead: others.map(|word| model.words[*word].clone()).collect(),
            fixed,
        }
    }

    /// Those of a count that hang on a chance or choice of their own.
    fn group(&self, ix: Ix, step: usize, marks: &Landmarks, all: &[Ix]) -> Option<Group> {
        let node = self.graph.node(ix)?;
        let Needs::AtLeast(least) = node.needs else {
            return None;
        };
        let open = self.open_ways(ix);
        let mut members: Vec<Blocker> = Vec::new();
        for part in &open {
            let own = marks
                .before(*part)
                .into_iter()
                .filter(|mark| all.binary_search(mark).is_err());
            let mut settled = own.filter_map(|mark| match &self.graph.node(mark)?.what {
                What::Settled(settled) => Some(self.blocker(settled)),
                _ => None,
            });
            members.extend(settled.next());
        }
        (!members.is_empty()).then_some(Group {
            step,
            enough: (open.len() + 1).saturating_sub(least),
            members,
        })
    }
}
