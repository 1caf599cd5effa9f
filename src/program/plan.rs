//! In which order the variables of a rule are bound, given what started the search.

use crate::model::{
    Argument, AttributeId, Comparison, EventPattern, FactId, Model, Rule, Term, TermKind, Trigger, Type,
    Value, VariableId,
};

use super::reads::{conjuncts, is_static, variables};

/// What a rule needs before an instance of it can ever fire: its generators.
#[derive(Debug)]
pub(crate) struct Needs<'m> {
    /// Facts that must be possible.
    pub literals: Vec<(FactId, &'m [Argument])>,
    /// Conditions known once their variables are.
    pub tests: Vec<&'m Term>,
    /// Events one of which must be possible; empty where the rule waits for none.
    pub triggers: &'m [EventPattern],
}

impl<'m> Needs<'m> {
    /// `guarded` is false where instances must exist even if their `if:` can never hold: they count occurrences.
    pub fn of(rule: &'m Rule, guarded: bool) -> Self {
        let mut needs = Needs {
            literals: Vec::new(),
            tests: Vec::new(),
            triggers: &[],
        };
        let mut conditions: Vec<&Term> = Vec::new();
        match &rule.trigger {
            Trigger::On(patterns) => needs.triggers = patterns,
            Trigger::When(when) => conditions.extend(when),
            Trigger::Always | Trigger::Every(_) => {}
        }
        if guarded {
            conditions.extend(&rule.conditions);
        }
        for part in conditions.into_iter().flat_map(conjuncts) {
            match &part.kind {
                TermKind::Fact(fact, args) if args.iter().flatten().all(is_static) => {
                    needs.literals.push((*fact, args));
                }
                _ if is_static(part) => needs.tests.push(part),
                _ => {}
            }
        }
        needs
    }
}

/// What started a search for instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seed {
    /// Nothing: the rule needs no fact and no event.
    Empty,
    /// A fact that has become possible and matches this literal; where the rule waits for events, one that matches
    /// this trigger must be possible too.
    Literal(usize, Option<usize>),
    /// An event that has become possible and matches this trigger.
    Trigger(usize),
}

/// Something of which a possible tuple must match: a fact under `if:` or `when:`, or an event under `on:`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    /// This literal.
    Literal(usize),
    /// This trigger.
    Trigger(usize),
}

/// What is known of an attribute of a variable that is not yet bound.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Held<'m> {
    /// It is, or contains, the value of this term; where that is a set, it is one of its members.
    Term(&'m Term),
    /// It is, or contains, the value of this variable.
    Variable(VariableId),
    /// It is what stands at this place in the fact or event that started the search.
    Seed(usize),
}

