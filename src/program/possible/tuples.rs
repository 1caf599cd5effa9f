//! The facts or events of one name that are possible, found by any of their arguments.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::program::ground::{GroundArgs, GroundValue, matches};

/// All tuples of one name.
#[derive(Default)]
pub(super) struct Tuples {
    pub all: Vec<GroundArgs>,
    pub set: FxHashSet<GroundArgs>,
    /// By position: the places in `all` of the tuples with a value there. Made when first asked for.
    index: Vec<Option<FxHashMap<GroundValue, Vec<usize>>>>,
}

impl Tuples {
    pub fn insert(&mut self, args: GroundArgs) -> bool {
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
    pub fn matching(&mut self, wanted: &[Option<GroundValue>]) -> Vec<GroundArgs> {
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
