//! Days of ticks alone, gone over by their draws.
//!
//! Most ticks of most rules draw a chance of which nothing comes: no attack this month, no change of mind. Until something
//! comes of one, the same rules fire on every tick with the same probabilities. So what fires is found once for as long as
//! the state stays as it is, and only the draws of each day are made; where nothing comes of them the day is over. What the
//! world is afterwards is what it is after opening, settling and closing each of these days.

use std::ops::Range;

use super::draws::Draws;
use super::fault::Fault;
use super::trace::NoTrace;
use super::world::{Step, World};
use crate::language::value::Day;
use crate::program::{BlockId, ChanceId, Counter, GroundFix, InstanceId, Op, Program};

/// The rules that tick, and what they draw as long as the state stays as it is.
#[derive(Clone, Debug)]
pub(super) struct Idle {
    /// By tick group: its instances with what each draws.
    groups: Vec<Vec<Drawing>>,
    /// The groups that can act in the present state.
    active: Vec<Active>,
    draws: Vec<Draw>,
    branches: Vec<Branch>,
    /// What comes of the draws of a day.
    follows: Vec<(ChanceId, BlockId)>,
}

/// An instance that ticks.
#[derive(Clone, Debug)]
struct Drawing {
    instance: InstanceId,
    /// What it draws, and whether each comes up on the group's days and no others, so that the tick tells which time it
    /// is. None if it does more than that, or not the same at all times.
    draws: Option<Vec<(ChanceId, bool)>>,
}

/// A group that can act.
#[derive(Clone, Debug)]
struct Active {
    group: usize,
    /// The position of its next tick.
    next: usize,
    /// What it draws then, once that is known.
    draws: Option<Range<usize>>,
}

#[derive(Clone, Debug)]
struct Draw {
    chance: ChanceId,
    /// The hash that keys it.
    key: u64,
    in_step: bool,
    branches: Range<usize>,
}

#[derive(Clone, Copy, Debug)]
struct Branch {
    key: u64,
    p: f64,
    block: BlockId,
    /// Whether anything follows.
    acts: bool,
}

impl Idle {
    pub fn new(program: &Program) -> Self {
        let groups = program.tick_groups.iter().map(|group| {
            let instances = group.instances.iter().map(|instance| Drawing {
                instance: *instance,
                draws: draws_alone(program, *instance, &group.days),
            });
            instances.collect()
        });
        Idle {
            groups: groups.collect(),
            active: Vec::new(),
            draws: Vec::new(),
            branches: Vec::new(),
            follows: Vec::new(),
        }
    }

    /// Goes on from the close of a day, for as long as nothing but draws of periodic rules comes up.
    pub fn pass(&mut self, world: &mut World, program: &Program, draws: &mut Draws) -> Result<(), Fault> {
        while let Some(day) = self.until_something(world, program, draws) {
            world.open(program, day);
            world.wave = 1;
            world.waves += 1;
            // In the order in which they are settled one by one.
            self.follows.sort_unstable();
            for (_, block) in self.follows.drain(..) {
                world.stage(program, block)?;
            }
            world.settle(program, draws, &mut NoTrace)?;
            world.commit(program, &mut NoTrace)?;
            while world.step(program, &mut NoTrace)? == Step::Settle {
                world.settle(program, draws, &mut NoTrace)?;
                world.commit(program, &mut NoTrace)?;
            }
        }
        Ok(())
    }

    /// Goes over the days on which nothing comes of any draw, to one on which something does. None where anything else is next.
    fn until_something(&mut self, world: &mut World, program: &Program, draws: &Draws) -> Option<Day> {
        self.draws.clear();
        self.branches.clear();
        self.follows.clear();
        let until = self.activate(world, program);
        loop {
            let next = |active: &Active| {
                program
                    .tick_groups
                    .get(active.group)?
                    .days
                    .get(active.next)
                    .copied()
            };
            let day = self.active.iter().filter_map(next).min()?;
            if day >= until {
                return None;
            }
            for place in 0..self.active.len() {
                let Some(active) = self.active.get(place).filter(|active| next(active) == Some(day)) else {
                    continue;
                };
                let tick = active.next;
                let known = match active.draws.clone() {
                    Some(known) => known,
                    None => {
                        let known = self.learn(active.group, world, program)?;
                        if let Some(active) = self.active.get_mut(place) {
                            active.draws = Some(known.clone());
                        }
                        known
                    }
                };
                self.draw(known, (day, tick), world, program, draws);
            }
            for active in &mut self.active {
                if next(active) == Some(day) {
                    active.next += 1;
                    if let Some(next) = world.next_ticks.get_mut(active.group) {
                        *next = active.next;
                    }
                }
            }
            if !self.follows.is_empty() {
                return Some(day);
            }
            world.day = day;
            world.wave = 1;
            world.waves += 1;
        }
    }

