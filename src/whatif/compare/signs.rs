//! A trace in the common numbering: what is held against the other world's.

use crate::engine::{Entry, NormSerial, Run, What};
use crate::language::value::Day;
use crate::program::TemplateId;

use super::common::{Key, Keys, key};

/// The sorts of happenings that are compared. The order is that in which a difference on one wave is told: what
/// happens is a reason for what changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Sort {
    Happened,
    Void,
    Settled,
    NothingOpen,
    Withheld,
    Arose,
    Fulfilled,
    Released,
    Breached,
    Started,
    Ended,
}

/// One happening: what, not when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Matter {
    pub sort: Sort,
    pub key: Key,
    /// How a chance or choice fell.
    pub word: Key,
}

/// One happening with its place in the trace.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sign {
    pub day: Day,
    pub wave: u32,
    pub what: Matter,
    /// Its place in the trace.
    pub entry: usize,
}

/// A run as it is compared.
pub(super) struct Signs {
    pub all: Vec<Sign>,
    /// The norms of the run by serial.
    pub norms: Vec<TemplateId>,
}

impl Signs {
    /// Reads a run. Measures and agenda are left out: what comes of them happens later, or does not matter.
    pub fn of(run: &Run<'_>, keys: &Keys) -> Signs {
        let mut signs = Signs {
            all: Vec::new(),
            norms: Vec::new(),
        };
        for (place, entry) in run.trace.entries.iter().enumerate() {
            if let What::Arose { template, .. } = entry.what {
                signs.norms.push(template);
            }
            if let Some(what) = signs.what(run, entry, keys) {
                signs.all.push(Sign {
                    day: entry.day,
                    wave: entry.wave,
                    what,
                    entry: place,
                });
            }
        }
        signs
    }

    fn what(&self, run: &Run<'_>, entry: &Entry, keys: &Keys) -> Option<Matter> {
        let plain = |sort, key| Some(Matter { sort, key, word: 0 });
        let norm = |sort, serial: NormSerial| {
            let template = self.norms.get(serial.0 as usize)?;
            plain(sort, key(&keys.templates, *template))
        };
        match &entry.what {
            What::Happened { event, .. } => plain(Sort::Happened, key(&keys.events, *event)),
            What::Void { event, .. } => plain(Sort::Void, key(&keys.events, *event)),
            What::Withheld { event } => plain(Sort::Withheld, key(&keys.events, *event)),
            What::Settled { settlement, word, .. } => Some(Matter {
                sort: Sort::Settled,
                key: key(&keys.settlements, *settlement),
                word: key(&keys.words, *word),
            }),
            What::NothingOpen { choice } => {
                let settlement = run.compiled.program().choices.find(*choice)?.settlement;
                plain(Sort::NothingOpen, key(&keys.settlements, settlement))
            }
            What::Started { atom, .. } => plain(Sort::Started, key(&keys.atoms, *atom)),
            What::Ended { atom, .. } => plain(Sort::Ended, key(&keys.atoms, *atom)),
            What::Arose { template, .. } => plain(Sort::Arose, key(&keys.templates, *template)),
            What::Fulfilled { norm: serial, .. } => norm(Sort::Fulfilled, *serial),
            What::Released { norm: serial } => norm(Sort::Released, *serial),
            What::Breached { norm: serial, .. } => norm(Sort::Breached, *serial),
            What::Fired { .. } | What::Measured { .. } | What::Scheduled { .. } => None,
        }
    }
}
