//! A model with its program: what a scenario compiles to.

use std::ops::Deref;

use super::{Claimed, GroundBudget, Program, Question};
use crate::diagnostic::Diagnostics;
use crate::ids::Table;
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

    /// How many instances all rules have, those of closed facts counted as well.
    pub fn instances(&self) -> usize {
        let closed = self
            .program
            .closed
            .iter()
            .flat_map(|closed| closed.tallies(&self.model));
        self.program.instances.len() + closed.map(|tally| tally.instances).sum::<usize>()
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

impl Compiled {
    /// The same scenario asked for nothing but what it expects: outcomes and positions are left out, and what each run
    /// could tell is asked of all runs together.
    pub(crate) fn expecting(&self) -> Compiled {
        let mut asked = self.clone();
        let (model, program) = (&mut asked.model, &mut asked.program);
        model.outcomes = Table::default();
        model.positions.clear();
        program.outcomes = Table::default();
        program.positions.clear();
        for (claimed, formula) in program.claims.iter_mut().zip(&program.expectations) {
            if let (None, Some(formula)) = (&claimed, formula) {
                let question = Question {
                    joint: formula.clone(),
                    given: None,
                };
                *claimed = Some(Claimed::Always(program.questions.push(question)));
            }
        }
        asked
    }
}
