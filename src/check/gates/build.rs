//! Backwards from a goal: whatever can bring it about, what that needs, and so on down to what holds on the first day.
//!
//! Nothing that once held stands in the way of anything else, dates are left aside, and an event that nothing in the scenario
//! raises may come from outside; so what the graph calls impossible is impossible in every story.

use std::collections::{BTreeMap, VecDeque};

use rustc_hash::FxHashSet;

use super::bindings::Demands;
use super::graph::{GIVEN, Graph, Ix, NEVER, Needs, Settled, What};
use super::producers::{Inside, Producer, Producers};
use crate::check::authored::Authored;
use crate::ids::Id as _;
use crate::language::value::Duration;
use crate::model::resolve::constant::evaluate;
use crate::model::{
    Argument, EntityId, EventClass, EventId, FactId, Initial, MeasureId, Model, Rule, RuleId, Term, TermKind,
    Trigger, Value, VariableId,
};
use crate::program::{
    Compiled, GroundArgs, GroundFact, GroundMeasure, GroundValue, Program, canonical, matches,
};

/// Most steps of the search: bindings tried and nodes made. What takes more was not written by hand.
pub(super) const STEPS: usize = 400_000;

/// The values of the variables in scope.
pub(super) type Env = Vec<Option<Value>>;

/// A graph under construction.
pub(super) struct Builder<'m> {
    pub model: &'m Model,
    pub program: &'m Program,
    authored: &'m Authored<'m>,
    pub graph: Graph,
    producers: Producers<'m>,
    initial: BTreeMap<FactId, FxHashSet<GroundArgs>>,
    /// What the timeline raises within the period.
    scripted: BTreeMap<EventId, FxHashSet<GroundArgs>>,
    open: VecDeque<Ix>,
    pub steps: usize,
    pub demands: Demands<'m>,
}

impl<'m> Builder<'m> {
    pub fn new(compiled: &'m Compiled, authored: &'m Authored<'m>) -> Self {
        let model = compiled.model();
        let mut initial: BTreeMap<FactId, FxHashSet<GroundArgs>> = BTreeMap::new();
        for (start, _) in &model.start {
            if let Initial::Fact(fact, args, true) = start
                && let Some(args) = args.iter().map(GroundValue::of).collect()
            {
                let args = canonical(model.facts[*fact].symmetric, args);
                initial.entry(*fact).or_default().insert(args);
            }
        }
        let mut scripted: BTreeMap<EventId, FxHashSet<GroundArgs>> = BTreeMap::new();
        let (from, to) = model.period;
        for act in model.timeline.iter().filter(|act| (from..=to).contains(&act.on)) {
            if let Some(args) = act.args.iter().map(GroundValue::of).collect() {
                scripted.entry(act.event).or_default().insert(args);
            }
        }
        Builder {
            model,
            program: compiled.program(),
            authored,
            graph: Graph::new(),
            producers: Producers::of(model),
            initial,
            scripted,
            open: VecDeque::new(),
            steps: 0,
            demands: Demands::of(model),
        }
    }

    /// Finds the parts of every node that was named. False if that is too much.
    pub fn finish(&mut self) -> bool {
        while let Some(ix) = self.open.pop_front() {
            if self.steps > STEPS {
                return false;
            }
            let Some(what) = self.graph.node(ix).map(|node| node.what.clone()) else {
                continue;
            };
            self.expand(ix, what);
        }
        self.steps <= STEPS
    }

    fn named(&mut self, what: What, needs: Needs) -> Ix {
        let (ix, fresh) = self.graph.named(what, needs);
        if fresh {
            self.steps += 1;
            self.open.push_back(ix);
        }
        ix
    }

    /// The node of a fact that shall hold, or shall not.
    pub fn fact(&mut self, fact: FactId, args: GroundArgs, wanted: bool) -> Ix {
        let declared = &self.model.facts[fact];
        let args = canonical(declared.symmetric, args);
        let held = self.initial.get(&fact).is_some_and(|all| all.contains(&args));
        let ground = GroundFact { fact, args };
        match (wanted, declared.derived) {
            (true, false) if held => GIVEN,
            (false, false) if !held => GIVEN,
            (true, _) => self.named(What::Fact(ground), Needs::Any),
            (false, true) => self.named(What::NoFact(ground), Needs::All),
            (false, false) => self.named(What::NoFact(ground), Needs::Any),
        }
    }

    /// The node of an event; `None` among the arguments stands for anything.
    pub fn event(&mut self, event: EventId, args: Vec<Option<GroundValue>>) -> Ix {
        self.named(What::Event(event, args), Needs::All)
    }

    /// The node of a measure that changes.
    pub fn measure(&mut self, measure: MeasureId, args: GroundArgs) -> Ix {
        self.named(What::Measure(GroundMeasure { measure, args }), Needs::Any)
    }

