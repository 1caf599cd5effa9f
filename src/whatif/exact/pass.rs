//! The forward pass: masses of states flow from day to day along the graph.

use indexmap::IndexMap;
use rustc_hash::{FxBuildHasher, FxHashMap};

use super::bits::Bits;
use super::calendar::Calendar;
use super::fields::Fields;
use super::flows::{ExactFault, Flows, Limits};
use super::frame::{Frames, LabelId};
use super::graph::{Graph, NodeId};
use super::layout::{Kept, Layout};
use super::mask::Masks;
use super::queue::{Agenda, Bucket, Queue};
use super::states::{CoreId, States};
use super::tails::{DueId, TailId, Tails};
use super::vectors::{Parts, VectorId, Vectors};
use super::walk::{Kernels, Walks};
use crate::engine::{Fault, World};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::{Formula, Program};

/// What closed last, and the parts in which it goes on.
type GoesOn = ((TailId, VectorId, usize, Day), Parts<Day>);

pub(super) struct Pass<'p> {
    pub program: &'p Program,
    pub layout: &'p Layout,
    pub limits: Limits,
    pub calendar: Calendar,
    pub graph: Graph<'p>,
    pub tails: Tails,
    pub vectors: Vectors,
    pub frames: Frames,
    pub masks: Masks,
    pub states: States,
    /// The node at which a day opens with a state, by what is due, which groups tick and which era it is.
    pub opened: FxHashMap<(CoreId, DueId, u64, u32), (NodeId, LabelId)>,
    pub walks: Walks,
    pub kernels: Kernels,
    pub fields: Fields,
    pub queue: Queue,
    pub agenda: Agenda,
    /// When what closed last goes on, by what comes soon and later, by what ticks, and by the day on which it closed.
    pub goes_on: Option<GoesOn>,
    pub ends: IndexMap<CoreId, f64, FxBuildHasher>,
    pub waiting: usize,
    pub world: World,
    pub flows: Flows,
}

/// The exact distribution of all outcomes under the defaults of choices.
pub(crate) fn exact(program: &Program, limits: Limits) -> Result<Flows, ExactFault> {
    let layout = Layout::new(program);
    let first = program.period.0;
    let at = |fault| ExactFault::Run(first, fault);
    let masks = Masks::new(program, &layout);
    let mut pass = Pass {
        calendar: Calendar::of(program, &layout),
        graph: Graph::new(program, &layout, limits.expansions).map_err(at)?,
        tails: Tails::new(program),
        vectors: Vectors::default(),
        frames: Frames::new(program, &layout, masks.risky()),
        masks,
        states: States::new(World::new(program).map_err(at)?),
        opened: FxHashMap::default(),
        walks: Walks::default(),
        kernels: Kernels::default(),
        fields: Fields::default(),
        queue: Queue::default(),
        agenda: Agenda::default(),
        goes_on: None,
        ends: IndexMap::default(),
        waiting: 0,
        world: World::new(program).map_err(at)?,
        flows: Flows::new(program),
        program,
        layout: &layout,
        limits,
    };
    pass.go()?;
    Ok(pass.flows)
}

impl Pass<'_> {
    fn go(&mut self) -> Result<(), ExactFault> {
        let date = self.program.period.0;
        let era = self.calendar.era(date);
        let expansion = self
            .graph
            .begin(&self.masks, &mut self.tails, era)
            .map_err(|halt| halt.on(date, 0))?;
        let none = self.tails.empty();
        let share = (
            self.frames.everything(),
            none,
            self.vectors.one(&self.tails, none),
        );
        self.flow(expansion, share, 1.0, date)?;
        self.through(share, date)?;
        self.within_day(date)?;
        let mut swept = 0;
        while let Some((date, mut bucket, home)) = self.agenda.pop_first() {
            self.open(date, &mut bucket)?;
            self.agenda.give_back(bucket, home);
            if self.vectors.kept() > 2 * swept + 1_000_000 {
                self.sweep();
                swept = self.vectors.kept();
            }
        }
        self.finish()
    }

    /// Works through one day.
    fn open(&mut self, date: Day, bucket: &mut Bucket) -> Result<(), ExactFault> {
        self.tails.on(date);
        self.vectors.clear_day();
        let era = self.calendar.era(date);
        let (ticks, scripts) = (self.calendar.ticks(date), self.calendar.scripts(date));
        let mut parts = Vec::new();
        self.waiting -= bucket.len();
        for (field, masses) in &bucket.fields {
            self.go_through_field(*field, masses, (ticks, era, scripts), date)?;
        }
        bucket.sort();
        for place in 0.. {
            let Some(core) = bucket.core(place) else { break };
            self.within_limits(date)?;
            bucket.of(core, &mut parts);
            let mut rest = parts.as_slice();
            while let Some(((soon, later, _), _)) = rest.first() {
                let count = rest.partition_point(|((a, b, _), _)| (a, b) <= (soon, later));
                let (place, others) = rest.split_at(count);
                rest = others;
                let (vector, factor) = self.vectors.sum(&self.tails, place);
                let (due_soon, soon) = self.tails.split(*soon);
                let parts = self.vectors.split(&mut self.tails, vector, date);
                for place in 0..parts.len() {
                    let Some((due_later, vector)) = self.vectors.due_part(&parts, place) else {
                        continue;
                    };
                    let due = self.tails.both(due_soon, due_later);
                    let share = (soon, vector, factor);
                    self.go_through((core, due), share, (ticks, era, scripts), date)?;
                }
            }
        }
        self.within_day(date)
    }

    pub fn within_limits(&self, date: Day) -> Result<(), ExactFault> {
        let limits = self.limits;
        // In units of about thirty-two bytes.
        let kept = self.waiting + self.tails.kept() + self.vectors.kept();
        let passed = kept > limits.states
            || self.flows.expanded > limits.expansions
            || self.flows.steps + self.vectors.moved > limits.steps;
        if passed {
            return Err(ExactFault::TooManyStates(date, self.flows.expanded));
        }
        Ok(())
    }

    /// Forgets masses that nothing waits with.
    fn sweep(&mut self) {
        let mut used = Bits::new(self.vectors.len());
        for vector in self.agenda.vectors() {
            used.add(vector.index());
        }
        self.vectors.keep(&used);
    }

    /// What the last states say.
    fn finish(&mut self) -> Result<(), ExactFault> {
        let program = self.program;
        let last = program.period.1;
        let fault = |fault: Fault| ExactFault::Run(last, fault);
        let mut ends = self.last_of_fields();
        for (core, mass) in std::mem::take(&mut self.ends) {
            ends.extend(self.states.core(core).map(|packed| (packed.clone(), mass)));
        }
        for (packed, mass) in ends {
            let world = &mut self.world;
            self.layout
                .unpack(program, &packed, &[], last, world)
                .map_err(fault)?;
            self.flows.mass.add(mass);
            for (id, formula) in program.outcomes.iter() {
                let along = matches!(formula, Formula::Monitor(monitor)
                    if matches!(self.layout.monitors[*monitor], Kept::Flow | Kept::Mean));
                if let (false, Some(value)) = (along, world.outcome(program, formula)) {
                    self.flows.outcomes[id].entry(value).or_default().add(mass);
                }
            }
            for ((met, missed), node) in self.flows.positions.iter_mut().zip(&program.positions) {
                let side = if world.holds(*node) { met } else { missed };
                side.get_or_insert_default().add(mass);
            }
        }
        Ok(())
    }
}
