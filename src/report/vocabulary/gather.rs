//! From the document to its words.

use indexmap::IndexMap;

use super::{VocabularyArg, VocabularyFile, VocabularyPages, VocabularyWord, WordSort};
use crate::document::{Entry, Node, Value, Vocabulary};
use crate::program::Compiled;
use crate::report::words::written;

/// Where the vocabulary's files are kept, in the names of sources.
const FOLDER: &str = "vocabulary/";

impl VocabularyPages {
    /// The words of a compiled scenario, each under the file that declares it.
    pub fn of(compiled: &Compiled) -> VocabularyPages {
        let model = compiled.model();
        let mut files: IndexMap<String, VocabularyFile> = IndexMap::new();
        for (name, title, about) in Vocabulary::embedded().files() {
            let file = VocabularyFile {
                name: name.to_owned(),
                title: title.map(str::to_owned),
                about: about.map(written),
                words: Vec::new(),
            };
            files.insert(name.to_owned(), file);
        }
        let document = model.document.as_deref();
        let root = document.and_then(|document| document.root().as_map());
        for sort in WordSort::ALL {
            let section = root
                .and_then(|root| root.get(sort.section()))
                .and_then(Node::as_map);
            for (name, entry) in section.into_iter().flat_map(|section| &section.entries) {
                let source = model.sources().get(entry.key.source);
                let file = source.map_or("", |source| source.name.as_str());
                let file = match file.strip_prefix(FOLDER) {
                    Some(path) => path.strip_suffix(".yaml").unwrap_or(path),
                    None => file,
                };
                let words = &mut files
                    .entry(file.to_owned())
                    .or_insert_with(|| VocabularyFile {
                        name: file.to_owned(),
                        title: Some(model.title().to_owned()),
                        about: None,
                        words: Vec::new(),
                    })
                    .words;
                words.push(word(compiled, sort, name, entry));
            }
        }
        let files = files.into_values().filter(|file| !file.words.is_empty());
        VocabularyPages {
            files: files.collect(),
        }
    }
}

fn word(compiled: &Compiled, sort: WordSort, name: &str, entry: &Entry) -> VocabularyWord {
    let map = entry.node.as_map();
    let get = |key: &str| map.and_then(|map| map.get(key));
    let text = |key: &str| get(key).and_then(spelled);
    let mut details = Vec::new();
    match sort {
        WordSort::Kind => {
            details.extend(text("section").map(|section| format!("written under `{section}:`")));
            details.extend(text("nested").map(|nested| format!("nested under `{nested}:`")));
        }
        WordSort::Fact => {
            let facts = compiled.model().facts();
            if facts.values().any(|fact| fact.name == name && fact.derived) {
                details.push("worked out, neither started nor ended".to_owned());
            }
            if text("symmetric").as_deref() == Some("true") {
                details.push("in either order".to_owned());
            }
        }
        WordSort::Measure => {
            if let (Some(from), Some(to)) = (text("from"), text("to")) {
                details.push(format!("from {from} to {to}"));
            }
            details.extend(text("default").map(|default| format!("{default} at first")));
        }
        WordSort::Quantity => details.extend(text("is").map(|is| format!("= {is}"))),
        WordSort::Event => details.extend(text("is")),
        WordSort::Rule => {}
        WordSort::Assumption => {
            let unit = text("unit").map_or_else(String::new, |unit| format!(" {unit}"));
            let range = match get("range").map(|range| &range.value) {
                Some(Value::List(ends)) => {
                    let ends: Vec<String> = ends.iter().filter_map(spelled).collect();
                    format!(", {}", ends.join(" to "))
                }
                _ => String::new(),
            };
            details.extend(text("value").map(|value| format!("{value}{unit}{range}")));
        }
    }
    if matches!(sort, WordSort::Fact | WordSort::Measure) && text("posture").as_deref() == Some("true") {
        details.push("posture: a signal may change it".to_owned());
    }
    let args = match sort {
        WordSort::Kind => args(get("attributes")),
        WordSort::Rule => args(get("for")),
        _ => args(get("args")),
    };
    let meaning = match sort {
        WordSort::Kind => text("about"),
        WordSort::Assumption => text("why").or_else(|| text("note")),
        _ => text("says").or_else(|| text("about")),
    };
    VocabularyWord {
        sort,
        name: name.to_owned(),
        is_a: (sort == WordSort::Kind).then(|| text("is_a")).flatten(),
        args,
        meaning: meaning.map(|text| written(&text)),
        details,
        requires: conditions(get("requires")),
        draws: sort == WordSort::Rule && get("then").is_some_and(draws),
    }
}

/// A single value, as written.
fn spelled(node: &Node) -> Option<String> {
    match &node.value {
        Value::Scalar(scalar) => Some(scalar.text.clone()),
        Value::List(list) => {
            let all: Option<Vec<String>> = list.iter().map(spelled).collect();
            Some(format!("[{}]", all?.join(", ")))
        }
        _ => None,
    }
}

fn args(node: Option<&Node>) -> Vec<VocabularyArg> {
    let entries = node
        .and_then(Node::as_map)
        .into_iter()
        .flat_map(|map| &map.entries);
    let arg = |(name, entry): (&String, &Entry)| {
        let inner = |key: &str| entry.node.as_map().and_then(|map| map.get(key)).and_then(spelled);
        VocabularyArg {
            name: name.clone(),
            ty: spelled(&entry.node).or_else(|| inner("type")).unwrap_or_default(),
            default: inner("default"),
            about: inner("about").map(|text| written(&text)),
        }
    };
    entries.map(arg).collect()
}

fn conditions(node: Option<&Node>) -> Vec<String> {
    match node.map(|node| &node.value) {
        Some(Value::List(list)) => list.iter().filter_map(spelled).collect(),
        Some(_) => node.and_then(spelled).into_iter().collect(),
        None => Vec::new(),
    }
}

/// Whether a chance or choice stands among effects.
fn draws(effects: &Node) -> bool {
    match &effects.value {
        Value::List(list) => list.iter().any(draws),
        Value::Map(map) => {
            map.get("chance").is_some()
                || map.get("choice").is_some()
                || map.entries.values().any(|entry| draws(&entry.node))
        }
        _ => false,
    }
}
