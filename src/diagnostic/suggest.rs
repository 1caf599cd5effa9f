//! "Did you mean": the nearest known name.

use strsim::{damerau_levenshtein, jaro_winkler};

/// The candidate nearest to `word`, if it is near enough to be what was meant. Ties go to the first in the alphabet,
/// so that the answer does not depend on the order of the candidates.
pub fn suggest<'c>(word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
    let word_lower = word.to_lowercase();
    let length = word_lower.chars().count();
    let allowed = (length / 3).clamp(1, 4);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let lower = candidate.to_lowercase();
        let other = lower.chars().count();
        if candidate == word || other.abs_diff(length) > allowed.max(3) {
            continue;
        }
        let edits = damerau_levenshtein(&word_lower, &lower);
        // A long common beginning forgives a longer tail: `guarantors` for `guarantee`.
        let near = edits <= allowed && edits < length.min(other).max(1)
            || length >= 5 && edits <= allowed + 1 && jaro_winkler(&word_lower, &lower) >= 0.9;
        if near && best.is_none_or(|known| (edits, candidate) < known) {
            best = Some((edits, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NAMES: [&str; 6] = ["threshold", "parties", "party", "needs", "of", "to"];

    #[test]
    fn swapped_and_missing_letters_are_forgiven() {
        assert_eq!(suggest("treshold", NAMES), Some("threshold"));
        assert_eq!(suggest("thershold", NAMES), Some("threshold"));
        assert_eq!(suggest("Parties", NAMES), Some("parties"));
    }

    #[test]
    fn a_wholly_different_word_suggests_nothing() {
        assert_eq!(suggest("referendum", NAMES), None);
        assert_eq!(suggest("by", NAMES), None);
        assert_eq!(suggest("", NAMES), None);
    }

    #[test]
    fn the_answer_does_not_depend_on_the_order_of_the_candidates() {
        assert_eq!(suggest("cat", ["bat", "hat"]), suggest("cat", ["hat", "bat"]));
    }
}
