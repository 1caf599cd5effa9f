//! A second opinion on reasons (DESIGN 11): what `why` and `why not` say of random scenarios, checked by the reference
//! interpreter. Of each `why`, the premises were so and the rule derives again; of each `why not`, what was missing suffices.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "in a test a panic is the message"
)]

use std::cell::RefCell;
use std::collections::BTreeSet;

use demarche::explain::{BecauseKind, Reason, Verdict};
use demarche::language::value::Day;
use demarche::model::Body;
use demarche::program::spell;
use demarche::testing::reference::{Reference, World};
use demarche::{Compiled, RunNumber, Seed};
use proptest::prelude::*;
use proptest::test_runner::TestCaseError;

#[path = "common/drafts.rs"]
mod many;
#[path = "common/told.rs"]
mod told;

use many::{As, Met, cases, fail, worlds};

/// A run that both came through.
struct Seen<'r, 'm> {
    reference: &'r Reference<'m>,
    world: &'r World<'m>,
    days: BTreeSet<Day>,
}

impl Seen<'_, '_> {
    fn told_on(&self, day: Day, text: impl Fn(&str) -> bool) -> bool {
        self.world
            .told()
            .iter()
            .any(|line| line.day == day && text(&line.text))
    }

    /// Whether a fact held at some time of a day, or of any.
    fn held(&self, fact: &str, day: Option<Day>) -> bool {
        let on = |day: Day| self.reference.facts_during(self.world, day).contains(fact);
        match day {
            Some(day) => on(day),
            None => self.days.iter().any(|day| on(*day)),
        }
    }
}

/// Whether a statement in the language of scenarios is a fact with all its arguments.
fn is_fact(compiled: &Compiled, atom: &str) -> bool {
    let name = atom.split('(').next().unwrap_or("");
    !atom.contains('_') && compiled.facts().values().any(|fact| fact.name == name)
}

fn is_derived(compiled: &Compiled, atom: &str) -> bool {
    let name = atom.split('(').next().unwrap_or("");
    compiled
        .facts()
        .values()
        .any(|fact| fact.name == name && fact.derived)
}

/// Each statement of a proof was so when it says.
fn true_reasons(
    compiled: &Compiled,
    seen: &Seen<'_, '_>,
    reasons: &[Reason],
    met: &RefCell<Met>,
) -> Result<(), TestCaseError> {
    for reason in reasons {
        true_reasons(compiled, seen, &reason.premises, met)?;
        let Some(atom) = &reason.atom else { continue };
        let day = reason.day;
        match (reason.verdict, day) {
            (Verdict::Happened, Some(day)) => {
                met.borrow_mut().count("events");
                prop_assert!(
                    seen.told_on(day, |text| text == atom),
                    "`{atom}` did not happen on {day}"
                );
            }
            (Verdict::Void, Some(day)) => {
                met.borrow_mut().count("void acts");
                prop_assert!(
                    seen.told_on(day, |text| text == format!("void {atom}")),
                    "`{atom}` was not void on {day}"
                );
            }
            (Verdict::Drawn | Verdict::Chosen, Some(day)) => {
                met.borrow_mut().count("draws");
                let (name, word) = atom.split_once(": ").unwrap_or((atom, ""));
                let occurrence = reason.because.as_ref().and_then(|because| because.occurrence);
                let start =
                    occurrence.map_or_else(|| format!("{name} #"), |nth| format!("{name} #{nth}: {word}"));
                prop_assert!(
                    seen.told_on(day, |text| text.starts_with(&start)),
                    "`{start}` did not come up on {day}"
                );
            }
            (Verdict::Holds | Verdict::Unwanted, _) if is_fact(compiled, atom) => {
                met.borrow_mut().count("facts");
                prop_assert!(seen.held(atom, day), "`{atom}` did not hold on {day:?}");
            }
            _ => {}
        }
        // The rule that is named did it: it fired on that day, or it derives.
        if let (Some(because), Some(day)) = (&reason.because, day)
            && because.kind == BecauseKind::Rule
            && reason.verdict == Verdict::Holds
            && is_fact(compiled, atom)
            && !is_derived(compiled, atom)
        {
            let rule = because.rule.as_deref().unwrap_or("");
            let started = seen.told_on(day, |text| text == format!("start {atom}"));
            prop_assert!(started, "`{atom}` was not started on {day}");
            let fired = seen.told_on(day, |text| text.starts_with(&format!("fired {rule}(")));
            let breached = seen.told_on(day, |text| {
                text.starts_with(&format!("norm {rule}(")) && text.contains(" breached")
            });
            met.borrow_mut().count("rules that did it");
            prop_assert!(
                fired || breached,
                "`{atom}`: `{rule}` neither fired on {day} nor was a norm of it breached"
            );
        }
    }
    Ok(())
}

