//! The day as a graph that is worked out once: from a state and what is due, over the states between settlements, to
//! the states in which the day may close, with their probabilities. Which date it is makes no difference, but on
//! days that something in the scenario names, so that one day's work serves all days like it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::bits::Bits;
use super::calendar::Calendar;
use super::layout::{Kept, Layout};
use super::mask::{Mask, Masks};
use super::mid::{Latents, Mid};
use super::pack::Packed;
use super::plan::{Plan, Plans, simple};
use super::tails::{Delta, DeltaId, DueId, Tails};
use crate::engine::{Fault, NormSerial, Offer, Pending, Settler, Step, Tracer, Way, What, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::model::WordId;
use crate::program::{
    ChanceId, GroundDeadline, InstanceId, Keep, MonitorId, Program, Settlement, TemplateId,
};

crate::ids::ids! {
    /// What a day touches of a state in which it closed.
    ClosedId;
    /// A state on an open day.
    NodeId;
}

/// A state on an open day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[allow(clippy::large_enum_variant, reason = "most nodes are of the larger kind")]
enum Node {
    /// The day is opened: what it touches of the state, what is due, which groups of periodic rules tick.
    Open(Packed, DueId, u64),
    /// Something is settled; this is still to settle.
    Settling(Plan, Mid),
}

/// All that follows from a node.
#[derive(Clone, Debug, Default)]
pub(crate) struct Expansion {
    /// Monitors that are met for the first time, with their shares.
    pub firsts: Vec<(MonitorId, f64)>,
    /// Counts of monitors, with their means.
    pub counts: Vec<(MonitorId, f64)>,
    /// Where it leads within the day, with probabilities.
    pub on: Vec<(NodeId, f64)>,
    /// How it closes the day, with what that adds to what comes soon and later, and probabilities. Those that add the
    /// same stand together.
    pub close: Vec<(ClosedId, (DeltaId, DeltaId), f64)>,
}

/// All nodes met so far.
pub(crate) struct Graph<'p> {
    program: &'p Program,
    layout: &'p Layout,
    /// With the number of the mask under which it is worked out, and of the era.
    nodes: IndexSet<(Node, u32, u32), FxBuildHasher>,
    expansions: Vec<Option<Expansion>>,
    orders: Vec<(u32, usize)>,
    closed: IndexSet<Packed, FxBuildHasher>,
    plans: Plans,
    scratch: World,
    spare: Vec<World>,
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
struct Context<'c> {
    mask: u32,
    era: u32,
    what: &'c Mask,
    muted: &'c Bits,
    tails: &'c mut Tails,
    /// Chances drawn so far today that show later.
    latent: Latents,
}

