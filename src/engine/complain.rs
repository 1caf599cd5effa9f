//! Faults of a run in the author's words, with the path of the day.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::diagnostic::{Label, Span};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::WordId;
use crate::program::{
    ChoiceId, Compiled, GroundArgs, GroundEventId, InstanceId, NumberFault, SettlementId, spell,
};

use super::fault::{Fault, RunError};
use super::places::{self, Reader};
use super::trace::{Entry, LONGEST, Trace, What};

/// Puts a fault in words, on the last day of a trace.
pub(crate) fn run_error(compiled: &Compiled, fault: &Fault, trace: &Trace) -> RunError {
    let day = trace
        .entries
        .last()
        .map_or(compiled.program().period.0, |entry| entry.day);
    run_error_on(compiled, fault, day, trace)
}

/// Puts a fault of one day in words.
pub(crate) fn run_error_on(compiled: &Compiled, fault: &Fault, day: Day, trace: &Trace) -> RunError {
    let speak = Speak { compiled };
    let mut path = Vec::new();
    // A run that is too long is at fault as a whole, and not on its last day.
    let fault = &match fault {
        Fault::TooLong { source, open } => Fault::TooLong {
            source: source.or_else(|| busiest(trace).filter(|_| open.is_none())),
            open: *open,
        },
        other => other.clone(),
    };
    let of_day = |entry: &&Entry| entry.day == day && !matches!(fault, Fault::TooLong { .. });
    for entry in trace.entries.iter().filter(of_day) {
        match &entry.what {
            What::Happened { event, .. } => {
                path.push(format!("wave {}: {}", entry.wave, speak.event(*event)));
            }
            What::Void { event, .. } => {
                path.push(format!("wave {}: void: {}", entry.wave, speak.event(*event)))
            }
            What::Fired { instance, .. } => {
                path.push(format!("wave {}: {}", entry.wave, speak.rule(*instance)))
            }
            _ => {}
        }
    }
    let (code, message, help) = speak.fault(fault);
    RunError {
        message: format!("{day}: {message}"),
        code,
        day,
        help,
        path: path.into(),
        places: speak.places(fault).into(),
        sources: Box::new(compiled.model().sources.clone()),
    }
}

/// The instance that fired most often.
fn busiest(trace: &Trace) -> Option<InstanceId> {
    let mut fired: BTreeMap<InstanceId, usize> = BTreeMap::new();
    for entry in &trace.entries {
        if let What::Fired { instance, .. } = &entry.what {
            *fired.entry(*instance).or_default() += 1;
        }
    }
    let most = fired.into_iter().max_by_key(|(id, times)| (*times, Reverse(*id)));
    most.map(|(id, _)| id)
}

struct Speak<'c> {
    compiled: &'c Compiled,
}

