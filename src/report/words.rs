//! Saying the parts of a program: events, rules, norms, branches, sources, in the words of `says:`.

use crate::ids::Id as _;
use crate::model::resolve::constant::evaluate;
use crate::model::{
    Annotations, Citation, Effect, EffectKind, EntityId, EventPattern, Goal, Model, Norm, Phrase, Status,
    Term, TermKind, Value, VariableId, WordId,
};
use crate::program::{
    Compiled, GroundArgs, GroundDeadline, GroundEventId, GroundFact, GroundMeasure, Instance, InstanceId,
    SettlementId, Template, TemplateId, spell,
};

/// Says the parts of one compiled scenario.
#[derive(Clone, Copy)]
pub(crate) struct Words<'c> {
    pub compiled: &'c Compiled,
}

impl<'c> Words<'c> {
    pub fn new(compiled: &'c Compiled) -> Self {
        Words { compiled }
    }

    fn model(self) -> &'c Model {
        self.compiled.model()
    }

    /// An event as it happened: "Germany attacks Belgium".
    pub fn event(self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        let event = &self.model().events[key.event];
        self.said(event.says.as_ref(), &event.name, &key.args)
    }

    /// An event as scenarios spell it: `attack(germany, belgium, somewhere)`.
    pub fn event_spelled(self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        spell(self.model(), &self.model().events[key.event].name, &key.args)
    }

    /// A fact that holds: "the treaty is in force".
    pub fn fact(self, fact: &GroundFact) -> String {
        let declared = &self.model().facts[fact.fact];
        self.said(declared.says.as_ref(), &declared.name, &fact.args)
    }

    /// A measure's name: "losses of Russia".
    pub fn measure(self, measure: &GroundMeasure) -> String {
        let declared = &self.model().measures[measure.measure];
        self.said(declared.says.as_ref(), &declared.name, &measure.args)
    }

    fn said(self, says: Option<&Phrase>, name: &str, args: &GroundArgs) -> String {
        let phrase = says.filter(|_| args.iter().all(|arg| arg.value().is_some()));
        match phrase {
            Some(phrase) => self.model().phrase(phrase, &|id| args.get(id.index())?.value()),
            None => spell(self.model(), name, args),
        }
    }

    /// A chance or choice as scenarios spell it: `vote_in_legislature(usa, treaty)`.
    pub fn settlement(self, id: SettlementId) -> String {
        let settlement = &self.compiled.program().settlements[id];
        spell(
            self.model(),
            &self.model().branchings[settlement.branching].name,
            &settlement.args,
        )
    }

    pub fn word(self, id: WordId) -> &'c str {
        &self.model().words[id]
    }

    fn instance(self, id: InstanceId) -> &'c Instance {
        &self.compiled.program().instances[id]
    }

    /// The name of an instance's rule.
    pub fn rule_name(self, id: InstanceId) -> &'c str {
        &self.model().rules[self.instance(id).rule].name
    }

    /// A rule's reason under its binding; a rule without words gives its name.
    pub fn rule(self, id: InstanceId) -> String {
        let instance = self.instance(id);
        let rule = &self.model().rules[instance.rule];
        match &rule.says {
            Some(phrase) => self.phrase(phrase, instance),
            None => format!("rule `{}`", rule.name),
        }
    }

    fn phrase(self, phrase: &Phrase, instance: &Instance) -> String {
        self.model().phrase(phrase, &|id| bound(instance, id))
    }

    /// The source of a rule; a rule of the vocabulary has none of its own and rests on the terms it is bound to.
    pub fn rule_sources(self, id: InstanceId) -> Vec<String> {
        let instance = self.instance(id);
        let model = self.model();
        let own = sources(&model.rules[instance.rule].about);
        if !own.is_empty() {
            return own;
        }
        let nested = |id: &&EntityId| {
            let kinds =
                std::iter::successors(Some(model.entities[**id].kind), |kind| model.kinds[*kind].is_a);
            kinds
                .take(model.kinds.len())
                .any(|kind| model.kinds[kind].nested.is_some())
        };
        let mut of_terms: Vec<String> = instance
            .binding
            .iter()
            .filter(nested)
            .flat_map(|id| sources(&model.entities[*id].about))
            .collect();
        of_terms.dedup();
        of_terms
    }

    /// How a branch or option tells itself, where its author gave it words.
    pub fn branch(self, settlement: SettlementId, source: InstanceId, word: WordId) -> Option<String> {
        let branching = self.compiled.program().settlements[settlement].branching;
        let instance = self.instance(source);
        let mut found = None;
        walk(
            effects(self.model(), instance),
            &mut |effect| match &effect.kind {
                EffectKind::Chance(chance) if chance.branching == branching => {
                    found = found.or_else(|| {
                        chance
                            .branches
                            .iter()
                            .find(|b| b.word == word)
                            .and_then(|b| b.says.as_ref())
                    });
                }
                EffectKind::Choice(choice) if choice.branching == branching => {
                    found = found.or_else(|| {
                        choice
                            .options
                            .iter()
                            .find(|o| o.word == word)
                            .and_then(|o| o.says.as_ref())
                    });
                }
                _ => {}
            },
        );
        Some(self.phrase(found?, instance))
    }

    /// The norm in the model that a template was made from.
    fn norm(self, template: &Template) -> Option<&'c Norm> {
        // Templates are numbered as `effects.rs` walks: norms in order of writing.
        let (mut at, mut found) = (0, None);
        walk(
            effects(self.model(), self.instance(template.source)),
            &mut |effect| {
                if let EffectKind::Norm(norm) = &effect.kind {
                    if at == template.ordinal {
                        found = Some(&**norm);
                    }
                    at += 1;
                }
            },
        );
        found
    }

    /// What a duty or prohibition says: its own words, or else the reason its rule gives.
    pub fn norm_text(self, id: TemplateId) -> String {
        let template = &self.compiled.program().templates[id];
        match self.norm(template).and_then(|norm| norm.says.as_ref()) {
            Some(phrase) => self.phrase(phrase, self.instance(template.source)),
            None => self.rule(template.source),
        }
    }

    /// What a duty or prohibition asks for, as alternatives in words.
    pub fn goal(self, id: TemplateId) -> Vec<String> {
        let template = &self.compiled.program().templates[id];
        let instance = self.instance(template.source);
        let mut all: Vec<String> = match self.norm(template).map(|norm| &norm.goal) {
            None => Vec::new(),
            Some(Goal::Do(patterns) | Goal::Refrain(patterns)) => patterns
                .iter()
                .map(|pattern| self.pattern(pattern, instance))
                .collect(),
            Some(Goal::Reach(terms)) => {
                vec![
                    terms
                        .iter()
                        .map(|term| self.term(term, &|id| bound(instance, id)))
                        .collect::<Vec<_>>()
                        .join(" and "),
                ]
            }
        };
        all.dedup();
        all
    }

    /// By when a norm must be fulfilled where that is no day: the event before which.
    pub fn before(self, id: TemplateId) -> Option<String> {
        match &self.compiled.program().templates[id].deadline {
            GroundDeadline::Before(events) => events.first().map(|event| self.event(*event)),
            _ => None,
        }
    }

    fn pattern(self, pattern: &EventPattern, instance: &Instance) -> String {
        let event = &self.model().events[pattern.event];
        let known = |term: &Term| evaluate(term, self.model(), &|id| bound(instance, id))?.ok();
        let args: Vec<Option<Value>> = pattern.args.iter().map(|arg| known(arg.as_ref()?)).collect();
        // An omitted argument matches anything; with its default, the words leave it out.
        let filled: Option<Vec<Value>> = args
            .iter()
            .zip(&event.args)
            .map(|(arg, parameter)| arg.clone().or_else(|| parameter.default.clone()))
            .collect();
        match filled {
            Some(args) => self.model().event_text(event, &args),
            None => self.model().atom_text(&event.name, &args),
        }
    }

    /// A condition in words: a fact by its `says:`, anything else as its author wrote it.
    pub fn term(self, term: &Term, binding: &dyn Fn(VariableId) -> Option<Value>) -> String {
        let model = self.model();
        match &term.kind {
            TermKind::Fact(fact, args) => {
                let known = |arg: &Option<Term>| evaluate(arg.as_ref()?, model, binding)?.ok();
                let args: Vec<Option<Value>> = args.iter().map(known).collect();
                let fact = &model.facts[*fact];
                match args.iter().cloned().collect::<Option<Vec<Value>>>() {
                    Some(args) => model.fact_text(fact, &args),
                    None => model.atom_text(&fact.name, &args),
                }
            }
            TermKind::Not(inner) => format!("not: {}", self.term(inner, binding)),
            _ => written(model.sources().slice(term.span)),
        }
    }
}

