//! Rules, sources and written values as reasons.

use crate::model::{Annotations, AttributeValue, EntityId, Initial, RuleId, Term, TermKind, Trigger, Value};
use crate::program::{GroundFact, GroundMeasure, GroundValue, InstanceId};

use super::state::History;
use super::terms::{Env, View, binding_of};
use super::tree::{Because, BecauseKind};

impl History<'_> {
    /// The sources of an element: `article P3`.
    pub fn sources_of(&self, about: &Annotations) -> Vec<String> {
        about
            .citations
            .iter()
            .map(|citation| {
                format!("{} {}", citation.source, citation.locator)
                    .trim()
                    .to_owned()
            })
            .collect()
    }

    /// Where an element is written: `file:line`.
    pub fn place_of(&self, about: &Annotations) -> Option<String> {
        let source = self.model.sources.get(about.span.source)?;
        let (line, _) = self.model.sources.line_column(about.span);
        Some(format!("{}:{line}", source.name))
    }

    /// What is written by an author, with its sources.
    pub fn written(&self, kind: BecauseKind, text: &str, about: &Annotations) -> Because {
        let sources = self.sources_of(about);
        let mut because = Because::new(kind, format!("{text}{}", in_brackets(&sources)));
        because.place = self.place_of(about);
        because.sources = sources;
        because
    }

    /// A rule under its binding as a reason; `how` says more about its firing.
    pub fn by_rule(&self, instance: InstanceId, how: &str) -> Because {
        let id = self.program.instances[instance].rule;
        let rule = &self.model.rules[id];
        let says = rule
            .says
            .as_ref()
            .map(|says| self.say(says, &binding_of(self, instance)));
        self.rule_text(id, says, how)
    }

    /// A rule as a reason, in general or with its words already filled.
    pub fn rule_text(&self, id: RuleId, says: Option<String>, how: &str) -> Because {
        let rule = &self.model.rules[id];
        let sources = self.sources_of(&rule.about);
        let says = says.map_or_else(String::new, |says| format!(": {says}"));
        let how = if how.is_empty() {
            String::new()
        } else {
            format!(", {how}")
        };
        let text = format!("by rule `{}`{how}{says}{}", rule.name, in_brackets(&sources));
        let mut because = Because::new(BecauseKind::Rule, text);
        because.rule = Some(rule.name.clone());
        because.place = self.place_of(&rule.about);
        because.sources = sources;
        because
    }

    /// How a rule came to fire, where its trigger is not told as a premise.
    pub fn rhythm(&self, instance: InstanceId) -> String {
        let rule = &self.model.rules[self.program.instances[instance].rule];
        match &rule.trigger {
            Trigger::Every(term) => {
                let view = View {
                    history: self,
                    at: super::state::Moment(0),
                };
                let every = view.value(term, &binding_of(self, instance));
                every.map_or_else(String::new, |every| format!("every {}", view.spelled(&every)))
            }
            _ => String::new(),
        }
    }

    /// A fact of `start:`.
    pub fn at_start(&self, fact: &GroundFact) -> Because {
        let same = |args: &[Value]| {
            let args = args.iter().map(GroundValue::of).collect::<Option<_>>();
            args.is_some_and(|args| self.canonical(fact.fact, args) == fact.args)
        };
        let entry = self.model.start.iter().find(|(initial, _)| match initial {
            Initial::Fact(id, args, _) => *id == fact.fact && same(args),
            Initial::Measure(..) => false,
        });
        match entry {
            Some((_, about)) => self.written(BecauseKind::Start, "it stands in `start:`", about),
            None => Because::new(BecauseKind::Start, "it holds from the start"),
        }
    }

    /// A measure's value before the first day.
    pub fn amount_from_start(&self, measure: &GroundMeasure) -> Because {
        let entry = self.model.start.iter().find(|(initial, _)| match initial {
            Initial::Measure(id, args, _) => {
                *id == measure.measure
                    && args
                        .iter()
                        .map(GroundValue::of)
                        .eq(measure.args.iter().cloned().map(Some))
            }
            Initial::Fact(..) => false,
        });
        match entry {
            Some((_, about)) => self.written(BecauseKind::Start, "it stands in `start:`", about),
            None => {
                let about = &self.model.measures[measure.measure].about;
                self.written(BecauseKind::Start, "it is the default", about)
            }
        }
    }

    /// An entity's attributes as a reason.
    pub fn as_written(&self, entity: Option<EntityId>) -> Because {
        match entity.and_then(|entity| self.model.entities.find(entity)) {
            Some(entity) => self.written(BecauseKind::Written, "as written", &entity.about),
            None => Because::new(BecauseKind::Written, "as written"),
        }
    }
}

impl View<'_, '_> {
    /// The entity whose attribute a written condition reads first.
    pub fn owner(&self, term: &Term, env: &Env) -> Option<EntityId> {
        let mut found = None;
        term.walk(&mut |part| {
            if let (None, TermKind::Attribute(base, _)) = (found, &part.kind)
                && let Some(Value::Entity(entity)) = self.value(base, env)
            {
                found = Some(entity);
            }
        });
        found
    }

    /// Whether the term never changes in a run.
    pub fn is_written(&self, term: &Term, env: &Env) -> bool {
        !term.any(&mut |part| match &part.kind {
            kind if kind.reads_the_state() => true,
            TermKind::Attribute(base, attribute) => match self.value(base, env) {
                Some(Value::Entity(entity)) => matches!(
                    self.history.model.entities[entity].values.get(attribute),
                    Some(AttributeValue::Condition(condition)) if !self.is_written(condition, &Env::new())
                ),
                // Inside a quantifier the base is not known yet.
                _ => part.ty == crate::model::Type::Boolean,
            },
            _ => false,
        })
    }

    /// Whether a written condition says more than which values the variables have.
    pub fn is_telling(&self, term: &Term) -> bool {
        term.any(&mut |part| {
            matches!(
                part.kind,
                TermKind::Attribute(..) | TermKind::Assumption(..) | TermKind::Quantifier(_)
            )
        })
    }
}

/// ` (article P3, article P4)`; empty without sources.
pub(super) fn in_brackets(sources: &[String]) -> String {
    if sources.is_empty() {
        String::new()
    } else {
        format!(" ({})", sources.join(", "))
    }
}
