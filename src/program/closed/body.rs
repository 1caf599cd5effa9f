//! The body of a rule as a search over tuples: the steps of its plan with all that can be looked up beforehand looked up.

use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use super::condition::{Condition, condition};
use super::tuples::{Packing, Relation};
use crate::ids::Id as _;
use crate::model::{
    Argument, AttributeId, AttributeValue, Body, Comparison, EntityId, FactId, KindId, Model, Rule, RuleId,
    Term, TermKind, Value, VariableId,
};
use crate::program::plan::{Held, Match, Needs, Seed, Step, plain, plan, plan_for_head};
use crate::program::possible::evaluate;
use crate::program::reads::{conjuncts, is_static, variables};

/// The values of a rule's variables, those of its quantifiers among them.
pub(super) type Binding = [Option<EntityId>];

/// Something that the ordinary way of grounding has to say: then nothing is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit;

/// Relations by the number of their fact.
#[derive(Clone, Default)]
pub(super) struct Tables {
    pub of: Vec<Option<Relation>>,
}

impl Tables {
    pub fn get(&self, fact: FactId) -> Option<&Relation> {
        self.of.get(fact.index())?.as_ref()
    }

    pub fn get_mut(&mut self, fact: FactId) -> Option<&mut Relation> {
        self.of.get_mut(fact.index())?.as_mut()
    }
}

/// What an argument of a fact is.
#[derive(Clone, Copy)]
pub(super) enum Arg<'m> {
    /// Anything.
    Any,
    Variable(VariableId),
    Entity(EntityId),
    /// The value of this term.
    Term(&'m Term),
}

impl<'m> Arg<'m> {
    pub fn of(argument: &'m Argument) -> Self {
        match argument {
            None => Arg::Any,
            Some(term) => Arg::of_term(term),
        }
    }

    pub fn of_term(term: &'m Term) -> Self {
        match &term.kind {
            TermKind::Variable(variable) => Arg::Variable(*variable),
            TermKind::Value(Value::Entity(entity)) => Arg::Entity(*entity),
            _ => Arg::Term(term),
        }
    }

    /// Its value; none where it is open.
    #[inline]
    pub fn value(&self, model: &Model, binding: &Binding) -> Result<Option<EntityId>, Unfit> {
        match self {
            Arg::Any => Ok(None),
            Arg::Variable(variable) => Ok(value_of(binding, *variable)),
            Arg::Entity(entity) => Ok(Some(*entity)),
            Arg::Term(term) => match evaluate(model, term, binding) {
                Ok(Value::Entity(entity)) => Ok(Some(entity)),
                _ => Err(Unfit),
            },
        }
    }
}

#[inline]
pub(super) fn value_of(binding: &Binding, variable: VariableId) -> Option<EntityId> {
    binding.get(variable.index()).copied().flatten()
}

#[inline]
pub(super) fn bind(binding: &mut Binding, variable: VariableId, entity: Option<EntityId>) {
    if let Some(place) = binding.get_mut(variable.index()) {
        *place = entity;
    }
}

/// The members of an attribute's sets and who has them, by entity.
pub(super) struct Edges {
    pub members: Vec<Vec<EntityId>>,
    pub owners: Vec<Vec<EntityId>>,
}

/// What many bodies look up.
pub(super) struct Lookup<'m> {
    pub model: &'m Model,
    kinds: FxHashMap<KindId, Rc<[EntityId]>>,
    edges: FxHashMap<AttributeId, Rc<Edges>>,
}

impl<'m> Lookup<'m> {
    pub fn new(model: &'m Model) -> Self {
        Lookup {
            model,
            kinds: FxHashMap::default(),
            edges: FxHashMap::default(),
        }
    }

    fn kind(&mut self, kind: KindId) -> Rc<[EntityId]> {
        let model = self.model;
        Rc::clone(
            self.kinds
                .entry(kind)
                .or_insert_with(|| model.members_of(kind).into()),
        )
    }