impl<'p> Graph<'p> {
    pub fn new(program: &'p Program, layout: &'p Layout) -> Result<Self, Fault> {
        Ok(Graph {
            program,
            layout,
            nodes: IndexSet::default(),
            expansions: Vec::new(),
            orders: Vec::new(),
            closed: IndexSet::default(),
            plans: Plans::default(),
            scratch: World::new(program)?,
            spare: Vec::new(),
        })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node of a day that is opened.
    pub fn open(
        &mut self,
        inside: Packed,
        (due, tails): (DueId, &Tails),
        ticks: u64,
        mask: u32,
        era: u32,
    ) -> NodeId {
        // Those in which most has yet to show come first.
        let order = (0, usize::MAX - tails.latents_in(due));
        self.node(Node::Open(inside, due, ticks), mask, era, order)
    }

    fn node(&mut self, node: Node, mask: u32, era: u32, order: (u32, usize)) -> NodeId {
        let (place, new) = self.nodes.insert_full((node, mask, era));
        if new {
            self.expansions.push(None);
            self.orders.push(order);
        }
        NodeId::from_index(place)
    }

    /// Nodes of a day are worked through in this order: by wave, then by the chance they settle.
    pub fn order(&self, id: NodeId) -> (u32, usize) {
        self.orders.get(id.index()).copied().unwrap_or_default()
    }

    /// What a day touched of a state in which it closed.
    pub fn closed(&self, id: ClosedId) -> Option<&Packed> {
        self.closed.get_index(id.index())
    }

    /// All that follows from a node, worked out on `date` unless it is known. To be given back.
    pub fn take(
        &mut self,
        id: NodeId,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Expansion, Fault> {
        match self.expansions.get_mut(id.index()).and_then(Option::take) {
            Some(known) => Ok(known),
            None => self.work_out(id, masks, tails, date),
        }
    }

    /// Gives back what [`take`](Self::take) gave.
    pub fn give_back(&mut self, id: NodeId, expansion: Expansion) {
        if let Some(place) = self.expansions.get_mut(id.index()) {
            *place = Some(expansion);
        }
    }

    fn work_out(
        &mut self,
        id: NodeId,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Expansion, Fault> {
        let mut expansion = Expansion::default();
        let Some((node, mask, era)) = self.nodes.get_index(id.index()).cloned() else {
            return Ok(expansion);
        };
        let nothing = Mask::default();
        let what = masks.get(mask).unwrap_or(&nothing);
        let mut context = Context {
            mask,
            era,
            what,
            muted: &what.muted,
            tails,
            latent: Latents::new(),
        };
        let (program, layout) = (self.program, self.layout);
        match node {
            Node::Open(inside, due, ticks) => {
                if let Some(branches) = context.tails.show(due) {
                    for (p, due) in branches {
                        let node = self.open(inside.clone(), (due, context.tails), ticks, mask, era);
                        expansion.lead(node, p);
                    }
                    return Ok(expansion);
                }
                let mut scratch = self.take_scratch();
                layout.unpack(program, &inside, context.tails.due(due), date, &mut scratch)?;
                // The guards of the other groups do not hold; what they read may lie outside the frame.
                let groups = scratch.next_ticks.iter_mut().zip(&program.tick_groups);
                for (place, (next, group)) in groups.enumerate() {
                    if ticks & Calendar::bit(place) == 0 {
                        *next = group.days.len();
                    }
                }
                scratch.open(program, date);
                self.advance(&mut scratch, 1.0, &mut context, &mut expansion)?;
                self.spare.push(scratch);
            }
            Node::Settling(plan, mid) => match self.plans.next(plan) {
                Some((draw, rest)) => {
                    let (wave, _) = self.order(id);
                    let order = (wave, self.plans.order(rest));
                    let branches: Vec<(f64, Mid)> = draw
                        .branches
                        .iter()
                        .map(|(p, changes)| {
                            let mut branch = mid.clone();
                            changes.iter().for_each(|change| branch.apply(*change));
                            (*p, branch)
                        })
                        .collect();
                    for (p, branch) in branches {
                        let node = self.node(Node::Settling(rest, branch), mask, era, order);
                        expansion.lead(node, p);
                    }
                }
                None => {
                    let mut scratch = self.take_scratch();
                    layout.unpack_mid(program, &mid, date, &mut scratch)?;
                    context.latent = mid.latent;
                    self.advance(&mut scratch, 1.0, &mut context, &mut expansion)?;
                    self.spare.push(scratch);
                }
            },
        }
        Ok(expansion)
    }

    /// All that follows from the first day.
    pub fn begin(&mut self, tails: &mut Tails, era: u32) -> Result<Expansion, Fault> {
        let mut expansion = Expansion::default();
        let nothing = Mask::default();
        let mut context = Context {
            mask: 0,
            era,
            what: &nothing,
            muted: &nothing.muted,
            tails,
            latent: Latents::new(),
        };
        let mut world = self.scratch.clone();
        let date = self.program.period.0;
        world.stand_before(self.program, date);
        world.open(self.program, date);
        self.advance(&mut world, 1.0, &mut context, &mut expansion)?;
        Ok(expansion)
    }

    fn take_scratch(&mut self) -> World {
        self.spare.pop().unwrap_or_else(|| self.scratch.clone())
    }

    /// Runs an open day up to its close, or up to chances that are settled one by one.
    fn advance(
        &mut self,
        world: &mut World,
        p: f64,
        context: &mut Context,
        out: &mut Expansion,
    ) -> Result<(), Fault> {
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
    ) -> Result<bool, Fault> {
        let Some(chances) = world.pending_chances() else {
            return Ok(false);
        };
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
        let order = (world.wave(), self.plans.order(plan));
        let mut mid = self.layout.pack_mid(self.program, world);
        mid.latent = latent;
        let node = self.node(Node::Settling(plan, mid), context.mask, context.era, order);
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
    ) -> Result<bool, Fault> {
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
    ) -> Result<(), Fault> {
        // What was watched so far in the day is accounted for here, once.
        self.flush(world, p, out);
        for (index, (_, share)) in offer.branches.iter().enumerate() {
            if *share <= 0.0 {
                continue;
            }
            let mut branch = self.take_scratch();
            branch.assign(world);
            let taken = (index, Way::Drawn);
            branch.take(self.program, chance, offer, taken, &mut Muting(context.muted))?;
            let p = p * share;
            if !self.settle(&mut branch, p, context, out)? {
                branch.commit(self.program, &mut Muting(context.muted))?;
                self.advance(&mut branch, p, context, out)?;
            }
            self.spare.push(branch);
        }
        Ok(())
    }

    /// Accounts for what monitors kept along the way have seen today, and lets them forget it.
    fn flush(&self, world: &mut World, p: f64, out: &mut Expansion) {
        for (id, kept) in self.layout.monitors.iter() {
            let mut memory = world.memory(id);
            match kept {
                Kept::Flow if memory.first == world.day() => {
                    out.firsts.push((id, p));
                    memory.first = Day::FIRST;
                    world.put_memory(id, memory);
                }
                Kept::Mean if memory.count != 0 && self.program.monitors[id].keep == Keep::Times => {
                    #[allow(clippy::cast_precision_loss, reason = "a day has few events")]
                    let count = memory.count as f64;
                    out.counts.push((id, p * count));
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
        out.close(ClosedId::from_index(place), (soon, later), p);
    }
}

impl Expansion {
    fn lead(&mut self, node: NodeId, p: f64) {
        match self.on.iter_mut().find(|(other, _)| *other == node) {
            Some((_, mass)) => *mass += p,
            None => self.on.push((node, p)),
        }
    }

    fn close(&mut self, closed: ClosedId, deltas: (DeltaId, DeltaId), p: f64) {
        let key = (deltas, closed);
        match self
            .close
            .binary_search_by_key(&key, |(closed, deltas, _)| (*deltas, *closed))
        {
            Ok(place) => {
                if let Some((_, _, mass)) = self.close.get_mut(place) {
                    *mass += p;
                }
            }
            Err(place) => self.close.insert(place, (closed, deltas, p)),
        }
    }
}
