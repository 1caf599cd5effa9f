//! Chances and choices come up, and are settled (DESIGN 9).

use smallvec::SmallVec;

use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::{When, WordId};
use crate::program::{
    ChanceId, ChoiceId, Counter, GroundChance, GroundFix, Probabilities, Program, Settlement, SettlementId,
    Thumb, distribution, float,
};

use super::draws::Draws;
use super::fault::Fault;
use super::trace::{Tracer, What};
use super::world::World;

/// A chance or choice that waits to be settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pending {
    /// A choice. Choices come before chances.
    Choice(ChoiceId),
    /// A chance.
    Chance(ChanceId),
}

/// Who settled a chance or choice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// A draw.
    Drawn,
    /// The only branch with a probability above zero.
    Sure,
    /// An entry of `fix:`, by its place in the model's list.
    Fixed(usize),
    /// The choice's own default.
    Default,
    /// Whoever drives the run.
    Chosen,
}

/// What a settlement came to today, so that whoever settles it again today gets the same.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SettledToday {
    settlement: SettlementId,
    word: WordId,
    /// The probabilities it was drawn with.
    drawn: Probabilities,
    /// How many commits of the day came before.
    commits: u32,
}

impl SettledToday {
    /// Whether it was a chance.
    pub fn is_drawn(&self) -> bool {
        !self.drawn.is_empty()
    }
}

/// What is open about a chance.
#[derive(Clone, Debug)]
pub(crate) struct Offer {
    /// The place of each branch among the settlement's words, and its probability.
    pub branches: Probabilities,
    /// Which time it comes up.
    pub occurrence: u32,
    /// The branch, where nothing is left to draw: by `fix:`, by an earlier draw of the day, or for want of others.
    pub settled: Option<(usize, Way)>,
}

/// Decides what nothing in the scenario decides.
pub trait Settler {
    /// The branch of a chance, as an index into `branches`, which lists the place of each branch among the
    /// settlement's words and its probability.
    fn chance(
        &mut self,
        settlement: &Settlement,
        occurrence: u32,
        branches: &[(usize, f64)],
    ) -> Option<usize>;

    /// The option of a choice without `fix:` or default, as an index into `open`.
    fn choice(&mut self, settlement: &Settlement, occurrence: u32, open: &[WordId]) -> Option<usize>;

    /// The keyed draws by which all chances fall, if that is how.
    fn keyed(&mut self) -> Option<&mut Draws> {
        None
    }
}

impl Settler for Draws {
    fn chance(
        &mut self,
        settlement: &Settlement,
        occurrence: u32,
        branches: &[(usize, f64)],
    ) -> Option<usize> {
        self.branch(settlement, occurrence, branches)
    }

    fn choice(&mut self, _: &Settlement, _: u32, _: &[WordId]) -> Option<usize> {
        None
    }

    fn keyed(&mut self) -> Option<&mut Draws> {
        Some(self)
    }
}

impl World {
    /// Settles all that is pending, choices first; what that brings up is settled right after.
    pub fn settle(
        &mut self,
        program: &Program,
        settler: &mut impl Settler,
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        while !self.today.pending.is_empty() {
            let mut pending = std::mem::take(&mut self.today.pending);
            pending.sort_unstable();
            for item in pending.drain(..) {
                match item {
                    Pending::Choice(choice) => self.settle_choice(program, choice, settler, tracer)?,
                    Pending::Chance(chance) => self.settle_chance(program, chance, settler, tracer)?,
                }
            }
            if self.today.pending.is_empty() {
                // Keeps the memory for the next wave.
                self.today.pending = pending;
            }
        }
        Ok(())
    }

    /// Which time a settlement comes up on a day, from 1.
    pub(super) fn occurrence(&self, settlement: &Settlement, day: Day) -> u32 {
        match &settlement.counter {
            Counter::Calendar(days) => u32::try_from(count_up_to(days, day)).unwrap_or(u32::MAX),
            Counter::Stored(counter) => self.counters.get(counter.index()).copied().unwrap_or(0),
        }
    }

