//! The search for the bindings of one rule, step by step as its plan says.

use super::prepared::Prepared;
use super::search::Search;
use crate::ids::Id as _;
use crate::model::{
    Argument, AttributeId, AttributeValue, EntityId, Rule, RuleId, Term, TermKind, Value, VariableId,
};
use crate::program::GroundError;
use crate::program::ground::{GroundArgs, GroundValue};
use crate::program::plan::{Held, Match, Step, plain};
use crate::program::reads::all_bound;

impl<'m> Search<'m> {
    pub fn run(&mut self, rule: &Prepared<'m>, steps: &[Step<'m>], binding: &mut [Option<EntityId>]) {
        if !self.errors.is_empty() || !self.spend(rule) {
            return;
        }
        let Some((step, rest)) = steps.split_first() else {
            self.emit(rule, binding);
            return;
        };
        match step {
            Step::Test(test) => {
                if let Some(Value::Boolean(true)) = self.value(test, binding) {
                    self.run(rule, rest, binding);
                }
            }
            Step::InDomain(variable) => {
                let entity = binding.get(variable.index()).copied().flatten();
                if entity.is_some_and(|entity| self.in_domain(rule.rule, *variable, entity, binding)) {
                    self.run(rule, rest, binding);
                }
            }
            Step::Assign(variable, term) => {
                if let Some(Value::Entity(entity)) = self.value(term, binding) {
                    self.each(rule, rest, binding, *variable, &[entity]);
                }
            }
            Step::Domain(variable) => match &rule.rule.variables[*variable].domain {
                Some(Term {
                    kind: TermKind::Members(kind),
                    ..
                }) => {
                    let members = self.members_of(*kind);
                    self.each(rule, rest, binding, *variable, &members);
                }
                Some(domain) => self.each_of_set(rule, rest, binding, *variable, domain),
                None => {}
            },
            Step::Among(variable, set) => self.each_of_set(rule, rest, binding, *variable, set),
            Step::Backwards(variable, attribute, held) => {
                let owners = self.owners(*attribute, *held, binding);
                self.each(rule, rest, binding, *variable, &owners);
            }
            Step::Match(wanted) => self.matching(rule, *wanted, rest, binding),
        }
    }

    /// The entities whose attribute holds what is known of it.
    fn owners(
        &mut self,
        attribute: AttributeId,
        held: Held<'m>,
        binding: &[Option<EntityId>],
    ) -> Vec<EntityId> {
        let value = match held {
            Held::Term(term) => self.value(term, binding),
            Held::Variable(v) => binding.get(v.index()).copied().flatten().map(Value::Entity),
            Held::Seed(place) => self.seed.get(place).and_then(GroundValue::value),
        };
        match value {
            Some(Value::Entity(entity)) => self.model.owners(attribute, entity),
            Some(Value::Set(members)) => members
                .into_iter()
                .flat_map(|entity| self.model.owners(attribute, entity))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Counts a step; false if that was one too many.
    fn spend(&mut self, rule: &Prepared<'m>) -> bool {
        let Some(effort) = self.efforts.get_mut(rule.place) else {
            return false;
        };
        effort.steps += 1;
        let within = effort.steps <= self.budget.steps
            && self.seen.len() <= self.budget.instances
            && self.tuples <= self.budget.instances;
        if !within {
            self.too_many(rule);
        }
        within
    }

    /// Blames the rule that took most: the one at work may be a small one that came last.
    fn too_many(&mut self, at_work: &Prepared<'m>) {
        let steps_of = |rule: RuleId| self.efforts.get(rule.index()).copied().unwrap_or_default();
        let mut worst = at_work.id;
        if steps_of(worst).steps <= self.budget.steps {
            for rule in self.model.rules.ids() {
                if steps_of(rule).found > steps_of(worst).found {
                    worst = rule;
                }
            }
        }
        let unguarded = self.unguarded.contains(&worst);
        let found = steps_of(worst).found;
        self.errors
            .push(GroundError::too_many(self.model, worst, found, unguarded));
    }

    /// Goes on with each of these values of a variable.
    fn each(
        &mut self,
        rule: &Prepared<'m>,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
        variable: VariableId,
        values: &[EntityId],
    ) {
        for value in values {
            if let Some(place) = binding.get_mut(variable.index()) {
                *place = Some(*value);
            }
            self.run(rule, rest, binding);
        }
        if let Some(place) = binding.get_mut(variable.index()) {
            *place = None;
        }
    }

    fn each_of_set(
        &mut self,
        rule: &Prepared<'m>,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
        variable: VariableId,
        set: &Term,
    ) {
        if let Some(Value::Set(members)) = self.value(set, binding) {
            self.each(rule, rest, binding, variable, &members);
        }
    }

    fn in_domain(
        &mut self,
        rule: &Rule,
        variable: VariableId,
        entity: EntityId,
        binding: &[Option<EntityId>],
    ) -> bool {
        match &rule.variables[variable].domain {
            Some(Term {
                kind: TermKind::Members(kind),
                ..
            }) => self.model.kind_is_a(self.model.entities[entity].kind, *kind),
            Some(Term {
                kind: TermKind::Attribute(of, attribute),
                ..
            }) => match self.value(of, binding) {
                // Looked up in place, since large sets are dear to copy.
                Some(Value::Entity(owner)) => match self.model.entities[owner].values.get(attribute) {
                    Some(AttributeValue::Value(Value::Set(members))) => {
                        members.binary_search(&entity).is_ok()
                    }
                    _ => false,
                },
                _ => false,
            },
            Some(domain) => match self.value(domain, binding) {
                Some(Value::Set(members)) => members.binary_search(&entity).is_ok(),
                _ => false,
            },
            None => false,
        }
    }

    /// The pattern with all that is known filled in.
    fn pattern(
        &mut self,
        args: &[Argument],
        binding: &[Option<EntityId>],
    ) -> Option<Vec<Option<GroundValue>>> {
        args.iter()
            .map(|arg| match arg {
                Some(term) if all_bound(term, binding) => {
                    GroundValue::of(&self.value(term, binding)?).map(Some)
                }
                _ => Some(None),
            })
            .collect()
    }

    /// Goes on with each possible fact or event that matches.
    fn matching(
        &mut self,
        rule: &Prepared<'m>,
        wanted: Match,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
    ) {
        let args = rule.needs.args(wanted);
        let Some(pattern) = self.pattern(args, binding) else {
            return;
        };
        if let Match::Literal(index) = wanted
            && let Some((fact, _)) = rule.needs.literals.get(index)
            && let Some(closed) = self.closed.filter(|closed| closed.is_closed(*fact))
        {
            let candidates = closed.possible_args(self.model, *fact, &pattern);
            self.each_match(rule, args, candidates, rest, binding);
            return;
        }
        let tuples = match wanted {
            Match::Literal(index) => {
                let literal = rule.needs.literals.get(index);
                literal.and_then(|(fact, _)| self.facts.get_mut(fact))
            }
            Match::Trigger(index) => {
                let trigger = rule.needs.triggers.get(index);
                trigger.and_then(|on| self.events.get_mut(&on.event))
            }
        };
        let Some(tuples) = tuples else { return };
        let exact: Option<GroundArgs> = pattern.iter().cloned().collect();
        if let Some(exact) = exact {
            if tuples.set.contains(&exact) {
                self.run(rule, rest, binding);
            }
            return;
        }
        let candidates = tuples.matching(&pattern);
        self.each_match(rule, args, candidates, rest, binding);
    }

    /// Goes on with each of these facts or events, as far as it fits.
    fn each_match(
        &mut self,
        rule: &Prepared<'m>,
        args: &[Argument],
        candidates: Vec<GroundArgs>,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
    ) {
        let is_open = |v: VariableId| binding.get(v.index()).is_some_and(Option::is_none);
        let binds = args.iter().flatten().filter_map(plain).any(is_open);
        for candidate in candidates {
            let Some(bound) = self.unify(args, &candidate, binding) else {
                continue;
            };
            self.run(rule, rest, binding);
            for variable in bound {
                if let Some(place) = binding.get_mut(variable.index()) {
                    *place = None;
                }
            }
            if !binds {
                // Only `_` was open: one match is as good as all.
                return;
            }
        }
    }
}
