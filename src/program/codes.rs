//! The messages of this floor, explained.

use crate::diagnostic::Explanation;

/// All codes of this floor, in order.
pub(crate) const CODES: &[Explanation] = &[
    Explanation {
        code: "E0801",
        title: "a rule with too many bindings",
        text: "Each combination of values of a rule's variables is one instance. Variables that range over whole \
                      kinds multiply; let them range over attributes, or tie them together by a condition.",
        bad: "for: { a: actor, b: actor, c: actor, d: actor }",
        good: "for: { p: guarantee, g: p.by }",
    },
    Explanation {
        code: "E0802",
        title: "not known before the first day",
        text: "Sets, durations and the arguments of what a rule starts or raises are worked out once, before the \
                      first day. They may read attributes and assumptions, but nothing that changes.",
        bad: "after: delay(g)          # a measure",
        good: "after: g.delay           # an attribute",
    },
    Explanation {
        code: "E0803",
        title: "not an argument",
        text: "Facts, measures and events are about entities, words, dates, durations and numbers of at most six \
                      decimals; a set or a longer number cannot be told apart reliably.",
        bad: "start: praised(p.by)",
        good: "for: { p: guarantee, g: p.by }  ...  start: praised(g)",
    },
    Explanation {
        code: "E0804",
        title: "facts that depend on their own absence",
        text: "A derived fact holds whenever its rule's conditions do. If, over other derived facts, it needs its \
                      own absence (by `not`, `count`, `all` or a comparison), nothing can be said. Break the circle by a \
                      `when:` rule that starts a fact.",
        bad: "if: not safe(a)  derive: afraid(a)   and   if: not afraid(a)  derive: safe(a)",
        good: "when: not safe(a)  then: [ start: afraid(a) ]",
    },
    Explanation {
        code: "E0805",
        title: "conditions or amounts too large",
        text: "Conditions and amounts are worked out for each member of each set before the first day. Quantifiers inside \
               each other multiply, and so do quantities that read others twice; a limit protects the machine.",
        bad: "count(a in state where count(b in state where count(c in state where trusts(a, b, c)) > 1) > 1) > 1",
        good: "count(a in state where well_trusted(a)) > 1      # and a rule derives well_trusted(a)",
    },
    Explanation {
        code: "E0806",
        title: "a duration below zero",
        text: "What follows, follows later: a delay or a deadline is zero days or more.",
        bad: "after: 30 days - notice          # and the notice is 60 days",
        good: "after: 30 days",
    },
    Explanation {
        code: "E0807",
        title: "a number out of reach",
        text: "Numbers in conditions and amounts are kept with six decimals and reach to about nine million million; a \
               larger one can be compared with nothing. Choose a larger unit.",
        bad: "if: reserves(a) > 20000000000000      # in roubles",
        good: "if: reserves(a) > 20000               # in billions of roubles",
    },
    Explanation {
        code: "E0808",
        title: "probabilities that cannot be",
        text: "Each probability lies between 0 and 1, and those of all branches make 1. Where they are known before the \
               first day, they are checked then; where they depend on what happens, when they are drawn (R0904).",
        bad: "branches: { yes: { p: 0.5 }, no: { p: 0.6 } }",
        good: "branches: { yes: { p: 0.5 }, no: { p: rest } }",
    },
];