/// Nothing is a reason of itself: what is told further up in the text is not told on the way to this very statement.
fn no_circle<'t>(
    reasons: &'t [Reason],
    over: &mut Vec<&'t Reason>,
    met: &RefCell<Met>,
) -> Result<(), TestCaseError> {
    for reason in reasons {
        if reason.told_above && reason.verdict == Verdict::Holds && reason.atom.is_some() {
            met.borrow_mut().count("references to what is told above");
            let own = over
                .iter()
                .any(|over| over.atom == reason.atom && over.day == reason.day);
            prop_assert!(!own, "`{}` is a reason of itself", reason.statement);
        }
        over.push(reason);
        no_circle(&reason.premises, over, met)?;
        over.pop();
    }
    Ok(())
}

/// Nothing in the proof of what holds is missing: from its premises at the end, the rule derives it again.
fn derives_again(
    compiled: &Compiled,
    seen: &Seen<'_, '_>,
    goal: &str,
    top: &Reason,
    met: &RefCell<Met>,
) -> Result<(), TestCaseError> {
    let Some(because) = top
        .because
        .as_ref()
        .filter(|because| because.kind == BecauseKind::Rule)
    else {
        return Ok(());
    };
    prop_assert!(because.rule.is_some(), "`{goal}`: a reason without a rule");
    for premise in &top.premises {
        let bad = matches!(
            premise.verdict,
            Verdict::Missing | Verdict::Unwanted | Verdict::NotHappened | Verdict::Impossible
        );
        prop_assert!(
            !bad,
            "`{goal}` is told to hold although: {:?} {}",
            premise.verdict,
            premise.statement
        );
    }
    // Where all premises are plain facts that hold, or stored ones that do not, the fact follows from them alone: every other
    // stored fact is taken away. (Beside what is derived and absent, taking away may bring something about.)
    let plain = top.premises.iter().all(|premise| {
        let Some(atom) = premise.atom.as_deref().filter(|atom| is_fact(compiled, atom)) else {
            return false;
        };
        match premise.verdict {
            Verdict::Holds => true,
            Verdict::Absent => !is_derived(compiled, atom),
            _ => false,
        }
    });
    if !plain || top.premises.is_empty() {
        return Ok(());
    }
    let held = top
        .premises
        .iter()
        .filter(|premise| premise.verdict == Verdict::Holds);
    let held: Vec<&str> = held.filter_map(|premise| premise.atom.as_deref()).collect();
    let at_end = seen.reference.facts_on(seen.world, compiled.period().1);
    let others = at_end
        .iter()
        .map(String::as_str)
        .filter(|fact| !held.contains(fact));
    let others: Vec<&str> = others.filter(|fact| !is_derived(compiled, fact)).collect();
    let holds = seen
        .reference
        .facts_if(seen.world, &held, &others)
        .map_err(fail)?;
    prop_assert!(
        holds.contains(goal),
        "`{goal}` does not follow from {held:?} alone"
    );
    met.borrow_mut().count("derivations");
    Ok(())
}

/// Whether the conditions of the rule that a reason names speak of a fact more than once, be it by what derives what they read.
fn is_named_twice(compiled: &Compiled, statement: &str, atom: &str) -> bool {
    let rule = statement.split('`').nth(1).unwrap_or("");
    let name = atom.split('(').next().unwrap_or("");
    let Some((fact, _)) = compiled.facts().iter().find(|(_, fact)| fact.name == name) else {
        return false;
    };
    // Terms are not to be walked from outside, but they show all they hold.
    let times = |shown: &str, fact| shown.matches(&format!("Fact({fact:?},")).count();
    let facts = || compiled.facts().iter().map(|(id, _)| id);
    let derives = |fact| {
        let rules = compiled.rules().values();
        rules
            .filter(move |rule| matches!(&rule.body, Body::Derive(heads) if heads.iter().any(|(head, _)| *head == fact)))
            .map(|rule| format!("{:?}", rule.conditions))
            .collect::<String>()
    };
    let speaks = |condition: String| {
        let mut all = condition;
        for (id, quantity) in compiled.model().quantities().iter() {
            if all.contains(&format!("Quantity({id:?},")) {
                all += &format!("{:?}", quantity.is);
            }
        }
        if all.contains("Attribute(") {
            for entity in compiled.model().entities().values() {
                all += &format!("{:?}", entity.values);
            }
        }
        let mut opened = BTreeSet::new();
        while let Some(next) = facts().find(|id| !opened.contains(id) && times(&all, *id) > 0 && *id != fact)
        {
            opened.insert(next);
            all += &derives(next);
        }
        times(&all, fact)
    };
    let named = compiled.rules().values().filter(|other| other.name == rule);
    named
        .map(|rule| speaks(format!("{:?}", rule.conditions)))
        .sum::<usize>()
        > 1
}

