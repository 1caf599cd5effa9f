//! Which states are kept as a field: those of a day that tosses enough coins.

use std::rc::Rc;

use super::coins::Tossing;
use super::cube::Free;
use super::lanes::above;
use super::{Field, FieldId, Kind};
use crate::ids::Id as _;
use crate::language::value::Day;
use crate::whatif::exact::flows::ExactFault;
use crate::whatif::exact::layout::Kept;
use crate::whatif::exact::mask::Mask;
use crate::whatif::exact::pack::Packed;
use crate::whatif::exact::pass::Pass;
use crate::whatif::exact::states::CoreId;

/// More facts than that are not kept in one field.
const MOST: usize = 20;

impl Pass<'_> {
    /// What a day of this kind does, if its periodic rules only toss coins and raise events.
    pub(super) fn tossing(&mut self, (ticks, quiet): (u64, u32)) -> Option<Rc<Tossing>> {
        if let Some(known) = self.fields.tossing.get(&(ticks, quiet)) {
            return known.clone();
        }
        let nothing = Mask::default();
        let mask = self.masks.get(quiet).unwrap_or(&nothing);
        let tossing = Tossing::of(self.program, self.layout, mask, ticks).map(Rc::new);
        self.fields.tossing.insert((ticks, quiet), tossing.clone());
        tossing
    }

    /// Which corner of which field a state is, if the day tosses enough coins.
    pub fn form(
        &mut self,
        core: CoreId,
        kind: Kind,
        date: Day,
    ) -> Result<Option<(FieldId, u32)>, ExactFault> {
        let Some(quiet) = self.states.about(core).map(|about| about.quiet) else {
            return Ok(None);
        };
        let coins = self.limits.coins;
        let Some(tossing) = self
            .tossing((kind.0, quiet))
            .filter(|tossing| tossing.tosses.len() >= coins)
        else {
            return Ok(None);
        };
        let key = (core, kind);
        if let Some(known) = self.fields.formed.get(&key) {
            return Ok(*known);
        }
        let (told, refused) = self.fields.luck.get(&kind.0).copied().unwrap_or_default();
        if refused > 8 + told {
            // It hardly ever works out with these rules.
            return Ok(None);
        }
        let formed = self.form_anew(core, (&tossing, quiet), date)?;
        self.fields.formed.insert(key, formed);
        Ok(formed)
    }

    fn form_anew(
        &mut self,
        core: CoreId,
        (tossing, quiet): (&Tossing, u32),
        date: Day,
    ) -> Result<Option<(FieldId, u32)>, ExactFault> {
        let Some(packed) = self.states.core(core) else {
            return Ok(None);
        };
        let world = &mut self.world;
        self.layout
            .unpack(self.program, packed, &[], date, world)
            .map_err(|fault| ExactFault::Run(date, fault))?;
        let tosses = tossing.tosses.iter().filter(|toss| world.holds(toss.guard));
        let places: Vec<Vec<u32>> = tosses
            .map(|toss| toss.changed().map(|(place, _)| place).collect())
            .collect();
        let count = places.len();
        let free = Free::new(places.into_iter().flatten().collect());
        if count < self.limits.coins || free.places().is_empty() || free.places().len() > MOST {
            return Ok(None);
        }
        let corner = free.corner(packed);
        let rest = self.common(&free, packed);
        let free = Rc::new(free);
        let field = self.fields.put(Field { rest, free, quiet });
        Ok(Some((field, corner)))
    }

    /// What the corners have in common with one state among them.
    pub(super) fn common(&self, free: &Free, packed: &Packed) -> Packed {
        let (program, layout) = (self.program, self.layout);
        let mut rest = free.at(packed, 0);
        let above = above(program, layout, free, &self.frames.readers);
        // Whether a condition held at the last close is told by the facts.
        for (id, kept) in layout.monitors.iter() {
            let hangs = program.monitors[id]
                .node
                .is_some_and(|node| above.has(node.index()));
            if hangs && *kept != Kept::Words {
                rest.forget(layout.monitor_bits + 2 * id.index() + 1);
            }
        }
        rest
    }
}
