//! Conditions and amounts in words, under a binding, with the values they had.

use crate::language::ast::QuantifierKind;
use crate::model::{
    Argument, Comparison, NormWord, Operator, Phrase, Quantifier, Term, TermKind, Type, Value,
};
use crate::program::{GroundEventId, GroundFact, GroundMeasure, spell};

use super::state::History;
use super::terms::{Env, View, bound, env_of};

impl History<'_> {
    /// A phrase under an environment.
    pub fn say(&self, phrase: &Phrase, env: &Env) -> String {
        self.model.phrase(phrase, &|id| {
            env.get(crate::ids::Id::index(id)).cloned().flatten()
        })
    }

    fn said(&self, says: Option<&Phrase>, name: &str, env: &Env) -> String {
        match says {
            Some(says) => self.say(says, env),
            None => self.model.atom_text(name, env),
        }
    }

    /// A fact in words.
    pub fn fact_words(&self, fact: &GroundFact) -> String {
        let declared = &self.model.facts[fact.fact];
        self.said(declared.says.as_ref(), &declared.name, &env_of(&fact.args))
    }

    /// A fact as an author writes it.
    pub fn fact_atom(&self, fact: &GroundFact) -> String {
        spell(self.model, &self.model.facts[fact.fact].name, &fact.args)
    }

    /// An event in words.
    pub fn event_words(&self, event: GroundEventId) -> String {
        let key = &self.program.events[event].key;
        let declared = &self.model.events[key.event];
        // A norm that stands under nothing leaves the last place of `breach` empty.
        if key.args.iter().any(|arg| arg.value().is_none()) {
            return self.event_atom(event);
        }
        self.said(declared.says.as_ref(), &declared.name, &env_of(&key.args))
    }

    /// An event as an author writes it.
    pub fn event_atom(&self, event: GroundEventId) -> String {
        let key = &self.program.events[event].key;
        spell(self.model, &self.model.events[key.event].name, &key.args)
    }

    /// A measure in words.
    pub fn measure_words(&self, measure: &GroundMeasure) -> String {
        let declared = &self.model.measures[measure.measure];
        self.said(declared.says.as_ref(), &declared.name, &env_of(&measure.args))
    }
}

impl View<'_, '_> {
    /// A condition as a clause.
    pub fn clause(&self, term: &Term, env: &Env) -> String {
        let model = self.history.model;
        match &term.kind {
            TermKind::Fact(id, args) => {
                let fact = &model.facts[*id];
                if args.iter().all(Option::is_some) {
                    let args: Env = args.iter().flatten().map(|arg| self.value(arg, env)).collect();
                    self.history.said(fact.says.as_ref(), &fact.name, &args)
                } else {
                    self.call(&fact.name, args, env)
                }
            }
            TermKind::Norm(word, who, under) => {
                let name = |argument: &Argument| match self.entity(argument, env) {
                    Some(Some(entity)) => Some(model.describe(entity).to_owned()),
                    _ => None,
                };
                let who = name(who).unwrap_or_else(|| "somebody".to_owned());
                let under = name(under).map_or_else(String::new, |under| format!(" under {under}"));
                match word {
                    NormWord::Owed => format!("{who} has an open duty{under}"),
                    NormWord::Met => format!("{who} has met a duty{under}"),
                    NormWord::Broken => format!("{who} has broken its word{under}"),
                }
            }
            TermKind::Not(inner) => format!("not ({})", self.clause(inner, env)),
            TermKind::And(parts) => self.joined(parts, " and ", env),
            TermKind::Or(parts) => self.joined(parts, " or ", env),
            TermKind::Compare(op, a, b) => {
                format!("{} {} {}", self.amount(a, env), sign(*op), self.amount(b, env))
            }
            TermKind::In(a, set) => match self.value(a, env) {
                Some(Value::Entity(entity)) => {
                    format!("{} is among {}", model.describe(entity), self.path(set, env))
                }
                _ => format!("{} is among {}", self.path(a, env), self.path(set, env)),
            },
            TermKind::If(condition, a, b) => format!(
                "if {} then {} else {}",
                self.clause(condition, env),
                self.clause(a, env),
                self.clause(b, env)
            ),
            TermKind::Quantifier(quantifier) => {
                let each = self.each(quantifier, env);
                let set = self.path(&quantifier.set, env);
                match quantifier.kind {
                    QuantifierKind::All => format!("of all in {set}: {each}"),
                    _ => format!("of some in {set}: {each}"),
                }
            }
            TermKind::Attribute(..) => format!("`{}`", self.path(term, env)),
            _ => self.amount(term, env),
        }
    }

    fn joined(&self, parts: &[Term], by: &str, env: &Env) -> String {
        parts
            .iter()
            .map(|part| self.clause(part, env))
            .collect::<Vec<_>>()
            .join(by)
    }

