//! The tornado: each assumption from one end of its range to the other, all others as they are.

use rayon::prelude::*;
use serde::Serialize;

use super::inputs::{Asked, asked};
use super::worlds::{How, Stop, Subject, Worlds};
use super::{Input, Question};
use crate::Scenario;
use crate::whatif::settings::WhatIfError;
use crate::whatif::watch::{Tick, Watch};
use crate::whatif::{Budget, Estimate};

/// How far each assumption alone moves an outcome, the farthest first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Tornado {
    /// What is looked at.
    #[serde(flatten)]
    pub subject: Subject,
    /// How.
    #[serde(flatten)]
    pub how: How,
    /// The outcome with all assumptions at their values.
    pub base: Estimate,
    /// The assumptions by reach; equal ones by name.
    pub bars: Vec<Bar>,
    /// Assumptions that nothing reads that can happen: the program is the same wherever they stand.
    pub unread: Vec<String>,
}

/// One assumption.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Bar {
    /// What moves.
    pub input: Input,
    /// The outcome at the low end.
    pub at_low: Estimate,
    /// The outcome at the high end.
    pub at_high: Estimate,
    /// The change from the declared value to the low end, run by run if sampled; exactly 0 if it cannot matter.
    pub change_low: Estimate,
    /// The change from the declared value to the high end.
    pub change_high: Estimate,
    /// The distance between the least and the greatest of the outcome at the low end, the value and the high end.
    pub reach: f64,
}

impl Scenario {
    /// How far each assumption alone moves an outcome. Only the ends of each range are looked at.
    ///
    /// # Errors
    ///
    /// The question is wrong (nothing was run), or a run of the scenario fails at an end of a range.
    pub fn tornado(
        &self,
        question: &Question,
        budget: &Budget,
        watch: Watch<'_>,
    ) -> Result<Tornado, WhatIfError> {
        let Asked {
            subject,
            read,
            unread,
        } = asked(self, question)?;
        let tick = Tick::new(watch);
        let worlds = Worlds {
            scenario: self,
            outcome: &question.outcome,
            budget,
            sampled: false,
            keep: true,
            tick: &tick,
        };
        let ((base, mut bars), how) = worlds.work(|worlds| {
            let base = worlds.answer(&[])?;
            tick.expect(1 + 2 * read.len());
            let bar = |input: &Input| -> Result<Bar, Stop> {
                let low = worlds.answer(&[input.at(&input.range.low)])?;
                let high = worlds.answer(&[input.at(&input.range.high)])?;
                let (change_low, change_high) = (low.less(&base), high.less(&base));
                let ends = [0.0, change_low.value, change_high.value];
                let reach =
                    ends.iter().copied().fold(0.0, f64::max) - ends.iter().copied().fold(0.0, f64::min);
                Ok(Bar {
                    input: input.clone(),
                    at_low: low.estimate,
                    at_high: high.estimate,
                    change_low,
                    change_high,
                    reach,
                })
            };
            let bars: Vec<Result<Bar, Stop>> = read.par_iter().map(bar).collect();
            Ok((
                base.estimate,
                bars.into_iter().collect::<Result<Vec<Bar>, Stop>>()?,
            ))
        })?;
        bars.sort_by(|a, b| {
            b.reach
                .total_cmp(&a.reach)
                .then_with(|| a.input.target.cmp(&b.input.target))
        });
        Ok(Tornado {
            subject,
            how,
            base,
            bars,
            unread,
        })
    }
}
