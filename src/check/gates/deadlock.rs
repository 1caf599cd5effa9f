//! A deadlock: gates of which each waits for the next and the last for the first, so that none can come first.

use serde::Serialize;

use super::graph::{Graph, Ix, What};
use super::names::{place, said, spelled};
use crate::check::authored::Authored;
use crate::diagnostic::{Diagnostic, Span};
use crate::model::Model;

/// Gates that wait for each other in a ring.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Deadlock {
    /// Each needs the next, the last the first.
    pub ring: Vec<Waiting>,
}

/// One of the gates of a [`Deadlock`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What waits, as scenarios spell it.
    pub what: String,
    /// The same in the words of `says:`.
    pub says: Option<String>,
    /// What makes it wait for the next: the attribute of an entity that holds the condition, or the rule.
    pub because: String,
    /// Where that is written, `file.yaml:12`.
    pub place: Option<String>,
    #[serde(skip)]
    pub(super) span: Option<Span>,
    /// Whether the place is one of the author's, not of the vocabulary.
    #[serde(skip)]
    pub(super) authored: bool,
}

impl Deadlock {
    /// The loops of one knot in words. Those that differ only in what is left out of the words are one.
    pub(super) fn all(
        model: &Model,
        authored: &Authored<'_>,
        graph: &Graph,
        knot: &[Vec<Ix>],
    ) -> Vec<Deadlock> {
        let mut all: Vec<Deadlock> = Vec::new();
        for round in knot {
            let deadlock = Deadlock::of(model, authored, graph, round);
            if !all.iter().any(|known| known.names().eq(deadlock.names())) {
                all.push(deadlock);
            }
        }
        all
    }

    fn names(&self) -> impl Iterator<Item = &str> {
        self.ring.iter().map(|waiting| waiting.what.as_str())
    }

    /// Puts a loop of the graph into words. What is only the trace of an event (a fact that it starts) is left out.
    fn of(model: &Model, authored: &Authored<'_>, graph: &Graph, round: &[Ix]) -> Deadlock {
        let what = |ix: Ix| graph.node(ix).map(|node| &node.what);
        let is_named = |ix: &Ix| {
            matches!(
                what(*ix),
                Some(What::Fact(_) | What::NoFact(_) | What::Event(..) | What::Measure(_))
            )
        };
        // Begin with a named node, so that every stretch lies between two of them.
        let first = round.iter().position(is_named).unwrap_or(0);
        let turned: Vec<Ix> = round
            .iter()
            .cycle()
            .skip(first)
            .take(round.len())
            .copied()
            .collect();
        let mut stretches: Vec<Vec<Ix>> = Vec::new();
        for ix in turned {
            match stretches.last_mut() {
                Some(last) if !is_named(&ix) => last.push(ix),
                _ => stretches.push(vec![ix]),
            }
        }
        // What is started by one event is told by that event.
        let count = stretches.len();
        let gates = |stretch: &[Ix]| stretch.iter().any(|ix| matches!(what(*ix), Some(What::Gate(..))));
        let heads: Vec<Option<Ix>> = stretches.iter().map(|stretch| stretch.first().copied()).collect();
        let is_trace = |at: usize, stretch: &[Ix]| {
            let next = heads.get((at + 1) % count.max(1)).copied().flatten();
            let starts = matches!(
                stretch.first().and_then(|ix| what(*ix)),
                Some(What::Fact(_) | What::NoFact(_))
            );
            starts && !gates(stretch) && matches!(next.and_then(what), Some(What::Event(..)))
        };
        let mut kept: Vec<Vec<Ix>> = Vec::new();
        let mut dropped_first: Vec<Ix> = Vec::new();
        for (at, stretch) in stretches.iter().enumerate() {
            if count > 2 && is_trace(at, stretch) {
                match kept.last_mut() {
                    Some(last) => last.extend(stretch.iter().copied()),
                    None => dropped_first.extend(stretch.iter().copied()),
                }
            } else {
                kept.push(stretch.clone());
            }
        }
        if let Some(last) = kept.last_mut() {
            last.extend(dropped_first);
        }
        let mut ring: Vec<Waiting> = kept
            .iter()
            .filter_map(|stretch| waiting(model, authored, graph, stretch))
            .collect();
        // The ring begins where its spelling is least, so that it reads the same from wherever it was found.
        let least = ring
            .iter()
            .enumerate()
            .min_by_key(|(_, waiting)| (!waiting.authored, waiting.span, waiting.what.clone()))
            .map_or(0, |(at, _)| at);
        ring.rotate_left(least);
        Deadlock { ring }
    }

