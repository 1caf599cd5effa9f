//! What becomes of a field when a day has closed.

use std::rc::Rc;

use super::cube::{Free, corner_number, give, occurring, worth};
use super::lanes::{Lanes, above};
use super::{Field, FieldId, Goes, GoesId, There};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::whatif::exact::calendar::Calendar;
use crate::whatif::exact::flows::ExactFault;
use crate::whatif::exact::layout::Kept;
use crate::whatif::exact::mask::Mask;
use crate::whatif::exact::pack::Packed;
use crate::whatif::exact::pass::Pass;

impl Pass<'_> {
    /// Where the corners go when their day has closed, in `closed` and in what has this in common with it.
    pub(super) fn close_field(
        &mut self,
        closed: &Packed,
        free: &Rc<Free>,
        now: (Day, u32),
    ) -> Result<GoesId, ExactFault> {
        let key = (self.common(free, closed), Rc::clone(free), now.1);
        if let Some(known) = self.fields.closed.get(&key) {
            return Ok(*known);
        }
        let goes = self.goes(closed, &key.0, free, now)?;
        let id = self.fields.going(goes);
        self.fields.closed.insert(key, id);
        Ok(id)
    }

    fn goes(
        &mut self,
        closed: &Packed,
        rest: &Packed,
        free: &Rc<Free>,
        (date, scripts): (Day, u32),
    ) -> Result<Goes, ExactFault> {
        let (program, layout) = (self.program, self.layout);
        let words = free.words(layout.bit_words);
        let verdict = self.masks.find(program, layout, (rest, &words), &[], scripts);
        let dropped = |place: &u32| self.masks.drops(verdict, *place);
        let kept: Vec<u32> = free
            .places()
            .iter()
            .copied()
            .filter(|place| !dropped(place))
            .collect();
        if kept.is_empty() {
            let (core, closing) = self.close_state(closed.clone(), (date, scripts))?;
            return Ok(Goes::One(core, closing));
        }
        let masked = self.masks.masked(layout, rest, verdict);
        let kept = Free::new(kept);
        let corners = (0..free.corners()).map(|corner| kept.corner(&free.at(rest, corner_number(corner))));
        let there: There = (kept.places() != free.places()).then(|| corners.collect());
        self.flows.expanded += 1 + there.as_ref().map_or(0, |there| worth(there.len()));
        if kept.places().len() < self.limits.coins {
            return Ok(Goes::Apart(masked, Rc::new(kept), there));
        }
        layout
            .unpack(program, closed, &[], date, &mut self.world)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let hangs = above(program, layout, &kept, &self.frames.readers);
        let mut lanes = Lanes::new(program, layout, &kept, &hangs, &self.world);
        let nothing = Mask::default();
        let what = self.masks.get(verdict.mask).unwrap_or(&nothing);
        let mut active = self.calendar.counting;
        for (group, instance, guard) in &layout.ticking {
            let mut may = || lanes.of(*guard).is_none_or(|at| at.iter().any(|word| *word != 0));
            if !what.muted.has(instance.index()) && may() {
                active |= Calendar::bit(*group);
            }
        }
        let rest = self.common(&kept, &masked);
        let field = Field {
            rest,
            free: Rc::new(kept),
            quiet: verdict.quiet,
        };
        let field = self.fields.put(field);
        let active = self.states.set_of(active);
        if let Some(place) = self.fields.active.get_mut(field.index()) {
            *place = Some(active);
        }
        Ok(Goes::Field(field, there))
    }

    /// The day closes at all corners.
    pub(super) fn close_all(&mut self, goes: GoesId, masses: Vec<f64>, date: Day) -> Result<(), ExactFault> {
        let (_, tail, vector) = self.bare();
        match self.fields.goes(goes).cloned() {
            None => {}
            Some(Goes::One(core, closing)) => {
                let total = occurring(&masses).map(|(_, mass)| mass).sum();
                self.close_one((core, closing), (tail, vector), total, date);
            }
            Some(Goes::Field(field, there)) => {
                let corners = self.fields.get(field).map_or(0, |field| field.free.corners());
                self.wait(field, gather(masses, there, corners), date);
            }
            Some(Goes::Apart(rest, free, there)) => {
                let scripts = self.calendar.scripts(date);
                for (corner, mass) in occurring(&gather(masses, there, free.corners())) {
                    let packed = free.at(&rest, corner_number(corner));
                    let closed = self.close_state(packed, (date, scripts))?;
                    self.close_one(closed, (tail, vector), mass, date);
                }
            }
        }
        Ok(())
    }

    /// A field waits for its next day.
    fn wait(&mut self, field: FieldId, masses: Vec<f64>, date: Day) {
        self.flows.steps += occurring(&masses).count();
        let active = self.fields.active.get(field.index()).copied().flatten();
        let next = active.and_then(|active| self.states.next(&self.calendar, active, date));
        match next.and_then(|next| self.agenda.on(next)) {
            Some(bucket) => {
                // In the units in which what waits is counted, four masses are one.
                self.waiting += masses.len().div_ceil(4);
                bucket.fields.push((field, masses));
            }
            None => self.fields.ends.push((field, masses)),
        }
    }

    /// The last states of all fields, with their masses: corners of which the end asks nothing apart are one.
    pub fn last_of_fields(&mut self) -> Vec<(Packed, f64)> {
        let (program, layout) = (self.program, self.layout);
        let mut last = Vec::new();
        for (id, masses) in std::mem::take(&mut self.fields.ends) {
            let Some(field) = self.fields.get(id) else {
                continue;
            };
            let hangs = above(program, layout, &field.free, &self.frames.readers);
            let at_end = layout.monitors.iter().filter(|(_, kept)| **kept == Kept::Last);
            let mut asked = at_end
                .filter_map(|(id, _)| program.monitors[id].node)
                .chain(program.positions.iter().copied());
            if asked.any(|node| hangs.has(node.index())) {
                for (corner, mass) in occurring(&masses) {
                    last.push((field.free.at(&field.rest, corner_number(corner)), mass));
                }
            } else if let Some((corner, _)) = occurring(&masses).next() {
                let total = occurring(&masses).map(|(_, mass)| mass).sum();
                last.push((field.free.at(&field.rest, corner_number(corner)), total));
            }
        }
        last
    }
}

/// The masses where fewer facts are free.
fn gather(masses: Vec<f64>, there: There, corners: usize) -> Vec<f64> {
    let Some(there) = there else { return masses };
    let mut sums = vec![0.0; corners];
    for (mass, corner) in masses.iter().zip(there.iter()) {
        give(&mut sums, *corner as usize, *mass);
    }
    sums
}
