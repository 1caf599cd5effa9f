//! Relations as sets of tuples of small numbers.

use std::sync::OnceLock;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use crate::ids::Id as _;
use crate::model::{EntityId, FactId};
use crate::program::ground::{GroundArgs, GroundValue};

/// Most bits of a tuple for which membership is one bit in a row: 8 MB.
const DENSE: u32 = 26;

/// How entities are packed into a tuple: so many bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Packing {
    bits: u32,
}

impl Packing {
    pub fn of(entities: usize) -> Self {
        Packing {
            bits: (usize::BITS - entities.leading_zeros()).max(1),
        }
    }

    /// Whether a tuple of so many entities fits.
    pub fn fits(self, arity: usize) -> bool {
        u32::try_from(arity).is_ok_and(|arity| arity.saturating_mul(self.bits) <= u64::BITS)
    }

    /// One more entity at the end of a tuple.
    #[inline]
    pub fn push(self, tuple: u64, entity: EntityId) -> u64 {
        tuple << self.bits | entity.index() as u64
    }

    /// The entity in a place of a tuple of so many.
    #[inline]
    pub fn get(self, tuple: u64, arity: usize, place: usize) -> EntityId {
        let behind = arity.saturating_sub(place + 1);
        let shift = u32::try_from(behind)
            .unwrap_or(u32::MAX)
            .saturating_mul(self.bits);
        let mask = u64::MAX >> (u64::BITS - self.bits);
        EntityId::from_index((tuple.checked_shr(shift).unwrap_or(0) & mask) as usize)
    }

    /// The tuple with its entities in the other order.
    fn turned(self, tuple: u64, arity: usize) -> u64 {
        (0..arity).rev().fold(0, |turned, place| {
            self.push(turned, self.get(tuple, arity, place))
        })
    }
}

/// How the tuples of a relation are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Form {
    packing: Packing,
    arity: usize,
}

impl Form {
    /// The arguments of a tuple.
    pub fn args(self, tuple: u64) -> GroundArgs {
        let entity = |place| self.packing.get(tuple, self.arity, place);
        (0..self.arity)
            .map(|place| GroundValue::Entity(entity(place)))
            .collect()
    }
}

#[derive(Clone)]
enum Known {
    /// One bit for each tuple that there could be.
    Dense(Vec<u64>),
    Sparse(FxHashSet<u64>),
}

/// A set of tuples, in the order in which they were found.
#[derive(Clone)]
pub(super) struct Relation {
    packing: Packing,
    arity: usize,
    symmetric: bool,
    rows: Vec<u64>,
    known: Known,
    /// By place: the rows that have an entity there. Made when first asked for.
    columns: Vec<OnceLock<Column>>,
}

/// By entity: the rows that have it in some place.
type Column = Vec<Vec<u32>>;

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

impl Relation {
    pub fn new(packing: Packing, arity: usize, symmetric: bool) -> Self {
        let bits = u32::try_from(arity)
            .unwrap_or(u32::MAX)
            .saturating_mul(packing.bits);
        Relation {
            packing,
            arity,
            symmetric,
            rows: Vec::new(),
            known: if bits <= DENSE {
                Known::Dense(vec![0; (1usize << bits).div_ceil(64)])
            } else {
                Known::Sparse(FxHashSet::default())
            },
            columns: vec![OnceLock::new(); arity],
        }
    }

    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn row(&self, at: usize) -> Option<u64> {
        self.rows.get(at).copied()
    }

    #[inline]
    pub fn has(&self, tuple: u64) -> bool {
        match &self.known {
            Known::Dense(words) => words
                .get((tuple >> 6) as usize)
                .is_some_and(|word| word >> (tuple & 63) & 1 == 1),
            Known::Sparse(set) => set.contains(&tuple),
        }
    }

    /// Whether it has these arguments.
    pub fn has_args(&self, args: &[GroundValue]) -> bool {
        self.tuple(args).is_some_and(|tuple| self.has(tuple))
    }

    /// Adds a tuple; of a symmetric relation in both orders, so that either is found.
    pub fn insert(&mut self, tuple: u64) {
        self.insert_one(tuple);
        if self.symmetric {
            self.insert_one(self.packing.turned(tuple, self.arity));
        }
    }

    #[inline]
    fn insert_one(&mut self, tuple: u64) {
        let fresh = match &mut self.known {
            Known::Dense(words) => match words.get_mut((tuple >> 6) as usize) {
                Some(word) => {
                    let mask = 1u64 << (tuple & 63);
                    let fresh = *word & mask == 0;
                    *word |= mask;
                    fresh
                }
                None => false,
            },
            Known::Sparse(set) => set.insert(tuple),
        };
        if !fresh {
            return;
        }
        let at = self.rows.len();
        for (place, column) in self.columns.iter_mut().enumerate() {
            if let Some(column) = column.get_mut() {
                note(column, self.packing.get(tuple, self.arity, place), at);
            }
        }
        self.rows.push(tuple);
    }

