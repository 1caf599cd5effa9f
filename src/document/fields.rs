//! Decoding by hand: take the keys of a map one by one, and say everything that is wrong with it.

use super::remedies;
use super::tree::{Entry, Map, Node, Scalar, ScalarKind, Value};
use crate::diagnostic::{Diagnostic, Diagnostics, Span, suggest};

/// The keys of one map, taken one by one; [`done`](Fields::done) tells those nobody asked for.
///
/// ```text
/// let mut fields = Fields::new(node, "the event `attack`", diagnostics);
/// let is = fields.req_text("is");
/// let args = fields.map("args");
/// fields.done();
/// ```
#[derive(Debug)]
pub struct Fields<'n, 'd> {
    what: String,
    span: Span,
    /// `None` if the node is no map, which is said once and not again for each key.
    map: Option<&'n Map>,
    asked: Vec<&'n str>,
    diagnostics: &'d mut Diagnostics,
}

impl<'n, 'd> Fields<'n, 'd> {
    /// The keys of `node`. `what` says whose they are, in the words of a message: ``the agreement `treaty` ``.
    pub fn new(node: &'n Node, what: impl Into<String>, diagnostics: &'d mut Diagnostics) -> Self {
        let what = what.into();
        let map = node.as_map();
        if map.is_none() {
            diagnostics.push(wrong_kind(node, &what, "a map"));
        }
        Fields {
            what,
            span: node.span,
            map,
            asked: Vec::new(),
            diagnostics,
        }
    }

