//! The states replayed from a trace are those of the engine, and the slow evaluator agrees with the network on all of
//! them.

use std::path::Path;

use crate::engine::{Draws, NoTrace, Runner};
use crate::explain::state::{History, Moment};
use crate::explain::terms::{View, binding_of};
use crate::model::Trigger;
use crate::{Compiled, RunNumber, Scenario, Seed};

fn check(compiled: &Compiled, seed: Seed) {
    let run = compiled.run(seed).unwrap_or_else(|error| panic!("{error}"));
    let history = History::new(&run);
    let program = compiled.program();

    let mut runner = Runner::new(program).expect("it ran before");
    runner
        .go(&mut Draws::new(seed, RunNumber(0)), &mut NoTrace)
        .expect("it ran before");
    for node in (0..program.network.len()).map(crate::ids::Id::from_index) {
        assert_eq!(
            history.node(node, history.end()),
            runner.world().holds(node),
            "node {node:?} at the end"
        );
    }

    for at in (0..=history.entries.len()).filter(|at| !history.commits(*at)) {
        let view = View {
            history: &history,
            at: Moment(at),
        };
        for (id, instance) in program.instances.iter() {
            let rule = &compiled.model().rules[instance.rule];
            let env = binding_of(&history, id);
            let guard = rule.conditions.iter().all(|term| view.holds(term, &env));
            assert_eq!(
                guard,
                view.node(instance.guard),
                "if: of rule {} at entry {at}",
                rule.name
            );
            if let (Trigger::When(terms), Some(when)) = (&rule.trigger, instance.when) {
                let rises = terms.iter().all(|term| view.holds(term, &env));
                assert_eq!(
                    rises,
                    view.node(when),
                    "when: of rule {} at entry {at}",
                    rule.name
                );
            }
        }
    }
}

#[test]
fn the_slow_evaluator_agrees_on_the_small_world() {
    check(&super::small::compiled(), Seed(1));
}

#[test]
fn the_slow_evaluator_agrees_on_the_scenarios() {
    for file in [
        "precedents/belgium_1914",
        "precedents/austria_1955",
        "istanbul/baseline",
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("scenarios")
            .join(format!("{file}.yaml"));
        let compiled = Scenario::open(&path)
            .expect("it can be read")
            .compile()
            .unwrap_or_else(|error| panic!("{error}"));
        for seed in [2, 4, 7] {
            check(&compiled, Seed(seed));
        }
    }
}

/// Every fact and event that there can be, asked both ways: there is an answer, it fits the page, and of the two
/// questions exactly one is the right one to ask.
fn ask_everything(compiled: &Compiled, seed: Seed) {
    let run = compiled.run(seed).unwrap_or_else(|error| panic!("{error}"));
    let (model, program) = (compiled.model(), compiled.program());
    let atoms = program.atoms.values().map(|atom| &atom.fact);
    let facts = atoms.chain(program.derived.values().map(|derived| &derived.fact));
    let facts = facts.map(|fact| crate::program::spell(model, &model.facts[fact.fact].name, &fact.args));
    let events = program
        .events
        .values()
        .map(|event| crate::program::spell(model, &model.events[event.key.event].name, &event.key.args));
    for query in facts.chain(events) {
        let why = run.why(&query, None).unwrap_or_else(|error| panic!("{error}"));
        let why_not = run
            .why_not(&query, None)
            .unwrap_or_else(|error| panic!("{error}"));
        // What held once and no longer holds has both: why it held, and why it does not.
        assert!(why.is_so || !why_not.is_so, "{query}");
        for text in [why.to_string(), why_not.to_string()] {
            let tidy = |line: &&str| {
                line.chars().count() <= 100 || !line.trim_start_matches(['│', ' ']).contains(' ')
            };
            let wide = text
                .lines()
                .find(|line| !tidy(line) && line.chars().take_while(|c| !c.is_alphanumeric()).count() < 60);
            assert_eq!(wide, None, "{query}");
            assert!(
                text.lines().count() < 700,
                "{query}: {} lines",
                text.lines().count()
            );
        }
    }
}

#[test]
fn every_question_has_an_answer_that_fits_the_page() {
    ask_everything(&super::small::compiled(), Seed(1));
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/istanbul/baseline.yaml");
    let compiled = Scenario::open(&path)
        .expect("it can be read")
        .compile()
        .unwrap_or_else(|error| panic!("{error}"));
    ask_everything(&compiled, Seed(4));
}