    /// The ring in short: what the vocabulary puts between two of the author's gates is left out.
    fn short(&self) -> Vec<&Waiting> {
        let authored: Vec<&Waiting> = self.ring.iter().filter(|waiting| waiting.authored).collect();
        if authored.len() > 1 {
            authored
        } else {
            self.ring.iter().collect()
        }
    }

    /// The ring in short as a sentence.
    fn sentence(&self) -> String {
        let ring = self.short();
        let names = ring
            .iter()
            .chain(ring.first())
            .map(|waiting| format!("`{}`", waiting.what));
        names.collect::<Vec<_>>().join(" needs ")
    }

    /// The warning about the loops of one knot, of which the first is shown.
    pub(super) fn diagnostic(knot: &[Deadlock], authored: &Authored<'_>) -> Option<Diagnostic> {
        let (deadlock, others) = knot.split_first()?;
        let ring = deadlock.short();
        let next = |at: usize| {
            ring.get((at + 1) % ring.len().max(1))
                .map_or("", |next| next.what.as_str())
        };
        let primary = ring
            .iter()
            .position(|waiting| waiting.authored && waiting.span.is_some_and(|span| authored.own(span)))
            .or_else(|| ring.iter().position(|waiting| waiting.authored))
            .unwrap_or(0);
        let first = ring.get(primary)?;
        let label =
            |at: usize, waiting: &Waiting| format!("`{}` waits here for `{}`", waiting.what, next(at));
        let names: Vec<String> = ring.iter().map(|waiting| format!("`{}`", waiting.what)).collect();
        let mut diagnostic = Diagnostic::warning(
            "W1013",
            first.span?,
            format!(
                "gates wait for each other, so that none can come first: {}",
                names.join(", ")
            ),
        )
        .label(label(primary, first));
        let mut told = vec![first.span];
        for (at, waiting) in ring.iter().enumerate() {
            if waiting.authored
                && !told.contains(&waiting.span)
                && let Some(span) = waiting.span
            {
                told.push(waiting.span);
                diagnostic = diagnostic.also(span, label(at, waiting));
            }
        }
        diagnostic = diagnostic.help(format!("the loop: {}", deadlock.sentence()));
        for other in others {
            diagnostic = diagnostic.help(format!("another in the same knot: {}", other.sentence()));
        }
        Some(diagnostic.help(
            "let one of them come without the next; `demarche graph FILE --gates GOAL` shows what hangs on what",
        ))
    }
}

/// One named node with what lies between it and the next.
fn waiting(model: &Model, authored: &Authored<'_>, graph: &Graph, stretch: &[Ix]) -> Option<Waiting> {
    let head = graph.node(*stretch.first()?)?;
    let mut best: Option<(u8, &What, Span)> = None;
    for node in stretch.iter().filter_map(|ix| graph.node(*ix)) {
        let Some(span) = node.place else { continue };
        let rank = match (&node.what, authored.anywhere(span)) {
            (What::Gate(..), true) => 0,
            (_, true) => 1,
            (What::Rule(..) | What::Gate(..), false) => 2,
            _ => 3,
        };
        if best.as_ref().is_none_or(|(known, ..)| rank < *known) {
            best = Some((rank, &node.what, span));
        }
    }
    let because = match best {
        Some((_, what @ What::Rule(..), _)) => format!("rule {}", spelled(model, what)),
        Some((_, What::Event(..), _)) => "what it requires".to_owned(),
        Some((_, what, _)) => spelled(model, what),
        None => String::new(),
    };
    let span = best.map(|(.., span)| span);
    Some(Waiting {
        what: spelled(model, &head.what),
        says: said(model, &head.what),
        because,
        place: span.and_then(|span| place(model, span)),
        span,
        authored: span.is_some_and(|span| authored.anywhere(span)),
    })
}