/// What an author wrote, on one line and without the quotes that YAML asks for.
pub(crate) fn written(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let bare = ['"', '\'']
        .iter()
        .find_map(|quote| line.strip_prefix(*quote)?.strip_suffix(*quote));
    bare.unwrap_or(&line).to_owned()
}

/// The value of a rule's variable under an instance's binding.
pub(crate) fn bound(instance: &Instance, id: VariableId) -> Option<Value> {
    instance
        .binding
        .get(id.index())
        .map(|entity| Value::Entity(*entity))
}

fn effects<'m>(model: &'m Model, instance: &Instance) -> &'m [Effect] {
    match &model.rules[instance.rule].body {
        crate::model::Body::Then(effects) => effects,
        crate::model::Body::Derive(_) => &[],
    }
}

/// All effects in order of writing, those in branches, options and `else:` after the effect they stand in.
fn walk<'m>(effects: &'m [Effect], visit: &mut dyn FnMut(&'m Effect)) {
    for effect in effects {
        visit(effect);
        match &effect.kind {
            EffectKind::Norm(norm) => walk(&norm.otherwise, visit),
            EffectKind::Chance(chance) => chance
                .branches
                .iter()
                .for_each(|branch| walk(&branch.then, visit)),
            EffectKind::Choice(choice) => choice.options.iter().for_each(|option| walk(&option.then, visit)),
            _ => {}
        }
    }
}

/// The citations of an element, with its status where that is not plain fact: `article P3`, `article P5 (claim)`.
pub(crate) fn sources(about: &Annotations) -> Vec<String> {
    let status = match about.status {
        Status::Fact | Status::Assumption => "",
        Status::Claim => " (claim)",
        Status::Inference => " (inference)",
        Status::Norm => " (norm)",
    };
    about
        .citations
        .iter()
        .map(|citation| format!("{}{status}", cited(citation)))
        .collect()
}

/// `article P3`
pub(crate) fn cited(citation: &Citation) -> String {
    format!("{} {}", citation.source, citation.locator)
        .trim_end()
        .to_owned()
}

/// A number of things: "1 choice", "9 chances".
pub(crate) fn count(number: usize, one: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        n => format!("{n} {one}s"),
    }
}

/// A probability for people: three significant digits at most; never 0 or 1 unless it is.
pub(crate) fn probability(p: f64) -> String {
    if p <= 0.0 || p >= 1.0 {
        return format!("{p}");
    }
    let text = if p < 0.001 {
        format!("{p:.1e}")
    } else if p < 0.1 {
        format!("{p:.4}")
    } else {
        format!("{p:.3}")
    };
    if text.contains('e') {
        text
    } else {
        text.trim_end_matches('0').to_owned()
    }
}
