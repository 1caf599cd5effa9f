//! Joining what repeats.
//!
//! A day of a long run often brings what the day before brought. Happenings are joined day by day: what follows from
//! the calendar alone is joined with its last occurrence as long as nothing new happened in between; what is news is
//! joined only if the whole day brings the same news as the last one did.

use super::{Change, Happening, Reason};

/// The happenings, equal ones in a row joined.
pub(super) fn fold(all: Vec<Happening>) -> Vec<Happening> {
    let mut folded: Vec<Happening> = Vec::new();
    // Where the present stretch without news begins, and the news with which it began.
    let mut since = 0;
    let mut news: Vec<Happening> = Vec::new();
    let mut rest = all.into_iter().peekable();
    while let Some(first) = rest.next() {
        let date = first.date;
        let mut day = vec![first];
        while let Some(next) = rest.next_if(|next| next.date == date) {
            day.push(next);
        }
        let fresh: Vec<Happening> = day
            .iter()
            .filter(|happening| !happening.routine)
            .cloned()
            .collect();
        let same = fresh.len() == news.len() && fresh.iter().zip(&news).all(|(a, b)| alike(a, b));
        if !fresh.is_empty() && !same {
            since = folded.len();
            news = fresh;
        }
        for happening in day {
            let stretch = folded.get_mut(since..).unwrap_or_default();
            match stretch
                .iter_mut()
                .find(|earlier| earlier.last < date && alike(earlier, &happening))
            {
                Some(earlier) => join(earlier, happening),
                None => folded.push(happening),
            }
        }
    }
    folded
}

/// Whether two happenings differ only in date, numbers, and the norms they touch.
fn alike(a: &Happening, b: &Happening) -> bool {
    (a.kind, &a.text, &a.missing) == (b.kind, &b.text, &b.missing)
        && a.reasons.len() == b.reasons.len()
        && a.reasons.iter().zip(&b.reasons).all(|(a, b)| same_reason(a, b))
        && a.changes.len() == b.changes.len()
        && a.changes.iter().zip(&b.changes).all(|(a, b)| same_change(a, b))
}

fn same_reason(a: &Reason, b: &Reason) -> bool {
    match (a, b) {
        (
            Reason::Rule {
                text: a, rule: one, ..
            },
            Reason::Rule {
                text: b, rule: other, ..
            },
        ) => a == b && one == other,
        (
            Reason::Settled {
                name: a,
                word: one,
                way: by,
                ..
            },
            Reason::Settled {
                name: b,
                word: other,
                way: with,
                ..
            },
        ) => a == b && one == other && by == with,
        (a, b) => a == b,
    }
}

fn same_change(a: &Change, b: &Change) -> bool {
    match (a, b) {
        (Change::Measured { measure: a, .. }, Change::Measured { measure: b, .. }) => a == b,
        (Change::Scheduled { event: a, .. }, Change::Scheduled { event: b, .. }) => a == b,
        (a, b) => a == b,
    }
}

fn join(earlier: &mut Happening, later: Happening) {
    earlier.times += later.times;
    earlier.last = later.last;
    for (before, after) in earlier.changes.iter_mut().zip(later.changes) {
        match (before, after) {
            (Change::Measured { to, .. }, Change::Measured { to: last, .. }) => *to = last,
            (Change::Scheduled { due, .. }, Change::Scheduled { due: last, .. }) => *due = last,
            _ => {}
        }
    }
    for (before, after) in earlier.reasons.iter_mut().zip(later.reasons) {
        if let (Reason::Settled { p, last_p, .. }, Reason::Settled { p: last, .. }) = (before, after) {
            *last_p = last.filter(|last| Some(*last) != *p);
        }
    }
}
