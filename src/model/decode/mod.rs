//! From the merged document to the model, in phases: each may read what the phases before it have put in place.
//!
//! 1. `sections`, `words`, `kinds` (with `types`): the top level, sources, kinds and their attributes
//! 2. `entities`: ids, kinds and nesting of all entities
//! 3. `declarations`, `assumptions`, signatures of `rules`, types of quantities (`bodies`)
//! 4. `values`: attributes and their defaults, in the order in which they read each other
//! 5. `bodies`, `rules` and `effects`, `story`, `aims`: whatever holds expressions
//!
//! Every decoder reports what is wrong and goes on. An element that failed is remembered in `Model::broken`, so that
//! using it is no second error.

mod about;
mod aims;
mod assumptions;
mod bodies;
pub(crate) mod codes;
mod declarations;
mod effects;
mod entities;
mod kinds;
mod order;
mod read;
mod rivals;
pub(crate) mod rules;
mod sections;
mod story;
#[cfg(test)]
mod tests;
mod types;
mod values;
mod words;

use indexmap::IndexMap;

use super::resolve::Mode;
use super::{Kind, Model, Names, ROOT_KIND};
use crate::diagnostic::{Diagnostics, Sources, Span};
use crate::document::{Document, Map};
use crate::ids::{Id as _, Table};
use crate::language::value::Day;

/// What the core itself declares, so that messages can point at it.
const BUILT_IN: &str = "entity\nbreach(of, under)\n";

/// Decodes a document. The model comes back also when there are errors, for its sources; it is of no other use then.
pub(crate) fn decode(document: &Document) -> (Model, Diagnostics) {
    let mut out = document.warnings().clone();
    let mut model = Model::empty(document.sources().clone());
    if let Some(root) = document.root().as_map() {
        decode_root(&mut model, root, document.heading(), document.start(), &mut out);
    }
    model.build_graph();
    (model, out)
}

fn decode_root(model: &mut Model, root: &Map, heading: &Map, start: Span, out: &mut Diagnostics) {
    // 1. What kinds of things there are.
    sections::heading(model, heading, out);
    sections::period(model, root, start, out);
    sections::sources(model, root, out);
    words::number(model, root);
    let defaults = kinds::decode(model, root, out);
    sections::check_keys(model, root, out);
    // 2. What things there are.
    let written = entities::decode(model, root, out);
    // 3. What can be said of them.
    let declared = declarations::decode(model, root, out);
    assumptions::decode(model, root, out);
    let rules = root.get("rules");
    if let Some(rules) = rules {
        rules::signatures(model, rules, out);
    }
    bodies::quantities(model, &declared, out);
    // 4. What each of them holds.
    values::decode(model, &written, &defaults, out);
    values::check_conditions(model, out);
    bodies::constants(model, &declared, out);
    // 5. What follows, what is given, what is asked.
    bodies::texts(model, &declared, out);
    if let Some(rules) = rules {
        rules::bodies(model, rules, out);
    }
    story::start(model, root, out);
    story::timeline(model, root, out);
    story::fixes(model, root, out);
    aims::outcomes(model, root, out);
    aims::positions(model);
    model.expectations = aims::claims(model, heading, "expect", Mode::Expectation, out);
    model.asked = aims::claims(model, heading, "asked", Mode::Expectation, out);
    model.invariants = aims::claims(model, root, "invariants", Mode::Invariant, out);
    aims::variants(model, heading, out);
}

impl Model {
    /// A model of nothing but what the core itself knows: the root kind and the event `breach`.
    fn empty(mut sources: Sources) -> Model {
        let core = sources.add("<built in>", BUILT_IN);
        let line = BUILT_IN.find('\n').unwrap_or(0);
        let mut model = Model {
            sources,
            warnings: Diagnostics::default(),
            title: String::new(),
            question: None,
            about: None,
            note: None,
            period: (Day::NEVER, Day::NEVER),
            bibliography: IndexMap::new(),
            words: Table::default(),
            enums: Table::default(),
            kinds: Table::default(),
            attributes: Table::default(),
            entities: Table::default(),
            facts: Table::default(),
            measures: Table::default(),
            quantities: Table::default(),
            events: Table::default(),
            breach: crate::model::EventId::from_index(0),
            assumptions: Table::default(),
            rules: Table::default(),
            branchings: Table::default(),
            fixes: Vec::new(),
            start: Vec::new(),
            timeline: Vec::new(),
            outcomes: Table::default(),
            positions: Vec::new(),
            expectations: Vec::new(),
            asked: Vec::new(),
            invariants: Vec::new(),
            variants: Vec::new(),
            levers: Vec::new(),
            by_id: IndexMap::new(),
            document: None,
            graph: super::EntityGraph::new(),
            names: Names::default(),
            broken: std::collections::BTreeSet::new(),
        };
        let kind = Kind {
            name: ROOT_KIND.to_owned(),
            is_a: None,
            about: Some("Anything that exists.".to_owned()),
            section: None,
            nested: None,
            attributes: IndexMap::new(),
            span: Span::new(core, 0, line),
        };
        let root = model.kinds.push(kind);
        model.names.kinds.insert(ROOT_KIND.to_owned(), root);
        declarations::breach(&mut model, Span::new(core, line + 1, BUILT_IN.len() - 1));
        model
    }
}
