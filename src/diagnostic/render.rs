//! Messages for people: the text with marks under it, in the manner of rustc.

use std::collections::BTreeMap;
use std::ops::Range;

use annotate_snippets::{AnnotationKind, Element, Group, Level, Patch, Renderer, Snippet};

use super::{Diagnostic, Diagnostics, Label, Severity, SourceId, Sources, Span};

/// How messages are rendered.
#[derive(Clone, Copy, Debug)]
pub struct Options {
    /// Whether to use the colours of a terminal.
    pub color: bool,
    /// The width of the terminal, in columns; longer lines are cut.
    pub width: usize,
    /// How many messages to show; the closing line counts the others.
    pub limit: usize,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            color: false,
            width: 140,
            limit: 20,
        }
    }
}

impl Diagnostics {
    /// All messages in the order of their places, each once, and a closing line that counts them.
    /// Empty if there is no message.
    pub fn render(&self, sources: &Sources, options: Options) -> String {
        self.render_with(sources, options, "")
    }

    /// As [`render`](Self::render), with some lines of text before the last one, which counts.
    pub fn render_with(&self, sources: &Sources, options: Options, lines: &str) -> String {
        let list = self.sorted();
        if list.is_empty() {
            return String::new();
        }
        let renderer = if options.color {
            Renderer::styled()
        } else {
            Renderer::plain()
        };
        let renderer = renderer.term_width(options.width.max(40));
        let mut out = String::new();
        for diagnostic in list.iter().take(options.limit) {
            out += &one(diagnostic, sources, &renderer);
            out += "\n\n";
        }
        if !lines.is_empty() {
            out += lines;
            out.push('\n');
        }
        out += &closing(&list, options.limit);
        out.push('\n');
        out
    }

    /// The messages in the order of their places, those without a place first, each once.
    pub fn sorted(&self) -> Vec<&Diagnostic> {
        let mut list: Vec<&Diagnostic> = self.iter().collect();
        list.sort_by_key(|d| (d.primary.as_ref().map(|label| label.span), d.severity, d.code));
        let mut unique: Vec<&Diagnostic> = Vec::with_capacity(list.len());
        for diagnostic in list {
            let same_place = unique
                .iter()
                .rev()
                .take_while(|known| place(known) == place(diagnostic));
            if same_place.into_iter().all(|known| *known != diagnostic) {
                unique.push(diagnostic);
            }
        }
        unique
    }
}

fn place(diagnostic: &Diagnostic) -> Option<Span> {
    diagnostic.primary.as_ref().map(|label| label.span)
}

/// "3 errors, 1 warning (2 not shown)"
fn closing(list: &[&Diagnostic], limit: usize) -> String {
    let count = |severity: Severity, word: &str| match list.iter().filter(|d| d.severity == severity).count()
    {
        0 => None,
        1 => Some(format!("1 {word}")),
        n => Some(format!("{n} {word}s")),
    };
    let counts: Vec<String> = [
        count(Severity::Error, "error"),
        count(Severity::Warning, "warning"),
    ]
    .into_iter()
    .flatten()
    .collect();
    match list.len().saturating_sub(limit) {
        0 => counts.join(", "),
        hidden => format!("{} ({hidden} not shown)", counts.join(", ")),
    }
}

fn one(diagnostic: &Diagnostic, sources: &Sources, renderer: &Renderer) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level
        .primary_title(diagnostic.message.as_str())
        .id(diagnostic.code.0);
    let mut elements: Vec<Element<'_>> = snippets(diagnostic, sources);
    elements.extend(
        diagnostic
            .help
            .iter()
            .map(|help| Level::HELP.message(help.as_str()).into()),
    );
    let mut groups = vec![Group::with_title(title).elements(elements)];
    groups.extend(patch(diagnostic, sources));
    renderer.render(&groups)
}

