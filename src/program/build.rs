//! Builds the program: binds everything, numbers it in canonical order, and ties the indexes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::closed::{Closed, Opened, closed};
use super::conditions::Env;
use super::error::GroundError;
use super::formula::Watched;
use super::ground::{
    AtomId, BlockId, DerivedId, GroundArgs, GroundEventId, GroundEventKey, GroundFact, GroundMeasure,
    GroundValue, InstanceId, Key, SettlementId, SlotId, TemplateId, compare_args,
};
use super::limits::Limits;
use super::network::{FlagId, NetworkBuilder, NodeId};
use super::number::{NumberId, Numbers};
use super::parts::{
    Atom, Block, ChanceId, ChoiceId, Derived, Flag, GroundChance, GroundChoice, GroundEvent, Instance, Keep,
    Monitor, MonitorId, Settlement, Slot, Template, TickGroup,
};
use super::possible::{GroundBudget, Possible, canonical, possible};
use super::{Program, settlements};
use crate::ids::{Id as _, Table};
use crate::model::{
    AttributeId, BranchingId, EntityId, EventClass, EventId, FactId, Initial, Model, QuantityId, RuleId,
};

/// What makes a chance or choice come up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Drawer {
    /// The firing of an instance.
    Instance(InstanceId),
    /// The breach of a norm.
    Breach(TemplateId),
}

/// A program under construction.
pub(crate) struct Ground<'m> {
    pub model: &'m Model,
    pub errors: Vec<GroundError>,
    pub network: NetworkBuilder,
    pub numbers: Numbers,
    pub atoms: Table<AtomId, Atom>,
    pub atom_of: FxHashMap<GroundFact, AtomId>,
    pub derived: Table<DerivedId, Derived>,
    pub derived_of: FxHashMap<GroundFact, DerivedId>,
    /// The nodes of the facts above that have a short key.
    pub node_of: FxHashMap<Key, NodeId>,
    facts_by: FxHashMap<FactId, Vec<GroundArgs>>,
    pub slots: Table<SlotId, Slot>,
    pub slot_of: FxHashMap<GroundMeasure, SlotId>,
    pub events: Table<GroundEventId, GroundEvent>,
    pub event_of: FxHashMap<GroundEventKey, GroundEventId>,
    pub events_of: FxHashMap<EventId, Vec<GroundEventId>>,
    pub instances: Table<InstanceId, Instance>,
    pub triggers_of: FxHashMap<InstanceId, Vec<GroundEventId>>,
    pub blocks: Table<BlockId, Block>,
    pub templates: Table<TemplateId, Template>,
    pub chances: Table<ChanceId, GroundChance>,
    pub choices: Table<ChoiceId, GroundChoice>,
    pub settlements: Table<SettlementId, Settlement>,
    pub settlement_of: FxHashMap<(BranchingId, GroundArgs), SettlementId>,
    pub drawers: Vec<(SettlementId, Drawer)>,
    pub counters: usize,
    pub tick_groups: Vec<TickGroup>,
    pub tick_group_of: FxHashMap<InstanceId, usize>,
    pub flags: Table<FlagId, (Flag, NodeId)>,
    pub flag_of: FxHashMap<Flag, NodeId>,
    /// Whose norms there can be, under what.
    pub norm_keys: BTreeSet<(EntityId, Option<EntityId>)>,
    pub monitors: Table<MonitorId, Monitor>,
    /// Monitors that remember one truth of one thing, and so can serve all who ask for it.
    pub monitor_of: FxHashMap<(Keep, Watched), MonitorId>,
    pub limits: Limits,
    /// Amounts of quantities and nodes of conditions of entities, with how many others hang below them.
    pub quantity_of: FxHashMap<(QuantityId, GroundArgs), (NumberId, usize)>,
    pub condition_of: FxHashMap<(EntityId, AttributeId), (NodeId, usize)>,
    pub whens: Vec<(NodeId, InstanceId)>,
    /// Relations without instances.
    pub closed: Option<Arc<Closed>>,
    /// Facts of such relations that were spoken of, where they are noted.
    pub asked: Option<Vec<GroundFact>>,
    /// Whether conditions over such facts keep their form: an instance is left out if its guard can never hold, and it shall be
    /// the same ones.
    keep_form: bool,
}

