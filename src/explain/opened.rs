//! Explanations of facts that no event can change: they have no rule instances until somebody asks for their reasons.

use super::state::History;
use crate::Compiled;
use crate::engine::Run;
use crate::program::{GroundBudget, GroundFact, Opened, Program};

/// How often an answer is begun anew with more instances. Each time all that the rules behind a fact read, however far
/// below, is there; so this is a bound on how often an answer comes upon something else.
const ROUNDS: usize = 12;

/// An answer from the states of a run. Where its reasons touch closed facts, the instances behind them are ground, and the
/// answer is given once more.
pub(super) fn answered<A>(run: &Run<'_>, answer: impl Fn(&History<'_>) -> A) -> A {
    let history = History::new(run);
    let mut given = answer(&history);
    let program = run.compiled.program();
    let Some(closed) = &program.closed else {
        return given;
    };
    let mut opened = Opened::default();
    let mut wanted = history.wanted();
    let mut low = history.low();
    for _ in 0..ROUNDS {
        // What looks low is opened too, so that no other derivation proves to be lower, unless there is no room for it.
        let before = opened.clone();
        let both: Vec<GroundFact> = wanted.iter().chain(&low).cloned().collect();
        let mut opens = opened.add(run.compiled.model(), closed, &both);
        if opened.is_short() && !low.is_empty() {
            opened = before;
            opens = !wanted.is_empty() && opened.add(run.compiled.model(), closed, &wanted);
        }
        if !opens {
            break;
        }
        let budget = GroundBudget::default();
        let model = run.compiled.model();
        let Ok(program) = Program::build_over(model, budget, program.closed.clone(), &opened) else {
            break;
        };
        let compiled = run.compiled.over(program);
        let again = over(run, &compiled);
        let history = History::new(&again);
        given = answer(&history);
        (wanted, low) = (history.wanted(), history.low());
    }
    given
}

/// The same run of a program that has more instances after those that it had.
fn over<'c>(run: &Run<'_>, compiled: &'c Compiled) -> Run<'c> {
    Run {
        compiled,
        seed: run.seed,
        number: run.number,
        trace: run.trace.clone(),
        decided: run.decided.clone(),
    }
}
