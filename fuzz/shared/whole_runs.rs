//! Whole scenarios, from the file to the reasons: what is accepted can be run, counted out, tested and explained.
//!
//! The first byte of an input says what the rest is: `y` a text as it is, with the vocabulary; `b` one without; else
//! four bytes are the seed of a scenario by the generator of `demarche::testing`, and the rest changes its words and lines:
//! for others of its own (even) or of another such scenario (odd).

use demarche::engine::What;
use demarche::program::spell;
use demarche::report::{self, Story};
use demarche::testing::generate::drafts;
use demarche::whatif::{Budget, TrialBudget, Wanted};
use demarche::{Compiled, RunNumber, Scenario, Seed};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

use super::bytes::Bytes;
use super::{Came, bare, compiled, refused};

pub fn whole_runs(data: &[u8]) -> Came {
    let Some((first, rest)) = data.split_first() else {
        return Came::Nowhere;
    };
    let scenario = match first {
        b'y' => Scenario::from_text("a.yaml", String::from_utf8_lossy(rest).as_ref())
            .map_err(|error| refused(&error.diagnostics, &error.sources)),
        b'b' => bare(&String::from_utf8_lossy(rest)),
        own => {
            let (seed, changes) = rest.split_at(rest.len().min(4));
            let text = generated(seed);
            let from = if own % 2 == 0 {
                text.clone()
            } else {
                generated(changes)
            };
            bare(&changed(&text, &from, changes))
        }
    };
    match scenario.map(|scenario| compiled(&scenario)) {
        Ok(Some(compiled)) => asked(&compiled),
        Ok(None) => Came::Refused,
        Err(came) => came,
    }
}

/// A scenario of the generator, by a seed. (Its decisions cannot be taken from the bytes themselves: `proptest` halves
/// such a stream for each part, and waits for ever once there are only zeros.)
fn generated(seed: &[u8]) -> String {
    let mut bytes = [0; 32];
    let most = seed.len().min(4);
    bytes[..most].copy_from_slice(&seed[..most]);
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    match drafts().new_tree(&mut runner) {
        Ok(tree) => tree.current().yaml(),
        Err(_) => String::new(),
    }
}

/// A text with some of its words and lines replaced by those of another, and lines left out or doubled.
fn changed(text: &str, other: &str, changes: &[u8]) -> String {
    let mut bytes = Bytes(changes);
    let others: Vec<&str> = other.lines().collect();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    while !bytes.is_empty() && !lines.is_empty() && !others.is_empty() {
        let (kind, at, from) = (bytes.next(), bytes.below(lines.len()), bytes.below(others.len()));
        match kind % 8 {
            0 => drop(lines.remove(at)),
            1 => lines.insert(at, others[from].to_owned()),
            2 => {
                let from = from % lines.len();
                lines.swap(at, from);
            }
            3 => {
                let said = bytes.line();
                let key = lines[at]
                    .split_inclusive(": ")
                    .next()
                    .unwrap_or_default()
                    .to_owned();
                lines[at] = key + &said;
            }
            _ => {
                let (one, other) = (words(&lines[at]), words(others[from]));
                if one.is_empty() || other.is_empty() {
                    continue;
                }
                let (place, word) = (bytes.below(one.len()), bytes.below(other.len()));
                lines[at].replace_range(one[place].clone(), &others[from][other[word].clone()]);
            }
        }
    }
    lines.join("\n") + "\n"
}

fn words(line: &str) -> Vec<std::ops::Range<usize>> {
    let inside = |c: char| c.is_alphanumeric() || c == '_' || c == '.' || c == '-';
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in line.char_indices().chain([(line.len(), ' ')]) {
        match (start, inside(c)) {
            (None, true) => start = Some(at),
            (Some(from), false) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

/// Everything that can be asked of an accepted scenario, each within a small budget. A run may stop at a contradiction;
/// then it says so.
pub fn asked(compiled: &Compiled) -> Came {
    for number in 0..2 {
        let run = match compiled.run_number(Seed(7), RunNumber(number)) {
            Ok(run) => run,
            Err(error) => {
                assert!(!error.to_string().is_empty());
                continue;
            }
        };
        let again = compiled
            .run_number(Seed(7), RunNumber(number))
            .expect("the same run");
        assert!(
            run.trace.entries == again.trace.entries,
            "the same run is another"
        );
        let story = Story::of(&run);
        assert!(!story.text(report::WIDTH).is_empty() && !story.text(20).is_empty());
        assert!(!serde_json::to_string(&story).expect("a story is JSON").is_empty());
        let program = compiled.program();
        let happened = run.trace.entries.iter().find_map(|entry| match &entry.what {
            What::Happened { event, .. } => {
                let event = &program.events[*event];
                Some(spell(
                    compiled.model(),
                    &compiled.events()[event.key.event].name,
                    &event.key.args,
                ))
            }
            _ => None,
        });
        let facts = program.atoms.iter().take(3);
        let facts = facts.map(|(_, atom)| {
            spell(
                compiled.model(),
                &compiled.facts()[atom.fact.fact].name,
                &atom.fact.args,
            )
        });
        for question in facts.chain(happened) {
            for answer in [run.why(&question, None), run.why_not(&question, None)] {
                match answer {
                    Ok(why) => assert!(!why.to_string().is_empty()),
                    Err(error) => panic!("`{question}` cannot be asked: {error}"),
                }
            }
        }
    }
    // A rule may tick on each day of ten thousand years; that is slow, and no finding.
    let (from, to) = compiled.period();
    let long = to.year() - from.year() > 100;
    let budget = Budget {
        states: 20_000,
        expansions: 2_000,
        steps: 200_000,
        runs: if long { 2 } else { 50 },
        ..Budget::default()
    };
    for wanted in [Wanted::Either, Wanted::Sampled] {
        match compiled.outcomes(&Budget { wanted, ..budget }) {
            Ok(outcomes) => {
                assert!(serde_json::to_string(&outcomes).is_ok());
                assert!(!report::outcomes_text(&outcomes, report::WIDTH).is_empty());
            }
            Err(error) => assert!(!error.to_string().is_empty()),
        }
    }
    let trial = TrialBudget {
        outcomes: budget,
        states: 2_000,
        coverage: true,
    };
    match compiled.trial(&trial) {
        Ok(trial) => drop(trial.passed()),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
    Came::Answered
}
