//! The faults of a run, explained. Only a run can show them; no check before it does.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation::new(
        "R0901",
        "a fact both started and ended",
        "Effects of one wave are committed together, so one rule cannot win over another by coming later. Say which \
         prevails by `overrides:`, or give the rules conditions that exclude each other.",
        "one rule: start: at_war(a, b)    another, on the same event: end: at_war(a, b)",
        "overrides: other_rule",
    ),
    Explanation::new(
        "R0902",
        "a measure set twice, or set and added to",
        "Amounts that are added up in one wave are summed, but a measure can be set to one value only.",
        "one rule: set: fear(a) to: 0.2    another: set: fear(a) to: 0.6",
        "add: fear(a) by: 0.1              in both",
    ),
    Explanation::new(
        "R0903",
        "a `when:` rule fires twice on one day",
        "Its effects make its own condition false and true again without time passing. Let a consequence take a day, or \
         let the condition stay true.",
        "when: calm(a) then: [ happen: provoke(a) ]    on: provoke(a) then: [ end: calm(a), ... start: calm(a) ]",
        "happen: provoke(a)  after: 1 day",
    ),
    Explanation::new(
        "R0904",
        "probabilities that are no distribution",
        "When a chance is drawn, each probability must lie between 0 and 1 and all together must make 1.",
        "p: 0.5 + fear(a)",
        "p: min(1, 0.5 + fear(a))",
    ),
    Explanation::new(
        "R0905",
        "one chance drawn with different probabilities",
        "A chance with one name and the same arguments is one draw a day, whichever rules draw it; they must agree.",
        "chance: vote(g) in two rules with different `p:`",
        "chance: first_vote(g)   and   chance: second_vote(g)",
    ),
    Explanation::new(
        "R0906",
        "a closed option",
        "The default or the fix names an option whose `if:` does not hold, while others are open.",
        "default: sign",
        "default: if serious(russia) then sign else wait",
    ),
    Explanation::new(
        "R0907",
        "a choice that nobody settles",
        "One run needs every choice settled: by the choice's `default:` or by `fix:` in the scenario.",
        "choice: answer(a) without `default:`",
        "fix: { answer(a): accept }",
    ),
    Explanation::new(
        "R0908",
        "a condition that cannot be computed",
        "Numbers are kept with six decimals and reach to about nine million million; nothing is divided by zero.",
        "losses(a) / strength(a) > 1",
        "losses(a) > strength(a)",
    ),
    Explanation::new(
        "R0909",
        "an amount that cannot be computed",
        "As R0908, in what a rule sets or adds.",
        "by: losses(a) / strength(a)",
        "by: if strength(a) == 0 then 0 else losses(a) / strength(a)",
    ),
    Explanation::new(
        "R0910",
        "a run that is too long",
        "A run that is told keeps half a million entries. And what stays open (duties, prohibitions, events to come) is looked \
         at on every day, so that a rule which leaves something open on each of a million days never comes to an end. Shorten \
         the period, let the rule tick less often, or give what it leaves open a deadline.",
        "period: { from: 0001-01-01, to: 9999-12-31 }    and    every: 1 day",
        "period: { from: 2022-01-01, to: 2052-01-01 }    and    every: 1 month",
    ),
];
