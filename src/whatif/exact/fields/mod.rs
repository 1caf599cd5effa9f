//! Fields: states between days that differ in some facts alone, with nothing on the agenda, kept as one table of masses.
//!
//! Where a day begins with coins that are tossed for facts (nine parliaments may ratify this year), and what follows asks
//! only a few questions about these facts (have enough of them?), the 2ⁿ states that arise need not be looked at one by one.
//! [`coins`] finds out whether the day is of that kind, [`lanes`] answers a question for sixty-four corners of the [`cube`] at
//! once, [`rest`] tells which questions the rest of the day asks, and the engine works the day out once for all corners with
//! the same answers ([`sheet`]). Everything else is led into the day corner by corner, as any state is. What can still
//! matter is asked once for the whole field when the day closes ([`close`]); facts that no longer do are free no more.

mod close;
mod coins;
mod cube;
mod day;
mod form;
mod lanes;
mod rest;
mod sheet;
#[cfg(test)]
mod tests;

use std::rc::Rc;

use indexmap::{IndexMap, IndexSet};
use rustc_hash::{FxBuildHasher, FxHashMap};

use crate::ids::Id as _;
use crate::whatif::exact::graph::Seen;
use crate::whatif::exact::mid::Mid;
use crate::whatif::exact::pack::Packed;
use crate::whatif::exact::states::{Closing, CoreId};
use coins::Tossing;
use cube::{Coin, Free, Side, give};

crate::ids::ids! {
    /// A field.
    FieldId;
    /// What a day makes of a field.
    SheetId;
    /// Where what closes goes.
    GoesId;
}

/// States that differ in some facts alone.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Field {
    /// What they have in common; the free facts do not hold in it.
    pub rest: Packed,
    pub free: Rc<Free>,
    /// The number of the mask under which its days are worked out.
    pub quiet: u32,
}

/// A day, as far as it matters to a field: which groups tick, which era it is, how much of the script is past.
pub(super) type Kind = (u64, u32, u32);

/// What a day makes of a field on which it only tosses coins before anything else happens.
#[derive(Clone, Debug)]
pub(super) struct Sheet {
    pub field: FieldId,
    pub coins: Vec<Coin>,
    /// The state within the day after the coins have fallen, but for the facts, and the wave it is in.
    pub mid: Mid,
    pub wave: u32,
    /// By corner: which of the conditions hold on which the rest of the day hangs. Corners of one number go the same way.
    pub alike: Vec<u32>,
    /// By that number: how the day goes on.
    pub finals: Vec<Option<Final>>,
}

/// How a day goes on after its coins.
#[derive(Clone, Debug)]
pub(super) enum Final {
    /// It closes in these ways.
    Closes(Option<Seen>, Vec<Way>),
    /// Not so simply: corner by corner.
    Apart,
}

/// A way in which a day closes, and where that goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Way {
    pub side: Side,
    pub goes: GoesId,
}

/// Where what closes goes.
#[derive(Clone, Debug)]
pub(super) enum Goes {
    /// All corners to one state.
    One(CoreId, Closing),
    /// To a field.
    Field(FieldId, There),
    /// Each corner closes on its own, as it stands with what it has in common with the others.
    Apart(Packed, Rc<Free>, There),
}

/// By corner, the corner that it is where fewer facts are free; none if they are the same ones.
pub(super) type There = Option<Rc<[u32]>>;

/// All fields met so far.
#[derive(Debug, Default)]
pub(super) struct Fields {
    list: IndexSet<Field, FxBuildHasher>,
    /// By field: the number of the set of groups of periodic rules that can act, once it is known.
    pub active: Vec<Option<usize>>,
    sheets: Vec<Sheet>,
    pub known: FxHashMap<(FieldId, Kind), Option<SheetId>>,
    /// Which corner of which field a state is on a day of this kind, if it is worth while.
    pub formed: FxHashMap<(CoreId, Kind), Option<(FieldId, u32)>>,
    pub tossing: FxHashMap<(u64, u32), Option<Rc<Tossing>>>,
    goes: Vec<Goes>,
    pub closed: FxHashMap<(Packed, Rc<Free>, u32), GoesId>,
    /// Masses that go through the present day.
    pub today: IndexMap<SheetId, Vec<f64>, FxBuildHasher>,
    pub ends: Vec<(FieldId, Vec<f64>)>,
    pub spare: Vec<f64>,
    /// By groups that tick: how many days of fields could be told at once, and how many not.
    pub luck: FxHashMap<u64, (u32, u32)>,
}

impl Fields {
    /// The number of a field.
    pub fn put(&mut self, field: Field) -> FieldId {
        let (place, new) = self.list.insert_full(field);
        if new {
            self.active.push(None);
        }
        FieldId::from_index(place)
    }

    /// A field.
    pub fn get(&self, id: FieldId) -> Option<&Field> {
        self.list.get_index(id.index())
    }

    /// Takes in a sheet.
    pub fn add(&mut self, sheet: Sheet) -> SheetId {
        self.sheets.push(sheet);
        SheetId::from_index(self.sheets.len() - 1)
    }

    /// A sheet.
    pub fn sheet(&self, id: SheetId) -> Option<&Sheet> {
        self.sheets.get(id.index())
    }

    /// A sheet, to be completed.
    pub fn sheet_mut(&mut self, id: SheetId) -> Option<&mut Sheet> {
        self.sheets.get_mut(id.index())
    }

    /// Takes in where something goes.
    pub fn going(&mut self, goes: Goes) -> GoesId {
        self.goes.push(goes);
        GoesId::from_index(self.goes.len() - 1)
    }

    /// Where something goes.
    pub fn goes(&self, id: GoesId) -> Option<&Goes> {
        self.goes.get(id.index())
    }

    /// Lets mass go through the present day.
    pub fn enter(&mut self, sheet: SheetId, corner: u32, mass: f64) {
        let corners = self.corners(sheet);
        let masses = self.today.entry(sheet).or_insert_with(|| vec![0.0; corners]);
        give(masses, corner as usize, mass);
    }

    /// Lets masses go through the present day.
    pub fn enter_all(&mut self, sheet: SheetId, more: &[f64]) {
        let corners = self.corners(sheet);
        let masses = self.today.entry(sheet).or_insert_with(|| vec![0.0; corners]);
        for (mass, more) in masses.iter_mut().zip(more) {
            *mass += more;
        }
    }

    fn corners(&self, sheet: SheetId) -> usize {
        let field = self.sheet(sheet).and_then(|sheet| self.get(sheet.field));
        field.map_or(0, |field| field.free.corners())
    }
}
