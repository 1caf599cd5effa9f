//! The codes of all messages, explained: the tables of all floors behind one door.

use std::fmt;

use serde::Serialize;

use super::wrap::{WIDTH, hang};
use crate::language::codes::Explained;

/// The explanation of one code of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct CodePage {
    /// `E0501`; E is for errors, W for warnings, R for faults that only a run can show.
    pub code: &'static str,
    /// A few words.
    pub title: &'static str,
    /// Why it is a problem, and what to do.
    pub text: &'static str,
    /// A small text that earns it.
    pub bad: &'static str,
    /// The same, mended.
    pub good: &'static str,
}

/// What only the command itself says.
const COMMAND: &[Explained] = &[Explained {
    code: "E0001",
    title: "not what the command needs",
    explanation: "The file can be read, but what was asked about it makes no sense: a date that is none or lies outside \
                  the period, a condition that holds in no run, a question about probabilities to a single run.",
    bad: "demarche why belgium_1914.yaml 'at_war(britain, germany)' --on 2024-06-01",
    good: "demarche why belgium_1914.yaml 'at_war(britain, germany)' --on 1914-08-04",
}];

impl CodePage {
    /// All codes, in order.
    pub fn all() -> Vec<CodePage> {
        let document = crate::diagnostic::codes().map(|page| CodePage {
            code: page.code,
            title: page.title,
            text: page.text,
            bad: page.bad,
            good: page.good,
        });
        let floors = [
            COMMAND,
            crate::language::codes::CODES,
            crate::program::codes::CODES,
            crate::engine::codes::CODES,
        ];
        let others = floors
            .into_iter()
            .flatten()
            .chain(crate::model::codes())
            .map(|page| CodePage {
                code: page.code,
                title: page.title,
                text: page.explanation,
                bad: page.bad,
                good: page.good,
            });
        let mut all: Vec<CodePage> = document.chain(others).collect();
        all.sort_by_key(|page| page.code);
        all
    }

    /// The explanation of a code, in either case of letters.
    pub fn of(code: &str) -> Option<CodePage> {
        CodePage::all()
            .into_iter()
            .find(|page| page.code.eq_ignore_ascii_case(code))
    }

    /// The explanation for people, in lines of at most `width` columns.
    pub fn text(&self, width: usize) -> String {
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

impl fmt::Display for CodePage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text(WIDTH))
    }
}

#[cfg(test)]
mod tests {
    use super::CodePage;

    #[test]
    fn every_code_is_explained_once() {
        let all = CodePage::all();
        assert!(all.windows(2).all(|pair| pair[0].code < pair[1].code), "{all:?}");
        assert!(
            all.iter()
                .all(|page| !page.title.is_empty() && !page.text.is_empty())
        );
    }
}
