//! What happened in a run, in order, with causes. Bulk runs keep none of it.

use crate::language::value::{Day, Fixed};
use crate::model::WordId;
use crate::program::{AtomId, ChoiceId, GroundEventId, InstanceId, SettlementId, SlotId, TemplateId};

use super::settle::Way;

/// The number of a norm in its run, in the order of arising.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NormSerial(pub u32);

/// Why an event was raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// It stands in the timeline, at this place of the model's list.
    Timeline(usize),
    /// A rule raised it just now.
    Rule(InstanceId),
    /// A rule put it on the agenda, on that day.
    Agenda,
    /// A norm was breached.
    Breach(NormSerial),
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The day.
    pub day: Day,
    /// The wave of the day, from 1; what happens at rest bears the number of the wave before it.
    pub wave: u32,
    /// What happened.
    pub what: What,
}

/// The kinds of things that happen.
#[derive(Clone, Debug, PartialEq)]
pub enum What {
    /// An event happened.
    Happened {
        /// Which.
        event: GroundEventId,
        /// Why; more than one where several raised it.
        causes: Vec<Cause>,
    },
    /// An institutional act was void: what it requires did not hold.
    Void {
        /// Which.
        event: GroundEventId,
        /// Why it was tried.
        causes: Vec<Cause>,
    },
    /// A rule fired.
    Fired {
        /// Which.
        instance: InstanceId,
        /// By which event; none for a tick or a rising condition.
        trigger: Option<GroundEventId>,
    },
    /// A chance or a choice was settled.
    Settled {
        /// Which.
        settlement: SettlementId,
        /// How it fell.
        word: WordId,
        /// Who settled it.
        way: Way,
        /// Which time it came up.
        occurrence: u32,
        /// The probability of the branch; none for choices.
        p: Option<f64>,
        /// For which instance.
        source: InstanceId,
    },
    /// A choice had no open option.
    NothingOpen {
        /// Which.
        choice: ChoiceId,
    },
    /// A fact began to hold.
    Started {
        /// Which.
        atom: AtomId,
        /// By which rules.
        by: Vec<InstanceId>,
    },
    /// A fact ceased to hold.
    Ended {
        /// Which.
        atom: AtomId,
        /// By which rules.
        by: Vec<InstanceId>,
    },
    /// A measure changed.
    Measured {
        /// Which.
        slot: SlotId,
        /// Before.
        from: Fixed,
        /// After.
        to: Fixed,
        /// By which rules.
        by: Vec<InstanceId>,
    },
    /// An event was put on the agenda.
    Scheduled {
        /// Which.
        event: GroundEventId,
        /// For which day.
        due: Day,
        /// By which rule.
        by: InstanceId,
    },
    /// A due event did not happen, because its `unless:` held.
    Withheld {
        /// Which.
        event: GroundEventId,
    },
    /// A norm arose.
    Arose {
        /// Its number.
        norm: NormSerial,
        /// Which.
        template: TemplateId,
        /// Its last day; `Day::NEVER` if it has none.
        deadline: Day,
    },
    /// A duty was fulfilled, by this event (none: its condition came to hold).
    Fulfilled {
        /// Its number.
        norm: NormSerial,
        /// By what.
        by: Option<GroundEventId>,
    },
    /// A norm was released: its `while:` failed.
    Released {
        /// Its number.
        norm: NormSerial,
    },
    /// A norm was breached, by this event (none: its last day passed).
    Breached {
        /// Its number.
        norm: NormSerial,
        /// By what.
        by: Option<GroundEventId>,
    },
}

/// Who listens to a run.
pub trait Tracer {
    /// Something happened; `what` is only called by those who keep it.
    fn record(&mut self, day: Day, wave: u32, what: impl FnOnce() -> What);

    /// Whether the effects of an instance are left out, because whoever drives the run knows that nothing it looks for
    /// can depend on them.
    #[inline]
    fn mutes(&self, _: InstanceId) -> bool {
        false
    }

    /// Whether anything is kept or left out. Where it is not, days of which nothing comes need not be told.
    #[inline]
    fn listens(&self) -> bool {
        true
    }

    /// Whether more was told than can be kept, so that the run has to stop.
    #[inline]
    fn full(&self) -> bool {
        false
    }
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

impl Tracer for NoTrace {
    #[inline]
    fn record(&mut self, _: Day, _: u32, _: impl FnOnce() -> What) {}

    #[inline]
    fn listens(&self) -> bool {
        false
    }
}

/// Keeps everything, up to half a million entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// In order.
    pub entries: Vec<Entry>,
}

/// How many entries a traced run may have. Told as a story, each takes about a kilobyte.
pub(super) const LONGEST: usize = 500_000;

impl Tracer for Trace {
    fn full(&self) -> bool {
        self.entries.len() > LONGEST
    }

    fn record(&mut self, day: Day, wave: u32, what: impl FnOnce() -> What) {
        self.entries.push(Entry {
            day,
            wave,
            what: what(),
        });
    }
}