impl Program {
    /// Grounds a model.
    pub fn build(model: &Model, budget: GroundBudget) -> Result<Program, Vec<GroundError>> {
        let none = Opened::default();
        let known = closed(model, budget).map_err(|error| vec![error])?;
        let tables = known.is_some();
        let errors = match Program::build_over(model, budget, known, &none) {
            Ok(program) => return Ok(program),
            Err(errors) => errors,
        };
        if tables {
            // What is wrong is told in the same words, whether there are tables or not.
            return match Program::build_over(model, budget, None, &none) {
                Err(ordinary) if too_many(&ordinary) => Err(errors),
                ordinary => ordinary,
            };
        }
        if !too_many(&errors) {
            return Err(errors);
        }
        // Few bindings may hold of many that could.
        let all = GroundBudget {
            closed_from: 0,
            ..budget
        };
        match closed(model, all) {
            Ok(known @ Some(_)) => Program::build_over(model, budget, known, &none).map_err(|_| errors),
            _ => Err(errors),
        }
    }

    /// Grounds a model whose closed relations are known, and those of their facts that are opened like all others. What is
    /// not opened has the same numbers whatever is, but for nodes.
    pub(crate) fn build_over(
        model: &Model,
        budget: GroundBudget,
        closed: Option<Arc<Closed>>,
        opened: &Opened,
    ) -> Result<Program, Vec<GroundError>> {
        let unguarded = settlements::unguarded(model);
        let mut possible = possible(model, budget, &unguarded, closed.as_deref())?;
        possible.facts.extend(opened.facts.iter().cloned());
        let mut ground = Ground::new(model, &possible, budget, closed);
        let mut counts: Table<RuleId, usize> = model.rules.ids().map(|_| 0).collect();
        let mut at_work = None;
        for (rule, binding) in possible.instances {
            if at_work.replace(rule) != Some(rule) {
                ground.limits.of_rule(Some(rule));
            }
            if ground.limits.exhausted() {
                return Err(ground.errors);
            }
            if ground.instance(rule, binding, unguarded.contains(&rule)) {
                counts[rule] += 1;
            }
        }
        for (rule, binding) in &opened.instances {
            ground.instance(*rule, binding.clone(), false);
        }
        ground.limits.of_rule(None);
        ground.keep_form = false;
        ground.requirements();
        ground.finish(counts)
    }
}

fn too_many(errors: &[GroundError]) -> bool {
    errors
        .iter()
        .any(|error| matches!(error, GroundError::TooMany { .. }))
}

impl<'m> Ground<'m> {
    pub(super) fn new(
        model: &'m Model,
        possible: &Possible,
        budget: GroundBudget,
        closed: Option<Arc<Closed>>,
    ) -> Self {
        let mut ground = Ground {
            model,
            errors: Vec::new(),
            network: NetworkBuilder::new(),
            numbers: Table::default(),
            atoms: Table::default(),
            atom_of: FxHashMap::default(),
            derived: Table::default(),
            derived_of: FxHashMap::default(),
            node_of: FxHashMap::default(),
            facts_by: FxHashMap::default(),
            slots: Table::default(),
            slot_of: FxHashMap::default(),
            events: Table::default(),
            event_of: FxHashMap::default(),
            events_of: FxHashMap::default(),
            instances: Table::default(),
            triggers_of: FxHashMap::default(),
            blocks: Table::default(),
            templates: Table::default(),
            chances: Table::default(),
            choices: Table::default(),
            settlements: Table::default(),
            settlement_of: FxHashMap::default(),
            drawers: Vec::new(),
            counters: 0,
            tick_groups: Vec::new(),
            tick_group_of: FxHashMap::default(),
            flags: Table::default(),
            flag_of: FxHashMap::default(),
            norm_keys: BTreeSet::new(),
            monitors: Table::default(),
            monitor_of: FxHashMap::default(),
            limits: Limits::new(budget.parts),
            quantity_of: FxHashMap::default(),
            condition_of: FxHashMap::default(),
            whens: Vec::new(),
            closed,
            asked: None,
            keep_form: true,
        };
        ground.atoms(possible);
        ground.events(possible);
        ground
    }

