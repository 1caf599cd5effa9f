//! Working out closed relations: stratum by stratum, and within one semi-naively, each tuple looking for the rules that
//! wait for it.

use rustc_hash::FxHashSet;

use super::class::{Class, Stratum};
use super::condition::Stop;
use super::search::{Derivation, Search};
use super::terms::{Args, Binding, Lookup, Unfit};
use super::tuples::{Packing, Relation, Tables};
use super::walk::Walk;
use crate::ids::Id as _;
use crate::model::{EntityId, FactId, Initial, Model, RuleId};
use crate::program::GroundBudget;
use crate::program::ground::{GroundArgs, GroundValue};

/// After how many more tuples what a search brings is looked through for equal ones: many bindings may derive the same.
const NEWS: usize = 1_000_000;

/// How working out ended before its end.
pub(super) enum Halt {
    /// The ordinary way has something to say.
    Unfit,
    /// There are too many tuples, or it took too many steps: the rule that found most bindings, and how many.
    TooMany(RuleId, usize),
}

impl From<Unfit> for Halt {
    fn from(_: Unfit) -> Self {
        Halt::Unfit
    }
}

/// Works out the closed relations: the facts that hold, with the bindings by which they were found. Unless it is guarded,
/// only plain conditions are asked, and those facts are found that would be ground as possible.
pub(super) fn work_out(
    model: &Model,
    class: &Class,
    budget: GroundBudget,
    guarded: bool,
) -> Result<(Tables, usize), Halt> {
    let mut fixpoint = Fixpoint {
        model,
        budget,
        guarded,
        tables: opening(model, class)?,
        steps: 0,
        tuples: 0,
        found: vec![0; model.rules.len()],
        news: Vec::new(),
    };
    let mut lookup = Lookup::new(model);
    for stratum in &class.strata {
        fixpoint.stratum(&mut lookup, stratum)?;
    }
    Ok((fixpoint.tables, fixpoint.found.iter().sum()))
}

/// The facts of `start:` that closed relations may read, as tables; no tuples yet for those that are derived.
fn opening(model: &Model, class: &Class) -> Result<Tables, Unfit> {
    let packing = Packing::of(model.entities.len());
    let table = |(id, fact): (FactId, &crate::model::Fact)| {
        let used = class.is_used(id);
        used.then(|| Relation::new(packing, fact.args.len(), fact.symmetric))
    };
    let mut tables = Tables {
        of: model.facts.iter().map(table).collect(),
    };
    for (initial, _) in &model.start {
        if let Initial::Fact(fact, args, true) = initial
            && let Some(relation) = tables.get_mut(*fact)
        {
            let args: Option<GroundArgs> = args.iter().map(GroundValue::of).collect();
            let tuple = args.and_then(|args| relation.tuple(&args)).ok_or(Unfit)?;
            relation.insert(tuple);
        }
    }
    Ok(tables)
}

/// A search that each tuple of a fact starts.
struct Waiting<'r, 'm> {
    fact: FactId,
    rule: &'r Derivation<'m>,
    search: Search<'m>,
}

/// The work on one set of tables.
struct Fixpoint<'m> {
    model: &'m Model,
    budget: GroundBudget,
    guarded: bool,
    tables: Tables,
    steps: u64,
    tuples: usize,
    /// By rule: bindings found.
    found: Vec<usize>,
    /// What the search at work brings.
    news: Vec<(FactId, u64)>,
}

