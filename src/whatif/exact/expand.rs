//! Working out what follows from a state on an open day.

use super::bits::Bits;
use super::coming::Delta;
use super::flows::Halt;
use super::graph::{Closed, ClosedId, Graph, NodeId, Seen};
use super::layout::Kept;
use super::mask::{Mask, Masks};
use super::mid::Latents;
use super::plan::simple;
use super::tails::Tails;
use crate::engine::{NormSerial, Offer, Pending, Settler, Step, Tracer, Way, What, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::WordId;
use crate::program::{ChanceId, GroundDeadline, InstanceId, Keep, Settlement, TemplateId};

/// All that follows from a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Expansion {
    /// What monitors see.
    pub seen: Seen,
    /// Where it leads within the day, with probabilities.
    pub on: Vec<(NodeId, f64)>,
    /// How it closes the day, in the order in which its branches do.
    pub closes: Vec<Closed>,
}

/// Leaves out what cannot matter.
struct Muting<'m>(&'m Bits);

impl Tracer for Muting<'_> {
    #[inline]
    fn record(&mut self, _: Day, _: u32, _: impl FnOnce() -> What) {}

    #[inline]
    fn mutes(&self, instance: InstanceId) -> bool {
        self.0.has(instance.index())
    }
}

/// Leaves open choices open: they are an error here.
struct NoChoice;

impl Settler for NoChoice {
    fn chance(&mut self, _: &Settlement, _: u32, _: &[(usize, f64)]) -> Option<usize> {
        None
    }

    fn choice(&mut self, _: &Settlement, _: u32, _: &[WordId]) -> Option<usize> {
        None
    }
}

/// The circumstances of one expansion.
pub(super) struct Context<'c> {
    mask: u32,
    era: u32,
    what: &'c Mask,
    muted: &'c Bits,
    tails: &'c mut Tails,
    /// Chances drawn so far today that show later.
    pub latent: Latents,
    /// How many chances are being followed, one within another.
    depth: usize,
}

/// Branches of a day are followed by recursion, of which any thread's stack has room for this much. So many in one day
/// hardly ever come to an end within any budget.
const DEEPEST: usize = 200;

impl<'c> Context<'c> {
    pub fn new(masks: &'c Masks, nothing: &'c Mask, (mask, era): (u32, u32), tails: &'c mut Tails) -> Self {
        let what = masks.get(mask).unwrap_or(nothing);
        Context {
            mask,
            era,
            what,
            muted: &what.muted,
            tails,
            latent: Latents::new(),
            depth: 0,
        }
    }
}

