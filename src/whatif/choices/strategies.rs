//! Which choices are open, and the static strategies over them.

use serde::Serialize;

use crate::model::WordId;
use crate::program::{Compiled, GroundChoice, GroundFix, Program, SettlementId, Thumb, spell};

/// A choice that no `fix:` settles for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OpenChoice {
    /// Its name with its arguments: `end_or_continue(russia)`.
    pub name: String,
    /// Who chooses.
    pub by: String,
    /// Its options, in the author's order.
    pub options: Vec<String>,
    /// Whether it falls by a default where nobody says otherwise.
    pub has_default: bool,
}

/// How choices fall.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Strategy {
    /// For each choice that does not fall by its default: its name, and the option that is taken whenever it is open.
    pub takes: Vec<(String, String)>,
}

/// The open choices of a program and how each can fall.
pub(super) struct Field<'c> {
    compiled: &'c Compiled,
    places: Vec<Place>,
}

/// One open choice.
struct Place {
    settlement: SettlementId,
    open: OpenChoice,
    words: Vec<WordId>,
    /// How it can fall: none for by default.
    ways: Vec<Option<WordId>>,
}

impl<'c> Field<'c> {
    /// Those of a scenario, by name.
    pub fn of(compiled: &'c Compiled) -> Self {
        let (program, model) = (compiled.program(), compiled.model());
        let mut places: Vec<Place> = Vec::new();
        for (id, settlement) in program.settlements.iter() {
            if !matches!(settlement.fix, GroundFix::Open | GroundFix::At(..)) {
                continue;
            }
            let here: Vec<&GroundChoice> = program
                .choices
                .values()
                .filter(|choice| choice.settlement == id)
                .collect();
            let Some(first) = here.first() else { continue };
            let declared = &model.branchings[settlement.branching];
            let words: Vec<WordId> = declared
                .words
                .iter()
                .copied()
                .filter(|word| {
                    here.iter()
                        .any(|choice| options(choice).any(|other| other == *word))
                })
                .collect();
            let has_default = here.iter().all(|choice| choice.default.is_some());
            // A default that is one option is the strategy that takes it.
            let same = |word: WordId| {
                here.iter()
                    .all(|choice| matches!(choice.default, Some(Thumb::Word(other)) if other == word))
            };
            let mut ways = Vec::new();
            if has_default {
                ways.push(None);
            }
            ways.extend(words.iter().copied().filter(|word| !same(*word)).map(Some));
            places.push(Place {
                settlement: id,
                open: OpenChoice {
                    name: spell(model, &declared.name, &settlement.args),
                    by: model.entities[first.by].id.clone(),
                    options: words.iter().map(|word| model.words[*word].clone()).collect(),
                    has_default,
                },
                words,
                ways,
            });
        }
        places.sort_by(|one, other| one.open.name.cmp(&other.open.name));
        Field { compiled, places }
    }

    /// The choices.
    pub fn choices(&self) -> Vec<OpenChoice> {
        self.places.iter().map(|place| place.open.clone()).collect()
    }

    /// Whether there is nothing to choose.
    pub fn is_empty(&self) -> bool {
        self.places
            .iter()
            .all(|place| place.ways.len() < 2 && place.open.has_default)
    }

    /// How many strategies there are.
    pub fn count(&self) -> u64 {
        self.places.iter().fold(1, |count: u64, place| {
            count.saturating_mul(place.ways.len() as u64)
        })
    }

    /// The strategy of that number; number 0 lets fall by default whatever has one.
    fn ways(&self, number: u64) -> Vec<Option<WordId>> {
        let mut rest = number;
        self.places
            .iter()
            .map(|place| {
                let all = place.ways.len().max(1) as u64;
                let way = usize::try_from(rest % all).unwrap_or(0);
                rest /= all;
                place.ways.get(way).copied().flatten()
            })
            .collect()
    }

    /// That strategy in words.
    pub fn strategy(&self, number: u64) -> Strategy {
        let model = self.compiled.model();
        let takes = self
            .places
            .iter()
            .zip(self.ways(number))
            .filter_map(|(place, way)| way.map(|word| (place.open.name.clone(), model.words[word].clone())));
        Strategy {
            takes: takes.collect(),
        }
    }

    /// The scenario in which choices fall so.
    pub fn world(&self, number: u64) -> Compiled {
        let mut program: Program = self.compiled.program().clone();
        for (place, way) in self.places.iter().zip(self.ways(number)) {
            let Some(wanted) = way else { continue };
            for choice in program.choices.values_mut() {
                if choice.settlement == place.settlement {
                    choice.default = thumb(choice, wanted, &place.words);
                }
            }
        }
        self.compiled.over(program)
    }
}

fn options(choice: &GroundChoice) -> impl Iterator<Item = WordId> {
    choice.options.iter().map(|option| option.word)
}

/// Takes one option whenever it is open; else falls by default, or to the first open option.
fn thumb(choice: &GroundChoice, wanted: WordId, words: &[WordId]) -> Option<Thumb> {
    let open = |word: WordId| Some(choice.options.iter().find(|option| option.word == word)?.open);
    let mut otherwise = choice.default.clone();
    if otherwise.is_none() {
        for word in words.iter().rev() {
            if let Some(node) = open(*word) {
                otherwise = Some(match otherwise {
                    None => Thumb::Word(*word),
                    Some(later) => Thumb::If(node, Box::new(Thumb::Word(*word)), Box::new(later)),
                });
            }
        }
    }
    match (open(wanted), otherwise) {
        (Some(node), Some(otherwise)) => Some(Thumb::If(
            node,
            Box::new(Thumb::Word(wanted)),
            Box::new(otherwise),
        )),
        (_, otherwise) => otherwise,
    }
}