impl Speak<'_> {
    fn atom(&self, name: &str, args: &GroundArgs) -> String {
        spell(self.compiled.model(), name, args)
    }

    fn event(&self, id: GroundEventId) -> String {
        let key = &self.compiled.program().events[id].key;
        self.atom(&self.compiled.model().events[key.event].name, &key.args)
    }

    /// A rule with its binding: ``rule `casus_foederis` (g = germany, s = ukraine)``.
    fn rule(&self, id: InstanceId) -> String {
        let model = self.compiled.model();
        let instance = &self.compiled.program().instances[id];
        let rule = &model.rules[instance.rule];
        let binding: Vec<String> = rule
            .variables
            .values()
            .zip(&instance.binding)
            .map(|(variable, entity)| format!("{} = {}", variable.name, model.entities[*entity].id))
            .collect();
        if binding.is_empty() {
            format!("rule `{}`", rule.name)
        } else {
            format!("rule `{}` ({})", rule.name, binding.join(", "))
        }
    }

    fn settlement(&self, id: SettlementId) -> String {
        let settlement = &self.compiled.program().settlements[id];
        self.atom(
            &self.compiled.model().branchings[settlement.branching].name,
            &settlement.args,
        )
    }

    fn word(&self, id: WordId) -> &str {
        &self.compiled.model().words[id]
    }

    fn words(&self, words: &[WordId]) -> String {
        words
            .iter()
            .map(|word| format!("`{}`", self.word(*word)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The rules at fault, the one to look at first.
    fn places(&self, fault: &Fault) -> Vec<Label> {
        let program = self.compiled.program();
        let choice = |id: ChoiceId| program.choices[id].source;
        let rules: Vec<InstanceId> = match fault {
            Fault::StartAndEnd { starts, ends, .. } => vec![*starts, *ends],
            Fault::Measure { one, other, .. } => vec![one.0, other.0],
            Fault::Loop { instance, fired } => {
                let from = fired.iter().position(|other| other == instance).unwrap_or(0);
                [*instance]
                    .into_iter()
                    .chain(fired.iter().skip(from + 1).copied())
                    .collect()
            }
            Fault::Probability { source, .. }
            | Fault::Disagreement { source, .. }
            | Fault::Amount { source, .. } => {
                vec![*source]
            }
            Fault::Closed { choice: id, .. } | Fault::Undecided { choice: id } => vec![choice(*id)],
            Fault::Condition { node, .. } => match places::reader(self.compiled, *node) {
                Some(Reader::Instance(id)) => vec![id],
                Some(Reader::Other(_, span)) => {
                    return vec![Label {
                        span,
                        text: String::new(),
                    }];
                }
                None => Vec::new(),
            },
            Fault::TooLong { source, .. } => source.iter().copied().collect(),
        };
        let mut spans: Vec<Span> = Vec::new();
        for id in rules {
            let span = places::of_rule(self.compiled, program.instances[id].rule);
            if !spans.contains(&span) {
                spans.push(span);
            }
        }
        spans
            .into_iter()
            .map(|span| Label {
                span,
                text: String::new(),
            })
            .collect()
    }

    /// How a conflict of two instances is mended. `overrides:` helps only between two rules.
    fn say_which(&self, one: InstanceId, other: InstanceId) -> String {
        let rule = |id: InstanceId| self.compiled.program().instances[id].rule;
        if rule(one) == rule(other) {
            String::from("give the rule a condition that holds for one of them only")
        } else {
            String::from(
                "say which one prevails with `overrides:` in one of the rules, or give them different conditions",
            )
        }
    }

    fn fault(&self, fault: &Fault) -> (&'static str, String, Vec<String>) {
        let (program, model) = (self.compiled.program(), self.compiled.model());
        match fault {
            Fault::StartAndEnd { atom, starts, ends } if starts == ends => {
                let fact = &program.atoms[*atom].fact;
                let fact = self.atom(&model.facts[fact.fact].name, &fact.args);
                let message = format!("{} both starts and ends `{fact}`", self.rule(*starts));
                (
                    "R0901",
                    message,
                    vec![String::from(
                        "leave one of the two out, or give each a rule of its own",
                    )],
                )
            }
            Fault::StartAndEnd { atom, starts, ends } => {
                let fact = &program.atoms[*atom].fact;
                let fact = self.atom(&model.facts[fact.fact].name, &fact.args);
                let message = format!(
                    "`{fact}` is both started by {} and ended by {}",
                    self.rule(*starts),
                    self.rule(*ends)
                );
                ("R0901", message, vec![self.say_which(*starts, *ends)])
            }
            Fault::Measure { slot, one, other } => {
                let measure = &program.slots[*slot].measure;
                let measure = self.atom(&model.measures[measure.measure].name, &measure.args);
                let does = match other.1 {
                    Some(value) => format!("sets it to {value}"),
                    None => String::from("adds to it"),
                };
                let (rule, value) = (self.rule(one.0), one.1);
                if one.0 == other.0 {
                    let message = format!("{rule} sets `{measure}` to {value} and also {does}");
                    return (
                        "R0902",
                        message,
                        vec![String::from("a rule gives a measure one value at a time")],
                    );
                }
                let message = format!(
                    "{rule} sets `{measure}` to {value} while {} {does}",
                    self.rule(other.0)
                );
                ("R0902", message, vec![self.say_which(one.0, other.0)])
            }
            Fault::Loop { instance, fired } => {
                let from = fired.iter().position(|other| other == instance).unwrap_or(0);
                let mut round: Vec<String> = fired
                    .iter()
                    .skip(from)
                    .map(|instance| self.rule(*instance))
                    .collect();
                round.push(self.rule(*instance));
                let message = format!(
                    "a `when:` rule would fire twice on one day: {}",
                    round.join(", then ")
                );
                (
                    "R0903",
                    message,
                    vec![String::from(
                        "let what follows happen `after: 1 day`, or make the condition stay true",
                    )],
                )
            }
            Fault::Probability {
                settlement,
                source,
                branches,
            } => {
                if let Some((word, _)) = branches.iter().find(|(_, p)| p.is_nan()) {
                    let message = format!(
                        "the probability of `{}` of `{}` in {} divides by zero",
                        self.word(*word),
                        self.settlement(*settlement),
                        self.rule(*source)
                    );
                    return ("R0904", message, number_help(NumberFault::DivisionByZero));
                }
                let numbers: Vec<String> = branches
                    .iter()
                    .map(|(word, p)| format!("`{}` {p}", self.word(*word)))
                    .collect();
                let message = format!(
                    "the probabilities of `{}` in {} are no distribution: {}",
                    self.settlement(*settlement),
                    self.rule(*source),
                    numbers.join(", ")
                );
                let help = "each must be between 0 and 1 and together they must make 1; bound them with `min(1, max(0, ...))` or let one branch be `p: rest`";
                ("R0904", message, vec![help.to_owned()])
            }
            Fault::Disagreement { settlement, source } => {
                let message = format!(
                    "{} draws `{}` with other probabilities than a rule before it on the same day",
                    self.rule(*source),
                    self.settlement(*settlement)
                );
                (
                    "R0905",
                    message,
                    vec![String::from(
                        "one name is one draw a day; give the chances different names or arguments",
                    )],
                )
            }
            Fault::Closed { choice, word, open } => {
                let choice = &program.choices[*choice];
                let message = format!(
                    "the option `{}` of `{}` is closed; open are {}",
                    self.word(*word),
                    self.settlement(choice.settlement),
                    self.words(open)
                );
                let help = "write the default as a rule of thumb: `if condition then option else other`";
                ("R0906", message, vec![help.to_owned()])
            }
            Fault::Undecided { choice } => {
                let choice = &program.choices[*choice];
                let options: Vec<WordId> = choice.options.iter().map(|option| option.word).collect();
                let name = self.settlement(choice.settlement);
                let message = format!(
                    "nobody settles the choice `{name}` of {}; its options are {}",
                    model.entities[choice.by].id,
                    self.words(&options)
                );
                let help = format!(
                    "give it a `default:`, or settle it in the scenario: `fix: {{ \"{name}\": option }}`"
                );
                ("R0907", message, vec![help])
            }
            Fault::Condition { node, fault } => {
                let place = match places::reader(self.compiled, *node) {
                    Some(Reader::Instance(id)) => format!(" in {}", self.rule(id)),
                    Some(Reader::Other(what, _)) => format!(" in {what}"),
                    None => String::new(),
                };
                (
                    "R0908",
                    format!("a condition{place} {}", number_fault(*fault)),
                    number_help(*fault),
                )
            }
            Fault::Amount {
                source,
                fault,
                number,
            } => {
                debug_assert!(number.index() < program.numbers.len());
                (
                    "R0909",
                    format!("an amount in {} {}", self.rule(*source), number_fault(*fault)),
                    number_help(*fault),
                )
            }
            Fault::TooLong { source, open } => {
                let busy = source.map(|id| self.rule(id));
                let message = match (open, busy) {
                    (Some(open), Some(rule)) => {
                        format!("{open} duties and events are open at once, most of them from {rule}")
                    }
                    (Some(open), None) => format!("{open} duties and events are open at once"),
                    (None, Some(rule)) => {
                        format!("more happens than can be told ({LONGEST} entries); most often {rule} fires")
                    }
                    (None, None) => format!("more happens than can be told ({LONGEST} entries)"),
                };
                let help = match open {
                    Some(_) => {
                        "each is looked at on every day: give them a deadline or a `while:`, or let fewer arise"
                    }
                    None => {
                        "shorten the period or let the rule tick less often; `outcomes` keeps no story and has no such limit"
                    }
                };
                ("R0910", message, vec![help.to_owned()])
            }
        }
    }
}

fn number_fault(fault: NumberFault) -> &'static str {
    match fault {
        NumberFault::DivisionByZero => "divides by zero",
        NumberFault::OutOfRange => "leaves the range of numbers",
    }
}

fn number_help(fault: NumberFault) -> Vec<String> {
    match fault {
        NumberFault::DivisionByZero => vec![String::from(
            "guard it: `if b == 0 then 0 else a / b`; a condition beside it does not, since all of them are worked out",
        )],
        NumberFault::OutOfRange => vec![String::from(
            "numbers reach to about nine million million; bound the amount with `min` and `max`",
        )],
    }
}
