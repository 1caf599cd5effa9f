//! What each code means, for `check --code`. Each floor keeps its table in a file of its own below.

mod document;

use super::Severity;

/// The explanation of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The code, such as `E0110`.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it is an error, and what to do.
    pub text: &'static str,
    /// A small text that earns the code.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

impl Explanation {
    /// Error or warning, from the first letter of the code.
    pub fn severity(&self) -> Severity {
        if self.code.starts_with('W') {
            Severity::Warning
        } else {
            Severity::Error
        }
    }
}

/// The tables of all floors.
const TABLES: [&[Explanation]; 1] = [document::TABLE];

/// The explanation of a code, in either case of letters.
pub fn explain(code: &str) -> Option<&'static Explanation> {
    codes().find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

/// All codes, floor by floor.
pub fn codes() -> impl Iterator<Item = &'static Explanation> {
    TABLES.iter().flat_map(|table| table.iter())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_is_explained_twice() {
        let mut all: Vec<_> = codes().map(|explanation| explanation.code).collect();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
    }

    #[test]
    fn a_code_is_found_in_either_case() {
        assert_eq!(explain("e0110").map(|e| e.severity()), Some(Severity::Error));
        assert_eq!(explain("W0101").map(|e| e.severity()), Some(Severity::Warning));
        assert_eq!(explain("E9999"), None);
    }
}
