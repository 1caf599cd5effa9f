//! Keeps what conditions and amounts expand to within bounds, so that no scenario exhausts the machine: how many
//! parts there are, how deep they lie in each other, and whether they come back to themselves.

use std::collections::HashMap;

use super::build::Ground;
use super::error::GroundError;
use super::ground::{GroundArgs, spell};
use super::number::{NumberId, NumberNode};
use crate::diagnostic::Span;
use crate::ids::Table;
use crate::model::{AttributeId, EntityId, Model, QuantityId, RuleId};

/// How deep terms may lie in each other; keeps recursion off the end of the stack.
const LEVELS: usize = 500;
/// How many quantities and conditions of entities may hang on each other, one on the other.
const NESTING: usize = 100;
/// How many parts may be computed for one amount, and how deep they may lie.
const AMOUNT: Reach = Reach {
    parts: 1_000_000,
    depth: 2_000,
};

/// What stands for a term of its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Expanded {
    /// A quantity with its arguments.
    Quantity(QuantityId, GroundArgs),
    /// A condition among the attributes of an entity.
    Condition(EntityId, AttributeId),
}

impl Expanded {
    fn spell(&self, model: &Model) -> String {
        match self {
            Expanded::Quantity(id, args) => format!("`{}`", spell(model, &model.quantities[*id].name, args)),
            Expanded::Condition(entity, attribute) => {
                format!(
                    "`{}.{}`",
                    model.entities[*entity].id, model.attributes[*attribute]
                )
            }
        }
    }
}

/// What an amount takes to compute.
#[derive(Clone, Copy, Debug, Default)]
struct Reach {
    parts: u64,
    depth: u32,
}

/// What has been expanded so far.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    budget: usize,
    parts: usize,
    level: usize,
    rule: Option<RuleId>,
    by_rule: HashMap<RuleId, usize>,
    /// What is being expanded, each within the one before, and how many hang below it.
    open: Vec<(Expanded, usize)>,
    amounts: Table<NumberId, Reach>,
    exhausted: bool,
}

impl Limits {
    pub(crate) fn new(budget: usize) -> Self {
        Limits {
            budget,
            ..Limits::default()
        }
    }

    /// Whether nothing more is worth expanding.
    pub(crate) fn exhausted(&self) -> bool {
        self.exhausted
    }

    /// From here on parts belong to this rule.
    pub(crate) fn of_rule(&mut self, rule: Option<RuleId>) {
        if let Some(before) = self.rule {
            *self.by_rule.entry(before).or_default() += self.parts;
            self.budget = self.budget.saturating_sub(self.parts);
            self.parts = 0;
        }
        self.rule = rule;
    }
}

impl Ground<'_> {
    /// Counts one more part. False where a limit is reached, which is said once.
    pub(crate) fn enter(&mut self, span: Span) -> bool {
        if self.limits.exhausted {
            return false;
        }
        self.limits.parts += 1;
        if self.limits.parts > self.limits.budget {
            let limits = &mut self.limits;
            limits.exhausted = true;
            let own = limits.parts;
            if let Some(rule) = limits.rule {
                *limits.by_rule.entry(rule).or_default() += own;
            }
            // The rule that took most: the one at work may be a small one that came last.
            let most = limits
                .by_rule
                .iter()
                .max_by_key(|(rule, parts)| (**parts, std::cmp::Reverse(**rule)));
            let rule = most
                .filter(|(_, parts)| **parts >= own)
                .map(|(rule, parts)| (*rule, *parts));
            let named = rule.map(|(rule, _)| {
                let rule = &self.model.rules[rule];
                (rule.name.clone(), rule.about.span)
            });
            let parts = rule.map_or(own, |(_, parts)| parts);
            self.errors.push(GroundError::TooLarge {
                rule: named,
                parts,
                span,
            });
            return false;
        }
        if self.limits.level >= LEVELS {
            self.too_deep(span);
            return false;
        }
        self.limits.level += 1;
        true
    }

    /// Undoes one [`enter`](Self::enter) that was let in.
    pub(crate) fn leave(&mut self) {
        self.limits.level -= 1;
    }

    fn too_deep(&mut self, span: Span) {
        self.limits.exhausted = true;
        self.errors.push(GroundError::TooDeep(span));
    }

    /// Expands what stands for a term of its own; none where it is part of itself. Beside the result stands how many
    /// others hang below it, to be remembered for [`hangs_below`](Self::hangs_below).
    pub(crate) fn expand<T>(
        &mut self,
        what: Expanded,
        span: Span,
        inside: impl FnOnce(&mut Self) -> T,
    ) -> Option<(T, usize)> {
        if let Some(from) = self.limits.open.iter().position(|(open, _)| *open == what) {
            let round = self
                .limits
                .open
                .iter()
                .skip(from)
                .map(|(open, _)| open)
                .chain([&what]);
            let names = round.map(|open| open.spell(self.model)).collect();
            self.errors.push(GroundError::Circle(names, span));
            return None;
        }
        self.limits.open.push((what, 0));
        let result = inside(self);
        let below = self.limits.open.pop().map_or(0, |(_, below)| below);
        self.hangs_below(below, span);
        Some((result, below))
    }

    /// Notes that what is being expanded reads something on which so many others hang.
    pub(crate) fn hangs_below(&mut self, below: usize, span: Span) {
        if let Some((_, most)) = self.limits.open.last_mut() {
            *most = (*most).max(below + 1);
        }
        if below >= NESTING && !self.limits.exhausted {
            self.too_deep(span);
        }
    }

    /// Adds an amount; one that takes too much to compute is an error.
    pub(crate) fn amount(&mut self, node: NumberNode, span: Span) -> NumberId {
        let mut reach = Reach { parts: 1, depth: 0 };
        let mut part = |id: &NumberId| {
            let inner = self.limits.amounts.find(*id).copied().unwrap_or_default();
            reach.parts = reach.parts.saturating_add(inner.parts);
            reach.depth = reach.depth.max(inner.depth + 1);
        };
        match &node {
            NumberNode::Constant(_) | NumberNode::Measure(_) => {}
            NumberNode::Count(nodes) => reach.parts += nodes.len() as u64,
            NumberNode::Sum(parts) => parts.iter().for_each(|(_, id)| part(id)),
            NumberNode::Arithmetic(_, a, b) | NumberNode::If(_, a, b) => [a, b].into_iter().for_each(part),
            NumberNode::Min(ids) | NumberNode::Max(ids) => ids.iter().for_each(part),
            NumberNode::Over(rate, ..) => part(rate),
        }
        if (reach.parts > AMOUNT.parts || reach.depth > AMOUNT.depth) && !self.limits.exhausted {
            self.too_deep(span);
        }
        self.limits.amounts.push(reach);
        self.numbers.push(node)
    }
}
