//! Builds the program: binds everything, numbers it in canonical order, and ties the indexes.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::closed::{Closed, Opened, closed};
use super::conditions::{Env, bind, named};
use super::error::GroundError;
use super::formula::Watched;
use super::ground::{
    AtomId, BlockId, DerivedId, GroundArgs, GroundEventId, GroundEventKey, GroundFact, GroundMeasure,
    GroundValue, InstanceId, Key, SettlementId, SlotId, TemplateId, compare_args,
};
use super::limits::Limits;
use super::network::{FlagId, NetworkBuilder, NodeId};
use super::number::{NumberId, NumberNode, Numbers};
use super::parts::{
    Atom, Block, ChanceId, ChoiceId, Derived, Flag, GroundChance, GroundChoice, GroundEvent, Instance, Keep,
    Monitor, MonitorId, Op, Settlement, Slot, Template, TickGroup,
};
use super::possible::{Binding, GroundBudget, Possible, possible};
use super::{Program, calendar, settlements};
use crate::ids::{Id as _, Table};
use crate::model::{
    AttributeId, Body, BranchingId, EntityId, EventClass, EventId, FactId, Initial, Model, QuantityId, Rule,
    RuleId, Term, Trigger, Value,
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
    whens: Vec<(NodeId, InstanceId)>,
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
        let closed = closed(model, budget).map_err(|error| vec![error])?;
        let none = Opened::default();
        let tables = closed.is_some();
        let built = Program::build_over(model, budget, closed, &none);
        match built {
            // What is wrong is told in the same words, whether there are tables or not.
            Err(errors) if tables => match Program::build_over(model, budget, None, &none) {
                Err(others)
                    if others
                        .iter()
                        .any(|error| matches!(error, GroundError::TooMany { .. })) =>
                {
                    Err(errors)
                }
                ordinary => ordinary,
            },
            built => built,
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
                    let args = super::possible::canonical(self.model.facts[*fact].symmetric, args);
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

    /// Adds one rule instance; false where its guard can never hold and nothing counts its triggers.
    fn instance(&mut self, rule_id: RuleId, binding: Binding, counted: bool) -> bool {
        let model = self.model;
        let rule = &model.rules[rule_id];
        let env = environment(rule, &binding);
        let guard = self.all(&rule.conditions, &env);
        let when = match &rule.trigger {
            Trigger::When(conditions) => Some(self.all(conditions, &env)),
            _ => None,
        };
        let never = |node| self.network.known(node) == Some(false);
        if (never(guard) || when.is_some_and(never)) && !counted {
            return false;
        }
        let id = self.instances.push(Instance {
            rule: rule_id,
            binding,
            when,
            guard,
            block: None,
            counts: Vec::new(),
        });
        match &rule.trigger {
            Trigger::Always => {}
            Trigger::When(_) => self.whens.extend(when.map(|node| (node, id))),
            Trigger::On(patterns) => {
                let events = self.events_matching(patterns, &env).unwrap_or_default();
                for event in &events {
                    self.events[*event].fires.push(id);
                }
                self.triggers_of.insert(id, events);
            }
            Trigger::Every(term) => {
                if let Some(Value::Duration(every)) = self.known(term, &env) {
                    let group = self.tick_groups.iter().position(|group| group.every == every);
                    let group = group.unwrap_or_else(|| {
                        self.tick_groups.push(TickGroup {
                            every,
                            instances: Vec::new(),
                            days: calendar::ticks(model.period, every),
                            active: self.network.constant(false),
                            counts: false,
                        });
                        self.tick_groups.len() - 1
                    });
                    if let Some(group) = self.tick_groups.get_mut(group) {
                        group.instances.push(id);
                    }
                    self.tick_group_of.insert(id, group);
                }
            }
        }
        match &rule.body {
            Body::Derive(heads) => {
                for (fact, args) in heads {
                    if let Some(head) = self.head(*fact, args, &env) {
                        self.network.body(head, guard);
                        self.derived[head].by.push(id);
                    }
                }
            }
            Body::Then(effects) => {
                let block = self.body(effects, id, &env);
                self.instances[id].block = Some(block);
            }
        }
        true
    }

    /// The derived fact of a rule's head, if it can hold.
    fn head(&mut self, fact: FactId, args: &[Term], env: &Env) -> Option<DerivedId> {
        let symmetric = self.model.facts[fact].symmetric;
        let entities = args.iter().map(|arg| named(arg, env));
        if let Some(key) = Key::of(fact, symmetric, entities) {
            return self.network.derives(*self.node_of.get(&key)?);
        }
        let args = super::possible::canonical(symmetric, self.args(args, env)?);
        self.derived_of.get(&GroundFact { fact, args }).copied()
    }

    fn finish(mut self, instance_counts: Table<RuleId, usize>) -> Result<Program, Vec<GroundError>> {
        let model = self.model;
        let timeline = self.timeline();
        let outcomes = self.outcomes();
        let expectations = self.expectations();
        let mut questions = Table::default();
        let claims = self.claims(&model.expectations, &mut questions);
        let asked = self.claims(&model.asked, &mut questions);
        let (invariants, histories) = self.invariants();
        let positions: Vec<NodeId> = model
            .positions
            .iter()
            .map(|position| self.truth(&position.met_if, &Env::new()))
            .collect();
        self.tie_flags();
        self.number_settlements();
        self.close_tick_groups();
        self.number_slots();
        let overrides = overrides(model);
        self.whens.sort_unstable();
        if !self.errors.is_empty() {
            return Err(self.errors);
        }
        let network = match self.network.finish(&self.numbers, self.slots.len()) {
            Ok(network) => network,
            Err(cycle) => {
                return Err(vec![not_stratified(
                    model,
                    &self.derived,
                    &self.instances,
                    &cycle,
                )]);
            }
        };
        let mut rising: Table<NodeId, bool> = (0..network.len()).map(|_| false).collect();
        for (node, _) in &self.whens {
            rising[*node] = true;
        }
        let triggers = self
            .instances
            .ids()
            .map(|id| self.triggers_of.remove(&id).unwrap_or_default())
            .collect();
        Ok(Program {
            rising,
            triggers,
            period: model.period,
            network,
            numbers: self.numbers,
            atoms: self.atoms,
            closed: self.closed,
            derived: self.derived,
            slots: self.slots,
            events: self.events,
            instances: self.instances,
            blocks: self.blocks,
            templates: self.templates,
            flags: self.flags,
            settlements: self.settlements,
            chances: self.chances,
            choices: self.choices,
            counters: self.counters,
            whens: self.whens,
            tick_groups: self.tick_groups,
            timeline,
            monitors: self.monitors,
            outcomes,
            expectations,
            questions,
            claims,
            asked,
            invariants,
            histories,
            positions,
            overrides,
            instance_counts,
        })
    }

    /// A tick on which no guard holds and nothing counts is no day of the run.
    fn close_tick_groups(&mut self) {
        for group in &mut self.tick_groups {
            let guards: Vec<NodeId> = group
                .instances
                .iter()
                .map(|id| self.instances[*id].guard)
                .collect();
            group.active = self.network.or(guards);
            group.counts = group
                .instances
                .iter()
                .any(|id| !self.instances[*id].counts.is_empty());
        }
    }

    /// Numbers measures by name and arguments. Until here they stand in the order in which rules first spoke of them.
    fn number_slots(&mut self) {
        let mut order: Vec<SlotId> = self.slots.ids().collect();
        order.sort_by(|a, b| {
            let (a, b) = (&self.slots[*a].measure, &self.slots[*b].measure);
            a.measure
                .cmp(&b.measure)
                .then_with(|| compare_args(&a.args, &b.args))
        });
        let slots = order.iter().map(|id| self.slots[*id].clone()).collect();
        let mut now: Table<SlotId, SlotId> = self.slots.ids().collect();
        for (place, before) in order.iter().enumerate() {
            now[*before] = SlotId::from_index(place);
        }
        self.slots = slots;
        for number in self.numbers.values_mut() {
            if let NumberNode::Measure(slot) = number {
                *slot = now[*slot];
            }
        }
        for op in self.blocks.values_mut().flat_map(|block| block.ops.iter_mut()) {
            if let Op::Set(slot, _) | Op::Add(slot, _) = op {
                *slot = now[*slot];
            }
        }
        self.slot_of.values_mut().for_each(|slot| *slot = now[*slot]);
    }

    fn timeline(&self) -> Vec<(crate::language::value::Day, GroundEventId, usize)> {
        let (first, last) = self.model.period;
        let mut timeline: Vec<_> = self
            .model
            .timeline
            .iter()
            .enumerate()
            .filter(|(_, scripted)| (first..=last).contains(&scripted.on))
            .filter_map(|(place, scripted)| {
                let args = scripted
                    .args
                    .iter()
                    .map(GroundValue::of)
                    .collect::<Option<GroundArgs>>()?;
                Some((
                    scripted.on,
                    self.event(GroundEventKey {
                        event: scripted.event,
                        args,
                    })?,
                    place,
                ))
            })
            .collect();
        timeline.sort_unstable();
        timeline
    }
}

/// The values of a rule's own variables in an instance.
pub(super) fn environment(rule: &Rule, binding: &Binding) -> Env {
    let mut env = Env::new();
    for (variable, entity) in rule.variables.ids().zip(binding) {
        bind(&mut env, variable, Value::Entity(*entity));
    }
    env
}

/// Which rule overrides which, transitively.
fn overrides(model: &Model) -> HashSet<(RuleId, RuleId)> {
    let mut found = HashSet::new();
    for (id, rule) in model.rules.iter() {
        let mut open: Vec<RuleId> = rule.overrides.clone();
        while let Some(under) = open.pop() {
            if found.insert((id, under)) {
                open.extend(model.rules[under].overrides.iter().copied());
            }
        }
    }
    found
}

fn not_stratified(
    model: &Model,
    derived: &Table<DerivedId, Derived>,
    instances: &Table<InstanceId, Instance>,
    cycle: &[DerivedId],
) -> GroundError {
    let mut rules = Vec::new();
    let mut words = Vec::new();
    for id in cycle {
        let derived = &derived[*id];
        words.push(format!(
            "`{}`",
            super::ground::spell(model, &model.facts[derived.fact.fact].name, &derived.fact.args)
        ));
        for instance in &derived.by {
            let rule = &model.rules[instances[*instance].rule];
            let place = (rule.name.clone(), rule.about.span);
            if !rules.contains(&place) {
                rules.push(place);
            }
        }
    }
    words.extend(words.first().cloned());
    GroundError::NotStratified { cycle: words, rules }
}
