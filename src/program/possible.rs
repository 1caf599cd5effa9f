//! What can ever be: the facts that may come to hold, the events that may be raised, and the rule instances
//! that may therefore fire. An over-approximation, found by letting every newly possible fact or event look for
//! the rules that wait for it.

use std::collections::{HashMap, HashSet, VecDeque};

use smallvec::SmallVec;

use super::GroundError;
use super::ground::{GroundArgs, GroundEventKey, GroundFact, GroundValue, matches};
use super::plan::{Needs, Seed, Step, plain, plan};
use crate::model::resolve::constant;
use crate::model::{
    Argument, Body, Effect, EffectKind, EntityId, EventId, FactId, Initial, KindId, Model, Rule, RuleId,
    Term, TermKind, Value, VariableId,
};

/// The values of a rule's own variables, in their order.
pub type Binding = SmallVec<[EntityId; 6]>;

/// What can ever be.
#[derive(Debug, Default)]
pub(crate) struct Possible {
    pub facts: HashSet<GroundFact>,
    pub events: HashSet<GroundEventKey>,
    /// In canonical order: by rule, then binding.
    pub instances: Vec<(RuleId, Binding)>,
}

/// What a rule may bring about.
enum Yield<'m> {
    Fact(FactId, &'m [Term]),
    Event(EventId, &'m [Term]),
    Breach(&'m Term, Option<&'m Term>),
}

enum News {
    Fact(FactId, GroundArgs),
    Event(EventId, GroundArgs),
}

/// How much work the search may do before a rule counts as one with too many bindings.
#[derive(Clone, Copy, Debug)]
pub struct GroundBudget {
    /// Most instances of all rules together.
    pub instances: usize,
    /// Most steps of the search for one rule.
    pub steps: usize,
}

impl Default for GroundBudget {
    fn default() -> Self {
        GroundBudget {
            instances: 12_000_000,
            steps: 200_000_000,
        }
    }
}

struct Prepared<'m> {
    id: RuleId,
    rule: &'m Rule,
    needs: Needs<'m>,
    from_nothing: Option<Vec<Step<'m>>>,
    by_literal: Vec<Vec<Step<'m>>>,
    by_trigger: Vec<Vec<Step<'m>>>,
    yields: Vec<Yield<'m>>,
    steps: usize,
    found: usize,
}

#[derive(Default)]
struct Tuples {
    all: Vec<GroundArgs>,
    set: HashSet<GroundArgs>,
    /// By position and value: indexes into `all`.
    index: HashMap<(usize, GroundValue), Vec<usize>>,
}

impl Tuples {
    fn insert(&mut self, args: GroundArgs) -> bool {
        if !self.set.insert(args.clone()) {
            return false;
        }
        for (position, value) in args.iter().enumerate() {
            self.index
                .entry((position, value.clone()))
                .or_default()
                .push(self.all.len());
        }
        self.all.push(args);
        true
    }
}

struct Search<'m> {
    model: &'m Model,
    budget: GroundBudget,
    facts: HashMap<FactId, Tuples>,
    events: HashMap<EventId, Tuples>,
    news: VecDeque<News>,
    seen: HashSet<(RuleId, Binding)>,
    errors: Vec<GroundError>,
    members: HashMap<KindId, Vec<EntityId>>,
}

