//! How many instances the rules of closed facts would have: what a check tells and doubts, and what tests cover.

use rustc_hash::FxHashSet;

use super::Closed;
use super::search::{Derivation, Search};
use super::terms::Lookup;
use super::tuples::Tables;
use super::walk::{Stop, Walk};
use crate::ids::Id as _;
use crate::model::Model;
use crate::program::possible::Binding;

/// What would be the instances of a rule that derives closed facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bindings whose conditions could hold, `not`, counts and the like left open.
    pub instances: usize,
    /// Those whose conditions do hold.
    pub holding: usize,
}

impl Closed {
    /// How many instances each rule would have, by rule.
    pub fn tallies(&self, model: &Model) -> &[Tally] {
        self.tallies.get_or_init(|| {
            let mut tallies = vec![Tally::default(); model.rules.len()];
            // All of it was worked out before, so nothing is unfit now.
            let _ = self.tally(model, &mut tallies);
            tallies
        })
    }

    fn tally(&self, model: &Model, tallies: &mut [Tally]) -> Result<(), Stop> {
        let mut lookup = Lookup::new(model);
        for id in self.class.strata.iter().flat_map(|stratum| &stratum.rules) {
            let rule = Derivation::of(&lookup, *id);
            let search = rule.search(&mut lookup, None, true)?;
            if let Some(tally) = tallies.get_mut(id.index()) {
                *tally = Tally {
                    instances: count(model, &rule, &search, self.possible(model), true)?,
                    holding: count(model, &rule, &search, &self.tables, false)?,
                };
            }
        }
        Ok(())
    }
}

/// How many bindings a search finds.
fn count<'m>(
    model: &'m Model,
    rule: &Derivation<'m>,
    search: &Search<'m>,
    tables: &Tables,
    loose: bool,
) -> Result<usize, Stop> {
    let mut literals = rule.needs.literals.iter();
    // Where `_` matches several facts, a binding may be found for each.
    let several = literals.any(|(_, args)| args.iter().any(Option::is_none));
    let mut seen: FxHashSet<Binding> = FxHashSet::default();
    let mut found = 0;
    Walk::new(model, tables, rule.rule, loose).all(search, &mut |binding| {
        if !several || seen.insert(rule.own(binding)?) {
            found += 1;
        }
        Ok(())
    })?;
    Ok(found)
}
