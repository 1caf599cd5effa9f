//! From what the library read to the tree, checking what YAML lets pass and a scenario must not.

use indexmap::IndexMap;

use super::raw::{Item, Raw};
use super::{comment, trap};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Span};
use crate::document::tree::{Entry, Map, Node, Scalar, ScalarKind, Value, normal_key};

/// Turns a read value into a tree; whatever is wrong with it goes to `diagnostics` and is left out.
pub(super) fn convert(
    text: &str,
    source: SourceId,
    root: Item<'_>,
    diagnostics: &mut Diagnostics,
) -> Option<Node> {
    Converter {
        text,
        source,
        diagnostics,
    }
    .node(root, false)
}

struct Converter<'t, 'd> {
    text: &'t str,
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
}

impl<'t> Converter<'t, '_> {
    /// `flow`: whether a `{` or `[` is open around this node.
    fn node(&mut self, raw: Item<'t>, flow: bool) -> Option<Node> {
        let span = self.span(&raw);
        // An alias puts a value here that was written elsewhere, perhaps in block style.
        let flow = (flow && !raw.aliased) || self.slice(span).starts_with(['{', '[']);
        if self.has_tag(span) {
            return None;
        }
        match raw.value {
            Raw::Null => self.null(span),
            Raw::Typed => Some(self.typed(span)),
            Raw::Text(text) => Some(self.text(span, text.into_owned())),
            Raw::List(items) => Some(self.list(span, items, flow)),
            Raw::Map(entries) => Some(self.map(span, entries, flow)),
        }
    }

    fn span(&self, raw: &Item<'_>) -> Span {
        Span {
            source: self.source,
            start: raw.start,
            end: raw.end,
        }
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text
            .get(span.start as usize..span.end as usize)
            .unwrap_or("")
    }

    fn before(&self, span: Span) -> &'t str {
        self.text.get(..span.start as usize).unwrap_or("")
    }

    fn after(&self, span: Span) -> &'t str {
        self.text.get(span.end as usize..).unwrap_or("")
    }

    /// Tags that YAML knows (`!!str`) come without a trace in the value, so they are looked for in the text.
    fn has_tag(&mut self, span: Span) -> bool {
        let before = self.before(span).trim_end_matches([' ', '\t']);
        if before.ends_with([':', '-', '\n', ',', '{', '[']) || before.len() == span.start as usize {
            return false;
        }
        let word = before.rsplit([' ', '\t', '\n', '{', '[']).next().unwrap_or("");
        if !word.starts_with('!') {
            return false;
        }
        let start = before.len() - word.len();
        let tag = Span::new(self.source, start, before.len());
        self.diagnostics.push(
            Diagnostic::error("E0114", tag, format!("the tag `{word}` is not understood here"))
                .label("a word that starts with `!` is a YAML tag")
                .help("leave the tag out; to make a text of a number, write it in quotes"),
        );
        true
    }

    fn null(&mut self, span: Span) -> Option<Node> {
        if self.slice(span) == "null" {
            return Some(Node {
                span,
                value: Value::Null,
            });
        }
        self.diagnostics.push(comment::mention(
            self.empty("an empty value", span),
            self.after(span),
        ));
        None
    }

    /// An error about a value that is not there; `what` says whose.
    fn empty(&self, what: &str, span: Span) -> Diagnostic {
        let written = self.slice(span);
        let message = match written {
            "" => what.to_owned(),
            _ => format!("{what}: `{written}` stands for nothing"),
        };
        Diagnostic::error("E0112", span, message)
            .help("write `{}` for an element without attributes, `\"\"` for an empty text, or the word `null` to remove what a file further down the chain has")
    }

    fn typed(&self, span: Span) -> Node {
        let text = self.slice(span);
        let scalar = Scalar {
            text: text.to_owned(),
            plain: true,
            kind: kind(text),
        };
        Node {
            span,
            value: Value::Scalar(scalar),
        }
    }

    fn text(&mut self, span: Span, text: String) -> Node {
        let plain = self.is_plain(span);
        let mut text = text;
        if plain {
            self.diagnostics.extend(comment::swallowed(self.text, span));
            // The library's word for a number that no machine number holds, such as `1e400`.
            if text.ends_with(".inf")
                && self
                    .slice(span)
                    .starts_with(|c: char| c.is_ascii_digit() || c == '-')
            {
                text = self.slice(span).to_owned();
            }
        }
        // The place of a block scalar runs over the blank lines behind it.
        let end = span.start as usize + self.slice(span).trim_end_matches(['\n', '\r', ' ']).len();
        let span = Span::new(self.source, span.start as usize, end);
        Node {
            span,
            value: Value::Scalar(Scalar {
                text,
                plain,
                kind: ScalarKind::Text,
            }),
        }
    }

    /// Whether the text at `span` is neither quoted nor a block scalar (`|`, `>`), whose place is its content.
    fn is_plain(&self, span: Span) -> bool {
        let slice = self.slice(span);
        if slice.is_empty() || slice.starts_with(['"', '\'']) || slice.ends_with(['\n', '\r']) {
            return false;
        }
        if span.end as usize != self.text.len() {
            return true;
        }
        // The last text of a file without a line end: look at the line before it for the `|`.
        let Some(head) = self.before(span).trim_end_matches([' ', '\t']).strip_suffix('\n') else {
            return true;
        };
        let line = head.trim_end().rsplit('\n').next().unwrap_or("");
        let header = line.rsplit([' ', '\t']).next().unwrap_or("");
        !header.starts_with(['|', '>']) || header.len() > 3
    }

    fn list(&mut self, span: Span, items: Vec<Item<'t>>, flow: bool) -> Node {
        let mut trapped = Vec::new();
        if flow {
            let cells: Vec<Span> = items.iter().map(|item| self.cell(item)).collect();
            trapped = trap::find(self.text, &cells, self.diagnostics);
        }
        let mut list = Vec::with_capacity(items.len());
        let mut end = span;
        for (index, item) in items.into_iter().enumerate() {
            if trapped.iter().any(|cells| cells.contains(&index)) {
                continue;
            }
            let Some(node) = self.node(item, flow) else {
                continue;
            };
            end = end.to(node.span);
            if matches!(node.value, Value::Null) {
                self.diagnostics.push(
                    Diagnostic::error("E0121", node.span, "`null` in a list removes nothing")
                        .help("a list in an overlay replaces the whole list; to drop one member, write a map: `{ name: null }`"),
                );
                continue;
            }
            list.push(node);
        }
        Node {
            span: self.closed(span, end),
            value: Value::List(list),
        }
    }

    fn map(&mut self, span: Span, entries: Vec<(Item<'t>, Item<'t>)>, flow: bool) -> Node {
        let mut trapped = Vec::new();
        if flow {
            let cells: Vec<Span> = entries
                .iter()
                .flat_map(|(key, value)| [self.cell(key), self.cell(value)])
                .collect();
            trapped = trap::find(self.text, &cells, self.diagnostics);
        }
        let mut map = Map {
            entries: IndexMap::with_capacity(entries.len()),
            removed: IndexMap::new(),
        };
        let mut end = span;
        for (index, (key, value)) in entries.into_iter().enumerate() {
            if trapped
                .iter()
                .any(|cells| cells.contains(&(2 * index)) || cells.contains(&(2 * index + 1)))
            {
                continue;
            }
            let key_span = self.span(&key);
            end = end.to(key_span);
            let Some(name) = self.key(key, key_span) else {
                continue;
            };
            let value_span = self.span(&value);
            if matches!(value.value, Raw::Null) && self.slice(value_span) != "null" {
                let mut empty = self.empty(&format!("`{name}` has no value"), value_span);
                let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
                let before = map
                    .entries
                    .values()
                    .next_back()
                    .and_then(|entry| entry.node.as_scalar());
                if let Some(before) = before.filter(|before| digits(&name) && digits(&before.text)) {
                    empty.help = vec![format!(
                        "the comma ends the value before it: a decimal is written with a point, `{}.{name}`",
                        before.text
                    )];
                } else if let Some((before, text)) = self.torn_text(&map, key_span, flow) {
                    let whole = self.slice(before.to(key_span)).to_owned();
                    let quoted = format!("\"{whole}\"");
                    if crate::document::fields::is_id(&name) {
                        empty.help.push(format!(
                            "or, if it belongs to `{text}`: inside `{{ }}` a comma ends a value, so write {quoted}"
                        ));
                    } else {
                        empty.help = vec![format!(
                            "inside `{{ }}` a comma ends a value, here `{text}`: a text that holds a comma needs quotes"
                        )];
                        if !whole.contains(['"', '\\', '\n']) {
                            empty = empty.fix(before.to(key_span), quoted);
                        }
                    }
                }
                self.diagnostics.push(comment::mention(
                    at(empty, key_span),
                    self.after(key_span).trim_start_matches(':'),
                ));
                continue;
            }
            let Some(node) = self.node(value, flow) else {
                continue;
            };
            end = end.to(node.span);
            self.insert(&mut map, name, Entry { key: key_span, node });
        }
        Node {
            span: self.closed(span, end),
            value: Value::Map(map),
        }
    }

    /// The text before a key without colon and value, which may be the rest of that text.
    fn torn_text(&self, map: &Map, key: Span, flow: bool) -> Option<(Span, String)> {
        let last = &map.entries.values().next_back().filter(|_| flow)?.node;
        let scalar = last
            .as_scalar()
            .filter(|scalar| scalar.plain && !self.after(key).starts_with(':'))?;
        let between = self.text.get(last.span.end as usize..key.start as usize)?;
        (between.trim() == "," && !between.contains('\n')).then(|| (last.span, scalar.text.clone()))
    }

    fn insert(&mut self, map: &mut Map, name: String, entry: Entry) {
        // `True` and `true` are one key to a reader, as are `1` and `"1"`.
        let first = match name.to_ascii_lowercase() {
            lower if lower == "true" || lower == "false" => map
                .entries
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(&lower))
                .map(|(_, entry)| entry.key),
            _ => map.entries.get(&name).map(|entry| entry.key),
        };
        let Some(first) = first else {
            map.entries.insert(name, entry);
            return;
        };
        self.diagnostics.push(
            Diagnostic::error("E0113", entry.key, format!("`{name}` stands here twice"))
                .label("a second time")
                .also(first, "first here")
                .help("keep one of them, or put what belongs together under one key"),
        );
    }

    fn key(&mut self, key: Item<'t>, span: Span) -> Option<String> {
        if self.has_tag(span) {
            return None;
        }
        let name = match key.value {
            Raw::Text(name) => name.into_owned(),
            Raw::Typed => self.slice(span).to_owned(),
            Raw::Null | Raw::List(_) | Raw::Map(_) => {
                self.diagnostics.push(
                    Diagnostic::error("E0116", span, "a key must be a name")
                        .help("before the colon write a name such as `ukraine`, or a call such as `at_war(russia, ukraine)`"),
                );
                return None;
            }
        };
        if let Some(rest) = name.strip_prefix(['-', '\u{2013}', '\u{2014}', '\u{2022}'])
            && self.is_plain(span)
            && let Some(first) = name.chars().next()
            && rest.trim_start().starts_with(char::is_alphabetic)
        {
            let sign = Span::new(
                self.source,
                span.start as usize,
                span.start as usize + name.len() - rest.trim_start().len(),
            );
            let error = Diagnostic::error("E0116", span, format!("`{name}` cannot be a key"));
            self.diagnostics.push(
                match first {
                    '-' => error.help("a blank is missing behind the `-` that begins an item of a list"),
                    other => error.help(format!("an item of a list begins with the hyphen of the keyboard and a blank, `- `, not with `{other}`")),
                }
                .fix(sign, "- "),
            );
            return None;
        }
        if name == "<<" {
            self.diagnostics.push(
                Diagnostic::error("E0115", span, "the merge key `<<` is not used here")
                    .help("write the entries out, or share them by `from:` or by a kind with defaults"),
            );
            return None;
        }
        Some(normal_key(name))
    }

    /// The place of a plain value inside `{ }` or `[ ]`; empty for anything that cannot be half a call.
    fn cell(&self, raw: &Item<'_>) -> Span {
        let span = self.span(raw);
        let whole = match raw.value {
            Raw::Text(_) | Raw::Typed => self.is_plain(span) && !raw.aliased,
            Raw::Null => true,
            Raw::List(_) | Raw::Map(_) => false,
        };
        if whole {
            span
        } else {
            Span::new(self.source, span.start as usize, span.start as usize)
        }
    }

    /// From the start of a collection to its last child, and to the closing bracket if it has one.
    fn closed(&self, start: Span, last: Span) -> Span {
        let close = match self.slice(start).chars().next() {
            Some('{') => '}',
            Some('[') => ']',
            _ => return start.to(last),
        };
        let rest = self.after(last);
        let trimmed = rest.trim_start_matches([' ', '\n', '\r', '\t', ',']);
        let end = last.end as usize
            + if trimmed.starts_with(close) {
                rest.len() - trimmed.len() + 1
            } else {
                0
            };
        Span::new(self.source, start.start as usize, end)
    }
}

fn at(mut diagnostic: Diagnostic, span: Span) -> Diagnostic {
    if let Some(primary) = &mut diagnostic.primary {
        primary.span = span;
    }
    diagnostic
}

/// What a plain scalar is, by its text alone.
fn kind(text: &str) -> ScalarKind {
    if text == "true" || text == "false" {
        return ScalarKind::Boolean;
    }
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let number = match unsigned.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(unsigned),
    };
    if number {
        ScalarKind::Number
    } else {
        ScalarKind::Text
    }
}