/// One step of a search.
#[derive(Clone, Debug)]
pub(crate) enum Step<'m> {
    /// Go on only if this holds.
    Test(&'m Term),
    /// Go on only if the variable's value is in its domain.
    InDomain(VariableId),
    /// Bind the variable to the only value that fits.
    Assign(VariableId, &'m Term),
    /// Bind the variable to each member of its domain.
    Domain(VariableId),
    /// Bind the variable to each member of a set.
    Among(VariableId, &'m Term),
    /// Walk an edge of the graph backwards: bind the variable to each entity whose attribute is, or contains, a value.
    Backwards(VariableId, AttributeId, Held<'m>),
    /// Bind the variables of a pattern from each possible tuple that matches; with all bound, a test.
    Match(Match),
}

/// The order of a search, chosen greedily by what narrows most.
pub(crate) fn plan<'m>(model: &Model, rule: &'m Rule, needs: &Needs<'m>, seed: Seed) -> Vec<Step<'m>> {
    let mut matches: Vec<Match> = (0..needs.literals.len()).map(Match::Literal).collect();
    let seeded = match seed {
        Seed::Empty => None,
        Seed::Literal(literal, trigger) => {
            matches.extend(trigger.map(Match::Trigger));
            Some(Match::Literal(literal))
        }
        Seed::Trigger(trigger) => Some(Match::Trigger(trigger)),
    };
    let mut bound: Vec<VariableId> = Vec::new();
    let args = seeded.map_or(&[][..], |seeded| needs.args(seeded));
    if let Some(seeded) = seeded {
        bound.extend(plain_variables(args));
        // The seed was matched as far as its variables were known: all of it, unless a term reads other variables.
        matches.retain(|other| *other != seeded);
        if !args.iter().flatten().all(|arg| known(arg, &bound)) {
            matches.push(seeded);
        }
    }
    let plan = Plan {
        model,
        rule,
        needs,
        seed: args,
        bound,
        waiting: rule.variables.ids().take(rule.bound).collect(),
        tests: needs.tests.clone(),
        matches,
        steps: Vec::new(),
    };
    plan.steps()
}

/// The order of a search in which these variables have values already.
pub(crate) fn plan_for_head<'m>(
    model: &Model,
    rule: &'m Rule,
    needs: &Needs<'m>,
    bound: Vec<VariableId>,
) -> Vec<Step<'m>> {
    let plan = Plan {
        model,
        rule,
        needs,
        seed: &[],
        bound,
        waiting: rule.variables.ids().take(rule.bound).collect(),
        tests: needs.tests.clone(),
        matches: (0..needs.literals.len()).map(Match::Literal).collect(),
        steps: Vec::new(),
    };
    plan.steps()
}

/// A plan under construction.
struct Plan<'p, 'm> {
    model: &'p Model,
    rule: &'m Rule,
    needs: &'p Needs<'m>,
    /// The pattern that what started the search matches.
    seed: &'m [Argument],
    bound: Vec<VariableId>,
    /// Variables that are not bound, or not yet known to be in their domain.
    waiting: Vec<VariableId>,
    tests: Vec<&'m Term>,
    matches: Vec<Match>,
    steps: Vec<Step<'m>>,
}

/// Rough numbers of bindings that a step is expected to leave, for comparison with each other.
mod cost {
    /// At most one.
    pub const ONE: usize = 1;
    /// The members of a set, the entities that name an entity.
    pub const EDGES: usize = 4;
    /// The tuples with a value in one place.
    pub const TUPLES: usize = 5;
    /// All tuples.
    pub const ALL_TUPLES: usize = 60;
}

impl<'m> Plan<'_, 'm> {
    /// All steps, chosen one by one.
    fn steps(mut self) -> Vec<Step<'m>> {
        self.tests();
        while let Some(step) = self.cheapest() {
            self.take(step);
            self.tests();
        }
        self.steps
    }

    /// Adds all tests that can be made by now.
    fn tests(&mut self) {
        let (rule, bound, steps) = (self.rule, &self.bound, &mut self.steps);
        self.waiting.retain(|variable| {
            let domain = rule.variables[*variable].domain.as_ref();
            let ready = bound.contains(variable) && domain.is_none_or(|domain| known(domain, bound));
            if ready {
                steps.push(Step::InDomain(*variable));
            }
            !ready
        });
        self.tests.retain(|test| {
            let ready = known(test, bound);
            if ready {
                steps.push(Step::Test(test));
            }
            !ready
        });
        let needs = self.needs;
        self.matches.retain(|wanted| {
            let ready = needs.args(*wanted).iter().flatten().all(|arg| known(arg, bound));
            if ready {
                steps.push(Step::Match(*wanted));
            }
            !ready
        });
    }

    /// Of the steps that bind something, the one that leaves least; the first of equals, in order of writing.
    fn cheapest(&self) -> Option<Step<'m>> {
        let offers = self
            .by_equality()
            .chain(self.by_match())
            .chain(self.by_edge())
            .chain(self.by_domain());
        offers.min_by_key(|(cost, _)| *cost).map(|(_, step)| step)
    }

    fn is_open(&self, variable: VariableId) -> bool {
        !self.bound.contains(&variable)
    }

    /// `v == term`
    fn by_equality(&self) -> impl Iterator<Item = (usize, Step<'m>)> {
        self.tests
            .iter()
            .flat_map(|test| sides(test))
            .filter_map(|(left, right)| {
                let variable = plain(left).filter(|variable| self.is_open(*variable))?;
                known(right, &self.bound).then_some((cost::ONE, Step::Assign(variable, right)))
            })
    }

    /// Literals and triggers all of whose arguments are variables or known.
    fn by_match(&self) -> impl Iterator<Item = (usize, Step<'m>)> {
        self.matches.iter().filter_map(|wanted| {
            let args = self.needs.args(*wanted);
            let mut given = args.iter().flatten();
            let usable = given.all(|arg| plain(arg).is_some() || known(arg, &self.bound));
            let some = args.iter().flatten().any(|arg| known(arg, &self.bound));
            usable.then_some((
                if some { cost::TUPLES } else { cost::ALL_TUPLES },
                Step::Match(*wanted),
            ))
        })
    }

    /// `v.attribute == term`, `term in v.attribute`, `v.attribute in set`, `v in set`; another variable's domain
    /// `v.attribute`; and `v.attribute` in the pattern that started the search.
    fn by_edge(&self) -> impl Iterator<Item = (usize, Step<'m>)> {
        let tests = self.tests.iter().flat_map(|test| edges(test));
        let by_test = tests
            .filter(|(_, value)| known(value, &self.bound))
            .filter_map(|(owner, value)| match plain(owner) {
                Some(variable) => self
                    .is_open(variable)
                    .then_some((cost::EDGES, Step::Among(variable, value))),
                None => self.backwards(owner, Held::Term(value)),
            });
        let members = self.waiting.iter().filter(|member| self.bound.contains(member));
        let by_member = members.filter_map(|member| {
            let domain = self.rule.variables[*member].domain.as_ref()?;
            self.backwards(domain, Held::Variable(*member))
        });
        let by_seed = self.seed.iter().enumerate().filter_map(|(place, arg)| {
            let arg = arg.as_ref().filter(|arg| matches!(arg.ty, Type::Entity(_)))?;
            self.backwards(arg, Held::Seed(place))
        });
        by_test.chain(by_member).chain(by_seed)
    }

    /// The step to the owner of an attribute, where the path is `v.attribute` with `v` open.
    fn backwards(&self, path: &Term, held: Held<'m>) -> Option<(usize, Step<'m>)> {
        let TermKind::Attribute(of, attribute) = &path.kind else {
            return None;
        };
        let variable = plain(of).filter(|variable| self.is_open(*variable))?;
        let cost = match held {
            // An entity that a rule names may be named by all the world.
            Held::Term(Term {
                kind: TermKind::Value(Value::Entity(hub)),
                ..
            }) => self.model.owners(*attribute, *hub).len(),
            _ => cost::EDGES,
        };
        Some((cost, Step::Backwards(variable, *attribute, held)))
    }

    /// The domains of variables that are not bound.
    fn by_domain(&self) -> impl Iterator<Item = (usize, Step<'m>)> {
        self.waiting
            .iter()
            .filter(|variable| self.is_open(**variable))
            .filter_map(|variable| {
                let domain = self.rule.variables[*variable].domain.as_ref()?;
                let cost = match domain.kind {
                    TermKind::Members(kind) => self.model.members_of(kind).len().max(1) * 2,
                    _ if known(domain, &self.bound) => cost::EDGES,
                    _ => return None,
                };
                Some((cost, Step::Domain(*variable)))
            })
    }

    fn take(&mut self, step: Step<'m>) {
        match &step {
            Step::Assign(variable, _) | Step::Among(variable, _) | Step::Backwards(variable, ..) => {
                self.bound.push(*variable);
            }
            Step::Domain(variable) => {
                self.waiting.retain(|other| other != variable);
                self.bound.push(*variable);
            }
            Step::Match(wanted) => {
                self.matches.retain(|other| other != wanted);
                self.bound.extend(plain_variables(self.needs.args(*wanted)));
            }
            Step::Test(_) | Step::InDomain(_) => {}
        }
        self.steps.push(step);
    }
}

