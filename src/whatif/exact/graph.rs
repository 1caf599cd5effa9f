//! The day as a graph that is worked out once: from a state and what is due, over the states between settlements, to
//! the states in which the day may close, with their probabilities. Which date it is makes no difference, but on
//! days that something in the scenario names, so that one day's work serves all days like it.

use indexmap::IndexSet;
use rustc_hash::FxBuildHasher;

use super::calendar::Calendar;
use super::expand::{Context, Expansion};
use super::flows::Halt;
use super::layout::Layout;
use super::mask::{Mask, Masks};
use super::mid::{Mid, Mids};
use super::pack::Packed;
use super::plan::{Plan, Plans};
use super::tails::{DeltaId, DueId, Tails};
use crate::engine::{Fault, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{MonitorId, Program};

crate::ids::ids! {
    /// What a day touches of a state in which it closed.
    ClosedId;
    /// A state on an open day.
    NodeId;
    /// The opening of a day.
    OpeningId;
}

/// A day is opened.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Opening {
    /// What the day touches of the state.
    pub inside: Packed,
    pub due: DueId,
    /// Which groups of periodic rules tick.
    pub ticks: u64,
    /// The numbers of the mask under which the day is worked out, and of its era.
    pub mask: u32,
    pub era: u32,
}

/// A state on an open day.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Node {
    /// The day is opened.
    Open(OpeningId),
    /// Something is settled; this is still to settle.
    Settling(Plan, Mid),
}

/// What monitors kept along the way see.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen {
    /// Monitors that are met for the first time, with their shares.
    pub firsts: Vec<(MonitorId, f64)>,
    /// Counts of monitors, with their means.
    pub counts: Vec<(MonitorId, f64)>,
}

impl Seen {
    pub fn is_empty(&self) -> bool {
        self.firsts.is_empty() && self.counts.is_empty()
    }
}

/// A way in which a day closes, with what that adds to what comes soon and later, and its probability.
pub(super) type Closed = (ClosedId, (DeltaId, DeltaId), f64);

/// Puts closes that add the same together, and the masses of equal ones in one, summed in the order of their coming.
pub(super) fn join(closes: &mut Vec<Closed>) {
    closes.sort_by_key(|(closed, deltas, _)| (*deltas, *closed));
    closes.dedup_by(|later, kept| {
        let same = (later.0, later.1) == (kept.0, kept.1);
        if same {
            kept.2 += later.2;
        }
        same
    });
}

/// Where all that follows from a node lies in the graph's lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Expanded {
    /// The place of what monitors see.
    seen: Option<u32>,
    on: (u32, u32),
    closes: (u32, u32),
}

/// The rank of a node among those of its day: by wave, then by the chance it settles.
pub(super) type Order = (u32, u32);

/// All nodes met so far.
pub(crate) struct Graph<'p> {
    pub(super) program: &'p Program,
    pub(super) layout: &'p Layout,
    nodes: IndexSet<Node, FxBuildHasher>,
    openings: IndexSet<Opening, FxBuildHasher>,
    pub(super) mids: Mids,
    about: Vec<(Order, Option<Expanded>)>,
    on: Vec<(NodeId, f64)>,
    closes: Vec<Closed>,
    seen: Vec<Seen>,
    pub(super) closed: IndexSet<Packed, FxBuildHasher>,
    pub(super) plans: Plans,
    scratch: World,
    pub(super) spare: Vec<World>,
    /// How often days have branched, and may.
    pub(super) branches: usize,
    pub(super) most_branches: usize,
}

fn place(length: usize) -> u32 {
    // Budgets keep every list far below four thousand million elements.
    u32::try_from(length).unwrap_or(u32::MAX)
}

impl<'p> Graph<'p> {
    /// `most_branches` is how often days may branch in all, where branches are followed one by one.
    pub fn new(program: &'p Program, layout: &'p Layout, most_branches: usize) -> Result<Self, Fault> {
        Ok(Graph {
            program,
            layout,
            nodes: IndexSet::default(),
            openings: IndexSet::default(),
            mids: Mids::default(),
            about: Vec::new(),
            on: Vec::new(),
            closes: Vec::new(),
            seen: Vec::new(),
            closed: IndexSet::default(),
            plans: Plans::default(),
            scratch: World::new(program)?,
            spare: Vec::new(),
            branches: 0,
            most_branches,
        })
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.nodes.len()
    }

