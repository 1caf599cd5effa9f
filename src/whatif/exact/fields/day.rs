//! Masses of a field on their way through one day.

use super::cube::{Side, corner_number, give, occurring, part};
use super::{Field, FieldId, Final, GoesId, Kind, Sheet, SheetId, Way};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::whatif::exact::flows::ExactFault;
use crate::whatif::exact::graph::NodeId;
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
        let sorted = Sorted::of(sheet, self.limits.tables / masses.len().max(1));
        let mut totals = vec![0.0; sheet.finals.len()];
        let mut sums: Vec<Vec<f64>> = sorted.goes.iter().map(|_| vec![0.0; masses.len()]).collect();
        let mut apart: Vec<(usize, f64)> = Vec::new();
        for (corner, mass) in occurring(&masses) {
            let number = sheet.alike.get(corner).map_or(0, |number| *number as usize);
            let Some(Some(ways)) = sorted.ways.get(number) else {
                apart.push((corner, mass));
                continue;
            };
            give(&mut totals, number, mass);
            for (side, place) in ways {
                if let Some(sums) = sums.get_mut(*place) {
                    give(sums, side.from(corner), part(mass, side.p));
                }
            }
        }
        for (last, total) in sheet.finals.iter().zip(&totals) {
            if let Some(Final::Closes(Some(seen), _)) = last
                && *total > 0.0
            {
                self.flows.see(seen, *total, date);
            }
        }
        let field = self.fields.get(sheet.field);
        let nodes = apart.into_iter().filter_map(|(corner, mass)| {
            let packed = field?.free.at(&field?.rest, corner_number(corner));
            let mid = sheet.mid.with_facts(self.layout, &packed);
            Some((self.graph.settling(0, mid, sheet.wave), mass))
        });
        let nodes: Vec<(NodeId, f64)> = nodes.collect();
        let share = self.bare();
        for (node, mass) in nodes {
            self.queue.enter(share, node, mass);
        }
        for (goes, masses) in sorted.goes.into_iter().zip(sums) {
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
            self.within_limits(date)?;
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
            let side = Side {
                p,
                keeps: !(before & !after),
                sets: after & !before,
            };
            ways.push(Way {
                side,
                goes: self.close_field(&closed, &field.free, (date, scripts))?,
            });
        }
        Ok(Final::Closes(seen, ways))
    }
}

/// The ways in which a day closes, with where they lead.
struct Sorted {
    /// By number of what is alike; none if the day goes on corner by corner.
    ways: Vec<Option<Vec<(Side, usize)>>>,
    /// Where they lead, each once.
    goes: Vec<GoesId>,
}

impl Sorted {
    /// Nothing, if they would lead to more than so many tables: most of each would be empty.
    fn of(sheet: &Sheet, most: usize) -> Self {
        let mut goes: Vec<GoesId> = Vec::new();
        let mut sorted = |way: &Way| {
            let place = goes.iter().position(|other| *other == way.goes);
            let place = place.unwrap_or_else(|| {
                goes.push(way.goes);
                goes.len() - 1
            });
            (way.side, place)
        };
        let ways: Vec<_> = sheet
            .finals
            .iter()
            .map(|last| match last {
                Some(Final::Closes(_, ways)) => Some(ways.iter().map(&mut sorted).collect()),
                Some(Final::Apart) | None => None,
            })
            .collect();
        if goes.len() > most {
            let ways = ways.iter().map(|_| None).collect();
            return Sorted {
                ways,
                goes: Vec::new(),
            };
        }
        Sorted { ways, goes }
    }
}