/// The marked texts: first the one at fault, then the others in the order in which they were read.
fn snippets<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Vec<Element<'a>> {
    let Some(primary) = &diagnostic.primary else {
        return Vec::new();
    };
    let mut by_source: BTreeMap<(bool, SourceId), Vec<(AnnotationKind, &Label)>> = BTreeMap::new();
    by_source
        .entry((false, primary.span.source))
        .or_default()
        .push((AnnotationKind::Primary, primary));
    for label in &diagnostic.secondary {
        let other = label.span.source != primary.span.source;
        by_source
            .entry((other, label.span.source))
            .or_default()
            .push((AnnotationKind::Context, label));
    }
    let mut elements = Vec::new();
    for ((_, id), labels) in by_source {
        let Some(source) = sources.get(id) else { continue };
        let window = Window::around(&source.text, labels.iter().map(|(_, label)| label.span));
        let marks = labels.into_iter().map(|(kind, label)| {
            let mark = kind.span(window.mark(label.span));
            if label.text.is_empty() {
                mark
            } else {
                mark.label(label.text.as_str())
            }
        });
        elements.push(
            Snippet::source(window.text)
                .line_start(window.line)
                .path(source.name.as_str())
                .annotations(marks)
                .into(),
        );
    }
    elements
}

/// Most bytes of text and replacement of a patch that is shown.
const LONGEST_PATCH: usize = 4000;

fn patch<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Option<Group<'a>> {
    let fix = diagnostic.fix.as_ref()?;
    let source = sources.get(fix.span.source)?;
    let window = Window::around(&source.text, [fix.span]);
    if window.text.len() + fix.replacement.len() > LONGEST_PATCH {
        // A patch is shown with its whole lines, however long they are.
        return None;
    }
    let snippet = Snippet::source(window.text)
        .line_start(window.line)
        .path(source.name.as_str())
        .patch(Patch::new(window.whole(fix.span), fix.replacement.as_str()));
    Some(Group::with_title(Level::HELP.secondary_title("write it like this")).element(snippet))
}

/// The lines of a text that matter, so that a message about a large file costs no more than one about a small one.
struct Window<'t> {
    text: &'t str,
    /// Where the window begins, in bytes of the whole text.
    start: usize,
    /// The number of its first line.
    line: usize,
}

impl<'t> Window<'t> {
    fn around(text: &'t str, spans: impl IntoIterator<Item = Span>) -> Self {
        let (mut from, mut to) = (text.len(), 0);
        for span in spans {
            from = from.min(span.start as usize);
            to = to.max(Self::first_line_end(text, span));
        }
        let start = text
            .get(..from)
            .and_then(|before| before.rfind('\n'))
            .map_or(0, |at| at + 1);
        let end = text
            .get(to..)
            .and_then(|after| after.find('\n'))
            .map_or(text.len(), |at| to + at + 1);
        let line = 1 + text.get(..start).unwrap_or("").matches('\n').count();
        Window {
            text: text.get(start..end.max(start)).unwrap_or(""),
            start,
            line,
        }
    }

    /// A mark goes to the end of its first line at most: arrows around twenty lines help nobody.
    fn first_line_end(text: &str, span: Span) -> usize {
        let (start, end) = (span.start as usize, span.end as usize);
        let covered = text.get(start..end).unwrap_or("");
        covered
            .find('\n')
            .map_or(end, |at| start + covered.get(..at).unwrap_or("").trim_end().len())
    }

    fn mark(&self, span: Span) -> Range<usize> {
        let covered = self.text.get(self.at(span.start)..).unwrap_or("");
        let length = (span.end - span.start) as usize;
        let covered = covered.get(..length).unwrap_or(covered);
        let first = covered.split('\n').next().unwrap_or("").trim_end().len();
        self.at(span.start)..self.at(span.start) + first
    }

    fn whole(&self, span: Span) -> Range<usize> {
        self.at(span.start)..self.at(span.end)
    }

    fn at(&self, byte: u32) -> usize {
        (byte as usize).saturating_sub(self.start).min(self.text.len())
    }
}