    /// What the author fixed for this time, with the place of the entry.
    fn fixed(&self, settlement: &Settlement, occurrence: u32) -> Option<(WordId, usize)> {
        match &settlement.fix {
            GroundFix::Open => None,
            GroundFix::Always(word, place) => Some((*word, *place)),
            GroundFix::At(times, place) => {
                // Where both speak, the date is the narrower word.
                let at = |wanted: When| times.iter().find(|(when, _)| *when == wanted);
                let found = at(When::On(self.day)).or_else(|| at(When::Occurrence(occurrence)));
                found.map(|(_, word)| (*word, *place))
            }
            GroundFix::Thumb(thumb, place) => Some((self.thumb(thumb), *place)),
        }
    }

    fn thumb(&self, thumb: &Thumb) -> WordId {
        match thumb {
            Thumb::Word(word) => *word,
            Thumb::If(condition, a, b) => self.thumb(if self.truths.holds(*condition) { a } else { b }),
        }
    }

    /// The probabilities of a chance's branches on the snapshot, checked.
    pub(crate) fn probabilities(
        &self,
        program: &Program,
        chance: &GroundChance,
    ) -> Result<Probabilities, Fault> {
        if let Some(known) = &chance.known {
            return Ok(Probabilities::from_slice(known));
        }
        let said = chance.branches.iter().map(|branch| {
            let p = branch
                .p
                .map(|number| float(&program.numbers, number, &self.snapshot()));
            (branch.place, p)
        });
        distribution(said).map_err(|branches| {
            let words = chance.branches.iter().map(|branch| branch.word);
            Fault::Probability {
                settlement: chance.settlement,
                source: chance.source,
                branches: words.zip(branches.iter().map(|(_, p)| *p)).collect(),
            }
        })
    }

    /// What is open about a chance on the snapshot.
    pub(crate) fn offer(&self, program: &Program, id: ChanceId) -> Result<Offer, Fault> {
        let chance = &program.chances[id];
        let settlement = &program.settlements[chance.settlement];
        let branches = self.probabilities(program, chance)?;
        let occurrence = self.occurrence(settlement, self.day);
        let of_word = |word: WordId| chance.branches.iter().position(|branch| branch.word == word);
        let earlier = settlement
            .recurs
            .then(|| {
                let mut settled = self.today.settled.iter();
                settled.find(|settled| settled.settlement == chance.settlement)
            })
            .flatten();
        let settled = match (self.fixed(settlement, occurrence), earlier) {
            (Some((word, place)), _) => of_word(word).map(|index| (index, Way::Fixed(place))),
            (None, Some(earlier)) if earlier.drawn != branches => {
                return Err(Fault::Disagreement {
                    settlement: chance.settlement,
                    source: chance.source,
                });
            }
            (None, Some(earlier)) => of_word(earlier.word).map(|index| (index, Way::Drawn)),
            (None, None) => {
                let mut possible = branches.iter().enumerate().filter(|(_, (_, p))| *p > 0.0);
                match (possible.next(), possible.next()) {
                    (Some((index, _)), None) => Some((index, Way::Sure)),
                    _ => None,
                }
            }
        };
        Ok(Offer {
            branches,
            occurrence,
            settled,
        })
    }

    /// Settles a chance by the branch at `index` of its offer, and stages what follows.
    pub(crate) fn take(
        &mut self,
        program: &Program,
        id: ChanceId,
        offer: &Offer,
        (index, way): (usize, Way),
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        let chance = &program.chances[id];
        let (Some(branch), Some((_, p))) = (chance.branches.get(index), offer.branches.get(index)) else {
            return Ok(());
        };
        if program.settlements[chance.settlement].recurs {
            self.remember(chance.settlement, branch.word, offer.branches.clone());
        }
        tracer.record(self.day, self.wave, || What::Settled {
            settlement: chance.settlement,
            word: branch.word,
            way,
            occurrence: offer.occurrence,
            p: Some(*p),
            source: chance.source,
        });
        self.stage(program, branch.block)
    }