    fn atoms(&mut self, possible: &Possible) {
        let initially: HashSet<GroundFact> = self
            .model
            .start
            .iter()
            .filter_map(|(initial, _)| match initial {
                Initial::Fact(fact, args, true) => {
                    let args = args.iter().map(GroundValue::of).collect::<Option<GroundArgs>>()?;
                    let args = canonical(self.model.facts[*fact].symmetric, args);
                    Some(GroundFact { fact: *fact, args })
                }
                _ => None,
            })
            .collect();
        let mut facts: Vec<&GroundFact> = possible.facts.iter().collect();
        facts.sort_unstable_by(|a, b| a.fact.cmp(&b.fact).then_with(|| compare_args(&a.args, &b.args)));
        for fact in facts {
            self.facts_by
                .entry(fact.fact)
                .or_default()
                .push(fact.args.clone());
            let node = if self.model.facts[fact.fact].derived {
                let id = DerivedId::from_index(self.derived.len());
                let node = self.network.derived(id);
                self.derived.push(Derived {
                    fact: fact.clone(),
                    node,
                    by: Vec::new(),
                });
                self.derived_of.insert(fact.clone(), id);
                node
            } else {
                let id = AtomId::from_index(self.atoms.len());
                let node = self.network.fact(id);
                self.atoms.push(Atom {
                    fact: fact.clone(),
                    node,
                    initially: initially.contains(fact),
                });
                self.atom_of.insert(fact.clone(), id);
                node
            };
            if let Some(key) = Key::of_ground(fact, self.model.facts[fact.fact].symmetric) {
                self.node_of.insert(key, node);
            }
        }
    }

    fn events(&mut self, possible: &Possible) {
        let mut keys: Vec<&GroundEventKey> = possible.events.iter().collect();
        keys.sort_unstable_by(|a, b| a.event.cmp(&b.event).then_with(|| compare_args(&a.args, &b.args)));
        for key in keys {
            if key.event == self.model.breach
                && let [GroundValue::Entity(of), under] = key.args.as_slice()
            {
                let under = match under {
                    GroundValue::Entity(under) => Some(*under),
                    _ => None,
                };
                self.norm_keys.insert((*of, under));
            }
            let id = self.events.push(GroundEvent {
                key: key.clone(),
                requires: None,
                fires: Vec::new(),
                counts: Vec::new(),
                norms: Vec::new(),
                monitors: Vec::new(),
            });
            self.event_of.insert(key.clone(), id);
            self.events_of.entry(key.event).or_default().push(id);
        }
    }

    /// The node of a fact that has none of its own: it never holds, unless it is closed.
    pub(crate) fn absent(&mut self, fact: GroundFact) -> NodeId {
        let Some(closed) = self.closed.as_ref().filter(|closed| closed.is_closed(fact.fact)) else {
            return self.network.constant(false);
        };
        let holds = closed.holds(&fact);
        if !self.keep_form || !holds && !closed.is_possible(self.model, &fact) {
            return self.network.constant(holds);
        }
        self.asked.iter_mut().for_each(|asked| asked.push(fact.clone()));
        self.network.settled(holds)
    }

    /// The possible arguments of a fact, in canonical order.
    pub(crate) fn facts_of(&self, fact: FactId) -> &[GroundArgs] {
        self.facts_by.get(&fact).map_or(&[], Vec::as_slice)
    }

    /// The event of that name and those arguments, if anything can raise it.
    pub(crate) fn event(&self, key: GroundEventKey) -> Option<GroundEventId> {
        self.event_of.get(&key).copied()
    }

    /// The conditions under which institutional acts are not void.
    fn requirements(&mut self) {
        let model = self.model;
        for id in self.events.ids().collect::<Vec<_>>() {
            let key = self.events[id].key.clone();
            if let EventClass::Institutional(requires) = &model.events[key.event].class {
                let env: Env = key.args.iter().map(GroundValue::value).collect();
                let node = self.all(requires, &env);
                self.events[id].requires = Some(node);
            }
        }
    }
}
