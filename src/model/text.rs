//! Values, atoms and phrases in words: one way of saying them, for every report.

use super::{EntityId, Event, Fact, Model, Phrase, PhrasePart, Term, TermKind, Value, VariableId};
use crate::ids::Id as _;
use crate::model::resolve::constant::evaluate;

impl Model {
    /// What texts call an entity: its name, or else its id.
    pub fn describe(&self, entity: EntityId) -> &str {
        match self.entities.find(entity) {
            Some(entity) => entity.about.name.as_deref().unwrap_or(&entity.id),
            None => "",
        }
    }

    /// A value for people: names of entities, "A, B and C" for sets, "15 years", "2022-03-29", "0.7".
    pub fn value_words(&self, value: &Value) -> String {
        match value {
            Value::Word(word) => self
                .words
                .find(*word)
                .map_or_else(String::new, |word| word.replace('_', " ")),
            Value::Entity(id) => self.describe(*id).to_owned(),
            Value::Set(members) => listed(
                &members
                    .iter()
                    .map(|id| self.describe(*id).to_owned())
                    .collect::<Vec<_>>(),
            ),
            value => self.value_text(value),
        }
    }

    /// A value as an author writes it: ids of entities, sets as `[a, b]` in canonical order.
    pub fn value_text(&self, value: &Value) -> String {
        match value {
            Value::Number(number) => number.to_string(),
            Value::Boolean(truth) => truth.to_string(),
            Value::Text(text) => text.clone(),
            Value::Date(day) => day.to_string(),
            Value::Duration(duration) => duration.to_string(),
            Value::Word(word) => self.words.find(*word).cloned().unwrap_or_default(),
            Value::Entity(id) => self.entity_id(*id).to_owned(),
            Value::Set(members) => {
                let members: Vec<&str> = members.iter().map(|id| self.entity_id(*id)).collect();
                format!("[{}]", members.join(", "))
            }
        }
    }

    /// An atom as an author writes it: `at_war(russia, ukraine)`, `vote(_, treaty)`; bare without arguments.
    pub fn atom_text(&self, name: &str, args: &[Option<Value>]) -> String {
        if args.is_empty() {
            return name.to_owned();
        }
        let word = |value: &Value| match value {
            Value::Word(word) => self.words.find(*word).cloned().unwrap_or_default(),
            value => self.value_text(value),
        };
        let args: Vec<String> = args
            .iter()
            .map(|arg| arg.as_ref().map_or_else(|| "_".to_owned(), word))
            .collect();
        format!("{name}({})", args.join(", "))
    }

    /// A phrase with its places filled. `binding` gives the variables of the element that the phrase belongs to; a place
    /// that cannot be filled prints as `...`. An optional part is left out if every place in it has its default.
    pub fn phrase(&self, phrase: &Phrase, binding: &dyn Fn(VariableId) -> Option<Value>) -> String {
        let mut text = String::new();
        self.fill(&phrase.parts, binding, &mut text);
        text
    }

    /// Appends the parts and returns whether any place holds something else than its default.
    fn fill(
        &self,
        parts: &[PhrasePart],
        binding: &dyn Fn(VariableId) -> Option<Value>,
        text: &mut String,
    ) -> bool {
        let mut telling = false;
        for part in parts {
            match part {
                PhrasePart::Text(words) => text.push_str(words),
                PhrasePart::Slot { term, default } => {
                    let value = self.slot(term, binding);
                    telling |= value.is_none() || value != *default;
                    text.push_str(&value.map_or_else(|| "...".to_owned(), |value| self.value_words(&value)));
                }
                PhrasePart::Optional(parts) => {
                    let before = text.len();
                    if self.fill(parts, binding, text) {
                        telling = true;
                    } else {
                        text.truncate(before);
                    }
                }
            }
        }
        telling
    }

    fn slot(&self, term: &Term, binding: &dyn Fn(VariableId) -> Option<Value>) -> Option<Value> {
        match &term.kind {
            TermKind::Variable(id) => binding(*id),
            _ => evaluate(term, self, binding)?.ok(),
        }
    }

    /// A fact with its arguments in words: its `says:`, or else `at_war(russia, ukraine)`.
    pub fn fact_text(&self, fact: &Fact, args: &[Value]) -> String {
        self.said(fact.says.as_ref(), &fact.name, args)
    }

    /// An event with its arguments in words.
    pub fn event_text(&self, event: &Event, args: &[Value]) -> String {
        self.said(event.says.as_ref(), &event.name, args)
    }

    /// Anything declared with arguments, in words.
    pub(crate) fn said(&self, says: Option<&Phrase>, name: &str, args: &[Value]) -> String {
        match says {
            Some(phrase) => self.phrase(phrase, &|id| args.get(id.index()).cloned()),
            None => self.atom_text(name, &args.iter().cloned().map(Some).collect::<Vec<_>>()),
        }
    }
}

/// "A, B and C"; "nobody" would presume persons, so an empty list is "none".
fn listed(all: &[String]) -> String {
    match all {
        [] => "none".to_owned(),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