/// What is said to have been missing for a derived fact makes it hold, once it is there.
fn remedied(
    compiled: &Compiled,
    seen: &Seen<'_, '_>,
    goal: &str,
    top: &[Reason],
    met: &RefCell<Met>,
) -> Result<(), TestCaseError> {
    for attempt in top.iter().flat_map(|reason| &reason.premises) {
        let is_rule = attempt.verdict == Verdict::Note && attempt.statement.starts_with("rule `");
        let plain = attempt.premises.iter().all(|premise| {
            let fact = premise
                .atom
                .as_deref()
                .is_some_and(|atom| is_fact(compiled, atom));
            match premise.verdict {
                Verdict::Missing => fact && !is_derived(compiled, premise.atom.as_deref().unwrap_or("")),
                Verdict::Unwanted => fact && !is_derived(compiled, premise.atom.as_deref().unwrap_or("")),
                _ => false,
            }
        });
        if !is_rule || !plain || attempt.premises.is_empty() {
            continue;
        }
        let of = |verdict: Verdict| -> Vec<&str> {
            let premises = attempt
                .premises
                .iter()
                .filter(|premise| premise.verdict == verdict);
            premises.filter_map(|premise| premise.atom.as_deref()).collect()
        };
        let (added, taken) = (of(Verdict::Missing), of(Verdict::Unwanted));
        // What one condition lacks, another of the same rule may bar.
        if added
            .iter()
            .chain(&taken)
            .any(|atom| is_named_twice(compiled, &attempt.statement, atom))
        {
            continue;
        }
        let holds = seen
            .reference
            .facts_if(seen.world, &added, &taken)
            .map_err(fail)?;
        met.borrow_mut().count("remedies");
        prop_assert!(
            holds.contains(goal),
            "`{goal}` does not hold with {added:?} and without {taken:?}: {}",
            attempt.statement
        );
    }
    Ok(())
}

fn ask_everything(compiled: &Compiled, number: u64, met: &RefCell<Met>) -> Result<(), TestCaseError> {
    let (_, trace, stopped) = many::engine_run(compiled, number)?;
    if stopped.is_some() {
        return Ok(());
    }
    let reference = Reference::new(compiled.model()).map_err(fail)?;
    let draws = told::draws(compiled, &trace);
    let (world, ended) = reference.run(&mut As {
        draws: &draws,
        stopped: None,
    });
    prop_assert_eq!(ended, Ok(()));
    let days = world
        .told()
        .iter()
        .map(|line| line.day)
        .chain([compiled.period().0])
        .collect();
    let seen = Seen {
        reference: &reference,
        world: &world,
        days,
    };
    let run = compiled.run_number(Seed(7), RunNumber(number)).map_err(fail)?;
    let at_end = reference.facts_on(&world, compiled.period().1);

    let program = compiled.program();
    let atoms = program.atoms.values().map(|atom| &atom.fact);
    let facts = atoms.chain(program.derived.values().map(|derived| &derived.fact));
    let facts = facts.map(|fact| spell(compiled, &compiled.facts()[fact.fact].name, &fact.args));
    for fact in facts.chain(at_end.iter().cloned()).collect::<BTreeSet<_>>() {
        let holds = at_end.contains(&fact);
        if holds {
            let why = run.why(&fact, None).map_err(fail)?;
            prop_assert!(why.is_so, "`{fact}` holds, and `why` does not know: {why}");
            true_reasons(compiled, &seen, &why.reasons, met)
                .and_then(|()| no_circle(&why.reasons, &mut Vec::new(), met))
                .map_err(|error| fail(format!("{error}\n{why}")))?;
            if is_derived(compiled, &fact)
                && let [top] = why.reasons.as_slice()
            {
                derives_again(compiled, &seen, &fact, top, met)
                    .map_err(|error| fail(format!("{error}\n{why}")))?;
            }
        } else {
            let not = run.why_not(&fact, None).map_err(fail)?;
            prop_assert!(
                !not.is_so,
                "`{fact}` does not hold, and `why not` says it does: {not}"
            );
            if is_derived(compiled, &fact) {
                remedied(compiled, &seen, &fact, &not.reasons, met)
                    .map_err(|error| fail(format!("{error}\n{not}")))?;
            }
        }
    }
    let event = |id| {
        let key: &demarche::program::GroundEvent = &program.events[id];
        spell(compiled, &compiled.events()[key.key.event].name, &key.key.args)
    };
    for name in program.events.ids().map(event).filter(|name| !name.contains('_')) {
        let happened = world.told().iter().any(|line| line.text == name);
        let why = if happened {
            run.why(&name, None)
        } else {
            run.why_not(&name, None)
        };
        let why = why.map_err(fail)?;
        prop_assert_eq!(why.is_so, happened, "`{}`: {}", name, why);
        if happened {
            true_reasons(compiled, &seen, &why.reasons, met)
                .and_then(|()| no_circle(&why.reasons, &mut Vec::new(), met))
                .map_err(|error| fail(format!("{error}\n{why}")))?;
        }
    }
    Ok(())
}

#[test]
fn every_reason_is_so_and_what_was_missing_suffices() {
    let met = many::over(cases(500), |draft, met| {
        for compiled in worlds(draft)? {
            for number in 0..2 {
                ask_everything(&compiled, number, met)?;
            }
        }
        Ok(())
    });
    for what in ["facts", "events", "draws", "derivations", "remedies"] {
        assert!(met.0.get(what).copied().unwrap_or(0) > 0, "no {what}: {met:?}");
    }
}