    /// The node of a day that is opened.
    pub fn open(&mut self, opening: Opening, tails: &Tails) -> NodeId {
        // Those in which most has yet to show come first.
        let order = (0, u32::MAX - place(tails.latents_in(opening.due)));
        let opening = OpeningId::from_index(self.openings.insert_full(opening).0);
        self.node(Node::Open(opening), order)
    }

    /// The node at which a plan is settled.
    pub(super) fn settling(&mut self, plan: Plan, mid: Mid, wave: u32) -> NodeId {
        let order = (wave, self.plans.order(plan));
        self.node(Node::Settling(plan, mid), order)
    }

    fn node(&mut self, node: Node, order: Order) -> NodeId {
        let (place, new) = self.nodes.insert_full(node);
        if new {
            self.about.push((order, None));
        }
        NodeId::from_index(place)
    }

    /// What is settled at a node, if anything is, and the state there.
    pub fn settling_at(&self, id: NodeId) -> Option<(Plan, &Mid)> {
        match self.nodes.get_index(id.index())? {
            Node::Settling(plan, mid) => Some((*plan, mid)),
            Node::Open(_) => None,
        }
    }

    /// Nodes of a day are worked through in this order.
    pub fn order(&self, id: NodeId) -> Order {
        self.about.get(id.index()).map_or((0, 0), |(order, _)| *order)
    }

    /// In how many ways the draws may fall that are settled from here, as far as they are known.
    pub fn ways(&self, id: NodeId) -> usize {
        match self.nodes.get_index(id.index()) {
            Some(Node::Settling(plan, _)) => self.plans.ways(*plan),
            _ => 1,
        }
    }

    /// What a day touched of a state in which it closed.
    pub fn closed(&self, id: ClosedId) -> Option<&Packed> {
        self.closed.get_index(id.index())
    }

    /// What monitors see.
    pub fn seen(&self, what: Expanded) -> Option<&Seen> {
        self.seen.get(what.seen? as usize)
    }

    /// Where a node leads within the day, with probabilities.
    pub fn on(&self, what: Expanded) -> &[(NodeId, f64)] {
        let (start, end) = what.on;
        self.on.get(start as usize..end as usize).unwrap_or_default()
    }

    /// How a node closes the day. Those that add the same stand together.
    pub fn closes(&self, what: Expanded) -> &[Closed] {
        let (start, end) = what.closes;
        self.closes.get(start as usize..end as usize).unwrap_or_default()
    }

