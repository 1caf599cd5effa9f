//! Mass on its way through one day, from its opening to the states that wait afterwards.

use std::ops::Range;

use super::flows::ExactFault;
use super::frame::LabelId;
use super::graph::{ClosedId, Expanded, NodeId, Opening};
use super::mask::Mask;
use super::pack::Packed;
use super::pass::Pass;
use super::queue::Share;
use super::states::{Around, Closing, CoreId};
use super::tails::{DeltaId, DueId, KindsId, NO_DUE, TailId};
use super::vectors::VectorId;
use super::walk::{Close, Group, Kernel, Known};
use crate::ids::Id as _;
use crate::language::value::Day;

impl Pass<'_> {
    /// Leads a state into its day: through all of it, if it is a small one.
    pub fn go_through(
        &mut self,
        (core, due): (CoreId, DueId),
        (soon, vector, factor): (TailId, VectorId, f64),
        (ticks, era, scripts): (u64, u32, u32),
        date: Day,
    ) -> Result<(), ExactFault> {
        let active = self.states.about(core).map_or(0, |about| about.active);
        let ticks = active & ticks;
        let bare = due.index() == NO_DUE && self.tails.is_empty(soon) && self.vectors.idle(vector);
        if bare && let Some((field, corner)) = self.form(core, (ticks, era, scripts), date)? {
            let mass = factor * self.vectors.total(vector);
            if self.enter_field(field, corner, mass, (ticks, era, scripts), date)? {
                return Ok(());
            }
        }
        let kinds = (self.tails.kinds(soon), self.vectors.kinds(vector));
        let key = (due, ticks, era, kinds.0, kinds.1, scripts);
        let known = match self.kernels.find(core, &key) {
            Some(known) => known,
            None => {
                let (node, label) = self.enter(core, due, ticks, era, date);
                let kernel = self.kernel((node, label), (soon, vector), (date, scripts))?;
                let known = kernel.map_or(Known::Large(node, label), |kernel| self.kernels.add(kernel));
                self.kernels.put(core, key, known);
                known
            }
        };
        match known {
            Known::Small(place) => self.run(place, (soon, vector, factor), (date, scripts)),
            Known::Large(node, label) => {
                self.queue.enter((label, soon, vector), node, factor);
                Ok(())
            }
        }
    }

    /// Works a day out for a state, if it is a small one.
    fn kernel(
        &mut self,
        (node, label): (NodeId, LabelId),
        (soon, vector): (TailId, VectorId),
        (date, scripts): (Day, u32),
    ) -> Result<Option<Kernel>, ExactFault> {
        let before = self.graph.len();
        let walk = self
            .walks
            .find(node, &mut self.graph, &self.masks, &mut self.tails, date)
            .map_err(|halt| halt.on(date, self.flows.expanded))?
            .cloned();
        self.flows.expanded += self.graph.len() - before;
        let Some(walk) = walk else { return Ok(None) };
        let mut groups: Vec<(Group, Vec<Close>)> = Vec::new();
        for (closed, deltas, p) in walk.closes {
            let (soon, later) = self.after(soon, vector, deltas);
            let kinds = (self.tails.kinds(soon), self.vectors.kinds(later));
            let (core, closing) = self.closing((closed, label), kinds, (date, scripts))?;
            let same = groups
                .iter_mut()
                .find(|(group, _)| group.deltas == deltas && group.closing == closing);
            let close = (closed, core, p);
            match same {
                Some((_, closes)) => closes.push(close),
                None => {
                    let group = Group {
                        deltas,
                        kinds,
                        closing,
                        closes: 0,
                    };
                    groups.push((group, vec![close]));
                }
            }
        }
        let start = self.kernels.groups.len();
        for (group, closes) in groups {
            let place = self.kernels.closes.len();
            self.kernels.groups.push(Group {
                closes: place,
                ..group
            });
            self.kernels.closes.extend(closes);
        }
        Ok(Some(Kernel {
            label,
            seen: (!walk.seen.is_empty()).then(|| Box::new(walk.seen)),
            groups: start..self.kernels.groups.len(),
        }))
    }

    /// What comes soon and later after a day that adds something.
    fn after(&mut self, soon: TailId, vector: VectorId, deltas: (DeltaId, DeltaId)) -> (TailId, VectorId) {
        let (program, tails) = (self.program, &mut self.tails);
        let soon = tails.apply(program, soon, deltas.0);
        (soon, self.vectors.apply(program, tails, vector, deltas.1))
    }

    /// Lets mass run through a small day.
    fn run(
        &mut self,
        place: u32,
        (soon, vector, factor): (TailId, VectorId, f64),
        (date, scripts): (Day, u32),
    ) -> Result<(), ExactFault> {
        let Some(kernel) = self.kernels.get(place) else {
            return Ok(());
        };
        let (label, groups) = (kernel.label, kernel.groups.clone());
        if let Some(seen) = &kernel.seen {
            let mass = factor * self.vectors.total(vector);
            self.flows.see(seen, mass, date);
        }
        for place in groups {
            let Some(group) = self.kernels.groups.get(place) else {
                continue;
            };
            let (deltas, kinds, closing) = (group.deltas, group.kinds, group.closing);
            let closes = self.kernels.closes(place);
            let (soon, later) = self.after(soon, vector, deltas);
            let now = (self.tails.kinds(soon), self.vectors.kinds(later));
            if now == kinds {
                self.close(closing, closes, (soon, later), factor, date);
                continue;
            }
            for place in closes {
                if let Some((closed, _, p)) = self.kernels.closes.get(place).copied() {
                    let (core, closing) = self.closing((closed, label), now, (date, scripts))?;
                    self.close_one((core, closing), (soon, later), factor * p, date);
                }
            }
        }
        Ok(())
    }

    /// The node at which a day opens with a state, and the label of what the day leaves alone. `ticks` holds only groups
    /// that can act.
    fn enter(&mut self, core: CoreId, due: DueId, ticks: u64, era: u32, date: Day) -> (NodeId, LabelId) {
        let (Some(about), Some(packed)) = (self.states.about(core), self.states.core(core)) else {
            return (NodeId::from_index(0), self.frames.everything());
        };
        let key = (core, due, ticks, era);
        if let Some(known) = self.opened.get(&key) {
            return *known;
        }
        let nothing = Mask::default();
        // What a rule reads that is not left out must be there, even if it cannot fire.
        let quiet = about.quiet;
        let mask = self.masks.get(quiet).unwrap_or(&nothing);
        let (program, layout) = (self.program, self.layout);
        let frame = self.frames.find(
            program,
            layout,
            (due, &self.tails),
            ticks,
            (quiet, mask),
            (era, date),
        );
        let (inside, label) = self.frames.split(layout, packed, frame);
        let opening = Opening {
            inside,
            due,
            ticks,
            mask: quiet,
            era,
        };
        let node = self.graph.open(opening, &self.tails);
        self.opened.insert(key, (node, label));
        (node, label)
    }

    /// Works through the states of one day.
    pub fn within_day(&mut self, date: Day) -> Result<(), ExactFault> {
        self.run_fields(date)?;
        let entries = self.queue.entries();
        for same in entries.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
            for ((_, node), mass) in same {
                self.queue.add(*node, *mass, || self.graph.order(*node));
            }
            if let Some(((share, _), _)) = same.first() {
                self.through(*share, date)?;
            }
        }
        self.queue.give_back(entries);
        Ok(())
    }

    /// Lets the mass of one share run through the day.
    pub fn through(&mut self, share: Share, date: Day) -> Result<(), ExactFault> {
        while let Some((node, mass)) = self.queue.next() {
            let before = self.graph.len();
            let expanded = self
                .graph
                .expand(node, &self.masks, &mut self.tails, date)
                .map_err(|halt| halt.on(date, self.flows.expanded))?;
            self.flows.expanded += self.graph.len() - before;
            self.flow(expanded, share, mass, date)?;
            self.within_limits(date)?;
        }
        Ok(())
    }

    pub fn flow(&mut self, what: Expanded, share: Share, mass: f64, date: Day) -> Result<(), ExactFault> {
        let (label, tail, vector) = share;
        if let Some(seen) = self.graph.seen(what) {
            self.flows.see(seen, mass * self.vectors.total(vector), date);
        }
        for (target, p) in self.graph.on(what) {
            self.queue.add(*target, mass * p, || self.graph.order(*target));
        }
        let count = self.graph.closes(what).len();
        if count == 0 {
            return Ok(());
        }
        let scripts = self.calendar.scripts(date);
        // Closes that add the same stand together.
        let mut last = None;
        let (mut soon, mut later) = (tail, vector);
        for place in 0..count {
            let Some((closed, deltas, p)) = self.graph.closes(what).get(place).copied() else {
                break;
            };
            if last != Some(deltas) {
                last = Some(deltas);
                (soon, later) = self.after(tail, vector, deltas);
            }
            let kinds = (self.tails.kinds(soon), self.vectors.kinds(later));
            let closing = self.closing((closed, label), kinds, (date, scripts))?;
            self.close_one(closing, (soon, later), mass * p, date);
        }
        Ok(())
    }

    /// What becomes of a state in which a day closed, with these kinds of things to come.
    fn closing(
        &mut self,
        closed: (ClosedId, LabelId),
        kinds: (KindsId, KindsId),
        now: (Day, u32),
    ) -> Result<(CoreId, Closing), ExactFault> {
        let mut around = Around {
            program: self.program,
            layout: self.layout,
            calendar: &self.calendar,
            graph: &self.graph,
            frames: &self.frames,
            masks: &mut self.masks,
            tails: &self.tails,
        };
        self.states.closing(&mut around, closed, kinds, now)
    }

    /// What becomes of a whole state in which a day closed that leaves nothing on the agenda.
    pub fn close_state(&mut self, packed: Packed, now: (Day, u32)) -> Result<(CoreId, Closing), ExactFault> {
        let none = self.tails.empty();
        let kinds = self.tails.kinds(none);
        let mut around = Around {
            program: self.program,
            layout: self.layout,
            calendar: &self.calendar,
            graph: &self.graph,
            frames: &self.frames,
            masks: &mut self.masks,
            tails: &self.tails,
        };
        self.states.closing_of(&mut around, packed, (kinds, kinds), now)
    }

    /// A day closes in one way.
    pub fn close_one(
        &mut self,
        (core, closing): (CoreId, Closing),
        tails: (TailId, VectorId),
        factor: f64,
        date: Day,
    ) {
        let place = self.kernels.closes.len();
        self.kernels.closes.push((ClosedId::from_index(0), core, 1.0));
        self.close(closing, place..place + 1, tails, factor, date);
        self.kernels.closes.truncate(place);
    }

    /// A day closes in ways that are alike: the states wait for their next one.
    fn close(
        &mut self,
        closing: Closing,
        closes: Range<usize>,
        (mut tail, mut vector): (TailId, VectorId),
        factor: f64,
        date: Day,
    ) {
        self.flows.steps += closes.len();
        if let Some(what) = self.masks.get(closing.mask) {
            if closing.soon || closing.duties && self.tails.has_deadlines(tail) {
                tail = self.tails.prune(tail, closing.mask, &what.events, &what.duties);
            }
            if closing.later || closing.duties && self.vectors.has_deadlines(vector) {
                let tails = &mut self.tails;
                vector = self
                    .vectors
                    .prune(tails, vector, closing.mask, &what.events, &what.duties);
            }
        }
        let waits = (tail, self.vectors.kinds(vector));
        // States that close one after the other are mostly alike.
        let asked = (tail, vector, closing.active, date);
        let parts = match &self.goes_on {
            Some((known, parts)) if *known == asked => parts.clone(),
            _ => {
                let ticks = self.states.next(&self.calendar, closing.active, date);
                let next = match (self.tails.first(tail), ticks) {
                    (Some(a), Some(b)) => a.min(b),
                    (a, b) => a.or(b).unwrap_or(Day::NEVER),
                };
                let parts = self.vectors.by_day(&self.tails, vector, next);
                self.goes_on = Some((asked, parts.clone()));
                parts
            }
        };
        for part in 0..parts.len() {
            let Some((next, part)) = self.vectors.dated_part(&parts, part) else {
                continue;
            };
            let closes = self.kernels.closes.get(closes.clone()).unwrap_or_default();
            if closing.held {
                // Until the next day of the run nothing changes.
                let until = if next == Day::NEVER {
                    self.program.period.1.days_since(date).map(|days| days + 1)
                } else {
                    next.days_since(date)
                };
                let mass = factor * self.vectors.total(part) * f64::from(until.unwrap_or(0));
                for (_, core, p) in closes {
                    for id in self.states.about(*core).iter().flat_map(|about| &about.held) {
                        self.flows.means[*id].add(mass * p);
                    }
                }
            }
            if next == Day::NEVER {
                let mass = factor * self.vectors.total(part);
                for (_, core, p) in closes {
                    *self.ends.entry(*core).or_insert(0.0) += mass * p;
                }
            } else if let Some(bucket) = self.agenda.on(next) {
                for (_, core, p) in closes {
                    bucket.add(*core, waits, part, factor * p);
                }
                self.waiting += closes.len();
            }
        }
    }
}
