//! What moves.

use std::hash::Hasher as _;

use rayon::prelude::*;
use serde::Serialize;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use super::Question;
use super::worlds::Subject;
use crate::Scenario;
use crate::diagnostic::Diagnostic;
use crate::program::{Compiled, Program};
use crate::whatif::settings::{Range, Setting, WhatIfError, declared, find_declared, refuse};
use crate::whatif::sweep::{Axis, Sort, Values, find_outcome};

/// Something that moves through a range.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Input {
    /// As in a [`Setting`].
    pub target: String,
    /// Its declared value; none for what is no assumption.
    pub value: Option<String>,
    /// Its range.
    #[serde(flatten)]
    pub range: Range,
}

impl Input {
    /// It at a value.
    pub(super) fn at(&self, value: impl Into<String>) -> Setting {
        Setting::new(&self.target, value)
    }
}

/// What is asked, checked.
pub(super) struct Asked {
    pub subject: Subject,
    /// What is read by something that can happen.
    pub read: Vec<Input>,
    /// What is not: the program is the same at both ends of the range and in its middle.
    pub unread: Vec<String>,
}

/// Checks a question before anything runs: each end of each range is compiled.
pub(super) fn asked(scenario: &Scenario, question: &Question) -> Result<Asked, WhatIfError> {
    let compiled = scenario.compile()?;
    let id = find_outcome(&compiled, &question.outcome)?;
    let outcome = compiled.outcome_table().find(id);
    let subject = Subject {
        title: compiled.title().to_owned(),
        outcome: question.outcome.clone(),
        says: outcome.and_then(|outcome| outcome.says.clone()),
        unit: outcome.and_then(|outcome| outcome.unit.clone()),
        sort: Sort::of(compiled.outcome_table()[id].is.ty),
    };
    let inputs = inputs(scenario, &question.over)?;
    let base = print(compiled.program());
    let reads = |input: &Input| -> Result<bool, WhatIfError> {
        let middle = input.range.quantile(0.5);
        for value in [&input.range.low, &input.range.high, &middle] {
            if print(compile(scenario, input.at(value))?.program()) != base {
                return Ok(true);
            }
        }
        Ok(false)
    };
    let reads: Vec<Result<bool, WhatIfError>> = inputs.par_iter().map(reads).collect();
    let (mut read, mut unread) = (Vec::new(), Vec::new());
    for (input, reads) in inputs.into_iter().zip(reads) {
        if reads? {
            // The other end, too, must fit.
            compile(scenario, input.at(&input.range.high))?;
            read.push(input);
        } else {
            unread.push(input.target);
        }
    }
    Ok(Asked {
        subject,
        read,
        unread,
    })
}

fn compile(scenario: &Scenario, setting: Setting) -> Result<Compiled, WhatIfError> {
    let settings = [setting];
    scenario
        .with_settings(&settings)?
        .compile()
        .map_err(|error| WhatIfError::compile(&settings, error))
}

fn inputs(scenario: &Scenario, over: &[Axis]) -> Result<Vec<Input>, WhatIfError> {
    let document = scenario.document();
    if over.is_empty() {
        let all: Vec<Input> = declared(document)
            .into_iter()
            .filter_map(|declared| {
                Some(Input {
                    target: declared.key,
                    value: Some(declared.value),
                    range: declared.range?,
                })
            })
            .collect();
        if all.is_empty() {
            let error = Diagnostic::placeless("E1202", "no assumption of this scenario has a range");
            let help = "give one: `range: [low, high]` in the scenario, or `--over NAME=LOW..HIGH`";
            return Err(refuse(document.sources(), error.help(help)));
        }
        return Ok(all);
    }
    let mut inputs: Vec<Input> = Vec::new();
    for axis in over {
        let axis = axis.resolved(document)?;
        let Values::Range { range, .. } = axis.values else {
            let error =
                Diagnostic::placeless("E1202", format!("`{}` is given values, not a range", axis.target));
            let help = format!(
                "write `{}=LOW..HIGH`; lists are for `demarche sweep`",
                axis.target
            );
            return Err(refuse(document.sources(), error.help(help)));
        };
        if inputs.iter().any(|known| known.target == axis.target) {
            let error = Diagnostic::placeless("E1201", format!("`{}` is given twice", axis.target));
            return Err(refuse(document.sources(), error.help("give each once")));
        }
        inputs.push(Input {
            value: find_declared(document, &axis.target).map(|declared| declared.value),
            target: axis.target,
            range,
        });
    }
    Ok(inputs)
}

/// A number that equal programs share: a hash of their debug form, in which nothing follows the order of a hash map.
fn print(program: &Program) -> u128 {
    struct Writer(SipHasher13);
    impl std::fmt::Write for Writer {
        fn write_str(&mut self, text: &str) -> std::fmt::Result {
            self.0.write(text.as_bytes());
            Ok(())
        }
    }
    let mut program = program.clone();
    let mut overrides: Vec<_> = std::mem::take(&mut program.overrides).into_iter().collect();
    overrides.sort_unstable();
    let mut writer = Writer(SipHasher13::new());
    // Writing to a hasher cannot fail.
    let _ = std::fmt::Write::write_fmt(&mut writer, format_args!("{program:?}{overrides:?}"));
    writer.0.finish128().as_u128()
}