    /// Points "needs ..." at a better place than the map itself: the key under which it stands.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.span = span;
        self
    }

    /// Whose keys these are.
    pub fn what(&self) -> &str {
        &self.what
    }

    /// For messages of the caller.
    pub fn diagnostics(&mut self) -> &mut Diagnostics {
        self.diagnostics
    }

    /// The entry under a key, if it is there.
    pub fn opt_entry(&mut self, key: &'n str) -> Option<&'n Entry> {
        self.asked.push(key);
        self.map?.entries.get(key)
    }

    /// The value under a key, if it is there.
    pub fn opt(&mut self, key: &'n str) -> Option<&'n Node> {
        self.opt_entry(key).map(|entry| &entry.node)
    }

    /// The value under a key that must be there.
    pub fn req(&mut self, key: &'n str) -> Option<&'n Node> {
        let found = self.opt(key);
        if found.is_none() && self.map.is_some() {
            self.missing(key);
        }
        found
    }

    /// Says that a key is missing, and where an overlay removed it.
    pub fn missing(&mut self, key: &str) {
        let mut error = Diagnostic::error("E0221", self.span, format!("{} needs `{key}`", self.what));
        if let Some(map) = self.map {
            if let Some(removed) = map.removed.get(key) {
                error = error.also(*removed, format!("`{key}` was removed here"));
            }
            if let Some((near, _)) = near_entry(map, key, &self.asked) {
                error = error.help(format!("is `{near}` meant to be `{key}`?"));
            } else if let Some(help) = remedies::missing(&self.what, key) {
                error = error.help(help);
            }
        }
        self.diagnostics.push(error);
    }

    /// The text under a key: any scalar, whatever it looks like.
    pub fn text(&mut self, key: &'n str) -> Option<&'n Scalar> {
        let node = self.opt(key)?;
        self.read(node, key, "a text", Node::as_scalar)
    }

    /// The text under a key that must be there.
    pub fn req_text(&mut self, key: &'n str) -> Option<&'n Scalar> {
        let node = self.req(key)?;
        self.read(node, key, "a text", Node::as_scalar)
    }

    /// The truth value under a key.
    pub fn boolean(&mut self, key: &'n str) -> Option<bool> {
        let node = self.opt(key)?;
        boolean(node, &format!("`{key}`"), self.diagnostics)
    }

    /// The items of the list under a key.
    pub fn list(&mut self, key: &'n str) -> Option<&'n [Node]> {
        let node = self.opt(key)?;
        self.read(node, key, "a list", Node::as_list)
    }

    /// The items under a key that may also hold a single value: `if: c` is `if: [c]`.
    pub fn one_or_more(&mut self, key: &'n str) -> &'n [Node] {
        match self.opt(key) {
            Some(node) => node.as_list().unwrap_or(std::slice::from_ref(node)),
            None => &[],
        }
    }

    /// The map under a key.
    pub fn map(&mut self, key: &'n str) -> Option<&'n Map> {
        let node = self.opt(key)?;
        self.read(node, key, "a map", Node::as_map)
    }

    fn read<T>(
        &mut self,
        node: &'n Node,
        key: &str,
        expected: &str,
        pick: fn(&'n Node) -> Option<T>,
    ) -> Option<T> {
        let found = pick(node);
        if found.is_none() {
            self.diagnostics
                .push(wrong_kind(node, &format!("`{key}`"), expected));
        }
        found
    }

    /// The keys there are, for messages.
    fn keys(&self, known: &[&str]) -> String {
        let all: std::collections::BTreeSet<&str> = self.asked.iter().chain(known).copied().collect();
        let own = all.iter().filter(|key| !COMMON.contains(key));
        own.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")
    }

    /// Tells each key that was not asked for.
    pub fn done(self) {
        self.done_with(&[]);
    }

    /// Tells each key that was neither asked for nor among `known`, with the nearest of both.
    pub fn done_with(self, known: &[&str]) {
        let Some(map) = self.map else { return };
        for (key, entry) in &map.entries {
            if self.asked.contains(&key.as_str()) || known.contains(&key.as_str()) {
                continue;
            }
            let error = Diagnostic::error("E0222", entry.key, format!("{} has no key `{key}`", self.what));
            let unused = self
                .asked
                .iter()
                .chain(known)
                .copied()
                .filter(|name| !map.entries.contains_key(*name));
            self.diagnostics
                .push(match (remedies::meant(&self.what, key), suggest(key, unused)) {
                    (Some(remedy), _) => error.help(remedy),
                    (None, Some(near)) => error.help(format!("did you mean `{near}`?")).fix(entry.key, near),
                    (None, None) => error.help(format!("its keys are {}", self.keys(known))),
                });
        }
    }
}

/// The keys that every element may have: no list of remedies names them.
const COMMON: [&str; 6] = ["name", "about", "note", "source", "status", "codes"];

/// A key that nobody asked for and that looks like `wanted`.
fn near_entry<'m>(map: &'m Map, wanted: &str, asked: &[&str]) -> Option<(&'m str, &'m Entry)> {
    let strange = map
        .entries
        .keys()
        .map(String::as_str)
        .filter(|key| !asked.contains(key));
    let near = suggest(wanted, strange)?;
    map.entries.get(near).map(|entry| (near, entry))
}

/// The error about a value of the wrong shape: "`by` must be a list, and this is a text".
pub fn wrong_kind(node: &Node, what: &str, expected: &str) -> Diagnostic {
    let error = Diagnostic::error(
        "E0220",
        node.span,
        format!("{what} must be {expected}, and this is {}", node.describe()),
    );
    if let Some(Scalar {
        text, plain: true, ..
    }) = node.as_scalar()
        && let Some((key, rest)) = text.split_once(':')
        && is_id(key)
        && !rest.is_empty()
        && !text.contains('\n')
    {
        return error
            .help("a blank is missing behind the `:`")
            .fix(node.span, format!("{key}: {rest}"));
    }
    match remedies::shape(what, node, expected) {
        Some(remedy) => error.help(remedy),
        None => error,
    }
}

/// Reads a truth value. Only `true` and `false` are one; `what` says whose it is: "`symmetric`".
pub fn boolean(node: &Node, what: &str, diagnostics: &mut Diagnostics) -> Option<bool> {
    let error = wrong_kind(node, what, "true or false");
    let Some(scalar) = node.as_scalar() else {
        diagnostics.push(error);
        return None;
    };
    if scalar.kind == ScalarKind::Boolean {
        return Some(scalar.text == "true");
    }
    let error = error.help("write `true` or `false`, in lower case and without quotes");
    diagnostics.push(match scalar.text.to_lowercase().as_str() {
        "true" | "yes" | "on" => error.fix(node.span, "true"),
        "false" | "no" | "off" => error.fix(node.span, "false"),
        _ => error,
    });
    None
}

/// Whether a word is an id: `snake_case`, a letter first.
pub fn is_id(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_lowercase())
        && word
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Whether a word is an id; if not, says so. `what` says whose: "an actor".
pub fn check_id(word: &str, span: Span, what: &str, diagnostics: &mut Diagnostics) -> bool {
    if is_id(word) {
        return true;
    }
    let mut snake = String::with_capacity(word.len());
    for c in word.chars() {
        match c {
            c if c.is_ascii_alphanumeric() => snake.push(c.to_ascii_lowercase()),
            _ if snake.is_empty() || snake.ends_with('_') => {}
            _ => snake.push('_'),
        }
    }
    let snake = snake.trim_end_matches('_');
    let error = Diagnostic::error("E0223", span, format!("`{word}` cannot be the id of {what}"));
    if what == "an entry of the timeline" && word.starts_with(|c: char| c.is_ascii_digit()) {
        diagnostics.push(error.help("begin with a name; the day stands behind `on:`, as in `signing: { on: 2030-03-01, happen: sign(treaty) }`"));
        return false;
    }
    let error = error.help(
        "an id begins with a small letter, followed by small letters, digits and `_`; for people there is `name:`",
    );
    diagnostics.push(if is_id(snake) {
        error.fix(span, snake)
    } else {
        error
    });
    false
}

/// The members of a set: the names in a list, or the keys of a map of bare members. `None` for anything else,
/// such as the name of another set.
pub fn members(node: &Node) -> Option<Vec<(&str, Span)>> {
    match &node.value {
        Value::List(items) => items
            .iter()
            .map(|item| Some((item.as_text()?, item.span)))
            .collect(),
        Value::Map(map) => Some(
            map.entries
                .iter()
                .map(|(key, entry)| (key.as_str(), entry.key))
                .collect(),
        ),
        Value::Null | Value::Scalar(_) => None,
    }
}