/// Finds all that can ever be.
pub(crate) fn possible(
    model: &Model,
    budget: GroundBudget,
    unguarded: &HashSet<RuleId>,
) -> Result<Possible, Vec<GroundError>> {
    let mut search = Search {
        model,
        budget,
        facts: HashMap::new(),
        events: HashMap::new(),
        news: VecDeque::new(),
        seen: HashSet::new(),
        errors: Vec::new(),
        members: HashMap::new(),
    };
    let mut rules: Vec<Prepared<'_>> = Vec::new();
    let mut by_fact: HashMap<FactId, Vec<(usize, usize)>> = HashMap::new();
    let mut by_event: HashMap<EventId, Vec<(usize, usize)>> = HashMap::new();
    for (id, rule) in model.rules.iter() {
        let needs = Needs::of(rule, !unguarded.contains(&id));
        for (index, (fact, _)) in needs.literals.iter().enumerate() {
            by_fact.entry(*fact).or_default().push((rules.len(), index));
        }
        for (index, pattern) in needs.triggers.iter().enumerate() {
            by_event
                .entry(pattern.event)
                .or_default()
                .push((rules.len(), index));
        }
        let of = |seed| plan(model, rule, &needs, seed);
        rules.push(Prepared {
            id,
            rule,
            from_nothing: (needs.literals.is_empty() && needs.triggers.is_empty()).then(|| of(Seed::Empty)),
            by_literal: (0..needs.literals.len())
                .map(|index| of(Seed::Literal(index)))
                .collect(),
            by_trigger: (0..needs.triggers.len())
                .map(|index| of(Seed::Trigger(index)))
                .collect(),
            yields: yields(rule),
            needs,
            steps: 0,
            found: 0,
        });
    }

    for (initial, _) in &model.start {
        if let Initial::Fact(fact, args, true) = initial
            && let Some(args) = args.iter().map(GroundValue::of).collect()
        {
            search.fact(*fact, args);
        }
    }
    for scripted in &model.timeline {
        if let Some(args) = scripted.args.iter().map(GroundValue::of).collect() {
            search.event(scripted.event, args);
        }
    }
    for rule in &mut rules {
        if let Some(steps) = rule.from_nothing.take() {
            let mut binding = vec![None; rule.rule.variables.len()];
            search.run(rule, &steps, &mut binding);
        }
    }
    while let Some(news) = search.news.pop_front() {
        if !search.errors.is_empty() {
            break;
        }
        let (waiting, args) = match &news {
            News::Fact(fact, args) => (by_fact.get(fact), args),
            News::Event(event, args) => (by_event.get(event), args),
        };
        for (rule, index) in waiting.into_iter().flatten() {
            let Some(rule) = rules.get_mut(*rule) else {
                continue;
            };
            let (pattern, steps): (&[Argument], _) = match &news {
                News::Fact(..) => {
                    let Some((_, args)) = rule.needs.literals.get(*index) else {
                        continue;
                    };
                    (args, rule.by_literal.get_mut(*index).map(std::mem::take))
                }
                News::Event(..) => {
                    let Some(pattern) = rule.needs.triggers.get(*index) else {
                        continue;
                    };
                    (&pattern.args, rule.by_trigger.get_mut(*index).map(std::mem::take))
                }
            };
            let Some(steps) = steps else { continue };
            let mut binding = vec![None; rule.rule.variables.len()];
            if search.unify(pattern, args, &mut binding).is_some() {
                search.run(rule, &steps, &mut binding);
            }
            let place = match &news {
                News::Fact(..) => rule.by_literal.get_mut(*index),
                News::Event(..) => rule.by_trigger.get_mut(*index),
            };
            if let Some(place) = place {
                *place = steps;
            }
        }
    }
    if !search.errors.is_empty() {
        return Err(search.errors);
    }
    let mut instances: Vec<_> = search.seen.into_iter().collect();
    instances.sort_unstable();
    let facts = search.facts.into_iter().flat_map(|(fact, tuples)| {
        let symmetric = model.facts[fact].symmetric;
        tuples
            .all
            .into_iter()
            .filter(move |args| !symmetric || is_canonical(args))
            .map(move |args| GroundFact { fact, args })
    });
    let events = search.events.into_iter().flat_map(|(event, tuples)| {
        tuples
            .all
            .into_iter()
            .map(move |args| GroundEventKey { event, args })
    });
    Ok(Possible {
        facts: facts.collect(),
        events: events.collect(),
        instances,
    })
}

/// Whether the arguments of a symmetric fact stand in canonical order.
fn is_canonical(args: &[GroundValue]) -> bool {
    match args {
        [a, b] => a.order() <= b.order(),
        _ => true,
    }
}

/// Puts the arguments of a symmetric fact in canonical order.
pub(crate) fn canonical(symmetric: bool, mut args: GroundArgs) -> GroundArgs {
    if symmetric && !is_canonical(&args) {
        args.reverse();
    }
    args
}

impl<'m> Search<'m> {
    fn fact(&mut self, fact: FactId, args: GroundArgs) {
        if self.model.facts[fact].symmetric {
            // Both orders are there to be matched; only the canonical one becomes an atom.
            let mut turned = args.clone();
            turned.reverse();
            if self.facts.entry(fact).or_default().insert(turned.clone()) && turned != args {
                self.news.push_back(News::Fact(fact, turned));
            }
        }
        if self.facts.entry(fact).or_default().insert(args.clone()) {
            self.news.push_back(News::Fact(fact, args));
        }
    }

    fn members_of(&mut self, kind: KindId) -> Vec<EntityId> {
        let model = self.model;
        self.members
            .entry(kind)
            .or_insert_with(|| model.members_of(kind))
            .clone()
    }

    fn event(&mut self, event: EventId, args: GroundArgs) {
        if self.events.entry(event).or_default().insert(args.clone()) {
            self.news.push_back(News::Event(event, args));
        }
    }