    pub fn edges(&mut self, attribute: AttributeId) -> Rc<Edges> {
        let model = self.model;
        let made = self.edges.entry(attribute).or_insert_with(|| {
            let mut members = vec![Vec::new(); model.entities.len()];
            let mut owners = vec![Vec::new(); model.entities.len()];
            for (owner, entity) in model.entities.iter() {
                let named: &[EntityId] = match entity.values.get(&attribute) {
                    Some(AttributeValue::Value(Value::Set(all))) => all,
                    Some(AttributeValue::Value(Value::Entity(one))) => std::slice::from_ref(one),
                    _ => &[],
                };
                for member in named {
                    if let Some(list) = owners.get_mut(member.index()) {
                        list.push(owner);
                    }
                }
                if let Some(list) = members.get_mut(owner.index()) {
                    *list = named.to_vec();
                }
            }
            Rc::new(Edges { members, owners })
        });
        Rc::clone(made)
    }
}

/// The entities beside one, in a list by entity.
#[inline]
pub(super) fn beside(list: &[Vec<EntityId>], entity: EntityId) -> &[EntityId] {
    list.get(entity.index()).map_or(&[], Vec::as_slice)
}

/// One step of a search.
pub(super) enum Move<'m> {
    /// Go on only if this holds; known whatever the facts are.
    Test(Condition<'m>),
    /// Go on only if this holds of the facts.
    Guard(Condition<'m>),
    /// Go on only if the variable's value is of the kind.
    OfKind(VariableId, KindId),
    /// Go on only if the first variable's value is in a set that the second one's has.
    IsMember(VariableId, VariableId, Rc<Edges>),
    /// Go on only if the variable's value is in the set.
    IsIn(VariableId, &'m Term),
    /// Bind the variable to a value.
    Assign(VariableId, &'m Term),
    /// Bind the variable to each of these.
    Each(VariableId, Rc<[EntityId]>),
    /// Bind the first variable to each member of a set that the second one's value has.
    EachMember(VariableId, VariableId, Rc<Edges>),
    /// Bind the variable to each member of a set.
    EachIn(VariableId, &'m Term),
    /// Bind the first variable to each owner of the second one's value.
    EachOwner(VariableId, VariableId, Rc<Edges>),
    /// Bind the variable to each owner of a value, or of the members of a set.
    EachOwnerOf(VariableId, &'m Term, Rc<Edges>),
    /// Bind the variable to each owner of what stands in that place of the tuple that started the search.
    EachOwnerOfSeed(VariableId, usize, Rc<Edges>),
    /// Go on only if the fact is there.
    Has(FactId, SmallVec<[Arg<'m>; 4]>),
    /// Bind what is open in the pattern by each fact that fits.
    EachFact(FactId, SmallVec<[Arg<'m>; 4]>),
}

/// A search for bindings of a rule.
pub(super) struct Search<'m> {
    /// What the tuple that starts it must match; empty where nothing does.
    pub seed: SmallVec<[Arg<'m>; 4]>,
    pub moves: Vec<Move<'m>>,
}

/// A rule that derives closed facts.
pub(super) struct Derivation<'m> {
    pub id: RuleId,
    pub rule: &'m Rule,
    pub heads: Vec<(FactId, SmallVec<[Arg<'m>; 4]>)>,
    pub needs: Needs<'m>,
    /// What is asked of the facts beside plain ones.
    pub guards: Vec<Condition<'m>>,
}

impl<'m> Derivation<'m> {
    pub fn of(lookup: &mut Lookup<'m>, id: RuleId) -> Result<Self, Unfit> {
        let rule = &lookup.model.rules[id];
        let Body::Derive(heads) = &rule.body else {
            return Err(Unfit);
        };
        let mut guards = Vec::new();
        for part in rule.conditions.iter().flat_map(conjuncts) {
            if !is_static(part) && !matches!(part.kind, TermKind::Fact(..)) {
                guards.push(condition(lookup, part)?);
            }
        }
        Ok(Derivation {
            id,
            rule,
            heads: heads
                .iter()
                .map(|(fact, args)| (*fact, args.iter().map(Arg::of_term).collect()))
                .collect(),
            needs: Needs::of(rule, true),
            guards,
        })
    }

    /// The search from a tuple that matches this literal, or from nothing.
    pub fn search(
        &self,
        lookup: &mut Lookup<'m>,
        literal: Option<usize>,
        guarded: bool,
    ) -> Result<Search<'m>, Unfit> {
        let (seed, args) = match literal {
            None => (Seed::Empty, &[][..]),
            Some(literal) => (
                Seed::Literal(literal, None),
                self.needs.args(Match::Literal(literal)),
            ),
        };
        let steps = plan(lookup.model, self.rule, &self.needs, seed);
        let bound = args.iter().flatten().filter_map(plain).collect();
        let seed = args.iter().map(Arg::of).collect();
        self.lower(lookup, &steps, seed, bound, guarded)
    }

    /// The search from the arguments of one of its heads.
    pub fn search_for_head(&self, lookup: &mut Lookup<'m>, head: usize) -> Result<Search<'m>, Unfit> {
        let Some((_, args)) = self.heads.get(head) else {
            return Err(Unfit);
        };
        let mut bound: Vec<VariableId> = Vec::new();
        for arg in args {
            if let Arg::Variable(variable) = arg {
                bound.push(*variable);
            }
        }
        let steps = plan_for_head(lookup.model, self.rule, &self.needs, bound.clone());
        self.lower(lookup, &steps, args.clone(), bound, false)
    }

    fn lower(
        &self,
        lookup: &mut Lookup<'m>,
        steps: &[Step<'m>],
        seed: SmallVec<[Arg<'m>; 4]>,
        mut bound: Vec<VariableId>,
        guarded: bool,
    ) -> Result<Search<'m>, Unfit> {
        let mut moves = Vec::new();
        let mut guards: Vec<(&Term, Vec<VariableId>)> = Vec::new();
        if guarded {
            for part in self.rule.conditions.iter().flat_map(conjuncts) {
                if !is_static(part) && !matches!(part.kind, TermKind::Fact(..)) {
                    guards.push((part, variables(part)));
                }
            }
        }
        for step in steps {
            self.guards_ready(lookup, &mut guards, &bound, &mut moves)?;
            moves.push(self.lower_step(lookup, step, &mut bound)?);
        }
        self.guards_ready(lookup, &mut guards, &bound, &mut moves)?;
        if guards.is_empty() {
            Ok(Search { seed, moves })
        } else {
            Err(Unfit)
        }
    }

    /// Conditions all of whose variables have values are looked at as soon as they can be.
    fn guards_ready(
        &self,
        lookup: &mut Lookup<'m>,
        guards: &mut Vec<(&'m Term, Vec<VariableId>)>,
        bound: &[VariableId],
        moves: &mut Vec<Move<'m>>,
    ) -> Result<(), Unfit> {
        let mut left = Vec::new();
        for (term, reads) in guards.drain(..) {
            if reads.iter().all(|variable| bound.contains(variable)) {
                moves.push(Move::Guard(condition(lookup, term)?));
            } else {
                left.push((term, reads));
            }
        }
        *guards = left;
        Ok(())
    }

    fn lower_step(
        &self,
        lookup: &mut Lookup<'m>,
        step: &Step<'m>,
        bound: &mut Vec<VariableId>,
    ) -> Result<Move<'m>, Unfit> {
        let domain = |variable: VariableId| self.rule.variables[variable].domain.as_ref();
        Ok(match step {
            Step::Test(test) => Move::Test(condition(lookup, test)?),
            Step::InDomain(variable) => match domain(*variable) {
                Some(Term {
                    kind: TermKind::Members(kind),
                    ..
                }) => Move::OfKind(*variable, *kind),
                Some(term) => match owner(term) {
                    Some((of, attribute)) => Move::IsMember(*variable, of, lookup.edges(attribute)),
                    None => Move::IsIn(*variable, term),
                },
                None => return Err(Unfit),
            },
            Step::Assign(variable, term) => {
                bound.push(*variable);
                Move::Assign(*variable, term)
            }
            Step::Domain(variable) => {
                bound.push(*variable);
                match domain(*variable) {
                    Some(Term {
                        kind: TermKind::Members(kind),
                        ..
                    }) => Move::Each(*variable, lookup.kind(*kind)),
                    Some(term) => each_in(lookup, *variable, term),
                    None => return Err(Unfit),
                }
            }
            Step::Among(variable, set) => {
                bound.push(*variable);
                each_in(lookup, *variable, set)
            }
            Step::Backwards(variable, attribute, held) => {
                bound.push(*variable);
                let edges = lookup.edges(*attribute);
                match held {
                    Held::Term(term) => match plain(term) {
                        Some(of) => Move::EachOwner(*variable, of, edges),
                        None => Move::EachOwnerOf(*variable, term, edges),
                    },
                    Held::Variable(of) => Move::EachOwner(*variable, *of, edges),
                    Held::Seed(place) => Move::EachOwnerOfSeed(*variable, *place, edges),
                }
            }
            Step::Match(Match::Literal(literal)) => {
                let Some((fact, args)) = self.needs.literals.get(*literal) else {
                    return Err(Unfit);
                };
                let known = |arg: &Argument| {
                    let reads = arg.as_ref().map(variables);
                    reads.is_some_and(|reads| reads.iter().all(|variable| bound.contains(variable)))
                };
                let exact = args.iter().all(known);
                let args: SmallVec<[Arg<'m>; 4]> = args.iter().map(Arg::of).collect();
                for arg in &args {
                    if let Arg::Variable(variable) = arg
                        && !bound.contains(variable)
                    {
                        bound.push(*variable);
                    }
                }
                if exact {
                    Move::Has(*fact, args)
                } else {
                    Move::EachFact(*fact, args)
                }
            }
            Step::Match(Match::Trigger(_)) => return Err(Unfit),
        })
    }
}

/// The variable and the attribute of `v.attribute`.
fn owner(term: &Term) -> Option<(VariableId, AttributeId)> {
    match &term.kind {
        TermKind::Attribute(of, attribute) => Some((plain(of)?, *attribute)),
        _ => None,
    }
}

fn each_in<'m>(lookup: &mut Lookup<'m>, variable: VariableId, set: &'m Term) -> Move<'m> {
    match owner(set) {
        Some((of, attribute)) => Move::EachMember(variable, of, lookup.edges(attribute)),
        None => Move::EachIn(variable, set),
    }
}

/// The places of relations by which a search looks for tuples.
pub(super) fn each_index(search: &Search<'_>, visit: &mut dyn FnMut(FactId, usize)) {
    for step in &search.moves {
        match step {
            Move::EachFact(fact, args) => each_place(*fact, args, visit),
            Move::Test(condition) | Move::Guard(condition) => condition.each_index(visit),
            _ => {}
        }
    }
}

/// The places of a pattern that may be known when it is looked for.
pub(super) fn each_place(fact: FactId, args: &[Arg<'_>], visit: &mut dyn FnMut(FactId, usize)) {
    for (place, arg) in args.iter().enumerate() {
        if !matches!(arg, Arg::Any) {
            visit(fact, place);
        }
    }
}

/// Walks a search over tables.
pub(super) struct Walk<'w, 'm> {
    pub model: &'m Model,
    pub packing: Packing,
    pub tables: &'w Tables,
    /// The tuple that started the search.
    pub seed: SmallVec<[EntityId; 4]>,
    pub steps: u64,
    pub limit: u64,
}

/// How a walk ends before its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stop {
    Unfit,
    /// It took too many steps, or whoever looks has seen enough.
    Enough,
}

impl From<Unfit> for Stop {
    fn from(_: Unfit) -> Self {
        Stop::Unfit
    }
}

type Found<'f> = dyn FnMut(&mut Binding) -> Result<(), Stop> + 'f;

impl<'m> Walk<'_, 'm> {
    /// Looks for all bindings from a tuple.
    pub fn from(
        &mut self,
        search: &Search<'m>,
        tuple: &[EntityId],
        binding: &mut Binding,
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        binding.fill(None);
        for (arg, is) in search.seed.iter().zip(tuple) {
            if let Arg::Variable(variable) = arg {
                match value_of(binding, *variable) {
                    None => bind(binding, *variable, Some(*is)),
                    Some(other) if other == *is => {}
                    Some(_) => return Ok(()),
                }
            }
        }
        for (arg, is) in search.seed.iter().zip(tuple) {
            let differs = match arg {
                Arg::Any | Arg::Variable(_) => false,
                Arg::Entity(entity) => entity != is,
                // With a variable that has no value yet it is matched by a step of its own.
                Arg::Term(term) => {
                    crate::program::reads::all_bound(term, binding)
                        && arg.value(self.model, binding)? != Some(*is)
                }
            };
            if differs {
                return Ok(());
            }
        }
        self.seed = SmallVec::from_slice(tuple);
        self.go(&search.moves, binding, found)
    }

    /// Looks for all bindings.
    pub fn all(
        &mut self,
        search: &Search<'m>,
        binding: &mut Binding,
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        binding.fill(None);
        self.go(&search.moves, binding, found)
    }

    fn go(&mut self, moves: &[Move<'m>], binding: &mut Binding, found: &mut Found<'_>) -> Result<(), Stop> {
        self.steps += 1;
        if self.steps > self.limit {
            return Err(Stop::Enough);
        }
        let mut moves = moves;
        while let Some((step, rest)) = moves.split_first() {
            if !self.stands(step, binding)? {
                return self.branch(step, rest, binding, found);
            }
            moves = rest;
        }
        found(binding)
    }

    /// Whether a step only tests, and the test is passed.
    #[inline]
    fn stands(&mut self, step: &Move<'m>, binding: &mut Binding) -> Result<bool, Stop> {
        Ok(match step {
            Move::Test(test) | Move::Guard(test) => {
                test.holds(self.model, self.packing, self.tables, binding)?
            }
            Move::OfKind(variable, kind) => value_of(binding, *variable)
                .is_some_and(|entity| self.model.kind_is_a(self.model.entities[entity].kind, *kind)),
            Move::IsMember(variable, of, edges) => {
                match (value_of(binding, *variable), value_of(binding, *of)) {
                    (Some(member), Some(owner)) => {
                        beside(&edges.members, owner).binary_search(&member).is_ok()
                    }
                    _ => false,
                }
            }
            Move::IsIn(variable, set) => {
                match (value_of(binding, *variable), evaluate(self.model, set, binding)) {
                    (Some(member), Ok(Value::Set(all))) => all.binary_search(&member).is_ok(),
                    _ => return Err(Stop::Unfit),
                }
            }
            Move::Has(fact, args) => {
                let mut tuple = 0;
                for arg in args {
                    let entity = arg.value(self.model, binding)?.ok_or(Unfit)?;
                    tuple = self.packing.push(tuple, entity);
                }
                self.tables.get(*fact).is_some_and(|relation| relation.has(tuple))
            }
            _ => false,
        })
    }

    /// Goes on with each value that a step gives a variable; with none where it is a test that was not passed.
    fn branch(
        &mut self,
        step: &Move<'m>,
        rest: &[Move<'m>],
        binding: &mut Binding,
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        let model = self.model;
        match step {
            Move::Test(_)
            | Move::Guard(_)
            | Move::OfKind(..)
            | Move::IsMember(..)
            | Move::IsIn(..)
            | Move::Has(..) => Ok(()),
            Move::Assign(variable, term) => match evaluate(model, term, binding) {
                Ok(Value::Entity(entity)) => self.each(rest, binding, *variable, &[entity], found),
                _ => Err(Stop::Unfit),
            },
            Move::Each(variable, members) => self.each(rest, binding, *variable, members, found),
            Move::EachMember(variable, of, edges) => match value_of(binding, *of) {
                Some(of) => self.each(rest, binding, *variable, beside(&edges.members, of), found),
                None => Err(Stop::Unfit),
            },
            Move::EachIn(variable, set) => match evaluate(model, set, binding) {
                Ok(Value::Set(members)) => self.each(rest, binding, *variable, &members, found),
                _ => Err(Stop::Unfit),
            },
            Move::EachOwner(variable, of, edges) => match value_of(binding, *of) {
                Some(of) => self.each(rest, binding, *variable, beside(&edges.owners, of), found),
                None => Err(Stop::Unfit),
            },
            Move::EachOwnerOf(variable, term, edges) => {
                let owners: Vec<EntityId> = match evaluate(model, term, binding) {
                    Ok(Value::Entity(of)) => beside(&edges.owners, of).to_vec(),
                    Ok(Value::Set(all)) => {
                        let owners = all.iter().flat_map(|of| beside(&edges.owners, *of)).copied();
                        let mut owners: Vec<EntityId> = owners.collect();
                        owners.sort_unstable();
                        owners.dedup();
                        owners
                    }
                    _ => return Err(Stop::Unfit),
                };
                self.each(rest, binding, *variable, &owners, found)
            }
            Move::EachOwnerOfSeed(variable, place, edges) => {
                let of = self.seed.get(*place).copied().ok_or(Unfit)?;
                self.each(rest, binding, *variable, beside(&edges.owners, of), found)
            }
            Move::EachFact(fact, args) => self.each_fact(*fact, args, rest, binding, found),
        }
    }

    #[inline]
    fn each(
        &mut self,
        rest: &[Move<'m>],
        binding: &mut Binding,
        variable: VariableId,
        values: &[EntityId],
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        for value in values {
            bind(binding, variable, Some(*value));
            self.go(rest, binding, found)?;
        }
        bind(binding, variable, None);
        Ok(())
    }

    fn each_fact(
        &mut self,
        fact: FactId,
        args: &[Arg<'m>],
        rest: &[Move<'m>],
        binding: &mut Binding,
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        let Some(relation) = self.tables.get(fact) else {
            return Ok(());
        };
        let mut wanted: SmallVec<[Option<EntityId>; 4]> = SmallVec::new();
        let mut opened: SmallVec<[VariableId; 4]> = SmallVec::new();
        for arg in args {
            let value = match arg {
                // Terms with open variables are matched once those are bound.
                Arg::Term(term) if !crate::program::reads::all_bound(term, binding) => None,
                _ => arg.value(self.model, binding)?,
            };
            if let (Arg::Variable(variable), None) = (arg, value)
                && !opened.contains(variable)
            {
                opened.push(*variable);
            }
            wanted.push(value);
        }
        for tuple in relation.matching(&wanted) {
            let mut fits = true;
            for (place, arg) in args.iter().enumerate() {
                if let Arg::Variable(variable) = arg
                    && opened.contains(variable)
                {
                    let is = relation.get(tuple, place);
                    match value_of(binding, *variable) {
                        None => bind(binding, *variable, Some(is)),
                        Some(other) => fits &= other == is,
                    }
                }
            }
            if fits {
                self.go(rest, binding, found)?;
            }
            for variable in &opened {
                bind(binding, *variable, None);
            }
            if opened.is_empty() {
                // Only `_` was open: one fact is as good as all.
                break;
            }
        }
        Ok(())
    }
}

/// An equality of two plain entities, which many rules test.
pub(super) fn entities_compared<'m>(test: &'m Term) -> Option<(bool, Arg<'m>, Arg<'m>)> {
    let TermKind::Compare(comparison, a, b) = &test.kind else {
        return None;
    };
    let same = match comparison {
        Comparison::Equal => true,
        Comparison::NotEqual => false,
        _ => return None,
    };
    match (Arg::of_term(a), Arg::of_term(b)) {
        (Arg::Term(_), _) | (_, Arg::Term(_)) => None,
        (a, b) => Some((same, a, b)),
    }
}