impl Graph<'_> {
    /// Runs an open day up to its close, or up to chances that are settled one by one.
    pub(super) fn advance(
        &mut self,
        world: &mut World,
        p: f64,
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<(), Halt> {
        loop {
            match world.step(self.program, &mut Muting(context.muted))? {
                Step::Closed => {
                    self.close(world, p, context, out);
                    return Ok(());
                }
                Step::Settle => {
                    if self.enter(world, p, context, out)? || self.settle(world, p, context, out)? {
                        return Ok(());
                    }
                    world.commit(self.program, &mut Muting(context.muted))?;
                }
            }
        }
    }

    /// Makes a plan of what is pending, if all of it is simple.
    fn enter(
        &mut self,
        world: &mut World,
        p: f64,
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<bool, Halt> {
        let Some(chances) = world.pending_chances() else {
            return Ok(false);
        };
        // A state within a day does not tell how a chance fell that may come up again.
        if world.has_drawn() {
            return Ok(false);
        }
        let mut offers = Vec::with_capacity(chances.len());
        for chance in chances {
            let offer = world.offer(self.program, chance)?;
            if offer.settled.is_some() {
                return Ok(false);
            }
            offers.push((chance, offer));
        }
        let Some(draws) = simple(self.program, self.layout, context.what, world, &offers) else {
            return Ok(false);
        };
        // One coin leads to two states that hardly any other leads to: they need no place of their own.
        let ways = draws.iter().map(|draw| draw.branches.len());
        if ways.fold(1, usize::saturating_mul) <= 2 && draws.iter().all(|draw| draw.latent().is_none()) {
            return Ok(false);
        }
        world.clear_pending();
        world.commit(self.program, &mut Muting(context.muted))?;
        self.flush(world, p, out);
        let mut latent = context.latent.clone();
        let mut shown = Vec::with_capacity(draws.len());
        for draw in draws {
            match draw.latent() {
                Some((unseen, after)) => latent.push((context.tails.latent(unseen), after)),
                None => shown.push(draw),
            }
        }
        let plan = self.plans.plan(shown);
        let circumstances = (context.mask, context.era);
        let mid = self
            .layout
            .pack_mid(self.program, world, latent, circumstances, &mut self.mids);
        let node = self.settling(plan, mid, world.wave());
        out.lead(node, p);
        Ok(true)
    }

    /// Settles what is pending one by one. True if the world was forked, and all its branches were seen to.
    fn settle(
        &mut self,
        world: &mut World,
        p: f64,
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<bool, Halt> {
        while let Some(next) = world.next_pending() {
            let mut muting = Muting(context.muted);
            match next {
                Pending::Choice(choice) => {
                    world.settle_choice(self.program, choice, &mut NoChoice, &mut muting)?;
                }
                Pending::Chance(chance) => {
                    let offer = world.offer(self.program, chance)?;
                    if let Some(taken) = offer.settled {
                        world.take(self.program, chance, &offer, taken, &mut muting)?;
                        continue;
                    }
                    self.fork(world, p, chance, &offer, context, out)?;
                    return Ok(true);
                }
            }
        }
        Ok(false)
    }

    fn fork(
        &mut self,
        world: &mut World,
        p: f64,
        chance: ChanceId,
        offer: &Offer,
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<(), Halt> {
        // What was watched so far in the day is accounted for here, once.
        self.flush(world, p, out);
        let last = offer.branches.iter().rposition(|(_, share)| *share > 0.0);
        self.branches += 1;
        context.depth += 1;
        if self.branches > self.most_branches || context.depth > DEEPEST {
            return Err(Halt::TooManyBranches(self.branches));
        }
        for (index, (_, share)) in offer.branches.iter().enumerate() {
            let drawn = (chance, offer, index);
            if Some(index) == last {
                self.follow(world, p * share, drawn, context, out)?;
                break;
            }
            if *share > 0.0 {
                let mut branch = self.take_scratch();
                branch.assign(world);
                self.follow(&mut branch, p * share, drawn, context, out)?;
                self.spare.push(branch);
            }
        }
        context.depth -= 1;
        Ok(())
    }

    /// Follows one branch to the end of the day.
    fn follow(
        &mut self,
        world: &mut World,
        p: f64,
        (chance, offer, index): (ChanceId, &Offer, usize),
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<(), Halt> {
        let taken = (index, Way::Drawn);
        world.take(self.program, chance, offer, taken, &mut Muting(context.muted))?;
        if !self.settle(world, p, context, out)? {
            world.commit(self.program, &mut Muting(context.muted))?;
            self.advance(world, p, context, out)?;
        }
        Ok(())
    }

    /// Accounts for what monitors kept along the way have seen today, and lets them forget it.
    fn flush(&self, world: &mut World, p: f64, out: &mut Expansion) {
        for (id, kept) in self.layout.monitors.iter() {
            let mut memory = world.memory(id);
            match kept {
                Kept::Flow if memory.first == world.day() => {
                    out.seen.firsts.push((id, p));
                    memory.first = Day::FIRST;
                    world.put_memory(id, memory);
                }
                Kept::Mean if memory.count != 0 && self.program.monitors[id].keep == Keep::Times => {
                    #[allow(clippy::cast_precision_loss, reason = "a day has few events")]
                    let count = memory.count as f64;
                    out.seen.counts.push((id, p * count));
                    memory.count = 0;
                    world.put_memory(id, memory);
                }
                _ => {}
            }
        }
    }

    fn close(&mut self, world: &mut World, p: f64, context: &mut Context, out: &mut Expansion) {
        let (program, layout) = (self.program, self.layout);
        self.flush(world, p, out);
        let timed = |id: &TemplateId| {
            matches!(
                program.templates[*id].deadline,
                GroundDeadline::Within(_) | GroundDeadline::Due(_)
            )
        };
        let mut delta = Delta::default();
        delta.arranged.extend(world.arranged().iter().copied());
        delta.latent.clone_from(&context.latent);
        for norm in world.norms().iter().filter(|norm| timed(&norm.template)) {
            if norm.serial == NormSerial(0) {
                delta.lasting.push(norm.template);
            } else {
                delta.arisen.push(norm.template);
            }
        }
        let (soon, later) = delta.parts(program);
        let (soon, later) = (context.tails.delta(soon), context.tails.delta(later));
        let (place, _) = self.closed.insert_full(layout.pack(world));
        out.closes.push((ClosedId::from_index(place), (soon, later), p));
    }
}

impl Expansion {
    pub fn lead(&mut self, node: NodeId, p: f64) {
        match self.on.iter_mut().find(|(other, _)| *other == node) {
            Some((_, mass)) => *mass += p,
            None => self.on.push((node, p)),
        }
    }
}
