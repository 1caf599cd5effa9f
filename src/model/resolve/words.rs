//! Words and the sets of words that enumerations, chances and choices allow: equal ones are one.

use crate::model::{EnumId, Model, WordId};

impl Model {
    /// The id of a word; makes it where it is new.
    pub(crate) fn intern_word(&mut self, word: &str) -> WordId {
        let known = self
            .words
            .iter()
            .find(|(_, known)| *known == word)
            .map(|(id, _)| id);
        known.unwrap_or_else(|| self.words.push(word.to_owned()))
    }

    /// The id of a set of words, whatever their order; makes it where it is new.
    pub(crate) fn intern_enum(&mut self, words: &[WordId]) -> EnumId {
        let sorted = self.sorted(words);
        let known = self
            .enums
            .iter()
            .find(|(_, known)| **known == sorted)
            .map(|(id, _)| id);
        known.unwrap_or_else(|| self.enums.push(sorted))
    }

    /// The set of exactly these words, if anything has interned it.
    pub(crate) fn enum_of(&self, words: &[WordId]) -> Option<EnumId> {
        let sorted = self.sorted(words);
        self.enums
            .iter()
            .find(|(_, known)| **known == sorted)
            .map(|(id, _)| id)
    }
    /// Words in alphabetical order, each once.
    fn sorted(&self, words: &[WordId]) -> Vec<WordId> {
        let mut sorted = words.to_vec();
        sorted.sort_by_key(|word| self.words.find(*word));
        sorted.dedup();
        sorted
    }
}