    /// The value of a term under a partial binding.
    fn value(&mut self, term: &Term, binding: &[Option<EntityId>]) -> Option<Value> {
        match evaluate(self.model, term, binding) {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Binds the variables of a pattern so that it matches; `None` if it cannot. Returns what was bound.
    fn unify(
        &mut self,
        pattern: &[Argument],
        args: &[GroundValue],
        binding: &mut [Option<EntityId>],
    ) -> Option<SmallVec<[VariableId; 4]>> {
        use crate::ids::Id as _;
        let mut bound: SmallVec<[VariableId; 4]> = SmallVec::new();
        let mut fits = true;
        for (wanted, is) in pattern.iter().zip(args) {
            let Some(wanted) = wanted else { continue };
            let open = plain(wanted).filter(|v| binding.get(v.index()).is_some_and(Option::is_none));
            fits = match (open, is) {
                (Some(variable), GroundValue::Entity(entity)) => {
                    if let Some(place) = binding.get_mut(variable.index()) {
                        *place = Some(*entity);
                    }
                    bound.push(variable);
                    true
                }
                (Some(_), _) => false,
                (None, is) => {
                    // A term with a variable that is not bound yet is tested later, by its own step.
                    let ready = super::reads::variables(wanted)
                        .iter()
                        .all(|v| binding.get(v.index()).is_some_and(Option::is_some));
                    !ready
                        || self
                            .value(wanted, binding)
                            .is_some_and(|value| GroundValue::of(&value).as_ref() == Some(is))
                }
            };
            if !fits {
                break;
            }
        }
        if fits {
            return Some(bound);
        }
        for variable in bound {
            if let Some(place) = binding.get_mut(variable.index()) {
                *place = None;
            }
        }
        None
    }

    fn run(&mut self, rule: &mut Prepared<'m>, steps: &[Step<'m>], binding: &mut [Option<EntityId>]) {
        use crate::ids::Id as _;
        if !self.errors.is_empty() {
            return;
        }
        rule.steps += 1;
        if rule.steps > self.budget.steps || self.seen.len() > self.budget.instances {
            self.errors
                .push(GroundError::too_many(self.model, rule.id, rule.found, rule.steps));
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
                let Some(entity) = binding.get(variable.index()).copied().flatten() else {
                    return;
                };
                if self.in_domain(rule.rule, *variable, entity, binding) {
                    self.run(rule, rest, binding);
                }
            }
            Step::Assign(variable, term) => {
                if let Some(Value::Entity(entity)) = self.value(term, binding) {
                    self.with(rule, rest, binding, *variable, entity);
                }
            }
            Step::Domain(variable) => {
                let members = match &rule.rule.variables[*variable].domain {
                    Some(Term {
                        kind: TermKind::Members(kind),
                        ..
                    }) => self.members_of(*kind),
                    Some(domain) => match self.value(domain, binding) {
                        Some(Value::Set(members)) => members,
                        _ => return,
                    },
                    None => return,
                };
                for entity in members {
                    self.with(rule, rest, binding, *variable, entity);
                }
            }
            Step::Literal(index) => self.literal(rule, *index, rest, binding),
            Step::Triggered => {
                let possible = rule.needs.triggers.iter().any(|pattern| {
                    let Some(wanted) = self.pattern(&pattern.args, binding) else {
                        return false;
                    };
                    self.events
                        .get(&pattern.event)
                        .is_some_and(|tuples| tuples.all.iter().any(|args| matches(&wanted, args)))
                });
                if possible {
                    self.run(rule, rest, binding);
                }
            }
        }
    }

