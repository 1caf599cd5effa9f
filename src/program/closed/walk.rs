//! Walking a search over tables.

use std::cell::Cell;

use smallvec::SmallVec;

use super::condition::{Look, Stop};
use super::search::{Move, Search};
use super::terms::{Arg, Args, Binding, Unfit, bind, value_of};
use super::tuples::Tables;
use crate::model::{EntityId, FactId, Model, Rule, VariableId};
use crate::program::reads::all_bound;

/// How many rows are looked through in the time of one step.
const ROWS: u64 = 16;

/// A walk.
pub(super) struct Walk<'w, 'm> {
    look: Look<'w, 'm>,
    /// The values of the variables.
    binding: SmallVec<[Option<EntityId>; 8]>,
    /// The tuple that started the search.
    seed: SmallVec<[EntityId; 4]>,
}

type Found<'f> = dyn FnMut(&Binding) -> Result<(), Stop> + 'f;

impl<'w, 'm> Walk<'w, 'm> {
    /// A walk for bindings of a rule, which may take so many steps. Where it is loose, each fact that is there may hold or
    /// fail.
    pub fn new(model: &'m Model, tables: &'w Tables, rule: &Rule, loose: bool, limit: u64) -> Self {
        Walk {
            look: Look {
                model,
                tables,
                loose,
                steps: Cell::new(0),
                limit,
            },
            binding: SmallVec::from_elem(None, rule.variables.len()),
            seed: SmallVec::new(),
        }
    }

    /// How many steps it took.
    pub fn steps(&self) -> u64 {
        self.look.steps.get()
    }

    /// Looks for all bindings.
    pub fn all(&mut self, search: &Search<'m>, found: &mut Found<'_>) -> Result<(), Stop> {
        self.go(&search.moves, found)
    }

    /// Looks for all bindings from a tuple.
    pub fn from(
        &mut self,
        search: &Search<'m>,
        tuple: &[EntityId],
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        self.binding.fill(None);
        for (arg, is) in search.seed.iter().zip(tuple) {
            if let Arg::Variable(variable) = arg {
                match value_of(&self.binding, *variable) {
                    None => bind(&mut self.binding, *variable, Some(*is)),
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
                    all_bound(term, &self.binding) && arg.value(self.look.model, &self.binding)? != Some(*is)
                }
            };
            if differs {
                return Ok(());
            }
        }
        self.seed = SmallVec::from_slice(tuple);
        self.go(&search.moves, found)
    }

    fn go(&mut self, moves: &[Move<'m>], found: &mut Found<'_>) -> Result<(), Stop> {
        self.look.spend(1)?;
        let model = self.look.model;
        for (at, step) in moves.iter().enumerate() {
            let rest = moves.get(at + 1..).unwrap_or_default();
            match step {
                Move::If(condition) => {
                    if !self.look.holds(condition, &mut self.binding)? {
                        return Ok(());
                    }
                }
                Move::Is(variable, range) => {
                    let entity = value_of(&self.binding, *variable).ok_or(Unfit)?;
                    if !range.has(model, &self.seed, &self.binding, entity)? {
                        return Ok(());
                    }
                }
                Move::Each(variable, range) => {
                    for entity in range.entities(model, &self.seed, &self.binding)?.iter() {
                        bind(&mut self.binding, *variable, Some(*entity));
                        self.go(rest, found)?;
                    }
                    bind(&mut self.binding, *variable, None);
                    return Ok(());
                }
                Move::Match(fact, args) => return self.each_fact(*fact, args, rest, found),
            }
        }
        found(&self.binding)
    }

    fn each_fact(
        &mut self,
        fact: FactId,
        args: &Args<'m>,
        rest: &[Move<'m>],
        found: &mut Found<'_>,
    ) -> Result<(), Stop> {
        let Some(relation) = self.look.tables.get(fact) else {
            return Ok(());
        };
        let mut wanted: SmallVec<[Option<EntityId>; 4]> = SmallVec::new();
        let mut open: SmallVec<[(usize, VariableId); 4]> = SmallVec::new();
        for (place, arg) in args.iter().enumerate() {
            let value = arg.value(self.look.model, &self.binding)?;
            if let (Arg::Variable(variable), None) = (arg, value) {
                open.push((place, *variable));
            }
            wanted.push(value);
        }
        let (rows, tuples) = relation.rows_matching(&wanted);
        self.look.spend(rows as u64 / ROWS)?;
        for tuple in tuples {
            let mut fits = true;
            for (place, variable) in &open {
                let is = relation.get(tuple, *place);
                match value_of(&self.binding, *variable) {
                    None => bind(&mut self.binding, *variable, Some(is)),
                    // The same variable twice.
                    Some(other) => fits &= other == is,
                }
            }
            if fits {
                self.go(rest, found)?;
            }
            for (_, variable) in &open {
                bind(&mut self.binding, *variable, None);
            }
        }
        Ok(())
    }
}
