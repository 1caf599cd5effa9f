//! What can ever be: the facts that may come to hold, the events that may be raised, and the rule instances
//! that may therefore fire. An over-approximation, found by letting every newly possible fact or event look for
//! the rules that wait for it.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::GroundError;
use super::closed::Closed;
use super::ground::{GroundArgs, GroundEventKey, GroundFact, GroundValue, matches};
use super::plan::{Held, Match, Needs, Seed, Step, plain, plan};
use super::reads::all_bound;
use crate::ids::Id as _;
use crate::model::resolve::constant;
use crate::model::{
    Argument, AttributeId, AttributeValue, Body, Effect, EffectKind, EntityId, EventId, FactId, Initial,
    KindId, Model, Rule, RuleId, Term, TermKind, Value, VariableId,
};

/// The values of a rule's own variables, in their order.
pub type Binding = SmallVec<[EntityId; 6]>;

/// What can ever be.
#[derive(Debug, Default)]
pub(crate) struct Possible {
    pub facts: Vec<GroundFact>,
    pub events: Vec<GroundEventKey>,
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

/// How large a program may become before the rule that makes it so is named in an error. The default keeps a
/// compilation well below a gigabyte.
#[derive(Clone, Copy, Debug)]
pub struct GroundBudget {
    /// Most instances of all rules together, and most facts and events that they may bring about.
    pub instances: usize,
    /// Most steps of the search for one rule.
    pub steps: usize,
    /// Most parts of conditions and amounts, all rules together.
    pub parts: usize,
    /// From how many bindings on facts that no event can change are worked out as tables, without instances.
    pub closed_from: usize,
    /// Most tuples of such tables.
    pub closed_tuples: usize,
    /// Most steps of working them out.
    pub closed_steps: u64,
}

impl Default for GroundBudget {
    fn default() -> Self {
        GroundBudget {
            instances: 1_000_000,
            steps: 10_000_000,
            parts: 5_000_000,
            closed_from: 1_000,
            closed_tuples: 10_000_000,
            closed_steps: 500_000_000,
        }
    }
}

/// A rule with its plans.
struct Prepared<'m> {
    place: usize,
    id: RuleId,
    rule: &'m Rule,
    needs: Needs<'m>,
    from_nothing: Option<Vec<Step<'m>>>,
    /// For each literal: one plan, or where the rule waits for events one for each trigger.
    by_literal: Vec<Vec<Vec<Step<'m>>>>,
    by_trigger: Vec<Vec<Step<'m>>>,
    yields: Vec<Yield<'m>>,
}

impl<'m> Prepared<'m> {
    fn new(place: usize, id: RuleId, model: &'m Model, guarded: bool, closed: Option<&Closed>) -> Self {
        let rule = &model.rules[id];
        let needs = Needs::of(rule, guarded);
        let of = |seed| plan(model, rule, &needs, seed);
        let triggers = 0..needs.triggers.len();
        let literal = |literal| match triggers.len() {
            0 => vec![of(Seed::Literal(literal, None))],
            _ => triggers
                .clone()
                .map(|trigger| of(Seed::Literal(literal, Some(trigger))))
                .collect(),
        };
        let waits = |(fact, _): &(FactId, &[Argument])| !closed.is_some_and(|closed| closed.is_closed(*fact));
        Prepared {
            place,
            id,
            rule,
            from_nothing: (!needs.literals.iter().any(waits) && triggers.is_empty()).then(|| of(Seed::Empty)),
            by_literal: (0..needs.literals.len()).map(literal).collect(),
            by_trigger: triggers
                .clone()
                .map(|trigger| of(Seed::Trigger(trigger)))
                .collect(),
            yields: yields(rule),
            needs,
        }
    }
}

/// What the search for instances of one rule took.
#[derive(Clone, Copy, Default)]
struct Effort {
    steps: usize,
    found: usize,
}

#[derive(Default)]
struct Tuples {
    all: Vec<GroundArgs>,
    set: FxHashSet<GroundArgs>,
    /// By position: the places in `all` of the tuples with a value there. Made when first asked for.
    index: Vec<Option<FxHashMap<GroundValue, Vec<usize>>>>,
}

impl Tuples {
    fn insert(&mut self, args: GroundArgs) -> bool {
        if !self.set.insert(args.clone()) {
            return false;
        }
        for (index, value) in self.index.iter_mut().zip(&args) {
            if let Some(index) = index {
                index.entry(value.clone()).or_default().push(self.all.len());
            }
        }
        self.all.push(args);
        true
    }

    /// The tuples that have these values, as far as they are given.
    fn matching(&mut self, wanted: &[Option<GroundValue>]) -> Vec<GroundArgs> {
        self.index
            .resize_with(wanted.len().max(self.index.len()), || None);
        let mut narrowest: Option<&[usize]> = None;
        for (at, (index, value)) in self.index.iter_mut().zip(wanted).enumerate() {
            let Some(value) = value else { continue };
            let index = index.get_or_insert_with(|| {
                let mut index: FxHashMap<GroundValue, Vec<usize>> = FxHashMap::default();
                for (place, value) in self
                    .all
                    .iter()
                    .enumerate()
                    .filter_map(|(place, args)| Some((place, args.get(at)?)))
                {
                    index.entry(value.clone()).or_default().push(place);
                }
                index
            });
            let places = index.get(value).map_or(&[][..], Vec::as_slice);
            if narrowest.is_none_or(|least| places.len() < least.len()) {
                narrowest = Some(places);
            }
        }
        let matching = |args: &&GroundArgs| matches(wanted, args);
        match narrowest {
            Some(places) => places
                .iter()
                .filter_map(|at| self.all.get(*at))
                .filter(matching)
                .cloned()
                .collect(),
            None => self.all.iter().filter(matching).cloned().collect(),
        }
    }
}