    /// Finds which groups can act, and the first day on which anything else may happen.
    fn activate(&mut self, world: &World, program: &Program) -> Day {
        self.active.clear();
        let mut until = world.next_arranged(program);
        for (place, (next, group)) in world.next_ticks.iter().zip(&program.tick_groups).enumerate() {
            if !group.counts && !world.holds(group.active) {
                continue;
            }
            let days = group.days.get(*next..).unwrap_or(&[]);
            let next = next + days.iter().take_while(|day| **day <= world.day).count();
            if group.counts {
                // Its ticks change the state.
                until = group.days.get(next).map_or(until, |day| until.min(*day));
            } else {
                self.active.push(Active {
                    group: place,
                    next,
                    draws: None,
                });
            }
        }
        until
    }

    /// What a group draws in the present state; none if it does anything else.
    fn learn(&mut self, group: usize, world: &World, program: &Program) -> Option<Range<usize>> {
        let start = self.draws.len();
        for drawing in self.groups.get(group)? {
            if !world.holds(program.instances[drawing.instance].guard) {
                continue;
            }
            for (id, in_step) in drawing.draws.as_ref()? {
                let chance = &program.chances[*id];
                let settlement = &program.settlements[chance.settlement];
                // What is wrong with it is said by whoever settles it.
                let offer = world.offer(program, *id).ok()?;
                let branch = |(place, p): (usize, f64), block| Branch {
                    key: settlement.branch_keys.get(place).copied().unwrap_or_default(),
                    p,
                    block,
                    acts: !program.blocks[block].ops.is_empty(),
                };
                let of_offer = offer.branches.iter().zip(&chance.branches);
                let from = self.branches.len();
                let settled = offer.settled.map(|(index, _)| index);
                let open = of_offer.enumerate().filter(|(index, ((_, p), _))| match settled {
                    Some(settled) => *index == settled,
                    None => *p > 0.0,
                });
                self.branches
                    .extend(open.map(|(_, (offered, ground))| branch(*offered, ground.block)));
                let branches = from..self.branches.len();
                let mut of_draw = self.branches.iter().skip(from);
                if of_draw.any(|branch| branch.acts) {
                    self.draws.push(Draw {
                        chance: *id,
                        key: settlement.key,
                        in_step: *in_step,
                        branches,
                    });
                }
            }
        }
        Some(start..self.draws.len())
    }

    /// Makes the draws of one tick.
    fn draw(
        &mut self,
        which: Range<usize>,
        (day, tick): (Day, usize),
        world: &World,
        program: &Program,
        draws: &Draws,
    ) {
        for draw in self.draws.get(which).unwrap_or(&[]) {
            let branches = self.branches.get(draw.branches.clone()).unwrap_or(&[]);
            let occurrence = if draw.in_step {
                u32::try_from(tick + 1).unwrap_or(u32::MAX)
            } else {
                world.occurrence(&program.settlements[program.chances[draw.chance].settlement], day)
            };
            let drawn = draws.least(
                draw.key,
                occurrence,
                branches.iter().map(|branch| (branch.key, branch.p)),
            );
            if let Some(branch) = drawn.and_then(|index| branches.get(index))
                && branch.acts
            {
                self.follows.push((draw.chance, branch.block));
            }
        }
    }
}

/// What an instance draws on its ticks, if it does that alone and each comes up once a day, settled alike on all days.
fn draws_alone(program: &Program, id: InstanceId, days: &[Day]) -> Option<Vec<(ChanceId, bool)>> {
    let Some(block) = program.instances[id].block else {
        return Some(Vec::new());
    };
    let ops = program.blocks[block].ops.iter();
    let draws = ops.map(|op| match op {
        Op::Draw(chance) => {
            let settlement = &program.settlements[program.chances[*chance].settlement];
            let in_step = matches!(&settlement.counter, Counter::Calendar(all) if **all == *days);
            let alike = !settlement.recurs && !matches!(settlement.fix, GroundFix::At(..));
            alike.then_some((*chance, in_step))
        }
        _ => None,
    });
    draws.collect()
}