    fn with(
        &mut self,
        rule: &mut Prepared<'m>,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
        variable: VariableId,
        entity: EntityId,
    ) {
        use crate::ids::Id as _;
        if let Some(place) = binding.get_mut(variable.index()) {
            *place = Some(entity);
        }
        self.run(rule, rest, binding);
        if let Some(place) = binding.get_mut(variable.index()) {
            *place = None;
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
            Some(domain) => match self.value(domain, binding) {
                Some(Value::Set(members)) => members.contains(&entity),
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
        use crate::ids::Id as _;
        args.iter()
            .map(|arg| match arg {
                None => Some(None),
                Some(term) => {
                    let open = super::reads::variables(term)
                        .iter()
                        .any(|v| binding.get(v.index()).is_none_or(Option::is_none));
                    if open {
                        Some(None)
                    } else {
                        GroundValue::of(&self.value(term, binding)?).map(Some)
                    }
                }
            })
            .collect()
    }

    fn literal(
        &mut self,
        rule: &mut Prepared<'m>,
        index: usize,
        rest: &[Step<'m>],
        binding: &mut [Option<EntityId>],
    ) {
        use crate::ids::Id as _;
        let Some((fact, args)) = rule.needs.literals.get(index).map(|(fact, args)| (*fact, *args)) else {
            return;
        };
        let Some(wanted) = self.pattern(args, binding) else {
            return;
        };
        let exact: Option<GroundArgs> = wanted.iter().cloned().collect();
        if let Some(exact) = exact {
            if self
                .facts
                .get(&fact)
                .is_some_and(|tuples| tuples.set.contains(&exact))
            {
                self.run(rule, rest, binding);
            }
            return;
        }
        let candidates: Vec<GroundArgs> = match self.facts.get(&fact) {
            None => return,
            Some(tuples) => {
                let bound = wanted
                    .iter()
                    .enumerate()
                    .find_map(|(at, value)| Some((at, value.clone()?)));
                match bound {
                    Some(key) => tuples
                        .index
                        .get(&key)
                        .into_iter()
                        .flatten()
                        .filter_map(|at| tuples.all.get(*at))
                        .filter(|args| matches(&wanted, args))
                        .cloned()
                        .collect(),
                    None => tuples
                        .all
                        .iter()
                        .filter(|args| matches(&wanted, args))
                        .cloned()
                        .collect(),
                }
            }
        };
        let binds = args
            .iter()
            .flatten()
            .any(|arg| plain(arg).is_some_and(|v| binding.get(v.index()).is_some_and(Option::is_none)));
        for candidate in candidates {
            if let Some(bound) = self.unify(args, &candidate, binding) {
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

    fn emit(&mut self, rule: &mut Prepared<'m>, binding: &mut [Option<EntityId>]) {
        let Some(own) = binding
            .iter()
            .take(rule.rule.bound)
            .copied()
            .collect::<Option<Binding>>()
        else {
            return;
        };
        if !self.seen.insert((rule.id, own)) {
            return;
        }
        rule.found += 1;
        let yields = std::mem::take(&mut rule.yields);
        for gives in &yields {
            match gives {
                Yield::Fact(fact, args) => {
                    if let Some(args) = self.ground(args, binding) {
                        self.fact(*fact, args);
                    }
                }
                Yield::Event(event, args) => {
                    if let Some(args) = self.ground(args, binding) {
                        self.event(*event, args);
                    }
                }
                Yield::Breach(of, under) => {
                    let mut args = self
                        .ground(std::slice::from_ref(*of), binding)
                        .unwrap_or_default();
                    args.push(match under {
                        None => GroundValue::Nothing,
                        Some(under) => match self
                            .ground(std::slice::from_ref(*under), binding)
                            .and_then(|a| a.first().cloned())
                        {
                            Some(under) => under,
                            None => continue,
                        },
                    });
                    self.event(self.model.breach, args);
                }
            }
        }
        rule.yields = yields;
    }

    fn ground(&mut self, args: &[Term], binding: &[Option<EntityId>]) -> Option<GroundArgs> {
        args.iter()
            .map(|arg| {
                let value = self.value(arg, binding)?;
                let ground = GroundValue::of(&value);
                if ground.is_none() {
                    self.errors.push(GroundError::not_an_argument(arg.span));
                }
                ground
            })
            .collect()
    }
}

/// The value of a term that must be known once its variables are.
pub(crate) fn evaluate(
    model: &Model,
    term: &Term,
    binding: &[Option<EntityId>],
) -> Result<Value, GroundError> {
    use crate::ids::Id as _;
    let lookup = |v: VariableId| binding.get(v.index()).copied().flatten().map(Value::Entity);
    match &term.kind {
        TermKind::Value(value) => Ok(value.clone()),
        TermKind::Variable(v) => lookup(*v).ok_or_else(|| GroundError::not_known(term.span)),
        _ => match constant::evaluate(term, model, &lookup) {
            Some(Ok(value)) => Ok(value),
            Some(Err(diagnostic)) => Err(GroundError::Said(Box::new(diagnostic))),
            None => Err(GroundError::not_known(term.span)),
        },
    }
}

fn yields(rule: &Rule) -> Vec<Yield<'_>> {
    let mut found = Vec::new();
    match &rule.body {
        Body::Derive(heads) => found.extend(heads.iter().map(|(fact, args)| Yield::Fact(*fact, args))),
        Body::Then(effects) => collect(effects, &mut found),
    }
    found
}

fn collect<'m>(effects: &'m [Effect], found: &mut Vec<Yield<'m>>) {
    for effect in effects {
        match &effect.kind {
            EffectKind::Start(fact, args) => found.push(Yield::Fact(*fact, args)),
            EffectKind::End(..) | EffectKind::Set(..) | EffectKind::Add(..) => {}
            EffectKind::Happen(happen) => found.push(Yield::Event(happen.event, &happen.args)),
            EffectKind::Norm(norm) => {
                found.push(Yield::Breach(&norm.of, norm.under.as_ref()));
                collect(&norm.otherwise, found);
            }
            EffectKind::Chance(chance) => {
                for branch in &chance.branches {
                    collect(&branch.then, found);
                }
            }
            EffectKind::Choice(choice) => {
                for option in &choice.options {
                    collect(&option.then, found);
                }
            }
        }
    }
}