struct Search<'m> {
    model: &'m Model,
    budget: GroundBudget,
    closed: Option<&'m Closed>,
    facts: FxHashMap<FactId, Tuples>,
    events: FxHashMap<EventId, Tuples>,
    news: VecDeque<News>,
    seen: FxHashSet<(RuleId, Binding)>,
    errors: Vec<GroundError>,
    members: FxHashMap<KindId, Rc<[EntityId]>>,
    /// The arguments of the fact or event that started the search.
    seed: GroundArgs,
    /// By place of the rule.
    efforts: Vec<Effort>,
    /// Facts and events found.
    tuples: usize,
}

/// Finds all that can ever be.
pub(crate) fn possible<'m>(
    model: &'m Model,
    budget: GroundBudget,
    unguarded: &HashSet<RuleId>,
    closed: Option<&'m Closed>,
) -> Result<Possible, Vec<GroundError>> {
    let mut rules: Vec<Prepared<'_>> = Vec::new();
    let mut by_fact: FxHashMap<FactId, Vec<(usize, usize)>> = FxHashMap::default();
    let mut by_event: FxHashMap<EventId, Vec<(usize, usize)>> = FxHashMap::default();
    for id in model.rules.ids() {
        let rule = Prepared::new(rules.len(), id, model, !unguarded.contains(&id), closed);
        if closed.is_some_and(|closed| closed.derives(id)) {
            // It keeps its place, by which efforts are counted, but waits for nothing.
            rules.push(Prepared {
                from_nothing: None,
                ..rule
            });
            continue;
        }
        for (index, (fact, _)) in rule.needs.literals.iter().enumerate() {
            // Closed facts are there from the beginning, and so start no search.
            if !closed.is_some_and(|closed| closed.is_closed(*fact)) {
                by_fact.entry(*fact).or_default().push((rule.place, index));
            }
        }
        for (index, pattern) in rule.needs.triggers.iter().enumerate() {
            by_event
                .entry(pattern.event)
                .or_default()
                .push((rule.place, index));
        }
        rules.push(rule);
    }
    let mut search = Search {
        model,
        budget,
        closed,
        facts: FxHashMap::default(),
        events: FxHashMap::default(),
        news: VecDeque::new(),
        seen: FxHashSet::default(),
        errors: Vec::new(),
        members: FxHashMap::default(),
        seed: GroundArgs::new(),
        efforts: vec![Effort::default(); rules.len()],
        tuples: 0,
    };

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
    for rule in &rules {
        if let Some(steps) = &rule.from_nothing {
            let mut binding = vec![None; rule.rule.variables.len()];
            search.run(rule, steps, &mut binding);
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
            let Some(rule) = rules.get(*rule) else { continue };
            let (seed, plans) = match &news {
                News::Fact(..) => (
                    Match::Literal(*index),
                    rule.by_literal.get(*index).map(Vec::as_slice),
                ),
                News::Event(..) => (
                    Match::Trigger(*index),
                    rule.by_trigger.get(*index).map(std::slice::from_ref),
                ),
            };
            if !search.has_every_literal(rule) {
                // Whatever comes last will find the others.
                continue;
            }
            let mut binding = vec![None; rule.rule.variables.len()];
            if search.unify(rule.needs.args(seed), args, &mut binding).is_some() {
                search.seed.clone_from(args);
                for (place, steps) in plans.unwrap_or_default().iter().enumerate() {
                    if matches!(seed, Match::Trigger(_)) || search.has_trigger(rule, place) {
                        search.run(rule, steps, &mut binding);
                    }
                }
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
            // What is its own reverse is told below.
            if turned != args && self.facts.entry(fact).or_default().insert(turned.clone()) {
                self.tuples += 1;
                self.news.push_back(News::Fact(fact, turned));
            }
        }
        if self.facts.entry(fact).or_default().insert(args.clone()) {
            self.tuples += 1;
            self.news.push_back(News::Fact(fact, args));
        }
    }

    /// Whether some fact is possible for each literal of a rule.
    fn has_every_literal(&self, rule: &Prepared<'m>) -> bool {
        rule.needs.literals.iter().all(|(fact, _)| match self.closed {
            Some(closed) if closed.is_closed(*fact) => closed.any_possible(self.model, *fact),
            _ => self.facts.contains_key(fact),
        })
    }

    /// Whether some event is possible for the trigger at this place, if the rule waits for any.
    fn has_trigger(&self, rule: &Prepared<'m>, place: usize) -> bool {
        rule.needs
            .triggers
            .get(place)
            .is_none_or(|pattern| self.events.contains_key(&pattern.event))
    }

    fn members_of(&mut self, kind: KindId) -> Rc<[EntityId]> {
        let model = self.model;
        let members = self
            .members
            .entry(kind)
            .or_insert_with(|| model.members_of(kind).into());
        Rc::clone(members)
    }

    fn event(&mut self, event: EventId, args: GroundArgs) {
        if self.events.entry(event).or_default().insert(args.clone()) {
            self.tuples += 1;
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
                    !all_bound(wanted, binding)
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

    fn run(&mut self, rule: &Prepared<'m>, steps: &[Step<'m>], binding: &mut [Option<EntityId>]) {
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
        self.errors
            .push(GroundError::too_many(self.model, worst, steps_of(worst).found));
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

    fn emit(&mut self, rule: &Prepared<'m>, binding: &[Option<EntityId>]) {
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
        if let Some(effort) = self.efforts.get_mut(rule.place) {
            effort.found += 1;
            effort.steps += rule.yields.len();
        }
        for gives in &rule.yields {
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
