//! Working out closed relations: stratum by stratum, and within one semi-naively, each tuple looking for the rules that
//! wait for it.

use smallvec::SmallVec;

use super::body::{Arg, Binding, Derivation, Lookup, Search, Stop, Tables, Unfit, Walk, each_index};
use super::class::{Class, Stratum};
use super::tuples::{Packing, Relation};
use crate::ids::Id as _;
use crate::model::{EntityId, FactId, Initial, Model, RuleId};
use crate::program::GroundBudget;
use crate::program::ground::{GroundArgs, GroundValue};

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

/// All rules of the closed relations.
pub(super) struct Rules<'m> {
    pub lookup: Lookup<'m>,
    pub packing: Packing,
    /// By stratum.
    pub strata: Vec<(Stratum, Vec<Derivation<'m>>)>,
}

impl<'m> Rules<'m> {
    pub fn of(model: &'m Model, class: &Class) -> Result<Self, Unfit> {
        let mut lookup = Lookup::new(model);
        let mut strata = Vec::with_capacity(class.strata.len());
        for stratum in &class.strata {
            let rules = stratum
                .rules
                .iter()
                .map(|rule| Derivation::of(&mut lookup, *rule));
            let rules = rules.collect::<Result<Vec<_>, _>>()?;
            strata.push((stratum.clone(), rules));
        }
        Ok(Rules {
            lookup,
            packing: Packing::of(model.entities.len()),
            strata,
        })
    }
}

/// The facts of `start:` that closed relations may read, as tables; no tuples yet for those that are derived.
pub(super) fn opening(model: &Model, class: &Class) -> Result<Tables, Unfit> {
    let packing = Packing::of(model.entities.len());
    let mut tables = Tables::default();
    for (id, fact) in model.facts.iter() {
        let used = class.is_used(id);
        tables
            .of
            .push(used.then(|| Relation::new(packing, fact.args.len(), fact.symmetric)));
    }
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

/// A search that a tuple of a fact starts.
struct Waiting<'r, 'm> {
    fact: FactId,
    rule: &'r Derivation<'m>,
    search: Search<'m>,
}

/// The work on one set of tables.
pub(super) struct Fixpoint<'m> {
    model: &'m Model,
    budget: GroundBudget,
    pub tables: Tables,
    /// Whether all conditions are asked, or only that the plain ones may hold.
    guarded: bool,
    steps: u64,
    tuples: usize,
    /// Bindings found, all rules together.
    pub found: usize,
    worst: Option<(RuleId, usize)>,
    by_rule: Vec<usize>,
}

impl<'m> Fixpoint<'m> {
    pub fn new(model: &'m Model, budget: GroundBudget, tables: Tables, guarded: bool) -> Self {
        Fixpoint {
            model,
            budget,
            tables,
            guarded,
            steps: 0,
            tuples: 0,
            found: 0,
            worst: None,
            by_rule: vec![0; model.rules.len()],
        }
    }

    /// Works out everything.
    pub fn run(&mut self, rules: &mut Rules<'m>) -> Result<(), Halt> {
        let Rules {
            lookup,
            packing,
            strata,
        } = rules;
        for (stratum, rules) in strata.iter() {
            self.stratum(lookup, *packing, stratum, rules)?;
        }
        Ok(())
    }

