//! The nodes of the graph in the author's words and places.

use super::graph::{Graph, Ix, Settled, What};
use crate::diagnostic::Span;
use crate::model::{Model, Value};
use crate::program::{GroundValue, spell};

/// As scenarios spell it: `enter_into_force(treaty)`, `not martial_law(ukraine)`.
pub(super) fn spelled(model: &Model, what: &What) -> String {
    match what {
        What::Fact(fact) => spell(model, &model.facts[fact.fact].name, &fact.args),
        What::NoFact(fact) => format!("not {}", spell(model, &model.facts[fact.fact].name, &fact.args)),
        What::Measure(measure) => spell(model, &model.measures[measure.measure].name, &measure.args),
        What::Event(event, args) => {
            let args: Vec<Option<Value>> = args
                .iter()
                .map(|arg| arg.as_ref().and_then(GroundValue::value))
                .collect();
            model.atom_text(&model.events[*event].name, &args)
        }
        What::Settled(settled) => format!("{}: {}", question(model, settled), model.words[settled.word]),
        What::Gate(entity, attribute, _) => {
            format!("{}.{}", model.entities[*entity].id, model.attributes[*attribute])
        }
        What::Rule(rule, _) => model.rules[*rule].name.clone(),
        What::Join(_) => String::new(),
    }
}

/// A chance or choice as scenarios spell it.
pub(super) fn question(model: &Model, settled: &Settled) -> String {
    spell(model, &model.branchings[settled.branching].name, &settled.args)
}

/// In the words of `says:`; none where there are none that fit.
pub(super) fn said(model: &Model, what: &What) -> Option<String> {
    let values = |args: &[GroundValue]| {
        args.iter()
            .map(GroundValue::value)
            .collect::<Option<Vec<Value>>>()
    };
    match what {
        What::Fact(fact) => {
            let declared = &model.facts[fact.fact];
            declared.says.as_ref()?;
            Some(model.fact_text(declared, &values(&fact.args)?))
        }
        What::NoFact(fact) => {
            let declared = &model.facts[fact.fact];
            declared.says.as_ref()?;
            Some(format!(
                "no longer: {}",
                model.fact_text(declared, &values(&fact.args)?)
            ))
        }
        What::Event(event, args) => {
            let declared = &model.events[*event];
            let phrase = declared.says.as_ref()?;
            // An open argument of an optional part has its default.
            let open = |at: usize| {
                declared
                    .args
                    .get(at)
                    .and_then(|parameter| parameter.default.clone())
            };
            let filled: Option<Vec<Value>> = args
                .iter()
                .enumerate()
                .map(|(at, arg)| arg.as_ref().map_or_else(|| open(at), GroundValue::value))
                .collect();
            let filled = filled?;
            use crate::ids::Id as _;
            Some(model.phrase(phrase, &|id| filled.get(id.index()).cloned()))
        }
        What::Measure(measure) => {
            let declared = &model.measures[measure.measure];
            let says = declared.says.as_ref()?;
            let text = model.said(Some(says), &declared.name, &values(&measure.args)?);
            Some(format!("a change of {text}"))
        }
        What::Settled(_) | What::Gate(..) | What::Rule(..) | What::Join(_) => None,
    }
}

/// `file.yaml:12`
pub(super) fn place(model: &Model, span: Span) -> Option<String> {
    let source = model.sources.get(span.source)?;
    let (line, _) = model.sources.line_column(span);
    Some(format!("{}:{line}", source.name))
}

/// The nodes with a name of their own that stand first on the ways down from a node, at most so many.
pub(super) fn nearest(graph: &Graph, from: Ix, most: usize) -> Vec<Ix> {
    let mut found = Vec::new();
    let mut seen = vec![from];
    let mut open = std::collections::VecDeque::from([from]);
    while let Some(ix) = open.pop_front() {
        let Some(node) = graph.node(ix) else { continue };
        let named = matches!(
            node.what,
            What::Fact(_) | What::NoFact(_) | What::Event(..) | What::Measure(_) | What::Settled(_)
        );
        if named {
            found.push(ix);
            if found.len() == most {
                break;
            }
            continue;
        }
        for part in &node.parts {
            if !seen.contains(part) {
                seen.push(*part);
                open.push_back(*part);
            }
        }
    }
    found
}
