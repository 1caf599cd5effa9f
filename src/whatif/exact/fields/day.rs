//! Masses of a field on their way through one day.

use super::cube::{Side, corner_number, give, occurring, share};
use super::{Field, FieldId, Final, GoesId, Kind, SheetId, Way};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::whatif::exact::flows::ExactFault;
use crate::whatif::exact::pass::Pass;
use crate::whatif::exact::queue::Share;

impl Pass<'_> {
    /// Leads a field into its day.
    pub fn go_through_field(
        &mut self,
        id: FieldId,
        masses: &[f64],
        (ticks, era, scripts): Kind,
        date: Day,
    ) -> Result<(), ExactFault> {
        let active = self.fields.active.get(id.index()).copied().flatten();
        let kind = (self.states.groups(active) & ticks, era, scripts);
        if let Some(sheet) = self.sheet(id, kind, occurring(masses).map(|(corner, _)| corner), date)? {
            self.fields.enter_all(sheet, masses);
            return Ok(());
        }
        let Some(field) = self.fields.get(id).cloned() else {
            return Ok(());
        };
        let share = self.bare();
        for (corner, mass) in occurring(masses) {
            let opening = self.opening(&field, corner, kind);
            let node = self.graph.open(opening, &self.tails);
            self.queue.enter(share, node, mass);
        }
        Ok(())
    }

    /// Leads one corner of a field into its day. Whether the field can be led into it.
    pub fn enter_field(
        &mut self,
        id: FieldId,
        corner: u32,
        mass: f64,
        kind: Kind,
        date: Day,
    ) -> Result<bool, ExactFault> {
        let Some(sheet) = self.sheet(id, kind, std::iter::once(corner as usize), date)? else {
            return Ok(false);
        };
        self.fields.enter(sheet, corner, mass);
        Ok(true)
    }

    /// A share of which nothing lies outside the day, and that has nothing before it.
    pub(super) fn bare(&mut self) -> Share {
        let none = self.tails.empty();
        (
            self.frames.everything(),
            none,
            self.vectors.one(&self.tails, none),
        )
    }

    /// Lets all masses of fields run through the day.
    pub fn run_fields(&mut self, date: Day) -> Result<(), ExactFault> {
        for (sheet, masses) in std::mem::take(&mut self.fields.today) {
            self.run_field(sheet, masses, date)?;
            self.within_limits(date)?;
        }
        Ok(())
    }

    fn run_field(&mut self, id: SheetId, mut masses: Vec<f64>, date: Day) -> Result<(), ExactFault> {
        let mut spare = std::mem::take(&mut self.fields.spare);
        if let Some(sheet) = self.fields.sheet(id) {
            for coin in &sheet.coins {
                coin.fall(&mut masses, &mut spare);
            }
        }
        self.fields.spare = spare;
        self.complete(id, &masses, date)?;
        let Some(sheet) = self.fields.sheet(id) else {
            return Ok(());
        };
        let mut totals = vec![0.0; sheet.finals.len()];
        let mut goes: Vec<(GoesId, Vec<f64>)> = Vec::new();
        let mut apart: Vec<(usize, f64)> = Vec::new();
        // By number of what is alike: its ways, with the place of where they go.
        let mut ways: Vec<Option<Vec<(Side, usize)>>> = Vec::with_capacity(sheet.finals.len());
        for last in &sheet.finals {
            let Some(Final::Closes(_, closes)) = last else {
                ways.push(None);
                continue;
            };
            let mut own = Vec::with_capacity(closes.len());
            for Way {
                p,
                keeps,
                sets,
                goes: to,
            } in closes
            {
                let place = goes
                    .iter()
                    .position(|(other, _)| other == to)
                    .unwrap_or(goes.len());
                if place == goes.len() {
                    goes.push((*to, vec![0.0; masses.len()]));
                }
                let side = Side {
                    p: *p,
                    keeps: *keeps,
                    sets: *sets,
                };
                own.push((side, place));
            }
            ways.push(Some(own));
        }
        for (corner, mass) in occurring(&masses) {
            let number = sheet.alike.get(corner).map_or(0, |number| *number as usize);
            give(&mut totals, number, mass);
            match ways.get(number) {
                Some(Some(ways)) => {
                    for (side, place) in ways {
                        if let Some((_, sums)) = goes.get_mut(*place) {
                            give(sums, side.from(corner), share(mass, side.p));
                        }
                    }
                }
                _ => apart.push((corner, mass)),
            }
        }
        for (last, total) in sheet.finals.iter().zip(&totals) {
            if let Some(Final::Closes(Some(seen), _)) = last
                && *total > 0.0
            {
                self.flows.see(seen, *total, date);
            }
        }
        let mut nodes = Vec::new();
        if let Some(field) = self.fields.get(sheet.field) {
            for (corner, mass) in apart {
                let packed = field.free.at(&field.rest, corner_number(corner));
                nodes.push((sheet.mid.with_facts(self.layout, &packed), sheet.wave, mass));
            }
        }
        let share = self.bare();
        for (mid, wave, mass) in nodes {
            let node = self.graph.settling(0, mid, wave);
            self.queue.enter(share, node, mass);
        }
        for (goes, masses) in goes {
            self.close_all(goes, masses, date)?;
        }
        Ok(())
    }

    /// Works out how the day goes on from the corners that occur, once for those that are alike.
    fn complete(&mut self, id: SheetId, masses: &[f64], date: Day) -> Result<(), ExactFault> {
        let Some(sheet) = self.fields.sheet(id) else {
            return Ok(());
        };
        let Some(field) = self.fields.get(sheet.field).cloned() else {
            return Ok(());
        };
        let mut first: Vec<Option<usize>> = sheet.finals.iter().map(|_| None).collect();
        for (corner, _) in occurring(masses) {
            if let Some(number) = sheet.alike.get(corner).map(|number| *number as usize)
                && let Some(None) = sheet.finals.get(number)
                && let Some(first) = first.get_mut(number)
            {
                first.get_or_insert(corner);
            }
        }
        for (number, corner) in first.into_iter().enumerate() {
            let Some(corner) = corner else { continue };
            let last = self.last(id, &field, corner, date)?;
            if let Some(place) = self
                .fields
                .sheet_mut(id)
                .and_then(|sheet| sheet.finals.get_mut(number))
            {
                *place = Some(last);
            }
        }
        Ok(())
    }

    /// How the day goes on from one corner.
    fn last(&mut self, id: SheetId, field: &Field, corner: usize, date: Day) -> Result<Final, ExactFault> {
        let Some(sheet) = self.fields.sheet(id) else {
            return Ok(Final::Apart);
        };
        let packed = field.free.at(&field.rest, corner_number(corner));
        let mid = sheet.mid.with_facts(self.layout, &packed);
        let node = self.graph.settling(0, mid, sheet.wave);
        let expanded = self
            .graph
            .expand(node, &self.masks, &mut self.tails, date)
            .map_err(|halt| halt.on(date, self.flows.expanded))?;
        let closes = self.graph.closes(expanded).to_vec();
        let idle = |deltas: &(_, _)| self.tails.adds_nothing(deltas.0) && self.tails.adds_nothing(deltas.1);
        if !self.graph.on(expanded).is_empty() || !closes.iter().all(|(_, deltas, _)| idle(deltas)) {
            return Ok(Final::Apart);
        }
        let seen = self.graph.seen(expanded).cloned();
        let scripts = self.calendar.scripts(date);
        let mut ways = Vec::with_capacity(closes.len());
        for (closed, _, p) in closes {
            let Some(closed) = self.graph.closed(closed).cloned() else {
                return Ok(Final::Apart);
            };
            let (before, after) = (corner_number(corner), field.free.corner(&closed));
            ways.push(Way {
                p,
                keeps: !(before & !after),
                sets: after & !before,
                goes: self.close_field(&closed, &field.free, (date, scripts))?,
            });
        }
        Ok(Final::Closes(seen, ways))
    }
}