impl<'m> Fixpoint<'m> {
    fn stratum(&mut self, lookup: &mut Lookup<'m>, stratum: &Stratum) -> Result<(), Halt> {
        let rules: Vec<Derivation<'m>> = stratum
            .rules
            .iter()
            .map(|rule| Derivation::of(lookup, *rule))
            .collect();
        let mut waiting: Vec<Waiting<'_, 'm>> = Vec::new();
        for rule in &rules {
            let literals = rule.needs.literals.iter().enumerate();
            let own: Vec<(usize, FactId)> = literals
                .map(|(literal, (fact, _))| (literal, *fact))
                .filter(|(_, fact)| stratum.facts.binary_search(fact).is_ok())
                .collect();
            for (literal, fact) in &own {
                waiting.push(Waiting {
                    fact: *fact,
                    rule,
                    search: rule.search(lookup, Some(*literal), self.guarded)?,
                });
            }
            if own.is_empty() {
                let search = rule.search(lookup, None, self.guarded)?;
                self.search(rule, &search, None)?;
            }
        }
        // Each tuple of the stratum once, in the order of finding; what it brings goes to the end.
        let mut done: Vec<(FactId, usize)> = stratum.facts.iter().map(|fact| (*fact, 0)).collect();
        loop {
            let mut rested = true;
            for (fact, done) in &mut done {
                while let Some((relation, tuple)) = self.next(*fact, *done) {
                    let entities = relation.entities(tuple);
                    *done += 1;
                    rested = false;
                    for waiting in waiting.iter().filter(|waiting| waiting.fact == *fact) {
                        self.search(waiting.rule, &waiting.search, Some(&entities))?;
                    }
                }
            }
            if rested {
                return Ok(());
            }
        }
    }

    fn next(&self, fact: FactId, done: usize) -> Option<(&Relation, u64)> {
        let relation = self.tables.get(fact)?;
        Some((relation, relation.row(done)?))
    }

    /// One search; what it finds is entered afterwards.
    fn search(
        &mut self,
        rule: &Derivation<'m>,
        search: &Search<'m>,
        from: Option<&[EntityId]>,
    ) -> Result<(), Halt> {
        let left = self.budget.closed_steps.saturating_sub(self.steps);
        let mut walk = Walk::new(self.model, &self.tables, rule.rule, false, left);
        let room = self.budget.closed_tuples.saturating_sub(self.tuples);
        let mut found = 0;
        let mut looked_through = NEWS;
        let mut each = |binding: &Binding| {
            found += 1;
            for (fact, args) in &rule.heads {
                let relation = self.tables.get(*fact).ok_or(Unfit)?;
                let tuple = head(self.model, relation, args, binding)?;
                if !relation.has(tuple) {
                    self.news.push((*fact, tuple));
                }
            }
            if self.news.len() >= looked_through {
                each_once(&mut self.news);
                if self.news.len() > room {
                    return Err(Stop::TooMany);
                }
                looked_through = self.news.len() + NEWS;
            }
            Ok(())
        };
        let ended = match from {
            Some(tuple) => walk.from(search, tuple, &mut each),
            None => walk.all(search, &mut each),
        };
        self.steps += walk.steps();
        if let Some(all) = self.found.get_mut(rule.id.index()) {
            *all += found;
        }
        for (fact, tuple) in self.news.drain(..) {
            if let Some(relation) = self.tables.get_mut(fact) {
                let before = relation.len();
                relation.insert(tuple);
                self.tuples += relation.len() - before;
            }
        }
        match ended {
            Err(Stop::Unfit) => Err(Halt::Unfit),
            Ok(()) if self.tuples <= self.budget.closed_tuples => Ok(()),
            Ok(()) | Err(Stop::TooMany) => Err(self.too_many(rule.id)),
        }
    }

    /// Blames the rule that found most: the one at work may be a small one that came last.
    fn too_many(&self, at_work: RuleId) -> Halt {
        let found = |rule: RuleId| self.found.get(rule.index()).copied().unwrap_or_default();
        let mut worst = at_work;
        for rule in self.model.rules.ids() {
            if found(rule) > found(worst) {
                worst = rule;
            }
        }
        Halt::TooMany(worst, found(worst))
    }
}

/// Leaves of equal ones the first.
fn each_once(news: &mut Vec<(FactId, u64)>) {
    let mut seen = FxHashSet::default();
    news.retain(|one| seen.insert(*one));
}

/// The tuple that a binding derives.
#[inline]
pub(super) fn head(
    model: &Model,
    relation: &Relation,
    args: &Args<'_>,
    binding: &Binding,
) -> Result<u64, Unfit> {
    args.iter().try_fold(0, |tuple, arg| {
        Ok(relation.push(tuple, arg.value(model, binding)?.ok_or(Unfit)?))
    })
}
