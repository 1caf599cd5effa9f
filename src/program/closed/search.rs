//! The body of a rule as a search over tuples: the steps of its plan, with all that can be looked up beforehand looked up.

use super::condition::Condition;
use super::terms::{Arg, Args, Binding, Lookup, Range, Unfit};
use crate::model::{Argument, Body, FactId, Rule, RuleId, Term, TermKind, VariableId};
use crate::program::plan::{Match, Needs, Seed, Step, plain, plan, plan_for_head};
use crate::program::possible::Binding as Own;
use crate::program::reads::{conjuncts, is_static, variables};

/// One step of a search.
pub(super) enum Move<'m> {
    /// Go on only if this holds.
    If(Condition<'m>),
    /// Go on only if the variable's value is one of these.
    Is(VariableId, Range<'m>),
    /// Bind the variable to each of these.
    Each(VariableId, Range<'m>),
    /// Bind what is open in the pattern by each fact that fits.
    Match(FactId, Args<'m>),
}

/// A search for bindings of a rule.
pub(super) struct Search<'m> {
    /// What the tuple that starts it must match; empty where nothing does.
    pub seed: Args<'m>,
    pub moves: Vec<Move<'m>>,
}

/// A rule that derives closed facts.
pub(super) struct Derivation<'m> {
    pub id: RuleId,
    pub rule: &'m Rule,
    pub heads: Vec<(FactId, Args<'m>)>,
    /// What it asks of the facts plainly.
    pub needs: Needs<'m>,
}

/// A condition that is not plain, with the variables that it reads.
type Guard<'m> = (&'m Term, Vec<VariableId>);

impl<'m> Derivation<'m> {
    pub fn of(lookup: &Lookup<'m>, id: RuleId) -> Self {
        let rule = &lookup.model.rules[id];
        let heads = match &rule.body {
            Body::Derive(heads) => heads.as_slice(),
            Body::Then(_) => &[],
        };
        Derivation {
            id,
            rule,
            heads: heads
                .iter()
                .map(|(fact, args)| (*fact, args.iter().map(Arg::of_term).collect()))
                .collect(),
            needs: Needs::of(rule, true),
        }
    }

    /// The search from a tuple that matches this literal, or from nothing. Without its guards it finds what would be ground:
    /// there, plain facts must be possible, and nothing is asked of the others before there are nodes.
    pub fn search(
        &self,
        lookup: &mut Lookup<'m>,
        literal: Option<usize>,
        guarded: bool,
    ) -> Result<Search<'m>, Unfit> {
        let (seed, args) = match literal {
            None => (Seed::Empty, &[][..]),
            Some(literal) => (
                Seed::Literal(literal, None),
                self.needs.args(Match::Literal(literal)),
            ),
        };
        let steps = plan(lookup.model, self.rule, &self.needs, seed);
        let bound = args.iter().flatten().filter_map(plain).collect();
        let guards = if guarded { self.guards() } else { Vec::new() };
        let seed = args.iter().map(Arg::of).collect();
        self.lower(lookup, &steps, seed, bound, guards)
    }

    /// The search from the arguments of one of its heads; without guards it finds all bindings that could be.
    pub fn search_for_head(
        &self,
        lookup: &mut Lookup<'m>,
        args: &Args<'m>,
        guarded: bool,
    ) -> Result<Search<'m>, Unfit> {
        let variable = |arg: &Arg<'m>| match arg {
            Arg::Variable(variable) => Some(*variable),
            _ => None,
        };
        let bound: Vec<VariableId> = args.iter().filter_map(variable).collect();
        let steps = plan_for_head(lookup.model, self.rule, &self.needs, bound.clone());
        let guards = if guarded { self.guards() } else { Vec::new() };
        self.lower(lookup, &steps, args.clone(), bound, guards)
    }

    /// The values of the rule's own variables.
    pub fn own(&self, binding: &Binding) -> Result<Own, Unfit> {
        let own = binding.iter().take(self.rule.bound).copied();
        own.collect::<Option<Own>>().ok_or(Unfit)
    }

    fn guards(&self) -> Vec<Guard<'m>> {
        let parts = self.rule.conditions.iter().flat_map(conjuncts);
        parts
            .filter(|part| !is_static(part) && !matches!(part.kind, TermKind::Fact(..)))
            .map(|part| (part, variables(part)))
            .collect()
    }

    fn lower(
        &self,
        lookup: &mut Lookup<'m>,
        steps: &[Step<'m>],
        seed: Args<'m>,
        mut bound: Vec<VariableId>,
        mut guards: Vec<Guard<'m>>,
    ) -> Result<Search<'m>, Unfit> {
        let mut moves = Vec::new();
        ready(lookup, &mut guards, &bound, &mut moves)?;
        for step in steps {
            moves.push(self.lower_step(lookup, step, &mut bound)?);
            ready(lookup, &mut guards, &bound, &mut moves)?;
        }
        if guards.is_empty() {
            Ok(Search { seed, moves })
        } else {
            Err(Unfit)
        }
    }

    fn lower_step(
        &self,
        lookup: &mut Lookup<'m>,
        step: &Step<'m>,
        bound: &mut Vec<VariableId>,
    ) -> Result<Move<'m>, Unfit> {
        let domain = |variable: VariableId| self.rule.variables[variable].domain.as_ref().ok_or(Unfit);
        let (variable, range) = match step {
            Step::Test(test) => return Ok(Move::If(Condition::of(lookup, test)?)),
            Step::InDomain(variable) => return Ok(Move::Is(*variable, lookup.range(domain(*variable)?))),
            Step::Match(Match::Literal(literal)) => {
                let (fact, args) = self.needs.literals.get(*literal).ok_or(Unfit)?;
                return Ok(matching(*fact, args, bound));
            }
            Step::Match(Match::Trigger(_)) => return Err(Unfit),
            Step::Domain(variable) => (*variable, lookup.range(domain(*variable)?)),
            Step::Among(variable, set) => (*variable, lookup.range(set)),
            Step::Assign(variable, value) => (*variable, Range::Written(value)),
            Step::Backwards(variable, attribute, held) => (*variable, lookup.owners(*attribute, *held)),
        };
        bound.push(variable);
        Ok(Move::Each(variable, range))
    }
}

/// Conditions all of whose variables have values are looked at as soon as they can be.
fn ready<'m>(
    lookup: &mut Lookup<'m>,
    guards: &mut Vec<Guard<'m>>,
    bound: &[VariableId],
    moves: &mut Vec<Move<'m>>,
) -> Result<(), Unfit> {
    for (term, reads) in std::mem::take(guards) {
        if reads.iter().all(|variable| bound.contains(variable)) {
            moves.push(Move::If(Condition::of(lookup, term)?));
        } else {
            guards.push((term, reads));
        }
    }
    Ok(())
}

fn matching<'m>(fact: FactId, args: &'m [Argument], bound: &mut Vec<VariableId>) -> Move<'m> {
    let before = bound.len();
    for variable in args.iter().flatten().filter_map(plain) {
        if !bound.contains(&variable) {
            bound.push(variable);
        }
    }
    let args = args.iter().map(Arg::of).collect();
    if bound.len() == before {
        Move::If(Condition::Fact(fact, args))
    } else {
        Move::Match(fact, args)
    }
}
