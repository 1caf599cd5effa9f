//! `--where CONDITION`: an expectation laid over the scenario, so that it is resolved and ground like any other.

use super::failure::Failure;
use crate::Scenario;
use crate::document::{Entry, Map, Node, Value};
use crate::engine::{Run, Seed};
use crate::program::Compiled;

/// How the condition is called in messages about it.
const SOURCE: &str = "--where";

/// A condition that a run is to satisfy.
#[derive(Debug)]
pub struct Wanted {
    id: String,
    condition: String,
    /// Its place among the expectations.
    place: usize,
}

impl Wanted {
    /// Compiles a scenario with the condition. It is read as it stands, or else as a condition on the state at the end
    /// of the period; if neither can be read, the first reading is what messages are about.
    pub fn compile(scenario: &Scenario, condition: &str) -> Result<(Compiled, Wanted), Failure> {
        // What is wrong with the scenario itself shall not be blamed on the condition.
        scenario.compile()?;
        let plain = Self::with(scenario, condition);
        if plain.is_ok() {
            return plain;
        }
        Self::with(scenario, &format!("at_end({condition})")).or(plain)
    }

    fn with(scenario: &Scenario, condition: &str) -> Result<(Compiled, Wanted), Failure> {
        let document = scenario.document();
        let own = document.heading().get("expect").and_then(Node::as_map);
        let mut id = String::from("wanted");
        while own.is_some_and(|own| own.get(&id).is_some()) {
            id.push('_');
        }
        // Read alone first, so that it has a source of its own; then joined with what the scenario expects, because an
        // overlay's heading takes the place of the one below.
        let quoted = condition.replace('\'', "''");
        let read = document.with_text(SOURCE, format!("expect:\n  {id}: '{quoted}'\n"))?;
        let mut heading = document.heading().clone();
        if let Some(added) = read.heading().entries.get("expect") {
            let entry = heading
                .entries
                .entry("expect".to_owned())
                .or_insert_with(|| Entry {
                    key: added.key,
                    node: Node {
                        span: added.node.span,
                        value: Value::Map(Map::default()),
                    },
                });
            if let (Value::Map(all), Some(added)) = (&mut entry.node.value, added.node.as_map()) {
                all.entries.extend(added.entries.clone());
            }
        }
        let overlay = Node {
            span: read.root().span,
            value: Value::Map(heading),
        };
        let compiled = Scenario::from(read.with(&overlay)?).compile()?;
        let place = compiled
            .expectations()
            .iter()
            .position(|claim| claim.name == id)
            .unwrap_or(usize::MAX);
        Ok((
            compiled,
            Wanted {
                id,
                condition: condition.to_owned(),
                place,
            },
        ))
    }

    /// The id of the expectation.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The first run in which it holds.
    pub fn first<'c>(&self, compiled: &'c Compiled, seed: Seed, limit: u64) -> Result<Run<'c>, Failure> {
        let holds =
            |decided: &crate::engine::Decided| decided.expectations.get(self.place) == Some(&Some(true));
        if compiled
            .expectations()
            .get(self.place)
            .is_some_and(|claim| claim.probabilistic)
        {
            return Err(Failure::said(format!(
                "`{}` speaks of probabilities, which one run cannot tell",
                self.condition
            )));
        }
        compiled.first_run_where(seed, limit, holds)?.ok_or_else(|| {
            Failure::said(format!(
                "`{}` holds in none of the first {limit} runs under seed {}",
                self.condition, seed.0
            ))
        })
    }
}
