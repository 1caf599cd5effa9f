//! Numbers in canonical order what was built, and ties it together.

use std::collections::HashSet;

use super::Program;
use super::build::Ground;
use super::conditions::Env;
use super::error::GroundError;
use super::ground::{
    DerivedId, GroundArgs, GroundEventId, GroundEventKey, GroundValue, InstanceId, SlotId, compare_args,
    spell,
};
use super::network::NodeId;
use super::number::NumberNode;
use super::parts::{Derived, Instance, Op};
use crate::ids::{Id as _, Table};
use crate::language::value::Day;
use crate::model::{Model, RuleId};

impl Ground<'_> {
    pub(super) fn finish(
        mut self,
        instance_counts: Table<RuleId, usize>,
    ) -> Result<Program, Vec<GroundError>> {
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

    fn timeline(&self) -> Vec<(Day, GroundEventId, usize)> {
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
            spell(model, &model.facts[derived.fact.fact].name, &derived.fact.args)
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
