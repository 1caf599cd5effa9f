//! One numbering for the parts of two programs, by how scenarios spell them, so that traces can be held side by side.

use std::collections::HashMap;

use crate::ids::Table;
use crate::model::{Model, WordId};
use crate::program::{AtomId, Compiled, GroundEventId, SettlementId, TemplateId, spell};

/// The number of a part, the same in both programs.
pub(super) type Key = u32;

/// The parts of one program in the common numbering.
#[derive(Clone, Debug)]
pub(super) struct Keys {
    pub events: Table<GroundEventId, Key>,
    pub atoms: Table<AtomId, Key>,
    pub settlements: Table<SettlementId, Key>,
    pub templates: Table<TemplateId, Key>,
    pub words: Table<WordId, Key>,
}

/// Numbers what two programs have.
pub(super) fn common(a: &Compiled, b: &Compiled) -> (Keys, Keys) {
    let mut numbers = Numbers::default();
    let first = numbers.keys(a);
    let second = numbers.keys(b);
    (first, second)
}

/// Names seen so far. Looked up only, never walked.
#[derive(Default)]
struct Numbers(HashMap<String, Key>);

impl Numbers {
    fn of(&mut self, name: String) -> Key {
        let next = Key::try_from(self.0.len()).unwrap_or(Key::MAX);
        *self.0.entry(name).or_insert(next)
    }

    fn keys(&mut self, compiled: &Compiled) -> Keys {
        let (model, program) = (compiled.model(), compiled.program());
        Keys {
            events: program
                .events
                .values()
                .map(|event| {
                    let name = &model.events()[event.key.event].name;
                    self.of(format!("event {}", spell(model, name, &event.key.args)))
                })
                .collect(),
            atoms: program
                .atoms
                .values()
                .map(|atom| {
                    let name = &model.facts()[atom.fact.fact].name;
                    self.of(format!("fact {}", spell(model, name, &atom.fact.args)))
                })
                .collect(),
            settlements: program
                .settlements
                .values()
                .map(|settlement| {
                    let name = &model.branchings()[settlement.branching].name;
                    self.of(format!("draw {}", spell(model, name, &settlement.args)))
                })
                .collect(),
            templates: program
                .templates
                .values()
                .map(|template| {
                    let instance = &program.instances[template.source];
                    let bound = binding(model, &instance.binding);
                    let rule = &model.rules()[instance.rule].name;
                    self.of(format!("norm {rule} {bound} {}", template.ordinal))
                })
                .collect(),
            words: model
                .words
                .values()
                .map(|word| self.of(format!("word {word}")))
                .collect(),
        }
    }
}

fn binding(model: &Model, entities: &[crate::model::EntityId]) -> String {
    let ids: Vec<&str> = entities.iter().map(|id| model.entity_id(*id)).collect();
    ids.join(" ")
}

/// The place of a key in a table that may be shorter.
pub(super) fn key<I: crate::ids::Id>(table: &Table<I, Key>, id: I) -> Key {
    debug_assert!(id.index() < table.len());
    table.find(id).copied().unwrap_or(Key::MAX)
}
