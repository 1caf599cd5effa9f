//! A reference interpreter: what a scenario means, worked out slowly and plainly.
//!
//! It starts from the resolved [`Model`] and nothing else: rules are bound by trying every value, conditions are read by walking
//! their terms, derived facts are worked out again for every wave, probabilities are rational numbers, and a law is the list of
//! all ends of all branches. There is no index, no cache and no short cut. It is meant to be read beside DESIGN; the
//! number of its section stands where a rule of the semantics is carried out.
//!
//! - `terms`: reading conditions and amounts (section 5)
//! - `ground`: bindings of rules and the strata of derived facts (5, 7)
//! - `world`: what exists and changes (6), and how it is told
//! - `day`: waves, rest and commit (7)
//! - `norms`: duties and prohibitions (8)
//! - `settle`: chances, choices and what the author fixed (9)
//! - `laws`: outcomes, over all ends (10)
//!
//! What it does not do: static checks (a model that comes here has passed them), reasons, and anything fast.

mod commit;
mod day;
mod ground;
mod laws;
mod norms;
mod settle;
mod terms;
mod world;

pub use laws::{End, Ends, Law, Strategy, Worth};
pub use settle::{Asked, Decide};
pub use world::{Fault, Line, World};

use ground::{Instance, Layer};

use crate::model::Model;

/// A model, ready to be interpreted.
#[derive(Clone, Debug)]
pub struct Reference<'m> {
    model: &'m Model,
    /// All bindings of all rules that act.
    acting: Vec<Instance<'m>>,
    /// All bindings of all rules that derive, stratum by stratum.
    deriving: Vec<Layer<'m>>,
}

impl<'m> Reference<'m> {
    /// Binds the rules of a model.
    ///
    /// # Errors
    ///
    /// A term that must be known before the first day is not, or the derived facts have no strata. A model from
    /// [`compile`](crate::Scenario::compile) has neither fault.
    pub fn new(model: &'m Model) -> Result<Self, Fault> {
        let (acting, deriving) = ground::all(model)?;
        Ok(Reference {
            model,
            acting,
            deriving,
        })
    }

    /// One run, from the first day of the period to the last, as whoever decides lets chances and choices fall.
    ///
    /// # Errors
    ///
    /// What stopped the run, beside the world as it was then.
    pub fn run(&self, decide: &mut dyn Decide) -> (World<'m>, Result<(), Fault>) {
        let mut world = self.before();
        let result = self.run_on(&mut world, decide);
        (world, result)
    }

    fn run_on(&self, world: &mut World<'m>, decide: &mut dyn Decide) -> Result<(), Fault> {
        while let Some(day) = self.next_day(world) {
            self.day(world, day, decide)?;
        }
        Ok(())
    }
}
