//! What comes on later days: events, deadlines, and chances that show then.

use smallvec::SmallVec;

use crate::engine::Arranged;
use crate::language::value::Duration;
use crate::program::{ChanceId, GroundDeadline, GroundEventId, NodeId, Program, TemplateId};

crate::ids::ids! {
    /// A chance that shows later.
    LatentId;
}

/// Something that comes due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Coming {
    /// An event happens.
    Event(GroundEventId),
    /// An event happens when the day is at rest, unless the node holds.
    Unless(GroundEventId, NodeId),
    /// The last day of a duty.
    Deadline(TemplateId),
    /// A chance was drawn earlier, and now shows.
    Latent(LatentId),
}

/// A chance of which nothing shows before its events come due: its branches, each with its probability (in bits, to be
/// compared) and its events. It is settled on that day, which makes no difference to anybody and leaves one state
/// instead of many to be carried until then.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Latent {
    /// Which chance.
    pub chance: ChanceId,
    /// Its branches.
    pub branches: Vec<(u64, SmallVec<[Coming; 1]>)>,
}

impl Latent {
    /// Everything that may happen.
    pub fn events(&self) -> impl Iterator<Item = Coming> + '_ {
        self.branches
            .iter()
            .flat_map(|(_, events)| events.iter().copied())
    }
}

/// What is due on a day, ascending. For a deadline, whether the same duty has later ones too.
pub(crate) type Due = SmallVec<[(Coming, bool); 2]>;

/// What a day adds to what comes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Delta {
    /// Events put on the agenda, ascending, each once.
    pub arranged: SmallVec<[Arranged; 2]>,
    /// Chances that show later, ascending.
    pub latent: SmallVec<[(LatentId, Duration); 2]>,
    /// Duties with a deadline that arose, ascending, each once.
    pub arisen: SmallVec<[TemplateId; 2]>,
    /// Duties older than the day that are still active, ascending.
    pub lasting: SmallVec<[TemplateId; 2]>,
}

impl Delta {
    /// Puts everything in its canonical order.
    fn sort(&mut self) {
        self.arranged.sort_unstable_by_key(order);
        self.arranged.dedup();
        self.latent
            .sort_unstable_by_key(|(id, after)| (*id, length(*after)));
        self.arisen.sort_unstable();
        self.arisen.dedup();
        self.lasting.sort_unstable();
        self.lasting.dedup();
    }

    /// What comes soon, and what comes later.
    pub fn parts(mut self, program: &Program) -> (Delta, Delta) {
        self.sort();
        let mut later = Delta {
            lasting: self.lasting.clone(),
            ..Delta::default()
        };
        later.arranged.extend(
            self.arranged
                .iter()
                .filter(|(_, after, _)| !soon(*after))
                .copied(),
        );
        self.arranged.retain(|(_, after, _)| soon(*after));
        later
            .latent
            .extend(self.latent.iter().filter(|(_, after)| !soon(*after)).copied());
        self.latent.retain(|(_, after)| soon(*after));
        let timed = |duty: &TemplateId| matches!(program.templates[*duty].deadline, GroundDeadline::Within(after) if soon(after));
        later
            .arisen
            .extend(self.arisen.iter().filter(|duty| !timed(duty)).copied());
        self.arisen.retain(|duty| timed(duty));
        (self, later)
    }
}

/// Whether a duration counts as soon: about a quarter of a year. A matter of speed alone.
fn soon(after: Duration) -> bool {
    match after {
        Duration::Days(days) => days <= 100,
        Duration::Months(months) => months <= 3,
        Duration::Never => false,
    }
}

/// The order of arrangements: any that is total and the same everywhere.
pub(crate) fn order(arranged: &Arranged) -> (GroundEventId, Option<NodeId>, u8, i32) {
    let (event, after, unless) = *arranged;
    let (family, length) = length(after);
    (event, unless, family, length)
}

fn length(after: Duration) -> (u8, i32) {
    match after {
        Duration::Days(days) => (0, days),
        Duration::Months(months) => (1, months),
        Duration::Never => (2, 0),
    }
}
