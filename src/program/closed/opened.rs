//! The instances behind closed facts: those behind some of them, for explanations, and how many there would be of each rule.

use std::collections::VecDeque;

use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::Closed;
use super::body::{Arg, Derivation, Search, Stop, Tables, Walk, each_index};
use super::condition::Condition;
use super::fixpoint::Rules;
use crate::ids::Id as _;
use crate::model::{EntityId, FactId, Model, RuleId};
use crate::program::ground::GroundFact;
use crate::program::possible::Binding;

/// Most instances that are ground for one explanation.
const INSTANCES: usize = 50_000;

/// What would be the instances of a rule that derives closed facts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Bindings whose conditions could hold, `not`, counts and the like left open.
    pub instances: usize,
    /// Those whose conditions do hold.
    pub holding: usize,
}

/// Closed facts that are ground like all others, with the instances that derive them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Opened {
    pub facts: FxHashSet<GroundFact>,
    /// By rule, then binding.
    pub instances: Vec<(RuleId, Binding)>,
    /// Whether no more may be opened.
    full: bool,
}

impl Closed {
    /// How many instances each rule would have, by rule.
    pub fn tallies(&self, model: &Model) -> &[Tally] {
        self.tallies.get_or_init(|| {
            let mut tallies = vec![Tally::default(); model.rules.len()];
            // It was worked out before, so nothing is unfit now.
            let _ = self.tally(model, &mut tallies);
            tallies
        })
    }

    fn tally(&self, model: &Model, tallies: &mut [Tally]) -> Result<(), Stop> {
        let mut rules = Rules::of(model, &self.class)?;
        let Rules {
            lookup,
            packing,
            strata,
        } = &mut rules;
        let mut searches = Vec::new();
        let (mut possible, mut holding) = (self.possible(model).clone(), self.tables.clone());
        for rule in strata.iter().flat_map(|(_, rules)| rules) {
            let search = rule.search(lookup, None, false)?;
            let literals: Vec<Condition<'_>> = literals(rule).collect();
            index(&mut possible, &search, &rule.guards);
            index(&mut holding, &search, &rule.guards);
            index(&mut holding, &search, &literals);
            searches.push((rule, search, literals));
        }
        let (possible, holding) = (&possible, &holding);
        for (rule, search, literals) in &searches {
            let mut walk = walk(model, *packing, possible);
            let mut binding: SmallVec<[Option<EntityId>; 8]> =
                SmallVec::from_elem(None, rule.rule.variables.len());
            let mut tally = Tally::default();
            let mut seen: FxHashSet<Binding> = FxHashSet::default();
            let several = rule
                .needs
                .literals
                .iter()
                .any(|(_, args)| args.iter().any(Option::is_none));
            walk.all(search, &mut binding, &mut |binding| {
                if several && !seen.insert(own(rule, binding)?) {
                    return Ok(());
                }
                for guard in &rule.guards {
                    if !guard.may_hold(model, *packing, possible, binding)? {
                        return Ok(());
                    }
                }
                tally.instances += 1;
                for literal in literals {
                    if !literal.holds(model, *packing, holding, binding)? {
                        return Ok(());
                    }
                }
                for guard in &rule.guards {
                    if !guard.holds(model, *packing, holding, binding)? {
                        return Ok(());
                    }
                }
                tally.holding += 1;
                Ok(())
            })?;
            if let Some(place) = tallies.get_mut(rule.id.index()) {
                *place = tally;
            }
        }
        Ok(())
    }

    /// Opens more facts: they, and all that the rules behind them read, however far below, until there are too many. False
    /// where nothing was added.
    pub(crate) fn open(&self, model: &Model, wanted: &[GroundFact], opened: &mut Opened) -> bool {
        if opened.full {
            return false;
        }
        let before = opened.facts.len();
        let mut instances: FxHashSet<(RuleId, Binding)> = opened.instances.drain(..).collect();
        // It was worked out before, so nothing is unfit now.
        let _ = self.open_below(model, wanted, opened, &mut instances);
        opened.instances = instances.into_iter().collect();
        opened.instances.sort_unstable();
        opened.facts.len() > before
    }

