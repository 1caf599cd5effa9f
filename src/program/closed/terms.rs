//! What rules say of entities, looked up beforehand: the arguments of facts, and the sets that variables range over.

use std::borrow::Cow;
use std::rc::Rc;

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ids::Id as _;
use crate::model::{
    Argument, AttributeId, AttributeValue, EntityId, KindId, Model, Term, TermKind, Value, VariableId,
};
use crate::program::plan::{Held, plain};
use crate::program::possible::evaluate;

/// The values of a rule's variables, those of its quantifiers among them.
pub(super) type Binding = [Option<EntityId>];

/// Something that the ordinary way of grounding has to say: then nothing is closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unfit;

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

/// The arguments of a fact.
pub(super) type Args<'m> = SmallVec<[Arg<'m>; 4]>;

impl<'m> Arg<'m> {
    pub fn of(argument: &'m Argument) -> Self {
        argument.as_ref().map_or(Arg::Any, Arg::of_term)
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

/// An attribute as edges of the graph: by entity, whom it names, and who names it.
pub(super) struct Edges {
    named: Vec<Vec<EntityId>>,
    owners: Vec<Vec<EntityId>>,
}

impl Edges {
    fn of(model: &Model, attribute: AttributeId) -> Self {
        let mut named = vec![Vec::new(); model.entities.len()];
        let mut owners = vec![Vec::new(); model.entities.len()];
        for ((owner, entity), own) in model.entities.iter().zip(&mut named) {
            *own = match entity.values.get(&attribute) {
                Some(AttributeValue::Value(Value::Set(all))) => all.clone(),
                Some(AttributeValue::Value(Value::Entity(one))) => vec![*one],
                _ => Vec::new(),
            };
            for member in own {
                if let Some(list) = owners.get_mut(member.index()) {
                    list.push(owner);
                }
            }
        }
        Edges { named, owners }
    }
}

#[inline]
fn beside(list: &[Vec<EntityId>], entity: EntityId) -> &[EntityId] {
    list.get(entity.index()).map_or(&[], Vec::as_slice)
}

/// What the bodies of many rules look up.
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

    fn edges(&mut self, attribute: AttributeId) -> Rc<Edges> {
        let model = self.model;
        let edges = self.edges.entry(attribute);
        Rc::clone(edges.or_insert_with(|| Rc::new(Edges::of(model, attribute))))
    }

    /// The entities that a term is, or that it has as members.
    pub fn range(&mut self, term: &'m Term) -> Range<'m> {
        let model = self.model;
        match &term.kind {
            TermKind::Members(kind) => {
                let members = self.kinds.entry(*kind);
                Range::Kind(
                    *kind,
                    Rc::clone(members.or_insert_with(|| model.members_of(*kind).into())),
                )
            }
            TermKind::Attribute(of, attribute) => match plain(of) {
                Some(of) => Range::Named(of, self.edges(*attribute)),
                None => Range::Written(term),
            },
            _ => Range::Written(term),
        }
    }

    /// The entities of which an attribute holds what is known of it.
    pub fn owners(&mut self, attribute: AttributeId, held: Held<'m>) -> Range<'m> {
        let edges = self.edges(attribute);
        match held {
            Held::Term(term) => match plain(term) {
                Some(of) => Range::Owners(of, edges),
                None => Range::OwnersOf(term, edges),
            },
            Held::Variable(of) => Range::Owners(of, edges),
            Held::Seed(place) => Range::OwnersOfSeed(place, edges),
        }
    }
}

/// A set of entities, known once some variables are.
pub(super) enum Range<'m> {
    /// All of a kind.
    Kind(KindId, Rc<[EntityId]>),
    /// Whom an attribute of a variable's value names.
    Named(VariableId, Rc<Edges>),
    /// Who names a variable's value.
    Owners(VariableId, Rc<Edges>),
    /// Who names the value of a term, or one of its members.
    OwnersOf(&'m Term, Rc<Edges>),
    /// Who names what stands in that place of the tuple that started the search.
    OwnersOfSeed(usize, Rc<Edges>),
    /// The value of a term, or its members.
    Written(&'m Term),
}

impl Range<'_> {
    /// Its entities. `seed` is the tuple that started the search.
    #[inline]
    pub fn entities(
        &self,
        model: &Model,
        seed: &[EntityId],
        binding: &Binding,
    ) -> Result<Cow<'_, [EntityId]>, Unfit> {
        Ok(match self {
            Range::Kind(_, members) => Cow::Borrowed(members),
            Range::Named(of, edges) => {
                Cow::Borrowed(beside(&edges.named, value_of(binding, *of).ok_or(Unfit)?))
            }
            Range::Owners(of, edges) => {
                Cow::Borrowed(beside(&edges.owners, value_of(binding, *of).ok_or(Unfit)?))
            }
            Range::OwnersOfSeed(place, edges) => {
                Cow::Borrowed(beside(&edges.owners, *seed.get(*place).ok_or(Unfit)?))
            }
            Range::OwnersOf(term, edges) => {
                let of = written(model, term, binding)?;
                let mut owners: Vec<EntityId> = of
                    .iter()
                    .flat_map(|of| beside(&edges.owners, *of))
                    .copied()
                    .collect();
                owners.sort_unstable();
                owners.dedup();
                Cow::Owned(owners)
            }
            Range::Written(term) => Cow::Owned(written(model, term, binding)?),
        })
    }

    /// Whether an entity is one of them.
    #[inline]
    pub fn has(
        &self,
        model: &Model,
        seed: &[EntityId],
        binding: &Binding,
        entity: EntityId,
    ) -> Result<bool, Unfit> {
        Ok(match self {
            Range::Kind(kind, _) => model.kind_is_a(model.entities[entity].kind, *kind),
            _ => self
                .entities(model, seed, binding)?
                .binary_search(&entity)
                .is_ok(),
        })
    }
}

fn written(model: &Model, term: &Term, binding: &Binding) -> Result<Vec<EntityId>, Unfit> {
    match evaluate(model, term, binding) {
        Ok(Value::Entity(one)) => Ok(vec![one]),
        Ok(Value::Set(all)) => Ok(all),
        _ => Err(Unfit),
    }
}