    /// All that follows from a node, worked out on `date` unless it is known.
    pub fn expand(
        &mut self,
        id: NodeId,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Expanded, Halt> {
        if let Some((_, Some(known))) = self.about.get(id.index()) {
            return Ok(*known);
        }
        let expanded = self.work_out(id, masks, tails, date)?;
        if let Some((_, known)) = self.about.get_mut(id.index()) {
            *known = Some(expanded);
        }
        Ok(expanded)
    }

    fn work_out(
        &mut self,
        id: NodeId,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
    ) -> Result<Expanded, Halt> {
        let mut expansion = Expansion::default();
        match self.nodes.get_index(id.index()).cloned() {
            None => {}
            Some(Node::Open(opening)) => {
                self.work_opening_out(opening, masks, tails, date, &mut expansion)?
            }
            Some(Node::Settling(plan, mid)) => match self.plans.next(plan) {
                Some(_) => return Ok(self.work_draws_out(id, plan, mid)),
                None => {
                    let mut scratch = self.take_scratch();
                    let (program, layout) = (self.program, self.layout);
                    layout.unpack_mid(program, (&mid, &self.mids), date, &mut scratch)?;
                    let ground = self.mids.ground(mid.ground);
                    let (circumstances, latent) = ground.map_or_else(Default::default, |ground| {
                        ((ground.mask, ground.era), ground.latent.clone())
                    });
                    let nothing = Mask::default();
                    let mut context = Context::new(masks, &nothing, circumstances, tails);
                    context.latent = latent;
                    self.advance(&mut scratch, 1.0, &mut context, &mut expansion)?;
                    self.spare.push(scratch);
                }
            },
        }
        Ok(self.keep(expansion))
    }

    fn work_opening_out(
        &mut self,
        id: OpeningId,
        masks: &Masks,
        tails: &mut Tails,
        date: Day,
        expansion: &mut Expansion,
    ) -> Result<(), Halt> {
        let Some(opening) = self.openings.get_index(id.index()).cloned() else {
            return Ok(());
        };
        if let Some(branches) = tails.show(opening.due) {
            for (p, due) in branches {
                let opening = Opening {
                    due,
                    ..opening.clone()
                };
                expansion.lead(self.open(opening, tails), p);
            }
            return Ok(());
        }
        let (program, layout) = (self.program, self.layout);
        let mut scratch = self.take_scratch();
        layout.unpack(
            program,
            &opening.inside,
            tails.due(opening.due),
            date,
            &mut scratch,
        )?;
        // The guards of the other groups do not hold; what they read may lie outside the frame.
        let groups = scratch.next_ticks.iter_mut().zip(&program.tick_groups);
        for (place, (next, group)) in groups.enumerate() {
            if opening.ticks & Calendar::bit(place) == 0 {
                *next = group.days.len();
            }
        }
        scratch.open(program, date);
        let nothing = Mask::default();
        let mut context = Context::new(masks, &nothing, (opening.mask, opening.era), tails);
        self.advance(&mut scratch, 1.0, &mut context, expansion)?;
        self.spare.push(scratch);
        Ok(())
    }

    /// Settles the first draws of a plan: each branch changes the state a little.
    fn work_draws_out(&mut self, id: NodeId, plan: Plan, mid: Mid) -> Expanded {
        let (wave, _) = self.order(id);
        let (mut rest, mut ways) = (plan, vec![(1.0, mid)]);
        for _ in 0..self.plans.together(plan) {
            let Some((draw, after)) = self.plans.next(rest) else {
                break;
            };
            rest = after;
            let mut more = Vec::with_capacity(ways.len() * draw.branches.len());
            for (mass, mid) in ways {
                for (p, changes) in &draw.branches {
                    let mut after = mid.clone();
                    for change in changes {
                        self.mids.apply(&mut after, *change);
                    }
                    more.push((mass * p, after));
                }
            }
            ways = more;
        }
        let start = self.on.len();
        for (p, after) in ways {
            let node = self.settling(rest, after, wave);
            let known = self.on.iter_mut().skip(start).find(|(other, _)| *other == node);
            match known {
                Some((_, mass)) => *mass += p,
                None => self.on.push((node, p)),
            }
        }
        Expanded {
            seen: None,
            on: (place(start), place(self.on.len())),
            closes: (0, 0),
        }
    }

    /// Puts what follows into the lists.
    fn keep(&mut self, mut expansion: Expansion) -> Expanded {
        join(&mut expansion.closes);
        let (on, closes) = (self.on.len(), self.closes.len());
        self.on.extend(expansion.on);
        self.closes.extend(expansion.closes);
        let seen = (!expansion.seen.is_empty()).then(|| {
            self.seen.push(expansion.seen);
            place(self.seen.len() - 1)
        });
        Expanded {
            seen,
            on: (place(on), place(self.on.len())),
            closes: (place(closes), place(self.closes.len())),
        }
    }

    /// All that follows from the first day.
    pub fn begin(&mut self, masks: &Masks, tails: &mut Tails, era: u32) -> Result<Expanded, Halt> {
        let mut expansion = Expansion::default();
        let nothing = Mask::default();
        let mut context = Context::new(masks, &nothing, (0, era), tails);
        let mut world = self.scratch.clone();
        let date = self.program.period.0;
        world.stand_before(self.program, date);
        world.open(self.program, date);
        self.advance(&mut world, 1.0, &mut context, &mut expansion)?;
        Ok(self.keep(expansion))
    }

    pub(super) fn take_scratch(&mut self) -> World {
        self.spare.pop().unwrap_or_else(|| self.scratch.clone())
    }
}