    fn open_below(
        &self,
        model: &Model,
        wanted: &[GroundFact],
        opened: &mut Opened,
        instances: &mut FxHashSet<(RuleId, Binding)>,
    ) -> Result<(), Stop> {
        let mut rules = Rules::of(model, &self.class)?;
        let Rules {
            lookup,
            packing,
            strata,
        } = &mut rules;
        let mut tables = self.possible(model).clone();
        // By fact: the rules that derive it, each searched from its head.
        let mut searches: Vec<(FactId, &Derivation<'_>, Search<'_>, Vec<Condition<'_>>)> = Vec::new();
        for rule in strata.iter().flat_map(|(_, rules)| rules) {
            for (head, (fact, _)) in rule.heads.iter().enumerate() {
                let search = rule.search_for_head(lookup, head)?;
                let literals: Vec<Condition<'_>> = literals(rule).collect();
                index(&mut tables, &search, &rule.guards);
                index(&mut tables, &search, &literals);
                searches.push((*fact, rule, search, literals));
            }
        }
        let mut queue: VecDeque<GroundFact> = VecDeque::new();
        for fact in wanted {
            if opened.facts.insert(fact.clone()) {
                queue.push_back(fact.clone());
            }
        }
        while let Some(next) = queue.pop_front() {
            let Some(relation) = tables.get(next.fact) else {
                continue;
            };
            let Some(tuple) = relation.tuple(&next.args) else {
                continue;
            };
            let mut orders: SmallVec<[SmallVec<[EntityId; 4]>; 2]> = SmallVec::new();
            let entities: SmallVec<[EntityId; 4]> = (0..relation.arity())
                .map(|place| relation.get(tuple, place))
                .collect();
            if model.facts[next.fact].symmetric && entities.len() == 2 {
                let turned: SmallVec<[EntityId; 4]> = entities.iter().rev().copied().collect();
                if turned != entities {
                    orders.push(turned);
                }
            }
            orders.push(entities);
            let mut below: Vec<(FactId, u64)> = Vec::new();
            for (fact, rule, search, literals) in &searches {
                if *fact != next.fact {
                    continue;
                }
                let heads: Vec<_> = rule.heads.iter().filter(|(head, _)| head == fact).collect();
                for entities in &orders {
                    let mut walk = walk(model, *packing, &tables);
                    let mut binding: SmallVec<[Option<EntityId>; 8]> =
                        SmallVec::from_elem(None, rule.rule.variables.len());
                    walk.from(search, entities, &mut binding, &mut |binding| {
                        // A head that is no plain variable can be compared only now.
                        let mut fits = false;
                        for (_, args) in &heads {
                            let mut same = true;
                            for (arg, is) in args.iter().zip(entities) {
                                same &= arg.value(model, binding)? == Some(*is);
                            }
                            fits |= same;
                        }
                        if !fits || !instances.insert((rule.id, own(rule, binding)?)) {
                            return Ok(());
                        }
                        for literal in literals {
                            literal.each_fact(model, *packing, &tables, binding, &mut |fact, tuple| {
                                below.push((fact, tuple));
                            })?;
                        }
                        for guard in &rule.guards {
                            guard.each_fact(model, *packing, &tables, binding, &mut |fact, tuple| {
                                below.push((fact, tuple));
                            })?;
                        }
                        Ok(())
                    })?;
                }
            }
            if instances.len() > INSTANCES {
                // What was not looked into is no more opened than all the rest.
                opened.full = true;
                for fact in &queue {
                    opened.facts.remove(fact);
                }
                return Ok(());
            }
            for (fact, tuple) in below {
                let Some(relation) = tables.get(fact).filter(|_| self.is_closed(fact)) else {
                    continue;
                };
                let args =
                    crate::program::possible::canonical(model.facts[fact].symmetric, relation.args(tuple));
                let fact = GroundFact { fact, args };
                if opened.facts.insert(fact.clone()) {
                    queue.push_back(fact);
                }
            }
        }
        Ok(())
    }
}

/// The facts that a rule reads as they are.
fn literals<'m>(rule: &Derivation<'m>) -> impl Iterator<Item = Condition<'m>> {
    let literals = rule.needs.literals.iter();
    literals.map(|(fact, args)| Condition::Fact(*fact, args.iter().map(Arg::of).collect()))
}

fn index<'m>(tables: &mut Tables, search: &Search<'m>, guards: &[Condition<'m>]) {
    let mut each = |fact: FactId, place: usize| {
        if let Some(relation) = tables.get_mut(fact) {
            relation.index(place);
        }
    };
    each_index(search, &mut each);
    guards.iter().for_each(|guard| guard.each_index(&mut each));
}

fn walk<'w, 'm>(model: &'m Model, packing: super::tuples::Packing, tables: &'w Tables) -> Walk<'w, 'm> {
    Walk {
        model,
        packing,
        tables,
        seed: SmallVec::new(),
        steps: 0,
        limit: u64::MAX,
    }
}

/// The values of the rule's own variables.
fn own(rule: &Derivation<'_>, binding: &super::body::Binding) -> Result<Binding, Stop> {
    let own = binding.iter().take(rule.rule.bound).copied();
    own.collect::<Option<Binding>>().ok_or(Stop::Unfit)
}
