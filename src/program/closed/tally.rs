//! How many instances the rules of closed facts would have: what a check tells and doubts, and what tests cover.

use rustc_hash::FxHashSet;

use super::Closed;
use super::condition::Stop;
use super::search::{Derivation, Search};
use super::terms::Lookup;
use super::tuples::Tables;
use super::walk::Walk;
use crate::ids::Id as _;
use crate::model::Model;
use crate::program::possible::Binding;

/// What would be the instances of a rule that derives closed facts. Where counting all of them would take too long, there
/// are at least as many.
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
            let limit = self.budget.closed_steps;
            let holding = match count(model, &rule, &search, (&self.tables, false), limit)? {
                (0, false) => usize::from(self.brings(&rule)),
                (found, _) => found,
            };
            let (possible, _) = count(model, &rule, &search, (self.possible(model), true), limit)?;
            if let Some(tally) = tallies.get_mut(id.index()) {
                *tally = Tally {
                    instances: possible.max(holding),
                    holding,
                };
            }
        }
        Ok(())
    }

    /// Whether any fact holds that the rule may derive.
    fn brings(&self, rule: &Derivation<'_>) -> bool {
        let mut heads = rule.heads.iter();
        heads.any(|(fact, _)| self.tables.get(*fact).is_some_and(|relation| relation.len() > 0))
    }
}

/// How many bindings may be told apart.
const APART: usize = 1_000_000;

/// How many bindings a search finds, and whether these are all.
fn count<'m>(
    model: &'m Model,
    rule: &Derivation<'m>,
    search: &Search<'m>,
    (tables, loose): (&Tables, bool),
    limit: u64,
) -> Result<(usize, bool), Stop> {
    let mut literals = rule.needs.literals.iter();
    // Where `_` matches several facts, a binding may be found for each.
    let several = literals.any(|(_, args)| args.iter().any(Option::is_none));
    let mut seen: FxHashSet<Binding> = FxHashSet::default();
    let mut found = 0;
    let ended = Walk::new(model, tables, rule.rule, loose, limit).all(search, &mut |binding| {
        if !several || seen.insert(rule.own(binding)?) {
            found += 1;
        }
        match seen.len() > APART {
            true => Err(Stop::TooMany),
            false => Ok(()),
        }
    });
    match ended {
        Ok(()) => Ok((found, true)),
        Err(Stop::TooMany) => Ok((found, false)),
        Err(Stop::Unfit) => Err(Stop::Unfit),
    }
}