    /// What a quantifier asks of each member, with its kind in place of its name.
    pub fn each(&self, quantifier: &Quantifier, env: &Env) -> String {
        let kind = match quantifier.set.ty {
            Type::Set(kind) => self.history.model.kinds[kind].name.replace('_', " "),
            _ => String::from("member"),
        };
        let inner = bound(env, quantifier.variable, Value::Text(format!("the {kind}")));
        let condition = quantifier
            .condition
            .as_ref()
            .map(|condition| self.clause(condition, &inner));
        let body = quantifier.body.as_ref().map(|body| self.clause(body, &inner));
        match (condition, body) {
            (Some(condition), Some(body)) => format!("if {condition}, then {body}"),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => String::from("any"),
        }
    }

    fn call(&self, name: &str, args: &[Argument], env: &Env) -> String {
        let args: Vec<Option<Value>> = args
            .iter()
            .map(|arg| arg.as_ref().and_then(|arg| self.value(arg, env)))
            .collect();
        self.history.model.atom_text(name, &args)
    }

    /// A term that leads to an entity, a set or a written value, as an author would write it.
    pub fn path(&self, term: &Term, env: &Env) -> String {
        let model = self.history.model;
        match &term.kind {
            TermKind::Attribute(base, attribute) => {
                let name = model.attributes.find(*attribute).map_or("", String::as_str);
                format!("{}.{name}", self.path(base, env))
            }
            TermKind::Members(kind) => format!("kind {}", model.kinds[*kind].name),
            _ => match self.value(term, env) {
                Some(value) => self.spelled(&value),
                None => String::from("..."),
            },
        }
    }

    /// A value as an author writes it.
    pub fn spelled(&self, value: &Value) -> String {
        let model = self.history.model;
        match value {
            Value::Word(word) => model.words.find(*word).cloned().unwrap_or_default(),
            value => model.value_text(value),
        }
    }

    /// An amount with its value: `losses of Russia (0.62)`.
    pub fn amount(&self, term: &Term, env: &Env) -> String {
        let model = self.history.model;
        let valued = |text: String| match self.value(term, env) {
            Some(value) => format!("{text} ({})", self.spelled(&value)),
            None => text,
        };
        let values = |args: &[Term]| -> Env { args.iter().map(|arg| self.value(arg, env)).collect() };
        match &term.kind {
            TermKind::Attribute(..) if matches!(term.ty, Type::Number | Type::Date | Type::Duration) => {
                valued(self.path(term, env))
            }
            TermKind::Attribute(..) | TermKind::Variable(_) | TermKind::Value(_) => self.path(term, env),
            TermKind::Measure(id, args) => {
                let measure = &model.measures[*id];
                valued(
                    self.history
                        .said(measure.says.as_ref(), &measure.name, &values(args)),
                )
            }
            TermKind::Quantity(id, args) => {
                let quantity = &model.quantities[*id];
                valued(
                    self.history
                        .said(quantity.says.as_ref(), &quantity.name, &values(args)),
                )
            }
            TermKind::Assumption(id, args) => {
                valued(model.atom_text(&model.assumptions[*id].name, &values(args)))
            }
            TermKind::Arithmetic(op, a, b) => {
                format!(
                    "({} {} {})",
                    self.amount(a, env),
                    operator(*op),
                    self.amount(b, env)
                )
            }
            TermKind::Negate(inner) => format!("-{}", self.amount(inner, env)),
            TermKind::Min(parts) => format!("the least of {}", self.list(parts, env)),
            TermKind::Max(parts) => format!("the greatest of {}", self.list(parts, env)),
            TermKind::Size(set) => valued(format!("the size of {}", self.path(set, env))),
            TermKind::Over(rate, time) => valued(format!(
                "{} over {}",
                self.amount(rate, env),
                self.amount(time, env)
            )),
            TermKind::Quantifier(quantifier) if quantifier.kind == QuantifierKind::Count => valued(format!(
                "the number in {} of which {}",
                self.path(&quantifier.set, env),
                self.each(quantifier, env)
            )),
            TermKind::Quantifier(quantifier) if quantifier.kind == QuantifierKind::Sum => {
                valued(format!("the sum over {}", self.path(&quantifier.set, env)))
            }
            TermKind::If(condition, a, b) => self.amount(if self.holds(condition, env) { a } else { b }, env),
            _ if term.ty == Type::Boolean => self.clause(term, env),
            _ => self.path(term, env),
        }
    }

    fn list(&self, parts: &[Term], env: &Env) -> String {
        parts
            .iter()
            .map(|part| self.amount(part, env))
            .collect::<Vec<_>>()
            .join(" and ")
    }
}

/// A comparison as an author writes it.
pub(super) fn sign(comparison: Comparison) -> &'static str {
    match comparison {
        Comparison::Equal => "==",
        Comparison::NotEqual => "!=",
        Comparison::Less => "<",
        Comparison::LessEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterEqual => ">=",
    }
}

fn operator(operator: Operator) -> &'static str {
    match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
    }
}

/// "A, B and C".
pub(super) fn listed(all: &[String]) -> String {
    match all {
        [] => String::from("none"),
        [one] => one.clone(),
        [most @ .., last] => format!("{} and {last}", most.join(", ")),
    }
}
