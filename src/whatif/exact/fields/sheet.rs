//! Whether a day only tosses coins for the free facts of a field before anything else happens, and what it makes of it then.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::coins::{Toss, Tossing, unnoticed};
use super::cube::{Coin, Corners, Free, Side, corner_number, has, worth};
use super::lanes::{Lanes, above};
use super::{Field, FieldId, Kind, Sheet, SheetId};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::program::NodeId;
use crate::whatif::exact::closure::Closure;
use crate::whatif::exact::flows::ExactFault;
use crate::whatif::exact::graph::Opening;
use crate::whatif::exact::mask::Mask;
use crate::whatif::exact::mid::{Change, Mid};
use crate::whatif::exact::pass::Pass;
use crate::whatif::exact::plan::Plan;
use crate::whatif::exact::tails::{DueId, NO_DUE};

/// More answers than that to what the rest of a day asks are not worth a table.
const ANSWERS: usize = 64;

impl Pass<'_> {
    /// What a day of this kind makes of a field, if it can be told at once. `occurring` are corners that occur.
    pub fn sheet(
        &mut self,
        id: FieldId,
        kind: Kind,
        occurring: impl Iterator<Item = usize> + Clone,
        date: Day,
    ) -> Result<Option<SheetId>, ExactFault> {
        if let Some(known) = self.fields.known.get(&(id, kind)) {
            return Ok(*known);
        }
        let sheet = self.sheet_anew(id, kind, occurring, date)?;
        let (told, refused) = self.fields.luck.entry(kind.0).or_default();
        *if sheet.is_some() { told } else { refused } += 1;
        let sheet = sheet.map(|sheet| self.fields.add(sheet));
        self.fields.known.insert((id, kind), sheet);
        Ok(sheet)
    }

    fn sheet_anew(
        &mut self,
        id: FieldId,
        kind: Kind,
        mut occurring: impl Iterator<Item = usize> + Clone,
        date: Day,
    ) -> Result<Option<Sheet>, ExactFault> {
        let Some(field) = self.fields.get(id).cloned() else {
            return Ok(None);
        };
        let Some(tossing) = self.tossing((kind.0, field.quiet)) else {
            return Ok(None);
        };
        let scripted = self.program.timeline.iter().any(|(day, ..)| *day == date);
        let Some(some) = occurring.clone().next() else {
            return Ok(None);
        };
        let free = Rc::clone(&field.free);
        let packed = free.at(&field.rest, corner_number(some));
        self.layout
            .unpack(self.program, &packed, &[], date, &mut self.world)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let Some(coins) = (!scripted).then(|| self.coins(&field, &tossing)).flatten() else {
            return Ok(None);
        };
        let up = |corner: usize| coins.iter().filter(move |(_, coin)| has(&coin.at, corner));
        // One coin alone is not settled apart from the day.
        let Some(typical) = occurring.find(|corner| up(*corner).count() > 1) else {
            return Ok(None);
        };
        let tossed: Vec<&Toss> = up(typical).map(|(toss, _)| *toss).collect();
        let opening = self.opening(&field, typical, kind);
        let Some((mid, wave)) = self.after_coins(opening, &tossed, date)? else {
            return Ok(None);
        };
        let nothing = Mask::default();
        let mask = self.masks.get(field.quiet).unwrap_or(&nothing);
        let mut closure = Closure::new(self.program, self.layout, mask, &self.frames.readers);
        closure.rest_of_day(self.graph.mids.raised(&mid));
        let Some((alike, count)) = self.alike(&free, &closure.leaves()) else {
            return Ok(None);
        };
        self.flows.expanded += worth(free.corners());
        self.flows.fields += 1;
        Ok(Some(Sheet {
            field: id,
            coins: coins.into_iter().map(|(_, coin)| coin).collect(),
            mid,
            wave,
            alike,
            finals: vec![None; count],
        }))
    }

    /// The state in which the coins of an opened day are tossed, and its wave, if the day begins with these and otherwise only
    /// raises events.
    fn after_coins(
        &mut self,
        opening: Opening,
        tossed: &[&Toss],
        date: Day,
    ) -> Result<Option<(Mid, u32)>, ExactFault> {
        let packed = opening.inside.clone();
        let opened = self.graph.open(opening, &self.tails);
        let before = self.graph.len();
        let expanded = self
            .graph
            .expand(opened, &self.masks, &mut self.tails, date)
            .map_err(|halt| halt.on(date, self.flows.expanded))?;
        self.flows.expanded += self.graph.len() - before;
        let graph = &self.graph;
        let [(settling, _)] = graph.on(expanded) else {
            return Ok(None);
        };
        let alone = graph.closes(expanded).is_empty() && graph.seen(expanded).is_none();
        let Some((plan, mid)) = graph.settling_at(*settling).filter(|_| alone) else {
            return Ok(None);
        };
        // The facts are still those of the opening.
        let as_opened = graph.mids.untouched(mid) && *mid == mid.with_facts(self.layout, &packed);
        let found = (mid.clone(), graph.order(*settling).0);
        Ok((as_opened && self.planned(plan, tossed)).then_some(found))
    }

    /// The day opened at a corner.
    pub fn opening(&self, field: &Field, corner: usize, (ticks, era, _): Kind) -> Opening {
        Opening {
            inside: field.free.at(&field.rest, corner_number(corner)),
            due: DueId::from_index(NO_DUE),
            ticks,
            mask: field.quiet,
            era,
        }
    }

    /// Where each coin comes up, if they do not touch each other and nothing but the rest of the day notices them.
    fn coins<'t>(&self, field: &Field, tossing: &'t Tossing) -> Option<Vec<(&'t Toss, Coin)>> {
        let (program, layout, free) = (self.program, self.layout, &field.free);
        let readers = &self.frames.readers;
        let hangs = above(program, layout, free, readers);
        let nothing = Mask::default();
        let mask = self.masks.get(field.quiet).unwrap_or(&nothing);
        let apart = tossing.others.iter().all(|guard| !hangs.has(guard.index()));
        if !apart || !unnoticed(program, layout, mask, &hangs) {
            return None;
        }
        let mut lanes = Lanes::new(program, layout, free, &hangs, &self.world);
        let mut coins = Vec::new();
        for toss in &tossing.tosses {
            let at = lanes.of(toss.guard)?;
            if at.iter().any(|word| *word != 0) {
                let sides = toss.branches.iter().map(|(p, changes)| side(free, *p, changes));
                let sides = sides.collect::<Option<Vec<Side>>>()?;
                coins.push((toss, Coin { at, sides }));
            }
        }
        // A coin that has fallen must not change whether another comes up.
        for (place, (toss, _)) in coins.iter().enumerate() {
            let changed = Free::new(toss.changed().map(|(place, _)| place).collect());
            let noticed = above(program, layout, &changed, readers);
            let mut others = coins.iter().enumerate().filter(|(other, _)| *other != place);
            if others.any(|(_, (other, _))| noticed.has(other.guard.index())) {
                return None;
            }
        }
        Some(coins)
    }

    /// Whether a plan is to toss these.
    fn planned(&self, mut plan: Plan, tossed: &[&Toss]) -> bool {
        for toss in tossed {
            let Some((draw, rest)) = self.graph.plans.next(plan) else {
                return false;
            };
            let same = draw.chance == toss.chance
                && draw.branches.len() == toss.branches.len()
                && draw
                    .branches
                    .iter()
                    .zip(&toss.branches)
                    .all(|((p, changes), (q, facts))| {
                        let facts = facts.iter().map(|(place, truth)| Change::Fact(*place, *truth));
                        p.to_bits() == q.to_bits() && changes.iter().copied().eq(facts)
                    });
            if !same {
                return false;
            }
            plan = rest;
        }
        self.graph.plans.next(plan).is_none()
    }

    /// By corner, a number for what holds of these conditions, and how many numbers there are.
    fn alike(&self, free: &Free, leaves: &[NodeId]) -> Option<(Vec<u32>, usize)> {
        let (program, layout) = (self.program, self.layout);
        let hangs = above(program, layout, free, &self.frames.readers);
        let mut lanes = Lanes::new(program, layout, free, &hangs, &self.world);
        let leaves = leaves.iter().filter(|leaf| hangs.has(leaf.index()));
        let holds: Vec<Corners> = leaves.map(|leaf| lanes.of(*leaf)).collect::<Option<_>>()?;
        let mut numbers = vec![0u32; free.corners()];
        let mut count = 1u32;
        for corners in &holds {
            // Each condition splits what was alike so far.
            let mut split = FxHashMap::default();
            let mut next = 0;
            for (corner, number) in numbers.iter_mut().enumerate() {
                *number = *split.entry((*number, has(corners, corner))).or_insert_with(|| {
                    next += 1;
                    next - 1
                });
            }
            count = next;
            if next as usize > ANSWERS {
                return None;
            }
        }
        Some((numbers, count as usize))
    }
}

/// One way in which a coin may fall, if it changes free facts alone.
fn side(free: &Free, p: f64, changes: &[(u32, bool)]) -> Option<Side> {
    let mut side = Side {
        p,
        keeps: u32::MAX,
        sets: 0,
    };
    for (place, truth) in changes {
        let bit = 1u32 << free.bit(*place)?;
        if *truth {
            side.sets |= bit;
        } else {
            side.keeps &= !bit;
        }
    }
    Some(side)
}