    fn settle_chance(
        &mut self,
        program: &Program,
        id: ChanceId,
        settler: &mut impl Settler,
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        let offer = self.offer(program, id)?;
        let settlement = &program.settlements[program.chances[id].settlement];
        let drawn = || {
            settler
                .chance(settlement, offer.occurrence, &offer.branches)
                .map(|index| (index, Way::Drawn))
        };
        match offer.settled.or_else(drawn) {
            Some(taken) => self.take(program, id, &offer, taken, tracer),
            None => Ok(()),
        }
    }

    pub(crate) fn settle_choice(
        &mut self,
        program: &Program,
        id: ChoiceId,
        settler: &mut impl Settler,
        tracer: &mut impl Tracer,
    ) -> Result<(), Fault> {
        let choice = &program.choices[id];
        let settlement = &program.settlements[choice.settlement];
        let open: SmallVec<[WordId; 4]> = choice
            .options
            .iter()
            .filter(|option| self.truths.holds(option.open))
            .map(|option| option.word)
            .collect();
        if open.is_empty() {
            tracer.record(self.day, self.wave, || What::NothingOpen { choice: id });
            return Ok(());
        }
        let occurrence = self.occurrence(settlement, self.day);
        let commits = self.today.commits;
        let shared = self
            .today
            .settled
            .iter()
            .find(|settled| settled.settlement == choice.settlement && settled.commits == commits)
            .map(|settled| settled.word);
        let (word, way) = match (self.fixed(settlement, occurrence), shared, &choice.default) {
            (Some((word, place)), ..) => (word, Way::Fixed(place)),
            (None, Some(word), _) => (word, Way::Chosen),
            (None, None, Some(thumb)) => (self.thumb(thumb), Way::Default),
            (None, None, None) => {
                let word = settler
                    .choice(settlement, occurrence, &open)
                    .and_then(|index| open.get(index).copied());
                (word.ok_or(Fault::Undecided { choice: id })?, Way::Chosen)
            }
        };
        if !open.contains(&word) {
            return Err(Fault::Closed {
                choice: id,
                word,
                open: open.to_vec(),
            });
        }
        self.remember(choice.settlement, word, SmallVec::new());
        tracer.record(self.day, self.wave, || What::Settled {
            settlement: choice.settlement,
            word,
            way,
            occurrence,
            p: None,
            source: choice.source,
        });
        match choice.options.iter().find(|option| option.word == word) {
            Some(option) => self.stage(program, option.block),
            None => Ok(()),
        }
    }

    fn remember(&mut self, settlement: SettlementId, word: WordId, drawn: Probabilities) {
        let commits = self.today.commits;
        self.today.settled.push(SettledToday {
            settlement,
            word,
            drawn,
            commits,
        });
    }
}

/// How many days of an ascending list are not after a day. Ticks are spread evenly, so that a guess finds the place.
fn count_up_to(days: &[Day], day: Day) -> usize {
    let slow = || days.partition_point(|other| *other <= day);
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return 0;
    };
    let (Some(past), Some(all)) = (day.days_since(*first), last.days_since(*first)) else {
        return slow();
    };
    let (Ok(past), Ok(all)) = (usize::try_from(past), usize::try_from(all)) else {
        return slow();
    };
    let guess = past * (days.len() - 1) / all.max(1);
    for count in [guess + 1, guess, guess + 2] {
        let before = count.checked_sub(1).and_then(|place| days.get(place));
        if before.is_some_and(|before| *before <= day) && days.get(count).is_none_or(|next| *next > day) {
            return count;
        }
    }
    slow()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The days of these numbers since 1970.
    fn days(places: &[i32]) -> Vec<Day> {
        places
            .iter()
            .filter_map(|place| Day::from_epoch(*place))
            .collect()
    }

    #[test]
    fn days_are_counted_however_they_are_spread() {
        let evenly: &[i32] = &[0, 31, 60, 91];
        for places in [
            evenly,
            &[5],
            &[0, 1, 2, 3, 4, 900],
            &[0, 896, 897, 898, 899, 900],
            &[],
        ] {
            for at in 0..=901 {
                let before = places.iter().filter(|place| **place <= at).count();
                let counted = days(&[at]).first().map(|day| count_up_to(&days(places), *day));
                assert_eq!(counted, Some(before), "{places:?}, {at}");
            }
        }
    }
}
