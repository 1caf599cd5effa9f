//! A model with its program: what a scenario compiles to.

use std::ops::Deref;

use super::{GroundBudget, Program};
use crate::diagnostic::Diagnostics;
use crate::model::Model;

/// A compiled scenario: the typed model and the flat program ground from it. All the model's queries can be asked of
/// it directly; upper floors add what it can do: run, explain, compare.
#[derive(Clone, Debug)]
pub struct Compiled {
    model: Model,
    program: Program,
}

impl Compiled {
    /// Grounds a model. An error is one the author can mend: too many bindings, an amount that must be known at
    /// load, a cycle through a negation.
    pub fn new(model: Model, budget: GroundBudget) -> Result<Compiled, Box<(Model, Diagnostics)>> {
        match Program::build(&model, budget) {
            Ok(program) => Ok(Compiled { model, program }),
            Err(errors) => {
                let mut diagnostics = Diagnostics::default();
                for error in errors {
                    diagnostics.push(error.diagnostic());
                }
                Err(Box::new((model, diagnostics)))
            }
        }
    }

    /// The same model over another program, such as one in which choices fall otherwise.
    pub(crate) fn over(&self, program: Program) -> Compiled {
        Compiled {
            model: self.model.clone(),
            program,
        }
    }

    /// The typed model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// The flat program.
    pub fn program(&self) -> &Program {
        &self.program
    }
}

impl Deref for Compiled {
    type Target = Model;

    fn deref(&self) -> &Model {
        &self.model
    }
}
