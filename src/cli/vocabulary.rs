//! `demarche vocabulary`: the reference of words.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::failure::Failure;
use super::{Ending, Output};
use crate::Scenario;
use crate::diagnostic::{Diagnostic, Sources, suggest};
use crate::report::VocabularyPages;

/// Tell what the words of the vocabulary mean: kinds, facts, measures, events, rules, assumptions
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  demarche vocabulary
  demarche vocabulary guarantee
  demarche vocabulary attack
  demarche vocabulary --of scenarios/precedents/minsk_2015.yaml step
  demarche vocabulary --as markdown > vocabulary.md

The name of a file of the vocabulary shows the whole of it, any other word what it means wherever it is declared.")]
pub struct Vocabulary {
    /// A word, or a file of the vocabulary
    word: Option<String>,
    /// The words of this scenario and of what it uses, instead of the whole vocabulary
    #[arg(long, value_name = "SCENARIO")]
    of: Option<PathBuf>,
    /// How to write it
    #[arg(long = "as", value_name = "LANGUAGE", value_enum, default_value_t = Language::Text)]
    language: Language,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Language {
    /// For a terminal
    Text,
    /// For a book
    Markdown,
}

impl Vocabulary {
    pub(super) fn go(self, output: &Output) -> Result<Ending, Failure> {
        let compiled = match &self.of {
            Some(file) => Scenario::open(file)?.compile()?,
            None => Scenario::vocabulary()?.compile()?,
        };
        let mut pages = VocabularyPages::of(&compiled);
        if let Some(word) = &self.word {
            pages = match pages.only(word) {
                Some(found) => found,
                None => {
                    let error = Diagnostic::placeless("E0501", format!("there is no word `{word}`"));
                    let error = match suggest(word, pages.names()) {
                        Some(near) => error.help(format!("did you mean `{near}`?")),
                        None => error.help("`demarche vocabulary` lists all words"),
                    };
                    return Err(Failure::diagnostic(error, Sources::default()));
                }
            };
        }
        output.result(&pages, |width| match self.language {
            Language::Text => pages.text(width),
            Language::Markdown => pages.markdown(),
        })?;
        Ok(Ending::Fine)
    }
}
