//! The codes of all messages, explained: the tables of all floors behind one door.

use super::wrap::hang;
use crate::diagnostic::Explanation;

/// What only the command itself says.
const COMMAND: &[Explanation] = &[Explanation::new(
    "E0001",
    "not what the command needs",
    "The file can be read, but what was asked about it makes no sense: a date that is none or lies outside the period, \
     a condition that holds in no run, a question about probabilities to a single run.",
    "demarche why belgium_1914.yaml 'at_war(britain, germany)' --on 2024-06-01",
    "demarche why belgium_1914.yaml 'at_war(britain, germany)' --on 1914-08-04",
)];

/// The tables of all floors.
const TABLES: [&[Explanation]; 13] = [
    COMMAND,
    crate::document::codes::CODES,
    crate::language::codes::CODES,
    crate::model::decode::codes::CODES,
    crate::model::decode::rules::codes::CODES,
    crate::model::resolve::codes::CODES,
    crate::program::codes::CODES,
    crate::engine::codes::CODES,
    crate::check::codes::CODES,
    crate::whatif::compare::codes::CODES,
    crate::whatif::settings::codes::CODES,
    crate::whatif::search::codes::CODES,
    crate::whatif::choices::codes::CODES,
];

/// All codes, in order.
pub fn explanations() -> Vec<&'static Explanation> {
    let mut all: Vec<_> = TABLES.into_iter().flatten().collect();
    all.sort_by_key(|explanation| explanation.code);
    all
}

/// The explanation of a code, in either case of letters.
pub fn explain(code: &str) -> Option<&'static Explanation> {
    TABLES
        .into_iter()
        .flatten()
        .find(|explanation| explanation.code.eq_ignore_ascii_case(code))
}

impl Explanation {
    /// The explanation for people, in lines of at most `width` columns.
    pub fn page(&self, width: usize) -> String {
        let mut out = format!("{}: {}\n\n", self.code, self.title);
        hang(&mut out, "", "", self.text, width);
        for (heading, example) in [("not so", self.bad), ("but so", self.good)] {
            if !example.is_empty() {
                out += &format!("\n{heading}:\n");
                for line in example.lines() {
                    out += &format!("    {line}\n");
                }
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::fs;
    use std::path::{Path, PathBuf};

    use super::{explain, explanations};
    use crate::diagnostic::Severity;

    #[test]
    fn every_code_is_explained_once() {
        let all = explanations();
        assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code), "{all:?}");
        for explanation in all {
            assert!(
                !explanation.title.is_empty() && !explanation.text.is_empty(),
                "{explanation:?}"
            );
            // What is no fault of an author has no example.
            assert_eq!(
                explanation.bad.is_empty(),
                explanation.good.is_empty(),
                "{explanation:?}"
            );
        }
    }

    #[test]
    fn a_code_is_found_in_either_case() {
        assert_eq!(explain("e0110").map(|e| e.severity()), Some(Severity::Error));
        assert_eq!(explain("W0101").map(|e| e.severity()), Some(Severity::Warning));
        assert_eq!(explain("E9999"), None);
    }

    #[test]
    fn every_code_that_is_given_is_explained_and_every_explained_code_is_given() {
        let mut given: BTreeMap<String, PathBuf> = BTreeMap::new();
        in_sources(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join("src"),
            &mut |path, text| {
                for code in codes_in(text) {
                    given.entry(code.to_owned()).or_insert_with(|| path.to_owned());
                }
            },
        );
        assert!(given.len() > 100, "the sources are read: {given:?}");
        let unexplained: Vec<_> = given.iter().filter(|(code, _)| explain(code).is_none()).collect();
        assert!(
            unexplained.is_empty(),
            "given, but not explained: {unexplained:?}"
        );
        let never: Vec<_> = explanations()
            .into_iter()
            .map(|page| page.code)
            .filter(|code| !given.contains_key(*code))
            .collect();
        assert!(never.is_empty(), "explained, but never given: {never:?}");
    }

    /// Visits all sources that may give messages: neither tables of explanations nor tests.
    fn in_sources(folder: &Path, visit: &mut impl FnMut(&Path, &str)) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if name != "tests" {
                    in_sources(&path, visit);
                }
            } else if !["codes.rs", "tests.rs"].contains(&name.as_str()) {
                let text = fs::read_to_string(&path).unwrap();
                visit(
                    &path,
                    text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default(),
                );
            }
        }
    }

    /// The codes that stand in a text as string literals.
    fn codes_in(text: &str) -> impl Iterator<Item = &str> {
        text.split('"').filter(|part| {
            part.len() == 5
                && part.starts_with(['E', 'W', 'R'])
                && part.bytes().skip(1).all(|byte| byte.is_ascii_digit())
        })
    }
}