    /// The node of a condition among the attributes of an entity.
    pub fn gate(&mut self, entity: EntityId, attribute: crate::model::AttributeId, wanted: bool) -> Ix {
        self.named(What::Gate(entity, attribute, wanted), Needs::All)
    }

    fn expand(&mut self, ix: Ix, what: What) {
        let mut place = None;
        let mut outside = false;
        let parts = match what {
            What::Fact(fact) => {
                let derived = self.model.facts[fact.fact].derived;
                let table = if derived {
                    &self.producers.derives
                } else {
                    &self.producers.starts
                };
                let producers = table.get(&fact.fact).cloned().unwrap_or_default();
                let wanted: Vec<_> = fact.args.iter().cloned().map(Some).collect();
                self.produced(&producers, &wanted, self.model.facts[fact.fact].symmetric)
            }
            What::NoFact(fact) if self.model.facts[fact.fact].derived => self.underived(&fact),
            What::NoFact(fact) => {
                let producers = self.producers.ends.get(&fact.fact).cloned().unwrap_or_default();
                let wanted: Vec<_> = fact.args.iter().cloned().map(Some).collect();
                self.produced(&producers, &wanted, self.model.facts[fact.fact].symmetric)
            }
            What::Measure(measure) => {
                let producers = self
                    .producers
                    .changes
                    .get(&measure.measure)
                    .cloned()
                    .unwrap_or_default();
                let wanted: Vec<_> = measure.args.iter().cloned().map(Some).collect();
                self.produced(&producers, &wanted, false)
            }
            What::Event(event, args) => {
                let class = &self.model.events[event].class;
                if matches!(class, EventClass::Institutional(_)) {
                    place = Some(self.model.events[event].about.span);
                }
                let (raised, from_outside) = self.raised(event, &args);
                outside = from_outside;
                let env: Env = args
                    .iter()
                    .map(|arg| arg.as_ref().and_then(GroundValue::value))
                    .collect();
                let mut parts = vec![raised];
                if let EventClass::Institutional(requires) = class {
                    parts.extend(requires.iter().map(|term| self.condition(term, &env, true)));
                }
                parts
            }
            What::Gate(entity, attribute, wanted) => {
                place = self.authored.attribute(entity, attribute).map(|node| node.span);
                match self.model.entities[entity].values.get(&attribute) {
                    Some(crate::model::AttributeValue::Condition(term)) => {
                        vec![self.condition(term, &Env::new(), wanted)]
                    }
                    _ => Vec::new(),
                }
            }
            What::Rule(rule, binding) => {
                place = Some(self.model.rules[rule].about.span);
                let env: Env = binding.iter().map(|entity| entity.map(Value::Entity)).collect();
                self.firing(&self.model.rules[rule], &env)
            }
            What::Settled(_) | What::Join(_) => Vec::new(),
        };
        if let Some(node) = self.graph.nodes.get_mut(ix) {
            node.parts = parts;
            node.place = place;
            node.outside = outside;
        }
    }

    /// What a rule needs to fire, or to derive.
    fn firing(&mut self, rule: &'m Rule, env: &Env) -> Vec<Ix> {
        let mut parts = Vec::new();
        match &rule.trigger {
            Trigger::Always | Trigger::Every(_) => {}
            Trigger::On(patterns) => {
                let events: Vec<Ix> = patterns
                    .iter()
                    .map(|pattern| {
                        let args = self.pattern(&pattern.args, env);
                        self.event(pattern.event, args)
                    })
                    .collect();
                parts.push(self.graph.any(events));
            }
            Trigger::When(conditions) => {
                parts.extend(conditions.iter().map(|term| self.condition(term, env, true)));
            }
        }
        parts.extend(rule.conditions.iter().map(|term| self.condition(term, env, true)));
        parts
    }

    /// Whatever raises an event, and whether only somebody outside can.
    fn raised(&mut self, event: EventId, args: &[Option<GroundValue>]) -> (Ix, bool) {
        if event == self.model.breach {
            return (GIVEN, false);
        }
        let scripted = self.scripted.get(&event).is_some_and(|all| {
            match args.iter().cloned().collect::<Option<GroundArgs>>() {
                Some(ground) => all.contains(&ground),
                None => all.iter().any(|ground| matches(args, ground)),
            }
        });
        if scripted {
            return (GIVEN, false);
        }
        let producers = self.producers.raises.get(&event).cloned().unwrap_or_default();
        let ways = self.produced(&producers, args, false);
        if ways.is_empty() {
            return (GIVEN, true);
        }
        (self.graph.any(ways), false)
    }

