//! The reference of words: kinds, facts, measures, quantities, events, rules and assumptions, file by file, from what is
//! written in the vocabulary and in a scenario, so that it says what runs.
//!
//! - `gather`: from the document
//! - `show`, `markdown`: how it reads

mod gather;
mod markdown;
mod show;

use serde::Serialize;

/// The attribute of what nests in another, which nobody writes.
const PART_OF: &str = "part_of";

/// Words, file by file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VocabularyPages {
    /// Law first, then behaviour, then what a scenario adds.
    pub files: Vec<VocabularyFile>,
}

/// The words of one file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VocabularyFile {
    /// `law/guarantee`, `behaviour/war`, or the path of a scenario.
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// What it is about.
    pub about: Option<String>,
    /// Its words, by sort and in the order of writing.
    pub words: Vec<VocabularyWord>,
}

/// What a word stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum WordSort {
    /// A kind of entity.
    Kind,
    /// A fact.
    Fact,
    /// A measure.
    Measure,
    /// A number that follows from others.
    Quantity,
    /// An event.
    Event,
    /// A rule.
    Rule,
    /// An assumption.
    Assumption,
}

/// A word.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VocabularyWord {
    /// What it stands for.
    pub sort: WordSort,
    /// Itself.
    pub name: String,
    /// The kind that a kind is a sort of.
    pub is_a: Option<String>,
    /// Arguments; of a kind its own attributes.
    pub args: Vec<VocabularyArg>,
    /// What it means: its `says:`, its `about:`, or why a value was assumed.
    pub meaning: Option<String>,
    /// What else is to be known: the sort of an event, whether a fact is worked out, bounds, a value with its range.
    pub details: Vec<String>,
    /// What an institutional event requires.
    pub requires: Vec<String>,
    /// Of a rule, whether a chance or choice stands in it.
    pub draws: bool,
}

/// An argument of a word, or an attribute of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VocabularyArg {
    /// Its name.
    pub name: String,
    /// Its type, as written.
    pub ty: String,
    /// What stands in where nothing is said, as written.
    pub default: Option<String>,
    /// What it means.
    pub about: Option<String>,
}

impl WordSort {
    const ALL: [WordSort; 7] = [
        WordSort::Kind,
        WordSort::Fact,
        WordSort::Measure,
        WordSort::Quantity,
        WordSort::Event,
        WordSort::Rule,
        WordSort::Assumption,
    ];

    /// The section of a scenario in which such words are declared.
    pub fn section(self) -> &'static str {
        match self {
            WordSort::Kind => "kinds",
            WordSort::Fact => "facts",
            WordSort::Measure => "measures",
            WordSort::Quantity => "quantities",
            WordSort::Event => "events",
            WordSort::Rule => "rules",
            WordSort::Assumption => "assumptions",
        }
    }
}

impl VocabularyPages {
    /// Only the words of this name, and the file of this name (`guarantee` or `law/guarantee`). None where there is neither.
    pub fn only(&self, name: &str) -> Option<VocabularyPages> {
        let mut files = Vec::new();
        for file in &self.files {
            let whole = file.name == name || file.name.ends_with(&format!("/{name}"));
            let mut kept = file.clone();
            if !whole {
                kept.words.retain(|word| word.name == name);
            }
            if whole || !kept.words.is_empty() {
                files.push(kept);
            }
        }
        (!files.is_empty()).then_some(VocabularyPages { files })
    }

    /// All names of words and files, for suggestions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let words = self.files.iter().flat_map(|file| &file.words);
        let files = self
            .files
            .iter()
            .map(|file| file.name.rsplit('/').next().unwrap_or(&file.name));
        words.map(|word| word.name.as_str()).chain(files)
    }
}

impl VocabularyWord {
    /// `attack(who, whom, at)`; a kind is its name.
    fn call(&self) -> String {
        let args: Vec<&str> = self.args.iter().map(|arg| arg.name.as_str()).collect();
        match self.sort {
            WordSort::Kind | WordSort::Rule | WordSort::Assumption => self.name.clone(),
            _ if args.is_empty() => self.name.clone(),
            _ => format!("{}({})", self.name, args.join(", ")),
        }
    }
}
