//! What authors write where the format has another word or another shape, and how it is written instead.

use super::tree::{Node, Value};

/// What to write where a key is missing whose name does not say it. `what` says whose key it is: "the event `attack`".
pub(super) fn missing(what: &str, key: &str) -> Option<&'static str> {
    Some(match (key, Owner::of(what)) {
        ("of", Owner::Duty) => "say who owes it, as in `of: g`",
        ("of", Owner::Prohibition) => "say whom it binds, as in `of: g`",
        ("by", Owner::Choice) => "say who chooses, as in `by: russia`",
        ("by", Owner::Effect) => {
            "say by how much, as in `by: one_step`; what falls has a minus, `by: -one_step`"
        }
        ("to", Owner::Effect) => "say which value it takes, as in `to: 0`",
        ("is", Owner::Event) => {
            "write `is: physical` for what always takes effect, `is: institutional` for an act that `requires:` \
             something, `is: signal` for words"
        }
        ("is", Owner::Outcome) => "say what is asked of a story, as in `is: \"ever(attack(_, ukraine))\"`",
        ("value", _) => "write `{ value: 0.3, range: [ 0.1, 0.5 ], why: ... }`",
        ("on", _) => "say on which day, as in `on: 2030-03-01`",
        ("happen", _) => "say which event happens, as in `happen: sign(treaty)`",
        ("from" | "to", Owner::Measure) => "a measure runs between two bounds, as in `from: 0, to: 1`",
        ("branches", _) => {
            "a chance has branches, each with its probability: `branches: { yes: { p: consent(g) }, no: { p: rest } }`"
        }
        ("options", _) => "a choice has options: `options: { open: { then: [ ... ] }, keep: {} }`",
        ("p", Owner::Branch) => "say how likely it is, as in `p: consent(g)`; one branch may have `p: rest`",
        ("title", Owner::Source) => "say what the source is, as in `title: \"Draft treaty of March 2022\"`",
        ("type", _) => "say what it holds, as in `type: actor` or `type: duration`",
        ("says", _) => "say it as a clause in the present tense, as in `says: \"{who} attacks {whom}\"`",
        _ => return None,
    })
}

/// The remedy for a key that is not known here but stands for something that can be said otherwise.
pub(super) fn meant(what: &str, key: &str) -> Option<&'static str> {
    Some(match (Owner::of(what), key) {
        (Owner::Rule, "unless" | "if_not" | "not") => {
            "what must not hold is a condition too: `if: not in_force(treaty)`"
        }
        (Owner::Rule, "after" | "delay" | "within" | "in") => {
            "a rule fires at once; `after:` stands with an effect, below its `happen:`"
        }
        (Owner::Rule, "else" | "otherwise") => {
            "a rule has no `else:`: write a second rule with `if: not ...`; below a `duty:`, `else:` says what its breach leads to"
        }
        (Owner::Rule, "foreach" | "for_each" | "for_all" | "forall" | "each" | "variables" | "where") => {
            "variables are declared under `for:`, as in `for: { p: guarantee }`"
        }
        (Owner::Rule, "do" | "does" | "effect" | "effects" | "action" | "actions" | "result") => {
            "what follows stands under `then:`, each effect with `- `"
        }
        (Owner::Rule, "condition" | "conditions" | "requires") => "conditions stand under `if:`",
        (Owner::Rule, "event" | "trigger" | "upon") => "the event that sets a rule off stands under `on:`",
        (
            Owner::Rule,
            "duty" | "forbid" | "happen" | "start" | "end" | "set" | "add" | "chance" | "choice",
        ) => "an effect stands in the list under `then:`, with `- ` before it",
        (Owner::Option, "p" | "probability" | "prob") => {
            "what somebody decides has no probability: `outcomes` tells the range over the options; what nobody decides is \
             a `chance:` with `branches:`"
        }
        (Owner::Branch, "probability" | "prob" | "chance" | "likelihood" | "weight") => {
            "the probability of a branch stands under `p:`"
        }
        (Owner::Chance, "p" | "then" | "probability") => {
            "probabilities and effects stand in the branches: `branches: { yes: { p: consent(g), then: [ ... ] }, no: { p: rest } }`"
        }
        (Owner::Chance, "options") => "a chance has `branches:`; `options:` belong to a `choice:`",
        (Owner::Choice, "branches") => "a choice has `options:`; `branches:` belong to a `chance:`",
        (Owner::Choice, "of" | "who" | "actor") => "who chooses stands under `by:`",
        (Owner::Duty, "deadline" | "by" | "until" | "in" | "before_date" | "term") => {
            "a deadline is `within: 30 days`, `due: 2031-07-01`, or `before:` an event"
        }
        (Owner::Duty, "who" | "actor") => "who owes it stands under `of:`",
        (Owner::Assumption, "min" | "max" | "low" | "high" | "from" | "to" | "lower" | "upper") => {
            "both ends stand in one list: `range: [ 0.1, 0.5 ]`"
        }
        (Owner::Assumption, "reason" | "because" | "comment" | "justification") => {
            "the reason stands under `why:`"
        }
        (Owner::Scripted, "date" | "day" | "when" | "at") => "the day stands under `on:`",
        (Owner::Scripted, "event" | "act" | "what" | "does") => "the event stands under `happen:`",
        (Owner::Scripted, "start" | "end" | "set" | "add") => {
            "on a day of the timeline an event happens; a fact begins under `start:`, before the first day, or by a rule \
             `on:` that event"
        }
        (Owner::Outcome | Owner::Claim, "value" | "expression" | "question" | "what" | "ask") => {
            "what is asked stands under `is:`"
        }
        (Owner::Event | Owner::Fact, "arguments" | "params" | "parameters" | "with") => {
            "arguments stand under `args:`, as in `args: { who: actor }`"
        }
        (Owner::Event, "type" | "kind" | "class") => {
            "what sort of event it is stands under `is:`: `physical`, `institutional` or `signal`"
        }
        (Owner::Event, "if" | "when" | "needs") => {
            "what an institutional event needs stands under `requires:`"
        }
        (Owner::Kind, "parent" | "extends" | "type" | "kind" | "is") => {
            "what it is a sort of stands under `is_a:`"
        }
        (Owner::Kind, "fields" | "properties" | "args" | "has") => "what it has stands under `attributes:`",
        (Owner::Measure, "min" | "max" | "range" | "low" | "high") => "its bounds are `from:` and `to:`",
        _ => return None,
    })
}

