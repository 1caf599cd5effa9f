//! What happened, in the words of `says:`.

use crate::engine::{Entry, Way, What};
use crate::ids::Id as _;
use crate::model::resolve::walk::for_each_effect;
use crate::model::{Body, EffectKind, Goal, Norm, Phrase, Value, VariableId, WordId};
use crate::program::{
    AtomId, Compiled, GroundArgs, GroundEventId, InstanceId, SettlementId, TemplateId, spell,
};

/// An event: "Germany attacks Belgium".
pub(super) fn event(compiled: &Compiled, id: GroundEventId) -> String {
    let key = &compiled.program().events[id].key;
    let event = &compiled.events()[key.event];
    said(compiled, event.says.as_ref(), &event.name, &key.args)
}

/// An event as scenarios spell it: `attack(germany, belgium, somewhere)`.
pub(super) fn event_spelled(compiled: &Compiled, id: GroundEventId) -> String {
    let key = &compiled.program().events[id].key;
    spell(compiled.model(), &compiled.events()[key.event].name, &key.args)
}

/// A fact: "the treaty is in force".
pub(super) fn fact(compiled: &Compiled, id: AtomId) -> String {
    let fact = &compiled.program().atoms[id].fact;
    let declared = &compiled.facts()[fact.fact];
    said(compiled, declared.says.as_ref(), &declared.name, &fact.args)
}

fn said(compiled: &Compiled, says: Option<&Phrase>, name: &str, args: &GroundArgs) -> String {
    let values: Option<Vec<Value>> = args.iter().map(|arg| arg.value()).collect();
    match (says, values) {
        (Some(_), Some(values)) => compiled.model().said(says, name, &values),
        _ => spell(compiled.model(), name, args),
    }
}

/// A chance or choice as scenarios spell it.
pub(super) fn settlement(compiled: &Compiled, id: SettlementId) -> String {
    let settlement = &compiled.program().settlements[id];
    let name = &compiled.branchings()[settlement.branching].name;
    spell(compiled.model(), name, &settlement.args)
}

/// How a chance or choice fell: the branch's own words, or else "`vote(usa)` falls on `yes`".
pub(super) fn fell(compiled: &Compiled, id: SettlementId, source: InstanceId, word: WordId) -> String {
    branch(compiled, id, source, word).unwrap_or_else(|| {
        let word = compiled.model().words.find(word).map_or("", String::as_str);
        format!("`{}` falls on `{word}`", settlement(compiled, id))
    })
}

fn branch(compiled: &Compiled, id: SettlementId, source: InstanceId, word: WordId) -> Option<String> {
    let branching = compiled.program().settlements.find(id)?.branching;
    let mut found: Option<&Phrase> = None;
    for_each_effect(effects(compiled, source), &mut |effect| {
        let says = match &effect.kind {
            EffectKind::Chance(chance) if chance.branching == branching => {
                let branch = chance.branches.iter().find(|branch| branch.word == word);
                branch.and_then(|branch| branch.says.as_ref())
            }
            EffectKind::Choice(choice) if choice.branching == branching => {
                let option = choice.options.iter().find(|option| option.word == word);
                option.and_then(|option| option.says.as_ref())
            }
            _ => None,
        };
        found = found.or(says);
    });
    Some(phrase(compiled, found?, source))
}

/// A norm: its own words, or else the reason its rule gives.
pub(super) fn norm(compiled: &Compiled, id: TemplateId) -> String {
    let template = &compiled.program().templates[id];
    let (mut at, mut found): (usize, Option<&Norm>) = (0, None);
    for_each_effect(effects(compiled, template.source), &mut |effect| {
        if let EffectKind::Norm(norm) = &effect.kind {
            if at == template.ordinal {
                found = Some(norm);
            }
            at += 1;
        }
    });
    let sort = match found.map(|norm| &norm.goal) {
        Some(Goal::Refrain(_)) => "prohibition",
        _ => "duty",
    };
    let rule = &compiled.rules()[compiled.program().instances[template.source].rule];
    let says = found.and_then(|norm| norm.says.as_ref()).or(rule.says.as_ref());
    let says = says.map_or_else(
        || format!("of rule `{}`", rule.name),
        |says| phrase(compiled, says, template.source),
    );
    format!("{sort}: {says}")
}

fn effects(compiled: &Compiled, source: InstanceId) -> &[crate::model::Effect] {
    match &compiled.rules()[compiled.program().instances[source].rule].body {
        Body::Then(effects) => effects,
        Body::Derive(_) => &[],
    }
}

fn phrase(compiled: &Compiled, phrase: &Phrase, source: InstanceId) -> String {
    let binding = &compiled.program().instances[source].binding;
    let bound = |id: VariableId| binding.get(id.index()).map(|entity| Value::Entity(*entity));
    compiled.model().phrase(phrase, &bound)
}

/// Who settled a chance or choice: "drawn", "by `fix:`".
pub(super) fn how(way: Way) -> &'static str {
    match way {
        Way::Drawn => "drawn",
        Way::Sure => "certain",
        Way::Fixed(_) => "by `fix:`",
        Way::Default => "by default",
        Way::Chosen => "chosen",
    }
}

/// An entry of a trace. `norms` are the norms of the run by serial.
pub(super) fn entry(compiled: &Compiled, entry: &Entry, norms: &[TemplateId]) -> String {
    let of = |serial: crate::engine::NormSerial| {
        norms
            .get(serial.0 as usize)
            .map_or_else(String::new, |template| norm(compiled, *template))
    };
    match &entry.what {
        What::Happened { event: id, .. } => event(compiled, *id),
        What::Void { event: id, .. } => format!("void: {}", event(compiled, *id)),
        What::Withheld { event: id } => format!("does not happen, though due: {}", event(compiled, *id)),
        What::Settled {
            settlement,
            word,
            way,
            source,
            ..
        } => format!("{} ({})", fell(compiled, *settlement, *source, *word), how(*way)),
        What::NothingOpen { choice } => {
            let id = compiled.program().choices[*choice].settlement;
            format!("no option of `{}` is open", settlement(compiled, id))
        }
        What::Started { atom, .. } => format!("now: {}", fact(compiled, *atom)),
        What::Ended { atom, .. } => format!("no longer: {}", fact(compiled, *atom)),
        What::Arose { template, .. } => format!("a new {}", norm(compiled, *template)),
        What::Fulfilled { norm, .. } => format!("fulfilled: {}", of(*norm)),
        What::Released { norm } => format!("released: {}", of(*norm)),
        What::Breached { norm, .. } => format!("breached: {}", of(*norm)),
        What::Fired { .. } | What::Measured { .. } | What::Scheduled { .. } => String::new(),
    }
}
