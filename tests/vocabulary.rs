//! The reference of words is written from what runs. `BLESS=1 cargo test --test vocabulary` writes `docs/vocabulary.md` anew.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs};

use demarche::Scenario;
use demarche::report::{VocabularyPages, WordSort};

fn pages() -> VocabularyPages {
    VocabularyPages::of(&Scenario::vocabulary().unwrap().compile().unwrap())
}

fn demarche(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_demarche"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .arg("vocabulary")
        .args(args)
        .output()
        .unwrap()
}

#[test]
fn the_page_in_the_docs_is_what_the_command_writes() {
    let page = pages().markdown();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/vocabulary.md");
    if env::var_os("BLESS").is_some() {
        fs::write(&file, &page).unwrap();
    }
    assert!(
        fs::read_to_string(&file).unwrap_or_default() == page,
        "the vocabulary has changed: BLESS=1 cargo test --test vocabulary"
    );
}

#[test]
fn every_word_that_a_model_knows_stands_in_the_reference_with_what_it_means() {
    let compiled = Scenario::vocabulary().unwrap().compile().unwrap();
    let pages = pages();
    let of = |sort: WordSort| {
        let words = pages.files.iter().flat_map(|file| &file.words);
        words.filter(|word| word.sort == sort).count()
    };
    // The kind `entity` and the event `breach` are built in.
    assert_eq!(of(WordSort::Kind) + 1, compiled.kinds().len());
    assert_eq!(of(WordSort::Fact), compiled.facts().len());
    assert_eq!(of(WordSort::Measure), compiled.measures().len());
    assert_eq!(of(WordSort::Event) + 1, compiled.events().len());
    assert_eq!(of(WordSort::Rule), compiled.rules().len());
    for word in pages.files.iter().flat_map(|file| &file.words) {
        assert!(
            word.meaning.is_some(),
            "`{}` does not say what it means",
            word.name
        );
    }
    for file in &pages.files {
        assert!(file.title.is_some() && file.about.is_some(), "{}", file.name);
    }
}

#[test]
fn a_word_is_told_wherever_it_is_declared() {
    insta::assert_snapshot!(String::from_utf8(demarche(&["ratification"]).stdout).unwrap());
    let own = demarche(&["--of", "scenarios/precedents/minsk_2015.yaml", "step"]);
    assert!(
        String::from_utf8(own.stdout)
            .unwrap()
            .contains("step, a sort of provision")
    );
    let unknown = demarche(&["atack"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(
        String::from_utf8(unknown.stderr)
            .unwrap()
            .contains("did you mean `attack`?")
    );
}