/// How something is written that was written in another shape. `what` says what it is: "`args`", "the outcome `fished`".
pub(super) fn shape(what: &str, node: &Node, expected: &str) -> Option<String> {
    let name = what.split('`').nth(1).unwrap_or("x");
    let written = node.as_text().filter(|text| !text.contains('\n'));
    let list = matches!(node.value, Value::List(_));
    if !expected.starts_with("a map") {
        return None;
    }
    Some(match Owner::of(what) {
        Owner::Outcome => format!("write `{name}: {{ is: \"{}\", says: \"...\" }}`", written?),
        Owner::Source => format!("write `{name}: {{ title: \"{}\" }}`", written?),
        Owner::Scripted => "write `{ on: 2030-03-01, happen: sign(treaty) }`".to_owned(),
        Owner::Rule | Owner::Fact | Owner::Event | Owner::Measure | Owner::Kind => return None,
        Owner::Other if what == "`args`" => "name each argument, as in `args: { who: actor }`".to_owned(),
        Owner::Other if what == "`attributes`" => {
            "give each attribute a name and a type, as in `attributes: { by: actor, within: duration }`".to_owned()
        }
        Owner::Other if what == "the period" => "write `period: { from: 2030-01-01, to: 2039-12-31 }`".to_owned(),
        Owner::Other if what == "`start`" => match written {
            Some(fact) => format!("write `start: {{ \"{fact}\": true }}`"),
            None => "each line is a fact or a measure with its value, as in `at_war(russia, ukraine): true`".to_owned(),
        },
        Owner::Other if what == "`fix`" => {
            "each line is a chance or a choice and how it falls, as in `vote_in_legislature(usa, treaty): refuses`".to_owned()
        }
        Owner::Other if list && what.starts_with('`') => {
            "begin each entry with its name and a colon, as in `russia: { ... }`, not with `- `".to_owned()
        }
        _ => return None,
    })
}

/// Whose keys are spoken of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Owner {
    Assumption,
    Branch,
    Chance,
    Choice,
    Claim,
    Duty,
    Effect,
    Event,
    Fact,
    Kind,
    Measure,
    Option,
    Other,
    Outcome,
    Prohibition,
    Rule,
    Scripted,
    Source,
}

impl Owner {
    fn of(what: &str) -> Owner {
        if what.ends_with("of the timeline") {
            return Owner::Scripted;
        }
        let word = what.strip_prefix("the ").and_then(|rest| rest.split(' ').next());
        match word {
            Some("assumption") => Owner::Assumption,
            Some("branch") => Owner::Branch,
            Some("chance") => Owner::Chance,
            Some("choice") => Owner::Choice,
            Some("claim") => Owner::Claim,
            Some("duty") => Owner::Duty,
            Some("effect") => Owner::Effect,
            Some("event") => Owner::Event,
            Some("fact") => Owner::Fact,
            Some("kind") => Owner::Kind,
            Some("measure") => Owner::Measure,
            Some("option") => Owner::Option,
            Some("outcome") => Owner::Outcome,
            Some("prohibition") => Owner::Prohibition,
            Some("rule") => Owner::Rule,
            Some("source") => Owner::Source,
            _ => Owner::Other,
        }
    }
}
