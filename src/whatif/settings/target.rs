//! Which thing of a scenario is meant.

use super::declared::{declared, find};
use super::{WhatIfError, refuse};
use crate::diagnostic::{Diagnostic, suggest};
use crate::document::{Document, Map, normal_key};

/// What can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// An assumption, by its key.
    Assumption(String),
    /// Anything else, by the keys that lead to it.
    Path(Vec<String>),
}

impl Target {
    /// Finds what is written. The last key of a path may be new: attributes have defaults that nobody wrote.
    pub fn find(document: &Document, written: &str) -> Result<Target, WhatIfError> {
        let path = keys(written);
        match path.as_slice() {
            [key] => match find(document, key) {
                Some(_) => Ok(Target::Assumption(key.clone())),
                None => Err(refuse(document.sources(), no_assumption(document, key))),
            },
            _ => {
                check(document, written, &path)?;
                Ok(Target::Path(path))
            }
        }
    }
}

fn no_assumption(document: &Document, key: &str) -> Diagnostic {
    let error = Diagnostic::placeless(
        "E1201",
        format!("there is no assumption `{key}` in this scenario"),
    );
    let all = declared(document);
    let error = match suggest(key, all.iter().map(|declared| declared.key.as_str())) {
        Some(near) => error.help(format!("did you mean `{near}`?")),
        None => error.help("`demarche sources` lists the assumptions"),
    };
    error.help("any other value is named by its path: `agreements.treaty.provisions.guarantee.duty`")
}

/// Everything up to the last key must be written somewhere; a section may be new.
fn check(document: &Document, written: &str, path: &[String]) -> Result<(), WhatIfError> {
    let refused = |error| Err(refuse(document.sources(), error));
    if path.iter().any(String::is_empty) {
        let error = Diagnostic::placeless("E1201", format!("`{written}` is not a path"));
        return refused(error.help("write keys with points between them: `agreements.treaty.provisions`"));
    }
    let mut at: Option<&Map> = document.root().as_map();
    let mut walked = String::new();
    for (depth, key) in path.iter().enumerate() {
        let here = at.and_then(|map| map.get(key));
        let last = depth + 1 == path.len();
        let Some(node) = here else {
            if last {
                return Ok(());
            }
            // Sections such as `fix:` may be empty so far.
            if depth == 0 && SECTIONS.contains(&key.as_str()) {
                at = None;
                continue;
            }
            let place = if walked.is_empty() {
                String::from("this scenario has nothing")
            } else {
                format!("`{walked}` has nothing")
            };
            let error = Diagnostic::placeless("E1201", format!("{place} called `{key}`"));
            let known = at
                .into_iter()
                .flat_map(|map| map.entries.keys())
                .map(String::as_str);
            return refused(match suggest(key, known) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None => {
                    error.help("a path begins with a section: `agreements.treaty.provisions.guarantee.duty`")
                }
            });
        };
        if !walked.is_empty() {
            walked.push('.');
        }
        walked += key;
        if !last && node.as_map().is_none() && node.as_list().is_none() {
            let error = Diagnostic::placeless(
                "E1201",
                format!("`{walked}` is {} and has nothing in it", node.describe()),
            );
            return refused(error.also(node.span, "it stands here"));
        }
        at = node.as_map();
    }
    Ok(())
}

/// Sections that a scenario need not have.
const SECTIONS: [&str; 3] = ["fix", "start", "timeline"];

/// The keys of a path; points within brackets are part of a key.
fn keys(written: &str) -> Vec<String> {
    let mut keys = vec![String::new()];
    let mut depth = 0_i32;
    for c in written.trim().chars() {
        match c {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth -= 1,
            _ => {}
        }
        if c == '.' && depth == 0 {
            keys.push(String::new());
        } else if let Some(key) = keys.last_mut() {
            key.push(c);
        }
    }
    keys.into_iter()
        .map(|key| normal_key(key.trim().to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::keys;

    #[test]
    fn points_within_brackets_belong_to_a_key() {
        assert_eq!(keys("consent( usa )"), ["consent(usa)"]);
        assert_eq!(
            keys("fix.asks(usa,treaty.guarantee)"),
            ["fix", "asks(usa, treaty.guarantee)"]
        );
        assert_eq!(keys("a..b"), ["a", "", "b"]);
    }
}
