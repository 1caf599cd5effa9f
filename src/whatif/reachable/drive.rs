//! An open day, driven from one open question to the next.

use crate::engine::{Fault, Offer, Pending, Settler, Step, Tracer, Way, World};
use crate::model::WordId;
use crate::program::{ChanceId, ChoiceId, Program, Settlement};

/// A question that several answers are open to.
#[derive(Clone, Debug)]
pub(crate) enum Open {
    /// A chance, with what is open about it.
    Chance(ChanceId, Box<Offer>),
    /// A choice, with the number of its open options.
    Choice(ChoiceId, usize),
}

impl Open {
    /// The answers that are possible, by their numbers.
    pub fn answers(&self) -> Vec<usize> {
        match self {
            Open::Chance(_, offer) => {
                let branches = offer.branches.iter().enumerate();
                branches
                    .filter(|(_, (_, p))| *p > 0.0)
                    .map(|(at, _)| at)
                    .collect()
            }
            Open::Choice(_, open) => (0..*open).collect(),
        }
    }
}

/// Chooses what it is told to, and otherwise counts what is open.
#[derive(Default)]
struct Asked {
    answer: Option<usize>,
    open: usize,
}

impl Settler for Asked {
    fn chance(&mut self, _: &Settlement, _: u32, _: &[(usize, f64)]) -> Option<usize> {
        None
    }

    fn choice(&mut self, _: &Settlement, _: u32, open: &[WordId]) -> Option<usize> {
        self.open = open.len();
        self.answer
    }
}

/// Goes on with the open day up to a question that has several answers; none if the day closed. `settling` says whether the world
/// waits for its questions to be settled, as it does after [`answer`]. The program's choices have no defaults.
pub(crate) fn go_on(
    world: &mut World,
    program: &Program,
    mut settling: bool,
    tracer: &mut impl Tracer,
) -> Result<Option<Open>, Fault> {
    loop {
        if settling {
            while let Some(pending) = world.next_pending() {
                let open = match pending {
                    Pending::Chance(id) => chance(world, program, id, tracer)?,
                    Pending::Choice(id) => choice(world, program, id, tracer)?,
                };
                if open.is_some() {
                    return Ok(open);
                }
            }
            world.commit(program, tracer)?;
        }
        if world.step(program, tracer)? == Step::Closed {
            return Ok(None);
        }
        settling = true;
    }
}

fn chance(
    world: &mut World,
    program: &Program,
    id: ChanceId,
    tracer: &mut impl Tracer,
) -> Result<Option<Open>, Fault> {
    let offer = world.offer(program, id)?;
    let Some(taken) = offer.settled else {
        return Ok(Some(Open::Chance(id, Box::new(offer))));
    };
    world.take(program, id, &offer, taken, tracer)?;
    Ok(None)
}

fn choice(
    world: &mut World,
    program: &Program,
    id: ChoiceId,
    tracer: &mut impl Tracer,
) -> Result<Option<Open>, Fault> {
    let mut asked = Asked::default();
    match world.settle_choice(program, id, &mut asked, tracer) {
        Err(Fault::Undecided { .. }) if asked.open > 1 => Ok(Some(Open::Choice(id, asked.open))),
        Err(Fault::Undecided { .. }) if asked.open == 1 => {
            asked.answer = Some(0);
            world.settle_choice(program, id, &mut asked, tracer)?;
            Ok(None)
        }
        other => other.map(|()| None),
    }
}

/// Gives one of the possible answers.
pub(crate) fn answer(
    world: &mut World,
    program: &Program,
    open: &Open,
    answer: usize,
    tracer: &mut impl Tracer,
) -> Result<(), Fault> {
    match open {
        Open::Chance(id, offer) => world.take(program, *id, offer, (answer, Way::Drawn), tracer),
        Open::Choice(id, _) => {
            let mut asked = Asked {
                answer: Some(answer),
                open: 0,
            };
            world.settle_choice(program, *id, &mut asked, tracer)
        }
    }
}