    /// The rows with an entity in a place.
    fn with(&self, place: usize, entity: EntityId) -> &[u32] {
        let column = self.columns.get(place).map(|column| {
            column.get_or_init(|| {
                let mut column = Column::new();
                for (at, tuple) in self.rows.iter().enumerate() {
                    note(&mut column, self.get(*tuple, place), at);
                }
                column
            })
        });
        let rows = column.and_then(|column| column.get(entity.index()));
        rows.map_or(&[], Vec::as_slice)
    }

    /// One more entity at the end of a tuple.
    #[inline]
    pub fn push(&self, tuple: u64, entity: EntityId) -> u64 {
        self.packing.push(tuple, entity)
    }

    /// The entity in a place of a tuple.
    #[inline]
    pub fn get(&self, tuple: u64, place: usize) -> EntityId {
        self.packing.get(tuple, self.arity, place)
    }

    /// The tuples with these entities, as far as they are given.
    pub fn matching<'t>(&'t self, wanted: &'t [Option<EntityId>]) -> impl Iterator<Item = u64> + 't {
        self.rows_matching(wanted).1
    }

    /// The tuples with these entities, as far as they are given, and how many rows are looked through for them.
    pub fn rows_matching<'t>(
        &'t self,
        wanted: &'t [Option<EntityId>],
    ) -> (usize, impl Iterator<Item = u64> + 't) {
        let narrowest = wanted
            .iter()
            .enumerate()
            .filter_map(|(place, entity)| Some(self.with(place, (*entity)?)))
            .min_by_key(|rows| rows.len());
        let all = if narrowest.is_none() {
            self.rows.as_slice()
        } else {
            &[]
        };
        let narrowest = narrowest.unwrap_or_default();
        let some = narrowest.iter().filter_map(|at| self.row(*at as usize));
        let tuples = some
            .chain(all.iter().copied())
            .filter(|tuple| self.fits(*tuple, wanted));
        (narrowest.len() + all.len(), tuples)
    }

    #[inline]
    fn fits(&self, tuple: u64, wanted: &[Option<EntityId>]) -> bool {
        let mut places = wanted.iter().enumerate();
        places.all(|(place, entity)| entity.is_none_or(|entity| self.get(tuple, place) == entity))
    }

    /// The tuple of these arguments; none where one is no entity.
    pub fn tuple(&self, args: &[GroundValue]) -> Option<u64> {
        if args.len() != self.arity {
            return None;
        }
        args.iter().try_fold(0, |tuple, arg| match arg {
            GroundValue::Entity(entity) => Some(self.packing.push(tuple, *entity)),
            _ => None,
        })
    }

    /// The tuple of these arguments; of a symmetric relation in both orders.
    pub fn orders(&self, args: &[GroundValue]) -> SmallVec<[u64; 2]> {
        let mut orders: SmallVec<[u64; 2]> = self.tuple(args).into_iter().collect();
        if self.symmetric {
            let turned: SmallVec<[u64; 2]> = orders
                .iter()
                .map(|tuple| self.packing.turned(*tuple, self.arity))
                .collect();
            orders.extend(turned);
            orders.dedup();
        }
        orders
    }

    /// The entities of a tuple.
    pub fn entities(&self, tuple: u64) -> SmallVec<[EntityId; 4]> {
        (0..self.arity).map(|place| self.get(tuple, place)).collect()
    }

    /// The arguments of a tuple.
    pub fn args(&self, tuple: u64) -> GroundArgs {
        self.form().args(tuple)
    }

    /// How its tuples are to be read.
    pub fn form(&self) -> Form {
        Form {
            packing: self.packing,
            arity: self.arity,
        }
    }

    /// Whether this is how the program writes the tuple: of a symmetric relation the lesser entity comes first.
    fn is_canonical(&self, tuple: u64) -> bool {
        !self.symmetric || self.arity != 2 || self.get(tuple, 0) <= self.get(tuple, 1)
    }

    /// The tuple as the program writes it.
    pub fn canonical(&self, tuple: u64) -> u64 {
        if self.is_canonical(tuple) {
            tuple
        } else {
            self.packing.turned(tuple, self.arity)
        }
    }

    /// All tuples as the program writes them, in canonical order.
    pub fn sorted(&self) -> Vec<u64> {
        let mut rows: Vec<u64> = self
            .rows
            .iter()
            .copied()
            .filter(|row| self.is_canonical(*row))
            .collect();
        // Packed in order of the places: numbers stand as the tuples do.
        rows.sort_unstable();
        rows
    }
}

fn note(column: &mut Column, entity: EntityId, at: usize) {
    if column.len() <= entity.index() {
        column.resize_with(entity.index() + 1, Vec::new);
    }
    if let Some(rows) = column.get_mut(entity.index()) {
        rows.push(u32::try_from(at).unwrap_or(u32::MAX));
    }
}