    fn stratum(
        &mut self,
        lookup: &mut Lookup<'m>,
        packing: Packing,
        stratum: &Stratum,
        rules: &[Derivation<'m>],
    ) -> Result<(), Halt> {
        let mut waiting: Vec<Waiting<'_, 'm>> = Vec::new();
        let mut at_once = Vec::new();
        for rule in rules {
            let own = |fact: &FactId| stratum.facts.binary_search(fact).is_ok();
            let mut recursive = false;
            for (literal, (fact, _)) in rule.needs.literals.iter().enumerate() {
                if own(fact) {
                    recursive = true;
                    let search = rule.search(lookup, Some(literal), self.guarded)?;
                    waiting.push(Waiting {
                        fact: *fact,
                        rule,
                        search,
                    });
                }
            }
            if !recursive {
                at_once.push((rule, rule.search(lookup, None, self.guarded)?));
            }
        }
        for search in waiting
            .iter()
            .map(|waiting| &waiting.search)
            .chain(at_once.iter().map(|(_, search)| search))
        {
            each_index(search, &mut |fact, place| {
                if let Some(relation) = self.tables.get_mut(fact) {
                    relation.index(place);
                }
            });
        }
        let mut heads: Vec<(FactId, u64)> = Vec::new();
        for (rule, search) in &at_once {
            self.search(packing, rule, search, None, &mut heads)?;
        }
        drop(at_once);
        // Each tuple of the stratum once, in the order of finding; what it brings goes to the end.
        let mut done: Vec<(FactId, usize)> = stratum.facts.iter().map(|fact| (*fact, 0)).collect();
        loop {
            let mut rested = true;
            for (fact, done) in &mut done {
                let arity = self.tables.get(*fact).map_or(0, Relation::arity);
                while let Some((relation, tuple)) = self
                    .tables
                    .get(*fact)
                    .and_then(|relation| Some((relation, relation.row(*done)?)))
                {
                    let entities: SmallVec<[EntityId; 4]> =
                        (0..arity).map(|place| relation.get(tuple, place)).collect();
                    *done += 1;
                    rested = false;
                    for waiting in waiting.iter().filter(|waiting| waiting.fact == *fact) {
                        self.search(
                            packing,
                            waiting.rule,
                            &waiting.search,
                            Some(&entities),
                            &mut heads,
                        )?;
                    }
                }
            }
            if rested {
                return Ok(());
            }
        }
    }

    /// One search; what it finds is entered afterwards.
    fn search(
        &mut self,
        packing: Packing,
        rule: &Derivation<'m>,
        search: &Search<'m>,
        from: Option<&[EntityId]>,
        heads: &mut Vec<(FactId, u64)>,
    ) -> Result<(), Halt> {
        heads.clear();
        let model = self.model;
        let mut walk = Walk {
            model,
            packing,
            tables: &self.tables,
            seed: SmallVec::new(),
            steps: self.steps,
            limit: self.budget.closed_steps,
        };
        let mut binding: SmallVec<[Option<EntityId>; 8]> =
            SmallVec::from_elem(None, rule.rule.variables.len());
        let mut found = 0;
        let mut each = |binding: &mut Binding| {
            found += 1;
            for (fact, args) in &rule.heads {
                heads.push((*fact, head(model, packing, args, binding)?));
            }
            Ok(())
        };
        let ended = match from {
            Some(tuple) => walk.from(search, tuple, &mut binding, &mut each),
            None => walk.all(search, &mut binding, &mut each),
        };
        self.steps = walk.steps;
        self.found += found;
        if let Some(all) = self.by_rule.get_mut(rule.id.index()) {
            *all += found;
            if self.worst.is_none_or(|(_, most)| *all > most) {
                self.worst = Some((rule.id, *all));
            }
        }
        for (fact, tuple) in heads.drain(..) {
            if let Some(relation) = self.tables.get_mut(fact) {
                let before = relation.len();
                relation.insert(tuple);
                self.tuples += relation.len() - before;
            }
        }
        match ended {
            Err(Stop::Unfit) => return Err(Halt::Unfit),
            Ok(()) if self.tuples <= self.budget.closed_tuples => return Ok(()),
            _ => {}
        }
        let (rule, found) = self.worst.unwrap_or((rule.id, found));
        Err(Halt::TooMany(rule, found))
    }
}

/// The tuple that a binding derives.
pub(super) fn head(
    model: &Model,
    packing: Packing,
    args: &[Arg<'_>],
    binding: &Binding,
) -> Result<u64, Unfit> {
    let mut tuple = 0;
    for arg in args {
        tuple = packing.push(tuple, arg.value(model, binding)?.ok_or(Unfit)?);
    }
    Ok(tuple)
}