    /// The ways in which some effect brings this about: for each binding of its rule one node.
    fn produced(
        &mut self,
        producers: &[Producer<'m>],
        wanted: &[Option<GroundValue>],
        symmetric: bool,
    ) -> Vec<Ix> {
        let mut ways = Vec::new();
        let turned: Vec<_> = wanted.iter().rev().cloned().collect();
        for producer in producers {
            let mut bindings = self.unify(producer, wanted);
            if symmetric && turned != wanted {
                bindings.extend(self.unify(producer, &turned));
            }
            for env in bindings {
                let way = self.way(producer, &env);
                if way != NEVER {
                    ways.push(way);
                }
            }
        }
        ways.sort_unstable();
        ways.dedup();
        ways
    }

    /// One effect of one rule instance: the rule fires, and what lies on the way to the effect falls that way.
    fn way(&mut self, producer: &Producer<'m>, env: &Env) -> Ix {
        let mut parts = vec![self.rule(producer.rule, env)];
        for step in &producer.path {
            match step {
                Inside::Branch(chance, branch) => {
                    if let Some(args) = self.known(&chance.args, env) {
                        let (ix, _) = self.graph.named(
                            What::Settled(Settled {
                                branching: chance.branching,
                                args,
                                word: branch.word,
                                by: None,
                            }),
                            Needs::All,
                        );
                        self.place(ix, branch.span);
                        parts.push(ix);
                    }
                }
                Inside::Option(choice, option) => {
                    let by = match self.value(&choice.by, env) {
                        Some(Value::Entity(by)) => Some(by),
                        _ => None,
                    };
                    if let Some(args) = self.known(&choice.args, env) {
                        let (ix, _) = self.graph.named(
                            What::Settled(Settled {
                                branching: choice.branching,
                                args,
                                word: option.word,
                                by,
                            }),
                            Needs::All,
                        );
                        self.place(ix, option.span);
                        parts.push(ix);
                    }
                    parts.extend(
                        option
                            .conditions
                            .iter()
                            .map(|term| self.condition(term, env, true)),
                    );
                }
            }
        }
        if let Some(happen) = producer.happen {
            if let Some(after) = &happen.after
                && self.value(after, env) == Some(Value::Duration(Duration::Never))
            {
                return NEVER;
            }
            if let Some(unless) = &happen.unless {
                let stopped: Vec<Ix> = unless
                    .iter()
                    .map(|term| self.condition(term, env, false))
                    .collect();
                parts.push(self.graph.any(stopped));
            }
        }
        self.graph.all(parts)
    }

    fn place(&mut self, ix: Ix, span: crate::diagnostic::Span) {
        if let Some(node) = self.graph.nodes.get_mut(ix) {
            node.place = Some(span);
        }
    }

    fn rule(&mut self, rule: RuleId, env: &Env) -> Ix {
        let bound = self.model.rules[rule].bound;
        let binding = (0..bound)
            .map(|at| match env.get(at) {
                Some(Some(Value::Entity(entity))) => Some(*entity),
                _ => None,
            })
            .collect();
        self.named(What::Rule(rule, binding), Needs::All)
    }

    /// A derived fact does not hold while none of the rules that derive it does.
    fn underived(&mut self, fact: &GroundFact) -> Vec<Ix> {
        let producers = self
            .producers
            .derives
            .get(&fact.fact)
            .cloned()
            .unwrap_or_default();
        let wanted: Vec<_> = fact.args.iter().cloned().map(Some).collect();
        let mut parts = Vec::new();
        for producer in &producers {
            for env in self.unify(producer, &wanted) {
                let rule = &self.model.rules[producer.rule];
                let fails: Vec<Ix> = rule
                    .conditions
                    .iter()
                    .map(|term| self.condition(term, &env, false))
                    .collect();
                let fails = self.graph.any(fails);
                parts.push(fails);
            }
        }
        parts.retain(|part| *part != GIVEN);
        parts
    }

    /// The value of a term that does not depend on the state.
    pub fn value(&self, term: &Term, env: &Env) -> Option<Value> {
        let lookup = |id: VariableId| env.get(id.index()).cloned().flatten();
        // Most terms are as simple as that.
        match &term.kind {
            TermKind::Value(value) => Some(value.clone()),
            TermKind::Variable(id) => lookup(*id),
            TermKind::Fact(..) | TermKind::Measure(..) | TermKind::Norm(..) => None,
            _ => evaluate(term, self.model, &lookup)?.ok(),
        }
    }

    fn known(&self, terms: &[Term], env: &Env) -> Option<GroundArgs> {
        terms
            .iter()
            .map(|term| GroundValue::of(&self.value(term, env)?))
            .collect()
    }

    /// Arguments as far as they are known.
    pub fn pattern(&self, args: &[Argument], env: &Env) -> Vec<Option<GroundValue>> {
        args.iter()
            .map(|arg| GroundValue::of(&self.value(arg.as_ref()?, env)?))
            .collect()
    }
}