impl<'m> Needs<'m> {
    /// The arguments of a literal or a trigger.
    pub fn args(&self, wanted: Match) -> &'m [Argument] {
        match wanted {
            Match::Literal(index) => self.literals.get(index).map_or(&[], |(_, args)| args),
            Match::Trigger(index) => self.triggers.get(index).map_or(&[], |pattern| &pattern.args),
        }
    }
}

/// Whether all variables of a term are bound.
fn known(term: &Term, bound: &[VariableId]) -> bool {
    variables(term).iter().all(|variable| bound.contains(variable))
}

fn plain_variables(args: &[Argument]) -> impl Iterator<Item = VariableId> {
    args.iter().flatten().filter_map(plain)
}

/// The variable an argument is, if it is just that.
pub(crate) fn plain(term: &Term) -> Option<VariableId> {
    match term.kind {
        TermKind::Variable(id) => Some(id),
        _ => None,
    }
}

/// The sides of an equality, both ways round.
fn sides(test: &Term) -> impl Iterator<Item = (&Term, &Term)> {
    let sides = match &test.kind {
        TermKind::Compare(Comparison::Equal, a, b) => Some((&**a, &**b)),
        _ => None,
    };
    sides.into_iter().flat_map(|(a, b)| [(a, b), (b, a)])
}

/// What a test says of the graph: a path and the value that its attribute is, contains or is in; or a variable and
/// the set it is in.
fn edges(test: &Term) -> impl Iterator<Item = (&Term, &Term)> {
    let is_entity = |(term, _): &(&Term, &Term)| matches!(term.ty, Type::Entity(_));
    let is_path = |(term, _): &(&Term, &Term)| matches!(term.kind, TermKind::Attribute(..));
    let is_in = match &test.kind {
        TermKind::In(member, set) => Some((&**member, &**set)),
        _ => None,
    };
    let contains = is_in.map(|(member, set)| (set, member)).filter(is_path);
    sides(test)
        .filter(is_entity)
        .filter(is_path)
        .chain(contains)
        .chain(is_in)
}
