//! Effects: what follows from a rule, a branch, an option or a breach.
//!
//! `state` has the effects on facts, measures and events, `norms` duties and prohibitions, `settle` chances and choices.

mod norms;
mod settle;
mod state;

use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};
use crate::document::Node;
use crate::language::value::Duration;
use crate::model::resolve::Scope;
use crate::model::{Effect, EffectKind, EventId};

/// What surrounds an effect.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    /// The tick of `every:`, if it is known: a bare rate may be a probability under it.
    pub every: Option<Duration>,
    /// The signal on which the rule fires, if it does: then it changes nothing but posture.
    pub signal: Option<EventId>,
    /// The chance or choice in which the effect stands.
    pub inside: Inside,
}

/// In what an effect stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Inside {
    /// Directly in `then:` of a rule or in `else:` of a norm.
    Body,
    /// In a branch of the chance at that place.
    Chance(Span),
    /// In an option of the choice at that place.
    Choice(Span),
}

impl Context {
    /// The context of a rule's own effects.
    pub fn of_rule() -> Self {
        Context {
            every: None,
            signal: None,
            inside: Inside::Body,
        }
    }

    /// The context of a breach: it comes when it comes, in the rhythm of no rule, and is settled with nothing else.
    fn of_breach(&self) -> Context {
        Context {
            every: None,
            inside: Inside::Body,
            ..*self
        }
    }

    /// The same, one level deeper.
    fn within(&self, inside: Inside) -> Context {
        Context { inside, ..*self }
    }
}

/// The keys that say what an effect does.
const HEADS: [&str; 10] = [
    "start", "end", "set", "add", "happen", "duty", "met_when", "forbid", "chance", "choice",
];

/// A list of effects.
pub(super) fn effects(
    scope: &mut Scope<'_>,
    context: &Context,
    node: &Node,
    out: &mut Diagnostics,
) -> Option<Vec<Effect>> {
    let Some(list) = node.as_list() else {
        let message = format!("effects stand in a list, and this is {}", node.describe());
        out.push(
            Diagnostic::error("E0605", node.span, message)
                .help("begin each effect with `- `, as in `- start: bound(g, p)`"),
        );
        return None;
    };
    let all: Vec<_> = list
        .iter()
        .map(|node| effect(scope, context, node, out))
        .collect();
    all.into_iter().collect()
}

fn effect(scope: &mut Scope<'_>, context: &Context, node: &Node, out: &mut Diagnostics) -> Option<Effect> {
    let head = head(node, out)?;
    let kind = match head {
        "start" => state::start(scope, context, node, out)?,
        "end" => state::end(scope, context, node, out)?,
        "set" | "add" => state::measure(scope, context, head, node, out)?,
        "happen" => state::happen(scope, node, out)?,
        "forbid" => norms::forbid(scope, context, node, out)?,
        "chance" => settle::chance(scope, context, node, out)?,
        "choice" => settle::choice(scope, context, node, out)?,
        _ => norms::duty(scope, context, node, out)?,
    };
    Some(Effect {
        span: node.span,
        kind,
    })
}

/// The key that says what the effect does.
fn head<'t>(node: &'t Node, out: &mut Diagnostics) -> Option<&'t str> {
    let Some(map) = node.as_map() else {
        let message = format!(
            "an effect is a map such as `start: bound(g, p)`, and this is {}",
            node.describe()
        );
        out.push(Diagnostic::error("E0605", node.span, message));
        return None;
    };
    let heads: Vec<_> = map
        .entries
        .iter()
        .filter(|(key, _)| HEADS.contains(&key.as_str()))
        .collect();
    match heads.as_slice() {
        [(key, _)] => return Some(key.as_str()),
        [(one, first), (other, second), ..] => {
            let message = format!("one effect cannot both `{one}` and `{other}`");
            out.push(
                Diagnostic::error("E0605", second.key, message)
                    .also(first.key, "the other one")
                    .help("begin a new list item with `- `"),
            );
        }
        [] => {
            let mut diagnostic =
                Diagnostic::error("E0605", node.span, "this effect does not say what it does");
            let meant = map.entries.keys().find_map(|key| synonym(key));
            let near = map
                .entries
                .iter()
                .find_map(|(key, entry)| Some((suggest(key, HEADS)?, entry.key)));
            diagnostic = match near {
                _ if meant.is_some() => diagnostic.help(meant.unwrap_or_default()),
                Some((near, key)) => diagnostic.help(format!("did you mean `{near}`?")).fix(key, near),
                None => diagnostic.help(
                    "an effect is one of `start`, `end`, `set`, `add`, `happen`, `duty`, `met_when`, `forbid`, `chance`, `choice`",
                ),
            };
            out.push(diagnostic);
        }
    }
    None
}

/// Words that authors use where an effect has another.
fn synonym(key: &str) -> Option<&'static str> {
    Some(match key {
        "subtract" | "decrease" | "reduce" | "lower" => {
            "a measure falls by `add:` with a minus: `by: -one_step`"
        }
        "increase" | "raise" | "grow" => {
            "a measure rises by `add:`, as in `add: trust(a)` and below it `by: one_step`"
        }
        "begin" | "assert" | "become" => "a fact begins with `start:`",
        "stop" | "remove" | "delete" | "retract" => "a fact ceases with `end:`",
        "event" | "trigger" | "do" | "act" => "an event is raised with `happen:`",
        "owe" | "oblige" | "obligation" | "must" => "what somebody must do is a `duty:`",
        "prohibit" | "ban" | "must_not" => "what somebody must not do is a `forbid:`",
        "random" | "draw" | "probability" => "what nobody decides is a `chance:` with `branches:`",
        "decision" | "decide" => "what somebody decides is a `choice:` with `by:` and `options:`",
        _ => return None,
    })
}

/// The kind of an effect that was decoded, or `None`.
type Decoded = Option<EffectKind>;

/// `None` in the middle means that an error was reported.
fn lift<T>(part: Option<Option<T>>) -> Option<Option<T>> {
    match part {
        None => Some(None),
        Some(None) => None,
        Some(Some(part)) => Some(Some(part)),
    }
}
