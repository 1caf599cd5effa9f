//! The reference as Markdown.

use std::fmt::Write as _;

use super::{PART_OF, VocabularyArg, VocabularyPages, VocabularyWord, WordSort};

impl VocabularyPages {
    /// As a page of Markdown under one heading.
    pub fn markdown(&self) -> String {
        let mut out = String::from(
            "# The vocabulary\n\nWritten by `demarche vocabulary --as markdown` from the files of `seeds/vocabulary/`. Law is always there; of \
             behaviour a scenario takes what it wants with `uses:`.\n",
        );
        for file in &self.files {
            let title = file.title.as_deref().unwrap_or(&file.name);
            let _ = write!(
                out,
                "\n## {title}\n\n`{}.yaml`\n",
                file.name.trim_end_matches(".yaml")
            );
            if let Some(about) = &file.about {
                let _ = write!(out, "\n{about}\n");
            }
            for sort in WordSort::ALL {
                let words: Vec<&VocabularyWord> =
                    file.words.iter().filter(|word| word.sort == sort).collect();
                if words.is_empty() {
                    continue;
                }
                match sort {
                    WordSort::Kind => words.iter().for_each(|word| kind(word, &mut out)),
                    WordSort::Rule => rules(&words, &mut out),
                    WordSort::Assumption => table(
                        ["Assumption", "Value", "Why"],
                        words.iter().map(|word| {
                            [
                                code(&word.name),
                                word.details.join("; "),
                                word.meaning.clone().unwrap_or_default(),
                            ]
                        }),
                        &mut out,
                    ),
                    WordSort::Fact | WordSort::Measure | WordSort::Quantity | WordSort::Event => {
                        let heading = match sort {
                            WordSort::Fact => "Fact",
                            WordSort::Measure => "Measure",
                            WordSort::Quantity => "Quantity",
                            _ => "Event",
                        };
                        table(
                            [heading, "In words", "To be known"],
                            words.iter().map(|word| {
                                [
                                    code(&signature(word)),
                                    word.meaning.clone().unwrap_or_default(),
                                    known(word),
                                ]
                            }),
                            &mut out,
                        );
                    }
                }
            }
        }
        out
    }
}

fn kind(word: &VocabularyWord, out: &mut String) {
    let above = match &word.is_a {
        Some(above) => format!(", a sort of `{above}`"),
        None => String::new(),
    };
    let details = match word.details.is_empty() {
        true => String::new(),
        false => format!(" ({})", word.details.join("; ")),
    };
    let meaning = word.meaning.as_deref().unwrap_or_default();
    let _ = write!(
        out,
        "\n### `{}`{above}\n\n{}\n",
        word.name,
        format!("{meaning}{details}").trim()
    );
    if !word.args.is_empty() {
        let row = |arg: &VocabularyArg| {
            [
                code(&arg.name),
                code(&arg.ty),
                match arg.default.as_deref() {
                    Some(default) => code(default),
                    None if arg.name == PART_OF => "filled in".to_owned(),
                    None => "must be given".to_owned(),
                },
                arg.about.clone().unwrap_or_default(),
            ]
        };
        table(
            ["Attribute", "Type", "Else", "Meaning"],
            word.args.iter().map(row),
            out,
        );
    }
}

fn rules(words: &[&VocabularyWord], out: &mut String) {
    table(
        ["Rule", "Reason it gives"],
        words.iter().map(|word| {
            let drawn = if word.draws {
                " (with a chance or choice)"
            } else {
                ""
            };
            [
                code(&word.name),
                format!("{}{drawn}", word.meaning.as_deref().unwrap_or_default()),
            ]
        }),
        out,
    );
}

/// `attack(who: actor, whom: actor, at: place = somewhere)`
fn signature(word: &VocabularyWord) -> String {
    let args: Vec<String> = word
        .args
        .iter()
        .map(|arg| match &arg.default {
            Some(default) => format!("{}: {} = {default}", arg.name, arg.ty),
            None => format!("{}: {}", arg.name, arg.ty),
        })
        .collect();
    match args.is_empty() {
        true => word.name.clone(),
        false => format!("{}({})", word.name, args.join(", ")),
    }
}

fn known(word: &VocabularyWord) -> String {
    let mut parts = word.details.clone();
    if !word.requires.is_empty() {
        let needs: Vec<String> = word.requires.iter().map(|condition| code(condition)).collect();
        parts.push(format!("needs {}", needs.join(" and ")));
    }
    parts.join("; ")
}

fn code(text: &str) -> String {
    format!("`{text}`")
}

fn table<const N: usize>(heading: [&str; N], rows: impl Iterator<Item = [String; N]>, out: &mut String) {
    let _ = write!(out, "\n| {} |\n|{}\n", heading.join(" | "), "---|".repeat(N));
    for row in rows {
        let cells = row.map(|cell| cell.replace('|', "\\|").replace('\n', " "));
        let _ = writeln!(out, "| {} |", cells.join(" | "));
    }
}
