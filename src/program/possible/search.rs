//! What has been found so far, and how a newly found fact or event is taken in.

use std::collections::{HashSet, VecDeque};
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

use super::prepared::{Prepared, Yield};
use super::tuples::Tuples;
use super::{Binding, GroundBudget, evaluate};
use crate::ids::Id as _;
use crate::model::{Argument, EntityId, EventId, FactId, KindId, Model, RuleId, Term, Value, VariableId};
use crate::program::GroundError;
use crate::program::closed::Closed;
use crate::program::ground::{GroundArgs, GroundValue};
use crate::program::plan::plain;
use crate::program::reads::all_bound;

/// What the search for instances of one rule took.
#[derive(Clone, Copy, Default)]
pub(super) struct Effort {
    pub steps: usize,
    pub found: usize,
}

/// Something that was found and not yet looked at.
pub(super) enum News {
    Fact(FactId, GroundArgs),
    Event(EventId, GroundArgs),
}

/// What was found so far.
pub(super) struct Search<'m> {
    pub model: &'m Model,
    pub budget: GroundBudget,
    /// Rules whose instances count even where their condition can never hold.
    pub unguarded: &'m HashSet<RuleId>,
    pub closed: Option<&'m Closed>,
    pub facts: FxHashMap<FactId, Tuples>,
    pub events: FxHashMap<EventId, Tuples>,
    pub news: VecDeque<News>,
    pub seen: FxHashSet<(RuleId, Binding)>,
    pub errors: Vec<GroundError>,
    pub members: FxHashMap<KindId, Rc<[EntityId]>>,
    /// The arguments of the fact or event that started the search.
    pub seed: GroundArgs,
    /// By place of the rule.
    pub efforts: Vec<Effort>,
    /// Facts and events found.
    pub tuples: usize,
}

impl<'m> Search<'m> {
    pub fn fact(&mut self, fact: FactId, args: GroundArgs) {
        if self.model.facts[fact].symmetric {
            // Both orders are there to be matched; only the canonical one becomes an atom.
            let mut turned = args.clone();
            turned.reverse();
            // What is its own reverse is told below.
            if turned != args && self.facts.entry(fact).or_default().insert(turned.clone()) {
                self.tuples += 1;
                self.news.push_back(News::Fact(fact, turned));
            }
        }
        if self.facts.entry(fact).or_default().insert(args.clone()) {
            self.tuples += 1;
            self.news.push_back(News::Fact(fact, args));
        }
    }

    /// Whether some fact is possible for each literal of a rule.
    pub fn has_every_literal(&self, rule: &Prepared<'m>) -> bool {
        rule.needs.literals.iter().all(|(fact, _)| match self.closed {
            Some(closed) if closed.is_closed(*fact) => closed.any_possible(self.model, *fact),
            _ => self.facts.contains_key(fact),
        })
    }

    /// Whether some event is possible for the trigger at this place, if the rule waits for any.
    pub fn has_trigger(&self, rule: &Prepared<'m>, place: usize) -> bool {
        rule.needs
            .triggers
            .get(place)
            .is_none_or(|pattern| self.events.contains_key(&pattern.event))
    }

    pub fn members_of(&mut self, kind: KindId) -> Rc<[EntityId]> {
        let model = self.model;
        let members = self
            .members
            .entry(kind)
            .or_insert_with(|| model.members_of(kind).into());
        Rc::clone(members)
    }

    pub fn event(&mut self, event: EventId, args: GroundArgs) {
        if self.events.entry(event).or_default().insert(args.clone()) {
            self.tuples += 1;
            self.news.push_back(News::Event(event, args));
        }
    }

    /// The value of a term under a partial binding.
    pub fn value(&mut self, term: &Term, binding: &[Option<EntityId>]) -> Option<Value> {
        match evaluate(self.model, term, binding) {
            Ok(value) => Some(value),
            Err(error) => {
                self.errors.push(error);
                None
            }
        }
    }

    /// Binds the variables of a pattern so that it matches; `None` if it cannot. Returns what was bound.
    pub fn unify(
        &mut self,
        pattern: &[Argument],
        args: &[GroundValue],
        binding: &mut [Option<EntityId>],
    ) -> Option<SmallVec<[VariableId; 4]>> {
        let mut bound: SmallVec<[VariableId; 4]> = SmallVec::new();
        let mut fits = true;
        let mut open_terms: SmallVec<[(&Term, &GroundValue); 2]> = SmallVec::new();
        for (wanted, is) in pattern.iter().zip(args) {
            let Some(wanted) = wanted else { continue };
            let open = plain(wanted).filter(|v| binding.get(v.index()).is_some_and(Option::is_none));
            fits = match (open, is) {
                (Some(variable), GroundValue::Entity(entity)) => {
                    if let Some(place) = binding.get_mut(variable.index()) {
                        *place = Some(*entity);
                    }
                    bound.push(variable);
                    true
                }
                (Some(_), _) => false,
                (None, is) if all_bound(wanted, binding) => self
                    .value(wanted, binding)
                    .is_some_and(|value| GroundValue::of(&value).as_ref() == Some(is)),
                (None, is) => {
                    open_terms.push((wanted, is));
                    true
                }
            };
            if !fits {
                break;
            }
        }
        // What hangs on an argument behind it can be asked now; with a variable that none of them binds it is tested later, by
        // its own step, and so is what has no value because the variable is not of its kind.
        for (wanted, is) in open_terms {
            if fits
                && all_bound(wanted, binding)
                && let Ok(value) = evaluate(self.model, wanted, binding)
            {
                fits = GroundValue::of(&value).as_ref() == Some(is);
            }
        }
        if fits {
            return Some(bound);
        }
        for variable in bound {
            if let Some(place) = binding.get_mut(variable.index()) {
                *place = None;
            }
        }
        None
    }

    pub fn emit(&mut self, rule: &Prepared<'m>, binding: &[Option<EntityId>]) {
        let Some(own) = binding
            .iter()
            .take(rule.rule.bound)
            .copied()
            .collect::<Option<Binding>>()
        else {
            return;
        };
        if !self.seen.insert((rule.id, own)) {
            return;
        }
        if let Some(effort) = self.efforts.get_mut(rule.place) {
            effort.found += 1;
            effort.steps += rule.yields.len();
        }
        for gives in &rule.yields {
            match gives {
                Yield::Fact(fact, args) => {
                    if let Some(args) = self.ground(args, binding) {
                        self.fact(*fact, args);
                    }
                }
                Yield::Event(event, args) => {
                    if let Some(args) = self.ground(args, binding) {
                        self.event(*event, args);
                    }
                }
                Yield::Breach(of, under) => {
                    let mut args = self
                        .ground(std::slice::from_ref(*of), binding)
                        .unwrap_or_default();
                    args.push(match under {
                        None => GroundValue::Nothing,
                        Some(under) => match self
                            .ground(std::slice::from_ref(*under), binding)
                            .and_then(|a| a.first().cloned())
                        {
                            Some(under) => under,
                            None => continue,
                        },
                    });
                    self.event(self.model.breach, args);
                }
            }
        }
    }

    pub fn ground(&mut self, args: &[Term], binding: &[Option<EntityId>]) -> Option<GroundArgs> {
        args.iter()
            .map(|arg| {
                let value = self.value(arg, binding)?;
                let ground = GroundValue::of(&value);
                if ground.is_none() {
                    self.errors.push(GroundError::not_an_argument(arg.span));
                }
                ground
            })
            .collect()
    }
}
